/* Functions on lists, maps, JSON, YAML, and choices. */
#include "doc/json.h"
#include "doc/yaml.h"
#include "secret/decimal.h"
#include "secret/template-funcs.h"

static int f_default(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	*ret = c->n > 1 && gk_tv_true(&c->arg[1]) ? c->arg[1] : c->arg[0];
	return 0;
}

static int f_coalesce(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	*ret = (struct gk_tv){.kind = GK_TV_NIL};
	for (size_t i = 0; i < c->n; i++)
		if (gk_tv_true(&c->arg[i])) {
			*ret = c->arg[i];
			break;
		}
	return 0;
}

static int f_ternary(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	if (c->arg[2].kind != GK_TV_BOOL)
		return gk_tf_fail(c, "the condition is no boolean", err);
	*ret = c->arg[2].number ? c->arg[0] : c->arg[1];
	return 0;
}

static int f_empty(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	*ret = gk_tv_bool(!gk_tv_true(&c->arg[0]));
	return 0;
}

static int f_list(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_node *list = gk_node_new(c->a, GK_ARRAY);

	(void)err;
	for (size_t i = 0; i < c->n; i++)
		gk_node_append(list, gk_tv_node(c->a, &c->arg[i]));
	*ret = gk_tv_of(list);
	return 0;
}

static int f_dict(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	static const struct gk_tv none = {.kind = GK_TV_STRING, .text = {"", 0}};
	struct gk_node *map = gk_node_new(c->a, GK_OBJECT);

	for (size_t i = 0; i < c->n; i += 2) {
		struct gk_str key;

		if (gk_tf_string(c, i, &key, err))
			return -1;
		gk_node_set(
			c->a, map, key, gk_tv_node(c->a, i + 1 < c->n ? &c->arg[i + 1] : &none));
	}
	*ret = gk_tv_of(map);
	return 0;
}

/* get MAP KEY: "" when it is not there. */
static int f_get(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	const struct gk_node *map, *member;
	struct gk_str key;

	if (gk_tf_map(c, 0, &map, err) || gk_tf_string(c, 1, &key, err))
		return -1;
	member = gk_node_find(map, key);
	*ret = member ? gk_tv_of(member) : gk_tv_string(GK_STR(""));
	return 0;
}

static int f_has_key(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	const struct gk_node *map;
	struct gk_str key;

	if (gk_tf_map(c, 0, &map, err) || gk_tf_string(c, 1, &key, err))
		return -1;
	*ret = gk_tv_bool(gk_node_find(map, key) != NULL);
	return 0;
}

/* In the order of the names: sprig gives them in a random one. */
static int f_keys(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_node *list = gk_node_new(c->a, GK_ARRAY);

	for (size_t i = 0; i < c->n; i++) {
		const struct gk_node *map, **members;
		size_t n;

		if (gk_tf_map(c, i, &map, err))
			return -1;
		members = gk_tv_sorted(c->a, map, &n);
		for (size_t k = 0; k < n; k++)
			gk_node_append(list, gk_node_string(c->a, gk_node_key(members[k])));
	}
	*ret = gk_tv_of(list);
	return 0;
}

static int f_first(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	const struct gk_node *list;

	if (gk_tf_list(c, 0, &list, err))
		return -1;
	*ret = gk_tv_of(list->first);
	return 0;
}

static int f_last(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	const struct gk_node *list;

	if (gk_tf_list(c, 0, &list, err))
		return -1;
	*ret = gk_tv_of(list->last);
	return 0;
}

static int f_join(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	const struct gk_node *list;
	struct gk_str separator;

	if (gk_tf_string(c, 0, &separator, err) || gk_tf_list(c, 1, &list, err))
		return -1;
	gk_node_foreach (child, list) {
		struct gk_tv v = gk_tv_of(child);

		if (v.kind == GK_TV_NIL)
			continue;
		if (child != list->first)
			gk_buf_putstr(&b, separator);
		gk_tv_print(&b, &v);
	}
	return gk_tf_give(c, &b, ret);
}

/* Where the separator stands next in s; s.n when nowhere. */
static size_t find(struct gk_str s, struct gk_str separator)
{
	for (size_t i = 0; i + separator.n <= s.n; i++)
		if (memcmp(s.p + i, separator.p, separator.n) == 0)
			return i;
	return s.n;
}

/* Hand each part to the list, or to the map as _0, _1, ... */
static int split(const struct gk_tf_call *c, struct gk_node *to, struct gk_err *err)
{
	struct gk_str separator, s;
	bool more = true;

	if (gk_tf_string(c, 0, &separator, err) || gk_tf_string(c, 1, &s, err))
		return -1;
	if (separator.n == 0)
		return gk_tf_fail(c, "the separator is empty", err);
	for (size_t i = 0; more; i++) {
		size_t n = find(s, separator);
		struct gk_node *part = gk_node_string(c->a, (struct gk_str){s.p, n});

		more = n < s.n;
		s = gk_str_from(s, n + separator.n);
		if (to->type == GK_ARRAY)
			gk_node_append(to, part);
		else
			gk_node_set_c(c->a, to, gk_arena_printf(c->a, "_%zu", i), part);
	}
	return 0;
}

static int f_split_list(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_node *list = gk_node_new(c->a, GK_ARRAY);

	if (split(c, list, err))
		return -1;
	*ret = gk_tv_of(list);
	return 0;
}

