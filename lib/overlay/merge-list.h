/* The two halves of the strategic merge share this.  Private to merge.c and merge-list.c. */
#ifndef GK_OVERLAY_MERGE_LIST_H
#define GK_OVERLAY_MERGE_LIST_H

#include "overlay/merge.h"

struct gk_merge_walk {
	struct gk_arena *a;
	const struct gk_merge_schema *schema;
	struct gk_merge_report *report;
	struct gk_err *err;
};

/*
 * Walk one pair (either may be NULL).  type: of a map, or of a list's elements, NULL =
 * unknown; keys: of a list (struct gk_merge_field).  *ret: what takes the place; NULL or
 * a null = nothing.
 */
int gk_merge__walk(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	const char *type, const char *keys, struct gk_node **ret);

/* The same for a list that merges by keys. */
int gk_merge__list(const struct gk_merge_walk *w, struct gk_node *dest, struct gk_node *patch,
	const char *type, const char *keys, struct gk_node **ret);

/* Find, obey and remove a list-level $patch. */
int gk_merge__list_directive(
	const struct gk_merge_walk *w, struct gk_node *patch, bool *ret_replace, bool *ret_delete);

/* A failure that n is at fault for; it was started. */
int gk_merge__blame(const struct gk_merge_walk *w, const struct gk_node *n);

#endif
