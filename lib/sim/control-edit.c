/* What every controller needs: editing an object, conditions, owners. */
#include "base/crypto.h"
#include "base/num.h"
#include "doc/json.h"
#include "doc/object.h"
#include "sim/default.h"
#include "sim/kube-commit.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

#define MANAGER "kube-controller-manager"

enum gk_sim_behaviour gk_sim_behaviour(const struct gk_node *object, int64_t *ret_delay_ms)
{
	struct gk_str v = gk_object_annotation(object, GK_PREFIX "/sim");
	struct gk_err err = GK_ERR_INIT;

	*ret_delay_ms = 0;
	if (gk_str_is(v, "fail"))
		return GK_SIM_FAIL;
	if (gk_str_is(v, "never-ready"))
		return GK_SIM_NEVER_READY;
	if (gk_str_is(v, "ready"))
		return GK_SIM_READY;
	if (gk_str_starts(v, GK_STR("delay=")) &&
		gk_num_duration_ms(gk_str_from(v, 6), ret_delay_ms, &err) == 0)
		return GK_SIM_DELAY;
	return GK_SIM_NORMAL;
}

void gk_sim_edit_begin(
	struct gk_sim_edit *e, struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *old)
{
	*e = (struct gk_sim_edit){.sim = sim, .res = res, .old = gk_sim_obj_ref(old)};
	e->doc.root = gk_node_dup(&e->doc.arena, old->doc.root);
}

struct gk_node *gk_sim_edit_status(struct gk_sim_edit *e)
{
	return gk_node_need(&e->doc.arena, e->doc.root, "status", GK_OBJECT);
}

void gk_sim_edit_commit(struct gk_sim_edit *e, const char *sub)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const struct gk_sim_version *v = &e->res->versions.v[0];
	const struct gk_node *was = e->old->doc.root;
	struct gk_sim_writer w = {GK_STR(MANAGER), NULL, sub, v->type, v->status};
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_node *next = e->doc.root;

	gk_sim_default_fill(&e->doc.arena, v->type, next);
	if (!gk_node_equal(was, next)) {
		w.api_version = gk_arena_printf(
			&a, "%s%s%s", e->res->group, *e->res->group ? "/" : "", v->name);
		gk_sim_managed_update(&e->doc.arena, &w, was, next);
		doc.root = gk_node_dup(&doc.arena, next);
		(void)gk_sim_store_put(&e->sim->store, e->res, &doc);
	}
	gk_doc_done(&e->doc);
	gk_sim_obj_unref(e->old);
}

void gk_sim_control_create(struct gk_sim *sim, struct gk_sim_res *res, struct gk_doc *doc)
{
	const struct gk_sim_version *v = &res->versions.v[0];
	struct gk_sim_writer w = {GK_STR(MANAGER), NULL, "", v->type, v->status};
	struct gk_sim_kreq k = {.sim = sim, .res = res, .version = v, .arena = &doc->arena};
	struct gk_arena *a = &doc->arena;
	struct gk_doc own = GK_DOC_INIT;

	w.api_version = gk_arena_printf(a, "%s%s%s", res->group, *res->group ? "/" : "", v->name);
	if (res->generation)
		gk_node_set_c(
			a, gk_sim_meta_need(a, doc->root), "generation", gk_node_int_new(a, 1));
	gk_sim_default_fill(a, v->type, doc->root);
	gk_sim_managed_update(a, &w, NULL, doc->root);
	gk_sim_admit(&k, NULL, doc->root);
	own.root = gk_node_dup(&own.arena, doc->root);
	gk_doc_done(doc);
	(void)gk_sim_store_put(&sim->store, res, &own);
}

void gk_sim_control_delete(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	const struct gk_node *f = gk_node_path(o->doc.root, "metadata", "finalizers", NULL);
	struct gk_doc doc = GK_DOC_INIT;

	if (!f || f->count == 0) {
		gk_sim_finish_delete(sim, res, o);
		return;
	}
	if (gk_sim_meta(o->doc.root, "deletionTimestamp").n)
		return;
	doc.root = gk_node_dup(&doc.arena, o->doc.root);
	gk_node_set_str(&doc.arena, gk_sim_meta_need(&doc.arena, doc.root), "deletionTimestamp",
		gk_str_c(gk_sim_now(&doc.arena)));
	(void)gk_sim_store_put(&sim->store, res, &doc);
}

static struct gk_node *find_condition(struct gk_node *list, const char *type)
{
	gk_node_foreach (c, list)
		if (gk_str_is(gk_node_text(gk_node_get(c, "type")), type))
			return c;
	return NULL;
}

void gk_sim_condition(struct gk_arena *a, struct gk_node *status, const char *type, bool is,
	const char *reason, const char *message)
{
	struct gk_node *list = gk_node_need(a, status, "conditions", GK_ARRAY);
	struct gk_node *c = find_condition(list, type);
	struct gk_str text = is ? GK_STR("True") : GK_STR("False");

	if (!c) {
		c = gk_node_new(a, GK_OBJECT);
		gk_node_set_str(a, c, "type", gk_str_c(type));
		gk_node_append(list, c);
	}
	if (!gk_str_eq(gk_node_text(gk_node_get(c, "status")), text))
		gk_node_set_str(a, c, "lastTransitionTime", gk_str_c(gk_sim_now(a)));
	gk_node_set_str(a, c, "status", text);
	if (reason)
		gk_node_set_str(a, c, "reason", gk_str_c(reason));
	if (message)
		gk_node_set_str(a, c, "message", gk_str_c(message));
}

