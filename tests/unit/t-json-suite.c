/* JSONTestSuite through the tree parser and through the pull reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "suite.h"

static bool parses(struct gk_str text)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	bool ok = gk_json_parse(&doc, "t", text, gk_limits_default(), &err) == 0;

	gk_doc_done(&doc);
	return ok;
}

/* One byte at a time, the hardest way to be fed. */
static int drip(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err)
{
	struct gk_str *rest = ctx;

	(void)cap;
	(void)err;
	*ret_n = rest->n > 0;
	if (rest->n)
		*buf = rest->p[0];
	*rest = gk_str_from(*rest, 1);
	return 0;
}

static bool reads(struct gk_str text)
{
	struct gk_json_reader *r = gk_json_reader_new("t", drip, &text, gk_limits_default());
	struct gk_err err = GK_ERR_INIT;
	enum gk_tok tok;
	int rc;

	do
		rc = gk_json_next(r, &tok, &err);
	while (rc == 0 && tok != GK_TOK_END);
	gk_json_reader_free(r);
	return rc == 0;
}

/*
 * Two of the suite's files repeat a member, which the grammar allows and gk does not; the
 * pull reader keeps no names and takes them.
 */
static bool repeats_a_member(const struct gk_node *c)
{
	struct gk_str file = suite_text(c, "file");

	return gk_str_is(file, "y_object_duplicated_key.json") ||
	       gk_str_is(file, "y_object_duplicated_key_and_value.json");
}

static int wrong(const struct gk_node *c, const char *what)
{
	fprintf(stderr, "%s: %s\n", suite_text(c, "file").p, what);
	return 1;
}

/* What is accepted comes back: parse(print(x)) = x. */
static bool survives(struct gk_str text)
{
	struct gk_doc first = GK_DOC_INIT, second = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf b = GK_BUF_INIT(0);
	bool same = true;

	if (gk_json_parse(&first, "t", text, gk_limits_default(), &err) == 0) {
		gk_json_print(&b, first.root, 0);
		same = gk_json_parse(&second, "t", gk_buf_str(&b), gk_limits_default(), &err) ==
			       0 &&
		       gk_node_equal(first.root, second.root);
	}
	gk_doc_done(&first);
	gk_doc_done(&second);
	gk_buf_done(&b);
	return same;
}

static int suite_case(const struct gk_node *c)
{
	GK_AUTO(gk_buf_done) struct gk_buf bytes = GK_BUF_INIT(0);
	struct gk_str expect = suite_text(c, "expect");
	struct gk_err err = GK_ERR_INIT;
	bool accept = gk_str_is(expect, "accept"), reject = gk_str_is(expect, "reject"), tree, pull;

	assert_int_equal(gk_base64_decode(&bytes, suite_text(c, "bytes_b64"), GK_B64_STD, &err), 0);
	tree = parses(gk_buf_str(&bytes));
	pull = reads(gk_buf_str(&bytes));
	if (!survives(gk_buf_str(&bytes)))
		return wrong(c, "changed on the way");
	if (reject)
		return tree || pull ? wrong(c, "accepted") : 0;
	if (repeats_a_member(c))
		return tree ? wrong(c, "duplicate member accepted") : 0;
	if (accept && !(tree && pull))
		return wrong(c, "refused");
	return 0;
}

static void json_test_suite(void **state)
{
	struct suite s;
	int faults = 0, cases = 0;

	(void)state;
	assert_true(suite_open(&s, "json_testsuite.jsonl"));
	for (struct gk_node *c; (c = suite_next(&s)) != NULL; cases++)
		faults += suite_case(c);
	suite_close(&s);
	assert_int_equal(cases, 340);
	assert_int_equal(faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_test_suite),
	};

	if (!suite_present("json_testsuite.jsonl"))
		return 0;
	return cmocka_run_group_tests_name("json suite", tests, NULL, NULL);
}
