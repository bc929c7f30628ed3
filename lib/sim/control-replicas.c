/* Deployments and ReplicaSets. */
#include "base/num.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

#define HASH_LABEL "pod-template-hash"
#define REVISION "deployment.kubernetes.io/revision"

static int64_t wanted(const struct gk_node *root)
{
	return gk_sim_int_at(root, "spec", "replicas", 1);
}

/* Make or remove pods until there are as many as wanted; pods that are going do not count. */
static void scale_pods(struct gk_sim *sim, struct gk_sim_obj *set, struct gk_sim_objs *pods)
{
	const struct gk_node *template = gk_node_path(set->doc.root, "spec", "template", NULL);
	struct gk_str name = gk_sim_obj_name(set->doc.root);
	int64_t want = wanted(set->doc.root);

	for (int64_t n = (int64_t)pods->n; n < want; n++) {
		struct gk_doc doc = GK_DOC_INIT;
		const char *pod = gk_arena_printf(
			&doc.arena, "%.*s-%s", GK_SARG(name), gk_sim_suffix(&doc.arena, 5));

		gk_sim_pod_of(&doc, set->doc.root, template, gk_str_c(pod), NULL, NULL);
		gk_sim_control_create(sim, gk_sim_pods(sim), &doc);
	}
	for (size_t n = pods->n; (int64_t)n > want && n > 0; n--)
		gk_sim_control_delete(sim, gk_sim_pods(sim), pods->v[n - 1]);
}

static int64_t count_ready(const struct gk_sim_objs *pods)
{
	int64_t n = 0;

	for (size_t i = 0; i < pods->n; i++)
		n += gk_sim_pod_ready(pods->v[i]->doc.root);
	return n;
}

void gk_sim_reconcile_replicaset(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	struct gk_sim_objs pods = {0};
	struct gk_sim_edit e;
	struct gk_node *status;
	int64_t ready;

	gk_sim_dependents(gk_sim_pods(sim), o->doc.root, &pods);
	scale_pods(sim, o, &pods);
	gk_sim_objs_done(&pods);
	gk_sim_dependents(gk_sim_pods(sim), o->doc.root, &pods);
	ready = count_ready(&pods);
	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	gk_node_set_c(
		&e.doc.arena, status, "replicas", gk_node_int_new(&e.doc.arena, (int64_t)pods.n));
	gk_sim_count(&e.doc.arena, status, "fullyLabeledReplicas", (int64_t)pods.n);
	gk_sim_count(&e.doc.arena, status, "readyReplicas", ready);
	gk_sim_count(&e.doc.arena, status, "availableReplicas", ready);
	gk_sim_observed(&e.doc.arena, e.doc.root);
	gk_sim_objs_done(&pods);
	gk_sim_edit_commit(&e, "status");
}

static struct gk_sim_res *replicasets(struct gk_sim *sim)
{
	return gk_sim_res_find(&sim->store, GK_STR("apps"), GK_STR("replicasets"));
}

static void set_label(struct gk_arena *a, struct gk_node *at, const char *hash)
{
	gk_node_set_str(a, gk_node_need(a, at, "labels", GK_OBJECT), HASH_LABEL, gk_str_c(hash));
}

