/* Deleting an object, and making sure that it is gone. */
#include "sync/apply-priv.h"

#include "base/io.h"

enum { FIRST_MS = 50, LONGEST_MS = 2000, HELD_MS = 15000 };

struct gk_wait {
	struct gk_apply_run *run;
	const struct gk_kube_resource *res;
	struct gk_ref ref;
	struct gk_str uid;
	int64_t pause_ms, begin_ms;
	bool told; /* the finalizers that hold it were named */
	gk_gone_fn fn;
	void *ctx;
};

static void look(struct gk_wait *w);

static void on_timer(void *ctx)
{
	look(ctx);
}

static void finish(struct gk_wait *w, const struct gk_err *err)
{
	w->run->busy--;
	w->fn(w->ctx, err);
}

static void out_of_time(struct gk_wait *w)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_EUNHEALTHY, "apply.not-gone", "%s is being deleted and is still there",
		gk_ref_text(&w->run->arena, &w->ref));
	finish(w, &err);
}

static void put_finalizers(struct gk_buf *b, const struct gk_node *object)
{
	gk_node_foreach (f, gk_node_path(object, "metadata", "finalizers", NULL)) {
		gk_buf_puts(b, b->n ? ", " : "");
		gk_buf_putstr(b, gk_node_text(f));
	}
}

/* What holds an object is told once, while there is time to do something about it. */
static void tell_holders(struct gk_wait *w, const struct gk_node *object)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(4096);
	struct gk_diags *diags = w->run->opt->session->diags;

	if (w->told || gk_time_mono_ms() - w->begin_ms < HELD_MS)
		return;
	w->told = true;
	put_finalizers(&b, object);
	gk_diags_add(diags, GK_SEV_NOTE, "apply.finalizers", (struct gk_pos){NULL, 0, 0},
		"the deletion of %s waits for: %s", gk_ref_text(&w->run->arena, &w->ref),
		b.n ? gk_buf_cstr(&b) : "its grace period");
}

static void wait_on(struct gk_wait *w, const struct gk_node *object)
{
	if (object)
		tell_holders(w, object);
	if (w->run->timed_out || w->run->stopped) {
		out_of_time(w);
		return;
	}
	gk_http_timer(w->run->opt->session->http, w->pause_ms, on_timer, w);
	w->pause_ms = w->pause_ms * 2 > LONGEST_MS ? LONGEST_MS : w->pause_ms * 2;
}

static void on_look(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_wait *w = ctx;

	if (reply->failed && reply->http == 404)
		finish(w, NULL);
	else if (reply->failed)
		finish(w, &reply->err);
	else if (!gk_str_eq(gk_kube_uid(reply->doc.root), w->uid))
		finish(w, NULL);
	else
		wait_on(w, reply->doc.root);
}

static void look(struct gk_wait *w)
{
	struct gk_kube_call call = gk_kube_get(w->res, w->ref.ns, w->ref.name);

	call.metadata_only = true;
	gk_kube_submit(w->run->opt->session->kube, &call, on_look, w);
}

static void on_deleted(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_wait *w = ctx;

	if (reply->failed)
		finish(w, &reply->err);
	else if (reply->gone)
		finish(w, NULL);
	else
		wait_on(w, NULL);
}

static struct gk_wait *new_wait(struct gk_apply_run *r, const struct gk_kube_resource *res,
	const struct gk_ref *ref, struct gk_str uid, gk_gone_fn fn, void *ctx)
{
	struct gk_wait *w = gk_arena_zalloc(&r->arena, sizeof *w);

	*w = (struct gk_wait){.run = r,
		.res = res,
		.ref = *ref,
		.uid = uid,
		.pause_ms = FIRST_MS,
		.begin_ms = gk_time_mono_ms(),
		.fn = fn,
		.ctx = ctx};
	r->busy++;
	return w;
}

void gk_apply__delete(struct gk_apply_run *r, const struct gk_kube_resource *res,
	const struct gk_ref *ref, struct gk_str uid, gk_gone_fn fn, void *ctx)
{
	struct gk_wait *w = new_wait(r, res, ref, uid, fn, ctx);
	struct gk_kube_call call = gk_kube_delete(res, ref->ns, ref->name, uid);

	/* What belongs to the object goes before it, so that its end is the end of all. */
	call.propagation = GK_FOREGROUND;
	gk_kube_submit(r->opt->session->kube, &call, on_deleted, w);
}

void gk_apply__await_gone(struct gk_apply_run *r, const struct gk_kube_resource *res,
	const struct gk_ref *ref, struct gk_str uid, gk_gone_fn fn, void *ctx)
{
	look(new_wait(r, res, ref, uid, fn, ctx));
}
