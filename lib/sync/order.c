/* Arranging the order graph: moving needs ahead, gates between groups, the order itself. */
#include <stdlib.h>

#include "sync/graph-priv.h"

#include "schema/apply.h"

static const struct gk_item *item_of(const struct gk_graph *g, uint32_t node)
{
	return &g->set->items[g->node[node].item];
}

static int group_cmp(const struct gk_gnode *a, const struct gk_gnode *b)
{
	if (a->phase != b->phase)
		return a->phase < b->phase ? -1 : 1;
	return a->wave == b->wave ? 0 : a->wave < b->wave ? -1 : 1;
}

/* ---- moving ahead ---- */

/*
 * What a node needs is moved into the node's own group when it stands later.  Groups only
 * get earlier, so this ends; a moved node is looked at again, because its own needs follow.
 */
static void pull(struct gk_graph *g)
{
	uint32_t *todo = gk_xcalloc(g->n + 1, sizeof *todo);
	bool *waiting = gk_xcalloc(g->n + 1, sizeof *waiting);
	size_t n = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		todo[n++] = i;
		waiting[i] = true;
	}
	while (n > 0) {
		uint32_t u = todo[--n];
		const struct gk_gnode *user = &g->node[u];

		waiting[u] = false;
		for (uint32_t d = 0; d < user->ndeps; d++) {
			struct gk_gnode *dep = &g->node[user->deps[d].to];

			if (user->deps[d].kind != GK_EDGE_NEED || group_cmp(dep, user) <= 0)
				continue;
			dep->phase = user->phase;
			dep->wave = user->wave;
			dep->pulled_by = u;
			if (!waiting[user->deps[d].to]) {
				waiting[user->deps[d].to] = true;
				todo[n++] = user->deps[d].to;
			}
		}
	}
	gk_free(todo);
	gk_free(waiting);
}

/*
 * A reference that only prefers an order gives way to the author's waves.  The search for
 * cycles would find these edges too, but each at the price of a pass.
 */
static void drop_contradicted(struct gk_graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct gk_gnode *n = &g->node[i];
		uint32_t kept = 0;

		for (uint32_t d = 0; d < n->ndeps; d++)
			if (n->deps[d].kind != GK_EDGE_AFTER ||
				group_cmp(&g->node[n->deps[d].to], n) <= 0)
				n->deps[kept++] = n->deps[d];
		n->ndeps = kept;
	}
}

/* ---- sorting ---- */

/* qsort has no context: the graph being sorted stands beside each index. */
struct key {
	const struct gk_graph *g;
	uint32_t node;
};

static int place_cmp(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;
	const struct gk_gnode *na = &a->g->node[a->node], *nb = &b->g->node[b->node];
	const struct gk_ref *ra = &item_of(a->g, a->node)->ref, *rb = &item_of(b->g, b->node)->ref;
	int c = group_cmp(na, nb);

	if (c)
		return c;
	c = gk_apply_rank(ra->group, ra->kind) - gk_apply_rank(rb->group, rb->kind);
	if (!c)
		c = gk_ref_cmp(ra, rb);
	return c ? c : na->phase < nb->phase ? -1 : na->phase > nb->phase;
}

/* The objects by group, rank of their kind and identity: what decides among equals. */
static struct key *sorted(const struct gk_graph *g)
{
	struct key *k = gk_xcalloc(g->n + 1, sizeof *k);

	for (uint32_t i = 0; i < g->n; i++)
		k[i] = (struct key){g, i};
	qsort(k, g->n, sizeof *k, place_cmp);
	return k;
}

/* ---- gates ---- */

/* An edge to or from a gate is new by construction: no search for a double. */
static void gate_edge(struct gk_gnode *n, uint32_t to, bool healthy)
{
	if (n->ndeps == n->capdeps) {
		n->capdeps = n->capdeps ? n->capdeps * 2 : 4;
		n->deps = gk_xrealloc(n->deps, n->capdeps, sizeof *n->deps);
	}
	n->deps[n->ndeps++] = (struct gk_edge){
		.to = to, .kind = GK_EDGE_GATE, .healthy = healthy, .why = "an earlier wave"};
}

