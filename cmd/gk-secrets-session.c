/* gk-secrets: AWS sessions for stores, by service accounts of the cluster or by the caller. */
#include "aws/sts.h"
#include "base/secret.h"
#include "gk-secrets.h"

/* The shortest life that the API server gives: the token is used once, at once. */
enum { TOKEN_S = 600 };

#define CORE(kind_, plural_, singular_, namespaced_)                                               \
	{                                                                                          \
		.group = {"", 0}, .version = {"v1", 2}, .kind = {kind_, sizeof kind_ - 1},         \
		.plural = {plural_, sizeof plural_ - 1},                                           \
		.singular = {singular_, sizeof singular_ - 1}, .short_names = {"", 0},             \
		.namespaced = namespaced_, .preferred = true,                                      \
		.verbs = GK_VERB_GET | GK_VERB_CREATE | GK_VERB_PATCH                              \
	}
const struct gk_kube_resource res_namespace = CORE("Namespace", "namespaces", "namespace", false);
const struct gk_kube_resource res_service_account =
	CORE("ServiceAccount", "serviceaccounts", "serviceaccount", true);
const struct gk_kube_resource res_secret = CORE("Secret", "secrets", "secret", true);

static void log_line(void *ctx, const char *line)
{
	(void)ctx;
	fprintf(stderr, "gk-secrets: %s\n", line);
}

int sessions_open(struct sessions *s, struct gk_run *run, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf agent = {0};
	struct gk_http_options http = {
		.verbose = run->common->verbose, .limits = &run->limits, .log = log_line};
	struct gk_aws_options aws = {.limits = &run->limits, .tool = "gk-secrets"};

	*s = (struct sessions){.run = run, .args = run->args};
	s->arena.wipe = true;
	gk_err_reset(&s->login_err);
	gk_http_user_agent(&agent, run->prog->name);
	http.user_agent = gk_buf_cstr(&agent);
	if (gk_http_new(&http, &s->http, err))
		return -1;
	aws.http = s->http;
	aws.opt = &s->args->aws;
	return gk_aws_new(&aws, &s->aws, err);
}

void sessions_close(struct sessions *s)
{
	gk_map_foreach (e, &s->assumed)
		gk_aws_creds_done(e->value);
	gk_map_done(&s->assumed);
	gk_map_done(&s->open);
	gk_map_done(&s->failed);
	gk_aws_login_done(&s->login);
	if (s->aws)
		gk_aws_warn_clock(s->aws, &s->run->diags);
	gk_aws_free(s->aws);
	gk_kube_free(s->kube);
	gk_kube_config_done(&s->cluster);
	gk_http_free(s->http);
	gk_arena_done(&s->arena);
}

int sessions_kube(struct sessions *s, struct gk_err *err)
{
	struct gk_kube_env env;
	struct gk_kube_options opt = {.http = s->http,
		.cfg = &s->cluster,
		.limits = &s->run->limits,
		.warnings = &s->run->diags,
		.manager = "gk-secrets",
		.stdin_used = true};

	if (s->kube)
		return 0;
	gk_kube_env_get(&env);
	if (gk_kube_config_load(&s->args->cluster, s->args->input.namespace, &env, &s->run->limits,
		    &s->cluster, &s->run->diags, err))
		return -1;
	return gk_kube_new(&opt, &s->kube, err);
}

/* A service account that a store names: where it is, and what it may become. */
struct account {
	struct gk_str ns, name;
	struct gk_str role, audience; /* annotations */
	bool in_input;
};

static const char *describe(struct sessions *s, const struct account *a)
{
	return gk_arena_printf(
		&s->arena, "ServiceAccount %.*s/%.*s", GK_SARG(a->ns), GK_SARG(a->name));
}

static struct gk_str keep(struct sessions *s, struct gk_str text)
{
	return text.p ? gk_str_c(gk_arena_memdup0(&s->arena, text.p, text.n)) : GK_STR_NULL;
}

