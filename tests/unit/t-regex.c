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
}

static void refuses_what_re2_refuses(void **state)
{
	static const char *const patterns[] = {
		"(a)\\1", "(?=a)", "a(?<!b)", "(?>a)", "(*ACCEPT)", "(?R)", "(", "[a", "a{2,1}"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(patterns); i++)
		assert_int_equal(match(patterns[i], 0, "a"), -1);
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
		cmocka_unit_test(steps_are_bounded),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
