/* Running an exec credential plugin and reading its answer (kubernetes-api section 2). */
#ifndef GK_KUBE_EXEC_H
#define GK_KUBE_EXEC_H

#include "kube/config.h"

struct gk_exec_credential {
	struct gk_arena arena;  /* wiped */
	const char *token;      /* NULL = none */
	const char *cert, *key; /* PEM, both or none */
	int64_t expires_utc_ms; /* 0 = not said */
};

/*
 * Run it, blocking.  GK_EDENIED kube.exec: not found (with the install hint), failed (with
 * the end of its standard error, escaped), hung, or answered something else than an
 * ExecCredential of the configured version with a token or a certificate and its key.
 */
GK_NODISCARD int gk_exec_run(const struct gk_kube_config *cfg, bool stdin_used,
	struct gk_exec_credential *ret, struct gk_err *err);
void gk_exec_credential_done(struct gk_exec_credential *c);
/* Read the plugin's answer; pure. */
GK_NODISCARD int gk_exec_read(const struct gk_kube_exec *x, struct gk_str answer,
	struct gk_exec_credential *ret, struct gk_err *err);
/* The text of KUBERNETES_EXEC_INFO. */
void gk_exec_info(struct gk_buf *b, const struct gk_kube_config *cfg, bool interactive);

#endif
