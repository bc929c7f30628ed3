/* Unified differences: the form, and the property that applying one gives the new text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "report/udiff.h"

static const char *difference(struct gk_arena *a, const char *from, const char *to)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.max = 1 << 20};
	const struct gk_udiff opt = {"live/x", "git/x", 3, false};
	bool differ = gk_udiff(&b, gk_str_c(from), gk_str_c(to), &opt);

	assert_int_equal(differ, strcmp(from, to) != 0);
	return gk_arena_strdup(a, gk_buf_cstr(&b));
}

static void form(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	assert_string_equal(difference(&a, "a\n", "a\n"), "");
	assert_string_equal(
		difference(&a, "", "a: 1\n"), "--- live/x\n+++ git/x\n@@ -0,0 +1 @@\n+a: 1\n");
	assert_string_equal(difference(&a, "a: 1\nb: 2\n", "a: 1\n"),
		"--- live/x\n+++ git/x\n@@ -1,2 +1 @@\n a: 1\n-b: 2\n");
	/* Six equal lines between two changes are one hunk, seven are two, as in diff(1). */
	assert_null(strstr(
		strstr(difference(&a, "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n"),
			"@@ ") +
			20,
		"@@ "));
	assert_non_null(
		strstr(difference(&a, "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n"),
			"@@ -6,4 +6,4 @@\n"));
	/* Names and values of a cluster cannot move a cursor. */
	assert_string_equal(difference(&a, "", "a\033[2J\n"),
		"--- live/x\n+++ git/x\n@@ -0,0 +1 @@\n+a\\x1b[2J\n");
	gk_arena_done(&a);
}

/* The path behind @@: keys above, through elements of lists whose dashes are not indented. */
static void paths(void **state)
{
	static const char from[] = "spec:\n  template:\n    containers:\n    - envFrom:\n"
				   "      - secret: s\n      image: a\n      name: c\n";
	static const char to[] = "spec:\n  template:\n    containers:\n    - envFrom:\n"
				 "      - secret: s\n      image: b\n      name: c\n";
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	assert_non_null(strstr(difference(&a, from, to), " @@ spec.template.containers\n"));
	assert_non_null(strstr(difference(&a, "a:\n- b: 1\n  c: 2\n- b: 3\n  c: 4\n",
				       "a:\n- b: 1\n  c: 2\n- b: 3\n  c: 5\n"),
		" @@ a\n"));
	assert_non_null(strstr(difference(&a, "a: 1\n", "a: 2\n"), "@@ -1 +1 @@\n"));
	gk_arena_done(&a);
}

/* ---- applying ---- */

/* The number of the old line at which a hunk begins, counted from 0. */
static size_t hunk_start(struct gk_str header)
{
	size_t n = 0, count = 1;
	struct gk_str s = gk_str_from(header, 4);

	for (; s.n && s.p[0] >= '0' && s.p[0] <= '9'; s = gk_str_from(s, 1))
		n = n * 10 + (size_t)(s.p[0] - '0');
	if (gk_str_starts(s, GK_STR(",0")))
		count = 0;
	return count ? n - 1 : n;
}

static void copy_lines(struct gk_buf *out, struct gk_str *old, size_t *at, size_t until)
{
	for (; old->n && *at < until; (*at)++) {
		gk_buf_putstr(out, gk_str_cut(old, '\n'));
		gk_buf_putc(out, '\n');
	}
}

static void apply(struct gk_buf *out, struct gk_str old, struct gk_str diff)
{
	size_t at = 0;

	while (diff.n) {
		struct gk_str line = gk_str_cut(&diff, '\n'), had;

		if (gk_str_starts(line, GK_STR("@@ "))) {
			copy_lines(out, &old, &at, hunk_start(line));
			continue;
		}
		if (gk_str_starts(line, GK_STR("---")) || gk_str_starts(line, GK_STR("+++")))
			continue;
		if (line.p[0] != '+') {
			had = gk_str_cut(&old, '\n');
			at++;
			assert_true(gk_str_eq(had, gk_str_from(line, 1)));
		}
		if (line.p[0] != '-') {
			gk_buf_putstr(out, gk_str_from(line, 1));
			gk_buf_putc(out, '\n');
		}
	}
	copy_lines(out, &old, &at, SIZE_MAX);
}

static uint32_t seed = 1;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Lines out of a small alphabet, so that many are equal; some replaced, added, taken out. */
static void random_texts(struct gk_buf *from, struct gk_buf *to)
{
	uint32_t lines = random_below(60), rate = 2 + random_below(20);

	for (uint32_t i = 0; i < lines; i++) {
		char line[3] = {(char)('a' + random_below(6)), '\n', '\0'};

		if (random_below(rate))
			gk_buf_puts(from, line);
		if (!random_below(rate))
			line[0] = 'x';
		if (random_below(rate))
			gk_buf_puts(to, line);
	}
}

static void applying_gives_the_new_text(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		GK_AUTO(gk_buf_done) struct gk_buf from = {.max = 1 << 20};
		GK_AUTO(gk_buf_done) struct gk_buf to = {.max = 1 << 20};
		GK_AUTO(gk_buf_done) struct gk_buf out = {.max = 1 << 20};
		struct gk_arena a = GK_ARENA_INIT;

		random_texts(&from, &to);
		apply(&out, gk_buf_str(&from),
			gk_str_c(difference(&a, gk_buf_cstr(&from), gk_buf_cstr(&to))));
		assert_string_equal(gk_buf_cstr(&out), gk_buf_cstr(&to));
		gk_arena_done(&a);
	}
}

/* Beyond the limit of edits the middle counts as replaced, and is still right. */
static void too_many_edits(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf from = {.max = 1 << 20};
	GK_AUTO(gk_buf_done) struct gk_buf to = {.max = 1 << 20};
	GK_AUTO(gk_buf_done) struct gk_buf out = {.max = 1 << 20};
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		gk_buf_printf(&from, "old %d\n", i);
		gk_buf_printf(&to, "new %d\n", i);
	}
	apply(&out, gk_buf_str(&from),
		gk_str_c(difference(&a, gk_buf_cstr(&from), gk_buf_cstr(&to))));
	assert_string_equal(gk_buf_cstr(&out), gk_buf_cstr(&to));
	gk_arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(form), cmocka_unit_test(paths),
		cmocka_unit_test(applying_gives_the_new_text), cmocka_unit_test(too_many_edits)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
