/* The nodes of a run: their states, and who waits for whom. */
#include "sync/apply-priv.h"

#include "base/io.h"

const struct gk_ref *gk_apply__ref(const struct gk_apply_node *n)
{
	return &n->target->item->ref;
}

static const struct gk_gnode *gnode(const struct gk_apply_node *n)
{
	return &n->run->graph.node[n->id];
}

void gk_apply__event(
	struct gk_apply_node *n, const char *type, const char *status, const char *error)
{
	const struct gk_gnode *g = gnode(n);
	struct gk_event e = {.type = type,
		.status = status,
		.ref = n->target ? gk_apply__ref(n) : NULL,
		.phase = gk_phase_name(g->phase),
		.wave = g->wave,
		.error = error,
		.elapsed_ms = gk_time_mono_ms() - n->begin_ms};

	if (strcmp(type, "delete") == 0)
		e.result = "deleted";
	else if (strcmp(type, "apply") == 0 || strcmp(type, "hook") == 0)
		e.result = n->result;
	else
		e.health = gk_health_name(n->health.status);
	e.message = n->health.message;
	gk_apply_report_event(n->run->opt->report, &e);
}

/* ---- results ---- */

static void count(struct gk_apply_node *n)
{
	struct gk_apply_totals *t = &n->run->totals;

	if (n->state == GK_NODE_FAILED)
		t->failed++;
	else if (n->state == GK_NODE_SKIPPED)
		t->skipped++;
	if (n->state == GK_NODE_DONE && gk_health_good(n->health.status))
		t->healthy++;
	if (!n->result)
		return;
	t->added += strcmp(n->result, "created") == 0;
	t->changed += strcmp(n->result, "configured") == 0;
	t->unchanged += strcmp(n->result, "unchanged") == 0;
}

static const char *result_word(const struct gk_apply_node *n)
{
	if (n->state == GK_NODE_SKIPPED)
		return "skipped";
	if (n->state == GK_NODE_DONE)
		return n->result;
	return !n->result ? "failed"
			  : gk_arena_printf(&n->run->arena, "%s, not healthy", n->result);
}

/* The node has reached its last state: tell it, once. */
static void end(struct gk_apply_node *n, enum gk_node_state state)
{
	const struct gk_gnode *g = gnode(n);
	struct gk_apply_result x = {.phase = gk_phase_name(g->phase), .wave = g->wave};

	gk_assert(n->state < GK_NODE_DONE);
	if (n->state != GK_NODE_WAITING)
		n->run->busy--;
	n->state = state;
	if (!n->target)
		return;
	count(n);
	x.ref = *gk_apply__ref(n);
	x.result = result_word(n);
	x.changed = state == GK_NODE_DONE && n->result && strcmp(n->result, "unchanged") != 0;
	x.health = gk_health_name(n->health.status);
	x.message = n->health.message;
	x.elapsed_ms = n->begin_ms ? gk_time_mono_ms() - n->begin_ms : 0;
	gk_apply_report_result(n->run->opt->report, n->place, &x);
}

/* ---- who waits ---- */

void gk_apply__ready(struct gk_apply_node *n)
{
	gk_vec_push(&n->run->ready, n->id);
}

static void release(struct gk_apply_node *n, bool healthy)
{
	struct gk_apply_run *r = n->run;

	for (uint32_t i = r->first[n->id]; i < r->first[n->id + 1]; i++) {
		struct gk_apply_node *user = &r->node[r->user[i].node];

		if (r->user[i].healthy != healthy || user->state != GK_NODE_WAITING)
			continue;
		if (--user->waits == 0)
			gk_apply__ready(user);
	}
}

void gk_apply__applied(struct gk_apply_node *n)
{
	if (n->applied)
		return;
	n->applied = true;
	release(n, false);
}

void gk_apply__done(struct gk_apply_node *n)
{
	gk_apply__stop_waiting(n);
	gk_apply__applied(n);
	end(n, GK_NODE_DONE);
	if (n->target && gk_str_is(gk_apply__ref(n)->kind, "CustomResourceDefinition") &&
		strcmp(n->result, "unchanged") != 0)
		n->run->reload = true;
	if (n->target && n->target->marks.hook)
		gk_apply__hook_ended(n, true);
	release(n, true);
}

static void skip_one(struct gk_apply_node *n, const char *why)
{
	n->health = (struct gk_health){GK_HEALTH_MISSING, why};
	end(n, GK_NODE_SKIPPED);
	if (n->target)
		gk_apply__event(n, "apply", "Skipped", NULL);
}

/*
 * All that waits for the node, directly or through others, is not started any more.  A list
 * and not recursion: chains may be as long as the set.
 */
