/* Numbers, durations and sizes from text: whole string or nothing, never locale-dependent. */
#ifndef GK_BASE_NUM_H
#define GK_BASE_NUM_H

#include "base/err.h"
#include "base/str.h"

/* Decimal digits only (a minus for i64); GK_EINPUT says what was expected. */
GK_NODISCARD int gk_num_u64(
	struct gk_str s, uint64_t min, uint64_t max, uint64_t *ret, struct gk_err *err);
GK_NODISCARD int gk_num_i64(
	struct gk_str s, int64_t min, int64_t max, int64_t *ret, struct gk_err *err);
/* "90s", "5m30s", "250ms", "1.5h", "0", or a bare integer = seconds. */
GK_NODISCARD int gk_num_duration_ms(struct gk_str s, int64_t *ret_ms, struct gk_err *err);
/* "64Ki", "10M", "1Gi", or bytes. */
GK_NODISCARD int gk_num_size(struct gk_str s, uint64_t *ret_bytes, struct gk_err *err);

#endif
