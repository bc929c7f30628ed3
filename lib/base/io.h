/* Reading files and streams whole, within a limit; only regular files unless said otherwise. */
#ifndef GK_BASE_IO_H
#define GK_BASE_IO_H

#include "base/buf.h"
#include "base/err.h"

/* All of a regular file (no FIFO, device or directory: GK_EINPUT), at most max bytes. */
GK_NODISCARD int gk_io_read_file(
	const char *path, uint64_t max, struct gk_buf *out, struct gk_err *err);
/* Open a regular file for reading, never waiting for a FIFO; the caller closes *ret_fd. */
GK_NODISCARD int gk_io_open_regular(const char *path, int *ret_fd, struct gk_err *err);
/* All that comes from a descriptor (pipe, file, stdin) until its end; `name` is for messages. */
GK_NODISCARD int gk_io_read_fd(
	int fd, const char *name, uint64_t max, struct gk_buf *out, struct gk_err *err);
/* write(2) until done; EINTR and short writes handled.  0, or -1 with errno. */
GK_NODISCARD int gk_io_write_all(int fd, const void *p, size_t n);
/* Make a directory, and those above it, where they are missing. */
GK_NODISCARD int gk_io_make_dirs(const char *dir, unsigned mode, struct gk_err *err);

/* Milliseconds: monotonic for deadlines, UTC since 1970 for stamps. */
int64_t gk_time_mono_ms(void);
int64_t gk_time_utc_ms(void);
/* "2026-01-02T03:04:05Z" (ms: with ".678") into buf. */
void gk_time_rfc3339(int64_t utc_ms, bool with_ms, char buf[32]);
GK_NODISCARD int gk_time_parse_rfc3339(struct gk_str s, int64_t *ret_utc_ms, struct gk_err *err);

#endif
