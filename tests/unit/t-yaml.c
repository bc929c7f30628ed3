/* YAML: what is read, what is refused and where, limits, cost, and the printed form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "doc/json.h"
#include "doc/yaml.h"

static struct gk_buf out;
static char message[1024];

static int to_json(void *ctx, struct gk_node *root, struct gk_err *err)
{
	(void)ctx;
	(void)err;
	if (out.n)
		gk_buf_putc(&out, ' ');
	gk_json_print(&out, root, 0);
	return 0;
}

static int to_yaml(void *ctx, struct gk_node *root, struct gk_err *err)
{
	(void)ctx;
	return gk_yaml_print(&out, root, err);
}

static const char *failure(const struct gk_err *err)
{
	struct gk_pos pos = gk_err_pos(err);
	char text[512];

	gk_err_message(err, text, sizeof text);
	snprintf(message, sizeof message, "%u:%u %s %s", pos.line, pos.col, err->slug, text);
	return message;
}

/* The documents as JSON, or "LINE:COL SLUG MESSAGE". */
static const char *read_with(
	const struct gk_yaml_options *opt, struct gk_str text, gk_yaml_each_fn each)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	int rc;

	gk_buf_reset(&out);
	rc = gk_yaml_parse(&a, "t.yaml", text, opt, each, NULL, &err);
	gk_arena_done(&a);
	return rc ? failure(&err) : gk_buf_cstr(&out);
}

static const char *json(const char *text)
{
	struct gk_yaml_options opt = {.lim = gk_limits_default()};

	return read_with(&opt, gk_str_c(text), to_json);
}

static const char *json_a(const char *text)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .lim = gk_limits_default()};

	return read_with(&opt, gk_str_c(text), to_json);
}

static const char *yaml(const char *text)
{
	struct gk_yaml_options opt = {.lim = gk_limits_default()};

	return read_with(&opt, gk_str_c(text), to_yaml);
}

static void profiles_differ(void **state)
{
	(void)state;
	assert_string_equal(json("[yes, n, On, true, ~]"), "[\"yes\",\"n\",\"On\",true,null]");
	assert_string_equal(json_a("[yes, n, On, true, ~]"), "[true,false,true,true,null]");
	assert_string_equal(json("2024-1-1"), "\"2024-01-01T00:00:00Z\"");
	assert_string_equal(json_a("2024-1-1"), "\"2024-1-1\"");
	assert_string_equal(
		json("[2000-02-29, 1900-02-29, 2024-2-29, 2023-2-29, 2001-1-2t3:4:5.670+01:30]"),
		"[\"2000-02-29T00:00:00Z\",\"1900-02-29\",\"2024-02-29T00:00:00Z\",\"2023-2-29\","
		"\"2001-01-02T03:04:05.67+01:30\"]");
}

static void numbers_keep_their_text(void **state)
{
	(void)state;
	assert_string_equal(
		json("[1.10, 0777, 0x10, +5, 1_000, .5, 1., 08, 1e3, 9007199254740993]"),
		"[1.10,511,16,5,1000,0.5,1,8,1e3,9007199254740993]");
	assert_string_equal(json("[1e400, 1e-400, 18446744073709551616, 0b12, 1.2.3, 12:30]"),
		"[\"1e400\",0,18446744073709551616,\"0b12\",\"1.2.3\",\"12:30\"]");
	assert_string_equal(json("a: .inf"),
		"1:4 yaml.nonfinite '.inf' is a number that JSON does not have; quote it if it is text");
}

static void documents_are_cut_at_markers(void **state)
{
	(void)state;
	assert_string_equal(json("a: 1\n---\n# only a comment\n---\nb: 2\n--- # c\n"
				 "null\n---\nc: 3\n...\n# end\n"),
		"{\"a\":1} {\"b\":2} {\"c\":3}");
	assert_string_equal(json("\xef\xbb\xbf"
				 "a: 1\r\nb: |\r\n  x\r\n  y\r\n"),
		"{\"a\":1,\"b\":\"x\\ny\\n\"}");
	assert_string_equal(
		json("--- a: 1\n"), "1:4 yaml.document only a comment may follow --- on its line");
	assert_string_equal(json("a: 1\n---b\n"),
		"2:4 yaml.document only a comment may follow --- on its line");
	assert_string_equal(json("a: 1\n...\nb: 2\n"),
		"3:1 yaml.document text follows the end of the document");
	assert_string_equal(json("a: 1\r---\rb: 2\n"),
		"2:1 yaml.document text follows the end of the document");
	assert_string_equal(json("# c\n%YAML 1.1\n---\na: 1\n"),
		"2:1 yaml.directive directives (lines that begin with %) are not supported");
}

