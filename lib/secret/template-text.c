/* Functions on texts. */
#include "base/base64.h"
#include "base/crypto.h"
#include "base/regex.h"
#include "secret/replace.h"
#include "secret/template-funcs.h"
#include "secret/template-printf.h"

enum { REPEAT_MAX = 1 << 20 };

static int f_to_string(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	(void)err;
	gk_tv_print(&b, &c->arg[0]);
	return gk_tf_give(c, &b, ret);
}

static int f_b64enc(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	gk_base64_encode(&b, s, GK_B64_STD);
	return gk_tf_give(c, &b, ret);
}

static int f_b64dec(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	if (gk_base64_decode(&b, s, GK_B64_STD, err))
		return gk_ctx(err, "%s", c->name);
	return gk_tf_give(c, &b, ret);
}

static int f_sha256(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	unsigned char digest[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	gk_sha256(s, digest);
	gk_hex(digest, sizeof digest, hex);
	gk_buf_puts(&b, hex);
	return gk_tf_give(c, &b, ret);
}

static int quote(const struct gk_tf_call *c, bool single, struct gk_tv *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	bool first = true;

	for (size_t i = 0; i < c->n; i++) {
		GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};

		if (c->arg[i].kind == GK_TV_NIL)
			continue;
		gk_tv_print(&text, &c->arg[i]);
		gk_buf_puts(&b, first ? "" : " ");
		first = false;
		if (single)
			gk_buf_printf(&b, "'%s'", gk_buf_cstr(&text));
		else
			gk_tf_quote(&b, gk_buf_str(&text));
	}
	return gk_tf_give(c, &b, ret);
}

static int f_quote(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	return quote(c, false, ret);
}

static int f_squote(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)err;
	return quote(c, true, ret);
}

/* ASCII only: the tables for all of Unicode are not here, and half a result is worse than none. */
static int change_case(
	const struct gk_tf_call *c, char from, char to, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if ((unsigned char)ch >= 0x80)
			return gk_tf_fail(c, "letters beyond ASCII are not supported", err);
		gk_buf_putc(&b, ch >= from && ch <= from + 25 ? (char)(ch - from + to) : ch);
	}
	return gk_tf_give(c, &b, ret);
}

static int f_upper(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return change_case(c, 'a', 'A', ret, err);
}

static int f_lower(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return change_case(c, 'A', 'a', ret, err);
}

static struct gk_str trim_set(struct gk_str s, struct gk_str set)
{
	while (s.n && set.n && memchr(set.p, s.p[0], set.n))
		s = gk_str_from(s, 1);
	while (s.n && set.n && memchr(set.p, s.p[s.n - 1], set.n))
		s.n--;
	return s;
}

static int f_trim(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str s;

	if (gk_tf_string(c, 0, &s, err))
		return -1;
	*ret = gk_tv_string(trim_set(s, GK_STR(" \t\n\v\f\r")));
	return 0;
}

/* Two strings: what the function is told, and the text. */
static int two(const struct gk_tf_call *c, struct gk_str *a, struct gk_str *s, struct gk_err *err)
{
	return gk_tf_string(c, 0, a, err) || gk_tf_string(c, 1, s, err) ? -1 : 0;
}

static int f_trim_all(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str set, s;

	if (two(c, &set, &s, err))
		return -1;
	*ret = gk_tv_string(trim_set(s, set));
	return 0;
}

static int f_trim_prefix(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str prefix, s;

	if (two(c, &prefix, &s, err))
		return -1;
	*ret = gk_tv_string(gk_str_starts(s, prefix) ? gk_str_from(s, prefix.n) : s);
	return 0;
}

static int f_trim_suffix(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str suffix, s;

	if (two(c, &suffix, &s, err))
		return -1;
	if (gk_str_ends(s, suffix))
		s.n -= suffix.n;
	*ret = gk_tv_string(s);
	return 0;
}

static int f_contains(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str part, s;

	if (two(c, &part, &s, err))
		return -1;
	*ret = gk_tv_bool(gk_str_has(s, part));
	return 0;
}

static int f_has_prefix(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str prefix, s;

	if (two(c, &prefix, &s, err))
		return -1;
	*ret = gk_tv_bool(gk_str_starts(s, prefix));
	return 0;
}

static int f_has_suffix(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str suffix, s;

	if (two(c, &suffix, &s, err))
		return -1;
	*ret = gk_tv_bool(gk_str_ends(s, suffix));
	return 0;
}

static void replace_plain(struct gk_buf *b, struct gk_str s, struct gk_str old, struct gk_str new)
{
	while (s.n) {
		if (gk_str_starts(s, old)) {
			gk_buf_putstr(b, new);
			s = gk_str_from(s, old.n);
		} else {
			gk_buf_putc(b, s.p[0]);
			s = gk_str_from(s, 1);
		}
	}
}

