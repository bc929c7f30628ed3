#include "base/crypto.h"
#include "base/io.h"
#include "doc/json.h"
#include "sim/jwt.h"
#include "sim/kube.h"
#include "sim/kube-meta.h"
#include "sim/managed.h"
#include "sim/sim-priv.h"

enum { MIN_LIFE_S = 600, DEFAULT_LIFE_S = 3600 };

bool gk_sim_oidc(struct gk_sim_kreq *k)
{
	struct gk_str path = k->r->wire_path;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf *b = &k->r->out;

	struct gk_str accept = gk_sim_header(k->r, "Accept");

	k->r->status = 200;
	if (gk_str_is(path, "/.well-known/openid-configuration")) {
		k->r->content_type = "application/json";
		gk_buf_printf(b,
			"{\"issuer\":\"%s\",\"jwks_uri\":\"%s/openid/v1/jwks\","
			"\"response_types_supported\":[\"id_token\"],\"subject_types_supported\":"
			"[\"public\"],\"id_token_signing_alg_values_supported\":[\"RS256\"]}",
			k->sim->issuer, gk_sim_kube_url(k->sim));
		return true;
	}
	if (!gk_str_is(path, "/openid/v1/jwks"))
		return false;
	if (accept.n && !gk_str_has(accept, GK_STR("application/jwk-set+json")) &&
		!gk_str_has(accept, GK_STR("*"))) {
		(void)gk_sim_fail(k, 406, "NotAcceptable",
			"406: Not Acceptable\n\nAvailable representations: application/jwk-set+json");
		return true;
	}
	k->r->content_type = "application/jwk-set+json";
	if (gk_sim_jwks(k->sim, b, &err))
		k->r->status = 500;
	return true;
}

static bool is_admin(const struct gk_sim *sim, struct gk_str token)
{
	return gk_equal_ct(token, gk_str_c(sim->admin_token));
}

static bool has_audience(const struct gk_node *claims, const char *want)
{
	gk_node_foreach (aud, gk_node_get(claims, "aud"))
		if (gk_str_is(gk_node_text(aud), want))
			return true;
	return false;
}

bool gk_sim_token_user(struct gk_sim_kreq *k, struct gk_str token, struct gk_sim_user *ret)
{
	struct gk_node *claims;
	struct gk_str ns;

	if (is_admin(k->sim, token)) {
		ret->name = GK_STR("admin");
		gk_vec_push(&ret->groups, "system:masters");
		gk_vec_push(&ret->groups, "system:authenticated");
		return true;
	}
	claims = gk_sim_jwt_check(k->sim, k->arena, token);
	if (!claims || !has_audience(claims, k->sim->issuer))
		return false;
	ret->name = gk_node_text(gk_node_get(claims, "sub"));
	ns = gk_node_text(gk_node_path(claims, "kubernetes.io", "namespace", NULL));
	ret->uid =
		gk_node_text(gk_node_path(claims, "kubernetes.io", "serviceaccount", "uid", NULL));
	gk_vec_push(&ret->groups, "system:serviceaccounts");
	gk_vec_push(&ret->groups,
		gk_arena_printf(k->arena, "system:serviceaccounts:%.*s", GK_SARG(ns)));
	gk_vec_push(&ret->groups, "system:authenticated");
	return true;
}

static struct gk_node *make_claims(struct gk_sim_kreq *k, const struct gk_sim_obj *account,
	const struct gk_node *audiences, const struct gk_node *bound, int64_t life_s)
{
	struct gk_arena *a = k->arena;
	struct gk_node *c = gk_node_new(a, GK_OBJECT), *own, *sa;
	int64_t now = gk_time_utc_ms() / 1000;
	struct gk_str kind = gk_node_text(gk_node_get(bound, "kind"));

	gk_node_set_c(a, c, "aud", gk_node_dup(a, audiences));
	gk_node_set_c(a, c, "exp", gk_node_int_new(a, now + life_s));
	gk_node_set_c(a, c, "iat", gk_node_int_new(a, now));
	gk_node_set_str(a, c, "iss", gk_str_c(k->sim->issuer));
	gk_node_set_str(a, c, "jti", gk_str_c(gk_sim_uuid(a)));
	own = gk_node_need(a, c, "kubernetes.io", GK_OBJECT);
	gk_node_set_str(a, own, "namespace", k->ns);
	if (gk_str_is(kind, "Pod") || gk_str_is(kind, "Secret") || gk_str_is(kind, "Node")) {
		const char *member = gk_str_is(kind, "Pod")      ? "pod"
				     : gk_str_is(kind, "Secret") ? "secret"
								 : "node";
		struct gk_node *ref = gk_node_need(a, own, member, GK_OBJECT);

		gk_node_set_str(a, ref, "name", gk_node_text(gk_node_get(bound, "name")));
		gk_node_set_str(a, ref, "uid", gk_node_text(gk_node_get(bound, "uid")));
	}
	sa = gk_node_need(a, own, "serviceaccount", GK_OBJECT);
	gk_node_set_str(a, sa, "name", k->name);
	gk_node_set_str(a, sa, "uid", gk_sim_obj_uid(account->doc.root));
	gk_node_set_c(a, c, "nbf", gk_node_int_new(a, now));
	gk_node_set_str(a, c, "sub",
		gk_str_c(gk_arena_printf(
			a, "system:serviceaccount:%.*s:%.*s", GK_SARG(k->ns), GK_SARG(k->name))));
	return c;
}

