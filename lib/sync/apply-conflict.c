/*
 * Fields that another manager has: edits by hand are drift and are taken back, all else is a
 * claim that is respected (exit 6) unless --force-conflicts.
 */
#include "schema/apply.h"
#include "sync/apply-priv.h"

/* An Apply manager has a desired state of its own somewhere, whatever it is called. */
static bool by_hand(const struct gk_kube_conflict *c)
{
	return c->api_version.n && gk_hand_is(c->manager);
}

static bool all_by_hand(const struct gk_kube_status *s)
{
	struct gk_kube_conflict c;

	for (size_t i = 0; i < s->ncauses; i++)
		if (!gk_kube_cause_conflict(&s->causes[i], &c) || !by_hand(&c))
			return false;
	return s->ncauses > 0;
}

static void tell_taken(struct gk_apply_node *n, const struct gk_kube_status *s)
{
	struct gk_apply_run *r = n->run;
	const struct gk_item *it = n->target->item;
	struct gk_kube_conflict c;

	for (size_t i = 0; i < s->ncauses; i++)
		if (gk_kube_cause_conflict(&s->causes[i], &c))
			gk_diags_add(r->opt->session->diags, GK_SEV_WARNING, "apply.edited",
				gk_node_pos(it->object, it->source),
				"%s: %.*s was edited with \"%.*s\" at %.*s; it is set back",
				gk_ref_text(&r->arena, gk_apply__ref(n)), GK_SARG(c.field),
				GK_SARG(c.manager), GK_SARG(c.time));
}

bool gk_apply__takes_back(struct gk_apply_node *n, const struct gk_kube_reply *reply)
{
	if (n->takes_back || !gk_kube_status_is_apply_conflict(&reply->status) ||
		!all_by_hand(&reply->status))
		return false;
	tell_taken(n, &reply->status);
	n->takes_back = true;
	return true;
}

/* ".spec.replicas is set by kubectl (Update) since 2026-..." for each field in dispute. */
static void conflict_notes(const struct gk_kube_status *s, struct gk_err *err)
{
	struct gk_kube_conflict c;

	for (size_t i = 0; i < s->ncauses; i++)
		if (gk_kube_cause_conflict(&s->causes[i], &c))
			gk_note(err, "%.*s is owned by \"%.*s\"%s%.*s%s%.*s", GK_SARG(c.field),
				GK_SARG(c.manager), c.subresource.n ? ", subresource " : "",
				GK_SARG(c.subresource), c.time.n ? " since " : "", GK_SARG(c.time));
}

void gk_apply__refusal(
	struct gk_apply_node *n, const struct gk_kube_reply *reply, struct gk_err *err)
{
	size_t fields = reply->status.ncauses;

	if (!gk_kube_status_is_apply_conflict(&reply->status)) {
		*err = reply->err;
		return;
	}
	gk_fail(err, GK_ECONFLICT, "apply.conflict",
		"%zu field%s of %s belong%s to another manager", fields, fields == 1 ? "" : "s",
		gk_ref_text(&n->run->arena, gk_apply__ref(n)), fields == 1 ? "s" : "");
	conflict_notes(&reply->status, err);
	gk_help(err, "take the fields out of the input if the other manager is right, "
		     "or rerun with --force-conflicts");
}
