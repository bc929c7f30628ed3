/* Inside lib/secret: the functions of templates. */
#ifndef GK_SECRET_TEMPLATE_FUNCS_H
#define GK_SECRET_TEMPLATE_FUNCS_H

#include "base/err.h"
#include "secret/template-value.h"

enum { GK_TF_ARGS_MAX = 64 };

/* One call: arguments in, *ret out.  Results live in a. */
struct gk_tf_call {
	struct gk_arena *a;
	const char *name;
	const struct gk_tv *arg;
	size_t n;
};

typedef int (*gk_tf_fn)(const struct gk_tf_call *c, struct gk_tv *ret, struct gk_err *err);

struct gk_tf {
	const char *name;
	unsigned min, max; /* arguments */
	gk_tf_fn run;
};

/*
 * The function of that name.  GK_EINPUT for one that is not there; secrets.template-random for
 * one that is left out because its answer differs from run to run.
 */
GK_NODISCARD int gk_tf_find(struct gk_str name, const struct gk_tf **ret, struct gk_err *err);

/* Tables of the files that implement them; each ends with name NULL. */
extern const struct gk_tf gk_tf__go[], gk_tf__text[], gk_tf__data[];

/* Arguments by kind; what does not fit is an error that names function and place. */
GK_NODISCARD int gk_tf_string(
	const struct gk_tf_call *c, size_t i, struct gk_str *ret, struct gk_err *err);
GK_NODISCARD int gk_tf_int(const struct gk_tf_call *c, size_t i, int64_t *ret, struct gk_err *err);
GK_NODISCARD int gk_tf_list(
	const struct gk_tf_call *c, size_t i, const struct gk_node **ret, struct gk_err *err);
GK_NODISCARD int gk_tf_map(
	const struct gk_tf_call *c, size_t i, const struct gk_node **ret, struct gk_err *err);
int gk_tf_fail(const struct gk_tf_call *c, const char *what, struct gk_err *err);
/* Keep a text as the answer. */
int gk_tf_give(const struct gk_tf_call *c, const struct gk_buf *b, struct gk_tv *ret);

#endif
