/*
 * Regular expressions in the syntax of Go (RE2), as Kustomize selectors and External
 * Secrets use them, on PCRE2.  What RE2 refuses is refused here too (look-around,
 * backreferences, atomic groups, verbs), the match is bounded in steps, and a pattern
 * has at most 1 KiB, because patterns come from repositories.
 */
#ifndef GK_BASE_REGEX_H
#define GK_BASE_REGEX_H

#include "base/err.h"
#include "base/str.h"

struct gk_regex; /* opaque */

enum {
	GK_REGEX_WHOLE = 1 /* as ^(?:pattern)$ */
};

/* Compile; GK_EINPUT says where in the pattern.  Caller frees with gk_regex_free. */
GK_NODISCARD int gk_regex_new(
	struct gk_str pattern, unsigned flags, struct gk_regex **ret, struct gk_err *err);
void gk_regex_free(struct gk_regex *re);
void gk_regex_freep(struct gk_regex **re);

/*
 * The first match at or after byte `from`.  groups[0] is the match, groups[i] what group i
 * matched ({NULL, 0} when it took no part); views into text.  GK_ELIMIT when the pattern
 * needs too many steps on this text.
 */
GK_NODISCARD int gk_regex_find(const struct gk_regex *re, struct gk_str text, size_t from,
	struct gk_str *groups, size_t ngroups, bool *ret_found, struct gk_err *err);
GK_NODISCARD int gk_regex_match(
	const struct gk_regex *re, struct gk_str text, bool *ret, struct gk_err *err);
/* The number of a named group, or -1; and how many groups there are without the whole. */
int gk_regex_group(const struct gk_regex *re, const char *name);
size_t gk_regex_groups(const struct gk_regex *re);

#endif
