/* JSON pointer (RFC 6901). */
#ifndef GK_DOC_POINTER_H
#define GK_DOC_POINTER_H

#include "base/buf.h"
#include "doc/node.h"

/* The node at the pointer, NULL when absent; GK_EINPUT only for a malformed pointer. */
GK_NODISCARD int gk_pointer_find(const struct gk_node *root, struct gk_str pointer,
	struct gk_node **ret, struct gk_err *err);
/*
 * Split off the first step of *pointer (which is empty or begins with `/`) and decode it
 * into step; false at the end.  Steps: gk_pointer_next in a loop.
 */
GK_NODISCARD int gk_pointer_next(
	struct gk_str *pointer, struct gk_buf *step, bool *ret_more, struct gk_err *err);
/* A step as an array index: 0 or digits without a leading zero, at most 2^31 - 1. */
bool gk_pointer_index(struct gk_str step, uint32_t *ret);
/* The member or element that a step names, or NULL; "-" names none. */
struct gk_node *gk_pointer_child(const struct gk_node *n, struct gk_str step);
/* Append "/" and the escaped step. */
void gk_pointer_append(struct gk_buf *b, struct gk_str step);

#endif
