#include "sim/typed.h"

#include "base/map.h"
#include "doc/json.h"

static bool granular_map(struct gk_sim_type t, const struct gk_node *v)
{
	return gk_node_is(v, GK_OBJECT) && t.relation != GK_SIM_ATOMIC &&
	       (t.shape == GK_SIM_ANY || t.shape == GK_SIM_STRUCT || t.shape == GK_SIM_MAP);
}

static bool granular_list(struct gk_sim_type t, const struct gk_node *v)
{
	return gk_node_is(v, GK_ARRAY) && t.shape == GK_SIM_LIST && t.relation != GK_SIM_ATOMIC;
}

static void put_key_value(struct gk_buf *b, struct gk_arena *a, struct gk_sim_type elem,
	struct gk_str key, const struct gk_node *item, bool *ret_ok)
{
	const struct gk_node *value = gk_node_find(item, key);

	if (!value)
		value = gk_sim_typed_default(a, elem, key);
	if (!value)
		*ret_ok = false;
	gk_buf_printf(b, "\"%.*s\":", GK_SARG(key));
	gk_json_print(b, value ? value : gk_node_new(a, GK_NULL), 0);
}

/* The step that names an item: v:VALUE, or k: with the keys in order of their names. */
static struct gk_str item_step(
	struct gk_arena *a, struct gk_sim_type t, const struct gk_node *item, bool *ret_ok)
{
	struct gk_sim_type elem = gk_sim_type_elem(t);
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str step, key, last = GK_STR("");
	size_t n = 0;

	gk_buf_puts(&b, t.relation == GK_SIM_SET ? "v:" : "k:{");
	if (t.relation == GK_SIM_SET) {
		gk_json_print(&b, item, 0);
	} else {
		while ((key = gk_sim_type_key(t, n)).p)
			n++;
		for (size_t i = 0; i < n; i++) {
			struct gk_str next = GK_STR_NULL;

			for (size_t j = 0; j < n; j++) {
				key = gk_sim_type_key(t, j);
				if ((i == 0 || gk_str_cmp(key, last) > 0) &&
					(!next.p || gk_str_cmp(key, next) < 0))
					next = key;
			}
			gk_buf_puts(&b, i ? "," : "");
			put_key_value(&b, a, elem, next, item, ret_ok);
			last = next;
		}
		gk_buf_putc(&b, '}');
	}
	step.n = b.n;
	step.p = gk_arena_memdup0(a, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return step;
}

static struct gk_str field_step(struct gk_arena *a, const struct gk_node *member)
{
	struct gk_str key = gk_node_key(member);

	return gk_str_c(gk_arena_printf(a, "f:%.*s", GK_SARG(key)));
}

/* The items of a granular list by their steps; -1 on a missing or repeated key. */
static int index_items(
	struct gk_arena *a, struct gk_sim_type t, const struct gk_node *list, struct gk_map *ret)
{
	gk_node_foreach (item, list) {
		bool ok = true;
		struct gk_str step = item_step(a, t, item, &ok);

		if (gk_map_put(ret, step, item) || !ok)
			return -1;
	}
	return 0;
}

struct walk {
	struct gk_arena *a;
	struct gk_err *err;
	bool failed;
};

static struct gk_node *paths_of(
	struct walk *w, struct gk_sim_type t, const struct gk_node *v, bool member);

static struct gk_node *paths_of_map(struct walk *w, struct gk_sim_type t, const struct gk_node *v)
{
	struct gk_node *below = gk_node_new(w->a, GK_OBJECT);

	gk_node_foreach (m, v) {
		struct gk_str key = gk_node_key(m);
		bool empty = gk_node_is(m, GK_NULL) || (gk_node_is(m, GK_OBJECT) && !m->count);
		struct gk_node *place = paths_of(
			w, gk_sim_type_field(t, key), m, empty || !gk_sim_type_declares(t, key));

		if (place)
			gk_node_set(w->a, below, field_step(w->a, m), place);
	}
	return below;
}

static void fail_item(struct walk *w, const char *why, struct gk_str step)
{
	if (!w->failed)
		(void)gk_fail(w->err, GK_EINPUT, "sim.apply", "%s: %.*s", why, GK_SARG(step));
	w->failed = true;
}

static struct gk_node *paths_of_list(struct walk *w, struct gk_sim_type t, const struct gk_node *v)
{
	struct gk_node *below = gk_node_new(w->a, GK_OBJECT);
	struct gk_sim_type elem = gk_sim_type_elem(t);

