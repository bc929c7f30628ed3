/*
 * The Kustomize engine: a directory with a kustomization file becomes a set of objects,
 * with the bytes of kustomize v5.8.1.
 *
 * It does no I/O of its own: files come through a loader.  Every step is a pass over a
 * table of resources that is indexed by identity and by name, so cost grows linearly with
 * the number of objects.
 */
#ifndef GK_OVERLAY_OVERLAY_H
#define GK_OVERLAY_OVERLAY_H

#include "base/diag.h"
#include "base/limits.h"
#include "doc/stream.h"
#include "overlay/loader.h"
#include "overlay/runner.h"
#include "overlay/scope.h"

/* The order of the output, where the kustomization has no `sortOptions`; unsaid = legacy. */
enum gk_reorder { GK_REORDER_UNSAID, GK_REORDER_LEGACY, GK_REORDER_NONE };

struct gk_explain;
struct gk_remotes;

struct gk_overlay_options {
	const struct gk_limits *lim;
	bool load_anywhere; /* LoadRestrictionsNone: files may lie outside the kustomization */
	bool strict; /* warnings of what finds nothing, or is typed in two ways, are errors */
	bool generate_name; /* metadata.generateName will do for a name */
	bool origin;        /* as if the root's buildMetadata had originAnnotations */
	bool managed_by;    /* label app.kubernetes.io/managed-by, as --enable-managedby-label */
	enum gk_reorder reorder;
	struct gk_explain *explain;       /* explain.h: trace who writes fields; NULL = do not */
	const struct gk_plugins *plugins; /* NULL: no program is started */
	struct gk_runner *runner;         /* with plugins */
	struct gk_remotes *remotes;       /* remote.h; NULL: nothing is fetched */
	struct gk_scopes
		*scopes; /* out: what the tree declares, for the caller to release; or NULL */
	const struct gk_set *extra; /* objects that count as listed last in `resources`, or NULL */
};

/*
 * Build the kustomization in directory `path` of the loader ("" = its root).  The objects
 * go to *ret in output order and live in its arena.  Warnings go to diags, and so do all
 * errors but the last when there are several; the last comes in err.
 */
GK_NODISCARD int gk_overlay_build(struct gk_loader *l, const char *path,
	const struct gk_overlay_options *opt, struct gk_diags *diags, struct gk_set *ret,
	struct gk_err *err);

/*
 * Names of files for the objects of a set that was built, in its order, as kustomize builds
 * them: [namespace_]group_version_kind_name.yaml in lower case, the namespace only when the
 * set spans several and the object is in one.  Objects choose their names: what is no
 * printable ASCII or could leave the directory is a dash, and a long name ends in a hash.
 * scopes: as the build left them.
 * *ret lives in the arena.  GK_EINPUT when two objects get the same name.
 */
GK_NODISCARD int gk_overlay_file_names(struct gk_arena *a, const struct gk_set *s,
	const struct gk_scopes *scopes, const char *const **ret, struct gk_err *err);

#endif
