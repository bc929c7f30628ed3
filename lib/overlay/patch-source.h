/*
 * Texts of patches: files of their own, or inline in a kustomization.  What is read from an
 * inline text says where it stands in the kustomization.  Private to lib/overlay.
 */
#ifndef GK_OVERLAY_PATCH_SOURCE_H
#define GK_OVERLAY_PATCH_SOURCE_H

#include "overlay/read.h"

struct gk_patch_source {
	struct gk_str text;
	const char *file;
	uint32_t line; /* of gk_inline_begin */
};

/* The text, or, where path is not NULL, the file. */
GK_NODISCARD int gk_patch_source_read(struct gk_build *b, const struct gk_frame *f,
	const struct gk_node *inline_text, const struct gk_node *path, struct gk_patch_source *ret,
	struct gk_err *err);

/* Does the text look like a list?  Then its faults are those of a JSON patch. */
bool gk_patch_source_is_list(const struct gk_patch_source *s);

/* The objects of a strategic merge patch, behind those of ret. */
GK_NODISCARD int gk_patch_source_objects(struct gk_build *b, const struct gk_patch_source *s,
	struct gk_res_list *ret, struct gk_err *err);
/* The operations of a JSON patch. */
GK_NODISCARD int gk_patch_source_ops(struct gk_build *b, const struct gk_patch_source *s,
	struct gk_node **ret, struct gk_err *err);

#endif
