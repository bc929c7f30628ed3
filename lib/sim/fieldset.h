/*
 * Sets of field paths, kept in the very form in which managedFields shows them
 * (FieldsV1), so that reading and writing them costs nothing.
 *
 *	{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:replicas":{}}}
 *
 * holds metadata.labels, metadata.labels.app and spec.replicas.  A step is f:FIELD,
 * k:{KEYS} (an item of a keyed list), v:VALUE (of a set) or i:INDEX.  An empty object is
 * a member; one with steps below is a member when it has ".".  The root is no member.
 */
#ifndef GK_SIM_FIELDSET_H
#define GK_SIM_FIELDSET_H

#include "base/buf.h"
#include "doc/node.h"

/* NULL reads as the empty set everywhere; results are new and share nothing. */
struct gk_node *gk_sim_set_union(
	struct gk_arena *a, const struct gk_node *x, const struct gk_node *y);
struct gk_node *gk_sim_set_minus(
	struct gk_arena *a, const struct gk_node *x, const struct gk_node *y);
struct gk_node *gk_sim_set_common(
	struct gk_arena *a, const struct gk_node *x, const struct gk_node *y);
bool gk_sim_set_empty(const struct gk_node *set);

/* One place of a set: true when it is a member itself. */
bool gk_sim_set_member(const struct gk_node *at);
/*
 * Make the node of a place: a member or not, with the steps in `below` (may be NULL, is
 * taken over).  NULL when it would hold nothing.
 */
struct gk_node *gk_sim_set_place(struct gk_arena *a, bool member, struct gk_node *below);

/* Call fn for each member, with its path as conflicts print it: `.spec.ports[port=80]`. */
typedef void (*gk_sim_path_fn)(void *ctx, struct gk_str path);
void gk_sim_set_each(const struct gk_node *set, gk_sim_path_fn fn, void *ctx);

#endif
