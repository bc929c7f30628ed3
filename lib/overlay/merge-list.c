/*
 * Lists that merge by the values of key fields.
 *
 *	dest   [{name: a, x: 1}, {name: b}]
 *	patch  [{name: b, y: 2}, {name: c}]
 *	gives  [{name: b, y: 2}, {name: c}, {name: a, x: 1}]
 *
 * 1. Tuples: the key values of all elements, the patch's first, each once ("" = missing).
 * 2. With several keys, tuples that agree in one place and differ only by "" become one.
 * 3. Keys that are "" in all tuples do not count.
 * 4. Per tuple: walk the first matching element of either list, put the result into a new
 *    list.
 * 5. Put what dest still has behind it.
 *
 * The steps, and the odd cases of `set`, are kyaml's.  Elements are handled as pointers and
 * linked into a list only at the end, because kyaml lets one stand in several lists.
 *
 * All but odd lists are regular: every element has all keys that count.  Then an element is
 * meant by the one tuple that has its values, and lists find it by an index of these.  Elements
 * that such a list loses leave a hole (NULL).
 */
#include "base/map.h"
#include "base/vec.h"
#include "overlay/merge-list.h"
#include "overlay/merge-loss.h"
#include "overlay/spec.h"
#include "overlay/value.h"

/* Where the elements with the same values stand. */
struct place {
	size_t at;
	struct place *next, *last; /* last: in the first one of a chain */
};

struct elements {
	struct gk_node **v;
	size_t n, cap;
	bool indexed;
	struct gk_map places; /* tuple_bytes to struct place */
};

static bool is_void(const struct gk_node *n)
{
	return gk_value_is_null(n) || (n->type == GK_OBJECT && n->count == 0);
}

static void collect(const struct gk_node *list, struct elements *ret)
{
	gk_node_foreach (child, list)
		gk_vec_push(ret, child);
}

static void elements_done(struct elements *list)
{
	gk_vec_done(list);
	gk_map_done(&list->places);
}

static struct place **places_of(
	struct gk_arena *a, struct elements *list, const struct gk_merge_tuple *values)
{
	return (struct place **)gk_map_at(&list->places, gk_merge__tuple_bytes(a, values));
}

static void add_place(
	struct gk_arena *a, struct elements *list, size_t at, const struct gk_merge_tuple *values)
{
	struct place **first = places_of(a, list, values);
	struct place *p = gk_arena_zalloc(a, sizeof *p);

	p->at = at;
	if (*first)
		(*first)->last->next = p;
	else
		*first = p;
	(*first)->last = p;
}

static void index_elements(struct gk_arena *a, struct elements *list, const struct gk_merge_keys *k)
{
	list->indexed = true;
	for (size_t i = 0; i < list->n; i++) {
		struct gk_merge_tuple values = gk_merge__tuple(k, list->v[i]);

		add_place(a, list, i, &values);
	}
}

static void add_tuples(struct gk_arena *a, struct gk_map *seen, const struct gk_merge_keys *k,
	const struct elements *list, struct gk_merge_tuples *ret)
{
	for (size_t i = 0; i < list->n; i++) {
		struct gk_merge_tuple t = gk_merge__tuple(k, list->v[i]);
		struct gk_str bytes = gk_merge__tuple_bytes(a, &t);

		if (gk_map_has(seen, bytes))
			continue;
		(void)gk_map_put(seen, bytes, seen);
		gk_vec_push(ret, t);
	}
}

/* The first element with all these values ("" must be there, too). */
static struct gk_node *find_element(struct gk_arena *a, struct elements *list,
	const struct gk_merge_keys *k, const struct gk_merge_tuple *t)
{
	if (list && list->indexed) {
		const struct place *first = gk_map_find(&list->places, gk_merge__tuple_bytes(a, t));

		return first ? list->v[first->at] : NULL;
	}
	for (size_t i = 0; list && i < list->n; i++) {
		struct gk_node *e = list->v[i];
		bool all = k->scalars || e->type == GK_OBJECT;

		for (size_t j = 0; all && j < k->n; j++) {
			const struct gk_node *field = k->scalars ? e : gk_node_find(e, k->v[j]);

			all = field && gk_str_eq(gk_value_written(field), t->v[j]);
		}
		if (all)
			return e;
	}
	return NULL;
}

