/* Between the transport and the AWS half. */
#ifndef GK_SIM_GLUE_AWS_H
#define GK_SIM_GLUE_AWS_H

#include "base/err.h"
#include "sim/http.h"

GK_NODISCARD int gk_sim_glue_start(struct gk_sim *sim, struct gk_err *err); /* reads the seed */
void gk_sim_glue_stop(struct gk_sim *sim);
void gk_sim_glue_handle(struct gk_sim_req *r);
const char *gk_sim_glue_region(const struct gk_sim *sim);

#endif
