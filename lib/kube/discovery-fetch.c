/*
 * Asking the server: /api and /apis at once, in the aggregated form.  A server that knows
 * only the old form answers with lists of groups; then each group's versions are asked for,
 * all at once.  A version that cannot be asked is unknown, never absent.
 */
#include "base/io.h"
#include "doc/json.h"
#include "kube/discovery-priv.h"

static const char accept_aggregated[] =
	"Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
	"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
	"application/json";

enum part { API, APIS, PARTS };
static const struct {
	const char *path, *file;
} parts[PARTS] = {
	[API] = {"/api", "api.json"},
	[APIS] = {"/apis", "apis.json"},
};

/* One request of a fetch. */
struct piece {
	struct gk_kube_signer signer;
	struct gk_discovery_fetch *f;
	enum part part;
	struct gk_discovery_cached cached;
	struct gk_str group, version; /* of the old form */
	bool preferred;
	struct gk_http_op *op;
	struct piece *next; /* all of the fetch */
};

struct gk_discovery_fetch {
	struct gk_discovery *d;
	struct gk_arena arena;
	struct gk_discovery_table table;
	struct gk_doc docs[PARTS];
	bool aggregated[PARTS];
	bool no_core;  /* an aggregated server without the core group */
	unsigned open; /* requests under way */
	struct piece *pieces;
	struct gk_err err; /* the first failure that counts */
	gk_discovery_done_fn done;
	void *ctx;
};

void gk_discovery__fetch_free(struct gk_discovery_fetch *f)
{
	if (!f)
		return;
	for (struct piece *p = f->pieces, *next; p; p = next) {
		next = p->next;
		gk_buf_done(&p->cached.body);
		gk_free(p);
	}
	gk_discovery__table_done(&f->table);
	for (enum part i = 0; i < PARTS; i++)
		gk_doc_done(&f->docs[i]);
	gk_arena_done(&f->arena);
	gk_free(f);
}

static void finish(struct gk_discovery_fetch *f)
{
	struct gk_discovery *d = f->d;

	d->fetch = NULL;
	if (f->err.code == GK_OK) {
		gk_discovery__table_done(&d->table);
		d->table = f->table;
		f->table = (struct gk_discovery_table){0};
	} else {
		gk_ctx(&f->err, "cannot find out what the API server serves");
	}
	f->done(f->ctx, &f->err);
	gk_discovery__fetch_free(f);
}

static struct piece *new_piece(struct gk_discovery_fetch *f)
{
	struct piece *p = gk_xcalloc(1, sizeof *p);

	p->f = f;
	p->signer.k = f->d->k;
	p->next = f->pieces;
	f->pieces = p;
	return p;
}

static int sign(void *ctx, unsigned attempt, struct gk_buf *headers, struct gk_err *err)
{
	struct piece *p = ctx;

	(void)attempt;
	return gk_kube__sign(&p->signer, headers, err);
}

static const struct gk_http_route *reroute(void *ctx)
{
	struct piece *p = ctx;

	return gk_cred_route(p->signer.k->cred);
}

static enum gk_http_verdict judge(void *ctx, const struct gk_http_response *r)
{
	struct piece *p = ctx;

	if (r->status == 401 && gk_kube__renew(&p->signer))
		return GK_HTTP_AGAIN_NOW;
	return GK_HTTP_JUDGE_DEFAULT;
}

static void ask(struct piece *p, const char *path, const char *const *headers, gk_http_done_fn done)
{
	struct gk_kube *k = p->signer.k;
	GK_AUTO(gk_buf_done) struct gk_buf url = GK_BUF_INIT(0);
	struct gk_http_request q = {.method = "GET",
		.headers = headers,
		.route = gk_cred_route(k->cred),
		.lane = LANE_READ,
		.timeout_ms = k->opt.cfg->request_timeout_ms,
		.budget_ms = gk_kube__budget(k, 0),
		.max_body = k->opt.limits->http_list,
		.retry = GK_HTTP_IDEMPOTENT,
		.gzip = k->far && k->opt.cfg->compress,
		.sign = sign,
		.reroute = reroute,
		.judge = judge,
		.done = done,
		.ctx = p};

	gk_kube__url(k, &url, path);
	q.url = gk_buf_cstr(&url);
	p->f->open++;
	p->op = gk_http_submit(k->opt.http, &q);
}

