/* %XX in URLs, for both halves of the simulator. */
#ifndef GK_SIM_PERCENT_H
#define GK_SIM_PERCENT_H

#include "base/mem.h"
#include "base/str.h"

/* Decode %XX into the arena; '+' is a blank when `plus`.  What is no %XX stays. */
struct gk_str gk_sim_percent_decode(struct gk_arena *a, struct gk_str s, bool plus);

#endif
