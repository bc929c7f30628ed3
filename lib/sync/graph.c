/* Building the order graph: nodes, references, marks. */
#include "sync/graph.h"

#include "base/map.h"
#include "sync/graph-priv.h"
#include "sync/refs.h"

void gk_graph__edge(struct gk_graph *g, uint32_t from, struct gk_edge edge)
{
	struct gk_gnode *n = &g->node[from];

	for (uint32_t i = 0; i < n->ndeps; i++)
		if (n->deps[i].to == edge.to) {
			n->deps[i].healthy |= edge.healthy;
			if (edge.kind == GK_EDGE_AFTER || n->deps[i].kind != GK_EDGE_AFTER)
				return;
			n->deps[i].kind = edge.kind;
			n->deps[i].why = edge.why;
			return;
		}
	if (n->ndeps == n->capdeps) {
		n->capdeps = n->capdeps ? n->capdeps * 2 : 4;
		n->deps = gk_xrealloc(n->deps, n->capdeps, sizeof *n->deps);
	}
	n->deps[n->ndeps++] = edge;
}

uint32_t gk_graph__node(struct gk_graph *g, struct gk_gnode node)
{
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->node = gk_xrealloc(g->node, g->cap, sizeof *g->node);
	}
	g->node[g->n] = node;
	return (uint32_t)g->n++;
}

static const struct gk_item *item_of(const struct gk_graph *g, uint32_t node)
{
	return &g->set->items[g->node[node].item];
}

/* ---- nodes ---- */

static void add_object(struct gk_graph *g, size_t item)
{
	struct gk_gnode n = {.item = item, .pulled_by = GK_NO_NODE};

	gk_marks_of(g->set->items[item].object, &n.marks);
	if (n.marks.skip) {
		g->skipped++;
		return;
	}
	n.wave = n.own_wave = n.marks.wave;
	for (unsigned p = 0; p < GK_PHASES; p++)
		if (n.marks.phases & (1U << p)) {
			n.phase = n.own_phase = (enum gk_phase)p;
			gk_graph__node(g, n);
		}
}

/*
 * What can be looked up by identity: the object itself (its first node), and the maker of an
 * object that is not in the set (an ExternalSecret, for its Secret).
 */
struct lookup {
	struct gk_graph *g;
	struct gk_map objects;  /* ref key -> node + 1 */
	struct gk_map made;     /* ref key -> node + 1 of the maker */
	struct gk_map crds;     /* "group\0kind" -> node + 1 */
	struct gk_map bindings; /* key of a ServiceAccount -> list of binding nodes */
	uint32_t user;          /* the node whose references are being added */
};

struct binding {
	struct binding *next;
	uint32_t node;
};

static void *as_value(uint32_t node)
{
	return (void *)(uintptr_t)(node + 1);
}

static uint32_t as_node(const void *value)
{
	return value ? (uint32_t)(uintptr_t)value - 1 : GK_NO_NODE;
}

static struct gk_str group_kind_key(struct gk_arena *a, struct gk_str group, struct gk_str kind)
{
	char *p = gk_arena_alloc(a, group.n + kind.n + 1);

	if (group.n)
		memcpy(p, group.p, group.n);
	p[group.n] = '\0';
	if (kind.n)
		memcpy(p + group.n + 1, kind.p, kind.n);
	return (struct gk_str){p, group.n + kind.n + 1};
}

static void index_given(void *ctx, const struct gk_ref_use *use)
{
	struct lookup *l = ctx;
	struct gk_str key;

	if (use->meaning != GK_REF_GIVE)
		return;
	key = gk_ref_key(&l->g->arena, &use->target);
	if (!gk_map_has(&l->made, key))
		gk_map_put(&l->made, key, as_value(l->user));
}

static void index_node(struct lookup *l, uint32_t node)
{
	const struct gk_item *it = item_of(l->g, node);
	struct gk_str key = gk_ref_key(&l->g->arena, &it->ref);

	l->user = node;
	if (!gk_map_has(&l->objects, key))
		gk_map_put(&l->objects, key, as_value(node));
	if (gk_str_is(it->ref.kind, "CustomResourceDefinition")) {
		const struct gk_node *spec = gk_node_get(it->object, "spec");

		key = group_kind_key(&l->g->arena, gk_node_text(gk_node_get(spec, "group")),
			gk_node_text(gk_node_path(spec, "names", "kind", NULL)));
		gk_map_put(&l->crds, key, as_value(node));
	}
	gk_refs_each(it->object, &it->ref, index_given, l);
}

