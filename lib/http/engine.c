/* The loop: one turn starts what may start, waits, and runs the callbacks. */
#include <errno.h>
#include <stdio.h>

#include "base/io.h"
#include "http/http-priv.h"

enum { LANE_START = 16, LANE_MAX = 32, CONNECTIONS_KEPT = 32, WAIT_MAX_MS = 60000, NUDGE_MS = 25 };

#if defined(__x86_64__)
#define ARCH "amd64"
#elif defined(__aarch64__)
#define ARCH "arm64"
#else
#define ARCH "unknown"
#endif

void gk_http_user_agent(struct gk_buf *b, const char *program)
{
	gk_buf_printf(
		b, "%s/%s (linux/%s) libgk/%s", program, PACKAGE_VERSION, ARCH, PACKAGE_VERSION);
}

const char *gk_http_library(void)
{
	static char text[160];
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	if (!*text)
		(void)snprintf(text, sizeof text, "libcurl %s, %s, nghttp2 %s", v->version,
			v->ssl_version ? v->ssl_version : "no TLS",
			v->nghttp2_version ? v->nghttp2_version : "none");
	return text;
}

int gk_http_new(const struct gk_http_options *opt, struct gk_http **ret, struct gk_err *err)
{
	struct gk_http *h;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return gk_fail(err, GK_EIO, "http.start", "cannot start libcurl");
	h = gk_xcalloc(1, sizeof *h);
	h->opt = *opt;
	h->limits = opt->limits ? opt->limits : gk_limits_default();
	h->user_agent = gk_xstrdup(opt->user_agent ? opt->user_agent : "libgk/" PACKAGE_VERSION);
	h->threads = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS;
	h->multi = curl_multi_init();
	if (!h->multi)
		gk_oom();
	(void)curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 100L);
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	for (unsigned i = 0; i < GK_HTTP_LANES; i++)
		gk_http_lane_set(h, i, LANE_START, LANE_MAX);
	*ret = h;
	return 0;
}

static void free_list(struct op_list *l)
{
	while (l->first)
		gk_http__drop(l->first);
}

void gk_http_free(struct gk_http *h)
{
	if (!h)
		return;
	free_list(&h->flying);
	free_list(&h->waiting);
	free_list(&h->ending);
	free_list(&h->streams);
	for (unsigned i = 0; i < GK_HTTP_LANES; i++)
		free_list(&h->lanes[i].queue);
	gk_vec_foreach (CURL *, easy, &h->idle)
		curl_easy_cleanup(*easy);
	gk_vec_done(&h->idle);
	gk_vec_done(&h->fds);
	gk_http__timers_free(h);
	(void)curl_multi_cleanup(h->multi);
	gk_free(h->user_agent);
	gk_free(h);
	curl_global_cleanup();
}

void gk_http_freep(struct gk_http **h)
{
	gk_http_free(*h);
	*h = NULL;
}

size_t gk_http_pending(const struct gk_http *h)
{
	return h->pending;
}

void gk_http_on_fd(struct gk_http *h, int fd, gk_http_wake_fn fn, void *ctx)
{
	for (size_t i = 0; i < h->fds.n; i++) {
		if (h->fds.v[i].fd != fd)
			continue;
		h->fds.v[i].fn = fn;
		h->fds.v[i].ctx = ctx;
		if (!fn)
			h->fds.v[i] = h->fds.v[--h->fds.n];
		return;
	}
	if (fn)
		gk_vec_push(&h->fds, ((struct fd_watch){fd, fn, ctx}));
}

/* Let curl work, and end the attempts that it is through with. */
static bool perform(struct gk_http *h)
{
	int running, left;
	bool any = false;
	const CURLMsg *m;

	if (curl_multi_perform(h->multi, &running) != CURLM_OK)
		gk_oom();
	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct gk_http_op *op = NULL;
		CURLcode code = m->data.result;

		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (void *)&op);
		gk_http__attempt_over(op, code);
		any = true;
	}
	return any;
}

static bool turn(struct gk_http *h)
{
	bool any = gk_http__end_broken(h);

	any = gk_http__fire(h) || any;
	any = gk_http__start_queued(h) || any;
	return perform(h) || any;
}

static int64_t sooner(int64_t wait, int64_t at, int64_t now)
{
	int64_t until = at > now ? at - now : 0;

	return at >= 0 && (wait < 0 || until < wait) ? until : wait;
}

