/*
 * What a server-side apply would make of a live object, predicted without asking: for drift
 * checks with read-only rights.  Not the arbiter: admission and defaults are not known here,
 * and of lists only what the ownership of the live object and the merge keys of built-in
 * kinds (schema/merge.h) tell.
 */
#ifndef GK_SYNC_PREDICT_H
#define GK_SYNC_PREDICT_H

#include "doc/object.h"

/*
 * A new tree in the arena: live, with desired's fields, without the fields that `manager`
 * alone owned and desired no longer has.  desired: cleaned (sync/desired.h).
 */
struct gk_node *gk_predict(struct gk_arena *a, const struct gk_node *desired,
	const struct gk_node *live, const struct gk_ref *ref, const char *manager);

#endif
