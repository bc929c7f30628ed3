/* JSON reading and printing: what must pass unchanged, what must be refused, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "doc/json.h"

static char message[1024];

/* Parse and print again; NULL when refused (the message is then in `message`). */
static const char *through(const char *text, unsigned flags)
{
	static struct gk_buf out;
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos;

	gk_buf_reset(&out);
	if (gk_json_parse(&doc, "t.json", gk_str_c(text), gk_limits_default(), &err)) {
		pos = gk_err_pos(&err);
		snprintf(message, sizeof message, "%u:%u %s", pos.line, pos.col, err.slug);
		gk_doc_done(&doc);
		return NULL;
	}
	gk_json_print(&out, doc.root, flags);
	gk_doc_done(&doc);
	return gk_buf_cstr(&out);
}

static void same_text_comes_out(void **state)
{
	static const char *const texts[] = {"9007199254740993", "1e400", "1.0", "-0",
		"18446744073709551616", "\"a\\u0000b\"", "\"\\u001f\\\"\\\\\"",
		"{\"b\":1,\"a\":[]}", "[1,2,[{}],null,true,false]", "\"\xf0\x9f\x98\x80\"",
		"0.30000000000000004"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(texts); i++)
		assert_string_equal(through(texts[i], 0), texts[i]);
}

static void escapes_are_decoded(void **state)
{
	(void)state;
	assert_string_equal(
		through("\"\\ud83d\\ude00\\/\\u00e9\"", 0), "\"\xf0\x9f\x98\x80/\xc3\xa9\"");
	assert_string_equal(through("\"x\\ny\\tz\"", 0), "\"x\\ny\\tz\"");
}

static void forms_of_printing(void **state)
{
	(void)state;
	assert_string_equal(through("{\"b\":[1],\"a\":{},\"c\":[]}", GK_JSON_PRETTY),
		"{\n  \"b\": [\n    1\n  ],\n  \"a\": {},\n  \"c\": []\n}\n");
	assert_string_equal(through("{\"b\":1,\"a\":{\"d\":1,\"c\":2}}", GK_JSON_SORT),
		"{\"a\":{\"c\":2,\"d\":1},\"b\":1}");
	assert_string_equal(
		through("\"<&>\xe2\x80\xa8\"", GK_JSON_HTML), "\"\\u003c\\u0026\\u003e\\u2028\"");
	assert_string_equal(through("\"\x7f\xc2\x85\xef\xbf\xbf\xf0\x9f\x98\x80\"", GK_JSON_YAML),
		"\"\\u007f\\u0085\\uffff\xf0\x9f\x98\x80\"");
}

static void refused_with_position(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "1:1 json.cut"},
		{"  \n ", "2:2 json.cut"},
		{"{\"a\":1,\n \"a\":2}", "2:2 json.duplicate"},
		{"[1,]", "1:4 json.value"},
		{"{\"a\":1,}", "1:8 json.key"},
		{"[1 2]", "1:4 json.comma"},
		{"01", "1:3 json.number"},
		{"1.", "1:3 json.number"},
		{"1e", "1:3 json.number"},
		{"-", "1:2 json.number"},
		{"+1", "1:1 json.value"},
		{"nul", "1:4 json.value"},
		{"{\"a\" 1}", "1:6 json.colon"},
		{"\"\\ud800\"", "1:8 json.surrogate"},
		{"\"\\udc00\"", "1:8 json.surrogate"},
		{"\"\xff\"", "1:2 json.utf8"},
		{"\"\xed\xa0\x80\"", "1:2 json.utf8"},
		{"\"a\tb\"", "1:3 json.control"},
		{"{} x", "1:4 json.trailing"},
		{"\xef\xbb\xbf{}", "1:1 json.value"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		assert_null(through(cases[i].text, 0));
		assert_string_equal(message, cases[i].want);
	}
}

static void deep_nesting_is_limited(void **state)
{
	char text[601];

	(void)state;
	memset(text, '[', 300);
	memset(text + 300, ']', 300);
	text[600] = '\0';
	assert_null(through(text, 0));
	assert_string_equal(message, "1:257 limit.exceeded");
	memmove(text + 256, text + 344, 257);
	assert_non_null(through(text, 0));
}

struct feed {
	const char *text;
	size_t step;
};

