/* Variables, $(NAME) (kustomize reference section 11). */
#include "base/vec.h"
#include "overlay/build.h"
#include "overlay/fieldpath.h"
#include "overlay/select.h"
#include "overlay/spec.h"
#include "overlay/value.h"

struct resolved {
	struct gk_var *var;
	const struct gk_node *value; /* NULL: a map or list, which stays $(NAME) */
	size_t uses;
};

struct expander {
	struct gk_build *b;
	struct gk_map values; /* name to struct resolved */
};

static struct gk_str group_of(const struct gk_kust_objref *o, struct gk_str *version)
{
	struct gk_str group = gk_node_text(o->group), rest = gk_node_text(o->api_version), first;

	*version = gk_node_text(o->version);
	if (rest.n == 0)
		return group;
	first = gk_str_cut(&rest, '/');
	*version = rest.p ? rest : first;
	return rest.p ? first : group;
}

static bool is_meant(const struct gk_kust_objref *o, const struct gk_id *id)
{
	struct gk_str version, group = group_of(o, &version), ns = gk_node_text(o->ns);

	return gk_str_eq(group, id->group) && gk_str_eq(version, id->version) &&
	       gk_str_eq(gk_node_text(o->kind), id->kind) &&
	       gk_str_eq(gk_node_text(o->name), id->name) &&
	       (ns.n == 0 || gk_str_eq(ns, id->effective));
}

static bool any_is_meant(const struct gk_kust_objref *o, const struct gk_res *r)
{
	struct gk_id id = gk_res_id(r);

	if (is_meant(o, &id))
		return true;
	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		id = gk_prev_id(r, p);
		if (is_meant(o, &id))
			return true;
	}
	return false;
}

static int attach(struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc,
	struct gk_var *v, struct gk_err *err)
{
	static const struct gk_kust_objref none;
	const struct gk_kust_objref *o = v->var->objref ? v->var->objref : &none;
	const struct gk_hit *hit = gk_resmap_named(&acc->map, gk_node_text(o->name));

	if (gk_build_visit(b, hit ? hit->n : 0, err))
		return -1;
	for (; hit; hit = hit->next) {
		if (!any_is_meant(o, hit->res))
			continue;
		if (v->res) {
			(void)gk_fail(err, GK_EINPUT, "render.variable",
				"more than one object matches variable '%.*s'",
				GK_SARG(gk_node_text(v->var->name)));
			return gk_build_at(f, v->var->node, err);
		}
		v->res = hit->res;
		v->res->has_var = true;
	}
	return 0;
}

static int declare(struct gk_accum *acc, struct gk_var *v, struct gk_err *err)
{
	struct gk_str name = gk_node_text(v->var->name);

	if (!name.p)
		name = GK_STR("");
	if (gk_map_put(&acc->vars, name, v) == NULL)
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.variable", "variable '%.*s' is declared twice",
		GK_SARG(name));
	return gk_err_at(err, gk_node_pos(v->var->node, v->file));
}

int gk_vars_declare(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	gk_dec_foreach (struct gk_kust_var, x, &f->kust->vars) {
		struct gk_var *v = gk_arena_zalloc(b->a, sizeof *v);

		*v = (struct gk_var){.next = b->vars, .var = x, .file = f->kust->file};
		b->vars = v;
		if (attach(b, f, acc, v, err) || declare(acc, v, err))
			return -1;
	}
	return 0;
}

int gk_vars_merge(
	struct gk_build *b, struct gk_accum *into, struct gk_accum *from, struct gk_err *err)
{
	(void)b;
	gk_map_foreach (e, &from->vars)
		if (declare(into, e->value, err))
			return -1;
	return 0;
}

void gk_vars_moved(struct gk_build *b, const struct gk_res *from, struct gk_res *to)
{
	to->has_var = from->has_var;
	for (struct gk_var *v = from->has_var ? b->vars : NULL; v; v = v->next)
		if (v->res == from)
			v->res = to;
}

/* "ports[0]" is two steps. */
static void push_steps(struct gk_str part, struct gk_fieldpath *ret)
{
	struct gk_str rest = part, name;
	size_t digits;

	if (part.n < 3 || part.p[part.n - 1] != ']' || !memchr(part.p, '[', part.n)) {
		gk_vec_push(ret, part);
		return;
	}
	name = gk_str_cut(&rest, '[');
	digits = rest.n - 1;
	for (size_t i = 0; i < digits; i++)
		if (rest.p[i] < '0' || rest.p[i] > '9') {
			gk_vec_push(ret, part);
			return;
		}
	if (name.n)
		gk_vec_push(ret, name);
	gk_vec_push(ret, ((struct gk_str){rest.p, digits}));
}

static int value_of(
	struct gk_build *b, const struct gk_var *v, struct gk_node **ret, struct gk_err *err)
{
	struct gk_str path =
		v->var->fieldref ? gk_node_text(v->var->fieldref->field_path) : GK_STR_NULL;
	struct gk_fieldpath parts = {0}, steps = {0};
	int rc;

	gk_fieldpath_split(b->a, path.n ? path : GK_STR("metadata.name"), &parts);
	for (size_t i = 0; i < parts.n; i++)
		push_steps(parts.v[i], &steps);
	rc = gk_fieldpath_get(v->res->object, steps.v, steps.n, ret, err);
	gk_vec_done(&parts);
	gk_vec_done(&steps);
	if (rc == 0 && *ret)
		return 0;
	if (rc == 0)
		(void)gk_fail(err, GK_EINPUT, "render.variable",
			"variable '%.*s' finds no field '%.*s'",
			GK_SARG(gk_node_text(v->var->name)), GK_SARG(path));
	return gk_err_at(err, gk_node_pos(v->var->node, v->file));
}

