/* The part of gk-render that starts programs. */
#ifndef GK_CMD_GK_RENDER_H
#define GK_CMD_GK_RENDER_H

#include "base/limits.h"
#include "overlay/runner.h"

/*
 * A runner on base/child.h: programs get the operator's environment with what is added to it,
 * descriptors 0, 1 and 2, a process group of their own, and the time and output that the
 * limits child-seconds and child-output allow.  Interrupts are caught from now on, so that a
 * program is killed and temporary files are removed before they take effect.
 */
struct gk_runner *gk_render_runner_new(const struct gk_limits *lim);
/* Kills nothing: no program runs any more.  Removes the temporary files. */
void gk_render_runner_freep(struct gk_runner **r);

/* The first plugin home of kustomize's four that exists, in a; or NULL. */
const char *gk_render_plugin_home(struct gk_arena *a);
/* Who a container runs as: UID:GID. */
const char *gk_render_user(struct gk_arena *a);

#endif