static int fail_element(
	const struct gk_merge_walk *w, const struct gk_node *e, const char *expected)
{
	(void)gk_spec_wrong_kind(e, expected, w->err);
	(void)gk_ctx(w->err, "the list does not merge");
	return gk_merge__blame(w, e);
}

/* Does the element have the value at the key?  "" asks only that the key is there. */
static int has_value(const struct gk_merge_walk *w, const struct gk_node *e, struct gk_str key,
	struct gk_str value, bool *ret)
{
	const struct gk_node *field;

	*ret = false;
	if (key.n == 0) {
		if (!gk_value_is_scalar(e))
			return fail_element(w, e, "a scalar");
		*ret = gk_str_eq(gk_value_text(e), value);
		return 0;
	}
	if (e->type != GK_OBJECT)
		return fail_element(w, e, "a map");
	field = gk_node_find(e, key);
	*ret = field && (value.n == 0 || gk_str_eq(gk_value_written(field), value));
	return 0;
}

static int is_meant(const struct gk_merge_walk *w, const struct gk_node *e,
	const struct gk_merge_keys *k, const struct gk_merge_tuple *values, bool *ret)
{
	*ret = values->n > 0;
	for (size_t i = 0; *ret && i < k->n && i < values->n; i++)
		if (has_value(w, e, k->v[i], values->v[i], ret))
			return -1;
	return 0;
}

/* What `set` does in a regular list, where nothing is void and values mean what has them all. */
static void set_indexed(struct gk_arena *a, struct elements *list, struct gk_node *element,
	const struct gk_merge_tuple *values)
{
	struct place **first = places_of(a, list, values);

	for (const struct place *p = *first; p; p = p->next)
		list->v[p->at] = element;
	if (!element) {
		*first = NULL;
	} else if (!*first) {
		add_place(a, list, list->n, values);
		gk_vec_push(list, element);
	}
}

/*
 * kyaml's element setter: `element` takes the place of every match, or is appended; NULL
 * removes the matches.  Void elements go; without values every element goes.
 */
static int set(const struct gk_merge_walk *w, struct elements *list, struct gk_node *element,
	const struct gk_merge_keys *k, const struct gk_merge_tuple *values)
{
	bool maps = k->v[0].n && values->n && values->v[0].n, found = false, meant;
	size_t kept = 0;

	if (list->indexed) {
		set_indexed(w->a, list, element, values);
		return 0;
	}
	for (size_t i = 0; i < list->n; i++) {
		struct gk_node *e = list->v[i];

		if (is_void(e))
			continue;
		if (e->type != GK_OBJECT && maps) {
			list->v[kept++] = e;
			continue;
		}
		if (is_meant(w, e, k, values, &meant))
			return -1;
		if (!meant && values->n)
			list->v[kept++] = e;
		if (meant && element)
			list->v[kept++] = element;
		found |= meant;
	}
	list->n = kept;
	if (element && element->type != GK_NULL && !found)
		gk_vec_push(list, element);
	return 0;
}

struct lists {
	struct elements own;                   /* of dest, or of the patch where dest is absent */
	struct elements patch_own;             /* of the patch, when it is another list */
	struct elements *dest, *patch, merged; /* patch NULL: none */
	struct gk_merge_watch watch;           /* empty when nothing can be lost */
};

