/*
 * The walk over an object and its patch.
 *
 *	dest  {a: 1, b: {c: 2}}    patch  {b: {c: null, d: 3}}    gives  {a: 1, b: {d: 3}}
 *
 * Every member of either side is visited, also where the patch is silent: a null that was
 * written as nothing goes away, and merge-keyed lists lose their duplicates.  Where dest
 * has nothing, the patch becomes dest and is then walked against itself, which is how its
 * nulls vanish.  Lists are in merge-list.c.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "overlay/merge-list.h"
#include "overlay/spec.h"
#include "overlay/value.h"

enum directive { MERGE, REPLACE, DELETE };

int gk_merge__blame(const struct gk_merge_walk *w, const struct gk_node *n)
{
	w->report->bad = n;
	return -1;
}

/* node: the value of `$patch`. */
static int directive_of(
	const struct gk_merge_walk *w, const struct gk_node *node, enum directive *ret)
{
	struct gk_str word = gk_value_text(node);
	static const char *const words[] = {"merge", "replace", "delete"};

	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (gk_str_is(word, words[i])) {
			*ret = (enum directive)i;
			return 0;
		}
	(void)gk_fail(w->err, GK_EINPUT, "render.patch-directive",
		"'$patch' must be merge, replace or delete, not '%.*s'", GK_SARG(word));
	return gk_merge__blame(w, node);
}

/* The directive of a patch map, which loses it. */
static int map_directive(const struct gk_merge_walk *w, struct gk_node *patch, enum directive *ret)
{
	struct gk_node *word = gk_node_get(patch, "$patch");

	*ret = MERGE;
	if (!word)
		return 0;
	if (directive_of(w, word, ret))
		return -1;
	gk_node_unlink(patch, word);
	return 0;
}

static bool is_map(const struct gk_node *n)
{
	return gk_node_is(n, GK_OBJECT);
}

/* A null that someone wrote out (null, ~) stays; an empty value does not. */
static bool is_persistent(const struct gk_node *null)
{
	const char *raw = gk_node_raw(null);

	return !raw || *raw;
}

/* Which map goes on: *ret NULL = none. */
static int choose_map(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	struct gk_node **ret)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_merge_walk lenient = *w;
	enum directive d = MERGE;

	lenient.err = &ignored;
	if (gk_value_is_null(dest)) {
		if (is_map(patch))
			(void)map_directive(&lenient, patch, &d);
		*ret = d == DELETE ? NULL : patch;
		if (!patch && dest && is_persistent(dest))
			*ret = dest;
		return 0;
	}
	*ret = NULL;
	if (gk_node_is(patch, GK_NULL))
		return 0;
	if (patch && map_directive(w, patch, &d))
		return -1;
	*ret = d == MERGE ? dest : d == REPLACE ? patch : NULL;
	return 0;
}

struct names {
	struct gk_str *v;
	size_t n, cap;
};

static int compare_names(const void *a, const void *b)
{
	return gk_str_cmp(*(const struct gk_str *)a, *(const struct gk_str *)b);
}

/* The members of both maps, sorted, each once. */
static void all_names(const struct gk_node *a, const struct gk_node *b, struct names *ret)
{
	size_t kept = 0;

	gk_node_foreach (child, a)
		gk_vec_push(ret, gk_node_key(child));
	if (b != a)
		gk_node_foreach (child, b)
			gk_vec_push(ret, gk_node_key(child));
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, compare_names);
	for (size_t i = 0; i < ret->n; i++)
		if (kept == 0 || !gk_str_eq(ret->v[kept - 1], ret->v[i]))
			ret->v[kept++] = ret->v[i];
	ret->n = kept;
}

/* Put what a walk gave in the place of the member, as kyaml's field setter does. */
static void put(struct gk_arena *a, struct gk_node *map, struct gk_node *patch, struct gk_str key,
	struct gk_node *value)
{
	struct gk_node *field = gk_node_find(map, key);

	if (!value || (value->type == GK_NULL && value != field)) {
		if (field)
			gk_node_unlink(map, field);
		return;
	}
	if (field == value) {
		gk_value_keep(a, value);
		if (gk_value_is_null(value) && !is_persistent(value))
			gk_node_unlink(map, field);
		return;
	}
	if (field && gk_value_is_scalar(value)) {
		gk_value_copy(a, field, value);
	} else if (field) {
		enum gk_style style = field->style;

		gk_value_assign(field, value);
		field->style = style;
	} else {
		if (gk_node_find(patch, key) == value)
			gk_node_unlink(patch, value);
		gk_value_keep(a, value);
		(void)gk_node_set(a, map, key, value);
	}
}

static int walk_member(const struct gk_merge_walk *w, struct gk_node *map, struct gk_node *patch,
	struct gk_str key, const char *type)
{
	const struct gk_merge_field *row = gk_merge_find(w->schema, type, key);
	struct gk_node *dest = gk_node_find(map, key), *from = gk_node_find(patch, key), *value;

	if (gk_merge__walk(w, dest, from, row ? row->next : NULL, row ? row->keys : "", &value))
		return -1;
	/* A null of the patch against itself is no value that someone keeps. */
	if (map == patch && gk_node_is(value, GK_NULL))
		value = NULL;
	put(w->a, map, patch, key, value);
	return 0;
}

