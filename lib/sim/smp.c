#include "sim/smp.h"

#define DELETE_FROM "$deleteFromPrimitiveList/"
#define SET_ORDER "$setElementOrder/"

/* "merge:name", "merge+retainKeys:name", "merge", "replace", "" */
static bool merges_lists(struct gk_sim_type t)
{
	return strncmp(t.patch, "merge", 5) == 0;
}

static struct gk_str merge_key(struct gk_sim_type t)
{
	struct gk_str rest = gk_str_c(t.patch);

	(void)gk_str_cut(&rest, ':');
	return rest;
}

static bool is_directive(struct gk_str key)
{
	return gk_str_is(key, "$patch") || gk_str_is(key, "$retainKeys") ||
	       gk_str_starts(key, GK_STR(DELETE_FROM)) || gk_str_starts(key, GK_STR(SET_ORDER));
}

static struct gk_str directive(const struct gk_node *patch)
{
	return gk_node_text(gk_node_get(patch, "$patch"));
}

static struct gk_node *find_item(
	const struct gk_node *list, struct gk_str key, const struct gk_node *value)
{
	gk_node_foreach (item, list)
		if (key.n ? gk_node_equal(gk_node_find(item, key), value)
			  : gk_node_equal(item, value))
			return item;
	return NULL;
}

/* A patch that is put where nothing was: without its directives and nulls. */
static struct gk_node *clean_copy(struct gk_arena *a, const struct gk_node *patch)
{
	struct gk_node *out;

	if (!gk_node_is(patch, GK_OBJECT) && !gk_node_is(patch, GK_ARRAY))
		return gk_node_dup(a, patch);
	out = gk_node_new(a, (enum gk_type)patch->type);
	gk_node_foreach (m, patch) {
		if (gk_node_is(patch, GK_ARRAY)) {
			if (!directive(m).n)
				gk_node_append(out, clean_copy(a, m));
		} else if (!is_directive(gk_node_key(m)) && !gk_node_is(m, GK_NULL)) {
			gk_node_set(a, out, gk_node_key(m), clean_copy(a, m));
		}
	}
	return out;
}

/* $retainKeys: what the list does not name goes. */
static void retain_keys(struct gk_node *target, const struct gk_node *patch)
{
	const struct gk_node *keys = gk_node_get(patch, "$retainKeys");
	struct gk_node *next;

	if (!gk_node_is(keys, GK_ARRAY))
		return;
	for (struct gk_node *m = gk_node_children(target); m; m = next) {
		bool kept = false;

		next = m->next;
		gk_node_foreach (key, keys)
			kept = kept || gk_str_eq(gk_node_text(key), gk_node_key(m));
		if (!kept)
			gk_node_unlink(target, m);
	}
}

static void delete_primitives(
	struct gk_node *target, struct gk_str field, const struct gk_node *gone)
{
	struct gk_node *list = gk_node_find(target, field);

	gk_node_foreach (value, gone) {
		struct gk_node *item;

		while ((item = find_item(list, GK_STR(""), value)))
			gk_node_unlink(list, item);
	}
}

/* Where an item is in a list, by its merge key (or by value); -1 = nowhere. */
static long position(const struct gk_node *list, struct gk_str key, const struct gk_node *item)
{
	const struct gk_node *id = key.n ? gk_node_find(item, key) : item;
	long at = 0;

	gk_node_foreach (other, list) {
		if (gk_node_equal(key.n ? gk_node_find(other, key) : other, id))
			return at;
		at++;
	}
	return -1;
}

/*
 * Items that `order` names come in its order; those that only the server has are put
 * between them where the list of before had them.  before: a x b, order: b a, merged: a x b
 * -> a stays behind b, and x goes before the first named item that was behind it.
 */
static void set_order(struct gk_arena *a, struct gk_sim_type t, struct gk_node *list,
	const struct gk_node *order, const struct gk_node *before)
{
	struct gk_str key = merge_key(t);
	struct gk_node *out = gk_node_new(a, GK_ARRAY);
	const struct gk_node *want = gk_node_children(order), *own = gk_node_children(list);

	for (;;) {
		const struct gk_node *named = NULL;

		while (own && position(order, key, own) >= 0)
			own = own->next;
		for (; want && !named; want = named ? want : want->next)
			named = find_item(list, key, key.n ? gk_node_find(want, key) : want);
		if (!own && !named)
			break;
		if (own && (!named || (position(before, key, own) >= 0 &&
					      position(before, key, named) >= 0 &&
					      position(before, key, own) <
						      position(before, key, named)))) {
			gk_node_append(out, gk_node_dup(a, own));
			own = own->next;
		} else {
			gk_node_append(out, gk_node_dup(a, named));
			want = want->next;
		}
	}
	gk_node_assign(list, out);
}

static int merge_object(struct gk_arena *a, struct gk_sim_type t, struct gk_node *target,
	const struct gk_node *patch, struct gk_err *err);