static int resolve(struct expander *x, struct gk_resmap *m, struct gk_var *v, struct gk_err *err)
{
	struct gk_str name = gk_node_text(v->var->name);
	struct resolved *r = gk_arena_zalloc(x->b->a, sizeof *r);
	struct gk_node *value;

	if (!v->res || v->res->at >= m->n || m->v[v->res->at] != v->res) {
		(void)gk_fail(err, GK_EINPUT, "render.variable",
			"variable '%.*s' matches no object", GK_SARG(name));
		return gk_err_at(err, gk_node_pos(v->var->node, v->file));
	}
	if (value_of(x->b, v, &value, err))
		return -1;
	r->var = v;
	if (value->type != GK_OBJECT && value->type != GK_ARRAY)
		r->value = gk_node_dup(x->b->a, value);
	(void)gk_map_put(&x->values, name.p ? name : GK_STR(""), r);
	return 0;
}

/* The text of $(name) within a longer one; unknown names stay. */
static void put_value(struct expander *x, struct gk_str name, struct gk_buf *out)
{
	struct resolved *r = gk_map_find(&x->values, name);

	if (r && r->value) {
		r->uses++;
		gk_buf_putstr(
			out, r->value->type == GK_NULL ? GK_STR("null") : gk_node_scalar(r->value));
	} else {
		gk_buf_puts(out, "$(");
		gk_buf_putstr(out, name);
		gk_buf_putc(out, ')');
	}
}

/* $$ is $, $(NAME) the value, all else itself. */
static void expand(struct expander *x, struct gk_str s, struct gk_buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		const char *close;

		if (s.p[i] != '$' || i + 1 == s.n) {
			gk_buf_putc(out, s.p[i]);
			continue;
		}
		i++;
		close = s.p[i] == '(' ? memchr(s.p + i, ')', s.n - i) : NULL;
		if (close) {
			size_t n = (size_t)(close - s.p) - i - 1;

			put_value(x, (struct gk_str){s.p + i + 1, n}, out);
			i += n + 1;
		} else {
			if (s.p[i] != '$')
				gk_buf_putc(out, '$');
			gk_buf_putc(out, s.p[i]);
		}
	}
}

/* A field that is one reference takes the type of the value, too. */
static const struct gk_node *whole(struct expander *x, struct gk_str s)
{
	struct resolved *r;

	if (s.n < 3 || s.p[0] != '$' || s.p[1] != '(' || memchr(s.p, ')', s.n) != s.p + s.n - 1)
		return NULL;
	r = gk_map_find(&x->values, (struct gk_str){s.p + 2, s.n - 3});
	if (!r || !r->value || r->value->type == GK_STRING || r->value->type == GK_NULL)
		return NULL;
	r->uses++;
	return r->value;
}

static void expand_scalar(struct expander *x, struct gk_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	const struct gk_node *typed = whole(x, gk_value_text(n));

	if (typed) {
		gk_value_plain(n);
		gk_value_copy(x->b->a, n, typed);
		return;
	}
	expand(x, gk_value_text(n), &text);
	gk_value_write(x->b->a, n, gk_buf_str(&text), GK_TAG_STR);
	gk_value_plain(n);
}

/* A timestamp is no string to kustomize, nor a text whose tag says that it is something else. */
static bool is_string(const struct gk_node *n)
{
	const uint32_t other = GK_SCALAR_RAW | GK_SCALAR_MISTYPED | GK_SCALAR_TAGS;

	return (n->type == GK_STRING && !(n->count & other)) || gk_value_is_untagged(n);
}

static int expand_field(void *ctx, struct gk_node *field, struct gk_err *err)
{
	struct expander *x = ctx;

	if (is_string(field))
		expand_scalar(x, field);
	if (field->type == GK_OBJECT)
		gk_node_foreach (child, field)
			if (is_string(child))
				expand_scalar(x, child);
	if (field->type == GK_ARRAY)
		gk_node_foreach (child, field) {
			if (!is_string(child))
				return gk_spec_wrong_kind(child, "a string", err);
			expand_scalar(x, child);
		}
	return 0;
}

static int expand_all(struct expander *x, struct gk_accum *acc, struct gk_err *err)
{
	const struct gk_spec_list *specs = &acc->config->lists[GK_FS_VAR_REFERENCE];
	struct gk_setter setter = {expand_field, x, GK_WANT_ANY};

	gk_resmap_foreach (r, &acc->map) {
		struct gk_id id = gk_res_id(r);

		for (size_t i = 0; i < specs->n; i++)
			if (gk_spec_matches(specs->v[i], &id) &&
				gk_spec_walk(x->b->a, r, specs->v[i]->path, false, &setter, err))
				return -1;
	}
	return 0;
}

static void warn_unused(struct expander *x)
{
	gk_map_foreach (e, &x->values) {
		const struct resolved *r = e->value;

		if (r->uses == 0)
			(void)gk_diags_add(x->b->diags, GK_SEV_WARNING, "render.unused-variable",
				gk_node_pos(r->var->var->node, r->var->file),
				"variable '%.*s' is used nowhere", GK_SARG(e->key));
	}
}

int gk_vars_resolve(struct gk_build *b, struct gk_accum *acc, struct gk_err *err)
{
	struct expander x = {.b = b};
	int rc = 0;

	gk_map_foreach (e, &acc->vars)
		if (rc == 0)
			rc = resolve(&x, &acc->map, e->value, err);
	if (rc == 0 && x.values.n) {
		rc = expand_all(&x, acc, err);
		gk_resmap_touch(&acc->map);
		warn_unused(&x);
	}
	gk_map_done(&x.values);
	return rc;
}
