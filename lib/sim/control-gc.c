/* Owners and their dependents: what goes with what, and in which order. */
#include "doc/object.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

static bool has_finalizer(const struct gk_node *root, const char *name)
{
	gk_node_foreach (f, gk_node_path(root, "metadata", "finalizers", NULL))
		if (gk_str_is(gk_node_text(f), name))
			return true;
	return false;
}

/* Every object that names this uid as an owner, counted for the caller. */
struct found {
	GK_VEC(struct gk_sim_res *) res;
	struct gk_sim_objs objs;
};

static void find_dependents(struct gk_sim *sim, struct gk_str uid, struct found *ret)
{
	for (size_t i = 0; i < sim->store.resources.n; i++) {
		struct gk_sim_res *res = sim->store.resources.v[i];

		for (size_t j = 0; j < res->entries.n && !res->gone; j++)
			if (gk_sim_owned_by(res->entries.v[j]->doc.root, uid)) {
				gk_vec_push(&ret->res, res);
				gk_vec_push(&ret->objs, gk_sim_obj_ref(res->entries.v[j]));
			}
	}
}

static void found_done(struct found *f)
{
	gk_vec_done(&f->res);
	gk_sim_objs_done(&f->objs);
}

static bool exists(struct gk_sim *sim, const struct gk_node *ref, struct gk_str ns)
{
	struct gk_str group, version, uid = gk_node_text(gk_node_get(ref, "uid"));
	struct gk_sim_res *res;
	const struct gk_sim_obj *o;

	gk_api_version_split(gk_node_text(gk_node_get(ref, "apiVersion")), &group, &version);
	res = gk_sim_res_of_kind(&sim->store, group, gk_node_text(gk_node_get(ref, "kind")));
	if (!res)
		return false;
	o = gk_sim_store_get(
		res, res->cluster ? GK_STR("") : ns, gk_node_text(gk_node_get(ref, "name")));
	return o && gk_str_eq(gk_sim_obj_uid(o->doc.root), uid);
}

bool gk_sim_is_orphan(struct gk_sim *sim, const struct gk_node *object)
{
	const struct gk_node *refs = gk_node_path(object, "metadata", "ownerReferences", NULL);

	gk_node_foreach (ref, refs)
		if (exists(sim, ref, gk_sim_obj_ns(object)))
			return false;
	return refs && refs->count;
}

void gk_sim_collect_gone(struct gk_sim *sim, struct gk_str uid)
{
	struct found f = {0};

	find_dependents(sim, uid, &f);
	for (size_t i = 0; i < f.objs.n; i++)
		if (gk_sim_is_orphan(sim, f.objs.v[i]->doc.root))
			gk_sim_control_delete(sim, f.res.v[i], f.objs.v[i]);
	found_done(&f);
}

static void forget_owner(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, struct gk_str uid)
{
	struct gk_sim_edit e;
	struct gk_node *refs, *next, *meta;

	gk_sim_edit_begin(&e, sim, res, o);
	meta = gk_node_get(e.doc.root, "metadata");
	refs = gk_node_get(meta, "ownerReferences");
	for (struct gk_node *ref = gk_node_children(refs); ref; ref = next) {
		next = ref->next;
		if (gk_str_eq(gk_node_text(gk_node_get(ref, "uid")), uid))
			gk_node_unlink(refs, ref);
	}
	if (refs && refs->count == 0)
		(void)gk_node_remove(meta, GK_STR("ownerReferences"));
	gk_sim_edit_commit(&e, "");
}

static void drop_finalizer(
	struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, const char *name)
{
	struct gk_str ns = gk_sim_obj_ns(o->doc.root), key = gk_sim_obj_name(o->doc.root);
	struct gk_node *list, *next, *meta;
	struct gk_sim_edit e;

	gk_sim_edit_begin(&e, sim, res, o);
	meta = gk_node_get(e.doc.root, "metadata");
	list = gk_node_get(meta, "finalizers");
	for (struct gk_node *f = gk_node_children(list); f; f = next) {
		next = f->next;
		if (gk_str_is(gk_node_text(f), name))
			gk_node_unlink(list, f);
	}
	if (list && list->count == 0)
		(void)gk_node_remove(meta, GK_STR("finalizers"));
	gk_sim_edit_commit(&e, "");
	o = gk_sim_store_get(res, ns, key);
	if (o && !gk_node_path(o->doc.root, "metadata", "finalizers", NULL) &&
		!gk_node_path(o->doc.root, "spec", "finalizers", NULL))
		gk_sim_control_delete(sim, res, o);
}

/* An object that waits for its dependents (foreground), or lets them go (orphan). */
void gk_sim_collect(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	bool orphan = has_finalizer(o->doc.root, "orphan");
	bool foreground = has_finalizer(o->doc.root, "foregroundDeletion");
	struct gk_str uid = gk_sim_obj_uid(o->doc.root);
	struct found f = {0};
	size_t left = 0;

	if (!orphan && !foreground)
		return;
	find_dependents(sim, uid, &f);
	for (size_t i = 0; i < f.objs.n; i++)
		if (orphan)
			forget_owner(sim, f.res.v[i], f.objs.v[i], uid);
		else
			gk_sim_control_delete(sim, f.res.v[i], f.objs.v[i]);
	found_done(&f);
	if (foreground) {
		find_dependents(sim, uid, &f);
		left = f.objs.n;
		found_done(&f);
	}
	if (left == 0)
		drop_finalizer(sim, res, o, orphan ? "orphan" : "foregroundDeletion");
}
