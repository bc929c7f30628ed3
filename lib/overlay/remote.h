/*
 * Remote bases: what the engine asks of those that can fetch.  The engine connects to nothing
 * and knows no cache.
 */
#ifndef GK_OVERLAY_REMOTE_H
#define GK_OVERLAY_REMOTE_H

#include "base/err.h"
#include "base/mem.h"
#include "overlay/repospec.h"

struct gk_remotes {
	/*
	 * The archive (base/bundle.h) of the commit that an address names.  The same address
	 * gets the same archive within a build; *ret_text outlives the build.
	 */
	int (*get)(struct gk_remotes *r, const struct gk_repospec *spec, struct gk_str *ret_text,
		struct gk_err *err);
	/*
	 * May a program fetch from this address, which no commit pins?  GK_EINPUT and what the
	 * operator can do when not.
	 */
	int (*may_fetch)(struct gk_remotes *r, const char *url, struct gk_err *err);
	/* The file at an https URL, asked for once a build; *ret_text outlives the build. */
	int (*get_file)(
		struct gk_remotes *r, const char *url, struct gk_str *ret_text, struct gk_err *err);
	bool require_pinned; /* an address without a full commit id, or of a file, is an error */
};

#endif
