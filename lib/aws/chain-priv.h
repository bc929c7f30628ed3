/* The links of the chain, shared inside lib/aws only. */
#ifndef GK_AWS_CHAIN_PRIV_H
#define GK_AWS_CHAIN_PRIV_H

#include "aws/aws-priv.h"
#include "aws/chain.h"

enum gk_aws__outcome { GK_AWS__ERROR = -1, GK_AWS__SKIPPED, GK_AWS__USED };

/* What a link works on; it sets creds when used, and always `why`. */
struct gk_aws__link {
	struct gk_aws *aws;
	struct gk_arena *a;
	struct gk_str profile;
	const char *session; /* of role sessions, never NULL */
	struct gk_aws_creds *creds;
	const char *why;
};

enum gk_aws__outcome gk_aws__container(struct gk_aws__link *l, struct gk_err *err);
enum gk_aws__outcome gk_aws__imds(struct gk_aws__link *l, struct gk_err *err);
enum gk_aws__outcome gk_aws__environment(struct gk_aws__link *l, struct gk_err *err);
enum gk_aws__outcome gk_aws__process(struct gk_aws__link *l, struct gk_err *err);
enum gk_aws__outcome gk_aws__role_profile(struct gk_aws__link *l, struct gk_err *err);
enum gk_aws__outcome gk_aws__web_identity(struct gk_aws__link *l, struct gk_err *err);
/* Static keys of the profile, from the one file or the other. */
enum gk_aws__outcome gk_aws__static_keys(
	struct gk_aws__link *l, enum gk_aws_file file, struct gk_err *err);

/* Member names of a JSON answer that carries credentials. */
struct gk_aws__names {
	const char *id, *secret, *token, *expiration, *account;
};
/* GK_EREMOTE aws.credential-answer when it is none; `from` names the source. */
GK_NODISCARD int gk_aws__creds_parse(struct gk_aws *aws, struct gk_str json,
	const struct gk_aws__names *names, const char *from, struct gk_aws_creds *ret,
	struct gk_err *err);

/* Run a program without a shell; its output (at most 64 KiB) goes to out.  60 s. */
GK_NODISCARD int gk_aws__run(const char *command, struct gk_buf *out, struct gk_err *err);

#endif
