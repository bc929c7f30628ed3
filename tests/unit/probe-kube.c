/*
 * The client against a server that is there: KUBECONFIG names it.  Not a unit test by
 * itself: a scenario of the live suite runs it on a real API server, tests/cli on gk-sim.
 * It works in a namespace of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/io.h"
#include "doc/json.h"
#include "kube/watch.h"

static char namespace[32]; /* new in each run: without its controller one never goes away */
#define NS gk_str_c(namespace)
enum { MANY = 601 };

static struct gk_diags diags;
static struct gk_kube_config cfg;
static struct gk_http *http;
static struct gk_kube *kube;
static struct gk_discovery *discovery;
static const struct gk_kube_resource *configmaps, *namespaces, *deployments;

static void must(int rc, struct gk_err *err)
{
	char text[1024];

	if (!rc)
		return;
	gk_err_message(err, text, sizeof text);
	print_error("# %s: %s\n", err->slug, text);
	for (unsigned i = 0; i < err->notes; i++)
		print_error("#   %s\n", gk_err_note(err, i));
	assert_int_equal(rc, 0);
}

static int group_setup(void **state)
{
	const struct gk_opt_cluster opt = {0};
	struct gk_kube_env env;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_http_options web = {.user_agent = "gk-probe/1"};

	(void)state;
	(void)snprintf(namespace, sizeof namespace, "gk-probe-%lld", (long long)gk_time_utc_ms());
	gk_kube_env_get(&env);
	must(gk_kube_config_load(&opt, NULL, &env, gk_limits_default(), &cfg, &diags, &err), &err);
	must(gk_http_new(&web, &http, &err), &err);
	must(gk_kube_new(
		     &(struct gk_kube_options){
			     .http = http, .cfg = &cfg, .warnings = &diags, .manager = "gk-probe"},
		     &kube, &err),
		&err);
	must(gk_discovery_load(kube, &discovery, &err), &err);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	gk_discovery_freep(&discovery);
	gk_kube_freep(&kube);
	gk_http_freep(&http);
	gk_kube_config_done(&cfg);
	gk_diags_done(&diags);
	return 0;
}

static const struct gk_kube_resource *need(const char *group, const char *version, const char *kind)
{
	const struct gk_kube_resource *r =
		gk_discovery_find(discovery, gk_str_c(group), gk_str_c(version), gk_str_c(kind));

	assert_non_null(r);
	return r;
}

static void discovers(void **state)
{
	const struct gk_kube_resource *r;
	struct gk_err err = GK_ERR_INIT;
	struct gk_ref ref = {.group = GK_STR("apps"),
		.version = GK_STR("v1beta1"),
		.kind = GK_STR("Deployment")};

	(void)state;
	configmaps = need("", "v1", "ConfigMap");
	namespaces = need("", "v1", "Namespace");
	deployments = need("apps", "v1", "Deployment");
	assert_true(configmaps->namespaced && !namespaces->namespaced);
	assert_true(gk_str_is(deployments->plural, "deployments"));
	assert_true(deployments->verbs & GK_VERB_PATCH);
	assert_true(deployments->subs & GK_SUB_SCALE);
	assert_true(deployments->preferred);
	must(gk_discovery_resolve(discovery, GK_STR("deploy"), &r, &err), &err);
	assert_ptr_equal(r, deployments);
	must(gk_discovery_resolve(discovery, GK_STR("Deployments.apps"), &r, &err), &err);
	assert_ptr_equal(r, deployments);
	must(gk_discovery_resolve(discovery, GK_STR("deployment.v1.apps"), &r, &err), &err);
	assert_ptr_equal(r, deployments);
	assert_int_equal(gk_discovery_resolve(discovery, GK_STR("nonsense"), &r, &err), -1);
	assert_int_equal(gk_discovery_need(discovery, &ref, &r, &err), -1);
	assert_string_equal(err.slug, "kube.kind-version");
	ref.version = GK_STR("v1");
	ref.kind = GK_STR("Deploymint");
	assert_int_equal(gk_discovery_need(discovery, &ref, &r, &err), -1);
	assert_string_equal(err.slug, "kube.kind");
	assert_string_equal(gk_err_help(&err), "did you mean 'Deployment'?");
	/* Once more, now from the cache. */
	must(gk_discovery_reload(discovery, &err), &err);
	assert_non_null(need("", "v1", "Pod"));
	configmaps = need("", "v1", "ConfigMap");
}

static struct gk_node *parse(struct gk_doc *doc, const char *text)
{
	struct gk_err err = GK_ERR_INIT;

