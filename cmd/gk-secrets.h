/* gk-secrets: what its parts share. */
#ifndef GK_CMD_GK_SECRETS_H
#define GK_CMD_GK_SECRETS_H

#include "aws/chain.h"
#include "base/prog.h"
#include "kube/client.h"
#include "secret/inject.h"

struct args {
	struct gk_common common;
	struct gk_opt_input input;
	struct gk_opt_cluster cluster;
	struct gk_opt_aws aws;
	const char *output;
	bool keep, read_only, show_secrets;
};

/*
 * AWS and the cluster, each opened when the first secret needs it; one AWS session for each
 * identity, kept for the run.
 */
struct sessions {
	struct gk_run *run;
	const struct args *args;
	const struct gk_catalog *catalog; /* of the input: service accounts, namespaces */
	struct gk_http *http;
	struct gk_aws *aws;
	struct gk_kube_config cluster;
	struct gk_kube *kube;
	bool login_tried;
	struct gk_err login_err;
	struct gk_aws_login login; /* the caller's own credentials */
	struct gk_map open;        /* gk_backend.id -> struct gk_aws_creds, borrowed */
	struct gk_map failed;      /* role and account -> struct gk_err */
	struct gk_map assumed;     /* role and account -> struct gk_aws_creds, ours */
	struct gk_arena arena;
};

/* No connection is made yet. */
GK_NODISCARD int sessions_open(struct sessions *s, struct gk_run *run, struct gk_err *err);
void sessions_close(struct sessions *s);
GK_NODISCARD int sessions_kube(struct sessions *s, struct gk_err *err); /* s->kube is there */

/* The credentials for a store: a service account's or the caller's, and roles on top. */
GK_NODISCARD int session_for(struct sessions *s, const struct gk_backend *backend,
	const struct gk_aws_creds **ret, struct gk_err *err);

/* gk_secret_provider.fetch; ctx is the sessions. */
int fetch_wants(void *ctx, const struct gk_backend *backend, struct gk_want **wants, size_t n,
	struct gk_arena *a, struct gk_err *err);

/* core/v1 kinds that need no discovery. */
extern const struct gk_kube_resource res_namespace, res_service_account, res_secret;

#endif
