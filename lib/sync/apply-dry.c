/* --dry-run: what a run would do, asked of the server object by object. */
#include "sync/apply-priv.h"

#include "sync/delta.h"

static void tell(struct gk_apply_node *n, const char *result)
{
	struct gk_apply_run *r = n->run;
	const struct gk_gnode *g = &r->graph.node[n->id];
	struct gk_apply_totals *t = &r->totals;
	struct gk_apply_result x = {.ref = *gk_apply__ref(n),
		.result = result,
		.phase = gk_phase_name(g->phase),
		.wave = g->wave};

	t->added += strcmp(result, "would be created") == 0;
	t->changed += strcmp(result, "would be configured") == 0;
	t->unchanged += strcmp(result, "unchanged") == 0;
	x.changed = strcmp(result, "unchanged") != 0;
	gk_apply_report_result(r->opt->report, n->place, &x);
}

static bool changes(const struct gk_apply_node *n, const struct gk_node *would_be)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	bool same = gk_node_equal(
		gk_delta_strip(&scratch, n->target->live), gk_delta_strip(&scratch, would_be));

	gk_arena_done(&scratch);
	return !same;
}

static void ask(struct gk_apply_node *n);

static void on_answer(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_apply_node *n = ctx;
	struct gk_err err = GK_ERR_INIT;

	if (reply->failed && gk_apply__takes_back(n, reply)) {
		ask(n);
	} else if (reply->failed) {
		gk_apply__refusal(n, reply, &err);
		gk_err_at(&err, gk_node_pos(n->target->item->object, n->target->item->source));
		gk_faults_add(&n->run->faults, &err);
		tell(n, "would fail");
	} else {
		tell(n, changes(n, reply->doc.root) ? "would be configured" : "unchanged");
	}
}

static void ask(struct gk_apply_node *n)
{
	const struct gk_apply *opt = n->run->opt;
	const struct gk_target *t = n->target;
	const struct gk_ref *ref = gk_apply__ref(n);
	struct gk_kube_call call;

	if (!t->exists || !t->live || t->marks.hook) {
		tell(n, t->proved                    ? "unchanged"
			: t->exists && t->marks.hook ? "would be configured"
						     : "would be created");
		return;
	}
	call = gk_kube_apply(t->res, ref->ns, ref->name, t->item->object);
	call.manager = opt->manager;
	call.force = opt->force_conflicts || n->takes_back;
	call.validation = t->marks.validate_off ? GK_VALIDATE_IGNORE : opt->validation;
	call.dry_run = true;
	gk_kube_submit(opt->session->kube, &call, on_answer, n);
}

static void tell_prune(struct gk_apply_run *r)
{
	for (size_t i = 0; i < r->prune.n; i++) {
		const struct gk_prune_item *it = &r->prune.v[i];
		bool gone = it->verdict == GK_PRUNE_DELETE;
		struct gk_apply_result x = {.ref = it->ref,
			.changed = gone,
			.result = gone ? "would be pruned" : "kept",
			.message = it->why};

		r->totals.destroyed += gone;
		gk_apply_report_result(r->opt->report, r->objects + i, &x);
	}
}

int gk_apply__dry_run(struct gk_apply_run *r, struct gk_err *err)
{
	int rc;

	r->totals.dry_run = true;
	gk_apply_report_begin(r->opt->report, r->objects + r->prune.n, NULL, NULL, NULL);
	for (size_t i = 0; i < r->graph.norder; i++)
		if (r->node[r->graph.order[i]].target)
			ask(&r->node[r->graph.order[i]]);
	rc = gk_http_run(r->opt->session->http, err);
	tell_prune(r);
	if (!rc)
		rc = gk_faults_end(&r->faults, err);
	gk_apply_report_end(r->opt->report, &r->totals, rc ? gk_code_exit(err->code) : 0);
	return rc;
}
