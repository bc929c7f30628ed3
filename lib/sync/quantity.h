/*
 * Quantities ("500m", "1Gi"): the API server rewrites them in one canonical form, so two
 * texts may be one value.  Only where the API has a quantity does that count.
 */
#ifndef GK_SYNC_QUANTITY_H
#define GK_SYNC_QUANTITY_H

#include "doc/node.h"

struct gk_step;

/* The two texts are quantities of equal value (exactly, up to 10^18 nano units). */
bool gk_quantity_equal(struct gk_str a, struct gk_str b);
/* The field at the steps holds quantities (resources.limits.cpu, spec.hard, ...), equal ones. */
bool gk_quantity_same(const struct gk_step *step, size_t nsteps, const struct gk_node *a,
	const struct gk_node *b);

#endif
