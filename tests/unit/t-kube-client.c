/* The client against a server that misbehaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/out.h"
#include "doc/json.h"
#include "fake-server.h"
#include "kube/watch.h"

static const struct gk_kube_resource configmaps = {.version = {"v1", 2},
	.kind = {"ConfigMap", 9},
	.plural = {"configmaps", 10},
	.namespaced = true};
static const struct gk_kube_resource secrets = {
	.version = {"v1", 2}, .kind = {"Secret", 6}, .plural = {"secrets", 7}, .namespaced = true};

static struct gk_http *http;
static struct gk_kube *kube;
static struct gk_kube_config cfg;
static struct gk_diags warnings;
static struct fake *server;
static struct gk_err err;
static char url[64], token_path[64];

static uint32_t no_random(void *ctx)
{
	(void)ctx;
	return 0;
}

static void begin(const struct fake_reply *script)
{
	const struct gk_http_options web = {.random = no_random};

	gk_err_reset(&err);
	warnings = (struct gk_diags)GK_DIAGS_INIT;
	server = fake_start_tls(script, FAKE_CERT_GOOD);
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%u", fake_port(server));
	cfg = (struct gk_kube_config){.server = url,
		.namespace = "shop",
		.origin = "test",
		.request_timeout_ms = 5000,
		.route.ca_pem = gk_str_c(fake_ca(server)),
		.token = "canary-token"};
	assert_int_equal(gk_http_new(&web, &http, &err), 0);
	assert_int_equal(
		gk_kube_new(
			&(struct gk_kube_options){
				.http = http, .cfg = &cfg, .warnings = &warnings, .cache_dir = ""},
			&kube, &err),
		0);
}

static int end(void **state)
{
	(void)state;
	gk_kube_freep(&kube);
	gk_http_freep(&http);
	gk_diags_done(&warnings);
	fake_free(server);
	return 0;
}

#define MAP(name)                                                                                  \
	"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" name             \
	"\",\"namespace\":\"shop\",\"uid\":\"u1\",\"resourceVersion\":\"7\"}}"
#define OK(body) FAKE_JSON("200 OK", body)
#define STATUS(http, code, reason, message, details)                                               \
	FAKE_JSON(http, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","       \
			"\"code\":" code ",\"reason\":\"" reason "\",\"message\":\"" message       \
			"\",\"details\":" details "}")

/* GET of ConfigMap shop/web. */
static int get(struct gk_kube_reply *r)
{
	struct gk_kube_call c = gk_kube_get(&configmaps, GK_STR("shop"), GK_STR("web"));

	*r = (struct gk_kube_reply)GK_KUBE_REPLY_INIT;
	gk_err_reset(&err);
	return gk_kube_do(kube, &c, r, &err);
}

static const char *message(void)
{
	static char text[2048];

	gk_err_message(&err, text, sizeof text);
	return text;
}

static void sends_credentials(void **state)
{
	static const struct fake_reply script[] = {
		{"GET /api/v1/namespaces/shop/configmaps/web HTTP", OK(MAP("web")), 0}, {0}};
	struct gk_kube_reply r;

	(void)state;
	begin(script);
	assert_int_equal(get(&r), 0);
	assert_non_null(strstr(fake_request(server, 0), "Authorization: Bearer canary-token\r\n"));
	assert_non_null(strstr(fake_request(server, 0), "Accept: application/json\r\n"));
	gk_kube_reply_done(&r);
}

