/* Go's syntax on PCRE2: what matches, what is refused, what is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/regex.h"

/* 1 match, 0 none, -1 refused */
static int match(const char *pattern, unsigned flags, const char *text)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_err err = GK_ERR_INIT;
	bool found;

	if (gk_regex_new(gk_str_c(pattern), flags, &re, &err))
		return -1;
	assert_int_equal(gk_regex_match(re, gk_str_c(text), &found, &err), 0);
	return found;
}

static void matches_as_go_does(void **state)
{
	(void)state;
	assert_int_equal(match("a.c", 0, "xabcx"), 1);
	assert_int_equal(match("a.c", GK_REGEX_WHOLE, "xabcx"), 0);
	assert_int_equal(match("a|b", GK_REGEX_WHOLE, "b"), 1);
	assert_int_equal(match("(?i)WEB", GK_REGEX_WHOLE, "web"), 1);
	assert_int_equal(match("\\d+$", 0, "12\n"), 0);     /* $ is the very end */
	assert_int_equal(match("^\\d$", 0, "\xd9\xa1"), 0); /* \d is ASCII */
	assert_int_equal(match("", 0, ""), 1);
	assert_int_equal(match("\\(\\?=", 0, "(?="), 1);
	assert_int_equal(match("^*b$", 0, "ab"), 1); /* places may be repeated */
	assert_int_equal(match("a\\b+$*", 0, "a"), 1);
	assert_int_equal(match("^{2}b", 0, "ab"), 0);
	assert_int_equal(match("\\s|[\\s]", 0, "\v"), 0); /* no blank */
	assert_int_equal(match("\\S", 0, "\v"), 1);
	assert_int_equal(match("\\v[\\v]", 0, "\v\v"), 1);
	assert_int_equal(match("\\x{41}+\\p{Lu}{1}?[\\x{2000}]*", GK_REGEX_WHOLE, "AAB"), 1);
	assert_int_equal(match("\\141+[\\0\\062]\\0615", GK_REGEX_WHOLE, "aa215"), 1);
	assert_int_equal(match("\\Qa**\\E+", GK_REGEX_WHOLE, "a***"), 1);
	assert_int_equal(match("(?i:A)(?s)(?P<n>b)?x{2}{", GK_REGEX_WHOLE, "abxx{"), 1);
	assert_int_equal(match("[]a[:alpha:]{2}*]+", GK_REGEX_WHOLE, "]a{*2z"), 1);
	assert_int_equal(match("a{,2}x{", GK_REGEX_WHOLE, "a{,2}x{"), 1);
}

static void refuses_what_re2_refuses(void **state)
{
	static const char *const patterns[] = {"(a)\\1", "(?=a)", "a(?<!b)", "(?>a)", "(*ACCEPT)",
		"(?R)", "(", "[a", "a{2,1}", "(?1)", "(?x)a", "(?'n'a)", "(?P>n)", "(?P=n)", "a*+",
		"a**", "a??+", "a{2}{3}", "a{1001}", "\\K", "\\Ra", "a\\Z", "\\h", "[\\b]",
		"[\\Qa\\E]", "\\\xc3\xa9", "*", "a|*", "\\"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(patterns); i++)
		if (match(patterns[i], 0, "a") >= 0)
			fail_msg("'%s' was taken", patterns[i]);
}

static void a_nul_is_a_character(void **state)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_err err = GK_ERR_INIT;
	bool found;

	(void)state;
	assert_int_equal(gk_regex_new(GK_STR("a\0b"), GK_REGEX_WHOLE, &re, &err), 0);
	assert_int_equal(gk_regex_match(re, GK_STR("a\0b"), &found, &err), 0);
	assert_true(found);
	assert_int_equal(gk_regex_match(re, GK_STR("a"), &found, &err), 0);
	assert_false(found);
}

static void steps_are_bounded(void **state)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_err err = GK_ERR_INIT;
	char text[64];
	bool found;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = 'a';
	assert_int_equal(gk_regex_new(GK_STR("(a*)*(a*)*(a*)*b"), 0, &re, &err), 0);
	if (gk_regex_match(re, (struct gk_str){text, sizeof text}, &found, &err))
		assert_int_equal(err.code, GK_ELIMIT);
	else
		assert_false(found);
}

static void groups(void **state)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_err err = GK_ERR_INIT;
	struct gk_str g[4];
	bool found;

	(void)state;
	assert_int_equal(gk_regex_new(GK_STR("(?P<k>[a-z]+)=(x)?(.*)"), 0, &re, &err), 0);
	assert_int_equal(gk_regex_groups(re), 3);
	assert_int_equal(gk_regex_group(re, "k"), 1);
	assert_int_equal(gk_regex_group(re, "nope"), -1);
	assert_int_equal(gk_regex_find(re, GK_STR("1 key=val"), 0, g, 4, &found, &err), 0);
	assert_true(found);
	assert_true(gk_str_is(g[0], "key=val"));
	assert_true(gk_str_is(g[1], "key"));
	assert_null(g[2].p);
	assert_true(gk_str_is(g[3], "val"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_as_go_does),
		cmocka_unit_test(refuses_what_re2_refuses),
		cmocka_unit_test(a_nul_is_a_character),
		cmocka_unit_test(steps_are_bounded),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
