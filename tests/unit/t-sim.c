/* gk-sim's typed trees: quantities, field sets, server-side apply, strategic merge, selectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "doc/json.h"
#include "sim/default.h"
#include "sim/managed.h"
#include "sim/selector.h"
#include "sim/smp.h"

static struct gk_arena arena;

static struct gk_node *json(const char *text)
{
	struct gk_str rest = gk_str_c(text);
	struct gk_pos pos = {"test", 1, 1};
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n;

	assert_int_equal(gk_json_parse_next(&arena, &rest, &pos, gk_limits_default(), &n, &err), 0);
	return gk_node_dup(&arena, n);
}

static void is_json(const struct gk_node *got, const char *want)
{
	struct gk_buf b = GK_BUF_INIT(0);

	gk_json_print(&b, got, 0);
	if (!gk_node_equal(got, json(want)))
		assert_string_equal(gk_buf_cstr(&b), want);
	gk_buf_done(&b);
}

static void quantities_become_canonical(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {{"1000m", "1"}, {"0.5", "500m"}, {"1024Mi", "1Gi"}, {"1536Mi", "1536Mi"},
		{"1500m", "1500m"}, {"2000000", "2M"}, {"1e3", "1k"}, {"0", "0"},
		{"1.5Gi", "1536Mi"}, {"100k", "100k"}, {"0.1m", "100u"}, {"-1000m", "-1"},
		{"12345678", "12345678"}};
	static const char *const bad[] = {"", "x", "1x", "1.2.3", "1e", "Mi", "1 "};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_buf b = GK_BUF_INIT(0);

		assert_true(gk_sim_quantity(&b, gk_str_c(cases[i].in)));
		assert_string_equal(gk_buf_cstr(&b), cases[i].out);
		gk_buf_done(&b);
	}
	for (size_t i = 0; i < GK_COUNT(bad); i++) {
		struct gk_buf b = GK_BUF_INIT(0);

		assert_false(gk_sim_quantity(&b, gk_str_c(bad[i])));
		gk_buf_done(&b);
	}
}

static void sets_combine(void **state)
{
	struct gk_node *x = json("{\"f:a\":{\".\":{},\"f:b\":{}},\"f:c\":{}}");
	struct gk_node *y = json("{\"f:a\":{\"f:b\":{},\"f:d\":{}}}");

	(void)state;
	is_json(gk_sim_set_union(&arena, x, y),
		"{\"f:a\":{\".\":{},\"f:b\":{},\"f:d\":{}},\"f:c\":{}}");
	is_json(gk_sim_set_minus(&arena, x, y), "{\"f:a\":{},\"f:c\":{}}");
	is_json(gk_sim_set_common(&arena, x, y), "{\"f:a\":{\"f:b\":{}}}");
	is_json(gk_sim_set_minus(&arena, y, y), "{}");
	is_json(gk_sim_set_union(&arena, NULL, y), "{\"f:a\":{\"f:b\":{},\"f:d\":{}}}");
}

static void collect(void *ctx, struct gk_str path)
{
	struct gk_buf *b = ctx;

	gk_buf_printf(b, "%.*s ", GK_SARG(path));
}

static void paths_print(void **state)
{
	struct gk_buf b = GK_BUF_INIT(0);

	(void)state;
	gk_sim_set_each(json("{\"f:a\":{\"k:{\\\"name\\\":\\\"c\\\",\\\"port\\\":80}\":{\".\":{},"
			     "\"f:x\":{}},\"v:\\\"s\\\"\":{},\"i:0\":{}}}"),
		collect, &b);
	assert_string_equal(gk_buf_cstr(&b),
		".a[name=\"c\",port=80] .a[name=\"c\",port=80].x .a[=\"s\"] .a[0] ");
	gk_buf_done(&b);
}

/* Apply as a manager to an object; NULL on conflicts, whose paths are left in `paths`. */
static struct gk_node *apply(const char *manager, const struct gk_node *live, const char *intent,
	bool force, struct gk_buf *paths)
{
	struct gk_sim_writer w = {
		gk_str_c(manager), "apps/v1", "", gk_sim_type_builtin("Deployment"), true};
	struct gk_sim_conflicts conflicts = {0};
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *ret;

	assert_int_equal(
		gk_sim_managed_apply(&arena, &w, live, json(intent), force, &ret, &conflicts, &err),
		0);
	gk_vec_foreach (struct gk_sim_conflict, c, &conflicts)
		gk_buf_printf(paths, "%s:%s ", c->who, c->path);
	gk_vec_done(&conflicts);
	return ret;
}