/* The missing key of a merged element, as kyaml writes it: quoted when it is no string. */
static void add_keys(const struct gk_merge_walk *w, struct gk_node *value,
	const struct gk_merge_keys *k, const struct gk_merge_tuple *t)
{
	for (size_t i = 0; !k->scalars && i < k->n; i++) {
		struct gk_node *twin = NULL;

		if (value->type == GK_OBJECT && t->v[i].n && !gk_node_find(value, k->v[i]))
			gk_value_set_entry(w->a, value, k->v[i], t->v[i], &twin);
	}
}

static int merge_tuple(const struct gk_merge_walk *w, struct lists *l, const char *type,
	const struct gk_merge_keys *k, const struct gk_merge_tuple *t)
{
	bool used[GK_MERGE_KEYS];
	struct gk_merge_keys own = gk_merge__valid_keys(k, t, 1, used);
	struct gk_merge_tuple values = gk_merge__valid_values(t, used);
	struct gk_node *dest = find_element(w->a, l->dest, &own, &values);
	struct gk_node *patch = find_element(w->a, l->patch, &own, &values), *merged;

	if (gk_merge__walk(w, dest, patch, type ? type : "", "", &merged))
		return -1;
	gk_merge__watch_pair(&l->watch, dest, patch, is_void(merged) ? NULL : merged);
	if (is_void(merged))
		return set(w, l->dest, NULL, k, t);
	add_keys(w, merged, k, t);
	return set(w, &l->merged, merged, k, t);
}

/* What dest has and the patch did not touch goes behind. */
static int append_rest(
	const struct gk_merge_walk *w, struct lists *l, const struct gk_merge_keys *k)
{
	for (size_t i = 0; i < l->dest->n; i++) {
		struct gk_node *e = l->dest->v[i];
		struct gk_merge_tuple values = {0};

		if (!e) /* a hole */
			continue;
		for (size_t j = 0; j < k->n && !k->scalars; j++) {
			const struct gk_node *field = gk_node_find(e, k->v[j]);

			if (e->type != GK_OBJECT && e->type != GK_NULL)
				return fail_element(w, e, "a map");
			if (field)
				values.v[values.n++] = gk_value_written(field);
			else
				gk_vec_push(&l->merged, e);
		}
		if (k->scalars)
			values = (struct gk_merge_tuple){.v = {gk_value_written(e)}, .n = 1};
		if (k->n > 1 && set(w, &l->merged, NULL, k, &values))
			return -1;
		if (set(w, &l->merged, e, k, &values))
			return -1;
	}
	return 0;
}

/* Link the elements; one that stands in the list twice is copied. */
static struct gk_node *linked(struct gk_arena *a, const struct elements *list)
{
	static struct gk_node unlinked;
	struct gk_node *array = gk_node_new(a, GK_ARRAY);

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i])
			list->v[i]->next = &unlinked;
	for (size_t i = 0; i < list->n; i++) {
		struct gk_node *e = list->v[i];

		if (!e) /* a hole */
			continue;
		gk_node_append(array, e->next == &unlinked ? e : gk_node_dup(a, e));
	}
	return array;
}

static bool all_scalars(const struct elements *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!gk_value_is_scalar(list->v[i]))
			return false;
	return true;
}

static bool is_regular(const struct lists *l, const struct gk_merge_keys *k,
	const struct gk_merge_tuples *t, const bool *used)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < k->n; j++)
			if (used[j] && t->v[i].v[j].n == 0)
				return false;
	return !k->scalars || (all_scalars(&l->own) && all_scalars(&l->patch_own));
}

static void watch(struct lists *l, const struct gk_merge_keys *valid)
{
	if (valid->scalars)
		return;
	l->watch.keys = *valid;
	gk_merge__watch(&l->watch, l->own.v, l->own.n, l->patch == &l->own);
	gk_merge__watch(&l->watch, l->patch_own.v, l->patch_own.n, true);
}

static bool is_copy(const struct gk_node *a, const struct gk_node *b)
{
	return a->type == GK_OBJECT && a->line && a->line == b->line && a->col == b->col &&
	       gk_node_equal(a, b);
}

