/* The functions of Go's text/template itself. */
#include "secret/template-funcs.h"

#include "secret/template-printf.h"

static int f_not(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	*ret = gk_tv_bool(!gk_tv_true(&c->arg[0]));
	return 0;
}

static int length(
	const struct gk_tf_call *c, const struct gk_tv *v, int64_t *ret, struct gk_err *err)
{
	if (v->kind == GK_TV_STRING)
		*ret = (int64_t)v->text.n;
	else if (v->kind == GK_TV_LIST || v->kind == GK_TV_MAP)
		*ret = v->node->count;
	else
		return gk_tf_fail(c, "only strings, lists and maps have a length", err);
	return 0;
}

static int f_len(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	int64_t n = 0;

	if (length(c, &c->arg[0], &n, err))
		return -1;
	*ret = gk_tv_int(n);
	return 0;
}

static int at_index(const struct gk_tf_call *c, const struct gk_tv *of, size_t i, struct gk_tv *ret,
	struct gk_err *err)
{
	int64_t at, n = 0;

	if (c->arg[i].kind != GK_TV_INT)
		return gk_tf_fail(c, "a list or string is indexed by an integer", err);
	at = c->arg[i].number;
	if (length(c, of, &n, err))
		return -1;
	if (at < 0 || at >= n)
		return gk_tf_fail(c, "the index is out of range", err);
	*ret = of->kind == GK_TV_STRING ? gk_tv_int((unsigned char)of->text.p[at])
					: gk_tv_of(gk_node_at(of->node, (size_t)at));
	return 0;
}

/* An absent key is the empty string in a map of strings, else nil; never an error. */
static int at_key(const struct gk_tf_call *c, const struct gk_tv *of, size_t i, struct gk_tv *ret,
	struct gk_err *err)
{
	const struct gk_node *member;
	struct gk_str key;

	if (gk_tf_string(c, i, &key, err))
		return -1;
	member = gk_node_find(of->node, key);
	*ret = member || !of->strings ? gk_tv_of(member) : gk_tv_string(GK_STR(""));
	return 0;
}

static int f_index(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_tv v = c->arg[0];

	for (size_t i = 1; i < c->n; i++) {
		struct gk_tv next;

		if (v.kind == GK_TV_MAP ? at_key(c, &v, i, &next, err)
					: at_index(c, &v, i, &next, err))
			return -1;
		v = next;
	}
	*ret = v;
	return 0;
}

/* -1, 0, 1; kinds that cannot be compared are an error, as in Go. */
static int compare(const struct gk_tf_call *c, size_t i, size_t k, int *ret, struct gk_err *err)
{
	const struct gk_tv *a = &c->arg[i], *b = &c->arg[k];

	if (a->kind != b->kind)
		return gk_tf_fail(c, "values of two kinds cannot be compared", err);
	if (a->kind == GK_TV_STRING)
		*ret = gk_str_cmp(a->text, b->text);
	else if (a->kind == GK_TV_FLOAT)
		*ret = gk_number_cmp(a->text, b->text);
	else if (a->kind == GK_TV_INT || a->kind == GK_TV_BOOL)
		*ret = (a->number > b->number) - (a->number < b->number);
	else if (a->kind == GK_TV_NIL)
		*ret = 0;
	else
		return gk_tf_fail(c, "lists and maps cannot be compared", err);
	return 0;
}

static bool is_nil(const struct gk_tv *v)
{
	return v->kind == GK_TV_NIL || v->kind == GK_TV_NONE;
}

static int equal(const struct gk_tf_call *c, size_t i, size_t k, bool *ret, struct gk_err *err)
{
	int order = 1;

	/* Anything may be held against nil. */
	if (is_nil(&c->arg[i]) || is_nil(&c->arg[k])) {
		*ret = is_nil(&c->arg[i]) && is_nil(&c->arg[k]);
		return 0;
	}
	if (compare(c, i, k, &order, err))
		return -1;
	*ret = order == 0;
	return 0;
}

