#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

static size_t cap_of(const struct gk_buf *b)
{
	return b->max ? b->max : GK_BUF_MAX;
}

/* Secrets are never left behind in freed memory, so they cannot use realloc. */
static void resize(struct gk_buf *b, size_t cap)
{
	char *p;

	if (!b->secret) {
		b->p = gk_xrealloc(b->p, cap, 1);
	} else {
		p = gk_xmalloc(cap);
		if (b->p) {
			memcpy(p, b->p, b->n + 1);
			explicit_bzero(b->p, b->cap);
			gk_free(b->p);
		}
		b->p = p;
	}
	b->cap = cap;
}

char *gk_buf_room(struct gk_buf *b, size_t n)
{
	size_t need, cap = b->cap ? b->cap : 64;

	if (b->over || n > cap_of(b) || b->n > cap_of(b) - n) {
		b->over = true;
		return NULL;
	}
	need = b->n + n + 1;
	while (cap < need)
		cap *= 2;
	if (cap != b->cap)
		resize(b, cap);
	b->p[b->n] = '\0';
	return b->p + b->n;
}

void gk_buf_grown(struct gk_buf *b, size_t n)
{
	b->n += n;
	gk_assert(b->n < b->cap);
	b->p[b->n] = '\0';
}

void gk_buf_put(struct gk_buf *b, const void *p, size_t n)
{
	char *room = gk_buf_room(b, n);

	if (!room)
		return;
	if (n)
		memcpy(room, p, n);
	gk_buf_grown(b, n);
}

void gk_buf_puts(struct gk_buf *b, const char *s)
{
	gk_buf_put(b, s, strlen(s));
}

void gk_buf_putstr(struct gk_buf *b, struct gk_str s)
{
	gk_buf_put(b, s.p, s.n);
}

void gk_buf_putc(struct gk_buf *b, char c)
{
	if (!b->over && b->n + 1 < b->cap && b->n < cap_of(b)) {
		b->p[b->n++] = c;
		b->p[b->n] = '\0';
		return;
	}
	gk_buf_put(b, &c, 1);
}

void gk_buf_fill(struct gk_buf *b, char c, size_t n)
{
	char *room = gk_buf_room(b, n);

	if (!room)
		return;
	memset(room, c, n);
	gk_buf_grown(b, n);
}

void gk_buf_vprintf(struct gk_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *room;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	gk_assert(n >= 0);
	room = gk_buf_room(b, (size_t)n);
	if (room) {
		vsnprintf(room, (size_t)n + 1, fmt, again);
		gk_buf_grown(b, (size_t)n);
	}
	va_end(again);
}

void gk_buf_printf(struct gk_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct gk_str gk_buf_str(const struct gk_buf *b)
{
	return (struct gk_str){b->p, b->n};
}

const char *gk_buf_cstr(const struct gk_buf *b)
{
	return b->p ? b->p : "";
}

char *gk_buf_take(struct gk_buf *b)
{
	char *p;

	if (!b->p)
		(void)gk_buf_room(b, 0);
	p = b->p ? b->p : gk_xstrdup("");
	b->p = NULL;
	b->n = b->cap = 0;
	return p;
}

int gk_buf_finish(const struct gk_buf *b, const char *what, struct gk_err *err)
{
	if (!b->over)
		return 0;
	return gk_fail(
		err, GK_ELIMIT, "limit.bytes", "%s is larger than %zu bytes", what, cap_of(b));
}

void gk_buf_reset(struct gk_buf *b)
{
	if (b->secret && b->p)
		explicit_bzero(b->p, b->n);
	b->n = 0;
	b->over = false;
	if (b->p)
		b->p[0] = '\0';
}

void gk_buf_done(struct gk_buf *b)
{
	if (b->secret && b->p)
		explicit_bzero(b->p, b->cap);
	gk_free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
	b->over = false;
}
