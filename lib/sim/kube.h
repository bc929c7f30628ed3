/*
 * The Kubernetes half: one request from its path to its answer.
 *
 *	kube.c            routes, who asks, what is asked
 *	kube-discovery.c  /api, /apis, /openapi, /version
 *	kube-read.c       get, list		kube-watch.c  watch
 *	kube-write.c      create, update	kube-patch.c  the four patches
 *	kube-delete.c     delete, finalizers, owners
 */
#ifndef GK_SIM_KUBE_H
#define GK_SIM_KUBE_H

#include "doc/node.h"
#include "sim/http.h"
#include "sim/store.h"

struct gk_sim_user {
	struct gk_str name, uid;
	struct gk_strs groups;
};

enum gk_sim_validation { GK_SIM_VALIDATE_WARN, GK_SIM_VALIDATE_STRICT, GK_SIM_VALIDATE_IGNORE };

/* How an answer is to look. */
enum gk_sim_as { GK_SIM_AS_OBJECT, GK_SIM_AS_METADATA, GK_SIM_AS_TABLE };

struct gk_sim_kreq {
	struct gk_sim_req *r;
	struct gk_sim *sim;
	struct gk_arena *arena; /* of the request */
	struct gk_sim_user user;

	struct gk_sim_res *res;
	const struct gk_sim_version *version;
	struct gk_str ns, name, sub;
	const char *verb;

	bool dry_run, force;
	enum gk_sim_validation validation;
	struct gk_str manager;
	enum gk_sim_as as;
	struct gk_node *causes; /* of the error that is being made; NULL = none */
};

void gk_sim_kube_handle(struct gk_sim_req *r);
/* Tables, the standing namespaces, the controllers. */
void gk_sim_kube_init(struct gk_sim *sim);

/* kube-status.c: every failure is a Status.  All return -1. */
int gk_sim_fail(struct gk_sim_kreq *k, int code, const char *reason, const char *fmt, ...)
	GK_PRINTF(4, 5);
int gk_sim_fail_not_found(struct gk_sim_kreq *k);
int gk_sim_fail_exists(struct gk_sim_kreq *k);
int gk_sim_fail_conflict(struct gk_sim_kreq *k, const char *fmt, ...) GK_PRINTF(2, 3);
int gk_sim_fail_invalid(struct gk_sim_kreq *k); /* the causes that were added; 422 */
int gk_sim_fail_bad(struct gk_sim_kreq *k, const char *fmt, ...) GK_PRINTF(2, 3);
/* A query parameter of the given options kind is wrong; 422. */
int gk_sim_fail_options(struct gk_sim_kreq *k, const char *kind, const char *reason,
	const char *field, const char *fmt, ...) GK_PRINTF(5, 6);
/* A precondition of a deletion does not hold; 409. */
int gk_sim_fail_record(struct gk_sim_kreq *k, const char *what, struct gk_str want,
	struct gk_str have, const char *hint);
int gk_sim_fail_no_path(struct gk_sim_kreq *k); /* "404 page not found" */
int gk_sim_fail_method(struct gk_sim_kreq *k);
void gk_sim_cause(struct gk_sim_kreq *k, const char *reason, const char *field, const char *fmt,
	...) GK_PRINTF(4, 5);
/* "deployments.apps", "pods" */
const char *gk_sim_qualified(struct gk_arena *a, const struct gk_sim_res *res);
void gk_sim_warn(struct gk_sim_kreq *k, const char *fmt, ...) GK_PRINTF(2, 3);

/* kube-answer.c: objects as bodies. */
void gk_sim_answer_node(struct gk_sim_kreq *k, int status, const struct gk_node *n);
void gk_sim_answer_object(struct gk_sim_kreq *k, int status, const struct gk_sim_obj *o);
/* An object as it appears alone ({"kind":...,"apiVersion":...,...}) or in a list. */
void gk_sim_print_object(
	struct gk_buf *b, const struct gk_sim_kreq *k, const struct gk_sim_obj *o, bool in_list);
void gk_sim_print_metadata(struct gk_buf *b, const struct gk_sim_obj *o);
/* kube-table.c */
void gk_sim_print_table(struct gk_buf *b, const struct gk_sim_kreq *k,
	struct gk_sim_obj *const *objs, size_t n, uint64_t rv, struct gk_str token, bool columns);

/* kube-discovery.c: true when the path was one of its own. */
bool gk_sim_discovery(struct gk_sim_kreq *k);
/* kube-openapi.c */
bool gk_sim_openapi(struct gk_sim_kreq *k);
/* kube-token.c: TokenRequest, reviews, the issuer's documents. */
bool gk_sim_oidc(struct gk_sim_kreq *k);
int gk_sim_create_review(struct gk_sim_kreq *k, const struct gk_node *body);
int gk_sim_token_request(struct gk_sim_kreq *k, const struct gk_node *body);
/* Who a bearer token is: false when it is not valid. */
bool gk_sim_token_user(struct gk_sim_kreq *k, struct gk_str token, struct gk_sim_user *ret);
/* kube-auth.c: fills k->user or answers 401. */
int gk_sim_authenticate(struct gk_sim_kreq *k);
int gk_sim_authorize(struct gk_sim_kreq *k); /* or answers 403 */
bool gk_sim_allowed(struct gk_sim_kreq *k, const struct gk_sim_user *user, struct gk_str verb,
	struct gk_str group, struct gk_str resource, struct gk_str ns, struct gk_str name);

int gk_sim_get(struct gk_sim_kreq *k);
int gk_sim_list(struct gk_sim_kreq *k);
int gk_sim_watch(struct gk_sim_kreq *k);
int gk_sim_create(struct gk_sim_kreq *k);
int gk_sim_update(struct gk_sim_kreq *k);
int gk_sim_patch(struct gk_sim_kreq *k);
int gk_sim_delete(struct gk_sim_kreq *k);
int gk_sim_delete_collection(struct gk_sim_kreq *k);
int gk_sim_scale(struct gk_sim_kreq *k); /* get, update, patch of .../scale */
int gk_sim_logs(struct gk_sim_kreq *k);

/* kube-watch.c: tell those who watch, from the store. */
void gk_sim_watch_changed(
	struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_change *change);
void gk_sim_watch_end_all(struct gk_sim_res *res); /* the resource is served no more */

/* Body as a tree in the request's arena; 400, 415 otherwise. */
int gk_sim_read_body(struct gk_sim_kreq *k, struct gk_node **ret);

#endif