/* eq a b c...: a equals any of the others. */
static int f_eq(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	bool any = false;

	for (size_t i = 1; i < c->n && !any; i++)
		if (equal(c, 0, i, &any, err))
			return -1;
	*ret = gk_tv_bool(any);
	return 0;
}

static int f_ne(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	bool same;

	if (equal(c, 0, 1, &same, err))
		return -1;
	*ret = gk_tv_bool(!same);
	return 0;
}

static int ordering(const struct gk_tf_call *c, int *order, struct gk_err *err)
{
	if (c->arg[0].kind == GK_TV_BOOL || c->arg[0].kind == GK_TV_NIL)
		return gk_tf_fail(c, "only strings and numbers have an order", err);
	return compare(c, 0, 1, order, err);
}

static int f_lt(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	int order = 0;
	int failed = ordering(c, &order, err);

	*ret = gk_tv_bool(order < 0);
	return failed;
}

static int f_le(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	int order = 0;
	int failed = ordering(c, &order, err);

	*ret = gk_tv_bool(order <= 0);
	return failed;
}

static int f_gt(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	int order = 0;
	int failed = ordering(c, &order, err);

	*ret = gk_tv_bool(order > 0);
	return failed;
}

static int f_ge(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	int order = 0;
	int failed = ordering(c, &order, err);

	*ret = gk_tv_bool(order >= 0);
	return failed;
}

/* A blank between two operands when neither is a string. */
static int f_print(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	(void)err;
	for (size_t i = 0; i < c->n; i++) {
		if (i && c->arg[i].kind != GK_TV_STRING && c->arg[i - 1].kind != GK_TV_STRING)
			gk_buf_putc(&b, ' ');
		gk_tv_print(&b, &c->arg[i]);
	}
	return gk_tf_give(c, &b, ret);
}

static int f_println(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	(void)err;
	for (size_t i = 0; i < c->n; i++) {
		gk_buf_puts(&b, i ? " " : "");
		gk_tv_print(&b, &c->arg[i]);
	}
	gk_buf_putc(&b, '\n');
	return gk_tf_give(c, &b, ret);
}

static int f_printf(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	if (gk_tf_printf(c, &b, err))
		return -1;
	return gk_tf_give(c, &b, ret);
}

/* Blanks become '+', all but unreserved characters %XX. */
static int f_urlquery(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	static const char hex[] = "0123456789ABCDEF", plain[] = "-_.~";
	GK_AUTO(gk_buf_done) struct gk_buf raw = {.secret = true}, b = {.secret = true};

	(void)err;
	for (size_t i = 0; i < c->n; i++)
		gk_tv_print(&raw, &c->arg[i]);
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char ch = (unsigned char)raw.p[i];
		bool alnum = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
			     (ch >= '0' && ch <= '9');

		if (alnum || (ch && strchr(plain, ch)))
			gk_buf_putc(&b, (char)ch);
		else if (ch == ' ')
			gk_buf_putc(&b, '+');
		else
			gk_buf_printf(&b, "%%%c%c", hex[ch >> 4], hex[ch & 15]);
	}
	return gk_tf_give(c, &b, ret);
}

const struct gk_tf gk_tf__go[] = {
	{"eq", 2, GK_TF_ARGS_MAX, f_eq},
	{"ge", 2, 2, f_ge},
	{"gt", 2, 2, f_gt},
	{"index", 1, GK_TF_ARGS_MAX, f_index},
	{"le", 2, 2, f_le},
	{"len", 1, 1, f_len},
	{"lt", 2, 2, f_lt},
	{"ne", 2, 2, f_ne},
	{"not", 1, 1, f_not},
	{"print", 0, GK_TF_ARGS_MAX, f_print},
	{"printf", 1, GK_TF_ARGS_MAX, f_printf},
	{"println", 0, GK_TF_ARGS_MAX, f_println},
	{"urlquery", 1, GK_TF_ARGS_MAX, f_urlquery},
	{NULL, 0, 0, NULL},
};
