/* AWS credentials: static keys or those of a session. */
#ifndef GK_AWS_CREDS_H
#define GK_AWS_CREDS_H

#include "base/err.h"
#include "base/secret.h"
#include "aws/sigv4.h"

struct gk_aws_creds {
	struct gk_secret id, secret, token; /* the token is unset for static keys */
	int64_t expires_ms;                 /* UTC; 0 = they do not expire */
	int64_t lifetime_ms;                /* what was left when they came; 0 = unlimited */
	char account[16];                   /* "" = not said */
	char role[2049];                    /* ARN of the assumed role session, "" = none */
};
#define GK_AWS_CREDS_INIT                                                                          \
	{                                                                                          \
		0                                                                                  \
	}

void gk_aws_creds_set(
	struct gk_aws_creds *c, struct gk_str id, struct gk_str secret, struct gk_str token);
/* Who they are; texts that are too long for it are left out. */
void gk_aws_creds_name(struct gk_aws_creds *c, struct gk_str account, struct gk_str role);
/* text: RFC 3339, or {NULL, 0} for credentials that do not expire; now_ms: UTC. */
GK_NODISCARD int gk_aws_creds_expire(
	struct gk_aws_creds *c, struct gk_str text, int64_t now_ms, struct gk_err *err);
/* Whether to get new ones: within the smaller of 10 minutes and a third of their life. */
bool gk_aws_creds_stale(const struct gk_aws_creds *c, int64_t now_ms);
struct gk_sigv4_key gk_aws_creds_key(const struct gk_aws_creds *c); /* borrowed */
void gk_aws_creds_done(struct gk_aws_creds *c);

#endif
