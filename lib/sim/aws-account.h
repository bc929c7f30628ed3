/*
 * The account that is rehearsed: who exists, what they may, what is stored.  Everything
 * lives in one arena, which is wiped at the end; only S3 objects are allocated one by one.
 */
#ifndef GK_SIM_AWS_ACCOUNT_H
#define GK_SIM_AWS_ACCOUNT_H

#include "base/map.h"
#include "doc/node.h"
#include "sim/aws.h"
#include "base/vec.h"

struct gk_sim_aws_role {
	struct gk_str arn, account, name, id;      /* id: "AROA..." */
	const struct gk_node *trust, *permissions; /* permissions: a list of policies */
	int64_t max_session_s;
};

enum gk_sim_aws_who { GK_SIM_AWS_ROOT, GK_SIM_AWS_USER, GK_SIM_AWS_ASSUMED_ROLE };

struct gk_sim_aws_principal {
	enum gk_sim_aws_who kind;
	struct gk_str arn, user_id, account;
	const struct gk_node *permissions;    /* a list of policies; not asked for the root user */
	const struct gk_node *session_policy; /* narrows the permissions; NULL = none */
	const struct gk_sim_aws_role *role;   /* of an assumed role */
};

struct gk_sim_aws_key {
	struct gk_str id, secret, token; /* token.n == 0: a long-term key */
	int64_t expires_ms;              /* 0 = never */
	struct gk_sim_aws_principal who;
};

/* An OpenID Connect provider of IAM; url without the scheme, as in its ARN. */
struct gk_sim_aws_provider {
	struct gk_str url;
	const struct gk_node *client_ids;
};

/* Who signs tokens: what AWS would fetch from the issuer's address. */
struct gk_sim_aws_issuer {
	struct gk_str url; /* with the scheme */
	const struct gk_node *jwks;
};

struct gk_sim_aws {
	struct gk_arena arena; /* wiped at the end */
	struct gk_str account, region;
	struct gk_map keys;  /* key id -> struct gk_sim_aws_key */
	struct gk_map roles; /* ARN -> struct gk_sim_aws_role */
	GK_VEC(struct gk_sim_aws_provider) providers;
	GK_VEC(struct gk_sim_aws_issuer) issuers;
	struct gk_map secrets; /* name -> struct gk_sim_secret */
	struct gk_map params;  /* name -> struct gk_sim_ssm_param */
	struct gk_map buckets; /* name -> struct gk_sim_s3_bucket */
};

/* n random characters of A-Z and 2-7 (ids), or of letters and digits. */
char *gk_sim_aws_random_id(struct gk_arena *a, const char *prefix, size_t n);
char *gk_sim_aws_random_word(struct gk_arena *a, size_t n);
struct gk_str gk_sim_aws_uuid(struct gk_arena *a);

/* aws-seed.c */
GK_NODISCARD int gk_sim_aws_seed(
	struct gk_sim_aws *aws, const struct gk_sim_aws_options *opt, struct gk_err *err);

/* What the seed puts into the stores; texts are copied. */
void gk_sim_secret_seed(
	struct gk_sim_aws *aws, struct gk_str name, struct gk_str text, int64_t now_ms);
void gk_sim_ssm_seed(struct gk_sim_aws *aws, struct gk_str name, struct gk_str type,
	struct gk_str value, int64_t now_ms);
void gk_sim_s3_object_seed(struct gk_sim_aws *aws, struct gk_str bucket, struct gk_str key,
	struct gk_str body, int64_t now_ms);
/* Release each store. */
void gk_sim_secrets_done(struct gk_sim_aws *aws);
void gk_sim_ssm_done(struct gk_sim_aws *aws);
void gk_sim_s3_done(struct gk_sim_aws *aws);

#endif
