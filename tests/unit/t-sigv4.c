/*
 * Signatures against the AWS signing test suite: 38 requests, by header and by query, 76
 * checks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "aws/sigv4.h"
#include "base/io.h"
#include "suite.h"

static const char suite_file[] = "aws_sigv4.jsonl";

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

static unsigned check_request(const struct gk_node *test)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_node *context = gk_node_get(test, "context");
	struct header_list headers = {0};
	struct gk_sigv4_request req;
	struct gk_sigv4_key key;
	struct gk_sigv4 got;
	int64_t expires;

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

static void signing_suite(void **state)
{
	struct suite s;
	unsigned checks = 0;

	(void)state;
	assert_true(suite_open(&s, suite_file));
	for (struct gk_node *test; (test = suite_next(&s)) != NULL;)
		checks += check_request(test);
	suite_close(&s);
	assert_int_equal(checks, 76);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(signing_suite)};

	if (!suite_present(suite_file))
		return 0;
	return cmocka_run_group_tests_name("sigv4", tests, NULL, NULL);
}
