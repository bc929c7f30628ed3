/* Answers of AWS: XML, error codes, claims of tokens, names of sessions, credentials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "aws/fault.h"
#include "aws/s3.h"
#include "aws/sts.h"
#include "aws/xml.h"
#include "base/buf.h"
#include "http/http.h"

static void xml(void **state)
{
	static const char text[] = "<?xml version=\"1.0\"?><R xmlns=\"urn:x\"><A><Arn>one &amp; two"
				   "</Arn></A><B><Arn><![CDATA[<3>]]></Arn><Empty/></B></R>";
	GK_AUTO(gk_xml_done) struct gk_xml x = GK_XML_INIT;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_xml_parse(&x, gk_str_c(text), &err), 0);
	assert_string_equal(gk_xml_get(&x, "Arn").p, "one & two");
	assert_string_equal(gk_xml_get(&x, "B/Arn").p, "<3>");
	assert_int_equal(gk_xml_get(&x, "Empty").n, 0);
	assert_non_null(gk_xml_get(&x, "Empty").p);
	assert_null(gk_xml_get(&x, "rn").p);
	assert_null(gk_xml_get(&x, "C/Arn").p);
}

static void xml_refused(void **state)
{
	static char deep[600] = "";
	static const char *const texts[] = {"", "<a>", "text", "<a></b>", "<a/><b/>",
		"<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a>&x;</a>",
		deep};

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(deep + 3 * i, "<a>", 4);
	for (size_t i = 0; i < GK_COUNT(texts); i++) {
		GK_AUTO(gk_xml_done) struct gk_xml x = GK_XML_INIT;
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_xml_parse(&x, gk_str_c(texts[i]), &err), -1);
		assert_int_equal(err.code, GK_EREMOTE);
	}
}

/* Read a fault out of an answer with this body and these header lines. */
static struct gk_aws_fault fault_of(struct gk_arena *a, const char *body, const char *head)
{
	struct gk_http_response r = {.status = 400};
	struct gk_aws_fault f;

	gk_buf_puts(&r.body, body);
	gk_buf_puts(&r.head, head);
	gk_aws_fault_read(a, &r, &f);
	gk_buf_done(&r.body);
	gk_buf_done(&r.head);
	return f;
}

static void faults(void **state)
{
	static const struct {
		const char *body, *head, *code, *message;
	} cases[] = {
		{"{\"__type\":\"com.amazonaws.x#ParameterNotFound\",\"message\":\"m\"}", "",
			"ParameterNotFound", "m"},
		{"{\"__type\":\"AccessDeniedException\",\"Message\":\"m\"}", "",
			"AccessDeniedException", "m"},
		{"{}", "x-amzn-ErrorType: ThrottlingException:http://a/\n", "ThrottlingException",
			""},
		{"<ErrorResponse><Error><Code>AccessDenied</Code><Message>m</Message></Error>"
		 "<RequestId>r</RequestId></ErrorResponse>",
			"", "AccessDenied", "m"},
		{"<Error><Code>NoSuchKey</Code><Message>m</Message></Error>", "", "NoSuchKey", "m"},
		{"<html>", "", "", ""},
		{"{\"__type\":\"A\",\"message\":\"token eyJh.b.c key AKIAIOSFODNN7EXAMPLE, end\"}",
			"", "A", "token [redacted] key [redacted]...MPLE, end"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_aws_fault f = fault_of(&a, cases[i].body, cases[i].head);

		assert_string_equal(f.code.p, cases[i].code);
		assert_string_equal(f.message.p, cases[i].message);
	}
}

static void codes(void **state)
{
	static const struct {
		const char *code;
		int status;
		enum gk_code want;
		bool transient;
	} cases[] = {{"AccessDenied", 403, GK_EDENIED, false},
		{"ExpiredTokenException", 400, GK_EDENIED, false},
		{"ResourceNotFoundException", 400, GK_ENOTFOUND, false},
		{"ThrottlingException", 400, GK_ETHROTTLED, true},
		{"IDPCommunicationError", 400, GK_EREMOTE, true}, {"", 503, GK_EREMOTE, true},
		{"", 429, GK_ETHROTTLED, true}, {"ValidationError", 400, GK_EINPUT, false},
		{"", 403, GK_EDENIED, false}, {"", 404, GK_ENOTFOUND, false}};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_aws_fault f = {gk_str_c(cases[i].code), GK_STR(""), GK_STR("")};

		assert_int_equal(gk_aws_fault_code(f.code, cases[i].status), cases[i].want);
		assert_int_equal(gk_aws_fault_transient(&f, cases[i].status), cases[i].transient);
	}
}

