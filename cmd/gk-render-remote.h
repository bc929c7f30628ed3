/* The part of gk-render that has remote bases fetched. */
#ifndef GK_CMD_GK_RENDER_REMOTE_H
#define GK_CMD_GK_RENDER_REMOTE_H

#include "base/limits.h"
#include "base/vec.h"
#include "doc/node.h"
#include "overlay/remote.h"

struct gk_render_remote_options {
	const struct gk_strs *allow; /* gk_remote_is_allowed */
	bool allow_private, offline, require_pinned;
	const char *cache_dir; /* NULL: gk below XDG_CACHE_HOME or ~/.cache */
	const struct gk_limits *lim;
};

/*
 * Archives from the cache; what is not there, or has to be looked up, gk-fetch brings.  Each
 * address is looked up once a run.  opt is borrowed.
 */
struct gk_remotes *gk_render_remotes_new(const struct gk_render_remote_options *opt);
void gk_render_remotes_freep(struct gk_remotes **r);

/* What was used: [{"url", "ref", "commit"}, {"url", "sha256"}] in order of first use; NULL when
 * nothing was. */
struct gk_node *gk_render_remotes_list(const struct gk_remotes *r, struct gk_arena *a);

#endif
