/* Security Token Service: roles and identity. */
#ifndef GK_AWS_STS_H
#define GK_AWS_STS_H

#include "aws/aws.h"
#include "base/vec.h"

struct gk_sts_tag {
	struct gk_str key, value;
};

struct gk_sts_role {
	struct gk_str arn;
	struct gk_str session;     /* made a legal name: see gk_sts_session_name */
	struct gk_str external_id; /* AssumeRole only; {NULL, 0} = none */
	const struct gk_sts_tag *tags;
	size_t ntags;
	const struct gk_str *transitive; /* keys of tags that pass on to the next role */
	size_t ntransitive;
	unsigned duration_s;  /* 900..43200, 0 = the service's default (3600) */
	struct gk_str region; /* where to ask; {NULL, 0} = the configuration's */
};

/* Signed by `with`.  Errors: GK_EDENIED sts.denied with role and caller as notes; aws.*. */
GK_NODISCARD int gk_sts_assume(struct gk_aws *aws, const struct gk_aws_creds *with,
	const struct gk_sts_role *role, struct gk_aws_creds *ret, struct gk_err *err);
/*
 * Unsigned: the token proves who we are.  GK_EDENIED sts.denied names subject, audience and
 * issuer of the token (never the token), the role, and what the role's trust policy needs.
 */
GK_NODISCARD int gk_sts_assume_web(struct gk_aws *aws, struct gk_str token,
	const struct gk_sts_role *role, struct gk_aws_creds *ret, struct gk_err *err);

struct gk_sts_identity {
	struct gk_str account, arn, user_id;
};
GK_NODISCARD int gk_sts_identity(struct gk_aws *aws, const struct gk_aws_creds *creds,
	struct gk_arena *a, struct gk_sts_identity *ret, struct gk_err *err);

/* Append text as a session name: [A-Za-z0-9_+=,.@-] kept, all else '-', 2 to 64 characters. */
void gk_sts_session_name(struct gk_buf *b, struct gk_str text);

/* The claims of a JWT that a person needs to see; not verified.  Texts live in a. */
struct gk_sts_claims {
	struct gk_str subject, issuer;
	struct gk_str audience; /* several: joined by ", " */
	int64_t expires_s;      /* 0 = not said */
};
/* GK_EINPUT for what is no JWT; never quotes it. */
GK_NODISCARD int gk_sts_claims(
	struct gk_arena *a, struct gk_str token, struct gk_sts_claims *ret, struct gk_err *err);

#endif
