/*
 * Prune candidates: what the inventory holds and the set no longer wants, looked up in the
 * cluster and judged (sync/prune.h).
 */
#ifndef GK_SYNC_CANDIDATES_H
#define GK_SYNC_CANDIDATES_H

#include "sync/prune.h"
#include "sync/targets.h"

struct gk_candidates {
	struct gk_arena arena;
	struct gk_prune_item *v; /* sorted for deletion (gk_prune_sort) */
	size_t n;
	const struct gk_kube_resource **res; /* beside v; NULL for what is gone or unknown */
	struct gk_node **live;               /* beside v, when kept */
	bool keep_live;
};
#define GK_CANDIDATES_INIT                                                                         \
	{                                                                                          \
		.v = NULL                                                                          \
	}
void gk_candidates_done(struct gk_candidates *c);

/*
 * Read the metadata (or the whole, with keep_live) of each object of `inv` that no target
 * wants, and judge it.  Kinds that are no longer served count as gone, unless their group
 * could not be asked: then GK_PRUNE_UNKNOWN.  A failed read is a fault: absence must be told
 * by the server, never guessed.
 */
GK_NODISCARD int gk_candidates_read(struct gk_candidates *c, struct gk_targets *t,
	const struct gk_inventory *inv, const struct gk_set_id *set, const struct gk_strs *kinds,
	struct gk_err *err);

#endif