/* 401 in the middle of a run: the token file is read again, the request repeated, once. */
static void renews(void **state)
{
	static const char unauthorized[] =
		STATUS("401 No", "401", "Unauthorized", "Unauthorized", "{}");
	static const struct fake_reply script[] = {{NULL, unauthorized, 0},
		{NULL, OK(MAP("web")), 0}, {NULL, unauthorized, FAKE_EVER}, {0}};
	struct gk_kube_reply r;
	int fd;

	(void)state;
	(void)snprintf(token_path, sizeof token_path, "/tmp/gk-t-token-XXXXXX");
	fd = mkstemp(token_path);
	assert_int_equal(write(fd, "old", 3), 3);
	begin(script);
	cfg.token = NULL;
	cfg.token_file = token_path;
	gk_kube_freep(&kube);
	assert_int_equal(
		gk_kube_new(&(struct gk_kube_options){.http = http, .cfg = &cfg}, &kube, &err), 0);
	/* Nothing was renewed: the first answer is the last one. */
	assert_int_equal(get(&r), -1);
	assert_int_equal(err.code, GK_EDENIED);
	assert_string_equal(err.slug, "kube.unauthorized");
	assert_non_null(strstr(gk_err_help(&err), "expired"));
	gk_kube_reply_done(&r);
	assert_int_equal(get(&r), 0);
	gk_kube_reply_done(&r);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, "new", 3, 0), 3);
	assert_int_equal(get(&r), -1);
	assert_int_equal(gk_code_exit(err.code), 4);
	gk_kube_reply_done(&r);
	assert_int_equal(fake_requests(server), 4);
	assert_non_null(strstr(fake_request(server, 2), "Bearer old"));
	assert_non_null(strstr(fake_request(server, 3), "Bearer new"));
	(void)close(fd);
	(void)unlink(token_path);
}

static void checks_identity(void **state)
{
	static const struct {
		const char *body, *part;
	} cases[] = {
		{OK(MAP("other")), "another name"},
		{OK("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"web\","
		    "\"namespace\":\"shop\"}}"),
			"another kind"},
		{OK("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"web\","
		    "\"namespace\":\"evil\"}}"),
			"another namespace"},
		{OK("[]"), "not the API server's"},
		{OK("{\"a\":1,\"a\":2}"), "not the API server's"},
		{OK("{\"kind\":\"ConfigMap\""), "not the API server's"},
		{OK(""), "not the API server's"},
		{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<h1>Log "
		 "in\x1b[",
			"not the API server's (text/html)"},
		{"HTTP/1.1 302 Found\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n",
			"not the API server's"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		const struct fake_reply script[] = {{NULL, cases[i].body, 0}, {0}};
		struct gk_kube_reply r;

		begin(script);
		assert_int_equal(get(&r), -1);
		assert_int_equal(gk_code_exit(err.code), 5);
		if (!strstr(message(), cases[i].part))
			print_error("%zu: %s\n", i, message());
		assert_non_null(strstr(message(), cases[i].part));
		gk_kube_reply_done(&r);
		if (i + 1 < GK_COUNT(cases))
			(void)end(NULL);
	}
}

static void says_warnings_once(void **state)
{
	static const char warned[] =
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		"Warning: 299 - \"old \\\"api\\\"\", 299 - \"second\" \"date\"\r\n"
		"Warning: 199 - \"other code\"\r\nWarning: 299 - \"second\"\r\n"
		"Transfer-Encoding: chunked\r\n\r\n" FAKE_CHUNK_MARK MAP("web");
	static const struct fake_reply script[] = {{NULL, warned, FAKE_EVER}, {0}};
	struct gk_kube_reply r;

	(void)state;
	begin(script);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(get(&r), 0);
		gk_kube_reply_done(&r);
	}
	assert_int_equal(warnings.warnings, 2);
	assert_string_equal(warnings.first->text, "old \"api\"");
	assert_string_equal(warnings.first->next->text, "second");
}

/* Texts of the server about a Secret may quote its values. */
static void keeps_secrets(void **state)
{
	static const struct fake_reply script[] = {
		{NULL,
			STATUS("422 No", "422", "Invalid", "bad value canary",
				"{\"name\":\"web\",\"causes\":[{\"reason\":\"FieldValueInvalid\","
				"\"message\":\"canary is bad\",\"field\":\"data[x]\"}]}"),
			0},
		{NULL, FAKE_JSON("500 No", "canary"), 0}, {0}};
	struct gk_kube_call c = gk_kube_get(&secrets, GK_STR("shop"), GK_STR("web"));

	(void)state;
	begin(script);
	for (int i = 0; i < 2; i++) {
		struct gk_kube_reply r = GK_KUBE_REPLY_INIT;

		assert_int_equal(gk_kube_do(kube, &c, &r, &err), -1);
		assert_null(strstr(message(), "canary"));
		for (unsigned n = 0; n < err.notes; n++)
			assert_null(strstr(gk_err_note(&err, n), "canary"));
		if (i == 0)
			assert_string_equal(gk_err_note(&err, 0), "data[x]: FieldValueInvalid");
		gk_kube_reply_done(&r);
	}
}

