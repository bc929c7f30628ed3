#include "base/num.h"
#include "doc/json.h"
#include "sim/kube-commit.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/kube-select.h"
#include "sim/sim-priv.h"

/*
 * Deleting.  An object with finalizers stays, marked; one without goes at once and takes
 * its dependents with it (Background), after them (Foreground), or leaves them (Orphan).
 */
struct options {
	struct gk_str uid, rv, policy; /* {NULL, 0} = none */
	bool dry_run;
};

static int read_options(struct gk_sim_kreq *k, struct options *ret)
{
	struct gk_node *body = NULL;
	const struct gk_node *dry;

	*ret = (struct options){
		.policy = gk_sim_param(k->r, "propagationPolicy"), .dry_run = k->dry_run};
	if (k->r->body.n) {
		if (gk_sim_read_body(k, &body))
			return -1;
		if (gk_str_is(k->sub, "eviction"))
			body = gk_node_get(body, "deleteOptions");
	}
	ret->uid = gk_node_text(gk_node_path(body, "preconditions", "uid", NULL));
	ret->rv = gk_node_text(gk_node_path(body, "preconditions", "resourceVersion", NULL));
	if (gk_node_text(gk_node_get(body, "propagationPolicy")).n)
		ret->policy = gk_node_text(gk_node_get(body, "propagationPolicy"));
	if (ret->policy.n && !gk_str_is(ret->policy, "Foreground") &&
		!gk_str_is(ret->policy, "Background") && !gk_str_is(ret->policy, "Orphan"))
		return gk_sim_fail_options(k, "DeleteOptions", "FieldValueNotSupported",
			"propagationPolicy",
			"Unsupported value: \"%.*s\": supported values: \"Foreground\", "
			"\"Background\", \"Orphan\", \"nil\"",
			GK_SARG(ret->policy));
	dry = gk_node_get(body, "dryRun");
	if (dry && dry->count)
		ret->dry_run = true;
	k->dry_run = ret->dry_run;
	return 0;
}

static int check_options(struct gk_sim_kreq *k, const struct options *o, const struct gk_node *live)
{
	struct gk_str uid = gk_sim_obj_uid(live), rv = gk_sim_meta(live, "resourceVersion");

	if (o->uid.n && !gk_str_eq(o->uid, uid))
		return gk_sim_fail_record(k, "UID", o->uid, uid,
			"The object might have been deleted and then recreated");
	if (o->rv.n && !gk_str_eq(o->rv, rv))
		return gk_sim_fail_record(
			k, "ResourceVersion", o->rv, rv, "The object might have been modified");
	return 0;
}

static bool has_finalizer(const struct gk_node *root, const char *name)
{
	gk_node_foreach (f, gk_node_path(root, "metadata", "finalizers", NULL))
		if (gk_str_is(gk_node_text(f), name))
			return true;
	return false;
}

static void add_finalizer(struct gk_arena *a, struct gk_node *root, const char *name)
{
	if (!has_finalizer(root, name))
		gk_node_append(gk_node_need(a, gk_sim_meta_need(a, root), "finalizers", GK_ARRAY),
			gk_node_string_c(a, name));
}

static bool must_stay(const struct gk_node *root)
{
	const struct gk_node *f = gk_node_path(root, "metadata", "finalizers", NULL);
	const struct gk_node *spec = gk_node_path(root, "spec", "finalizers", NULL);
	bool ns = gk_str_is(gk_node_text(gk_node_get(root, "kind")), "Namespace");

	return (f && f->count) || (ns && spec && spec->count);
}

static void mark(struct gk_arena *a, struct gk_node *root, const struct options *o)
{
	struct gk_node *meta = gk_sim_meta_need(a, root);
	int64_t generation;

	if (!gk_sim_meta(root, "deletionTimestamp").n) {
		gk_node_set_str(a, meta, "deletionTimestamp", gk_str_c(gk_sim_now(a)));
		gk_node_set_c(a, meta, "deletionGracePeriodSeconds", gk_node_int_new(a, 0));
		if (gk_node_int(gk_node_get(meta, "generation"), &generation))
			gk_node_set_c(a, meta, "generation", gk_node_int_new(a, generation + 1));
	}
	if (gk_str_is(o->policy, "Foreground"))
		add_finalizer(a, root, "foregroundDeletion");
	if (gk_str_is(o->policy, "Orphan"))
		add_finalizer(a, root, "orphan");
	if (gk_str_is(gk_node_text(gk_node_get(root, "kind")), "CustomResourceDefinition"))
		add_finalizer(a, root, "customresourcecleanup.apiextensions.k8s.io");
	if (gk_str_is(gk_node_text(gk_node_get(root, "kind")), "Namespace"))
		gk_node_set_str(a, gk_node_need(a, root, "status", GK_OBJECT), "phase",
			GK_STR("Terminating"));
}