static void keys_are_strings(void **state)
{
	(void)state;
	assert_string_equal(json("y: 1"), "{\"y\":1}");
	assert_string_equal(json_a("y: 1"), "1:1 yaml.key the key 'y' is a boolean, not a string");
	assert_string_equal(
		json("a: {1: x}"), "1:5 yaml.key the key '1' is a number, not a string");
	assert_string_equal(json("{a: 1}: b"), "1:1 yaml.key a mapping key is itself a collection");
	assert_string_equal(json("a: 1\nb:\n  c: 1\n  'c': 2\n"),
		"4:3 yaml.duplicate the key 'c' appears twice in one mapping");
}

static void aliases_and_merges_expand(void **state)
{
	(void)state;
	assert_string_equal(json("a: &x {p: 1}\nb: *x\nc: &k key\n*k : v\n"),
		"{\"a\":{\"p\":1},\"b\":{\"p\":1},\"c\":\"key\",\"key\":\"v\"}");
	assert_string_equal(json("b: &b {x: 1, y: 2}\nm: {<<: *b, y: 3}\n"),
		"{\"b\":{\"x\":1,\"y\":2},\"m\":{\"y\":3,\"x\":1}}");
	assert_string_equal(json("m: {<<: [{a: 1}, {a: 2, b: 3}], \"<<\": q}"),
		"{\"m\":{\"<<\":\"q\",\"a\":1,\"b\":3}}");
	assert_string_equal(json("m: {<<: [1]}"),
		"1:5 yaml.merge a merge key takes a mapping or a list of mappings");
	assert_string_equal(json("a: &x [*x]"),
		"1:8 yaml.alias the alias *x stands inside the value of its own anchor");
	assert_string_equal(json("a: &x 1\n---\nb: *x\n"),
		"3:4 yaml.alias the alias *x has no anchor before it in this document");
}

static void tags_are_enforced(void **state)
{
	(void)state;
	assert_string_equal(
		json("[!!str 1, !!int '3', !!binary aGk=, !foo 1]"), "[\"1\",3,\"hi\",\"1\"]");
	assert_string_equal(
		json("a: !!int x"), "1:4 yaml.tag the tag is !!int, but the text is a string");
	assert_string_equal(json("a: !!binary gIGC"),
		"1:4 yaml.tag the bytes of a !!binary are not UTF-8 text, which JSON cannot carry");
}

static void foreign_bytes_are_refused(void **state)
{
	(void)state;
	assert_string_equal(json("\xff\xfe"
				 "a"),
		"1:1 yaml.encoding the text is UTF-16; only UTF-8 is read");
	assert_string_equal(json("a: b\nc: \xc3("),
		"2:5 yaml.encoding cannot read YAML: invalid trailing UTF-8 octet");
	assert_string_equal(json("a: 1\n---\n\tb: 1\n"),
		"3:1 yaml.syntax cannot read YAML: found character that cannot start any token");
}

static char *repeated(struct gk_buf *b, const char *piece, size_t n)
{
	gk_buf_reset(b);
	while (n--)
		gk_buf_puts(b, piece);
	return b->p;
}

static void depth_is_limited_before_it_costs(void **state)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_yaml_options opt = {.lim = gk_limits_default()};

	(void)state;
	repeated(&b, "[", 100000);
	assert_non_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "limit.exceeded"));
	repeated(&b, "[", 256);
	gk_buf_fill(&b, ']', 256);
	assert_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "limit"));
	repeated(&b, "- ", 300);
	assert_non_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "depth = 256"));
	gk_buf_done(&b);
}

