/*
 * One configuration object of `generators`, `transformers` or `validators`, and what can
 * carry it out.  Private to lib/overlay.
 */
#ifndef GK_OVERLAY_PLUGIN_RUN_H
#define GK_OVERLAY_PLUGIN_RUN_H

#include "overlay/build.h"
#include "overlay/read.h"

struct gk_plugin {
	struct gk_build *b;
	const struct gk_frame *f; /* of the configuration's own file */
	struct gk_resmap *m;      /* what is transformed */
	const struct gk_res *config;
	struct gk_err *err;
};

/* GK_EINPUT render.plugin at the configuration. */
int gk_plugin_fail(const struct gk_plugin *p, const char *text);

/*
 * Programs.  A configuration with the annotation config.kubernetes.io/function is a KRM
 * function (plugin-fn.c): a ResourceList goes in and comes out.  Any other object that is not
 * builtin names a legacy plugin by its kind (plugin-exec.c): YAML documents go in and out.
 * Nothing is started unless the operator allowed it (runner.h).
 */
bool gk_fn_is(const struct gk_res *config);
/*
 * plugin-command.c: the function's command line and, unless it is a container, environment.
 * Both end in NULL; the caller releases them, also after a failure.
 */
GK_NODISCARD int gk_fn_command(
	const struct gk_plugin *p, struct gk_strs *argv, struct gk_strs *env);
GK_NODISCARD int gk_fn_transform(const struct gk_plugin *p);
GK_NODISCARD int gk_fn_generate(const struct gk_plugin *p, struct gk_res_list *ret);
GK_NODISCARD int gk_exec_transform(const struct gk_plugin *p);
GK_NODISCARD int gk_exec_generate(const struct gk_plugin *p, struct gk_res_list *ret);

/*
 * exchange.c: what programs read and write.
 */
/* The configuration as YAML. */
GK_NODISCARD int gk_exchange_config(const struct gk_plugin *p, struct gk_buf *out);
/* All objects of the map as YAML documents, each with an annotation that holds its id. */
GK_NODISCARD int gk_exchange_objects(const struct gk_plugin *p, struct gk_buf *out);
/* What came back takes the place of the map's objects: by identity, new ones last. */
GK_NODISCARD int gk_exchange_update(const struct gk_plugin *p, const struct gk_res_list *from);
/* What was generated: annotations say whether a name gets a hash, and the behaviour. */
GK_NODISCARD int gk_exchange_generated(const struct gk_plugin *p, const struct gk_res_list *made);
/*
 * Run to success.  ret->out is what it printed; what it said on standard error becomes a note.
 * An exit code, a signal and the runner's own errors are failures, placed at the configuration.
 */
GK_NODISCARD int gk_exchange_run(
	const struct gk_plugin *p, const struct gk_program *program, struct gk_str *ret_out);
/* The directory of the plugin's kustomization, absolute. */
const char *gk_exchange_dir(const struct gk_plugin *p);

/*
 * helm.c: one chart, rendered by helm as HelmChartInflationGenerator does; charts of the
 * kustomization itself come by gk_helm_charts (plugin.h).
 */
GK_NODISCARD int gk_helm_generate(const struct gk_plugin *p, struct gk_res_list *ret);

/*
 * Kinds of apiVersion `builtin` (kustomize reference section 12).  Generators add what they
 * made to *ret, which is the caller's to release with gk_vec_done.
 */
bool gk_builtin_is(const struct gk_res *config);
GK_NODISCARD int gk_builtin_transform(const struct gk_plugin *p);
GK_NODISCARD int gk_builtin_generate(const struct gk_plugin *p, struct gk_res_list *ret);

#endif
