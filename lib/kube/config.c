/* Options over kubeconfig over the pod's service account: one resolved value. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/io.h"
#include "http/url.h"
#include "kube/kubeconfig.h"

enum { REQUEST_MS = 30000, CONCURRENCY_MAX = 90 };
static const char service_account_dir[] = "/var/run/secrets/kubernetes.io/serviceaccount";

/* What one resolution works with. */
struct resolve {
	const struct gk_opt_cluster *opt;
	const struct gk_kube_env *env;
	struct gk_kube_config *c;
	struct kubeconfig files;
	const struct entry *context, *cluster, *user;
};

void gk_kube_env_get(struct gk_kube_env *ret)
{
	*ret = (struct gk_kube_env){
		.kubeconfig = getenv("KUBECONFIG"),
		.home = getenv("HOME"),
		.service_host = getenv("KUBERNETES_SERVICE_HOST"),
		.service_port = getenv("KUBERNETES_SERVICE_PORT"),
		.pod_namespace = getenv("POD_NAMESPACE"),
		.service_account = service_account_dir,
	};
}

void gk_kube_config_done(struct gk_kube_config *c)
{
	gk_arena_done(&c->arena);
	*c = (struct gk_kube_config){0};
}

static void fault(struct resolve *r, const struct entry *e, const char *key, const char *text)
{
	struct gk_err *err = gk_faults_next(r->files.faults);

	gk_fail(err, GK_EINPUT, "kube.config", "%s", text);
	gk_err_at(err, gk_entry_pos(e, key));
}

static bool given(const char *s)
{
	return s && *s;
}

/* Which context, cluster and user; names that do not exist are faults. */
static void choose(struct resolve *r)
{
	struct gk_kube_config *c = r->c;

	c->context = given(r->opt->context) ? r->opt->context : r->files.current_context;
	if (c->context)
		r->context = gk_kubeconfig_need(&r->files, CONTEXTS, c->context);
	c->cluster = given(r->opt->cluster) ? r->opt->cluster
					    : gk_entry_text(&r->files, r->context, "cluster");
	c->user = given(r->opt->user) ? r->opt->user : gk_entry_text(&r->files, r->context, "user");
	if (c->cluster)
		r->cluster = gk_kubeconfig_need(&r->files, CLUSTERS, c->cluster);
	if (c->user)
		r->user = gk_kubeconfig_need(&r->files, USERS, c->user);
}

/* "-data" as bytes in the arena. */
static struct gk_str inline_data(struct resolve *r, const struct entry *e, const char *key)
{
	const char *text = gk_entry_text(&r->files, e, key);
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_err err = GK_ERR_INIT;

	if (!text)
		return GK_STR_NULL;
	if (gk_base64_decode(&b, gk_str_c(text), GK_B64_STD, &err)) {
		fault(r, e, key, "expected base64 of PEM text");
		return GK_STR_NULL;
	}
	return (struct gk_str){gk_arena_memdup0(&r->c->arena, b.p ? b.p : "", b.n), b.n};
}

/* A PEM given as a file or inline, not both; the file is remembered for long runs. */
static struct gk_str pem(struct resolve *r, const struct entry *e, const char *key,
	const char *what, const char **ret_file)
{
	const char *data_key = gk_arena_printf(&r->c->arena, "%s-data", key);
	const char *path = gk_entry_path(&r->files, e, key);
	struct gk_str data = inline_data(r, e, data_key);

	if (path && data.p)
		fault(r, e, key,
			gk_arena_printf(
				&r->c->arena, "'%s' and '%s' are both given", key, data_key));
	if (data.p || !path)
		return data;
	*ret_file = path;
	return gk_kubeconfig_slurp(&r->files, path, what, gk_entry_pos(e, key));
}

static struct gk_str pem_option(
	struct resolve *r, const char *path, const char *what, const char **ret_file)
{
	*ret_file = path;
	return gk_kubeconfig_slurp(&r->files, path, what, (struct gk_pos){0});
}

