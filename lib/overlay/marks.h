/*
 * The annotations in which kustomize keeps what became of an object.  Here that stands beside
 * the object (res.h); only programs get to see it, and what they leave of it counts.
 * Private to lib/overlay.
 */
#ifndef GK_OVERLAY_MARKS_H
#define GK_OVERLAY_MARKS_H

#include "overlay/build.h"

/* A copy of the object as kustomize has it at this moment, all annotations strings. */
struct gk_node *gk_marks_shown(struct gk_arena *a, const struct gk_res *r);
/* The opposite: take the marks out of the object, as what is now known of it. */
void gk_marks_take(struct gk_arena *a, struct gk_res *r);

/* An annotation's text, {NULL, 0} when there is none. */
struct gk_str gk_annotation(const struct gk_node *object, const char *key);
/* Set one as kyaml does: a new one in single quotes, another in the style that it had. */
void gk_annotation_set(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str value);
/* Remove one, and the map when that leaves it empty. */
void gk_annotation_remove(struct gk_node *object, const char *key);

#endif
