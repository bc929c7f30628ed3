/*
 * A borrowed view of bytes, by value.  Not NUL-terminated, may hold any byte; the
 * one who made it says how long it lives.
 */
#ifndef GK_BASE_STR_H
#define GK_BASE_STR_H

#include <string.h>

#include "base/base.h"

struct gk_str {
	const char *p;
	size_t n;
};

#define GK_STR(literal) ((struct gk_str){"" literal, sizeof(literal) - 1})
#define GK_STR_NULL ((struct gk_str){NULL, 0})

/* printf("%.*s", GK_SARG(s)) */
#define GK_SARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct gk_str gk_str_c(const char *s)
{
	return (struct gk_str){s, s ? strlen(s) : 0};
}
static inline bool gk_str_eq(struct gk_str a, struct gk_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool gk_str_is(struct gk_str a, const char *s)
{
	return gk_str_eq(a, gk_str_c(s));
}

int gk_str_cmp(struct gk_str a, struct gk_str b); /* by bytes, a prefix first: -1, 0, 1 */
bool gk_str_starts(struct gk_str s, struct gk_str prefix);
bool gk_str_ends(struct gk_str s, struct gk_str suffix);
bool gk_str_has(struct gk_str s, struct gk_str part);
struct gk_str gk_str_from(struct gk_str s, size_t at); /* the rest after `at` bytes, empty beyond */
struct gk_str gk_str_trim(struct gk_str s); /* without blanks, tabs, CR, LF at both ends */

/*
 * Cut *rest at the first `sep`: returns what stands before it and leaves what comes
 * after.  Without a `sep` returns all and leaves {NULL, 0}; loop while rest.p.
 */
struct gk_str gk_str_cut(struct gk_str *rest, char sep);

/* The candidate nearest to `word` (edit distance <= 2, or a common start), or NULL. */
const char *gk_str_nearest(struct gk_str word, const char *const *candidates, size_t n);

#endif
