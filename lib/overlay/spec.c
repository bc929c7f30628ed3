#include "base/buf.h"
#include "overlay/spec.h"
#include "overlay/value.h"

struct walk {
	struct gk_arena *a;
	const struct gk_setter *setter;
	bool create;
	struct gk_err *err;
};

static int step(const struct walk *w, struct gk_node *at, const char *path);

bool gk_spec_matches(const struct gk_fieldspec *spec, const struct gk_id *id)
{
	return gk_id_selected(id, spec->group, spec->version, spec->kind);
}

const char *gk_spec_kind_word(const struct gk_node *n)
{
	static const char *const words[] = {
		[GK_NULL] = "null",
		[GK_FALSE] = "a boolean",
		[GK_TRUE] = "a boolean",
		[GK_NUMBER] = "a number",
		[GK_STRING] = "a string",
		[GK_ARRAY] = "a list",
		[GK_OBJECT] = "a map",
	};

	return words[n->type];
}

int gk_spec_wrong_kind(const struct gk_node *n, const char *expected, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.wrong-kind", "expected %s, found %s", expected,
		gk_spec_kind_word(n));
	return gk_err_line(err, n->line, n->col);
}

static enum gk_type wanted_type(const struct walk *w, bool last)
{
	if (!last)
		return GK_OBJECT;
	return w->setter->want == GK_WANT_MAP ? GK_OBJECT : GK_STRING;
}

static struct gk_node *fresh(const struct walk *w, enum gk_type type)
{
	if (type == GK_STRING)
		return gk_value_new(w->a, GK_STR(""), GK_TAG_STR);
	return gk_node_new(w->a, type);
}

/* Turn a null into an empty one of the type, in place. */
static void revive(struct gk_node *n, enum gk_type type)
{
	n->type = (uint8_t)type;
	n->first = n->last = NULL;
	n->index = NULL;
	n->count = 0;
	if (type == GK_STRING) {
		n->text = GK_STR("");
		n->style = GK_STYLE_PLAIN;
	}
}

/* Would kyaml take the part for an element of a list?  Then it refuses a map there. */
static bool means_element(struct gk_str part)
{
	enum { INT_DIGITS = 18 };
	struct gk_str s = gk_str_trim(part), digits = s;

	if (!s.n || !strchr("+-0123456789*[", s.p[0]))
		return false;
	if (gk_str_is(s, "-") || gk_str_is(s, "*") ||
		(s.p[0] == '[' && gk_str_ends(s, GK_STR("]"))))
		return true;
	if (s.p[0] == '+' || s.p[0] == '-')
		digits = gk_str_from(s, 1);
	return digits.n && digits.n <= INT_DIGITS && strspn(digits.p, "0123456789") >= digits.n;
}

static int fail_element(const struct walk *w, const struct gk_node *map, struct gk_str part)
{
	(void)gk_fail(w->err, GK_EINPUT, "render.wrong-kind",
		"'%.*s' means an element of a list, found a map", GK_SARG(part));
	(void)gk_err_line(w->err, map->line, map->col);
	return gk_help(w->err, "lists are entered without a part of the path");
}

static int enter_map(const struct walk *w, struct gk_node *at, const char *path)
{
	size_t n = strlen(path);
	const char *rest = path + n + 1;
	bool list = n >= 2 && strcmp(path + n - 2, "[]") == 0;
	bool create = w->create && w->setter->want != GK_WANT_ANY && !list;
	struct gk_str name = {path, list ? n - 2 : n};
	struct gk_node *field = gk_node_find(at, name);

	if (name.n == 0)
		return gk_fail(
			w->err, GK_EINPUT, "render.fieldspec", "a field path has an empty part");
	if (means_element(name))
		return fail_element(w, at, name);
	if (!field && !create)
		return 0;
	if (!field)
		field = gk_node_set(w->a, at, name, fresh(w, wanted_type(w, !*rest)));
	else if (gk_value_is_null(field) && (create || list))
		revive(field, list ? GK_ARRAY : wanted_type(w, !*rest));
	return step(w, field, rest);
}

static int step(const struct walk *w, struct gk_node *at, const char *path)
{
	if (!*path)
		return w->setter->set(w->setter->ctx, at, w->err);
	if (gk_value_is_null(at))
		return 0;
	if (at->type == GK_OBJECT)
		return enter_map(w, at, path);
	if (at->type != GK_ARRAY)
		return gk_spec_wrong_kind(at, "a map or a list", w->err);
	gk_node_foreach (child, at)
		if (step(w, child, path))
			return -1;
	return 0;
}

int gk_spec_walk(struct gk_arena *a, const struct gk_res *r, const char *path, bool create,
	const struct gk_setter *setter, struct gk_err *err)
{
	struct walk w = {a, setter, create, err};
	struct gk_id id;

	if (step(&w, r->object, path) == 0)
		return 0;
	id = gk_res_id(r);
	(void)gk_res_at(r, err);
	return gk_ctx(err, "cannot follow '%s' in %s", gk_spec_text(a, path), gk_id_text(a, &id));
}

/* End a part; an empty one becomes "[]", which has no name either. */
static void end_part(struct gk_buf *b)
{
	if (b->n == 0 || b->p[b->n - 1] == '\0')
		gk_buf_puts(b, "[]");
	gk_buf_putc(b, '\0');
}

const char *gk_spec_parts(struct gk_arena *a, struct gk_str path)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (path.n > 1 && path.p[0] == '/')
		path = gk_str_from(path, 1);
	if (path.n && memchr(path.p, '\0', path.n))
		path.n = 0; /* no name of a field holds one, and here it ends a part */
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/') {
			end_part(&b);
			continue;
		}
		if (path.p[i] == '\\' && i + 1 < path.n && path.p[i + 1] == '/')
			i++;
		gk_buf_putc(&b, path.p[i]);
	}
	end_part(&b);
	return gk_arena_memdup0(a, b.p, b.n);
}

const char *gk_spec_text(struct gk_arena *a, const char *parts)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	for (const char *p = parts; *p; p += strlen(p) + 1) {
		if (p != parts)
			gk_buf_putc(&b, '/');
		for (const char *c = p; *c; c++) {
			if (*c == '/')
				gk_buf_putc(&b, '\\');
			gk_buf_putc(&b, *c);
		}
	}
	return gk_arena_strdup(a, gk_buf_cstr(&b));
}