	gk_node_foreach (item, v) {
		bool ok = true;
		struct gk_str step = item_step(w->a, t, item, &ok);

		if (!ok)
			fail_item(w, "associative list with keys has an element that omits a key",
				step);
		if (gk_node_find(below, step))
			fail_item(w, "duplicate entries for key", step);
		gk_node_set(w->a, below, step, paths_of(w, elem, item, true));
	}
	return below;
}

static struct gk_node *paths_of(
	struct walk *w, struct gk_sim_type t, const struct gk_node *v, bool member)
{
	if (granular_map(t, v))
		return gk_sim_set_place(w->a, member, paths_of_map(w, t, v));
	if (granular_list(t, v))
		return gk_sim_set_place(w->a, member, paths_of_list(w, t, v));
	return gk_sim_set_place(w->a, true, NULL);
}

int gk_sim_typed_paths(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *object,
	struct gk_node **ret, struct gk_err *err)
{
	struct walk w = {a, err, false};
	struct gk_node *set = paths_of_map(&w, t, object);

	if (w.failed)
		return -1;
	*ret = set;
	return 0;
}

/* A subtree that is there on one side only: every place in it counts. */
static struct gk_node *all_of(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *v)
{
	struct gk_node *below = gk_node_new(a, GK_OBJECT);

	if (granular_map(t, v)) {
		gk_node_foreach (m, v)
			gk_node_set(a, below, field_step(a, m),
				all_of(a, gk_sim_type_field(t, gk_node_key(m)), m));
	} else if (granular_list(t, v)) {
		gk_node_foreach (item, v) {
			bool ok;

			gk_node_set(a, below, item_step(a, t, item, &ok),
				all_of(a, gk_sim_type_elem(t), item));
		}
	}
	return gk_sim_set_place(a, true, below);
}

/* What changed below one place, as the steps below it. */
struct changes_at {
	struct gk_node *added, *removed, *modified;
};

static void compare_at(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *from,
	const struct gk_node *to, struct gk_str step, struct changes_at *up);

static struct changes_at no_changes(struct gk_arena *a)
{
	return (struct changes_at){
		gk_node_new(a, GK_OBJECT), gk_node_new(a, GK_OBJECT), gk_node_new(a, GK_OBJECT)};
}

static void compare_maps(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *from,
	const struct gk_node *to, struct changes_at *ret)
{
	gk_node_foreach (m, from) {
		struct gk_str key = gk_node_key(m);

		compare_at(a, gk_sim_type_field(t, key), m, gk_node_find(to, key), field_step(a, m),
			ret);
	}
	gk_node_foreach (m, to) {
		struct gk_str key = gk_node_key(m);

		if (!gk_node_find(from, key))
			compare_at(a, gk_sim_type_field(t, key), NULL, m, field_step(a, m), ret);
	}
}

static void compare_lists(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *from,
	const struct gk_node *to, struct changes_at *ret)
{
	struct gk_map old = GK_MAP_INIT, new = GK_MAP_INIT;
	struct gk_sim_type elem = gk_sim_type_elem(t);

	(void)index_items(a, t, from, &old);
	(void)index_items(a, t, to, &new);
	gk_map_foreach (e, &old)
		compare_at(a, elem, e->value, gk_map_find(&new, e->key), e->key, ret);
	gk_map_foreach (e, &new)
		if (!gk_map_has(&old, e->key))
			compare_at(a, elem, NULL, e->value, e->key, ret);
	gk_map_done(&old);
	gk_map_done(&new);
}

static void put_place(struct gk_arena *a, struct gk_node *set, struct gk_str step,
	struct gk_node *below, bool member)
{
	struct gk_node *place = gk_sim_set_place(a, member, below);

