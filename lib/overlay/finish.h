/* The last steps of a build. */
#ifndef GK_OVERLAY_FINISH_H
#define GK_OVERLAY_FINISH_H

#include "overlay/build.h"

/* Take out the objects that are marked as local configuration; GK_EINPUT: one has no name. */
GK_NODISCARD int gk_finish_drop_local(struct gk_resmap *m, struct gk_err *err);
/* Managed-by label, build metadata, and kustomize's own annotations off. */
GK_NODISCARD int gk_finish(struct gk_build *b, struct gk_resmap *m, struct gk_err *err);
/* Hand the objects to the caller's set, which owns the arena. */
GK_NODISCARD int gk_finish_set(const struct gk_resmap *m, struct gk_set *ret, struct gk_err *err);

#endif
