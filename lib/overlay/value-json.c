/*
 * What objects go through when kustomize prints them, hashes them or hands them to a JSON
 * patch: go-yaml v3 writes them, reads them again, and Go's JSON encoder follows.
 */
#include <string.h>

#include "base/buf.h"
#include "base/float.h"
#include "doc/yaml.h"
#include "overlay/value.h"

/* The style in which go-yaml v3 writes a string: plain where that reads back the same. */
static enum gk_style go_style(struct gk_arena *a, struct gk_str s)
{
	static const char indicators[] = "-?:,[]{}#&*!|>'\"%@`";
	struct gk_node probe = {.type = GK_STRING};

	if (s.n == 0)
		return GK_STYLE_DOUBLE;
	if (memchr(s.p, '\n', s.n))
		return GK_STYLE_LITERAL;
	gk_yaml_plain(a, GK_YAML_K, s, &probe);
	if (probe.type != GK_STRING || gk_node_raw(&probe) || gk_value__needs_quotes(a, s))
		return GK_STYLE_DOUBLE;
	if (strchr(indicators, s.p[0]) || s.p[0] == ' ' || s.p[s.n - 1] == ' ' ||
		s.p[s.n - 1] == ':' || gk_str_has(s, GK_STR(": ")) || gk_str_has(s, GK_STR(" #")))
		return GK_STYLE_SINGLE;
	return GK_STYLE_PLAIN;
}

/* A float64 as Go's JSON encoder writes it: no exponent between 1e-6 and 1e21. */
static void put_json_number(struct gk_buf *b, double v)
{
	double size = v < 0 ? -v : v;
	char *exponent;

	if (v == 0 || (size >= 1e-6 && size < 1e21)) {
		gk_float_print_plain(b, v);
		return;
	}
	gk_float_print(b, v);
	exponent = strstr(b->p, "e-0");
	if (!exponent)
		return;
	exponent[2] = exponent[3];
	b->p[--b->n] = '\0';
}

static bool is_integer(struct gk_str s)
{
	return !memchr(s.p, '.', s.n) && !memchr(s.p, 'e', s.n) && !memchr(s.p, 'E', s.n);
}

static void set_json_number(struct gk_arena *a, struct gk_node *n, double v)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	put_json_number(&b, v);
	if (gk_str_eq(n->text, gk_buf_str(&b)))
		return;
	n->text = (struct gk_str){gk_arena_memdup0(a, b.p, b.n), b.n};
}

/*
 * A number that went through Go's float64: rounded to 53 bits.  go-yaml writes it with an
 * exponent from 1e+06 on, which shows where a text is made of it.
 */
static void round_number(struct gk_arena *a, struct gk_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	double v = gk_float_parse(n->text);

	gk_float_print(&b, v);
	set_json_number(a, n, v);
	if (!gk_str_eq(n->text, gk_buf_str(&b)))
		gk_node_set_raw(a, n, gk_buf_str(&b));
}

/* Does the spelling of a scalar need quotes in a flow collection, though it is no string? */
static bool is_quoted_in_flow(const char *raw)
{
	return raw && (!*raw || strpbrk(raw, ",?[]{}:"));
}

/*
 * In a map or list that is written in braces or brackets, go-yaml v3 puts quotes around what
 * is empty and around timestamps with a time: they are strings when it reads them again.
 */
static void settle_flow(struct gk_node *n)
{
	const char *raw = gk_node_raw(n);
	bool null = n->type == GK_NULL && n->style == GK_STYLE_PLAIN;

	if (!(null || gk_value_is_stamp(n)) || !is_quoted_in_flow(raw))
		return;
	n->type = GK_STRING;
	n->text = gk_str_c(raw);
}

static bool is_flow(const struct gk_node *n, bool inside)
{
	return inside || n->style == GK_STYLE_FLOW;
}

/* No integer, or one that 64 bits do not hold. */
static bool is_float(const struct gk_node *n)
{
	enum { SAFE_DIGITS = 19 }; /* any integer of fewer characters is one to Go */

	return n->type == GK_NUMBER &&
	       (!is_integer(n->text) ||
		       (n->text.n >= SAFE_DIGITS && gk_value_tag(n) == GK_SCALAR_FLOAT));
}

static void print_numbers(struct gk_arena *a, struct gk_node *n, bool flow)
{
	if (is_float(n))
		set_json_number(a, n, gk_float_parse(n->text));
	else if (flow && n->type != GK_OBJECT && n->type != GK_ARRAY)
		settle_flow(n);
	gk_node_foreach (child, n)
		print_numbers(a, child, is_flow(n, flow));
}

void gk_value_print(struct gk_arena *a, struct gk_node *n)
{
	print_numbers(a, n, false);
}

static void forget_raw(struct gk_node *n)
{
	n->count = 0;
	n->raw = NULL;
}

static void scalar_through_json(struct gk_arena *a, struct gk_node *n, bool flow)
{
	if (flow)
		settle_flow(n);
	if (n->type == GK_STRING)
		n->style = go_style(a, n->text);
	forget_raw(n);
	if (n->type == GK_STRING && gk_str_is(n->text, "<<"))
		gk_node_set_raw(a, n, n->text); /* go-yaml takes it for a merge key */
	if (n->type == GK_NUMBER)
		round_number(a, n);
}

static void through_json(struct gk_arena *a, struct gk_node *n, bool flow)
{
	if (n->type != GK_ARRAY && n->type != GK_OBJECT) {
		scalar_through_json(a, n, flow);
		return;
	}
	flow = is_flow(n, flow);
	n->style = GK_STYLE_ANY;
	gk_node_foreach (child, n)
		through_json(a, child, flow);
}

void gk_value_through_json(struct gk_arena *a, struct gk_node *n)
{
	through_json(a, n, false);
}

void gk_value_from_json(struct gk_arena *a, struct gk_node *n)
{
	bool list = n->type == GK_ARRAY || n->type == GK_OBJECT;

	if (list || n->type == GK_STRING)
		n->style = list ? GK_STYLE_FLOW : GK_STYLE_DOUBLE;
	if (!list)
		forget_raw(n);
	if (n->type == GK_NUMBER && !is_integer(n->text))
		set_json_number(a, n, gk_float_parse(n->text));
	gk_node_foreach (child, n)
		gk_value_from_json(a, child);
}

static bool is_nonfinite(struct gk_str text)
{
	static const char *const words[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};

	if (text.n && (text.p[0] == '+' || text.p[0] == '-'))
		text = gk_str_from(text, 1);
	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (gk_str_is(text, words[i]))
			return true;
	return false;
}

/*
 * A scalar that cannot be printed: a replacement put a text into a number, or one without
 * a tag reads as an infinity, which JSON lacks.
 */
static bool is_unprintable(const struct gk_node *n)
{
	return n->type == GK_STRING && ((n->count & GK_SCALAR_MISTYPED) ||
					       (gk_value_is_untagged(n) && is_nonfinite(n->text)));
}

const struct gk_node *gk_value_find_unprintable(const struct gk_node *n)
{
	if (is_unprintable(n))
		return n;
	gk_node_foreach (child, n) {
		const struct gk_node *found = gk_value_find_unprintable(child);

		if (found)
			return found;
	}
	return NULL;
}
