/* Conditions of property paths. */
#include "secret/path-query.h"

#include "doc/node.h"
#include "secret/path.h"

static int bad_query(struct gk_err *err, const char *what)
{
	return gk_fail(err, GK_EINPUT, "secrets.path", "%s", what);
}

/* The offset behind the parenthesis that closes the one at `open`; 0 when none does. */
static size_t closing(struct gk_str s, size_t open)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = open; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '(')
			depth++;
		else if (!quoted && c == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* Where the operator begins, outside nested queries; s.n when there is none. */
static size_t operator_at(struct gk_str s)
{
	unsigned depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')')
			depth--;
		else if (depth == 0 && strchr("=!<>%", s.p[i]) && s.p[i])
			return i;
	}
	return s.n;
}

static struct gk_str cut_operator(struct gk_str *rest)
{
	static const char *const operators[] = {"==", "!=", "<=", ">=", "!%", "=", "<", ">", "%"};

	for (size_t i = 0; i < GK_COUNT(operators); i++) {
		struct gk_str op = gk_str_c(operators[i]);

		if (gk_str_starts(*rest, op)) {
			*rest = gk_str_from(*rest, op.n);
			return op;
		}
	}
	return GK_STR("");
}

static struct gk_str unquote(struct gk_arena *a, struct gk_str s)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	struct gk_raw raw;

	if (s.n == 0 || s.p[0] != '"' || !gk_raw_parse(s, &raw) || raw.type != GK_RAW_STRING)
		return s;
	gk_raw_unquote(&b, &raw);
	return (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(&b), b.n), b.n};
}

int gk_query_parse(struct gk_arena *a, struct gk_str path, struct gk_query *ret, size_t *ret_end,
	struct gk_err *err)
{
	size_t end = closing(path, 1), op;
	struct gk_query q = {0};
	struct gk_str inner, rest;

	if (end == 0)
		return bad_query(err, "a query is not closed");
	inner = (struct gk_str){path.p + 2, end - 3};
	op = operator_at(inner);
	q.path = gk_str_trim((struct gk_str){inner.p, op});
	if (q.path.n == 0)
		q.path = GK_STR_NULL;
	rest = gk_str_from(inner, op);
	q.op = cut_operator(&rest);
	if (op < inner.n && q.op.n == 0)
		return bad_query(err, "a query has an operator that is not known");
	q.value = gk_str_trim(rest);
	if (q.value.n && q.value.p[0] == '~')
		return bad_query(err, "'~' in a query is not supported");
	q.value = unquote(a, q.value);
	q.all = end < path.n && path.p[end] == '#';
	*ret_end = end + (q.all ? 1 : 0);
	*ret = q;
	return 0;
}

/* What an order (-1, 0, 1) means for an operator. */
static bool ordered(struct gk_str op, int order)
{
	if (gk_str_is(op, "=") || gk_str_is(op, "=="))
		return order == 0;
	if (gk_str_is(op, "!="))
		return order != 0;
	if (gk_str_is(op, "<"))
		return order < 0;
	if (gk_str_is(op, "<="))
		return order <= 0;
	if (gk_str_is(op, ">"))
		return order > 0;
	return gk_str_is(op, ">=") && order >= 0;
}

static bool string_fits(const struct gk_query *q, const struct gk_raw *v)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};

	gk_raw_unquote(&text, v);
	if (gk_str_is(q->op, "%"))
		return gk_secret_glob(gk_buf_str(&text), q->value);
	if (gk_str_is(q->op, "!%"))
		return !gk_secret_glob(gk_buf_str(&text), q->value);
	return ordered(q->op, gk_str_cmp(gk_buf_str(&text), q->value));
}

static bool number_fits(const struct gk_query *q, const struct gk_raw *v)
{
	struct gk_raw number;

	if (!gk_raw_parse(q->value, &number) || number.type != GK_RAW_NUMBER)
		number.text = GK_STR("0"); /* as Go's parser leaves it */
	return ordered(q->op, gk_number_cmp(v->text, number.text));
}

/* true is more than false. */
static bool bool_fits(const struct gk_query *q, const struct gk_raw *v)
{
	bool left = v->type == GK_RAW_TRUE, right = gk_str_is(q->value, "true");

	if (!right && !gk_str_is(q->value, "false"))
		return false;
	return ordered(q->op, (left > right) - (left < right));
}

int gk_query_fits(struct gk_arena *a, const struct gk_query *q, const struct gk_raw *element,
	bool *ret, struct gk_err *err)
{
	struct gk_raw v = *element;
	bool found = true;

	*ret = false;
	if (q->path.p && gk_secret_path(a, element, q->path, &found, &v, err))
		return -1;
	if (!found)
		return 0;
	if (q->op.n == 0)
		*ret = true;
	else if (v.type == GK_RAW_STRING)
		*ret = string_fits(q, &v);
	else if (v.type == GK_RAW_NUMBER)
		*ret = number_fits(q, &v);
	else if (v.type == GK_RAW_TRUE || v.type == GK_RAW_FALSE)
		*ret = bool_fits(q, &v);
	return 0;
}
