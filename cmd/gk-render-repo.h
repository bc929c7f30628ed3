/* The part of gk-render that renders a revision of a repository (--repo). */
#ifndef GK_CMD_GK_RENDER_REPO_H
#define GK_CMD_GK_RENDER_REPO_H

#include "gk-render-remote.h"
#include "overlay/loader.h"

struct gk_render_repo {
	const char *repo; /* a directory or a URL, as it was given */
	const char *rev;  /* NULL = HEAD */
	const char *shown;
	const char *commit;
	struct gk_buf text; /* the archive, of a directory */
};

/*
 * --rev alone: r->repo becomes the repository around *target, as the operator would write it,
 * and *target the path from its top.  The directory need not be in the work tree now.
 * GK_EINPUT usage.repo where no repository is.
 */
GK_NODISCARD int gk_render_repo_around(
	struct gk_render_repo *r, struct gk_arena *a, const char **target, struct gk_err *err);
/*
 * Open the commit that r->rev names in r->repo; fills in the rest of *r, which must outlive
 * the loader.  *ret_path (in a) is target, a directory of the commit.  remotes: where the
 * archive of a URL comes from, and its owner.
 *
 * A directory has to be named by nobody but the operator; submodules of it are fetched if
 * anything may be, else left out.
 */
GK_NODISCARD int gk_render_repo_open(struct gk_render_repo *r,
	const struct gk_render_remote_options *opt, struct gk_remotes *remotes, const char *target,
	struct gk_arena *a, struct gk_loader **ret, const char **ret_path, struct gk_err *err);
void gk_render_repo_done(struct gk_render_repo *r);

/* For the trailer: repo, ref and commit. */
void gk_render_repo_describe(
	const struct gk_render_repo *r, struct gk_arena *a, struct gk_node *source);

#endif
