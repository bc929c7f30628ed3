/*
 * The ordered list of resources, with indexes: by current identity, by any identity that a
 * resource has or had, and by name.  An index is made when it is asked for and dropped when
 * identities change, so a pass over all resources costs no more than the resources.
 */
#ifndef GK_OVERLAY_RESMAP_H
#define GK_OVERLAY_RESMAP_H

#include "base/err.h"
#include "base/map.h"
#include "overlay/res.h"

struct gk_resmap {
	struct gk_res **v;
	size_t n, cap;
	struct gk_map current, any; /* key to struct gk_hit */
	struct gk_map names;        /* all names, past and present, to struct gk_hit */
	bool has_current, has_any, has_names;
	bool declared;        /* the indexes know gk_scopes.declared */
	bool doubles;         /* the first index saw one identity twice */
	bool emptied;         /* an object may be gone: set by whoever takes one away */
	struct gk_arena keys; /* of the indexes */
};

/* Resources of one identity, in list order. */
struct gk_hit {
	struct gk_hit *next, *last;
	struct gk_res *res;
	size_t n; /* in the first: how many */
};

void gk_resmap_done(struct gk_resmap *m);
/* Identities changed: forget the indexes. */
void gk_resmap_touch(struct gk_resmap *m);

/* Without a check. */
void gk_resmap_push(struct gk_resmap *m, struct gk_res *r);
/* GK_EINPUT when a resource has this identity now; names both places. */
GK_NODISCARD int gk_resmap_append(
	struct gk_arena *a, struct gk_resmap *m, struct gk_res *r, struct gk_err *err);
GK_NODISCARD int gk_resmap_append_all(
	struct gk_arena *a, struct gk_resmap *m, const struct gk_resmap *from, struct gk_err *err);

/* GK_EINPUT when two resources have become the same. */
GK_NODISCARD int gk_resmap_check(struct gk_arena *a, struct gk_resmap *m, struct gk_err *err);

/* Hits of an identity: current ones, or any past and current; NULL = none. */
const struct gk_hit *gk_resmap_current(struct gk_resmap *m, const struct gk_id *id);
const struct gk_hit *gk_resmap_any(struct gk_resmap *m, const struct gk_id *id);

/* Resources that are called so, or ever were. */
const struct gk_hit *gk_resmap_named(struct gk_resmap *m, struct gk_str name);

/*
 * The resource has a new name: add it to the index of names, which keeps the old one.  From
 * then on hits of a name may be out of order, and one resource among them twice.
 */
void gk_resmap_renamed(struct gk_resmap *m, struct gk_res *r);

/* Put r, which has the identities of old, present and past, where old stands. */
void gk_resmap_replace(struct gk_resmap *m, const struct gk_res *old, struct gk_res *r);
/* Take out the resources whose object is gone, when `emptied` says that there are any. */
void gk_resmap_drop_empty(struct gk_resmap *m);

#define gk_resmap_foreach(r, m)                                                                    \
	for (size_t r##_at = 0; r##_at < (m)->n; r##_at++)                                         \
		for (struct gk_res *r = (m)->v[r##_at], *r##_once = r; r##_once; r##_once = NULL)

#endif
