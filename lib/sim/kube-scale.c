/* .../scale and .../log: views of an object that are not the object. */
#include "doc/json.h"
#include "doc/patch.h"
#include "sim/kube-commit.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

static struct gk_str selector_text(struct gk_arena *a, const struct gk_node *selector)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str ret;

	gk_node_foreach (m, gk_node_get(selector, "matchLabels"))
		gk_buf_printf(&b, "%s%.*s=%.*s", b.n ? "," : "", GK_SARG(gk_node_key(m)),
			GK_SARG(gk_node_text(m)));
	ret.n = b.n;
	ret.p = gk_arena_memdup0(a, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return ret;
}

/* Where a custom resource keeps its numbers: ".spec.replicas", as its definition says. */
static const struct gk_node *at_path(const struct gk_sim_kreq *k, const struct gk_node *root,
	const char *path, const char *usual)
{
	struct gk_str rest = gk_node_text(gk_node_get(k->version->scale_paths, path));

	if (!rest.n)
		rest = gk_str_c(usual);
	(void)gk_str_cut(&rest, '.');
	while (rest.p && root)
		root = gk_node_find(root, gk_str_cut(&rest, '.'));
	return root;
}

static int64_t number(const struct gk_node *n)
{
	int64_t v = 0;

	(void)gk_node_int(n, &v);
	return v;
}

static struct gk_node *view(struct gk_sim_kreq *k, const struct gk_node *root)
{
	static const char *const meta[] = {
		"name", "namespace", "uid", "resourceVersion", "creationTimestamp"};
	struct gk_arena *a = k->arena;
	struct gk_node *s = gk_node_new(a, GK_OBJECT), *spec, *status, *m;
	const struct gk_node *selector = gk_node_path(root, "spec", "selector", NULL);
	int64_t replicas = number(at_path(k, root, "specReplicasPath", ".spec.replicas"));

	gk_node_set_str(a, s, "kind", GK_STR("Scale"));
	gk_node_set_str(a, s, "apiVersion", GK_STR("autoscaling/v1"));
	m = gk_sim_meta_need(a, s);
	for (size_t i = 0; i < GK_COUNT(meta); i++)
		if (gk_sim_meta(root, meta[i]).n)
			gk_node_set_str(a, m, meta[i], gk_sim_meta(root, meta[i]));
	spec = gk_node_need(a, s, "spec", GK_OBJECT);
	if (replicas)
		gk_node_set_c(a, spec, "replicas", gk_node_int_new(a, replicas));
	status = gk_node_need(a, s, "status", GK_OBJECT);
	gk_node_set_c(a, status, "replicas",
		gk_node_int_new(
			a, number(at_path(k, root, "statusReplicasPath", ".status.replicas"))));
	if (selector)
		gk_node_set_str(a, status, "selector", selector_text(a, selector));
	return s;
}

static int read_scale(struct gk_sim_kreq *k, const struct gk_node *live, struct gk_node **ret)
{
	struct gk_str type = gk_sim_header(k->r, "Content-Type");
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *body;

	if (gk_sim_read_body(k, &body))
		return -1;
	*ret = body;
	if (strcmp(k->verb, "update") == 0)
		return 0;
	*ret = view(k, live);
	if (!gk_str_has(type, GK_STR("json-patch"))) {
		*ret = gk_merge_patch(k->arena, *ret, body);
		return 0;
	}
	if (gk_patch_apply(k->arena, ret, body, GK_PATCH_NEGATIVE, gk_limits_default(), &err))
		return gk_sim_fail(k, 422, "Invalid",
			"the server rejected our request due to an error in our request");
	return 0;
}

/* The answer of a write is the whole object; a client of /scale wants the view of it. */
static int answer_view(struct gk_sim_kreq *k)
{
	const struct gk_sim_obj *o = gk_sim_store_get(k->res, k->ns, k->name);

	gk_sim_answer_node(k, 200, view(k, o->doc.root));
	return 0;
}

int gk_sim_scale(struct gk_sim_kreq *k)
{
	struct gk_sim_obj *old = gk_sim_store_get(k->res, k->ns, k->name);
	struct gk_node *scale, *next;
	int64_t replicas;

	if (!old)
		return gk_sim_fail_not_found(k);
	if (strcmp(k->verb, "get") == 0)
		return answer_view(k);
	if (read_scale(k, old->doc.root, &scale))
		return -1;
	replicas = number(gk_node_path(scale, "spec", "replicas", NULL));
	if (replicas < 0) {
		gk_sim_cause(k, "FieldValueInvalid", "spec.replicas",
			"Invalid value: %lld: must be greater than or equal to 0",
			(long long)replicas);
		return gk_sim_fail_invalid(k);
	}
	next = gk_node_dup(k->arena, old->doc.root);
	if (gk_sim_meta(scale, "resourceVersion").n)
		gk_node_set_str(k->arena, gk_sim_meta_need(k->arena, next), "resourceVersion",
			gk_sim_meta(scale, "resourceVersion"));
	gk_node_set_c(k->arena, gk_node_need(k->arena, next, "spec", GK_OBJECT), "replicas",
		gk_node_int_new(k->arena, replicas));
	if (gk_sim_commit_change(k, old, next, false))
		return -1;
	return k->dry_run ? 0 : answer_view(k);
}

int gk_sim_logs(struct gk_sim_kreq *k)
{
	const struct gk_sim_obj *o = gk_sim_store_get(k->res, k->ns, k->name);

	if (strcmp(k->verb, "get") != 0)
		return gk_sim_fail_method(k);
	if (!o)
		return gk_sim_fail_not_found(k);
	k->r->status = 200;
	k->r->content_type = "text/plain";
	gk_buf_printf(&k->r->out, "%.*s: no containers run in gk-sim\n", GK_SARG(k->name));
	return 0;
}
