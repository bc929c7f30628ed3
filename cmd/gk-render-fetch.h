/* The part of gk-render that starts gk-fetch. */
#ifndef GK_CMD_GK_RENDER_FETCH_H
#define GK_CMD_GK_RENDER_FETCH_H

#include "gk-render-remote.h"

struct gk_render_fetch_job {
	const char *from; /* a repository's URL; with local its directory */
	const char *ref;  /* "" = HEAD */
	bool local, file; /* from is a directory; the URL of a file */
	bool submodules;
	uint64_t seconds; /* that it may take */
};

/*
 * Have gk-fetch bring an archive, or a file, into the cache; *ret_path (in a) is where it lies.
 * Fails as gk-fetch failed, with its words; GK_EIO render.no-fetch where there is no gk-fetch.
 */
GK_NODISCARD int gk_render_fetch(const struct gk_render_remote_options *opt,
	const struct gk_render_fetch_job *job, struct gk_arena *a, const char **ret_path,
	struct gk_err *err);

#endif