/* --certificate-authority and --insecure-skip-tls-verify replace the entry's as a group. */
static void take_trust(struct resolve *r)
{
	struct gk_kube_config *c = r->c;
	struct gk_http_route *route = &c->route;

	if (given(r->opt->certificate_authority) || r->opt->insecure) {
		route->insecure = r->opt->insecure;
		if (given(r->opt->certificate_authority))
			route->ca_pem = pem_option(
				r, r->opt->certificate_authority, "CA certificates", &c->ca_file);
	} else {
		route->insecure = gk_entry_true(&r->files, r->cluster, "insecure-skip-tls-verify");
		route->ca_pem =
			pem(r, r->cluster, "certificate-authority", "CA certificates", &c->ca_file);
		if (route->insecure && route->ca_pem.p)
			fault(r, r->cluster, "insecure-skip-tls-verify",
				"a CA and 'insecure-skip-tls-verify' are both given");
	}
	if (route->ca_pem.p)
		route->ca_name =
			c->ca_file ? gk_arena_printf(&c->arena, "the CA in '%s'", c->ca_file)
				   : gk_arena_printf(&c->arena, "the CA of cluster '%s' in '%s'",
					     c->cluster, r->cluster->file);
}

static bool is_proxy_scheme(struct gk_str s)
{
	return gk_str_is(s, "http") || gk_str_is(s, "https") || gk_str_is(s, "socks5");
}

static void take_proxy(struct resolve *r)
{
	const char *proxy = gk_entry_text(&r->files, r->cluster, "proxy-url");
	struct gk_err err = GK_ERR_INIT;
	struct gk_url u;

	r->c->route.proxy = proxy;
	if (proxy && (gk_url_parse(gk_str_c(proxy), &u, &err) || !is_proxy_scheme(u.scheme)))
		fault(r, r->cluster, "proxy-url", "expected an http, https or socks5 URL");
}

/* A scheme is added where none is, query and trailing slashes go. */
static const char *tidy_server(struct resolve *r, const char *server)
{
	const struct gk_http_route *route = &r->c->route;
	bool tls = route->ca_pem.p || route->cert_pem.p || route->insecure;
	struct gk_str s = gk_str_c(server);
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT, *to;
	struct gk_url u;

	if (!gk_str_has(s, GK_STR("://")))
		s = gk_str_c(
			gk_arena_printf(&r->c->arena, "%s://%s", tls ? "https" : "http", server));
	if (gk_url_parse(s, &u, &err)) {
		to = gk_faults_next(r->files.faults);
		*to = err;
		gk_ctx(to, "cannot use the address of the API server");
		gk_err_at(to, gk_entry_pos(r->cluster, "server"));
		return NULL;
	}
	while (u.path.n && u.path.p[u.path.n - 1] == '/')
		u.path.n--;
	gk_buf_printf(&b, "%.*s://", GK_SARG(u.scheme));
	gk_url_put_host(&b, &u);
	if (u.port)
		gk_buf_printf(&b, ":%u", u.port);
	gk_buf_putstr(&b, u.path);
	r->c->route.allow_plain = gk_str_is(u.scheme, "http");
	return gk_arena_strdup(&r->c->arena, gk_buf_cstr(&b));
}

static void take_cluster(struct resolve *r)
{
	struct gk_kube_config *c = r->c;
	const char *server = gk_entry_text(&r->files, r->cluster, "server");

	take_trust(r);
	take_proxy(r);
	c->compress = !gk_entry_true(&r->files, r->cluster, "disable-compression");
	c->route.server_name = gk_entry_text(&r->files, r->cluster, "tls-server-name");
	c->origin = r->cluster ? r->cluster->file : "the command line";
	if (given(r->opt->server)) {
		server = r->opt->server;
		c->origin = "the command line";
		c->route.server_name = NULL;
	}
	if (given(r->opt->tls_server_name))
		c->route.server_name = r->opt->tls_server_name;
	if (server)
		c->server = tidy_server(r, server);
	else if (r->cluster)
		fault(r, r->cluster, NULL, "the cluster has no 'server'");
}

