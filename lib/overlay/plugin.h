/* Generators, transformers and validators that objects of apiVersion `builtin` configure. */
#ifndef GK_OVERLAY_PLUGIN_H
#define GK_OVERLAY_PLUGIN_H

#include "overlay/build.h"

GK_NODISCARD int gk_plugin_generate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);
GK_NODISCARD int gk_plugin_transform(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);
GK_NODISCARD int gk_plugin_validate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);

/* helmCharts, and the older helmChartInflationGenerator. */
GK_NODISCARD int gk_helm_charts(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);

/* Helm's own namespaces stay: is this from a chart? */
bool gk_helm_made(const struct gk_res *r);

#endif
