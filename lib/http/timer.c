/* Timers: a binary heap, earliest first; each knows its place, so that it can be cancelled. */
#include "base/io.h"
#include "http/http-priv.h"

struct gk_http_timer {
	int64_t at_ms;
	uint64_t seq; /* equal times fire in the order they were set */
	size_t place;
	gk_http_wake_fn fn;
	void *ctx;
};

static bool before(const struct gk_http_timer *a, const struct gk_http_timer *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->seq < b->seq;
}

static void put(struct timer_heap *t, size_t i, struct gk_http_timer *x)
{
	t->v[i] = x;
	x->place = i;
}

static void sift_up(struct timer_heap *t, size_t i)
{
	struct gk_http_timer *x = t->v[i];

	for (; i && before(x, t->v[(i - 1) / 2]); i = (i - 1) / 2)
		put(t, i, t->v[(i - 1) / 2]);
	put(t, i, x);
}

static void sift_down(struct timer_heap *t, size_t i)
{
	struct gk_http_timer *x = t->v[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= t->n)
			break;
		if (child + 1 < t->n && before(t->v[child + 1], t->v[child]))
			child++;
		if (!before(t->v[child], x))
			break;
		put(t, i, t->v[child]);
		i = child;
	}
	put(t, i, x);
}

static void take_out(struct timer_heap *t, struct gk_http_timer *x)
{
	struct gk_http_timer *last = t->v[--t->n];
	size_t i = x->place;

	if (last == x)
		return;
	put(t, i, last);
	sift_up(t, i);
	sift_down(t, last->place);
}

struct gk_http_timer *gk_http_timer(
	struct gk_http *h, int64_t after_ms, gk_http_wake_fn fn, void *ctx)
{
	struct gk_http_timer *x = gk_xcalloc(1, sizeof *x);

	*x = (struct gk_http_timer){
		.at_ms = gk_time_mono_ms() + (after_ms > 0 ? after_ms : 0),
		.seq = h->timer_seq++,
		.fn = fn,
		.ctx = ctx,
	};
	gk_vec_push(&h->timers, x);
	x->place = h->timers.n - 1;
	sift_up(&h->timers, x->place);
	return x;
}

void gk_http_timer_cancel(struct gk_http *h, struct gk_http_timer *t)
{
	if (!t)
		return;
	take_out(&h->timers, t);
	gk_free(t);
}

int64_t gk_http__next_timer(const struct gk_http *h)
{
	return h->timers.n ? h->timers.v[0]->at_ms : -1;
}

/* Only timers set before this call fire, so that one that sets itself again cannot spin here. */
bool gk_http__fire(struct gk_http *h)
{
	int64_t now = gk_time_mono_ms();
	uint64_t until = h->timer_seq;
	bool any = false;

	while (h->timers.n && h->timers.v[0]->at_ms <= now && h->timers.v[0]->seq < until) {
		struct gk_http_timer x = *h->timers.v[0];

		gk_http_timer_cancel(h, h->timers.v[0]);
		x.fn(x.ctx);
		any = true;
	}
	return any;
}

void gk_http__timers_free(struct gk_http *h)
{
	gk_vec_foreach (struct gk_http_timer *, t, &h->timers)
		gk_free(*t);
	gk_vec_done(&h->timers);
}