static struct gk_node *parse(struct gk_doc *doc, const char *text)
{
	assert_int_equal(gk_json_parse(doc, "test", gk_str_c(text), gk_limits_default(), &err), 0);
	return doc->root;
}

/* What may be sent again and what not; requests counted. */
static void repeats_by_kind(void **state)
{
	static const char webhook[] = STATUS("500 No", "500", "InternalError",
		"Internal error occurred: failed calling webhook \\\"x\\\": refused", "{}");
	static const char busy[] = "HTTP/1.1 429 Many\r\nContent-Length: 0\r\n\r\n";
	static const struct fake_reply applied[] = {{NULL, webhook, 0}, {NULL, busy, 0},
		{NULL, "", FAKE_CLOSE}, {NULL, OK(MAP("web")), 0}, {0}};
	static const struct fake_reply created[] = {{"POST", "", FAKE_CLOSE},
		{"GET /api/v1/namespaces/shop/configmaps/web", OK(MAP("web")), 0}, {0}};
	static const struct fake_reply lost[] = {{"POST", "", FAKE_CLOSE},
		{"GET", STATUS("404 No", "404", "NotFound", "not found", "{\"name\":\"web\"}"), 0},
		{0}};
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	const struct gk_node *object = parse(&doc, MAP("web"));
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT;
	struct gk_kube_call c;

	(void)state;
	begin(applied);
	c = gk_kube_apply(&configmaps, GK_STR("shop"), GK_STR("web"), object);
	assert_int_equal(gk_kube_do(kube, &c, &r, &err), 0);
	assert_true(r.repeated);
	assert_int_equal(fake_requests(server), 4);
	gk_kube_reply_done(&r);
	(void)end(NULL);

	begin(created);
	c = gk_kube_create(&configmaps, GK_STR("shop"), GK_STR("web"), object);
	assert_int_equal(gk_kube_do(kube, &c, &r, &err), 0);
	assert_true(r.repeated && !r.created);
	assert_int_equal(fake_requests(server), 2);
	gk_kube_reply_done(&r);
	(void)end(NULL);

	begin(lost);
	assert_int_equal(gk_kube_do(kube, &c, &r, &err), -1);
	assert_string_equal(err.slug, "http.cut");
	assert_int_equal(fake_requests(server), 2);
	gk_kube_reply_done(&r);
}

static void sends_what_was_asked(void **state)
{
	static const struct fake_reply script[] = {{NULL, OK(MAP("web")), FAKE_EVER}, {0}};
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT;
	struct gk_kube_call c = gk_kube_apply(&configmaps, GK_STR("shop"), GK_STR("web"),
		parse(&doc,
			"{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"web\",\"labels\":null},"
			"\"data\":{\"n\":9007199254740993,\"l\":[null]}}"));
	const char *sent;

	(void)state;
	begin(script);
	c.force = true;
	c.uid = GK_STR("u1");
	c.manager = "me & you";
	assert_int_equal(gk_kube_do(kube, &c, &r, &err), 0);
	gk_kube_reply_done(&r);
	c = gk_kube_delete(&configmaps, GK_STR("shop"), GK_STR("web"), GK_STR("u1"));
	c.propagation = GK_FOREGROUND;
	c.grace_s = 0;
	assert_int_equal(gk_kube_do(kube, &c, &r, &err), 0);
	assert_false(r.gone);
	gk_kube_reply_done(&r);
	sent = fake_request(server, 0);
	assert_non_null(strstr(sent, "PATCH /api/v1/namespaces/shop/configmaps/web?fieldManager="
				     "me%20%26%20you&fieldValidation=Strict&force=true HTTP/1.1"));
	assert_non_null(strstr(sent, "Content-Type: application/apply-patch+yaml\r\n"));
	assert_non_null(
		strstr(sent, "\r\n\r\n{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"web\","
			     "\"uid\":\"u1\"},\"data\":{\"n\":9007199254740993,\"l\":[null]}}"));
	assert_non_null(strstr(fake_request(server, 1),
		"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"u1\"},"
		"\"propagationPolicy\":\"Foreground\",\"gracePeriodSeconds\":0}"));
}

