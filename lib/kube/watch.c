/*
 * The watch machine:
 *
 *	LISTING -> STREAMING -> (end, cut, silence) -> PAUSING -> STREAMING
 *	   ^                         |
 *	   +------- 410, 504 --------+
 *
 * It starts at LISTING, or at STREAMING when a version to start from is known.  What it
 * has reported is remembered by name: a version of each object, so that after a relist only
 * changes and deletions are told, and so that an older event never moves a state backwards.
 */
#include "base/io.h"
#include "doc/json.h"
#include "http/url.h"
#include "kube/kube-priv.h"
#include "kube/watch.h"

enum {
	SILENCE_MS = 150000,
	PATIENCE_MS = 60000, /* without a good byte, then it fails */
	PAUSE_MS = 200,
	PAUSE_CAP_MS = 10000,
	SHORT_MS = 1000, /* a stream that ended so soon and said nothing counts as a failure */
	STREAM_S = 300   /* wanted length of a stream; the actual one is up to twice that */
};

/* What is known of one object. */
struct known {
	char *key; /* "ns/name" */
	char *version;
	bool seen; /* in the list that is being read */
};

struct gk_kube_watch {
	struct gk_kube_signer signer;
	struct gk_kube *k;
	struct gk_arena arena;
	const struct gk_kube_resource *res;
	struct gk_str ns;
	const char *label_selector, *field_selector;
	bool metadata_only, stopped, inside, delivered;
	int64_t silence_ms, began_ms, pause_ms;
	int64_t bad_ms; /* when the present trouble began; 0 = none */
	char *version;  /* start of the next stream; NULL = LIST first */
	struct gk_map known;
	struct gk_buf line; /* of the stream, not complete yet */
	struct gk_err why;  /* of the last failure */
	bool relist, dead;
	struct gk_http_op *stream;
	struct gk_kube_listing *listing;
	struct gk_http_timer *timer;
	gk_watch_fn fn;
	void *ctx;
};

static void proceed(void *ctx);

static void set_text(char **to, struct gk_str s)
{
	gk_free(*to);
	*to = s.n ? gk_xmemdup0(s.p, s.n) : NULL;
}

static void forget(struct known *n)
{
	gk_free(n->key);
	gk_free(n->version);
	gk_free(n);
}

static void destroy(struct gk_kube_watch *w)
{
	gk_map_foreach (e, &w->known)
		forget(e->value);
	gk_map_done(&w->known);
	gk_http_timer_cancel(gk_kube_http(w->k), w->timer);
	gk_buf_done(&w->line);
	gk_free(w->version);
	gk_arena_done(&w->arena);
	gk_free(w);
}

/* Gone for good once nothing under way refers to it any more. */
static void destroy_when_idle(struct gk_kube_watch *w)
{
	if (w->stopped && !w->inside && !w->stream && !w->listing)
		destroy(w);
}

static void tell(struct gk_kube_watch *w, enum gk_watch_type type, const struct gk_node *object)
{
	const struct gk_watch_event ev = {.type = type,
		.object = object,
		.version = gk_kube_version(object),
		.err = type == GK_WATCH_FAILED ? &w->why : NULL};

	if (w->stopped)
		return;
	w->inside = true;
	w->fn(w->ctx, &ev);
	w->inside = false;
}

static char *key_of(struct gk_str ns, struct gk_str name, struct gk_buf *b)
{
	gk_buf_reset(b);
	gk_buf_printf(b, "%.*s/%.*s", GK_SARG(ns), GK_SARG(name));
	return b->p;
}

static struct known *remember(
	struct gk_kube_watch *w, struct gk_str ns, struct gk_str name, struct gk_str version)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct known *n = gk_map_find(&w->known, gk_str_c(key_of(ns, name, &b)));

	if (!n) {
		n = gk_xcalloc(1, sizeof *n);
		n->key = gk_xstrdup(b.p);
		(void)gk_map_put(&w->known, gk_str_c(n->key), n);
	}
	set_text(&n->version, version);
	n->seen = true;
	return n;
}

/* Versions of one resource type of one cluster: longer is newer, else by digits. */
static int compare_versions(struct gk_str a, struct gk_str b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return gk_str_cmp(a, b);
}

static struct known *known_of(struct gk_kube_watch *w, const struct gk_node *object)
{
	const struct gk_node *meta = gk_node_get(object, "metadata");
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	return gk_map_find(&w->known, gk_str_c(key_of(gk_node_text(gk_node_get(meta, "namespace")),
					      gk_node_text(gk_node_get(meta, "name")), &b)));
}