/* ---- references ---- */

/* Kubernetes' own cluster-scoped names are looked up without the user's namespace too. */
static uint32_t find_target(struct lookup *l, const struct gk_ref *target, bool *ret_made)
{
	struct gk_ref bare = *target;
	struct gk_str key = gk_ref_key(&l->g->arena, target);
	uint32_t node = as_node(gk_map_find(&l->objects, key));

	*ret_made = false;
	if (node == GK_NO_NODE && target->ns.n) {
		bare.ns = GK_STR_NULL;
		node = as_node(gk_map_find(&l->objects, gk_ref_key(&l->g->arena, &bare)));
	}
	if (node != GK_NO_NODE)
		return node;
	*ret_made = true;
	return as_node(gk_map_find(&l->made, key));
}

static void note_binding(struct lookup *l, const struct gk_ref *account)
{
	struct gk_str key = gk_ref_key(&l->g->arena, account);
	void **slot = gk_map_at(&l->bindings, key);
	struct binding *b = gk_arena_alloc(&l->g->arena, sizeof *b);

	*b = (struct binding){.next = *slot, .node = l->user};
	*slot = b;
}

static bool is_binding(const struct gk_ref *r)
{
	return gk_str_is(r->kind, "RoleBinding") || gk_str_is(r->kind, "ClusterRoleBinding");
}

static void add_reference(void *ctx, const struct gk_ref_use *use)
{
	struct lookup *l = ctx;
	bool made, account = gk_str_is(use->target.kind, "ServiceAccount");
	uint32_t to = find_target(l, &use->target, &made);

	if (use->meaning == GK_REF_GIVE)
		return;
	if (account && is_binding(&item_of(l->g, l->user)->ref))
		note_binding(l, &use->target);
	if (to == GK_NO_NODE || to == l->user)
		return;
	gk_graph__edge(l->g, l->user,
		(struct gk_edge){.to = to,
			.kind = use->meaning == GK_REF_NEED ? GK_EDGE_NEED : GK_EDGE_AFTER,
			.healthy = made,
			.why = gk_arena_printf(&l->g->arena, "%s (%s%s%s)",
				made ? "makes what it uses" : "used by it", use->base,
				*use->base ? "." : "", use->path)});
}

/* Pods that run as an account start after the bindings that give the account its rights. */
static void add_account_bindings(void *ctx, const struct gk_ref_use *use)
{
	struct lookup *l = ctx;

	if (!gk_str_is(use->target.kind, "ServiceAccount") || !*use->base)
		return;
	for (const struct binding *b =
			gk_map_find(&l->bindings, gk_ref_key(&l->g->arena, &use->target));
		b; b = b->next)
		gk_graph__edge(l->g, l->user,
			(struct gk_edge){.to = b->node,
				.kind = GK_EDGE_NEED,
				.why = "gives its ServiceAccount rights"});
}

static void add_namespace(struct lookup *l)
{
	const struct gk_ref *ref = &item_of(l->g, l->user)->ref;
	struct gk_ref ns = {.kind = GK_STR("Namespace"), .name = ref->ns};
	uint32_t to;

	if (!ref->ns.n)
		return;
	to = as_node(gk_map_find(&l->objects, gk_ref_key(&l->g->arena, &ns)));
	if (to != GK_NO_NODE)
		gk_graph__edge(l->g, l->user,
			(struct gk_edge){.to = to, .kind = GK_EDGE_NEED, .why = "its namespace"});
}

static void add_crd(struct lookup *l)
{
	const struct gk_ref *ref = &item_of(l->g, l->user)->ref;
	uint32_t to =
		as_node(gk_map_find(&l->crds, group_kind_key(&l->g->arena, ref->group, ref->kind)));

	if (to != GK_NO_NODE)
		gk_graph__edge(l->g, l->user,
			(struct gk_edge){.to = to,
				.kind = GK_EDGE_NEED,
				.healthy = true,
				.why = "defines its kind"});
}

/* ---- services and what stands behind them ---- */

static bool selects(const struct gk_node *selector, const struct gk_node *labels)
{
	if (!selector || selector->count == 0)
		return false;
	gk_node_foreach (want, selector)
		if (!gk_node_equal(want, gk_node_find(labels, gk_node_key(want))))
			return false;
	return true;
}

