/*
 * A LIST in pages of one snapshot.  A chain that the server cannot go on with (410) starts
 * over: pages of two snapshots would show a state that never was.  After three times it is
 * asked for without pages.
 */
#include <stdio.h>

#include "http/url.h"
#include "kube/kube-priv.h"

enum { PAGE = 500, RESTARTS = 3 };

struct gk_kube_listing {
	struct gk_kube *k;
	struct gk_arena arena;
	const struct gk_kube_resource *res;
	struct gk_str ns;
	const char *base; /* path and parameters but those of paging */
	const char *api_version, *list_kind;
	bool metadata_only, cached;
	unsigned limit, restarts;
	struct gk_doc doc;     /* all pages */
	struct gk_node *items; /* of all pages so far, or NULL */
	gk_kube_done_fn done;
	void *ctx;
	struct gk_kube_op *op;
};

static void ask(struct gk_kube_listing *l, struct gk_str next);

static void finish(struct gk_kube_listing *l, struct gk_kube_reply *reply)
{
	gk_doc_done(&reply->doc);
	reply->doc = l->doc;
	l->doc = (struct gk_doc)GK_DOC_INIT;
	if (reply->failed)
		gk_doc_done(&reply->doc);
	l->done(l->ctx, reply);
	gk_arena_done(&l->arena);
	gk_free(l);
}

static void fail(struct gk_kube_listing *l, struct gk_kube_reply *reply, const char *what)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_kube__object_name(&b, l->res, l->ns, GK_STR_NULL);
	reply->failed = true;
	gk_fail(&reply->err, GK_EREMOTE, "kube.identity",
		"cannot list %s: the API server answered with %s", gk_buf_cstr(&b), what);
	finish(l, reply);
}

static bool is_list_of(const struct gk_kube_listing *l, const struct gk_node *root)
{
	struct gk_str kind = gk_node_text(gk_node_get(root, "kind"));
	const struct gk_node *items = gk_node_get(root, "items");

	if (items && !gk_node_is(items, GK_ARRAY) && !gk_node_is(items, GK_NULL))
		return false;
	return gk_str_is(kind, l->list_kind) || gk_str_is(kind, "List") ||
	       (l->metadata_only && gk_str_is(kind, "PartialObjectMetadataList"));
}

/* Items of a list carry neither apiVersion nor kind; and they must lie where we asked. */
static bool adopt(struct gk_kube_listing *l, struct gk_node *item)
{
	struct gk_arena *a = &l->doc.arena;
	struct gk_str ns = gk_node_text(gk_node_path(item, "metadata", "namespace", NULL));

	if (!gk_node_is(item, GK_OBJECT) || (l->ns.n && !gk_str_eq(ns, l->ns)))
		return false;
	(void)gk_node_set_str(a, item, "apiVersion", gk_str_c(l->api_version));
	(void)gk_node_set_str(a, item, "kind", l->res->kind);
	return true;
}

/* Move this page's items behind those of the pages before it. */
static bool take_page(struct gk_kube_listing *l)
{
	struct gk_node *root = l->doc.root;
	struct gk_node *page = gk_node_need(&l->doc.arena, root, "items", GK_ARRAY), *next;

	for (struct gk_node *item = gk_node_children(page); item; item = item->next)
		if (!adopt(l, item))
			return false;
	if (!l->items) {
		l->items = page;
		return true;
	}
	for (struct gk_node *item = gk_node_children(page); item; item = next) {
		next = item->next;
		item->next = NULL;
		gk_node_append(l->items, item);
	}
	page->first = page->last = NULL;
	page->count = 0;
	return true;
}

static void start_over(struct gk_kube_listing *l)
{
	gk_doc_done(&l->doc);
	l->items = NULL;
	if (++l->restarts >= RESTARTS)
		l->limit = 0;
	ask(l, GK_STR_NULL);
}

static void on_page(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_kube_listing *l = ctx;
	struct gk_node *page;
	struct gk_str next;

	if (reply->failed && reply->http == 410 && l->restarts < RESTARTS) {
		start_over(l);
		return;
	}
	if (reply->failed) {
		finish(l, reply);
		return;
	}
	if (!is_list_of(l, l->doc.root)) {
		fail(l, reply, "another kind");
		return;
	}
	if (!take_page(l)) {
		fail(l, reply, "objects of another namespace");
		return;
	}
	next = gk_node_text(gk_node_path(l->doc.root, "metadata", "continue", NULL));
	if (next.n) {
		ask(l, next);
		return;
	}
	page = gk_node_get(l->doc.root, "items");
	if (page != l->items)
		gk_node_replace(l->doc.root, page, l->items);
	finish(l, reply);
}

static void ask(struct gk_kube_listing *l, struct gk_str next)
{
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);
	struct gk_kube_call c;
	char limit[16];

	gk_buf_puts(&path, l->base);
	if (l->limit) {
		(void)snprintf(limit, sizeof limit, "%u", l->limit);
		gk_url_query(&path, "limit", gk_str_c(limit));
	}
	if (next.n)
		gk_url_query(&path, "continue", next);
	else if (l->cached)
		gk_url_query(&path, "resourceVersion", GK_STR("0"));
	c = gk_kube_get(l->res, l->ns, GK_STR_NULL);
	c.verb = "list";
	c.path = gk_buf_cstr(&path);
	c.metadata_only = l->metadata_only;
	l->op = gk_kube__submit_into(l->k, &c, &l->doc, on_page, l);
}

struct gk_kube_listing *gk_kube_list_submit(
	struct gk_kube *k, const struct gk_kube_list *list, gk_kube_done_fn done, void *ctx)
{
	struct gk_kube_listing *l = gk_xcalloc(1, sizeof *l);
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	const struct gk_kube_resource *res = list->res;

	l->k = k;
	l->res = res;
	l->ns = (struct gk_str){gk_arena_memdup0(&l->arena, list->ns.p, list->ns.n), list->ns.n};
	l->metadata_only = list->metadata_only;
	l->cached = list->cached;
	l->limit = list->limit ? list->limit : PAGE;
	l->done = done;
	l->ctx = ctx;
	l->list_kind = gk_arena_printf(&l->arena, "%.*sList", GK_SARG(res->kind));
	l->api_version = gk_arena_printf(&l->arena, res->group.n ? "%.*s/%.*s" : "%.*s%.*s",
		GK_SARG(res->group), GK_SARG(res->version));
	gk_kube_path(&b, res, list->ns, GK_STR_NULL, NULL);
	if (list->label_selector)
		gk_url_query(&b, "labelSelector", gk_str_c(list->label_selector));
	if (list->field_selector)
		gk_url_query(&b, "fieldSelector", gk_str_c(list->field_selector));
	l->base = gk_arena_strdup(&l->arena, gk_buf_cstr(&b));
	ask(l, GK_STR_NULL);
	return l;
}

void gk_kube_list_cancel(struct gk_kube_listing *l)
{
	gk_kube_cancel(l->op);
}
