/*
 * Objects in memory: one table a resource, one revision counter for all, and a bounded
 * history of changes, from which watches start and lists are seen as they were.
 *
 * A version of an object never changes once it is stored; readers hold it by a count.
 *
 *	history of a resource:  [ rv 7: a  - -> a1 ] [ rv 9: a  a1 -> a2 ] [ rv 12: a  a2 -> - ]
 *	                          dropped beyond `history`: watches from before get 410
 */
#ifndef GK_SIM_STORE_H
#define GK_SIM_STORE_H

#include "base/vec.h"
#include "doc/node.h"
#include "sim/kinds.h"
#include "sim/types.h"

/* One version of one object. */
struct gk_sim_obj {
	struct gk_doc doc;
	uint64_t rv;
	unsigned refs;
	struct gk_str text; /* JSON of the members after kind and apiVersion, without braces */
	struct gk_str key;  /* "namespace/name", or "name": the order of lists */
};
struct gk_sim_objs {
	struct gk_sim_obj **v;
	size_t n, cap;
};
/* A version that is not stored (a dry run); takes the document over; one reference. */
struct gk_sim_obj *gk_sim_obj_make(struct gk_doc *doc);
struct gk_sim_obj *gk_sim_obj_ref(struct gk_sim_obj *o);
void gk_sim_obj_unref(struct gk_sim_obj *o); /* NULL is a no-op */

struct gk_sim_change {
	uint64_t rv;
	struct gk_sim_obj *before; /* NULL: created */
	struct gk_sim_obj *after;  /* of a deletion: the last state under its own revision */
	bool deleted;
};

/* A version of a resource as it is served. */
struct gk_sim_version {
	const char *name;
	struct gk_sim_type type;
	bool status, scale;            /* subresources */
	const struct gk_node *columns; /* additionalPrinterColumns, or NULL */
	const struct gk_node *scale_paths;
	const char *deprecated; /* warning text, or NULL */
};

struct gk_sim_versions {
	struct gk_sim_version *v; /* in the arena of the resource */
	size_t n, cap;
};

struct gk_sim_watch;

struct gk_sim_res {
	const struct gk_sim_kind *builtin; /* NULL: of a CustomResourceDefinition */
	const char *group, *kind, *plural, *singular, *list_kind;
	const char *shorts, *categories;
	bool cluster, gone;
	bool generation;            /* counts changes of the spec */
	struct gk_sim_res *storage; /* where the objects are: itself, but for events.k8s.io */
	struct gk_sim_versions versions;
	int64_t served_from_ms;  /* a new custom resource appears only then */
	int64_t spec_generation; /* of its definition, as served */

	struct gk_sim_objs entries; /* by key */
	struct gk_sim_change *ring;
	size_t ring_first, ring_used;
	uint64_t compacted; /* changes up to this revision are forgotten */
	struct gk_sim_watch *watches;
	struct gk_arena arena; /* of the strings above, for custom resources */
};

struct gk_sim_store {
	uint64_t rv;
	size_t history;                        /* changes kept a resource */
	GK_VEC(struct gk_sim_res *) resources; /* in order of discovery */
	/* Called after each change. */
	void (*changed)(void *ctx, struct gk_sim_res *res, const struct gk_sim_change *change);
	void *ctx;
};

void gk_sim_store_init(struct gk_sim_store *s, size_t history);
void gk_sim_store_done(struct gk_sim_store *s);

struct gk_sim_res *gk_sim_res_add(struct gk_sim_store *s, const struct gk_sim_kind *builtin);
/* By group and plural; NULL when absent or gone. */
struct gk_sim_res *gk_sim_res_find(
	struct gk_sim_store *s, struct gk_str group, struct gk_str plural);
struct gk_sim_res *gk_sim_res_of_kind(
	struct gk_sim_store *s, struct gk_str group, struct gk_str kind);
const struct gk_sim_version *gk_sim_res_version(
	const struct gk_sim_res *res, struct gk_str version);

/* The current version of an object, borrowed; NULL when absent. */
struct gk_sim_obj *gk_sim_store_get(
	const struct gk_sim_res *res, struct gk_str ns, struct gk_str name);
/* Store a version under the next revision; takes the document over.  Returns it, borrowed. */
struct gk_sim_obj *gk_sim_store_put(
	struct gk_sim_store *s, struct gk_sim_res *res, struct gk_doc *doc);
/* Remove; `last`: the final state that watchers see, or NULL for the current one. */
void gk_sim_store_delete(struct gk_sim_store *s, struct gk_sim_res *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *last);

/*
 * The objects as of a revision (0: now), in key order, each counted for the caller.
 * -1 when that revision is forgotten.
 */
GK_NODISCARD int gk_sim_store_list(const struct gk_sim_store *s, const struct gk_sim_res *res,
	struct gk_str ns, uint64_t rv, struct gk_sim_objs *ret);
void gk_sim_objs_done(struct gk_sim_objs *l);

/* Changes of a resource in order: i = 0 is the oldest that is kept; NULL at the end. */
const struct gk_sim_change *gk_sim_res_change(
	const struct gk_sim_store *s, const struct gk_sim_res *res, size_t i);

/* Reading an object. */
struct gk_str gk_sim_obj_name(const struct gk_node *root);
struct gk_str gk_sim_obj_ns(const struct gk_node *root);
struct gk_str gk_sim_obj_uid(const struct gk_node *root);
struct gk_str gk_sim_meta(const struct gk_node *root, const char *field);

#endif
