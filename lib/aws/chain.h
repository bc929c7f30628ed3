/*
 * The chain of places where AWS credentials come from, in the order of aws-cli: environment,
 * profile with role_arn, web identity, credentials file, credential_process, config file,
 * container, instance metadata.  A place that is there but does not work is an error, never
 * passed over.
 */
#ifndef GK_AWS_CHAIN_H
#define GK_AWS_CHAIN_H

#include "aws/aws.h"

/* What became of one place, in order; texts never hold values. */
struct gk_aws_step {
	const char *link; /* "environment variables", "web identity", ... */
	bool used;
	const char *why; /* used: from where; else why not */
};

enum { GK_AWS_STEPS = 12 };

/* All zero = empty. */
struct gk_aws_login {
	struct gk_arena arena; /* of the steps' texts */
	struct gk_aws_creds creds;
	struct gk_aws_step step[GK_AWS_STEPS];
	size_t nsteps;
};
void gk_aws_login_done(struct gk_aws_login *l);

/*
 * Get credentials.  With --role-arn (and no web identity token that the role is meant for) the
 * role is assumed on top.  session: name of role sessions, NULL = the configured one or
 * "<tool>-<time>".  *ret must be released also after a failure, and its steps are valid then.
 * GK_EDENIED aws.no-credentials lists every place; others say what does not work.
 */
GK_NODISCARD int gk_aws_login(
	struct gk_aws *aws, const char *session, struct gk_aws_login *ret, struct gk_err *err);

/*
 * Read a web identity token; an empty or half-written file (it is being rotated) is read again
 * three times within a second, then GK_EDENIED aws.token-file.
 */
struct gk_secret;
GK_NODISCARD int gk_aws_token_file(const char *path, struct gk_secret *ret, struct gk_err *err);

#endif