static void session_names(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {{"gk-secrets-shop-web", "gk-secrets-shop-web"}, {"a/b c\xc3\xa9", "a-b-c--"},
		{"x", "x-"}, {"", "--"},
		{"0123456789012345678901234567890123456789012345678901234567890123456789",
			"0123456789012345678901234567890123456789012345678901234567890123"}};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_buf_done) struct gk_buf b = {0};

		gk_sts_session_name(&b, gk_str_c(cases[i].text));
		assert_string_equal(gk_buf_cstr(&b), cases[i].want);
	}
}

static void claims(void **state)
{
	/* {"iss":"https://i","sub":"s","aud":["a","b"],"exp":5} */
	static const char token[] =
		"e30.eyJpc3MiOiJodHRwczovL2kiLCJzdWIiOiJzIiwiYXVkIjpbImEiLCJiIl0sImV4cCI6NX0.c";
	static const char *const bad[] = {"", "a", "a.b", "e30.e30", "e30.***.c", "e30.YQ.c"};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_sts_claims c;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_sts_claims(&a, gk_str_c(token), &c, &err), 0);
	assert_string_equal(c.issuer.p, "https://i");
	assert_string_equal(c.subject.p, "s");
	assert_string_equal(c.audience.p, "a, b");
	assert_int_equal(c.expires_s, 5);
	for (size_t i = 0; i < GK_COUNT(bad); i++)
		assert_int_equal(gk_sts_claims(&a, gk_str_c(bad[i]), &c, &err), -1);
}

/* New ones from a third of their life before the end, at most ten minutes before it. */
static void staleness(void **state)
{
	struct gk_aws_creds c = GK_AWS_CREDS_INIT;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	gk_aws_creds_set(&c, GK_STR("a"), GK_STR("b"), GK_STR_NULL);
	assert_false(gk_aws_creds_stale(&c, INT64_MAX));
	assert_int_equal(gk_aws_creds_expire(&c, GK_STR("1970-01-01T01:00:00Z"), 0, &err), 0);
	assert_false(gk_aws_creds_stale(&c, 49 * 60 * 1000));
	assert_true(gk_aws_creds_stale(&c, 50 * 60 * 1000));
	assert_int_equal(gk_aws_creds_expire(&c, GK_STR("1970-01-01T00:15:00Z"), 0, &err), 0);
	assert_false(gk_aws_creds_stale(&c, 9 * 60 * 1000));
	assert_true(gk_aws_creds_stale(&c, 10 * 60 * 1000));
	gk_aws_creds_done(&c);
}

static void s3_urls(void **state)
{
	static const char *const bad[] = {"s3://", "s3://b", "s3://b/", "s3:///k", "https://b/k"};
	struct gk_str bucket, key;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_s3_url(GK_STR("s3://b/a/k"), &bucket, &key, &err), 0);
	assert_true(gk_str_is(bucket, "b"));
	assert_true(gk_str_is(key, "a/k"));
	for (size_t i = 0; i < GK_COUNT(bad); i++)
		assert_int_equal(gk_s3_url(gk_str_c(bad[i]), &bucket, &key, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(xml), cmocka_unit_test(xml_refused),
		cmocka_unit_test(faults), cmocka_unit_test(codes), cmocka_unit_test(session_names),
		cmocka_unit_test(claims), cmocka_unit_test(staleness), cmocka_unit_test(s3_urls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
