/* Everything that is looked at before the first write. */
#include "base/text.h"
#include "sync/apply-priv.h"

#include "sync/parent.h"

/* ---- the cluster ---- */

static int refuse_cluster(
	struct gk_str expected, struct gk_str found, const char *who, struct gk_err *err)
{
	gk_fail(err, GK_EREFUSED, "guard.cluster", "this is cluster %.*s, %s is %.*s",
		GK_SARG(found), who, GK_SARG(expected));
	return gk_help(err, "choose another context");
}

static int check_cluster(struct gk_apply_run *r, struct gk_err *err)
{
	const struct gk_apply *opt = r->opt;

	if (gk_session_cluster(opt->session, &r->arena, &r->cluster, err)) {
		/* Without the right to read it, it can only not be checked. */
		if (err->http != 403 || opt->expect_cluster)
			return gk_ctx(err, "cannot identify the cluster");
		gk_err_reset(err);
		return 0;
	}
	if (opt->expect_cluster && !gk_str_is(r->cluster, opt->expect_cluster))
		return refuse_cluster(gk_str_c(opt->expect_cluster), r->cluster, "expected", err);
	return 0;
}

/* ---- the set ---- */

static bool set_has_namespace(const struct gk_apply_run *r, struct gk_str name)
{
	for (size_t i = 0; i < r->targets.n; i++) {
		const struct gk_ref *ref = &r->targets.v[i].item->ref;

		if (gk_str_is(ref->kind, "Namespace") && !ref->group.n &&
			gk_str_eq(ref->name, name))
			return true;
	}
	return false;
}

/* The parent's namespace: there, or made by this very run. */
static int find_home(struct gk_apply_run *r, struct gk_err *err)
{
	struct gk_session *s = r->opt->session;
	struct gk_str ns = gk_str_c(r->opt->id->ns);
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	const struct gk_kube_resource *res;
	struct gk_kube_call call;
	int http;

	if (gk_session_core(s, "", "v1", "Namespace", &res, err))
		return -1;
	call = gk_kube_get(res, GK_STR_NULL, ns);
	call.metadata_only = true;
	if (gk_kube_do(s->kube, &call, &reply, err) == 0) {
		gk_kube_reply_done(&reply);
		return 0;
	}
	http = reply.http;
	gk_kube_reply_done(&reply);
	if (http != 404 && http != 403)
		return -1;
	gk_err_reset(err);
	r->home_missing = http == 404;
	if (http == 403 || set_has_namespace(r, ns))
		return 0;
	gk_fail(err, GK_EINPUT, "sync.namespace",
		"namespace '%s', which is to hold the inventory, does not exist", r->opt->id->ns);
	return gk_help(err, "create it, or choose another with -n");
}

static int check_inventory(struct gk_apply_run *r, struct gk_err *err)
{
	const struct gk_inventory *inv = &r->inv;

	if (inv->cluster.n && r->cluster.n && !gk_str_eq(inv->cluster, r->cluster))
		return refuse_cluster(inv->cluster, r->cluster, "the one of the inventory", err);
	if (inv->exists && inv->state.n && !gk_str_is(inv->state, "applied"))
		gk_diags_add(r->opt->session->diags, GK_SEV_NOTE, "set.unfinished",
			(struct gk_pos){NULL, 0, 0},
			"the last run of set '%s' did not finish: %.*s", r->opt->id->name,
			GK_SARG(inv->state));
	return 0;
}

static int open_set(struct gk_apply_run *r, struct gk_err *err)
{
	const struct gk_apply *opt = r->opt;

	if (!opt->id)
		return 0;
	if (find_home(r, err))
		return -1;
	if (r->home_missing)
		return 0;
	if (!opt->no_lock && !opt->dry_run &&
		gk_lease_acquire(&r->lease, opt->session, opt->id, opt->lock_timeout_ms, err))
		return -1;
	if (gk_parent_read(opt->session, opt->id, &r->inv, err))
		return -1;
	gk_apply__inventory_read(r);
	return check_inventory(r, err);
}

/* Members carry the label of their set; one that the author wrote is no business of theirs. */
static int label_members(struct gk_apply_run *r, struct gk_err *err)
{
	struct gk_arena *a = &r->opt->set->arena;

	if (!r->opt->id)
		return 0;
	for (size_t i = 0; i < r->targets.n; i++) {
		const struct gk_item *it = r->targets.v[i].item;

		if (r->targets.v[i].marks.hook || r->targets.v[i].marks.skip)
			continue;
		if (gk_object_label(it->object, GK_APPLYSET "part-of").n) {
			gk_fail(err, GK_EINPUT, "set.label", "%s carries the label %s",
				gk_ref_text(&r->arena, &it->ref), GK_APPLYSET "part-of");
			gk_help(err, "take it out: gk-apply sets it");
			return gk_err_at(err, gk_node_pos(it->object, it->source));
		}
		gk_object_set_label(a, it->object, GK_APPLYSET "part-of", gk_str_c(r->opt->id->id));
	}
	return 0;
}

