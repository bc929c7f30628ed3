/* One signed request to AWS, with its retries. */
#include "aws/aws-priv.h"
#include "aws/fault.h"
#include "base/io.h"
#include "base/trace.h"

enum { LANE = 2, TIMEOUT_MS = 60000, SKEW_MS = 4 * 60 * 1000 };

/* What the callbacks of one request share. */
struct attempt {
	struct gk_aws *aws;
	const struct gk_aws_call *call;
	struct gk_aws_endpoint endpoint;
	struct gk_str host, path;
	struct gk_arena arena; /* wiping */
	bool clock_corrected;
};

static const char *method(const struct gk_aws_call *call)
{
	return call->method ? call->method : "POST";
}

static void put_header(struct gk_buf *b, struct gk_sigv4_header h)
{
	gk_buf_putstr(b, h.name);
	gk_buf_puts(b, ": ");
	gk_buf_putstr(b, h.value);
	gk_buf_putc(b, '\n');
}

/* The headers that are signed: host, content type, target, and the call's own. */
static size_t own_headers(const struct attempt *t, struct gk_sigv4_header *h, size_t max)
{
	const struct gk_aws_call *c = t->call;
	size_t n = 0;

	h[n++] = (struct gk_sigv4_header){GK_STR("Host"), t->host};
	if (c->content_type)
		h[n++] =
			(struct gk_sigv4_header){GK_STR("Content-Type"), gk_str_c(c->content_type)};
	if (c->target)
		h[n++] = (struct gk_sigv4_header){GK_STR("X-Amz-Target"), gk_str_c(c->target)};
	for (size_t i = 0; c->headers && c->headers[i]; i++) {
		struct gk_str value = gk_str_c(c->headers[i]), name = gk_str_cut(&value, ':');

		gk_assert(n < max);
		h[n++] = (struct gk_sigv4_header){name, gk_str_trim(value)};
	}
	return n;
}

static int on_sign(void *ctx, unsigned number, struct gk_buf *headers, struct gk_err *err)
{
	struct attempt *t = ctx;
	const struct gk_aws_call *c = t->call;
	struct gk_sigv4_header own[16];
	struct gk_sigv4_request req = {.method = gk_str_c(method(c)),
		.path = t->path,
		.query = c->query,
		.headers = own,
		.nheaders = own_headers(t, own, GK_COUNT(own)),
		.body = c->body,
		.region = t->endpoint.region,
		.service = t->endpoint.signing_name,
		.utc_ms = gk_aws_now_ms(t->aws),
		.flags = c->sign_flags};
	struct gk_sigv4 signature;
	struct gk_sigv4_key key;

	(void)number;
	for (size_t i = 1; i < req.nheaders; i++) /* the host is the transport's own */
		put_header(headers, own[i]);
	if (!c->creds)
		return 0;
	key = gk_aws_creds_key(c->creds);
	if (gk_sigv4_sign(&t->arena, &key, &req, &signature, err))
		return -1;
	for (size_t i = 0; i < signature.nadd; i++)
		put_header(headers, signature.add[i]);
	return 0;
}

/* "Wed, 21 Oct 2015 07:28:00 GMT" as UTC milliseconds; false for anything else. */
static bool parse_http_date(struct gk_str s, int64_t *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct gk_err ignored = GK_ERR_INIT;
	char stamp[32];
	unsigned month = 0;

	if (s.n != 29 || !gk_str_ends(s, GK_STR(" GMT")))
		return false;
	while (month < 12 && memcmp(months + 3 * (size_t)month, s.p + 8, 3) != 0)
		month++;
	if (month == 12)
		return false;
	memcpy(stamp, s.p + 12, 4);
	stamp[4] = stamp[7] = '-';
	stamp[5] = month + 1 >= 10 ? '1' : '0';
	stamp[6] = (char)('0' + (month + 1) % 10);
	memcpy(stamp + 8, s.p + 5, 2);
	stamp[10] = 'T';
	memcpy(stamp + 11, s.p + 17, 8);
	memcpy(stamp + 19, "Z", 2);
	return gk_time_parse_rfc3339(gk_str_c(stamp), ret, &ignored) == 0;
}

/* The signature was refused for its time: take the server's clock, once a request. */
static bool correct_clock(struct attempt *t, const struct gk_http_response *r)
{
	int64_t theirs, offset;

	if (t->clock_corrected || !t->call->creds ||
		!parse_http_date(gk_http_header(r, "date"), &theirs))
		return false;
	offset = theirs - gk_time_utc_ms();
	if (offset - t->aws->clock_offset_ms < SKEW_MS &&
		offset - t->aws->clock_offset_ms > -SKEW_MS)
		return false;
	gk_trace(GK_TRACE_AUTH, "clock differs from AWS by %lld s", (long long)(offset / 1000));
	t->aws->clock_offset_ms = offset;
	t->clock_corrected = true;
	return true;
}

