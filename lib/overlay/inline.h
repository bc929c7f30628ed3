/*
 * Texts inside a kustomization, which are parsed as if they were files.  What is line 1 to the
 * parser stands further down; columns are hidden by the indentation.  Private to lib/overlay.
 *
 *	gk_inline_begin(&in, b, gk_inline_line(node));
 *	rc = gk_inline_end(&in, parse(...), err);
 *	if (rc == 0)
 *		gk_inline_nodes(&in, root);
 */
#ifndef GK_OVERLAY_INLINE_H
#define GK_OVERLAY_INLINE_H

#include "overlay/build.h"

struct gk_inline {
	struct gk_diag **warnings; /* where the next one will stand */
	uint32_t line;
};

/* The line that the text begins behind; 0, for a file of its own, changes nothing. */
uint32_t gk_inline_line(const struct gk_node *text);
void gk_inline_begin(struct gk_inline *in, struct gk_build *b, uint32_t line);
/* Move the warnings since then and, where rc is not 0, the error.  Returns rc. */
int gk_inline_end(const struct gk_inline *in, int rc, struct gk_err *err);
void gk_inline_nodes(const struct gk_inline *in, struct gk_node *root);

#endif