static void take_client_certificate(struct resolve *r)
{
	struct gk_kube_config *c = r->c;

	c->route.cert_pem = given(r->opt->client_certificate)
				    ? pem_option(r, r->opt->client_certificate,
					      "client certificate", &c->cert_file)
				    : pem(r, r->user, "client-certificate", "client certificate",
					      &c->cert_file);
	c->route.key_pem = given(r->opt->client_key)
				   ? pem_option(r, r->opt->client_key, "client key", &c->key_file)
				   : pem(r, r->user, "client-key", "client key", &c->key_file);
	if (c->route.cert_pem.p && !c->route.key_pem.p)
		fault(r, r->user, "client-certificate", "a client certificate without its key");
	if (!c->route.cert_pem.p && c->route.key_pem.p)
		fault(r, r->user, "client-key", "a client key without its certificate");
}

/* "key=value" for each of as-user-extra's lists. */
static struct gk_strs extras(struct resolve *r)
{
	const struct gk_node *map = r->user ? gk_node_get(r->user->node, "as-user-extra") : NULL;
	struct gk_strs ret = {0};
	size_t n = 0;

	gk_node_foreach (key, map)
		n += key->count;
	ret.v = gk_arena_array(&r->c->arena, n + 1, sizeof *ret.v);
	gk_node_foreach (key, map)
		gk_node_foreach (value, key)
			if (gk_node_is(value, GK_STRING))
				ret.v[ret.n++] = gk_arena_printf(
					&r->c->arena, "%s=%s", key->key, gk_node_text(value).p);
	return ret;
}

static void take_impersonation(struct resolve *r)
{
	struct gk_kube_config *c = r->c;

	c->as = given(r->opt->as) ? r->opt->as : gk_entry_text(&r->files, r->user, "as");
	c->as_uid = given(r->opt->as_uid) ? r->opt->as_uid
					  : gk_entry_text(&r->files, r->user, "as-uid");
	c->as_groups = r->opt->as_group.n ? r->opt->as_group
					  : gk_entry_list(&r->files, r->user, "as-groups");
	c->as_extra = extras(r);
	if (!c->as && (c->as_uid || c->as_groups.n || c->as_extra.n))
		fault(r, r->user, "as-uid",
			"impersonating a group, uid or extra needs the user to impersonate ('as')");
}

static void take_user(struct resolve *r)
{
	struct gk_kube_config *c = r->c;

	take_client_certificate(r);
	c->token = gk_entry_text(&r->files, r->user, "token");
	c->token_file = gk_entry_path(&r->files, r->user, "tokenFile");
	if (given(r->opt->token_file)) {
		c->token = NULL;
		c->token_file = r->opt->token_file;
	}
	c->username = gk_entry_text(&r->files, r->user, "username");
	c->password = gk_entry_text(&r->files, r->user, "password");
	c->exec = gk_entry_exec(&r->files, r->user, r->cluster);
	if ((c->token || c->token_file) && (c->username || c->password))
		fault(r, r->user, "username", "a token and a user name are both given");
	if (r->user && gk_node_is(gk_node_get(r->user->node, "auth-provider"), GK_OBJECT))
		fault(r, r->user, "auth-provider",
			"'auth-provider' is not supported; use 'exec' with a credential plugin");
	take_impersonation(r);
}

static bool is_dns_label(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		bool alnum = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9');

		if (!alnum && (s[i] != '-' || i == 0 || i == n - 1))
			return false;
	}
	return n > 0 && n <= 63;
}

static void take_namespace(struct resolve *r, const char *option)
{
	struct gk_kube_config *c = r->c;

	c->namespace_explicit = given(option);
	c->namespace =
		c->namespace_explicit ? option : gk_entry_text(&r->files, r->context, "namespace");
	if (!c->namespace)
		c->namespace = "default";
	if (is_dns_label(c->namespace))
		return;
	fault(r, c->namespace_explicit ? NULL : r->context, "namespace",
		gk_arena_printf(&c->arena, "'%s' is no name for a namespace", c->namespace));
}

