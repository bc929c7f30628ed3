/*
 * The order of a sync, as a graph.
 *
 * Nodes are the objects to apply (an object that is a hook of two phases: two nodes) and
 * gates.  A gate stands between two consecutive (phase, wave) groups: it waits for all of the
 * first, healthy, and all of the second wait for it.  Inside a group only references order,
 * so that independent branches run side by side:
 *
 *	PreSync 0   ConfigMap a --- Job migrate
 *	                |
 *	              gate                        (Job complete)
 *	                |
 *	Sync 0      Namespace b -> Secret b/s -> Deployment b/web
 *	                |
 *	              gate                        (Deployment healthy)
 *	                |
 *	Sync 1      Service b/web -> Ingress b/web
 *
 * A reference that needs its target (refs.tbl: NEED, a namespace, a CRD and its kind) moves
 * the target ahead into the group of its earliest user, since a later wave could never come.
 * References that only prefer an order give way to waves; depends-on marks do not, and a
 * contradiction is a cycle, which is an error that names its members.
 */
#ifndef GK_SYNC_GRAPH_H
#define GK_SYNC_GRAPH_H

#include "doc/stream.h"
#include "sync/marks.h"

enum gk_edge_kind { GK_EDGE_NEED, GK_EDGE_AFTER, GK_EDGE_MARK, GK_EDGE_GATE };

/* The node waits for node `to`: until it is applied, or until it is healthy. */
struct gk_edge {
	uint32_t to;
	enum gk_edge_kind kind;
	bool healthy;
	const char *why; /* "uses it (spec.template.spec.volumes[].secret.secretName)" */
};

struct gk_gnode {
	bool gate;
	size_t item; /* index into the set (objects) */
	enum gk_phase phase;
	int64_t wave;
	enum gk_phase own_phase; /* as the author marked it */
	int64_t own_wave;
	struct gk_marks marks;
	uint32_t pulled_by; /* the node for which it was moved ahead, or GK_NO_NODE */
	struct gk_edge *deps;
	uint32_t ndeps, capdeps;
};
#define GK_NO_NODE UINT32_MAX

struct gk_graph {
	struct gk_arena arena;
	const struct gk_set *set; /* borrowed */
	struct gk_gnode *node;
	size_t n, cap;
	uint32_t *order; /* all nodes, each after what it waits for; deterministic */
	uint32_t *fail;  /* nodes of phase SyncFail, in order of their waves; not in `order` */
	size_t norder, nfail;
	size_t skipped; /* objects that are never applied (hook Skip and the like) */
};
#define GK_GRAPH_INIT                                                                              \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Build the graph of a set, which is borrowed until gk_graph_done.
 *
 * Errors: GK_EINPUT order.cycle (a note for each edge of the cycle), order.depends-on (a mark
 * that cannot be read, or that names an object that is not in the set).
 * Cost: O(n log n + edges).
 */
GK_NODISCARD int gk_graph_build(struct gk_graph *g, const struct gk_set *set, struct gk_err *err);
void gk_graph_done(struct gk_graph *g);

/* "apps/Deployment prod/web"; gates: "wave 0". In the graph's arena. */
const char *gk_graph_label(struct gk_graph *g, uint32_t node);

/* --explain-order: the groups, and of each object what it waits for and why. */
void gk_graph_explain(struct gk_graph *g, struct gk_buf *out);

#endif