#define LIST(meta, items)                                                                          \
	"{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{" meta                    \
	"},\"items\":[" items "]}"
#define ITEM(name, version)                                                                        \
	"{\"metadata\":{\"name\":\"" name                                                          \
	"\",\"namespace\":\"shop\",\"resourceVersion\":\"" version "\"}}"

static void lists_one_snapshot(void **state)
{
	static const char gone[] = STATUS("410 Gone", "410", "Expired", "too old", "{}");
	static const struct fake_reply script[] = {
		{NULL,
			OK(LIST("\"resourceVersion\":\"5\",\"continue\":\"p 2\"",
				ITEM("lost", "1"))),
			0},
		{NULL, gone, 0},
		{NULL,
			OK(LIST("\"resourceVersion\":\"6\",\"continue\":\"p3\"",
				ITEM("a", "1") "," ITEM("b", "2"))),
			0},
		{NULL, OK(LIST("\"resourceVersion\":\"6\"", ITEM("c", "3"))), 0}, {0}};
	const struct gk_kube_list l = {
		.res = &configmaps, .ns = GK_STR("shop"), .label_selector = "a=b", .limit = 2};
	struct gk_kube_reply r = GK_KUBE_REPLY_INIT;
	const struct gk_node *items;

	(void)state;
	begin(script);
	assert_int_equal(gk_kube_list_do(kube, &l, &r, &err), 0);
	items = gk_node_get(r.doc.root, "items");
	assert_int_equal(items->count, 3);
	assert_true(gk_str_is(
		gk_node_text(gk_node_path(gk_node_at(items, 2), "metadata", "name", NULL)), "c"));
	assert_true(
		gk_str_is(gk_node_text(gk_node_get(gk_node_at(items, 0), "kind")), "ConfigMap"));
	assert_true(gk_str_is(gk_kube_version(r.doc.root), "6"));
	assert_int_equal(fake_requests(server), 4);
	assert_non_null(strstr(fake_request(server, 1),
		"/configmaps?labelSelector=a%3Db&limit=2&continue=p%202 HTTP"));
	assert_null(strstr(fake_request(server, 2), "continue"));
	gk_kube_reply_done(&r);
}

static void lists_nothing_else(void **state)
{
	static const char *const bad[] = {
		OK("{\"kind\":\"SecretList\",\"metadata\":{},\"items\":[]}"),
		OK("{\"kind\":\"ConfigMapList\",\"metadata\":{},\"items\":[{\"metadata\":{\"name\":"
		   "\"x\",\"namespace\":\"evil\"}}]}"),
		OK("{\"kind\":\"ConfigMapList\",\"metadata\":{},\"items\":{}}"),
		OK("{\"kind\":\"ConfigMapList\",\"metadata\":{},\"items\":[7]}"),
		OK("{\"kind\":\"ConfigMapList\",\"metadata\":{},\"ite"),
	};
	const struct gk_kube_list l = {.res = &configmaps, .ns = GK_STR("shop")};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(bad); i++) {
		const struct fake_reply script[] = {{NULL, bad[i], 0}, {0}};
		struct gk_kube_reply r = GK_KUBE_REPLY_INIT;

		begin(script);
		assert_int_equal(gk_kube_list_do(kube, &l, &r, &err), -1);
		assert_int_equal(err.code, GK_EREMOTE);
		assert_null(r.doc.root);
		gk_kube_reply_done(&r);
		if (i + 1 < GK_COUNT(bad))
			(void)end(NULL);
	}
}

/* What a watch told, as text: "+name@version", "-name", "=" synced, "!" failed. */
struct told {
	struct gk_buf text;
	struct gk_kube_watch *w;
	enum gk_code code;
	const char *stop_at; /* stop when the text is this */
};

