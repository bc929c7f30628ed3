/*
 * Credentials of requests: static, from a token file that is rotated under us, or from an
 * exec plugin.  One object a program; it never hands out a credential that it knows to be
 * expired, and renews one that is close to it (60 s, or a tenth of its life if less).
 */
#ifndef GK_KUBE_CRED_H
#define GK_KUBE_CRED_H

#include "kube/config.h"

struct gk_cred;

/* stdin_used: our standard input carries objects, so a plugin must not read it. */
struct gk_cred *gk_cred_new(const struct gk_kube_config *cfg, bool stdin_used);
void gk_cred_free(struct gk_cred *c);
void gk_cred_freep(struct gk_cred **c);

/*
 * Append the header lines (Authorization, Impersonate-*) for a request that starts now.  May
 * read the token file (at most once a minute) or run the plugin (blocking, at most 60 s when
 * it may not ask questions; at most 1 MiB of output; its process group is killed at the
 * limit).  GK_EDENIED kube.token-file, kube.exec (with the end of its stderr, escaped, and
 * the install hint) when there is no usable credential.
 */
GK_NODISCARD int gk_cred_headers(struct gk_cred *c, struct gk_buf *headers, struct gk_err *err);
/* Which credential the last gk_cred_headers used: changes when it is renewed. */
unsigned gk_cred_generation(const struct gk_cred *c);
/*
 * The server said 401 to a request that was signed with that generation.  true when another
 * attempt is worth it: a newer credential is there already, or one can be had (then the
 * next gk_cred_headers gets it).  false for static credentials.
 */
bool gk_cred_rejected(struct gk_cred *c, unsigned generation);
/*
 * The route to use now: the configuration's, with the plugin's client certificate if it gave
 * one, and with certificate files read again when they changed.  Lives as long as c.
 */
const struct gk_http_route *gk_cred_route(struct gk_cred *c);
/* One line for messages: "token of FILE", "exec plugin aws", "client certificate FILE". */
void gk_cred_describe(const struct gk_cred *c, struct gk_buf *b);

#endif
