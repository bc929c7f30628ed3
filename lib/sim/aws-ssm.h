/* Parameter Store's model: parameters, their versions, labels on versions. */
#ifndef GK_SIM_AWS_SSM_H
#define GK_SIM_AWS_SSM_H

#include "sim/aws-call.h"

struct gk_sim_ssm_version {
	struct gk_str value;
	int64_t version, modified_ms;
};

struct gk_sim_ssm_label {
	struct gk_str label;
	int64_t version;
};

struct gk_sim_ssm_param {
	struct gk_str name, arn, type, key_id, description, tier, data_type;
	struct gk_sim_aws_pairs tags;
	GK_VEC(struct gk_sim_ssm_version) versions;
	GK_VEC(struct gk_sim_ssm_label) labels;
};

/* "name", "name:3", "name:label" or an ARN with the same endings, taken apart. */
struct gk_sim_ssm_ref {
	struct gk_str name, selector; /* selector without the ':'; {NULL, 0} = the newest */
};
struct gk_sim_ssm_ref gk_sim_ssm_ref(struct gk_str text);
/* "arn:aws:ssm:...:parameter/a/b" for "/a/b" and for "a/b" without a slash. */
struct gk_str gk_sim_ssm_arn(struct gk_arena *a, const struct gk_sim_aws *aws, struct gk_str name);

/* The version that a selector means; NULL when there is none. */
const struct gk_sim_ssm_version *gk_sim_ssm_select(
	const struct gk_sim_ssm_param *p, struct gk_str selector);
const struct gk_sim_ssm_version *gk_sim_ssm_newest(const struct gk_sim_ssm_param *p);
/* Add a version, making the parameter when it is not there; texts are copied. */
struct gk_sim_ssm_param *gk_sim_ssm_put(struct gk_sim_aws *aws, struct gk_str name,
	struct gk_str type, struct gk_str value, int64_t now_ms);

/* What the reading operations say of a version; a SecureString is shown only decrypted. */
struct gk_node *gk_sim_ssm_node(struct gk_sim_aws_call *c, const struct gk_sim_ssm_param *p,
	const struct gk_sim_ssm_version *v, struct gk_str selector);

/* The operations, for the table in aws-ssm.c. */
int gk_sim_ssm_by_path(struct gk_sim_aws_call *c);
int gk_sim_ssm_describe(struct gk_sim_aws_call *c);
int gk_sim_ssm_op_put(struct gk_sim_aws_call *c);
int gk_sim_ssm_delete(struct gk_sim_aws_call *c);
int gk_sim_ssm_delete_many(struct gk_sim_aws_call *c);
int gk_sim_ssm_label(struct gk_sim_aws_call *c);
int gk_sim_ssm_tags(struct gk_sim_aws_call *c);
int gk_sim_ssm_tag(struct gk_sim_aws_call *c);
int gk_sim_ssm_untag(struct gk_sim_aws_call *c);

#endif
