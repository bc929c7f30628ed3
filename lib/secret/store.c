/* Reading SecretStores. */
#include "secret/store.h"

#include "base/regex.h"
#include "doc/json.h"
#include "secret/crd.h"

#define STRING(T, name, member)                                                                    \
	{                                                                                          \
		name, GK_CRD_STRING, offsetof(T, member), 0, NULL                                  \
	}
#define NEEDED(T, name, member)                                                                    \
	{                                                                                          \
		name, GK_CRD_STRING, offsetof(T, member), GK_CRD_REQUIRED, NULL                    \
	}
#define NODE(T, name, member)                                                                      \
	{                                                                                          \
		name, GK_CRD_NODE, offsetof(T, member), 0, NULL                                    \
	}
#define LIST(T, name, member)                                                                      \
	{                                                                                          \
		name, GK_CRD_LIST, offsetof(T, member), 0, NULL                                    \
	}
#define CHOICE(T, name, member, choices)                                                           \
	{                                                                                          \
		name, GK_CRD_CHOICE, offsetof(T, member), GK_CRD_REQUIRED, choices                 \
	}
#define IGNORED(name)                                                                              \
	{                                                                                          \
		name, GK_CRD_ANY, 0, 0, NULL                                                       \
	}

bool gk_store_is(const struct gk_ref *ref)
{
	return gk_str_is(ref->group, "external-secrets.io") &&
	       (gk_str_is(ref->kind, "SecretStore") || gk_str_is(ref->kind, "ClusterSecretStore"));
}

static void parse_account(struct gk_crd *d, const struct gk_node *n, struct gk_store *ret)
{
	const struct gk_crd_field fields[] = {
		NEEDED(struct gk_store, "name", account),
		STRING(struct gk_store, "namespace", account_ns),
		LIST(struct gk_store, "audiences", audiences),
	};
	static const char path[] = "spec.provider.aws.auth.jwt.serviceAccountRef";

	if (!n) {
		gk_crd_fail(d, ret->item->object, path, "is missing");
		return;
	}
	gk_crd_read(d, n, path, fields, GK_COUNT(fields), ret);
	if (!ret->cluster && ret->account_ns.n && !gk_str_eq(ret->account_ns, ret->ns))
		gk_crd_fail(d, n, path,
			"a SecretStore uses service accounts of its own namespace only");
}

static void parse_auth(struct gk_crd *d, const struct gk_node *n, struct gk_store *ret)
{
	struct {
		const struct gk_node *jwt, *secret, *account;
	} s = {NULL, NULL, NULL};
	const struct gk_crd_field fields[] = {
		NODE(__typeof__(s), "jwt", jwt),
		NODE(__typeof__(s), "secretRef", secret),
	};
	const struct gk_crd_field jwt[] = {NODE(__typeof__(s), "serviceAccountRef", account)};

	gk_crd_read(d, n, "spec.provider.aws.auth", fields, GK_COUNT(fields), &s);
	if (s.jwt) {
		gk_crd_read(d, s.jwt, "spec.provider.aws.auth.jwt", jwt, 1, &s);
		parse_account(d, s.account, ret);
	} else if (s.secret) {
		gk_crd_fail(d, s.secret, "spec.provider.aws.auth.secretRef",
			"static keys are not supported; use jwt.serviceAccountRef, or no auth for "
			"the caller's own credentials");
	}
}

static void parse_aws(struct gk_crd *d, const struct gk_node *n, struct gk_store *ret)
{
	struct {
		struct gk_store s;
		int service, policy;
		const struct gk_node *auth;
	} s = {.s = *ret};
	const struct gk_crd_field fields[] = {
		CHOICE(__typeof__(s), "service", service, "SecretsManager|ParameterStore"),
		NEEDED(__typeof__(s), "region", s.region),
		STRING(__typeof__(s), "prefix", s.prefix),
		NODE(__typeof__(s), "auth", auth),
		STRING(__typeof__(s), "role", s.role),
		STRING(__typeof__(s), "externalID", s.external_id),
		LIST(__typeof__(s), "additionalRoles", s.additional_roles),
		LIST(__typeof__(s), "sessionTags", s.tags),
		LIST(__typeof__(s), "transitiveTagKeys", s.transitive_tags),
		{"sessionTagsPolicy", GK_CRD_CHOICE, offsetof(__typeof__(s), policy), 0,
			"None|Simple|Custom"},
		IGNORED("secretsManager"),
	};

	gk_crd_read(d, n, "spec.provider.aws", fields, GK_COUNT(fields), &s);
	if (s.policy)
		gk_crd_fail(d, n, "spec.provider.aws.sessionTagsPolicy",
			"only None is supported; name the tags in sessionTags");
	s.s.service = (enum gk_store_service)s.service;
	if (s.auth)
		parse_auth(d, s.auth, &s.s);
	*ret = s.s;
}

static void parse_provider(struct gk_crd *d, const struct gk_node *n, struct gk_store *ret)
{
	const struct gk_node *first = gk_node_children(n);

	if (!first || first->next) {
		gk_crd_fail(d, n, "spec.provider", "needs exactly one provider");
		return;
	}
	if (!gk_str_is(gk_node_key(first), "aws")) {
		gk_crd_fail(d, first, "spec.provider", "provider '%s' is not supported, only aws",
			first->key);
		return;
	}
	parse_aws(d, first, ret);
}

