#include "sim/fieldset.h"

#include "base/limits.h"
#include "doc/json.h"

bool gk_sim_set_member(const struct gk_node *at)
{
	return at && (at->count == 0 || gk_node_get(at, "."));
}

bool gk_sim_set_empty(const struct gk_node *set)
{
	return !set || set->count == 0;
}

struct gk_node *gk_sim_set_place(struct gk_arena *a, bool member, struct gk_node *below)
{
	if (gk_sim_set_empty(below))
		return member ? gk_node_new(a, GK_OBJECT) : NULL;
	if (member)
		gk_node_set_c(a, below, ".", gk_node_new(a, GK_OBJECT));
	return below;
}

static bool is_dot(const struct gk_node *n)
{
	return gk_str_is(gk_node_key(n), ".");
}

/* How two places combine: whether the result is a member, and which steps go on. */
struct algebra {
	bool (*member)(bool x, bool y);
	bool only_common, also_second;
};

static struct gk_node *combine(struct gk_arena *a, const struct gk_node *x, const struct gk_node *y,
	const struct algebra *al, bool root);

static void add_step(struct gk_arena *a, struct gk_node *below, const struct gk_node *x,
	const struct gk_node *y, const struct algebra *al)
{
	struct gk_str key = gk_node_key(x ? x : y);
	struct gk_node *place = combine(a, x, y, al, false);

	if (place)
		gk_node_set(a, below, key, place);
}

static struct gk_node *combine(struct gk_arena *a, const struct gk_node *x, const struct gk_node *y,
	const struct algebra *al, bool root)
{
	struct gk_node *below = gk_node_new(a, GK_OBJECT);

	gk_node_foreach (step, x) {
		const struct gk_node *other = y ? gk_node_find(y, gk_node_key(step)) : NULL;

		if (!is_dot(step) && (other || !al->only_common))
			add_step(a, below, step, other, al);
	}
	if (al->also_second)
		gk_node_foreach (step, y)
			if (!is_dot(step) && !(x && gk_node_find(x, gk_node_key(step))))
				add_step(a, below, NULL, step, al);
	if (root)
		return below;
	return gk_sim_set_place(a, al->member(gk_sim_set_member(x), gk_sim_set_member(y)), below);
}

static bool either(bool x, bool y)
{
	return x || y;
}

static bool both(bool x, bool y)
{
	return x && y;
}

static bool first_only(bool x, bool y)
{
	return x && !y;
}

struct gk_node *gk_sim_set_union(
	struct gk_arena *a, const struct gk_node *x, const struct gk_node *y)
{
	static const struct algebra al = {either, false, true};

	return combine(a, x, y, &al, true);
}

struct gk_node *gk_sim_set_minus(
	struct gk_arena *a, const struct gk_node *x, const struct gk_node *y)
{
	static const struct algebra al = {first_only, false, false};

	return combine(a, x, y, &al, true);
}

struct gk_node *gk_sim_set_common(
	struct gk_arena *a, const struct gk_node *x, const struct gk_node *y)
{
	static const struct algebra al = {both, true, false};

	return combine(a, x, y, &al, true);
}

/* k:{"name":"c"} prints as [name="c"], v:"x" as [="x"], i:0 as [0], f:name as .name. */
static void put_keys(struct gk_buf *b, struct gk_str json)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;

	if (gk_json_parse(&doc, "fieldsV1", json, gk_limits_default(), &err) == 0)
		gk_node_foreach (key, doc.root) {
			gk_buf_printf(b, "%.*s=", GK_SARG(gk_node_key(key)));
			gk_json_print(b, key, 0);
			gk_buf_puts(b, key->next ? "," : "");
		}
	gk_doc_done(&doc);
}

static void put_step(struct gk_buf *b, struct gk_str step)
{
	struct gk_str rest = gk_str_from(step, 2);

	if (gk_str_starts(step, GK_STR("f:"))) {
		gk_buf_putc(b, '.');
		gk_buf_putstr(b, rest);
		return;
	}
	gk_buf_putc(b, '[');
	if (gk_str_starts(step, GK_STR("k:")))
		put_keys(b, rest);
	else {
		gk_buf_puts(b, gk_str_starts(step, GK_STR("v:")) ? "=" : "");
		gk_buf_putstr(b, rest);
	}
	gk_buf_putc(b, ']');
}

static void each_below(const struct gk_node *set, struct gk_buf *path, gk_sim_path_fn fn, void *ctx)
{
	gk_node_foreach (step, set) {
		size_t before = path->n;

		if (is_dot(step))
			continue;
		put_step(path, gk_node_key(step));
		if (gk_sim_set_member(step))
			fn(ctx, gk_buf_str(path));
		each_below(step, path, fn, ctx);
		path->n = before;
	}
}

void gk_sim_set_each(const struct gk_node *set, gk_sim_path_fn fn, void *ctx)
{
	struct gk_buf path = GK_BUF_INIT(0);

	each_below(set, &path, fn, ctx);
	gk_buf_done(&path);
}
