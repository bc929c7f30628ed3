/*
 * A connection to a cluster for the length of a run: configuration, HTTP engine, client and
 * discovery in one value.
 */
#ifndef GK_SYNC_SESSION_H
#define GK_SYNC_SESSION_H

#include "base/diag.h"
#include "base/opt.h"
#include "kube/client.h"

struct gk_session {
	struct gk_kube_config cfg;
	struct gk_http *http;
	struct gk_kube *kube;
	struct gk_discovery *disc;
	const struct gk_limits *limits;
	struct gk_diags *diags; /* borrowed: warnings of the server and of the configuration */
	struct gk_buf agent;
};
#define GK_SESSION_INIT                                                                            \
	{                                                                                          \
		.http = NULL                                                                       \
	}

struct gk_session_options {
	const struct gk_opt_cluster *cluster;
	const char *namespace; /* -n, or NULL */
	const char *program;   /* "gk-apply" */
	const char *manager;   /* field manager */
	const struct gk_limits *limits;
	struct gk_diags *diags;
	int verbose;
	void (*log)(void *ctx, const char *line);
	void *log_ctx;
	bool stdin_used;
};

/* Load the configuration and what the server serves.  Release in all cases. */
GK_NODISCARD int gk_session_open(
	struct gk_session *s, const struct gk_session_options *opt, struct gk_err *err);
void gk_session_close(struct gk_session *s);

/* The resource of a kind that every cluster has; GK_EREMOTE when discovery lacks it. */
GK_NODISCARD int gk_session_core(struct gk_session *s, const char *group, const char *version,
	const char *kind, const struct gk_kube_resource **ret, struct gk_err *err);

/* UID of namespace kube-system, which identifies a cluster; copied into a. */
GK_NODISCARD int gk_session_cluster(
	struct gk_session *s, struct gk_arena *a, struct gk_str *ret, struct gk_err *err);

#endif
