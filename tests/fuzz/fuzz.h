/*
 * Fuzz targets: one function a parser, fed by libFuzzer (--enable-fuzzing, make fuzz) or by
 * driver.c, which replays the corpus in make check.  A target checks properties, too, with
 * gk_assert: what was read and printed reads back the same.
 */
#ifndef GK_TEST_FUZZ_H
#define GK_TEST_FUZZ_H

#include "base/buf.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The default limits with small budgets, so that no input takes long. */
struct gk_limits fuzz_limits(void);
/* The input up to the first `separator`, which is dropped; *rest is what follows. */
struct gk_str fuzz_head(const uint8_t *data, size_t size, char separator, struct gk_str *rest);

#endif
