#include "doc/patch.h"

/*
 * The two members of the algorithm: an object patches member by member, anything else
 * replaces.  Recursion is as deep as the patch, whose depth its parser limited.
 */
struct gk_node *gk_merge_patch(
	struct gk_arena *a, struct gk_node *target, const struct gk_node *patch)
{
	if (!gk_node_is(patch, GK_OBJECT))
		return gk_node_dup(a, patch);
	if (!gk_node_is(target, GK_OBJECT))
		target = gk_node_new(a, GK_OBJECT);
	gk_node_foreach (member, patch) {
		struct gk_str key = gk_node_key(member);
		struct gk_node *present = gk_node_find(target, key), *merged;

		if (member->type == GK_NULL) {
			if (present)
				gk_node_unlink(target, present);
			continue;
		}
		merged = gk_merge_patch(a, present, member);
		if (!present)
			(void)gk_node_set(a, target, key, merged);
		else if (merged != present)
			gk_node_assign(present, merged);
	}
	return target;
}
