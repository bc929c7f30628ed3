#include <unistd.h>

#include "base/base64.h"
#include "base/child.h"
#include "base/io.h"
#include "base/text.h"
#include "base/vec.h"
#include "doc/json.h"
#include "kube/exec.h"

/* NOT_FOUND: what a shell, and a spawn that could not report back, ends with. */
enum {
	NOT_FOUND = 127,
	TIMEOUT_MS = 60000,
	OUT_MAX = 1 << 20,
	ERR_MAX = 64 << 10,
	ERR_SHOWN = 2048
};

static void set_text(struct gk_arena *a, struct gk_node *o, const char *key, const char *text)
{
	if (text)
		(void)gk_node_set_str(a, o, key, gk_str_c(text));
}

static struct gk_node *cluster_info(struct gk_arena *a, const struct gk_kube_config *cfg)
{
	struct gk_node *c = gk_node_new(a, GK_OBJECT);
	struct gk_buf ca = {0};

	set_text(a, c, "server", cfg->server);
	set_text(a, c, "tls-server-name", cfg->route.server_name);
	if (cfg->route.insecure)
		(void)gk_node_set_c(a, c, "insecure-skip-tls-verify", gk_node_bool(a, true));
	if (cfg->route.ca_pem.n) {
		gk_base64_encode(&ca, cfg->route.ca_pem, GK_B64_STD);
		(void)gk_node_set_str(a, c, "certificate-authority-data", gk_buf_str(&ca));
		gk_buf_done(&ca);
	}
	set_text(a, c, "proxy-url", cfg->route.proxy);
	if (!cfg->compress)
		(void)gk_node_set_c(a, c, "disable-compression", gk_node_bool(a, true));
	if (cfg->exec->cluster_config)
		(void)gk_node_set_c(a, c, "config", gk_node_dup(a, cfg->exec->cluster_config));
	return c;
}

void gk_exec_info(struct gk_buf *b, const struct gk_kube_config *cfg, bool interactive)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *root = gk_node_new(&a, GK_OBJECT), *spec = gk_node_new(&a, GK_OBJECT);

	set_text(&a, root, "kind", "ExecCredential");
	set_text(&a, root, "apiVersion", cfg->exec->api_version);
	(void)gk_node_set_c(&a, root, "spec", spec);
	(void)gk_node_set_c(&a, spec, "interactive", gk_node_bool(&a, interactive));
	if (cfg->exec->provide_cluster_info)
		(void)gk_node_set_c(&a, spec, "cluster", cluster_info(&a, cfg));
	gk_json_print(b, root, 0);
}

void gk_exec_credential_done(struct gk_exec_credential *c)
{
	gk_arena_done(&c->arena);
	*c = (struct gk_exec_credential){0};
}

static const char *text(struct gk_arena *a, const struct gk_node *object, const char *key)
{
	struct gk_str s = gk_node_text(gk_node_get(object, key));

	return s.n ? gk_arena_memdup0(a, s.p, s.n) : NULL;
}

static int alien(struct gk_err *err, const char *what)
{
	return gk_fail(err, GK_EDENIED, "kube.exec", "%s", what);
}

static int read_status(
	const struct gk_node *status, struct gk_exec_credential *c, struct gk_err *err)
{
	struct gk_str expires = gk_node_text(gk_node_get(status, "expirationTimestamp"));

	c->token = text(&c->arena, status, "token");
	c->cert = text(&c->arena, status, "clientCertificateData");
	c->key = text(&c->arena, status, "clientKeyData");
	if (!c->cert != !c->key)
		return alien(err, "it gave a client certificate without a key, or a key without a "
				  "certificate");
	if (!c->token && !c->cert)
		return alien(err, "it gave neither a token nor a client certificate");
	if (expires.n && gk_time_parse_rfc3339(expires, &c->expires_utc_ms, err))
		return alien(err, "its 'expirationTimestamp' is no RFC 3339 time");
	return 0;
}

int gk_exec_read(const struct gk_kube_exec *x, struct gk_str answer, struct gk_exec_credential *ret,
	struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena.wipe = true};
	struct gk_err why = GK_ERR_INIT;
	struct gk_str version;

	*ret = (struct gk_exec_credential){.arena.wipe = true};
	/* The parser's message could quote what it read: a credential. */
	if (gk_json_parse(&doc, "plugin", answer, gk_limits_default(), &why))
		return alien(err, "its output is not JSON");
	version = gk_node_text(gk_node_get(doc.root, "apiVersion"));
	if (!gk_str_is(gk_node_text(gk_node_get(doc.root, "kind")), "ExecCredential"))
		return alien(err, "its output is no ExecCredential");
	if (!gk_str_is(version, x->api_version)) {
		alien(err, "its output has another apiVersion than was asked for");
		return gk_note(err, "asked for %s", x->api_version);
	}
	return read_status(gk_node_get(doc.root, "status"), ret, err);
}

