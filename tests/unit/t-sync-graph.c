/* The order graph: references, waves, hooks, marks, moving ahead, cycles. */
#include "sync-util.h"

#include "sync/graph.h"

#define OBJECT(api, kind, name, meta, rest)                                                        \
	"{'apiVersion':'" api "','kind':'" kind "','metadata':{'name':'" name "'" meta "}" rest "}"
#define NS ",'namespace':'p'"
#define WAVE(n) ",'annotations':{'argocd.argoproj.io/sync-wave':'" n "'}"
#define NOTE(key, value) ",'annotations':{'" key "':'" value "'}"
#define USES(secret)                                                                               \
	",'spec':{'template':{'metadata':{'labels':{'app':'w'}},'spec':{'serviceAccountName':'s'," \
	"'volumes':[{'secret':{'secretName':'" secret "'}}]}}}"

/* The order of the set as "Kind/name" words, or "error: slug; note; note". */
static const char *order(struct gk_arena *a, const char *const *texts, size_t n)
{
	struct gk_set set = GK_SET_INIT;
	struct gk_graph g = GK_GRAPH_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf b = GK_BUF_INIT(65536);
	const char *out;

	add_objects(&set, texts, n);
	if (gk_graph_build(&g, &set, &err)) {
		gk_buf_printf(&b, "error: %s", err.slug);
		for (unsigned i = 0; i < err.notes; i++)
			gk_buf_printf(&b, "; %s", gk_err_note(&err, i));
	} else {
		for (size_t i = 0; i < g.norder; i++) {
			const struct gk_gnode *node = &g.node[g.order[i]];
			const struct gk_ref *r = &set.items[node->item].ref;

			if (node->gate)
				gk_buf_puts(&b, "| ");
			else
				gk_buf_printf(&b, "%.*s/%.*s ", GK_SARG(r->kind), GK_SARG(r->name));
		}
		for (size_t i = 0; i < g.nfail; i++)
			gk_buf_printf(
				&b, "!%.*s ", GK_SARG(set.items[g.node[g.fail[i]].item].ref.name));
	}
	out = gk_arena_strdup(a, gk_buf_cstr(&b));
	gk_buf_done(&b);
	gk_graph_done(&g);
	gk_set_done(&set);
	return out;
}

struct order_case {
	const char *want;
	const char *objects[8];
};

