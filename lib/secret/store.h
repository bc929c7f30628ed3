/* SecretStore and ClusterSecretStore (provider aws) as data. */
#ifndef GK_SECRET_STORE_H
#define GK_SECRET_STORE_H

#include "base/diag.h"
#include "doc/stream.h"

enum gk_store_service { GK_STORE_SECRETSMANAGER, GK_STORE_PARAMETERSTORE };

struct gk_store {
	const struct gk_item *item;
	const char *text; /* "ClusterSecretStore aws", "SecretStore shop/aws" */
	bool cluster;
	struct gk_str ns, name; /* ns "" for cluster stores */
	bool foreign;           /* spec.controller names another controller: not ours to read */
	const struct gk_node *conditions;
	enum gk_store_service service;
	struct gk_str region, prefix;
	/* auth.jwt: a token of this service account; name {NULL, 0} = the caller's credentials. */
	struct gk_str account, account_ns;
	const struct gk_node *audiences;
	struct gk_str role, external_id;
	const struct gk_node *additional_roles, *tags, *transitive_tags;
};

bool gk_store_is(const struct gk_ref *ref);
/* Faults go to diags; false when there were some. */
bool gk_store_parse(struct gk_arena *a, const struct gk_item *item, struct gk_str default_ns,
	struct gk_diags *diags, struct gk_store *ret);
/*
 * Whether a ClusterSecretStore's conditions let this namespace use it.  labels: those of the
 * Namespace object, or NULL when it is not known.  GK_EINPUT for a bad regular expression.
 */
GK_NODISCARD int gk_store_allows(const struct gk_store *s, struct gk_str ns,
	const struct gk_node *labels, bool *ret, struct gk_err *err);

/*
 * Where values come from and as whom, for the ExternalSecrets of one namespace: two stores with
 * equal `id` share a session.
 */
struct gk_backend {
	const struct gk_store *store;
	struct gk_str account_ns; /* the service account's */
	struct gk_str id;
};
struct gk_backend gk_store_backend(struct gk_arena *a, const struct gk_store *s, struct gk_str ns);

#endif
