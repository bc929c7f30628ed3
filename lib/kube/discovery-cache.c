/*
 * Discovery on disk: below XDG_CACHE_HOME, one directory a server (its address and CA), one
 * file a document: a line with the hash of what follows and the ETag, then the body.  It is
 * only ever used after the server has said that it is still right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/io.h"
#include "base/out.h"
#include "kube/discovery-priv.h"

static const char mark[] = "gk-discovery/1";

static bool put_base(const struct gk_kube *k, struct gk_buf *b)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (k->opt.cache_dir) {
		gk_buf_puts(b, k->opt.cache_dir);
		return *k->opt.cache_dir;
	}
	if (xdg && *xdg == '/')
		gk_buf_printf(b, "%s/gk", xdg);
	else if (home && *home == '/')
		gk_buf_printf(b, "%s/.cache/gk", home);
	return b->n > 0;
}

static bool put_dir(const struct gk_kube *k, struct gk_buf *b)
{
	unsigned char hash[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];
	struct gk_sha256 h;

	if (!put_base(k, b))
		return false;
	gk_sha256_init(&h);
	gk_sha256_put(&h, gk_str_c(k->opt.cfg->server));
	gk_sha256_put(&h, k->opt.cfg->route.ca_pem);
	gk_sha256_end(&h, hash);
	gk_hex(hash, sizeof hash, hex);
	gk_buf_printf(b, "/discovery/%s", hex);
	return true;
}

/* All directories of the path, for us alone. */
static bool make_dirs(const char *path)
{
	GK_AUTO(gk_freep) char *copy = gk_xstrdup(path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			return false;
		*p = '/';
	}
	return mkdir(copy, 0700) == 0 || errno == EEXIST;
}

static void hash_of(struct gk_str body, char hex[2 * GK_SHA256_LEN + 1])
{
	unsigned char hash[GK_SHA256_LEN];

	gk_sha256(body, hash);
	gk_hex(hash, sizeof hash, hex);
}

/* An ETag goes back into a header and into a line of a file. */
static bool is_etag(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return s.n > 0 && s.n < sizeof((struct gk_discovery_cached *)0)->etag;
}

bool gk_discovery__cache_load(
	const struct gk_kube *k, const char *name, struct gk_discovery_cached *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str rest, line, etag;
	char hex[2 * GK_SHA256_LEN + 1];

	if (!put_dir(k, &path))
		return false;
	gk_buf_printf(&path, "/%s", name);
	if (gk_io_read_file(gk_buf_cstr(&path), k->opt.limits->doc_bytes, &text, &ignored))
		return false;
	rest = gk_buf_str(&text);
	line = gk_str_cut(&rest, '\n');
	if (!rest.p || !gk_str_is(gk_str_cut(&line, ' '), mark))
		return false;
	hash_of(rest, hex);
	if (!gk_str_is(gk_str_cut(&line, ' '), hex) || !is_etag(line))
		return false;
	etag = line;
	(void)snprintf(ret->etag, sizeof ret->etag, "%.*s", GK_SARG(etag));
	gk_buf_putstr(&ret->body, rest);
	return true;
}

void gk_discovery__cache_store(
	const struct gk_kube *k, const char *name, struct gk_str etag, struct gk_str body)
{
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_err ignored = GK_ERR_INIT;
	char hex[2 * GK_SHA256_LEN + 1];

	if (!is_etag(etag) || !put_dir(k, &path) || !make_dirs(gk_buf_cstr(&path)))
		return;
	hash_of(body, hex);
	gk_buf_printf(&text, "%s %s %.*s\n", mark, hex, GK_SARG(etag));
	gk_buf_putstr(&text, body);
	gk_buf_printf(&path, "/%s", name);
	/* A cache that cannot be written is no fault. */
	(void)!gk_out_file(gk_buf_cstr(&path), gk_buf_str(&text), 0600, &ignored);
}
