#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/regex-go.h"
#include "base/regex.h"

enum { PATTERN_MAX = 1024, STEPS_MAX = 1000000, DEPTH_MAX = 1000 };

struct gk_regex {
	pcre2_code *code;
	pcre2_match_context *bounds;
	pcre2_match_data *data;
};

static int refused(struct gk_err *err, struct gk_str pattern, const char *what)
{
	gk_fail(err, GK_EINPUT, "regex.syntax", "the regular expression '%.*s' uses %s",
		GK_SARG(pattern), what);
	return gk_help(err, "the syntax is that of Go (RE2)");
}

static int compile(
	struct gk_regex *re, struct gk_str pattern, struct gk_str text, struct gk_err *err)
{
	const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
	PCRE2_UCHAR message[128];
	PCRE2_SIZE at;
	int code;

	re->code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &code, &at, NULL);
	if (re->code)
		return 0;
	pcre2_get_error_message(code, message, sizeof message);
	return gk_fail(err, GK_EINPUT, "regex.syntax",
		"cannot compile the regular expression '%.*s': %s", GK_SARG(pattern),
		(const char *)message);
}

int gk_regex_new(struct gk_str pattern, unsigned flags, struct gk_regex **ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	const char *beyond;
	struct gk_regex *re;

	if (pattern.n > PATTERN_MAX)
		return gk_fail(err, GK_ELIMIT, "limit.regex",
			"a regular expression has more than %d bytes", PATTERN_MAX);
	gk_buf_puts(&text, flags & GK_REGEX_WHOLE ? "^(?:" : "");
	beyond = gk_regex__from_go(pattern, &text);
	gk_buf_puts(&text, flags & GK_REGEX_WHOLE ? ")$" : "");
	if (beyond)
		return refused(err, pattern, beyond);
	re = gk_xcalloc(1, sizeof *re);
	if (compile(re, pattern, gk_buf_str(&text), err)) {
		gk_regex_free(re);
		return -1;
	}
	re->bounds = pcre2_match_context_create(NULL);
	re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
	if (!re->bounds || !re->data)
		gk_oom();
	pcre2_set_match_limit(re->bounds, STEPS_MAX);
	pcre2_set_depth_limit(re->bounds, DEPTH_MAX);
	*ret = re;
	return 0;
}

void gk_regex_free(struct gk_regex *re)
{
	if (!re)
		return;
	pcre2_match_data_free(re->data);
	pcre2_match_context_free(re->bounds);
	pcre2_code_free(re->code);
	gk_free(re);
}

void gk_regex_freep(struct gk_regex **re)
{
	gk_regex_free(*re);
}

static void take_groups(
	const struct gk_regex *re, int n, struct gk_str text, struct gk_str *groups, size_t ngroups)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(re->data);

	for (size_t i = 0; i < ngroups; i++) {
		groups[i] = GK_STR_NULL;
		if (i < (size_t)n && at[2 * i] != PCRE2_UNSET)
			groups[i] = (struct gk_str){text.p + at[2 * i], at[2 * i + 1] - at[2 * i]};
	}
}

int gk_regex_find(const struct gk_regex *re, struct gk_str text, size_t from, struct gk_str *groups,
	size_t ngroups, bool *ret_found, struct gk_err *err)
{
	int n;

	if (!text.p)
		text = GK_STR("");
	n = pcre2_match(re->code, (PCRE2_SPTR)text.p, text.n, from, 0, re->data, re->bounds);
	if (n < 0 && n != PCRE2_ERROR_NOMATCH)
		return gk_fail(err, GK_ELIMIT, "limit.regex",
			"a regular expression needs too many steps, or the text is no UTF-8");
	*ret_found = n > 0;
	if (n > 0)
		take_groups(re, n, text, groups, ngroups);
	return 0;
}

int gk_regex_match(const struct gk_regex *re, struct gk_str text, bool *ret, struct gk_err *err)
{
	return gk_regex_find(re, text, 0, NULL, 0, ret, err);
}

int gk_regex_group(const struct gk_regex *re, const char *name)
{
	int n = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);

	return n > 0 ? n : -1;
}

size_t gk_regex_groups(const struct gk_regex *re)
{
	uint32_t n = 0;

	(void)pcre2_pattern_info(
		re->code, PCRE2_INFO_CAPTURECOUNT, &n); /* cannot fail on a compiled pattern */
	return n;
}
