#include "sim/stream.h"

#include "base/mem.h"
#include "sim/sim-priv.h"

enum { DRIP_TICK_MS = 50 };

struct gk_sim_stream *gk_sim_stream_open(struct gk_sim_req *r, void (*closed)(void *ctx), void *ctx)
{
	struct gk_sim_stream *s = gk_xcalloc(1, sizeof *s);

	s->req = r;
	s->clean = true;
	s->closed = closed;
	s->ctx = ctx;
	s->fault = r->fault;
	s->next = r->sim->streams;
	s->prev = &r->sim->streams;
	if (s->next)
		s->next->prev = &s->next;
	r->sim->streams = s;
	r->stream = s;
	return s;
}

static void wake(struct gk_sim_stream *s)
{
	if (s->suspended) {
		s->suspended = false;
		s->req->sim->woken = true;
		gk_sim_conn_resume(s);
	}
}

void gk_sim_stream_put(struct gk_sim_stream *s, struct gk_str bytes)
{
	if (s->ended)
		return;
	if (s->taken == s->out.n) {
		gk_buf_reset(&s->out);
		s->taken = 0;
	}
	gk_buf_putstr(&s->out, bytes);
	if (!s->timer)
		wake(s);
}

void gk_sim_stream_end(struct gk_sim_stream *s, bool clean)
{
	s->ended = true;
	s->clean = clean;
	if (!s->timer)
		wake(s);
}

void gk_sim_stream_free(struct gk_sim_stream *s)
{
	if (!s)
		return;
	gk_sim_timer_cancel(&s->req->sim->loop, s->timer);
	if (s->closed)
		s->closed(s->ctx);
	*s->prev = s->next;
	if (s->next)
		s->next->prev = s->prev;
	gk_buf_done(&s->out);
	gk_free(s);
}

void gk_sim_streams_end(struct gk_sim_stream *first)
{
	for (struct gk_sim_stream *s = first; s; s = s->next) {
		gk_sim_timer_cancel(&s->req->sim->loop, s->timer);
		s->timer = 0;
		s->fault = NULL;
		s->taken = s->out.n;
		gk_sim_stream_end(s, false);
	}
}

void gk_sim_streams_sweep(struct gk_sim_stream *first)
{
	for (struct gk_sim_stream *s = first; s; s = s->next)
		if (s->suspended && !s->ended && gk_sim_conn_gone(s->req)) {
			gk_sim_timer_cancel(&s->req->sim->loop, s->timer);
			s->timer = 0;
			s->fault = NULL;
			gk_sim_stream_end(s, false);
		}
}

static void on_timer(void *ctx)
{
	struct gk_sim_stream *s = ctx;

	s->timer = 0;
	if (s->fault && s->fault->drip_rate > 0)
		s->budget += (size_t)(s->fault->drip_rate * DRIP_TICK_MS / 1000) + 1;
	wake(s);
}

static int64_t pause_for(struct gk_sim_stream *s, int64_t ms)
{
	s->timer = gk_sim_timer_add(&s->req->sim->loop, ms, on_timer, s);
	s->suspended = true;
	gk_sim_conn_suspend(s);
	return 0;
}

/* How many bytes a fault lets pass now; 0 after it has paused the stream, -2 = break. */
static int64_t fault_allows(struct gk_sim_stream *s, int64_t pos, int64_t want)
{
	const struct gk_sim_fault *f = s->fault;

	if (!f)
		return want;
	if (f->cut_at >= 0) {
		if (pos >= f->cut_at) {
			if (f->cut_rst)
				gk_sim_conn_reset(s->req);
			return -2;
		}
		want = want < f->cut_at - pos ? want : f->cut_at - pos;
	}
	if (f->stall_ms > 0 && !s->stalled) {
		if (pos >= f->stall_at) {
			s->stalled = true;
			return pause_for(s, f->stall_ms);
		}
		want = want < f->stall_at - pos ? want : f->stall_at - pos;
	}
	if (f->drip_rate > 0) {
		if (s->budget == 0)
			return pause_for(s, DRIP_TICK_MS);
		want = want < (int64_t)s->budget ? want : (int64_t)s->budget;
		s->budget -= (size_t)want;
	}
	return want;
}

int64_t gk_sim_stream_next(struct gk_sim_stream *s, uint64_t pos, char *buf, size_t max)
{
	size_t left = s->out.n - s->taken;
	int64_t n;

	if (left == 0 && s->ended)
		return s->clean ? -1 : -2;
	n = fault_allows(s, (int64_t)pos, (int64_t)(left < max ? left : max));
	if (n < 0 || s->suspended)
		return n;
	if (n == 0) {
		s->suspended = true;
		gk_sim_conn_suspend(s);
		return 0;
	}
	memcpy(buf, s->out.p + s->taken, (size_t)n);
	if (s->fault && s->fault->corrupt_at >= (int64_t)pos &&
		s->fault->corrupt_at < (int64_t)pos + n)
		buf[s->fault->corrupt_at - (int64_t)pos] ^= 0x20;
	s->taken += (size_t)n;
	return n;
}
