/* Comparing a set with a cluster. */
#include "sync/compare.h"

#include "sync/candidates.h"
#include "sync/delta.h"
#include "sync/faults.h"
#include "sync/predict.h"

struct compare {
	const struct gk_compare *opt;
	struct gk_targets *t;
	struct gk_diff_report *report;
	struct one *one; /* beside the targets */
	struct gk_faults faults;
};

/* What one object would become. */
struct one {
	struct compare *c;
	struct gk_target *target;
	struct gk_node *wanted; /* NULL: the same, or unknown after a fault */
	const char *note;
	bool failed;
};

static bool is_compared(const struct gk_target *target)
{
	return !target->marks.skip && !target->marks.hook;
}

/* ---- what it would become ---- */

static void predict(struct one *o, const char *note)
{
	struct gk_targets *t = o->c->t;
	const struct gk_item *it = o->target->item;

	o->wanted = gk_predict(&t->arena, it->object, o->target->live, &it->ref, t->manager);
	o->note = note;
}

static void on_dry_run(void *ctx, struct gk_kube_reply *reply)
{
	struct one *o = ctx;

	if (!reply->failed) {
		o->wanted = gk_node_dup(&o->c->t->arena, reply->doc.root);
		return;
	}
	if (reply->http == 403) {
		predict(o, "predicted: a dry run is not allowed");
		return;
	}
	o->failed = true;
	gk_err_at(&reply->err, gk_node_pos(o->target->item->object, o->target->item->source));
	gk_faults_add(&o->c->faults, &reply->err);
}

static void dry_run(struct one *o)
{
	const struct gk_item *it = o->target->item;
	struct gk_kube_call call =
		gk_kube_apply(o->target->res, it->ref.ns, it->ref.name, it->object);

	call.dry_run = true;
	call.force = true; /* a conflict is a difference like others */
	call.validation = o->c->opt->validation;
	gk_kube_submit(o->c->t->session->kube, &call, on_dry_run, o);
}

static void ask(struct one *o)
{
	const struct gk_target *target = o->target;

	if (!is_compared(target) || !target->exists || !target->live)
		return;
	if (o->c->opt->method == GK_COMPARE_LOCAL)
		predict(o, NULL);
	else
		dry_run(o);
}

/* ---- reporting ---- */

static const char *const op_names[] = {"add", "change", "remove"};

static struct gk_diff_field field_of(const struct gk_delta *d)
{
	return (struct gk_diff_field){.op = op_names[d->op],
		.pointer = d->pointer,
		.path = d->path,
		.live = d->live,
		.desired = d->desired,
		.manager = d->owner.manager,
		.operation = d->owner.operation,
		.subresource = d->owner.subresource,
		.time = d->owner.time};
}

static void fill_fields(
	struct gk_arena *a, const struct gk_deltas *deltas, struct gk_diff_item *item)
{
	struct gk_diff_field *v = gk_arena_array(a, deltas->n + 1, sizeof *v);

	for (size_t i = 0; i < deltas->n; i++) {
		v[i] = field_of(&deltas->v[i]);
		item->drift = item->drift || v[i].manager.n > 0;
	}
	item->field = v;
	item->nfields = deltas->n;
}

static int report_change(struct one *o, struct gk_diff_item *item, struct gk_err *err)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	struct gk_node *live = gk_delta_strip(&scratch, o->target->live);
	struct gk_node *wanted = gk_delta_strip(&scratch, o->wanted);
	struct gk_deltas deltas = {NULL, 0, 0};
	int rc;

	item->unmanaged = !o->target->ours;
	if (!gk_node_equal(live, wanted)) {
		item->op = GK_DIFF_CHANGE;
		gk_delta_mask(&scratch, live, wanted);
		gk_delta_compare(
			&scratch, live, wanted, o->target->live, o->c->t->manager, &deltas);
		fill_fields(&scratch, &deltas, item);
		item->live = live;
		item->wanted = wanted;
	}
	rc = gk_diff_report_item(o->c->report, item, err);
	gk_vec_done(&deltas);
	gk_arena_done(&scratch);
	return rc;
}

static int report_whole(struct compare *c, enum gk_diff_op op, const struct gk_node *object,
	struct gk_diff_item *item, struct gk_err *err)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	struct gk_node *shown = gk_delta_strip(&scratch, object);
	int rc;

	gk_delta_mask(&scratch, NULL, shown);
	item->op = op;
	item->live = op == GK_DIFF_REMOVE ? shown : NULL;
	item->wanted = op == GK_DIFF_REMOVE ? NULL : shown;
	rc = gk_diff_report_item(c->report, item, err);
	gk_arena_done(&scratch);
	return rc;
}

static int report_one(struct one *o, struct gk_err *err)
{
	const struct gk_target *target = o->target;
	const struct gk_item *it = target->item;
	struct gk_diff_item item = {.op = GK_DIFF_NONE,
		.ref = it->ref,
		.note = o->note,
		.pos = gk_node_pos(it->object, it->source)};

	if (!is_compared(target) || o->failed)
		return 0;
	if (!target->exists)
		return report_whole(o->c, GK_DIFF_ADD, it->object, &item, err);
	if (target->terminating)
		item.note = "it is being deleted";
	if (o->wanted)
		return report_change(o, &item, err);
	return gk_diff_report_item(o->c->report, &item, err);
}

static int report_prune(struct compare *c, struct gk_err *err)
{
	struct gk_candidates cand = GK_CANDIDATES_INIT;
	int rc = 0;

	if (!c->opt->inv)
		return 0;
	cand.keep_live = true;
	if (gk_candidates_read(&cand, c->t, c->opt->inv, c->opt->set, &c->opt->prune_kinds, err))
		rc = -1;
	for (size_t i = 0; i < cand.n && !rc; i++) {
		struct gk_diff_item item = {.ref = cand.v[i].ref};

		if (cand.v[i].verdict == GK_PRUNE_DELETE)
			rc = report_whole(c, GK_DIFF_REMOVE, cand.live[i], &item, err);
	}
	gk_candidates_done(&cand);
	return rc;
}

int gk_compare_run(const struct gk_compare *opt, struct gk_diff_report *report, struct gk_err *err)
{
	struct compare c = {.opt = opt,
		.t = opt->targets,
		.report = report,
		.faults = GK_FAULTS_INIT(opt->targets->session->diags)};

	c.one = gk_arena_array(&c.t->arena, c.t->n + 1, sizeof *c.one);
	for (size_t i = 0; i < c.t->n; i++) {
		c.one[i] = (struct one){.c = &c, .target = &c.t->v[i]};
		ask(&c.one[i]);
	}
	if (gk_http_run(c.t->session->http, err))
		return -1;
	for (size_t i = 0; i < c.t->n; i++)
		if (report_one(&c.one[i], err))
			return -1;
	if (report_prune(&c, err))
		return -1;
	return gk_faults_end(&c.faults, err);
}
