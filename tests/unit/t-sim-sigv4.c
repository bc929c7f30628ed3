/*
 * gk-sim as a judge of signatures: it accepts each signed request of the AWS signing test
 * suite (38 by header, 38 by query) as it stands, and none after one character has changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/io.h"
#include "sim/aws-sigv4.h"
#include "suite.h"

static const char suite_file[] = "aws_sigv4.jsonl";

/* A request in its text form; the texts are ours to change. */
struct wire {
	struct gk_arena arena;
	struct gk_sim_aws_pairs headers;
	struct gk_sim_aws_request req;
	struct gk_str key_id, secret;
	unsigned flags;
};

static void wire_done(struct wire *w)
{
	gk_vec_done(&w->headers);
	gk_arena_done(&w->arena);
}

/* A header line with the folded lines that follow it. */
static struct gk_str next_header(struct gk_str *text)
{
	struct gk_str line = gk_str_cut(text, '\n');

	while (text->p && text->n && *text->p == ' ') {
		struct gk_str more = gk_str_cut(text, '\n');

		line.n = (size_t)(more.p + more.n - line.p);
	}
	return line;
}

/* "GET /a b?c HTTP/1.1": the target may hold blanks. */
static void read_target(struct wire *w, struct gk_str line)
{
	struct gk_str end = GK_STR(" HTTP/1.1");

	assert_true(gk_str_ends(line, end));
	line.n -= end.n;
	w->req.method = gk_str_cut(&line, ' ');
	w->req.path = gk_str_cut(&line, '?');
	w->req.query = line;
}

static void read_wire(struct wire *w, struct gk_str text)
{
	struct gk_str rest = gk_sim_aws_copy(&w->arena, text);

	read_target(w, gk_str_cut(&rest, '\n'));
	while (rest.n) {
		struct gk_str line = next_header(&rest), name = gk_str_cut(&line, ':');
		struct gk_sim_aws_pair p = {name, line};

		if (!name.n)
			break;
		gk_vec_push(&w->headers, p);
	}
	w->req.headers = w->headers.v;
	w->req.nheaders = w->headers.n;
	w->req.body = rest;
}

static void read_context(struct wire *w, const struct gk_node *context)
{
	struct gk_err err = GK_ERR_INIT;

	w->key_id = gk_node_text(gk_node_path(context, "credentials", "access_key_id", NULL));
	w->secret = gk_node_text(gk_node_path(context, "credentials", "secret_access_key", NULL));
	if (!gk_node_true(gk_node_get(context, "normalize")))
		w->flags |= GK_SIM_SIG_KEEP_PATH;
	if (gk_node_true(gk_node_get(context, "omit_session_token")))
		w->flags |= GK_SIM_SIG_LATE_TOKEN;
	assert_int_equal(gk_time_parse_rfc3339(gk_node_text(gk_node_get(context, "timestamp")),
				 &w->req.now_ms, &err),
		0);
}

static enum gk_sim_sig_verdict judge(struct wire *w)
{
	struct gk_sim_sig sig;
	enum gk_sim_sig_verdict v = gk_sim_sig_read(&w->arena, &w->req, &sig);

	if (v == GK_SIM_SIG_OK && !gk_str_eq(sig.key_id, w->key_id))
		return GK_SIM_SIG_MISMATCH; /* whoever looks up the secret refuses */
	return v ? v : gk_sim_sig_check(&w->arena, &w->req, &sig, w->secret, w->flags, 300000);
}

/* Change one letter or digit for another. */
static bool change(char *c)
{
	if (*c == 'z' || *c == 'Z' || *c == '9')
		(*c)--;
	else if ((*c >= 'a' && *c < 'z') || (*c >= 'A' && *c < 'Z') || (*c >= '0' && *c < '9'))
		(*c)++;
	else
		return false;
	return true;
}

/* Each letter of `part` in turn; none may pass. */
static unsigned refuse_changes(struct wire *w, struct gk_str part)
{
	unsigned tried = 0;

	for (size_t i = 0; i < part.n; i++) {
		char *c = (char *)(uintptr_t)(part.p + i), was = *c;

		if (!change(c))
			continue;
		if (judge(w) == GK_SIM_SIG_OK)
			fail_msg("accepted with a change at %zu of: %.*s", i, GK_SARG(part));
		*c = was;
		tried++;
	}
	return tried;
}

static bool is_signed_header(const struct wire *w, struct gk_str name)
{
	return !(w->flags & GK_SIM_SIG_LATE_TOKEN &&
		 gk_sim_aws_same_name(name, GK_STR("x-amz-security-token")));
}