static enum gk_http_verdict on_judge(void *ctx, const struct gk_http_response *r)
{
	struct attempt *t = ctx;
	struct gk_aws_fault fault;

	if (r->status / 100 == 2 || r->status == 304)
		return GK_HTTP_ACCEPT;
	gk_aws_fault_read(&t->arena, r, &fault);
	if (gk_aws_fault_clock(&fault) && correct_clock(t, r))
		return GK_HTTP_AGAIN_NOW;
	return gk_aws_fault_transient(&fault, r->status) ? GK_HTTP_AGAIN : GK_HTTP_ACCEPT;
}

static int prepare(struct attempt *t, struct gk_err *err)
{
	const struct gk_aws_call *c = t->call;

	if (gk_aws_locate(t->aws, &t->arena, c->service, c->region, &t->endpoint, err))
		return -1;
	t->host = gk_str_c(gk_arena_printf(
		&t->arena, "%.*s%.*s", GK_SARG(c->host_prefix), GK_SARG(t->endpoint.host)));
	t->path = gk_str_c(gk_arena_printf(&t->arena, "%.*s%.*s", GK_SARG(t->endpoint.path),
		c->path.n ? (int)c->path.n : 1, c->path.n ? c->path.p : "/"));
	return 0;
}

/* scheme://[prefix]host[:port]path[?query] */
static const char *make_url(struct attempt *t)
{
	const struct gk_aws_call *c = t->call;
	struct gk_str authority = t->endpoint.url, scheme;

	scheme = gk_str_cut(&authority, ':');
	authority = gk_str_from(authority, 2);
	return gk_arena_printf(&t->arena, "%.*s://%.*s%.*s%.*s%s%.*s", GK_SARG(scheme),
		GK_SARG(c->host_prefix), GK_SARG(authority), GK_SARG(t->path),
		c->query.n ? "?" : "", GK_SARG(c->query));
}

static int refuse(struct attempt *t, const struct gk_http_response *r, struct gk_err *err)
{
	struct gk_aws_fault fault;

	gk_aws_fault_read(&t->arena, r, &fault);
	gk_aws_fault_fail(err, &fault, r->status, t->call->operation);
	gk_note(err, "%s %s", method(t->call), t->endpoint.url.p);
	if (gk_aws_fault_clock(&fault) && t->clock_corrected)
		gk_note(err, "this machine's clock is %lld s off",
			(long long)(-t->aws->clock_offset_ms / 1000));
	return -1;
}

static int send_request(struct attempt *t, struct gk_http_response *ret, struct gk_err *err)
{
	const struct gk_aws_call *c = t->call;
	struct gk_aws *aws = t->aws;
	struct gk_http_request q = {.method = method(c),
		.url = make_url(t),
		.route = &aws->route,
		.lane = LANE,
		.timeout_ms = TIMEOUT_MS,
		.max_attempts = aws->max_attempts,
		.max_body = c->max_body ? c->max_body : aws->limits->http_small,
		.retry = GK_HTTP_IDEMPOTENT,
		.secret = true,
		.body = {.secret = true},
		.sign = on_sign,
		.judge = on_judge,
		.ctx = t};

	gk_buf_putstr(&q.body, c->body);
	if (gk_http_do(aws->o.http, &q, ret, err))
		return gk_ctx(err, "%s", c->operation);
	return 0;
}

int gk_aws_do(struct gk_aws *aws, const struct gk_aws_call *call, struct gk_http_response *ret,
	struct gk_err *err)
{
	struct attempt t = {.aws = aws, .call = call, .arena = {.wipe = true}};
	struct gk_http_response r = {0};
	int failed = prepare(&t, err) || send_request(&t, &r, err);

	if (!failed && r.status / 100 != 2 && !call->any_status)
		failed = refuse(&t, &r, err);
	if (failed)
		gk_http_response_done(&r);
	else
		*ret = r;
	gk_arena_done(&t.arena);
	return failed ? -1 : 0;
}

int gk_aws_plain(struct gk_aws *aws, const char *http_method, const char *url,
	const char *const *headers, int64_t timeout_ms, unsigned attempts,
	struct gk_http_response *ret, struct gk_err *err)
{
	static const struct gk_http_route local = {.proxy = "", .allow_plain = true};
	struct gk_http_request q = {.method = http_method,
		.url = url,
		.headers = headers,
		.route = &local,
		.lane = LANE,
		.timeout_ms = timeout_ms,
		.max_attempts = attempts,
		.max_body = aws->limits->http_small,
		.retry = attempts > 1 ? GK_HTTP_IDEMPOTENT : GK_HTTP_NEVER,
		.secret = true};

	return gk_http_do(aws->o.http, &q, ret, err);
}
