/* What is known of kinds as such: scope, and place in the default output order. */
#ifndef GK_SCHEMA_KINDS_H
#define GK_SCHEMA_KINDS_H

#include "base/str.h"

struct gk_kind {
	const char *group, *version, *kind;
};

struct gk_kind_rank {
	const char *kind;
	int rank;
};

/*
 * True for the kinds that kustomize v5.8.1 knows to be cluster-scoped; version counts.
 * Unknown kinds are namespaced.
 */
bool gk_kind_cluster_scoped(struct gk_str group, struct gk_str version, struct gk_str kind);

/* Negative: comes early (Namespace first of all); positive: last; 0: all others. */
int gk_kind_rank(struct gk_str kind);

/* Generated: cluster-scoped.tbl (sorted), order.tbl. */
extern const struct gk_kind gk_cluster_scoped_kinds[];
extern const size_t gk_cluster_scoped_kinds_count;
extern const struct gk_kind_rank gk_kind_ranks[];
extern const size_t gk_kind_ranks_count;

#endif
