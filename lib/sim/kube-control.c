#include "sim/kube-control.h"

#include "base/buf.h"
#include "base/map.h"
#include "doc/object.h"
#include "sim/default.h"
#include "sim/kube-commit.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

/* An object that waits for its controller. */
struct job {
	struct job *next;
	struct gk_sim *sim;
	struct gk_sim_res *res;
	char *key; /* in the map of those that wait */
	char *ns, *name;
	bool timed; /* its timer fired */
};

struct gk_sim_control {
	struct job *first, **tail;
	struct gk_map queued; /* keys of the jobs, so that none waits twice */
	struct gk_strs gone;  /* uids whose dependents are to be collected */
	struct gk_map owners; /* uids that some object ever named as its owner */
	struct gk_arena arena;
	bool by_timer;
};

static const struct {
	const char *group, *kind;
	gk_sim_reconcile_fn fn;
} controllers[] = {{"", "Namespace", gk_sim_reconcile_namespace}, {"", "Pod", gk_sim_reconcile_pod},
	{"apps", "Deployment", gk_sim_reconcile_deployment},
	{"apps", "ReplicaSet", gk_sim_reconcile_replicaset},
	{"apps", "StatefulSet", gk_sim_reconcile_statefulset},
	{"apps", "DaemonSet", gk_sim_reconcile_daemonset}, {"batch", "Job", gk_sim_reconcile_job},
	{"", "PersistentVolumeClaim", gk_sim_reconcile_claim},
	{"", "Service", gk_sim_reconcile_balanced},
	{"networking.k8s.io", "Ingress", gk_sim_reconcile_balanced},
	{"autoscaling", "HorizontalPodAutoscaler", gk_sim_reconcile_autoscaler},
	{"policy", "PodDisruptionBudget", gk_sim_reconcile_budget}};

void gk_sim_control_init(struct gk_sim *sim)
{
	struct gk_sim_control *c = gk_xcalloc(1, sizeof *c);

	c->tail = &c->first;
	sim->control = c;
}

static void free_job(struct job *j)
{
	gk_free(j->key);
	gk_free(j->ns);
	gk_free(j->name);
	gk_free(j);
}

void gk_sim_control_done(struct gk_sim *sim)
{
	struct gk_sim_control *c = sim->control;

	if (!c)
		return;
	for (struct job *j = c->first, *next; j; j = next) {
		next = j->next;
		free_job(j);
	}
	gk_map_done(&c->queued);
	gk_map_done(&c->owners);
	gk_vec_done(&c->gone);
	gk_arena_done(&c->arena);
	gk_free(c);
	sim->control = NULL;
}

/* The caller frees it. */
static char *job_key(const struct gk_sim_res *res, struct gk_str ns, struct gk_str name)
{
	struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b, "%s/%s/%.*s/%.*s", res->group, res->plural, GK_SARG(ns), GK_SARG(name));
	return gk_buf_take(&b);
}

static struct job *new_job(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_str ns, struct gk_str name)
{
	struct job *j = gk_xcalloc(1, sizeof *j);

	j->sim = sim;
	j->res = res;
	j->ns = gk_xmemdup0(ns.p ? ns.p : "", ns.n);
	j->name = gk_xmemdup0(name.p, name.n);
	return j;
}

static struct job *enqueue(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_str ns, struct gk_str name)
{
	struct gk_sim_control *c = sim->control;
	char *key = job_key(res, ns, name);
	struct job *j = gk_map_find(&c->queued, gk_str_c(key));

	if (j) {
		gk_free(key);
		return j;
	}
	j = new_job(sim, res, ns, name);
	j->key = key;
	(void)gk_map_put(&c->queued, gk_str_c(key), j);
	*c->tail = j;
	c->tail = &j->next;
	return j;
}

bool gk_sim_control_by_timer(const struct gk_sim *sim)
{
	return sim->control->by_timer;
}

static void on_later(void *ctx)
{
	struct job *j = ctx;

	enqueue(j->sim, j->res, gk_str_c(j->ns), gk_str_c(j->name))->timed = true;
	free_job(j);
}

void gk_sim_control_later(struct gk_sim *sim, struct gk_sim_res *res, struct gk_str ns,
	struct gk_str name, int64_t delay_ms)
{
	(void)gk_sim_timer_add(&sim->loop, delay_ms, on_later, new_job(sim, res, ns, name));
}

