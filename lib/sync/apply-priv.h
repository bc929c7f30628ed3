/* Shared by the files of the apply engine. */
#ifndef GK_SYNC_APPLY_PRIV_H
#define GK_SYNC_APPLY_PRIV_H

#include "base/map.h"
#include "base/vec.h"
#include "sync/apply.h"
#include "sync/candidates.h"
#include "sync/faults.h"
#include "sync/lease.h"

/*
 * A node of the graph on its way:
 *
 *	WAITING -> WRITING -> SETTLING -> DONE
 *	   |          |          |
 *	SKIPPED     FAILED     FAILED
 */
enum gk_node_state {
	GK_NODE_WAITING,  /* for other nodes */
	GK_NODE_WRITING,  /* a request, or a deletion before it, is on its way */
	GK_NODE_SETTLING, /* applied; health is awaited */
	GK_NODE_DONE,
	GK_NODE_FAILED,
	GK_NODE_SKIPPED
};

struct gk_apply_run;
struct gk_wait_group;

struct gk_apply_node {
	struct gk_apply_run *run;
	uint32_t id;              /* in the graph */
	size_t place;             /* in the report */
	struct gk_target *target; /* NULL for gates */
	enum gk_node_state state;
	bool counted;       /* it takes part in the run's order (SyncFail: only after a failure) */
	uint32_t waits;     /* dependencies that hold it back */
	bool takes_back;    /* fields in dispute were edited by hand: they are drift */
	bool applied;       /* told to those that wait for this only */
	const char *result; /* "created", "configured", "unchanged" */
	struct gk_str uid, version, hash; /* of the object as written; hash: hooks */
	struct gk_health health;
	struct gk_wait_group *group;
	struct gk_http_timer *timer; /* a retry, or the grace of a Degraded object */
	int64_t begin_ms;
};

/* Who waits for a node, and for what. */
struct gk_apply_user {
	uint32_t node;
	bool healthy;
};

struct gk_apply_run {
	const struct gk_apply *opt;
	struct gk_arena arena;
	struct gk_targets targets;
	struct gk_graph graph;
	struct gk_inventory inv;
	struct gk_candidates prune;
	struct gk_lease lease;
	struct gk_faults faults;
	struct gk_apply_totals totals;
	struct gk_str cluster;

	struct gk_apply_node *node; /* beside the graph's nodes */
	uint32_t *first;            /* users of node i: user[first[i] .. first[i + 1]] */
	struct gk_apply_user *user;
	GK_VEC(uint32_t) ready;
	GK_VEC(uint32_t) unhealthy;   /* nodes that settled badly: told outside of callbacks */
	size_t objects;               /* nodes that are no gates: the first places of the report */
	const struct gk_gnode *group; /* of the node that was started last */
	size_t busy;          /* nodes that write or settle, and other work of ours in flight */
	struct gk_map groups; /* wait groups */
	struct gk_http_timer *timeout, *beat;
	int64_t deadline_ms;
	bool stopped; /* start nothing new */
	bool timed_out;
	const char *written; /* the inventory as the cluster has it, or NULL */
	bool reload;         /* a CRD was established: discovery is to be read again */
	bool working;        /* there is something to write: the inventory follows */
	bool parent_busy;    /* an inventory write is on its way */
	bool home_missing;   /* the parent's namespace is made by this run */
};

/* ---- apply.c ---- */
/* After each step of the loop: signals, the lock, the reader of stdout, the deadline. */
void gk_apply__look(struct gk_apply_run *r);
/* The deadline is so far away from now on. */
void gk_apply__clock(struct gk_apply_run *r, int64_t ms);

