/*
 * Where the cluster is and who we are: options, environment and kubeconfig files resolved
 * into one value (kubernetes-api sections 1 and 3).
 *
 * Files: --kubeconfig, which must exist; else those of KUBECONFIG; else ~/.kube/config; of
 * several, the first that has a name supplies the whole entry.  Only when they name no
 * server at all, the service account of the pod that we run in.
 */
#ifndef GK_KUBE_CONFIG_H
#define GK_KUBE_CONFIG_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/opt.h"
#include "http/http.h"

struct gk_node;

/* What is taken from the environment; a value, so that tests choose it. */
struct gk_kube_env {
	const char *kubeconfig;      /* KUBECONFIG */
	const char *home;            /* HOME */
	const char *service_host;    /* KUBERNETES_SERVICE_HOST */
	const char *service_port;    /* KUBERNETES_SERVICE_PORT */
	const char *pod_namespace;   /* POD_NAMESPACE */
	const char *service_account; /* directory of token, ca.crt and namespace */
};
void gk_kube_env_get(struct gk_kube_env *ret);

enum gk_exec_stdin { GK_EXEC_NEVER, GK_EXEC_IF_AVAILABLE, GK_EXEC_ALWAYS };

/* A credential plugin (kubernetes-api section 2). */
struct gk_kube_exec {
	const char *api_version; /* client.authentication.k8s.io/v1 or /v1beta1 */
	const char *command;     /* a path with '/', or a name to look up in PATH */
	struct gk_strs args;
	struct gk_strs env; /* "NAME=value", later ones win */
	const char *install_hint;
	const struct gk_node *cluster_config; /* for KUBERNETES_EXEC_INFO, or NULL */
	bool provide_cluster_info;
	enum gk_exec_stdin stdin_mode;
};

struct gk_kube_config {
	struct gk_arena arena; /* owns all below; wiped when released */
	const char
		*origin; /* of the address: a kubeconfig file, "in-cluster", "the command line" */
	const char *context, *cluster, *user; /* names, NULL = none */
	const char *server;                   /* URL without a trailing '/', prefix path included */
	const char *namespace;                /* never NULL */
	bool namespace_explicit;              /* it came from the command line */
	struct gk_http_route route;           /* TLS and proxy; borrowed by requests */
	const char *ca_file, *cert_file, *key_file; /* re-read when they change; NULL = inline */
	bool compress;                              /* ask for gzip */

	/* Credentials, used over https only. */
	const char *token, *token_file;
	const char *username, *password;
	const struct gk_kube_exec *exec;
	const char *as, *as_uid;
	struct gk_strs as_groups;
	struct gk_strs as_extra; /* "key=value" */

	int64_t request_timeout_ms; /* one attempt; default 30 s */
	int64_t timeout_ms;         /* of the run, 0 = the program's own default */
	unsigned concurrency;       /* 1..90, 0 = default window (16, grows to 32) */
};

/*
 * Resolve.  `namespace` is the -n option, or NULL.  Every fault of the chosen entries is
 * reported: all but the last as diagnostics, the last as the error.  Warnings go to diags:
 * kube.insecure (TLS not verified), kube.credentials-unused (plain http).
 *
 * Errors: GK_EDENIED kube.no-config when nothing names a server (notes list the files that
 * were looked at); GK_EINPUT kube.config for a file that cannot be used, with its place;
 * GK_ENOTFOUND kube.no-context and the like for names that do not exist, with the nearest.
 * *ret must be released also after a failure.
 */
GK_NODISCARD int gk_kube_config_load(const struct gk_opt_cluster *opt, const char *namespace,
	const struct gk_kube_env *env, const struct gk_limits *lim, struct gk_kube_config *ret,
	struct gk_diags *diags, struct gk_err *err);
void gk_kube_config_done(struct gk_kube_config *c);

#endif
