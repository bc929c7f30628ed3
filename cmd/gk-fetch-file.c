/* A file by https: asked for, held to the operator's list, filed by its content. */
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/io.h"
#include "base/out.h"
#include "gk-fetch-file.h"
#include "http/http.h"

enum { REDIRECTS = 3, HEX = 2 * GK_SHA256_LEN };

struct fetch {
	const struct gk_fetch_file *f;
	struct gk_arena *a;
	struct gk_http *http;
	struct gk_http_route route;
	const char *dir;   /* in the cache */
	const char *shown; /* the URL that was asked for */
};

/* An address of a file: messages hold no query, because that is where tokens stand. */
static int parse(struct gk_arena *a, struct gk_str url, struct gk_remote *ret, struct gk_err *err)
{
	if (gk_remote_parse(a, url, ret, err))
		return -1;
	ret->shown = gk_remote_shown_file(a, url);
	if (ret->scheme != GK_REMOTE_HTTPS)
		return gk_fail(err, GK_EINPUT, "remote.address",
			"'%s': files are fetched by https only", ret->shown);
	if (ret->user.n)
		return gk_fail(err, GK_EINPUT, "remote.address",
			"'%s': a file is fetched without a user", ret->shown);
	return 0;
}

/* ---- the cache ---- */

static const char *in_dir(struct fetch *x, const char *name)
{
	return gk_arena_printf(x->a, "%s/%s", x->dir, name);
}

static int from_cache(struct fetch *x, const char **ret_path, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf last = GK_BUF_INIT(0);
	struct gk_err ignored = GK_ERR_INIT;

	if (gk_io_read_file(in_dir(x, "last"), HEX, &last, &ignored) == 0 && last.n == HEX &&
		!strchr(gk_buf_cstr(&last), '/')) {
		*ret_path = in_dir(x, gk_buf_cstr(&last));
		if (access(*ret_path, R_OK) == 0)
			return 0;
	}
	(void)gk_fail(err, GK_ENOTFOUND, "remote.offline", "'%s' is not in the cache", x->shown);
	return gk_help(err, "fetch it once without --offline");
}

static int store(struct fetch *x, struct gk_str bytes, const char **ret_path, struct gk_err *err)
{
	unsigned char sum[GK_SHA256_LEN];
	char hex[HEX + 1];

	gk_sha256(bytes, sum);
	gk_hex(sum, sizeof sum, hex);
	*ret_path = in_dir(x, hex);
	if (gk_io_make_dirs(x->dir, 0700, err) || gk_out_file(*ret_path, bytes, 0600, err))
		return -1;
	return gk_out_file(in_dir(x, "last"), gk_str_c(hex), 0600, err);
}

/* ---- asking ---- */

static bool same_server(const struct gk_remote *a, const struct gk_remote *b)
{
	return gk_str_eq(a->host, b->host) && a->port == b->port;
}

/* The list without "any": who allows all that a repository names does not mean all servers. */
static bool is_named(const struct fetch *x, const struct gk_remote *r)
{
	struct gk_strs named = {0};
	bool found;

	for (size_t i = 0; i < x->f->allow->n; i++)
		if (strcmp(x->f->allow->v[i], "any") != 0)
			gk_vec_push(&named, x->f->allow->v[i]);
	found = gk_remote_is_allowed(r, &named);
	gk_vec_done(&named);
	return found;
}

/* Where a Location leads, absolute or from the root of the server. */
static struct gk_str resolve(struct fetch *x, const struct gk_remote *from, struct gk_str to)
{
	if (to.n == 0 || to.p[0] != '/' || gk_str_starts(to, GK_STR("//")))
		return to;
	return gk_str_c(
		gk_arena_printf(x->a, "https://%s%.*s", gk_remote_place(x->a, from), GK_SARG(to)));
}

static int follow(
	struct fetch *x, struct gk_remote *at, const struct gk_http_response *r, struct gk_err *err)
{
	struct gk_str to = gk_http_header(r, "Location");
	struct gk_remote next;

