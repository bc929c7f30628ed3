/* One value of a state by address. */
#ifndef GK_TF_GET_H
#define GK_TF_GET_H

#include "tf/state.h"

struct gk_tf_query {
	bool output;                  /* an output's value, else a resource's attribute */
	struct gk_str name;           /* of the output */
	struct gk_tf_address address; /* of the resource instance; to be kept by the read */
	struct gk_str path;           /* what follows: ".a[0].b" */
};

/*
 * "output.NAME[PATH]", a bare "NAME" (an output), or "RESOURCE-ADDRESS[PATH]".  The query
 * refers to memory of a.  GK_EUSAGE for anything else.
 */
GK_NODISCARD int gk_tf_query_parse(
	struct gk_arena *a, struct gk_str text, struct gk_tf_query *ret, struct gk_err *err);

/*
 * The value in a state that was read with keep = &query.address.  GK_ENOTFOUND names what
 * is there instead; GK_EREFUSED (tf.sensitive) when the value is sensitive, holds
 * something sensitive, or repeats a sensitive string, unless show_secrets.
 */
GK_NODISCARD int gk_tf_get(struct gk_arena *a, const struct gk_tf_state *s,
	const struct gk_tf_query *q, bool show_secrets, const struct gk_node **ret,
	struct gk_err *err);

#endif
