/*
 * gk-diff's work: which objects of a set differ from the cluster, and in what.
 */
#ifndef GK_SYNC_COMPARE_H
#define GK_SYNC_COMPARE_H

#include "report/diff.h"
#include "sync/inventory.h"
#include "sync/targets.h"

enum gk_compare_method {
	GK_COMPARE_AUTO,  /* the proof; a server-side dry run for objects without one */
	GK_COMPARE_LOCAL, /* the proof, then a local prediction: needs read rights only */
	GK_COMPARE_SERVER /* a dry run of every object */
};

struct gk_compare {
	struct gk_targets *targets; /* read, with live objects kept */
	enum gk_compare_method method;
	enum gk_kube_validation validation;
	/* With --prune: what the set no longer wants would be deleted. */
	const struct gk_set_id *set;    /* NULL without */
	const struct gk_inventory *inv; /* NULL without */
	struct gk_strs prune_kinds;
};

/*
 * Compare and report in the order of the set, then what would be pruned.  Objects that cannot
 * be compared are faults (all are told).
 */
GK_NODISCARD int gk_compare_run(
	const struct gk_compare *c, struct gk_diff_report *report, struct gk_err *err);

#endif
