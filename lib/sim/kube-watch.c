#include "base/io.h"
#include "base/mem.h"
#include "base/num.h"
#include "doc/json.h"
#include "sim/kube-select.h"
#include "sim/sim-priv.h"

enum { DEFAULT_TIMEOUT_S = 1800, BOOKMARK_MS = 60000 };

struct gk_sim_watch {
	struct gk_sim_watch *next, **prev; /* of the resource */
	struct gk_sim_kreq k;
	struct gk_sim_scope scope;
	struct gk_sim_stream *stream;
	uint64_t bookmark_timer, end_timer;
	bool bookmarks, headed; /* headed: the columns of a table were sent */
	int64_t events;
};

static void put_object(struct gk_buf *b, struct gk_sim_watch *w, struct gk_sim_obj *o)
{
	switch (w->k.as) {
	case GK_SIM_AS_OBJECT:
		gk_sim_print_object(b, &w->k, o, false);
		break;
	case GK_SIM_AS_METADATA:
		gk_sim_print_metadata(b, o);
		break;
	case GK_SIM_AS_TABLE:
		gk_sim_print_table(b, &w->k, &o, 1, o->rv, GK_STR_NULL, !w->headed);
		w->headed = true;
		break;
	}
}

/* A rule may put a line of its own into the stream, at a chosen place. */
static void inject(struct gk_sim_watch *w)
{
	const struct gk_sim_fault *f = w->k.r->fault;

	if (!f || !f->watch_event.p || w->events != (f->watch_after < 0 ? 0 : f->watch_after))
		return;
	gk_sim_stream_put(w->stream, f->watch_event);
	gk_sim_stream_put(w->stream, GK_STR("\n"));
	if (gk_str_has(f->watch_event, GK_STR("\"ERROR\"")))
		gk_sim_stream_end(w->stream, true);
}

static void send(struct gk_sim_watch *w, const char *type, struct gk_sim_obj *o)
{
	struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b, "{\"type\":\"%s\",\"object\":", type);
	put_object(&b, w, o);
	gk_buf_puts(&b, "}\n");
	gk_sim_stream_put(w->stream, gk_buf_str(&b));
	gk_buf_done(&b);
	w->events++;
	inject(w);
}

/* To a selector that an object no longer meets, it is deleted: as it was, under the new revision.
 */
static void send_gone(struct gk_sim_watch *w, const struct gk_sim_change *c)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_sim_obj *o;

	doc.root = gk_node_dup(&doc.arena, c->before->doc.root);
	gk_node_set_str(&doc.arena, gk_node_get(doc.root, "metadata"), "resourceVersion",
		gk_sim_meta(c->after->doc.root, "resourceVersion"));
	o = gk_sim_obj_make(&doc);
	send(w, "DELETED", o);
	gk_sim_obj_unref(o);
}

static void tell(struct gk_sim_watch *w, const struct gk_sim_change *c)
{
	bool was = c->before && gk_sim_scope_has(&w->scope, c->before);
	bool is = !c->deleted && gk_sim_scope_has(&w->scope, c->after);

	if (is)
		send(w, was ? "MODIFIED" : "ADDED", c->after);
	else if (was && c->deleted)
		send(w, "DELETED", c->after);
	else if (was)
		send_gone(w, c);
}

void gk_sim_watch_changed(
	struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_change *change)
{
	(void)sim;
	for (struct gk_sim_watch *w = res->watches, *next; w; w = next) {
		next = w->next;
		tell(w, change);
	}
}

void gk_sim_watch_end_all(struct gk_sim_res *res)
{
	for (struct gk_sim_watch *w = res->watches; w; w = w->next)
		gk_sim_stream_end(w->stream, true);
}

static void send_bookmark(struct gk_sim_watch *w, bool initial_end)
{
	const struct gk_sim_kreq *k = &w->k;
	const char *group = k->res->group;
	bool meta = k->as == GK_SIM_AS_METADATA;
	struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b, "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\",",
		meta ? "PartialObjectMetadata" : k->res->kind);
	if (meta)
		gk_buf_puts(&b, "\"apiVersion\":\"meta.k8s.io/v1\"");
	else
		gk_buf_printf(&b, "\"apiVersion\":\"%s%s%s\"", group, *group ? "/" : "",
			k->version->name);
	gk_buf_printf(&b, ",\"metadata\":{\"resourceVersion\":\"%llu\"%s}}}\n",
		(unsigned long long)k->sim->store.rv,
		initial_end ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "");
	gk_sim_stream_put(w->stream, gk_buf_str(&b));
	gk_buf_done(&b);
}

static void on_bookmark(void *ctx)
{
	struct gk_sim_watch *w = ctx;
	int64_t every = w->k.sim->opt.bookmark_ms;

	send_bookmark(w, false);
	w->bookmark_timer =
		gk_sim_timer_add(&w->k.sim->loop, every > 0 ? every : BOOKMARK_MS, on_bookmark, w);
}

static void on_timeout(void *ctx)
{
	struct gk_sim_watch *w = ctx;

	w->end_timer = 0;
	gk_sim_stream_end(w->stream, true);
}

static void on_closed(void *ctx)
{
	struct gk_sim_watch *w = ctx;

	gk_sim_timer_cancel(&w->k.sim->loop, w->bookmark_timer);
	gk_sim_timer_cancel(&w->k.sim->loop, w->end_timer);
	gk_sim_scope_done(&w->scope);
	*w->prev = w->next;
	if (w->next)
		w->next->prev = w->prev;
}