	if (parse(x->a, resolve(x, at, to), &next, err)) {
		(void)gk_ctx(err, "'%s' redirects", x->shown);
		return -1;
	}
	if (same_server(at, &next) ? !gk_remote_is_allowed(&next, x->f->allow)
				   : !is_named(x, &next)) {
		(void)gk_fail(err, GK_EREFUSED, "remote.redirect",
			"'%s' redirects to '%s', which is not allowed", x->shown, next.shown);
		return gk_help(err, "if it may lead there: --allow-remote %s[/PREFIX]",
			gk_remote_place(x->a, &next));
	}
	*at = next;
	return 0;
}

/* What a status that is neither success nor redirect means. */
static int fail_status(struct fetch *x, int status, struct gk_err *err)
{
	if (status == 401 || status == 403)
		return gk_fail(err, GK_EDENIED, "remote.credentials",
			"'%s' wants credentials, and a file is fetched without (status %d)",
			x->shown, status);
	if (status == 404 || status == 410)
		return gk_fail(err, GK_ENOTFOUND, "remote.no-file",
			"there is no file '%s' (status %d)", x->shown, status);
	return gk_fail(
		err, GK_EREMOTE, "remote.answer", "'%s' answers with status %d", x->shown, status);
}

/* In the terms of our options. */
static int explain(struct fetch *x, struct gk_err *err)
{
	char text[GK_ERR_TEXT];

	gk_err_message(err, text, sizeof text);
	if (err->code == GK_EREFUSED)
		return gk_help(err, "allow that with --allow-private");
	if (err->code == GK_ELIMIT && !strstr(text, "http-headers"))
		return gk_limit_fail(err, "doc-bytes", x->f->lim->doc_bytes, x->shown);
	return -1;
}

static int ask(struct fetch *x, const struct gk_remote *at, struct gk_http_response *ret,
	struct gk_err *err)
{
	struct gk_http_request q = {
		.method = "GET",
		.url = at->url,
		.route = &x->route,
		.timeout_ms = x->f->timeout_ms,
		.budget_ms = x->f->timeout_ms,
		.max_body = x->f->lim->doc_bytes,
		.retry = GK_HTTP_NEVER,
		.gzip = true,
	};

	return gk_http_do(x->http, &q, ret, err) ? explain(x, err) : 0;
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static int fetch(struct fetch *x, struct gk_remote *at, const char **ret_path, struct gk_err *err)
{
	for (unsigned hops = 0; hops <= REDIRECTS; hops++) {
		GK_AUTO(gk_http_response_done) struct gk_http_response r = {0};

		if (ask(x, at, &r, err))
			return -1;
		if (r.status >= 200 && r.status <= 299)
			return store(x, gk_buf_str(&r.body), ret_path, err);
		if (!is_redirect(r.status))
			return fail_status(x, r.status, err);
		if (follow(x, at, &r, err))
			return -1;
	}
	return gk_fail(err, GK_EREMOTE, "remote.redirect", "'%s' redirects more than %d times",
		x->shown, REDIRECTS);
}

int gk_fetch_file(const struct gk_fetch_file *f, struct gk_arena *a, const char **ret_path,
	struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf agent = GK_BUF_INIT(0);
	GK_AUTO(gk_http_freep) struct gk_http *http = NULL;
	struct gk_http_options opt = {.limits = f->lim};
	struct fetch x = {.f = f, .a = a, .route = {.public_only = !f->allow_private}};
	struct gk_remote at;

	if (parse(a, gk_str_c(f->url), &at, err) ||
		gk_remote_check(a, &at, f->allow, f->allow_private, err))
		return -1;
	x.shown = at.shown;
	x.dir = gk_remote_cache_dir_of_file(a, f->cache, f->url);
	if (f->offline)
		return from_cache(&x, ret_path, err);
	gk_http_user_agent(&agent, f->program);
	opt.user_agent = gk_buf_cstr(&agent);
	if (gk_http_new(&opt, &http, err))
		return -1;
	x.http = http;
	return fetch(&x, &at, ret_path, err);
}
