/*
 * What a set no longer wants: which of it may be deleted, and in which order.
 */
#ifndef GK_SYNC_PRUNE_H
#define GK_SYNC_PRUNE_H

#include "base/vec.h"
#include "sync/inventory.h"

enum gk_prune_verdict {
	GK_PRUNE_DELETE,
	GK_PRUNE_GONE,     /* it does not exist any more: leaves the inventory */
	GK_PRUNE_RELEASED, /* it is not ours any more: leaves the inventory, stays in the cluster */
	GK_PRUNE_KEPT,     /* a mark on it says so: stays in both */
	GK_PRUNE_PROTECTED, /* its kind needs consent by kind: stays in both */
	GK_PRUNE_UNKNOWN    /* it could not be read: stays in both */
};

struct gk_prune_item {
	struct gk_ref ref;
	struct gk_str uid; /* of the live object */
	int64_t wave;
	enum gk_prune_verdict verdict;
	const char *why; /* "" for GK_PRUNE_DELETE */
};

/*
 * Judge an object of the inventory that is not wanted any more.  `live` is its metadata (or
 * whole), NULL when it does not exist.  kinds: what --prune-kind named ("Namespace",
 * "storage.k8s.io/StorageClass").  Only an object that has our UID or, where none is known, our
 * part-of label and our field manager's entry is ever GK_PRUNE_DELETE.
 */
void gk_prune_judge(struct gk_arena *a, const struct gk_inv_entry *entry,
	const struct gk_node *live, const struct gk_set_id *id, const char *manager,
	const struct gk_strs *kinds, struct gk_prune_item *ret);

/* Sort for deletion: higher waves first, then kinds in reverse order of installation. */
void gk_prune_sort(struct gk_prune_item *v, size_t n);

/* --prune-limit: "10%", "23" or "none". */
struct gk_prune_limit {
	uint64_t percent; /* of the inventory; UINT64_MAX = not by percent */
	uint64_t count;
};
enum { GK_PRUNE_FREE = 3 }; /* always allowed under a limit in percent */
GK_NODISCARD int gk_prune_limit_parse(
	const char *text, struct gk_prune_limit *ret, struct gk_err *err);
/* GK_EREFUSED guard.prune-limit when `n` of `total` are too many. */
GK_NODISCARD int gk_prune_limit_check(
	const struct gk_prune_limit *limit, size_t n, size_t total, struct gk_err *err);

#endif
