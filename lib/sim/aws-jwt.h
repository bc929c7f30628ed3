/*
 * JSON web tokens of service accounts, as STS reads them: RS256 against a published key set.
 * The signature is checked by GnuTLS, so that what signed it is not what judges it.
 */
#ifndef GK_SIM_AWS_JWT_H
#define GK_SIM_AWS_JWT_H

#include "doc/node.h"

struct gk_sim_jwt {
	const struct gk_node *header, *claims;
	struct gk_str issuer, subject, kid;
	int64_t expires_s, not_before_s; /* since 1970; not_before_s 0 when the token has none */
	struct gk_str signed_part;       /* "header.claims" as it came */
	struct gk_str signature;         /* decoded */
};

/* Take a token apart, into the arena; false when it is none (three parts, iss, sub, exp). */
bool gk_sim_jwt_read(struct gk_arena *a, struct gk_str text, struct gk_sim_jwt *ret);

/* The audiences, one after another: i = 0, 1, ...; {NULL, 0} at the end. */
struct gk_str gk_sim_jwt_audience(const struct gk_sim_jwt *t, size_t i);

/* True when a key of the set (the one that `kid` names, if it names one) made the signature. */
bool gk_sim_jwt_verify(const struct gk_sim_jwt *t, const struct gk_node *jwks);

#endif