static void read_annotations(struct sessions *s, const struct gk_node *object, struct account *a)
{
	a->role = keep(s, gk_object_annotation(object, "eks.amazonaws.com/role-arn"));
	a->audience = keep(s, gk_object_annotation(object, "eks.amazonaws.com/audience"));
}

static int account_from_cluster(struct sessions *s, struct account *a, struct gk_err *err)
{
	struct gk_kube_call call = gk_kube_get(&res_service_account, a->ns, a->name);
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	int failed = sessions_kube(s, err) || gk_kube_do(s->kube, &call, &reply, err);

	if (!failed)
		read_annotations(s, reply.doc.root, a);
	gk_kube_reply_done(&reply);
	if (failed && err->code == GK_ENOTFOUND)
		return gk_fail(err, GK_ENOTFOUND, "secrets.no-account",
			"%s is neither in the input nor in the cluster", describe(s, a));
	return failed ? -1 : 0;
}

/* The input says what is wanted; the cluster is asked about accounts that are made elsewhere. */
static int find_account(struct sessions *s, struct account *a, struct gk_err *err)
{
	const struct gk_item *item = gk_catalog_find(s->catalog, "ServiceAccount", a->ns, a->name);

	a->in_input = item != NULL;
	if (item)
		read_annotations(s, item->object, a);
	else if (account_from_cluster(s, a, err))
		return -1;
	if (a->role.n)
		return 0;
	gk_fail(err, GK_EINPUT, "secrets.no-role",
		"%s has no annotation eks.amazonaws.com/role-arn", describe(s, a));
	return gk_help(err, "annotate it with the ARN of the role that may read the secrets");
}

/* Ours first, then those that the store adds. */
static size_t audiences(
	const struct gk_backend *backend, const struct account *a, const char **list, size_t max)
{
	size_t n = 0;

	list[n++] = a->audience.n ? a->audience.p : "sts.amazonaws.com";
	gk_node_foreach (audience, backend->store->audiences)
		if (n < max)
			list[n++] = gk_node_text(audience).p;
	return n;
}

static int apply_bare(struct sessions *s, const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *object = gk_node_new(&a, GK_OBJECT), *metadata;
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_kube_call call = gk_kube_apply(res, ns, name, object);
	int failed;

	gk_node_set_str(&a, object, "apiVersion", res->version);
	gk_node_set_str(&a, object, "kind", res->kind);
	metadata = gk_node_need(&a, object, "metadata", GK_OBJECT);
	gk_node_set_str(&a, metadata, "name", name);
	if (ns.n)
		gk_node_set_str(&a, metadata, "namespace", ns);
	failed = gk_kube_do(s->kube, &call, &reply, err);
	if (!failed && reply.created)
		gk_diags_add(&s->run->diags, GK_SEV_NOTE, "secrets.bootstrap", (struct gk_pos){0},
			"created %.*s %.*s%s%.*s, which the token needs", GK_SARG(res->kind),
			GK_SARG(ns), ns.n ? "/" : "", GK_SARG(name));
	gk_kube_reply_done(&reply);
	return failed ? -1 : 0;
}

/*
 * On a fresh cluster the account that a token is for does not exist, because gk-apply comes
 * later.  It is made here from its name alone: no field is set, so none is owned, and gk-apply
 * completes it without a conflict.
 */
static int bootstrap(struct sessions *s, const struct account *a, struct gk_err *err)
{
	struct gk_err first = GK_ERR_INIT;

	if (s->args->read_only || !a->in_input) {
		gk_fail(err, GK_ENOTFOUND, "secrets.no-account",
			"%s does not exist in the cluster yet", describe(s, a));
		return s->args->read_only ? gk_help(err, "run without --read-only to create it")
					  : -1;
	}
	if (apply_bare(s, &res_service_account, a->ns, a->name, &first) == 0)
		return 0;
	if (first.code != GK_ENOTFOUND ||
		!gk_catalog_find(s->catalog, "Namespace", GK_STR(""), a->ns)) {
		*err = first;
		return gk_ctx(err, "cannot create %s", describe(s, a));
	}
	return apply_bare(s, &res_namespace, GK_STR(""), a->ns, err) ||
			       apply_bare(s, &res_service_account, a->ns, a->name, err)
		       ? gk_ctx(err, "cannot create %s", describe(s, a))
		       : 0;
}

