/*
 * HTTP: the only user of libcurl.  One curl_multi, one thread, one loop for everything
 * that a program waits for: requests, streams, timers, extra descriptors.
 *
 *	struct gk_http_request q = {.method = "GET", .url = url, .route = &route,
 *		.retry = GK_HTTP_IDEMPOTENT, .done = on_done, .ctx = me};
 *	gk_http_submit(h, &q);
 *	while (gk_http_pending(h))
 *		if (gk_http_step(h, -1, err))
 *			return -1;
 *
 * No callback ever runs inside gk_http_submit, gk_http_cancel or gk_http_timer: only
 * inside gk_http_step (gk_http_do and gk_http_run call it).  A callback may submit, cancel
 * and set timers, and must not call step, do or run.
 *
 * Every request: TLS 1.2 or later, verified; HTTP/2 where the server offers it, else
 * HTTP/1.1; no redirects, cookies, netrc, HSTS or alt-svc; caps on header and decoded body
 * bytes; limits on connecting, on silence and in total.  Proxy: route->proxy, else
 * HTTPS_PROXY (HTTP_PROXY for http) and NO_PROXY, never for loopback hosts.
 */
#ifndef GK_HTTP_HTTP_H
#define GK_HTTP_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"

struct gk_http;       /* the engine */
struct gk_http_op;    /* a submitted request, until its done callback has run */
struct gk_http_timer; /* a pending timer, until it has fired or was cancelled */

struct gk_http_options {
	const char *user_agent;         /* "gk-apply/0.1.0 (linux/amd64) libgk/0.1.0" */
	const struct gk_limits *limits; /* NULL = gk_limits_default() */
	uint32_t (*random)(void *ctx);  /* for jitter; NULL = gk_random */
	void *random_ctx;
	/*
	 * -v: one line a request; 2: headers too, credentials masked; 3: bodies that are not
	 * secret too.  Lines are escaped and end without a newline.  NULL log = silent.
	 */
	int verbose;
	void (*log)(void *ctx, const char *line);
	void *log_ctx;
};

/* Copies the options' values (not what they point to).  Never fails but by GK_EIO. */
GK_NODISCARD int gk_http_new(
	const struct gk_http_options *opt, struct gk_http **ret, struct gk_err *err);
/* Drops what is pending without callbacks. */
void gk_http_free(struct gk_http *h);
void gk_http_freep(struct gk_http **h);
/* "gk-apply/0.1.0 (linux/amd64) libgk/0.1.0" for program gk-apply. */
void gk_http_user_agent(struct gk_buf *b, const char *program);
/* "libcurl 7.88.1, OpenSSL 3.0.15, nghttp2 1.52.0": for --version; static storage. */
const char *gk_http_library(void);

/* How to reach a server.  Borrowed by requests until they are done. */
struct gk_http_route {
	struct gk_str ca_pem;    /* trust only these; {NULL, 0} = ca_file, else the system's */
	const char *ca_file;     /* a PEM bundle; NULL: SSL_CERT_FILE, else the CA directory */
	const char *ca_name;     /* how messages name the CA ("the kubeconfig's CA"), or NULL */
	struct gk_str cert_pem;  /* client certificate with its chain, and its key: */
	struct gk_str key_pem;   /* both or neither */
	const char *server_name; /* name to ask for and verify instead of the URL's host */
	const char *proxy;       /* http, https or socks5 URL; "" = none; NULL = environment */
	bool insecure;           /* do not verify the server (the caller warns) */
	bool allow_plain;        /* http:// allowed, to loopback and link-local hosts only */
	bool http1;              /* do not offer HTTP/2 */
	/*
	 * No connection to an address of a private network (base/address.h): the request ends
	 * with GK_EREFUSED http.private.  With a proxy, which connects for us, not before the
	 * name has been looked up here, and not at all when that fails.
	 */
	bool public_only;
};

/* What may be done again when the outcome of an attempt is a failure. */
enum gk_http_retry {
	GK_HTTP_NEVER,     /* exactly one attempt */
	GK_HTTP_SAFE,      /* only when the server cannot have acted: no connection, or 429/503
			    * with Retry-After */
	GK_HTTP_IDEMPOTENT /* transport faults, 429, 500 with Retry-After, 502, 503, 504 too */
};

/* What `judge` says of a complete answer. */
enum gk_http_verdict {
	GK_HTTP_JUDGE_DEFAULT, /* the retry class decides */
	GK_HTTP_ACCEPT,        /* final, whatever the class says */
	GK_HTTP_AGAIN,         /* try again within budget_ms */
	GK_HTTP_AGAIN_LONG,    /* try again within long_budget_ms */
	GK_HTTP_AGAIN_NOW      /* try again at once (new credentials); at most twice a request */
};

struct gk_http_response {
	const char *method;
	const char *url;        /* as sent; show with gk_url_show */
	int status;             /* 100..599 */
	struct gk_buf body;     /* decoded; the callback may gk_buf_take it.  Empty for streams */
	struct gk_buf head;     /* header lines "Name: value\n" of the final answer */
	unsigned attempts;      /* 1 = the first one worked */
	int64_t elapsed_ms;     /* of the last attempt */
	int64_t retry_after_ms; /* of the Retry-After header, or -1 */
	bool http2;
};
/* The first header of that name (any case), trimmed; {NULL, 0} when absent. */
struct gk_str gk_http_header(const struct gk_http_response *r, const char *name);
/* The next one of that name: *at starts as 0.  false at the end. */
bool gk_http_header_next(
	const struct gk_http_response *r, const char *name, size_t *at, struct gk_str *ret);

