/* How the bytes of one answer leave: at once, cut, stalled, or drop by drop. */
#ifndef GK_SIM_STREAM_H
#define GK_SIM_STREAM_H

#include "sim/fault.h"
#include "sim/loop.h"

struct gk_sim_stream {
	struct gk_sim_req *req;
	struct gk_buf out;
	size_t taken; /* bytes of out that are sent */
	bool ended, clean, suspended, stalled, gone;
	const struct gk_sim_fault *fault;
	uint64_t timer;
	size_t budget; /* bytes that drip allows now */
	void (*closed)(void *ctx);
	void *ctx;
	struct gk_sim_stream *next, **prev; /* of all that are open */
};

/*
 * The next bytes: returns their number, 0 = none now (wait for wake), -1 = the end, -2 =
 * break the connection.  pos: bytes sent so far.
 */
int64_t gk_sim_stream_next(struct gk_sim_stream *s, uint64_t pos, char *buf, size_t max);
/* The transport's: suspend and resume the connection, and make it end with a reset. */
void gk_sim_conn_suspend(struct gk_sim_stream *s);
void gk_sim_conn_resume(struct gk_sim_stream *s);
void gk_sim_conn_reset(const struct gk_sim_req *r);
bool gk_sim_conn_gone(const struct gk_sim_req *r); /* the client has hung up */
void gk_sim_stream_free(struct gk_sim_stream *s);  /* NULL is a no-op */
/*
 * End the streams whose client has hung up.  A suspended connection is not polled, so a
 * watch without events would hold its descriptor until its time is over.
 */
void gk_sim_streams_sweep(struct gk_sim_stream *first);
/* Break every stream, before the transport stops. */
void gk_sim_streams_end(struct gk_sim_stream *first);

#endif
