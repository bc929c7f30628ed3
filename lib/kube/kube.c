/* The client object: credentials, URLs, warnings. */
#include "base/io.h"
#include "base/text.h"
#include "http/url.h"
#include "kube/kube-priv.h"

enum { FIRST_CONTACT_MS = 5000, BUDGET_MS = 60000, WARNING_SHOWN = 256 };

int gk_kube_new(const struct gk_kube_options *opt, struct gk_kube **ret, struct gk_err *err)
{
	struct gk_kube *k;
	struct gk_url u;

	k = gk_xcalloc(1, sizeof *k);
	k->opt = *opt;
	if (!k->opt.limits)
		k->opt.limits = gk_limits_default();
	if (!k->opt.manager)
		k->opt.manager = "gk";
	k->far = !gk_url_parse(gk_str_c(opt->cfg->server), &u, err) && !gk_url_is_loopback(&u);
	k->cred = gk_cred_new(opt->cfg, opt->stdin_used);
	if (opt->cfg->concurrency) {
		gk_http_lane_set(opt->http, LANE_READ, 16, opt->cfg->concurrency);
		gk_http_lane_set(opt->http, LANE_WRITE, 16, opt->cfg->concurrency);
	}
	*ret = k;
	return 0;
}

void gk_kube_free(struct gk_kube *k)
{
	if (!k)
		return;
	gk_cred_free(k->cred);
	gk_map_done(&k->warnings);
	gk_arena_done(&k->arena);
	gk_free(k);
}

void gk_kube_freep(struct gk_kube **k)
{
	gk_kube_free(*k);
	*k = NULL;
}

struct gk_http *gk_kube_http(struct gk_kube *k)
{
	return k->opt.http;
}

const struct gk_kube_config *gk_kube_config(const struct gk_kube *k)
{
	return k->opt.cfg;
}

int gk_kube__sign(struct gk_kube_signer *s, struct gk_buf *headers, struct gk_err *err)
{
	if (gk_cred_headers(s->k->cred, headers, err))
		return -1;
	s->generation = gk_cred_generation(s->k->cred);
	return 0;
}

bool gk_kube__renew(struct gk_kube_signer *s)
{
	if (s->renewed || !gk_cred_rejected(s->k->cred, s->generation))
		return false;
	s->renewed = true;
	return true;
}

void gk_kube__url(const struct gk_kube *k, struct gk_buf *b, const char *path)
{
	gk_buf_puts(b, k->opt.cfg->server);
	gk_buf_puts(b, path);
}

int64_t gk_kube__budget(const struct gk_kube *k, int64_t wanted_ms)
{
	int64_t ms = wanted_ms ? wanted_ms : BUDGET_MS;

	return k->contacted || ms < FIRST_CONTACT_MS ? ms : FIRST_CONTACT_MS;
}

void gk_kube__explain(const struct gk_kube *k, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_cred_describe(k->cred, &b);
	if (!err->http && !k->contacted && gk_err_retryable(err)) {
		gk_note(err, "the server's address comes from %s", k->opt.cfg->origin);
		if (!*gk_err_help(err))
			gk_help(err, "check the address, and that the server runs and can be "
				     "reached from here");
	} else if (err->http == 401) {
		gk_note(err, "used %s", gk_buf_cstr(&b));
		gk_help(err, "the credential is wrong or has expired; log in again or renew it");
	} else if (err->http == 403 && err->code == GK_EDENIED) {
		gk_note(err, "used %s", gk_buf_cstr(&b));
		gk_help(err, "grant the right by a Role or ClusterRole and its binding");
	}
}

/* A quoted string with backslash escapes at the start of *s, unescaped into b. */
static bool take_quoted(struct gk_str *s, struct gk_buf *b)
{
	size_t i = 1;

	gk_buf_reset(b);
	if (!s->n || s->p[0] != '"')
		return false;
	for (; i < s->n && s->p[i] != '"'; i++) {
		if (s->p[i] == '\\' && i + 1 < s->n)
			i++;
		gk_buf_putc(b, s->p[i]);
	}
	*s = gk_str_trim(gk_str_from(*s, i + 1));
	return true;
}

/*
 * One warning of the grammar `299 agent "text" ["date"]`, several joined by commas
 * (kubernetes/apimachinery: pkg/util/net/http.go).  Its text into b.
 */
static bool next_warning(struct gk_str *rest, struct gk_buf *b)
{
	GK_AUTO(gk_buf_done) struct gk_buf date = GK_BUF_INIT(0);

	if (!gk_str_is(gk_str_cut(rest, ' '), "299"))
		return false;
	(void)gk_str_cut(rest, ' '); /* agent */
	if (!take_quoted(rest, b))
		return false;
	(void)take_quoted(rest, &date);
	if (rest->n && rest->p[0] == ',')
		*rest = gk_str_trim(gk_str_from(*rest, 1));
	return true;
}

static void warn_once(struct gk_kube *k, struct gk_str text)
{
	struct gk_str cut = {text.p, text.n < WARNING_SHOWN ? text.n : WARNING_SHOWN};
	const char *kept;

	if (!cut.n || gk_map_has(&k->warnings, cut))
		return;
	kept = gk_arena_memdup0(&k->arena, cut.p, cut.n);
	(void)gk_map_put(&k->warnings, (struct gk_str){kept, cut.n}, k);
	if (k->opt.warnings)
		(void)gk_diags_add(k->opt.warnings, GK_SEV_WARNING, "kube.warning",
			(struct gk_pos){0}, "%s", kept);
}

void gk_kube__heard(struct gk_kube *k, const struct gk_http_response *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str value;
	size_t at = 0;

	k->contacted = true;
	while (gk_http_header_next(r, "Warning", &at, &value))
		while (value.n && next_warning(&value, &b))
			warn_once(k, gk_buf_str(&b));
}

void gk_kube__object_name(
	struct gk_buf *b, const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name)
{
	if (res->group.n)
		gk_buf_printf(b, "%.*s/", GK_SARG(res->group));
	gk_buf_putstr(b, name.n ? res->kind : res->plural);
	if (!name.n && !ns.n)
		return;
	gk_buf_puts(b, name.n ? " " : " in namespace ");
	if (res->namespaced && ns.n)
		gk_buf_printf(b, name.n ? "%.*s/" : "%.*s", GK_SARG(ns));
	gk_text_escape(b, name, false);
}