/* An answer that is no success, as an error. */
static void refused(struct piece *p, struct gk_http_response *r, const char *path)
{
	const struct gk_kube_about about = {
		.verb = "read", .object = path, .method = "GET", .path = path};
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	struct gk_err *err = &p->f->err, ignored = GK_ERR_INIT;
	struct gk_str type = gk_http_header(r, "Content-Type");
	struct gk_kube_status s;

	if (!gk_json_parse(&doc, path, gk_buf_str(&r->body), p->signer.k->opt.limits, &ignored) &&
		gk_kube_status_read(&doc.arena, doc.root, &s)) {
		s.code = r->status;
		(void)gk_kube_status_fail(err, &s, &about);
	} else {
		GK_AUTO(gk_freep) char *copy = gk_xmemdup0(type.p ? type.p : "", type.n);

		(void)gk_kube_alien_fail(err, r->status, gk_buf_str(&r->body), copy, &about);
	}
	gk_kube__explain(p->signer.k, err);
}

static void on_group(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	struct piece *p = ctx;
	struct gk_discovery_fetch *f = p->f;
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	bool ok = r && r->status == 200 &&
		  !gk_json_parse(
			  &doc, "discovery", gk_buf_str(&r->body), p->signer.k->opt.limits, err) &&
		  gk_discovery__read_resource_list(&f->d->arena, &f->table, doc.root, p->preferred);

	if (!ok)
		gk_discovery__add_unknown(&f->d->arena, &f->table, p->group, p->version);
	if (--f->open == 0)
		finish(f);
}

static void ask_group(
	struct gk_discovery_fetch *f, struct gk_str group, struct gk_str version, bool preferred)
{
	static const char *const headers[] = {"Accept: application/json", NULL};
	const struct gk_kube_resource none = {.group = group, .version = version};
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);
	struct piece *p = new_piece(f);

	p->group = group;
	p->version = version;
	p->preferred = preferred;
	gk_kube_path(&path, &none, GK_STR_NULL, GK_STR_NULL, NULL);
	path.p[--path.n] = '\0'; /* the slash before the resource that is none */
	ask(p, gk_buf_cstr(&path), headers, on_group);
}

/* The old form: docs hold APIVersions and APIGroupList. */
static void ask_groups(struct gk_discovery_fetch *f)
{
	bool first = true;

	gk_node_foreach (v, gk_node_get(f->docs[API].root, "versions")) {
		ask_group(f, GK_STR_NULL, gk_node_text(v), first);
		first = false;
	}
	gk_node_foreach (g, gk_node_get(f->docs[APIS].root, "groups")) {
		struct gk_str name = gk_node_text(gk_node_get(g, "name"));
		struct gk_str preferred =
			gk_node_text(gk_node_path(g, "preferredVersion", "version", NULL));

		gk_node_foreach (v, gk_node_get(g, "versions")) {
			struct gk_str version = gk_node_text(gk_node_get(v, "version"));

			ask_group(f, name, version, gk_str_eq(version, preferred));
		}
	}
	if (!f->open)
		(void)gk_fail(&f->err, GK_EREMOTE, "kube.discovery",
			"the API server named no API at all");
}

static void ask_part(struct gk_discovery_fetch *f, enum part part, bool aggregated);