static int f_replace(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str old, new, s;

	if (two(c, &old, &new, err) || gk_tf_string(c, 2, &s, err))
		return -1;
	if (old.n == 0)
		return gk_tf_fail(c, "there is nothing to replace", err);
	replace_plain(&b, s, old, new);
	return gk_tf_give(c, &b, ret);
}

static int indent(
	const struct gk_tf_call *c, const char *before, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str s;
	int64_t n;

	if (gk_tf_int(c, 0, &n, err) || gk_tf_string(c, 1, &s, err))
		return -1;
	if (n < 0 || n > 1000)
		return gk_tf_fail(c, "the indentation is not between 0 and 1000", err);
	gk_buf_puts(&b, before);
	gk_buf_fill(&b, ' ', (size_t)n);
	for (size_t i = 0; i < s.n; i++) {
		gk_buf_putc(&b, s.p[i]);
		if (s.p[i] == '\n')
			gk_buf_fill(&b, ' ', (size_t)n);
	}
	return gk_tf_give(c, &b, ret);
}

static int f_indent(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return indent(c, "", ret, err);
}

static int f_nindent(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	return indent(c, "\n", ret, err);
}

static int f_repeat(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str s;
	int64_t n;

	if (gk_tf_int(c, 0, &n, err) || gk_tf_string(c, 1, &s, err))
		return -1;
	if (n < 0 || n > REPEAT_MAX || (s.n && (size_t)n > REPEAT_MAX / s.n))
		return gk_tf_fail(c, "the result would be too long", err);
	for (; n > 0; n--)
		gk_buf_putstr(&b, s);
	return gk_tf_give(c, &b, ret);
}

/* substr START END TEXT, in bytes; an end below zero or beyond the text is the text's end. */
static int f_substr(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str s;
	int64_t start, end;

	if (gk_tf_int(c, 0, &start, err) || gk_tf_int(c, 1, &end, err) ||
		gk_tf_string(c, 2, &s, err))
		return -1;
	if (start < 0)
		start = 0;
	if (end < 0 || end > (int64_t)s.n)
		end = (int64_t)s.n;
	if (start > end)
		return gk_tf_fail(c, "the start is behind the end", err);
	*ret = gk_tv_string((struct gk_str){s.p + start, (size_t)(end - start)});
	return 0;
}

/* trunc N TEXT: the first N bytes; a negative N: the last ones. */
static int f_trunc(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	struct gk_str s;
	int64_t n;

	if (gk_tf_int(c, 0, &n, err) || gk_tf_string(c, 1, &s, err))
		return -1;
	if (n >= 0 && n < (int64_t)s.n)
		s.n = (size_t)n;
	else if (n < 0 && -n < (int64_t)s.n)
		s = gk_str_from(s, s.n - (size_t)-n);
	*ret = gk_tv_string(s);
	return 0;
}

static int f_regex_match(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_str pattern, s;
	bool found;

	if (two(c, &pattern, &s, err) || gk_regex_new(pattern, 0, &re, err) ||
		gk_regex_match(re, s, &found, err))
		return -1;
	*ret = gk_tv_bool(found);
	return 0;
}

static int f_regex_replace(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str pattern, s, replacement;

	if (two(c, &pattern, &s, err) || gk_tf_string(c, 2, &replacement, err) ||
		gk_regex_new(pattern, 0, &re, err) ||
		gk_secret_replace(re, s, replacement, &b, err))
		return -1;
	return gk_tf_give(c, &b, ret);
}

/* The author's own words may hold a value, so they are not repeated. */
static int f_fail(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err)
{
	(void)ret;
	return gk_tf_fail(c,
		"the template gives up here (its message is not shown: it may hold a "
		"value)",
		err);
}

const struct gk_tf gk_tf__text[] = {
	{"b64dec", 1, 1, f_b64dec},
	{"b64enc", 1, 1, f_b64enc},
	{"contains", 2, 2, f_contains},
	{"fail", 1, 1, f_fail},
	{"hasPrefix", 2, 2, f_has_prefix},
	{"hasSuffix", 2, 2, f_has_suffix},
	{"indent", 2, 2, f_indent},
	{"lower", 1, 1, f_lower},
	{"nindent", 2, 2, f_nindent},
	{"quote", 0, GK_TF_ARGS_MAX, f_quote},
	{"regexMatch", 2, 2, f_regex_match},
	{"regexReplaceAll", 3, 3, f_regex_replace},
	{"repeat", 2, 2, f_repeat},
	{"replace", 3, 3, f_replace},
	{"sha256sum", 1, 1, f_sha256},
	{"squote", 0, GK_TF_ARGS_MAX, f_squote},
	{"substr", 3, 3, f_substr},
	{"toString", 1, 1, f_to_string},
	{"trim", 1, 1, f_trim},
	{"trimAll", 2, 2, f_trim_all},
	{"trimPrefix", 2, 2, f_trim_prefix},
	{"trimSuffix", 2, 2, f_trim_suffix},
	{"trunc", 2, 2, f_trunc},
	{"upper", 1, 1, f_upper},
	{NULL, 0, 0, NULL},
};
