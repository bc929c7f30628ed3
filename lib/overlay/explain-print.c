/* The answer of --explain, as text and as JSON. */
#include "doc/json.h"
#include "doc/object.h"
#include "doc/pointer.h"
#include "base/vec.h"
#include "overlay/explain-priv.h"
#include "overlay/value.h"

enum { VALUE_MAX = 60 };

/* A walk over the leaves below the field that was asked for. */
struct walk {
	const struct gk_explain *x;
	struct gk_buf *out;
	struct gk_explain_path way; /* to the leaf */
	void (*leaf)(struct walk *w, const struct gk_field *f);
	struct gk_arena *a; /* JSON only */
	struct gk_node *fields;
};

static struct gk_ref ref_of(const struct gk_explain *x)
{
	const struct gk_id *id = &x->id;

	return (struct gk_ref){id->group, id->version, id->kind, id->ns, id->name};
}

static bool is_secret(const struct walk *w)
{
	return w->way.n && gk_str_is(gk_res_kind(w->x->res), "Secret") &&
	       (gk_str_is(w->way.v[0].key, "data") || gk_str_is(w->way.v[0].key, "stringData"));
}

static bool is_leaf(const struct gk_field *f)
{
	return f->gone || f->count == 0;
}

/* The field of elements that tells a list apart, by which its paths are written. */
static struct gk_str telling_key(const struct gk_field *list)
{
	const struct gk_field *e = list->first, *m = e ? e->first : NULL;
	struct gk_str key = GK_STR("name");

	for (; e && !e->gone; e = e->next) {
		for (m = e->first; m && !(gk_str_eq(m->key, key) && !m->gone && m->text.n);)
			m = m->next;
		if (!m)
			return GK_STR_NULL;
		for (const struct gk_field *o = list->first; o != e; o = o->next)
			for (const struct gk_field *c = o->first; c; c = c->next)
				if (gk_str_eq(c->key, key) && gk_str_eq(c->text, m->text))
					return GK_STR_NULL;
	}
	return key;
}

static struct gk_explain_part part_of(
	const struct gk_field *up, const struct gk_field *f, size_t index, struct gk_str telling)
{
	struct gk_explain_part p = {.kind = GK_PART_MEMBER, .key = f->key};

	if (up->type != GK_ARRAY)
		return p;
	p.kind = GK_PART_INDEX;
	p.index = (uint32_t)index;
	for (const struct gk_field *m = f->first; telling.p && m; m = m->next)
		if (gk_str_eq(m->key, telling)) {
			p.kind = GK_PART_WHERE;
			p.key = telling;
			p.value = m->text;
		}
	return p;
}

static void visit(struct walk *w, const struct gk_field *f)
{
	struct gk_str telling;
	size_t index = 0;

	if (is_leaf(f)) {
		w->leaf(w, f);
		return;
	}
	telling = f->type == GK_ARRAY ? telling_key(f) : GK_STR_NULL;
	for (const struct gk_field *c = f->first; c && !c->gone; c = c->next) {
		gk_vec_push(&w->way, part_of(f, c, index++, telling));
		visit(w, c);
		w->way.n--;
	}
}

/* From the object down to the field that was asked for, then over all below it. */
static void walk(struct walk *w)
{
	const struct gk_field *f = w->x->root;

	for (size_t i = 0; i < w->x->way.n; i++) {
		const struct gk_explain_part *p = &w->x->way.v[i];
		const struct gk_field *c = f->first;
		size_t index = 0;

		for (; c; c = c->next, index++)
			if (f->type == GK_ARRAY ? index == p->index : gk_str_eq(c->key, p->key))
				break;
		gk_vec_push(&w->way,
			part_of(f, c, index, f->type == GK_ARRAY ? telling_key(f) : GK_STR_NULL));
		f = c;
	}
	visit(w, f);
	gk_vec_done(&w->way);
}

static bool is_word(struct gk_str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!(key.p[i] == '-' || key.p[i] == '_' || key.p[i] == '/' ||
			    (key.p[i] >= '0' && key.p[i] <= '9') ||
			    ((key.p[i] | 32) >= 'a' && (key.p[i] | 32) <= 'z')))
			return false;
	return key.n;
}

