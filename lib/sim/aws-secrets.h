/* Secrets Manager's model: secrets, their versions, and the labels that move between them. */
#ifndef GK_SIM_AWS_SECRETS_H
#define GK_SIM_AWS_SECRETS_H

#include "sim/aws-call.h"

struct gk_sim_secret_version {
	struct gk_str id;
	struct gk_str string; /* {NULL, 0}: it is binary */
	struct gk_str binary; /* base64, as it came */
	int64_t created_ms;
};

/* A label is on at most one version, so it is kept with the secret. */
struct gk_sim_secret_stage {
	struct gk_str label;
	struct gk_sim_secret_version *version;
};

struct gk_sim_secret {
	struct gk_str name, arn, description, kms_key;
	struct gk_sim_aws_pairs tags;
	GK_VEC(struct gk_sim_secret_version *) versions;
	GK_VEC(struct gk_sim_secret_stage) stages;
	int64_t created_ms, changed_ms, accessed_ms;
	int64_t purge_ms; /* scheduled for deletion: when it goes; 0 = not */
};

/* Deletion is carried out when it is due. */
void gk_sim_secrets_purge(struct gk_sim_aws *aws, int64_t now_ms);

/* By name, ARN, or ARN without its six random characters; NULL when absent. */
struct gk_sim_secret *gk_sim_secret_find(const struct gk_sim_aws *aws, struct gk_str id);
/*
 * The secret that SecretId names, if the caller may do `action` with it (its own name is
 * the resource when there is none).  NULL after a refusal.
 */
struct gk_sim_secret *gk_sim_secret_need(struct gk_sim_aws_call *c, const char *action);
/* The same, and not scheduled for deletion. */
struct gk_sim_secret *gk_sim_secret_need_live(struct gk_sim_aws_call *c, const char *action);

struct gk_sim_secret_version *gk_sim_secret_version(
	const struct gk_sim_secret *s, struct gk_str id);
struct gk_sim_secret_version *gk_sim_secret_staged(
	const struct gk_sim_secret *s, struct gk_str label);

struct gk_sim_secret *gk_sim_secret_new(struct gk_sim_aws *aws, struct gk_str name, int64_t now_ms);
/* A new version without labels; texts are copied. */
struct gk_sim_secret_version *gk_sim_secret_add(struct gk_sim_aws *aws, struct gk_sim_secret *s,
	struct gk_str id, struct gk_str string, struct gk_str binary, int64_t now_ms);
/* Put a label on a version, or take it away (NULL).  AWSCURRENT leaves AWSPREVIOUS behind. */
void gk_sim_secret_label(struct gk_sim_aws *aws, struct gk_sim_secret *s, struct gk_str label,
	struct gk_sim_secret_version *v);

/* Lists of labels of a version; an object version -> labels. */
void gk_sim_secret_put_labels(struct gk_sim_aws_call *c, struct gk_node *object, const char *key,
	const struct gk_sim_secret *s, const struct gk_sim_secret_version *v);
void gk_sim_secret_put_versions(struct gk_sim_aws_call *c, struct gk_node *object, const char *key,
	const struct gk_sim_secret *s);
/* What GetSecretValue and BatchGetSecretValue say of a version. */
void gk_sim_secret_put_value(struct gk_sim_aws_call *c, struct gk_node *object,
	struct gk_sim_secret *s, const struct gk_sim_secret_version *v);
/* The operations, for the table in aws-secrets.c. */
int gk_sim_secret_create(struct gk_sim_aws_call *c);
int gk_sim_secret_put(struct gk_sim_aws_call *c);
int gk_sim_secret_update(struct gk_sim_aws_call *c);
int gk_sim_secret_delete(struct gk_sim_aws_call *c);
int gk_sim_secret_restore(struct gk_sim_aws_call *c);
int gk_sim_secret_move_label(struct gk_sim_aws_call *c);
int gk_sim_secret_tag(struct gk_sim_aws_call *c);
int gk_sim_secret_untag(struct gk_sim_aws_call *c);
int gk_sim_secret_list(struct gk_sim_aws_call *c);
int gk_sim_secret_batch(struct gk_sim_aws_call *c);

#endif
