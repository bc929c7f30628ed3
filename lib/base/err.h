/*
 * One error object, owned by the caller, passed down, filled where the failure is
 * known, enriched on the way up and printed once by gk_main.
 *
 *	if (gk_json_parse(doc, text, err))
 *		return gk_ctx(err, "cannot read the reply for %s", name);
 *
 * A function that can fail returns 0 or -1 and takes `struct gk_err *err` last,
 * never NULL.  Outputs are written only on success.
 */
#ifndef GK_BASE_ERR_H
#define GK_BASE_ERR_H

#include "base/base.h"

/* What a caller can do about it; exit.c maps each to an exit code. */
enum gk_code {
	GK_OK,
	GK_EUSAGE,     /* wrong options */
	GK_EINPUT,     /* document cannot be parsed, rendered or validated */
	GK_ELIMIT,     /* a limit of base/limits.h was passed */
	GK_ENOTFOUND,  /* something that was named does not exist */
	GK_EEXIST,     /* something that must be new exists */
	GK_ECONFLICT,  /* changed by others, or owned by others */
	GK_EDENIED,    /* no credentials, expired, 401, 403 */
	GK_ETHROTTLED, /* 429 after all retries */
	GK_ETIMEOUT,   /* the deadline passed */
	GK_ENET,       /* DNS, connect, TLS, cut connection */
	GK_EREMOTE,    /* the other side answered nonsense or 5xx */
	GK_EREJECTED,  /* the API server refused the object (400, 413, 422, admission) */
	GK_EUNHEALTHY, /* applied, but not healthy */
	GK_EREFUSED,   /* a guard of ours */
	GK_EIO,        /* local system: files, disk, memory, processes */
	GK_ECANCELLED, /* a signal, or the caller, stopped it */
	GK_ECODES
};

/* A place in a document: file NULL = none, line 0 = the whole file, columns count from 1. */
struct gk_pos {
	const char *file;
	uint32_t line, col;
};

enum { GK_ERR_FRAMES = 8, GK_ERR_NOTES = 8, GK_ERR_TEXT = 6144 };

struct gk_err {
	enum gk_code code;
	const char *slug; /* stable id "area.reason", static storage */
	int sys;          /* errno, or 0 */
	int http;         /* HTTP status, or 0 */
	bool excerpt;     /* the source line at `line` may be shown (no secrets in that file) */
	uint32_t line, col;
	uint16_t file; /* offsets into text; 0 = none */
	uint16_t help;
	uint16_t used;
	uint16_t frames, notes;
	uint16_t frame[GK_ERR_FRAMES]; /* innermost first */
	uint16_t note[GK_ERR_NOTES];
	const char *src_file; /* where in our code, shown with GK_TRACE=err */
	int src_line;
	char text[GK_ERR_TEXT];
};
#define GK_ERR_INIT                                                                                \
	{                                                                                          \
		.used = 1                                                                          \
	}

/* Start an error (discards what was there) and return -1. */
#define gk_fail(err, code, slug, ...)                                                              \
	gk_err_start((err), (code), (slug), 0, __FILE__, __LINE__, __VA_ARGS__)
/* The same for a failed system call: keeps errno and appends its text. */
#define gk_fail_sys(err, code, slug, ...)                                                          \
	gk_err_start((err), (code), (slug), errno, __FILE__, __LINE__, __VA_ARGS__)

int gk_err_start(struct gk_err *err, enum gk_code code, const char *slug, int sys,
	const char *src_file, int src_line, const char *fmt, ...) GK_PRINTF(7, 8);

/* Each adds to a started error and returns -1, so that `return gk_ctx(...)` works. */
int gk_ctx(struct gk_err *err, const char *fmt, ...) GK_PRINTF(2, 3);  /* "fmt: cause" */
int gk_note(struct gk_err *err, const char *fmt, ...) GK_PRINTF(2, 3); /* a note: line */
int gk_help(struct gk_err *err, const char *fmt, ...)
	GK_PRINTF(2, 3); /* the help: line; last wins */
/* Set the place, unless one is set (the innermost knows best). */
int gk_err_at(struct gk_err *err, struct gk_pos pos);
/* Half of a place, where only a caller knows the file: it takes err->line into gk_err_at. */
int gk_err_line(struct gk_err *err, uint32_t line, uint32_t col);

struct gk_pos gk_err_pos(const struct gk_err *err); /* borrowed from err */
/* "outer: inner: cause" into buf; cut at size - 1. */
void gk_err_message(const struct gk_err *err, char *buf, size_t size);
const char *gk_err_note(const struct gk_err *err, unsigned i);
const char *gk_err_help(const struct gk_err *err); /* "" when none */
void gk_err_reset(struct gk_err *err);

bool gk_err_retryable(const struct gk_err *err);
const char *gk_code_name(enum gk_code code); /* "input", "limit", ... for reports */
int gk_code_exit(enum gk_code code);         /* exit.c: ux section 5 */

#endif
