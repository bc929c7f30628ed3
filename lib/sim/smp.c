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

/*
 * $setElementOrder: items that it names come in its order; others keep their place
 * after the item that was before them.
 */
static void set_order(
	struct gk_arena *a, struct gk_sim_type t, struct gk_node *list, const struct gk_node *order)
{
	struct gk_str key = merge_key(t);
	struct gk_node *out = gk_node_new(a, GK_ARRAY), *next;
	struct gk_node *rest = gk_node_children(list);

	gk_node_foreach (want, order) {
		const struct gk_node *id = key.n ? gk_node_find(want, key) : want;
		struct gk_node *item = find_item(list, key, id);

		for (; rest; rest = next) { /* items that nobody ordered */
			next = rest->next;
			if (find_item(order, key, key.n ? gk_node_find(rest, key) : rest))
				break;
			gk_node_append(out, gk_node_dup(a, rest));
		}
		if (item)
			gk_node_append(out, gk_node_dup(a, item));
		if (rest && item == rest)
			rest = rest->next;
	}
	for (; rest; rest = rest->next)
		if (!find_item(order, key, key.n ? gk_node_find(rest, key) : rest))
			gk_node_append(out, gk_node_dup(a, rest));
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
			"map: %zu does not contain declared merge key: %.*s", (size_t)0,
			GK_SARG(key));
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

static int merge_list(struct gk_arena *a, struct gk_sim_type t, struct gk_node *list,
	const struct gk_node *patch, struct gk_err *err)
{
	bool scalars = merge_key(t).n == 0;

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
	return 0;
}

static int merge_member(struct gk_arena *a, struct gk_sim_type t, struct gk_node *target,
	const struct gk_node *patch, struct gk_err *err)
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
		return merge_list(a, ft, have, patch, err);
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
		if (!is_directive(gk_node_key(m)) && merge_member(a, t, target, m, err))
			return -1;
	gk_node_foreach (m, patch) {
		struct gk_str field = gk_str_from(gk_node_key(m), sizeof SET_ORDER - 1);
		struct gk_node *list = gk_node_find(target, field);

		if (gk_str_starts(gk_node_key(m), GK_STR(SET_ORDER)) && gk_node_is(list, GK_ARRAY))
			set_order(a, gk_sim_type_field(t, field), list, m);
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
