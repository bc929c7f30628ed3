/* Which objects of a collection a request means: selectors, namespace, name. */
#ifndef GK_SIM_KUBE_SELECT_H
#define GK_SIM_KUBE_SELECT_H

#include "sim/kube.h"
#include "sim/selector.h"

struct gk_sim_scope {
	struct gk_str ns, name; /* {NULL, 0} = any */
	struct gk_sim_selector labels, fields;
};
/* Of the request's path and query; or answers 400.  The texts live in the request. */
int gk_sim_scope_read(struct gk_sim_kreq *k, struct gk_sim_scope *ret);
void gk_sim_scope_done(struct gk_sim_scope *s);
bool gk_sim_scope_has(const struct gk_sim_scope *s, const struct gk_sim_obj *o);

/*
 * The resourceVersion parameter: 0 when absent or "0".  Or answers: 400 not a number, 504
 * newer than anything here.
 */
int gk_sim_read_revision(struct gk_sim_kreq *k, uint64_t *ret);

#endif
