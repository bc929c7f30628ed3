/* The tree: look-up, change, equality, order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc/json.h"

static struct gk_node *tree(struct gk_doc *d, const char *text)
{
	struct gk_err err = GK_ERR_INIT;

	assert_int_equal(gk_json_parse(d, "t", gk_str_c(text), gk_limits_default(), &err), 0);
	return d->root;
}

static const char *text_of(const struct gk_node *n)
{
	static struct gk_buf b;

	gk_buf_reset(&b);
	gk_json_print(&b, n, 0);
	return gk_buf_cstr(&b);
}

static void members_are_found_and_changed(void **state)
{
	struct gk_doc d = GK_DOC_INIT;
	struct gk_node *n = tree(&d, "{\"a\":1,\"b\":{\"c\":[1,2,3]}}");
	struct gk_node *list = gk_node_path(n, "b", "c", NULL);

	(void)state;
	assert_null(gk_node_path(n, "b", "x", "y", NULL));
	assert_null(gk_node_get(n, "A"));
	gk_node_set_str(&d.arena, n, "a", GK_STR("new"));
	gk_node_set_str(&d.arena, n, "z", GK_STR("last"));
	gk_node_unlink(list, gk_node_at(list, 1));
	gk_node_insert(list, 0, gk_node_bool(&d.arena, true));
	gk_node_append(list, gk_node_int_new(&d.arena, -5));
	assert_string_equal(
		text_of(n), "{\"a\":\"new\",\"b\":{\"c\":[true,1,3,-5]},\"z\":\"last\"}");
	assert_true(gk_node_remove(n, GK_STR("b")));
	assert_false(gk_node_remove(n, GK_STR("b")));
	gk_node_need(&d.arena, n, "m", GK_OBJECT);
	assert_string_equal(text_of(n), "{\"a\":\"new\",\"z\":\"last\",\"m\":{}}");
	gk_doc_done(&d);
}

/* Against a plain list of what is in: an object large enough to have an index. */
static void a_large_object_stays_consistent(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *o = gk_node_new(&a, GK_OBJECT);
	bool in[300] = {false};
	size_t count = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		int k = rand() % 300;
		const char *key = gk_arena_printf(&a, "k%d", k);

		if (rand() % 2) {
			gk_node_set_str(&a, o, key, gk_str_c(key));
			count += !in[k];
			in[k] = true;
		} else {
			assert_int_equal(gk_node_remove(o, gk_str_c(key)), in[k]);
			count -= in[k];
			in[k] = false;
		}
		assert_int_equal(o->count, count);
	}
	for (int k = 0; k < 300; k++) {
		const char *key = gk_arena_printf(&a, "k%d", k);

		assert_int_equal(gk_str_is(gk_node_text(gk_node_get(o, key)), key), in[k]);
	}
	assert_true(gk_node_equal(o, gk_node_dup(&a, o)));
	gk_arena_done(&a);
}

static void numbers_compare_exactly(void **state)
{
	static const struct {
		const char *a, *b;
		int want;
	} cases[] = {{"1", "1.0", 0}, {"1e2", "100", 0},
		{"9007199254740993", "9007199254740992", 1}, {"0", "-0", 0}, {"-1", "1", -1},
		{"-2", "-1", -1}, {"0.1", "1e-1", 0}, {"1e400", "2", 1}, {"1e-400", "0", 1},
		{"12", "2", 1}, {"1.5", "1.50", 0}, {"100", "99.999", 1}, {"0.001", "0.002", -1},
		{"1e99999999999999999999", "1", 1}};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		assert_int_equal(
			gk_number_cmp(gk_str_c(cases[i].a), gk_str_c(cases[i].b)), cases[i].want);
		assert_int_equal(
			gk_number_cmp(gk_str_c(cases[i].b), gk_str_c(cases[i].a)), -cases[i].want);
	}
}

static void equality_ignores_member_order(void **state)
{
	struct gk_doc a = GK_DOC_INIT, b = GK_DOC_INIT;

	(void)state;
	assert_true(gk_node_equal(
		tree(&a, "{\"x\":1,\"y\":[null,{}]}"), tree(&b, "{\"y\":[null,{}],\"x\":1.0}")));
	assert_false(gk_node_equal(tree(&a, "[1,2]"), tree(&b, "[2,1]")));
	assert_false(gk_node_equal(tree(&a, "{\"x\":null}"), tree(&b, "{}")));
	assert_false(gk_node_equal(tree(&a, "\"1\""), tree(&b, "1")));
	assert_false(gk_node_equal(NULL, tree(&b, "null")));
	gk_doc_done(&a);
	gk_doc_done(&b);
}

static void members_are_sorted_at_every_level(void **state)
{
	struct gk_doc d = GK_DOC_INIT;
	struct gk_node *n =
		tree(&d, "{\"b\":1,\"a\":[{\"z\":1,\"y\":2}],\"c\":{\"2\":0,\"10\":0,\"1\":0}}");

	(void)state;
	gk_node_sort(n, NULL);
	assert_string_equal(
		text_of(n), "{\"a\":[{\"y\":2,\"z\":1}],\"b\":1,\"c\":{\"1\":0,\"10\":0,\"2\":0}}");
	gk_node_set_str(&d.arena, n, "d", GK_STR("e"));
	assert_string_equal(text_of(gk_node_get(n, "d")), "\"e\"");
	gk_doc_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_and_changed),
		cmocka_unit_test(a_large_object_stays_consistent),
		cmocka_unit_test(numbers_compare_exactly),
		cmocka_unit_test(equality_ignores_member_order),
		cmocka_unit_test(members_are_sorted_at_every_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
