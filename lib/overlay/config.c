#include "base/buf.h"
#include "overlay/build.h"
#include "overlay/spec.h"
#include "schema/kinds.h"

/* Arena-backed growth: lists live as long as the build. */
#define GROW(a, list, item)                                                                        \
	do {                                                                                       \
		if ((list)->n == (list)->cap) {                                                    \
			size_t cap_ = (list)->cap ? (list)->cap * 2 : 16;                          \
			void *v_ = gk_arena_array((a), cap_, sizeof *(list)->v);                   \
			if ((list)->n)                                                             \
				memcpy(v_, (list)->v, (list)->n * sizeof *(list)->v);              \
			(list)->v = v_;                                                            \
			(list)->cap = cap_;                                                        \
		}                                                                                  \
		(list)->v[(list)->n++] = (item);                                                   \
	} while (0)

const struct gk_config *gk_config_builtin(struct gk_arena *a)
{
	struct gk_config *c = gk_arena_zalloc(a, sizeof *c);

	for (size_t i = 0; i < gk_fieldspecs_count; i++)
		GROW(a, &c->lists[gk_fieldspecs[i].list], &gk_fieldspecs[i]);
	for (size_t i = 0; i < gk_namerefs_count; i++)
		GROW(a, &c->namerefs, &gk_namerefs[i]);
	return c;
}

static bool same_path(const char *a, const char *b)
{
	while (*a && strcmp(a, b) == 0) {
		a += strlen(a) + 1;
		b += strlen(b) + 1;
	}
	return !*a && !*b;
}

/* Would a field that `narrow` selects be selected by `wide`?  "" selects anything. */
static bool covers(const char *wide, const char *narrow)
{
	return !*wide || strcmp(wide, narrow) == 0;
}

int gk_spec_list_add(struct gk_arena *a, struct gk_spec_list *list, const struct gk_fieldspec *spec,
	struct gk_err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct gk_fieldspec *old = list->v[i];

		if (!covers(spec->group, old->group) || !covers(spec->version, old->version) ||
			!covers(spec->kind, old->kind) || !same_path(spec->path, old->path))
			continue;
		if (old->create == spec->create)
			return 0;
		return gk_fail(err, GK_EINPUT, "render.fieldspec",
			"conflicting fieldspecs: '%s' is there with 'create: %s'",
			gk_spec_text(a, spec->path), old->create ? "true" : "false");
	}
	GROW(a, list, spec);
	return 0;
}

int gk_spec_list_decoded(struct gk_arena *a, const struct gk_dec_list *from,
	struct gk_spec_list *ret, struct gk_err *err)
{
	(void)err;
	gk_dec_foreach (struct gk_kust_fieldspec, f, from) {
		struct gk_fieldspec *spec = gk_arena_zalloc(a, sizeof *spec);

		*spec = (struct gk_fieldspec){
			.group = f->group ? f->group->text.p : "",
			.version = f->version ? f->version->text.p : "",
			.kind = f->kind ? f->kind->text.p : "",
			.create = f->create,
			.path = gk_spec_parts(a, gk_node_text(f->path)),
		};
		GROW(a, ret, spec);
	}
	return 0;
}

/* kustomize's order of kinds, for configuration: by rank, then by "group_version_kind". */
static int kind_rank(const char *kind)
{
	return gk_kind_rank(gk_str_c(kind));
}

static int compare_part(const char *a, const char *b, const char *none, bool last)
{
	GK_AUTO(gk_buf_done) struct gk_buf x = GK_BUF_INIT(0), y = GK_BUF_INIT(0);

	gk_buf_puts(&x, *a ? a : none);
	gk_buf_puts(&y, *b ? b : none);
	if (!last) {
		gk_buf_putc(&x, '_');
		gk_buf_putc(&y, '_');
	}
	return gk_str_cmp(gk_buf_str(&x), gk_buf_str(&y));
}

static int compare_gvk(const char *const a[3], const char *const b[3])
{
	int c = kind_rank(a[2]) - kind_rank(b[2]);

	if (c == 0)
		c = compare_part(a[0], b[0], "~G", false);
	if (c == 0)
		c = compare_part(a[1], b[1], "~V", false);
	return c ? c : compare_part(a[2], b[2], "~K", true);
}

static bool spec_before(const struct gk_fieldspec *a, const struct gk_fieldspec *b)
{
	const char *const x[] = {a->group, a->version, a->kind};
	const char *const y[] = {b->group, b->version, b->kind};

	return compare_gvk(x, y) < 0;
}

/* Insertion sort: the lists are short, nearly sorted, and equal kinds must keep their order. */
static void sort_specs(struct gk_spec_list *list)
{
	for (size_t i = 1; i < list->n; i++)
		for (size_t k = i; k > 0 && spec_before(list->v[k], list->v[k - 1]); k--) {
			const struct gk_fieldspec *swap = list->v[k];

			list->v[k] = list->v[k - 1];
			list->v[k - 1] = swap;
		}
}

static bool same_target(const struct gk_nameref *a, const struct gk_nameref *b)
{
	return strcmp(a->group, b->group) == 0 && strcmp(a->version, b->version) == 0 &&
	       strcmp(a->kind, b->kind) == 0;
}

static bool nameref_before(const struct gk_nameref *a, const struct gk_nameref *b)
{
	const char *const x[] = {a->group, a->version, a->kind};
	const char *const y[] = {b->group, b->version, b->kind};

	return compare_gvk(x, y) < 0;
}

static void add_nameref(
	struct gk_arena *a, struct gk_nameref_list *list, const struct gk_nameref *ref)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct gk_nameref *old = list->v[i];

		if (same_target(old, ref) && covers(ref->in_group, old->in_group) &&
			covers(ref->in_version, old->in_version) &&
			covers(ref->in_kind, old->in_kind) && same_path(ref->path, old->path))
			return;
	}
	GROW(a, list, ref);
	for (size_t k = list->n - 1; k > 0 && nameref_before(list->v[k], list->v[k - 1]); k--) {
		const struct gk_nameref *swap = list->v[k];

		list->v[k] = list->v[k - 1];
		list->v[k - 1] = swap;
	}
}

int gk_config_merge(struct gk_arena *a, const struct gk_config *x, const struct gk_config *y,
	const struct gk_config **ret, struct gk_err *err)
{
	struct gk_config *c;

	if (x == y || !y) {
		*ret = x;
		return 0;
	}
	if (!x) {
		*ret = y;
		return 0;
	}
	c = gk_arena_zalloc(a, sizeof *c);
	for (size_t l = 0; l < GK_FS_LISTS; l++) {
		for (size_t i = 0; i < x->lists[l].n; i++)
			GROW(a, &c->lists[l], x->lists[l].v[i]);
		for (size_t i = 0; i < y->lists[l].n; i++)
			if (gk_spec_list_add(a, &c->lists[l], y->lists[l].v[i], err))
				return -1;
		sort_specs(&c->lists[l]);
	}
	for (size_t i = 0; i < x->namerefs.n; i++)
		GROW(a, &c->namerefs, x->namerefs.v[i]);
	for (size_t i = 0; i < y->namerefs.n; i++)
		add_nameref(a, &c->namerefs, y->namerefs.v[i]);
	*ret = c;
	return 0;
}
