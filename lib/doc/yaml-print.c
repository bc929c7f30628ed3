/*
 * YAML as go-yaml v2 prints it, and with it kustomize: indent 2, width 80, Unicode as it
 * is, sequences not indented under their key, `? ` before keys that are long or have
 * several lines.
 *
 * The order of a mapping's keys is "natural":
 *
 *	_  1  01  2  10  A  a  a-b  a2  a10  ab
 *
 * Layout follows the emitter that libyaml and go-yaml share: a line break is due where
 * something must stand at an indentation and the line already holds text.  So a mapping in a
 * sequence begins right after its dash, without a special case.
 */
#include <math.h>
#include <stdlib.h>

#include "base/float.h"
#include "base/vec.h"
#include "doc/yaml-emit.h"

enum { KEY_SIMPLE_MAX = 128, INDENT = 2 };

static int emit(struct gk_yaml_emitter *e, const struct gk_node *n, bool in_mapping);

/* Children of the mappings that are open, each mapping's sorted; so no mapping allocates. */
static int key_order(const void *a, const void *b)
{
	const struct gk_node *const *x = a, *const *y = b;

	return gk_yaml_key_cmp(gk_node_key(*x), gk_node_key(*y));
}

static size_t push_sorted(struct gk_yaml_emitter *e, const struct gk_node *n)
{
	size_t from = e->members.n;
	bool sorted = true;

	gk_node_foreach (child, n) {
		if (e->members.n > from)
			sorted &= key_order(&e->members.v[e->members.n - 1],
					  &(const struct gk_node *){child}) <= 0;
		gk_vec_push(&e->members, child);
	}
	if (!sorted && !e->as_read)
		qsort(e->members.v + from, e->members.n - from, sizeof *e->members.v, key_order);
	return from;
}

static bool is_simple_key(struct gk_str key)
{
	return key.n <= KEY_SIMPLE_MAX && !gk_yaml__has_break(key);
}

/* As it was quoted; where that is not known go-yaml v3 needs no quotes for y, on and the like. */
static int emit_key(struct gk_yaml_emitter *e, const struct gk_node *child)
{
	struct gk_node key = {
		.type = GK_STRING, .style = GK_STYLE_PLAIN, .text = gk_node_key(child)};

	if (!e->bare_keys && !e->flow)
		return gk_yaml__string(e, key.text, true);
	if (child->key_style)
		key.style = child->key_style;
	return gk_yaml__styled(e, &key);
}

static int emit_member(struct gk_yaml_emitter *e, const struct gk_node *child)
{
	struct gk_str key = gk_node_key(child);

	gk_yaml__indent(e);
	if (is_simple_key(key)) {
		if (emit_key(e, child))
			return -1;
		gk_yaml__indicator(e, ":", 0);
	} else {
		gk_yaml__indicator(e, "?", GK_YAML_SPACED | GK_YAML_INDENTS);
		if (gk_yaml__string(e, key, false))
			return -1;
		gk_yaml__indent(e);
		gk_yaml__indicator(e, ":", GK_YAML_SPACED | GK_YAML_INDENTS);
	}
	return emit(e, child, true);
}

static int emit_mapping(struct gk_yaml_emitter *e, const struct gk_node *n)
{
	size_t from = push_sorted(e, n), to = e->members.n;
	int indent = e->indent, rc = 0;

	e->indent = indent < 0 ? 0 : indent + INDENT;
	for (size_t i = from; rc == 0 && i < to; i++)
		rc = emit_member(e, e->members.v[i]);
	e->indent = indent;
	e->members.n = from;
	return rc;
}

/* Under a key a sequence keeps the mapping's indentation; after a dash or `? ` it does not. */
static int emit_sequence(struct gk_yaml_emitter *e, const struct gk_node *n, bool in_mapping)
{
	int indent = e->indent, rc = 0;

	if (indent < 0)
		e->indent = 0;
	else if (!in_mapping || e->indention)
		e->indent += INDENT;
	gk_node_foreach (child, n) {
		if (rc)
			break;
		gk_yaml__indent(e);
		gk_yaml__indicator(e, "-", GK_YAML_SPACED | GK_YAML_INDENTS);
		rc = emit(e, child, false);
	}
	e->indent = indent;
	return rc;
}

static int emit_flow_key(struct gk_yaml_emitter *e, const struct gk_node *child)
{
	bool simple = is_simple_key(gk_node_key(child));

	if (!simple)
		gk_yaml__indicator(e, "?", GK_YAML_SPACED);
	if (emit_key(e, child))
		return -1;
	gk_yaml__indicator(e, ":", simple ? 0 : GK_YAML_SPACED);
	return 0;
}

/* {a: 1, b: [x, y]}, on one line: what stands inside is written so, too, however it was read. */
static int emit_flow(struct gk_yaml_emitter *e, const struct gk_node *n)
{
	bool map = n->type == GK_OBJECT, outer = e->flow;
	int indent = e->indent, rc = 0;

	gk_yaml__indicator(e, map ? "{" : "[", GK_YAML_SPACED);
	e->whitespace = e->flow = true;
	e->indent = indent < 0 ? INDENT : indent + INDENT;
	gk_node_foreach (child, n) {
		if (child != n->first)
			gk_yaml__indicator(e, ",", 0);
		if (rc == 0 && map)
			rc = emit_flow_key(e, child);
		if (rc == 0)
			rc = emit(e, child, map);
	}
	gk_yaml__indicator(e, map ? "}" : "]", 0);
	e->flow = outer;
	e->indent = indent;
	return rc;
}

