/* Field differences, with their owners. */
#include "sync/delta.h"

#include "base/buf.h"
#include "doc/object.h"
#include "doc/pointer.h"

struct compare {
	struct gk_arena *arena;
	const struct gk_node *source;
	const char *manager;
	struct gk_deltas *out;
	struct gk_buf pointer, path;
	GK_VEC(struct gk_step) step;
};

static void compare(struct compare *c, const struct gk_node *live, const struct gk_node *wanted);

static void put(struct compare *c, enum gk_delta_op op, const struct gk_node *live,
	const struct gk_node *wanted)
{
	struct gk_delta d = {.op = op, .live = live, .desired = wanted};

	d.pointer = gk_arena_strdup(c->arena, gk_buf_cstr(&c->pointer));
	d.path = gk_arena_strdup(c->arena, gk_buf_cstr(&c->path));
	d.owner = gk_fields_owner(c->arena, c->source, c->step.v, c->step.n, c->manager);
	gk_vec_push(c->out, d);
}

/* ---- one step down, and back ---- */

struct mark {
	size_t pointer, path;
};

static struct mark enter(struct compare *c, const struct gk_step *step)
{
	struct mark m = {c->pointer.n, c->path.n};

	gk_vec_push(&c->step, *step);
	return m;
}

static void leave(struct compare *c, struct mark m)
{
	c->step.n--;
	c->pointer.n = m.pointer;
	c->path.n = m.path;
	c->pointer.p[m.pointer] = '\0';
	c->path.p[m.path] = '\0';
}

static struct mark enter_member(struct compare *c, struct gk_str name)
{
	struct gk_step step = {.name = name};
	struct mark m = enter(c, &step);

	gk_pointer_append(&c->pointer, name);
	gk_buf_putc(&c->path, '.');
	gk_buf_putstr(&c->path, name);
	return m;
}

/* ---- lists ---- */

/* The member that tells the elements of both lists apart, or NULL: then by index. */
static const char *list_key(const struct gk_node *a, const struct gk_node *b)
{
	static const char *const keys[] = {"name", "containerPort", "mountPath", "key", "type"};
	const struct gk_node *lists[] = {a, b};

	for (size_t i = 0; i < GK_COUNT(keys); i++) {
		bool all = true;

		for (size_t l = 0; l < 2; l++)
			gk_node_foreach (e, lists[l])
				all = all && gk_node_scalar(gk_node_get(e, keys[i])).n;
		if (all)
			return keys[i];
	}
	return NULL;
}

static const struct gk_node *same_element(
	const struct gk_node *list, const struct gk_node *element, const char *key, size_t index)
{
	if (!key)
		return gk_node_at(list, index);
	gk_node_foreach (e, list)
		if (gk_node_equal(gk_node_get(e, key), gk_node_get(element, key)))
			return e;
	return NULL;
}

static struct mark enter_element(
	struct compare *c, const struct gk_node *element, const char *key, size_t index)
{
	struct gk_step step = {.item = element};
	struct mark m = enter(c, &step);

	gk_buf_printf(&c->pointer, "/%zu", index);
	if (key)
		gk_buf_printf(&c->path, "[%s=%.*s]", key,
			GK_SARG(gk_node_scalar(gk_node_get(element, key))));
	else
		gk_buf_printf(&c->path, "[%zu]", index);
	return m;
}

enum { ALIGN_MAX = 2000 }; /* elements; finding by key is quadratic */

static void compare_lists(
	struct compare *c, const struct gk_node *live, const struct gk_node *wanted)
{
	const char *key = live->count + wanted->count > ALIGN_MAX ? NULL : list_key(live, wanted);
	size_t i = 0;

	gk_node_foreach (l, live) {
		struct mark m = enter_element(c, l, key, i);
		const struct gk_node *w = same_element(wanted, l, key, i);

		if (w)
			compare(c, l, w);
		else
			put(c, GK_DELTA_REMOVE, l, NULL);
		leave(c, m);
		i++;
	}
	i = 0;
	gk_node_foreach (w, wanted) {
		if (!same_element(live, w, key, i)) {
			struct mark m = enter_element(c, w, key, i);

			put(c, GK_DELTA_ADD, NULL, w);
			leave(c, m);
		}
		i++;
	}
}

/* Lists of scalars differ as a whole: an index says nothing to a reader. */
static bool is_plain(const struct gk_node *list)
{
	gk_node_foreach (e, list)
		if (e->type == GK_OBJECT || e->type == GK_ARRAY)
			return false;
	return true;
}

/* ---- maps ---- */

static void compare_maps(
	struct compare *c, const struct gk_node *live, const struct gk_node *wanted)
{
	gk_node_foreach (l, live) {
		struct mark m = enter_member(c, gk_node_key(l));
		const struct gk_node *w = gk_node_find(wanted, gk_node_key(l));

		if (w)
			compare(c, l, w);
		else
			put(c, GK_DELTA_REMOVE, l, NULL);
		leave(c, m);
	}
	gk_node_foreach (w, wanted)
		if (!gk_node_find(live, gk_node_key(w))) {
			struct mark m = enter_member(c, gk_node_key(w));

			put(c, GK_DELTA_ADD, NULL, w);
			leave(c, m);
		}
}

static void compare(struct compare *c, const struct gk_node *live, const struct gk_node *wanted)
{
	if (gk_node_equal(live, wanted))
		return;
	if (live->type == GK_OBJECT && wanted->type == GK_OBJECT) {
		compare_maps(c, live, wanted);
	} else if (live->type == GK_ARRAY && wanted->type == GK_ARRAY &&
		   !(is_plain(live) && is_plain(wanted))) {
		size_t before = c->out->n;

		compare_lists(c, live, wanted);
		if (c->out->n == before) /* only the order differs */
			put(c, GK_DELTA_CHANGE, live, wanted);
	} else {
		put(c, GK_DELTA_CHANGE, live, wanted);
	}
}

void gk_delta_compare(struct gk_arena *a, const struct gk_node *live, const struct gk_node *wanted,
	const struct gk_node *source, const char *manager, struct gk_deltas *out)
{
	struct compare c = {.arena = a, .source = source, .manager = manager, .out = out};

	gk_buf_puts(&c.pointer, "");
	compare(&c, live, wanted);
	gk_vec_done(&c.step);
	gk_buf_done(&c.pointer);
	gk_buf_done(&c.path);
}

struct gk_node *gk_delta_strip(struct gk_arena *a, const struct gk_node *object)
{
	static const char *const gone[] = {"managedFields", "resourceVersion", "uid", "generation",
		"creationTimestamp", "selfLink"};
	struct gk_node *out = gk_node_dup(a, object);
	struct gk_node *meta = gk_node_get(out, "metadata");
	struct gk_node *notes = gk_node_get(meta, "annotations");

	for (size_t i = 0; i < GK_COUNT(gone); i++)
		(void)gk_node_remove(meta, gk_str_c(gone[i]));
	(void)gk_node_remove(out, GK_STR("status"));
	if (notes &&
		gk_node_remove(notes, GK_STR("kubectl.kubernetes.io/last-applied-configuration")) &&
		notes->count == 0)
		(void)gk_node_remove(meta, GK_STR("annotations"));
	return out;
}
