/*
 * Policy documents as IAM evaluates them: an explicit Deny beats an Allow, and what no
 * statement allows is denied.
 *
 * Evaluated are Effect, Action, NotAction, Resource, NotResource, Principal and Condition
 * with the String, Arn, Bool and Null operators, their IfExists, ForAnyValue: and
 * ForAllValues: forms.  gk_sim_iam_check refuses anything else when the policy is loaded:
 * a rehearsal must not pass because a condition was skipped.
 */
#ifndef GK_SIM_AWS_IAM_H
#define GK_SIM_AWS_IAM_H

#include "doc/node.h"
#include "sim/aws-http.h"

enum gk_sim_iam_verdict { GK_SIM_IAM_NONE, GK_SIM_IAM_ALLOW, GK_SIM_IAM_DENY };

struct gk_sim_iam_query {
	struct gk_str action;   /* "ssm:GetParameter" */
	struct gk_str resource; /* an ARN; "*" where the action has no resources */
	/* Trust policies: the member of Principal ("AWS", "Federated") and the names that the
	 * caller goes by there.  NULL: a policy of the caller, which has no Principal. */
	const char *principal_type;
	const struct gk_str *principals;
	size_t nprincipals;
	/* Condition keys; a key that stands there twice has two values. */
	const struct gk_sim_aws_pairs *context;
};

enum gk_sim_iam_verdict gk_sim_iam_decide(
	const struct gk_node *policy, const struct gk_sim_iam_query *q);

/* GK_EINPUT for what gk_sim_iam_decide would not understand. */
GK_NODISCARD int gk_sim_iam_check(const struct gk_node *policy, bool is_trust, struct gk_err *err);

/* `*` is any text, `?` any character. */
bool gk_sim_iam_glob(struct gk_str pattern, struct gk_str text);

#endif
