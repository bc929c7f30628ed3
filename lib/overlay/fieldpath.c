#include "base/buf.h"
#include "base/num.h"
#include "base/regex.h"
#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/fieldpath.h"
#include "overlay/spec.h"
#include "overlay/value.h"

/* Split at the dots that no backslash stands before. */
static void split_plain(struct gk_arena *a, struct gk_str text, struct gk_fieldpath *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf part = GK_BUF_INIT(0);

	for (size_t i = 0; i <= text.n; i++) {
		bool end = i == text.n;

		if (!end && text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == '.') {
			gk_buf_putc(&part, '.');
			i++;
		} else if (end || text.p[i] == '.') {
			gk_vec_push(ret,
				((struct gk_str){
					gk_arena_memdup0(a, gk_buf_cstr(&part), part.n), part.n}));
			gk_buf_reset(&part);
		} else {
			gk_buf_putc(&part, text.p[i]);
		}
	}
}

static bool opens(struct gk_str s)
{
	return s.n && s.p[0] == '[';
}

static bool closes(struct gk_str s)
{
	return s.n && s.p[s.n - 1] == ']';
}

static struct gk_str strip(struct gk_str s)
{
	while (s.n && (s.p[0] == '[' || s.p[0] == ']'))
		s = gk_str_from(s, 1);
	while (s.n && (s.p[s.n - 1] == '[' || s.p[s.n - 1] == ']'))
		s.n--;
	return s;
}

/* Parts that a bracket spans become one; without "=" in it the brackets go. */
static struct gk_str joined(struct gk_arena *a, const struct gk_fieldpath *parts, size_t *at)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str all;

	gk_buf_putstr(&b, parts->v[*at]);
	while (*at + 1 < parts->n) {
		gk_buf_putc(&b, '.');
		gk_buf_putstr(&b, parts->v[++*at]);
		if (closes(parts->v[*at]))
			break;
	}
	all = (struct gk_str){gk_arena_memdup0(a, b.p, b.n), b.n};
	return memchr(all.p, '=', all.n) ? all : strip(all);
}

void gk_fieldpath_split(struct gk_arena *a, struct gk_str text, struct gk_fieldpath *ret)
{
	struct gk_fieldpath parts = {0};

	if (text.n > 1 && text.p[0] == '.')
		text = gk_str_from(text, 1);
	split_plain(a, text, &parts);
	for (size_t i = 0; i < parts.n; i++) {
		struct gk_str part = parts.v[i];

		if (opens(part) && !closes(part))
			part = joined(a, &parts, &i);
		gk_vec_push(ret, part);
	}
	gk_vec_done(&parts);
}

static bool is_index(struct gk_str part, size_t *ret)
{
	struct gk_err ignored = GK_ERR_INIT;
	uint64_t n;

	if (gk_num_u64(part, 0, UINT32_MAX, &n, &ignored))
		return false;
	*ret = (size_t)n;
	return true;
}

static bool is_selector(struct gk_str part)
{
	return opens(part) && closes(part);
}

/* [key=value]: a part without "=" is none. */
static int split_selector(
	struct gk_str part, struct gk_str *key, struct gk_str *value, struct gk_err *err)
{
	struct gk_str rest = {part.p + 1, part.n - 2};

	*key = gk_str_cut(&rest, '=');
	*value = rest;
	if (rest.p)
		return 0;
	return gk_fail(err, GK_EINPUT, "render.field-path", "'%.*s' must be written [field=value]",
		GK_SARG(part));
}

static int need_list(const struct gk_node *n, struct gk_err *err)
{
	if (gk_value_is_null(n) || n->type == GK_ARRAY)
		return 0;
	return gk_spec_wrong_kind(n, "a list", err);
}

static int get_element(
	struct gk_node *list, struct gk_str part, struct gk_node **ret, struct gk_err *err)
{
	struct gk_str key, value;

	if (need_list(list, err) || split_selector(part, &key, &value, err))
		return -1;
	*ret = NULL;
	gk_node_foreach (e, list) {
		const struct gk_node *field = key.n ? gk_node_find(e, key) : e;

		if (field && gk_str_eq(gk_value_text(field), value)) {
			*ret = e;
			return 0;
		}
	}
	return 0;
}

static int get_step(
	struct gk_node *at, struct gk_str part, struct gk_node **ret, struct gk_err *err)
{
	size_t index;