static const struct order_case cases[] = {
	/* What a pod uses comes before it, also the rights of its account. */
	{"Namespace/p ServiceAccount/s Secret/db Role/r RoleBinding/b Deployment/w ",
		{OBJECT("apps/v1", "Deployment", "w", NS, USES("db")),
			OBJECT("rbac.authorization.k8s.io/v1", "RoleBinding", "b", NS,
				",'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role',"
				"'name':'r'},'subjects':[{'kind':'ServiceAccount','name':'s'}]"),
			OBJECT("rbac.authorization.k8s.io/v1", "Role", "r", NS, ""),
			OBJECT("v1", "Secret", "db", NS, ""),
			OBJECT("v1", "ServiceAccount", "s", NS, ""),
			OBJECT("v1", "Namespace", "p", "", "")}},
	/* A Secret that an operator makes: its ExternalSecret comes first. */
	{"SecretStore/st ExternalSecret/es Deployment/w ",
		{OBJECT("apps/v1", "Deployment", "w", NS, USES("db")),
			OBJECT("external-secrets.io/v1", "ExternalSecret", "es", NS,
				",'spec':{'secretStoreRef':{'name':'st'},'target':{'name':'db'}}"),
			OBJECT("external-secrets.io/v1", "SecretStore", "st", NS, "")}},
	{"ExternalSecret/db Deployment/w ",
		{OBJECT("apps/v1", "Deployment", "w", NS, USES("db")),
			OBJECT("external-secrets.io/v1", "ExternalSecret", "db", NS,
				",'spec':{'secretStoreRef':{'name':'st'}}")}},
	/* A CRD before its kind; a webhook after the workload that answers it. */
	{"CustomResourceDefinition/widgets.example.com Widget/x ",
		{OBJECT("example.com/v1", "Widget", "x", NS, ""),
			OBJECT("apiextensions.k8s.io/v1", "CustomResourceDefinition",
				"widgets.example.com", "",
				",'spec':{'group':'example.com','names':{'kind':'Widget'}}")}},
	{"Service/hook Deployment/w ValidatingWebhookConfiguration/v ",
		{OBJECT("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "v",
			 "",
			 ",'webhooks':[{'clientConfig':{'service':{'name':'hook','namespace':'p'}}}]"),
			OBJECT("apps/v1", "Deployment", "w", NS, USES("none")),
			OBJECT("v1", "Service", "hook", NS, ",'spec':{'selector':{'app':'w'}}")}},
	/* Waves, negative ones too; hooks around them; SyncFail apart. */
	{"ConfigMap/pre | ConfigMap/a | ConfigMap/b | ConfigMap/c | ConfigMap/post !bad ",
		{OBJECT("v1", "ConfigMap", "c", WAVE("1"), ""),
			OBJECT("v1", "ConfigMap", "b", "", ""),
			OBJECT("v1", "ConfigMap", "a", WAVE("-1"), ""),
			OBJECT("v1", "ConfigMap", "post",
				NOTE("argocd.argoproj.io/hook", "PostSync"), ""),
			OBJECT("v1", "ConfigMap", "pre", NOTE("helm.sh/hook", "pre-install"), ""),
			OBJECT("v1", "ConfigMap", "bad",
				NOTE("argocd.argoproj.io/hook", "SyncFail"), ""),
			OBJECT("v1", "ConfigMap", "no", NOTE("argocd.argoproj.io/hook", "Skip"),
				"")}},
	/* A need in a later wave is moved ahead, with what it needs itself. */
	{"Namespace/p Secret/db Deployment/w | ConfigMap/last ",
		{OBJECT("v1", "Namespace", "p", WAVE("7"), ""),
			OBJECT("v1", "Secret", "db", NS WAVE("5"), ""),
			OBJECT("apps/v1", "Deployment", "w", NS, USES("db")),
			OBJECT("v1", "ConfigMap", "last", WAVE("9"), "")}},
	/* A preference gives way to waves. */
	{"HorizontalPodAutoscaler/h | Deployment/w ",
		{OBJECT("apps/v1", "Deployment", "w", NS WAVE("1"), ""),
			OBJECT("autoscaling/v2", "HorizontalPodAutoscaler", "h", NS,
				",'spec':{'scaleTargetRef':{'apiVersion':'apps/v1',"
				"'kind':'Deployment','name':'w'}}")}},
	/* depends-on, in cli-utils' form. */
	{"Deployment/z ConfigMap/a ",
		{OBJECT("v1", "ConfigMap", "a",
			 NOTE("config.kubernetes.io/depends-on", "apps/namespaces/p/Deployment/z"),
			 ""),
			OBJECT("apps/v1", "Deployment", "z", NS, "")}},
	{"error: order.depends-on",
		{OBJECT("v1", "ConfigMap", "a",
			NOTE("config.kubernetes.io/depends-on", "apps/namespaces/p/Deployment/z"),
			"")}},
	{"error: order.depends-on",
		{OBJECT("v1", "ConfigMap", "a", NOTE("config.kubernetes.io/depends-on", "z"), "")}},
	/* A cycle names its members; one through a wave names the wave. */
	{"error: order.cycle; ConfigMap a waits for ConfigMap b: named by its depends-on;"
	 " ConfigMap b waits for ConfigMap a: named by its depends-on",
		{OBJECT("v1", "ConfigMap", "a",
			 NOTE("config.kubernetes.io/depends-on", "/ConfigMap/b"), ""),
			OBJECT("v1", "ConfigMap", "b",
				NOTE("config.kubernetes.io/depends-on", "/ConfigMap/a"), "")}},
	{"error: order.cycle; ConfigMap a waits for ConfigMap b: named by its depends-on;"
	 " ConfigMap b waits for the end of wave 0: an earlier wave;"
	 " the end of wave 0 waits for ConfigMap a: an earlier wave",
		{OBJECT("v1", "ConfigMap", "a",
			 NOTE("config.kubernetes.io/depends-on", "/ConfigMap/b"), ""),
			OBJECT("v1", "ConfigMap", "b", WAVE("1"), "")}},
};

static void orders(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		size_t n = 0;

		while (n < 8 && cases[i].objects[n])
			n++;
		assert_string_equal(order(&a, cases[i].objects, n), cases[i].want);
	}
	gk_arena_done(&a);
}

/* The same objects in any order give the same order. */
static void input_order_does_not_matter(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		const char *turned[8];
		size_t n = 0;

		while (n < 8 && cases[i].objects[n])
			n++;
		for (size_t k = 0; k < n; k++)
			turned[k] = cases[i].objects[n - 1 - k];
		if (strncmp(cases[i].want, "error", 5) != 0)
			assert_string_equal(order(&a, turned, n), cases[i].want);
	}
	gk_arena_done(&a);
}

static void explanation(void **state)
{
	static const char *const objects[] = {OBJECT("v1", "Secret", "db", NS WAVE("5"), ""),
		OBJECT("apps/v1", "Deployment", "w", NS, USES("db"))};
	struct gk_set set = GK_SET_INIT;
	struct gk_graph g = GK_GRAPH_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf b = GK_BUF_INIT(65536);

	(void)state;
	add_objects(&set, objects, 2);
	assert_int_equal(gk_graph_build(&g, &set, &err), 0);
	gk_graph_explain(&g, &b);
	assert_string_equal(gk_buf_cstr(&b),
		"Sync wave 0\n"
		"  Secret p/db\n"
		"    moved ahead from Sync wave 5: needed by apps/Deployment p/w\n"
		"  apps/Deployment p/w\n"
		"    after Secret p/db: used by it"
		" (spec.template.spec.volumes[].secret.secretName)\n");
	gk_buf_done(&b);
	gk_graph_done(&g);
	gk_set_done(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(orders),
		cmocka_unit_test(input_order_does_not_matter), cmocka_unit_test(explanation)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
