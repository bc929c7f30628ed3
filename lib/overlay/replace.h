/* What the two halves of replacements share.  Private to replace.c and replace-text.c. */
#ifndef GK_OVERLAY_REPLACE_H
#define GK_OVERLAY_REPLACE_H

#include "overlay/build.h"
#include "overlay/fieldpath.h"

struct gk_replacement {
	struct gk_build *b;
	const struct gk_frame *f;
	struct gk_resmap *m;
	const char *file; /* that holds it */
	struct gk_err *err;
};

/*
 * Write a text into a scalar, which keeps its tag: a number must stay one.  Whether it is one
 * is asked at the end, because something may write the field again.
 */
void gk_replace__write(const struct gk_replacement *r, struct gk_node *t, struct gk_str text);

/*
 * A path that goes on inside a scalar: its text is JSON or YAML, edited and written back.
 * *ret_done false: it is no such path.
 */
GK_NODISCARD int gk_replace__inside(const struct gk_replacement *r, const struct gk_res *res,
	const struct gk_fieldpath *path, enum gk_create create, const struct gk_node *value,
	bool *ret_done);

#endif