void gk_sim_count(struct gk_arena *a, struct gk_node *status, const char *name, int64_t n)
{
	if (n)
		gk_node_set_c(a, status, name, gk_node_int_new(a, n));
	else
		(void)gk_node_remove(status, gk_str_c(name));
}

int64_t gk_sim_int_at(
	const struct gk_node *object, const char *first, const char *second, int64_t otherwise)
{
	int64_t n;

	return gk_node_int(gk_node_path(object, first, second, NULL), &n) ? n : otherwise;
}

void gk_sim_observed(struct gk_arena *a, struct gk_node *root)
{
	gk_node_set_c(a, gk_node_need(a, root, "status", GK_OBJECT), "observedGeneration",
		gk_node_int_new(a, gk_sim_int_at(root, "metadata", "generation", 1)));
}

void gk_sim_own(struct gk_arena *a, struct gk_node *object, const struct gk_node *owner)
{
	struct gk_node *refs = gk_node_new(a, GK_ARRAY), *ref = gk_node_new(a, GK_OBJECT);

	gk_node_set_str(a, ref, "apiVersion", gk_node_text(gk_node_get(owner, "apiVersion")));
	gk_node_set_str(a, ref, "kind", gk_node_text(gk_node_get(owner, "kind")));
	gk_node_set_str(a, ref, "name", gk_sim_obj_name(owner));
	gk_node_set_str(a, ref, "uid", gk_sim_obj_uid(owner));
	gk_node_set_c(a, ref, "controller", gk_node_bool(a, true));
	gk_node_set_c(a, ref, "blockOwnerDeletion", gk_node_bool(a, true));
	gk_node_append(refs, ref);
	gk_node_set_c(a, gk_sim_meta_need(a, object), "ownerReferences", refs);
}

bool gk_sim_owned_by(const struct gk_node *object, struct gk_str owner_uid)
{
	gk_node_foreach (ref, gk_node_path(object, "metadata", "ownerReferences", NULL))
		if (gk_str_eq(gk_node_text(gk_node_get(ref, "uid")), owner_uid))
			return true;
	return false;
}

void gk_sim_dependents(struct gk_sim_res *res, const struct gk_node *owner, struct gk_sim_objs *ret)
{
	struct gk_str uid = gk_sim_obj_uid(owner), ns = gk_sim_obj_ns(owner);

	for (size_t i = 0; i < res->entries.n; i++) {
		struct gk_sim_obj *o = res->entries.v[i];

		if (gk_str_eq(gk_sim_obj_ns(o->doc.root), ns) && gk_sim_owned_by(o->doc.root, uid))
			gk_vec_push(ret, gk_sim_obj_ref(o));
	}
}

const char *gk_sim_template_hash(struct gk_arena *a, const struct gk_node *template)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	struct gk_buf b = GK_BUF_INIT(0);
	unsigned char hash[GK_SHA256_LEN];
	char text[11];

	gk_json_print(&b, template, GK_JSON_SORT);
	gk_sha256(gk_buf_str(&b), hash);
	gk_buf_done(&b);
	for (size_t i = 0; i < 10; i++)
		text[i] = letters[hash[i] % (sizeof letters - 1)];
	text[10] = 0;
	return gk_arena_strdup(a, text);
}

struct gk_sim_res *gk_sim_pods(struct gk_sim *sim)
{
	return gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("pods"));
}

void gk_sim_pod_of(struct gk_doc *ret, const struct gk_node *owner, const struct gk_node *template,
	struct gk_str name, const char *hash_label, const char *hash)
{
	static const char *const copied[] = {"labels", "annotations"};
	struct gk_arena *a = &ret->arena;
	struct gk_node *pod, *meta;
	struct gk_str behaviour = gk_object_annotation(owner, GK_PREFIX "/sim");

	pod = ret->root = gk_sim_new_object(a, "v1", "Pod", gk_sim_obj_ns(owner), name);
	meta = gk_sim_meta_need(a, pod);
	for (size_t i = 0; i < GK_COUNT(copied); i++) {
		const struct gk_node *n = gk_node_path(template, "metadata", copied[i], NULL);

		if (n)
			gk_node_set_c(a, meta, copied[i], gk_node_dup(a, n));
	}
	if (hash_label)
		gk_node_set_str(
			a, gk_node_need(a, meta, "labels", GK_OBJECT), hash_label, gk_str_c(hash));
	if (behaviour.n && !gk_object_annotation(pod, GK_PREFIX "/sim").n)
		gk_object_annotate(a, pod, GK_PREFIX "/sim", behaviour);
	gk_node_set_c(a, pod, "spec", gk_node_dup(a, gk_node_get(template, "spec")));
	gk_sim_own(a, pod, owner);
}

bool gk_sim_pod_ready(const struct gk_node *pod)
{
	gk_node_foreach (c, gk_node_path(pod, "status", "conditions", NULL))
		if (gk_str_is(gk_node_text(gk_node_get(c, "type")), "Ready"))
			return gk_str_is(gk_node_text(gk_node_get(c, "status")), "True");
	return false;
}
