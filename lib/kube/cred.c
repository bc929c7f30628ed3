/*
 * Which credential is used, in the order of client-go: token (file before value), user name
 * and password, client certificate alone, exec plugin.  A plugin is not run when the
 * configuration holds one of the others.
 */
#include <sys/stat.h>

#include "base/base64.h"
#include "base/io.h"
#include "base/trace.h"
#include "http/url.h"
#include "kube/cred.h"
#include "kube/exec.h"

enum kind { NONE, TOKEN, TOKEN_FILE, BASIC, EXEC };
enum {
	FILE_AGE_MS = 50000,      /* a token file is read again when older */
	EARLY_MS = 60000,         /* renew so long before the end, at most */
	REFUSED_PAUSE_MS = 60000, /* a renewed credential was refused too: rest */
	FILES_LOOK_MS = 10000     /* certificate files are looked at so often */
};

/* A route whose memory is ours; all live until the end, since requests borrow them. */
struct own_route {
	struct own_route *older;
	struct gk_http_route route;
	struct gk_buf ca, cert, key;
};

struct file_mark {
	int64_t mtime_ns, size;
};

struct gk_cred {
	const struct gk_kube_config *cfg;
	enum kind kind;
	bool https, stdin_used;
	struct gk_buf token;   /* of the file */
	int64_t token_read_ms; /* monotonic; 0 = never */
	struct gk_exec_credential exec;
	int64_t exec_from_ms; /* UTC when it was got */
	bool have, stale;     /* stale: refused by the server, get another */
	unsigned generation;
	int64_t refused_ms;        /* monotonic: when a renewal was last asked for by a 401 */
	struct own_route *routes;  /* newest first */
	struct file_mark marks[3]; /* of CA, certificate, key */
	int64_t looked_ms;
};

static enum kind kind_of(const struct gk_kube_config *cfg)
{
	if (cfg->token_file)
		return TOKEN_FILE;
	if (cfg->token)
		return TOKEN;
	if (cfg->username)
		return BASIC;
	if (cfg->exec && !cfg->route.cert_pem.n)
		return EXEC;
	return NONE;
}

