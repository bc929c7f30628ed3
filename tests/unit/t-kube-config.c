#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/out.h"
#include "kube/cred.h"
#include "kube/exec.h"

static char dir[] = "/tmp/gk-t-kube-config-XXXXXX";
static struct gk_kube_config cfg;
static struct gk_diags diags;
static struct gk_err err;

static int group_setup(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int group_teardown(void **state)
{
	char command[64];
	const char *const argv[] = {"rm", "-rf", dir, NULL};
	pid_t pid = fork();

	(void)state;
	(void)command;
	if (pid == 0) {
		(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(1);
	}
	return pid > 0 ? 0 : -1;
}

static const char *file(const char *name, const char *text, unsigned mode)
{
	static char path[8][128];
	static unsigned at;
	struct gk_err e = GK_ERR_INIT;
	char *p = path[at++ % 8];

	(void)snprintf(p, sizeof path[0], "%s/%s", dir, name);
	assert_int_equal(gk_out_file(p, gk_str_c(text), mode, &e), 0);
	return p;
}

static int load(const struct gk_opt_cluster *opt, const char *ns, const struct gk_kube_env *env)
{
	gk_kube_config_done(&cfg);
	gk_diags_done(&diags);
	diags = (struct gk_diags)GK_DIAGS_INIT;
	gk_err_reset(&err);
	return gk_kube_config_load(opt, ns, env, gk_limits_default(), &cfg, &diags, &err);
}

static int load_text(const char *text)
{
	const struct gk_kube_env env = {.kubeconfig = file("config", text, 0600)};
	const struct gk_opt_cluster opt = {0};

	return load(&opt, NULL, &env);
}

static int teardown(void **state)
{
	(void)state;
	gk_kube_config_done(&cfg);
	gk_diags_done(&diags);
	return 0;
}

#define ONE_CLUSTER                                                                                \
	"current-context: one\n"                                                                   \
	"contexts: [{name: one, context: {cluster: c, user: u, namespace: shop}}]\n"               \
	"clusters: [{name: c, cluster: {server: 'https://api.test:6443/k8s/'}}]\n"

static void resolves(void **state)
{
	(void)state;
	assert_int_equal(load_text("apiVersion: v1\nkind: Config\n" ONE_CLUSTER
				   "users: [{name: u, user: {token: abc, as: jane, as-groups: [a, "
				   "b], as-user-extra: {k: [v, w]}}}]\n"),
		0);
	assert_string_equal(cfg.server, "https://api.test:6443/k8s");
	assert_string_equal(cfg.namespace, "shop");
	assert_string_equal(cfg.token, "abc");
	assert_string_equal(cfg.context, "one");
	assert_string_equal(cfg.as, "jane");
	assert_int_equal(cfg.as_groups.n, 2);
	assert_int_equal(cfg.as_extra.n, 2);
	assert_string_equal(cfg.as_extra.v[1], "k=w");
	assert_int_equal(cfg.request_timeout_ms, 30000);
	assert_false(cfg.route.allow_plain);
	assert_true(cfg.compress);
	assert_int_equal(diags.errors + diags.warnings, 0);
}

static void overrides(void **state)
{
	static const char text[] =
		"current-context: one\n"
		"contexts:\n- {name: one, context: {cluster: c, user: u}}\n"
		"- {name: two, context: {cluster: d, user: u, namespace: two}}\n"
		"clusters:\n- {name: c, cluster: {server: 'https://c', tls-server-name: sni}}\n"
		"- {name: d, cluster: {server: 'https://d', tls-server-name: sni}}\n"
		"users: [{name: u, user: {token: abc}}]\n";
	const struct gk_kube_env env = {.kubeconfig = file("config", text, 0600)};
	struct gk_opt_cluster opt = {.context = "two"};

	(void)state;
	assert_int_equal(load(&opt, NULL, &env), 0);
	assert_string_equal(cfg.server, "https://d");
	assert_string_equal(cfg.route.server_name, "sni");
	assert_string_equal(cfg.namespace, "two");
	assert_false(cfg.namespace_explicit);
	opt = (struct gk_opt_cluster){.cluster = "d",
		.server = "https://e:1",
		.token_file = "/t",
		.insecure = true,
		.concurrency = 500};
	assert_int_equal(load(&opt, "mine", &env), 0);
	assert_string_equal(cfg.server, "https://e:1");
	assert_null(cfg.route.server_name);
	assert_string_equal(cfg.namespace, "mine");
	assert_true(cfg.namespace_explicit);
	assert_null(cfg.token);
	assert_string_equal(cfg.token_file, "/t");
	assert_true(cfg.route.insecure);
	assert_int_equal(cfg.concurrency, 90);
	assert_int_equal(diags.warnings, 1);
	assert_string_equal(diags.first->slug, "kube.insecure");
}

/* The first file that has a name supplies the whole entry; paths start at its file. */
static void merges(void **state)
{
	char list[512], sub[64], want[128];
	struct gk_kube_env env = {.kubeconfig = list};
	const struct gk_opt_cluster opt = {0};
	const char *first, *second;

	(void)state;
	(void)snprintf(sub, sizeof sub, "%s/sub", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	first = file("first",
		"current-context: x\nusers: [{name: u, user: {tokenFile: t}}]\n"
		"clusters: [{name: c, cluster: {server: 'https://first'}}]\n",
		0600);
	second = file("sub/second",
		"current-context: other\nusers: [{name: u, user: {token: lost}}, {name: v, user: "
		"{tokenFile: t}}]\n"
		"clusters: [{name: c, cluster: {server: 'https://second', tls-server-name: lost}}]\n"
		"contexts: [{name: x, context: {cluster: c, user: v}}]\n",
		0600);
	(void)snprintf(list, sizeof list, "%s/none::%s:%s:%s", dir, first, second, first);
	assert_int_equal(load(&opt, NULL, &env), 0);
	assert_string_equal(cfg.server, "https://first");
	assert_null(cfg.route.server_name);
	assert_string_equal(cfg.origin, first);
	(void)snprintf(want, sizeof want, "%s/sub/t", dir);
	assert_string_equal(cfg.token_file, want);
}

/* Everything that is wrong is said in one run. */
static void says_all_faults(void **state)
{
	static const char text[] =
		"current-context: one\n"
		"contexts: [{name: one, context: {cluster: c, user: u, namespace: No_Name}}]\n"
		"clusters: [{name: c, cluster: {server: 'https://a b', proxy-url: 'ftp://x', "
		"certificate-authority-data: '***'}}]\n"
		"users:\n- name: u\n  user:\n    token: abc\n    username: me\n    as-uid: '1'\n"
		"    client-certificate: /nonexistent/c\n"
		"    auth-provider: {name: gcp}\n"
		"    exec: {apiVersion: client.authentication.k8s.io/v1alpha1}\n";
	static const char *const expected[] = {"cannot read the client certificate",
		"a token and a user name are both given", "'exec.command' is required",
		"'exec.apiVersion' must be", "'auth-provider' is not supported",
		"needs the user to impersonate", "expected base64",
		"expected an http, https or socks5", "expected a URL such as",
		"'No_Name' is no name for a namespace"};
	char last[1024];

	(void)state;
	assert_int_equal(load_text(text), -1);
	gk_err_message(&err, last, sizeof last);
	for (size_t i = 0; i < GK_COUNT(expected); i++) {
		bool found = strstr(last, expected[i]) != NULL;

		for (const struct gk_diag *d = diags.first; d; d = d->next) {
			found = found || strstr(d->text, expected[i]);
			assert_int_equal(d->code, GK_EINPUT);
		}
		if (!found)
			print_error("missing: %s\n", expected[i]);
		assert_true(found);
	}
	assert_int_equal(diags.errors, GK_COUNT(expected) - 1);
	assert_true(gk_err_pos(&err).line > 0);
}

static void refuses(void **state)
{
	static const struct {
		const char *text, *slug, *part;
		enum gk_code code;
	} cases[] = {
		{"current-context: on\n" ONE_CLUSTER, NULL, NULL, GK_EINPUT}, /* duplicate key */
		{"contexts: [{name: prod, context: {}}]\ncurrent-context: prodd\n",
			"kube.no-context", "no context 'prodd'", GK_ENOTFOUND},
		{ONE_CLUSTER, "kube.no-user", "no user 'u'", GK_ENOTFOUND},
		{"kind: Deployment\n", "kube.config", "not kind 'Deployment'", GK_EINPUT},
		{"[1]\n", "kube.config", "expected a kubeconfig, not array", GK_EINPUT},
		{"users: 3\n", "kube.config", "'users' must be a list", GK_EINPUT},
		{"users: [{name: a}, {name: a}]\n", "kube.config", "are named 'a'", GK_EINPUT},
		{"users: [{user: {}}]\n", "kube.config", "has no name", GK_EINPUT},
		{"current-context: 3\n", "kube.config", "must be a string", GK_EINPUT},
		{"", "kube.no-config", "no cluster is configured", GK_EDENIED},
		{"contexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c}]\n",
			"kube.no-config", "no cluster is configured", GK_EDENIED},
		{"current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
		 "clusters: [{name: c}]\n",
			"kube.config", "has no 'server'", GK_EINPUT},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		char text[1024];

		assert_int_equal(load_text(cases[i].text), -1);
		gk_err_message(&err, text, sizeof text);
		assert_int_equal(err.code, cases[i].code);
		if (!cases[i].slug)
			continue;
		if (strcmp(err.slug, cases[i].slug) || !strstr(text, cases[i].part))
			print_error("%zu: %s: %s\n", i, err.slug, text);
		assert_string_equal(err.slug, cases[i].slug);
		assert_non_null(strstr(text, cases[i].part));
	}
	assert_int_equal(load_text("contexts: [{name: a, context: {}}]\n"), -1);
	assert_string_equal(gk_err_help(&err), "choose a context with --context");
}

static void no_config(void **state)
{
	const struct gk_kube_env env = {.home = dir};
	struct gk_opt_cluster opt = {0};
	char want[128];

	(void)state;
	assert_int_equal(load(&opt, NULL, &env), -1);
	assert_int_equal(gk_code_exit(err.code), 4);
	(void)snprintf(want, sizeof want, "looked at %s/.kube/config (missing)", dir);
	assert_string_equal(gk_err_note(&err, 0), want);
	opt.kubeconfig = "/nonexistent";
	assert_int_equal(load(&opt, NULL, &env), -1);
	assert_int_equal(err.code, GK_ENOTFOUND);
	assert_int_equal(gk_code_exit(err.code), 3);
}

static void in_cluster(void **state)
{
	char sub[64], want[96];
	const struct gk_kube_env env = {.home = "/nonexistent",
		.service_host = "fd00::1",
		.service_port = "443",
		.service_account = sub};
	const struct gk_opt_cluster opt = {0};

	(void)state;
	(void)snprintf(sub, sizeof sub, "%s/sa", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	(void)file("sa/namespace", "team\n", 0600);
	(void)file("sa/ca.crt", "PEM", 0600);
	assert_int_equal(load(&opt, NULL, &env), 0);
	assert_string_equal(cfg.server, "https://[fd00::1]:443");
	assert_string_equal(cfg.namespace, "team");
	assert_string_equal(cfg.origin, "in-cluster");
	assert_true(gk_str_is(cfg.route.ca_pem, "PEM"));
	(void)snprintf(want, sizeof want, "%s/token", sub);
	assert_string_equal(cfg.token_file, want);
	assert_int_equal(load(&opt, "mine", &env), 0);
	assert_string_equal(cfg.namespace, "mine");
}

static const char *headers(struct gk_cred *c)
{
	static struct gk_buf b;

	gk_buf_reset(&b);
	gk_err_reset(&err);
	return gk_cred_headers(c, &b, &err) ? NULL : gk_buf_cstr(&b);
}

static void token_file(void **state)
{
	GK_AUTO(gk_cred_freep) struct gk_cred *c = NULL;
	unsigned generation;

	(void)state;
	(void)file("tok", " one\n", 0600);
	assert_int_equal(load_text(ONE_CLUSTER "users: [{name: u, user: {tokenFile: tok}}]\n"), 0);
	c = gk_cred_new(&cfg, false);
	assert_string_equal(headers(c), "Authorization: Bearer one\n");
	generation = gk_cred_generation(c);
	/* Refused, and the file holds the same: nothing to gain by another attempt. */
	assert_false(gk_cred_rejected(c, generation));
	(void)file("tok", "two", 0600);
	assert_string_equal(headers(c), "Authorization: Bearer one\n");
	assert_true(gk_cred_rejected(c, generation));
	assert_string_equal(headers(c), "Authorization: Bearer two\n");
	assert_true(gk_cred_rejected(c, generation)); /* a late 401 of the old one */
	/* A file that is gone or empty leaves the last good token in use. */
	(void)file("tok", "", 0600);
	assert_false(gk_cred_rejected(c, gk_cred_generation(c)));
	assert_string_equal(headers(c), "Authorization: Bearer two\n");
}

static void token_file_is_needed(void **state)
{
	GK_AUTO(gk_cred_freep) struct gk_cred *c = NULL;

	(void)state;
	(void)file("empty", "\n", 0600);
	assert_int_equal(
		load_text(ONE_CLUSTER "users: [{name: u, user: {tokenFile: empty}}]\n"), 0);
	c = gk_cred_new(&cfg, false);
	assert_null(headers(c));
	assert_int_equal(err.code, GK_EDENIED);
	assert_string_equal(err.slug, "kube.token-file");
}

static void header_forms(void **state)
{
	GK_AUTO(gk_cred_freep) struct gk_cred *c = NULL;

	(void)state;
	assert_int_equal(
		load_text(ONE_CLUSTER
			"users: [{name: u, user: {username: me, password: 'p:w', as: jane, "
			"as-uid: '7', as-groups: [g], as-user-extra: {a/b: [c]}}}]\n"),
		0);
	c = gk_cred_new(&cfg, false);
	assert_string_equal(headers(c), "Authorization: Basic bWU6cDp3\nImpersonate-User: jane\n"
					"Impersonate-Uid: 7\nImpersonate-Group: g\n"
					"Impersonate-Extra-a%2Fb: c\n");
	gk_cred_freep(&c);
	assert_int_equal(
		load_text(ONE_CLUSTER "users: [{name: u, user: {token: \"a\\nX: y\"}}]\n"), 0);
	c = gk_cred_new(&cfg, false);
	assert_null(headers(c));
	assert_string_equal(err.slug, "kube.credential");
}

#define EXEC_USER(version, more)                                                                   \
	"users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/" version        \
	", command: ./plugin, interactiveMode: Never, installHint: \"get\\nit\", args: [a, 'b "    \
	"c'], env: [{name: EXTRA, value: yes-it-is}]" more "}}}]\n"

static void plugin(const char *script)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
	(void)file("plugin", text, 0700);
}

static void exec_plugin(void **state)
{
	GK_AUTO(gk_cred_freep) struct gk_cred *c = NULL;
	unsigned generation;
	GK_AUTO(gk_buf_done) struct gk_buf info = GK_BUF_INIT(0);
	char path[64];

	(void)state;
	plugin("cd \"${0%/*}\" && echo run >>runs && printf %s \"$KUBERNETES_EXEC_INFO|$EXTRA|$2\" "
	       ">info && n=$(wc -l <runs) && printf '{\"kind\":\"ExecCredential\",\"apiVersion\":"
	       "\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t%d\","
	       "\"expirationTimestamp\":\"2099-01-01T00:00:00Z\"}}' \"$n\"");
	assert_int_equal(load_text(ONE_CLUSTER EXEC_USER("v1", ", provideClusterInfo: true")), 0);
	c = gk_cred_new(&cfg, false);
	assert_string_equal(headers(c), "Authorization: Bearer t1\n");
	assert_string_equal(headers(c), "Authorization: Bearer t1\n");
	generation = gk_cred_generation(c);
	assert_true(gk_cred_rejected(c, generation));
	assert_string_equal(headers(c), "Authorization: Bearer t2\n");
	/* The new one is refused too: it is not run for ever. */
	assert_false(gk_cred_rejected(c, gk_cred_generation(c)));
	(void)snprintf(path, sizeof path, "%s/info", dir);
	assert_int_equal(gk_io_read_file(path, 4096, &info, &err), 0);
	assert_string_equal(gk_buf_cstr(&info),
		"{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
		"\"spec\":{\"interactive\":false,\"cluster\":{\"server\":"
		"\"https://api.test:6443/k8s\"}}}|yes-it-is|b c");
}

static void exec_faults(void **state)
{
	static const struct {
		const char *script, *part, *note, *help;
	} cases[] = {
		{"echo 'no\tlogin' >&2; exit 3", "failed with exit code 3", "it said: no\tlogin",
			""},
		{"kill -9 $$", "died of signal 9", "", ""},
		{"echo hello", "its output is not JSON", "", ""},
		{"echo '{}'", "is no ExecCredential", "", ""},
		{"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":"
		 "\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"x\"}}'",
			"another apiVersion", "asked for client.authentication.k8s.io/v1", ""},
		{"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":"
		 "\"client.authentication.k8s.io/v1\",\"status\":{}}'",
			"neither a token nor", "", ""},
		{"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":"
		 "\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"x\"}}'",
			"without a", "", ""},
		{"head -c 2000000 /dev/zero", "output of the program", "", ""},
	};

	(void)state;
	for (size_t i = 0; i <= GK_COUNT(cases); i++) {
		GK_AUTO(gk_cred_freep) struct gk_cred *c = NULL;
		char text[1024], path[64];

		if (i < GK_COUNT(cases)) {
			plugin(cases[i].script);
		} else {
			(void)snprintf(path, sizeof path, "%s/plugin", dir);
			assert_int_equal(unlink(path), 0);
		}
		assert_int_equal(load_text(ONE_CLUSTER EXEC_USER("v1", "")), 0);
		c = gk_cred_new(&cfg, false);
		assert_null(headers(c));
		assert_int_equal(err.code, GK_EDENIED);
		gk_err_message(&err, text, sizeof text);
		if (i == GK_COUNT(cases)) {
			/* valgrind's spawn tells it by the exit code only */
			assert_true(strstr(text, "not found") || strstr(text, "code 127"));
			assert_string_equal(gk_err_help(&err), "get\\x0ait");
			continue;
		}
		if (!strstr(text, cases[i].part))
			print_error("%zu: %s\n", i, text);
		assert_non_null(strstr(text, cases[i].part));
		if (*cases[i].note)
			assert_string_equal(gk_err_note(&err, 0), cases[i].note);
	}
}

/* A daemon that keeps the pipe open does not hold us. */
static void exec_leaves_a_daemon(void **state)
{
	GK_AUTO(gk_cred_freep) struct gk_cred *c = NULL;
	int64_t began = gk_time_mono_ms();

	(void)state;
	plugin("sleep 20 & echo '{\"kind\":\"ExecCredential\",\"apiVersion\":"
	       "\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"x\"}}'");
	assert_int_equal(load_text(ONE_CLUSTER EXEC_USER("v1", "")), 0);
	c = gk_cred_new(&cfg, false);
	assert_string_equal(headers(c), "Authorization: Bearer x\n");
	assert_true(gk_time_mono_ms() - began < 10000);
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, teardown)
	const struct CMUnitTest tests[] = {
		T(resolves),
		T(overrides),
		T(merges),
		T(says_all_faults),
		T(refuses),
		T(no_config),
		T(in_cluster),
		T(token_file),
		T(token_file_is_needed),
		T(header_forms),
		T(exec_plugin),
		T(exec_faults),
		T(exec_leaves_a_daemon),
	};

	return cmocka_run_group_tests_name("kube-config", tests, group_setup, group_teardown);
}