static void bombs_are_stopped(void **state)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_yaml_options opt = {.lim = gk_limits_default()};

	(void)state;
	gk_buf_puts(&b, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 9; i++)
		gk_buf_printf(&b, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i,
			i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	assert_non_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "alias-nodes = 100000"));
	gk_buf_reset(&b);
	for (int i = 0; i < 20000; i++)
		gk_buf_printf(&b, "- &a%d x\n", i);
	assert_non_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "anchors = 10000"));
	gk_buf_reset(&b);
	gk_buf_puts(&b, "a0: &a0 [x]\n");
	for (int i = 1; i < 80; i++)
		gk_buf_printf(&b, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	assert_non_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "more than 64 aliases"));
	gk_buf_done(&b);
}

static double cpu_s(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* The least time of three runs over a text of n lines. */
static double cost(const char *line, int n)
{
	struct gk_limits lim = *gk_limits_default();
	struct gk_yaml_options opt = {.lim = &lim};
	struct gk_buf b = GK_BUF_INIT(0);
	double least = 1e9;

	lim.anchors = 1000000;
	for (int i = 0; i < n; i++)
		for (const char *p = line; *p; p++)
			if (*p == '%')
				gk_buf_printf(&b, "%d", i);
			else
				gk_buf_putc(&b, *p);
	for (int run = 0; run < 3; run++) {
		double start = cpu_s(), took;

		assert_null(strstr(read_with(&opt, gk_buf_str(&b), to_json), "limit"));
		took = cpu_s() - start;
		least = took < least ? took : least;
	}
	gk_buf_done(&b);
	return least;
}

/* Eight times the lines cost eight times as much, not 64 times: with room for a busy machine. */
static void cost_is_linear(void **state)
{
	static const char *const lines[] = {"key%: v\n", "- &a% {k: v}\n- *a%\n",
		"k%: {<<: {a%: 1, b: 2}, c: 3}\n", "- [a, {b: %}]\n"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(lines); i++)
		assert_true(cost(lines[i], 20000) < 28 * cost(lines[i], 2500));
}

static void warnings_name_what_tools_read_differently(void **state)
{
	struct gk_diags w = GK_DIAGS_INIT;
	struct gk_yaml_options opt = {.lim = gk_limits_default(), .warn = &w};

	(void)state;
	read_with(&opt, gk_str_c("a: yes\nb: 2024-01-01\nc: 18446744073709551616\nd: 'no'\n"),
		to_json);
	assert_int_equal(w.warnings, 3);
	assert_string_equal(w.first->slug, "yaml.ambiguous");
	assert_int_equal(w.first->pos.line, 1);
	gk_diags_done(&w);
}

static void positions_and_styles_are_kept(void **state)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_yaml_options opt = {.lim = gk_limits_default()};
	const struct gk_node *n;

	(void)state;
	assert_int_equal(
		gk_yaml_parse_one(&doc, "f.yaml",
			GK_STR("# c\n---\nspec:\n  a: |\n    x\n  b:\n  - \"q\"\n"), &opt, &err),
		0);
	n = gk_node_path(doc.root, "spec", "a", NULL);
	assert_int_equal(n->line, 4);
	assert_int_equal(n->col, 3);
	assert_int_equal(n->style, GK_STYLE_LITERAL);
	n = gk_node_path(doc.root, "spec", "b", NULL)->first;
	assert_int_equal(n->line, 7);
	assert_int_equal(n->col, 5);
	assert_int_equal(n->style, GK_STYLE_DOUBLE);
	gk_doc_done(&doc);
}

static void one_document_is_one(void **state)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_yaml_options opt = {.lim = gk_limits_default()};

	(void)state;
	assert_int_equal(gk_yaml_parse_one(&doc, "f", GK_STR("a\n---\nb\n"), &opt, &err), -1);
	assert_string_equal(
		failure(&err), "3:1 yaml.document expected one document, found a second");
	opt.first_only = true;
	assert_int_equal(gk_yaml_parse_one(&doc, "f", GK_STR("a\n---\n[b\n"), &opt, &err), 0);
	assert_true(gk_str_is(gk_node_text(doc.root), "a"));
	assert_int_equal(gk_yaml_parse_one(&doc, "f", GK_STR("# none\n"), &opt, &err), 0);
	assert_null(doc.root);
	gk_doc_done(&doc);
}

