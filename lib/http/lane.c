/*
 * The window of a lane: how many requests may be in flight.
 *
 * It starts small, grows by one for each clean answer, and is halved when the server says
 * that it has too much to do.  From then on it grows by one a whole window of clean answers,
 * so that it stays near what the server stands (additive increase, multiplicative decrease).
 */
#include "base/crypto.h"
#include "base/io.h"
#include "http/http-priv.h"

uint32_t gk_http__random(struct gk_http *h)
{
	uint32_t v;

	if (h->opt.random)
		return h->opt.random(h->opt.random_ctx);
	gk_random(&v, sizeof v);
	return v;
}

void gk_http_lane_set(struct gk_http *h, unsigned lane, unsigned start, unsigned max)
{
	gk_assert(lane < GK_HTTP_LANES && max > 0);
	h->lanes[lane].window = start < 1 ? 1 : start < max ? start : max;
	h->lanes[lane].max = max;
}

unsigned gk_http_lane_window(const struct gk_http *h, unsigned lane)
{
	gk_assert(lane < GK_HTTP_LANES);
	return h->lanes[lane].window;
}

/* Answers that were under way when the window was halved say nothing new about it. */
static void throttle(struct gk_http_op *op, struct lane *l, int64_t wait_ms)
{
	int64_t now = gk_time_mono_ms();

	if (op->attempt_ms >= l->halved_ms) {
		l->throttled = true;
		l->clean = 0;
		l->window = l->window > 1 ? l->window / 2 : 1;
		l->halved_ms = now;
	}
	if (wait_ms <= 0)
		return;
	wait_ms += wait_ms * (int64_t)(gk_http__random(op->h) % 200) / 1000;
	if (now + wait_ms > l->hold_until)
		l->hold_until = now + wait_ms;
}

void gk_http__lane_answer(struct gk_http_op *op, const struct gk_http_response *r)
{
	struct lane *l = &op->h->lanes[op->q.lane];

	if (r->status == 429 || (r->status == 503 && r->retry_after_ms >= 0)) {
		throttle(op, l, r->retry_after_ms);
		return;
	}
	if (r->status >= 500 || l->window >= l->max)
		return;
	if (++l->clean >= (l->throttled ? l->window : 1)) {
		l->clean = 0;
		l->window++;
	}
}
