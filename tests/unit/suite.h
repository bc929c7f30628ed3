/*
 * Public conformance suites for unit tests: files of one JSON object a line, found in
 * $GK_SUITES or beside the source tree; a test says so when they are absent.
 */
#ifndef GK_TEST_SUITE_H
#define GK_TEST_SUITE_H

#include "base/vec.h"
#include "doc/json.h"

struct suite {
	struct gk_arena arena;
	struct gk_buf bytes;
	struct gk_str rest;
};

/*
 * Is the file there?  If not, say so as TAP: "1..0 # SKIP ..."; main then returns 0.  (The
 * driver of make check takes what skip() of cmocka prints for a failure.)
 */
bool suite_present(const char *file);
/* false: the file is not there. */
bool suite_open(struct suite *s, const char *file);
/* The next case, NULL at the end; lives until the next call. */
struct gk_node *suite_next(struct suite *s);
void suite_close(struct suite *s);
/* A member's text, "" when absent. */
struct gk_str suite_text(const struct gk_node *c, const char *key);

/*
 * A list of deviations: a file below tests/unit with lines "ID reason".  The reason of
 * an id, or NULL.
 */
struct gk_strs suite_deviations(struct gk_arena *a, const char *file);
const char *suite_reason(const struct gk_strs *deviations, struct gk_str id);

#endif
