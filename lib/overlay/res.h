/*
 * A resource: an object with its identity and what became of it.  Private to lib/overlay.
 *
 * kustomize keeps an object's earlier names in annotations of the object; here they are a
 * list beside it, and only what a user could see of the annotations is reproduced.
 */
#ifndef GK_OVERLAY_RES_H
#define GK_OVERLAY_RES_H

#include "base/buf.h"
#include "doc/node.h"
#include "overlay/scope.h"

struct gk_field;

struct gk_id {
	struct gk_str group, version, kind, name;
	struct gk_str ns;        /* as written: {NULL, 0} when absent */
	struct gk_str effective; /* "default", "_non_namespaceable_", or ns */
};

/* An earlier identity; group and version are always the current ones. */
struct gk_prev {
	struct gk_prev *next; /* the younger one */
	struct gk_str name, ns, kind;
};

/* A name prefix or suffix that was added, the outermost first. */
struct gk_affix {
	struct gk_affix *inner;
	struct gk_str text;
};

/*
 * What the texts of a type meant when they were last looked at.  Texts of a tree are never
 * overwritten, only exchanged: one that stands in the same place is the same text.
 */
struct gk_known {
	bool declared; /* gk_scopes.declared then */
	struct gk_str api_version, kind;
	struct gk_str group, version;
	bool cluster_scoped;
};

enum gk_behavior { GK_UNSPECIFIED, GK_CREATE, GK_REPLACE, GK_MERGE };

enum {
	GK_RES_HASH = 1,        /* its name gets a hash of its content */
	GK_RES_NAME_CHANGE = 2, /* as a patch: may change the target's name */
	GK_RES_KIND_CHANGE = 4,
	GK_RES_GENERATED = 8 /* by a generator: carries kustomize's annotations */
};

struct gk_res {
	struct gk_node *object;         /* NULL: deleted by a patch */
	const struct gk_scopes *scopes; /* of the build */
	struct gk_known *known;         /* NULL: nothing is kept */
	const char *file;               /* where it came from, for messages */
	/*
	 * Stands for the name of an object with generateName: "job-~2", which is no name that
	 * an object can have, with a number so that no two are the same.  Else {NULL, 0}.
	 */
	struct gk_str alias;
	size_t serial; /* its number */
	struct gk_prev *oldest, *youngest;
	struct gk_affix *prefixes, *suffixes;
	unsigned flags;
	enum gk_behavior behavior;
	size_t at;          /* index in its resmap */
	bool has_var;       /* a variable means it */
	bool patched;       /* nodes of patches are among its own: gk_res_pos */
	const char *origin; /* build metadata: YAML texts, NULL = none */
	const char *transformations;
	struct gk_field *trace; /* trace.h: who wrote its fields; NULL unless that is asked */
};

struct gk_res *gk_res_new(struct gk_arena *a, const struct gk_scopes *scopes,
	struct gk_node *object, const char *file);

struct gk_id gk_res_id(const struct gk_res *r);
/* The i-th identity: 0 = the oldest ..., the last one is the current; false beyond it. */
struct gk_id gk_res_original(const struct gk_res *r);
struct gk_id gk_res_type(const struct gk_res *r); /* group, version and kind alone */
struct gk_str gk_res_first_name(const struct gk_res *r);
struct gk_id gk_prev_id(const struct gk_res *r, const struct gk_prev *p);

bool gk_id_equal(const struct gk_id *a, const struct gk_id *b);
bool gk_id_cluster_scoped(const struct gk_id *id);
/* Is the kind selected by group, version, kind, where "" selects any? */
bool gk_id_selected(
	const struct gk_id *id, const char *group, const char *version, const char *kind);
/* kustomize's notation: Deployment.v1.apps/web.[noNs] */
const char *gk_id_text(struct gk_arena *a, const struct gk_id *id);
/* Bytes that are equal exactly when the identities are. */
struct gk_str gk_id_key(struct gk_arena *a, const struct gk_id *id);

/* Where kustomize adds an annotation of its own, a null in the place of the map goes away. */
void gk_res_need_annotations(struct gk_arena *a, struct gk_res *r);
/* Remember the current identity before it changes. */
void gk_res_remember(struct gk_arena *a, struct gk_res *r);
void gk_res_prefix(struct gk_arena *a, struct gk_res *r, struct gk_str prefix);
void gk_res_suffix(struct gk_arena *a, struct gk_res *r, struct gk_str suffix);
/* Do the prefixes and suffixes of both end alike?  loosely: none matches all. */
bool gk_res_same_affixes(const struct gk_res *a, const struct gk_res *b, bool loosely);
/* Would kustomize have put annotations of its own on the object by now? */
bool gk_res_is_marked(const struct gk_res *r);
/* Lose the history, as when a patch removes the annotations that hold it. */
void gk_res_forget(struct gk_res *r);

/* Make or renew the alias of the serial-th object without a name. */
void gk_res_alias(struct gk_arena *a, struct gk_res *r, size_t serial);

/* metadata.name (or the alias) and so on as text; empty when absent, null or no scalar. */
struct gk_str gk_res_name(const struct gk_res *r);
struct gk_str gk_res_ns(const struct gk_res *r);
struct gk_str gk_res_kind(const struct gk_res *r);

/*
 * Where a node of the object stands.  Nodes do not know their file: once patches brought some
 * of other files, it is the place of the object.
 */
struct gk_pos gk_res_pos(const struct gk_res *r, const struct gk_node *n);
/*
 * GK_EINPUT (render.nul) when apiVersion, kind, name or namespace hold a NUL, which a server
 * refuses and which would cut names that are made of them.
 */
GK_NODISCARD int gk_res_check_nul(const struct gk_res *r, struct gk_err *err);
/* An error about this object: its place, or that of a node of it (gk_err_line). */
int gk_res_at(const struct gk_res *r, struct gk_err *err);

#endif