static void skip_users(const struct gk_apply_node *n, const char *why)
{
	struct gk_apply_run *r = n->run;
	GK_VEC(uint32_t) todo = {0};

	gk_vec_push(&todo, n->id);
	while (todo.n) {
		const struct gk_apply_node *from = &r->node[todo.v[--todo.n]];

		for (uint32_t i = r->first[from->id]; i < r->first[from->id + 1]; i++) {
			struct gk_apply_node *user = &r->node[r->user[i].node];

			/* Who waits only for the write may go on when that is done. */
			if (user->state != GK_NODE_WAITING ||
				(!r->user[i].healthy && from->applied))
				continue;
			skip_one(user, why);
			gk_vec_push(&todo, user->id);
		}
	}
	gk_vec_done(&todo);
}

void gk_apply__skip(struct gk_apply_node *n, const char *why)
{
	skip_one(n, why);
	skip_users(n, why);
}

void gk_apply__failed(struct gk_apply_node *n, struct gk_err *err)
{
	struct gk_apply_run *r = n->run;
	const struct gk_item *it = n->target->item;
	char message[1024];

	gk_apply__stop_waiting(n);
	gk_err_at(err, gk_node_pos(it->object, it->source));
	gk_faults_add(&r->faults, err);
	gk_err_message(err, message, sizeof message);
	end(n, GK_NODE_FAILED);
	gk_apply__event(n, n->target->marks.hook ? "hook" : "apply",
		err->code == GK_EUNHEALTHY && r->timed_out ? "Timeout" : "Failed", message);
	if (n->target->marks.hook)
		gk_apply__hook_ended(n, false);
	skip_users(n, gk_arena_printf(&r->arena, "waits for %s, which failed",
			      gk_ref_text(&r->arena, gk_apply__ref(n))));
}

bool gk_apply__needs_health(const struct gk_apply_node *n)
{
	const struct gk_apply_run *r = n->run;

	if (!r->opt->no_wait || n->target->marks.hook)
		return true;
	for (uint32_t i = r->first[n->id]; i < r->first[n->id + 1]; i++)
		if (r->user[i].healthy && !r->graph.node[r->user[i].node].gate)
			return true;
	return false;
}

/* ---- setting up ---- */

/* Backwards edges as one array with an index (a counting sort by target). */
static void make_users(struct gk_apply_run *r)
{
	const struct gk_graph *g = &r->graph;
	uint32_t *fill = gk_xcalloc(g->n + 1, sizeof *fill);

	r->first = gk_arena_array(&r->arena, g->n + 2, sizeof *r->first);
	for (size_t i = 0; i < g->n; i++)
		for (uint32_t d = 0; d < g->node[i].ndeps; d++)
			r->first[g->node[i].deps[d].to + 1]++;
	for (size_t i = 0; i < g->n; i++)
		r->first[i + 1] += r->first[i];
	r->user = gk_arena_array(&r->arena, r->first[g->n] + 1, sizeof *r->user);
	for (uint32_t i = 0; i < g->n; i++)
		for (uint32_t d = 0; d < g->node[i].ndeps; d++) {
			const struct gk_edge *e = &g->node[i].deps[d];

			r->user[r->first[e->to] + fill[e->to]++] =
				(struct gk_apply_user){i, e->healthy};
		}
	gk_free(fill);
}

/* Nodes of SyncFail are no part of the order: nobody waits for them. */
static uint32_t real_waits(const struct gk_graph *g, uint32_t node)
{
	uint32_t n = 0;

	for (uint32_t d = 0; d < g->node[node].ndeps; d++)
		n += g->node[g->node[node].deps[d].to].phase != GK_PHASE_SYNC_FAIL;
	return n;
}

int gk_apply__nodes(struct gk_apply_run *r, struct gk_err *err)
{
	struct gk_graph *g = &r->graph;
	size_t place = 0;

	if (gk_graph_build(g, r->opt->set, err))
		return -1;
	make_users(r);
	r->node = gk_arena_array(&r->arena, g->n + 1, sizeof *r->node);
	for (uint32_t i = 0; i < g->n; i++) {
		r->node[i] = (struct gk_apply_node){.run = r,
			.id = i,
			.health = {GK_HEALTH_MISSING, ""},
			.waits = real_waits(g, i)};
		if (!g->node[i].gate)
			r->node[i].target = &r->targets.v[g->node[i].item];
	}
	for (size_t i = 0; i < g->norder; i++)
		if (r->node[g->order[i]].target)
			r->node[g->order[i]].place = place++;
	for (size_t i = 0; i < g->nfail; i++)
		r->node[g->fail[i]].place = place++;
	r->objects = place;
	return 0;
}