static void on_event(void *ctx, const struct gk_watch_event *ev)
{
	static const char marks[] = {[GK_WATCH_OBJECT] = '+',
		[GK_WATCH_DELETED] = '-',
		[GK_WATCH_SYNCED] = '=',
		[GK_WATCH_FAILED] = '!'};
	struct told *t = ctx;
	struct gk_str name = gk_node_text(gk_node_path(ev->object, "metadata", "name", NULL));

	gk_buf_printf(&t->text, "%c%.*s", marks[ev->type], GK_SARG(name));
	if (ev->type == GK_WATCH_OBJECT)
		gk_buf_printf(&t->text, "@%.*s", GK_SARG(ev->version));
	gk_buf_putc(&t->text, ' ');
	if (ev->err)
		t->code = ev->err->code;
	if (t->stop_at && !strcmp(gk_buf_cstr(&t->text), t->stop_at)) {
		gk_kube_watch_stop(t->w);
		t->w = NULL;
	}
}

static void follow(struct told *t, const char *version, const char *until)
{
	const struct gk_kube_watch_options o = {.res = &configmaps,
		.ns = GK_STR("shop"),
		.version = gk_str_c(version),
		.silence_ms = 500};
	int64_t limit = gk_time_mono_ms() + 10000;

	t->w = gk_kube_watch_start(kube, &o, on_event, t);
	while (strcmp(gk_buf_cstr(&t->text), until) && gk_time_mono_ms() < limit)
		assert_int_equal(gk_http_step(http, 50, &err), 0);
	assert_string_equal(gk_buf_cstr(&t->text), until);
	if (t->w)
		gk_kube_watch_stop(t->w);
	assert_int_equal(gk_http_run(http, &err), 0);
	gk_buf_done(&t->text);
}

#define EVENT(type, name, version)                                                                 \
	"{\"type\":\"" type "\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" name \
	"\",\"namespace\":\"shop\",\"resourceVersion\":\"" version "\"}}}\n"
#define CHUNKED                                                                                    \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

static void watch_survives(void **state)
{
	static const char cut[] = CHUNKED "10\r\n{\"type\":\"MODIFIE\r\n";
	static const struct fake_reply script[] = {
		{"GET /api/v1/namespaces/shop/configmaps?limit=500",
			OK(LIST("\"resourceVersion\":\"10\"", ITEM("a", "3") "," ITEM("b", "4"))),
			0},
		/* An old event, a new one twice, a bookmark, then a clean end. */
		{NULL,
			OK(EVENT("MODIFIED", "a", "2") EVENT("MODIFIED", "a", "11") EVENT(
				"MODIFIED", "a",
				"11") "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"ConfigMap\","
				      "\"metadata\":{\"resourceVersion\":\"12\"}}}\n"),
			0},
		{"GET /api/v1/namespaces/shop/configmaps?watch=true&allowWatchBookmarks=true&"
		 "timeoutSeconds=300&resourceVersion=12 ",
			cut, FAKE_CLOSE},
		{NULL, CHUNKED, FAKE_STALL}, /* silence */
		{NULL, STATUS("503 No", "503", "ServiceUnavailable", "starting", "{}"), 0},
		{NULL, OK("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}\n"),
			0},
		{"GET /api/v1/namespaces/shop/configmaps?limit=500",
			OK(LIST("\"resourceVersion\":\"20\"", ITEM("a", "11") "," ITEM("c", "15"))),
			0},
		{NULL, OK(EVENT("DELETED", "c", "21")), 0}, {NULL, NULL, FAKE_STALL | FAKE_EVER},
		{0}};
	struct told t = {0};

	(void)state;
	begin(script);
	follow(&t, "", "+a@3 +b@4 = +a@11 +c@15 -b = -c ");
	assert_true(fake_requests(server) >= 8);
}

static void watch_from_a_version(void **state)
{
	static const struct fake_reply script[] = {
		{"GET /api/v1/namespaces/shop/configmaps?watch=true&allowWatchBookmarks=true&"
		 "timeoutSeconds=300&resourceVersion=7 ",
			OK(EVENT("ADDED", "a", "8")), 0},
		{NULL, STATUS("410 Gone", "410", "Expired", "too old", "{}"), 0},
		{NULL, OK(LIST("\"resourceVersion\":\"20\"", "")), 0},
		{NULL, NULL, FAKE_STALL | FAKE_EVER}, {0}};
	struct told t = {0};

	(void)state;
	begin(script);
	follow(&t, "7", "+a@8 -a = ");
}

