#include <stdlib.h>

#include "base/text.h"
#include "doc/json.h"

struct printer {
	struct gk_buf *b;
	unsigned flags;
};

static void value(const struct printer *p, const struct gk_node *n, size_t level);

static void line(const struct printer *p, size_t level)
{
	if (!(p->flags & GK_JSON_PRETTY))
		return;
	gk_buf_putc(p->b, '\n');
	gk_buf_fill(p->b, ' ', level * 2);
}

/* What a YAML 1.1 parser refuses raw or takes for a line break (U+0085, U+2028, U+2029). */
static bool breaks_yaml(uint32_t c)
{
	return (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
	       c == 0xfffe || c == 0xffff;
}

static bool breaks_html(uint32_t c)
{
	return c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
}

static void character(const struct printer *p, uint32_t c, struct gk_str bytes)
{
	if (((p->flags & GK_JSON_YAML) && breaks_yaml(c)) ||
		((p->flags & GK_JSON_HTML) && breaks_html(c)))
		gk_buf_printf(p->b, "\\u%04x", c);
	else if (c < 0x20 || c == '"' || c == '\\')
		gk_text_json_escape(p->b, (unsigned char)c);
	else
		gk_buf_putstr(p->b, bytes);
}

static void string(const struct printer *p, struct gk_str s)
{
	if (!(p->flags & (GK_JSON_YAML | GK_JSON_HTML))) {
		gk_text_json(p->b, s);
		return;
	}
	gk_buf_putc(p->b, '"');
	while (s.n) {
		size_t len;
		uint32_t c = gk_utf8_decode(s, &len);

		character(p, c, (struct gk_str){s.p, len});
		s = gk_str_from(s, len);
	}
	gk_buf_putc(p->b, '"');
}

static void array(const struct printer *p, const struct gk_node *n, size_t level)
{
	gk_buf_putc(p->b, '[');
	gk_node_foreach (child, n) {
		if (child != n->first)
			gk_buf_putc(p->b, ',');
		line(p, level + 1);
		value(p, child, level + 1);
	}
	if (n->count)
		line(p, level);
	gk_buf_putc(p->b, ']');
}

static void member(const struct printer *p, const struct gk_node *child, size_t level, bool first)
{
	if (!first)
		gk_buf_putc(p->b, ',');
	line(p, level);
	string(p, gk_node_key(child));
	gk_buf_puts(p->b, p->flags & GK_JSON_PRETTY ? ": " : ":");
	value(p, child, level);
}

static int by_key(const void *a, const void *b)
{
	const struct gk_node *const *x = a, *const *y = b;

	return gk_str_cmp(gk_node_key(*x), gk_node_key(*y));
}

static void sorted_members(const struct printer *p, const struct gk_node *n, size_t level)
{
	const struct gk_node **child = gk_xcalloc(n->count, sizeof *child);
	size_t i = 0;

	gk_node_foreach (c, n)
		child[i++] = c;
	qsort(child, i, sizeof *child, by_key);
	for (size_t k = 0; k < i; k++)
		member(p, child[k], level, k == 0);
	gk_free(child);
}

static void object(const struct printer *p, const struct gk_node *n, size_t level)
{
	gk_buf_putc(p->b, '{');
	if (p->flags & GK_JSON_SORT)
		sorted_members(p, n, level + 1);
	else
		gk_node_foreach (child, n)
			member(p, child, level + 1, child == n->first);
	if (n->count)
		line(p, level);
	gk_buf_putc(p->b, '}');
}

static void value(const struct printer *p, const struct gk_node *n, size_t level)
{
	if (!n || n->type == GK_NULL)
		gk_buf_puts(p->b, "null");
	else if (n->type == GK_STRING)
		string(p, n->text);
	else if (n->type == GK_ARRAY)
		array(p, n, level);
	else if (n->type == GK_OBJECT)
		object(p, n, level);
	else
		gk_buf_putstr(p->b, gk_node_scalar(n));
}

void gk_json_print(struct gk_buf *b, const struct gk_node *n, unsigned flags)
{
	const struct printer p = {b, flags};

	value(&p, n, 0);
	if (flags & GK_JSON_PRETTY)
		gk_buf_putc(b, '\n');
}