/*
 * The end of a request.  r is NULL when no complete answer came; then err says why:
 * GK_ENET (names what failed: DNS, connect, TLS with the CA, a cut), GK_ETIMEOUT, GK_ELIMIT,
 * GK_EDENIED (client certificate refused), GK_ECANCELLED, GK_EINPUT (URL).  Else err is
 * GK_OK and any status is in r.  Both are the engine's, until the callback returns.
 */
typedef void (*gk_http_done_fn)(void *ctx, struct gk_http_response *r, struct gk_err *err);
/* A piece of a 2xx body, as it comes; non-zero ends the request with GK_ECANCELLED. */
typedef int (*gk_http_data_fn)(void *ctx, const struct gk_http_response *head, struct gk_str data);
/*
 * Called before each attempt (attempt counts from 1) to append the headers that depend on
 * time or credentials, as "Name: value\n" lines.  The buffer is secret.  Failing ends the
 * request with that error.
 */
typedef int (*gk_http_sign_fn)(
	void *ctx, unsigned attempt, struct gk_buf *headers, struct gk_err *err);
typedef enum gk_http_verdict (*gk_http_judge_fn)(void *ctx, const struct gk_http_response *r);

struct gk_http_request {
	const char *method;         /* static storage: "GET", "PATCH" */
	const char *url;            /* copied */
	const char *const *headers; /* "Name: value" lines, copied; NULL-terminated, or NULL */
	struct gk_buf body;         /* moved: the caller's buffer is empty after submit */
	const struct gk_http_route *route; /* borrowed until done */
	unsigned lane;          /* which window it takes a place in: 0..GK_HTTP_LANES-1 */
	int64_t timeout_ms;     /* one attempt, 0 = 65 s; streams: none unless given */
	int64_t budget_ms;      /* all attempts, from the first one's start; 0 = 60 s */
	int64_t long_budget_ms; /* for GK_HTTP_AGAIN_LONG; 0 = 4 min */
	int64_t idle_ms;        /* streams: longest silence, 0 = none.  Else 30 s below 100 B/s */
	unsigned max_attempts;  /* 0 = as many as the budget allows */
	uint64_t max_body;      /* decoded bytes; 0 = limits->http_body */
	enum gk_http_retry retry;
	bool gzip; /* ask for compression */
	/*
	 * A connection of its own, by HTTP/1.1: for large answers.  curl 7.88 can leave the rest
	 * of one lying when two arrive on one HTTP/2 connection (engine.c).
	 */
	bool alone;
	bool secret;          /* neither body is logged, and the answer's buffer is wiped */
	gk_http_data_fn data; /* streams (watch, logs); NULL = collect the body */
	gk_http_sign_fn sign; /* or NULL */
	/* The route of the next attempt, called after sign; NULL = `route` for all. */
	const struct gk_http_route *(*reroute)(void *ctx);
	gk_http_judge_fn judge; /* or NULL; not called for streams that began */
	gk_http_done_fn done;   /* required */
	void *ctx;              /* of them all */
};

/*
 * Queue a request; it starts in a later step, when its lane has room (streams: at once).
 * The result is valid until done has run.
 */
struct gk_http_op *gk_http_submit(struct gk_http *h, struct gk_http_request *q);
/* The request ends with GK_ECANCELLED in the next step. */
void gk_http_cancel(struct gk_http_op *op);
/* Requests submitted and not done, streams included. */
size_t gk_http_pending(const struct gk_http *h);

/*
 * Lanes.  A lane's window is how many of its requests may be in flight: it starts at
 * `start`, grows by one a clean round trip up to `max`, halves on 429 and on 503 with
 * Retry-After, and then sends nothing new until that time has passed (+ up to 20 %).
 */
enum { GK_HTTP_LANES = 8 };
void gk_http_lane_set(struct gk_http *h, unsigned lane, unsigned start, unsigned max);
unsigned gk_http_lane_window(const struct gk_http *h, unsigned lane);

/*
 * One turn: start what may start, wait for the first thing to happen (at most timeout_ms,
 * -1 = until something does), run the callbacks.  GK_EIO only.
 */
GK_NODISCARD int gk_http_step(struct gk_http *h, int64_t timeout_ms, struct gk_err *err);
/* Step until nothing is pending. */
GK_NODISCARD int gk_http_run(struct gk_http *h, struct gk_err *err);

typedef void (*gk_http_wake_fn)(void *ctx);
struct gk_http_timer *gk_http_timer(
	struct gk_http *h, int64_t after_ms, gk_http_wake_fn fn, void *ctx);
void gk_http_timer_cancel(struct gk_http *h, struct gk_http_timer *t); /* NULL is a no-op */
/* Call fn in each step in which fd is readable, until fn is NULL for it. */
void gk_http_on_fd(struct gk_http *h, int fd, gk_http_wake_fn fn, void *ctx);

/*
 * Blocking: submit one request (q->done is ours, the other callbacks get q->ctx) and
 * step until it is done.  Other requests and timers make progress meanwhile.  On 0 *ret is
 * the caller's (any status).
 */
GK_NODISCARD int gk_http_do(struct gk_http *h, struct gk_http_request *q,
	struct gk_http_response *ret, struct gk_err *err);
void gk_http_response_done(struct gk_http_response *r);

#endif
