/*
 * A call's way: request (request.c), attempts (lib/http, judged here), answer.
 *
 * A POST whose outcome is unknown is followed by a GET of the same object: ASKING becomes
 * CHECKING, and the error of the POST stands unless the object is found.
 */
#include "base/io.h"
#include "doc/json.h"
#include "kube/op.h"

enum { NOT_SERVED_MS = 10000 };

static void end(struct gk_kube_op *op)
{
	op->done(op->ctx, &op->reply);
	gk_kube_reply_done(&op->reply);
	gk_buf_done(&op->body);
	gk_arena_done(&op->arena);
	gk_free(op);
}

void gk_kube_reply_done(struct gk_kube_reply *r)
{
	gk_doc_done(&r->doc);
	gk_buf_done(&r->text);
	gk_free((char *)(uintptr_t)r->audit_id);
	*r = (struct gk_kube_reply)GK_KUBE_REPLY_INIT;
}

static int sign(void *ctx, unsigned attempt, struct gk_buf *headers, struct gk_err *err)
{
	struct gk_kube_op *op = ctx;

	(void)attempt;
	return gk_kube__sign(&op->signer, headers, err);
}

static const struct gk_http_route *reroute(void *ctx)
{
	struct gk_kube_op *op = ctx;

	return gk_cred_route(op->k->cred);
}

static bool says(const struct gk_http_response *r, const char *part)
{
	return gk_str_has(gk_buf_str(&r->body), gk_str_c(part));
}

/*
 * What passes by itself soon after a change: a kind whose CRD this replica does not serve
 * yet, the default account of a new namespace.
 */
static bool is_settling(struct gk_kube_op *op, const struct gk_http_response *r)
{
	bool writes = op->c.body && op->c.res;
	int64_t since = gk_time_mono_ms() - op->began_ms;

	if (!writes || since > NOT_SERVED_MS)
		return false;
	return (r->status == 404 && says(r, "could not find the requested resource")) ||
	       (r->status == 403 && says(r, "error looking up service account"));
}

static enum gk_http_verdict judge(void *ctx, const struct gk_http_response *r)
{
	struct gk_kube_op *op = ctx;

	if (r->status == 401)
		return gk_kube__renew(&op->signer) ? GK_HTTP_AGAIN_NOW : GK_HTTP_ACCEPT;
	if (op->retry != GK_HTTP_IDEMPOTENT)
		return GK_HTTP_JUDGE_DEFAULT;
	if (r->status == 500 && says(r, "failed calling webhook"))
		return GK_HTTP_AGAIN_LONG;
	if (r->status == 500 && says(r, "etcdserver:"))
		return GK_HTTP_AGAIN;
	if (is_settling(op, r))
		return GK_HTTP_AGAIN;
	return GK_HTTP_JUDGE_DEFAULT;
}

static int identity_fail(struct gk_kube_op *op, const char *what, struct gk_str got)
{
	struct gk_err *err = &op->reply.err;

	gk_fail(err, GK_EREMOTE, "kube.identity",
		"cannot %s %s: the API server answered with another %s", op->about.verb,
		op->about.object, what);
	gk_note(err, "it answered '%.*s'", GK_SARG(got));
	return -1;
}

/* The answer must be about what was asked for (reliability K3). */
static int check_identity(struct gk_kube_op *op, const struct gk_node *root)
{
	const struct gk_kube_resource *res = op->c.res;
	const struct gk_node *meta = gk_node_get(root, "metadata");
	struct gk_str kind = gk_node_text(gk_node_get(root, "kind"));
	struct gk_str name = gk_node_text(gk_node_get(meta, "name"));
	struct gk_str ns = gk_node_text(gk_node_get(meta, "namespace"));
	struct gk_str uid = gk_node_text(gk_node_get(meta, "uid"));

	if (!res || !op->c.name.n || op->c.subresource)
		return 0;
	if (!gk_str_eq(kind, res->kind) &&
		!(op->c.metadata_only && gk_str_is(kind, "PartialObjectMetadata")))
		return identity_fail(op, "kind", kind);
	if (!gk_str_eq(name, op->c.name))
		return identity_fail(op, "name", name);
	if (res->namespaced && !gk_str_eq(ns, op->c.ns))
		return identity_fail(op, "namespace", ns);
	if (op->c.uid.n && !gk_str_eq(uid, op->c.uid))
		return identity_fail(op, "uid", uid);
	return 0;
}

static bool is_json(const struct gk_http_response *r)
{
	struct gk_str type = gk_http_header(r, "Content-Type");

	return gk_str_starts(type, GK_STR("application/json")) ||
	       gk_str_starts(type, GK_STR("application/apply-patch"));
}

static int alien(struct gk_kube_op *op, const struct gk_http_response *r)
{
	struct gk_str type = gk_http_header(r, "Content-Type");
	const char *copy = gk_arena_memdup0(&op->arena, type.p ? type.p : "", type.n);

	return gk_kube_alien_fail(
		&op->reply.err, r->status, gk_buf_str(&r->body), copy, &op->about);
}

/* The tree of the answer in reply.doc. */
static int parse(struct gk_kube_op *op, const struct gk_http_response *r)
{
	struct gk_doc *doc = op->into ? op->into : &op->reply.doc;
	struct gk_err *err = &op->reply.err;

	if (!is_json(r))
		return alien(op, r);
	doc->arena.wipe = doc->arena.wipe || op->about.secret;
	if (gk_json_parse(doc, op->about.object, gk_buf_str(&r->body), op->k->opt.limits, err)) {
		bool limit = err->code == GK_ELIMIT;

		/* Positions in an answer help nobody, and its text may be secret. */
		if (!limit)
			alien(op, r);
		return gk_ctx(err, "cannot read the answer");
	}
	return 0;
}