	must(gk_json_parse(doc, "test", gk_str_c(text), gk_limits_default(), &err), &err);
	return doc->root;
}

static void apply(const struct gk_kube_resource *res, const char *name, const char *text,
	const char *manager, struct gk_kube_reply *reply)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	struct gk_kube_call c = gk_kube_apply(res, NS, gk_str_c(name), parse(&doc, text));
	struct gk_err err = GK_ERR_INIT;

	c.manager = manager;
	*reply = (struct gk_kube_reply)GK_KUBE_REPLY_INIT;
	(void)!gk_kube_do(kube, &c, reply, &err);
}

static const char settings[] =
	"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\","
	"\"labels\":null},\"data\":{\"colour\":\"green\","
	"\"odd\":\"\\u007f\\u0085\\ud83d\\ude00 \\u2028\"}}";

static void applies(void **state)
{
	struct gk_kube_reply r, again;
	char text[128];

	(void)state;
	(void)snprintf(text, sizeof text,
		"{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}",
		namespace);
	apply(namespaces, namespace, text, NULL, &r);
	must(r.failed, &r.err);
	gk_kube_reply_done(&r);
	apply(configmaps, "settings", settings, NULL, &r);
	must(r.failed, &r.err);
	assert_true(r.created);
	assert_true(gk_str_is(gk_node_text(gk_node_path(r.doc.root, "data", "odd", NULL)),
		"\x7f\xc2\x85\xf0\x9f\x98\x80 \xe2\x80\xa8"));
	/* Nothing changes, so nothing is written. */
	apply(configmaps, "settings", settings, NULL, &again);
	must(again.failed, &again.err);
	assert_false(again.created);
	assert_true(gk_str_eq(gk_kube_version(r.doc.root), gk_kube_version(again.doc.root)));
	gk_kube_reply_done(&r);
	gk_kube_reply_done(&again);
}

static void conflicts(void **state)
{
	static const char red[] = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{"
				  "\"name\":\"settings\"},\"data\":{\"colour\":\"red\"}}";
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	struct gk_kube_call c;
	struct gk_kube_conflict conflict;
	struct gk_kube_reply r;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	apply(configmaps, "settings", red, "other", &r);
	assert_true(r.failed);
	assert_int_equal(r.err.code, GK_ECONFLICT);
	assert_string_equal(r.err.slug, "kube.apply-conflict");
	assert_int_equal(r.status.ncauses, 1);
	assert_true(gk_kube_cause_conflict(&r.status.causes[0], &conflict));
	assert_true(gk_str_is(conflict.field, ".data.colour"));
	assert_true(gk_str_is(conflict.manager, "gk-probe"));
	assert_non_null(strstr(gk_err_note(&r.err, 0), ".data.colour belongs to \"gk-probe\""));
	gk_kube_reply_done(&r);
	c = gk_kube_apply(configmaps, NS, GK_STR("settings"), parse(&doc, red));
	c.manager = "other";
	c.force = c.dry_run = true;
	must(gk_kube_do(kube, &c, &r, &err), &err);
	assert_true(
		gk_str_is(gk_node_text(gk_node_path(r.doc.root, "data", "colour", NULL)), "red"));
	gk_kube_reply_done(&r);
}

static void refusals(void **state)
{
	static const struct {
		const char *object;
		enum gk_code code;
		const char *slug;
		bool server_only; /* gk-sim does not validate so deeply */
	} cases[] = {
		{"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"bad\"},"
		 "\"date\":{}}",
			GK_EREJECTED, "kube.invalid", false},
		{"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"bad\"},"
		 "\"data\":{\"a b\":\"\"}}",
			GK_EREJECTED, "kube.invalid", true},
		{"{\"apiVersion\":\"v2\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"bad\"}}",
			GK_EREJECTED, "kube.invalid", false},
	};
	struct gk_kube_call c = gk_kube_get(configmaps, NS, GK_STR("absent"));
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT;
	struct gk_err err = GK_ERR_INIT;
	char text[512], want[512];

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		if (cases[i].server_only && getenv("GK_SIM_DIR"))
			continue;
		apply(configmaps, "bad", cases[i].object, NULL, &r);
		assert_true(r.failed);
		assert_int_equal(r.err.code, cases[i].code);
		assert_string_equal(r.err.slug, cases[i].slug);
		gk_kube_reply_done(&r);
	}
	assert_int_equal(gk_kube_do(kube, &c, &r, &err), -1);
	assert_int_equal(err.code, GK_ENOTFOUND);
	assert_string_equal(err.slug, "kube.not-found");
	gk_err_message(&err, text, sizeof text);
	(void)snprintf(want, sizeof want,
		"cannot get ConfigMap %s/absent: configmaps \"absent\" not found", namespace);
	assert_string_equal(text, want);
	gk_kube_reply_done(&r);
}

