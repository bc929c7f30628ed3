/*
 * Faults on request: rules that make chosen exchanges fail in chosen ways.
 *
 * A rule file holds one JSON object a line:
 *	{"match":{"method":"PATCH","path~":"configmaps/a","nth":2},"do":{"status":429,
 *	 "headers":{"Retry-After":"1"}}}
 * match: method (exact), path~ (a part of path and query), nth (only the n-th match, from
 * 1), every (each n-th match), side ("kube" or "aws").  A rule without nth and every
 * applies to each match.  The first rule that applies wins; all that match count.
 */
#ifndef GK_SIM_FAULT_H
#define GK_SIM_FAULT_H

#include "base/err.h"
#include "sim/http.h"

enum gk_sim_fault_when { GK_SIM_FAULT_NONE, GK_SIM_FAULT_BEFORE, GK_SIM_FAULT_AFTER };

struct gk_sim_fault {
	/* match */
	struct gk_str method, path, side;
	int64_t nth, every;
	int64_t seen; /* exchanges that matched so far */

	/* do; -1 or {NULL, 0} = not asked for */
	int64_t status;
	struct gk_str body;
	struct gk_sim_pairs headers;
	enum gk_sim_fault_when reset; /* before: unhandled; after: handled, answer lost */
	int64_t cut_at, stall_at, stall_ms, drip_rate, refuse_ms, corrupt_at;
	bool cut_rst;
	int64_t headers_count, headers_size; /* so many extra headers of that size */
	struct gk_str redirect;
	struct gk_str watch_event; /* a line put into the stream */
	int64_t watch_after;       /* after so many events of the stream */
	bool close;                /* Connection: close */
	bool expired;              /* the credentials count as expired: 401 */
};

struct gk_sim_faults {
	struct gk_arena arena;
	GK_VEC(struct gk_sim_fault) rules;
};

/* Read the rules.  GK_EINPUT names the line. */
GK_NODISCARD int gk_sim_faults_load(struct gk_sim_faults *f, const char *path, struct gk_err *err);
void gk_sim_faults_done(struct gk_sim_faults *f);
/* The rule for this exchange, or NULL; counts it. */
const struct gk_sim_fault *gk_sim_fault_match(struct gk_sim_faults *f, const struct gk_sim_req *r);

#endif
