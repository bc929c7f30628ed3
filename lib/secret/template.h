/*
 * Go text templates as External Secrets renders them (engine v2), as far as secrets use them:
 * actions, fields, variables, pipelines, if, with, range, and the functions of the table in
 * template-funcs.c.  The list of functions is closed: none reads files, the environment, the
 * network or the clock, and none is random, so that a render can be repeated.
 *
 * Where Go would print an error into the output (a wrong verb of printf, b64dec of what is no
 * base64), this is an error.  No error text quotes a value.
 */
#ifndef GK_SECRET_TEMPLATE_H
#define GK_SECRET_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "doc/node.h"

enum {
	GK_TEMPLATE_MISSING_OK = 1 /* an absent field prints "<no value>" (rewrites) */
};

/*
 * Render the text with `data` (an object of strings) as root and append it to out.  The arena
 * should be a wiping one.  GK_EINPUT secrets.template names the template's line;
 * GK_ELIMIT for output beyond 1 MiB or a million steps.
 */
GK_NODISCARD int gk_template_render(struct gk_arena *a, struct gk_str text,
	const struct gk_node *data, unsigned flags, struct gk_buf *out, struct gk_err *err);

#endif
