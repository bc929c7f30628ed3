/*
 * One configuration object of `generators`, `transformers` or `validators`, and what can
 * carry it out.  Private to lib/overlay.
 */
#ifndef GK_OVERLAY_PLUGIN_RUN_H
#define GK_OVERLAY_PLUGIN_RUN_H

#include "overlay/build.h"
#include "overlay/read.h"

struct gk_plugin {
	struct gk_build *b;
	const struct gk_frame *f; /* of the configuration's own file */
	struct gk_resmap *m;      /* what is transformed */
	const struct gk_res *config;
	struct gk_err *err;
};

/* GK_EINPUT render.plugin at the configuration. */
int gk_plugin_fail(const struct gk_plugin *p, const char *text);

/*
 * Kinds of apiVersion `builtin` (kustomize reference section 12).  Generators add what they
 * made to *ret, which is the caller's to release with gk_vec_done.
 */
bool gk_builtin_is(const struct gk_res *config);
GK_NODISCARD int gk_builtin_transform(const struct gk_plugin *p);
GK_NODISCARD int gk_builtin_generate(const struct gk_plugin *p, struct gk_res_list *ret);

#endif
