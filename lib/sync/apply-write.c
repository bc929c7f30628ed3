/* Writing an object: server-side apply, and what its answer means. */
#include "sync/apply-priv.h"

#include "base/io.h"

enum {
	SERVED_MS = 10000, /* a kind is served a moment after its CRD is established */
	AGAIN_MS = 200,
	TERMINATING_MS = 1000
};

static struct gk_str keep(struct gk_apply_run *r, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(&r->arena, s.p ? s.p : "", s.n), s.n};
}

static void on_again(void *ctx)
{
	struct gk_apply_node *n = ctx;

	n->timer = NULL;
	gk_apply__write(n);
}

static void again(struct gk_apply_node *n, int64_t after_ms)
{
	n->timer = gk_http_timer(n->run->opt->session->http, after_ms, on_again, n);
}

/* ---- the answer ---- */

static void note_written(struct gk_apply_node *n, const struct gk_node *object)
{
	struct gk_apply_run *r = n->run;
	int64_t generation = 0;

	n->uid = keep(r, gk_kube_uid(object));
	n->version = keep(r, gk_kube_version(object));
	(void)gk_node_int(gk_node_path(object, "metadata", "generation", NULL), &generation);
	if (r->opt->id && !n->target->marks.hook)
		gk_inventory_put(&r->inv, gk_apply__ref(n), n->uid, generation);
}

/* Failures that pass by themselves within the node's time. */
static bool passes(struct gk_apply_node *n, const struct gk_kube_reply *reply)
{
	int64_t age_ms = gk_time_mono_ms() - n->begin_ms;

	if (n->run->stopped)
		return false;
	if (reply->http == 403 && gk_kube_status_has(&reply->status, "NamespaceTerminating")) {
		again(n, TERMINATING_MS);
		return true;
	}
	if (reply->http == 404 && age_ms < SERVED_MS) {
		n->run->reload = true;
		again(n, AGAIN_MS);
		return true;
	}
	return false;
}

static void on_written(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_apply_node *n = ctx;
	struct gk_err err = GK_ERR_INIT;

	if (reply->failed && passes(n, reply))
		return;
	if (reply->failed && gk_apply__takes_back(n, reply)) {
		gk_apply__write(n);
		return;
	}
	if (reply->failed) {
		gk_apply__refusal(n, reply, &err);
		gk_apply__failed(n, &err);
		return;
	}
	note_written(n, reply->doc.root);
	/*
	 * A repeated request may find what its first attempt had made, and curl repeats one by
	 * itself when a kept connection breaks: what was not there before is new.
	 */
	if (reply->created || n->target->made || !n->target->exists)
		n->result = "created";
	else
		n->result = gk_str_eq(n->version, n->target->version) ? "unchanged" : "configured";
	gk_apply__event(n, n->target->marks.hook ? "hook" : "apply", "Successful", NULL);
	gk_apply__settle(n, reply->doc.root);
}

/* ---- the request ---- */

void gk_apply__on_gone(void *ctx, const struct gk_err *err)
{
	struct gk_apply_node *n = ctx;
	struct gk_err copy;

	if (err) {
		copy = *err;
		gk_apply__failed(n, &copy);
		return;
	}
	n->target->terminating = n->target->exists = false;
	n->target->version = GK_STR_NULL;
	gk_apply__write(n);
}

/* A kind of this set may be served by now. */
static bool find_resource(struct gk_apply_node *n)
{
	struct gk_target *t = n->target;
	const struct gk_ref *ref = gk_apply__ref(n);
	struct gk_err err = GK_ERR_INIT;

	if (t->res)
		return true;
	t->res = gk_discovery_find(n->run->opt->session->disc, ref->group, ref->version, ref->kind);
	if (t->res)
		return true;
	if (gk_time_mono_ms() - n->begin_ms < SERVED_MS) {
		n->run->reload = true;
		again(n, AGAIN_MS);
		return false;
	}
	if (gk_discovery_need(n->run->opt->session->disc, ref, &t->res, &err)) {
		gk_apply__failed(n, &err);
		return false;
	}
	return true;
}

static void submit(struct gk_apply_node *n)
{
	const struct gk_apply *opt = n->run->opt;
	const struct gk_target *t = n->target;
	const struct gk_ref *ref = gk_apply__ref(n);
	struct gk_kube_call call = gk_kube_apply(t->res, ref->ns, ref->name, t->item->object);

	call.manager = opt->manager;
	call.force = opt->force_conflicts || n->takes_back;
	call.validation = t->marks.validate_off ? GK_VALIDATE_IGNORE : opt->validation;
	call.metadata_only = !gk_health_known(ref->group, ref->kind);
	gk_kube_submit(opt->session->kube, &call, on_written, n);
}

/* Nothing would change: no request; only its health may be missing. */
static void adopt(struct gk_apply_node *n)
{
	struct gk_apply_run *r = n->run;
	const struct gk_target *t = n->target;

	n->uid = t->uid;
	n->version = t->version;
	n->result = "unchanged";
	if (r->opt->id && !t->marks.hook)
		gk_inventory_put(&r->inv, gk_apply__ref(n), t->uid, t->generation);
	gk_apply__event(n, "apply", "Successful", NULL);
	gk_apply__settle(n, NULL);
}

void gk_apply__write(struct gk_apply_node *n)
{
	if (!find_resource(n))
		return;
	if (n->target->terminating)
		gk_apply__await_gone(n->run, n->target->res, gk_apply__ref(n), n->target->uid,
			gk_apply__on_gone, n);
	else if (n->target->proved && !n->target->marks.hook)
		adopt(n);
	else
		submit(n);
}
