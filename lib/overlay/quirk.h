/*
 * Quirks of kustomize that are kept, because output must not differ, and that bite whoever
 * does not know them: a warning where one changes what is rendered; under --strict an
 * error.  Private to lib/overlay; reference: kustomize section 15 and what it points to.
 */
#ifndef GK_OVERLAY_QUIRK_H
#define GK_OVERLAY_QUIRK_H

#include "overlay/build.h"
#include "overlay/merge.h"

/* Directives of strategic merge that kustomize copies into the object as fields. */
void gk_quirk_directives(struct gk_build *b, const struct gk_res *patch);
/* A tagSuffix met an image that ended with it already: two passes reach ordinary Pods. */
void gk_quirk_suffix(struct gk_build *b, const struct gk_frame *f, const struct gk_kust_image *x);
/*
 * JSON patches send the whole object through floating point: the integers of n, which is
 * in file, or of r, that lose digits.
 */
void gk_quirk_rounding(struct gk_build *b, const char *file, const struct gk_node *n);
void gk_quirk_rounding_of(struct gk_build *b, const struct gk_res *r);
/* A subject of r that is no ServiceAccount takes the new name of one. */
void gk_quirk_subject(struct gk_build *b, const struct gk_res *r, const struct gk_node *subject,
	struct gk_str name);
/*
 * Words that kustomize reads and gives no meaning: another behavior of a generator, the
 * encoding of a replacement.  NULL, or a word that it knows, is none.
 */
void gk_quirk_behavior(struct gk_build *b, const char *file, const struct gk_node *word);
void gk_quirk_encoding(struct gk_build *b, const char *file, const struct gk_kust_replacement *x);
/* The merge of patch into r, called id, lost elements: of a report whose ctx is the struct. */
struct gk_quirk_merge {
	struct gk_build *b;
	const struct gk_res *r, *patch;
	const struct gk_id *id;
};
void gk_quirk_lost(void *ctx, const struct gk_merge_loss *loss);

#endif
