/* Inside of discovery: table.c holds, parse.c reads, fetch.c asks, cache.c keeps. */
#ifndef GK_KUBE_DISCOVERY_PRIV_H
#define GK_KUBE_DISCOVERY_PRIV_H

#include "base/map.h"
#include "base/vec.h"
#include "doc/node.h"
#include "kube/discovery.h"
#include "kube/kube-priv.h"

/* What one fetch found.  Everything lives in the discovery's arena. */
struct gk_discovery_table {
	GK_VEC(struct gk_kube_resource *) resources; /* server order, core first */
	struct gk_map by_kind;                       /* "group/version/kind" -> resource */
	struct gk_map by_group_kind; /* "group//kind" -> resource of the preferred version */
	struct gk_map unknown;       /* "group/version" and "group/": could not be asked */
};

struct gk_discovery {
	struct gk_kube *k;
	struct gk_arena arena; /* resources of all tables so far */
	struct gk_discovery_table table;
	struct gk_map expected;           /* "group//kind" */
	struct gk_discovery_fetch *fetch; /* under way */
};

/* table.c */
void gk_discovery__table_done(struct gk_discovery_table *t);
/* Add unless it is there; the texts are copied into a. */
void gk_discovery__add(
	struct gk_arena *a, struct gk_discovery_table *t, const struct gk_kube_resource *r);
void gk_discovery__add_unknown(struct gk_arena *a, struct gk_discovery_table *t,
	struct gk_str group, struct gk_str version);

/* parse.c: pure; false when the tree is something else. */
bool gk_discovery__read_aggregated(
	struct gk_arena *a, struct gk_discovery_table *t, const struct gk_node *root);
bool gk_discovery__read_resource_list(struct gk_arena *a, struct gk_discovery_table *t,
	const struct gk_node *root, bool preferred);
/* The answer's media type says that it is the aggregated form, in any order of parameters. */
bool gk_discovery__is_aggregated(struct gk_str content_type);

/* cache.c: never fails; a corrupt or missing file is a miss. */
struct gk_discovery_cached {
	struct gk_buf body;
	char etag[136];
};
bool gk_discovery__cache_load(
	const struct gk_kube *k, const char *name, struct gk_discovery_cached *ret);
void gk_discovery__cache_store(
	const struct gk_kube *k, const char *name, struct gk_str etag, struct gk_str body);

/* fetch.c */
void gk_discovery__fetch_free(struct gk_discovery_fetch *f);

#endif
