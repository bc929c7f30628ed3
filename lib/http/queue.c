/*
 * The life of a request:
 *
 *	submit -> QUEUED -> FLYING -> done
 *	             ^         |
 *	             +- WAITING+   (after a failure that may be repeated)
 *
 * Breaking one off, from outside or by a limit, puts it on the list of the ENDING, which
 * the next turn empties: nothing is taken out of curl while curl runs, and no callback runs
 * inside the call that broke it off.
 */
#include "base/crypto.h"
#include "base/io.h"
#include "http/http-priv.h"

enum {
	BUDGET_MS = 60000,
	LONG_BUDGET_MS = 240000,
	BACKOFF_MS = 200,
	BACKOFF_CAP_MS = 10000,
	SLOW_CHECK_MS = 30000,
	SLOW_BYTES = 100 * SLOW_CHECK_MS / 1000,
	AT_ONCE_MAX = 2
};

void gk_http__push(struct op_list *l, struct gk_http_op *op)
{
	op->next = NULL;
	op->prev = l->last;
	*(l->last ? &l->last->next : &l->first) = op;
	l->last = op;
}

void gk_http__push_front(struct op_list *l, struct gk_http_op *op)
{
	op->prev = NULL;
	op->next = l->first;
	*(l->first ? &l->first->prev : &l->last) = op;
	l->first = op;
}

void gk_http__unlink(struct op_list *l, struct gk_http_op *op)
{
	*(op->prev ? &op->prev->next : &l->first) = op->next;
	*(op->next ? &op->next->prev : &l->last) = op->prev;
	op->next = op->prev = NULL;
}

static struct op_list *list_of(struct gk_http_op *op)
{
	switch (op->state) {
	case OP_QUEUED:
		return op->q.data ? &op->h->streams : &op->h->lanes[op->q.lane].queue;
	case OP_FLYING:
		return &op->h->flying;
	case OP_WAITING:
		return &op->h->waiting;
	case OP_ENDING:
		break;
	}
	return &op->h->ending;
}

static void move(struct gk_http_op *op, enum op_state state)
{
	gk_http__unlink(list_of(op), op);
	op->state = state;
	gk_http__push(list_of(op), op);
}

/* Headers of credentials went through these lists. */
static void free_lines(struct curl_slist *list)
{
	for (struct curl_slist *l = list; l; l = l->next)
		gk_wipe(l->data, strlen(l->data));
	curl_slist_free_all(list);
}

/* Forget the last attempt, give its handle back. */
static void attempt_release(struct gk_http_op *op)
{
	gk_http_timer_cancel(op->h, op->timer);
	op->timer = NULL;
	free_lines(op->lines_out);
	curl_slist_free_all(op->connect_to);
	op->lines_out = op->connect_to = NULL;
	if (!op->easy)
		return;
	curl_easy_reset(op->easy);
	gk_vec_push(&op->h->idle, op->easy);
	op->easy = NULL;
}

static void op_free(struct gk_http_op *op)
{
	if (op->in_multi)
		(void)curl_multi_remove_handle(op->h->multi, op->easy);
	attempt_release(op);
	gk_buf_done(&op->headers);
	gk_buf_done(&op->q.body);
	gk_http_response_done(&op->r);
	gk_free(op);
}

void gk_http__drop(struct gk_http_op *op)
{
	gk_http__unlink(list_of(op), op);
	op->h->pending--;
	op_free(op);
}

/* The end: exactly one call of done. */
static void finish(struct gk_http_op *op, struct gk_http_response *r, struct gk_err *err)
{
	gk_http__unlink(list_of(op), op);
	op->h->pending--;
	attempt_release(op);
	op->q.done(op->q.ctx, r, err);
	op_free(op);
}

static void on_backoff_over(void *ctx)
{
	struct gk_http_op *op = ctx;

	op->timer = NULL;
	gk_http__unlink(list_of(op), op);
	op->state = OP_QUEUED;
	gk_http__push_front(list_of(op), op);
}

/* Exponential, with a jitter of 0.5 to 1.5, so that those who failed together spread out. */
static int64_t backoff_ms(struct gk_http_op *op)
{
	unsigned doublings = op->r.attempts - 1 < 6 ? op->r.attempts - 1 : 6;
	int64_t ms = (int64_t)BACKOFF_MS << doublings;

	if (ms > BACKOFF_CAP_MS)
		ms = BACKOFF_CAP_MS;
	return ms * (50 + (int64_t)(gk_http__random(op->h) % 101)) / 100;
}

/* The server's own wish, a little later so that not all come back at one instant. */
static int64_t wished_ms(struct gk_http_op *op, int64_t retry_after_ms)
{
	return retry_after_ms + retry_after_ms * (int64_t)(gk_http__random(op->h) % 200) / 1000;
}