/*
 * What an earlier merge put into the list twice is one element in kyaml, which changes in both
 * places: the first one stands for its copies again.
 */
static void reunite(struct gk_arena *a, struct elements *list, const struct gk_merge_keys *k)
{
	GK_AUTO(gk_map_done) struct gk_map last = GK_MAP_INIT; /* of each tuple */

	for (size_t i = 0; i < list->n; i++) {
		struct gk_merge_tuple t = gk_merge__tuple(k, list->v[i]);
		struct gk_str bytes = gk_merge__tuple_bytes(a, &t);
		struct gk_node **like = (struct gk_node **)gk_map_at(&last, bytes);

		if (*like && is_copy(list->v[i], *like))
			list->v[i] = *like;
		else
			*like = list->v[i];
	}
}

/* Tuples of regular lists agree only with themselves. */
static void prepare(const struct gk_merge_walk *w, struct lists *l, const struct gk_merge_keys *k,
	const struct gk_merge_keys *valid, struct gk_merge_tuples *t, const bool *used)
{
	if (is_regular(l, k, t, used)) {
		index_elements(w->a, &l->own, valid);
		index_elements(w->a, &l->patch_own, valid);
		index_elements(w->a, &l->merged, valid);
		return;
	}
	reunite(w->a, &l->own, k);
	watch(l, valid);
	if (k->n > 1)
		gk_merge__complete(t);
}

static int merge_tuples(const struct gk_merge_walk *w, struct lists *l, const char *type,
	const struct gk_merge_keys *k, struct gk_merge_tuples *t)
{
	bool used[GK_MERGE_KEYS];
	struct gk_merge_keys valid = gk_merge__valid_keys(k, t->v, t->n, used);

	prepare(w, l, k, &valid, t, used);
	for (size_t i = 0; i < t->n; i++) {
		struct gk_merge_tuple values = gk_merge__valid_values(&t->v[i], used);

		if (merge_tuple(w, l, type, &valid, &values))
			return -1;
	}
	return append_rest(w, l, &valid);
}

static int merge_lists(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	const char *type, const char *keys, struct gk_node **ret)
{
	struct gk_merge_keys k = gk_merge__keys(keys);
	struct lists l = {0};
	struct gk_merge_tuples tuples = {0};
	GK_AUTO(gk_map_done) struct gk_map seen = GK_MAP_INIT;
	int rc = 0;

	collect(dest, &l.own);
	l.dest = &l.own;
	if (patch && patch != dest)
		collect(patch, &l.patch_own);
	l.patch = !patch ? NULL : patch == dest ? &l.own : &l.patch_own;
	if (l.patch)
		add_tuples(w->a, &seen, &k, l.patch, &tuples);
	add_tuples(w->a, &seen, &k, l.dest, &tuples);
	*ret = dest;
	if (tuples.n) {
		rc = merge_tuples(w, &l, type, &k, &tuples);
		if (rc == 0) {
			gk_merge__watch_end(w, &l.watch, gk_node_key(dest), l.merged.v, l.merged.n);
			*ret = linked(w->a, &l.merged);
		}
	}
	gk_merge__watch_done(&l.watch);
	gk_vec_done(&tuples);
	elements_done(&l.own);
	elements_done(&l.patch_own);
	elements_done(&l.merged);
	return rc;
}

int gk_merge__list(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	const char *type, const char *keys, struct gk_node **ret)
{
	bool replace = false, delete = false;

	*ret = NULL;
	if (gk_value_is_null(dest))
		return gk_value_is_null(patch) ? 0 : merge_lists(w, patch, patch, type, keys, ret);
	if (gk_node_is(patch, GK_NULL))
		return 0;
	if (patch && gk_merge__list_directive(w, patch, &replace, &delete))
		return -1;
	if (delete)
		return 0;
	return merge_lists(w, replace ? patch : dest, patch, type, keys, ret);
}
