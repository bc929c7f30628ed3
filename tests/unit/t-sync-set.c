/* Membership: the ApplySet ID, the inventory's text form, pruning rules, the limit. */
#include "sync-util.h"

#include "sync/inventory.h"
#include "sync/prune.h"

static const char uid1[] = "0f3c8a5e-5b0e-4c55-9d0a-6b0d9a1f2b3c";

static struct gk_ref ref(
	const char *api_version, const char *kind, const char *ns, const char *name)
{
	struct gk_ref r = {.kind = gk_str_c(kind), .ns = gk_str_c(ns), .name = gk_str_c(name)};

	gk_api_version_split(gk_str_c(api_version), &r.group, &r.version);
	return r;
}

/* The vector that kubectl's own code gives. */
static void applyset_id(void **state)
{
	char id[64];

	(void)state;
	gk_applyset_id(GK_STR("my-set"), GK_STR("test"), GK_STR("Secret"), GK_STR(""), id);
	assert_string_equal(id, "applyset-0eFHV8ySqp7XoShsGvyWFQD3s96yqwHmzc4e0HR1dsY-v1");
}

static void names(void **state)
{
	static const struct {
		const char *path, *name;
	} cases[] = {{"overlays/prod", "overlays-prod"}, {"./overlays//Prod/", "overlays-prod"},
		{".", NULL}, {"../..", NULL}, {"/srv/x/a_b", "x-a-b"}, {"prod", "prod"},
		{"../overlays/prod", "overlays-prod"}};
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_set_id id;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		const char *name = gk_set_name_from(&a, gk_str_c(cases[i].path));

		if (!cases[i].name)
			assert_null(name);
		else
			assert_string_equal(name, cases[i].name);
	}
	assert_int_equal(gk_set_id_init(&id, "Bad_name", "default", &err), -1);
	assert_string_equal(err.slug, "set.name");
	assert_int_equal(gk_set_id_init(&id, "ok-1", "default", &err), 0);
	assert_string_equal(id.parent, "gk-ok-1");
	gk_arena_done(&a);
}

static void fill(struct gk_inventory *inv)
{
	struct gk_ref web = ref("apps/v1", "Deployment", "prod", "web");
	struct gk_ref ns = ref("v1", "Namespace", "", "prod");
	struct gk_ref job = ref("batch/v1", "Job", "prod", "migrate");

	gk_inventory_put(inv, &web, gk_str_c(uid1), 4);
	gk_inventory_put(inv, &ns, GK_STR_NULL, 0);
	gk_inventory_put_hook(inv, &job, GK_STR("abc123"), "Succeeded");
	inv->cluster = GK_STR("u-1");
	inv->source = GK_STR("overlays/prod");
	inv->state = GK_STR("wave 0");
}

static void round_trip(void **state)
{
	struct gk_inventory inv = GK_INVENTORY_INIT, back = GK_INVENTORY_INIT;
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_set_id id;
	struct gk_ref web = ref("apps/v1", "Deployment", "prod", "web");
	struct gk_ref job = ref("batch/v1", "Job", "prod", "migrate");
	struct gk_node *cm;

	(void)state;
	assert_int_equal(gk_set_id_init(&id, "shop", "default", &err), 0);
	fill(&inv);
	cm = gk_inventory_encode(&a, &inv, &id);
	assert_string_equal(gk_node_text(gk_node_path(cm, "data", "objects", NULL)).p,
		"[v1 Namespace -]\nprod - 0\n"
		"[apps/v1 Deployment prod]\nweb 0f3c8a5e-5b0e-4c55-9d0a-6b0d9a1f2b3c 4\n");
	assert_string_equal(gk_node_text(gk_node_path(cm, "data", "hooks", NULL)).p,
		"batch/v1 Job prod migrate abc123 Succeeded\n");
	assert_string_equal(gk_node_text(gk_node_path(cm, "data", "run", NULL)).p,
		"format gk.inventory/v1\ncluster u-1\nsource overlays/prod\nstate wave 0\n");
	assert_string_equal(
		gk_object_annotation(cm, "applyset.kubernetes.io/contains-group-kinds").p,
		"Deployment.apps,Namespace");
	assert_string_equal(
		gk_object_annotation(cm, "applyset.kubernetes.io/additional-namespaces").p, "prod");
	assert_string_equal(gk_object_label(cm, "applyset.kubernetes.io/id").p, id.id);

	assert_int_equal(gk_inventory_decode(&back, cm, &id, &err), 0);
	assert_int_equal(back.entry.n, 2);
	assert_true(gk_str_is(gk_inventory_find(&back, &web)->uid, uid1));
	assert_int_equal(gk_inventory_find(&back, &web)->generation, 4);
	assert_true(gk_str_is(gk_inventory_hook(&back, &job)->hash, "abc123"));
	assert_true(gk_str_is(back.cluster, "u-1"));
	assert_true(gk_str_is(back.state, "wave 0"));
	gk_inventory_del(&back, &web);
	assert_null(gk_inventory_find(&back, &web));
	assert_int_equal(back.entry.n, 1);
	gk_inventory_done(&inv);
	gk_inventory_done(&back);
	gk_arena_done(&a);
}

