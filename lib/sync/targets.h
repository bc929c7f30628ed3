/*
 * The desired set in front of a cluster: each object with its resource, what is live of it,
 * and whether applying it would change anything.
 */
#ifndef GK_SYNC_TARGETS_H
#define GK_SYNC_TARGETS_H

#include "doc/stream.h"
#include "sync/health.h"
#include "sync/marks.h"
#include "sync/session.h"

struct gk_target {
	struct gk_item *item; /* desired, cleaned */
	/* NULL while the kind is not served: its CRD is in the set. */
	const struct gk_kube_resource *res;
	struct gk_marks marks;
	bool exists;
	bool proved;      /* re-applying changes nothing (sync/proof.h) */
	bool terminating; /* being deleted */
	bool made;        /* by this run, before its order began (the namespace of the set) */
	bool ours;        /* our manager has applied it */
	const char *why;  /* not proved: the reason, for --explain */
	struct gk_str uid, version, part_of, hook_hash; /* of the live object; in the arena */
	int64_t generation;
	struct gk_health health; /* of the live object */
	struct gk_node *live;    /* when kept: the whole live object, in the arena */
};

struct gk_targets {
	struct gk_arena arena;
	struct gk_session *session;
	struct gk_set *set;
	struct gk_target *v; /* one for each item of the set, in its order */
	size_t n;
	const char *manager;
	bool keep_live;      /* of what is not proved */
	bool no_proof;       /* take nothing as proved */
	bool ignore_part_of; /* a live part-of label that the desired object lacks is no difference
			      */
};
#define GK_TARGETS_INIT                                                                            \
	{                                                                                          \
		.v = NULL                                                                          \
	}
void gk_targets_done(struct gk_targets *t);

/*
 * Find the resource of each object, give namespaced ones without a namespace the default one,
 * clean them (sync/desired.h).  Kinds whose CRD is in the set may be missing.  Changes the set.
 * All faults are reported: to the session's diags, the last as the error.
 */
GK_NODISCARD int gk_targets_resolve(
	struct gk_targets *t, struct gk_session *s, struct gk_set *set, struct gk_err *err);

/*
 * Read what is live: one LIST a resource and namespace (GETs where the set has one or two
 * objects there), in parallel, and judge each object.  A namespace that neither exists nor is
 * in the set is GK_EINPUT sync.namespace.  All faults are reported, as above.
 */
GK_NODISCARD int gk_targets_read(struct gk_targets *t, struct gk_err *err);

#define GK_HOOK_HASH GK_PREFIX "/hook-hash"

#endif
