/* A new namespace gets its account and the CA; one that goes takes all it holds along. */
#include "sim/kube-commit.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

static void ensure_account(struct gk_sim *sim, struct gk_str ns)
{
	struct gk_sim_res *res =
		gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("serviceaccounts"));
	struct gk_doc doc = GK_DOC_INIT;

	if (gk_sim_store_get(res, ns, GK_STR("default")))
		return;
	doc.root = gk_sim_new_object(&doc.arena, "v1", "ServiceAccount", ns, GK_STR("default"));
	gk_sim_control_create(sim, res, &doc);
}

static void ensure_ca(struct gk_sim *sim, struct gk_str ns)
{
	struct gk_sim_res *res = gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("configmaps"));
	struct gk_doc doc = GK_DOC_INIT;

	if (gk_sim_store_get(res, ns, GK_STR("kube-root-ca.crt")))
		return;
	doc.root = gk_sim_new_object(&doc.arena, "v1", "ConfigMap", ns, GK_STR("kube-root-ca.crt"));
	gk_node_set_str(&doc.arena, gk_node_need(&doc.arena, doc.root, "data", GK_OBJECT), "ca.crt",
		gk_str_c(sim->pki.ca_cert));
	gk_sim_control_create(sim, res, &doc);
}

/* Delete what can be deleted; returns how many objects are left. */
static size_t empty_namespace(struct gk_sim *sim, struct gk_str ns)
{
	size_t left = 0;

	for (size_t i = 0; i < sim->store.resources.n; i++) {
		struct gk_sim_res *res = sim->store.resources.v[i];
		struct gk_sim_objs l = {0};

		if (res->cluster || res->gone || res->storage != res)
			continue;
		if (gk_sim_store_list(&sim->store, res, ns, 0, &l) == 0)
			for (size_t j = 0; j < l.n; j++) {
				gk_sim_control_delete(sim, res, l.v[j]);
				left += gk_sim_store_get(
						res, ns, gk_sim_obj_name(l.v[j]->doc.root)) != NULL;
			}
		gk_sim_objs_done(&l);
	}
	return left;
}

static void report_left(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, size_t left)
{
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;

	gk_sim_edit_begin(&e, sim, res, o);
	gk_sim_condition(a, gk_sim_edit_status(&e), "NamespaceContentRemaining", true,
		"SomeResourcesRemain",
		gk_arena_printf(a, "Some resources are remaining: %zu objects", left));
	gk_sim_condition(a, gk_sim_edit_status(&e), "NamespaceFinalizersRemaining", true,
		"SomeFinalizersRemain", "Some content in the namespace has finalizers remaining");
	gk_sim_edit_commit(&e, "status");
}

void gk_sim_reconcile_namespace(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	struct gk_str ns = gk_sim_obj_name(o->doc.root);
	size_t left;

	if (!gk_sim_meta(o->doc.root, "deletionTimestamp").n) {
		ensure_account(sim, ns);
		ensure_ca(sim, ns);
		return;
	}
	left = empty_namespace(sim, ns);
	if (left)
		report_left(sim, res, o, left);
	else if (!gk_node_path(o->doc.root, "metadata", "finalizers", NULL))
		gk_sim_finish_delete(sim, res, o);
}