static void refused(const char *parent, const char *slug)
{
	struct gk_inventory inv = GK_INVENTORY_INIT;
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_set_id id;

	assert_int_equal(gk_set_id_init(&id, "shop", "default", &err), 0);
	assert_int_equal(gk_inventory_decode(&inv, json(&a, parent), &id, &err), -1);
	assert_string_equal(err.slug, slug);
	gk_inventory_done(&inv);
	gk_arena_done(&a);
}

static void foreign_parents(void **state)
{
	(void)state;
	refused("{'metadata':{'annotations':{'applyset.kubernetes.io/tooling':'kubectl/v1.30.0'}}}",
		"set.tooling");
	refused("{'metadata':{'name':'gk-shop'},'data':{'a':'b'}}", "set.tooling");
	refused("{'metadata':{'labels':{'applyset.kubernetes.io/id':'other'}}}", "set.tooling");
	refused("{'metadata':{'annotations':{'applyset.kubernetes.io/tooling':'gk/v1'}},"
		"'data':{'objects':'web - 0'}}",
		"set.inventory");
	refused("{'metadata':{'annotations':{'applyset.kubernetes.io/tooling':'gk/v1'}},"
		"'data':{'objects':'[v1 Secret prod]\\nweb -'}}",
		"set.inventory");
}

struct prune_case {
	const char *live; /* %s: the part-of label of the set */
	bool known;       /* our inventory has the UID u */
	enum gk_prune_verdict verdict;
};
#define OURS "'labels':{'applyset.kubernetes.io/part-of':'%s'}"
#define MANAGER "'managedFields':[{'manager':'gk','operation':'Apply'}]"

static const struct prune_case prunes[] = {
	{NULL, true, GK_PRUNE_GONE},
	{"{'metadata':{'uid':'u'," OURS "}}", true, GK_PRUNE_DELETE},
	{"{'metadata':{'uid':'u'," MANAGER "}}", true, GK_PRUNE_DELETE},
	{"{'metadata':{'uid':'u'}}", true, GK_PRUNE_RELEASED},
	{"{'metadata':{'uid':'other'," OURS "," MANAGER "}}", true, GK_PRUNE_RELEASED},
	{"{'metadata':{'uid':'u','labels':{'applyset.kubernetes.io/part-of':'x'}," MANAGER "}}",
		true, GK_PRUNE_RELEASED},
	/* Without a UID of ours, one mark alone is not enough: labels can be copied. */
	{"{'metadata':{'uid':'u'," OURS "}}", false, GK_PRUNE_RELEASED},
	{"{'metadata':{'uid':'u'," OURS "," MANAGER "}}", false, GK_PRUNE_DELETE},
	{"{'metadata':{'uid':'u','ownerReferences':[{'controller':true}]," OURS "}}", true,
		GK_PRUNE_RELEASED},
	{"{'metadata':{'uid':'u','annotations':{'argocd.argoproj.io/sync-options':'Prune=false'},"
	 "" OURS "}}",
		true, GK_PRUNE_KEPT},
	{"{'metadata':{'uid':'u','annotations':{'helm.sh/resource-policy':'keep'}," OURS "}}", true,
		GK_PRUNE_KEPT},
};

