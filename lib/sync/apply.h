/*
 * gk-apply's work: bring a cluster to a desired set.
 *
 * Order of a run; everything up to 6 only reads:
 *	1. resolve kinds, clean the objects, build the order graph
 *	2. the cluster is the expected one
 *	3. lock the set, read its inventory
 *	4. read what is live; prove what needs no write; find what is to be pruned
 *	5. guards: foreign objects, prune limit, consent
 *	6. inventory := old + new objects
 *	7. apply along the graph; gates wait for health; hooks run
 *	8. prune: by UID, in reverse order, each verified gone
 *	9. inventory := new objects; hooks deleted as they ask; unlock
 * A run that is killed at any point leaves an inventory that holds all it made, and the next
 * run finishes the work.
 */
#ifndef GK_SYNC_APPLY_H
#define GK_SYNC_APPLY_H

#include "base/tty.h"
#include "report/apply.h"
#include "sync/graph.h"
#include "sync/prune.h"
#include "sync/targets.h"

struct gk_apply {
	struct gk_session *session; /* open */
	struct gk_set *set;         /* desired; changed in place */
	struct gk_apply_report *report;

	const char *manager;            /* field manager */
	const struct gk_set_id *id;     /* NULL: no membership, no pruning, no lock */
	struct gk_str source, revision; /* of the input, for the inventory */
	enum gk_kube_validation validation;
	bool force_conflicts;
	bool no_wait;     /* gates do not wait for health (CRDs and hooks are waited for) */
	bool rerun_hooks; /* also those that have succeeded for this very input */
	bool prune;
	bool consent;                                /* --yes: deletions are wanted */
	enum gk_answer (*ask)(const char *question); /* without consent; NULL: nobody to ask */
	bool dry_run; /* stop after 5, with a server-side dry run of what would be written */
	bool no_lock;
	int64_t lock_timeout_ms;
	int64_t timeout_ms; /* of steps 7 and 8 */
	struct gk_prune_limit prune_limit;
	struct gk_strs prune_kinds;
	const char *expect_cluster; /* UID of kube-system, or NULL */
};

/*
 * Run.  What went wrong is in the session's diags, one entry an object; the result is 0 when
 * all was applied and is healthy, else -1 with the last fault in err.  The report is begun
 * and ended in all cases but faults of steps 1 to 5.
 * gk_sig_init must have been called: a signal stops new writes, waits for those in flight,
 * and ends the run with GK_ECANCELLED.
 */
GK_NODISCARD int gk_apply_run(const struct gk_apply *opt, struct gk_err *err);

#endif