static bool is_integer(struct gk_str s)
{
	for (size_t i = s.p[0] == '-'; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* No more digits than any int64 has, so it is printed as it stands. */
static bool is_short(struct gk_str s)
{
	return s.n - (s.p[0] == '-') < 19;
}

/* As UINT64_MAX or INT64_MIN would compare: kept digit for digit up to there, a double beyond. */
static bool fits_64_bits(struct gk_str s)
{
	return is_short(s) || (gk_number_cmp(s, GK_STR("18446744073709551615")) <= 0 &&
				      gk_number_cmp(s, GK_STR("-9223372036854775808")) >= 0);
}

/* A whole number that an int64 or uint64 holds. */
static bool is_whole(double v)
{
	if (v < 0)
		return v > -9223372036854775808.0 && v == (double)(int64_t)v;
	return v < 18446744073709551616.0 && v == (double)(uint64_t)v;
}

/*
 * Numbers pass through JSON on their way in kustomize: a float without a fraction becomes an
 * integer there, and what exceeds 64 bits a float again.
 */
static void emit_number(struct gk_yaml_emitter *e, struct gk_str s)
{
	struct gk_buf *b = &e->number;
	double v;

	gk_buf_reset(b);
	if (gk_str_is(s, "-0")) {
		gk_buf_putc(b, '0');
	} else if (is_integer(s) && fits_64_bits(s)) {
		gk_buf_putstr(b, s);
	} else {
		v = gk_float_parse(s);
		if (!isfinite(v))
			gk_buf_putstr(b, s);
		else if (is_whole(v))
			gk_float_print_plain(b, v == 0 ? 0 : v);
		else
			gk_float_print(b, v);
	}
	gk_yaml__word(e, gk_buf_str(b));
}

/* The tag that a text does not fit. */
static void emit_tag(struct gk_yaml_emitter *e, const struct gk_node *n)
{
	static const struct {
		uint32_t flag;
		const char *tag;
	} tags[] = {
		{GK_SCALAR_BOOL, "!!bool"},
		{GK_SCALAR_INTEGER, "!!int"},
		{GK_SCALAR_FLOAT, "!!float"},
		{GK_SCALAR_STAMP, "!!timestamp"},
	};
	const char *tag = "!!null";

	for (size_t i = 0; i < GK_COUNT(tags); i++)
		if (n->count & tags[i].flag)
			tag = tags[i].tag;
	gk_yaml__word(e, gk_str_c(tag));
}

/* Scalars as they were written. */
static int emit_as_read(struct gk_yaml_emitter *e, const struct gk_node *n)
{
	const char *raw = gk_node_raw(n);
	struct gk_node plain = {.type = GK_STRING, .style = GK_STYLE_PLAIN, .text = gk_str_c(raw)};

	if (n->type == GK_STRING && (n->count & GK_SCALAR_MISTYPED))
		emit_tag(e, n);
	if (n->type == GK_STRING && !raw)
		return gk_yaml__styled(e, n);
	if (raw && e->flow)
		return gk_yaml__styled(e, &plain); /* nothing, or a time: that needs quotes */
	if (raw)
		gk_yaml__word(e, gk_str_c(raw));
	else
		gk_yaml__word(e, n->type == GK_NULL ? GK_STR("null") : gk_node_scalar(n));
	return 0;
}

static int emit(struct gk_yaml_emitter *e, const struct gk_node *n, bool in_mapping)
{
	if (e->as_read && n->type != GK_ARRAY && n->type != GK_OBJECT)
		return emit_as_read(e, n);
	if (e->as_read && n->count && (e->flow || n->style == GK_STYLE_FLOW))
		return emit_flow(e, n);
	switch ((enum gk_type)n->type) {
	case GK_NULL:
		gk_yaml__word(e, GK_STR("null"));
		return 0;
	case GK_FALSE:
		gk_yaml__word(e, GK_STR("false"));
		return 0;
	case GK_TRUE:
		gk_yaml__word(e, GK_STR("true"));
		return 0;
	case GK_NUMBER:
		emit_number(e, n->text);
		return 0;
	case GK_STRING:
		return gk_yaml__string(e, n->text, false);
	case GK_ARRAY:
		if (n->count)
			return emit_sequence(e, n, in_mapping);
		gk_yaml__word(e, GK_STR("[]"));
		return 0;
	case GK_OBJECT:
		if (n->count)
			return emit_mapping(e, n);
		gk_yaml__word(e, GK_STR("{}"));
		return 0;
	}
	return 0;
}

static int print(struct gk_buf *b, const struct gk_node *n, struct gk_yaml_emitter e)
{
	int rc;

	e.out = b;
	e.indent = -1;
	e.whitespace = e.indention = true;
	rc = emit(&e, n, false);
	if (rc == 0 && b->n && b->p[b->n - 1] != '\n')
		gk_buf_putc(b, '\n');
	gk_vec_done(&e.members);
	gk_buf_done(&e.number);
	gk_buf_done(&e.scratch);
	return rc;
}

int gk_yaml_print(struct gk_buf *b, const struct gk_node *n, struct gk_err *err)
{
	return print(b, n, (struct gk_yaml_emitter){.err = err});
}

int gk_yaml_print_as_read(struct gk_buf *b, const struct gk_node *n, struct gk_err *err)
{
	return print(b, n, (struct gk_yaml_emitter){.as_read = true, .err = err});
}

int gk_yaml_print_edited(struct gk_buf *b, const struct gk_node *n, struct gk_err *err)
{
	return print(
		b, n, (struct gk_yaml_emitter){.as_read = true, .bare_keys = true, .err = err});
}