	*ret = NULL;
	if (gk_str_is(part, "*"))
		return gk_fail(err, GK_EINPUT, "render.field-path", "'*' cannot name a source");
	if (is_index(part, &index) || gk_str_is(part, "-")) {
		if (need_list(at, err))
			return -1;
		if (gk_node_is(at, GK_ARRAY) && part.p[0] == '-')
			*ret = at->last;
		else if (gk_node_is(at, GK_ARRAY))
			*ret = gk_node_at(at, index);
		return 0;
	}
	if (is_selector(part))
		return get_element(at, part, ret, err);
	if (!gk_value_is_null(at) && at->type != GK_OBJECT)
		return gk_spec_wrong_kind(at, "a map", err);
	*ret = gk_node_find(at, part);
	return 0;
}

int gk_fieldpath_get(struct gk_node *root, const struct gk_str *part, size_t n,
	struct gk_node **ret, struct gk_err *err)
{
	struct gk_node *at = root;

	for (size_t i = 0; at && i < n; i++) {
		struct gk_str name = gk_str_trim(part[i]);

		if (name.n && get_step(at, name, &at, err))
			return -1;
	}
	*ret = at;
	return 0;
}

/* What a field is made as, for the part that follows it. */
static struct gk_node *made_for(struct gk_arena *a, const struct gk_str *next)
{
	size_t index;

	if (!next)
		return gk_value_new(a, GK_STR(""), GK_TAG_NONE);
	return gk_node_new(a, is_selector(*next) || is_index(*next, &index) ? GK_ARRAY : GK_OBJECT);
}

static struct gk_node *make_element(struct gk_arena *a, struct gk_str part)
{
	struct gk_str rest = {part.p + 1, part.n - 2}, key = gk_str_cut(&rest, '=');
	struct gk_node *scalar = gk_value_new(a, rest, GK_TAG_NONE), *map;

	if (key.n == 0)
		return scalar;
	map = gk_node_new(a, GK_OBJECT);
	(void)gk_node_set(a, map, key, scalar);
	return map;
}

int gk_fieldpath_need(struct gk_arena *a, struct gk_node *root, const struct gk_str *part, size_t n,
	struct gk_node **ret, struct gk_err *err)
{
	struct gk_node *at = root;

	for (size_t i = 0; at && i < n; i++) {
		struct gk_node *up = at;

		if (get_step(up, part[i], &at, err))
			return -1;
		if (at || gk_value_is_null(up))
			continue;
		if (is_selector(part[i])) {
			at = make_element(a, part[i]);
			gk_node_append(up, at);
		} else if (up->type == GK_OBJECT) {
			at = made_for(a, i + 1 < n ? &part[i + 1] : NULL);
			(void)gk_node_set(a, up, part[i], at);
		}
	}
	*ret = at;
	return 0;
}

struct matcher {
	struct gk_arena *a;
	enum gk_create create;
	struct gk_matches *ret;
	struct gk_err *err;
};

static int match(const struct matcher *m, struct gk_node *at, const struct gk_str *part, size_t n);

/* An empty node of the kind that the following part, or the value at the end, needs. */
static struct gk_node *fresh(const struct matcher *m, const struct gk_str *next, size_t n)
{
	size_t index;

	if (n && (is_selector(*next) || is_index(*next, &index)))
		return gk_node_new(m->a, GK_ARRAY);
	if (n || m->create == GK_CREATE_MAP)
		return gk_node_new(m->a, GK_OBJECT);
	if (m->create == GK_CREATE_LIST)
		return gk_node_new(m->a, GK_ARRAY);
	return gk_value_new(m->a, GK_STR(""), GK_TAG_NONE);
}

static int match_index(const struct matcher *m, struct gk_node *at, size_t index,
	const struct gk_str *part, size_t n)
{
	size_t count = gk_node_is(at, GK_ARRAY) ? at->count : 0;

	if (need_list(at, m->err))
		return -1;
	if (index == count && m->create && gk_node_is(at, GK_ARRAY)) {
		gk_node_append(at, fresh(m, part + 1, n - 1));
		count++;
	}
	if (index >= count)
		return gk_fail(m->err, GK_EINPUT, "render.field-path", "index %zu of a list of %zu",
			index, count);
	return match(m, gk_node_at(at, index), part + 1, n - 1);
}

/* An element, or its field, as YAML writes it: in quotes where it was. */
static struct gk_str written(struct gk_arena *a, const struct gk_node *n)
{
	struct gk_str text = gk_value_text(n);

