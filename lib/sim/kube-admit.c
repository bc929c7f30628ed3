/* What the server and its admission set in objects of some kinds. */
#include "base/base64.h"
#include "doc/json.h"
#include "sim/kube-commit.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

typedef void (*admit_fn)(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next);

/* stringData is write-only: it becomes data. */
void gk_sim_decode(struct gk_sim_kreq *k, struct gk_node *next)
{
	struct gk_node *text = gk_node_get(next, "stringData"), *data;
	struct gk_buf b = GK_BUF_INIT(0);

	if (!text || strcmp(k->res->kind, "Secret") != 0 || *k->res->group)
		return;
	b.secret = true;
	data = gk_node_need(k->arena, next, "data", GK_OBJECT);
	gk_node_foreach (m, text) {
		gk_buf_reset(&b);
		gk_base64_encode(&b, gk_node_text(m), GK_B64_STD);
		gk_node_set(
			k->arena, data, gk_node_key(m), gk_node_string(k->arena, gk_buf_str(&b)));
	}
	(void)gk_node_remove(next, GK_STR("stringData"));
	gk_buf_done(&b);
}

static bool address_taken(const struct gk_sim_res *services, struct gk_str ip)
{
	for (size_t i = 0; i < services->entries.n; i++)
		if (gk_str_eq(ip, gk_node_text(gk_node_path(services->entries.v[i]->doc.root,
					  "spec", "clusterIP", NULL))))
			return true;
	return false;
}

static const char *free_address(struct gk_sim_kreq *k)
{
	for (unsigned n = 10; n < 65000; n++) {
		const char *ip = gk_arena_printf(k->arena, "10.96.%u.%u", n / 250, n % 250 + 1);

		if (!address_taken(k->res, gk_str_c(ip)))
			return ip;
	}
	return "10.96.255.254";
}

static void set_list(struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str one)
{
	struct gk_node *list = gk_node_new(a, GK_ARRAY);

	gk_node_append(list, gk_node_string(a, one));
	gk_node_set_c(a, object, key, list);
}

static void keep_or(
	struct gk_arena *a, const struct gk_node *from, struct gk_node *to, const char *key)
{
	const struct gk_node *n = gk_node_get(from, key);

	if (n && !gk_node_get(to, key))
		gk_node_set_c(a, to, key, gk_node_dup(a, n));
}

static void admit_service(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	static const char *const kept[] = {
		"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"};
	struct gk_arena *a = k->arena;
	struct gk_node *spec = gk_node_need(a, next, "spec", GK_OBJECT);
	const struct gk_node *was = gk_node_get(old, "spec");
	struct gk_str ip;

	if (gk_str_is(gk_node_text(gk_node_get(spec, "type")), "ExternalName"))
		return;
	for (size_t i = 0; i < GK_COUNT(kept); i++)
		keep_or(a, was, spec, kept[i]);
	if (!gk_node_get(spec, "clusterIP"))
		gk_node_set_str(a, spec, "clusterIP", gk_str_c(free_address(k)));
	ip = gk_node_text(gk_node_get(spec, "clusterIP"));
	if (!gk_node_get(spec, "clusterIPs"))
		set_list(a, spec, "clusterIPs", ip);
	if (!gk_node_get(spec, "ipFamilies"))
		set_list(a, spec, "ipFamilies", GK_STR("IPv4"));
	if (!gk_node_get(spec, "ipFamilyPolicy"))
		gk_node_set_str(a, spec, "ipFamilyPolicy", GK_STR("SingleStack"));
}

