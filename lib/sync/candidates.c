/* Looking up what may be pruned. */
#include "sync/candidates.h"

#include <stdlib.h>

#include "base/map.h"
#include "sync/faults.h"

struct look {
	struct gk_candidates *c;
	struct gk_targets *t;
	const struct gk_set_id *set;
	const struct gk_strs *kinds;
	struct gk_faults faults;
};

/* One look-up; all parts of a candidate stay together until they are sorted. */
struct candidate {
	struct gk_prune_item item;
	struct look *look;
	const struct gk_inv_entry *entry;
	const struct gk_kube_resource *res;
	struct gk_node *live;
};

static void judge(struct candidate *x, const struct gk_node *live)
{
	struct look *l = x->look;

	gk_prune_judge(&l->c->arena, x->entry, live, l->set, l->t->manager, l->kinds, &x->item);
	if (live && l->c->keep_live)
		x->live = gk_node_dup(&l->c->arena, live);
}

static void on_get(void *ctx, struct gk_kube_reply *reply)
{
	struct candidate *x = ctx;

	if (!reply->failed) {
		judge(x, reply->doc.root);
	} else if (reply->http == 404) {
		judge(x, NULL);
	} else {
		x->item.verdict = GK_PRUNE_UNKNOWN;
		x->item.why = "it could not be read";
		gk_faults_add(&x->look->faults, &reply->err);
	}
}

static const struct gk_kube_resource *resource(const struct look *l, const struct gk_ref *r)
{
	const struct gk_discovery *d = l->t->session->disc;
	const struct gk_kube_resource *res = gk_discovery_find(d, r->group, r->version, r->kind);

	return res ? res : gk_discovery_find_kind(d, r->group, r->kind);
}

static void look_up(struct candidate *x)
{
	struct look *l = x->look;
	const struct gk_ref *r = &x->entry->ref;
	struct gk_kube_call call;

	x->item = (struct gk_prune_item){.ref = *r, .why = ""};
	x->res = resource(l, r);
	if (!x->res) {
		if (gk_discovery_group_unknown(l->t->session->disc, r->group, r->version)) {
			x->item.verdict = GK_PRUNE_UNKNOWN;
			x->item.why = "its API cannot be reached";
		} else {
			judge(x, NULL);
		}
		return;
	}
	call = gk_kube_get(x->res, r->ns, r->name);
	call.metadata_only = !l->c->keep_live;
	gk_kube_submit(l->t->session->kube, &call, on_get, x);
}

/* The entries that no target wants; hooks in the input want nothing. */
static struct candidate *unwanted(struct look *l, const struct gk_inventory *inv)
{
	struct gk_arena *a = &l->c->arena;
	struct candidate *v = gk_arena_array(a, inv->entry.n + 1, sizeof *v);
	struct gk_map wanted = GK_MAP_INIT;

	for (size_t i = 0; i < l->t->n; i++)
		if (!l->t->v[i].marks.hook && !l->t->v[i].marks.skip)
			gk_map_put(&wanted, gk_ref_key(a, &l->t->v[i].item->ref), &l->t->v[i]);
	for (size_t i = 0; i < inv->entry.n; i++)
		if (!gk_map_find(&wanted, gk_ref_key(a, &inv->entry.v[i].ref)))
			v[l->c->n++] = (struct candidate){.look = l, .entry = &inv->entry.v[i]};
	gk_map_done(&wanted);
	return v;
}

/* gk_prune_sort orders items alone: sort them, then bring the rest into that order. */
static void take_sorted(struct gk_candidates *c, struct candidate *x)
{
	struct gk_map at = GK_MAP_INIT;

	c->v = gk_arena_array(&c->arena, c->n + 1, sizeof *c->v);
	c->res = gk_arena_array(&c->arena, c->n + 1, sizeof *c->res);
	c->live = gk_arena_array(&c->arena, c->n + 1, sizeof *c->live);
	for (size_t i = 0; i < c->n; i++) {
		c->v[i] = x[i].item;
		gk_map_put(&at, gk_ref_key(&c->arena, &x[i].item.ref), &x[i]);
	}
	gk_prune_sort(c->v, c->n);
	for (size_t i = 0; i < c->n; i++) {
		const struct candidate *found =
			gk_map_find(&at, gk_ref_key(&c->arena, &c->v[i].ref));

		c->res[i] = found->res;
		c->live[i] = found->live;
	}
	gk_map_done(&at);
}

int gk_candidates_read(struct gk_candidates *c, struct gk_targets *t,
	const struct gk_inventory *inv, const struct gk_set_id *set, const struct gk_strs *kinds,
	struct gk_err *err)
{
	struct look l = {.c = c,
		.t = t,
		.set = set,
		.kinds = kinds,
		.faults = GK_FAULTS_INIT(t->session->diags)};
	struct candidate *x = unwanted(&l, inv);

	for (size_t i = 0; i < c->n; i++)
		look_up(&x[i]);
	if (gk_http_run(t->session->http, err))
		return -1;
	take_sorted(c, x);
	return gk_faults_end(&l.faults, err);
}

void gk_candidates_done(struct gk_candidates *c)
{
	gk_arena_done(&c->arena);
	*c = (struct gk_candidates)GK_CANDIDATES_INIT;
}
