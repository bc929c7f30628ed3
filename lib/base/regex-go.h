/* The syntax of Go's regular expressions, said again for PCRE2.  Private to lib/base/regex*.c. */
#ifndef GK_BASE_REGEX_GO_H
#define GK_BASE_REGEX_GO_H

#include "base/buf.h"

/*
 * Append to out what PCRE2 must be given to match what Go (RE2) matches with the pattern:
 * mostly the pattern itself.  Returns NULL, or what the pattern uses that Go does not know
 * ("a look-ahead").  Faults that both refuse (an open bracket) are left to PCRE2.
 */
const char *gk_regex__from_go(struct gk_str pattern, struct gk_buf *out);

#endif
