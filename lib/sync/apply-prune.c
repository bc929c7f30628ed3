/* Deleting what the set no longer wants: group by group, each verified gone. */
#include "sync/apply-priv.h"

#include "schema/apply.h"

/* One deletion on its way. */
struct victim {
	struct gk_apply_run *run;
	size_t at; /* in run->prune */
};

static const char *const verdict_words[] = {
	[GK_PRUNE_DELETE] = "pruned",
	[GK_PRUNE_GONE] = "gone",
	[GK_PRUNE_RELEASED] = "released",
	[GK_PRUNE_KEPT] = "kept",
	[GK_PRUNE_PROTECTED] = "kept",
	[GK_PRUNE_UNKNOWN] = "kept",
};

static void tell(struct gk_apply_run *r, size_t at, const char *word, const char *why, bool changed)
{
	const struct gk_prune_item *it = &r->prune.v[at];
	struct gk_apply_result x = {
		.ref = it->ref, .result = word, .changed = changed, .message = why};
	struct gk_event e = {.type = "prune",
		.ref = &it->ref,
		.result = word,
		.message = why,
		.status = changed ? "Successful" : "Skipped",
		.elapsed_ms = -1};

	gk_apply_report_event(r->opt->report, &e);
	gk_apply_report_result(r->opt->report, r->objects + at, &x);
}

static void on_gone(void *ctx, const struct gk_err *err)
{
	struct victim *v = ctx;
	struct gk_apply_run *r = v->run;
	const struct gk_prune_item *it = &r->prune.v[v->at];
	struct gk_err copy;

	if (!err) {
		r->totals.destroyed++;
		gk_inventory_del(&r->inv, &it->ref);
		tell(r, v->at, "pruned", "", true);
		return;
	}
	copy = *err;
	gk_ctx(&copy, "cannot prune %s", gk_ref_text(&r->arena, &it->ref));
	gk_faults_add(&r->faults, &copy);
	r->totals.failed++;
	tell(r, v->at, "not pruned", "", false);
}

static bool same_group(const struct gk_prune_item *a, const struct gk_prune_item *b)
{
	return a->wave == b->wave &&
	       gk_apply_rank(a->ref.group, a->ref.kind) == gk_apply_rank(b->ref.group, b->ref.kind);
}

static void begin_one(struct gk_apply_run *r, size_t at)
{
	const struct gk_prune_item *it = &r->prune.v[at];
	struct victim *v = gk_arena_alloc(&r->arena, sizeof *v);

	if (it->verdict != GK_PRUNE_DELETE) {
		if (it->verdict == GK_PRUNE_GONE || it->verdict == GK_PRUNE_RELEASED)
			gk_inventory_del(&r->inv, &it->ref);
		tell(r, at, verdict_words[it->verdict], it->why, false);
		return;
	}
	*v = (struct victim){r, at};
	gk_apply__delete(r, r->prune.res[at], &it->ref, it->uid, on_gone, v);
}

static int drain(struct gk_apply_run *r, struct gk_err *err)
{
	while (r->busy) {
		if (gk_http_step(r->opt->session->http, -1, err))
			return -1;
		gk_apply__look(r);
	}
	return 0;
}

int gk_apply__prune(struct gk_apply_run *r, struct gk_err *err)
{
	size_t at = 0;

	while (at < r->prune.n && !r->stopped && !r->faults.n) {
		size_t first = at;

		while (at < r->prune.n && same_group(&r->prune.v[first], &r->prune.v[at]))
			begin_one(r, at++);
		if (drain(r, err))
			return -1;
	}
	return 0;
}
