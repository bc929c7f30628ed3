/* StatefulSets and DaemonSets: pods with names of their own, replaced one after another. */
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

#define HASH_LABEL "controller-revision-hash"

static bool is_current(const struct gk_node *pod, const char *revision)
{
	return gk_str_is(
		gk_node_text(gk_node_path(pod, "metadata", "labels", HASH_LABEL, NULL)), revision);
}

/* The claims of volumeClaimTemplates, made once and kept. */
static void create_claims(struct gk_sim *sim, const struct gk_node *set, struct gk_str pod)
{
	struct gk_sim_res *claims =
		gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("persistentvolumeclaims"));

	gk_node_foreach (t, gk_node_path(set, "spec", "volumeClaimTemplates", NULL)) {
		struct gk_doc doc = GK_DOC_INIT;
		struct gk_arena *a = &doc.arena;
		struct gk_str name = gk_str_c(
			gk_arena_printf(a, "%.*s-%.*s", GK_SARG(gk_sim_obj_name(t)), GK_SARG(pod)));

		if (gk_sim_store_get(claims, gk_sim_obj_ns(set), name)) {
			gk_doc_done(&doc);
			continue;
		}
		doc.root = gk_sim_new_object(
			a, "v1", "PersistentVolumeClaim", gk_sim_obj_ns(set), name);
		gk_node_set_c(a, doc.root, "spec", gk_node_dup(a, gk_node_get(t, "spec")));
		gk_sim_control_create(sim, claims, &doc);
	}
}

static void create_member(
	struct gk_sim *sim, const struct gk_node *set, struct gk_str name, const char *revision)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_arena *a = &doc.arena;
	struct gk_str own = gk_str_c(gk_arena_printf(a, "%.*s", GK_SARG(name)));

	create_claims(sim, set, own);
	gk_sim_pod_of(
		&doc, set, gk_node_path(set, "spec", "template", NULL), own, HASH_LABEL, revision);
	gk_node_set_str(a, gk_node_path(doc.root, "metadata", "labels", NULL),
		"statefulset.kubernetes.io/pod-name", own);
	gk_sim_control_create(sim, gk_sim_pods(sim), &doc);
}

struct tally {
	int64_t all, ready, current, updated;
};

/*
 * One step towards what is wanted: pod N is made when all before it are ready, an old pod is
 * replaced from the last one on, superfluous ones go.
 */
static void step(struct gk_sim *sim, const struct gk_node *set, const char *revision,
	struct gk_arena *a, struct tally *t)
{
	struct gk_str ns = gk_sim_obj_ns(set), name = gk_sim_obj_name(set);
	int64_t want = gk_sim_int_at(set, "spec", "replicas", 1);
	bool parallel = gk_str_is(
		gk_node_text(gk_node_path(set, "spec", "podManagementPolicy", NULL)), "Parallel");
	struct gk_sim_obj *stale = NULL;
	bool all_ready = true;

	for (int64_t i = 0; i < want; i++) {
		struct gk_str pod =
			gk_str_c(gk_arena_printf(a, "%.*s-%lld", GK_SARG(name), (long long)i));
		struct gk_sim_obj *o = gk_sim_store_get(gk_sim_pods(sim), ns, pod);

		if (!o && (all_ready || parallel)) {
			create_member(sim, set, pod, revision);
			o = gk_sim_store_get(gk_sim_pods(sim), ns, pod);
		}
		if (!o)
			break;
		t->all++;
		t->ready += gk_sim_pod_ready(o->doc.root);
		t->updated += is_current(o->doc.root, revision);
		all_ready = all_ready && gk_sim_pod_ready(o->doc.root);
		if (!is_current(o->doc.root, revision))
			stale = o;
	}
	for (int64_t i = want;; i++) {
		struct gk_sim_obj *o = gk_sim_store_get(gk_sim_pods(sim), ns,
			gk_str_c(gk_arena_printf(a, "%.*s-%lld", GK_SARG(name), (long long)i)));

		if (!o)
			break;
		gk_sim_control_delete(sim, gk_sim_pods(sim), o);
	}
	if (stale && all_ready)
		gk_sim_control_delete(sim, gk_sim_pods(sim), stale);
}

void gk_sim_reconcile_statefulset(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status;
	struct tally t = {0};
	const char *revision;

	gk_sim_edit_begin(&e, sim, res, o);
	revision = gk_arena_printf(a, "%.*s-%s", GK_SARG(gk_sim_obj_name(o->doc.root)),
		gk_sim_template_hash(a, gk_node_path(o->doc.root, "spec", "template", NULL)));
	step(sim, o->doc.root, revision, a, &t);
	status = gk_sim_edit_status(&e);
	gk_node_set_c(a, status, "replicas", gk_node_int_new(a, t.all));
	gk_node_set_c(a, status, "availableReplicas", gk_node_int_new(a, t.ready));
	gk_sim_count(a, status, "readyReplicas", t.ready);
	gk_sim_count(a, status, "updatedReplicas", t.updated);
	gk_node_set_str(a, status, "updateRevision", gk_str_c(revision));
	if (t.updated == t.all || !gk_node_get(status, "currentRevision"))
		gk_node_set_str(a, status, "currentRevision", gk_str_c(revision));
	gk_sim_count(a, status, "currentReplicas", t.updated == t.all ? t.all : t.all - t.updated);
	gk_node_set_c(a, status, "collisionCount", gk_node_int_new(a, 0));
	gk_sim_observed(a, e.doc.root);
	gk_sim_edit_commit(&e, "status");
}

/* One node, so one pod. */
void gk_sim_reconcile_daemonset(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	static const char *const always[] = {"desiredNumberScheduled", "currentNumberScheduled"};
	const struct gk_node *template = gk_node_path(o->doc.root, "spec", "template", NULL);
	struct gk_sim_objs pods = {0};
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status;
	const char *hash;
	bool fresh, ready;

	gk_sim_edit_begin(&e, sim, res, o);
	hash = gk_sim_template_hash(a, template);
	gk_sim_dependents(gk_sim_pods(sim), o->doc.root, &pods);
	if (pods.n && !is_current(pods.v[0]->doc.root, hash))
		gk_sim_control_delete(sim, gk_sim_pods(sim), pods.v[0]);
	if (!pods.n) {
		struct gk_doc doc = GK_DOC_INIT;
		const char *name = gk_arena_printf(
			a, "%.*s-%s", GK_SARG(gk_sim_obj_name(o->doc.root)), gk_sim_suffix(a, 5));

		gk_sim_pod_of(&doc, o->doc.root, template, gk_str_c(name), HASH_LABEL, hash);
		gk_sim_control_create(sim, gk_sim_pods(sim), &doc);
	}
	fresh = pods.n && is_current(pods.v[0]->doc.root, hash);
	ready = pods.n && gk_sim_pod_ready(pods.v[0]->doc.root);
	gk_sim_objs_done(&pods);
	status = gk_sim_edit_status(&e);
	for (size_t i = 0; i < GK_COUNT(always); i++)
		gk_node_set_c(a, status, always[i], gk_node_int_new(a, 1));
	gk_node_set_c(a, status, "numberMisscheduled", gk_node_int_new(a, 0));
	gk_node_set_c(a, status, "numberReady", gk_node_int_new(a, ready));
	gk_sim_count(a, status, "numberAvailable", ready);
	gk_sim_count(a, status, "numberUnavailable", !ready);
	gk_sim_count(a, status, "updatedNumberScheduled", fresh || !ready);
	gk_sim_observed(a, e.doc.root);
	gk_sim_edit_commit(&e, "status");
}
