/* Access rules from a file; see kube-auth.c for their form. */
#ifndef GK_SIM_RULES_H
#define GK_SIM_RULES_H

#include "doc/node.h"

struct gk_sim_rules {
	struct gk_arena arena;
	struct gk_node *list; /* NULL: no file, no limits */
};
GK_NODISCARD int gk_sim_rules_load(struct gk_sim_rules *r, const char *path, struct gk_err *err);

#endif
