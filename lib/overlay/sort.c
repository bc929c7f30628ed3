/* The order of the output (kustomize reference section 13). */
#include <stdlib.h>

#include "overlay/build.h"
#include "schema/kinds.h"

struct entry {
	struct gk_res *res;
	int rank;
	const char *kind; /* "group_version_kind", ~G ~V ~K for empty */
	const char *id;   /* "Kind.version.group|namespace|name" */
	bool is_namespace, is_core;
	size_t at;
};

static const char *or_else(struct gk_arena *a, struct gk_str s, const char *none)
{
	return s.n ? gk_arena_memdup0(a, s.p, s.n) : none;
}

static const char *id_text(struct gk_arena *a, const struct gk_id *id)
{
	return gk_arena_printf(a, "%s.%s.%s|%s|%s", or_else(a, id->kind, "[noKind]"),
		or_else(a, id->version, "[noVer]"), or_else(a, id->group, "[noGrp]"),
		or_else(a, id->ns, "~X"), or_else(a, id->name, "~N"));
}

static int compare(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = strcmp(a->kind, b->kind);

	if (c && a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (c && a->is_namespace && b->is_namespace && (a->is_core || b->is_core))
		c = -c;
	if (c == 0)
		c = strcmp(a->id, b->id);
	if (c == 0)
		c = a->at < b->at ? -1 : 1;
	return c;
}

static int position(const struct gk_node *list, struct gk_str kind)
{
	int i = 0, found = -1;

	gk_node_foreach (entry, list) {
		if (gk_str_eq(gk_node_text(entry), kind))
			found = i;
		i++;
	}
	return found;
}

/* A kind that stands in both lists counts as one of the last. */
static int rank_of(const struct gk_kust_legacy_sort *s, struct gk_str kind)
{
	int at;

	if (!s)
		return gk_kind_rank(kind);
	at = position(s->last, kind);
	if (at >= 0)
		return 1 + at;
	at = position(s->first, kind);
	return at < 0 ? 0 : at - (int)s->first->count;
}

static int legacy(struct gk_build *b, const struct gk_kust_legacy_sort *s, struct gk_resmap *m,
	struct gk_err *err)
{
	struct entry *e = gk_arena_array(b->a, m->n + 1, sizeof *e);
	size_t n = m->n;

	gk_resmap_foreach (r, m) {
		struct gk_id id = gk_res_id(r);

		e[r_at] = (struct entry){
			.res = r,
			.rank = rank_of(s, id.kind),
			.kind = gk_arena_printf(b->a, "%s_%s_%s", or_else(b->a, id.group, "~G"),
				or_else(b->a, id.version, "~V"), or_else(b->a, id.kind, "~K")),
			.id = id_text(b->a, &id),
			.is_namespace = gk_str_is(id.kind, "Namespace"),
			.is_core = id.group.n == 0,
			.at = r_at,
		};
	}
	qsort(e, n, sizeof *e, compare);
	gk_resmap_touch(m);
	m->n = 0;
	for (size_t i = 0; i < n; i++)
		if (gk_resmap_append(b->a, m, e[i].res, err))
			return -1;
	return 0;
}

/* The file's word counts more than the command line's. */
static void warn_ignored(struct gk_build *b, const struct gk_kust *k)
{
	if (b->opt->reorder == GK_REORDER_UNSAID)
		return;
	(void)gk_diags_add(b->diags, GK_SEV_WARNING, "render.sort-order",
		gk_node_pos(k->sort->node, k->file),
		"'sortOptions' decides the order: --reorder is ignored");
}

int gk_sort(struct gk_build *b, const struct gk_kust *k, struct gk_resmap *m, struct gk_err *err)
{
	const struct gk_kust_sort *s = k->sort;
	struct gk_str order = s ? gk_node_text(s->order) : GK_STR("legacy");

	if (s)
		warn_ignored(b, k);
	else if (b->opt->reorder == GK_REORDER_NONE)
		return 0;
	if (gk_str_is(order, "legacy"))
		return legacy(b, s ? s->legacy : NULL, m, err);
	if (!gk_str_is(order, "fifo"))
		(void)gk_fail(err, GK_EINPUT, "render.sort-order",
			"'sortOptions.order' must be 'legacy' or 'fifo'");
	else if (s->legacy)
		(void)gk_fail(err, GK_EINPUT, "render.sort-order",
			"'legacySortOptions' goes only with the order 'legacy'");
	else
		return 0;
	return gk_err_at(err, gk_node_pos(s->order ? s->order : s->node, k->file));
}
