/* State of one build, and the order of its steps.  Private to lib/overlay. */
#ifndef GK_OVERLAY_BUILD_H
#define GK_OVERLAY_BUILD_H

#include "doc/node.h"
#include "overlay/config.h"
#include "overlay/kust.h"
#include "overlay/overlay.h"
#include "overlay/remote.h"
#include "overlay/resmap.h"
#include "schema/merge.h"

/* One kustomization being accumulated; the stack of them shows cycles. */
struct gk_frame {
	const struct gk_frame *up;
	struct gk_loader *ldr;
	const char *dir;                  /* canonical, relative to the loader's root */
	const struct gk_repospec *remote; /* the repository that it lies in, or NULL */
	const struct gk_kust *kust;
	const char *origin; /* path relative to the first directory, or to the repository */
	bool component;
};

/* What was done with the built-in schema before `openapi` named another: openapi.c. */
enum gk_schema_use { GK_SCHEMA_UNUSED, GK_SCHEMA_ASKED, GK_SCHEMA_MERGED };

struct gk_build {
	struct gk_arena *a; /* the result's */
	struct gk_loader *ldr;
	const struct gk_overlay_options *opt;
	const struct gk_limits *lim;
	struct gk_diags *diags;
	struct gk_merge_schema schema;
	bool schema_chosen; /* by `openapi` of the first kustomization that has one */
	enum gk_schema_use schema_use;
	struct gk_scopes *scopes;
	const struct gk_config *std;          /* the built-in transformer configuration */
	const struct gk_node *build_metadata; /* of the root */
	size_t kustomizations, objects;
	size_t unnamed;      /* objects with generateName so far */
	uint64_t visits;     /* spent so far: gk_build_visit */
	uint64_t input;      /* bytes of all files that were read, each time that they were */
	struct gk_var *vars; /* all declared ones, the last first */
	struct gk_remote_root *remote_roots;
	struct gk_map remote_files; /* URL to struct gk_remote_file */
};

/* A file by https that was fetched. */
struct gk_remote_file {
	struct gk_str text;
	const char *shown;
};

/* A repository that was opened. */
struct gk_remote_root {
	struct gk_remote_root *next;
	const char *text; /* the archive: what tells one from another */
	struct gk_loader *loader;
};

/* A variable: the last word on it is spoken when all names are final. */
struct gk_var {
	struct gk_var *next; /* in struct gk_build */
	const struct gk_kust_var *var;
	const char *file;
	struct gk_res *res; /* what it matched when it was declared, or NULL */
};

/* What a kustomization has gathered: objects, configuration, variables. */
struct gk_accum {
	struct gk_resmap map;
	const struct gk_config *config;
	struct gk_map vars; /* name to struct gk_var */
};
void gk_accum_done(struct gk_accum *acc);

/*
 * A file named in a kustomization: read it by kustomize's rules (in or below the
 * kustomization's directory unless load_anywhere).  at: the node that names it, for
 * messages.  *ret_path: how to show the file to the user.
 */
GK_NODISCARD int gk_build_read(struct gk_build *b, const struct gk_frame *f, struct gk_str path,
	const struct gk_node *at, struct gk_str *ret_text, const char **ret_path,
	struct gk_err *err);

/*
 * Count n looks at an object.  What takes each patch, replacement, variable, image or
 * reference to each object costs their product: the limit on the sum keeps that short.
 * Memory is limited here, too, since only such products need much more than the input.
 */
GK_NODISCARD int gk_build_visit(struct gk_build *b, size_t n, struct gk_err *err);

/* A path of a loader as the user would write it. */
const char *gk_build_shown(struct gk_build *b, const struct gk_loader *l, const char *path);

/* The first document of a text into the build's arena; *ret NULL when there is none. */
struct gk_yaml_options;
GK_NODISCARD int gk_build_parse_one(struct gk_build *b, const char *file, struct gk_str text,
	const struct gk_yaml_options *opt, struct gk_node **ret, struct gk_err *err);

/* Place an error at a node of the kustomization file. */
int gk_build_at(const struct gk_frame *f, const struct gk_node *at, struct gk_err *err);
/* Move a failure to the diagnostics, so that the next independent one can be found. */
void gk_build_report(struct gk_build *b, struct gk_err *err);

/* Accumulate directory dir (a component: into acc itself) and merge it into acc. */
GK_NODISCARD int gk_build_directory(struct gk_build *b, const struct gk_frame *up,
	struct gk_str ref, const struct gk_node *at, bool component, struct gk_accum *acc,
	struct gk_err *err);
/* The file or directory called ref, appended to acc. */
GK_NODISCARD int gk_build_resource(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_accum *acc, struct gk_err *err);

/* An object that an entry of `resources`, at NULL the command line, calls ref comes in. */
GK_NODISCARD int gk_build_admit(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_res *r, struct gk_accum *acc, struct gk_err *err);
/* Everything that the kustomization of the frame says, in its order. */
GK_NODISCARD int gk_build_accumulate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);

/* Steps, in their own files. */
/*
 * remote.c.  Is this the address of a repository?  Open one: its loader, directory, address
 * and origin go into the frame.  Refuse an address that may not, or cannot, be fetched.
 */
bool gk_remote_is(struct gk_build *b, struct gk_str ref, struct gk_repospec *ret);
GK_NODISCARD int gk_remote_open(struct gk_build *b, const struct gk_frame *f,
	const struct gk_repospec *spec, const struct gk_node *at, struct gk_frame *ret,
	struct gk_err *err);
/* A file by https, as gk_build_read. */
GK_NODISCARD int gk_remote_read(struct gk_build *b, const struct gk_frame *f, struct gk_str url,
	const struct gk_node *at, struct gk_str *ret_text, const char **ret_path,
	struct gk_err *err);
int gk_remote_refuse(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_err *err);
void gk_remote_done(struct gk_build *b);
GK_NODISCARD int gk_generate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);
GK_NODISCARD int gk_transform(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);
GK_NODISCARD int gk_vars_declare(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);
GK_NODISCARD int gk_vars_merge(
	struct gk_build *b, struct gk_accum *into, struct gk_accum *from, struct gk_err *err);
GK_NODISCARD int gk_vars_resolve(struct gk_build *b, struct gk_accum *acc, struct gk_err *err);
/* A generated object took the place of another: variables follow. */
void gk_vars_moved(struct gk_build *b, const struct gk_res *from, struct gk_res *to);
/*
 * openapi-check.c: may a schema of the tree be used?  GK_EINPUT (render.openapi) where one of
 * its fields has a type that the field cannot have.
 */
GK_NODISCARD int gk_openapi_check(
	const struct gk_node *schema, const char *file, struct gk_err *err);
/* The same for the `paths` of a document, or NULL. */
GK_NODISCARD int gk_openapi_check_paths(
	const struct gk_node *paths, const char *file, struct gk_err *err);
/* openapi.c: the schema that `openapi` of this kustomization asks for, if it is the first. */
GK_NODISCARD int gk_openapi_choose(
	struct gk_build *b, const struct gk_frame *f, struct gk_err *err);
/* Note that the resource's kind was looked up. */
void gk_openapi_asked(struct gk_build *b, const struct gk_res *r);
GK_NODISCARD int gk_names_hash(struct gk_build *b, struct gk_resmap *m, struct gk_err *err);
GK_NODISCARD int gk_names_fix(struct gk_build *b, struct gk_accum *acc, struct gk_err *err);
GK_NODISCARD int gk_sort(
	struct gk_build *b, const struct gk_kust *k, struct gk_resmap *m, struct gk_err *err);

#endif
