/*
 * Which elements a merge loses because one lacks a key of the list (kustomize reference
 * section 8, consequences).  Private to the strategic merge.
 *
 * A watch sees only irregular lists, and only where somebody wants to know.  An element is not
 * lost that is in the merged list, that was merged into another one, that the patch deletes,
 * or that is there again with the same values at all keys.
 */
#ifndef GK_OVERLAY_MERGE_LOSS_H
#define GK_OVERLAY_MERGE_LOSS_H

#include "base/map.h"
#include "overlay/merge-list.h"
#include "overlay/merge-tuple.h"

/* What became of an element; what is absorbed shares the fate of another one. */
enum gk_merge_fate { GK_MERGE_LOST, GK_MERGE_KEPT, GK_MERGE_DELETED, GK_MERGE_ABSORBED };

struct gk_merge_seen {
	struct gk_node *node;
	struct gk_merge_tuple values;
	bool in_patch;
	enum gk_merge_fate fate;
};

struct gk_merge_watch {
	struct gk_merge_seen *v;
	size_t n, cap;
	struct gk_merge_keys keys;
	struct gk_map by_node;
};

/* These elements will be merged; watch->keys is set.  Called once or twice, before all else. */
void gk_merge__watch(
	struct gk_merge_watch *watch, struct gk_node *const *elements, size_t n, bool in_patch);
/* The two, or the one of them that is there, gave `merged`; NULL: nothing, as was asked. */
void gk_merge__watch_pair(struct gk_merge_watch *watch, const struct gk_node *dest,
	const struct gk_node *patch, const struct gk_node *merged);
/* The list called `field` is now these elements (NULL: holes): tell what was lost. */
void gk_merge__watch_end(const struct gk_merge_walk *w, struct gk_merge_watch *watch,
	struct gk_str field, struct gk_node *const *merged, size_t n);
void gk_merge__watch_done(struct gk_merge_watch *watch);

#endif