/* A webhook or an aggregated API answers only when the pods behind its Service run. */
static void add_backends(struct gk_graph *g, uint32_t user, uint32_t service)
{
	const struct gk_item *svc = item_of(g, service);
	const struct gk_node *selector = gk_node_path(svc->object, "spec", "selector", NULL);

	for (uint32_t i = 0; i < g->n; i++) {
		const struct gk_item *it = item_of(g, i);
		const struct gk_node *pod = gk_refs_pod(it->object, &it->ref);

		if (pod && i != user && gk_str_eq(it->ref.ns, svc->ref.ns) &&
			selects(selector, gk_node_path(pod, "metadata", "labels", NULL)))
			gk_graph__edge(g, user,
				(struct gk_edge){.to = i,
					.kind = GK_EDGE_AFTER,
					.healthy = true,
					.why = "runs behind its Service"});
	}
}

static void add_webhook_backends(struct gk_graph *g, uint32_t user)
{
	const struct gk_gnode *n = &g->node[user];
	const struct gk_ref *ref = &item_of(g, user)->ref;
	uint32_t deps = n->ndeps;

	if (!gk_str_is(ref->group, "admissionregistration.k8s.io") &&
		!gk_str_is(ref->kind, "APIService"))
		return;
	for (uint32_t i = 0; i < deps; i++) {
		uint32_t to = g->node[user].deps[i].to;

		if (gk_str_is(item_of(g, to)->ref.kind, "Service"))
			add_backends(g, user, to);
	}
}

/* ---- depends-on ---- */

static int add_marks(struct lookup *l, struct gk_err *err)
{
	const struct gk_item *it = item_of(l->g, l->user);
	struct gk_str list = l->g->node[l->user].marks.depends;
	struct gk_ref ref;
	bool more = true, made;

	while (!gk_marks_depends_next(&list, &ref, &more, err)) {
		uint32_t to;

		if (!more)
			return 0;
		to = find_target(l, &ref, &made);
		if (to == GK_NO_NODE)
			return gk_fail(err, GK_EINPUT, "order.depends-on",
				"%s depends on %s, which is not in the input",
				gk_ref_text(&l->g->arena, &it->ref),
				gk_ref_text(&l->g->arena, &ref));
		gk_graph__edge(l->g, l->user,
			(struct gk_edge){.to = to,
				.kind = GK_EDGE_MARK,
				.healthy = true,
				.why = "named by its depends-on"});
	}
	return gk_ctx(err, "%s", gk_ref_text(&l->g->arena, &it->ref));
}

static int add_edges(struct lookup *l, struct gk_err *err)
{
	struct gk_graph *g = l->g;

	for (l->user = 0; l->user < g->n; l->user++) {
		const struct gk_item *it = item_of(g, l->user);

		add_namespace(l);
		add_crd(l);
		gk_refs_each(it->object, &it->ref, add_reference, l);
		if (add_marks(l, err))
			return gk_err_at(err, gk_node_pos(it->object, it->source));
	}
	for (l->user = 0; l->user < g->n; l->user++) {
		const struct gk_item *it = item_of(g, l->user);

		gk_refs_each(it->object, &it->ref, add_account_bindings, l);
		add_webhook_backends(g, l->user);
	}
	return 0;
}

static int connect(struct gk_graph *g, struct gk_err *err)
{
	struct lookup l = {.g = g};
	int rc;

	for (uint32_t i = 0; i < g->n; i++)
		index_node(&l, i);
	rc = add_edges(&l, err);
	gk_map_done(&l.objects);
	gk_map_done(&l.made);
	gk_map_done(&l.crds);
	gk_map_done(&l.bindings);
	return rc;
}

int gk_graph_build(struct gk_graph *g, const struct gk_set *set, struct gk_err *err)
{
	g->set = set;
	for (size_t i = 0; i < set->n; i++)
		add_object(g, i);
	if (connect(g, err))
		return -1;
	return gk_graph__arrange(g, err);
}

void gk_graph_done(struct gk_graph *g)
{
	for (size_t i = 0; i < g->n; i++)
		gk_free(g->node[i].deps);
	gk_free(g->node);
	gk_arena_done(&g->arena);
	*g = (struct gk_graph)GK_GRAPH_INIT;
}
