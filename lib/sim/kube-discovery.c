#include "base/base64.h"
#include "base/crypto.h"
#include "base/io.h"
#include "base/mem.h"
#include "doc/json.h"
#include "sim/kube.h"
#include "sim/sim-priv.h"

#define AGGREGATED "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList"

static bool is_served(const struct gk_sim_res *res)
{
	return !res->gone && res->served_from_ms <= gk_time_mono_ms();
}

/* The first resource of its group in the list: the one at which the group is printed. */
static bool first_of_group(const struct gk_sim_store *s, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_served(s->resources.v[i]) &&
			strcmp(s->resources.v[i]->group, s->resources.v[at]->group) == 0)
			return false;
	return true;
}

/* Versions of a group: stable ones first, as Kubernetes orders them. */
static int version_rank(const char *v)
{
	return strstr(v, "alpha") ? 0 : strstr(v, "beta") ? 1 : 2;
}

static void group_versions(const struct gk_sim_store *s, const char *group, struct gk_strs *ret)
{
	for (size_t i = 0; i < s->resources.n; i++) {
		const struct gk_sim_res *res = s->resources.v[i];

		if (!is_served(res) || strcmp(res->group, group))
			continue;
		gk_vec_foreach (struct gk_sim_version, v, &res->versions) {
			size_t at = 0;

			while (at < ret->n && strcmp(ret->v[at], v->name))
				at++;
			if (at == ret->n)
				gk_vec_push(ret, v->name);
		}
	}
	for (size_t i = 1; i < ret->n; i++)
		for (size_t j = i; j > 0; j--) {
			const char *a = ret->v[j - 1], *b = ret->v[j];
			int order = version_rank(b) - version_rank(a);

			if (order < 0 || (order == 0 && strcmp(b, a) <= 0))
				break;
			ret->v[j - 1] = b;
			ret->v[j] = a;
		}
}

static void put_list(struct gk_buf *b, const char *name, const char *list)
{
	struct gk_str rest = gk_str_c(list);

	if (!*list)
		return;
	gk_buf_printf(b, ",\"%s\":[", name);
	while (rest.p) {
		struct gk_str word = gk_str_cut(&rest, ',');

		gk_buf_printf(b, "\"%.*s\"%s", GK_SARG(word), rest.p ? "," : "");
	}
	gk_buf_putc(b, ']');
}

static const char *verbs_of(const struct gk_sim_res *res)
{
	if (res->builtin && strchr(res->builtin->flags, 'c'))
		return "create";
	if (!res->builtin)
		return "delete,deletecollection,get,list,patch,create,update,watch";
	if (strcmp(res->plural, "namespaces") == 0)
		return "create,delete,get,list,patch,update,watch";
	return "create,delete,deletecollection,get,list,patch,update,watch";
}

/* A subresource: which kind answers there, and what may be done. */
struct sub {
	const char *name, *group, *version, *kind, *verbs;
};
static const struct sub subs[] = {{"approval", NULL, NULL, NULL, "get,patch,update"},
	{"eviction", "policy", "v1", "Eviction", "create"},
	{"finalize", NULL, NULL, NULL, "update"}, {"log", NULL, NULL, NULL, "get"},
	{"scale", "autoscaling", "v1", "Scale", "get,patch,update"},
	{"status", NULL, NULL, NULL, "get,patch,update"},
	{"token", "authentication.k8s.io", "v1", "TokenRequest", "create"}};

static bool has_sub(
	const struct gk_sim_res *res, const struct gk_sim_version *v, const struct sub *sub)
{
	if (strcmp(sub->name, "status") == 0)
		return v->status;
	if (strcmp(sub->name, "scale") == 0)
		return v->scale;
	return res->builtin && gk_sim_list_has(res->builtin->subs, gk_str_c(sub->name));
}

static void put_kind(struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v,
	const struct sub *sub)
{
	bool own = !sub || !sub->kind;

	gk_buf_printf(b, "\"responseKind\":{\"group\":\"%s\",\"version\":\"%s\",\"kind\":\"%s\"}",
		own ? res->group : sub->group,
		own ? (*res->group ? v->name : "") : sub->version, /* core leaves it out */
		own ? res->kind : sub->kind);
}

static void put_aggregated_resource(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v)
{
	bool first = true;

	gk_buf_printf(b, "{\"resource\":\"%s\",", res->plural);
	put_kind(b, res, v, NULL);
	gk_buf_printf(b, ",\"scope\":\"%s\",\"singularResource\":\"%s\"",
		res->cluster ? "Cluster" : "Namespaced", res->singular);
	put_list(b, "verbs", verbs_of(res));
	put_list(b, "shortNames", res->shorts);
	put_list(b, "categories", res->categories);
	for (size_t i = 0; i < GK_COUNT(subs); i++) {
		if (!has_sub(res, v, &subs[i]))
			continue;
		gk_buf_puts(b, first ? ",\"subresources\":[" : ",");
		first = false;
		gk_buf_printf(b, "{\"subresource\":\"%s\",", subs[i].name);
		put_kind(b, res, v, &subs[i]);
		put_list(b, "verbs", subs[i].verbs);
		gk_buf_putc(b, '}');
	}
	gk_buf_puts(b, first ? "}" : "]}");
}

