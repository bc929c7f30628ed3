/* Shared by the files that build the order graph. */
#ifndef GK_SYNC_GRAPH_PRIV_H
#define GK_SYNC_GRAPH_PRIV_H

#include "sync/graph.h"

/* Add an edge; one to the same node is joined with it (the stronger wins). */
void gk_graph__edge(struct gk_graph *g, uint32_t from, struct gk_edge edge);
uint32_t gk_graph__node(struct gk_graph *g, struct gk_gnode node);

/* Groups, gates, order: everything after the edges between objects are there. */
GK_NODISCARD int gk_graph__arrange(struct gk_graph *g, struct gk_err *err);

#endif