#define CONTAINERS(list) "{\"spec\":{\"template\":{\"spec\":{\"containers\":[" list "]}}}}"
#define WEB "{\"name\":\"web\",\"image\":\"web:1\"}"
#define WEB2 "{\"name\":\"web\",\"image\":\"web:2\"}"
#define SIDE "{\"name\":\"side\",\"image\":\"side:1\"}"

static const struct gk_node *containers(const struct gk_node *object)
{
	return gk_node_path(object, "spec", "template", "spec", "containers", NULL);
}

static void managers_share_a_list(void **state)
{
	struct gk_buf paths = GK_BUF_INIT(0);
	struct gk_node *one, *both;

	(void)state;
	one = apply("one", NULL, CONTAINERS(WEB), false, &paths);
	both = apply("two", one, CONTAINERS(SIDE), false, &paths);
	is_json(containers(both), "[" WEB "," SIDE "]");
	is_json(containers(apply("two", both, CONTAINERS(SIDE "," WEB), false, &paths)),
		"[" SIDE "," WEB "]");
	assert_null(apply("two", both, CONTAINERS(SIDE "," WEB2), false, &paths));
	assert_string_equal(
		gk_buf_cstr(&paths), "\"one\":.spec.template.spec.containers[name=\"web\"].image ");
	is_json(containers(apply("two", both, CONTAINERS(SIDE "," WEB2), true, &paths)),
		"[" SIDE "," WEB2 "]");
	is_json(containers(apply("two", both, "{\"spec\":{}}", false, &paths)), "[" WEB "]");
	gk_buf_done(&paths);
}

static void what_nobody_wants_goes(void **state)
{
	struct gk_buf paths = GK_BUF_INIT(0);
	struct gk_node *live = apply("one", NULL,
		"{\"metadata\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}", false, &paths);

	(void)state;
	live = apply("two", live, "{\"metadata\":{\"labels\":{\"b\":\"2\"}}}", false, &paths);
	live = apply("one", live, "{\"metadata\":{\"labels\":{}}}", false, &paths);
	is_json(gk_node_path(live, "metadata", "labels", NULL), "{\"b\":\"2\"}");
	assert_int_equal(paths.n, 0);
	gk_buf_done(&paths);
}

static void updates_own_what_they_change(void **state)
{
	struct gk_sim_writer w = {GK_STR("ed"), "v1", "", gk_sim_type_builtin("ConfigMap"), false};
	struct gk_node *live = json("{\"data\":{\"a\":\"1\"}}"), *next;

	(void)state;
	gk_sim_managed_update(&arena, &w, NULL, live);
	next = json("{\"data\":{\"a\":\"1\",\"b\":\"2\"}}");
	w.manager = GK_STR("other");
	gk_sim_managed_update(&arena, &w, live, next);
	is_json(gk_node_path(gk_node_at(gk_node_path(next, "metadata", "managedFields", NULL), 0),
			"fieldsV1", NULL),
		"{\"f:data\":{\".\":{},\"f:a\":{}}}");
	is_json(gk_node_path(gk_node_at(gk_node_path(next, "metadata", "managedFields", NULL), 1),
			"fieldsV1", NULL),
		"{\"f:data\":{\"f:b\":{}}}");
}