/* An object as a list or an event has it; false when it is not news. */
static bool is_news(struct gk_kube_watch *w, const struct gk_node *object)
{
	struct known *n = known_of(w, object);

	if (!n || !n->version)
		return true;
	n->seen = true;
	return compare_versions(gk_kube_version(object), gk_str_c(n->version)) > 0;
}

static void report(struct gk_kube_watch *w, const struct gk_node *object)
{
	const struct gk_node *meta = gk_node_get(object, "metadata");

	if (!is_news(w, object))
		return;
	(void)remember(w, gk_node_text(gk_node_get(meta, "namespace")),
		gk_node_text(gk_node_get(meta, "name")), gk_kube_version(object));
	tell(w, GK_WATCH_OBJECT, object);
}

static void drop_known(struct gk_kube_watch *w, struct known *n)
{
	(void)gk_map_del(&w->known, gk_str_c(n->key));
	forget(n);
}

static void report_deleted(struct gk_kube_watch *w, const struct gk_node *object)
{
	struct known *n = known_of(w, object);

	if (n && !is_news(w, object))
		return;
	if (n)
		drop_known(w, n);
	tell(w, GK_WATCH_DELETED, object);
}

static void report_vanished_one(struct gk_kube_watch *w, struct known *n)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *object = gk_node_new(&a, GK_OBJECT);
	struct gk_node *meta = gk_node_need(&a, object, "metadata", GK_OBJECT);
	struct gk_str name = gk_str_c(n->key), ns = gk_str_cut(&name, '/');

	(void)gk_node_set_str(&a, object, "kind", w->res->kind);
	(void)gk_node_set_str(&a, meta, "name", name);
	if (ns.n)
		(void)gk_node_set_str(&a, meta, "namespace", ns);
	drop_known(w, n);
	tell(w, GK_WATCH_DELETED, object);
}

/* After a relist: what was known and is not there any more. */
static void report_vanished(struct gk_kube_watch *w)
{
	GK_VEC(struct known *) gone = {0};

	/* Collected first: the callback may make new objects known. */
	gk_map_foreach (e, &w->known)
		if (!((struct known *)e->value)->seen)
			gk_vec_push(&gone, e->value);
	gk_vec_foreach (struct known *, n, &gone)
		report_vanished_one(w, *n);
	gk_vec_done(&gone);
}

static void later(struct gk_kube_watch *w, int64_t ms)
{
	if (!w->stopped)
		w->timer = gk_http_timer(gk_kube_http(w->k), ms, proceed, w);
}

static void fail(struct gk_kube_watch *w)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_kube__object_name(&b, w->res, w->ns, GK_STR_NULL);
	gk_ctx(&w->why, "cannot watch %s", gk_buf_cstr(&b));
	tell(w, GK_WATCH_FAILED, NULL);
	w->dead = true;
}

static void all_is_well(struct gk_kube_watch *w)
{
	w->bad_ms = 0;
	w->pause_ms = PAUSE_MS;
}

/* A failure that may pass: go on after a pause, unless it has lasted for too long. */
static void back_off(struct gk_kube_watch *w, int64_t wished_ms)
{
	int64_t ms = wished_ms > w->pause_ms ? wished_ms : w->pause_ms, now = gk_time_mono_ms();

	if (!w->bad_ms)
		w->bad_ms = now;
	if (now - w->bad_ms > PATIENCE_MS) {
		fail(w);
		return;
	}
	w->pause_ms = w->pause_ms * 2 < PAUSE_CAP_MS ? w->pause_ms * 2 : PAUSE_CAP_MS;
	later(w, ms);
}

static void take_list(struct gk_kube_watch *w, struct gk_kube_reply *reply)
{
	if (reply->failed) {
		w->why = reply->err;
		fail(w);
		return;
	}
	all_is_well(w);
	gk_map_foreach (e, &w->known)
		((struct known *)e->value)->seen = false;
	gk_node_foreach (item, gk_node_get(reply->doc.root, "items"))
		report(w, item);
	report_vanished(w);
	set_text(&w->version, gk_kube_version(reply->doc.root));
	tell(w, GK_WATCH_SYNCED, NULL);
	later(w, 0);
}

static void on_list(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_kube_watch *w = ctx;

	w->listing = NULL;
	if (!w->stopped)
		take_list(w, reply);
	destroy_when_idle(w);
}

static void begin_list(struct gk_kube_watch *w)
{
	const struct gk_kube_list l = {.res = w->res,
		.ns = w->ns,
		.label_selector = w->label_selector,
		.field_selector = w->field_selector,
		.metadata_only = w->metadata_only};

	w->relist = false;
	w->listing = gk_kube_list_submit(w->k, &l, on_list, w);
}

