/*
 * A growing byte buffer with a cap.  Appenders return nothing: passing the cap sets
 * a sticky mark that gk_buf_finish reports once.  Always NUL-terminated.  A secret
 * buffer wipes its old bytes when it grows and when it is released.
 */
#ifndef GK_BASE_BUF_H
#define GK_BASE_BUF_H

#include <stdarg.h>

#include "base/str.h"

struct gk_err;

struct gk_buf {
	char *p;
	size_t n, cap;
	size_t max; /* bytes; 0 = GK_BUF_MAX */
	bool over;
	bool secret;
};
#define GK_BUF_MAX ((size_t)1 << 30)
#define GK_BUF_INIT(max_bytes)                                                                     \
	{                                                                                          \
		.max = (max_bytes)                                                                 \
	}

void gk_buf_put(struct gk_buf *b, const void *p, size_t n);
void gk_buf_puts(struct gk_buf *b, const char *s);
void gk_buf_putstr(struct gk_buf *b, struct gk_str s);
void gk_buf_putc(struct gk_buf *b, char c);
void gk_buf_fill(struct gk_buf *b, char c, size_t n);
void gk_buf_printf(struct gk_buf *b, const char *fmt, ...) GK_PRINTF(2, 3);
void gk_buf_vprintf(struct gk_buf *b, const char *fmt, va_list ap) GK_PRINTF(2, 0);

/* Room for at least n more bytes at the end, to be written by the caller; then gk_buf_grown(n). */
char *gk_buf_room(struct gk_buf *b, size_t n); /* NULL (and `over`) beyond the cap */
void gk_buf_grown(struct gk_buf *b, size_t n);

struct gk_str gk_buf_str(const struct gk_buf *b); /* borrowed until the next append */
const char *gk_buf_cstr(const struct gk_buf *b);  /* never NULL */
char *gk_buf_take(struct gk_buf *b); /* caller frees with gk_free; the buffer is empty again */

/* 0, or GK_ELIMIT when the cap was passed; `what` names the thing that grew too large. */
GK_NODISCARD int gk_buf_finish(const struct gk_buf *b, const char *what, struct gk_err *err);

void gk_buf_reset(struct gk_buf *b); /* empty, keeps capacity and clears `over` */
void gk_buf_done(struct gk_buf *b);  /* releases; may be used again */

#endif
