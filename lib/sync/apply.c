/* A run of gk-apply: its phases and its loop. */
#include "sync/apply-priv.h"

#include "base/io.h"
#include "base/sig.h"
#include "sync/delta.h"
#include "sync/parent.h"

enum { BEAT_MS = 5000 };

/* ---- stopping ---- */

static void skip_waiting(struct gk_apply_run *r, const char *why)
{
	r->ready.n = 0;
	for (size_t i = 0; i < r->graph.n; i++)
		if (r->node[i].state == GK_NODE_WAITING && r->node[i].counted)
			gk_apply__skip(&r->node[i], why);
}

/* Start nothing new.  What was applied is not waited for any more, unless it is to be told. */
static void stop(struct gk_apply_run *r, const char *why)
{
	r->stopped = true;
	skip_waiting(r, why);
	for (size_t i = 0; i < r->graph.n; i++)
		if (r->node[i].state == GK_NODE_SETTLING)
			gk_apply__done(&r->node[i]);
}

static void stop_for(struct gk_apply_run *r, enum gk_code code, const char *slug, const char *why)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, code, slug, "%s: no new write was started", why);
	gk_help(&err, "run the same command again: it goes on where this run stopped");
	gk_faults_add(&r->faults, &err);
	stop(r, why);
}

void gk_apply__look(struct gk_apply_run *r)
{
	if (r->stopped)
		return;
	if (gk_sig_caught())
		stop_for(r, GK_ECANCELLED, "apply.signal", "stopped by a signal");
	else if (r->lease.lost)
		stop_for(r, GK_ECONFLICT, "lock.lost", "the lock of the set was lost");
	else if (gk_apply_report_cut(r->opt->report))
		stop_for(r, GK_EIO, "apply.cut", "nobody reads stdout any more");
}

static void on_timeout(void *ctx)
{
	struct gk_apply_run *r = ctx;

	r->timeout = NULL;
	r->timed_out = true;
}

void gk_apply__clock(struct gk_apply_run *r, int64_t ms)
{
	if (r->timeout)
		gk_http_timer_cancel(r->opt->session->http, r->timeout);
	r->timed_out = false;
	r->timeout = gk_http_timer(r->opt->session->http, ms, on_timeout, r);
}

/* The deadline: what settles has failed, what waits is not started. */
static void expire(struct gk_apply_run *r)
{
	if (!r->timed_out || r->stopped)
		return;
	r->stopped = true;
	gk_apply__expire(r);
	skip_waiting(r, "the time is over");
}

static void on_beat(void *ctx)
{
	struct gk_apply_run *r = ctx;

	r->beat = gk_http_timer(r->opt->session->http, BEAT_MS, on_beat, r);
	for (size_t i = 0; i < r->graph.n; i++)
		if (r->node[i].state == GK_NODE_SETTLING) {
			gk_apply_report_heartbeat(r->opt->report, gk_apply__ref(&r->node[i]),
				r->node[i].health.message, r->deadline_ms - gk_time_mono_ms());
			return;
		}
}

static void on_signal(void *ctx)
{
	(void)ctx; /* waking up is enough: gk_apply__look asks */
}

/* ---- the graph ---- */

/* A wave begins with its first object and ends with its gate. */
static void tell_group(const struct gk_apply_node *n)
{
	struct gk_apply_run *r = n->run;
	const struct gk_gnode *g = &r->graph.node[n->id];
	struct gk_event e = {.type = "group",
		.status = g->gate ? "Finished" : "Started",
		.phase = gk_phase_name(g->phase),
		.wave = g->wave,
		.elapsed_ms = -1};

	if (!g->gate && r->group && r->group->phase == g->phase && r->group->wave == g->wave)
		return;
	r->group = g;
	gk_apply_report_event(r->opt->report, &e);
}