static void strategic_patches_merge(void **state)
{
	static const struct {
		const char *target, *patch, *want;
	} cases[] = {
		{CONTAINERS(WEB), CONTAINERS(SIDE), CONTAINERS(SIDE "," WEB)},
		{CONTAINERS(WEB "," SIDE), CONTAINERS("{\"name\":\"web\",\"$patch\":\"delete\"}"),
			CONTAINERS(SIDE)},
		{CONTAINERS(WEB "," SIDE), CONTAINERS("{\"$patch\":\"replace\"}," WEB2),
			CONTAINERS(WEB2)},
		{CONTAINERS(WEB "," SIDE),
			"{\"spec\":{\"template\":{\"spec\":{\"$setElementOrder/containers\":"
			"[{\"name\":\"side\"},{\"name\":\"web\"}],\"containers\":[" WEB2 "]}}}}",
			CONTAINERS(SIDE "," WEB2)},
		{"{\"metadata\":{\"finalizers\":[\"a\",\"b\",\"c\"]}}",
			"{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[\"b\"]}}",
			"{\"metadata\":{\"finalizers\":[\"a\",\"c\"]}}"},
		{"{\"spec\":{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{}}}}",
			"{\"spec\":{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}}",
			"{\"spec\":{\"strategy\":{\"type\":\"Recreate\"}}}"},
		{"{\"metadata\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}",
			"{\"metadata\":{\"labels\":{\"a\":null}}}",
			"{\"metadata\":{\"labels\":{\"b\":\"2\"}}}"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_node *target = json(cases[i].target);
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_sim_smp(&arena, gk_sim_type_builtin("Deployment"), target,
					 json(cases[i].patch), &err),
			0);
		is_json(target, cases[i].want);
	}
}

static void selectors_select(void **state)
{
	static const struct {
		const char *selector;
		bool matches;
	} cases[] = {{"app=web", true}, {"app==web", true}, {"app!=web", false}, {"app", true},
		{"!app", false}, {"none", false}, {"!none", true}, {"app in (a, web)", true},
		{"app notin (a,web)", false}, {"none notin (a)", true}, {"app=web,tier=x", false},
		{"none!=x", true}, {"", true}};
	static const char *const bad[] = {"((", "a in b", "a b", "=x"};
	const struct gk_node *labels = json("{\"app\":\"web\",\"tier\":\"front\"}");

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_sim_selector s = {0};
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_sim_labels_parse(gk_str_c(cases[i].selector), &s, &err), 0);
		assert_int_equal(gk_sim_labels_match(&s, labels), cases[i].matches);
		gk_sim_selector_done(&s);
	}
	for (size_t i = 0; i < GK_COUNT(bad); i++) {
		struct gk_sim_selector s = {0};
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_sim_labels_parse(gk_str_c(bad[i]), &s, &err), -1);
		gk_sim_selector_done(&s);
	}
}

static void objects_take_their_form(void **state)
{
	struct gk_sim_form form = {0};
	struct gk_node *n =
		json("{\"spec\":{\"replicas\":\"x\",\"pausd\":true,\"paused\":false,"
		     "\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"args\":[],"
		     "\"resources\":{\"limits\":{\"cpu\":\"1000m\"}}}]}}}}");

	(void)state;
	gk_sim_normalize(&arena, gk_sim_type_builtin("Deployment"), n, &form);
	assert_int_equal(form.unknown.n, 1);
	assert_string_equal(form.unknown.v[0].path, "spec.pausd");
	assert_int_equal(form.mistyped.n, 1);
	assert_string_equal(form.mistyped.v[0].path, "spec.replicas");
	is_json(containers(n), "[{\"name\":\"c\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}}]");
	assert_null(gk_node_path(n, "spec", "paused", NULL));
	gk_sim_form_done(&form);
}

static int done(void **state)
{
	(void)state;
	gk_arena_done(&arena);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantities_become_canonical),
		cmocka_unit_test(sets_combine),
		cmocka_unit_test(paths_print),
		cmocka_unit_test(managers_share_a_list),
		cmocka_unit_test(what_nobody_wants_goes),
		cmocka_unit_test(updates_own_what_they_change),
		cmocka_unit_test(strategic_patches_merge),
		cmocka_unit_test(selectors_select),
		cmocka_unit_test(objects_take_their_form),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