/* SyncFail nodes are put aside; the others get a gate after each group but the last. */
static void add_gates(struct gk_graph *g, const struct key *k, size_t n)
{
	uint32_t gate = GK_NO_NODE;
	size_t from = 0;

	while (from < n) {
		const struct gk_gnode *first = &g->node[k[from].node];
		struct gk_gnode next = {.gate = true,
			.phase = first->phase,
			.wave = first->wave,
			.pulled_by = GK_NO_NODE};
		size_t to = from;

		while (to < n && group_cmp(&g->node[k[to].node], &next) == 0) {
			if (gate != GK_NO_NODE)
				gate_edge(&g->node[k[to].node], gate, false);
			to++;
		}
		if (to == n)
			return;
		if (gate != GK_NO_NODE)
			gate_edge(&next, gate, false);
		for (size_t i = from; i < to; i++) {
			const struct gk_ref *r = &item_of(g, k[i].node)->ref;

			gate_edge(&next, k[i].node, !gk_apply_is(r->group, r->kind, GK_APPLY_OPEN));
		}
		gate = gk_graph__node(g, next);
		from = to;
	}
}

/* ---- the order ---- */

struct kahn {
	struct gk_graph *g;
	uint32_t *place; /* of each node in the sorted order: what decides among equals */
	uint32_t *waits; /* dependencies not yet placed */
	uint32_t *first; /* users of node i: user[first[i] .. first[i + 1]] */
	uint32_t *user;
	uint32_t *heap; /* nodes that wait for nothing, least place first */
	size_t nheap;
};

static void heap_push(struct kahn *k, uint32_t node)
{
	size_t i = k->nheap++;

	for (; i > 0 && k->place[k->heap[(i - 1) / 2]] > k->place[node]; i = (i - 1) / 2)
		k->heap[i] = k->heap[(i - 1) / 2];
	k->heap[i] = node;
}

static uint32_t heap_pop(struct kahn *k)
{
	uint32_t top = k->heap[0], last = k->heap[--k->nheap];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < k->nheap && k->place[k->heap[child + 1]] < k->place[k->heap[child]])
			child++;
		if (child >= k->nheap || k->place[k->heap[child]] >= k->place[last])
			break;
		k->heap[i] = k->heap[child];
		i = child;
	}
	k->heap[i] = last;
	return top;
}

/* Who waits for whom, backwards, as one array with an index (counting sort). */
static void kahn_users(struct kahn *k)
{
	struct gk_graph *g = k->g;
	uint32_t *fill;

	for (size_t i = 0; i < g->n; i++)
		for (uint32_t d = 0; d < g->node[i].ndeps; d++)
			k->first[g->node[i].deps[d].to + 1]++;
	for (size_t i = 0; i < g->n; i++)
		k->first[i + 1] += k->first[i];
	k->user = gk_xcalloc(k->first[g->n] + 1, sizeof *k->user);
	fill = gk_xcalloc(g->n + 1, sizeof *fill);
	for (uint32_t i = 0; i < g->n; i++)
		for (uint32_t d = 0; d < g->node[i].ndeps; d++) {
			uint32_t to = g->node[i].deps[d].to;

			k->user[k->first[to] + fill[to]++] = i;
		}
	gk_free(fill);
}

static void kahn_init(struct kahn *k, struct gk_graph *g, const struct key *keys, size_t nkeys)
{
	*k = (struct kahn){.g = g};
	k->place = gk_xcalloc(g->n + 1, sizeof *k->place);
	k->waits = gk_xcalloc(g->n + 1, sizeof *k->waits);
	k->first = gk_xcalloc(g->n + 2, sizeof *k->first);
	k->heap = gk_xcalloc(g->n + 1, sizeof *k->heap);
	kahn_users(k);
	/* Gates come last among equals: they are made after the objects. */
	for (size_t i = 0; i < g->n; i++)
		k->place[i] = (uint32_t)(nkeys + i);
	for (size_t i = 0; i < nkeys; i++)
		k->place[keys[i].node] = (uint32_t)i;
	for (uint32_t i = 0; i < g->n; i++) {
		k->waits[i] = g->node[i].ndeps;
		if (!k->waits[i])
			heap_push(k, i);
	}
}

static void kahn_done(struct kahn *k)
{
	gk_free(k->place);
	gk_free(k->waits);
	gk_free(k->first);
	gk_free(k->user);
	gk_free(k->heap);
}

static void kahn_run(struct kahn *k)
{
	struct gk_graph *g = k->g;

	g->norder = 0;
	while (k->nheap) {
		uint32_t node = heap_pop(k);

		g->order[g->norder++] = node;
		for (uint32_t i = k->first[node]; i < k->first[node + 1]; i++)
			if (--k->waits[k->user[i]] == 0)
				heap_push(k, k->user[i]);
	}
}

/* ---- cycles ---- */

