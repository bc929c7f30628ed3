/* The public suite of JSON patch: all cases that are not disabled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "doc/patch.h"
#include "suite.h"

static struct gk_arena arena;

static struct gk_node *tree(struct gk_str text)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {0};
	struct gk_node *n;

	assert_int_equal(gk_json_parse_next(&arena, &text, &pos, gk_limits_default(), &n, &err), 0);
	return n;
}

static const char *message_of(const struct gk_err *err)
{
	static char text[512];

	gk_err_message(err, text, sizeof text);
	return text;
}

static int suite_case(const struct gk_node *c)
{
	struct gk_node *record = tree(suite_text(c, "record_raw")), *want;
	struct gk_node *root = gk_node_get(record, "doc");
	struct gk_err err = GK_ERR_INIT;
	int rc = gk_patch_apply(
		&arena, &root, gk_node_get(record, "patch"), 0, gk_limits_default(), &err);
	bool must_fail = gk_str_is(suite_text(c, "outcome"), "error");

	want = gk_node_get(record, "expected");
	if (must_fail ? rc != 0 : rc == 0 && (!want || gk_node_equal(root, want)))
		return 0;
	fprintf(stderr, "%s: %s\n", suite_text(c, "record_raw").p,
		rc ? message_of(&err) : "another document");
	return 1;
}

static void json_patch_suite(void **state)
{
	struct suite s;
	int wrong = 0, cases = 0;

	(void)state;
	assert_true(suite_open(&s, "json_patch.jsonl"));
	for (struct gk_node *c; (c = suite_next(&s)) != NULL;)
		if (!gk_node_true(gk_node_get(c, "disabled"))) {
			wrong += suite_case(c);
			cases++;
		}
	suite_close(&s);
	assert_int_equal(cases, 108);
	assert_int_equal(wrong, 0);
}

static int release(void **state)
{
	(void)state;
	gk_arena_done(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_patch_suite),
	};

	if (!suite_present("json_patch.jsonl"))
		return 0;
	return cmocka_run_group_tests_name("json patch suite", tests, NULL, release);
}
