/*
 * What server-side apply does with typed trees: which paths an object sets, what changed
 * between two objects, merging an intent into an object, and taking paths out again.
 * Behaviour: kubernetes-sigs/structured-merge-diff v6, typed/ and merge/.
 */
#ifndef GK_SIM_TYPED_H
#define GK_SIM_TYPED_H

#include "sim/fieldset.h"
#include "sim/types.h"

/*
 * The paths that an object sets.  GK_EINPUT: an item of a keyed list lacks a key, or two
 * items have the same.
 */
GK_NODISCARD int gk_sim_typed_paths(struct gk_arena *a, struct gk_sim_type t,
	const struct gk_node *object, struct gk_node **ret, struct gk_err *err);

struct gk_sim_changes {
	struct gk_node *added, *removed, *modified; /* sets, never NULL */
};
void gk_sim_typed_compare(struct gk_arena *a, struct gk_sim_type t, const struct gk_node *from,
	const struct gk_node *to, struct gk_sim_changes *ret);

/* A new tree: `intent` laid over `live`. */
struct gk_node *gk_sim_typed_merge(struct gk_arena *a, struct gk_sim_type t,
	const struct gk_node *live, const struct gk_node *intent);

/* Take out of `object` what is in `drop` unless it, or something below it, is in `keep`. */
void gk_sim_typed_prune(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object,
	const struct gk_node *drop, const struct gk_node *keep);

/* The default of a field, as a new node; NULL = none. */
struct gk_node *gk_sim_typed_default(struct gk_arena *a, struct gk_sim_type t, struct gk_str field);

#endif
