/* Inside of the engine.  Life of a request: queue.c; of one attempt: attempt.c, setup.c. */
#ifndef GK_HTTP_PRIV_H
#define GK_HTTP_PRIV_H

#include <curl/curl.h>

#include "base/vec.h"
#include "http/http.h"

enum op_state {
	OP_QUEUED,  /* in its lane's queue */
	OP_FLYING,  /* its easy handle is in the multi */
	OP_WAITING, /* for its back-off timer */
	OP_ENDING   /* cancelled or broken off: the next turn ends the attempt */
};

/* Why an attempt was broken off by ourselves; the rest curl tells. */
enum op_break {
	OP_WHOLE,
	OP_CANCELLED,    /* by the caller */
	OP_STOPPED,      /* by its data callback */
	OP_SILENT,       /* no bytes for too long */
	OP_BODY_LIMIT,   /* body longer than max_body */
	OP_HEADER_LIMIT, /* too many or too long headers */
	OP_PRIVATE       /* an address of a private network */
};

struct gk_http_op {
	struct gk_http *h;
	struct gk_http_op *next, *prev; /* in the list of its state */
	enum op_state state;
	enum op_break broken;
	struct gk_http_request q; /* url and headers are our copies */
	struct gk_buf headers;    /* fixed lines "Name: value\n" */
	struct gk_http_response r;
	unsigned lines;              /* header lines of this answer */
	unsigned at_once;            /* attempts repeated without delay */
	int64_t began_ms;            /* first attempt; 0 = none yet */
	int64_t deadline_ms;         /* of all attempts, from the first one on */
	int64_t attempt_ms;          /* this attempt */
	uint64_t received;           /* body bytes of this attempt */
	uint64_t received_seen;      /* the same when silence was last checked */
	int64_t last_byte_ms;        /* of this attempt */
	struct gk_http_timer *timer; /* back-off or silence */
	CURL *easy;
	bool in_multi, delivered; /* delivered: the data callback has run in this attempt */
	bool unsent;              /* the last attempt failed before a byte was sent */
	int sys;                  /* errno of its connection, or 0 */
	struct curl_slist *lines_out, *connect_to;
	char why[CURL_ERROR_SIZE]; /* curl's own words */
};

/* A doubly linked list of operations, first in first out. */
struct op_list {
	struct gk_http_op *first, *last;
};
void gk_http__push(struct op_list *l, struct gk_http_op *op);
void gk_http__push_front(struct op_list *l, struct gk_http_op *op);
void gk_http__unlink(struct op_list *l, struct gk_http_op *op);

struct lane {
	struct op_list queue;
	unsigned window, max, flying;
	unsigned clean;     /* good answers since the window last grew */
	bool throttled;     /* it was halved once: grow slowly from now on */
	int64_t halved_ms;  /* when it was halved last */
	int64_t hold_until; /* nothing new is sent before; both monotonic */
};

struct timer_heap {
	struct gk_http_timer **v; /* earliest first */
	size_t n, cap;
};

struct fd_watch {
	int fd;
	gk_http_wake_fn fn;
	void *ctx;
};

struct gk_http {
	struct gk_http_options opt;
	const struct gk_limits *limits;
	char *user_agent;
	CURLM *multi;
	bool threads;        /* curl resolves names in threads */
	GK_VEC(CURL *) idle; /* easy handles to use again */
	struct lane lanes[GK_HTTP_LANES];
	struct op_list streams; /* queued streams: no window */
	struct op_list flying, waiting, ending;
	size_t pending;
	bool quiet; /* nothing has come since the last nudge (engine.c) */
	struct timer_heap timers;
	uint64_t timer_seq;
	GK_VEC(struct fd_watch) fds;
};

/* timer.c */
int64_t gk_http__next_timer(const struct gk_http *h); /* monotonic ms, or -1 */
bool gk_http__fire(struct gk_http *h);                /* those that are due; true if any was */
void gk_http__timers_free(struct gk_http *h);

/* queue.c */
bool gk_http__start_queued(struct gk_http *h);       /* true when something started or failed */
int64_t gk_http__next_hold(const struct gk_http *h); /* when a lane opens again, or -1 */
void gk_http__attempt_over(struct gk_http_op *op, CURLcode code);
bool gk_http__end_broken(struct gk_http *h);
void gk_http__break_off(struct gk_http_op *op, enum op_break why);
void gk_http__drop(struct gk_http_op *op); /* without a callback */

/* lane.c */
void gk_http__lane_answer(struct gk_http_op *op, const struct gk_http_response *r);
uint32_t gk_http__random(struct gk_http *h);

/* setup.c: every curl option of an attempt. */
GK_NODISCARD int gk_http__setup(
	struct gk_http_op *op, struct gk_buf *signature, struct gk_err *err);

/* fault.c: what curl's codes mean. */
struct fault {
	CURLcode curl;
	enum gk_code code;
	const char *slug;
	const char *text;
	bool transient;   /* another attempt may work */
	bool before_send; /* the server has seen nothing of the request */
};
const struct fault *gk_http__fault(const struct gk_http_op *op, CURLcode code);
int gk_http__fault_fail(struct gk_http_op *op, CURLcode code, struct gk_err *err);

/* certificate.c: a note about what the server showed; connects once more */
void gk_http__note_certificate(struct gk_http_op *op, struct gk_err *err);

/* log.c */
void gk_http__log_start(struct gk_http_op *op);
void gk_http__log_end(struct gk_http_op *op, CURLcode code);

/* headers.c */
void gk_http__head_line(struct gk_http_op *op, struct gk_str line);
int64_t gk_http__retry_after(const struct gk_http_response *r);

#endif