static struct gk_node *wanted_audiences(struct gk_sim_kreq *k, const struct gk_node *spec)
{
	const struct gk_node *given = gk_node_get(spec, "audiences");
	struct gk_node *own;

	if (given && given->count)
		return gk_node_dup(k->arena, given);
	own = gk_node_new(k->arena, GK_ARRAY);
	gk_node_append(own, gk_node_string_c(k->arena, k->sim->issuer));
	return own;
}

static void answer_token(struct gk_sim_kreq *k, const struct gk_sim_obj *account,
	struct gk_node *body, struct gk_str token, const struct gk_node *audiences, int64_t life_s)
{
	struct gk_arena *a = k->arena;
	struct gk_node *meta = gk_sim_meta_need(a, body), *status, *spec;
	struct gk_sim_writer w = {k->manager, "authentication.k8s.io/v1", "token",
		gk_sim_type_builtin("authn.TokenRequest"), true};
	char expiry[32];

	gk_node_set_str(a, body, "kind", GK_STR("TokenRequest"));
	gk_node_set_str(a, body, "apiVersion", GK_STR("authentication.k8s.io/v1"));
	gk_node_set_str(a, meta, "name", k->name);
	gk_node_set_str(a, meta, "namespace", k->ns);
	gk_node_set_str(a, meta, "creationTimestamp", gk_str_c(gk_sim_now(a)));
	gk_node_set_str(a, meta, "uid", gk_sim_obj_uid(account->doc.root));
	spec = gk_node_need(a, body, "spec", GK_OBJECT);
	gk_node_set_c(a, spec, "expirationSeconds", gk_node_int_new(a, life_s));
	gk_sim_managed_update(a, &w, NULL, body);
	gk_node_set_c(a, spec, "audiences", gk_node_dup(a, audiences));
	if (!gk_node_get(spec, "boundObjectRef"))
		gk_node_set_c(a, spec, "boundObjectRef", gk_node_new(a, GK_NULL));
	status = gk_node_need(a, body, "status", GK_OBJECT);
	gk_node_set_str(a, status, "token", token);
	gk_time_rfc3339(gk_time_utc_ms() + life_s * 1000, false, expiry);
	gk_node_set_str(a, status, "expirationTimestamp", gk_str_c(expiry));
	gk_sim_answer_node(k, 201, body);
}

int gk_sim_token_request(struct gk_sim_kreq *k, const struct gk_node *body)
{
	const struct gk_sim_obj *account = gk_sim_store_get(k->res, k->ns, k->name);
	const struct gk_node *spec = gk_node_get(body, "spec");
	GK_AUTO(gk_buf_done) struct gk_buf token = GK_BUF_INIT(0);
	struct gk_node *audiences, *claims;
	struct gk_err err = GK_ERR_INIT;
	int64_t life_s = DEFAULT_LIFE_S;

	if (!account)
		return gk_sim_fail_not_found(k);
	(void)gk_node_int(gk_node_get(spec, "expirationSeconds"), &life_s);
	if (life_s < MIN_LIFE_S) {
		gk_sim_cause(k, "FieldValueInvalid", "spec.expirationSeconds",
			"Invalid value: %lld: may not specify a duration less than 10 minutes",
			(long long)life_s);
		return gk_sim_fail(k, 422, "Invalid",
			"TokenRequest.authentication.k8s.io \"%.*s\" is invalid: "
			"spec.expirationSeconds: Invalid value: %lld: may not specify a duration "
			"less than 10 minutes",
			GK_SARG(k->name), (long long)life_s);
	}
	audiences = wanted_audiences(k, spec);
	claims = make_claims(k, account, audiences, gk_node_get(spec, "boundObjectRef"), life_s);
	token.secret = true;
	if (gk_sim_jwt_sign(k->sim, claims, &token, &err))
		return gk_sim_fail(k, 500, "InternalError", "cannot sign the token");
	answer_token(
		k, account, gk_node_dup(k->arena, body), gk_buf_str(&token), audiences, life_s);
	return 0;
}

