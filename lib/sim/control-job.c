/* Jobs: pods until enough have succeeded, or one has failed. */
#include "sim/kube-control.h"
#include "sim/kube-event.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

struct tally {
	int64_t active, ready, succeeded, failed;
};

static struct tally count_pods(struct gk_sim *sim, const struct gk_node *job)
{
	struct gk_sim_objs pods = {0};
	struct tally t = {0};

	gk_sim_dependents(gk_sim_pods(sim), job, &pods);
	for (size_t i = 0; i < pods.n; i++) {
		const struct gk_node *root = pods.v[i]->doc.root;
		struct gk_str phase = gk_node_text(gk_node_path(root, "status", "phase", NULL));

		t.succeeded += gk_str_is(phase, "Succeeded");
		t.failed += gk_str_is(phase, "Failed");
		t.active += gk_str_is(phase, "Pending") || gk_str_is(phase, "Running");
		t.ready += gk_str_is(phase, "Running") && gk_sim_pod_ready(root);
	}
	gk_sim_objs_done(&pods);
	return t;
}

static bool finished(const struct gk_node *job)
{
	gk_node_foreach (c, gk_node_path(job, "status", "conditions", NULL)) {
		struct gk_str type = gk_node_text(gk_node_get(c, "type"));

		if ((gk_str_is(type, "Complete") || gk_str_is(type, "Failed")) &&
			gk_str_is(gk_node_text(gk_node_get(c, "status")), "True"))
			return true;
	}
	return false;
}

static void start_pods(struct gk_sim *sim, const struct gk_node *job, struct tally *t)
{
	const struct gk_node *template = gk_node_path(job, "spec", "template", NULL);
	int64_t parallel = gk_sim_int_at(job, "spec", "parallelism", 1);
	int64_t left = gk_sim_int_at(job, "spec", "completions", 1) - t->succeeded;

	for (; t->active < parallel && t->active < left; t->active++) {
		struct gk_doc doc = GK_DOC_INIT;
		const char *name = gk_arena_printf(&doc.arena, "%.*s-%s",
			GK_SARG(gk_sim_obj_name(job)), gk_sim_suffix(&doc.arena, 5));

		gk_sim_pod_of(&doc, job, template, gk_str_c(name), NULL, NULL);
		gk_sim_control_create(sim, gk_sim_pods(sim), &doc);
	}
}

static void set_end(struct gk_sim_edit *e, const struct tally *t)
{
	struct gk_arena *a = &e->doc.arena;
	struct gk_node *status = gk_sim_edit_status(e);

	if (t->failed) {
		gk_sim_condition(a, status, "FailureTarget", true, "BackoffLimitExceeded",
			"Job has reached the specified backoff limit");
		gk_sim_condition(a, status, "Failed", true, "BackoffLimitExceeded",
			"Job has reached the specified backoff limit");
		gk_sim_event_record(e->sim, e->old->doc.root, "job-controller", "Warning",
			"BackoffLimitExceeded", "Job has reached the specified backoff limit");
		return;
	}
	if (t->succeeded < gk_sim_int_at(e->doc.root, "spec", "completions", 1))
		return;
	gk_node_set_str(a, status, "completionTime", gk_str_c(gk_sim_now(a)));
	gk_sim_condition(a, status, "SuccessCriteriaMet", true, "CompletionsReached",
		"Reached expected number of succeeded pods");
	gk_sim_condition(a, status, "Complete", true, "CompletionsReached",
		"Reached expected number of succeeded pods");
}

void gk_sim_reconcile_job(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	bool suspended = gk_node_true(gk_node_path(o->doc.root, "spec", "suspend", NULL));
	struct tally t = count_pods(sim, o->doc.root);
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status;

	if (finished(o->doc.root))
		return;
	if (!suspended && !t.failed)
		start_pods(sim, o->doc.root, &t);
	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	if (suspended)
		gk_sim_condition(a, status, "Suspended", true, "JobSuspended", "Job suspended");
	else if (!gk_node_get(status, "startTime"))
		gk_node_set_str(a, status, "startTime", gk_str_c(gk_sim_now(a)));
	gk_sim_count(a, status, "active", t.active);
	gk_node_set_c(a, status, "ready", gk_node_int_new(a, t.ready));
	gk_node_set_c(a, status, "terminating", gk_node_int_new(a, 0));
	gk_sim_count(a, status, "succeeded", t.succeeded);
	gk_sim_count(a, status, "failed", t.failed);
	(void)gk_node_need(a, status, "uncountedTerminatedPods", GK_OBJECT);
	set_end(&e, &t);
	gk_sim_edit_commit(&e, "status");
}
