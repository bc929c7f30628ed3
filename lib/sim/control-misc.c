/* Claims, addresses, autoscalers, budgets and custom resources. */
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/selector.h"
#include "sim/sim-priv.h"

void gk_sim_reconcile_claim(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	const struct gk_node *spec = gk_node_get(o->doc.root, "spec");
	const struct gk_node *storage =
		gk_node_path(spec, "resources", "requests", "storage", NULL);
	int64_t delay;
	enum gk_sim_behaviour behaviour = gk_sim_behaviour(o->doc.root, &delay);
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status;

	if (behaviour == GK_SIM_NEVER_READY)
		return;
	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	gk_node_set_str(
		a, status, "phase", behaviour == GK_SIM_FAIL ? GK_STR("Lost") : GK_STR("Bound"));
	if (gk_node_get(spec, "accessModes"))
		gk_node_set_c(
			a, status, "accessModes", gk_node_dup(a, gk_node_get(spec, "accessModes")));
	if (storage)
		gk_node_set_c(a, gk_node_need(a, status, "capacity", GK_OBJECT), "storage",
			gk_node_dup(a, storage));
	if (!gk_node_get(spec, "volumeName"))
		gk_node_set_str(a, gk_node_get(e.doc.root, "spec"), "volumeName",
			gk_str_c(gk_arena_printf(
				a, "pvc-%.*s", GK_SARG(gk_sim_obj_uid(o->doc.root)))));
	gk_sim_edit_commit(&e, "status");
}

/* Ingresses and Services of type LoadBalancer get an address of the documentation range. */
void gk_sim_reconcile_balanced(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	struct gk_str type = gk_node_text(gk_node_path(o->doc.root, "spec", "type", NULL));
	struct gk_node *balancer, *list, *entry;
	struct gk_sim_edit e;
	int64_t delay;

	if (strcmp(res->kind, "Service") == 0 && !gk_str_is(type, "LoadBalancer"))
		return;
	if (gk_sim_behaviour(o->doc.root, &delay) != GK_SIM_NORMAL ||
		gk_node_path(o->doc.root, "status", "loadBalancer", "ingress", NULL))
		return;
	gk_sim_edit_begin(&e, sim, res, o);
	balancer = gk_node_need(&e.doc.arena, gk_sim_edit_status(&e), "loadBalancer", GK_OBJECT);
	list = gk_node_need(&e.doc.arena, balancer, "ingress", GK_ARRAY);
	entry = gk_node_new(&e.doc.arena, GK_OBJECT);
	gk_node_set_str(&e.doc.arena, entry, "ip", GK_STR("192.0.2.10"));
	if (strcmp(res->kind, "Service") == 0)
		gk_node_set_str(&e.doc.arena, entry, "ipMode", GK_STR("VIP"));
	gk_node_append(list, entry);
	gk_sim_edit_commit(&e, "status");
}

/* It sees its target and finds nothing to do. */
void gk_sim_reconcile_autoscaler(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	const struct gk_node *ref = gk_node_path(o->doc.root, "spec", "scaleTargetRef", NULL);
	struct gk_sim_res *targets = gk_sim_res_of_kind(
		&sim->store, GK_STR("apps"), gk_node_text(gk_node_get(ref, "kind")));
	const struct gk_sim_obj *target =
		targets ? gk_sim_store_get(targets, gk_sim_obj_ns(o->doc.root),
				  gk_node_text(gk_node_get(ref, "name")))
			: NULL;
	int64_t replicas = target ? gk_sim_int_at(target->doc.root, "spec", "replicas", 1) : 0;
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status;

	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	gk_sim_count(a, status, "currentReplicas", replicas);
	gk_node_set_c(a, status, "desiredReplicas", gk_node_int_new(a, replicas));
	if (!gk_node_get(status, "currentMetrics"))
		gk_node_set_c(a, status, "currentMetrics", gk_node_new(a, GK_NULL));
	gk_sim_condition(a, status, "AbleToScale", target != NULL,
		target ? "ReadyForNewScale" : "FailedGetScale",
		target ? "recommended size matches current size"
		       : "the HPA controller was unable to get the target's current scale");
	if (target)
		gk_sim_condition(a, status, "ScalingActive", true, "ValidMetricFound",
			"the HPA was able to successfully calculate a replica count");
	gk_sim_edit_commit(&e, "status");
	if (!target)
		gk_sim_control_later(
			sim, res, gk_sim_obj_ns(o->doc.root), gk_sim_obj_name(o->doc.root), 100);
}

void gk_sim_reconcile_budget(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	const struct gk_node *selector = gk_node_path(o->doc.root, "spec", "selector", NULL);
	const struct gk_sim_res *pods = gk_sim_pods(sim);
	int64_t healthy = 0, all = 0;
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status;

	for (size_t i = 0; i < pods->entries.n; i++) {
		const struct gk_node *pod = pods->entries.v[i]->doc.root;

		if (!gk_str_eq(gk_sim_obj_ns(pod), gk_sim_obj_ns(o->doc.root)) ||
			!gk_sim_label_selector_match(
				selector, gk_node_path(pod, "metadata", "labels", NULL)))
			continue;
		all++;
		healthy += gk_sim_pod_ready(pod);
	}
	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	gk_node_set_c(a, status, "currentHealthy", gk_node_int_new(a, healthy));
	gk_node_set_c(a, status, "desiredHealthy",
		gk_node_int_new(a, gk_sim_int_at(e.doc.root, "spec", "minAvailable", 0)));
	gk_node_set_c(
		a, status, "disruptionsAllowed", gk_node_int_new(a, healthy > 1 ? healthy - 1 : 0));
	gk_node_set_c(a, status, "expectedPods", gk_node_int_new(a, all));
	gk_sim_condition(a, status, "DisruptionAllowed", healthy > 1,
		healthy > 1 ? "SufficientPods" : "InsufficientPods", "");
	gk_sim_observed(a, e.doc.root);
	gk_sim_edit_commit(&e, "status");
}

/* Custom resources have no controller here, but for the annotation. */
void gk_sim_reconcile_custom(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	int64_t delay;
	enum gk_sim_behaviour behaviour = gk_sim_behaviour(o->doc.root, &delay);
	bool ready = behaviour != GK_SIM_FAIL;
	struct gk_sim_edit e;
	struct gk_node *status;

	if (behaviour != GK_SIM_READY && behaviour != GK_SIM_FAIL && behaviour != GK_SIM_DELAY)
		return;
	if (behaviour == GK_SIM_DELAY && !gk_sim_control_by_timer(sim)) {
		if (!gk_node_path(o->doc.root, "status", "conditions", NULL))
			gk_sim_control_later(sim, res, gk_sim_obj_ns(o->doc.root),
				gk_sim_obj_name(o->doc.root), delay);
		return;
	}
	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	gk_sim_observed(&e.doc.arena, e.doc.root);
	gk_sim_condition(&e.doc.arena, status, "Ready", ready, ready ? "Available" : "Failed",
		ready ? "made ready by gk-sim" : "made to fail by gk-sim");
	gk_sim_edit_commit(&e, "status");
}
