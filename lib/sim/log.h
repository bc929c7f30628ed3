/*
 * The request log: one JSON object a line, in the order of the answers, for tests that
 * count.  Never bodies, never credentials.
 *
 *	{"seq":3,"side":"kube","method":"PATCH","path":"/api/v1/...","query":"force=true",
 *	 "status":200,"verb":"apply","resource":"configmaps","user":"...","agent":"..."}
 */
#ifndef GK_SIM_LOG_H
#define GK_SIM_LOG_H

#include "base/err.h"
#include "sim/http.h"

struct gk_sim_log; /* opaque */

/* Append to the file.  GK_EIO. */
GK_NODISCARD int gk_sim_log_open(const char *path, struct gk_sim_log **ret, struct gk_err *err);
void gk_sim_log_close(struct gk_sim_log *l); /* NULL is a no-op */
/* NULL is a no-op.  status 0: no answer was sent. */
void gk_sim_log(struct gk_sim_log *l, const struct gk_sim_req *r);

#endif