static int replies, failures;
static void count_reply(void *ctx, struct gk_kube_reply *r)
{
	(void)ctx;
	replies++;
	if (r->failed && !failures++)
		must(0, &r->err);
}

static void many_and_list(void **state)
{
	struct gk_kube_list l = {.res = configmaps, .ns = NS, .label_selector = "many=yes"};
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT;
	struct gk_err err = GK_ERR_INIT;
	int64_t began = gk_time_mono_ms();
	const struct gk_node *items;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
		char text[256], name[32];
		struct gk_kube_call c;

		(void)snprintf(name, sizeof name, "many-%d", i);
		(void)snprintf(text, sizeof text,
			"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":"
			"\"%s\",\"labels\":{\"many\":\"yes\"}},\"data\":{\"i\":\"%d\"}}",
			name, i);
		c = gk_kube_apply(configmaps, NS, gk_str_c(name), parse(&doc, text));
		(void)gk_kube_submit(kube, &c, count_reply, NULL);
	}
	must(gk_http_run(http, &err), &err);
	assert_int_equal(replies, MANY);
	assert_int_equal(failures, 0);
	print_message("# %d objects applied in %lld ms, window %u\n", MANY,
		(long long)(gk_time_mono_ms() - began), gk_http_lane_window(http, 1));
	began = gk_time_mono_ms();
	must(gk_kube_list_do(kube, &l, &r, &err), &err);
	items = gk_node_get(r.doc.root, "items");
	assert_int_equal(items->count, MANY);
	gk_node_foreach (item, items) {
		assert_true(gk_str_is(gk_node_text(gk_node_get(item, "kind")), "ConfigMap"));
		assert_true(gk_str_is(gk_node_text(gk_node_get(item, "apiVersion")), "v1"));
	}
	print_message("# listed in %lld ms\n", (long long)(gk_time_mono_ms() - began));
	gk_kube_reply_done(&r);
	l.metadata_only = true;
	must(gk_kube_list_do(kube, &l, &r, &err), &err);
	assert_int_equal(gk_node_get(r.doc.root, "items")->count, MANY);
	gk_kube_reply_done(&r);
}

struct seen {
	int objects, deleted, synced, failed;
	struct gk_kube_watch *w;
};

static void on_event(void *ctx, const struct gk_watch_event *ev)
{
	struct seen *s = ctx;

	s->objects += ev->type == GK_WATCH_OBJECT;
	s->deleted += ev->type == GK_WATCH_DELETED;
	s->synced += ev->type == GK_WATCH_SYNCED;
	s->failed += ev->type == GK_WATCH_FAILED;
}

static void step_until(const int *counter, int value)
{
	struct gk_err err = GK_ERR_INIT;
	int64_t end = gk_time_mono_ms() + 10000;

	while (*counter < value && gk_time_mono_ms() < end)
		must(gk_http_step(http, 100, &err), &err);
	assert_int_equal(*counter, value);
}

static void remove_object(const char *name)
{
	struct gk_kube_call c = gk_kube_get(configmaps, NS, gk_str_c(name));
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT, gone = GK_KUBE_REPLY_INIT;
	struct gk_err err = GK_ERR_INIT;

	must(gk_kube_do(kube, &c, &r, &err), &err);
	c = gk_kube_delete(
		configmaps, NS, gk_str_c(name), GK_STR("00000000-0000-0000-0000-000000000000"));
	assert_int_equal(gk_kube_do(kube, &c, &gone, &err), -1);
	assert_int_equal(err.code, GK_ECONFLICT);
	gk_kube_reply_done(&gone);
	c = gk_kube_delete(configmaps, NS, gk_str_c(name), gk_kube_uid(r.doc.root));
	must(gk_kube_do(kube, &c, &gone, &err), &err);
	assert_true(gone.gone);
	gk_kube_reply_done(&gone);
	must(gk_kube_do(kube, &c, &gone, &err), &err); /* 404: gone as well */
	assert_true(gone.gone);
	gk_kube_reply_done(&gone);
	gk_kube_reply_done(&r);
}

