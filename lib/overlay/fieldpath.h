/*
 * Field paths of replacements and variables (kustomize reference section 10).
 *
 *	spec.template.spec.containers.[name=web].env.0.value
 *	metadata.annotations.[a.b/c]
 */
#ifndef GK_OVERLAY_FIELDPATH_H
#define GK_OVERLAY_FIELDPATH_H

#include "base/err.h"
#include "doc/node.h"

struct gk_fieldpath {
	struct gk_str *v;
	size_t n, cap;
};

/* Split at dots; `\.` and brackets keep them.  Parts in a.  Caller: gk_vec_done. */
void gk_fieldpath_split(struct gk_arena *a, struct gk_str text, struct gk_fieldpath *ret);

/*
 * The one node at the path, as a source reads it: [k=v] is exact and the first match
 * counts, a number is an index, - the last element.  *ret NULL = absent.
 */
GK_NODISCARD int gk_fieldpath_get(struct gk_node *root, const struct gk_str *part, size_t n,
	struct gk_node **ret, struct gk_err *err);

/*
 * The same, but what is missing on the way is made: maps, lists for an element to come,
 * [k=v] elements, and an empty scalar at the end.  An index is never made.
 */
GK_NODISCARD int gk_fieldpath_need(struct gk_arena *a, struct gk_node *root,
	const struct gk_str *part, size_t n, struct gk_node **ret, struct gk_err *err);

struct gk_matches {
	struct gk_node **v;
	size_t n, cap;
};

/* What a missing last part is made as. */
enum gk_create { GK_CREATE_NOTHING, GK_CREATE_SCALAR, GK_CREATE_MAP, GK_CREATE_LIST };

/*
 * All nodes at the path, as a target is written: * is every element, [k=v] takes v as a
 * pattern that may match anywhere.  A path that goes on inside a scalar goes into a copy of
 * what the scalar's text means, so that writing there has no effect.
 */
GK_NODISCARD int gk_fieldpath_match(struct gk_arena *a, struct gk_node *root,
	const struct gk_str *part, size_t n, enum gk_create create, struct gk_matches *ret,
	struct gk_err *err);

/* What a scalar's text means as YAML; NULL when it is none. */
struct gk_node *gk_fieldpath_inside(struct gk_arena *a, const struct gk_node *scalar);

#endif
