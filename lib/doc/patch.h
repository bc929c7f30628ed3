/* JSON patch (RFC 6902) and JSON merge patch (RFC 7396). */
#ifndef GK_DOC_PATCH_H
#define GK_DOC_PATCH_H

#include "base/limits.h"
#include "doc/node.h"

enum {
	GK_PATCH_STRICT = 0,
	GK_PATCH_NEGATIVE = 1,        /* negative indices count from the end (evanphx) */
	GK_PATCH_REPLACE_CREATES = 2, /* replace of a missing member adds it (kustomize) */
	GK_PATCH_IN_PLACE = 4 /* no copy first: after a failure the document is half changed */
};

/*
 * Apply the operations in order, all or nothing: *root is replaced, by a changed copy, only
 * when all work.  New nodes live in a; ops stays untouched and may be applied again.
 *
 * A missing "value" is an error (not null), null is not absence, indices have no leading
 * zeros.  GK_EINPUT names the operation (from 1), its line, its path and the reason, never a value;
 * GK_ELIMIT: operations, nodes made, depth.
 */
GK_NODISCARD int gk_patch_apply(struct gk_arena *a, struct gk_node **root,
	const struct gk_node *ops, unsigned flags, const struct gk_limits *lim, struct gk_err *err);
/* RFC 7396; never fails.  Returns the merged tree: target changed and reused, or a new one. */
struct gk_node *gk_merge_patch(
	struct gk_arena *a, struct gk_node *target, const struct gk_node *patch);

#endif