static unsigned check_request(const struct gk_node *test, const char *form)
{
	GK_AUTO(wire_done) struct wire w = {0};
	unsigned tried = 0;

	read_context(&w, gk_node_get(test, "context"));
	read_wire(&w, gk_node_text(gk_node_path(test, form, "signed_request", NULL)));
	if (judge(&w) != GK_SIM_SIG_OK)
		fail_msg("%s, %s: refused", gk_node_text(gk_node_get(test, "id")).p, form);
	tried += refuse_changes(&w, w.req.method);
	if (!gk_str_has(w.req.path, GK_STR(".."))) /* a segment that ".." removes is free */
		tried += refuse_changes(&w, w.req.path);
	if (!(w.flags & GK_SIM_SIG_LATE_TOKEN))
		tried += refuse_changes(&w, w.req.query);
	gk_vec_foreach (struct gk_sim_aws_pair, p, &w.headers)
		if (is_signed_header(&w, p->name))
			tried += refuse_changes(&w, p->value);
	tried += refuse_changes(&w, w.req.body);
	assert_int_equal(judge(&w), GK_SIM_SIG_OK);
	return tried;
}

static void signing_suite(void **state)
{
	struct suite s;
	unsigned cases = 0, tried = 0;

	(void)state;
	assert_true(suite_open(&s, suite_file));
	for (struct gk_node *test; (test = suite_next(&s)) != NULL; cases++)
		tried += check_request(test, "header") + check_request(test, "query");
	suite_close(&s);
	assert_int_equal(cases, 38);
	assert_true(tried > 5000);
}

/* The S3 example of the AWS documentation: GET /test.txt, bytes 0-9. */
static void s3_example(struct wire *w)
{
	static const char text[] =
		"GET /test.txt HTTP/1.1\n"
		"Host:examplebucket.s3.amazonaws.com\n"
		"Range:bytes=0-9\n"
		"x-amz-content-sha256:"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
		"x-amz-date:20130524T000000Z\n"
		"Authorization:AWS4-HMAC-SHA256 "
		"Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
		"SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
		"Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n\n";

	read_wire(w, gk_str_c(text));
	w->key_id = GK_STR("AKIAIOSFODNN7EXAMPLE");
	w->secret = GK_STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
	w->flags = GK_SIM_SIG_S3;
	w->req.now_ms = INT64_C(1369353600000);
}

static void s3_and_the_clock(void **state)
{
	GK_AUTO(wire_done) struct wire w = {0};
	struct gk_sim_aws_pair extra = {GK_STR("X-Amz-Meta-A"), GK_STR("b")};

	(void)state;
	s3_example(&w);
	assert_int_equal(judge(&w), GK_SIM_SIG_OK);
	w.req.now_ms += 300000;
	assert_int_equal(judge(&w), GK_SIM_SIG_OK);
	w.req.now_ms += 1;
	assert_int_equal(judge(&w), GK_SIM_SIG_LATE);
	w.req.now_ms -= 600002;
	assert_int_equal(judge(&w), GK_SIM_SIG_EARLY);
	w.req.now_ms += 300001;
	w.req.body = GK_STR("x");
	assert_int_equal(judge(&w), GK_SIM_SIG_BODY);
	w.req.body = GK_STR("");
	gk_vec_push(&w.headers, extra);
	w.req.headers = w.headers.v;
	w.req.nheaders = w.headers.n;
	assert_int_equal(judge(&w), GK_SIM_SIG_UNSIGNED);
}

/* One header of the example replaced; the verdict of reading alone. */
static enum gk_sim_sig_verdict read_with(const char *name, const char *value)
{
	GK_AUTO(wire_done) struct wire w = {0};
	struct gk_sim_sig sig;

	s3_example(&w);
	gk_vec_foreach (struct gk_sim_aws_pair, p, &w.headers)
		if (gk_str_is(p->name, name))
			p->value = gk_str_c(value);
	return gk_sim_sig_read(&w.arena, &w.req, &sig);
}

static void broken_claims(void **state)
{
	static const char good[] = "AWS4-HMAC-SHA256 Credential=A/20130524/r/s/aws4_request, "
				   "SignedHeaders=host, Signature=00";

	(void)state;
	assert_int_equal(read_with("Authorization", ""), GK_SIM_SIG_ABSENT);
	assert_int_equal(read_with("Authorization", "Basic eA=="), GK_SIM_SIG_MALFORMED);
	assert_int_equal(read_with("Authorization", "AWS4-HMAC-SHA256"), GK_SIM_SIG_MALFORMED);
	assert_int_equal(read_with("Authorization", good), GK_SIM_SIG_OK);
	assert_int_equal(read_with("x-amz-date", "20130525T000000Z"), GK_SIM_SIG_MALFORMED);
	assert_int_equal(read_with("x-amz-date", "20130524"), GK_SIM_SIG_MALFORMED);
	assert_int_equal(read_with("x-amz-date", "20139924T000000Z"), GK_SIM_SIG_MALFORMED);
	for (size_t cut = 17; cut + 2 < sizeof good; cut++) {
		char part[sizeof good];

		memcpy(part, good, cut);
		part[cut] = 0;
		assert_int_equal(read_with("Authorization", part), GK_SIM_SIG_MALFORMED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signing_suite),
		cmocka_unit_test(s3_and_the_clock),
		cmocka_unit_test(broken_claims),
	};

	if (!suite_present(suite_file))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
