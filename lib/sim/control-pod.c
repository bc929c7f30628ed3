/* The scheduler and the kubelet of one node: a pod is placed, then runs, then may end. */
#include "sim/kube-control.h"
#include "sim/kube-event.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

enum { STEP_MS = 2 };
#define NODE "gk-sim-node"

static bool ends(const struct gk_node *pod)
{
	gk_node_foreach (ref, gk_node_path(pod, "metadata", "ownerReferences", NULL))
		if (gk_str_is(gk_node_text(gk_node_get(ref, "kind")), "Job"))
			return true;
	return false;
}

/* state: "running", "waiting" or "terminated" */
static void set_containers(struct gk_arena *a, struct gk_node *pod, const char *state,
	const char *reason, int64_t exit_code, bool ready)
{
	struct gk_node *list = gk_node_new(a, GK_ARRAY);
	struct gk_str now = gk_str_c(gk_sim_now(a));

	gk_node_foreach (c, gk_node_path(pod, "spec", "containers", NULL)) {
		struct gk_node *s = gk_node_new(a, GK_OBJECT), *at;
		struct gk_str image = gk_node_text(gk_node_get(c, "image"));

		gk_node_set_str(a, s, "name", gk_node_text(gk_node_get(c, "name")));
		at = gk_node_need(a, gk_node_need(a, s, "state", GK_OBJECT), state, GK_OBJECT);
		if (reason)
			gk_node_set_str(a, at, "reason", gk_str_c(reason));
		if (strcmp(state, "running") == 0)
			gk_node_set_str(a, at, "startedAt", now);
		if (strcmp(state, "terminated") == 0) {
			gk_node_set_c(a, at, "exitCode", gk_node_int_new(a, exit_code));
			gk_node_set_str(a, at, "finishedAt", now);
		}
		gk_node_set_c(a, s, "ready", gk_node_bool(a, ready));
		gk_node_set_c(a, s, "started", gk_node_bool(a, ready));
		gk_node_set_c(a, s, "restartCount", gk_node_int_new(a, reason ? 1 : 0));
		gk_node_set_str(a, s, "image", image);
		gk_node_set_str(a, s, "imageID", image);
		gk_node_append(list, s);
	}
	gk_node_set_c(a, gk_node_need(a, pod, "status", GK_OBJECT), "containerStatuses", list);
}

static void set_phase(struct gk_sim_edit *e, const char *phase, bool ready, const char *why)
{
	struct gk_arena *a = &e->doc.arena;
	struct gk_node *status = gk_sim_edit_status(e);

	gk_node_set_str(a, status, "phase", gk_str_c(phase));
	if (e->res->generation)
		gk_sim_observed(a, e->doc.root);
	gk_sim_condition(a, status, "Initialized", true, NULL, NULL);
	gk_sim_condition(a, status, "Ready", ready, why, NULL);
	gk_sim_condition(a, status, "ContainersReady", ready, why, NULL);
}

static void place(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, int64_t delay)
{
	const struct gk_node *root = o->doc.root;
	struct gk_sim_edit e;
	struct gk_arena *a;
	struct gk_node *status;

	gk_sim_edit_begin(&e, sim, res, o);
	a = &e.doc.arena;
	gk_node_set_str(
		a, gk_node_need(a, e.doc.root, "spec", GK_OBJECT), "nodeName", GK_STR(NODE));
	status = gk_sim_edit_status(&e);
	gk_sim_condition(a, status, "PodScheduled", true, NULL, NULL);
	gk_node_set_str(a, status, "hostIP", GK_STR("192.0.2.1"));
	gk_node_set_str(a, status, "startTime", gk_str_c(gk_sim_now(a)));
	gk_sim_control_later(
		sim, res, gk_sim_obj_ns(root), gk_sim_obj_name(root), delay ? delay : STEP_MS);
	gk_sim_edit_commit(&e, "status");
}

static void run(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o,
	enum gk_sim_behaviour behaviour)
{
	bool ready = behaviour != GK_SIM_FAIL && behaviour != GK_SIM_NEVER_READY;
	bool crash = behaviour == GK_SIM_FAIL && !ends(o->doc.root);
	struct gk_sim_edit e;
	struct gk_arena *a;

	gk_sim_edit_begin(&e, sim, res, o);
	a = &e.doc.arena;
	set_containers(a, e.doc.root, crash ? "waiting" : "running",
		crash ? "CrashLoopBackOff" : NULL, 0, ready);
	gk_node_set_str(a, gk_sim_edit_status(&e), "podIP",
		gk_str_c(gk_arena_printf(a, "10.244.%llu.%llu",
			(unsigned long long)(sim->store.rv / 250 % 250),
			(unsigned long long)(sim->store.rv % 250 + 1))));
	set_phase(&e, "Running", ready, ready ? NULL : "ContainersNotReady");
	if (crash)
		gk_sim_event_record(sim, o->doc.root, "kubelet", "Warning", "BackOff",
			"Back-off restarting failed container");
	if (ends(o->doc.root))
		gk_sim_control_later(sim, res, gk_sim_obj_ns(o->doc.root),
			gk_sim_obj_name(o->doc.root), STEP_MS);
	gk_sim_edit_commit(&e, "status");
}

static void end(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, bool failed)
{
	struct gk_sim_edit e;

	gk_sim_edit_begin(&e, sim, res, o);
	set_containers(&e.doc.arena, e.doc.root, "terminated", failed ? "Error" : "Completed",
		failed ? 1 : 0, false);
	set_phase(
		&e, failed ? "Failed" : "Succeeded", false, failed ? "PodFailed" : "PodCompleted");
	gk_sim_edit_commit(&e, "status");
}

/* Placed at once; each later step comes by its timer. */
void gk_sim_reconcile_pod(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	const struct gk_node *root = o->doc.root;
	struct gk_str phase = gk_node_text(gk_node_path(root, "status", "phase", NULL));
	int64_t delay;
	enum gk_sim_behaviour behaviour = gk_sim_behaviour(root, &delay);

	if (!gk_node_text(gk_node_path(root, "spec", "nodeName", NULL)).n)
		place(sim, res, o, delay);
	else if (!gk_sim_control_by_timer(sim))
		return;
	else if (gk_str_is(phase, "Pending"))
		run(sim, res, o, behaviour);
	else if (gk_str_is(phase, "Running") && ends(root) && behaviour != GK_SIM_NEVER_READY)
		end(sim, res, o, behaviour == GK_SIM_FAIL);
}