static void start(struct gk_apply_node *n)
{
	struct gk_apply_run *r = n->run;

	if (n->state != GK_NODE_WAITING)
		return;
	n->state = GK_NODE_WRITING;
	n->begin_ms = gk_time_mono_ms();
	r->busy++;
	tell_group(n);
	if (!n->target) {
		gk_apply__inventory_flush(r, gk_arena_printf(&r->arena, "after wave %lld of %s",
						     (long long)r->graph.node[n->id].wave,
						     gk_phase_name(r->graph.node[n->id].phase)));
		gk_apply__done(n);
	} else if (n->target->marks.hook) {
		gk_apply__hook(n);
	} else {
		gk_apply__write(n);
	}
}

static void reload(struct gk_apply_run *r, struct gk_err *err)
{
	if (!r->reload)
		return;
	r->reload = false;
	/* Who needs the kind tries again for a while and fails with its own words. */
	if (gk_discovery_reload(r->opt->session->disc, err))
		gk_err_reset(err);
}

/* Start what is ready; starting may make more ready. */
static void pump(struct gk_apply_run *r)
{
	for (size_t i = 0; i < r->ready.n; i++)
		start(&r->node[r->ready.v[i]]);
	r->ready.n = 0;
}

static int turn(struct gk_apply_run *r, struct gk_err *err)
{
	pump(r);
	if (!r->busy)
		return 0;
	if (gk_http_step(r->opt->session->http, -1, err))
		return -1;
	gk_apply__look(r);
	expire(r);
	gk_apply__unhealthy(r);
	reload(r, err);
	return 0;
}

static int loop(struct gk_apply_run *r, struct gk_err *err)
{
	while (r->ready.n || r->busy)
		if (turn(r, err))
			return -1;
	skip_waiting(r, "what it waits for never came");
	return 0;
}

static void count_in(struct gk_apply_run *r, uint32_t id)
{
	struct gk_apply_node *n = &r->node[id];

	n->counted = true;
	if (!n->waits)
		gk_apply__ready(n);
}

static int run_graph(struct gk_apply_run *r, struct gk_err *err)
{
	struct gk_http *http = r->opt->session->http;

	r->deadline_ms = gk_time_mono_ms() + r->opt->timeout_ms;
	gk_apply__clock(r, r->opt->timeout_ms);
	r->beat = gk_http_timer(http, BEAT_MS, on_beat, r);
	gk_http_on_fd(http, gk_sig_fd(), on_signal, r);
	for (size_t i = 0; i < r->graph.norder; i++)
		count_in(r, r->graph.order[i]);
	return loop(r, err);
}

/* Nobody stopped the run or took its lock: it may write. */
static bool is_ours(const struct gk_apply_run *r)
{
	return !gk_sig_caught() && !r->lease.lost && !gk_apply_report_cut(r->opt->report);
}

/* After a failure, unless the run was stopped: the hooks that the author wants then. */
static int run_fail_hooks(struct gk_apply_run *r, struct gk_err *err)
{
	if (!r->graph.nfail || !r->faults.n || !is_ours(r))
		return 0;
	r->stopped = false;
	gk_apply__clock(r, r->opt->timeout_ms);
	for (size_t i = 0; i < r->graph.nfail; i++) {
		r->node[r->graph.fail[i]].waits = 0;
		count_in(r, r->graph.fail[i]);
	}
	return loop(r, err);
}

/* ---- phases ---- */

/* The namespace that is to hold lock and inventory comes first, and is then a member. */
static int make_home(struct gk_apply_run *r, struct gk_err *err)
{
	const struct gk_apply *opt = r->opt;
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	int rc = 0;

	for (size_t i = 0; i < r->targets.n && !rc; i++) {
		struct gk_target *t = &r->targets.v[i];
		struct gk_kube_call call;

		if (!gk_str_is(t->item->ref.kind, "Namespace") ||
			!gk_str_is(t->item->ref.name, opt->id->ns))
			continue;
		call = gk_kube_apply(t->res, GK_STR_NULL, t->item->ref.name, t->item->object);
		call.manager = opt->manager;
		call.force = opt->force_conflicts;
		rc = gk_kube_do(opt->session->kube, &call, &reply, err);
		t->made = !rc;
		gk_kube_reply_done(&reply);
	}
	if (!rc && !opt->no_lock)
		rc = gk_lease_acquire(&r->lease, opt->session, opt->id, opt->lock_timeout_ms, err);
	return rc ? rc : gk_parent_read(opt->session, opt->id, &r->inv, err);
}

