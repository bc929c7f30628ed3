/*
 * OpenAPI as far as kubectl asks for it before a write: which paths take which query
 * parameters.  Schemas are left open; the server validates (fieldValidation).
 */
#include "base/crypto.h"
#include "base/io.h"
#include "sim/kube.h"
#include "sim/sim-priv.h"

static bool served(const struct gk_sim_res *res)
{
	return !res->gone && res->served_from_ms <= gk_time_mono_ms();
}

static void put_gvk(struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v)
{
	gk_buf_printf(b, "{\"group\":\"%s\",\"version\":\"%s\",\"kind\":\"%s\"}", res->group,
		v->name, res->kind);
}

static void put_root(struct gk_buf *b, const char *group, const char *version)
{
	if (*group)
		gk_buf_printf(b, "/apis/%s/%s", group, version);
	else
		gk_buf_printf(b, "/api/%s", version);
}

static void put_operation(struct gk_buf *b, const char *method, const struct gk_sim_res *res,
	const struct gk_sim_version *v)
{
	static const char *const params[] = {"dryRun", "fieldManager", "fieldValidation"};

	gk_buf_printf(b, "\"%s\":{\"parameters\":[", method);
	for (size_t i = 0; i < GK_COUNT(params); i++)
		gk_buf_printf(b,
			"%s{\"name\":\"%s\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
			"\"uniqueItems\":true}}",
			i ? "," : "", params[i]);
	gk_buf_printf(b,
		"],\"responses\":{\"200\":{\"description\":\"OK\"}},"
		"\"x-kubernetes-action\":\"%s\",\"x-kubernetes-group-version-kind\":",
		method);
	put_gvk(b, res, v);
	gk_buf_putc(b, '}');
}

static void put_paths(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v)
{
	const char *ns = res->cluster ? "" : "/namespaces/{namespace}";

	gk_buf_putc(b, '"');
	put_root(b, res->group, v->name);
	gk_buf_printf(b, "%s/%s\":{", ns, res->plural);
	put_operation(b, "post", res, v);
	gk_buf_puts(b, "},\"");
	put_root(b, res->group, v->name);
	gk_buf_printf(b, "%s/%s/{name}\":{", ns, res->plural);
	put_operation(b, "patch", res, v);
	gk_buf_putc(b, ',');
	put_operation(b, "put", res, v);
	gk_buf_putc(b, '}');
}

static void put_schema(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v)
{
	gk_buf_printf(b,
		"\"%s.%s.%s\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true,"
		"\"x-kubernetes-group-version-kind\":[",
		*res->group ? res->group : "core", v->name, res->kind);
	put_gvk(b, res, v);
	gk_buf_puts(b, "]}");
}

typedef void (*put_fn)(
	struct gk_buf *b, const struct gk_sim_res *res, const struct gk_sim_version *v);

static bool each(struct gk_sim_kreq *k, struct gk_str group, struct gk_str version, put_fn put)
{
	const struct gk_sim_store *s = &k->sim->store;
	bool any = false;

	for (size_t i = 0; i < s->resources.n; i++) {
		const struct gk_sim_res *res = s->resources.v[i];
		const struct gk_sim_version *v = gk_sim_res_version(res, version);

		if (!served(res) || !v || !gk_str_is(group, res->group))
			continue;
		gk_buf_puts(&k->r->out, any ? "," : "");
		put(&k->r->out, res, v);
		any = true;
	}
	return any;
}

static void answer_group(struct gk_sim_kreq *k, struct gk_str group, struct gk_str version)
{
	struct gk_buf *b = &k->r->out;

	k->r->status = 200;
	gk_buf_puts(b, "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Kubernetes\",\"version\":"
		       "\"v1.36.3+gk-sim\"},\"paths\":{");
	if (!each(k, group, version, put_paths)) {
		gk_buf_reset(b);
		(void)gk_sim_fail_no_path(k);
		return;
	}
	gk_buf_puts(b, "},\"components\":{\"schemas\":{");
	(void)each(k, group, version, put_schema);
	gk_buf_puts(b, "}}}\n");
}

/* The groups and versions once each, with a hash that changes when what they serve does. */
static void answer_index(struct gk_sim_kreq *k)
{
	const struct gk_sim_store *s = &k->sim->store;
	struct gk_buf *b = &k->r->out;
	bool first = true;

	gk_buf_puts(b, "{\"paths\":{");
	for (size_t i = 0; i < s->resources.n; i++) {
		const struct gk_sim_res *res = s->resources.v[i];

		gk_vec_foreach (struct gk_sim_version, v, &res->versions) {
			bool again = !served(res);

			for (size_t j = 0; j < i && !again; j++)
				again = served(s->resources.v[j]) &&
					strcmp(s->resources.v[j]->group, res->group) == 0 &&
					gk_sim_res_version(s->resources.v[j], gk_str_c(v->name));
			if (again)
				continue;
			gk_buf_printf(b, "%s\"api%s%s/%s\":{\"serverRelativeURL\":\"/openapi/v3",
				first ? "" : ",", *res->group ? "s/" : "", res->group, v->name);
			put_root(b, res->group, v->name);
			gk_buf_printf(b, "?hash=%llu\"}", (unsigned long long)k->sim->discovery);
			first = false;
		}
	}
	gk_buf_puts(b, "}}\n");
	k->r->status = 200;
}

/* Older clients ask for protobuf only: a document of version 2.0 that says nothing. */
static void answer_v2(struct gk_sim_kreq *k)
{
	static const char document[] = "\x0a\x03"
				       "2.0"
				       "\x12\x14"
				       "\x0a\x0a"
				       "Kubernetes"
				       "\x12\x06"
				       "1.36.3";
	struct gk_str accept = gk_sim_header(k->r, "Accept");

	k->r->status = 200;
	if (gk_str_has(accept, GK_STR("protobuf"))) {
		k->r->content_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
		gk_buf_put(&k->r->out, document, sizeof document - 1);
		return;
	}
	gk_buf_puts(&k->r->out,
		"{\"swagger\":\"2.0\",\"info\":{\"title\":\"Kubernetes\",\"version\":"
		"\"v1.36.3+gk-sim\"},\"paths\":{},\"definitions\":{}}\n");
}

bool gk_sim_openapi(struct gk_sim_kreq *k)
{
	const struct gk_strs *s = &k->r->segments;

	if (s->n < 2 || strcmp(s->v[0], "openapi") != 0 || strcmp(k->r->method, "GET") != 0)
		return false;
	k->r->content_type = "application/json";
	if (strcmp(s->v[1], "v2") == 0)
		answer_v2(k);
	else if (s->n == 2)
		answer_index(k);
	else if (s->n == 4 && strcmp(s->v[2], "api") == 0)
		answer_group(k, GK_STR(""), gk_str_c(s->v[3]));
	else if (s->n == 5)
		answer_group(k, gk_str_c(s->v[3]), gk_str_c(s->v[4]));
	else
		(void)gk_sim_fail_no_path(k);
	return true;
}