static void enqueue_owners(struct gk_sim *sim, const struct gk_node *object)
{
	gk_node_foreach (ref, gk_node_path(object, "metadata", "ownerReferences", NULL)) {
		struct gk_str group, version;
		struct gk_str uid = gk_node_text(gk_node_get(ref, "uid"));
		struct gk_sim_res *res;

		gk_api_version_split(
			gk_node_text(gk_node_get(ref, "apiVersion")), &group, &version);
		res = gk_sim_res_of_kind(
			&sim->store, group, gk_node_text(gk_node_get(ref, "kind")));
		if (res)
			(void)enqueue(sim, res, res->cluster ? GK_STR("") : gk_sim_obj_ns(object),
				gk_node_text(gk_node_get(ref, "name")));
		if (uid.n && !gk_map_has(&sim->control->owners, uid))
			(void)gk_map_put(&sim->control->owners,
				gk_str_c(gk_arena_memdup0(&sim->control->arena, uid.p, uid.n)),
				sim);
	}
}

/* A namespace that is going waits for its last object. */
static void enqueue_namespace(struct gk_sim *sim, struct gk_str ns)
{
	struct gk_sim_res *res = gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("namespaces"));
	const struct gk_sim_obj *o = ns.n ? gk_sim_store_get(res, GK_STR(""), ns) : NULL;

	if (o && gk_sim_meta(o->doc.root, "deletionTimestamp").n)
		(void)enqueue(sim, res, GK_STR(""), ns);
}

static void enqueue_definition(struct gk_sim *sim, const struct gk_sim_res *res)
{
	struct gk_sim_res *crds = gk_sim_res_of_kind(
		&sim->store, GK_STR("apiextensions.k8s.io"), GK_STR("CustomResourceDefinition"));
	struct gk_buf name = GK_BUF_INIT(0);

	gk_buf_printf(&name, "%s.%s", res->plural, res->group);
	(void)enqueue(sim, crds, GK_STR(""), gk_buf_str(&name));
	gk_buf_done(&name);
}

static void object_gone(
	struct gk_sim *sim, const struct gk_sim_res *res, const struct gk_node *root)
{
	struct gk_sim_control *c = sim->control;
	struct gk_str uid = gk_sim_obj_uid(root);

	if (gk_map_has(&c->owners, uid) && !sim->opt.idle)
		gk_vec_push(&c->gone, gk_arena_memdup0(&c->arena, uid.p, uid.n));
	enqueue_namespace(sim, gk_sim_obj_ns(root));
	if (!res->builtin)
		enqueue_definition(sim, res);
	if (strcmp(res->kind, "CustomResourceDefinition") == 0)
		gk_sim_crd_drop(sim, root);
}

void gk_sim_control_changed(
	struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_change *change)
{
	const struct gk_node *root = change->after->doc.root;

	if (!sim->control)
		return;
	enqueue_owners(sim, root);
	if (change->deleted)
		object_gone(sim, res, root);
	else
		(void)enqueue(sim, res, gk_sim_obj_ns(root), gk_sim_obj_name(root));
}

static gk_sim_reconcile_fn controller_of(const struct gk_sim *sim, const struct gk_sim_res *res)
{
	if (strcmp(res->kind, "CustomResourceDefinition") == 0)
		return gk_sim_reconcile_crd;
	if (sim->opt.idle)
		return NULL;
	for (size_t i = 0; i < GK_COUNT(controllers); i++)
		if (strcmp(controllers[i].kind, res->kind) == 0 &&
			strcmp(controllers[i].group, res->group) == 0)
			return controllers[i].fn;
	return res->builtin ? NULL : gk_sim_reconcile_custom;
}

static void reconcile(struct gk_sim *sim, const struct job *j)
{
	struct gk_str ns = gk_str_c(j->ns), name = gk_str_c(j->name);
	struct gk_sim_obj *o = j->res->gone ? NULL : gk_sim_store_get(j->res, ns, name);
	gk_sim_reconcile_fn fn = controller_of(sim, j->res);

	if (!o)
		return;
	gk_sim_obj_ref(o);
	if (sim->opt.idle && fn != gk_sim_reconcile_crd) {
		gk_sim_obj_unref(o);
		return;
	}
	if (gk_sim_meta(o->doc.root, "deletionTimestamp").n) {
		gk_sim_collect(sim, j->res, o);
		if (fn == gk_sim_reconcile_namespace || fn == gk_sim_reconcile_crd)
			fn(sim, j->res, o);
	} else if (gk_sim_is_orphan(sim, o->doc.root)) {
		gk_sim_control_delete(sim, j->res, o);
	} else if (fn) {
		fn(sim, j->res, o);
	}
	gk_sim_obj_unref(o);
}

void gk_sim_control_run(struct gk_sim *sim)
{
	struct gk_sim_control *c = sim->control;

	while (c->first || c->gone.n) {
		struct job *j = c->first;

		while (c->gone.n)
			gk_sim_collect_gone(sim, gk_str_c(c->gone.v[--c->gone.n]));
		if (!j)
			continue;
		c->first = j->next;
		if (!c->first)
			c->tail = &c->first;
		(void)gk_map_del(&c->queued, gk_str_c(j->key));
		c->by_timer = j->timed;
		reconcile(sim, j);
		free_job(j);
	}
}
