/* buildMetadata: where objects come from and what transformed them (reference section 13). */
#ifndef GK_OVERLAY_META_H
#define GK_OVERLAY_META_H

#include "overlay/build.h"

/* kustomize's path below the first directory; may begin with "..". */
const char *gk_meta_join(struct gk_build *b, const char *dir, struct gk_str ref);

void gk_meta_origin_file(
	struct gk_build *b, const struct gk_frame *f, struct gk_res *r, struct gk_str ref);
void gk_meta_generated(
	struct gk_build *b, const struct gk_frame *f, struct gk_res *r, const char *generator);
void gk_meta_transformed(
	struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m, const char *transformer);
/* The same for a transformer that an object configures. */
void gk_meta_transformed_by(struct gk_build *b, struct gk_resmap *m, const struct gk_res *config);
void gk_meta_generated_by(struct gk_build *b, struct gk_res *r, const struct gk_res *config);

/* The words of buildMetadata, with what the options of the build add. */
const struct gk_node *gk_meta_words(struct gk_build *b, const struct gk_node *words);
/* Is this word in buildMetadata of the root? */
bool gk_meta_wants(const struct gk_build *b, const char *word);

#endif
