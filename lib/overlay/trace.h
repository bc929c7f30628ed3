/*
 * Who wrote each field of an object: a copy of the object, brought up to date after each
 * step of the build, in which every field carries the list of its writers.  Private to
 * lib/overlay; explain.h is the way in.
 *
 *	step                  object               traced field .spec.replicas
 *	resources             replicas: 1          1 (base/web.yaml:8)
 *	patches               replicas: 3          3 (prod/patch.yaml:5) > 1
 *	namespace             replicas: 3          3 > 1
 *
 * Transformers know nothing of it: what a step did is what differs after it.  Where a step
 * says that it wrote a field, though what it wrote was there already, that counts as well.
 *
 * Elements of lists have no names, and a merge changes their order.  They are matched with
 * those of the step before by the first field of a table (name, containerPort, ...) that
 * tells them apart, else by being equal, else by their place.
 */
#ifndef GK_OVERLAY_TRACE_H
#define GK_OVERLAY_TRACE_H

#include "doc/node.h"

struct gk_step;

/* One writing of a field; the older ones follow. */
struct gk_write {
	struct gk_write *older;
	const struct gk_step *step;
	struct gk_pos pos;           /* of the value: in a patch, a resource, a kustomization */
	const char *from;            /* where the value was taken from, or NULL */
	const struct gk_node *value; /* scalar, {} or []; NULL: the field was removed */
};

struct gk_field {
	struct gk_field *next, *first, *last; /* sibling; children, those that are gone behind */
	struct gk_str key;                    /* of a member; {NULL, 0} for an element */
	struct gk_str text;                   /* of a scalar, as it is written */
	struct gk_write *writes;              /* of a leaf, the last one first */
	uint32_t count;                       /* children that are there */
	uint8_t type;                         /* enum gk_type */
	bool gone;
	bool seen; /* while elements are being matched */
};

/* A step of the way to a field: member `key`, or element `index` of a list. */
struct gk_trace_part {
	struct gk_str key;          /* {NULL, 0}: an element */
	size_t index;               /* where it is now */
	const struct gk_node *node; /* the member or element itself */
};

struct gk_trace_path {
	struct gk_trace_part *v;
	size_t n, cap;
};

struct gk_tracer;

/* Fill in pos and from of a write.  w->value NULL: the last part of the path is no more. */
typedef void (*gk_trace_place_fn)(
	struct gk_tracer *t, const struct gk_trace_path *path, struct gk_write *w);
/* Did the step write the field, though its value is as before? */
typedef bool (*gk_trace_again_fn)(struct gk_tracer *t, const struct gk_trace_path *path);

struct gk_tracer {
	struct gk_arena *a;
	const struct gk_step *step;
	gk_trace_place_fn place;
	gk_trace_again_fn again; /* NULL: never */
	void *ctx;
	struct gk_trace_path path; /* of the field being compared; the tracer's own */
};

/* Bring f up to date with n.  Cost: O(fields), and n^2 for lists without names. */
void gk_trace_update(struct gk_tracer *t, struct gk_field *f, const struct gk_node *n);

/* The field of elements that tells all of this list apart, or {NULL, 0}. */
struct gk_str gk_trace_list_key(const struct gk_node *list);

#endif
