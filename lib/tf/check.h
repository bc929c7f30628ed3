/* Findings about a state that is readable but not as it should be. */
#ifndef GK_TF_CHECK_H
#define GK_TF_CHECK_H

#include "tf/state.h"

/*
 * Required outputs ("NAME" or "NAME=REGEX", the whole text of the value must match), failed
 * check blocks, tainted and deposed objects, a state without resources.  Findings carry a
 * tf.* slug; errors make the answer "no", warnings do not.
 */
GK_NODISCARD int gk_tf_check(const struct gk_tf_state *s, const char *const *required, size_t n,
	struct gk_diags *findings, struct gk_err *err);

#endif
