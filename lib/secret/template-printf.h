/* Inside lib/secret: printf of templates. */
#ifndef GK_SECRET_TEMPLATE_PRINTF_H
#define GK_SECRET_TEMPLATE_PRINTF_H

#include "secret/template-funcs.h"

/*
 * The first argument is the format: %s %v %d %q %t %x %X %c %% with flags - 0 +, width and (for
 * %s) precision.  A verb that does not fit its argument, and arguments too few or too many, are
 * errors.
 */
GK_NODISCARD int gk_tf_printf(const struct gk_tf_call *c, struct gk_buf *b, struct gk_err *err);
/* Append as Go's %q: double quotes, escapes for controls. */
void gk_tf_quote(struct gk_buf *b, struct gk_str s);

#endif