static void watch_ends(void **state)
{
	static const char denied[] = STATUS("403 No", "403", "Forbidden", "no", "{}");
	static const struct {
		struct fake_reply reply;
		const char *told;
		enum gk_code code;
	} cases[] = {
		{{NULL, denied, FAKE_EVER}, "! ", GK_EDENIED},
		{{NULL, OK("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":403}}\n"),
			 FAKE_EVER},
			"! ", GK_EDENIED},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		const struct fake_reply script[] = {cases[i].reply, {0}};
		struct told t = {0};

		begin(script);
		follow(&t, "7", cases[i].told);
		assert_int_equal(t.code, cases[i].code);
		if (i + 1 < GK_COUNT(cases))
			(void)end(NULL);
	}
}

/* Stopping inside the callback: nothing comes after it. */
static void watch_stops(void **state)
{
	static const struct fake_reply script[] = {
		{NULL, OK(EVENT("ADDED", "a", "8") EVENT("ADDED", "b", "9")), 0}, {0}};
	struct told t = {.stop_at = "+a@8 "};

	(void)state;
	begin(script);
	follow(&t, "7", "+a@8 ");
}

/* Another kind or namespace in a watch is garbage, and is not told. */
static void watch_is_not_misled(void **state)
{
	static const struct fake_reply script[] = {
		{NULL,
			OK("{\"type\":\"ADDED\",\"object\":{\"kind\":\"Secret\",\"metadata\":{\"name\":"
			   "\"a\",\"namespace\":\"shop\",\"resourceVersion\":\"8\"}}}\n"),
			0},
		{NULL,
			OK("{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{"
			   "\"name\":\"a\",\"namespace\":\"evil\",\"resourceVersion\":\"8\"}}}\n"),
			0},
		{NULL, OK("garbage\n"), 0}, {NULL, OK(EVENT("ADDED", "b", "9")), 0},
		{NULL, NULL, FAKE_STALL | FAKE_EVER}, {0}};
	struct told t = {0};

	(void)state;
	begin(script);
	follow(&t, "7", "+b@9 ");
}

#define AGGREGATED                                                                                 \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json;as=APIGroupDiscoveryList;"              \
	"g=apidiscovery.k8s.io;v=v2\r\nTransfer-Encoding: chunked\r\n\r\n" FAKE_CHUNK_MARK
#define RES(plural, kind)                                                                          \
	"{\"resource\":\"" plural                                                                  \
	"\",\"responseKind\":{\"group\":\"\",\"version\":\"v1\",\"kind\":\"" kind                  \
	"\"},\"scope\":\"Namespaced\",\"singularResource\":\"\",\"verbs\":[\"get\",\"list\"]}"

static const char core[] = AGGREGATED
	"{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{},\"versions\":[{\"version\":"
	"\"v1\",\"resources\":[" RES("pods", "Pod") "]}]}]}";
static const char groups[] = AGGREGATED
	"{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{\"name\":\"m.test\"},"
	"\"versions\":[{\"version\":\"v1\",\"freshness\":\"Stale\",\"resources\":[]}]},"
	"{\"metadata\":{\"name\":\"w.test\"},\"versions\":[{\"version\":\"v2\",\"resources\":[" RES(
		"webs", "Web") "]},{\"version\":\"v1\",\"resources\":[" RES("webs", "Web") "]}]}]}";

