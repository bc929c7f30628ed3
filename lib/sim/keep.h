/* The objects in a file between two runs (--keep). */
#ifndef GK_SIM_KEEP_H
#define GK_SIM_KEEP_H

#include "base/err.h"

struct gk_sim;

/* A missing file is an empty state.  GK_EINPUT, GK_EIO. */
GK_NODISCARD int gk_sim_keep_load(struct gk_sim *s, const char *path, struct gk_err *err);
GK_NODISCARD int gk_sim_keep_save(struct gk_sim *s, const char *path, struct gk_err *err);

#endif