static int ask_token(struct sessions *s, const struct account *a, const char *const *list, size_t n,
	struct gk_secret *ret, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena arena = GK_ARENA_INIT;
	struct gk_kube_call call =
		gk_kube_token(a->ns, a->name, gk_kube_token_body(&arena, list, n, TOKEN_S));
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_str token;
	int64_t expires;
	int failed = gk_kube_do(s->kube, &call, &reply, err);

	if (!failed)
		failed = gk_kube_token_read(reply.doc.root, &token, &expires, err);
	if (!failed)
		gk_secret_set(ret, token);
	gk_kube_reply_done(&reply);
	return failed ? -1 : 0;
}

static int get_token(struct sessions *s, const struct account *a, const char *const *list, size_t n,
	struct gk_secret *ret, struct gk_err *err)
{
	if (sessions_kube(s, err))
		return -1;
	if (ask_token(s, a, list, n, ret, err) == 0)
		return 0;
	if (err->code != GK_ENOTFOUND)
		return gk_ctx(err, "cannot get a token of %s", describe(s, a));
	gk_err_reset(err);
	if (bootstrap(s, a, err) || ask_token(s, a, list, n, ret, err))
		return gk_ctx(err, "cannot get a token of %s", describe(s, a));
	return 0;
}

/* Names of sessions lead back to us in CloudTrail. */
static struct gk_str session_name(struct sessions *s, const struct account *a)
{
	const char *wanted = s->args->aws.role_session_name;
	GK_AUTO(gk_buf_done) struct gk_buf raw = {0}, legal = {0};

	if (!wanted)
		wanted = gk_aws_env(s->aws, "AWS_ROLE_SESSION_NAME");
	if (wanted)
		gk_buf_puts(&raw, wanted);
	else
		gk_buf_printf(&raw, "gk-secrets-%.*s-%.*s", GK_SARG(a->ns), GK_SARG(a->name));
	gk_sts_session_name(&legal, gk_buf_str(&raw));
	return gk_str_c(gk_arena_strdup(&s->arena, gk_buf_cstr(&legal)));
}

static struct gk_str account_key(struct sessions *s, const struct account *a,
	const char *const *list, size_t n, struct gk_str region)
{
	GK_AUTO(gk_buf_done) struct gk_buf key = {0};

	gk_buf_printf(&key, "%.*s %.*s/%.*s %.*s", GK_SARG(a->role), GK_SARG(a->ns),
		GK_SARG(a->name), GK_SARG(region));
	for (size_t i = 0; i < n; i++)
		gk_buf_printf(&key, " %s", list[i]);
	return gk_str_c(gk_arena_strdup(&s->arena, gk_buf_cstr(&key)));
}

static struct gk_aws_creds *new_creds(struct sessions *s)
{
	return gk_arena_zalloc(&s->arena, sizeof(struct gk_aws_creds));
}

static void own_creds(struct sessions *s, struct gk_str key, struct gk_aws_creds *creds)
{
	gk_map_put(&s->assumed, key, creds);
}

/* An account that was refused, or an AWS that did not answer, is not asked once more. */
static void remember_failure(struct sessions *s, struct gk_str key, const struct gk_err *err)
{
	struct gk_err *copy = gk_arena_alloc(&s->arena, sizeof *copy);

	*copy = *err;
	gk_map_put(&s->failed, key, copy);
}

static bool failed_before(struct sessions *s, struct gk_str key, struct gk_err *err)
{
	const struct gk_err *before = gk_map_find(&s->failed, key);

	if (before)
		*err = *before;
	return before != NULL;
}

