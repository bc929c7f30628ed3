/*
 * Strategic merge patch: lists of built-in kinds are joined by their merge key, with the
 * directives $patch, $deleteFromPrimitiveList/, $setElementOrder/ and $retainKeys.
 * Behaviour: apimachinery/pkg/util/strategicpatch.
 */
#ifndef GK_SIM_SMP_H
#define GK_SIM_SMP_H

#include "doc/node.h"
#include "sim/types.h"

/* Change `target` (an object) in place.  GK_EINPUT: a directive that makes no sense. */
GK_NODISCARD int gk_sim_smp(struct gk_arena *a, struct gk_sim_type t, struct gk_node *target,
	const struct gk_node *patch, struct gk_err *err);

#endif
