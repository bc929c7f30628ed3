/* The tokens of service accounts: made, checked, and the documents of their issuer. */
#ifndef GK_SIM_JWT_H
#define GK_SIM_JWT_H

#include "base/buf.h"
#include "doc/node.h"

struct gk_sim;

/* The key set as the issuer publishes it; makes the key on first use.  GK_EIO. */
GK_NODISCARD int gk_sim_jwks(struct gk_sim *sim, struct gk_buf *ret, struct gk_err *err);
/* Sign claims: "header.claims.signature".  GK_EIO. */
GK_NODISCARD int gk_sim_jwt_sign(
	struct gk_sim *sim, const struct gk_node *claims, struct gk_buf *ret, struct gk_err *err);
/* The claims of a token that this server signed and that is not expired, or NULL. */
struct gk_node *gk_sim_jwt_check(struct gk_sim *sim, struct gk_arena *a, struct gk_str token);

#endif
