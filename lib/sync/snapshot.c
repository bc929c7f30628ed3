/*
 * Reading what is live of a set, in parallel: the objects are put in groups by resource and
 * namespace, each group is one request (or two GETs), and each answer is judged and let go
 * as it comes.
 */
#include <stdlib.h>

#include "sync/targets.h"

#include "base/map.h"
#include "base/trace.h"
#include "sync/faults.h"
#include "sync/fields.h"
#include "sync/inventory.h"
#include "sync/proof.h"

enum { GET_MAX = 2 }; /* so many objects of a group are read one by one */

struct group {
	struct snapshot *snap;
	const struct gk_kube_resource *res;
	struct gk_str ns;
	struct gk_target **v;
	size_t n, cap;
};

/* One GET needs to know its object when the answer comes. */
struct single {
	struct group *group;
	struct gk_target *target;
};

struct snapshot {
	struct gk_targets *t;
	struct gk_map groups;     /* "plural.group\0ns" -> struct group */
	struct gk_map namespaces; /* names that must exist -> a target in it */
	struct gk_faults faults;
};

/* ---- judging ---- */

static struct gk_str keep(struct gk_targets *t, struct gk_str s)
{
	return s.n ? (struct gk_str){gk_arena_memdup0(&t->arena, s.p, s.n), s.n} : GK_STR_NULL;
}

/* Membership is no wish of the author: a label that only the live object has is let be. */
static void copy_part_of(struct gk_targets *t, struct gk_target *target, struct gk_str part_of)
{
	struct gk_node *object = target->item->object;

	if (t->ignore_part_of && part_of.n && !gk_object_label(object, GK_APPLYSET "part-of").n)
		gk_object_set_label(&t->set->arena, object, GK_APPLYSET "part-of", part_of);
}

static void judge(struct gk_targets *t, struct gk_target *target, const struct gk_node *live)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	const char *why = NULL;
	size_t entries = 0;

	target->exists = true;
	target->uid = keep(t, gk_kube_uid(live));
	target->version = keep(t, gk_kube_version(live));
	target->part_of = keep(t, gk_object_label(live, GK_APPLYSET "part-of"));
	target->hook_hash = keep(t, gk_object_annotation(live, GK_HOOK_HASH));
	(void)gk_node_int(gk_node_path(live, "metadata", "generation", NULL), &target->generation);
	target->terminating = gk_node_path(live, "metadata", "deletionTimestamp", NULL) != NULL;
	target->health = gk_health_of(&t->arena, live);
	copy_part_of(t, target, target->part_of);
	(void)gk_fields_applied(live, t->manager, GK_STR_NULL, &entries);
	target->ours = entries > 0;
	target->proved = !t->no_proof &&
			 gk_proof_same(&scratch, target->item->object, live, t->manager, &why);
	gk_trace(GK_TRACE_PLAN, "%s: %s", gk_ref_text(&scratch, &target->item->ref),
		target->proved ? "proved"
		: why          ? why
			       : "not asked for");
	target->why = target->proved ? "" : gk_arena_strdup(&t->arena, why ? why : "");
	if (t->keep_live && !target->proved)
		target->live = gk_node_dup(&t->arena, live);
	gk_arena_done(&scratch);
}

static void fail(struct snapshot *s, const struct gk_err *err)
{
	gk_faults_add(&s->faults, err);
}

/* ---- requests ---- */

static void on_get(void *ctx, struct gk_kube_reply *reply)
{
	struct single *one = ctx;
	struct snapshot *s = one->group->snap;

	if (!reply->failed)
		judge(s->t, one->target, reply->doc.root);
	else if (reply->http != 404)
		fail(s, &reply->err);
}

static void on_list(void *ctx, struct gk_kube_reply *reply)
{
	struct group *g = ctx;
	struct gk_map names = GK_MAP_INIT;

	if (reply->failed) {
		fail(g->snap, &reply->err);
		return;
	}
	gk_node_foreach (live, gk_node_get(reply->doc.root, "items"))
		gk_map_put(
			&names, gk_node_text(gk_node_path(live, "metadata", "name", NULL)), live);
	for (size_t i = 0; i < g->n; i++) {
		const struct gk_node *live = gk_map_find(&names, g->v[i]->item->ref.name);

		if (live)
			judge(g->snap->t, g->v[i], live);
	}
	gk_map_done(&names);
}