	if (place)
		gk_node_set(a, set, step, place);
}

static void compare_at(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *from,
	const struct gk_node *to, struct gk_str step, struct changes_at *up)
{
	struct changes_at here;

	if (!from) {
		gk_node_set(a, up->added, step, all_of(a, t, to));
		return;
	}
	if (!to) {
		gk_node_set(a, up->removed, step, all_of(a, t, from));
		return;
	}
	here = no_changes(a);
	if (granular_map(t, from) && granular_map(t, to)) {
		compare_maps(a, t, from, to, &here);
	} else if (granular_list(t, from) && granular_list(t, to)) {
		compare_lists(a, t, from, to, &here);
	} else {
		put_place(a, up->modified, step, NULL, !gk_node_equal(from, to));
		return;
	}
	put_place(a, up->added, step, here.added, false);
	put_place(a, up->removed, step, here.removed, false);
	put_place(a, up->modified, step, here.modified, false);
}

void gk_sim_typed_compare(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *from,
	const struct gk_node *to, struct gk_sim_changes *ret)
{
	struct changes_at root = no_changes(a);

	compare_maps(a, t, from, to, &root);
	*ret = (struct gk_sim_changes){root.added, root.removed, root.modified};
}

static struct gk_node *merge(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *live,
	const struct gk_node *intent);

static struct gk_node *merge_maps(struct gk_arena *a, struct gk_sim_type t,
	const struct gk_node *live, const struct gk_node *intent)
{
	struct gk_node *out = gk_node_new(a, GK_OBJECT);

	gk_node_foreach (m, live) {
		struct gk_str key = gk_node_key(m);

		gk_node_set(a, out, key,
			merge(a, gk_sim_type_field(t, key), m, gk_node_find(intent, key)));
	}
	gk_node_foreach (m, intent)
		if (!gk_node_find(live, gk_node_key(m)))
			gk_node_set(a, out, gk_node_key(m), gk_node_dup(a, m));
	return out;
}

/*
 * The order of the intent holds; what only live has stays where it was among its
 * neighbours: live a x b, intent b a  ->  b a x.
 */
static struct gk_node *merge_lists(struct gk_arena *a, struct gk_sim_type t,
	const struct gk_node *live, const struct gk_node *intent)
{
	struct gk_map old = GK_MAP_INIT, new = GK_MAP_INIT, done = GK_MAP_INIT;
	struct gk_node *out = gk_node_new(a, GK_ARRAY), *l = gk_node_children(live);
	struct gk_sim_type elem = gk_sim_type_elem(t);

	(void)index_items(a, t, live, &old);
	(void)index_items(a, t, intent, &new);
	gk_map_foreach (e, &new) {
		for (bool ok; l; l = l->next) {
			struct gk_str step = item_step(a, t, l, &ok);

			if (gk_map_has(&new, step) && !gk_map_has(&done, step))
				break;
			if (!gk_map_has(&new, step))
				gk_node_append(out, gk_node_dup(a, l));
		}
		gk_node_append(out, merge(a, elem, gk_map_find(&old, e->key), e->value));
		(void)gk_map_put(&done, e->key, e->value);
	}
	for (bool ok; l; l = l->next)
		if (!gk_map_has(&new, item_step(a, t, l, &ok)))
			gk_node_append(out, gk_node_dup(a, l));
	gk_map_done(&old);
	gk_map_done(&new);
	gk_map_done(&done);
	return out;
}

static struct gk_node *merge(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *live,
	const struct gk_node *intent)
{
	if (!intent || !live)
		return gk_node_dup(a, intent ? intent : live);
	if (granular_map(t, live) && granular_map(t, intent))
		return merge_maps(a, t, live, intent);
	if (granular_list(t, live) && granular_list(t, intent))
		return merge_lists(a, t, live, intent);
	return gk_node_dup(a, intent);
}

struct gk_node *gk_sim_typed_merge(struct gk_arena *a, struct gk_sim_type t,
	const struct gk_node *live, const struct gk_node *intent)
{
	return merge(a, t, live, intent);
}

static void prune_map(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object,
	const struct gk_node *drop, const struct gk_node *keep)
{
	gk_node_foreach (step, drop) {
		struct gk_str key = gk_node_key(step), field = gk_str_from(key, 2);
		struct gk_node *value = gk_node_find(object, field);
		const struct gk_node *kept = gk_node_find(keep, key);

		if (!gk_str_starts(key, GK_STR("f:")) || !value)
			continue;
		if (!kept)
			(void)gk_node_remove(object, field);
		else
			gk_sim_typed_prune(a, gk_sim_type_field(t, field), value, step, kept);
	}
}

static void prune_list(struct gk_arena *a, struct gk_sim_type t, struct gk_node *list,
	const struct gk_node *drop, const struct gk_node *keep)
{
	struct gk_map items = GK_MAP_INIT;

	(void)index_items(a, t, list, &items);
	gk_node_foreach (step, drop) {
		struct gk_str key = gk_node_key(step);
		struct gk_node *item = gk_map_find(&items, key);
		const struct gk_node *kept = gk_node_find(keep, key);

		if (!item)
			continue;
		if (!kept)
			gk_node_unlink(list, item);
		else
			gk_sim_typed_prune(a, gk_sim_type_elem(t), item, step, kept);
	}
	gk_map_done(&items);
}

void gk_sim_typed_prune(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object,
	const struct gk_node *drop, const struct gk_node *keep)
{
	if (granular_map(t, object))
		prune_map(a, t, object, drop, keep);
	else if (granular_list(t, object))
		prune_list(a, t, object, drop, keep);
}