static void watches(void **state)
{
	struct gk_kube_reply r;
	struct seen from_list = {0}, from_version = {0}, expired = {0};
	struct gk_kube_watch_options o = {
		.res = configmaps, .ns = NS, .field_selector = "metadata.name=watched"};

	(void)state;
	from_list.w = gk_kube_watch_start(kube, &o, on_event, &from_list);
	step_until(&from_list.synced, 1);
	assert_int_equal(from_list.objects, 0);
	apply(configmaps, "watched",
		"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"watched\"}}",
		NULL, &r);
	must(r.failed, &r.err);
	step_until(&from_list.objects, 1);
	o.version = gk_kube_version(r.doc.root);
	from_version.w = gk_kube_watch_start(kube, &o, on_event, &from_version);
	gk_kube_watch_know(from_version.w, NS, GK_STR("watched"), o.version);
	o.version = GK_STR("1");
	expired.w = gk_kube_watch_start(kube, &o, on_event, &expired);
	gk_kube_reply_done(&r);
	remove_object("watched");
	step_until(&from_list.deleted, 1);
	step_until(&from_version.deleted, 1);
	assert_int_equal(from_version.objects, 0);
	assert_int_equal(from_list.failed + from_version.failed + expired.failed, 0);
	gk_kube_watch_stop(from_list.w);
	gk_kube_watch_stop(from_version.w);
	gk_kube_watch_stop(expired.w);
	must(gk_http_run(http, &(struct gk_err)GK_ERR_INIT), &(struct gk_err)GK_ERR_INIT);
}

static void tokens_and_reviews(void **state)
{
	static const char *const audiences[] = {"sts.amazonaws.com"};
	static const char account[] =
		"{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"probe\"}}";
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_kube_call c =
		gk_kube_token(NS, GK_STR("probe"), gk_kube_token_body(&a, audiences, 1, 3600));
	struct gk_kube_reply r;
	struct gk_err err = GK_ERR_INIT;
	struct gk_str token;
	int64_t expires;
	bool allowed;

	(void)state;
	apply(need("", "v1", "ServiceAccount"), "probe", account, NULL, &r);
	must(r.failed, &r.err);
	gk_kube_reply_done(&r);
	must(gk_kube_do(kube, &c, &r, &err), &err);
	must(gk_kube_token_read(r.doc.root, &token, &expires, &err), &err);
	assert_true(gk_str_starts(token, GK_STR("ey")));
	assert_true(expires > gk_time_utc_ms());
	gk_kube_reply_done(&r);
	c = gk_kube_review(gk_kube_review_body(&a, "patch", deployments, NS, GK_STR_NULL));
	must(gk_kube_do(kube, &c, &r, &err), &err);
	must(gk_kube_review_read(r.doc.root, &allowed, &err), &err);
	assert_true(allowed);
	gk_kube_reply_done(&r);
	c = gk_kube_raw("/version");
	must(gk_kube_do(kube, &c, &r, &err), &err);
	assert_non_null(gk_node_get(r.doc.root, "gitVersion"));
	gk_kube_reply_done(&r);
}

/* One connection for everything, where the server speaks HTTP/2. */
static void speaks_http2(void **state)
{
	char url[256];
	struct gk_http_request q = {.method = "GET", .url = url, .route = &cfg.route};
	struct gk_http_response r = {0};
	struct gk_err err = GK_ERR_INIT;
	bool http2;

	(void)state;
	(void)snprintf(url, sizeof url, "%s/version", cfg.server);
	must(gk_http_do(http, &q, &r, &err), &err);
	http2 = r.http2;
	gk_http_response_done(&r);
	if (!http2 && getenv("GK_SIM_DIR"))
		skip();
	assert_true(http2);
}

static void cleans_up(void **state)
{
	struct gk_kube_call c = gk_kube_get(namespaces, GK_STR_NULL, NS);
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT, gone = GK_KUBE_REPLY_INIT;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	must(gk_kube_do(kube, &c, &r, &err), &err);
	c = gk_kube_delete(namespaces, GK_STR_NULL, NS, gk_kube_uid(r.doc.root));
	must(gk_kube_do(kube, &c, &gone, &err), &err);
	gk_kube_reply_done(&gone);
	gk_kube_reply_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovers),
		cmocka_unit_test(applies),
		cmocka_unit_test(conflicts),
		cmocka_unit_test(refusals),
		cmocka_unit_test(many_and_list),
		cmocka_unit_test(watches),
		cmocka_unit_test(tokens_and_reviews),
		cmocka_unit_test(speaks_http2),
		cmocka_unit_test(cleans_up),
	};

	return cmocka_run_group_tests_name("probe-kube", tests, group_setup, group_teardown);
}