/* Each resource of a group and version; `put` writes one. */
typedef void (*put_fn)(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v);

static size_t each_resource(const struct gk_sim_store *s, struct gk_buf *b, struct gk_str group,
	struct gk_str version, put_fn put)
{
	size_t n = 0;

	for (size_t i = 0; i < s->resources.n; i++) {
		const struct gk_sim_res *res = s->resources.v[i];
		const struct gk_sim_version *v = gk_sim_res_version(res, version);

		if (!is_served(res) || !v || !gk_str_is(group, res->group))
			continue;
		if (n++)
			gk_buf_putc(b, ',');
		put(b, res, v);
	}
	return n;
}

static void put_aggregated_group(const struct gk_sim_store *s, struct gk_buf *b, const char *group)
{
	struct gk_strs versions = {0};

	gk_buf_puts(b, "{\"metadata\":{");
	if (*group)
		gk_buf_printf(b, "\"name\":\"%s\"", group);
	gk_buf_puts(b, "},\"versions\":[");
	group_versions(s, group, &versions);
	for (size_t i = 0; i < versions.n; i++) {
		gk_buf_printf(
			b, "%s{\"version\":\"%s\",\"resources\":[", i ? "," : "", versions.v[i]);
		(void)each_resource(
			s, b, gk_str_c(group), gk_str_c(versions.v[i]), put_aggregated_resource);
		gk_buf_puts(b, "],\"freshness\":\"Current\"}");
	}
	gk_buf_puts(b, "]}");
	gk_vec_done(&versions);
}

static void put_aggregated(struct gk_sim_kreq *k, bool core, const char *version)
{
	const struct gk_sim_store *s = &k->sim->store;
	struct gk_buf *b = &k->r->out;
	bool first = true;

	gk_buf_printf(b,
		"{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/%s\","
		"\"metadata\":{},\"items\":[",
		version);
	for (size_t i = 0; i < s->resources.n; i++) {
		const struct gk_sim_res *res = s->resources.v[i];

		if (!is_served(res) || core != !*res->group || !first_of_group(s, i))
			continue;
		gk_buf_puts(b, first ? "" : ",");
		first = false;
		put_aggregated_group(s, b, res->group);
	}
	gk_buf_puts(b, "]}\n");
}

static void answer_aggregated(struct gk_sim_kreq *k, bool core, const char *version)
{
	struct gk_sim_req *r = k->r;
	unsigned char hash[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];
	const char *etag;

	put_aggregated(k, core, version);
	gk_sha256(gk_buf_str(&r->out), hash);
	gk_hex(hash, sizeof hash, hex);
	etag = gk_arena_printf(k->arena, "\"%s\"", hex);
	gk_sim_answer_header(r, "ETag", etag);
	gk_sim_answer_header(r, "Vary", "Accept");
	r->status = 200;
	r->content_type = gk_arena_printf(k->arena, AGGREGATED, version);
	if (gk_str_is(gk_sim_header(r, "If-None-Match"), etag)) {
		r->status = 304;
		gk_buf_reset(&r->out);
	}
}

/* Clients that migrate storage compare it: a hash of what the objects are stored as. */
static void put_storage_hash(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v)
{
	unsigned char hash[GK_SHA256_LEN];
	struct gk_buf text = GK_BUF_INIT(0);

	if (res->builtin && strchr(res->builtin->flags, 'c'))
		return;
	gk_buf_printf(&text, "%s/%s/%s", res->group, v->name, res->kind);
	gk_sha256(gk_buf_str(&text), hash);
	gk_buf_done(&text);
	gk_buf_puts(b, ",\"storageVersionHash\":\"");
	gk_base64_encode(b, (struct gk_str){(const char *)hash, 8}, GK_B64_STD);
	gk_buf_putc(b, '"');
}

static void put_legacy_resource(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v)
{
	gk_buf_printf(b,
		"{\"name\":\"%s\",\"singularName\":\"%s\",\"namespaced\":%s,\"kind\":\"%s\"",
		res->plural, res->singular, res->cluster ? "false" : "true", res->kind);
	put_list(b, "verbs", verbs_of(res));
	put_list(b, "shortNames", res->shorts);
	put_list(b, "categories", res->categories);
	put_storage_hash(b, res, v);
	gk_buf_putc(b, '}');
	for (size_t i = 0; i < GK_COUNT(subs); i++) {
		if (!has_sub(res, v, &subs[i]))
			continue;
		gk_buf_printf(b, ",{\"name\":\"%s/%s\",\"singularName\":\"\",\"namespaced\":%s",
			res->plural, subs[i].name, res->cluster ? "false" : "true");
		if (subs[i].kind)
			gk_buf_printf(b, ",\"group\":\"%s\",\"version\":\"%s\"", subs[i].group,
				subs[i].version);
		gk_buf_printf(b, ",\"kind\":\"%s\"", subs[i].kind ? subs[i].kind : res->kind);
		put_list(b, "verbs", subs[i].verbs);
		gk_buf_putc(b, '}');
	}
}

