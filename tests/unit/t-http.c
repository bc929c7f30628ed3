#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/vec.h"
#include "fake-server.h"
#include "http/http.h"

static const struct gk_http_route plain = {.allow_plain = true};
static struct gk_http *h;
static GK_VEC(char *) lines;

static uint32_t no_random(void *ctx)
{
	(void)ctx;
	return 0;
}

static void keep_line(void *ctx, const char *line)
{
	(void)ctx;
	gk_vec_push(&lines, gk_xstrdup(line));
}

static int setup(void **state)
{
	const struct gk_http_options opt = {
		.user_agent = "gk-test/1", .random = no_random, .verbose = 3, .log = keep_line};
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	return gk_http_new(&opt, &h, &err);
}

static int teardown(void **state)
{
	(void)state;
	gk_http_freep(&h);
	gk_vec_foreach (char *, l, &lines)
		gk_free(*l);
	gk_vec_done(&lines);
	return 0;
}

static bool logged(const char *part)
{
	gk_vec_foreach (char *, l, &lines)
		if (strstr(*l, part))
			return true;
	return false;
}

/* One blocking GET of /x; status, or -1 with err. */
static int get(
	struct fake *f, enum gk_http_retry retry, struct gk_http_response *r, struct gk_err *err)
{
	char url[64];
	struct gk_http_request q = {.method = "GET", .url = url, .route = &plain, .retry = retry};

	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/x", fake_port(f));
	*r = (struct gk_http_response){0};
	gk_err_reset(err);
	return gk_http_do(h, &q, r, err) ? -1 : r->status;
}

static void answers(void **state)
{
	static const struct fake_reply script[] = {
		{"GET /x", FAKE_JSON("200 OK", "{\"a\":1}"), 0}, {0}};
	struct fake *f = fake_start(script);
	struct gk_err err = GK_ERR_INIT;
	struct gk_http_response r;

	(void)state;
	assert_int_equal(get(f, GK_HTTP_NEVER, &r, &err), 200);
	assert_string_equal(gk_buf_cstr(&r.body), "{\"a\":1}");
	assert_true(gk_str_is(gk_http_header(&r, "content-TYPE"), "application/json"));
	assert_null(gk_http_header(&r, "Content").p);
	assert_int_equal(r.attempts, 1);
	assert_non_null(strstr(fake_request(f, 0), "User-Agent: gk-test/1\r\n"));
	assert_null(strstr(fake_request(f, 0), "Expect"));
	assert_null(strstr(fake_request(f, 0), "Accept-Encoding"));
	assert_true(logged("GET http://127.0.0.1:"));
	gk_http_response_done(&r);
	fake_free(f);
}

static int sign(void *ctx, unsigned attempt, struct gk_buf *headers, struct gk_err *err)
{
	(void)ctx;
	(void)err;
	gk_buf_printf(headers, "Authorization: Bearer canary-%u\nX-Other: yes\n", attempt);
	return 0;
}

static void signs_each_attempt(void **state)
{
	static const struct fake_reply script[] = {
		{NULL, "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", 0},
		{NULL, FAKE_JSON("201 Created", "{}"), 0}, {0}};
	struct fake *f = fake_start(script);
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	char url[64];
	struct gk_http_request q = {.method = "POST",
		.url = url,
		.headers = headers,
		.route = &plain,
		.retry = GK_HTTP_SAFE,
		.sign = sign};
	struct gk_http_response r = {0};
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	gk_buf_puts(&q.body, "{\"kind\":\"X\"}");
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/p", fake_port(f));
	assert_int_equal(gk_http_do(h, &q, &r, &err), 0);
	assert_int_equal(r.status, 201);
	assert_int_equal(r.attempts, 2);
	assert_int_equal(q.body.n, 0);
	assert_non_null(strstr(fake_request(f, 0), "Bearer canary-1\r\n"));
	assert_non_null(strstr(fake_request(f, 1), "Bearer canary-2\r\n"));
	assert_non_null(strstr(fake_request(f, 1), "\r\n\r\n{\"kind\":\"X\"}"));
	assert_int_equal(fake_connections(f), 1);
	assert_false(logged("canary"));
	assert_true(logged("Authorization: ***"));
	assert_true(logged("X-Other: yes"));
	gk_http_response_done(&r);
	fake_free(f);
}

