/*
 * What kustomize passes over in silence and is seldom meant: a directive that finds nothing.
 * A warning; under --strict an error, and so is text that tools type in different ways.
 * Output never changes.  Private to lib/overlay.
 */
#ifndef GK_OVERLAY_STRICT_H
#define GK_OVERLAY_STRICT_H

#include "overlay/build.h"

/* The target of a patch matches no object. */
void gk_strict_patch(struct gk_build *b, const struct gk_frame *f, const struct gk_resmap *m,
	const struct gk_selector *target);
/* The target of a replacement does; file: that holds it. */
void gk_strict_replacement(struct gk_build *b, const char *file, const struct gk_resmap *m,
	const struct gk_selector *select);
/* An entry of `images` matches none of the fields. */
struct gk_image_fields;
void gk_strict_image(struct gk_build *b, const struct gk_frame *f,
	const struct gk_image_fields *fields, const struct gk_kust_image *x);

/* The build is over: -1, with err empty and errors in the diagnostics, when --strict objects. */
GK_NODISCARD int gk_strict_verdict(struct gk_build *b);

#endif