/* The controller of a Job finds its pods by a label that only the server knows. */
static void admit_job(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	static const char *const labels[] = {"controller-uid", "batch.kubernetes.io/controller-uid",
		"job-name", "batch.kubernetes.io/job-name"};
	struct gk_arena *a = k->arena;
	struct gk_node *spec = gk_node_get(next, "spec"), *meta, *set;

	if (old || gk_node_true(gk_node_get(spec, "manualSelector")) || !spec)
		return;
	meta = gk_node_need(a, gk_node_need(a, spec, "template", GK_OBJECT), "metadata", GK_OBJECT);
	set = gk_node_need(a, meta, "labels", GK_OBJECT);
	for (size_t i = 0; i < GK_COUNT(labels); i++)
		gk_node_set_str(
			a, set, labels[i], i < 2 ? gk_sim_obj_uid(next) : gk_sim_obj_name(next));
	gk_node_set_str(a,
		gk_node_need(
			a, gk_node_need(a, spec, "selector", GK_OBJECT), "matchLabels", GK_OBJECT),
		labels[1], gk_sim_obj_uid(next));
}

static void admit_pod(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	struct gk_arena *a = k->arena;
	struct gk_node *spec = gk_node_get(next, "spec"), *status;
	struct gk_str account = gk_node_text(gk_node_get(spec, "serviceAccountName"));

	if (old || !spec)
		return;
	if (!account.n)
		account = GK_STR("default");
	gk_node_set_str(a, spec, "serviceAccountName", account);
	gk_node_set_str(a, spec, "serviceAccount", account);
	if (!gk_node_get(spec, "priority"))
		gk_node_set_c(a, spec, "priority", gk_node_int_new(a, 0));
	if (!gk_node_get(spec, "preemptionPolicy"))
		gk_node_set_str(a, spec, "preemptionPolicy", GK_STR("PreemptLowerPriority"));
	status = gk_node_need(a, next, "status", GK_OBJECT);
	gk_node_set_str(a, status, "phase", GK_STR("Pending"));
	gk_node_set_str(a, status, "qosClass", GK_STR("BestEffort"));
}

static void admit_namespace(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	struct gk_node *spec = gk_node_need(k->arena, next, "spec", GK_OBJECT);

	if (!old && !gk_node_get(spec, "finalizers"))
		set_list(k->arena, spec, "finalizers", GK_STR("kubernetes"));
	if (old && !gk_str_is(k->sub, "finalize") && gk_node_get(old, "spec"))
		gk_node_set_c(
			k->arena, next, "spec", gk_node_dup(k->arena, gk_node_get(old, "spec")));
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s | 0x20);
}

static void admit_crd(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	struct gk_arena *a = k->arena;
	struct gk_node *names = gk_node_path(next, "spec", "names", NULL);
	struct gk_str kind = gk_node_text(gk_node_get(names, "kind"));

	(void)old;
	if (!names || !kind.n)
		return;
	if (!gk_node_get(names, "listKind"))
		gk_node_set_str(a, names, "listKind",
			gk_str_c(gk_arena_printf(a, "%.*sList", GK_SARG(kind))));
	if (!gk_node_get(names, "singular")) {
		char *singular = gk_arena_memdup0(a, kind.p, kind.n);

		lower(singular);
		gk_node_set_str(a, names, "singular", gk_str_c(singular));
	}
}

static void admit_ingress(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	struct gk_node *status = gk_node_need(k->arena, next, "status", GK_OBJECT);

	(void)old;
	(void)gk_node_need(k->arena, status, "loadBalancer", GK_OBJECT);
}

void gk_sim_admit(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	static const struct {
		const char *group, *kind;
		admit_fn fn;
	} rules[] = {{"", "Service", admit_service}, {"batch", "Job", admit_job},
		{"", "Pod", admit_pod}, {"", "Namespace", admit_namespace},
		{"apiextensions.k8s.io", "CustomResourceDefinition", admit_crd},
		{"networking.k8s.io", "Ingress", admit_ingress}};

	for (size_t i = 0; i < GK_COUNT(rules); i++)
		if (strcmp(rules[i].kind, k->res->kind) == 0 &&
			strcmp(rules[i].group, k->res->group) == 0)
			rules[i].fn(k, old, next);
}