static int merge_item(struct gk_arena *a, struct gk_sim_type t, struct gk_node *list,
	const struct gk_node *item, struct gk_err *err)
{
	struct gk_str key = merge_key(t);
	const struct gk_node *id = gk_node_find(item, key);
	struct gk_node *have;

	if (gk_str_is(directive(item), "replace"))
		return 0;
	if (!id)
		return gk_fail(err, GK_EINPUT, "sim.patch",
			"map: the item does not contain declared merge key: %.*s", GK_SARG(key));
	have = find_item(list, key, id);
	if (gk_str_is(directive(item), "delete")) {
		if (have)
			gk_node_unlink(list, have);
		return 0;
	}
	if (have)
		return merge_object(a, gk_sim_type_elem(t), have, item, err);
	gk_node_append(list, clean_copy(a, item));
	return 0;
}

/* `order`: the list of $setElementOrder, or NULL. */
static int merge_list(struct gk_arena *a, struct gk_sim_type t, struct gk_node *list,
	const struct gk_node *patch, const struct gk_node *order, struct gk_err *err)
{
	bool scalars = merge_key(t).n == 0;
	const struct gk_node *before = gk_node_dup(a, list);

	gk_node_foreach (item, patch)
		if (gk_str_is(directive(item), "replace")) {
			gk_node_assign(list, clean_copy(a, patch));
			return 0;
		}
	gk_node_foreach (item, patch) {
		if (!scalars) {
			if (merge_item(a, t, list, item, err))
				return -1;
		} else if (!find_item(list, GK_STR(""), item)) {
			gk_node_append(list, gk_node_dup(a, item));
		}
	}
	set_order(a, t, list, order ? order : patch, before);
	return 0;
}

/* The order that the patch wants of a list, or NULL. */
static const struct gk_node *wanted_order(
	struct gk_arena *a, const struct gk_node *patch, struct gk_str field)
{
	const char *key = gk_arena_printf(a, SET_ORDER "%.*s", GK_SARG(field));

	return gk_node_get(patch, key);
}

static int merge_member(struct gk_arena *a, struct gk_sim_type t, struct gk_node *target,
	const struct gk_node *patch, const struct gk_node *order, struct gk_err *err)
{
	struct gk_str key = gk_node_key(patch);
	struct gk_sim_type ft = gk_sim_type_field(t, key);
	struct gk_node *have = gk_node_find(target, key);

	if (gk_node_is(patch, GK_NULL)) {
		(void)gk_node_remove(target, key);
		return 0;
	}
	if (gk_node_is(patch, GK_OBJECT) && gk_node_is(have, GK_OBJECT))
		return merge_object(a, ft, have, patch, err);
	if (gk_node_is(patch, GK_ARRAY) && gk_node_is(have, GK_ARRAY) && merges_lists(ft))
		return merge_list(a, ft, have, patch, order, err);
	if (gk_node_is(patch, GK_OBJECT) && gk_str_is(directive(patch), "delete")) {
		(void)gk_node_remove(target, key);
		return 0;
	}
	gk_node_set(a, target, key, clean_copy(a, patch));
	return 0;
}

static int merge_object(struct gk_arena *a, struct gk_sim_type t, struct gk_node *target,
	const struct gk_node *patch, struct gk_err *err)
{
	struct gk_str what = directive(patch);

	if (gk_str_is(what, "replace") || gk_str_is(what, "delete")) {
		gk_node_assign(target, gk_str_is(what, "delete") ? gk_node_new(a, GK_OBJECT)
								 : clean_copy(a, patch));
		return 0;
	}
	retain_keys(target, patch);
	gk_node_foreach (m, patch)
		if (gk_str_starts(gk_node_key(m), GK_STR(DELETE_FROM)))
			delete_primitives(
				target, gk_str_from(gk_node_key(m), sizeof DELETE_FROM - 1), m);
	gk_node_foreach (m, patch)
		if (!is_directive(gk_node_key(m)) &&
			merge_member(a, t, target, m, wanted_order(a, patch, gk_node_key(m)), err))
			return -1;
	gk_node_foreach (m, patch) {
		struct gk_str field = gk_str_from(gk_node_key(m), sizeof SET_ORDER - 1);
		struct gk_node *list = gk_node_find(target, field);

		if (gk_str_starts(gk_node_key(m), GK_STR(SET_ORDER)) &&
			gk_node_is(list, GK_ARRAY) && !gk_node_find(patch, field))
			set_order(a, gk_sim_type_field(t, field), list, m, gk_node_dup(a, list));
	}
	return 0;
}

int gk_sim_smp(struct gk_arena *a, struct gk_sim_type t, struct gk_node *target,
	const struct gk_node *patch, struct gk_err *err)
{
	if (!gk_node_is(patch, GK_OBJECT))
		return gk_fail(err, GK_EINPUT, "sim.patch", "the patch is not an object");
	return merge_object(a, t, target, patch, err);
}
