/*
 * metadata.managedFields: who set which field, and what server-side apply makes of it.
 * Behaviour: apimachinery/pkg/util/managedfields.
 */
#ifndef GK_SIM_MANAGED_H
#define GK_SIM_MANAGED_H

#include "base/vec.h"
#include "sim/typed.h"

/* Who writes, and through what. */
struct gk_sim_writer {
	struct gk_str manager;
	const char *api_version; /* of the request */
	const char *sub;         /* subresource, "" = none */
	struct gk_sim_type type; /* of the object */
	bool has_status;         /* status is a subresource */
};

/*
 * After a create or update by other means than apply: give `next` the managedFields that
 * follow from `live` (NULL: created).  `next` may bring its own, as a client set them.
 */
void gk_sim_managed_update(struct gk_arena *a, const struct gk_sim_writer *w,
	const struct gk_node *live, struct gk_node *next);

struct gk_sim_conflict {
	const char *who; /* "\"kubectl\" using apps/v1 at ..." */
	const char *path;
};
struct gk_sim_conflicts {
	struct gk_sim_conflict *v;
	size_t n, cap;
};

/*
 * Lay `intent` over `live` (NULL: the object is new) as `w->manager`.  *ret is a new tree with
 * its managedFields; *ret_changed is false when nothing changes.  With conflicts and no
 * `force`, *ret is NULL and `conflicts` (texts in a) says them.  GK_EINPUT: keys.
 */
GK_NODISCARD int gk_sim_managed_apply(struct gk_arena *a, const struct gk_sim_writer *w,
	const struct gk_node *live, const struct gk_node *intent, bool force, struct gk_node **ret,
	struct gk_sim_conflicts *conflicts, struct gk_err *err);

#endif
