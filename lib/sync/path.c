/* Walking the paths of the schema tables. */
#include "sync/path.h"

enum { NAME_MAX_BYTES = 128 };

/* One step of a path: a member name and what is said in brackets behind it. */
struct step {
	char name[NAME_MAX_BYTES]; /* our tables' longest is 40 */
	size_t len;
	bool each;
	struct gk_str key, value; /* of [k=v]; key.n == 0: every element */
};

static struct gk_str brackets(struct step *s, struct gk_str rest)
{
	struct gk_str in = gk_str_from(rest, 1);

	s->each = true;
	s->value = gk_str_cut(&in, ']');
	s->key = GK_STR_NULL;
	if (s->value.n)
		s->key = gk_str_cut(&s->value, '=');
	return in;
}

/* Takes the first step off *path. */
static void next_step(struct gk_str *path, struct step *s)
{
	struct gk_str rest = *path;

	s->len = 0;
	s->each = false;
	while (rest.n && rest.p[0] != '.' && rest.p[0] != '[') {
		if (rest.p[0] == '\\' && rest.n > 1)
			rest = gk_str_from(rest, 1);
		gk_assert(s->len < sizeof s->name);
		s->name[s->len++] = rest.p[0];
		rest = gk_str_from(rest, 1);
	}
	if (rest.n && rest.p[0] == '[')
		rest = brackets(s, rest);
	if (rest.n && rest.p[0] == '.')
		rest = gk_str_from(rest, 1);
	*path = rest;
}

const struct gk_node *gk_path_get(const struct gk_node *n, struct gk_str path)
{
	struct step s;

	while (n && path.n) {
		next_step(&path, &s);
		n = gk_node_find(n, (struct gk_str){s.name, s.len});
	}
	return n;
}

static bool passes(const struct gk_node *element, const struct step *s)
{
	if (s->key.n == 0)
		return true;
	return gk_str_eq(gk_node_scalar(gk_node_find(element, s->key)), s->value);
}

void gk_path_each(const struct gk_node *n, struct gk_str path, gk_path_fn fn, void *ctx)
{
	struct step s;
	const struct gk_node *child;

	next_step(&path, &s);
	child = gk_node_find(n, (struct gk_str){s.name, s.len});
	if (!child)
		return;
	if (!s.each) {
		if (path.n)
			gk_path_each(child, path, fn, ctx);
		else
			fn(ctx, child, n);
		return;
	}
	gk_node_foreach (element, child) {
		if (!passes(element, &s))
			continue;
		if (path.n)
			gk_path_each(element, path, fn, ctx);
		else
			fn(ctx, element, child);
	}
}
