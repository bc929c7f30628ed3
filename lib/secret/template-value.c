/* Values of templates. */
#include "secret/template-value.h"

#include <stdlib.h>

#include "secret/decimal.h"

/* Marks the number nodes that are integers of the template language. */
static const enum gk_style int_mark = GK_STYLE_PLAIN;

struct gk_tv gk_tv_string(struct gk_str s)
{
	return (struct gk_tv){.kind = GK_TV_STRING, .text = s};
}

struct gk_tv gk_tv_int(int64_t v)
{
	return (struct gk_tv){.kind = GK_TV_INT, .number = v};
}

struct gk_tv gk_tv_bool(bool v)
{
	return (struct gk_tv){.kind = GK_TV_BOOL, .number = v};
}

static struct gk_tv number_of(const struct gk_node *n)
{
	int64_t v;

	if (n->style == int_mark && gk_node_int(n, &v))
		return gk_tv_int(v);
	return (struct gk_tv){.kind = GK_TV_FLOAT, .text = gk_node_scalar(n)};
}

struct gk_tv gk_tv_of(const struct gk_node *n)
{
	if (!n || n->type == GK_NULL)
		return (struct gk_tv){.kind = GK_TV_NIL};
	if (n->type == GK_STRING)
		return gk_tv_string(gk_node_text(n));
	if (n->type == GK_NUMBER)
		return number_of(n);
	if (n->type == GK_TRUE || n->type == GK_FALSE)
		return gk_tv_bool(n->type == GK_TRUE);
	return (struct gk_tv){.kind = n->type == GK_ARRAY ? GK_TV_LIST : GK_TV_MAP, .node = n};
}

struct gk_node *gk_tv_node(struct gk_arena *a, const struct gk_tv *v)
{
	struct gk_node *n;

	switch (v->kind) {
	case GK_TV_BOOL:
		return gk_node_bool(a, v->number);
	case GK_TV_INT:
		n = gk_node_int_new(a, v->number);
		n->style = int_mark;
		return n;
	case GK_TV_FLOAT:
		return gk_node_number(a, v->text);
	case GK_TV_STRING:
		return gk_node_string(a, v->text);
	case GK_TV_LIST:
	case GK_TV_MAP:
		return gk_node_dup(a, v->node);
	case GK_TV_NIL:
	case GK_TV_NONE:
		break;
	}
	return gk_node_new(a, GK_NULL);
}

bool gk_tv_true(const struct gk_tv *v)
{
	switch (v->kind) {
	case GK_TV_BOOL:
	case GK_TV_INT:
		return v->number != 0;
	case GK_TV_FLOAT:
		return gk_number_cmp(v->text, GK_STR("0")) != 0;
	case GK_TV_STRING:
		return v->text.n > 0;
	case GK_TV_LIST:
	case GK_TV_MAP:
		return v->node->count > 0;
	case GK_TV_NIL:
	case GK_TV_NONE:
		break;
	}
	return false;
}

const char *gk_tv_kind_name(const struct gk_tv *v)
{
	static const char *const names[] = {[GK_TV_NIL] = "nil",
		[GK_TV_NONE] = "nothing",
		[GK_TV_BOOL] = "a boolean",
		[GK_TV_INT] = "an integer",
		[GK_TV_FLOAT] = "a number",
		[GK_TV_STRING] = "a string",
		[GK_TV_LIST] = "a list",
		[GK_TV_MAP] = "a map"};

	return names[v->kind];
}

static int by_key(const void *pa, const void *pb)
{
	const struct gk_node *const *a = pa, *const *b = pb;

	return gk_str_cmp(gk_node_key(*a), gk_node_key(*b));
}

const struct gk_node **gk_tv_sorted(struct gk_arena *a, const struct gk_node *map, size_t *ret_n)
{
	const struct gk_node **v = gk_arena_array(a, map->count + 1, sizeof *v);
	size_t n = 0;

	gk_node_foreach (child, map)
		v[n++] = child;
	if (n)
		qsort(v, n, sizeof(struct gk_node *), by_key);
	*ret_n = n;
	return v;
}

static void print_node(struct gk_buf *b, const struct gk_node *n)
{
	struct gk_tv v = gk_tv_of(n);

	gk_tv_print(b, &v);
}

static void print_list(struct gk_buf *b, const struct gk_node *list)
{
	gk_buf_putc(b, '[');
	gk_node_foreach (child, list) {
		if (child != list->first)
			gk_buf_putc(b, ' ');
		print_node(b, child);
	}
	gk_buf_putc(b, ']');
}

static void print_map(struct gk_buf *b, const struct gk_node *map)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	size_t n;
	const struct gk_node **v = gk_tv_sorted(&a, map, &n);

	gk_buf_puts(b, "map[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			gk_buf_putc(b, ' ');
		gk_buf_putstr(b, gk_node_key(v[i]));
		gk_buf_putc(b, ':');
		print_node(b, v[i]);
	}
	gk_buf_putc(b, ']');
}

void gk_tv_print(struct gk_buf *b, const struct gk_tv *v)
{
	switch (v->kind) {
	case GK_TV_NIL:
		gk_buf_puts(b, "<nil>");
		break;
	case GK_TV_NONE:
		gk_buf_puts(b, "<no value>");
		break;
	case GK_TV_BOOL:
		gk_buf_puts(b, v->number ? "true" : "false");
		break;
	case GK_TV_INT:
		gk_buf_printf(b, "%lld", (long long)v->number);
		break;
	case GK_TV_FLOAT:
		gk_decimal_go(b, v->text);
		break;
	case GK_TV_STRING:
		gk_buf_putstr(b, v->text);
		break;
	case GK_TV_LIST:
		print_list(b, v->node);
		break;
	case GK_TV_MAP:
		print_map(b, v->node);
		break;
	}
}