static void send_initial(struct gk_sim_watch *w)
{
	struct gk_sim_objs l = {0};

	if (gk_sim_store_list(&w->k.sim->store, w->k.res, w->k.ns, 0, &l) == 0)
		for (size_t i = 0; i < l.n; i++)
			if (gk_sim_scope_has(&w->scope, l.v[i]))
				send(w, "ADDED", l.v[i]);
	gk_sim_objs_done(&l);
}

static void send_expired(struct gk_sim_watch *w, uint64_t rv)
{
	struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b,
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
		"\"metadata\":{},\"status\":\"Failure\",\"message\":\"too old resource version: "
		"%llu (%llu)\",\"reason\":\"Expired\",\"code\":410}}\n",
		(unsigned long long)rv, (unsigned long long)w->k.res->storage->compacted + 1);
	gk_sim_stream_put(w->stream, gk_buf_str(&b));
	gk_buf_done(&b);
	gk_sim_stream_end(w->stream, true);
}

static void send_since(struct gk_sim_watch *w, uint64_t rv)
{
	const struct gk_sim_res *res = w->k.res->storage;
	const struct gk_sim_change *c;

	if (rv < res->compacted) {
		send_expired(w, rv);
		return;
	}
	for (size_t i = 0; (c = gk_sim_res_change(&w->k.sim->store, res, i)); i++)
		if (c->rv > rv)
			tell(w, c);
}

static int read_timeout(struct gk_sim_kreq *k, uint64_t *ret_s)
{
	struct gk_str text = gk_sim_param(k->r, "timeoutSeconds");
	struct gk_err err = GK_ERR_INIT;

	*ret_s = DEFAULT_TIMEOUT_S;
	if (text.n && gk_num_u64(text, 0, 86400, ret_s, &err))
		return gk_sim_fail_bad(k, "timeoutSeconds: a number is expected");
	if (*ret_s == 0)
		*ret_s = DEFAULT_TIMEOUT_S;
	return 0;
}

static int check_initial(struct gk_sim_kreq *k)
{
	struct gk_str match = gk_sim_param(k->r, "resourceVersionMatch");

	if (gk_sim_param(k->r, "sendInitialEvents").n && !gk_str_is(match, "NotOlderThan")) {
		gk_sim_cause(k, "FieldValueForbidden", "resourceVersionMatch",
			"Forbidden: sendInitialEvents requires setting resourceVersionMatch to "
			"NotOlderThan");
		return gk_sim_fail_invalid(k);
	}
	if (match.n && !gk_sim_param(k->r, "sendInitialEvents").n) {
		gk_sim_cause(k, "FieldValueForbidden", "resourceVersionMatch",
			"Forbidden: resourceVersionMatch is forbidden for watch unless "
			"sendInitialEvents is provided");
		return gk_sim_fail_invalid(k);
	}
	return 0;
}

/* The watch cache is the first to read it, and words it so. */
static int check_number(struct gk_sim_kreq *k)
{
	struct gk_str text = gk_sim_param(k->r, "resourceVersion");
	struct gk_err err = GK_ERR_INIT;
	uint64_t rv;

	if (!text.n || gk_num_u64(text, 0, UINT64_MAX, &rv, &err) == 0)
		return 0;
	return gk_sim_fail(k, 500, "",
		"resourceVersion: Invalid value: \"%.*s\": strconv.ParseUint: parsing \"%.*s\": "
		"invalid syntax",
		GK_SARG(text), GK_SARG(text));
}

static void link_watch(struct gk_sim_watch *w)
{
	struct gk_sim_res *res = w->k.res->storage;

	w->next = res->watches;
	w->prev = &res->watches;
	if (w->next)
		w->next->prev = &w->next;
	res->watches = w;
}

static void start(struct gk_sim_watch *w, uint64_t rv, uint64_t timeout_s)
{
	struct gk_sim_kreq *k = &w->k;
	bool initial = gk_sim_param_true(k->r, "sendInitialEvents");
	int64_t every = k->sim->opt.bookmark_ms;

	k->r->status = 200;
	k->r->content_type = "application/json";
	link_watch(w);
	w->stream = gk_sim_stream_open(k->r, on_closed, w);
	inject(w);
	if (initial || (rv == 0 && !gk_sim_param(k->r, "sendInitialEvents").n))
		send_initial(w);
	else if (rv)
		send_since(w, rv);
	if (initial)
		send_bookmark(w, true);
	w->end_timer = gk_sim_timer_add(&k->sim->loop, (int64_t)timeout_s * 1000, on_timeout, w);
	if (w->bookmarks)
		w->bookmark_timer = gk_sim_timer_add(
			&k->sim->loop, every > 0 ? every : BOOKMARK_MS, on_bookmark, w);
}

int gk_sim_watch(struct gk_sim_kreq *k)
{
	struct gk_sim_watch *w = gk_arena_zalloc(k->arena, sizeof *w);
	uint64_t rv, timeout_s;

	if (check_initial(k) || check_number(k) || gk_sim_read_revision(k, &rv) ||
		read_timeout(k, &timeout_s) || gk_sim_scope_read(k, &w->scope))
		return -1;
	w->k = *k;
	w->k.user = (struct gk_sim_user){0};
	w->bookmarks = gk_sim_param_true(k->r, "allowWatchBookmarks");
	start(w, rv, timeout_s);
	return 0;
}