static void on_namespace(void *ctx, struct gk_kube_reply *reply)
{
	struct single *one = ctx;
	struct snapshot *s = one->group->snap;
	const struct gk_item *it = one->target->item;
	struct gk_err err = GK_ERR_INIT;

	/* Who may not read namespaces learns it from the first write. */
	if (!reply->failed || reply->http == 403)
		return;
	if (reply->http != 404) {
		fail(s, &reply->err);
		return;
	}
	gk_fail(&err, GK_EINPUT, "sync.namespace",
		"namespace '%.*s' does not exist and is not in the input", GK_SARG(it->ref.ns));
	gk_note(&err, "%s is in it", gk_ref_text(&s->t->arena, &it->ref));
	gk_help(&err, "add a Namespace object, or create it first");
	gk_err_at(&err, gk_node_pos(it->object, it->source));
	fail(s, &err);
}

static struct single *single(struct group *g, struct gk_target *target)
{
	struct single *one = gk_arena_alloc(&g->snap->t->arena, sizeof *one);

	*one = (struct single){g, target};
	return one;
}

static void read_group(struct group *g)
{
	struct gk_kube *kube = g->snap->t->session->kube;
	struct gk_kube_list list = {.res = g->res, .ns = g->ns};

	if (g->n > GET_MAX) {
		gk_kube_list_submit(kube, &list, on_list, g);
		return;
	}
	for (size_t i = 0; i < g->n; i++) {
		struct gk_kube_call call = gk_kube_get(g->res, g->ns, g->v[i]->item->ref.name);

		gk_kube_submit(kube, &call, on_get, single(g, g->v[i]));
	}
}

/* ---- groups ---- */

static struct group *group_of(struct snapshot *s, const struct gk_target *target)
{
	struct gk_arena *a = &s->t->arena;
	struct gk_str ns = target->item->ref.ns;
	struct gk_str key = gk_str_c(gk_arena_printf(a, "%.*s.%.*s/%.*s",
		GK_SARG(target->res->plural), GK_SARG(target->res->group), GK_SARG(ns)));
	void **slot = gk_map_at(&s->groups, key);

	if (!*slot) {
		struct group *g = gk_arena_zalloc(a, sizeof *g);

		*g = (struct group){.snap = s, .res = target->res, .ns = ns};
		*slot = g;
	}
	return *slot;
}

static void sort_into_groups(struct snapshot *s)
{
	for (size_t i = 0; i < s->t->n; i++) {
		struct gk_target *target = &s->t->v[i];
		struct group *g;

		if (target->item->ref.ns.n && !target->marks.skip)
			gk_map_put(&s->namespaces, target->item->ref.ns, target);
		if (!target->res || target->marks.skip)
			continue;
		g = group_of(s, target);
		gk_vec_push(g, target);
	}
	for (size_t i = 0; i < s->t->n; i++)
		if (gk_str_is(s->t->v[i].item->ref.kind, "Namespace"))
			gk_map_del(&s->namespaces, s->t->v[i].item->ref.name);
}

static int check_namespaces(struct snapshot *s, struct gk_err *err)
{
	struct group *g = gk_arena_zalloc(&s->t->arena, sizeof *g);

	g->snap = s;
	if (gk_session_core(s->t->session, "", "v1", "Namespace", &g->res, err))
		return -1;
	gk_map_foreach (e, &s->namespaces) {
		struct gk_kube_call call = gk_kube_get(g->res, GK_STR_NULL, e->key);

		call.metadata_only = true;
		gk_kube_submit(s->t->session->kube, &call, on_namespace, single(g, e->value));
	}
	return 0;
}

static int run(struct snapshot *s, struct gk_err *err)
{
	sort_into_groups(s);
	if (check_namespaces(s, err))
		return -1;
	gk_map_foreach (e, &s->groups)
		read_group(e->value);
	return gk_http_run(s->t->session->http, err);
}

int gk_targets_read(struct gk_targets *t, struct gk_err *err)
{
	struct snapshot s = {.t = t, .faults = GK_FAULTS_INIT(t->session->diags)};
	int rc = run(&s, err);

	gk_map_foreach (e, &s.groups)
		gk_vec_done((struct group *)e->value);
	gk_map_done(&s.groups);
	gk_map_done(&s.namespaces);
	return rc ? rc : gk_faults_end(&s.faults, err);
}