static void put_group(const struct gk_sim_store *s, struct gk_buf *b, const char *group)
{
	struct gk_strs versions = {0};

	group_versions(s, group, &versions);
	gk_buf_printf(b, "\"name\":\"%s\",\"versions\":[", group);
	for (size_t i = 0; i < versions.n; i++)
		gk_buf_printf(b, "%s{\"groupVersion\":\"%s/%s\",\"version\":\"%s\"}", i ? "," : "",
			group, versions.v[i], versions.v[i]);
	gk_buf_printf(b, "],\"preferredVersion\":{\"groupVersion\":\"%s/%s\",\"version\":\"%s\"}}",
		group, versions.v[0], versions.v[0]);
	gk_vec_done(&versions);
}

static void put_groups(const struct gk_sim_store *s, struct gk_buf *b)
{
	bool first = true;

	gk_buf_puts(b, "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[");
	for (size_t i = 0; i < s->resources.n; i++) {
		const struct gk_sim_res *res = s->resources.v[i];

		if (!is_served(res) || !*res->group || !first_of_group(s, i))
			continue;
		gk_buf_puts(b, first ? "{" : ",{");
		first = false;
		put_group(s, b, res->group);
	}
	gk_buf_puts(b, "]}\n");
}

static bool answer_resources(struct gk_sim_kreq *k, struct gk_str group, struct gk_str version)
{
	struct gk_buf *b = &k->r->out;

	gk_buf_printf(b,
		"{\"kind\":\"APIResourceList\",%s\"groupVersion\":\"%.*s%s%.*s\",\"resources\":[",
		group.n ? "\"apiVersion\":\"v1\"," : "", GK_SARG(group), group.n ? "/" : "",
		GK_SARG(version));
	if (each_resource(&k->sim->store, b, group, version, put_legacy_resource) == 0) {
		gk_buf_reset(b);
		(void)gk_sim_fail_no_path(k);
		return true;
	}
	gk_buf_puts(b, "]}\n");
	k->r->status = 200;
	return true;
}

static bool answer_group(struct gk_sim_kreq *k, struct gk_str group)
{
	const struct gk_sim_store *s = &k->sim->store;

	for (size_t i = 0; i < s->resources.n; i++)
		if (is_served(s->resources.v[i]) && group.n &&
			gk_str_is(group, s->resources.v[i]->group)) {
			gk_buf_puts(&k->r->out, "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",");
			put_group(s, &k->r->out, s->resources.v[i]->group);
			gk_buf_putc(&k->r->out, '\n');
			k->r->status = 200;
			return true;
		}
	(void)gk_sim_fail_no_path(k);
	return true;
}

static bool answer_roots(struct gk_sim_kreq *k, bool core)
{
	struct gk_str accept = gk_sim_header(k->r, "Accept");

	if (gk_str_has(accept, GK_STR("as=APIGroupDiscoveryList"))) {
		bool v2 = gk_str_has(accept, GK_STR("v=v2;")) ||
			  gk_str_ends(accept, GK_STR("v=v2")) ||
			  gk_str_has(accept, GK_STR("v=v2,"));

		answer_aggregated(k, core, v2 ? "v2" : "v2beta1");
		return true;
	}
	if (core)
		gk_buf_puts(&k->r->out, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],"
					"\"serverAddressByClientCIDRs\":[]}\n");
	else
		put_groups(&k->sim->store, &k->r->out);
	k->r->status = 200;
	return true;
}

static bool answer_text(struct gk_sim_kreq *k, const char *type, const char *text)
{
	k->r->status = 200;
	k->r->content_type = type;
	gk_buf_puts(&k->r->out, text);
	return true;
}

bool gk_sim_discovery(struct gk_sim_kreq *k)
{
	const struct gk_strs *s = &k->r->segments;
	struct gk_str first = s->n ? gk_str_c(s->v[0]) : GK_STR("");

	if (strcmp(k->r->method, "GET") != 0)
		return false;
	k->r->content_type = "application/json";
	if (gk_str_is(first, "version") && s->n == 1)
		return answer_text(k, "application/json",
			"{\n  \"major\": \"1\",\n  \"minor\": \"36\",\n  \"gitVersion\": "
			"\"v1.36.3+gk-sim\",\n  \"gitTreeState\": \"clean\",\n  \"platform\": "
			"\"linux/amd64\"\n}\n");
	if ((gk_str_is(first, "healthz") || gk_str_is(first, "readyz") ||
		    gk_str_is(first, "livez")) &&
		s->n == 1)
		return answer_text(k, "text/plain; charset=utf-8", "ok");
	if (gk_str_is(first, "api"))
		return s->n == 1   ? answer_roots(k, true)
		       : s->n == 2 ? answer_resources(k, GK_STR(""), gk_str_c(s->v[1]))
				   : false;
	if (gk_str_is(first, "apis") && s->n <= 3)
		return s->n == 1   ? answer_roots(k, false)
		       : s->n == 2 ? answer_group(k, gk_str_c(s->v[1]))
				   : answer_resources(k, gk_str_c(s->v[1]), gk_str_c(s->v[2]));
	return false;
}
