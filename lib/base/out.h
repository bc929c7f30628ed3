/*
 * Checked output.  Writes are buffered and the first failure is kept; gk_out_close
 * reports it, so that a full disk is exit 10 and never a silent half result.
 */
#ifndef GK_BASE_OUT_H
#define GK_BASE_OUT_H

#include "base/buf.h"
#include "base/err.h"

struct gk_out {
	int fd;
	int failed; /* errno of the first failed write, or 0 */
	const char *name;
	struct gk_buf buf;
};
#define GK_OUT_INIT(descriptor, label)                                                             \
	{                                                                                          \
		.fd = (descriptor), .name = (label)                                                \
	}

void gk_out_put(struct gk_out *o, struct gk_str s);
void gk_out_puts(struct gk_out *o, const char *s);
void gk_out_printf(struct gk_out *o, const char *fmt, ...) GK_PRINTF(2, 3);
void gk_out_flush(struct gk_out *o); /* one write(2) where the kernel takes it whole */
GK_NODISCARD int gk_out_close(struct gk_out *o, struct gk_err *err); /* flush, check, release */

/* Write a file whole or not at all: temporary name beside it, fsync, rename. mode as open(2). */
GK_NODISCARD int gk_out_file(
	const char *path, struct gk_str bytes, unsigned mode, struct gk_err *err);
/* The same with a path relative to an open directory.  A link of that name is replaced. */
GK_NODISCARD int gk_out_file_at(
	int dir, const char *path, struct gk_str bytes, unsigned mode, struct gk_err *err);

#endif
