/* Outputs of a state in the forms that other programs take. */
#ifndef GK_TF_OUTPUTS_H
#define GK_TF_OUTPUTS_H

#include "tf/state.h"

struct gk_tf_select {
	const char *const *names; /* only these outputs; n = 0: all */
	size_t n;
	bool show_secrets;
};

/*
 * The selected outputs sorted by name, as an object name -> {sensitive, type, value} in a
 * (the shape of `terraform output -json`).  A sensitive value, or one that holds a copy of
 * a sensitive string, is "***" unless show_secrets; *ret_masked counts them.
 * GK_ENOTFOUND (tf.output-missing) names the nearest output.
 */
GK_NODISCARD int gk_tf_outputs(struct gk_arena *a, const struct gk_tf_state *s,
	const struct gk_tf_select *sel, struct gk_node **ret, size_t *ret_masked,
	struct gk_err *err);

/* Fail with GK_ENOTFOUND: which output, of which state, and the nearest name. */
int gk_tf_output_missing(const struct gk_tf_state *s, struct gk_str name, struct gk_err *err);

/* name='value' lines for a shell; lists and objects as JSON. */
void gk_tf_outputs_env(struct gk_buf *b, const struct gk_node *outputs);
/* name -> value alone. */
struct gk_node *gk_tf_outputs_values(struct gk_arena *a, const struct gk_node *outputs);
/*
 * A ConfigMap for the renderer: strings as they are, all else as JSON text; annotated
 * config.kubernetes.io/local-config, so that it feeds replacements and never reaches a
 * cluster.  Masked outputs are left out.  ns may be NULL.
 */
struct gk_node *gk_tf_outputs_configmap(
	struct gk_arena *a, const struct gk_node *outputs, const char *name, const char *ns);
/* One value as text: strings bare, numbers and booleans as written, all else compact JSON. */
void gk_tf_value_print(struct gk_buf *b, const struct gk_node *value);

#endif
