/* Strings, buffers, maps, numbers, text, times: the ground of everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "base/vec.h"

static void strings_are_cut_and_trimmed(void **state)
{
	struct gk_str rest = GK_STR("a,,b"), empty = GK_STR("");

	(void)state;
	assert_true(gk_str_is(gk_str_cut(&rest, ','), "a"));
	assert_true(gk_str_is(gk_str_cut(&rest, ','), ""));
	assert_non_null(rest.p);
	assert_true(gk_str_is(gk_str_cut(&rest, ','), "b"));
	assert_null(rest.p);
	assert_int_equal(gk_str_cut(&empty, ',').n, 0);
	assert_null(empty.p);
	assert_true(gk_str_is(gk_str_trim(GK_STR(" \t x y\r\n")), "x y"));
	assert_int_equal(gk_str_cmp(GK_STR("a"), GK_STR("ab")), -1);
	assert_int_equal(gk_str_cmp(GK_STR("b"), GK_STR("ab")), 1);
	assert_int_equal(gk_str_cmp(GK_STR("a\0c"), GK_STR("a\0b")), 1);
	assert_int_equal(gk_str_from(GK_STR("abc"), 9).n, 0);
}

static void the_nearest_name_is_found(void **state)
{
	static const char *const names[] = {"patches", "resources", "namespace", "namePrefix"};

	(void)state;
	assert_string_equal(gk_str_nearest(GK_STR("patchs"), names, 4), "patches");
	assert_string_equal(gk_str_nearest(GK_STR("resource"), names, 4), "resources");
	assert_string_equal(gk_str_nearest(GK_STR("name"), names, 4), "namespace");
	assert_null(gk_str_nearest(GK_STR("volumes"), names, 4));
	assert_null(gk_str_nearest(GK_STR("ab"), names, 4));
}

static void a_buffer_stops_at_its_cap(void **state)
{
	struct gk_buf b = GK_BUF_INIT(8);
	struct gk_err err = GK_ERR_INIT;
	char *taken;

	(void)state;
	assert_string_equal(gk_buf_cstr(&b), "");
	gk_buf_puts(&b, "1234");
	gk_buf_printf(&b, "%d", 5678);
	assert_int_equal(gk_buf_finish(&b, "it", &err), 0);
	assert_string_equal(gk_buf_cstr(&b), "12345678");
	gk_buf_putc(&b, '9');
	assert_true(b.over);
	assert_int_equal(gk_buf_finish(&b, "it", &err), -1);
	assert_int_equal(err.code, GK_ELIMIT);
	gk_buf_reset(&b);
	assert_false(b.over);
	gk_buf_fill(&b, 'x', 3);
	taken = gk_buf_take(&b);
	assert_string_equal(taken, "xxx");
	assert_int_equal(b.n, 0);
	gk_free(taken);
	gk_buf_done(&b);
}

static void a_map_keeps_order(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_map m = GK_MAP_INIT;
	int count = 0;

	(void)state;
	assert_null(gk_map_find(&m, GK_STR("x")));
	for (int i = 0; i < 5000; i++) {
		const char *k = gk_arena_printf(&a, "key-%d", i * 7919 % 5000);

		assert_null(gk_map_put(&m, gk_str_c(k), gk_arena_strdup(&a, k)));
	}
	for (int i = 0; i < 5000; i += 2)
		assert_non_null(gk_map_del(&m, gk_str_c(gk_arena_printf(&a, "key-%d", i))));
	assert_int_equal(m.n, 2500);
	assert_false(gk_map_has(&m, GK_STR("key-10")));
	assert_string_equal(gk_map_find(&m, GK_STR("key-11")), "key-11");
	*gk_map_at(&m, GK_STR("key-11")) = NULL;
	assert_true(gk_map_has(&m, GK_STR("key-11")));
	for (int i = 0; i < 5000; i += 2) {
		const char *k = gk_arena_printf(&a, "key-%d", i);

		gk_map_put(&m, gk_str_c(k), NULL);
	}
	for (int i = 0; i < 5000; i++)
		assert_true(gk_map_has(&m, gk_str_c(gk_arena_printf(&a, "key-%d", i))));
	gk_map_foreach (e, &m) {
		if (count == 0)
			assert_true(gk_str_is(e->key, "key-7919") || gk_str_is(e->key, "key-2919"));
		count++;
	}
	assert_int_equal(count, 5000);
	gk_map_done(&m);
	gk_arena_done(&a);
}

static void numbers_are_whole(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	uint64_t u;
	int64_t i;

	(void)state;
	assert_int_equal(gk_num_u64(GK_STR("18446744073709551615"), 0, UINT64_MAX, &u, &err), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(gk_num_u64(GK_STR("18446744073709551616"), 0, UINT64_MAX, &u, &err), -1);
	assert_int_equal(gk_num_u64(GK_STR("7"), 8, 9, &u, &err), -1);
	assert_int_equal(gk_num_u64(GK_STR(""), 0, 9, &u, &err), -1);
	assert_int_equal(gk_num_u64(GK_STR("1x"), 0, 9, &u, &err), -1);
	assert_int_equal(gk_num_u64(GK_STR("+1"), 0, 9, &u, &err), -1);
	assert_int_equal(
		gk_num_i64(GK_STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &i, &err), 0);
	assert_true(i == INT64_MIN);
	assert_int_equal(
		gk_num_i64(GK_STR("9223372036854775808"), INT64_MIN, INT64_MAX, &i, &err), -1);
}

static void durations_and_sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} durations[] = {{"90s", 90000}, {"5m30s", 330000}, {"250ms", 250}, {"1.5h", 5400000},
		{"0", 0}, {"30", 30000}, {"1h1ms", 3600001}, {"1.5", -1}, {"5x", -1}, {"", -1},
		{"-1s", -1}, {"s", -1}, {"9223372036854775807h", -1}};
	struct gk_err err = GK_ERR_INIT;
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(durations); i++) {
		int64_t ms = -1;

		assert_int_equal(gk_num_duration_ms(gk_str_c(durations[i].text), &ms, &err),
			durations[i].ms < 0 ? -1 : 0);
		assert_int_equal(ms, durations[i].ms);
	}
	assert_int_equal(gk_num_size(GK_STR("64Ki"), &bytes, &err), 0);
	assert_int_equal(bytes, 65536);
	assert_int_equal(gk_num_size(GK_STR("1.5M"), &bytes, &err), 0);
	assert_int_equal(bytes, 1500000);
	assert_int_equal(gk_num_size(GK_STR("12"), &bytes, &err), 0);
	assert_int_equal(gk_num_size(GK_STR("12Ti"), &bytes, &err), -1);
}

static void utf8_is_checked(void **state)
{
	static const char *const good[] = {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
	static const char *const bad[] = {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc2",
		"\xe2\x82", "\xff"};
	size_t len;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(good); i++)
		assert_true(gk_utf8_valid(gk_str_c(good[i])));
	for (size_t i = 0; i < GK_COUNT(bad); i++)
		assert_false(gk_utf8_valid(gk_str_c(bad[i])));
	assert_int_equal(gk_utf8_decode(GK_STR("\xf0\x9f\x98\x80"), &len), 0x1f600);
	assert_int_equal(len, 4);
	for (uint32_t c = 0; c < 0x110000; c += 7) {
		struct gk_buf b = GK_BUF_INIT(0);

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		gk_utf8_put(&b, c);
		assert_int_equal(gk_utf8_decode(gk_buf_str(&b), &len), c);
		assert_int_equal(len, b.n);
		gk_buf_done(&b);
	}
}

static void foreign_text_cannot_act(void **state)
{
	struct gk_buf b = GK_BUF_INIT(0);

	(void)state;
	gk_text_escape(&b, GK_STR("a\033[2J\tb\n\xe2\x80\xae\xff\xc2\x9b"), false);
	assert_string_equal(gk_buf_cstr(&b), "a\\x1b[2J\tb\\x0a\\u202e\\xff\\x9b");
	gk_buf_reset(&b);
	gk_text_escape(&b, GK_STR("a\nb"), true);
	assert_string_equal(gk_buf_cstr(&b), "a\nb");
	gk_buf_reset(&b);
	gk_text_json(&b, GK_STR("q\"\\\n\x01\x7f/"));
	assert_string_equal(gk_buf_cstr(&b), "\"q\\\"\\\\\\n\\u0001\x7f/\"");
	gk_buf_done(&b);
}

static void limits_by_name(void **state)
{
	struct gk_limits l = *gk_limits_default();
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_limits_set(&l, GK_STR("doc-bytes=64Mi"), &err), 0);
	assert_int_equal(l.doc_bytes, 64 << 20);
	assert_int_equal(gk_limits_set(&l, GK_STR("doc-byte=1"), &err), -1);
	assert_string_equal(gk_err_help(&err), "did you mean 'doc-bytes'?");
	assert_int_equal(gk_limits_set(&l, GK_STR("depth"), &err), -1);
	assert_int_equal(gk_limits_set(&l, GK_STR("depth=x"), &err), -1);
	assert_int_equal(err.code, GK_EUSAGE);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"1970-01-01T00:00:00Z", 0}, {"2026-05-02T10:11:12Z", 1777716672000},
		{"2026-05-02T12:11:12.345+02:00", 1777716672345},
		{"2039-12-31T23:59:59.1234567Z", 2208988799123}, {"1969-12-31T23:59:59Z", -1000}};
	static const char *const bad[] = {"", "2026-05-02", "2026-05-02T10:11:12",
		"2026-13-02T10:11:12Z", "2026-05-02 10:11:12Z", "2026-05-02T10:11:12+0200",
		"x026-05-02T10:11:12Z"};
	struct gk_err err = GK_ERR_INIT;
	int64_t ms;
	char text[32];

	(void)state;
	for (size_t i = 0; i < GK_COUNT(good); i++) {
		assert_int_equal(gk_time_parse_rfc3339(gk_str_c(good[i].text), &ms, &err), 0);
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < GK_COUNT(bad); i++)
		assert_int_equal(gk_time_parse_rfc3339(gk_str_c(bad[i]), &ms, &err), -1);
	gk_time_rfc3339(1777716672345, false, text);
	assert_string_equal(text, "2026-05-02T10:11:12Z");
	gk_time_rfc3339(1777716672345, true, text);
	assert_string_equal(text, "2026-05-02T10:11:12.345Z");
	gk_time_rfc3339(-1, true, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void an_arena_gives_aligned_pieces(void **state)
{
	struct gk_arena a = {.wipe = true};

	(void)state;
	for (size_t i = 1; i < 3000; i++) {
		char *text = gk_arena_memdup0(&a, "x", 1);
		uint64_t *p = gk_arena_zalloc(&a, i * 8);

		assert_int_equal((uintptr_t)p % 8, 0);
		assert_true(p[0] == 0 && p[i - 1] == 0);
		assert_string_equal(text, "x");
	}
	gk_arena_done(&a);
	assert_string_equal(gk_arena_printf(&a, "%d-%s", 7, "y"), "7-y");
	gk_arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_cut_and_trimmed),
		cmocka_unit_test(the_nearest_name_is_found),
		cmocka_unit_test(a_buffer_stops_at_its_cap),
		cmocka_unit_test(a_map_keeps_order),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(durations_and_sizes),
		cmocka_unit_test(utf8_is_checked),
		cmocka_unit_test(foreign_text_cannot_act),
		cmocka_unit_test(limits_by_name),
		cmocka_unit_test(times),
		cmocka_unit_test(an_arena_gives_aligned_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
