/* What -v shows of the traffic: credentials masked, foreign text escaped. */
#include <strings.h>

#include "base/io.h"
#include "base/text.h"
#include "base/trace.h"
#include "http/http-priv.h"
#include "http/url.h"

enum { BODY_SHOWN = 2048 };

static void say(struct gk_http *h, struct gk_buf *line)
{
	h->opt.log(h->opt.log_ctx, gk_buf_cstr(line));
	gk_buf_reset(line);
}

static bool is_credential(struct gk_str name)
{
	static const char *const names[] = {"authorization", "proxy-authorization", "cookie",
		"set-cookie", "x-amz-security-token"};

	for (size_t i = 0; i < GK_COUNT(names); i++)
		if (name.n == strlen(names[i]) && !strncasecmp(name.p, names[i], name.n))
			return true;
	return false;
}

static void say_header(struct gk_http *h, char direction, struct gk_str line)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str rest = line, name = gk_str_cut(&rest, ':');

	if (!rest.n) /* "Expect:" only tells curl to send none */
		return;
	gk_buf_printf(&b, "%c ", direction);
	gk_text_escape(&b, name, false);
	gk_buf_puts(&b, ":");
	if (is_credential(name))
		gk_buf_puts(&b, " ***");
	else
		gk_text_escape(&b, rest, false);
	say(h, &b);
}

static void say_body(struct gk_http *h, char direction, struct gk_str body)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str shown = {body.p, body.n < BODY_SHOWN ? body.n : BODY_SHOWN};

	if (!body.n)
		return;
	gk_buf_printf(&b, "%c ", direction);
	gk_text_escape(&b, shown, false);
	if (shown.n < body.n)
		gk_buf_printf(&b, "... (%zu bytes)", body.n);
	say(h, &b);
}

void gk_http__log_start(struct gk_http_op *op)
{
	struct gk_http *h = op->h;

	if (!h->opt.log || h->opt.verbose < 2)
		return;
	for (const struct curl_slist *l = op->lines_out; l; l = l->next)
		say_header(h, '>', gk_str_c(l->data));
	if (h->opt.verbose > 2 && !op->q.secret && !op->q.body.secret)
		say_body(h, '>', gk_buf_str(&op->q.body));
}

static void say_end(struct gk_http_op *op, CURLcode code)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b, "%s ", op->q.method);
	gk_url_show(&b, gk_str_c(op->q.url));
	if (code == CURLE_OK)
		gk_buf_printf(&b, " %d", op->r.status);
	else
		gk_buf_printf(&b, " failed (%s)", gk_http__fault(op, code)->slug);
	gk_buf_printf(&b, " %lld ms", (long long)op->r.elapsed_ms);
	if (op->r.attempts > 1)
		gk_buf_printf(&b, ", attempt %u", op->r.attempts);
	say(op->h, &b);
}

void gk_http__log_end(struct gk_http_op *op, CURLcode code)
{
	struct gk_http *h = op->h;
	struct gk_str rest = gk_buf_str(&op->r.head);

	gk_trace(GK_TRACE_HTTP, "%s status %d curl %d ms %lld attempt %u", op->q.method,
		op->r.status, (int)code, (long long)op->r.elapsed_ms, op->r.attempts);
	if (!h->opt.log || h->opt.verbose < 1)
		return;
	say_end(op, code);
	if (h->opt.verbose < 2)
		return;
	while (rest.n)
		say_header(h, '<', gk_str_cut(&rest, '\n'));
	if (h->opt.verbose > 2 && !op->q.secret)
		say_body(h, '<', gk_buf_str(&op->r.body));
}
