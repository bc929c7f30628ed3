/*
 * Paths of the tables in lib/schema: a.b[].c, a[k=v].c.  `.` within a name is written `\.`;
 * [] stands for each element of an array, [k=v] for each whose member k is the text v.
 */
#ifndef GK_SYNC_PATH_H
#define GK_SYNC_PATH_H

#include "doc/node.h"

/* Follow a path without brackets; NULL when a step is absent. */
const struct gk_node *gk_path_get(const struct gk_node *n, struct gk_str path);

/* Called with each value that the path reaches and the object that holds it. */
typedef void (*gk_path_fn)(void *ctx, const struct gk_node *value, const struct gk_node *parent);
void gk_path_each(const struct gk_node *n, struct gk_str path, gk_path_fn fn, void *ctx);

#endif
