/* Addresses of remote bases.  Each row is what kustomize v5.8.1 makes of the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "overlay/repospec.h"

#define MS INT64_C(1000000)
#define S (1000 * MS)

static void taken_apart(void **state)
{
	static const struct {
		const char *address, *clone, *path, *ref;
	} rows[] = {
		{"https://github.com/org/repo", "https://github.com/org/repo", "", ""},
		{"https://github.com/org/repo/a/b?ref=v1", "https://github.com/org/repo", "a/b",
			"v1"},
		{"HTTPS://GitHub.com/org/repo", "https://github.com/org/repo", "", ""},
		{"http://github.com/org/repo", "https://github.com/org/repo", "", ""},
		{"github.com/org/repo/x", "https://github.com/org/repo", "x", ""},
		{"github.com:org/repo/x", "https://github.com/org/repo", "x", ""},
		{"git@github.com:org/repo.git", "git@github.com:org/repo.git", "", ""},
		{"git@github.com/org/repo", "git@github.com:org/repo", "", ""},
		{"ssh://github.com/org/repo", "github.com:org/repo", "", ""},
		{"ssh://git@example.com:22/org/repo", "ssh://git@example.com:22/org/repo", "", ""},
		{"git::https://example.com/org/repo", "https://example.com/org/repo", "", ""},
		{"GIT::git@example.com:o/r//p", "git@example.com:o/r", "p", ""},
		{"https://example.com/a/b/c//p/q?ref=main", "https://example.com/a/b/c", "p/q",
			"main"},
		{"https://example.com/a/b/c.git/p", "https://example.com/a/b/c.git", "p", ""},
		{"https://example.com/a/b.github.io/p", "https://example.com/a/b.git", "hub.io/p",
			""},
		{"https://dev.azure.com/o/p/_git/repo/x/y", "https://dev.azure.com/o/p/_git/repo",
			"x/y", ""},
		{"https://h/o/_git/r//x", "https://h/o/_git/r", "x", ""},
		{"file:///srv/repo", "file:///srv/repo", "", ""},
		{"file:///srv/repo.git/x", "file:///srv/repo.git", "x", ""},
		{"file:///srv/repo//x?ref=v1", "file:///srv/repo", "x", "v1"},
		{"file://user@host/x", "file://user@host/x", "", ""},
		{"https://u:secret@h/o/r", "https://u:secret@h/o/r", "", ""},
		{"https://h/o/r//a/../b", "https://h/o/r", "a/../b", ""},
		{"https://h/o/r?version=v1&ref=v2", "https://h/o/r", "", "v2"},
		{"https://h/o/r?version=v1&ref=", "https://h/o/r", "", "v1"},
		{"https://h/o/r?ref=a&ref=b", "https://h/o/r", "", "a"},
		{"https://h/o/r?ref=a%2Fb+c", "https://h/o/r", "", "a/b c"},
		{"https://h/o/r?ref=a&x=%zz", "https://h/o/r", "", ""},
		{"https://h/o/r?ref=a;x", "https://h/o/r", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		struct gk_arena a = GK_ARENA_INIT;
		struct gk_repospec s;

		assert_true(gk_repospec_parse(&a, gk_str_c(rows[i].address), &s));
		assert_string_equal(s.raw, rows[i].address);
		assert_string_equal(s.clone, rows[i].clone);
		assert_string_equal(s.path, rows[i].path);
		assert_string_equal(s.ref, rows[i].ref);
		gk_arena_done(&a);
	}
}

static void local(void **state)
{
	static const char *const rows[] = {"", "base", "../base", "/srv/repo", "a.yaml",
		"example.com/org/repo", "host:org/repo", "https://", "https://h", "https://h/repo",
		"github.com/org", "git@host", "ftp://h/o/r", "file://", "ext::sh -c x",
		"https://h/o/r//..", "https://h/o/r//a/../../b", "https://h/o/r.git/../x",
		"1user@host:o/r", "?ref=v1", "git::base"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		struct gk_arena a = GK_ARENA_INIT;
		struct gk_repospec s;

		if (gk_repospec_parse(&a, gk_str_c(rows[i]), &s))
			fail_msg("'%s' was taken for a repository", rows[i]);
		gk_arena_done(&a);
	}
}

static void query(void **state)
{
	static const struct {
		const char *query;
		int64_t timeout_ns;
		bool submodules;
	} rows[] = {
		{"", 0, true},
		{"timeout=61", 61 * S, true},
		{"timeout=%2B7", 7 * S, true},
		{"timeout=1m30s", 90 * S, true},
		{"timeout=1.5h", 5400 * S, true},
		{"timeout=.5s", 500 * MS, true},
		{"timeout=100ms", 100 * MS, true},
		{"timeout=0", 0, true},
		{"timeout=-3", 0, true},
		{"timeout=1d", 0, true},
		{"timeout=9999999999h", 0, true},
		{"submodules=false", 0, false},
		{"submodules=F", 0, false},
		{"submodules=0&timeout=1s", 1 * S, false},
		{"submodules=no", 0, true},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		struct gk_arena a = GK_ARENA_INIT;
		struct gk_repospec s;
		char address[128];

		(void)snprintf(address, sizeof address, "https://h/o/r?%s", rows[i].query);
		assert_true(gk_repospec_parse(&a, gk_str_c(address), &s));
		assert_int_equal(s.timeout_ns, rows[i].timeout_ns);
		assert_int_equal(s.submodules, rows[i].submodules);
		gk_arena_done(&a);
	}
}

static void file_urls(void **state)
{
	(void)state;
	assert_true(gk_repospec_is_file_url(GK_STR("https://h/a.yaml")));
	assert_true(gk_repospec_is_file_url(GK_STR("HTTP://h/a.yaml")));
	assert_false(gk_repospec_is_file_url(GK_STR("ssh://h/a.yaml")));
	assert_false(gk_repospec_is_file_url(GK_STR("https:/h/a.yaml")));
	assert_false(gk_repospec_is_file_url(GK_STR("git::https://h/o/r")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_apart),
		cmocka_unit_test(local),
		cmocka_unit_test(query),
		cmocka_unit_test(file_urls),
	};

	return cmocka_run_group_tests_name("repospec", tests, NULL, NULL);
}