bool gk_store_parse(struct gk_arena *a, const struct gk_item *item, struct gk_str default_ns,
	struct gk_diags *diags, struct gk_store *ret)
{
	struct {
		struct gk_str controller;
		const struct gk_node *provider, *conditions;
	} s = {{NULL, 0}, NULL, NULL};
	const struct gk_crd_field fields[] = {
		STRING(__typeof__(s), "controller", controller),
		NODE(__typeof__(s), "provider", provider),
		LIST(__typeof__(s), "conditions", conditions),
		IGNORED("retrySettings"),
		IGNORED("refreshInterval"),
	};
	struct gk_crd d = {.a = a, .diags = diags, .source = item->source};
	struct gk_store store = {.item = item, .name = item->ref.name};

	store.cluster = gk_str_is(item->ref.kind, "ClusterSecretStore");
	store.ns = store.cluster ? GK_STR("") : item->ref.ns.n ? item->ref.ns : default_ns;
	store.text = gk_arena_printf(a, "%.*s %.*s%s%.*s", GK_SARG(item->ref.kind),
		GK_SARG(store.ns), store.cluster ? "" : "/", GK_SARG(store.name));
	d.object = store.text;
	gk_crd_read(&d, gk_node_get(item->object, "spec"), "spec", fields, GK_COUNT(fields), &s);
	store.foreign = s.controller.n > 0;
	store.conditions = s.conditions;
	if (!store.foreign)
		parse_provider(&d, s.provider ? s.provider : item->object, &store);
	*ret = store;
	return d.errors == 0;
}

/* matchLabels only need equality; expressions need a look at the operator. */
static bool expression_fits(const struct gk_node *e, struct gk_str value)
{
	struct gk_str op = gk_node_text(gk_node_get(e, "operator"));
	bool among = false;

	if (gk_str_is(op, "Exists"))
		return value.p != NULL;
	if (gk_str_is(op, "DoesNotExist"))
		return value.p == NULL;
	gk_node_foreach (v, gk_node_get(e, "values"))
		among |= value.p && gk_str_eq(gk_node_text(v), value);
	return gk_str_is(op, "NotIn") ? !among : among;
}

/* Every namespace bears its own name as a label. */
static struct gk_str label(const struct gk_node *labels, struct gk_str ns, struct gk_str key)
{
	if (gk_str_is(key, "kubernetes.io/metadata.name"))
		return ns;
	return gk_node_text(gk_node_find(labels, key));
}

static bool selector_fits(
	const struct gk_node *selector, struct gk_str ns, const struct gk_node *labels)
{
	gk_node_foreach (want, gk_node_get(selector, "matchLabels"))
		if (!gk_str_eq(label(labels, ns, gk_node_key(want)), gk_node_text(want)))
			return false;
	gk_node_foreach (e, gk_node_get(selector, "matchExpressions"))
		if (!expression_fits(e, label(labels, ns, gk_node_text(gk_node_get(e, "key")))))
			return false;
	return true;
}

static int condition_fits(const struct gk_node *condition, struct gk_str ns,
	const struct gk_node *labels, bool *ret, struct gk_err *err)
{
	const struct gk_node *selector = gk_node_get(condition, "namespaceSelector");

	if (gk_node_is(selector, GK_OBJECT) && selector_fits(selector, ns, labels))
		*ret = true;
	gk_node_foreach (name, gk_node_get(condition, "namespaces"))
		*ret |= gk_str_eq(gk_node_text(name), ns);
	gk_node_foreach (pattern, gk_node_get(condition, "namespaceRegexes")) {
		GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
		bool found;

		if (gk_regex_new(gk_node_text(pattern), 0, &re, err) ||
			gk_regex_match(re, ns, &found, err))
			return gk_ctx(err, "spec.conditions");
		*ret |= found;
	}
	return 0;
}

int gk_store_allows(const struct gk_store *s, struct gk_str ns, const struct gk_node *labels,
	bool *ret, struct gk_err *err)
{
	*ret = !s->conditions || s->conditions->count == 0;
	gk_node_foreach (condition, s->conditions)
		if (condition_fits(condition, ns, labels, ret, err))
			return -1;
	return 0;
}

static void put_list(struct gk_buf *b, const struct gk_node *list)
{
	gk_buf_putc(b, '|');
	if (list)
		gk_json_print(b, list, GK_JSON_SORT);
}

static void put_text(struct gk_buf *b, struct gk_str s)
{
	gk_buf_putc(b, '|');
	gk_buf_putstr(b, s);
}

struct gk_backend gk_store_backend(struct gk_arena *a, const struct gk_store *s, struct gk_str ns)
{
	GK_AUTO(gk_buf_done) struct gk_buf id = {0};
	struct gk_backend b = {.store = s, .account_ns = s->account_ns};

	if (b.account_ns.n == 0)
		b.account_ns = s->cluster ? ns : s->ns;
	gk_buf_putstr(&id, s->region);
	put_text(&id, s->account);
	put_text(&id, s->account.p ? b.account_ns : GK_STR(""));
	put_list(&id, s->audiences);
	put_list(&id, s->additional_roles);
	put_text(&id, s->role);
	put_text(&id, s->external_id);
	put_list(&id, s->tags);
	put_list(&id, s->transitive_tags);
	b.id = (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(&id), id.n), id.n};
	return b;
}