/* The set of a template: like its Deployment, and labelled with the template's hash. */
static void create_set(
	struct gk_sim *sim, const struct gk_node *deployment, const char *hash, int64_t revision)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_arena *a = &doc.arena;
	const struct gk_node *spec = gk_node_get(deployment, "spec");
	struct gk_node *set, *own, *template, *labels;
	struct gk_str behaviour = gk_node_text(
		gk_node_path(deployment, "metadata", "annotations", GK_PREFIX "/sim", NULL));

	set = doc.root = gk_sim_new_object(a, "apps/v1", "ReplicaSet", gk_sim_obj_ns(deployment),
		gk_str_c(
			gk_arena_printf(a, "%.*s-%s", GK_SARG(gk_sim_obj_name(deployment)), hash)));
	own = gk_node_need(a, set, "spec", GK_OBJECT);
	gk_node_set_c(a, own, "replicas", gk_node_int_new(a, wanted(deployment)));
	gk_node_set_c(a, own, "selector", gk_node_dup(a, gk_node_get(spec, "selector")));
	gk_node_set_str(a, gk_node_need(a, gk_node_get(own, "selector"), "matchLabels", GK_OBJECT),
		HASH_LABEL, gk_str_c(hash));
	template = gk_node_set_c(a, own, "template", gk_node_dup(a, gk_node_get(spec, "template")));
	set_label(a, gk_sim_meta_need(a, template), hash);
	labels = gk_node_path(template, "metadata", "labels", NULL);
	gk_node_set_c(a, gk_sim_meta_need(a, set), "labels", gk_node_dup(a, labels));
	gk_node_set_str(a, gk_node_need(a, gk_sim_meta_need(a, set), "annotations", GK_OBJECT),
		REVISION, gk_str_c(gk_arena_printf(a, "%lld", (long long)revision)));
	if (behaviour.n)
		gk_node_set_str(a, gk_node_path(set, "metadata", "annotations", NULL),
			GK_PREFIX "/sim", behaviour);
	gk_sim_own(a, set, deployment);
	gk_sim_control_create(sim, replicasets(sim), &doc);
}

static void scale_set(struct gk_sim *sim, struct gk_sim_obj *set, int64_t replicas)
{
	struct gk_sim_edit e;

	if (wanted(set->doc.root) == replicas)
		return;
	gk_sim_edit_begin(&e, sim, replicasets(sim), set);
	gk_node_set_c(&e.doc.arena, gk_node_get(e.doc.root, "spec"), "replicas",
		gk_node_int_new(&e.doc.arena, replicas));
	gk_node_set_c(&e.doc.arena, gk_sim_meta_need(&e.doc.arena, e.doc.root), "generation",
		gk_node_int_new(
			&e.doc.arena, gk_sim_int_at(e.doc.root, "metadata", "generation", 1) + 1));
	gk_sim_edit_commit(&e, "");
}

/* What the sets of a Deployment add up to. */
struct totals {
	int64_t all, updated, ready, revision;
	struct gk_sim_obj *current; /* the set of today's template, or NULL */
};

static int64_t revision_of(const struct gk_node *root)
{
	struct gk_err err = GK_ERR_INIT;
	int64_t n = 0;

	if (gk_num_i64(gk_node_text(gk_node_path(root, "metadata", "annotations", REVISION, NULL)),
		    0, INT64_MAX, &n, &err))
		return 0;
	return n;
}

static void add_up(const struct gk_sim_objs *sets, const char *hash, struct totals *t)
{
	for (size_t i = 0; i < sets->n; i++) {
		const struct gk_node *root = sets->v[i]->doc.root;
		int64_t replicas = gk_sim_int_at(root, "status", "replicas", 0);

		t->all += replicas;
		t->ready += gk_sim_int_at(root, "status", "readyReplicas", 0);
		if (revision_of(root) > t->revision)
			t->revision = revision_of(root);
		if (gk_str_is(gk_node_text(
				      gk_node_path(root, "metadata", "labels", HASH_LABEL, NULL)),
			    hash)) {
			t->current = sets->v[i];
			t->updated = replicas;
		}
	}
}

/*
 * The new set comes up whole; the old ones go when it is ready.  With Recreate they go first.
 * Returns true when a set was changed (its event brings us back).
 */
static bool roll(struct gk_sim *sim, const struct gk_sim_obj *o, const struct gk_sim_objs *sets,
	struct totals *t, const char *hash)
{
	const struct gk_node *root = o->doc.root;
	struct gk_str strategy = gk_node_text(gk_node_path(root, "spec", "strategy", "type", NULL));
	bool recreate = gk_str_is(strategy, "Recreate"), old = false, ready;

	for (size_t i = 0; i < sets->n; i++)
		old = old || (sets->v[i] != t->current &&
				     gk_sim_int_at(sets->v[i]->doc.root, "status", "replicas", 0));
	ready = t->current &&
		gk_sim_int_at(t->current->doc.root, "status", "readyReplicas", 0) >= wanted(root);
	for (size_t i = 0; i < sets->n; i++)
		if (sets->v[i] != t->current && (recreate || ready))
			scale_set(sim, sets->v[i], 0);
	if (recreate && old)
		return true;
	if (!t->current) {
		create_set(sim, root, hash, t->revision + 1);
		return true;
	}
	scale_set(sim, t->current, wanted(root));
	return false;
}