/* ---- guards ---- */

static int check_foreign(struct gk_apply_run *r, struct gk_err *err)
{
	struct gk_faults faults = GK_FAULTS_INIT(r->opt->session->diags);

	for (size_t i = 0; i < r->targets.n && r->opt->id; i++) {
		const struct gk_target *t = &r->targets.v[i];

		if (!t->part_of.n || t->marks.hook || gk_str_is(t->part_of, r->opt->id->id) ||
			r->opt->force_conflicts)
			continue;
		gk_fail(err, GK_ECONFLICT, "set.foreign", "%s is part of another set (%.*s)",
			gk_ref_text(&r->arena, &t->item->ref), GK_SARG(t->part_of));
		gk_help(err,
			"take it out of one of the sets, or take it over with --force-conflicts");
		gk_err_at(err, gk_node_pos(t->item->object, t->item->source));
		gk_faults_add(&faults, err);
	}
	return gk_faults_end(&faults, err);
}

/* Nothing in common with what the set held: more likely another application's name. */
static int check_overlap(const struct gk_apply_run *r, size_t deletions, struct gk_err *err)
{
	size_t members = 0;

	for (size_t i = 0; i < r->targets.n; i++) {
		if (gk_inventory_find(&r->inv, &r->targets.v[i].item->ref))
			return 0;
		members++;
	}
	if (!deletions || !members)
		return 0;
	gk_fail(err, GK_EREFUSED, "guard.other-set",
		"set '%s' holds %zu objects and none of them is in the input", r->opt->id->name,
		r->inv.entry.n);
	return gk_help(err, "give this input a set of its own with --set NAME");
}

static int refuse_deletions(struct gk_apply_run *r, size_t n, struct gk_err *err)
{
	gk_fail(err, GK_EREFUSED, "guard.consent", "would delete %zu object%s", n,
		n == 1 ? "" : "s");
	for (size_t i = 0; i < r->prune.n; i++)
		if (r->prune.v[i].verdict == GK_PRUNE_DELETE)
			gk_note(err, "%s", gk_ref_text(&r->arena, &r->prune.v[i].ref));
	return gk_help(err, "review with gk-diff --prune; if intended: --yes");
}

static void put_question(struct gk_apply_run *r, size_t n, struct gk_buf *b)
{
	gk_buf_printf(b, "To be deleted, %zu of %zu objects:\n", n, r->inv.entry.n);
	for (size_t i = 0; i < r->prune.n; i++) {
		const struct gk_prune_item *it = &r->prune.v[i];

		if (it->verdict != GK_PRUNE_DELETE)
			continue;
		gk_buf_puts(b, "  ");
		gk_text_escape(b, gk_str_c(gk_ref_text(&r->arena, &it->ref)), false);
		gk_buf_putc(b, '\n');
	}
	gk_buf_puts(b, "Apply, and delete these? Only 'yes' goes on: ");
}

/* A person at a terminal sees what is to go, and answers; a program needs --yes. */
static int need_consent(struct gk_apply_run *r, size_t n, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf question = GK_BUF_INIT(0);
	enum gk_answer answer = GK_ANSWER_NONE;

	if (r->opt->ask) {
		put_question(r, n, &question);
		answer = r->opt->ask(gk_buf_cstr(&question));
	}
	if (answer == GK_ANSWER_YES)
		return 0;
	if (answer == GK_ANSWER_NO)
		return gk_fail(err, GK_EREFUSED, "guard.answer",
			"deleting was not agreed to; nothing was done");
	return refuse_deletions(r, n, err);
}

static int check_prune(struct gk_apply_run *r, struct gk_err *err)
{
	const struct gk_apply *opt = r->opt;
	size_t n = 0;

	for (size_t i = 0; i < r->prune.n; i++)
		n += r->prune.v[i].verdict == GK_PRUNE_DELETE;
	if (check_overlap(r, n, err) ||
		gk_prune_limit_check(&opt->prune_limit, n, r->inv.entry.n, err))
		return -1;
	if (!n || opt->consent || opt->dry_run)
		return 0;
	return need_consent(r, n, err);
}

int gk_apply__check(struct gk_apply_run *r, struct gk_err *err)
{
	const struct gk_apply *opt = r->opt;

	if (gk_targets_resolve(&r->targets, opt->session, opt->set, err) ||
		gk_apply__nodes(r, err) || check_cluster(r, err) || open_set(r, err) ||
		label_members(r, err) || gk_targets_read(&r->targets, err) || check_foreign(r, err))
		return -1;
	if (!opt->prune || !r->inv.exists)
		return 0;
	if (gk_candidates_read(&r->prune, &r->targets, &r->inv, opt->id, &opt->prune_kinds, err))
		return -1;
	return check_prune(r, err);
}