static int f_split(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_node *map = gk_node_new(c->a, GK_OBJECT);

	if (split(c, map, err))
		return -1;
	*ret = gk_tv_of(map);
	return 0;
}

/* Go's encoder writes 1.0 as 1; beyond plain notation the literal stays. */
static void plain_numbers(struct gk_arena *a, struct gk_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	if (n->type == GK_NUMBER && !memchr(n->text.p, 'e', n->text.n) &&
		!memchr(n->text.p, 'E', n->text.n)) {
		gk_decimal_plain(&b, n->text);
		n->text = (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(&b), b.n), b.n};
	}
	gk_node_foreach (child, n)
		plain_numbers(a, child);
}

static int to_json(const struct gk_tf_call *c, unsigned flags, struct gk_tv *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_node *n = gk_tv_node(c->a, &c->arg[0]);

	plain_numbers(c->a, n);
	gk_json_print(&b, n, GK_JSON_SORT | flags);
	return gk_tf_give(c, &b, ret);
}

static int f_to_json(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	return to_json(c, GK_JSON_HTML, ret);
}

static int f_to_raw_json(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	return to_json(c, 0, ret);
}

static int f_from_json(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_pos pos = {0};
	struct gk_err why = GK_ERR_INIT;
	struct gk_node *n;
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	if (gk_json_parse_next(c->a, &s, &pos, gk_limits_default(), &n, &why) || s.n)
		return gk_tf_fail(c, "the text is no JSON", err);
	*ret = gk_tv_of(n);
	return 0;
}

static int f_to_yaml(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_node *n = gk_tv_node(c->a, &c->arg[0]);

	plain_numbers(c->a, n);
	if (gk_yaml_print(&b, n, err))
		return gk_tf_fail(c, "the value cannot be written as YAML", err);
	if (b.n && b.p[b.n - 1] == '\n')
		b.n--;
	return gk_tf_give(c, &b, ret);
}

static int f_from_yaml(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	const struct gk_yaml_options opt = {
		.profile = GK_YAML_A, .first_only = true, .lim = gk_limits_default()};
	struct gk_err why = GK_ERR_INIT;
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	if (gk_yaml_parse_one(&doc, "text", s, &opt, &why) || !doc.root)
		return gk_tf_fail(c, "the text is no YAML", err);
	*ret = gk_tv_of(gk_node_dup(c->a, doc.root));
	return 0;
}

enum operation { ADD, SUB, MUL, DIV, MOD };

static int calculate(
	const struct gk_tf_call *c, enum operation op, int64_t b, int64_t *v, struct gk_err *err)
{
	bool over = false;

	if ((op == DIV || op == MOD) && (b == 0 || b == -1))
		return b == 0 ? gk_tf_fail(c, "division by zero", err)
			      : calculate(c, MUL, op == DIV ? -1 : 0, v, err);
	if (op == ADD)
		over = __builtin_add_overflow(*v, b, v);
	else if (op == SUB)
		over = __builtin_sub_overflow(*v, b, v);
	else if (op == MUL)
		over = __builtin_mul_overflow(*v, b, v);
	else if (op == DIV)
		*v /= b;
	else
		*v %= b;
	return over ? gk_tf_fail(c, "the result is too large", err) : 0;
}

static int fold(
	const struct gk_tf_call *c, enum operation op, struct gk_tv *ret, struct gk_err *err)
{
	int64_t v, b;

	if (gk_tf_int(c, 0, &v, err))
		return -1;
	for (size_t i = 1; i < c->n; i++)
		if (gk_tf_int(c, i, &b, err) || calculate(c, op, b, &v, err))
			return -1;
	*ret = gk_tv_int(v);
	return 0;
}

static int f_add(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return fold(c, ADD, ret, err);
}

static int f_sub(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return fold(c, SUB, ret, err);
}

static int f_mul(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return fold(c, MUL, ret, err);
}

static int f_div(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return fold(c, DIV, ret, err);
}

static int f_mod(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return fold(c, MOD, ret, err);
}

static int f_int(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return fold(c, ADD, ret, err);
}

const struct gk_tf gk_tf__data[] = {
	{"add", 1, GK_TF_ARGS_MAX, f_add},
	{"coalesce", 0, GK_TF_ARGS_MAX, f_coalesce},
	{"default", 1, 2, f_default},
	{"dict", 0, GK_TF_ARGS_MAX, f_dict},
	{"div", 2, 2, f_div},
	{"empty", 1, 1, f_empty},
	{"first", 1, 1, f_first},
	{"fromJson", 1, 1, f_from_json},
	{"fromYaml", 1, 1, f_from_yaml},
	{"get", 2, 2, f_get},
	{"hasKey", 2, 2, f_has_key},
	{"int", 1, 1, f_int},
	{"join", 2, 2, f_join},
	{"keys", 1, GK_TF_ARGS_MAX, f_keys},
	{"last", 1, 1, f_last},
	{"list", 0, GK_TF_ARGS_MAX, f_list},
	{"mod", 2, 2, f_mod},
	{"mul", 1, GK_TF_ARGS_MAX, f_mul},
	{"split", 2, 2, f_split},
	{"splitList", 2, 2, f_split_list},
	{"sub", 2, 2, f_sub},
	{"ternary", 3, 3, f_ternary},
	{"toJson", 1, 1, f_to_json},
	{"toRawJson", 1, 1, f_to_raw_json},
	{"toYaml", 1, 1, f_to_yaml},
	{NULL, 0, 0, NULL},
};
