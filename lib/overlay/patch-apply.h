/*
 * How a patch is applied to one object (kustomize reference 8 and 9); which objects it means is
 * decided in patch.c.  Private to lib/overlay.
 */
#ifndef GK_OVERLAY_PATCH_APPLY_H
#define GK_OVERLAY_PATCH_APPLY_H

#include "overlay/build.h"

/*
 * Merge patch, or the copy of it that is used up, into the object of r, which loses its object
 * when nothing is left.  flags: GK_RES_NAME_CHANGE, GK_RES_KIND_CHANGE.
 */
GK_NODISCARD int gk_patch_merge(struct gk_build *b, struct gk_res *r, const struct gk_res *patch,
	struct gk_node *copy, unsigned flags, struct gk_err *err);
/* The copy of a patch with a target that goes to one of its objects. */
struct gk_node *gk_patch_targeted(
	struct gk_build *b, const struct gk_node *patch, const struct gk_res *r);
/*
 * kustomize copies labels and annotations of some patches through maps of strings: a null
 * becomes the text "null", and empty maps vanish.  key: of the metadata.
 */
void gk_patch_flatten(struct gk_build *b, struct gk_node *meta, const char *key);

/* Apply the operations of a JSON patch, which stand in file, to the object of r. */
GK_NODISCARD int gk_patch_operate(struct gk_build *b, struct gk_res *r, const struct gk_node *ops,
	const char *file, struct gk_err *err);

#endif
