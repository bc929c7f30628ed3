/* .gitmodules, and relative URLs of submodules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "git/git-priv.h"

static void urls(void **state)
{
	static const char text[] = "# a comment\n"
				   "[submodule \"one\"]\n"
				   "\tpath = lib/one\n"
				   "\turl = https://h/o/one ; why\n"
				   "[submodule \"two\"] \r\n"
				   "\turl = \"../two #2\"\r\n"
				   "\tPath = \"a b\"\r\n"
				   "[submodule \"three\"]\n"
				   "\tpath = three\n"
				   "\tbranch\n";
	static const struct {
		const char *path, *url;
	} rows[] = {{"lib/one", "https://h/o/one"}, {"a b", "../two #2"}, {"three", NULL},
		{"lib", NULL}, {"", NULL}};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		const char *got = gk_git__module_url(&a, gk_str_c(text), gk_str_c(rows[i].path));

		if (rows[i].url)
			assert_string_equal(got, rows[i].url);
		else
			assert_null(got);
	}
}

static void relative(void **state)
{
	static const struct {
		const char *parent, *url, *joined;
	} rows[] = {
		{"https://h/o/r", "https://h/x", "https://h/x"},
		{"https://h/o/r", "../x", "https://h/o/x"},
		{"https://h/o/r/", "../x", "https://h/o/x"},
		{"https://h/o/r.git", "../../p/x.git", "https://h/p/x.git"},
		{"https://h/o/r", "./x", "https://h/o/r/x"},
		{"https://h/o/r", "./../x", "https://h/o/x"},
		{"git@h:o/r", "../x", "git@h:o/x"},
		{"git@h:r", "../x", "git@h:x"},
		{"file:///srv/r", "../x", "file:///srv/x"},
	};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++)
		assert_string_equal(
			gk_git__module_join(&a, rows[i].parent, rows[i].url), rows[i].joined);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls),
		cmocka_unit_test(relative),
	};

	return cmocka_run_group_tests_name("git", tests, NULL, NULL);
}
