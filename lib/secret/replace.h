/* Replacing by regular expression, as Go's ReplaceAllString. */
#ifndef GK_SECRET_REPLACE_H
#define GK_SECRET_REPLACE_H

#include "base/buf.h"
#include "base/regex.h"

/*
 * Append the text with every match replaced: $1, ${1}, $name and ${name} are groups (the longest
 * name counts: $1x is the group "1x"; unknown groups are empty), $$ is a dollar sign.  Empty
 * matches next to a match do not count.
 */
GK_NODISCARD int gk_secret_replace(const struct gk_regex *re, struct gk_str text,
	struct gk_str replacement, struct gk_buf *out, struct gk_err *err);

#endif