	if (!gk_node_is(n, GK_STRING) || n->style == GK_STYLE_PLAIN)
		return text;
	return gk_str_c(gk_arena_printf(
		a, n->style == GK_STYLE_SINGLE ? "'%.*s'" : "\"%.*s\"", GK_SARG(text)));
}

static int match_elements(const struct matcher *m, struct gk_node *at, struct gk_str key,
	const struct gk_regex *re, const struct gk_str *part, size_t n, bool *ret_any)
{
	gk_node_foreach (e, at) {
		struct gk_node *field = key.n ? gk_node_find(e, key) : e;
		size_t before = m->ret->n;
		bool hit;

		if (!field)
			continue;
		if (gk_regex_match(re, written(m->a, field), &hit, m->err))
			return -1;
		if (hit && key.n == 0)
			gk_vec_push(m->ret, e);
		else if (hit && match(m, e, part + 1, n - 1))
			return -1;
		*ret_any |= m->ret->n > before;
	}
	return 0;
}

static int match_selector(
	const struct matcher *m, struct gk_node *at, const struct gk_str *part, size_t n)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_str key, value;
	bool any = false;

	if (need_list(at, m->err) || split_selector(*part, &key, &value, m->err))
		return -1;
	if (gk_regex_new(value, 0, &re, m->err))
		return gk_ctx(m->err, "'%.*s' is no regular expression", GK_SARG(value));
	if (match_elements(m, at, key, re, part, n, &any))
		return -1;
	if (any || !m->create || !gk_node_is(at, GK_ARRAY))
		return 0;
	gk_node_append(at, make_element(m->a, *part));
	return match_elements(m, at, key, re, part, n, &any);
}

static int match_every(
	const struct matcher *m, struct gk_node *at, const struct gk_str *part, size_t n)
{
	if (need_list(at, m->err))
		return -1;
	gk_node_foreach (e, at)
		if (match(m, e, part + 1, n - 1))
			return -1;
	return 0;
}

static int match_field(
	const struct matcher *m, struct gk_node *at, const struct gk_str *part, size_t n)
{
	struct gk_node *field = gk_node_find(at, *part);

	if (!gk_value_is_null(at) && at->type != GK_OBJECT)
		return gk_spec_wrong_kind(at, "a map", m->err);
	if (!field && !m->create)
		return 0;
	if (!field) {
		field = fresh(m, part + 1, n - 1);
		if (gk_node_is(at, GK_OBJECT))
			(void)gk_node_set(m->a, at, *part, field);
	}
	if (n > 1 && field->type != GK_OBJECT && field->type != GK_ARRAY) {
		field = gk_fieldpath_inside(m->a, field);
		if (!field)
			return gk_fail(m->err, GK_EINPUT, "render.field-path",
				"the path goes on inside '%.*s', whose text is no YAML",
				GK_SARG(*part));
	}
	return match(m, field, part + 1, n - 1);
}

static int match(const struct matcher *m, struct gk_node *at, const struct gk_str *part, size_t n)
{
	size_t index;

	if (n == 0) {
		gk_vec_push(m->ret, at);
		return 0;
	}
	if (is_index(*part, &index))
		return match_index(m, at, index, part, n);
	if (is_selector(*part))
		return match_selector(m, at, part, n);
	if (gk_str_is(*part, "*"))
		return match_every(m, at, part, n);
	return match_field(m, at, part, n);
}

int gk_fieldpath_match(struct gk_arena *a, struct gk_node *root, const struct gk_str *part,
	size_t n, enum gk_create create, struct gk_matches *ret, struct gk_err *err)
{
	struct matcher m = {a, create, ret, err};

	return match(&m, root, part, n);
}

static int keep(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct gk_node **first = ctx;

	(void)err;
	if (!*first)
		*first = root;
	return 0;
}

struct gk_node *gk_fieldpath_inside(struct gk_arena *a, const struct gk_node *scalar)
{
	struct gk_yaml_options opt = {
		.profile = GK_YAML_K, .first_only = true, .liberal = true, .any_tag = true};
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_node *root = NULL;

	struct gk_str text = gk_value_written(scalar);

	if (gk_str_trim(text).n == 0)
		return NULL;
	if (gk_yaml_parse(a, "", text, &opt, keep, &root, &ignored))
		return NULL;
	return root ? root : gk_node_new(a, GK_NULL);
}
