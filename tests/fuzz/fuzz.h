/*
 * Fuzz targets: one function a parser, fed by libFuzzer (--enable-fuzzing, make fuzz) or by
 * driver.c, which replays the corpus in make check.  A target checks properties, too, with
 * gk_assert: what was read and printed reads back the same.
 */
#ifndef GK_TEST_FUZZ_H
#define GK_TEST_FUZZ_H

#include "base/buf.h"
#include "base/limits.h"
#include "doc/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The default limits with small budgets, so that no input takes long. */
struct gk_limits fuzz_limits(void);
/* The input up to the first `separator`, which is dropped; *rest is what follows. */
struct gk_str fuzz_head(const uint8_t *data, size_t size, char separator, struct gk_str *rest);

/*
 * An input of several texts.  The first stands before any line "=== NAME" and has no name;
 * each other one follows the line with its name.  The last one takes all that is left.
 */
enum { FUZZ_TEXTS = 10 };
struct fuzz_texts {
	struct gk_str name[FUZZ_TEXTS], text[FUZZ_TEXTS];
	size_t n; /* at least 1 */
};
void fuzz_split(const uint8_t *data, size_t size, struct fuzz_texts *ret);

/* A failure must say what it is. */
void fuzz_check_err(const struct gk_err *err);
/* A tree: each node has one place, counts and last children are right, members can be found. */
void fuzz_check_tree(const struct gk_node *root);
/*
 * Print as YAML, read it as the API server does and print that again: the same bytes, and,
 * but for numbers that a double cannot hold, the same nodes.  false: YAML cannot carry it.
 */
bool fuzz_check_print(const struct gk_node *root);

/* The one document of a YAML text as kustomize reads resources; NULL when it is none. */
struct gk_node *fuzz_parse(struct gk_arena *a, struct gk_str text);

#endif