static void put_string(struct gk_buf *b, struct gk_str s)
{
	struct gk_node n = {.type = GK_STRING, .text = s};

	gk_json_print(b, &n, 0);
}

static void put_path(struct gk_buf *b, const struct gk_explain_path *way)
{
	gk_vec_foreach (struct gk_explain_part, p, way) {
		if (p->kind == GK_PART_INDEX) {
			gk_buf_printf(b, "[%u]", p->index);
		} else if (p->kind == GK_PART_WHERE) {
			gk_buf_printf(b, "[%.*s=", GK_SARG(p->key));
			if (is_word(p->value))
				gk_buf_putstr(b, p->value);
			else
				put_string(b, p->value);
			gk_buf_putc(b, ']');
		} else if (is_word(p->key)) {
			gk_buf_putc(b, '.');
			gk_buf_putstr(b, p->key);
		} else {
			gk_buf_putc(b, '[');
			put_string(b, p->key);
			gk_buf_putc(b, ']');
		}
	}
	if (way->n == 0)
		gk_buf_putc(b, '.');
}

/* text */

static void put_value(struct gk_buf *b, const struct walk *w, const struct gk_write *write)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	size_t n = VALUE_MAX;

	if (!write->value) {
		gk_buf_puts(b, "(removed)");
		return;
	}
	if (is_secret(w)) {
		gk_buf_puts(b, "***");
		return;
	}
	gk_json_print(&text, write->value, 0);
	if (text.n <= VALUE_MAX) {
		gk_buf_putstr(b, gk_buf_str(&text));
		return;
	}
	while (n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	gk_buf_put(b, text.p, n);
	gk_buf_puts(b, "...");
}

static void put_pos(struct gk_buf *b, struct gk_pos pos)
{
	if (!pos.file) {
		gk_buf_putc(b, '-');
		return;
	}
	gk_buf_puts(b, pos.file);
	if (pos.line)
		gk_buf_printf(b, ":%u", pos.line);
	if (pos.line && pos.col)
		gk_buf_printf(b, ":%u", pos.col);
}

/* "patches at overlays/prod/kustomization.yaml:4:3, from /spec/x" */
static void put_by(struct gk_buf *b, const struct gk_write *w)
{
	const struct gk_step *s = w->step;
	struct gk_pos at = s->at ? gk_node_pos(s->at, s->file) : (struct gk_pos){0};
	bool here = w->pos.file && at.file && strcmp(w->pos.file, at.file) == 0 &&
		    w->pos.line == at.line;

	gk_buf_puts(b, *s->field ? s->field : s->transformer);
	if (at.file && !here) {
		gk_buf_puts(b, " at ");
		put_pos(b, at);
	}
	if (w->from)
		gk_buf_printf(b, ", from %s", w->from);
}

struct column {
	size_t pos, value;
};

static struct column widths(const struct walk *w, const struct gk_field *f)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct column ret = {0, 0};

	for (const struct gk_write *x = f->writes; x; x = x->older) {
		gk_buf_reset(&b);
		put_pos(&b, x->pos);
		ret.pos = b.n > ret.pos ? b.n : ret.pos;
		gk_buf_reset(&b);
		put_value(&b, w, x);
		ret.value = b.n > ret.value ? b.n : ret.value;
	}
	return ret;
}

static void pad(struct gk_buf *b, size_t from, size_t width)
{
	size_t used = b->n - from;

	gk_buf_fill(b, ' ', used < width + 2 ? width + 2 - used : 2);
}

static void text_leaf(struct walk *w, const struct gk_field *f)
{
	struct column c = widths(w, f);
	struct gk_buf *b = w->out;

	put_path(b, &w->way);
	gk_buf_puts(b, f->gone ? " is removed\n" : " = ");
	if (!f->gone) {
		put_value(b, w, f->writes);
		gk_buf_putc(b, '\n');
	}
	for (const struct gk_write *x = f->writes; x; x = x->older) {
		size_t from;

		gk_buf_puts(b, "   ");
		from = b->n;
		put_pos(b, x->pos);
		pad(b, from, c.pos);
		from = b->n;
		put_value(b, w, x);
		pad(b, from, c.value);
		put_by(b, x);
		gk_buf_putc(b, '\n');
	}
}

