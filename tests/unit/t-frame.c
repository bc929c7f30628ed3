/* The frame of a program: errors, diagnostics, options. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/opt.h"

static int inner(struct gk_err *err)
{
	errno = ENOENT;
	gk_fail_sys(err, GK_EIO, "test.inner", "cannot open %s", "x");
	gk_err_at(err, (struct gk_pos){"f.yaml", 3, 4});
	return gk_note(err, "a note");
}

static void an_error_is_a_chain(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	char text[256];

	(void)state;
	assert_int_equal(inner(&err), -1);
	assert_int_equal(gk_ctx(&err, "cannot load %d", 7), -1);
	gk_err_at(&err, (struct gk_pos){"outer.yaml", 1, 1});
	gk_help(&err, "do this");
	gk_err_message(&err, text, sizeof text);
	assert_string_equal(text, "cannot load 7: cannot open x: No such file or directory");
	assert_string_equal(gk_err_pos(&err).file, "f.yaml");
	assert_int_equal(gk_err_pos(&err).line, 3);
	assert_string_equal(gk_err_note(&err, 0), "a note");
	assert_string_equal(gk_err_note(&err, 1), "");
	assert_string_equal(gk_err_help(&err), "do this");
	assert_int_equal(gk_code_exit(err.code), 10);
	assert_false(gk_err_retryable(&err));
	gk_fail(&err, GK_ENET, "test.other", "fresh");
	gk_err_message(&err, text, sizeof text);
	assert_string_equal(text, "fresh");
	assert_null(gk_err_pos(&err).file);
	assert_true(gk_err_retryable(&err));
}

static void a_long_error_is_cut_not_lost(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	char text[GK_ERR_TEXT];

	(void)state;
	gk_fail(&err, GK_EINPUT, "test.long", "%9000d", 1);
	for (int i = 0; i < 30; i++)
		gk_ctx(&err, "frame %d", i);
	gk_err_message(&err, text, sizeof text);
	assert_int_equal(strlen(text) < sizeof text, 1);
	assert_true(gk_str_ends(gk_str_c(text), GK_STR("...")));
}

static char *printed(struct gk_diags *d)
{
	static char text[2048];
	FILE *f = fmemopen(text, sizeof text, "w");

	gk_diags_print(f, "tool", d, false);
	fclose(f);
	return text;
}

static void diagnostics_are_counted_and_printed(void **state)
{
	struct gk_diags d = GK_DIAGS_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_diag *g;

	(void)state;
	(void)inner(&err);
	gk_diags_err(&d, &err);
	g = gk_diags_add(&d, GK_SEV_WARNING, "test.warn", (struct gk_pos){0}, "odd \033 text");
	gk_diag_note(&d, g, "n%d", 1);
	gk_diag_help(&d, g, "h");
	gk_diags_add(&d, GK_SEV_REFUSED, "guard.x", (struct gk_pos){0}, "no");
	assert_string_equal(printed(&d),
		"f.yaml:3:4: error: cannot open x: No such file or directory [test.inner]\n"
		"   note: a note\n"
		"tool: warning: odd \\x1b text [test.warn]\n   note: n1\n   help: h\n"
		"tool: refused: no [guard.x]\n");
	assert_int_equal(d.errors, 2);
	assert_int_equal(d.warnings, 1);
	assert_int_equal(gk_code_exit(d.worst), 9);
	gk_diags_done(&d);
	for (int i = 0; i < 25; i++)
		gk_diags_add(&d, GK_SEV_ERROR, "test.many", (struct gk_pos){0}, "e%d", i);
	assert_non_null(strstr(printed(&d),
		"tool: error: e19 [test.many]\ntool: note: 5 more errors are not shown\n"));
	gk_diags_done(&d);
}

struct args {
	bool flag;
	int count;
	const char *str, *choice, *opt;
	struct gk_strs list;
	uint64_t number, size;
	int64_t duration;
};

static const struct gk_opt table[] = {
	{"flag", 'f', GK_OPT_FLAG, offsetof(struct args, flag), NULL, "G", NULL, "a flag", NULL},
	{"verbose", 'v', GK_OPT_COUNT, offsetof(struct args, count), NULL, "G", NULL, "count",
		NULL},
	{"str", 's', GK_OPT_STR, offsetof(struct args, str), "S", "G", "GK_TEST_STR", "text", NULL},
	{"list", 'l', GK_OPT_LIST, offsetof(struct args, list), "L", "G", NULL, "many", NULL},
	{"number", 'n', GK_OPT_U64, offsetof(struct args, number), "N", "G", NULL, "number", NULL},
	{"size", 0, GK_OPT_SIZE, offsetof(struct args, size), "N", "G", NULL, "size", NULL},
	{"wait", 0, GK_OPT_DURATION, offsetof(struct args, duration), "D", "G", NULL, "time", NULL},
	{"form", 'o', GK_OPT_CHOICE, offsetof(struct args, choice), "F", "G", NULL, "form",
		"json|yaml"},
	{"dry", 0, GK_OPT_OPTIONAL, offsetof(struct args, opt), "M", "G", NULL, "mode",
		"server|client"},
};

/* Values point into argv, so the copies live until the next call. */
static int parse(
	struct args *a, struct gk_strs *operands, struct gk_err *err, const char *const *words)
{
	static char copies[32][64];
	char *argv[32];
	int argc = 0;