/* The end of what it said on standard error. */
static void note_stderr(const struct gk_child_result *r, struct gk_err *err)
{
	struct gk_str said = gk_str_trim(gk_buf_str(&r->err));
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (said.n > ERR_SHOWN)
		said = gk_str_from(said, said.n - ERR_SHOWN);
	if (!said.n)
		return;
	gk_text_escape(&b, said, false);
	gk_note(err, "it said: %s", gk_buf_cstr(&b));
}

static void put_hint(const struct gk_kube_exec *x, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (!x->install_hint)
		return;
	gk_text_escape(&b, gk_str_trim(gk_str_c(x->install_hint)), false);
	gk_help(err, "%s", gk_buf_cstr(&b));
}

/* Whether it may ask the person; failing when it must but cannot. */
static int choose_mode(const struct gk_kube_exec *x, bool stdin_used, bool *ret, struct gk_err *err)
{
	bool possible = !stdin_used && isatty(STDIN_FILENO);

	if (x->stdin_mode == GK_EXEC_ALWAYS && !possible) {
		gk_fail(err, GK_EDENIED, "kube.exec",
			"credential plugin '%s' must ask questions, but standard input is %s",
			x->command, stdin_used ? "in use" : "no terminal");
		return -1;
	}
	*ret = possible && x->stdin_mode != GK_EXEC_NEVER;
	return 0;
}

static int run(const struct gk_kube_config *cfg, bool interactive, struct gk_child_result *r,
	struct gk_err *err)
{
	const struct gk_kube_exec *x = cfg->exec;
	GK_AUTO(gk_buf_done) struct gk_buf info = GK_BUF_INIT(0);
	struct gk_strs argv = {0}, env = {0};
	struct gk_child c = {.interactive = interactive,
		.timeout_ms = interactive ? 0 : TIMEOUT_MS,
		.out_max = OUT_MAX,
		.err_max = ERR_MAX};
	int rc;

	gk_buf_puts(&info, "KUBERNETES_EXEC_INFO=");
	gk_exec_info(&info, cfg, interactive);
	gk_vec_push(&argv, x->command);
	for (size_t i = 0; i < x->args.n; i++)
		gk_vec_push(&argv, x->args.v[i]);
	gk_vec_push(&argv, NULL);
	for (size_t i = 0; i < x->env.n; i++)
		gk_vec_push(&env, x->env.v[i]);
	gk_vec_push(&env, gk_buf_cstr(&info));
	gk_vec_push(&env, NULL);
	c.argv = argv.v;
	c.env = env.v;
	rc = gk_child_run(&c, r, err);
	gk_vec_done(&argv);
	gk_vec_done(&env);
	return rc;
}

static int failed(const struct gk_kube_exec *x, const struct gk_child_result *r, struct gk_err *err)
{
	if (r->signal)
		gk_fail(err, GK_EDENIED, "kube.exec", "credential plugin '%s' died of signal %d",
			x->command, r->signal);
	else
		gk_fail(err, GK_EDENIED, "kube.exec",
			"credential plugin '%s' failed with exit code %d", x->command,
			r->exit_code);
	note_stderr(r, err);
	if (r->exit_code == NOT_FOUND)
		put_hint(x, err);
	return -1;
}

int gk_exec_run(const struct gk_kube_config *cfg, bool stdin_used, struct gk_exec_credential *ret,
	struct gk_err *err)
{
	const struct gk_kube_exec *x = cfg->exec;
	struct gk_child_result r = {0};
	bool interactive;
	int rc;

	if (choose_mode(x, stdin_used, &interactive, err))
		return -1;
	rc = run(cfg, interactive, &r, err);
	if (rc) {
		bool missing = err->code == GK_ENOTFOUND;

		err->code = GK_EDENIED;
		gk_ctx(err, "cannot run the credential plugin");
		note_stderr(&r, err);
		if (missing)
			put_hint(x, err);
	} else if (r.exit_code || r.signal) {
		rc = failed(x, &r, err);
	} else {
		rc = gk_exec_read(x, gk_buf_str(&r.out), ret, err);
		if (rc)
			gk_ctx(err, "cannot use the answer of credential plugin '%s'", x->command);
	}
	gk_child_result_done(&r);
	return rc;
}
