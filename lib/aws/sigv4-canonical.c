/* The canonical forms that a signature is made over. */
#include "aws/sigv4-canonical.h"

#include <stdlib.h>

#include "base/vec.h"

static struct gk_str lower(struct gk_arena *a, struct gk_str s)
{
	char *p = gk_arena_memdup0(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + ('a' - 'A'));
	return (struct gk_str){p, s.n};
}

/* Drop the last "/segment" of b, which begins at `root`. */
static void path_up(struct gk_buf *b, size_t root)
{
	while (b->n > root && b->p[b->n - 1] != '/')
		b->n--;
	if (b->n > root)
		b->n--;
}

/*
 * Append the path without empty and `.` segments and with `..` resolved.  A slash at the
 * end stays if a segment is left before it: "//a//" -> "/a/", "/a/.." -> "/".
 */
static void path_normalise(struct gk_buf *b, struct gk_str wire)
{
	struct gk_str rest = wire;
	size_t root = b->n;

	while (rest.p) {
		struct gk_str segment = gk_str_cut(&rest, '/');

		if (gk_str_is(segment, "..")) {
			path_up(b, root);
		} else if (segment.n && !gk_str_is(segment, ".")) {
			gk_buf_putc(b, '/');
			gk_buf_putstr(b, segment);
		}
	}
	if (b->n == root || (wire.n && wire.p[wire.n - 1] == '/'))
		gk_buf_putc(b, '/');
}

void gk_sigv4__path(struct gk_buf *b, struct gk_str wire, unsigned flags)
{
	GK_AUTO(gk_buf_done) struct gk_buf plain = GK_BUF_INIT(0);

	if (wire.n == 0) {
		gk_buf_putc(b, '/');
	} else if (flags & GK_SIGV4_S3) {
		gk_buf_putstr(b, wire);
	} else if (flags & GK_SIGV4_KEEP_PATH) {
		gk_uri_encode(b, wire, "/");
	} else {
		path_normalise(&plain, wire);
		gk_uri_encode(b, gk_buf_str(&plain), "/");
	}
}

struct param {
	struct gk_str name, value;
};

static int param_cmp(const void *pa, const void *pb)
{
	const struct param *a = pa, *b = pb;
	int order = gk_str_cmp(a->name, b->name);

	return order ? order : gk_str_cmp(a->value, b->value);
}

static struct gk_str recode(struct gk_arena *a, struct gk_str s)
{
	GK_AUTO(gk_buf_done) struct gk_buf plain = {.secret = true};
	GK_AUTO(gk_buf_done) struct gk_buf coded = {.secret = true};

	gk_uri_decode(&plain, s);
	gk_uri_encode(&coded, gk_buf_str(&plain), "");
	return (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(&coded), coded.n), coded.n};
}

void gk_sigv4__query(struct gk_arena *a, struct gk_buf *b, struct gk_str wire)
{
	GK_VEC(struct param) params = {0};

	while (wire.p) {
		struct gk_str value = gk_str_cut(&wire, '&');
		struct gk_str name = gk_str_cut(&value, '=');

		if (name.n || value.p)
			gk_vec_push(&params, ((struct param){recode(a, name), recode(a, value)}));
	}
	if (params.n)
		qsort(params.v, params.n, sizeof *params.v, param_cmp);
	gk_vec_foreach (struct param, p, &params) {
		gk_buf_puts(b, p == params.v ? "" : "&");
		gk_buf_putstr(b, p->name);
		gk_buf_putc(b, '=');
		gk_buf_putstr(b, p->value);
	}
	gk_vec_done(&params);
}

/* Headers that proxies and HTTP libraries change on the way. */
static bool is_signed(struct gk_str name)
{
	static const char *const unsigned_names[] = {"authorization", "connection", "expect",
		"keep-alive", "proxy-authenticate", "proxy-authorization", "sec-websocket-key",
		"sec-websocket-protocol", "sec-websocket-version", "te", "trailer",
		"transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"};

	for (size_t i = 0; i < GK_COUNT(unsigned_names); i++)
		if (gk_str_is(name, unsigned_names[i]))
			return false;
	return true;
}

struct header {
	struct gk_str name, value;
	size_t at; /* place of arrival */
};

static int header_cmp(const void *pa, const void *pb)
{
	const struct header *a = pa, *b = pb;
	int order = gk_str_cmp(a->name, b->name);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Append the value with every run of blanks as one blank. */
static void put_value(struct gk_buf *b, struct gk_str value)
{
	value = gk_str_trim(value);
	for (size_t i = 0; i < value.n; i++) {
		if (!is_blank(value.p[i]))
			gk_buf_putc(b, value.p[i]);
		else if (!is_blank(value.p[i - 1]))
			gk_buf_putc(b, ' ');
	}
}

void gk_sigv4__headers(struct gk_arena *a, const struct gk_sigv4_header *headers, size_t n,
	struct gk_buf *lines, struct gk_buf *names)
{
	GK_VEC(struct header) sorted = {0};

	for (size_t i = 0; i < n; i++) {
		struct header h = {lower(a, headers[i].name), headers[i].value, i};

		if (is_signed(h.name))
			gk_vec_push(&sorted, h);
	}
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof *sorted.v, header_cmp);
	for (size_t i = 0; i < sorted.n; i++) {
		const struct header *h = &sorted.v[i];
		bool more = i + 1 < sorted.n && gk_str_eq(h[1].name, h->name);

		if (i == 0 || !gk_str_eq(h[-1].name, h->name)) {
			gk_buf_puts(names, i ? ";" : "");
			gk_buf_putstr(names, h->name);
			gk_buf_putstr(lines, h->name);
			gk_buf_putc(lines, ':');
		}
		put_value(lines, h->value);
		gk_buf_putc(lines, more ? ',' : '\n');
	}
	gk_vec_done(&sorted);
}
