#include "base/buf.h"
#include "base/vec.h"
#include "overlay/merge-loss.h"
#include "overlay/value.h"

enum { MOST_NAMES = 5 };

static struct gk_str address(const struct gk_node *const *n)
{
	return (struct gk_str){(const char *)n, sizeof *n};
}

void gk_merge__watch(
	struct gk_merge_watch *watch, struct gk_node *const *elements, size_t n, bool in_patch)
{
	for (size_t i = 0; i < n; i++) {
		struct gk_node *e = elements[i];
		struct gk_merge_seen seen = {
			e, gk_merge__tuple(&watch->keys, e), in_patch, GK_MERGE_LOST};

		if (!gk_value_is_null(e) && (e->type != GK_OBJECT || e->count))
			gk_vec_push(watch, seen);
	}
}

/* Made when all are there: the keys are in the vector, which moves while it grows. */
static void index_nodes(struct gk_merge_watch *watch)
{
	if (watch->by_node.n)
		return;
	for (size_t i = 0; i < watch->n; i++) {
		const struct gk_node *const *at = (const struct gk_node *const *)&watch->v[i].node;

		(void)gk_map_put(&watch->by_node, address(at), &watch->v[i]);
	}
}

static void decide(struct gk_merge_watch *watch, const struct gk_node *n, enum gk_merge_fate fate)
{
	struct gk_merge_seen *seen;

	index_nodes(watch);
	seen = n ? gk_map_find(&watch->by_node, address(&n)) : NULL;
	if (seen)
		seen->fate = fate;
}

void gk_merge__watch_pair(struct gk_merge_watch *watch, const struct gk_node *dest,
	const struct gk_node *patch, const struct gk_node *merged)
{
	enum gk_merge_fate fate = merged ? GK_MERGE_ABSORBED : GK_MERGE_DELETED;

	if (!watch->n)
		return;
	if (dest != merged)
		decide(watch, dest, fate);
	if (patch != merged)
		decide(watch, patch, fate);
}

/* The first key that the element lacks, or {NULL, 0}. */
static struct gk_str lacks(const struct gk_merge_seen *seen, const struct gk_merge_keys *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (!seen->values.v[i].n)
			return k->v[i];
	return GK_STR_NULL;
}

/* Elements that are the same as one that was kept, or deleted, have collapsed into it. */
static void absorb_twins(struct gk_arena *a, struct gk_merge_watch *watch)
{
	GK_AUTO(gk_map_done) struct gk_map known = GK_MAP_INIT;

	gk_vec_foreach (struct gk_merge_seen, seen, watch)
		if (seen->fate == GK_MERGE_KEPT || seen->fate == GK_MERGE_DELETED)
			(void)gk_map_put(&known, gk_merge__tuple_bytes(a, &seen->values), seen);
	gk_vec_foreach (struct gk_merge_seen, seen, watch)
		if (seen->fate == GK_MERGE_LOST && !lacks(seen, &watch->keys).p &&
			gk_map_has(&known, gk_merge__tuple_bytes(a, &seen->values)))
			seen->fate = GK_MERGE_ABSORBED;
}

/* An element as its key values: 'web', '53/UDP'. */
static void put_name(
	struct gk_buf *b, const struct gk_merge_seen *seen, const struct gk_merge_keys *k)
{
	const char *between = "'";

	for (size_t i = 0; i < k->n; i++) {
		if (!seen->values.v[i].n)
			continue;
		gk_buf_printf(b, "%s%.*s", between, GK_SARG(seen->values.v[i]));
		between = "/";
	}
	gk_buf_printf(b, *between == '/' ? "'" : "one without '%.*s'", GK_SARG(lacks(seen, k)));
}

static void put_names(struct gk_buf *b, const struct gk_merge_watch *watch)
{
	size_t n = 0;

	gk_vec_foreach (struct gk_merge_seen, seen, watch) {
		if (seen->fate != GK_MERGE_LOST || n++ >= MOST_NAMES)
			continue;
		if (n > 1)
			gk_buf_printf(b, ", ");
		put_name(b, seen, &watch->keys);
	}
	if (n > MOST_NAMES)
		gk_buf_printf(b, " and %zu more", n - MOST_NAMES);
}

/* Whose lack it is: of the patch rather than of the object, which may be older. */
static const struct gk_merge_seen *culprit_of(const struct gk_merge_watch *watch)
{
	const struct gk_merge_seen *first = NULL;

	gk_vec_foreach (struct gk_merge_seen, seen, watch)
		if (lacks(seen, &watch->keys).p && (!first || (seen->in_patch && !first->in_patch)))
			first = seen;
	return first;
}

void gk_merge__watch_end(const struct gk_merge_walk *w, struct gk_merge_watch *watch,
	struct gk_str field, struct gk_node *const *merged, size_t n)
{
	GK_AUTO(gk_buf_done) struct gk_buf names = GK_BUF_INIT(0);
	struct gk_merge_loss loss = {.field = field};
	const struct gk_merge_seen *culprit;

	if (!watch->n || !w->report->lost)
		return;
	for (size_t i = 0; i < n; i++)
		decide(watch, merged[i], GK_MERGE_KEPT);
	absorb_twins(w->a, watch);
	gk_vec_foreach (struct gk_merge_seen, seen, watch)
		loss.n += seen->fate == GK_MERGE_LOST;
	culprit = culprit_of(watch);
	if (!loss.n || !culprit)
		return;
	put_names(&names, watch);
	loss.names = names.p;
	loss.culprit = culprit->node;
	loss.in_patch = culprit->in_patch;
	loss.key = lacks(culprit, &watch->keys);
	w->report->lost(w->report->ctx, &loss);
}

void gk_merge__watch_done(struct gk_merge_watch *watch)
{
	gk_vec_done(watch);
	gk_map_done(&watch->by_node);
}
