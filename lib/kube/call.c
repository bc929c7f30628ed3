/* The constructors of calls, and the bodies of those that gk writes itself. */
#include "base/io.h"
#include "kube/client.h"

static struct gk_kube_call call(const char *verb, const char *method,
	const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name)
{
	return (struct gk_kube_call){
		.verb = verb, .method = method, .res = res, .ns = ns, .name = name, .grace_s = -1};
}

static struct gk_kube_call with_body(
	struct gk_kube_call c, const struct gk_node *body, const char *type)
{
	c.body = body;
	c.content_type = type;
	return c;
}

struct gk_kube_call gk_kube_get(
	const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name)
{
	return call("get", "GET", res, ns, name);
}

struct gk_kube_call gk_kube_apply(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *object)
{
	return with_body(
		call("apply", "PATCH", res, ns, name), object, "application/apply-patch+yaml");
}

struct gk_kube_call gk_kube_create(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *object)
{
	return with_body(call("create", "POST", res, ns, name), object, "application/json");
}

struct gk_kube_call gk_kube_update(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *object)
{
	return with_body(call("update", "PUT", res, ns, name), object, "application/json");
}

struct gk_kube_call gk_kube_patch(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, enum gk_kube_patch type, const struct gk_node *patch)
{
	return with_body(call("patch", "PATCH", res, ns, name), patch,
		type == GK_KUBE_PATCH_JSON ? "application/json-patch+json"
					   : "application/merge-patch+json");
}

struct gk_kube_call gk_kube_delete(
	const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name, struct gk_str uid)
{
	struct gk_kube_call c = call("delete", "DELETE", res, ns, name);

	gk_assert(uid.n);
	c.uid = uid;
	return c;
}

static const struct gk_kube_resource pods = {
	.version = {"v1", 2}, .kind = {"Pod", 3}, .plural = {"pods", 4}, .namespaced = true};
static const struct gk_kube_resource service_accounts = {.version = {"v1", 2},
	.kind = {"ServiceAccount", 14},
	.plural = {"serviceaccounts", 15},
	.namespaced = true};
static const struct gk_kube_resource access_reviews = {.group = {"authorization.k8s.io", 20},
	.version = {"v1", 2},
	.kind = {"SelfSubjectAccessReview", 23},
	.plural = {"selfsubjectaccessreviews", 24}};

struct gk_kube_call gk_kube_logs(struct gk_str ns, struct gk_str pod)
{
	struct gk_kube_call c = call("read the log of", "GET", &pods, ns, pod);

	c.subresource = "log";
	c.text = true;
	return c;
}

struct gk_kube_call gk_kube_raw(const char *path)
{
	struct gk_kube_call c = call("get", "GET", NULL, GK_STR_NULL, GK_STR_NULL);

	c.path = path;
	return c;
}

struct gk_kube_call gk_kube_token(
	struct gk_str ns, struct gk_str service_account, const struct gk_node *body)
{
	struct gk_kube_call c = with_body(
		call("create a token for", "POST", &service_accounts, ns, service_account), body,
		"application/json");

	c.subresource = "token";
	return c;
}

struct gk_kube_call gk_kube_review(const struct gk_node *body)
{
	return with_body(call("ask", "POST", &access_reviews, GK_STR_NULL, GK_STR_NULL), body,
		"application/json");
}

static struct gk_node *object(struct gk_arena *a, const char *api_version, const char *kind)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);

	(void)gk_node_set_str(a, n, "apiVersion", gk_str_c(api_version));
	(void)gk_node_set_str(a, n, "kind", gk_str_c(kind));
	return n;
}

struct gk_node *gk_kube_token_body(
	struct gk_arena *a, const char *const *audiences, size_t naudiences, int64_t expiration_s)
{
	struct gk_node *n = object(a, "authentication.k8s.io/v1", "TokenRequest");
	struct gk_node *spec = gk_node_need(a, n, "spec", GK_OBJECT);
	struct gk_node *list = gk_node_need(a, spec, "audiences", GK_ARRAY);

	for (size_t i = 0; i < naudiences; i++)
		gk_node_append(list, gk_node_string_c(a, audiences[i]));
	(void)gk_node_set_c(a, spec, "expirationSeconds", gk_node_int_new(a, expiration_s));
	return n;
}

int gk_kube_token_read(const struct gk_node *reply, struct gk_str *ret_token,
	int64_t *ret_expires_utc_ms, struct gk_err *err)
{
	const struct gk_node *status = gk_node_get(reply, "status");
	struct gk_str token = gk_node_text(gk_node_get(status, "token"));
	struct gk_str expires = gk_node_text(gk_node_get(status, "expirationTimestamp"));

	if (!token.n || gk_time_parse_rfc3339(expires, ret_expires_utc_ms, err))
		return gk_fail(err, GK_EREMOTE, "kube.token",
			"the answer to the token request holds no token with its time");
	*ret_token = token;
	return 0;
}

struct gk_node *gk_kube_review_body(struct gk_arena *a, const char *verb,
	const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name)
{
	struct gk_node *n = object(a, "authorization.k8s.io/v1", "SelfSubjectAccessReview");
	struct gk_node *spec = gk_node_need(a, n, "spec", GK_OBJECT);
	struct gk_node *what = gk_node_need(a, spec, "resourceAttributes", GK_OBJECT);

	(void)gk_node_set_str(a, what, "verb", gk_str_c(verb));
	(void)gk_node_set_str(a, what, "group", res->group);
	(void)gk_node_set_str(a, what, "version", res->version);
	(void)gk_node_set_str(a, what, "resource", res->plural);
	if (ns.n)
		(void)gk_node_set_str(a, what, "namespace", ns);
	if (name.n)
		(void)gk_node_set_str(a, what, "name", name);
	return n;
}

int gk_kube_review_read(const struct gk_node *reply, bool *ret_allowed, struct gk_err *err)
{
	const struct gk_node *status = gk_node_get(reply, "status");
	const struct gk_node *allowed = gk_node_get(status, "allowed");

	if (!gk_node_is(allowed, GK_TRUE) && !gk_node_is(allowed, GK_FALSE))
		return gk_fail(err, GK_EREMOTE, "kube.review",
			"the answer to the access review does not say whether it is allowed");
	*ret_allowed = gk_node_true(allowed);
	return 0;
}