/* ---- apply-node.c: states and who waits for whom ---- */
int gk_apply__nodes(struct gk_apply_run *r, struct gk_err *err);
/* The node is applied; what waits only for that may start. */
void gk_apply__applied(struct gk_apply_node *n);
/* It is done: applied and healthy (or nothing is to be waited for). */
void gk_apply__done(struct gk_apply_node *n);
/* It failed; all that waits for it is skipped.  err is told; its code decides the exit. */
void gk_apply__failed(struct gk_apply_node *n, struct gk_err *err);
void gk_apply__skip(struct gk_apply_node *n, const char *why);
/* It is ready to start (again). */
void gk_apply__ready(struct gk_apply_node *n);
void gk_apply__event(
	struct gk_apply_node *n, const char *type, const char *status, const char *error);
const struct gk_ref *gk_apply__ref(const struct gk_apply_node *n);
/* Something still needs it healthy: a hook, a CRD, a mark, or a gate when gates wait. */
bool gk_apply__needs_health(const struct gk_apply_node *n);

/* ---- apply-write.c ---- */
void gk_apply__write(struct gk_apply_node *n);
/* The object that stood in the node's place is gone (a gk_gone_fn): write. */
void gk_apply__on_gone(void *ctx, const struct gk_err *err);

/* ---- apply-conflict.c: fields that another manager has ---- */
/*
 * All fields in dispute were edited by hand (schema/hands.tbl): told as a warning each; from
 * now on the node is written by force.  Once a node, so that an editor who is at it this moment
 * is not fought.
 */
bool gk_apply__takes_back(struct gk_apply_node *n, const struct gk_kube_reply *reply);
/* Why the server refused it; field conflicts in our words. */
void gk_apply__refusal(
	struct gk_apply_node *n, const struct gk_kube_reply *reply, struct gk_err *err);

/* ---- apply-wait.c ---- */
/* Judge the object after a write, then wait for its health if it is not good yet. */
void gk_apply__settle(struct gk_apply_node *n, const struct gk_node *object);
void gk_apply__stop_waiting(struct gk_apply_node *n);
/* Fail the nodes of r->unhealthy, with what the cluster says about them; blocking. */
void gk_apply__unhealthy(struct gk_apply_run *r);
/* End all waits: the deadline has passed; blocking. */
void gk_apply__expire(struct gk_apply_run *r);
void gk_apply__wait_done(struct gk_apply_run *r);

/* ---- apply-hook.c ---- */
void gk_apply__hook(struct gk_apply_node *n);
/* The hook has ended: its result goes into the inventory. */
void gk_apply__hook_ended(struct gk_apply_node *n, bool succeeded);
/* Delete the hooks that ask for it, after the run. */
int gk_apply__hook_cleanup(struct gk_apply_run *r, bool succeeded, struct gk_err *err);

/* ---- apply-gone.c: deleting, and waiting until it is gone ---- */
typedef void (*gk_gone_fn)(void *ctx, const struct gk_err *err); /* err NULL: gone */
void gk_apply__delete(struct gk_apply_run *r, const struct gk_kube_resource *res,
	const struct gk_ref *ref, struct gk_str uid, gk_gone_fn fn, void *ctx);
/* Only wait: it is being deleted already. */
void gk_apply__await_gone(struct gk_apply_run *r, const struct gk_kube_resource *res,
	const struct gk_ref *ref, struct gk_str uid, gk_gone_fn fn, void *ctx);

/* ---- apply-dry.c: instead of execution ---- */
int gk_apply__dry_run(struct gk_apply_run *r, struct gk_err *err);

/* ---- apply-prune.c ---- */
int gk_apply__prune(struct gk_apply_run *r, struct gk_err *err);

/* ---- apply-check.c: everything before the first write ---- */
int gk_apply__check(struct gk_apply_run *r, struct gk_err *err);

/* ---- apply-inventory.c ---- */
void gk_apply__inventory_read(struct gk_apply_run *r);
int gk_apply__inventory_begin(struct gk_apply_run *r, struct gk_err *err);
void gk_apply__inventory_flush(struct gk_apply_run *r, const char *state);
int gk_apply__inventory_end(struct gk_apply_run *r, bool succeeded, struct gk_err *err);

/* ---- apply-trouble.c: what the cluster says about an object; blocking ---- */
void gk_apply__explain(struct gk_apply_node *n, struct gk_err *err);

#endif
