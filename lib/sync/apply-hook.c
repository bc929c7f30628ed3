/*
 * Hooks: objects that run to completion once for an input.
 *
 * A hook is known by a hash of its spec and the input's revision, kept in an annotation of
 * the live object and, once it has ended, in the inventory: a run that comes after a crash
 * adopts a hook that still runs and does not repeat one that has succeeded.
 */
#include "sync/apply-priv.h"

#include "base/crypto.h"
#include "doc/json.h"

enum { HASH_CHARS = 16, CLEANUP_MS = 30000 };

static struct gk_str hash_of(struct gk_apply_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	unsigned char sum[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_json_print(&b, n->target->item->object, GK_JSON_SORT);
	gk_buf_putc(&b, '\n');
	gk_buf_putstr(&b, n->run->opt->revision);
	gk_sha256(gk_buf_str(&b), sum);
	gk_hex(sum, sizeof sum, hex);
	return (struct gk_str){gk_arena_memdup0(&n->run->arena, hex, HASH_CHARS), HASH_CHARS};
}

/* It has succeeded for this very input, and nobody took it away since. */
static bool has_succeeded(const struct gk_apply_node *n)
{
	const struct gk_inv_hook *h = gk_inventory_hook(&n->run->inv, gk_apply__ref(n));
	const struct gk_target *t = n->target;

	if (n->run->opt->rerun_hooks || n->run->graph.node[n->id].phase == GK_PHASE_SYNC_FAIL)
		return false;
	if (t->exists && gk_str_eq(t->hook_hash, n->hash) && gk_health_good(t->health.status))
		return true;
	return h && gk_str_eq(h->hash, n->hash) && gk_str_is(h->result, "Succeeded") &&
	       (t->marks.delete_policy & GK_HOOK_SUCCEEDED);
}

static bool still_runs(const struct gk_apply_node *n)
{
	const struct gk_target *t = n->target;

	return t->exists && !t->terminating && gk_str_eq(t->hook_hash, n->hash) &&
	       t->health.status == GK_HEALTH_PROGRESSING;
}

static void adopt(struct gk_apply_node *n, bool running)
{
	const struct gk_target *t = n->target;

	n->result = "unchanged";
	n->uid = t->uid;
	n->version = t->version;
	if (running) {
		gk_apply__settle(n, NULL);
		return;
	}
	n->health = (struct gk_health){GK_HEALTH_HEALTHY, "has succeeded before"};
	gk_apply__done(n);
}

void gk_apply__hook(struct gk_apply_node *n)
{
	struct gk_target *t = n->target;

	n->hash = hash_of(n);
	if (has_succeeded(n) || still_runs(n)) {
		adopt(n, !has_succeeded(n));
		return;
	}
	gk_object_annotate(&n->run->opt->set->arena, t->item->object, GK_HOOK_HASH, n->hash);
	if (t->exists && (t->marks.delete_policy & GK_HOOK_BEFORE_CREATION))
		gk_apply__delete(n->run, t->res, gk_apply__ref(n), t->uid, gk_apply__on_gone, n);
	else
		gk_apply__write(n);
}

void gk_apply__hook_ended(struct gk_apply_node *n, bool succeeded)
{
	if (n->run->opt->id && n->hash.n)
		gk_inventory_put_hook(&n->run->inv, gk_apply__ref(n), n->hash,
			succeeded ? "Succeeded" : "Failed");
}

/* ---- afterwards ---- */

static void on_cleaned(void *ctx, const struct gk_err *err)
{
	struct gk_apply_node *n = ctx;

	if (err)
		gk_faults_add(&n->run->faults, err);
	else
		gk_apply__event(n, "delete", "Successful", NULL);
}

int gk_apply__hook_cleanup(struct gk_apply_run *r, bool succeeded, struct gk_err *err)
{
	unsigned policy = succeeded ? GK_HOOK_SUCCEEDED : GK_HOOK_FAILED;
	size_t before = r->busy;

	r->stopped = false;
	gk_apply__clock(r, CLEANUP_MS);
	for (size_t i = 0; i < r->graph.n; i++) {
		struct gk_apply_node *n = &r->node[i];

		if (!n->target || !n->target->marks.hook || !n->uid.n || !n->target->res ||
			!(n->target->marks.delete_policy & policy) ||
			(n->state != GK_NODE_DONE && n->state != GK_NODE_FAILED))
			continue;
		gk_apply__delete(r, n->target->res, gk_apply__ref(n), n->uid, on_cleaned, n);
	}
	while (r->busy > before)
		if (gk_http_step(r->opt->session->http, -1, err))
			return -1;
	return 0;
}