	for (; words[argc]; argc++) {
		snprintf(copies[argc], sizeof copies[argc], "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	*a = (struct args){0};
	return gk_opt_parse(table, GK_COUNT(table), argc, argv, a, operands, err);
}

static void options_are_read(void **state)
{
	static const char *const words[] = {"p", "-fvv", "one", "-s", "x", "-ly", "--list=z",
		"--number=7", "--size", "2Ki", "--wait=1m", "-oyaml", "--dry", "two", "--no-flag",
		"--", "-f", NULL};
	struct gk_strs operands = {0};
	struct gk_err err = GK_ERR_INIT;
	struct args a;

	(void)state;
	assert_int_equal(parse(&a, &operands, &err, words), 0);
	assert_false(a.flag);
	assert_int_equal(a.count, 2);
	assert_string_equal(a.str, "x");
	assert_int_equal(a.list.n, 2);
	assert_string_equal(a.list.v[1], "z");
	assert_int_equal(a.number, 7);
	assert_int_equal(a.size, 2048);
	assert_int_equal(a.duration, 60000);
	assert_string_equal(a.choice, "yaml");
	assert_string_equal(a.opt, "");
	assert_int_equal(operands.n, 3);
	assert_string_equal(operands.v[2], "-f");
	gk_opt_done(table, GK_COUNT(table), &a);
	gk_vec_done(&operands);
}

static void misuse_is_explained(void **state)
{
	static const struct {
		const char *words[4];
		const char *message;
	} cases[] = {
		{{"p", "--flg", NULL}, "unknown option '--flg'"},
		{{"p", "--fla", NULL}, "unknown option '--fla'"}, /* no abbreviations */
		{{"p", "-x", NULL}, "unknown option '-x'"},
		{{"p", "--str", NULL}, "option --str needs a value"},
		{{"p", "--number", "x", NULL}, "option --number: expected a whole number, not 'x'"},
		{{"p", "--form=xml", NULL}, "option --form does not take 'xml'"},
		{{"p", "--flag=maybe", NULL}, "option --flag takes true or false"},
		{{"p", "--dry=yes", NULL}, "option --dry does not take 'yes'"},
		{{"p", "--no-str", NULL}, "unknown option '--no-str'"},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_strs operands = {0};
		struct gk_err err = GK_ERR_INIT;
		struct args a;

		assert_int_equal(parse(&a, &operands, &err, cases[i].words), -1);
		gk_err_message(&err, text, sizeof text);
		assert_string_equal(text, cases[i].message);
		assert_int_equal(err.code, GK_EUSAGE);
		gk_opt_done(table, GK_COUNT(table), &a);
		gk_vec_done(&operands);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_is_a_chain),
		cmocka_unit_test(a_long_error_is_cut_not_lost),
		cmocka_unit_test(diagnostics_are_counted_and_printed),
		cmocka_unit_test(options_are_read),
		cmocka_unit_test(misuse_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
