#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/trace.h"

/* Text offset 0 is reserved for "none": text[0] stays NUL. */
static const char cut_mark[] = "...";

/* Append a formatted string with its NUL; returns its offset, 0 when no room is left at all. */
static uint16_t append(struct gk_err *err, const char *fmt, va_list ap) GK_PRINTF(2, 0);
static uint16_t append(struct gk_err *err, const char *fmt, va_list ap)
{
	size_t room = sizeof err->text - err->used;
	uint16_t at = err->used;
	int n;

	if (room < sizeof cut_mark + 1)
		return 0;
	n = vsnprintf(err->text + at, room, fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= room) {
		n = (int)room - 1;
		memcpy(err->text + at + n - (sizeof cut_mark - 1), cut_mark, sizeof cut_mark - 1);
	}
	err->used = (uint16_t)(at + n + 1);
	return at;
}

void gk_err_reset(struct gk_err *err)
{
	memset(err, 0, offsetof(struct gk_err, text) + 1);
	err->used = 1;
}

int gk_err_start(struct gk_err *err, enum gk_code code, const char *slug, int sys,
	const char *src_file, int src_line, const char *fmt, ...)
{
	va_list ap;
	uint16_t at;

	gk_err_reset(err);
	err->code = code;
	err->slug = slug;
	err->sys = sys;
	err->src_file = src_file;
	err->src_line = src_line;
	va_start(ap, fmt);
	at = append(err, fmt, ap);
	va_end(ap);
	if (at)
		err->frame[err->frames++] = at;
	gk_trace(GK_TRACE_ERR, "start %s %s:%d %s", slug, src_file, src_line, err->text + at);
	return -1;
}

int gk_ctx(struct gk_err *err, const char *fmt, ...)
{
	va_list ap;
	uint16_t at = 0;

	va_start(ap, fmt);
	if (err->frames < GK_ERR_FRAMES)
		at = append(err, fmt, ap);
	va_end(ap);
	if (at)
		err->frame[err->frames++] = at;
	return -1;
}

int gk_note(struct gk_err *err, const char *fmt, ...)
{
	va_list ap;
	uint16_t at = 0;

	va_start(ap, fmt);
	if (err->notes < GK_ERR_NOTES)
		at = append(err, fmt, ap);
	va_end(ap);
	if (at)
		err->note[err->notes++] = at;
	return -1;
}

int gk_help(struct gk_err *err, const char *fmt, ...)
{
	va_list ap;
	uint16_t at;

	va_start(ap, fmt);
	at = append(err, fmt, ap);
	va_end(ap);
	if (at)
		err->help = at;
	return -1;
}

static uint16_t append_text(struct gk_err *err, const char *fmt, ...) GK_PRINTF(2, 3);
static uint16_t append_text(struct gk_err *err, const char *fmt, ...)
{
	va_list ap;
	uint16_t at;

	va_start(ap, fmt);
	at = append(err, fmt, ap);
	va_end(ap);
	return at;
}

int gk_err_at(struct gk_err *err, struct gk_pos pos)
{
	if (err->file || !pos.file)
		return -1;
	err->file = append_text(err, "%s", pos.file);
	err->line = pos.line;
	err->col = pos.col;
	return -1;
}

int gk_err_line(struct gk_err *err, uint32_t line, uint32_t col)
{
	if (!err->file && !err->line) {
		err->line = line;
		err->col = col;
	}
	return -1;
}

struct gk_pos gk_err_pos(const struct gk_err *err)
{
	return (struct gk_pos){err->file ? err->text + err->file : NULL, err->line, err->col};
}

void gk_err_message(const struct gk_err *err, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = err->frames; i-- > 0 && n + 1 < size;) {
		int k = snprintf(
			buf + n, size - n, "%s%s", n ? ": " : "", err->text + err->frame[i]);

		n += k > 0 ? (size_t)k : 0;
	}
	if (err->sys && n + 1 < size)
		snprintf(buf + n, size - n, ": %s", strerror(err->sys));
}

const char *gk_err_note(const struct gk_err *err, unsigned i)
{
	return i < err->notes ? err->text + err->note[i] : "";
}

const char *gk_err_help(const struct gk_err *err)
{
	return err->text + err->help;
}
