/*
 * kustomize's strategic merge (kustomize reference section 8): kyaml's own algorithm, with
 * its corner cases, because its output must be met to the byte.
 */
#ifndef GK_OVERLAY_MERGE_H
#define GK_OVERLAY_MERGE_H

#include "base/err.h"
#include "doc/node.h"
#include "schema/merge.h"

/*
 * Elements of a list that are lost, because one of them, or of the patch's, lacks a key by
 * which the list merges.
 */
struct gk_merge_loss {
	struct gk_str field;           /* the list's name */
	const struct gk_node *culprit; /* the element that lacks `key` */
	bool in_patch;                 /* it stands in the patch, else in dest */
	struct gk_str key;
	size_t n;          /* elements that are lost */
	const char *names; /* what they have at the keys: "'web', 'log'"; at most 5 */
};

/* What a merge tells beside its result. */
struct gk_merge_report {
	/* NULL: nobody wants to know; the loss is only borrowed. */
	void (*lost)(void *ctx, const struct gk_merge_loss *loss);
	void *ctx;
	const struct gk_node *bad; /* when it fails: the node at fault, of dest or patch */
};

/*
 * Merge patch into *dest, both changed and partly shared afterwards; *dest becomes NULL
 * when the patch deletes it.  New nodes live in a.  GK_EINPUT: kinds that do not fit,
 * unknown `$patch` word.  report: NULL for none.
 */
GK_NODISCARD int gk_merge(struct gk_arena *a, const struct gk_merge_schema *schema,
	struct gk_node **dest, struct gk_node *patch, struct gk_merge_report *report,
	struct gk_err *err);

#endif
