/*
 * Signatures against the AWS signing test suite (38 requests, by header and by query: 76
 * checks), read from $GK_SUITES or beside the source tree, and against the S3 examples of the
 * AWS documentation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/vec.h"
#include "aws/sigv4.h"
#include "doc/json.h"

static const char *suite_path(struct gk_buf *b)
{
	const char *suites = getenv("GK_SUITES"), *top = getenv("top_srcdir");

	if (suites)
		gk_buf_printf(b, "%s/aws_sigv4.jsonl", suites);
	else
		gk_buf_printf(b, "%s/../shared/suites/aws_sigv4.jsonl", top ? top : ".");
	return gk_buf_cstr(b);
}

struct header_list {
	struct gk_sigv4_header *v;
	size_t n, cap;
};

static void collect_headers(const struct gk_node *list, struct header_list *headers)
{
	gk_node_foreach (pair, list) {
		struct gk_sigv4_header h = {
			gk_node_text(gk_node_at(pair, 0)), gk_node_text(gk_node_at(pair, 1))};

		gk_vec_push(headers, h);
	}
}

static struct gk_sigv4_key key_of(const struct gk_node *context)
{
	const struct gk_node *c = gk_node_get(context, "credentials");

	return (struct gk_sigv4_key){gk_node_text(gk_node_get(c, "access_key_id")),
		gk_node_text(gk_node_get(c, "secret_access_key")),
		gk_node_text(gk_node_get(c, "token"))};
}

static struct gk_sigv4_request request_of(
	const struct gk_node *test, const struct header_list *headers)
{
	const struct gk_node *context = gk_node_get(test, "context");
	struct gk_str query = gk_node_text(gk_node_get(test, "target"));
	struct gk_str path = gk_str_cut(&query, '?');
	struct gk_err err = GK_ERR_INIT;
	struct gk_sigv4_request r = {.method = gk_node_text(gk_node_get(test, "method")),
		.path = path,
		.query = query,
		.headers = headers->v,
		.nheaders = headers->n,
		.body = gk_node_text(gk_node_get(test, "body")),
		.region = gk_node_text(gk_node_get(context, "region")),
		.service = gk_node_text(gk_node_get(context, "service"))};

	assert_int_equal(gk_time_parse_rfc3339(
				 gk_node_text(gk_node_get(context, "timestamp")), &r.utc_ms, &err),
		0);
	if (!gk_node_true(gk_node_get(context, "normalize")))
		r.flags |= GK_SIGV4_KEEP_PATH;
	if (gk_node_true(gk_node_get(context, "sign_body")))
		r.flags |= GK_SIGV4_SEND_HASH;
	if (gk_node_true(gk_node_get(context, "omit_session_token")))
		r.flags |= GK_SIGV4_LATE_TOKEN;
	return r;
}

static void assert_text(struct gk_str got, const struct gk_node *want)
{
	assert_int_equal(got.n, gk_node_text(want).n);
	assert_memory_equal(got.p, gk_node_text(want).p, got.n);
}

static void assert_parts(const struct gk_sigv4 *got, const struct gk_node *want)
{
	assert_text(got->canonical, gk_node_get(want, "canonical_request"));
	assert_text(got->to_sign, gk_node_get(want, "string_to_sign"));
	assert_text(gk_str_c(got->signature), gk_node_get(want, "signature"));
}

/* "GET /?a=b HTTP/1.1": the target of the signed request must be ours. */
static void assert_signed_target(
	const struct gk_sigv4_request *req, struct gk_str query, const struct gk_node *want)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_buf_putstr(&b, req->method);
	gk_buf_putc(&b, ' ');
	gk_buf_putstr(&b, req->path);
	gk_buf_putc(&b, '?');
	gk_buf_putstr(&b, query);
	gk_buf_puts(&b, " HTTP/1.1\n");
	assert_true(
		gk_str_starts(gk_node_text(gk_node_get(want, "signed_request")), gk_buf_str(&b)));
}

static void assert_added_headers(const struct gk_sigv4 *got, const struct gk_node *want)
{
	for (size_t i = 0; i < got->nadd; i++) {
		GK_AUTO(gk_buf_done) struct gk_buf b = {0};

		gk_buf_putc(&b, '\n');
		gk_buf_putstr(&b, got->add[i].name);
		gk_buf_putc(&b, ':');
		gk_buf_putstr(&b, got->add[i].value);
		gk_buf_putc(&b, '\n');
		assert_true(gk_str_has(
			gk_node_text(gk_node_get(want, "signed_request")), gk_buf_str(&b)));
	}
}

static unsigned check_line(struct gk_str line)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_node *test, *context;
	struct header_list headers = {0};
	struct gk_sigv4_request req;
	struct gk_sigv4_key key;
	struct gk_sigv4 got;
	int64_t expires;

	assert_int_equal(gk_json_parse(&doc, "suite", line, gk_limits_default(), &err), 0);
	test = doc.root;
	context = gk_node_get(test, "context");
	collect_headers(gk_node_get(test, "headers"), &headers);
	req = request_of(test, &headers);
	key = key_of(context);
	assert_int_equal(gk_sigv4_sign(&a, &key, &req, &got, &err), 0);
	assert_parts(&got, gk_node_get(test, "header"));
	assert_added_headers(&got, gk_node_get(test, "header"));
	req.flags &= ~(unsigned)GK_SIGV4_SEND_HASH;
	assert_true(gk_node_int(gk_node_get(context, "expiration_in_seconds"), &expires));
	assert_int_equal(gk_sigv4_presign(&a, &key, &req, (unsigned)expires, &got, &err), 0);
	assert_parts(&got, gk_node_get(test, "query"));
	assert_signed_target(&req, got.query, gk_node_get(test, "query"));
	gk_vec_done(&headers);
	return 2;
}

