/*
 * References: which other objects an object names, by the rows of schema/refs.tbl.
 */
#ifndef GK_SYNC_REFS_H
#define GK_SYNC_REFS_H

#include "doc/stream.h"
#include "schema/apply.h"

struct gk_ref_use {
	enum gk_ref_meaning meaning; /* NEED, AFTER or GIVE */
	struct gk_ref target;        /* version empty; ns empty = cluster-scoped or unknown */
	const char *base, *path; /* "spec.template.spec", "volumes[].secret.secretName"; static */
};
typedef void (*gk_refs_fn)(void *ctx, const struct gk_ref_use *use);

/* Call fn with each reference of the object; ref.ns is taken as its namespace. */
void gk_refs_each(const struct gk_node *object, const struct gk_ref *ref, gk_refs_fn fn, void *ctx);

/* The pod template of a workload (its metadata and spec), the Pod itself, or NULL. */
const struct gk_node *gk_refs_pod(const struct gk_node *object, const struct gk_ref *ref);

#endif