/* The pod's own service account. */
static bool in_cluster(struct resolve *r, const char *namespace)
{
	const struct gk_kube_env *env = r->env;
	struct gk_kube_config *c = r->c;
	struct gk_buf ns = GK_BUF_INIT(0), ca = GK_BUF_INIT(0);
	const char *ca_file = gk_arena_printf(&c->arena, "%s/ca.crt", env->service_account);
	struct gk_err ignored = GK_ERR_INIT;

	if (!given(env->service_host) || !given(env->service_port))
		return false;
	c->origin = "in-cluster";
	c->server = gk_arena_printf(&c->arena,
		strchr(env->service_host, ':') ? "https://[%s]:%s" : "https://%s:%s",
		env->service_host, env->service_port);
	if (!c->token_file)
		c->token_file = gk_arena_printf(&c->arena, "%s/token", env->service_account);
	if (!c->route.ca_pem.p &&
		!gk_io_read_file(ca_file, r->files.lim->http_small, &ca, &ignored)) {
		c->route.ca_pem = (struct gk_str){gk_arena_memdup0(&c->arena, ca.p, ca.n), ca.n};
		c->route.ca_name = gk_arena_printf(&c->arena, "the CA in '%s'", ca_file);
		c->ca_file = ca_file;
	}
	if (!given(namespace) && given(env->pod_namespace)) {
		c->namespace = env->pod_namespace;
	} else if (!given(namespace) && !gk_io_read_file(gk_arena_printf(&c->arena, "%s/namespace",
								 env->service_account),
						4096, &ns, &ignored)) {
		struct gk_str name = gk_str_trim(gk_buf_str(&ns));

		c->namespace = gk_arena_memdup0(&c->arena, name.p, name.n);
	}
	gk_buf_done(&ns);
	gk_buf_done(&ca);
	return true;
}

static void no_config(struct resolve *r)
{
	struct gk_err *err = gk_faults_next(r->files.faults);

	gk_fail(err, GK_EDENIED, "kube.no-config", "no cluster is configured");
	for (size_t i = 0; i < r->files.looked.n; i++)
		gk_note(err, "looked at %s", r->files.looked.v[i]);
	if (r->files.section[CONTEXTS].n) {
		gk_note(err, "its contexts are there, but no current-context");
		gk_help(err, "choose a context with --context");
		return;
	}
	gk_note(err, "KUBERNETES_SERVICE_HOST is not set, so this is no pod of a cluster");
	gk_help(err, "name a kubeconfig with --kubeconfig or KUBECONFIG");
}

static void warn(struct resolve *r)
{
	struct gk_kube_config *c = r->c;
	struct gk_diags *d = r->files.faults->diags;
	bool credentials =
		c->token || c->token_file || c->username || c->exec || c->route.cert_pem.p;

	if (c->route.insecure)
		gk_diags_add(d, GK_SEV_WARNING, "kube.insecure",
			gk_entry_pos(r->cluster, "insecure-skip-tls-verify"),
			"the API server's certificate is not verified");
	if (c->route.allow_plain && credentials)
		gk_diags_add(d, GK_SEV_WARNING, "kube.credentials-unused",
			gk_entry_pos(r->cluster, "server"),
			"credentials are not sent over plain http");
}

static void take_limits(struct gk_kube_config *c, const struct gk_opt_cluster *opt)
{
	c->request_timeout_ms = opt->request_timeout_ms > 0 ? opt->request_timeout_ms : REQUEST_MS;
	c->timeout_ms = opt->timeout_ms;
	c->concurrency =
		opt->concurrency < CONCURRENCY_MAX ? (unsigned)opt->concurrency : CONCURRENCY_MAX;
}

int gk_kube_config_load(const struct gk_opt_cluster *opt, const char *namespace,
	const struct gk_kube_env *env, const struct gk_limits *lim, struct gk_kube_config *ret,
	struct gk_diags *diags, struct gk_err *err)
{
	struct faults faults = {.diags = diags, .err = err};
	struct resolve r = {.opt = opt, .env = env, .c = ret};

	*ret = (struct gk_kube_config){.arena.wipe = true};
	r.files = (struct kubeconfig){.arena = &ret->arena, .lim = lim, .faults = &faults};
	gk_kubeconfig_load(&r.files, opt->kubeconfig, env);
	if (!faults.any) {
		choose(&r);
		take_user(&r);
		take_cluster(&r);
		take_namespace(&r, namespace);
		take_limits(ret, opt);
		if (!ret->server && !r.cluster && !faults.any && !in_cluster(&r, namespace))
			no_config(&r);
	}
	if (!faults.any)
		warn(&r);
	gk_kubeconfig_done(&r.files);
	return faults.any ? -1 : 0;
}