/* Both parts are here. */
static void put_together(struct gk_discovery_fetch *f)
{
	bool ok = f->err.code == GK_OK;

	if (ok && (f->aggregated[API] || f->no_core) && f->aggregated[APIS]) {
		for (enum part i = 0; i < PARTS; i++)
			ok = ok && (!f->docs[i].root || gk_discovery__read_aggregated(&f->d->arena,
								&f->table, f->docs[i].root));
		if (!ok || !f->table.resources.n)
			(void)gk_fail(&f->err, GK_EREMOTE, "kube.discovery",
				"the API server's discovery document is none");
	} else if (ok && (f->aggregated[API] || f->aggregated[APIS])) {
		/* Only one knows the new form: then neither is asked in it. */
		for (enum part i = 0; i < PARTS; i++)
			if (f->aggregated[i])
				ask_part(f, i, false);
		f->aggregated[API] = f->aggregated[APIS] = false;
	} else if (ok) {
		ask_groups(f);
	}
	if (!f->open)
		finish(f);
}

static void take_document(struct piece *p, struct gk_str body)
{
	struct gk_discovery_fetch *f = p->f;
	struct gk_doc *doc = &f->docs[p->part];

	gk_doc_done(doc);
	if (gk_json_parse(doc, parts[p->part].path, body, p->signer.k->opt.limits, &f->err))
		gk_ctx(&f->err, "cannot read %s", parts[p->part].path);
}

static void on_part(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	struct piece *p = ctx;
	struct gk_discovery_fetch *f = p->f;
	const char *path = parts[p->part].path;

	f->open--;
	if (r)
		gk_kube__heard(p->signer.k, r);
	if (!r) {
		f->err = *err;
		gk_kube__explain(p->signer.k, &f->err);
	} else if (r->status == 304 && p->cached.body.n) {
		f->aggregated[p->part] = true;
		take_document(p, gk_buf_str(&p->cached.body));
	} else if (r->status == 404 && p->part == API) {
		f->no_core = true;
	} else if (r->status != 200) {
		refused(p, r, path);
	} else {
		f->aggregated[p->part] =
			gk_discovery__is_aggregated(gk_http_header(r, "Content-Type"));
		take_document(p, gk_buf_str(&r->body));
		if (f->aggregated[p->part] && f->err.code == GK_OK)
			gk_discovery__cache_store(p->signer.k, parts[p->part].file,
				gk_http_header(r, "ETag"), gk_buf_str(&r->body));
	}
	if (!f->open)
		put_together(f);
}

static void ask_part(struct gk_discovery_fetch *f, enum part part, bool aggregated)
{
	struct piece *p = new_piece(f);
	const char *headers[] = {
		aggregated ? accept_aggregated : "Accept: application/json", NULL, NULL};

	p->part = part;
	if (aggregated && gk_discovery__cache_load(p->signer.k, parts[part].file, &p->cached))
		headers[1] = gk_arena_printf(&f->arena, "If-None-Match: %s", p->cached.etag);
	ask(p, parts[part].path, headers, on_part);
}

void gk_discovery_reload_start(struct gk_discovery *d, gk_discovery_done_fn done, void *ctx)
{
	struct gk_discovery_fetch *f = gk_xcalloc(1, sizeof *f);

	gk_assert(!d->fetch);
	f->d = d;
	f->err.used = 1;
	f->done = done;
	f->ctx = ctx;
	d->fetch = f;
	ask_part(f, API, true);
	ask_part(f, APIS, true);
}

struct blocking {
	struct gk_err *err;
	bool done, failed;
};

static void on_reloaded(void *ctx, const struct gk_err *err)
{
	struct blocking *b = ctx;

	b->done = true;
	b->failed = err->code != GK_OK;
	if (b->failed)
		*b->err = *err;
}

int gk_discovery_reload(struct gk_discovery *d, struct gk_err *err)
{
	struct blocking b = {.err = err};

	gk_discovery_reload_start(d, on_reloaded, &b);
	while (!b.done)
		if (gk_http_step(gk_kube_http(d->k), -1, err))
			return -1;
	return b.failed ? -1 : 0;
}

int gk_discovery_load(struct gk_kube *k, struct gk_discovery **ret, struct gk_err *err)
{
	struct gk_discovery *d = gk_xcalloc(1, sizeof *d);

	d->k = k;
	if (gk_discovery_reload(d, err)) {
		gk_discovery_free(d);
		return -1;
	}
	*ret = d;
	return 0;
}