static int write_phases(struct gk_apply_run *r, struct gk_err *err)
{
	if (r->home_missing && make_home(r, err))
		return -1;
	gk_lease_keep(&r->lease);
	if (gk_apply__inventory_begin(r, err) || run_graph(r, err) || run_fail_hooks(r, err))
		return -1;
	if (!r->faults.n && gk_apply__prune(r, err))
		return -1;
	if (is_ours(r) && gk_apply__hook_cleanup(r, !r->faults.n, err))
		return -1;
	return r->lease.lost ? 0 : gk_apply__inventory_end(r, !r->faults.n, err);
}

static void begin_report(struct gk_apply_run *r)
{
	const struct gk_apply *opt = r->opt;

	gk_apply_report_begin(opt->report, r->objects + r->prune.n,
		gk_arena_memdup0(&r->arena, r->cluster.p ? r->cluster.p : "", r->cluster.n),
		opt->id ? opt->id->name : NULL,
		gk_arena_memdup0(
			&r->arena, opt->revision.p ? opt->revision.p : "", opt->revision.n));
}

/* The exit code that gk_main will find: told in the end record too. */
static int exit_code(const struct gk_apply_run *r, int rc, const struct gk_err *err)
{
	const struct gk_diags *d = r->opt->session->diags;
	int sig = gk_sig_caught();
	struct gk_diags both = {.worst = d->worst, .errors = d->errors};

	if (sig)
		return 128 + sig;
	if (!rc)
		return 0;
	gk_diags_err(&both, err);
	rc = gk_code_exit(both.worst);
	gk_diags_done(&both);
	return rc;
}

static int execute(struct gk_apply_run *r, struct gk_err *err)
{
	int rc;

	r->totals.not_waited = r->opt->no_wait;
	begin_report(r);
	rc = write_phases(r, err);
	if (rc)
		gk_faults_add(&r->faults, err);
	rc = gk_faults_end(&r->faults, err);
	gk_apply_report_end(r->opt->report, &r->totals, exit_code(r, rc, err));
	return rc;
}

static void release(struct gk_apply_run *r)
{
	struct gk_http *http = r->opt->session->http;

	if (r->timeout)
		gk_http_timer_cancel(http, r->timeout);
	if (r->beat)
		gk_http_timer_cancel(http, r->beat);
	if (gk_sig_fd() >= 0)
		gk_http_on_fd(http, gk_sig_fd(), NULL, r);
	gk_apply__wait_done(r);
	gk_lease_done(&r->lease);
	gk_candidates_done(&r->prune);
	gk_inventory_done(&r->inv);
	gk_graph_done(&r->graph);
	gk_targets_done(&r->targets);
	gk_vec_done(&r->ready);
	gk_vec_done(&r->unhealthy);
	gk_freep(&r->written);
	gk_arena_done(&r->arena);
}

int gk_apply_run(const struct gk_apply *opt, struct gk_err *err)
{
	struct gk_apply_run *r = gk_xcalloc(1, sizeof *r);
	int rc;

	*r = (struct gk_apply_run){.opt = opt,
		.targets = {.manager = opt->manager,
			.keep_live = opt->dry_run,
			.ignore_part_of = opt->id == NULL},
		.inv = GK_INVENTORY_INIT,
		.lease = GK_LEASE_INIT,
		.faults = GK_FAULTS_INIT(opt->session->diags)};
	rc = gk_apply__check(r, err);
	if (!rc)
		rc = opt->dry_run ? gk_apply__dry_run(r, err) : execute(r, err);
	release(r);
	gk_free(r);
	return rc;
}
