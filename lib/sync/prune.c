/* Judging and ordering what is to be pruned. */
#include "sync/prune.h"

#include <stdlib.h>

#include "base/num.h"
#include "schema/apply.h"
#include "sync/fields.h"
#include "sync/marks.h"

static bool has_controller(const struct gk_node *live)
{
	gk_node_foreach (o, gk_node_path(live, "metadata", "ownerReferences", NULL))
		if (gk_node_true(gk_node_get(o, "controller")))
			return true;
	return false;
}

static bool has_our_manager(const struct gk_node *live, const char *manager)
{
	gk_node_foreach (e, gk_node_path(live, "metadata", "managedFields", NULL))
		if (gk_str_is(gk_node_text(gk_node_get(e, "manager")), manager) &&
			gk_str_is(gk_node_text(gk_node_get(e, "operation")), "Apply"))
			return true;
	return false;
}

static bool kind_is_named(const struct gk_ref *r, const struct gk_strs *kinds)
{
	for (size_t i = 0; i < kinds->n; i++) {
		struct gk_str kind = gk_str_c(kinds->v[i]), group = GK_STR_NULL;

		if (gk_str_has(kind, GK_STR("/")))
			group = gk_str_cut(&kind, '/');
		if (gk_str_eq(kind, r->kind) && (!group.n || gk_str_eq(group, r->group)))
			return true;
	}
	return false;
}

/* Why the live object is not ours, or NULL. */
static const char *foreign(const struct gk_inv_entry *entry, const struct gk_node *live,
	const struct gk_set_id *id, const char *manager)
{
	struct gk_str uid = gk_node_text(gk_node_path(live, "metadata", "uid", NULL));
	struct gk_str part = gk_object_label(live, GK_APPLYSET "part-of");
	bool labelled = gk_str_is(part, id->id), managed = has_our_manager(live, manager);

	if (entry->uid.n && !gk_str_eq(entry->uid, uid))
		return "it was deleted and made again by others";
	if (part.n && !labelled)
		return "it is part of another set";
	if (entry->uid.n ? !labelled && !managed : !labelled || !managed)
		return "it does not carry the marks of this set";
	if (has_controller(live))
		return "a controller owns it";
	return NULL;
}

static void decide(struct gk_prune_item *it, enum gk_prune_verdict verdict, const char *why)
{
	it->verdict = verdict;
	it->why = why;
}

void gk_prune_judge(struct gk_arena *a, const struct gk_inv_entry *entry,
	const struct gk_node *live, const struct gk_set_id *id, const char *manager,
	const struct gk_strs *kinds, struct gk_prune_item *ret)
{
	const char *why;
	struct gk_str uid;
	struct gk_marks marks;

	*ret = (struct gk_prune_item){.ref = entry->ref, .verdict = GK_PRUNE_DELETE, .why = ""};
	if (!live) {
		decide(ret, GK_PRUNE_GONE, "it is gone");
		return;
	}
	uid = gk_node_text(gk_node_path(live, "metadata", "uid", NULL));
	ret->uid = (struct gk_str){gk_arena_memdup0(a, uid.p, uid.n), uid.n};
	gk_marks_of(live, &marks);
	ret->wave = marks.wave;
	why = foreign(entry, live, id, manager);
	if (why)
		decide(ret, GK_PRUNE_RELEASED, why);
	else if (marks.keep)
		decide(ret, GK_PRUNE_KEPT,
			gk_arena_printf(a, "marked %.*s", GK_SARG(marks.kept_by)));
	else if (gk_apply_is(entry->ref.group, entry->ref.kind, GK_APPLY_PROTECT) &&
		 !kind_is_named(&entry->ref, kinds))
		decide(ret, GK_PRUNE_PROTECTED, "its kind is protected");
}

static int place_cmp(const void *va, const void *vb)
{
	const struct gk_prune_item *a = va, *b = vb;
	int c;

	if (a->wave != b->wave)
		return a->wave > b->wave ? -1 : 1;
	c = gk_apply_rank(b->ref.group, b->ref.kind) - gk_apply_rank(a->ref.group, a->ref.kind);
	return c ? c : -gk_ref_cmp(&a->ref, &b->ref);
}

void gk_prune_sort(struct gk_prune_item *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof *v, place_cmp);
}

/* ---- the limit ---- */

int gk_prune_limit_parse(const char *text, struct gk_prune_limit *ret, struct gk_err *err)
{
	struct gk_str s = gk_str_c(text);

	*ret = (struct gk_prune_limit){UINT64_MAX, UINT64_MAX};
	if (gk_str_is(s, "none"))
		return 0;
	if (gk_str_ends(s, GK_STR("%"))) {
		s.n--;
		if (gk_num_u64(s, 0, 100, &ret->percent, err) == 0)
			return 0;
	} else if (gk_num_u64(s, 0, UINT32_MAX, &ret->count, err) == 0) {
		return 0;
	}
	return gk_fail(err, GK_EUSAGE, "option.value",
		"--prune-limit expects a number, a percentage or none, not '%s'", text);
}

int gk_prune_limit_check(
	const struct gk_prune_limit *limit, size_t n, size_t total, struct gk_err *err)
{
	uint64_t allowed = limit->count;

	if (limit->percent != UINT64_MAX) {
		allowed = total * limit->percent / 100;
		if (n <= GK_PRUNE_FREE || n <= allowed)
			return 0;
		gk_fail(err, GK_EREFUSED, "guard.prune-limit",
			"would delete %zu of %zu objects, the limit is %llu%% (%llu)", n, total,
			(unsigned long long)limit->percent, (unsigned long long)allowed);
	} else {
		if (n <= allowed)
			return 0;
		gk_fail(err, GK_EREFUSED, "guard.prune-limit",
			"would delete %zu of %zu objects, the limit is %llu", n, total,
			(unsigned long long)allowed);
	}
	return gk_help(err, "review with gk-diff --prune; if intended: --prune-limit=%zu --yes", n);
}
