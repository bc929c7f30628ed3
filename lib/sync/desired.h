/*
 * Desired objects made ready to be applied and compared: without what an intent must not
 * carry, in the form that the server will store.
 */
#ifndef GK_SYNC_DESIRED_H
#define GK_SYNC_DESIRED_H

#include "base/err.h"
#include "doc/object.h"

/*
 * In place, in the arena that the object lives in:
 *	- null members are dropped (server-side apply has no "delete" by null);
 *	- server-owned metadata goes (uid, resourceVersion, generation, managedFields, ...), so
 *	  that objects read from a cluster can be applied again, and kubectl's last-applied copy;
 *	- status of built-in kinds goes;
 *	- a Secret's stringData becomes data (base64), as the server would do.
 * GK_EINPUT desired.secret for a stringData value that is no string (never quoting it).
 */
GK_NODISCARD int gk_desired_clean(
	struct gk_arena *a, struct gk_node *object, const struct gk_ref *ref, struct gk_err *err);

#endif