/* Try again after delay_ms if attempts and time allow; false when they do not. */
static bool again(struct gk_http_op *op, int64_t delay_ms)
{
	if (op->q.max_attempts && op->r.attempts >= op->q.max_attempts)
		return false;
	if (gk_time_mono_ms() + delay_ms >= op->deadline_ms)
		return false;
	attempt_release(op);
	move(op, OP_WAITING);
	op->timer = gk_http_timer(op->h, delay_ms, on_backoff_over, op);
	return true;
}

static bool class_repeats(const struct gk_http_op *op)
{
	const struct gk_http_response *r = &op->r;
	bool wished = r->retry_after_ms >= 0;

	if (op->q.retry == GK_HTTP_NEVER)
		return false;
	if ((r->status == 429 || r->status == 503) && wished)
		return true;
	if (op->q.retry != GK_HTTP_IDEMPOTENT)
		return false;
	return r->status == 429 || (r->status >= 502 && r->status <= 504) ||
	       (r->status == 500 && wished);
}

/* Whether a complete answer is not the last word. */
static bool repeat_answer(struct gk_http_op *op)
{
	enum gk_http_verdict v = GK_HTTP_JUDGE_DEFAULT;

	if (op->delivered)
		return false;
	if (op->q.judge)
		v = op->q.judge(op->q.ctx, &op->r);
	if (v == GK_HTTP_ACCEPT || (v == GK_HTTP_JUDGE_DEFAULT && !class_repeats(op)))
		return false;
	if (v == GK_HTTP_AGAIN_NOW)
		return op->at_once++ < AT_ONCE_MAX && again(op, 0);
	if (v == GK_HTTP_AGAIN_LONG)
		op->deadline_ms = op->began_ms + op->q.long_budget_ms;
	return again(op,
		op->r.retry_after_ms >= 0 ? wished_ms(op, op->r.retry_after_ms) : backoff_ms(op));
}

static bool repeat_fault(struct gk_http_op *op, CURLcode code)
{
	const struct fault *f = gk_http__fault(op, code);

	if (!f->transient || op->delivered || op->q.retry == GK_HTTP_NEVER)
		return false;
	if (op->q.retry == GK_HTTP_SAFE && !f->before_send && !op->unsent)
		return false;
	return again(op, backoff_ms(op));
}

/* Read what curl knows of the attempt before its handle is used again. */
static void take_facts(struct gk_http_op *op)
{
	long status = 0, version = 0, sys = 0, sent = 0;

	(void)curl_easy_getinfo(op->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(op->easy, CURLINFO_HTTP_VERSION, &version);
	(void)curl_easy_getinfo(op->easy, CURLINFO_OS_ERRNO, &sys);
	(void)curl_easy_getinfo(op->easy, CURLINFO_REQUEST_SIZE, &sent);
	op->r.status = (int)status;
	op->r.http2 = version == CURL_HTTP_VERSION_2_0;
	op->r.elapsed_ms = gk_time_mono_ms() - op->attempt_ms;
	op->r.retry_after_ms = gk_http__retry_after(&op->r);
	op->sys = (int)sys;
	op->unsent = sent == 0;
}

/* curl is through with an attempt, or we with curl. */
void gk_http__attempt_over(struct gk_http_op *op, CURLcode code)
{
	struct gk_err err = GK_ERR_INIT;
	bool gave_up = op->broken != OP_WHOLE && op->broken != OP_SILENT;

	(void)curl_multi_remove_handle(op->h->multi, op->easy);
	op->in_multi = false;
	if (!op->q.data)
		op->h->lanes[op->q.lane].flying--;
	take_facts(op);
	if (code == CURLE_OK && op->broken != OP_WHOLE)
		code = CURLE_ABORTED_BY_CALLBACK;
	gk_http__log_end(op, code);
	if (code == CURLE_OK)
		gk_http__lane_answer(op, &op->r);
	if (!gave_up && (code == CURLE_OK ? repeat_answer(op) : repeat_fault(op, code)))
		return;
	if (code == CURLE_OK) {
		finish(op, &op->r, &err);
	} else {
		gk_http__fault_fail(op, code, &err);
		finish(op, NULL, &err);
	}
}

void gk_http__break_off(struct gk_http_op *op, enum op_break why)
{
	if (op->broken == OP_WHOLE || why == OP_CANCELLED)
		op->broken = why;
	if (op->state == OP_ENDING)
		return;
	gk_http_timer_cancel(op->h, op->timer);
	op->timer = NULL;
	move(op, OP_ENDING);
}

void gk_http_cancel(struct gk_http_op *op)
{
	gk_http__break_off(op, OP_CANCELLED);
}

bool gk_http__end_broken(struct gk_http *h)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_http_op *op = h->ending.first;

	if (!op)
		return false;
	while ((op = h->ending.first)) {
		if (op->in_multi) {
			gk_http__attempt_over(op, CURLE_ABORTED_BY_CALLBACK);
		} else {
			gk_http__fault_fail(op, CURLE_ABORTED_BY_CALLBACK, &err);
			finish(op, NULL, &err);
		}
	}
	return true;
}