/* An ERROR event: its Status decides how to go on. */
static void take_error(struct gk_kube_watch *w, const struct gk_node *object)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const struct gk_kube_about about = {
		.verb = "watch", .object = "objects", .method = "GET", .path = w->res->plural.p};
	struct gk_kube_status s;

	if (!gk_kube_status_read(&a, object, &s))
		s = (struct gk_kube_status){.code = 500};
	(void)gk_kube_status_fail(&w->why, &s, &about);
	if (s.code == 410 || s.code == 504)
		w->relist = true;
	else if (s.code < 500 && s.code != 429)
		w->dead = true;
}

static int bad_event(struct gk_kube_watch *w)
{
	return gk_fail(
		&w->why, GK_EREMOTE, "kube.watch", "the watch sent something that is no event");
}

/* Events of other objects than were asked for have no place here (reliability K3). */
static bool belongs(const struct gk_kube_watch *w, const struct gk_node *object)
{
	struct gk_str ns = gk_node_text(gk_node_path(object, "metadata", "namespace", NULL));
	struct gk_str kind = gk_node_text(gk_node_get(object, "kind"));

	if (!gk_str_eq(kind, w->res->kind) &&
		!(w->metadata_only && gk_str_is(kind, "PartialObjectMetadata")))
		return false;
	return !w->ns.n || gk_str_eq(ns, w->ns);
}

static int take_event(struct gk_kube_watch *w, struct gk_str line)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	const struct gk_node *object;
	struct gk_str type;

	doc.arena.wipe = gk_kube_kind_is_secret(w->res->group, w->res->kind);
	if (gk_json_parse(&doc, "watch", line, w->k->opt.limits, &w->why))
		return bad_event(w);
	type = gk_node_text(gk_node_get(doc.root, "type"));
	object = gk_node_get(doc.root, "object");
	if (!gk_node_is(object, GK_OBJECT))
		return bad_event(w);
	if (gk_str_is(type, "ERROR")) {
		take_error(w, object);
		return -1;
	}
	if (!gk_str_is(type, "BOOKMARK") && !belongs(w, object))
		return bad_event(w);
	all_is_well(w);
	w->delivered = true;
	set_text(&w->version, gk_kube_version(object));
	if (gk_str_is(type, "ADDED") || gk_str_is(type, "MODIFIED"))
		report(w, object);
	else if (gk_str_is(type, "DELETED"))
		report_deleted(w, object);
	return 0;
}

/* Lines come in pieces; one that is not whole yet waits in w->line. */
static int on_data(void *ctx, const struct gk_http_response *head, struct gk_str data)
{
	struct gk_kube_watch *w = ctx;

	(void)head;
	while (data.n && !w->stopped) {
		const char *end = memchr(data.p, '\n', data.n);
		size_t n = end ? (size_t)(end - data.p) : data.n;

		gk_buf_put(&w->line, data.p, n);
		data = gk_str_from(data, end ? n + 1 : n);
		if (w->line.over) {
			w->dead = true;
			return gk_limit_fail(&w->why, "http-line", w->line.max, "a watch event");
		}
		if (!end)
			break;
		if (w->line.n && take_event(w, gk_buf_str(&w->line)))
			return -1;
		gk_buf_reset(&w->line);
	}
	return w->stopped;
}

static int sign(void *ctx, unsigned attempt, struct gk_buf *headers, struct gk_err *err)
{
	struct gk_kube_watch *w = ctx;

	(void)attempt;
	return gk_kube__sign(&w->signer, headers, err);
}

/* The server answered, but not with a stream. */
static void take_refusal(struct gk_kube_watch *w, struct gk_http_response *r)
{
	const struct gk_kube_about about = {.verb = "watch",
		.object = "objects",
		.method = r->method,
		.path = w->res->plural.p};
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	struct gk_kube_status s;

	if (!gk_json_parse(&doc, "watch", gk_buf_str(&r->body), w->k->opt.limits, &w->why) &&
		gk_kube_status_read(&doc.arena, doc.root, &s)) {
		s.code = r->status;
		(void)gk_kube_status_fail(&w->why, &s, &about);
	} else {
		(void)gk_kube_alien_fail(
			&w->why, r->status, gk_buf_str(&r->body), "no Status", &about);
	}
	gk_kube__explain(w->k, &w->why);
	if (r->status == 401 && gk_kube__renew(&w->signer)) {
		later(w, 0);
		return;
	}
	if (r->status == 410 || r->status == 504)
		w->relist = true;
	else if (r->status < 500 && r->status != 429) {
		fail(w);
		return;
	}
	back_off(w, r->retry_after_ms);
}