static void set_user(struct gk_arena *a, struct gk_node *at, const struct gk_sim_user *user)
{
	struct gk_node *groups;

	gk_node_set_str(a, at, "username", user->name);
	if (user->uid.n)
		gk_node_set_str(a, at, "uid", user->uid);
	groups = gk_node_need(a, at, "groups", GK_ARRAY);
	for (size_t i = 0; i < user->groups.n; i++)
		gk_node_append(groups, gk_node_string_c(a, user->groups.v[i]));
}

static struct gk_str or_empty(const struct gk_node *n, const char *key)
{
	struct gk_str s = gk_node_text(gk_node_get(n, key));

	return s.p ? s : GK_STR("");
}

static void review_access(struct gk_sim_kreq *k, struct gk_node *body, bool self)
{
	const struct gk_node *spec = gk_node_get(body, "spec");
	const struct gk_node *at = gk_node_get(spec, "resourceAttributes");
	struct gk_sim_user user = k->user;
	struct gk_node *status = gk_node_need(k->arena, body, "status", GK_OBJECT);
	struct gk_str resource = or_empty(at, "resource"), sub = or_empty(at, "subresource");

	if (!self) {
		user = (struct gk_sim_user){.name = or_empty(spec, "user")};
		gk_node_foreach (g, gk_node_get(spec, "groups"))
			gk_vec_push(&user.groups, gk_node_text(g).p);
	}
	if (sub.n)
		resource = gk_str_c(
			gk_arena_printf(k->arena, "%.*s/%.*s", GK_SARG(resource), GK_SARG(sub)));
	gk_node_set_c(k->arena, status, "allowed",
		gk_node_bool(k->arena,
			gk_sim_allowed(k, &user, or_empty(at, "verb"), or_empty(at, "group"),
				resource, or_empty(at, "namespace"), or_empty(at, "name"))));
	if (!self)
		gk_vec_done(&user.groups);
}

static void review_token(struct gk_sim_kreq *k, struct gk_node *body)
{
	struct gk_node *status = gk_node_need(k->arena, body, "status", GK_OBJECT);
	struct gk_str token = gk_node_text(gk_node_path(body, "spec", "token", NULL));
	struct gk_sim_user user = {0};

	if (gk_sim_token_user(k, token, &user)) {
		gk_node_set_c(k->arena, status, "authenticated", gk_node_bool(k->arena, true));
		set_user(k->arena, gk_node_need(k->arena, status, "user", GK_OBJECT), &user);
	} else {
		gk_node_set_str(k->arena, status, "error", GK_STR("invalid bearer token"));
	}
	gk_vec_done(&user.groups);
}

static void review_rules(struct gk_sim_kreq *k, struct gk_node *body)
{
	struct gk_arena *a = k->arena;
	struct gk_node *status = gk_node_need(a, body, "status", GK_OBJECT);
	struct gk_node *rules = gk_node_need(a, status, "resourceRules", GK_ARRAY);
	static const char *const lists[] = {"verbs", "apiGroups", "resources"};

	if (!k->sim->rules.list) {
		struct gk_node *rule = gk_node_new(a, GK_OBJECT);

		for (size_t i = 0; i < GK_COUNT(lists); i++)
			gk_node_append(gk_node_need(a, rule, lists[i], GK_ARRAY),
				gk_node_string_c(a, "*"));
		gk_node_append(rules, rule);
	}
	(void)gk_node_need(a, status, "nonResourceRules", GK_ARRAY);
	gk_node_set_c(a, status, "incomplete", gk_node_bool(a, k->sim->rules.list != NULL));
}

int gk_sim_create_review(struct gk_sim_kreq *k, const struct gk_node *given)
{
	struct gk_node *body = gk_node_dup(k->arena, given);
	const char *kind = k->res->kind;

	if (!gk_node_is(body, GK_OBJECT))
		return gk_sim_fail_bad(k, "the object provided is not an object");
	gk_node_set_str(k->arena, body, "kind", gk_str_c(kind));
	gk_node_set_str(k->arena, body, "apiVersion",
		gk_str_c(gk_arena_printf(k->arena, "%s/%s", k->res->group, k->version->name)));
	(void)gk_sim_meta_need(k->arena, body);
	if (strcmp(kind, "SelfSubjectReview") == 0)
		set_user(k->arena,
			gk_node_need(k->arena, gk_node_need(k->arena, body, "status", GK_OBJECT),
				"userInfo", GK_OBJECT),
			&k->user);
	else if (strcmp(kind, "TokenReview") == 0)
		review_token(k, body);
	else if (strcmp(kind, "SelfSubjectRulesReview") == 0)
		review_rules(k, body);
	else if (strcmp(kind, "Binding") == 0)
		return gk_sim_fail_method(k);
	else
		review_access(k, body, strcmp(kind, "SelfSubjectAccessReview") == 0);
	gk_sim_answer_node(k, 201, body);
	return 0;
}
