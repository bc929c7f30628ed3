/* The form in which the server keeps objects: what a decoder and an encoder do to them. */
#include "base/base64.h"
#include "sim/default.h"

struct pass {
	struct gk_arena *a;
	struct gk_buf path;
	struct gk_sim_form *form;
};

static void visit(struct pass *p, struct gk_sim_type t, struct gk_node *n);

static const char *path_now(struct pass *p)
{
	return gk_arena_memdup0(p->a, gk_buf_cstr(&p->path), p->path.n);
}

static void push_field(struct pass *p, struct gk_str name)
{
	if (p->path.n)
		gk_buf_putc(&p->path, '.');
	gk_buf_putstr(&p->path, name);
}

static bool is_empty(const struct gk_node *n)
{
	switch ((enum gk_type)n->type) {
	case GK_NULL:
	case GK_FALSE:
		return true;
	case GK_STRING:
		return n->text.n == 0;
	case GK_NUMBER:
		return gk_str_is(n->text, "0");
	case GK_ARRAY:
	case GK_OBJECT:
		return n->count == 0;
	case GK_TRUE:
		break;
	}
	return false;
}

/* What Go's encoder leaves out of a built-in kind. */
static bool left_out(struct gk_sim_type parent, struct gk_str field, const struct gk_node *n)
{
	const struct gk_sim_field *f;
	size_t count;

	if (parent.schema || parent.shape != GK_SIM_STRUCT)
		return false;
	if (gk_node_is(n, GK_NULL))
		return true;
	if (!is_empty(n))
		return false;
	f = gk_sim_fields_of(parent.elem, &count);
	for (size_t i = 0; i < count; i++)
		if (gk_str_is(field, f[i].field))
			return f[i].presence == GK_SIM_FIELD_OMIT;
	return false;
}

static bool is_base64(struct gk_str text)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;
	int rc = gk_base64_decode(&b, text, GK_B64_STD, &err);

	b.secret = true;
	gk_buf_done(&b);
	return rc == 0;
}

static bool fits(struct gk_sim_type t, const struct gk_node *n)
{
	switch (t.shape) {
	case GK_SIM_ANY:
		return true;
	case GK_SIM_STRING:
	case GK_SIM_TIME:
		return gk_node_is(n, GK_STRING);
	case GK_SIM_BYTES:
		return gk_node_is(n, GK_STRING) && is_base64(n->text);
	case GK_SIM_INT:
	case GK_SIM_NUMBER:
		return gk_node_is(n, GK_NUMBER);
	case GK_SIM_BOOL:
		return gk_node_is(n, GK_TRUE) || gk_node_is(n, GK_FALSE);
	case GK_SIM_QUANTITY:
	case GK_SIM_INTORSTRING:
		return gk_node_is(n, GK_STRING) || gk_node_is(n, GK_NUMBER);
	case GK_SIM_STRUCT:
	case GK_SIM_MAP:
		return gk_node_is(n, GK_OBJECT);
	case GK_SIM_LIST:
		return gk_node_is(n, GK_ARRAY);
	}
	return false;
}

static const char *wanted_name(struct gk_sim_type t)
{
	static const char *const names[] = {"any", "string", "integer", "number", "boolean",
		"base64", "string", "string", "string", "object", "object", "array"};

	return names[t.shape];
}

static void report(struct pass *p, struct gk_sim_type t, const struct gk_node *n)
{
	struct gk_str got = gk_node_scalar(n);
	struct gk_sim_misfit f = {path_now(p), wanted_name(t),
		got.p ? got : gk_str_c(gk_type_name((enum gk_type)n->type)), ""};

	gk_vec_push(&p->form->mistyped, f);
}

static void visit_members(struct pass *p, struct gk_sim_type t, struct gk_node *object)
{
	struct gk_node *next;

	for (struct gk_node *m = gk_node_children(object); m; m = next) {
		struct gk_str key = gk_node_key(m);
		struct gk_sim_type ft = gk_sim_type_field(t, key);
		size_t before = p->path.n;

		next = m->next;
		push_field(p, key);
		if (!ft.known) {
			struct gk_sim_misfit f = {path_now(p), NULL, GK_STR(""), ""};

			gk_vec_push(&p->form->unknown, f);
			gk_node_unlink(object, m);
		} else if (left_out(t, key, m) ||
			   (t.schema && gk_node_is(m, GK_NULL) &&
				   !gk_node_true(gk_node_get(ft.schema, "nullable")) &&
				   ft.schema)) {
			gk_node_unlink(object, m);
		} else {
			visit(p, ft, m);
			if (left_out(t, key, m))
				gk_node_unlink(object, m);
		}
		p->path.n = before;
	}
}

static void canonical_quantity(struct pass *p, struct gk_sim_type t, struct gk_node *n)
{
	struct gk_buf b = GK_BUF_INIT(0);

	if (gk_sim_quantity(&b, gk_node_scalar(n)))
		gk_node_assign(n, gk_node_string(p->a, gk_buf_str(&b)));
	else
		report(p, t, n);
	gk_buf_done(&b);
}

static void visit(struct pass *p, struct gk_sim_type t, struct gk_node *n)
{
	size_t before = p->path.n, i = 0;

	if (gk_node_is(n, GK_NULL))
		return;
	if (!fits(t, n)) {
		report(p, t, n);
		return;
	}
	if (t.shape == GK_SIM_QUANTITY)
		canonical_quantity(p, t, n);
	if (gk_node_is(n, GK_OBJECT) && t.shape != GK_SIM_ANY)
		visit_members(p, t, n);
	else if (gk_node_is(n, GK_OBJECT) && t.root)
		visit_members(p, t, n);
	if (gk_node_is(n, GK_ARRAY) && t.shape == GK_SIM_LIST)
		gk_node_foreach (item, n) {
			gk_buf_printf(&p->path, "[%zu]", i++);
			visit(p, gk_sim_type_elem(t), item);
			p->path.n = before;
		}
}

void gk_sim_normalize(
	struct gk_arena *a, struct gk_sim_type t, struct gk_node *object, struct gk_sim_form *ret)
{
	struct pass p = {a, GK_BUF_INIT(0), ret};

	visit(&p, t, object);
	gk_buf_done(&p.path);
}

void gk_sim_form_done(struct gk_sim_form *f)
{
	gk_vec_done(&f->unknown);
	gk_vec_done(&f->mistyped);
}
