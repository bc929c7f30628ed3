/* The headers of an answer: kept as "Name: value\n" lines, in the order they came. */
#include <strings.h>

#include "base/num.h"
#include "http/http-priv.h"

enum { HEADER_LINES = 200 };

bool gk_http_header_next(
	const struct gk_http_response *r, const char *name, size_t *at, struct gk_str *ret)
{
	struct gk_str rest = gk_str_from(gk_buf_str(&r->head), *at), line;
	size_t n = strlen(name);

	while (rest.n) {
		line = gk_str_cut(&rest, '\n');
		*at += line.n + 1;
		if (line.n > n && line.p[n] == ':' && !strncasecmp(line.p, name, n)) {
			*ret = gk_str_trim(gk_str_from(line, n + 1));
			return true;
		}
	}
	return false;
}

struct gk_str gk_http_header(const struct gk_http_response *r, const char *name)
{
	struct gk_str value = GK_STR_NULL;
	size_t at = 0;

	return gk_http_header_next(r, name, &at, &value) ? value : GK_STR_NULL;
}

/* A line as curl hands it over.  A status line begins a new answer (after 1xx). */
void gk_http__head_line(struct gk_http_op *op, struct gk_str line)
{
	line = gk_str_trim(line);
	if (gk_str_starts(line, GK_STR("HTTP/"))) {
		gk_buf_reset(&op->r.head);
		op->lines = 0;
		return;
	}
	if (!line.n)
		return;
	if (++op->lines > HEADER_LINES) {
		op->broken = OP_HEADER_LIMIT;
		return;
	}
	gk_buf_putstr(&op->r.head, line);
	gk_buf_putc(&op->r.head, '\n');
	if (op->r.head.over)
		op->broken = OP_HEADER_LIMIT;
}

/* Seconds only, as Kubernetes and AWS send it; at most an hour. */
int64_t gk_http__retry_after(const struct gk_http_response *r)
{
	struct gk_err ignored = GK_ERR_INIT;
	uint64_t s;

	if (gk_num_u64(gk_http_header(r, "Retry-After"), 0, 3600, &s, &ignored))
		return -1;
	return (int64_t)s * 1000;
}

void gk_http_response_done(struct gk_http_response *r)
{
	gk_free((char *)(uintptr_t)r->url);
	gk_buf_done(&r->body);
	gk_buf_done(&r->head);
	*r = (struct gk_http_response){0};
}
