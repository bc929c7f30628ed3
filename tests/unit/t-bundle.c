/* Archives of commits: what was written is read, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bundle.h"

#define COMMIT "0123456789012345678901234567890123456789"

static void write_sample(struct gk_buf *out)
{
	struct gk_bundle_writer w;

	gk_bundle_begin(&w, out, COMMIT);
	gk_bundle_add(&w, GK_BUNDLE_FILE, GK_STR("a/b/c.yaml"), GK_STR("x: 1\nend 1 \n"));
	gk_bundle_add(&w, GK_BUNDLE_LINK, GK_STR("a/link"), GK_STR("b/c.yaml"));
	gk_bundle_add(&w, GK_BUNDLE_FILE, GK_STR("odd\nname"), GK_STR("\0\xff"));
	gk_bundle_add(&w, GK_BUNDLE_FILE, GK_STR("empty"), GK_STR(""));
	gk_bundle_end(&w);
}

static enum gk_bundle_kind kind_of(const struct gk_bundle *b, const char *path)
{
	const struct gk_bundle_entry *e = gk_bundle_find(b, gk_str_c(path));

	assert_non_null(e);
	return e->kind;
}

static void round_trip(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	GK_AUTO(gk_bundle_done) struct gk_bundle b = {0};
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	write_sample(&text);
	assert_int_equal(gk_bundle_open(gk_buf_str(&text), &b, &err), 0);
	assert_true(gk_str_is(b.commit, COMMIT));
	assert_true(gk_str_is(gk_bundle_commit(gk_buf_str(&text)), COMMIT));
	assert_true(gk_str_is(gk_bundle_commit(GK_STR("gk-bundle 1\n")), ""));
	assert_true(gk_str_is(gk_bundle_commit(GK_STR("")), ""));
	assert_int_equal(b.entries, 4);
	assert_int_equal(kind_of(&b, ""), GK_BUNDLE_DIR);
	assert_int_equal(kind_of(&b, "a"), GK_BUNDLE_DIR);
	assert_int_equal(kind_of(&b, "a/b"), GK_BUNDLE_DIR);
	assert_int_equal(kind_of(&b, "a/b/c.yaml"), GK_BUNDLE_FILE);
	assert_int_equal(kind_of(&b, "a/link"), GK_BUNDLE_LINK);
	assert_true(gk_str_eq(gk_bundle_find(&b, GK_STR("odd\nname"))->bytes, GK_STR("\0\xff")));
	assert_int_equal(gk_bundle_find(&b, GK_STR("empty"))->bytes.n, 0);
	assert_null(gk_bundle_find(&b, GK_STR("a/")));
	assert_null(gk_bundle_find(&b, GK_STR("b")));
}

static bool opens(struct gk_str text)
{
	GK_AUTO(gk_bundle_done) struct gk_bundle b = {0};
	struct gk_err err = GK_ERR_INIT;

	if (gk_bundle_open(text, &b, &err) == 0)
		return true;
	assert_int_equal(err.code, GK_EINPUT);
	assert_string_equal(err.slug, "bundle.damaged");
	return false;
}

/* Each prefix, and each text with one bit changed, is refused. */
static void damage(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	(void)state;
	write_sample(&text);
	for (size_t n = 0; n < text.n; n++)
		assert_false(opens((struct gk_str){text.p, n}));
	for (size_t i = 0; i < text.n; i++) {
		text.p[i] ^= 1;
		assert_false(opens(gk_buf_str(&text)));
		text.p[i] ^= 1;
	}
	assert_true(opens(gk_buf_str(&text)));
}

/* A right digest makes no right archive. */
static void lies(void **state)
{
	static const struct {
		const char *body;
		size_t entries;
	} rows[] = {
		{"", 1},
		{"file 1 1\na\nx\n", 2},
		{"file 1 3\n../\nx\n", 1},
		{"file 1 4\na/.g\nx\nfile 1 4\na/.g\nx\n", 2},
		{"file 1 1\na\nx\nfile 1 3\na/b\nx\n", 2},
		{"link 1 1\na\nx\nfile 1 5\na/b/c\nx\n", 2},
		{"file 1 3\na/b\nx\nfile 1 1\na\nx\n", 2},
		{"file 99 1\na\nx\n", 1},
		{"file 18446744073709551615 1\na\nx\n", 1},
		{"file 1 18446744073709551615\na\nx\n", 1},
		{"file 1 5\n.GIT/\nx\n", 1},
		{"file 1 6\na/.Git\nx\n", 1},
		{"dir 0 1\na\n\n", 1},
		{"file 1\na\nx\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
		struct gk_bundle_writer w;

		gk_bundle_begin(&w, &text, COMMIT);
		gk_buf_puts(&text, rows[i].body);
		w.entries = rows[i].entries;
		gk_bundle_end(&w);
		if (opens(gk_buf_str(&text)))
			fail_msg("row %zu was taken", i);
	}
}

static void paths(void **state)
{
	static const char *const good[] = {"a", "a/b", ".gitignore", "..a", "a b", ".gitx/y"};
	static const char *const bad[] = {
		"", "/a", "a/", "a//b", ".", "a/./b", "..", "a/../b", ".git", "a/.GIT/b"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(good); i++)
		assert_true(gk_bundle_path_ok(gk_str_c(good[i])));
	for (size_t i = 0; i < GK_COUNT(bad); i++)
		assert_false(gk_bundle_path_ok(gk_str_c(bad[i])));
	assert_false(gk_bundle_path_ok(GK_STR("a\0b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(damage),
		cmocka_unit_test(lies),
		cmocka_unit_test(paths),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
