/* What the parts of --explain share.  Private to lib/overlay/explain*.c. */
#ifndef GK_OVERLAY_EXPLAIN_PRIV_H
#define GK_OVERLAY_EXPLAIN_PRIV_H

#include "overlay/explain.h"
#include "overlay/step.h"
#include "overlay/trace.h"

enum { GK_EXPLAIN_BEFORE = 3 };

/* OBJECT, taken apart. */
struct gk_explain_object {
	struct gk_str before[GK_EXPLAIN_BEFORE]; /* the kind: group, version, namespace */
	size_t nbefore;
	struct gk_str kind, group, ns, name; /* group: of "deployment.apps"; ns: behind the kind */
};

/* A step of FIELD: member `key`, element `index`, or the element whose `key` is `value`. */
enum gk_explain_part_kind { GK_PART_MEMBER, GK_PART_INDEX, GK_PART_WHERE, GK_PART_EITHER };
struct gk_explain_part {
	enum gk_explain_part_kind kind; /* EITHER: of a JSON pointer, index or member */
	struct gk_str key, value;
	uint32_t index; /* INDEX, EITHER; of WHERE in an answer: the element's */
};

struct gk_explain_path {
	struct gk_explain_part *v;
	size_t n, cap;
};

struct gk_explain {
	struct gk_arena a;
	struct gk_str query;
	struct gk_explain_object object;
	struct gk_explain_path path;

	/* the answer; borrowed from the build */
	const struct gk_res *res;
	struct gk_id id; /* its identity at the end, which only the build can tell */
	const struct gk_field *root, *field;
	struct gk_explain_path way;       /* to field */
	const struct gk_step *deleted_by; /* of an object of that name that is no more */
};

/* explain-query.c */
GK_NODISCARD int gk_explain__parse(struct gk_explain *x, struct gk_err *err);

/* explain-place.c: fill in pos and from of a write of the tracer's step. */
struct gk_placing;
struct gk_placing *gk_placing_new(
	struct gk_build *b, const struct gk_resmap *m, const struct gk_step *s);
void gk_placing_free(struct gk_placing *p);
/* The object whose fields are traced next. */
void gk_placing_object(struct gk_placing *p, const struct gk_res *r);
void gk_placing_place(struct gk_tracer *t, const struct gk_trace_path *path, struct gk_write *w);
bool gk_placing_again(struct gk_tracer *t, const struct gk_trace_path *path);

/* explain-patch.c */
struct gk_patch_docs;
/* The documents of the step's patch or patches; what cannot be read is left out. */
struct gk_patch_docs *gk_patch_docs_new(struct gk_build *b, const struct gk_step *s);
void gk_patch_docs_free(struct gk_patch_docs *d);
/* A place in a patch that a field's value comes from. */
struct gk_patch_place {
	struct gk_pos pos;
	const char *from; /* of a copy or move: the pointer; else NULL */
	bool exact;       /* the patch names this very field, and not only one above */
};
/* Where they write the field of r; false: nowhere. */
bool gk_patch_docs_find(const struct gk_patch_docs *d, const struct gk_res *r,
	const struct gk_trace_path *path, struct gk_patch_place *ret);

#endif
