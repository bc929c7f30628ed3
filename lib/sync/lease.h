/*
 * One run at a time: a coordination.k8s.io/v1 Lease beside the parent of a set, with the
 * algorithm of client-go's leader election.  Times of others are never compared with our
 * clock: a lease counts as free when it was not renewed while we looked on for its whole
 * duration, or when its holder was a process of this machine that is gone.
 */
#ifndef GK_SYNC_LEASE_H
#define GK_SYNC_LEASE_H

#include "sync/inventory.h"
#include "sync/session.h"

struct gk_lease {
	struct gk_session *session;
	const struct gk_set_id *set;
	const struct gk_kube_resource *res;
	struct gk_arena arena;
	const char *holder;     /* us: "HOST/PID/BOOT" */
	struct gk_node *object; /* as the server has it */
	struct gk_http_timer *timer;
	struct gk_kube_op *op;
	int64_t renewed_ms; /* monotonic */
	bool held, lost;
};
#define GK_LEASE_INIT                                                                              \
	{                                                                                          \
		.held = false                                                                      \
	}

/*
 * Take the lease, blocking.  GK_ECONFLICT lock.held, which names the holder, after timeout_ms
 * (0 = at once).  Other errors are those of requests.
 */
GK_NODISCARD int gk_lease_acquire(struct gk_lease *l, struct gk_session *s,
	const struct gk_set_id *set, int64_t timeout_ms, struct gk_err *err);
/* Renew it from the event loop from now on; sets `lost` when that fails for 10 s. */
void gk_lease_keep(struct gk_lease *l);
/* Give it back (a failure only means that others wait 15 s) and release memory. */
void gk_lease_done(struct gk_lease *l);

#endif
