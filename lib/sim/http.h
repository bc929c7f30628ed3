/*
 * One HTTP exchange: what a handler sees of the request, and how it answers.  The
 * transport (server.c) is the only user of libmicrohttpd.
 */
#ifndef GK_SIM_HTTP_H
#define GK_SIM_HTTP_H

#include "base/buf.h"
#include "base/vec.h"

struct gk_sim;
struct gk_sim_stream;

struct gk_sim_pair {
	struct gk_str name, value;
};
struct gk_sim_pairs {
	struct gk_sim_pair *v;
	size_t n, cap;
};

struct gk_sim_req {
	struct gk_sim *sim;
	struct gk_arena arena; /* lives as long as the exchange */
	void *conn;            /* of the transport */
	bool aws;              /* came in at the AWS port */
	const char *method;
	struct gk_str wire, wire_path, wire_query; /* as sent, not decoded */
	struct gk_strs segments;                   /* of the path, decoded */
	struct gk_sim_pairs params;                /* of the query, decoded */
	struct gk_buf body;
	const char *peer_cert; /* subject "CN=name,O=group" of a verified client certificate */
	const char *user;      /* who it is, for the log; NULL = not known */
	size_t seq;            /* number of the request, from 1 */
	bool begun, handled;

	int status;
	const char *content_type;
	struct gk_buf out;
	struct gk_sim_pairs answer_headers;
	bool has_length; /* of HEAD: a Content-Length without a body */
	uint64_t length;
	struct gk_sim_stream *stream; /* the answer is a stream: out is not used */
	const char *verb, *resource;  /* what it was, for the log */
	const void *fault;            /* the rule that applies, or NULL */
};

/* A query parameter, or {NULL, 0}; the first when repeated. */
struct gk_str gk_sim_param(const struct gk_sim_req *r, const char *name);
bool gk_sim_param_true(const struct gk_sim_req *r, const char *name);
/* A header of the request, or {NULL, 0}.  Names ignore case. */
struct gk_str gk_sim_header(const struct gk_sim_req *r, const char *name);
/* All headers, in order of arrival. */
void gk_sim_headers(const struct gk_sim_req *r, struct gk_sim_pairs *ret);

/* Add a header to the answer; both are copied. */
void gk_sim_answer_header(struct gk_sim_req *r, const char *name, const char *value);

/*
 * An answer without an end: bytes are queued and sent as the client takes them.  The
 * stream belongs to the exchange; `closed` tells its maker that it is gone.
 */
struct gk_sim_stream *gk_sim_stream_open(
	struct gk_sim_req *r, void (*closed)(void *ctx), void *ctx);
void gk_sim_stream_put(struct gk_sim_stream *s, struct gk_str bytes);
void gk_sim_stream_end(struct gk_sim_stream *s, bool clean); /* not clean: cut without an end */

/* "a=1&b=2" into pairs. */
void gk_sim_query_parse(struct gk_arena *a, struct gk_str query, struct gk_sim_pairs *ret);

#endif
