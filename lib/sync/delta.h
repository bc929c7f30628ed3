/*
 * The difference between a live object and what it would become, field by field, with who
 * made it.
 */
#ifndef GK_SYNC_DELTA_H
#define GK_SYNC_DELTA_H

#include "base/vec.h"
#include "doc/node.h"
#include "sync/fields.h"

enum gk_delta_op { GK_DELTA_ADD, GK_DELTA_CHANGE, GK_DELTA_REMOVE };

struct gk_delta {
	enum gk_delta_op op;
	const char *pointer;           /* JSON pointer into live (added fields: into wanted) */
	const char *path;              /* ".spec.containers[name=web].image" */
	const struct gk_node *live;    /* NULL for added fields */
	const struct gk_node *desired; /* NULL for removed fields */
	struct gk_owner owner; /* of the live value, other than us; manager empty = nobody */
};
struct gk_deltas {
	struct gk_delta *v;
	size_t n, cap;
};

/*
 * Compare live and wanted (both already masked and without what does not count: see
 * gk_delta_strip) and append what differs, in live's order, added fields last.  `source` is
 * the live object with its managedFields (for the owners); `manager` is us.  Texts live in a.
 */
void gk_delta_compare(struct gk_arena *a, const struct gk_node *live, const struct gk_node *wanted,
	const struct gk_node *source, const char *manager, struct gk_deltas *out);

/*
 * A copy without what changes by itself or is nobody's wish: managedFields, resourceVersion,
 * uid, generation, creationTimestamp, selfLink, status, kubectl's last-applied annotation.
 */
struct gk_node *gk_delta_strip(struct gk_arena *a, const struct gk_node *object);

/*
 * Replace the data of a pair of Secrets (either may be NULL) by marks that keep equality:
 * *** where both have the value, *** (before) and *** (after) where it differs.  Values of
 * their annotations too, unless the key is known to hold no secret.  Other kinds stay.
 */
void gk_delta_mask(struct gk_arena *a, struct gk_node *live, struct gk_node *wanted);

#endif