/* What each class makes of each fault: the status of the end, 0 = an error. */
static void retry_rule(void **state)
{
	static const char ok[] = FAKE_JSON("200 OK", "{}");
	static const struct {
		const char *first;
		unsigned flags;
		enum gk_http_retry retry;
		int status;
	} cases[] = {
		{"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_IDEMPOTENT, 200},
		{"HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_IDEMPOTENT, 200},
		{"HTTP/1.1 429 Many\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_IDEMPOTENT, 200},
		{"HTTP/1.1 429 Many\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_SAFE, 429},
		{"HTTP/1.1 429 Many\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", 0,
			GK_HTTP_SAFE, 200},
		{"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_SAFE, 503},
		{"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_IDEMPOTENT, 500},
		{"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 0, GK_HTTP_IDEMPOTENT, 404},
		{"HTTP/1.1 302 No\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n", 0,
			GK_HTTP_IDEMPOTENT, 302},
		{"", FAKE_CLOSE, GK_HTTP_IDEMPOTENT, 200},
		{"", FAKE_RESET, GK_HTTP_IDEMPOTENT, 200},
		{"", FAKE_CLOSE, GK_HTTP_SAFE, 0},
		{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", FAKE_CLOSE, GK_HTTP_IDEMPOTENT,
			200},
		{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", FAKE_CLOSE, GK_HTTP_SAFE, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha", FAKE_CLOSE,
			GK_HTTP_NEVER, 0},
		{"this is no HTTP\r\n\r\n", FAKE_CLOSE, GK_HTTP_IDEMPOTENT, 0},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		const struct fake_reply script[] = {
			{NULL, cases[i].first, cases[i].flags}, {NULL, ok, 0}, {0}};
		struct fake *f = fake_start(script);
		struct gk_err err = GK_ERR_INIT;
		struct gk_http_response r;
		int status = get(f, cases[i].retry, &r, &err);

		if (status != (cases[i].status ? cases[i].status : -1))
			print_error("case %zu: %d\n", i, status);
		assert_int_equal(status, cases[i].status ? cases[i].status : -1);
		assert_int_equal(err.code != GK_OK, cases[i].status == 0);
		gk_http_response_done(&r);
		fake_free(f);
	}
}

static void refused_connection(void **state)
{
	static const struct fake_reply script[] = {{0}};
	struct fake *f = fake_start(script);
	struct gk_http_request q = {
		.method = "GET", .route = &plain, .retry = GK_HTTP_IDEMPOTENT, .budget_ms = 500};
	struct gk_http_response r = {0};
	struct gk_err err = GK_ERR_INIT;
	char url[64], message[512];

	(void)state;
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/x", fake_port(f));
	q.url = url;
	fake_stop(f);
	assert_int_equal(gk_http_do(h, &q, &r, &err), -1);
	assert_int_equal(err.code, GK_ENET);
	assert_string_equal(err.slug, "http.connect");
	gk_err_message(&err, message, sizeof message);
	assert_non_null(strstr(message, "cannot connect to 127.0.0.1:"));
	assert_non_null(strstr(message, ": Connection refused"));
	assert_non_null(strstr(gk_err_note(&err, 0), "attempts in"));
	fake_free(f);
}

static void limits(void **state)
{
	static const struct fake_reply script[] = {
		{NULL, FAKE_JSON("200 OK", "0123456789"), 0}, {0}};
	struct fake *f = fake_start(script);
	struct gk_http_request q = {
		.method = "GET", .route = &plain, .max_body = 9, .retry = GK_HTTP_IDEMPOTENT};
	struct gk_http_response r = {0};
	struct gk_err err = GK_ERR_INIT;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/x", fake_port(f));
	q.url = url;
	assert_int_equal(gk_http_do(h, &q, &r, &err), -1);
	assert_int_equal(err.code, GK_ELIMIT);
	assert_int_equal(fake_requests(f), 1);
	fake_free(f);
}

static void times_out(void **state)
{
	static const struct fake_reply script[] = {{NULL, NULL, FAKE_STALL | FAKE_EVER}, {0}};
	struct fake *f = fake_start(script);
	struct gk_http_request q = {.method = "GET",
		.route = &plain,
		.timeout_ms = 50,
		.budget_ms = 400,
		.retry = GK_HTTP_IDEMPOTENT};
	struct gk_http_response r = {0};
	struct gk_err err = GK_ERR_INIT;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/x", fake_port(f));
	q.url = url;
	assert_int_equal(gk_http_do(h, &q, &r, &err), -1);
	assert_int_equal(err.code, GK_ETIMEOUT);
	assert_string_equal(err.slug, "http.timeout");
	assert_true(fake_requests(f) >= 2);
	fake_free(f);
}

static void not_allowed(void **state)
{
	static const struct gk_http_route tls_only = {0};
	static const struct {
		const char *url;
		const struct gk_http_route *route;
		const char *slug;
	} cases[] = {
		{"http://127.0.0.1:1/", &tls_only, "http.plain"},
		{"http://192.0.2.1/", &plain, "http.plain"},
		{"ftp://127.0.0.1/", &plain, "http.scheme"},
		{"file:///etc/passwd", &plain, "http.url"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_http_request q = {
			.method = "GET", .url = cases[i].url, .route = cases[i].route};
		struct gk_http_response r = {0};
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_http_do(h, &q, &r, &err), -1);
		assert_int_equal(err.code, GK_EINPUT);
		assert_string_equal(err.slug, cases[i].slug);
	}
}

/* Who is trusted, and what is said when it is not. */
static void trust(void **state)
{
	static const struct fake_reply script[] = {
		{NULL, FAKE_JSON("200 OK", "{}"), FAKE_EVER}, {0}};
	static const struct {
		enum fake_cert cert;
		bool own_ca;
		const char *name;
		const char *reason; /* NULL = trusted */
	} cases[] = {
		{FAKE_CERT_GOOD, true, NULL, NULL},
		{FAKE_CERT_GOOD, false, NULL, "self-signed certificate"},
		{FAKE_CERT_EXPIRED, true, NULL, "certificate has expired"},
		{FAKE_CERT_EARLY, true, NULL, "certificate is not yet valid"},
		{FAKE_CERT_OTHER, true, NULL,
			"no alternative certificate subject name matches target host name '127.0.0.1'"},
		{FAKE_CERT_OTHER, true, "wrong.test", NULL},
		{FAKE_CERT_GOOD, true, "right.test", "target host name 'right.test'"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct fake *f = fake_start_tls(script, cases[i].cert);
		struct gk_http_route route = {.server_name = cases[i].name,
			.ca_name = "the test's CA",
			.ca_pem = cases[i].own_ca ? gk_str_c(fake_ca(f)) : GK_STR_NULL};
		struct gk_http_request q = {
			.method = "GET", .route = &route, .retry = GK_HTTP_IDEMPOTENT};
		struct gk_http_response r = {0};
		struct gk_err err = GK_ERR_INIT;
		char url[64], message[512], host[64];
		int rc;

		(void)snprintf(url, sizeof url, "https://127.0.0.1:%u/x", fake_port(f));
		(void)snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%u\r\n", fake_port(f));
		q.url = url;
		rc = gk_http_do(h, &q, &r, &err);
		gk_err_message(&err, message, sizeof message);
		if (cases[i].reason) {
			assert_int_equal(rc, -1);
			assert_string_equal(err.slug, "http.untrusted");
			assert_int_equal(err.code, GK_ENET);
			assert_non_null(strstr(message, "cannot trust 127.0.0.1:"));
			if (!strstr(message, cases[i].reason))
				print_error("%zu: %s\n", i, message);
			assert_non_null(strstr(message, cases[i].reason));
			assert_string_equal(
				gk_err_note(&err, 1), "trusted is only what the test's CA signed");
		} else {
			assert_int_equal(rc, 0);
			assert_non_null(strstr(fake_request(f, 0), host));
		}
		gk_http_response_done(&r);
		fake_free(f);
	}
}

/* SSL_CERT_FILE takes the place of the system's CAs; one that is not there is named. */
static void trust_of_the_environment(void **state)
{
	static const struct fake_reply script[] = {
		{NULL, FAKE_JSON("200 OK", "{}"), FAKE_EVER}, {0}};
	struct fake *f = fake_start_tls(script, FAKE_CERT_GOOD);
	const struct gk_http_route route = {0};
	char url[64];
	struct gk_http_request q = {
		.method = "GET", .url = url, .route = &route, .retry = GK_HTTP_IDEMPOTENT};
	struct gk_http_response r = {0};
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%u/x", fake_port(f));
	assert_int_equal(setenv("SSL_CERT_FILE", "/nowhere/ca.pem", 1), 0);
	assert_int_equal(gk_http_do(h, &q, &r, &err), -1);
	assert_string_equal(err.slug, "http.ca-file");
	assert_int_equal(err.code, GK_EINPUT);
	assert_string_equal(gk_err_note(&err, 1), "the file is named by SSL_CERT_FILE");
	gk_http_response_done(&r);
	assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
	fake_free(f);
}

/* A peer that is gone while we write must not kill the program by SIGPIPE. */
static void outlives_a_closed_pipe(void **state)
{
	static const struct fake_reply script[] = {
		{NULL, "", FAKE_CLOSE | FAKE_EVER | FAKE_EAGER}, {0}};
	struct fake *f = fake_start_tls(script, FAKE_CERT_GOOD);
	const struct gk_http_route route = {.ca_pem = gk_str_c(fake_ca(f))};
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%u/x", fake_port(f));
	for (int i = 0; i < 20; i++) {
		struct gk_http_request q = {.method = "PUT", .url = url, .route = &route};
		struct gk_http_response r = {0};
		struct gk_err err = GK_ERR_INIT;

		gk_buf_fill(&q.body, 'x', 3 << 20);
		assert_int_equal(gk_http_do(h, &q, &r, &err), -1);
		assert_int_equal(err.code, GK_ENET);
	}
	fake_free(f);
}

struct stream {
	struct gk_http_op *op;
	struct gk_buf got;
	int pieces, ends, stop_after;
	enum gk_code code;
	char slug[32];
};

static int on_data(void *ctx, const struct gk_http_response *head, struct gk_str data)
{
	struct stream *s = ctx;

	assert_int_equal(head->status, 200);
	gk_buf_putstr(&s->got, data);
	return ++s->pieces == s->stop_after;
}

static void on_end(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	struct stream *s = ctx;

	(void)r;
	s->ends++;
	s->code = err->code;
	(void)snprintf(s->slug, sizeof s->slug, "%s", err->slug ? err->slug : "");
}

static void stream(struct fake *f, struct stream *s, int64_t idle_ms)
{
	struct gk_http_request q = {.method = "GET",
		.route = &plain,
		.idle_ms = idle_ms,
		.data = on_data,
		.done = on_end,
		.ctx = s};
	char url[64];

	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/watch", fake_port(f));
	q.url = url;
	s->op = gk_http_submit(h, &q);
	assert_int_equal(s->ends, 0);
}

static const char half_line[] =
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab\nc\r\n";

static void streams(void **state)
{
	static const struct fake_reply script[] = {{NULL, half_line, FAKE_CLOSE},
		{NULL, half_line, FAKE_STALL}, {NULL, FAKE_JSON("200 OK", "abc"), 0},
		{NULL, half_line, FAKE_STALL}, {0}};
	static const struct {
		int64_t idle_ms;
		int stop_after;
		enum gk_code code;
		const char *slug;
	} cases[] = {
		{0, 0, GK_ENET, "http.cut"},
		{60, 0, GK_ETIMEOUT, "http.silent"},
		{0, 0, GK_OK, ""},
		{0, 1, GK_ECANCELLED, "http.cancelled"},
	};
	struct fake *f = fake_start(script);
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct stream s = {.stop_after = cases[i].stop_after};

		stream(f, &s, cases[i].idle_ms);
		assert_int_equal(gk_http_run(h, &err), 0);
		assert_int_equal(s.ends, 1);
		assert_int_equal(s.code, cases[i].code);
		assert_string_equal(s.slug, cases[i].slug);
		assert_int_equal(s.got.n, cases[i].code == GK_OK ? 3 : 4);
		gk_buf_done(&s.got);
	}
	fake_free(f);
}

static void cancels(void **state)
{
	static const struct fake_reply script[] = {{NULL, NULL, FAKE_STALL | FAKE_EVER}, {0}};
	struct fake *f = fake_start(script);
	struct gk_err err = GK_ERR_INIT;
	struct stream flying = {0}, queued = {0};

	(void)state;
	stream(f, &flying, 0);
	assert_int_equal(gk_http_step(h, 10, &err), 0);
	stream(f, &queued, 0);
	gk_http_cancel(queued.op);
	gk_http_cancel(flying.op);
	assert_int_equal(flying.ends + queued.ends, 0);
	assert_int_equal(gk_http_pending(h), 2);
	assert_int_equal(gk_http_run(h, &err), 0);
	assert_int_equal(flying.ends, 1);
	assert_int_equal(queued.ends, 1);
	assert_int_equal(flying.code, GK_ECANCELLED);
	assert_int_equal(queued.code, GK_ECANCELLED);
	fake_free(f);
}

static int at_most;
static void count_end(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	(void)err;
	assert_non_null(r);
	++*(int *)ctx;
}

/* Five at a time start at most `window`; 429 halves it, good answers widen it. */
static void window(void **state)
{
	static const struct fake_reply script[] = {
		{"GET /busy", "HTTP/1.1 429 Many\r\nContent-Length: 0\r\n\r\n", FAKE_EVER},
		{NULL, FAKE_JSON("200 OK", "{}"), FAKE_EVER}, {0}};
	struct fake *f = fake_start(script);
	struct gk_err err = GK_ERR_INIT;
	char url[64];
	struct gk_http_request q = {.method = "GET",
		.url = url,
		.route = &plain,
		.lane = 3,
		.done = count_end,
		.ctx = &at_most};

	(void)state;
	at_most = 0;
	gk_http_lane_set(h, 3, 2, 8);
	assert_int_equal(gk_http_lane_window(h, 3), 2);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/ok", fake_port(f));
	for (int i = 0; i < 20; i++)
		(void)gk_http_submit(h, &q);
	assert_int_equal(gk_http_run(h, &err), 0);
	assert_int_equal(at_most, 20);
	assert_int_equal(gk_http_lane_window(h, 3), 8);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/busy", fake_port(f));
	(void)gk_http_submit(h, &q);
	assert_int_equal(gk_http_run(h, &err), 0);
	assert_int_equal(gk_http_lane_window(h, 3), 4);
	assert_true(fake_connections(f) <= 8);
	fake_free(f);
}

static int fired[4], nfired;
static void fire_1(void *ctx)
{
	fired[nfired++] = *(int *)ctx;
}

static void timers_and_fds(void **state)
{
	int one = 1, two = 2, three = 3, p[2];
	struct gk_err err = GK_ERR_INIT;
	struct gk_http_timer *cancelled;

	(void)state;
	nfired = 0;
	(void)gk_http_timer(h, 20, fire_1, &two);
	cancelled = gk_http_timer(h, 10, fire_1, &three);
	(void)gk_http_timer(h, 0, fire_1, &one);
	gk_http_timer_cancel(h, cancelled);
	while (nfired < 2)
		assert_int_equal(gk_http_step(h, -1, &err), 0);
	assert_int_equal(fired[0], 1);
	assert_int_equal(fired[1], 2);
	assert_int_equal(pipe(p), 0);
	gk_http_on_fd(h, p[0], fire_1, &three);
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_int_equal(gk_http_step(h, -1, &err), 0);
	assert_int_equal(fired[2], 3);
	gk_http_on_fd(h, p[0], NULL, NULL);
	assert_int_equal(gk_http_step(h, 0, &err), 0);
	assert_int_equal(nfired, 3);
	(void)close(p[0]);
	(void)close(p[1]);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(answers),
		T(signs_each_attempt),
		T(retry_rule),
		T(refused_connection),
		T(limits),
		T(times_out),
		T(not_allowed),
		T(trust),
		T(trust_of_the_environment),
		T(outlives_a_closed_pipe),
		T(streams),
		T(cancels),
		T(window),
		T(timers_and_fds),
	};

	(void)unsetenv("SSL_CERT_FILE");
	(void)unsetenv("SSL_CERT_DIR");
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
