#include "sim/loop.h"

#include <errno.h>
#include <poll.h>

#include "base/io.h"

void gk_sim_loop_done(struct gk_sim_loop *l)
{
	gk_vec_done(&l->timers);
	gk_vec_done(&l->sources);
}

static bool sooner(const struct gk_sim_timer *a, const struct gk_sim_timer *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->id < b->id;
}

static void swap(struct gk_sim_timer *a, struct gk_sim_timer *b)
{
	struct gk_sim_timer t = *a;

	*a = *b;
	*b = t;
}

static void sift_up(struct gk_sim_loop *l, size_t at)
{
	for (; at > 0; at = (at - 1) / 2) {
		struct gk_sim_timer *parent = &l->timers.v[(at - 1) / 2];

		if (!sooner(&l->timers.v[at], parent))
			break;
		swap(&l->timers.v[at], parent);
	}
}

static void sift_down(struct gk_sim_loop *l, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < l->timers.n && sooner(&l->timers.v[child], &l->timers.v[least]))
				least = child;
		if (least == at)
			return;
		swap(&l->timers.v[at], &l->timers.v[least]);
		at = least;
	}
}

uint64_t gk_sim_timer_add(struct gk_sim_loop *l, int64_t delay_ms, gk_sim_loop_fn fn, void *ctx)
{
	struct gk_sim_timer t = {gk_time_mono_ms() + delay_ms, ++l->next_id, fn, ctx};

	gk_vec_push(&l->timers, t);
	sift_up(l, l->timers.n - 1);
	return t.id;
}

static void remove_timer(struct gk_sim_loop *l, size_t at)
{
	l->timers.v[at] = l->timers.v[--l->timers.n];
	if (at < l->timers.n) {
		sift_up(l, at);
		sift_down(l, at);
	}
}

void gk_sim_timer_cancel(struct gk_sim_loop *l, uint64_t id)
{
	for (size_t i = 0; id && i < l->timers.n; i++)
		if (l->timers.v[i].id == id) {
			remove_timer(l, i);
			return;
		}
}

void gk_sim_source_add(struct gk_sim_loop *l, int fd, gk_sim_loop_fn fn, void *ctx)
{
	struct gk_sim_source s = {fd, fn, ctx};

	gk_vec_push(&l->sources, s);
}

void gk_sim_source_del(struct gk_sim_loop *l, int fd)
{
	for (size_t i = 0; i < l->sources.n; i++)
		if (l->sources.v[i].fd == fd) {
			l->sources.v[i] = l->sources.v[--l->sources.n];
			return;
		}
}

static void fire_due(struct gk_sim_loop *l)
{
	int64_t now = gk_time_mono_ms();

	while (l->timers.n && l->timers.v[0].due_ms <= now && !l->stop) {
		struct gk_sim_timer t = l->timers.v[0];

		remove_timer(l, 0);
		t.fn(t.ctx);
	}
}

static int wait_ms(const struct gk_sim_loop *l, int64_t longest)
{
	if (l->timers.n) {
		int64_t left = l->timers.v[0].due_ms - gk_time_mono_ms();

		left = left < 0 ? 0 : left;
		longest = longest < 0 || left < longest ? left : longest;
	}
	return longest > 60000 ? 60000 : (int)longest;
}

static void call_source(struct gk_sim_loop *l, int fd)
{
	gk_vec_foreach (struct gk_sim_source, s, &l->sources)
		if (s->fd == fd) {
			struct gk_sim_source copy = *s;

			copy.fn(copy.ctx);
			return;
		}
}

int gk_sim_loop_run(struct gk_sim_loop *l, struct gk_err *err)
{
	GK_VEC(struct pollfd) fds = {0};
	int ret = 0;

	while (!l->stop) {
		int64_t longest = l->idle ? l->idle(l->idle_ctx) : -1;

		fds.n = 0;
		gk_vec_foreach (struct gk_sim_source, s, &l->sources) {
			struct pollfd p = {.fd = s->fd, .events = POLLIN};

			gk_vec_push(&fds, p);
		}
		if (poll(fds.v, fds.n, wait_ms(l, longest)) < 0 && errno != EINTR) {
			ret = gk_fail_sys(err, GK_EIO, "sim.poll", "cannot wait for requests");
			break;
		}
		for (size_t i = 0; i < fds.n && !l->stop; i++)
			if (fds.v[i].revents)
				call_source(l, fds.v[i].fd);
		fire_due(l);
	}
	gk_vec_done(&fds);
	return ret;
}
