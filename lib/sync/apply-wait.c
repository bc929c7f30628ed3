/*
 * Waiting for health: one watch a resource and namespace, from the version of the write on,
 * as long as an object there is waited for.
 */
#include "sync/apply-priv.h"

#include "base/io.h"
#include "base/trace.h"
#include "kube/watch.h"

/* So long an object may be Degraded before that counts, unless its kind never recovers. */
enum { DEGRADED_MS = 10000 };

struct gk_wait_group {
	struct gk_apply_run *run;
	const struct gk_kube_resource *res;
	struct gk_str ns, version; /* where the watch began */
	const char *field, *label;
	struct gk_kube_watch *watch;
	struct gk_map nodes; /* name -> node that settles */
};

/* Versions of one resource: decimal numbers as text. */
static int version_cmp(struct gk_str a, struct gk_str b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return gk_str_cmp(a, b);
}

/* ---- verdicts ---- */

static bool is_enough(const struct gk_apply_node *n)
{
	if (gk_health_good(n->health.status))
		return true;
	/* A claim may bind only when its first pod comes: being asked for is enough. */
	if (n->health.status == GK_HEALTH_PROGRESSING &&
		gk_apply_is(gk_apply__ref(n)->group, gk_apply__ref(n)->kind, GK_APPLY_OPEN))
		return true;
	/* Somebody paused it on purpose: it is as the author wants it. */
	if (n->health.status == GK_HEALTH_SUSPENDED && !n->target->marks.hook)
		return true;
	return false;
}

/* A hook whose kind cannot tell of an end is judged as failed, as Argo CD does. */
static bool is_lost(const struct gk_apply_node *n)
{
	if (n->health.status == GK_HEALTH_UNKNOWN)
		return n->target->marks.hook;
	return n->health.status == GK_HEALTH_DEGRADED;
}

static void on_grace_over(void *ctx)
{
	struct gk_apply_node *n = ctx;

	n->timer = NULL;
	if (n->state == GK_NODE_SETTLING)
		gk_vec_push(&n->run->unhealthy, n->id);
}

static bool never_recovers(const struct gk_apply_node *n)
{
	return gk_str_is(gk_apply__ref(n)->kind, "Job") || n->target->marks.hook;
}

static void drop_timer(struct gk_apply_node *n)
{
	if (n->timer)
		gk_http_timer_cancel(n->run->opt->session->http, n->timer);
	n->timer = NULL;
}

/* Act on a node's health as it is now. */
static void decide(struct gk_apply_node *n)
{
	if (is_enough(n)) {
		gk_apply__done(n);
	} else if (!is_lost(n)) {
		drop_timer(n);
	} else if (!n->timer) {
		n->timer = gk_http_timer(n->run->opt->session->http,
			never_recovers(n) ? 0 : DEGRADED_MS, on_grace_over, n);
	}
}

/* ---- events ---- */

static void on_object(struct gk_apply_node *n, const struct gk_watch_event *ev)
{
	struct gk_health h;

	/* What happened before our write says nothing about it. */
	if (n->state != GK_NODE_SETTLING || version_cmp(ev->version, n->version) < 0)
		return;
	h = gk_health_of(&n->run->arena, ev->object);
	if (h.status == n->health.status && strcmp(h.message, n->health.message) == 0)
		return;
	n->health = h;
	gk_apply__event(n, "status",
		gk_health_good(h.status) ? "Current"
		: is_lost(n)             ? "Failed"
					 : "InProgress",
		NULL);
	decide(n);
}

static void on_deleted(struct gk_apply_node *n, const struct gk_watch_event *ev)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_str uid = gk_kube_uid(ev->object); /* empty after a relist */

	if (n->state != GK_NODE_SETTLING || (uid.n && !gk_str_eq(uid, n->uid)))
		return;
	gk_fail(&err, GK_EUNHEALTHY, "apply.vanished",
		"%s was deleted by others while it was awaited",
		gk_ref_text(&n->run->arena, gk_apply__ref(n)));
	gk_apply__failed(n, &err);
}

/* The watch is over for good: nobody can tell how these objects are. */
static void on_failed(struct gk_wait_group *g, const struct gk_err *why)
{
	g->watch = NULL;
	gk_map_foreach (e, &g->nodes) {
		struct gk_apply_node *n = e->value;
		struct gk_err err = *why;

		gk_ctx(&err, "cannot watch %s", gk_ref_text(&n->run->arena, gk_apply__ref(n)));
		gk_apply__failed(n, &err);
	}
}

static void trace_event(const struct gk_wait_group *g, const struct gk_watch_event *ev)
{
	gk_trace(GK_TRACE_HEALTH, "%.*s %.*s version %.*s%s", GK_SARG(g->res->plural),
		GK_SARG(gk_node_text(gk_node_path(ev->object, "metadata", "name", NULL))),
		GK_SARG(ev->version), ev->type == GK_WATCH_DELETED ? " deleted" : "");
}

static void on_watch(void *ctx, const struct gk_watch_event *ev)
{
	struct gk_wait_group *g = ctx;
	struct gk_apply_node *n;

	if (ev->type == GK_WATCH_FAILED)
		on_failed(g, ev->err);
	if (ev->type != GK_WATCH_OBJECT && ev->type != GK_WATCH_DELETED)
		return;
	trace_event(g, ev);
	n = gk_map_find(
		&g->nodes, gk_node_text(gk_node_path(ev->object, "metadata", "name", NULL)));
	if (n && ev->type == GK_WATCH_OBJECT)
		on_object(n, ev);
	else if (n)
		on_deleted(n, ev);
}

/* ---- groups ---- */

