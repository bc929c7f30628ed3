/*
 * One AWS exchange in plain memory: the transport fills the request and sends the answer.
 * Nothing here knows sockets, so that every handler can be tested with bytes.
 */
#ifndef GK_SIM_AWS_HTTP_H
#define GK_SIM_AWS_HTTP_H

#include "base/buf.h"
#include "base/vec.h"

struct gk_sim_aws_pair {
	struct gk_str name, value;
};
struct gk_sim_aws_pairs {
	struct gk_sim_aws_pair *v;
	size_t n, cap;
};

struct gk_sim_aws_request {
	struct gk_str method;
	struct gk_str path, query;             /* as on the wire, not decoded; without the '?' */
	const struct gk_sim_aws_pair *headers; /* in order of arrival */
	size_t nheaders;
	struct gk_str body;
	int64_t now_ms; /* UTC since 1970: the server's clock */
};

/* The first header of that name (case does not matter), or {NULL, 0}. */
struct gk_str gk_sim_aws_header(const struct gk_sim_aws_request *r, const char *name);
bool gk_sim_aws_same_name(struct gk_str a, struct gk_str b); /* without regard to case */

/* Append with %XX for all but A-Z a-z 0-9 - _ . ~ (and '/' when keep_slash). */
void gk_sim_aws_encode(struct gk_buf *b, struct gk_str s, bool keep_slash);
/* "a=1&b" as decoded pairs, in order; the caller releases with gk_vec_done. */
void gk_sim_aws_form(
	struct gk_arena *a, struct gk_str text, bool plus, struct gk_sim_aws_pairs *ret);
/* The first value of that name, or {NULL, 0}. */
struct gk_str gk_sim_aws_find(const struct gk_sim_aws_pairs *pairs, const char *name);
/* A copy in the arena. */
struct gk_str gk_sim_aws_copy(struct gk_arena *a, struct gk_str s);

#endif