static void suite(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf path = {0}, text = {0};
	struct gk_err err = GK_ERR_INIT;
	struct gk_str rest;
	unsigned checks = 0;

	(void)state;
	if (access(suite_path(&path), R_OK) != 0) {
		print_message("# no %s: set GK_SUITES\n", gk_buf_cstr(&path));
		skip();
	}
	assert_int_equal(gk_io_read_file(gk_buf_cstr(&path), 1 << 24, &text, &err), 0);
	for (rest = gk_buf_str(&text); rest.p;) {
		struct gk_str line = gk_str_cut(&rest, '\n');

		if (line.n)
			checks += check_line(line);
	}
	assert_int_equal(checks, 76);
}

/* 2013-05-24T00:00:00Z */
static const int64_t s3_ms = INT64_C(1369353600000);
static const struct gk_sigv4_key s3_key = {
	{"AKIAIOSFODNN7EXAMPLE", 20}, {"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 40}, {NULL, 0}};

static struct gk_sigv4_request s3_request(const struct gk_sigv4_header *headers, size_t n)
{
	return (struct gk_sigv4_request){.method = GK_STR("GET"),
		.path = GK_STR("/"),
		.headers = headers,
		.nheaders = n,
		.region = GK_STR("us-east-1"),
		.service = GK_STR("s3"),
		.utc_ms = s3_ms,
		.flags = GK_SIGV4_S3 | GK_SIGV4_SEND_HASH};
}

static void assert_s3(const struct gk_sigv4_request *req, const char *signature)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_sigv4 got;

	assert_int_equal(gk_sigv4_sign(&a, &s3_key, req, &got, &err), 0);
	assert_string_equal(got.signature, signature);
}

static void s3_examples(void **state)
{
	const struct gk_sigv4_header headers[] = {
		{GK_STR("host"), GK_STR("examplebucket.s3.amazonaws.com")},
		{GK_STR("Range"), GK_STR("bytes=0-9")}};
	const struct gk_sigv4_header put[] = {
		{GK_STR("Host"), GK_STR("examplebucket.s3.amazonaws.com")},
		{GK_STR("Date"), GK_STR("Fri, 24 May 2013 00:00:00 GMT")},
		{GK_STR("x-amz-storage-class"), GK_STR("REDUCED_REDUNDANCY")}};
	struct gk_sigv4_request r = s3_request(headers, 2);

	(void)state;
	r.path = GK_STR("/test.txt");
	assert_s3(&r, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
	r = s3_request(headers, 1);
	r.query = GK_STR("lifecycle");
	assert_s3(&r, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
	r.query = GK_STR("prefix=J&max-keys=2");
	assert_s3(&r, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
	r = s3_request(put, 3);
	r.method = GK_STR("PUT");
	r.path = GK_STR("/test%24file.text");
	r.body = GK_STR("Welcome to Amazon S3.");
	assert_s3(&r, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

static void s3_presigned(void **state)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const struct gk_sigv4_header host = {
		GK_STR("host"), GK_STR("examplebucket.s3.amazonaws.com")};
	struct gk_sigv4_request r = s3_request(&host, 1);
	struct gk_err err = GK_ERR_INIT;
	struct gk_sigv4 got;

	(void)state;
	r.path = GK_STR("/test.txt");
	r.flags = GK_SIGV4_S3 | GK_SIGV4_UNSIGNED;
	assert_int_equal(gk_sigv4_presign(&a, &s3_key, &r, 86400, &got, &err), 0);
	assert_string_equal(
		got.signature, "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
	assert_int_equal(gk_sigv4_presign(&a, &s3_key, &r, 604801, &got, &err), -1);
	assert_string_equal(err.slug, "aws.sign-expires");
}

static void refusals(void **state)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const struct gk_sigv4_header headers[] = {
		{GK_STR("host"), GK_STR("a")}, {GK_STR("X-Amz-Date"), GK_STR("now")}};
	struct gk_sigv4_request r = s3_request(headers, 2);
	struct gk_err err = GK_ERR_INIT;
	struct gk_sigv4 got;

	(void)state;
	assert_int_equal(gk_sigv4_sign(&a, &s3_key, &r, &got, &err), -1);
	assert_string_equal(err.slug, "aws.sign-header");
	r.nheaders = 1;
	r.query = GK_STR("a=b&x-amz-Signature=1");
	assert_int_equal(gk_sigv4_sign(&a, &s3_key, &r, &got, &err), -1);
	assert_string_equal(err.slug, "aws.sign-parameter");
	r.query = GK_STR("");
	r.nheaders = 0;
	assert_int_equal(gk_sigv4_sign(&a, &s3_key, &r, &got, &err), -1);
	assert_string_equal(err.slug, "aws.sign-host");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(suite), cmocka_unit_test(s3_examples),
		cmocka_unit_test(s3_presigned), cmocka_unit_test(refusals)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
