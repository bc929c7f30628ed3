/*
 * kustomize's strategic merge (kustomize reference section 8): kyaml's own algorithm, with
 * its corner cases, because its output must be met to the byte.
 */
#ifndef GK_OVERLAY_MERGE_H
#define GK_OVERLAY_MERGE_H

#include "base/err.h"
#include "doc/node.h"
#include "schema/merge.h"

/*
 * Merge patch into *dest, both changed and partly shared afterwards; *dest becomes NULL
 * when the patch deletes it.  New nodes live in a.  GK_EINPUT: kinds that do not fit,
 * unknown `$patch` word.
 */
GK_NODISCARD int gk_merge(struct gk_arena *a, const struct gk_merge_schema *schema,
	struct gk_node **dest, struct gk_node *patch, struct gk_err *err);

#endif