static void watch_silence(struct gk_http_op *op, int64_t after_ms);

/* A stream: how long nothing came.  Else: fewer than 100 B/s since the last look. */
static void on_silence(void *ctx)
{
	struct gk_http_op *op = ctx;
	int64_t quiet = gk_time_mono_ms() - op->last_byte_ms;

	op->timer = NULL;
	if (op->q.data) {
		if (quiet >= op->q.idle_ms)
			gk_http__break_off(op, OP_SILENT);
		else
			watch_silence(op, op->q.idle_ms - quiet);
		return;
	}
	if (op->received && op->received - op->received_seen < SLOW_BYTES)
		gk_http__break_off(op, OP_SILENT);
	else
		watch_silence(op, SLOW_CHECK_MS);
	op->received_seen = op->received;
}

static void watch_silence(struct gk_http_op *op, int64_t after_ms)
{
	op->timer = gk_http_timer(op->h, after_ms, on_silence, op);
}

static void attempt_begin(struct gk_http_op *op)
{
	const struct gk_limits *lim = op->h->limits;

	op->attempt_ms = op->last_byte_ms = gk_time_mono_ms();
	if (!op->began_ms) {
		op->began_ms = op->attempt_ms;
		op->deadline_ms = op->began_ms + op->q.budget_ms;
	}
	op->r.attempts++;
	op->r.status = 0;
	op->lines = 0;
	op->received = op->received_seen = 0;
	op->broken = OP_WHOLE;
	op->delivered = false;
	*op->why = '\0';
	gk_buf_done(&op->r.body);
	gk_buf_reset(&op->r.head);
	op->r.head.max = lim->http_headers;
	op->r.body.max = op->q.max_body ? op->q.max_body : lim->http_body;
	op->r.body.secret = op->q.secret;
	op->easy = op->h->idle.n ? op->h->idle.v[--op->h->idle.n] : curl_easy_init();
	if (!op->easy)
		gk_oom();
}

static void start(struct gk_http_op *op)
{
	struct gk_err err = GK_ERR_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf signature = {.secret = true};

	attempt_begin(op);
	if (op->q.sign && op->q.sign(op->q.ctx, op->r.attempts, &signature, &err)) {
		finish(op, NULL, &err);
		return;
	}
	if (op->q.reroute)
		op->q.route = op->q.reroute(op->q.ctx);
	if (gk_http__setup(op, &signature, &err)) {
		finish(op, NULL, &err);
		return;
	}
	gk_http__log_start(op);
	if (curl_multi_add_handle(op->h->multi, op->easy) != CURLM_OK)
		gk_oom();
	op->in_multi = true;
	move(op, OP_FLYING);
	if (!op->q.data)
		op->h->lanes[op->q.lane].flying++;
	if (!op->q.data || op->q.idle_ms)
		watch_silence(op, op->q.data ? op->q.idle_ms : SLOW_CHECK_MS);
}

bool gk_http__start_queued(struct gk_http *h)
{
	int64_t now = gk_time_mono_ms();
	bool any = h->streams.first;

	while (h->streams.first)
		start(h->streams.first);
	for (unsigned i = 0; i < GK_HTTP_LANES; i++) {
		struct lane *l = &h->lanes[i];

		while (l->queue.first && l->flying < l->window && now >= l->hold_until) {
			start(l->queue.first);
			any = true;
		}
	}
	return any;
}

int64_t gk_http__next_hold(const struct gk_http *h)
{
	int64_t first = -1;

	for (unsigned i = 0; i < GK_HTTP_LANES; i++) {
		const struct lane *l = &h->lanes[i];

		if (l->queue.first && l->flying < l->window && (first < 0 || l->hold_until < first))
			first = l->hold_until;
	}
	return first;
}

struct gk_http_op *gk_http_submit(struct gk_http *h, struct gk_http_request *q)
{
	struct gk_http_op *op = gk_xcalloc(1, sizeof *op);

	gk_assert(q->done && q->route && q->lane < GK_HTTP_LANES);
	op->h = h;
	op->q = *q;
	q->body = (struct gk_buf){.max = q->body.max, .secret = q->body.secret};
	op->q.url = op->r.url = gk_xstrdup(q->url);
	for (const char *const *line = q->headers; line && *line; line++)
		gk_buf_printf(&op->headers, "%s\n", *line);
	op->q.headers = NULL;
	op->q.budget_ms = q->budget_ms ? q->budget_ms : BUDGET_MS;
	op->q.long_budget_ms = q->long_budget_ms ? q->long_budget_ms : LONG_BUDGET_MS;
	op->r.method = op->q.method;
	op->r.retry_after_ms = -1;
	h->pending++;
	gk_http__push(list_of(op), op);
	return op;
}
