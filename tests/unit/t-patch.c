/* JSON pointer, JSON patch, JSON merge patch with the RFC's table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "doc/json.h"
#include "doc/patch.h"
#include "doc/pointer.h"

static struct gk_arena arena;
static char message[1024];

static struct gk_node *tree(const char *text)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_str rest = gk_str_c(text);
	struct gk_pos pos = {0};
	struct gk_node *n;

	assert_int_equal(gk_json_parse_next(&arena, &rest, &pos, gk_limits_default(), &n, &err), 0);
	return n;
}

static const char *printed(const struct gk_node *n)
{
	struct gk_buf b = GK_BUF_INIT(0);

	if (!n)
		return "(absent)";
	gk_json_print(&b, n, 0);
	snprintf(message, sizeof message, "%s", gk_buf_cstr(&b));
	gk_buf_done(&b);
	return message;
}

static const char *failure(const struct gk_err *err)
{
	size_t n = (size_t)snprintf(message, sizeof message, "%s ", err->slug);

	gk_err_message(err, message + n, sizeof message - n);
	return message;
}

/* The patched document as text, or "SLUG MESSAGE"; the document is then unchanged. */
static const char *patched(const char *doc, const char *ops, unsigned flags)
{
	struct gk_node *root = tree(doc), *before = root;
	struct gk_err err = GK_ERR_INIT;

	if (gk_patch_apply(&arena, &root, tree(ops), flags, gk_limits_default(), &err) == 0)
		return printed(root);
	assert_ptr_equal(root, before);
	assert_true(gk_node_equal(root, tree(doc)));
	return failure(&err);
}

static const char *found(const char *pointer)
{
	/* the document of RFC 6901, section 5 */
	static const char doc[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
				  "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n;

	if (gk_pointer_find(tree(doc), gk_str_c(pointer), &n, &err))
		return failure(&err);
	return printed(n);
}

static void pointers_of_the_rfc(void **state)
{
	static const struct {
		const char *pointer, *value;
	} cases[] = {
		{"/foo", "[\"bar\",\"baz\"]"},
		{"/foo/0", "\"bar\""},
		{"/", "0"},
		{"/a~1b", "1"},
		{"/c%d", "2"},
		{"/e^f", "3"},
		{"/g|h", "4"},
		{"/i\\j", "5"},
		{"/k\"l", "6"},
		{"/ ", "7"},
		{"/m~0n", "8"},
		{"/foo/2", "(absent)"},
		{"/foo/00", "(absent)"},
		{"/foo/-", "(absent)"},
		{"/foo/4294967296", "(absent)"},
		{"/foo/0/x", "(absent)"},
		{"/FOO", "(absent)"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++)
		assert_string_equal(found(cases[i].pointer), cases[i].value);
	assert_memory_equal(found(""), "{\"foo\"", 6);
	assert_string_equal(found("foo"), "pointer.form a JSON pointer is empty or begins with /");
	assert_string_equal(
		found("/a~2"), "pointer.form in a JSON pointer ~ is followed by 0 or 1");
	assert_string_equal(found("/~"), "pointer.form in a JSON pointer ~ is followed by 0 or 1");
}

static void steps_are_escaped(void **state)
{
	struct gk_buf b = GK_BUF_INIT(0);

	(void)state;
	gk_pointer_append(&b, GK_STR("a/b~1"));
	gk_pointer_append(&b, GK_STR(""));
	assert_string_equal(gk_buf_cstr(&b), "/a~1b~01/");
	gk_buf_done(&b);
}

static void patches_are_atomic(void **state)
{
	(void)state;
	assert_string_equal(patched("{\"a\":[1]}",
				    "[{\"op\":\"remove\",\"path\":\"/a/0\"},"
				    "{\"op\":\"test\",\"path\":\"/a\",\"value\":[1]}]",
				    0),
		"patch.test operation 2 (test /a): the value is not the one that the test expects");
	assert_string_equal(patched("{\"a\":{\"b\":1}}",
				    "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/b/c\"}]", 0),
		"patch.move operation 1 (move /a/b/c): a value cannot be moved into itself");
	assert_string_equal(
		patched("{\"a\":{\"b\":1}}", "[{\"op\":\"move\",\"from\":\"\",\"path\":\"x\"}]", 0),
		"patch.move operation 1 (move x): a value cannot be moved into itself");
	assert_string_equal(patched("{\"a\":1,\"ab\":{}}",
				    "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/ab/c\"}]", 0),
		"{\"ab\":{\"c\":1}}");
	assert_string_equal(
		patched("{\"a\":1}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/x/y\"}]", 0),
		"patch.path operation 1 (move /x/y): the path does not exist");
}

static void forms_are_checked(void **state)
{
	(void)state;
	assert_string_equal(
		patched("{}", "{}", 0), "patch.form a JSON patch is an array of operations");
	assert_string_equal(patched("{}", "[{\"op\":\"add\",\"path\":\"/a\"}]", 0),
		"patch.form operation 1 (add /a): 'value' is missing");
	assert_string_equal(patched("{}", "[{\"op\":\"spam\",\"path\":\"/a\"}]", 0),
		"patch.form operation 1 (spam /a): 'op' names no operation");
	assert_string_equal(patched("{}", "[{\"op\":\"add\",\"path\":1,\"value\":1}]", 0),
		"patch.form operation 1 (add ): 'path' is not a string");
	assert_string_equal(patched("{}", "[]", 0), "{}");
}

static void flags_of_kustomize(void **state)
{
	const unsigned flags = GK_PATCH_NEGATIVE | GK_PATCH_REPLACE_CREATES;
	static const char add[] = "[{\"op\":\"add\",\"path\":\"/a/-1\",\"value\":9}]";
	static const char replace[] = "[{\"op\":\"replace\",\"path\":\"/b\",\"value\":9}]";

	(void)state;
	assert_string_equal(patched("{\"a\":[1,2]}", add, flags), "{\"a\":[1,2,9]}");
	assert_string_equal(patched("{\"a\":[1,2]}", add, 0),
		"patch.index operation 1 (add /a/-1): the path's last step is no index of the array");
	assert_string_equal(
		patched("{\"a\":[1,2]}", "[{\"op\":\"remove\",\"path\":\"/a/-2\"}]", flags),
		"{\"a\":[2]}");
	assert_string_equal(patched("{\"a\":1}", replace, flags), "{\"a\":1,\"b\":9}");
	assert_string_equal(patched("{\"a\":1}", replace, 0),
		"patch.path operation 1 (replace /b): the path does not exist");
}

static void numbers_compare_by_value(void **state)
{
	(void)state;
	assert_string_equal(
		patched("{\"a\":1.0}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":1e0}]", 0),
		"{\"a\":1.0}");
	assert_memory_equal(
		patched("{\"a\":9007199254740993}",
			"[{\"op\":\"test\",\"path\":\"/a\",\"value\":9007199254740992}]", 0),
		"patch.test", 10);
	assert_memory_equal(patched("{}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":null}]", 0),
		"patch.test", 10);
}

