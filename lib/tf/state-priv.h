/* Shared inside lib/tf: from one resource's tree to instances. */
#ifndef GK_TF_STATE_PRIV_H
#define GK_TF_STATE_PRIV_H

#include "base/vec.h"
#include "tf/state.h"

enum { GK_TF_SECRET_MIN = 8 }; /* shorter strings are equal by chance */

struct gk_tf_reading {
	struct gk_tf_state *state;
	const struct gk_tf_read *how;
	struct gk_err *err;
	GK_VEC(struct gk_tf_instance) instances;
};

/* Decode one element of `resources` and add its instances. */
GK_NODISCARD int gk_tf__resource(struct gk_tf_reading *r, const struct gk_node *resource);
/* Remember every string below a marked value. */
void gk_tf__mark(struct gk_tf_state *s, const struct gk_node *value);

#endif