/* Without a patch nothing can be added, so the members need no order. */
static int walk_alone(const struct gk_merge_walk *w, struct gk_node *map, const char *type)
{
	struct gk_node *child = gk_node_children(map), *next;

	for (; child; child = next) {
		next = child->next;
		if (walk_member(w, map, NULL, gk_node_key(child), type))
			return -1;
	}
	return 0;
}

static int walk_map(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	const char *type, struct gk_node **ret)
{
	struct names names = {0};
	int rc = 0;

	if (choose_map(w, dest, patch, ret))
		return -1;
	if (!is_map(*ret))
		return 0;
	if (!patch)
		return walk_alone(w, *ret, type);
	all_names(*ret, patch, &names);
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = walk_member(w, *ret, patch, names.v[i], type);
	gk_vec_done(&names);
	return rc;
}

static const char *root_type(const struct gk_merge_walk *w, const struct gk_node *n)
{
	struct gk_str group, version;
	struct gk_str kind = gk_value_text(gk_node_get(n, "kind"));
	struct gk_str api_version = gk_value_text(gk_node_get(n, "apiVersion"));
	const char *slash = api_version.n ? memchr(api_version.p, '/', api_version.n) : NULL;
	size_t cut = slash ? (size_t)(slash - api_version.p) : 0;

	if (!kind.n || !api_version.n)
		return NULL;
	group = (struct gk_str){api_version.p, cut};
	version = slash ? gk_str_from(api_version, cut + 1) : api_version;
	return gk_merge_root(w->schema, group, version, kind);
}

enum shape { NOTHING, SCALAR, LIST, MAP };

static enum shape shape_of(const struct gk_node *n)
{
	if (gk_value_is_null(n))
		return NOTHING;
	if (n->type == GK_OBJECT)
		return MAP;
	return n->type == GK_ARRAY ? LIST : SCALAR;
}

static int same_shape(
	const struct gk_merge_walk *w, const struct gk_node *dest, const struct gk_node *patch)
{
	enum shape x = shape_of(dest), y = shape_of(patch);
	const char *const expected[] = {"nothing", "a scalar", "a list", "a map"};

	if (x == NOTHING || y == NOTHING || x == y)
		return 0;
	(void)gk_spec_wrong_kind(patch, expected[x], w->err);
	(void)gk_ctx(w->err, "the patch does not fit the object at line %u: field '%.*s'",
		dest->line, GK_SARG(gk_node_key(patch)));
	return gk_merge__blame(w, patch);
}

/* kyaml: {} and [] say nothing of how a list or map with content was to be written. */
static void take_style(struct gk_node *dest, const struct gk_node *patch)
{
	enum shape shape = shape_of(dest);

	if (patch && (shape == LIST || shape == MAP) && dest->count == 0)
		dest->style = patch->style;
}

int gk_merge__walk(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	const char *type, const char *keys, struct gk_node **ret)
{
	enum shape shape = shape_of(dest);

	if (shape == NOTHING)
		shape = shape_of(patch);
	if (same_shape(w, dest, patch))
		return -1;
	take_style(dest, patch);
	if (shape == LIST && *keys)
		return gk_merge__list(w, dest, patch, type, keys, ret);
	if (shape == LIST || shape == SCALAR) {
		*ret = patch ? patch : dest;
		return 0;
	}
	if (!type && shape == MAP) {
		type = root_type(w, dest);
		if (!type)
			type = root_type(w, patch);
	}
	return walk_map(w, dest, patch, type, ret);
}

/* [{$patch: replace}, ...]: the directive of a patch list, which loses it. */
int gk_merge__list_directive(
	const struct gk_merge_walk *w, struct gk_node *patch, bool *ret_replace, bool *ret_delete)
{
	enum directive d = MERGE;
	struct gk_node *mark = NULL, *child, *next;
	struct gk_str word;

	gk_node_foreach (element, patch)
		if (!mark && gk_node_get(element, "$patch"))
			mark = element;
	*ret_replace = *ret_delete = false;
	if (!mark || mark->count > 1)
		return 0;
	if (directive_of(w, gk_node_get(mark, "$patch"), &d))
		return -1;
	word = gk_value_text(gk_node_get(mark, "$patch"));
	for (child = patch->first; child; child = next) {
		next = child->next;
		if (gk_value_is_null(child) || (is_map(child) && child->count == 0) ||
			gk_str_eq(gk_value_text(gk_node_get(child, "$patch")), word))
			gk_node_unlink(patch, child);
	}
	*ret_replace = d == REPLACE;
	*ret_delete = d == DELETE;
	return 0;
}

int gk_merge(struct gk_arena *a, const struct gk_merge_schema *schema, struct gk_node **dest,
	struct gk_node *patch, struct gk_merge_report *report, struct gk_err *err)
{
	struct gk_merge_report unread = {0};
	struct gk_merge_walk w = {a, schema, report ? report : &unread, err};
	struct gk_node *merged;

	if (gk_merge__walk(&w, *dest, patch, NULL, "", &merged))
		return -1;
	/* kustomize looks only whether something is left: a whole replacement is lost. */
	if (!merged)
		*dest = NULL;
	return 0;
}