/* Forty operations that would make 2^40 nodes. */
static void doubling_is_stopped(void **state)
{
	struct gk_buf ops = GK_BUF_INIT(0);

	(void)state;
	gk_buf_putc(&ops, '[');
	for (int i = 0; i < 40; i++)
		gk_buf_printf(&ops, "%s{\"op\":\"copy\",\"from\":\"\",\"path\":\"/k%d\"}",
			i ? "," : "", i);
	gk_buf_putc(&ops, ']');
	assert_memory_equal(patched("{}", gk_buf_cstr(&ops), 0), "limit.exceeded", 14);
	gk_buf_done(&ops);
}

static void merge_patches_of_the_rfc(void **state)
{
	/* RFC 7396, appendix A */
	static const char *const cases[][3] = {
		{"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
		{"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
		{"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
		{"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
		{"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
		{"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
		{"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
			"{\"a\":{\"b\":\"d\"}}"},
		{"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
		{"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
		{"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
		{"{\"a\":\"foo\"}", "null", "null"},
		{"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
		{"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
		{"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
		{"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++)
		assert_string_equal(
			printed(gk_merge_patch(&arena, tree(cases[i][0]), tree(cases[i][1]))),
			cases[i][2]);
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
		cmocka_unit_test(pointers_of_the_rfc),
		cmocka_unit_test(steps_are_escaped),
		cmocka_unit_test(patches_are_atomic),
		cmocka_unit_test(forms_are_checked),
		cmocka_unit_test(flags_of_kustomize),
		cmocka_unit_test(numbers_compare_by_value),
		cmocka_unit_test(doubling_is_stopped),
		cmocka_unit_test(merge_patches_of_the_rfc),
	};

	return cmocka_run_group_tests_name("pointers and patches", tests, NULL, release);
}
