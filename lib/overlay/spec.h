/*
 * Following a fieldspec into an object (kustomize reference section 5).
 *
 *	spec/template/spec/containers[]/image
 *
 * A list on the way is entered silently, each element with the rest of the path.  A missing
 * member ends the walk, unless the spec creates; null becomes what is needed then.
 */
#ifndef GK_OVERLAY_SPEC_H
#define GK_OVERLAY_SPEC_H

#include "doc/node.h"
#include "overlay/res.h"
#include "schema/fieldspec.h"

/* What the setter wants to find; nothing is created with GK_WANT_ANY. */
enum gk_want { GK_WANT_ANY, GK_WANT_SCALAR, GK_WANT_MAP };

struct gk_setter {
	int (*set)(void *ctx, struct gk_node *field, struct gk_err *err);
	void *ctx;
	enum gk_want want;
};

/* Does the spec concern an object of this apiVersion and kind? */
bool gk_spec_matches(const struct gk_fieldspec *spec, const struct gk_id *id);
/* Call the setter for each field that the path leads to, whatever the kind. */
GK_NODISCARD int gk_spec_walk(struct gk_arena *a, const struct gk_res *r, const char *path,
	bool create, const struct gk_setter *setter, struct gk_err *err);

/* "a/b\/c" as the parts that struct gk_fieldspec has; a walk refuses an empty one, and a NUL. */
const char *gk_spec_parts(struct gk_arena *a, struct gk_str path);
/* The parts as a text again, for messages. */
const char *gk_spec_text(struct gk_arena *a, const char *parts);

/* "a map", "a list", "a number"...: YAML's words, not JSON's. */
const char *gk_spec_kind_word(const struct gk_node *n);
/* "expected a map, found a string" about a node, with its line: GK_EINPUT. */
int gk_spec_wrong_kind(const struct gk_node *n, const char *expected, struct gk_err *err);

#endif
