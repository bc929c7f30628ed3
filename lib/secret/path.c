/* Following a path through raw JSON. */
#include "secret/path.h"

#include "base/buf.h"
#include "secret/path-query.h"

enum { PATH_MAX_BYTES = 1024 };

struct finder {
	struct gk_arena *a;
	struct gk_err *err;
	struct gk_str whole; /* for messages */
};

static int unsupported(const struct finder *f, const char *what)
{
	gk_fail(f->err, GK_EINPUT, "secrets.path", "property '%.*s': %s is not supported",
		GK_SARG(f->whole), what);
	return gk_help(f->err, "write \\ before a special character that is part of a name");
}

bool gk_secret_glob(struct gk_str text, struct gk_str pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, mark = 0;

	while (t < text.n) {
		bool escaped = p + 1 < pattern.n && pattern.p[p] == '\\';
		char c = p < pattern.n ? pattern.p[p + escaped] : '\0';

		if (p < pattern.n && !escaped && c == '*') {
			star = p++;
			mark = t;
		} else if (p < pattern.n && ((!escaped && c == '?') || c == text.p[t])) {
			p += 1 + (size_t)escaped;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

/* The end of the first step: an unescaped dot (or pipe). */
static size_t step_end(struct gk_str path)
{
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '\\')
			i++;
		else if (path.p[i] == '.' || path.p[i] == '|')
			return i;
	}
	return path.n;
}

/* A step without the backslashes of its escapes. */
static struct gk_str unescape(struct gk_arena *a, struct gk_str step)
{
	char *p = gk_arena_alloc(a, step.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < step.n; i++) {
		if (step.p[i] == '\\' && i + 1 < step.n)
			i++;
		p[n++] = step.p[i];
	}
	p[n] = '\0';
	return (struct gk_str){p, n};
}

static bool has_wildcard(struct gk_str step)
{
	for (size_t i = 0; i < step.n; i++) {
		if (step.p[i] == '\\')
			i++;
		else if (step.p[i] == '*' || step.p[i] == '?')
			return true;
	}
	return false;
}

static int follow(struct finder *f, const struct gk_raw *v, struct gk_str path, bool *ret_found,
	struct gk_raw *ret);

static int in_object(struct finder *f, const struct gk_raw *v, struct gk_str step,
	struct gk_str rest, bool *ret_found, struct gk_raw *ret)
{
	bool wild = has_wildcard(step);
	struct gk_str name = wild ? step : unescape(f->a, step);
	struct gk_raw key, value;

	for (size_t at = 0; gk_raw_next(v, &at, &key, &value);) {
		GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};

		gk_raw_unquote(&text, &key);
		if (wild ? gk_secret_glob(gk_buf_str(&text), name)
			 : gk_str_eq(gk_buf_str(&text), name))
			return follow(f, &value, rest, ret_found, ret);
	}
	return 0;
}

static bool parse_index(struct gk_str step, size_t *ret)
{
	size_t v = 0;

	for (size_t i = 0; i < step.n; i++) {
		if (step.p[i] < '0' || step.p[i] > '9' || v > 100000000)
			return false;
		v = v * 10 + (size_t)(step.p[i] - '0');
	}
	*ret = v;
	return step.n > 0;
}

static int at_index(struct finder *f, const struct gk_raw *v, struct gk_str step,
	struct gk_str rest, bool *ret_found, struct gk_raw *ret)
{
	size_t want = 0;
	struct gk_raw key, value;

	if (!parse_index(step, &want))
		return 0;
	for (size_t at = 0, i = 0; gk_raw_next(v, &at, &key, &value); i++)
		if (i == want)
			return follow(f, &value, rest, ret_found, ret);
	return 0;
}

static int length(struct finder *f, const struct gk_raw *v, bool *ret_found, struct gk_raw *ret)
{
	struct gk_raw key, value;
	size_t n = 0;

	for (size_t at = 0; gk_raw_next(v, &at, &key, &value);)
		n++;
	ret->type = GK_RAW_NUMBER;
	ret->text = gk_str_c(gk_arena_printf(f->a, "%zu", n));
	*ret_found = true;
	return 0;
}

/* "#.a" and "#(q)#.a": what the rest of the path finds in each element, as a list. */
static int collect(struct finder *f, const struct gk_raw *v, const struct gk_query *query,
	struct gk_str rest, bool *ret_found, struct gk_raw *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf list = {.secret = true};
	struct gk_raw key, value;

	gk_buf_putc(&list, '[');
	for (size_t at = 0; gk_raw_next(v, &at, &key, &value);) {
		bool found = false, fits = true;
		struct gk_raw part;

		if (query && gk_query_fits(f->a, query, &value, &fits, f->err))
			return -1;
		if (fits && follow(f, &value, rest, &found, &part))
			return -1;
		if (!found)
			continue;
		if (list.n > 1)
			gk_buf_putc(&list, ',');
		gk_buf_putstr(&list, part.text);
	}
	gk_buf_putc(&list, ']');
	ret->type = GK_RAW_ARRAY;
	ret->text = (struct gk_str){gk_arena_memdup0(f->a, gk_buf_cstr(&list), list.n), list.n};
	*ret_found = true;
	return 0;
}