static int by_account(struct sessions *s, const struct gk_backend *backend,
	const struct gk_aws_creds **ret, struct gk_err *err)
{
	struct account a = {.ns = backend->account_ns, .name = backend->store->account};
	struct gk_sts_role role = {.region = backend->store->region};
	struct gk_secret token = GK_SECRET_INIT;
	const char *list[16];
	struct gk_aws_creds *creds;
	struct gk_str key;
	size_t n;
	int failed;

	if (find_account(s, &a, err))
		return -1;
	n = audiences(backend, &a, list, GK_COUNT(list));
	key = account_key(s, &a, list, n, role.region);
	*ret = gk_map_find(&s->assumed, key);
	if (*ret)
		return 0;
	if (failed_before(s, key, err))
		return -1;
	role.arn = a.role;
	role.session = session_name(s, &a);
	creds = new_creds(s);
	failed = get_token(s, &a, list, n, &token, err) ||
		 gk_sts_assume_web(s->aws, gk_secret_str(&token), &role, creds, err);
	gk_secret_done(&token);
	if (failed) {
		remember_failure(s, key, err);
		return -1;
	}
	own_creds(s, key, creds);
	*ret = creds;
	return 0;
}

/* Asked once: a chain that found nothing finds nothing the next time. */
static int by_caller(struct sessions *s, const struct gk_aws_creds **ret, struct gk_err *err)
{
	if (!s->login_tried && gk_aws_login(s->aws, NULL, &s->login, &s->login_err))
		gk_help(&s->login_err, "give the store auth.jwt.serviceAccountRef, or run "
				       "gk-secrets where AWS credentials are");
	s->login_tried = true;
	if (s->login_err.code) {
		*err = s->login_err;
		return -1;
	}
	*ret = &s->login.creds;
	return 0;
}

/* spec.role is the last one, and the only one that external id and tags belong to. */
static int assume(struct sessions *s, const struct gk_store *store, const struct gk_aws_creds *with,
	struct gk_str arn, bool last, const struct gk_aws_creds **ret, struct gk_err *err)
{
	const struct account nobody = {.ns = GK_STR("store"), .name = store->name};
	size_t max = store->tags ? store->tags->count : 0;
	size_t pass = store->transitive_tags ? store->transitive_tags->count : 0;
	struct gk_sts_tag *tags = gk_arena_array(&s->arena, max + 1, sizeof *tags);
	struct gk_str *transitive = gk_arena_array(&s->arena, pass + 1, sizeof *transitive);
	struct gk_sts_role role = {.arn = arn,
		.session = session_name(s, &nobody),
		.region = store->region,
		.tags = tags,
		.transitive = transitive};
	struct gk_aws_creds *creds = new_creds(s);

	if (last) {
		role.external_id = store->external_id.n ? store->external_id : GK_STR_NULL;
		gk_node_foreach (tag, store->tags)
			tags[role.ntags++] =
				(struct gk_sts_tag){gk_node_text(gk_node_get(tag, "key")),
					gk_node_text(gk_node_get(tag, "value"))};
		gk_node_foreach (key, store->transitive_tags)
			transitive[role.ntransitive++] = gk_node_text(key);
	}
	if (gk_sts_assume(s->aws, with, &role, creds, err))
		return -1;
	own_creds(s, gk_str_c(gk_arena_printf(&s->arena, "role %zu", s->assumed.n)), creds);
	*ret = creds;
	return 0;
}

static int add_roles(struct sessions *s, const struct gk_store *store,
	const struct gk_aws_creds **creds, struct gk_err *err)
{
	gk_node_foreach (arn, store->additional_roles)
		if (assume(s, store, *creds, gk_node_text(arn), false, creds, err))
			return -1;
	return store->role.n ? assume(s, store, *creds, store->role, true, creds, err) : 0;
}

int session_for(struct sessions *s, const struct gk_backend *backend,
	const struct gk_aws_creds **ret, struct gk_err *err)
{
	const struct gk_store *store = backend->store;
	const struct gk_aws_creds *creds = gk_map_find(&s->open, backend->id);

	if (creds) {
		*ret = creds;
		return 0;
	}
	if (store->account.n ? by_account(s, backend, &creds, err) : by_caller(s, &creds, err))
		return -1;
	if (add_roles(s, store, &creds, err))
		return -1;
	gk_map_put(&s->open, keep(s, backend->id), (void *)(uintptr_t)creds);
	*ret = creds;
	return 0;
}
