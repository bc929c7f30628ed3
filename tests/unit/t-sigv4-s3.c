/*
 * Signatures against the S3 examples of the AWS documentation, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "aws/sigv4.h"

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
	const struct CMUnitTest tests[] = {cmocka_unit_test(s3_examples),
		cmocka_unit_test(s3_presigned), cmocka_unit_test(refusals)};

	return cmocka_run_group_tests_name("sigv4 of s3", tests, NULL, NULL);
}
