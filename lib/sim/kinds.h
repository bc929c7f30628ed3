/* The built-in resources, as a table (kinds.tbl). */
#ifndef GK_SIM_KINDS_H
#define GK_SIM_KINDS_H

#include "base/str.h"

struct gk_sim_kind {
	const char *group, *version, *kind, *plural, *singular;
	const char *shorts, *categories; /* lists with commas */
	bool cluster;                    /* scope */
	const char *type;                /* where its tree begins in types.tbl */
	const char *subs;                /* subresources, a list with commas */
	const char *flags;               /* of g, s, c: see kinds.tbl */
};

extern const struct gk_sim_kind gk_sim_kinds[];
extern const size_t gk_sim_kinds_count;

/* True when `word` is in the list with commas. */
bool gk_sim_list_has(const char *list, struct gk_str word);

#endif
