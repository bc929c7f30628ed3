/*
 * Steps of a build, as --explain tells them: who may have written, and where that stands.
 * Private to lib/overlay.  Each hook returns at once unless the build is being explained.
 */
#ifndef GK_OVERLAY_STEP_H
#define GK_OVERLAY_STEP_H

#include "overlay/build.h"

enum gk_step_kind {
	GK_STEP_FIELD,     /* the kustomization field itself says it */
	GK_STEP_RESOURCE,  /* the object is new, and was read from its file */
	GK_STEP_GENERATOR, /* the object is new or written anew from literals and files */
	GK_STEP_HASH,      /* of generated objects' names */
	GK_STEP_REFERENCE, /* names follow the objects that they mean */
	GK_STEP_VARIABLE
};

/* Members that do not apply are NULL.  Only what is written to is copied and kept. */
struct gk_step {
	enum gk_step_kind kind;
	const char *transformer;      /* "PatchTransformer", "" = no transformer */
	const char *field;            /* of the kustomization file: "patches", "" = none */
	const struct gk_frame *frame; /* paths are relative to it; gone when the step is over */
	const char *file;             /* that holds at; NULL = the frame's kustomization */
	const struct gk_node *at;     /* the entry */
	const struct gk_kust_patch *patch;
	const struct gk_node *patches; /* entries of patchesStrategicMerge */
	const struct gk_node *pairs;   /* labels or annotations that were set */
	const struct gk_kust_replacement *replacement;
	const struct gk_kust_generator *generator;
	const struct gk_map *vars; /* as in struct gk_accum */
};

/* A step is over: trace what it changed in all objects of the map. */
void gk_step_ran(struct gk_build *b, const struct gk_resmap *m, const struct gk_step *s);
/* The same for one object, which a step made. */
void gk_step_made(
	struct gk_build *b, const struct gk_resmap *m, struct gk_res *r, const struct gk_step *s);
/* A generated object took the place of another: its fields keep their writers. */
void gk_step_moved(const struct gk_res *from, struct gk_res *to);

/* The build is over: find the object and the field that were asked for.  GK_EINPUT. */
GK_NODISCARD int gk_step_answer(struct gk_build *b, const struct gk_resmap *m, struct gk_err *err);

#endif