static enum gk_prune_verdict judge(
	const struct gk_inv_entry *e, const char *live, const struct gk_strs *kinds)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_prune_item it;
	struct gk_set_id id;
	char text[1024];

	assert_int_equal(gk_set_id_init(&id, "shop", "default", &err), 0);
	if (live) {
		const char *at = strstr(live, "%s");
		size_t before = at ? (size_t)(at - live) : strlen(live);

		snprintf(text, sizeof text, "%.*s%s%s", (int)before, live, at ? id.id : "",
			at ? at + 2 : "");
	}
	gk_prune_judge(&a, e, live ? json(&a, text) : NULL, &id, "gk", kinds, &it);
	gk_arena_done(&a);
	return it.verdict;
}

static void prune_rules(void **state)
{
	struct gk_inv_entry e = {.ref = ref("v1", "ConfigMap", "prod", "old")};
	struct gk_strs none = {NULL, 0, 0}, named = {NULL, 0, 0};
	const char *namespace = "Namespace";

	(void)state;
	for (size_t i = 0; i < GK_COUNT(prunes); i++) {
		e.uid = prunes[i].known ? GK_STR("u") : GK_STR_NULL;
		if (judge(&e, prunes[i].live, &none) != prunes[i].verdict)
			fail_msg("case %zu", i);
	}
	e.ref = ref("v1", "Namespace", "", "prod");
	e.uid = GK_STR("u");
	assert_int_equal(judge(&e, "{'metadata':{'uid':'u'," OURS "}}", &none), GK_PRUNE_PROTECTED);
	named.v = &namespace;
	named.n = 1;
	assert_int_equal(judge(&e, "{'metadata':{'uid':'u'," OURS "}}", &named), GK_PRUNE_DELETE);
}

static void prune_order(void **state)
{
	struct gk_prune_item v[] = {{.ref = ref("v1", "ServiceAccount", "p", "s")},
		{.ref = ref("apps/v1", "Deployment", "p", "w")},
		{.ref = ref("v1", "ConfigMap", "p", "late"), .wave = 5},
		{.ref = ref("example.com/v1", "Widget", "p", "x")}};

	(void)state;
	gk_prune_sort(v, GK_COUNT(v));
	assert_true(gk_str_is(v[0].ref.name, "late"));
	assert_true(gk_str_is(v[1].ref.name, "x"));
	assert_true(gk_str_is(v[2].ref.name, "w"));
	assert_true(gk_str_is(v[3].ref.name, "s"));
}

static bool allowed(const char *limit, size_t n, size_t total)
{
	struct gk_prune_limit l;
	struct gk_err err = GK_ERR_INIT;

	assert_int_equal(gk_prune_limit_parse(limit, &l, &err), 0);
	if (gk_prune_limit_check(&l, n, total, &err) == 0)
		return true;
	assert_string_equal(err.slug, "guard.prune-limit");
	assert_int_equal(err.code, GK_EREFUSED);
	return false;
}

static void prune_limit(void **state)
{
	struct gk_prune_limit l;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_true(allowed("10%", 3, 4));
	assert_false(allowed("10%", 4, 39));
	assert_true(allowed("10%", 4, 40));
	assert_false(allowed("10%", 23, 41));
	assert_true(allowed("23", 23, 41));
	assert_false(allowed("2", 3, 41));
	assert_false(allowed("0", 1, 41));
	assert_true(allowed("none", 41, 41));
	assert_int_equal(gk_prune_limit_parse("many", &l, &err), -1);
	assert_int_equal(err.code, GK_EUSAGE);
	assert_int_equal(gk_prune_limit_parse("101%", &l, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(applyset_id), cmocka_unit_test(names),
		cmocka_unit_test(round_trip), cmocka_unit_test(foreign_parents),
		cmocka_unit_test(prune_rules), cmocka_unit_test(prune_order),
		cmocka_unit_test(prune_limit)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