/* Members of a set carry its label: a busy namespace is then not watched whole. */
static struct gk_wait_group *group_of(struct gk_apply_node *n)
{
	struct gk_apply_run *r = n->run;
	const struct gk_kube_resource *res = n->target->res;
	const struct gk_ref *ref = gk_apply__ref(n);
	bool hook = n->target->marks.hook;
	struct gk_str name = hook ? ref->name : GK_STR("");
	struct gk_str key = gk_str_c(gk_arena_printf(&r->arena, "%.*s.%.*s/%.*s/%.*s",
		GK_SARG(res->plural), GK_SARG(res->group), GK_SARG(ref->ns), GK_SARG(name)));
	void **slot = gk_map_at(&r->groups, key);
	struct gk_wait_group *g = *slot;

	if (g)
		return g;
	g = *slot = gk_arena_zalloc(&r->arena, sizeof *g);
	*g = (struct gk_wait_group){.run = r, .res = res, .ns = ref->ns};
	if (hook)
		g->field = gk_arena_printf(&r->arena, "metadata.name=%.*s", GK_SARG(name));
	else if (r->opt->id)
		g->label = gk_arena_printf(&r->arena, GK_APPLYSET "part-of=%s", r->opt->id->id);
	return g;
}

static void start_watch(struct gk_wait_group *g, struct gk_str version)
{
	struct gk_kube_watch_options opt = {.res = g->res,
		.ns = g->ns,
		.version = version,
		.label_selector = g->label,
		.field_selector = g->field};

	if (g->watch)
		gk_kube_watch_stop(g->watch);
	gk_trace(GK_TRACE_HEALTH, "watch %.*s in '%.*s' from version %.*s", GK_SARG(g->res->plural),
		GK_SARG(g->ns), GK_SARG(version));
	g->version = version;
	g->watch = gk_kube_watch_start(g->run->opt->session->kube, &opt, on_watch, g);
}

static void join(struct gk_apply_node *n)
{
	struct gk_wait_group *g = group_of(n);
	const struct gk_ref *ref = gk_apply__ref(n);

	n->group = g;
	gk_map_put(&g->nodes, ref->name, n);
	/* Answers may come in another order than the writes happened: none may be missed. */
	if (!g->watch || version_cmp(n->version, g->version) < 0)
		start_watch(g, n->version);
	gk_kube_watch_know(g->watch, ref->ns, ref->name, n->version);
}

void gk_apply__stop_waiting(struct gk_apply_node *n)
{
	struct gk_wait_group *g = n->group;

	drop_timer(n);
	n->group = NULL;
	if (!g)
		return;
	gk_map_del(&g->nodes, gk_apply__ref(n)->name);
	if (g->nodes.n == 0 && g->watch) {
		gk_kube_watch_stop(g->watch);
		g->watch = NULL;
	}
}

void gk_apply__settle(struct gk_apply_node *n, const struct gk_node *object)
{
	struct gk_apply_run *r = n->run;
	const struct gk_ref *ref = gk_apply__ref(n);

	if (!gk_health_known(ref->group, ref->kind))
		n->health = (struct gk_health){GK_HEALTH_NONE, ""};
	else if (object)
		n->health = gk_health_of(&r->arena, object);
	else
		n->health = n->target->health;
	if (is_enough(n) || !gk_apply__needs_health(n) || r->stopped) {
		gk_apply__done(n);
		return;
	}
	n->state = GK_NODE_SETTLING;
	gk_apply__event(n, "wait", "Pending", NULL);
	gk_apply__applied(n);
	join(n);
	if (n->state == GK_NODE_SETTLING)
		decide(n);
}

/* ---- the end ---- */

static void expire(struct gk_apply_node *n)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_EUNHEALTHY, "apply.timeout", "%s is not healthy after %lld s: %s",
		gk_ref_text(&n->run->arena, gk_apply__ref(n)),
		(long long)(gk_time_mono_ms() - n->begin_ms) / 1000,
		*n->health.message ? n->health.message : gk_health_name(n->health.status));
	gk_apply__explain(n, &err);
	if (n->state == GK_NODE_SETTLING) /* it may have got healthy just now */
		gk_apply__failed(n, &err);
}

void gk_apply__expire(struct gk_apply_run *r)
{
	for (size_t i = 0; i < r->graph.n; i++)
		if (r->node[i].state == GK_NODE_SETTLING)
			expire(&r->node[i]);
}

void gk_apply__unhealthy(struct gk_apply_run *r)
{
	for (size_t i = 0; i < r->unhealthy.n; i++) {
		struct gk_apply_node *n = &r->node[r->unhealthy.v[i]];
		struct gk_err err = GK_ERR_INIT;

		if (n->state != GK_NODE_SETTLING)
			continue;
		gk_fail(&err, n->target->marks.hook ? GK_EREJECTED : GK_EUNHEALTHY,
			n->target->marks.hook ? "apply.hook" : "apply.degraded", "%s %s: %s",
			gk_ref_text(&r->arena, gk_apply__ref(n)),
			n->target->marks.hook ? "failed" : "is degraded", n->health.message);
		gk_apply__explain(n, &err);
		if (n->state == GK_NODE_SETTLING)
			gk_apply__failed(n, &err);
	}
	r->unhealthy.n = 0;
}

void gk_apply__wait_done(struct gk_apply_run *r)
{
	gk_map_foreach (e, &r->groups) {
		struct gk_wait_group *g = e->value;

		if (g->watch)
			gk_kube_watch_stop(g->watch);
		gk_map_done(&g->nodes);
	}
	gk_map_done(&r->groups);
}