static void answer_gone(struct gk_sim_kreq *k, const struct gk_node *live)
{
	struct gk_arena *a = k->arena;
	struct gk_node *s = gk_node_new(a, GK_OBJECT), *d;

	gk_node_set_str(a, s, "kind", GK_STR("Status"));
	gk_node_set_str(a, s, "apiVersion", GK_STR("v1"));
	gk_node_set_c(a, s, "metadata", gk_node_new(a, GK_OBJECT));
	gk_node_set_str(a, s, "status", GK_STR("Success"));
	d = gk_node_need(a, s, "details", GK_OBJECT);
	gk_node_set_str(a, d, "name", k->name);
	if (*k->res->group)
		gk_node_set_str(a, d, "group", gk_str_c(k->res->group));
	gk_node_set_str(a, d, "kind", gk_str_c(k->res->plural));
	gk_node_set_str(a, d, "uid", gk_sim_obj_uid(live));
	gk_sim_answer_node(k, 200, s);
}

/* Pods and ServiceAccounts and a few more answer with the object even when it is gone. */
static bool answers_object(const struct gk_sim_res *res)
{
	static const char *const kinds[] = {"pods", "serviceaccounts", "persistentvolumeclaims",
		"persistentvolumes", "resourcequotas", "podtemplates", "replicationcontrollers",
		"services"};

	for (size_t i = 0; i < GK_COUNT(kinds) && !*res->group; i++)
		if (strcmp(kinds[i], res->plural) == 0)
			return true;
	return false;
}

void gk_sim_finish_delete(struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_obj *o)
{
	gk_sim_finish_delete_as(sim, res, o, NULL);
}

void gk_sim_finish_delete_as(struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_obj *o,
	const struct gk_node *last)
{
	struct gk_sim_obj *held;

	if (!o)
		return;
	held = gk_sim_obj_ref((struct gk_sim_obj *)(uintptr_t)o);
	gk_sim_store_delete(&sim->store, res, gk_sim_obj_ns(held->doc.root),
		gk_sim_obj_name(held->doc.root), last);
	gk_sim_obj_unref(held);
}

static int delete_object(struct gk_sim_kreq *k, struct gk_sim_obj *old, const struct options *o)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_sim_obj *kept;

	doc.root = gk_node_dup(&doc.arena, old->doc.root);
	mark(&doc.arena, doc.root, o);
	if (o->dry_run || !must_stay(doc.root)) {
		if (answers_object(k->res) && !gk_str_is(k->sub, "eviction"))
			gk_sim_answer_object(k, 200, old);
		else
			answer_gone(k, old->doc.root);
		gk_doc_done(&doc);
		if (!o->dry_run)
			gk_sim_finish_delete(k->sim, k->res, old);
		return 0;
	}
	if (gk_node_equal(doc.root, old->doc.root)) {
		gk_doc_done(&doc);
		gk_sim_answer_object(k, 200, old);
		return 0;
	}
	kept = gk_sim_obj_ref(gk_sim_store_put(&k->sim->store, k->res, &doc));
	gk_sim_answer_object(k, 200, kept);
	gk_sim_obj_unref(kept);
	return 0;
}

int gk_sim_delete(struct gk_sim_kreq *k)
{
	struct gk_sim_obj *old = gk_sim_store_get(k->res, k->ns, k->name);
	struct options o;
	int rc;

	if (read_options(k, &o))
		return -1;
	if (!old)
		return gk_sim_fail_not_found(k);
	if (check_options(k, &o, old->doc.root))
		return -1;
	gk_sim_obj_ref(old);
	rc = delete_object(k, old, &o);
	gk_sim_obj_unref(old);
	return rc;
}

/* Delete one of many; its answer is not the client's. */
static void delete_member(struct gk_sim_kreq *k, struct gk_sim_obj *o, const struct options *opt)
{
	k->name = gk_sim_obj_name(o->doc.root);
	(void)delete_object(k, o, opt);
	gk_buf_reset(&k->r->out);
}

int gk_sim_delete_collection(struct gk_sim_kreq *k)
{
	GK_AUTO(gk_buf_done) struct gk_buf list = GK_BUF_INIT(0);
	struct gk_sim_scope scope = {0};
	struct gk_sim_objs l = {0};
	struct options o;
	struct gk_sim_req *r = k->r;

	if (read_options(k, &o) || gk_sim_scope_read(k, &scope))
		return -1;
	if (gk_sim_list(k)) { /* answers with the objects as they were */
		gk_sim_scope_done(&scope);
		return -1;
	}
	gk_buf_putstr(&list, gk_buf_str(&r->out));
	if (gk_sim_store_list(&k->sim->store, k->res, k->ns, 0, &l) == 0)
		for (size_t i = 0; i < l.n; i++)
			if (gk_sim_scope_has(&scope, l.v[i]))
				delete_member(k, l.v[i], &o);
	gk_sim_objs_done(&l);
	gk_sim_scope_done(&scope);
	k->name = GK_STR_NULL;
	r->status = 200;
	gk_buf_reset(&r->out);
	gk_buf_putstr(&r->out, gk_buf_str(&list));
	return 0;
}