static int feed(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err)
{
	struct feed *f = ctx;
	size_t n = strlen(f->text);

	(void)err;
	if (n > f->step)
		n = f->step;
	if (n > cap)
		n = cap;
	memcpy(buf, f->text, n);
	f->text += n;
	*ret_n = n;
	return 0;
}

/* The pull reader must give one sequence of tokens however the bytes arrive. */
static void chunks_do_not_matter(void **state)
{
	static const char text[] =
		"{\"k\\u00e9y\": [1.5e3, \"a\\\"b\xc3\xa9\", true], \"n\": null, \"e\": {}}";
	static const char want[] = "{kk\xc3\xa9y[n1.5e3sa\"b\xc3\xa9t]kn0ke{}}.";
	static const char letters[] = ".{}[]ksntf0";

	(void)state;
	for (size_t step = 1; step < sizeof text; step++) {
		struct feed f = {text, step};
		struct gk_err err = GK_ERR_INIT;
		struct gk_json_reader *r = gk_json_reader_new("-", feed, &f, gk_limits_default());
		char got[256] = "";
		enum gk_tok tok;

		do {
			struct gk_str s;

			assert_int_equal(gk_json_next(r, &tok, &err), 0);
			s = gk_json_reader_text(r);
			snprintf(got + strlen(got), sizeof got - strlen(got), "%c", letters[tok]);
			if (tok == GK_TOK_KEY || tok == GK_TOK_STRING || tok == GK_TOK_NUMBER)
				snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s",
					GK_SARG(s));
		} while (tok != GK_TOK_END);
		assert_string_equal(got, want);
		gk_json_reader_free(r);
	}
}

static void reader_builds_and_skips(void **state)
{
	struct feed f = {"{\"skip\":{\"x\":[1,2]},\"keep\":{\"y\":[3]},\"z\":1}", 3};
	struct gk_json_reader *r = gk_json_reader_new("-", feed, &f, gk_limits_default());
	struct gk_err err = GK_ERR_INIT;
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *tree;
	struct gk_buf b = GK_BUF_INIT(0);
	enum gk_tok tok;

	(void)state;
	assert_int_equal(gk_json_next(r, &tok, &err), 0);
	assert_int_equal(gk_json_next(r, &tok, &err), 0);
	assert_int_equal(gk_json_reader_skip(r, &err), 0);
	assert_int_equal(gk_json_next(r, &tok, &err), 0);
	assert_string_equal(gk_json_reader_text(r).p ? "keep" : "", "keep");
	assert_int_equal(gk_json_reader_tree(r, &a, &tree, &err), 0);
	gk_json_print(&b, tree, 0);
	assert_string_equal(gk_buf_cstr(&b), "{\"y\":[3]}");
	assert_int_equal(gk_json_next(r, &tok, &err), 0);
	assert_int_equal(tok, GK_TOK_KEY);
	gk_buf_done(&b);
	gk_arena_done(&a);
	gk_json_reader_free(r);
}

static void values_one_after_another(void **state)
{
	struct gk_str text = GK_STR("{\"a\":1}\n [2] \"x\"\n");
	struct gk_pos pos = {"s", 1, 1};
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n;

	(void)state;
	assert_int_equal(gk_json_parse_next(&a, &text, &pos, gk_limits_default(), &n, &err), 0);
	assert_int_equal(n->type, GK_OBJECT);
	assert_int_equal(pos.line, 2);
	assert_int_equal(pos.col, 2);
	assert_int_equal(gk_json_parse_next(&a, &text, &pos, gk_limits_default(), &n, &err), 0);
	assert_int_equal(n->line, 2);
	assert_int_equal(n->col, 2);
	assert_int_equal(gk_json_parse_next(&a, &text, &pos, gk_limits_default(), &n, &err), 0);
	assert_int_equal(n->col, 6);
	assert_int_equal(text.n, 0);
	gk_arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_text_comes_out),
		cmocka_unit_test(escapes_are_decoded),
		cmocka_unit_test(forms_of_printing),
		cmocka_unit_test(refused_with_position),
		cmocka_unit_test(deep_nesting_is_limited),
		cmocka_unit_test(chunks_do_not_matter),
		cmocka_unit_test(reader_builds_and_skips),
		cmocka_unit_test(values_one_after_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