/* The first edge to a node that waits too; a node that waits has one. */
static const struct gk_edge *edge_in_cycle(const struct gk_gnode *n, const uint32_t *waits)
{
	uint32_t d = 0;

	while (d < n->ndeps && !waits[n->deps[d].to])
		d++;
	gk_assert(d < n->ndeps);
	return &n->deps[d];
}

/*
 * Every node that still waits has a dependency that still waits: following those must come
 * back to a node seen before, and from there once around is a cycle.
 */
static uint32_t find_cycle(const struct gk_graph *g, const uint32_t *waits)
{
	bool *seen = gk_xcalloc(g->n + 1, sizeof *seen);
	uint32_t at = 0;

	while (at < g->n && !waits[at])
		at++;
	while (!seen[at]) {
		const struct gk_edge *e = edge_in_cycle(&g->node[at], waits);

		seen[at] = true;
		at = e->to;
	}
	gk_free(seen);
	return at;
}

/* A cycle that holds a mere preference is opened there; true when one was. */
static bool open_cycle(struct gk_graph *g, const uint32_t *waits)
{
	uint32_t start = find_cycle(g, waits), at = start;

	do {
		struct gk_gnode *n = &g->node[at];
		const struct gk_edge *e = edge_in_cycle(n, waits);

		at = e->to;
		if (e->kind == GK_EDGE_AFTER) {
			size_t i = (size_t)(e - n->deps);

			memmove(&n->deps[i], &n->deps[i + 1], (n->ndeps - i - 1) * sizeof *n->deps);
			n->ndeps--;
			return true;
		}
	} while (at != start);
	return false;
}

static int cycle_fail(struct gk_graph *g, const uint32_t *waits, struct gk_err *err)
{
	uint32_t start = find_cycle(g, waits), at = start;
	const struct gk_item *it;

	while (g->node[start].gate)
		start = at = edge_in_cycle(&g->node[start], waits)->to;
	it = item_of(g, start);
	gk_fail(err, GK_EINPUT, "order.cycle", "the order of %s is a cycle",
		gk_graph_label(g, start));
	do {
		const struct gk_edge *e = edge_in_cycle(&g->node[at], waits);

		gk_note(err, "%s waits for %s: %s", gk_graph_label(g, at), gk_graph_label(g, e->to),
			e->why);
		at = e->to;
	} while (at != start);
	gk_help(err, "take one of these marks or references away, or correct a wave");
	return gk_err_at(err, gk_node_pos(it->object, it->source));
}

/* Order all nodes; edges that only prefer are given up one by one when they close a cycle. */
static int order_all(struct gk_graph *g, const struct key *keys, size_t nkeys, struct gk_err *err)
{
	struct kahn k;
	bool again = true;
	int rc = 0;

	g->order = gk_arena_array(&g->arena, g->n + 1, sizeof *g->order);
	while (again) {
		kahn_init(&k, g, keys, nkeys);
		kahn_run(&k);
		again = g->norder < g->n && open_cycle(g, k.waits);
		if (!again && g->norder < g->n)
			rc = cycle_fail(g, k.waits, err);
		kahn_done(&k);
	}
	return rc;
}

/* Nodes of SyncFail run by themselves, after a failure: they wait for nothing here. */
static size_t put_aside(struct gk_graph *g, const struct key *keys)
{
	size_t n = g->n;

	while (n > 0 && g->node[keys[n - 1].node].phase == GK_PHASE_SYNC_FAIL)
		n--;
	g->nfail = g->n - n;
	g->fail = gk_arena_array(&g->arena, g->nfail + 1, sizeof *g->fail);
	for (size_t i = 0; i < g->nfail; i++) {
		g->fail[i] = keys[n + i].node;
		g->node[g->fail[i]].ndeps = 0;
	}
	return n;
}

/* Take the nodes that were put aside out of the order that Kahn's pass gave them. */
static void drop_fail(struct gk_graph *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->norder; i++)
		if (g->node[g->order[i]].gate || g->node[g->order[i]].phase != GK_PHASE_SYNC_FAIL)
			g->order[kept++] = g->order[i];
	g->norder = kept;
}

int gk_graph__arrange(struct gk_graph *g, struct gk_err *err)
{
	struct key *keys;
	size_t n;
	int rc;

	pull(g);
	drop_contradicted(g);
	keys = sorted(g);
	n = put_aside(g, keys);
	add_gates(g, keys, n);
	rc = order_all(g, keys, n, err);
	gk_free(keys);
	drop_fail(g);
	return rc;
}
