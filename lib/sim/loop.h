/*
 * The event loop: one thread, timers, descriptors.  Everything in gk-sim runs in it, so
 * nothing is locked and every run of the same requests gives the same answers.
 */
#ifndef GK_SIM_LOOP_H
#define GK_SIM_LOOP_H

#include "base/err.h"
#include "base/vec.h"

typedef void (*gk_sim_loop_fn)(void *ctx);

struct gk_sim_timer {
	int64_t due_ms; /* monotonic */
	uint64_t id;    /* order of creation: equal times fire in it */
	gk_sim_loop_fn fn;
	void *ctx;
};

struct gk_sim_source {
	int fd;
	gk_sim_loop_fn fn; /* called when readable */
	void *ctx;
};

struct gk_sim_loop {
	GK_VEC(struct gk_sim_timer) timers; /* a heap */
	GK_VEC(struct gk_sim_source) sources;
	uint64_t next_id;
	bool stop;
	/* Runs before each wait; returns the longest wait in ms, -1 for any. */
	int64_t (*idle)(void *ctx);
	void *idle_ctx;
};

void gk_sim_loop_done(struct gk_sim_loop *l);
/* Call fn once after delay_ms; the result cancels it. */
uint64_t gk_sim_timer_add(struct gk_sim_loop *l, int64_t delay_ms, gk_sim_loop_fn fn, void *ctx);
void gk_sim_timer_cancel(struct gk_sim_loop *l, uint64_t id); /* 0 and fired ones: no-op */
void gk_sim_source_add(struct gk_sim_loop *l, int fd, gk_sim_loop_fn fn, void *ctx);
void gk_sim_source_del(struct gk_sim_loop *l, int fd);
/* Until `stop` is set.  GK_EIO. */
GK_NODISCARD int gk_sim_loop_run(struct gk_sim_loop *l, struct gk_err *err);

#endif