static void printed_as_kustomize_prints(void **state)
{
	(void)state;
	assert_string_equal(
		yaml("b: [1, [x, {k: v, a: w}], {}]\na2: ''\na10: yes\n\"1\": 'null'\n"),
		"\"1\": \"null\"\na2: \"\"\na10: \"yes\"\nb:\n- 1\n- - x\n  - a: w\n    k: v\n- {}\n");
	assert_string_equal(yaml("a: \"x\\ny\\n\"\nb: \"\\n z\"\nc: \"d\\n\\n\"\ne: \"f \\ng\"\n"),
		"a: |\n  x\n  y\nb: |2-\n\n   z\nc: |+\n  d\n\ne: \"f \\ng\"\n");
	assert_string_equal(yaml("- '# a'\n- \"it's: \"\n- \"\\t\"\n- \"\\U0001F600\"\n- a#b\n"),
		"- '# a'\n- 'it''s: '\n- \"\\t\"\n- \"\\U0001F600\"\n- a#b\n");
	assert_string_equal(yaml("[1.0, 1e3, 1e20, 1e21, 0.0001, 0.00001, 1234567.5, 100000.5, "
				 "-0.0, 18446744073709551615, 18446744073709551616, 5e-324]"),
		"- 1\n- 1000\n- 1e+20\n- 1e+21\n- 0.0001\n- 1e-05\n- 1.2345675e+06\n- 100000.5\n"
		"- 0\n- 18446744073709551615\n- 1.8446744073709552e+19\n- 5e-324\n");
	assert_string_equal(yaml("a: \"\\u0080\""),
		"0:0 yaml.character a string holds the control character U+0080, which YAML "
		"cannot carry");
}

static void long_text_folds(void **state)
{
	char text[256];

	(void)state;
	memset(text, 'x', 90);
	strcpy(text + 90, " y z");
	assert_memory_equal(yaml(text), text, 90);
	assert_string_equal(gk_buf_cstr(&out) + 90, "\n  y z\n");
	memset(text, 'x', 80); /* the blank is character 81: not yet beyond the width */
	strcpy(text + 80, " yy zz");
	assert_memory_equal(yaml(text), text, 80);
	assert_string_equal(gk_buf_cstr(&out) + 80, " yy\n  zz\n");
	memset(text, 'k', 129);
	strcpy(text + 129, ": v");
	assert_memory_equal(yaml(text), "? kkk", 5);
	assert_string_equal(gk_buf_cstr(&out) + 131, "\n: v\n");
}

static void keys_in_natural_order(void **state)
{
	static const char *const keys[] = {"", "-", "_", "1", "01", "2", "10", "A", "a", "a b",
		"a-b", "a2", "a10", "aB", "ab", "\xc3\xa9"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(keys); i++)
		for (size_t k = 0; k < GK_COUNT(keys); k++)
			assert_int_equal(gk_yaml_key_cmp(gk_str_c(keys[i]), gk_str_c(keys[k])),
				i < k ? -1 : i > k);
}

static int release(void **state)
{
	(void)state;
	gk_buf_done(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_differ),
		cmocka_unit_test(numbers_keep_their_text),
		cmocka_unit_test(documents_are_cut_at_markers),
		cmocka_unit_test(keys_are_strings),
		cmocka_unit_test(aliases_and_merges_expand),
		cmocka_unit_test(tags_are_enforced),
		cmocka_unit_test(foreign_bytes_are_refused),
		cmocka_unit_test(depth_is_limited_before_it_costs),
		cmocka_unit_test(bombs_are_stopped),
		cmocka_unit_test(cost_is_linear),
		cmocka_unit_test(warnings_name_what_tools_read_differently),
		cmocka_unit_test(positions_and_styles_are_kept),
		cmocka_unit_test(one_document_is_one),
		cmocka_unit_test(printed_as_kustomize_prints),
		cmocka_unit_test(long_text_folds),
		cmocka_unit_test(keys_in_natural_order),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, release);
}
