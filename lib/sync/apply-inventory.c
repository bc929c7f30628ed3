/* The inventory during a run: what is written of it, and when. */
#include "sync/apply-priv.h"

#include "doc/json.h"
#include "sync/parent.h"

/* The parent as text: written again only when it differs from what the cluster has. */
static const char *text_of(struct gk_apply_run *r)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(16 << 20);
	char *copy;

	gk_json_print(&b, gk_inventory_encode(&scratch, &r->inv, r->opt->id), 0);
	gk_arena_done(&scratch);
	copy = gk_buf_take(&b);
	return copy;
}

static bool differs(struct gk_apply_run *r)
{
	const char *now = text_of(r);
	bool same = r->written && strcmp(r->written, now) == 0;

	if (same) {
		gk_freep(&now);
		return false;
	}
	gk_freep(&r->written);
	r->written = now;
	return true;
}

static void set_state(struct gk_apply_run *r, const char *state)
{
	r->inv.state = gk_str_c(gk_arena_strdup(&r->inv.arena, state));
}

/* What the cluster has before the run. */
void gk_apply__inventory_read(struct gk_apply_run *r)
{
	if (r->inv.exists)
		r->written = text_of(r);
}

static bool is_member(const struct gk_target *t)
{
	return !t->marks.hook && !t->marks.skip;
}

/* Is there anything to do at all?  If not, the inventory stays untouched. */
static bool has_work(const struct gk_apply_run *r)
{
	for (size_t i = 0; i < r->targets.n; i++)
		if (is_member(&r->targets.v[i]) && !r->targets.v[i].proved)
			return true;
	for (size_t i = 0; i < r->prune.n; i++)
		if (r->prune.v[i].verdict == GK_PRUNE_DELETE)
			return true;
	return false;
}

int gk_apply__inventory_begin(struct gk_apply_run *r, struct gk_err *err)
{
	if (!r->opt->id)
		return 0;
	for (size_t i = 0; i < r->targets.n; i++) {
		const struct gk_target *t = &r->targets.v[i];

		if (is_member(t))
			gk_inventory_put(&r->inv, &t->item->ref, t->ours ? t->uid : GK_STR_NULL, 0);
	}
	r->inv.cluster = r->cluster;
	r->working = has_work(r);
	if (r->working)
		set_state(r, "started");
	return differs(r) ? gk_parent_write(r->opt->session, r->opt->id, &r->inv, err) : 0;
}

static void on_flushed(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_apply_run *r = ctx;

	r->busy--;
	r->parent_busy = false;
	/* The objects are in the inventory already; only UIDs are late.  The end writes again. */
	if (reply->failed)
		gk_freep(&r->written);
}

void gk_apply__inventory_flush(struct gk_apply_run *r, const char *state)
{
	struct gk_err err = GK_ERR_INIT;

	if (!r->opt->id || r->parent_busy || !r->working)
		return;
	set_state(r, state);
	if (!differs(r) ||
		gk_parent_submit(r->opt->session, r->opt->id, &r->inv, on_flushed, r, &err))
		return;
	r->parent_busy = true;
	r->busy++;
}

int gk_apply__inventory_end(struct gk_apply_run *r, bool succeeded, struct gk_err *err)
{
	if (!r->opt->id)
		return 0;
	if (succeeded) {
		set_state(r, "applied");
		r->inv.source = r->opt->source;
		r->inv.revision = r->opt->revision;
	}
	return differs(r) ? gk_parent_write(r->opt->session, r->opt->id, &r->inv, err) : 0;
}