static void set_deployment_status(struct gk_sim_edit *e, const struct totals *t)
{
	struct gk_arena *a = &e->doc.arena;
	struct gk_node *status = gk_sim_edit_status(e);
	int64_t want = wanted(e->doc.root), delay;
	bool available = t->ready >= want, fails;
	struct gk_str name = t->current ? gk_sim_obj_name(t->current->doc.root) : GK_STR("");
	const char *set = gk_arena_memdup0(a, name.p, name.n);

	fails = gk_sim_behaviour(e->doc.root, &delay) == GK_SIM_FAIL;
	gk_sim_count(a, status, "replicas", t->all);
	gk_sim_count(a, status, "updatedReplicas", t->updated);
	gk_sim_count(a, status, "readyReplicas", t->ready);
	gk_sim_count(a, status, "availableReplicas", t->ready);
	gk_sim_count(a, status, "unavailableReplicas", want > t->ready ? want - t->ready : 0);
	gk_sim_observed(a, e->doc.root);
	gk_sim_condition(a, status, "Available", available,
		available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
		available ? "Deployment has minimum availability."
			  : "Deployment does not have minimum availability.");
	if (fails)
		gk_sim_condition(a, status, "Progressing", false, "ProgressDeadlineExceeded",
			gk_arena_printf(a, "ReplicaSet \"%s\" has timed out progressing.", set));
	else if (available && t->updated == want && t->all == want)
		gk_sim_condition(a, status, "Progressing", true, "NewReplicaSetAvailable",
			gk_arena_printf(a, "ReplicaSet \"%s\" has successfully progressed.", set));
	else
		gk_sim_condition(a, status, "Progressing", true, "ReplicaSetUpdated",
			gk_arena_printf(a, "ReplicaSet \"%s\" is progressing.", set));
}

/* Conditions of Deployments also say when they were last looked at. */
static void stamp_conditions(struct gk_arena *a, struct gk_node *status)
{
	gk_node_foreach (c, gk_node_get(status, "conditions"))
		gk_node_set_str(
			a, c, "lastUpdateTime", gk_node_text(gk_node_get(c, "lastTransitionTime")));
}

/* The annotation with the revision is the controller's, and no part of the status. */
static struct gk_sim_obj *set_revision(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, const struct totals *t)
{
	struct gk_str ns = gk_sim_obj_ns(o->doc.root), name = gk_sim_obj_name(o->doc.root);
	struct gk_sim_edit e;
	struct gk_arena *a;

	if (!t->current || revision_of(o->doc.root) == revision_of(t->current->doc.root))
		return o;
	gk_sim_edit_begin(&e, sim, res, o);
	a = &e.doc.arena;
	gk_node_set_str(a,
		gk_node_need(a, gk_sim_meta_need(a, e.doc.root), "annotations", GK_OBJECT),
		REVISION,
		gk_str_c(gk_arena_printf(a, "%lld", (long long)revision_of(t->current->doc.root))));
	gk_sim_edit_commit(&e, "");
	return gk_sim_store_get(res, ns, name);
}

void gk_sim_reconcile_deployment(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const struct gk_node *root = o->doc.root;
	const char *hash = gk_sim_template_hash(&a, gk_node_path(root, "spec", "template", NULL));
	struct gk_sim_objs sets = {0};
	struct totals t = {0};
	struct gk_sim_edit e;

	gk_sim_dependents(replicasets(sim), root, &sets);
	add_up(&sets, hash, &t);
	if (!gk_node_true(gk_node_path(root, "spec", "paused", NULL)))
		(void)roll(sim, o, &sets, &t, hash);
	gk_sim_edit_begin(&e, sim, res, set_revision(sim, res, o, &t));
	set_deployment_status(&e, &t);
	stamp_conditions(&e.doc.arena, gk_sim_edit_status(&e));
	gk_sim_edit_commit(&e, "status");
	gk_sim_objs_done(&sets);
}
