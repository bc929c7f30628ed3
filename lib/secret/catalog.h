/* The objects of a stream by kind, namespace and name. */
#ifndef GK_SECRET_CATALOG_H
#define GK_SECRET_CATALOG_H

#include "base/map.h"
#include "doc/stream.h"

struct gk_catalog {
	struct gk_arena *a;
	struct gk_str default_ns; /* of namespaced objects that name none */
	struct gk_map map;
};

void gk_catalog_init(struct gk_catalog *c, struct gk_arena *a, const struct gk_set *set,
	struct gk_str default_ns);
void gk_catalog_add(struct gk_catalog *c, struct gk_item *item);
/* ns is ignored for cluster-scoped kinds, which are stored under "". NULL when absent. */
struct gk_item *gk_catalog_find(
	const struct gk_catalog *c, const char *kind, struct gk_str ns, struct gk_str name);
void gk_catalog_done(struct gk_catalog *c);

#endif