/*
 * curl up to 8.0 can leave the rest of an HTTP/2 answer lying: bytes for one stream that it
 * took from the socket while it served another wait in its own buffer, and no readable
 * socket ever says so (seen with 7.88: two LISTs at once stood still until the connect
 * timer rang, 20 s later).  Pausing and resuming a transfer makes curl look there again.
 * So the first time that nothing has come for a moment after something did, every transfer
 * in flight is nudged once.  That wakes one transfer a connection; large answers, where it
 * matters most, have connections of their own (gk_http_request.alone).
 */
static void nudge(struct gk_http *h)
{
	for (struct gk_http_op *op = h->flying.first; op; op = op->next) {
		(void)curl_easy_pause(op->easy, CURLPAUSE_RECV);
		(void)curl_easy_pause(op->easy, CURLPAUSE_CONT);
	}
	h->quiet = true;
}

static int wait_for_something(struct gk_http *h, int64_t timeout_ms, struct gk_err *err)
{
	int64_t now = gk_time_mono_ms(), wait = timeout_ms;
	struct curl_waitfd *fds = gk_xcalloc(h->fds.n + 1, sizeof *fds);
	CURLMcode code;
	int ready;

	wait = sooner(wait, gk_http__next_timer(h), now);
	wait = sooner(wait, gk_http__next_hold(h), now);
	if (wait < 0 || wait > WAIT_MAX_MS)
		wait = WAIT_MAX_MS;
	if (!h->quiet && h->flying.first && wait > NUDGE_MS)
		wait = NUDGE_MS;
	for (size_t i = 0; i < h->fds.n; i++)
		fds[i] = (struct curl_waitfd){.fd = h->fds.v[i].fd, .events = CURL_WAIT_POLLIN};
	code = curl_multi_poll(h->multi, fds, (unsigned)h->fds.n, (int)wait, &ready);
	if (ready > 0)
		h->quiet = false;
	else if (!h->quiet && wait == NUDGE_MS)
		nudge(h);
	/* From the last to the first: a callback may take its own out. */
	for (size_t i = h->fds.n; i-- > 0;)
		if (fds[i].revents && i < h->fds.n && h->fds.v[i].fd == fds[i].fd)
			h->fds.v[i].fn(h->fds.v[i].ctx);
	gk_free(fds);
	if (code != CURLM_OK && code != CURLM_UNRECOVERABLE_POLL)
		return gk_fail(err, GK_EIO, "http.poll", "cannot wait for connections: %s",
			curl_multi_strerror(code));
	return 0;
}

int gk_http_step(struct gk_http *h, int64_t timeout_ms, struct gk_err *err)
{
	if (turn(h))
		return 0;
	if (wait_for_something(h, timeout_ms, err))
		return -1;
	(void)turn(h);
	return 0;
}

int gk_http_run(struct gk_http *h, struct gk_err *err)
{
	while (h->pending)
		if (gk_http_step(h, -1, err))
			return -1;
	return 0;
}

/* gk_http_do: stands between the engine and the caller's callbacks. */
struct blocking {
	struct gk_http_request *q;
	struct gk_http_response *r;
	struct gk_err *err;
	bool done;
	int failed;
};

static int do_sign(void *ctx, unsigned attempt, struct gk_buf *headers, struct gk_err *err)
{
	struct blocking *b = ctx;

	return b->q->sign(b->q->ctx, attempt, headers, err);
}

static const struct gk_http_route *do_reroute(void *ctx)
{
	struct blocking *b = ctx;

	return b->q->reroute(b->q->ctx);
}

static enum gk_http_verdict do_judge(void *ctx, const struct gk_http_response *r)
{
	struct blocking *b = ctx;

	return b->q->judge(b->q->ctx, r);
}

static int do_data(void *ctx, const struct gk_http_response *head, struct gk_str data)
{
	struct blocking *b = ctx;

	return b->q->data(b->q->ctx, head, data);
}

static void do_done(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	struct blocking *b = ctx;

	b->done = true;
	if (!r) {
		*b->err = *err;
		b->failed = -1;
		return;
	}
	*b->r = *r;
	*r = (struct gk_http_response){0};
}

int gk_http_do(struct gk_http *h, struct gk_http_request *q, struct gk_http_response *ret,
	struct gk_err *err)
{
	struct blocking b = {.q = q, .r = ret, .err = err};
	struct gk_http_request mine = *q;
	struct gk_http_op *op;

	mine.done = do_done;
	mine.ctx = &b;
	mine.sign = q->sign ? do_sign : NULL;
	mine.reroute = q->reroute ? do_reroute : NULL;
	mine.judge = q->judge ? do_judge : NULL;
	mine.data = q->data ? do_data : NULL;
	op = gk_http_submit(h, &mine);
	q->body = mine.body;
	while (!b.done)
		if (gk_http_step(h, -1, err)) {
			gk_http__drop(op);
			return -1;
		}
	return b.failed;
}