/* 2xx */
static int take_answer(struct gk_kube_op *op, struct gk_http_response *r)
{
	struct gk_kube_reply *reply = &op->reply;
	const struct gk_node *root;

	reply->created = r->status == 201;
	if (op->c.text) {
		reply->text = r->body;
		r->body = (struct gk_buf){0};
		return 0;
	}
	if (parse(op, r))
		return -1;
	root = op->into ? op->into->root : reply->doc.root;
	if (!gk_node_is(root, GK_OBJECT))
		return alien(op, r);
	if (op->is_delete && gk_str_is(gk_node_text(gk_node_get(root, "kind")), "Status")) {
		reply->gone = true;
		return 0;
	}
	return check_identity(op, root);
}

/* All other statuses. */
static int take_refusal(struct gk_kube_op *op, struct gk_http_response *r)
{
	struct gk_kube_reply *reply = &op->reply;
	struct gk_doc *into = op->into;

	op->into = NULL;
	if (is_json(r) && !parse(op, r) &&
		gk_kube_status_read(&reply->doc.arena, reply->doc.root, &reply->status)) {
		reply->status.code = r->status;
		if (op->is_delete && r->status == 404 && reply->status.name.n) {
			reply->gone = true;
			return 0;
		}
		gk_kube_status_fail(&reply->err, &reply->status, &op->about);
	} else {
		alien(op, r);
	}
	op->into = into;
	gk_kube__explain(op->k, &reply->err);
	return -1;
}

static void keep_audit_id(struct gk_kube_op *op, const struct gk_http_response *r)
{
	struct gk_str id = gk_http_header(r, "Audit-Id");

	if (id.n && id.n <= 128)
		op->reply.audit_id = gk_xmemdup0(id.p, id.n);
	op->about.audit_id = op->reply.audit_id;
}

/* The POST may have worked: look. */
static bool must_check(const struct gk_kube_op *op, const struct gk_err *err)
{
	return op->state == OP_ASKING && op->is_create && !op->c.dry_run && op->c.name.n &&
	       (err->code == GK_ENET || err->code == GK_ETIMEOUT) &&
	       strcmp(err->slug, "http.connect") && strcmp(err->slug, "http.resolve");
}

static void on_done(void *ctx, struct gk_http_response *r, struct gk_err *err)
{
	struct gk_kube_op *op = ctx;
	struct gk_kube_reply *reply = &op->reply;
	bool ok;

	if (op->state == OP_CHECKING && (!r || r->status != 200)) {
		end(op); /* with the error of the POST */
		return;
	}
	if (!r) {
		reply->failed = true;
		reply->err = *err;
		gk_ctx(&reply->err, "cannot %s %s", op->about.verb, op->about.object);
		gk_kube__explain(op->k, &reply->err);
		if (must_check(op, err)) {
			gk_kube__check(op);
			return;
		}
		end(op);
		return;
	}
	gk_kube__heard(op->k, r);
	gk_err_reset(&reply->err);
	reply->http = r->status;
	reply->repeated = op->state == OP_CHECKING || r->attempts > 1;
	keep_audit_id(op, r);
	ok = r->status >= 200 && r->status < 300;
	reply->failed = (ok ? take_answer(op, r) : take_refusal(op, r)) != 0;
	end(op);
}

void gk_kube__send(struct gk_kube_op *op, struct gk_http_request *q)
{
	q->retry = op->retry;
	q->route = gk_cred_route(op->k->cred);
	q->sign = sign;
	q->reroute = reroute;
	q->judge = judge;
	q->done = on_done;
	q->ctx = op;
	op->http = gk_http_submit(op->k->opt.http, q);
}

void gk_kube_cancel(struct gk_kube_op *op)
{
	gk_http_cancel(op->http);
}

struct blocking {
	struct gk_kube_reply *ret;
	bool done;
};

static void on_blocking_done(void *ctx, struct gk_kube_reply *reply)
{
	struct blocking *b = ctx;

	*b->ret = *reply;
	*reply = (struct gk_kube_reply)GK_KUBE_REPLY_INIT;
	b->done = true;
}

static int wait_for(struct gk_kube *k, struct blocking *b, struct gk_err *err)
{
	/* A loop that cannot even wait is broken beyond what its operations could tell. */
	while (!b->done)
		if (gk_http_step(k->opt.http, -1, err))
			return -1;
	if (b->ret->failed)
		*err = b->ret->err;
	return b->ret->failed ? -1 : 0;
}

int gk_kube_do(struct gk_kube *k, const struct gk_kube_call *c, struct gk_kube_reply *ret,
	struct gk_err *err)
{
	struct blocking b = {.ret = ret};

	(void)gk_kube_submit(k, c, on_blocking_done, &b);
	return wait_for(k, &b, err);
}

int gk_kube_list_do(struct gk_kube *k, const struct gk_kube_list *l, struct gk_kube_reply *ret,
	struct gk_err *err)
{
	struct blocking b = {.ret = ret};

	(void)gk_kube_list_submit(k, l, on_blocking_done, &b);
	return wait_for(k, &b, err);
}