static void mark_files(struct gk_cred *c, struct file_mark marks[3])
{
	const char *files[] = {c->cfg->ca_file, c->cfg->cert_file, c->cfg->key_file};

	for (size_t i = 0; i < GK_COUNT(files); i++) {
		struct stat st;

		marks[i] = (struct file_mark){0};
		if (files[i] && stat(files[i], &st) == 0)
			marks[i] = (struct file_mark){
				(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
				(int64_t)st.st_size};
	}
}

struct gk_cred *gk_cred_new(const struct gk_kube_config *cfg, bool stdin_used)
{
	struct gk_cred *c = gk_xcalloc(1, sizeof *c);

	c->cfg = cfg;
	c->kind = kind_of(cfg);
	c->https = !cfg->route.allow_plain;
	c->stdin_used = stdin_used;
	c->token.secret = true;
	c->looked_ms = gk_time_mono_ms();
	mark_files(c, c->marks);
	return c;
}

void gk_cred_free(struct gk_cred *c)
{
	if (!c)
		return;
	while (c->routes) {
		struct own_route *r = c->routes;

		c->routes = r->older;
		gk_buf_done(&r->ca);
		gk_buf_done(&r->cert);
		gk_buf_done(&r->key);
		gk_free(r);
	}
	gk_buf_done(&c->token);
	gk_exec_credential_done(&c->exec);
	gk_free(c);
}

void gk_cred_freep(struct gk_cred **c)
{
	gk_cred_free(*c);
	*c = NULL;
}

static struct own_route *new_route(struct gk_cred *c)
{
	struct own_route *r = gk_xcalloc(1, sizeof *r);

	r->route = *gk_cred_route(c);
	r->ca.secret = r->cert.secret = r->key.secret = true;
	r->older = c->routes;
	return r;
}

/* Read the file; an empty or unreadable one leaves the last good token in use. */
static int read_token(struct gk_cred *c, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	const char *path = c->cfg->token_file;
	struct gk_str fresh;
	int rc = gk_io_read_file(path, 1 << 20, &b, err);

	fresh = gk_str_trim(gk_buf_str(&b));
	if (!rc && !fresh.n)
		rc = gk_fail(err, GK_EDENIED, "kube.token-file", "%s is empty", path);
	c->token_read_ms = gk_time_mono_ms();
	if (rc && c->token.n)
		return 0;
	if (rc) {
		err->code = GK_EDENIED;
		err->slug = "kube.token-file";
		return gk_ctx(err, "cannot use the token file");
	}
	if (!gk_str_eq(fresh, gk_buf_str(&c->token))) {
		gk_buf_reset(&c->token);
		gk_buf_putstr(&c->token, fresh);
		c->generation++;
		gk_trace(GK_TRACE_AUTH, "token read from %s", path);
	}
	return 0;
}

static int refresh_token(struct gk_cred *c, struct gk_err *err)
{
	int64_t age = gk_time_mono_ms() - c->token_read_ms;

	if (c->token_read_ms && !c->stale && age < FILE_AGE_MS)
		return 0;
	c->stale = false;
	if (!read_token(c, err))
		return 0;
	if (!c->cfg->token)
		return -1;
	gk_err_reset(err); /* the configuration's own token stands in */
	return 0;
}

/* The end of its use: early by a minute, or a tenth of its life if that is less. */
static bool is_used_up(const struct gk_cred *c)
{
	int64_t life = c->exec.expires_utc_ms - c->exec_from_ms;
	int64_t early = life / 10 < EARLY_MS ? life / 10 : EARLY_MS;

	return c->exec.expires_utc_ms && gk_time_utc_ms() >= c->exec.expires_utc_ms - early;
}

/* A new client certificate: a new route, and so new connections. */
static void adopt_certificate(struct gk_cred *c)
{
	struct own_route *r;

	if (!c->exec.cert || gk_str_is(gk_cred_route(c)->cert_pem, c->exec.cert))
		return;
	r = new_route(c);
	gk_buf_puts(&r->cert, c->exec.cert);
	gk_buf_puts(&r->key, c->exec.key);
	r->route.cert_pem = gk_buf_str(&r->cert);
	r->route.key_pem = gk_buf_str(&r->key);
	c->routes = r;
}

static int refresh_exec(struct gk_cred *c, struct gk_err *err)
{
	struct gk_exec_credential fresh = {0};

	if (c->have && !c->stale && !is_used_up(c))
		return 0;
	if (gk_exec_run(c->cfg, c->stdin_used, &fresh, err)) {
		gk_exec_credential_done(&fresh);
		return -1;
	}
	gk_exec_credential_done(&c->exec);
	c->exec = fresh;
	c->exec_from_ms = gk_time_utc_ms();
	c->have = true;
	c->stale = false;
	c->generation++;
	gk_trace(GK_TRACE_AUTH, "exec plugin %s ran, generation %u", c->cfg->exec->command,
		c->generation);
	adopt_certificate(c);
	return 0;
}

static void put_basic(struct gk_cred *c, struct gk_buf *headers)
{
	struct gk_buf pair = {.secret = true};

	gk_buf_printf(&pair, "%s:%s", c->cfg->username, c->cfg->password ? c->cfg->password : "");
	gk_buf_puts(headers, "Authorization: Basic ");
	gk_base64_encode(headers, gk_buf_str(&pair), GK_B64_STD);
	gk_buf_putc(headers, '\n');
	gk_buf_done(&pair);
}

static void put_bearer(struct gk_buf *headers, const char *token)
{
	gk_buf_puts(headers, "Authorization: Bearer ");
	gk_buf_puts(headers, token);
	gk_buf_putc(headers, '\n');
}

/* Bytes that no header name may hold are percent-encoded; names are case-insensitive. */
static void put_extra(struct gk_buf *headers, const char *pair)
{
	struct gk_str rest = gk_str_c(pair), key = gk_str_cut(&rest, '=');

	gk_buf_puts(headers, "Impersonate-Extra-");
	gk_url_encode(headers, key);
	gk_buf_printf(headers, ": %.*s\n", GK_SARG(rest));
}

static void put_impersonation(struct gk_cred *c, struct gk_buf *headers)
{
	const struct gk_kube_config *cfg = c->cfg;

	if (!cfg->as)
		return;
	gk_buf_printf(headers, "Impersonate-User: %s\n", cfg->as);
	if (cfg->as_uid)
		gk_buf_printf(headers, "Impersonate-Uid: %s\n", cfg->as_uid);
	for (size_t i = 0; i < cfg->as_groups.n; i++)
		gk_buf_printf(headers, "Impersonate-Group: %s\n", cfg->as_groups.v[i]);
	for (size_t i = 0; i < cfg->as_extra.n; i++)
		put_extra(headers, cfg->as_extra.v[i]);
}

/* A line break in a credential would make two headers of one. */
static bool is_clean(const char *s)
{
	return !s || !strpbrk(s, "\r\n");
}

static int check(struct gk_cred *c, const char *token, struct gk_err *err)
{
	const struct gk_kube_config *cfg = c->cfg;
	bool clean = is_clean(token) && is_clean(cfg->as) && is_clean(cfg->as_uid);

	for (size_t i = 0; i < cfg->as_groups.n; i++)
		clean = clean && is_clean(cfg->as_groups.v[i]);
	for (size_t i = 0; i < cfg->as_extra.n; i++)
		clean = clean && is_clean(cfg->as_extra.v[i]);
	if (clean)
		return 0;
	return gk_fail(err, GK_EDENIED, "kube.credential",
		"the credential or the user to impersonate holds a line break");
}

int gk_cred_headers(struct gk_cred *c, struct gk_buf *headers, struct gk_err *err)
{
	const char *token = c->cfg->token;

	if (!c->https)
		return 0;
	if (c->kind == TOKEN_FILE && refresh_token(c, err))
		return -1;
	if (c->kind == EXEC && refresh_exec(c, err))
		return -1;
	if (c->kind == TOKEN_FILE && c->token.n)
		token = gk_buf_cstr(&c->token);
	if (c->kind == EXEC)
		token = c->exec.token;
	if (check(c, token, err))
		return -1;
	if (c->kind == BASIC)
		put_basic(c, headers);
	else if (token)
		put_bearer(headers, token);
	put_impersonation(c, headers);
	return 0;
}

unsigned gk_cred_generation(const struct gk_cred *c)
{
	return c->generation;
}

bool gk_cred_rejected(struct gk_cred *c, unsigned generation)
{
	struct gk_err ignored = GK_ERR_INIT;
	int64_t now = gk_time_mono_ms();

	if (generation != c->generation)
		return true;
	if (c->kind == TOKEN_FILE) {
		c->stale = false;
		return read_token(c, &ignored) == 0 && generation != c->generation;
	}
	if (c->kind != EXEC)
		return false;
	if (c->refused_ms && now - c->refused_ms < REFUSED_PAUSE_MS)
		return c->stale;
	c->refused_ms = now;
	c->stale = true;
	return true;
}

static bool reload_one(const char *path, struct gk_buf *b, struct gk_str *pem)
{
	struct gk_err ignored = GK_ERR_INIT;

	if (!path)
		return true;
	if (gk_io_read_file(path, 4 << 20, b, &ignored) || !b->n)
		return false;
	*pem = gk_buf_str(b);
	return true;
}

/* Files that changed under us (rotation): read them all again, or keep what we have. */
static void reload_files(struct gk_cred *c)
{
	struct file_mark now[3];
	struct own_route *r;

	c->looked_ms = gk_time_mono_ms();
	mark_files(c, now);
	if (!memcmp(now, c->marks, sizeof now))
		return;
	r = new_route(c);
	if (reload_one(c->cfg->ca_file, &r->ca, &r->route.ca_pem) &&
		reload_one(c->cfg->cert_file, &r->cert, &r->route.cert_pem) &&
		reload_one(c->cfg->key_file, &r->key, &r->route.key_pem)) {
		memcpy(c->marks, now, sizeof now);
		c->routes = r;
		return;
	}
	gk_buf_done(&r->ca);
	gk_buf_done(&r->cert);
	gk_buf_done(&r->key);
	gk_free(r);
}

const struct gk_http_route *gk_cred_route(struct gk_cred *c)
{
	const struct gk_kube_config *cfg = c->cfg;
	int64_t age = gk_time_mono_ms() - c->looked_ms;

	if ((cfg->ca_file || cfg->cert_file) && age >= FILES_LOOK_MS)
		reload_files(c);
	return c->routes ? &c->routes->route : &cfg->route;
}

void gk_cred_describe(const struct gk_cred *c, struct gk_buf *b)
{
	const struct gk_kube_config *cfg = c->cfg;

	if (!c->https)
		gk_buf_puts(b, "no credentials (plain http)");
	else if (c->kind == TOKEN_FILE)
		gk_buf_printf(b, "the token in '%s'", cfg->token_file);
	else if (c->kind == TOKEN)
		gk_buf_printf(b, "the token of user '%s'", cfg->user ? cfg->user : "");
	else if (c->kind == BASIC)
		gk_buf_printf(b, "user name '%s'", cfg->username);
	else if (c->kind == EXEC)
		gk_buf_printf(b, "credential plugin '%s'", cfg->exec->command);
	else if (cfg->cert_file)
		gk_buf_printf(b, "the client certificate in '%s'", cfg->cert_file);
	else if (cfg->route.cert_pem.n)
		gk_buf_printf(b, "the client certificate of user '%s'", cfg->user ? cfg->user : "");
	else
		gk_buf_puts(b, "no credentials");
}
