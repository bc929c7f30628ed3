/*
 * Small controllers: what kube-controller-manager, scheduler and kubelet would do, in
 * milliseconds.  Each change of an object queues it (and who owns it); the queue runs between
 * requests, so a controller never runs inside a handler.
 *
 * An annotation PREFIX/sim on a workload, pod, claim or custom resource bends this:
 *	fail		pods crash, jobs fail, claims are lost
 *	never-ready	it stays in progress
 *	delay=500ms	it takes that long
 *	ready		(custom resources) status gets a condition Ready
 */
#ifndef GK_SIM_KUBE_CONTROL_H
#define GK_SIM_KUBE_CONTROL_H

#include "sim/store.h"

struct gk_sim;
struct gk_sim_control; /* opaque */

void gk_sim_control_init(struct gk_sim *sim);
void gk_sim_control_done(struct gk_sim *sim);
/* An object changed: queue what depends on it. */
void gk_sim_control_changed(
	struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_change *change);
/* Work off the queue. */
void gk_sim_control_run(struct gk_sim *sim);
/* Look at an object again after a while. */
void gk_sim_control_later(struct gk_sim *sim, struct gk_sim_res *res, struct gk_str ns,
	struct gk_str name, int64_t delay_ms);

/* True while a controller runs because its timer fired. */
bool gk_sim_control_by_timer(const struct gk_sim *sim);

/* What the annotation asks for. */
enum gk_sim_behaviour {
	GK_SIM_NORMAL,
	GK_SIM_FAIL,
	GK_SIM_NEVER_READY,
	GK_SIM_DELAY,
	GK_SIM_READY
};
enum gk_sim_behaviour gk_sim_behaviour(const struct gk_node *object, int64_t *ret_delay_ms);

/* A change of one object by a controller. */
struct gk_sim_edit {
	struct gk_sim *sim;
	struct gk_sim_res *res;
	struct gk_sim_obj *old;
	struct gk_doc doc; /* the copy to change */
};
/* The result must be finished by one of the two below. */
void gk_sim_edit_begin(
	struct gk_sim_edit *e, struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *old);
/* Store when something changed; `sub` is "status" or "". */
void gk_sim_edit_commit(struct gk_sim_edit *e, const char *sub);
struct gk_node *gk_sim_edit_status(struct gk_sim_edit *e); /* its status, made when absent */

/* Store a new object of a controller; takes the document over. */
void gk_sim_control_create(struct gk_sim *sim, struct gk_sim_res *res, struct gk_doc *doc);
/* Delete as a client would, in the background. */
void gk_sim_control_delete(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);

/* Set a condition; its transition time changes with the status only. */
void gk_sim_condition(struct gk_arena *a, struct gk_node *status, const char *type, bool is,
	const char *reason, const char *message);
/* Set an integer, or remove it when 0 (as omitempty does). */
void gk_sim_count(struct gk_arena *a, struct gk_node *status, const char *name, int64_t n);
int64_t gk_sim_int_at(
	const struct gk_node *object, const char *first, const char *second, int64_t otherwise);
/* status.observedGeneration = metadata.generation */
void gk_sim_observed(struct gk_arena *a, struct gk_node *root);

/* metadata.ownerReferences with one controller: `owner`. */
void gk_sim_own(struct gk_arena *a, struct gk_node *object, const struct gk_node *owner);
bool gk_sim_owned_by(const struct gk_node *object, struct gk_str owner_uid);
/* The objects of a kind that an object controls, each counted for the caller. */
void gk_sim_dependents(
	struct gk_sim_res *res, const struct gk_node *owner, struct gk_sim_objs *ret);
/* A name for a template: ten letters that change with it. */
const char *gk_sim_template_hash(struct gk_arena *a, const struct gk_node *template);
/*
 * A Pod of a template: named, labelled, owned, with the owner's behaviour; not stored yet.
 * `hash_label` (may be NULL) is set to `hash`.
 */
void gk_sim_pod_of(struct gk_doc *ret, const struct gk_node *owner, const struct gk_node *template,
	struct gk_str name, const char *hash_label, const char *hash);
bool gk_sim_pod_ready(const struct gk_node *pod);
struct gk_sim_res *gk_sim_pods(struct gk_sim *sim);

/* One controller: called with the object's current state (never NULL). */
typedef void (*gk_sim_reconcile_fn)(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_pod(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_deployment(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_replicaset(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_statefulset(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_daemonset(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_job(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_claim(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_balanced(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_autoscaler(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_budget(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_custom(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_namespace(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_reconcile_crd(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
/* control-gc.c: dependents of what is going or gone. */
void gk_sim_collect(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o);
void gk_sim_collect_gone(struct gk_sim *sim, struct gk_str uid);
bool gk_sim_is_orphan(struct gk_sim *sim, const struct gk_node *object);
/* kube-crd.c: serve what a definition says, or no more. */
void gk_sim_crd_serve(struct gk_sim *sim, const struct gk_node *crd);
void gk_sim_crd_drop(struct gk_sim *sim, const struct gk_node *crd);

#endif