void gk_explain_print(struct gk_buf *b, const struct gk_explain *x)
{
	struct walk w = {.x = x, .out = b, .leaf = text_leaf};
	struct gk_ref ref = ref_of(x);

	gk_ref_print(b, &ref);
	gk_buf_putc(b, '\n');
	walk(&w);
}

/* JSON */

static void set_text(struct walk *w, struct gk_node *o, const char *key, const char *text)
{
	if (text && *text)
		(void)gk_node_set_str(w->a, o, key, gk_str_c(text));
}

static void set_pos(struct walk *w, struct gk_node *o, struct gk_pos pos)
{
	set_text(w, o, "file", pos.file);
	if (pos.line)
		(void)gk_node_set_c(w->a, o, "line", gk_node_int_new(w->a, pos.line));
	if (pos.line && pos.col)
		(void)gk_node_set_c(w->a, o, "column", gk_node_int_new(w->a, pos.col));
}

static struct gk_node *value_of(struct walk *w, const struct gk_write *write)
{
	if (is_secret(w))
		return gk_node_string(w->a, GK_STR("***"));
	return gk_node_dup(w->a, write->value);
}

static void add_writer(struct walk *w, struct gk_node *list, const struct gk_write *write)
{
	struct gk_node *o = gk_node_new(w->a, GK_OBJECT);
	const struct gk_step *s = write->step;

	if (write->value)
		(void)gk_node_set_c(w->a, o, "value", value_of(w, write));
	else
		(void)gk_node_set_c(w->a, o, "removed", gk_node_bool(w->a, true));
	set_pos(w, o, write->pos);
	set_text(w, o, "transformer", s->transformer);
	set_text(w, o, "field", s->field);
	set_text(w, o, "from", write->from);
	if (s->at && s->file)
		set_pos(w, gk_node_need(w->a, o, "configuredIn", GK_OBJECT),
			gk_node_pos(s->at, s->file));
	gk_node_append(list, o);
}

static void put_pointer(struct gk_buf *b, const struct gk_explain_path *way)
{
	gk_vec_foreach (struct gk_explain_part, p, way) {
		if (p->kind == GK_PART_MEMBER)
			gk_pointer_append(b, p->key);
		else
			gk_buf_printf(b, "/%u", p->index);
	}
}

static void json_leaf(struct walk *w, const struct gk_field *f)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_node *o = gk_node_new(w->a, GK_OBJECT), *writers;

	put_path(&text, &w->way);
	(void)gk_node_set_str(w->a, o, "field", gk_buf_str(&text));
	gk_buf_reset(&text);
	put_pointer(&text, &w->way);
	(void)gk_node_set_str(w->a, o, "path", gk_buf_str(&text));
	if (!f->gone)
		(void)gk_node_set_c(w->a, o, "value", value_of(w, f->writes));
	else
		(void)gk_node_set_c(w->a, o, "removed", gk_node_bool(w->a, true));
	writers = gk_node_need(w->a, o, "writers", GK_ARRAY);
	for (const struct gk_write *x = f->writes; x; x = x->older)
		add_writer(w, writers, x);
	gk_node_append(w->fields, o);
}

static void put_ref(struct gk_arena *a, struct gk_node *doc, const struct gk_ref *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf version = GK_BUF_INIT(0);
	struct gk_node *o = gk_node_need(a, doc, "object", GK_OBJECT);

	gk_ref_api_version(&version, r);
	(void)gk_node_set_str(a, o, "apiVersion", gk_buf_str(&version));
	(void)gk_node_set_str(a, o, "kind", r->kind);
	if (r->ns.n)
		(void)gk_node_set_str(a, o, "namespace", r->ns);
	(void)gk_node_set_str(a, o, "name", r->name);
}

void gk_explain_print_json(struct gk_buf *b, const struct gk_explain *x)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *doc = gk_node_new(&a, GK_OBJECT);
	struct walk w = {.x = x, .leaf = json_leaf, .a = &a};
	struct gk_ref ref = ref_of(x);

	(void)gk_node_set_str(&a, doc, "apiVersion", GK_STR("gk/v1"));
	(void)gk_node_set_str(&a, doc, "kind", GK_STR("Explanation"));
	put_ref(&a, doc, &ref);
	w.fields = gk_node_need(&a, doc, "fields", GK_ARRAY);
	walk(&w);
	gk_json_print(b, doc, GK_JSON_PRETTY);
}