/* Where to go from the end of a stream that had begun, or could not. */
static void go_on(struct gk_kube_watch *w, bool clean, const struct gk_err *err)
{
	bool brief = !w->delivered && gk_time_mono_ms() - w->began_ms < SHORT_MS;
	bool ours = err->code == GK_ECANCELLED; /* on_data ended it and said why */

	w->signer.renewed = false;
	if (!clean && !ours)
		w->why = *err;
	if (w->dead || (!clean && !ours && !gk_err_retryable(err)))
		fail(w);
	else if (w->relist)
		later(w, 0);
	else if (!clean || brief)
		back_off(w, 0);
	else
		later(w, 0);
}

static void on_end(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	struct gk_kube_watch *w = ctx;

	w->stream = NULL;
	if (r)
		gk_kube__heard(w->k, r);
	if (!w->stopped && r && (r->status < 200 || r->status > 299))
		take_refusal(w, r);
	else if (!w->stopped)
		go_on(w, r != NULL, err);
	destroy_when_idle(w);
}

static void begin_stream(struct gk_kube_watch *w)
{
	static const char *const accept[] = {"Accept: application/json", NULL};
	static const char *const accept_metadata[] = {"Accept: application/json;as="
						      "PartialObjectMetadata;g=meta.k8s.io;v=v1,"
						      "application/json",
		NULL};
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf url = GK_BUF_INIT(0);
	struct gk_http_request q = {.method = "GET",
		.headers = w->metadata_only ? accept_metadata : accept,
		.route = gk_cred_route(w->k->cred),
		.idle_ms = w->silence_ms,
		.retry = GK_HTTP_NEVER,
		.secret = gk_kube_kind_is_secret(w->res->group, w->res->kind),
		.data = on_data,
		.sign = sign,
		.done = on_end,
		.ctx = w};

	gk_kube_path(&path, w->res, w->ns, GK_STR_NULL, NULL);
	gk_buf_puts(&path, "?watch=true&allowWatchBookmarks=true");
	gk_buf_printf(&path, "&timeoutSeconds=%d", STREAM_S);
	gk_url_query(&path, "resourceVersion", gk_str_c(w->version));
	if (w->label_selector)
		gk_url_query(&path, "labelSelector", gk_str_c(w->label_selector));
	if (w->field_selector)
		gk_url_query(&path, "fieldSelector", gk_str_c(w->field_selector));
	gk_kube__url(w->k, &url, gk_buf_cstr(&path));
	q.url = gk_buf_cstr(&url);
	gk_buf_reset(&w->line);
	w->delivered = false;
	w->began_ms = gk_time_mono_ms();
	w->stream = gk_http_submit(gk_kube_http(w->k), &q);
}

static void proceed(void *ctx)
{
	struct gk_kube_watch *w = ctx;

	w->timer = NULL;
	if (w->relist || !w->version)
		begin_list(w);
	else
		begin_stream(w);
}

static const char *keep(struct gk_kube_watch *w, const char *s)
{
	return s ? gk_arena_strdup(&w->arena, s) : NULL;
}

struct gk_kube_watch *gk_kube_watch_start(
	struct gk_kube *k, const struct gk_kube_watch_options *opt, gk_watch_fn fn, void *ctx)
{
	struct gk_kube_watch *w = gk_xcalloc(1, sizeof *w);

	w->k = w->signer.k = k;
	w->res = opt->res;
	w->ns = (struct gk_str){gk_arena_memdup0(&w->arena, opt->ns.p, opt->ns.n), opt->ns.n};
	w->label_selector = keep(w, opt->label_selector);
	w->field_selector = keep(w, opt->field_selector);
	w->metadata_only = opt->metadata_only;
	w->silence_ms = opt->silence_ms ? opt->silence_ms : SILENCE_MS;
	w->pause_ms = PAUSE_MS;
	w->line.max = k->opt.limits->http_line;
	w->line.secret = gk_kube_kind_is_secret(w->res->group, w->res->kind);
	set_text(&w->version, opt->version);
	w->fn = fn;
	w->ctx = ctx;
	later(w, 0);
	return w;
}

void gk_kube_watch_stop(struct gk_kube_watch *w)
{
	w->stopped = true;
	gk_http_timer_cancel(gk_kube_http(w->k), w->timer);
	w->timer = NULL;
	if (w->stream)
		gk_http_cancel(w->stream);
	if (w->listing)
		gk_kube_list_cancel(w->listing);
	destroy_when_idle(w);
}

void gk_kube_watch_know(
	struct gk_kube_watch *w, struct gk_str ns, struct gk_str name, struct gk_str version)
{
	(void)remember(w, ns, name, version);
}