static void discovers(void **state)
{
	static const struct fake_reply script[] = {
		{"GET /api ", core, 0}, {"GET /apis ", groups, 0}, {0}};
	const struct gk_kube_resource *r;
	struct gk_discovery *d = NULL;
	struct gk_ref ref = {
		.group = GK_STR("m.test"), .version = GK_STR("v1"), .kind = GK_STR("M")};

	(void)state;
	begin(script);
	assert_int_equal(gk_discovery_load(kube, &d, &err), 0);
	r = gk_discovery_find_kind(d, GK_STR("w.test"), GK_STR("Web"));
	assert_true(gk_str_is(r->version, "v2") && r->preferred && r->namespaced);
	assert_int_equal(r->verbs, GK_VERB_GET | GK_VERB_LIST);
	assert_non_null(gk_discovery_find(d, GK_STR("w.test"), GK_STR("v1"), GK_STR("Web")));
	assert_true(gk_discovery_group_unknown(d, GK_STR("m.test"), GK_STR("v1")));
	assert_true(gk_discovery_group_unknown(d, GK_STR("m.test"), GK_STR_NULL));
	assert_false(gk_discovery_group_unknown(d, GK_STR("w.test"), GK_STR("v1")));
	assert_int_equal(gk_discovery_need(d, &ref, &r, &err), -1);
	assert_string_equal(err.slug, "kube.group-unknown");
	gk_discovery_expect(d, GK_STR("n.test"), GK_STR("New"));
	assert_true(gk_discovery_pending(d, GK_STR("n.test"), GK_STR("New")));
	gk_discovery_expect(d, GK_STR("w.test"), GK_STR("Web"));
	assert_false(gk_discovery_pending(d, GK_STR("w.test"), GK_STR("Web")));
	gk_discovery_free(d);
}

/* An old server, one of whose groups is down. */
static void discovers_the_old_way(void **state)
{
	static const struct fake_reply script[] = {
		{"GET /api ", OK("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}"), 0},
		{"GET /apis ",
			OK("{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"apps\","
			   "\"versions\":[{\"version\":\"v1\"}],\"preferredVersion\":{"
			   "\"version\":\"v1\"}},{\"name\":\"m.test\",\"versions\":[{"
			   "\"version\":\"v1\"}]}]}"),
			0},
		{"GET /api/v1 ",
			OK("{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\","
			   "\"resources\":[{\"name\":\"pods\",\"kind\":\"Pod\","
			   "\"namespaced\":true,\"verbs\":[\"get\"],\"shortNames\":["
			   "\"po\"]},{\"name\":\"pods/status\",\"kind\":\"Pod\"}]}"),
			0},
		{"GET /apis/apps/v1 ",
			OK("{\"kind\":\"APIResourceList\",\"groupVersion\":\"apps/v1\","
			   "\"resources\":[{\"name\":\"deployments\",\"kind\":"
			   "\"Deployment\",\"namespaced\":true,\"verbs\":[]}]}"),
			0},
		{"GET /apis/m.test/v1 ", STATUS("404 No", "404", "NotFound", "down", "{}"), 0},
		{0}};
	const struct gk_kube_resource *r;
	struct gk_discovery *d = NULL;

	(void)state;
	begin(script);
	assert_int_equal(gk_discovery_load(kube, &d, &err), 0);
	assert_non_null(gk_discovery_find(d, GK_STR("apps"), GK_STR("v1"), GK_STR("Deployment")));
	assert_int_equal(gk_discovery_resolve(d, GK_STR("po"), &r, &err), 0);
	assert_int_equal(r->subs, GK_SUB_STATUS);
	assert_true(gk_discovery_group_unknown(d, GK_STR("m.test"), GK_STR("v1")));
	gk_discovery_free(d);
}

static void discovery_fails(void **state)
{
	static const struct fake_reply script[] = {{"GET /api ", core, 0},
		{"GET /apis ", STATUS("403 No", "403", "Forbidden", "no", "{}"), 0}, {0}};
	struct gk_discovery *d = NULL;

	(void)state;
	begin(script);
	assert_int_equal(gk_discovery_load(kube, &d, &err), -1);
	assert_int_equal(gk_code_exit(err.code), 4);
	assert_non_null(strstr(message(), "cannot find out what the API server serves"));
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, end)
	const struct CMUnitTest tests[] = {
		T(sends_credentials),
		T(renews),
		T(checks_identity),
		T(says_warnings_once),
		T(keeps_secrets),
		T(repeats_by_kind),
		T(sends_what_was_asked),
		T(lists_one_snapshot),
		T(lists_nothing_else),
		T(watch_survives),
		T(watch_from_a_version),
		T(watch_ends),
		T(watch_stops),
		T(watch_is_not_misled),
		T(discovers),
		T(discovers_the_old_way),
		T(discovery_fails),
	};

	return cmocka_run_group_tests_name("kube-client", tests, NULL, NULL);
}
