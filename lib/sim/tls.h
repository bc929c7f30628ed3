/* Keys and certificates of the server, made anew at each start, by GnuTLS; and the RS256
 * key of the service accounts. */
#ifndef GK_SIM_TLS_H
#define GK_SIM_TLS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

struct gk_sim_rsa; /* opaque */

struct gk_sim_pki {
	struct gk_arena arena;
	const char *ca_cert, *server_cert, *server_key, *client_cert, *client_key; /* PEM */
};

/*
 * A CA, a serving certificate for localhost, 127.0.0.1, ::1 and kubernetes.default.svc, and
 * a client certificate of CN=admin, O=system:masters.  GK_EIO.
 */
GK_NODISCARD int gk_sim_pki_make(struct gk_sim_pki *ret, struct gk_err *err);
void gk_sim_pki_done(struct gk_sim_pki *p);

/* "CN=name,O=group" of a session's verified client certificate, or NULL. */
const char *gk_sim_tls_peer(struct gk_arena *a, void *tls_session);

/* RSA 2048. */
GK_NODISCARD int gk_sim_rsa_make(struct gk_sim_rsa **ret, struct gk_err *err);
void gk_sim_rsa_free(struct gk_sim_rsa *k); /* NULL is a no-op */
/* PKCS #1 v1.5 with SHA-256 (JWT's RS256): the raw signature. */
GK_NODISCARD int gk_sim_rsa_sign(
	struct gk_sim_rsa *k, struct gk_str data, struct gk_buf *ret, struct gk_err *err);
bool gk_sim_rsa_verify(struct gk_sim_rsa *k, struct gk_str data, struct gk_str signature);
/* Modulus and exponent, big-endian, as a JWK wants them. */
void gk_sim_rsa_public(struct gk_sim_rsa *k, struct gk_buf *modulus, struct gk_buf *exponent);

#endif