static int first_fit(struct finder *f, const struct gk_raw *v, const struct gk_query *query,
	struct gk_str rest, bool *ret_found, struct gk_raw *ret)
{
	struct gk_raw key, value;

	for (size_t at = 0; gk_raw_next(v, &at, &key, &value);) {
		bool fits = false;

		if (gk_query_fits(f->a, query, &value, &fits, f->err))
			return -1;
		if (fits)
			return follow(f, &value, rest, ret_found, ret);
	}
	return 0;
}

/* What comes after a step: {NULL, 0} at the end of the path. */
static int after(const struct finder *f, struct gk_str path, size_t end, struct gk_str *ret)
{
	*ret = GK_STR_NULL;
	if (end == path.n)
		return 0;
	if (path.p[end] == '|')
		return unsupported(f, "'|'");
	if (path.p[end] != '.')
		return unsupported(f, "text behind a query");
	*ret = gk_str_from(path, end + 1);
	return 0;
}

static int by_query(struct finder *f, const struct gk_raw *v, struct gk_str path, bool *ret_found,
	struct gk_raw *ret)
{
	struct gk_query query;
	struct gk_str rest;
	size_t end;

	if (gk_query_parse(f->a, path, &query, &end, f->err))
		return gk_ctx(f->err, "property '%.*s'", GK_SARG(f->whole));
	if (after(f, path, end, &rest))
		return -1;
	if (v->type != GK_RAW_ARRAY)
		return 0;
	return query.all ? collect(f, v, &query, rest, ret_found, ret)
			 : first_fit(f, v, &query, rest, ret_found, ret);
}

static int check_step(const struct finder *f, struct gk_str step)
{
	if (step.n && step.p[0] == '@')
		return unsupported(f, "a modifier ('@')");
	if (step.n && (step.p[0] == '{' || step.p[0] == '['))
		return unsupported(f, "a multipath ('{' or '[')");
	if (step.n && step.p[0] == '!')
		return unsupported(f, "a literal ('!')");
	return 0;
}

static int follow(struct finder *f, const struct gk_raw *v, struct gk_str path, bool *ret_found,
	struct gk_raw *ret)
{
	struct gk_str step, rest;
	size_t end;

	if (!path.p) {
		*ret = *v;
		*ret_found = true;
		return 0;
	}
	if (gk_str_starts(path, GK_STR("#(")))
		return by_query(f, v, path, ret_found, ret);
	end = step_end(path);
	step = (struct gk_str){path.p, end};
	if (check_step(f, step) || after(f, path, end, &rest))
		return -1;
	if (v->type == GK_RAW_OBJECT)
		return in_object(f, v, step, rest, ret_found, ret);
	if (v->type != GK_RAW_ARRAY)
		return 0;
	if (gk_str_is(step, "#"))
		return rest.p ? collect(f, v, NULL, rest, ret_found, ret)
			      : length(f, v, ret_found, ret);
	return at_index(f, v, step, rest, ret_found, ret);
}

/* The whole path as the name of one member. */
static bool as_name(const struct gk_raw *json, struct gk_str path, struct gk_raw *ret)
{
	struct gk_raw key, value;

	if (json->type != GK_RAW_OBJECT || !memchr(path.p, '.', path.n))
		return false;
	for (size_t at = 0; gk_raw_next(json, &at, &key, &value);) {
		GK_AUTO(gk_buf_done) struct gk_buf name = {.secret = true};

		gk_raw_unquote(&name, &key);
		if (gk_str_eq(gk_buf_str(&name), path)) {
			*ret = value;
			return true;
		}
	}
	return false;
}

int gk_secret_path(struct gk_arena *a, const struct gk_raw *json, struct gk_str path,
	bool *ret_found, struct gk_raw *ret, struct gk_err *err)
{
	struct finder f = {a, err, path};

	*ret_found = false;
	if (path.n > PATH_MAX_BYTES)
		return gk_fail(err, GK_ELIMIT, "secrets.path",
			"a property path of %zu bytes: at most %d are taken", path.n,
			PATH_MAX_BYTES);
	if (path.n && as_name(json, path, ret)) {
		*ret_found = true;
		return 0;
	}
	return follow(&f, json, path, ret_found, ret);
}
