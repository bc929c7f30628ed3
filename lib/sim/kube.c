#include "sim/kube.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/proto.h"
#include "sim/sim-priv.h"

static struct gk_str segment(const struct gk_sim_kreq *k, size_t i)
{
	return i < k->r->segments.n ? gk_str_c(k->r->segments.v[i]) : GK_STR_NULL;
}

/* Namespaces have subresources, but everything else below them is another resource. */
static bool is_namespace_sub(struct gk_str s)
{
	return gk_str_is(s, "status") || gk_str_is(s, "finalize");
}

static bool served(const struct gk_sim_res *res)
{
	return res && !res->gone && res->served_from_ms <= gk_time_mono_ms();
}

/* /api/v1/... or /apis/GROUP/VERSION/...: the resource and what of it. */
static int find_resource(struct gk_sim_kreq *k)
{
	bool core = gk_str_is(segment(k, 0), "api");
	size_t at = core ? 2 : 3;
	struct gk_str group = core ? GK_STR("") : segment(k, 1), version = segment(k, at - 1);

	if (!core && !gk_str_is(segment(k, 0), "apis"))
		return gk_sim_fail_no_path(k);
	if (gk_str_is(segment(k, at), "namespaces") && segment(k, at + 2).n &&
		!is_namespace_sub(segment(k, at + 2))) {
		k->ns = segment(k, at + 1);
		at += 2;
	}
	k->res = gk_sim_res_find(&k->sim->store, group, segment(k, at));
	if (!served(k->res))
		k->res = NULL;
	k->version = k->res ? gk_sim_res_version(k->res, version) : NULL;
	if (!k->version || k->r->segments.n > at + 3 || (k->ns.n && k->res->cluster))
		return gk_sim_fail_no_path(k);
	k->name = segment(k, at + 1);
	k->sub = segment(k, at + 2);
	k->r->resource = gk_sim_qualified(k->arena, k->res);
	return 0;
}

static int check_sub(struct gk_sim_kreq *k)
{
	bool known = gk_str_is(k->sub, "status") ? k->version->status
		     : gk_str_is(k->sub, "scale")
			     ? k->version->scale
			     : k->res->builtin && gk_sim_list_has(k->res->builtin->subs, k->sub);

	return k->sub.n && !known ? gk_sim_fail_no_path(k) : 0;
}

/* Verbs as RBAC names them. */
static const char *verb_of(const struct gk_sim_kreq *k)
{
	static const struct {
		const char *method, *item, *collection;
	} verbs[] = {{"GET", "get", "list"}, {"HEAD", "get", "list"}, {"POST", "create", "create"},
		{"PUT", "update", NULL}, {"PATCH", "patch", NULL},
		{"DELETE", "delete", "deletecollection"}};

	for (size_t i = 0; i < GK_COUNT(verbs); i++)
		if (strcmp(k->r->method, verbs[i].method) == 0) {
			if (i == 0 && gk_sim_param_true(k->r, "watch"))
				return "watch";
			return k->name.n ? verbs[i].item : verbs[i].collection;
		}
	return NULL;
}

static struct gk_str media_param(struct gk_str media, const char *name)
{
	(void)gk_str_cut(&media, ';');
	while (media.p) {
		struct gk_str value = gk_str_trim(gk_str_cut(&media, ';'));
		struct gk_str key = gk_str_cut(&value, '=');

		if (gk_str_is(key, name))
			return value;
	}
	return GK_STR_NULL;
}

/* The first media type of Accept that can be had; false when none. */
static bool negotiate(struct gk_sim_kreq *k)
{
	struct gk_str accept = gk_sim_header(k->r, "Accept");

	if (!accept.n)
		return true;
	while (accept.p) {
		struct gk_str media = gk_str_trim(gk_str_cut(&accept, ','));
		struct gk_str as = media_param(media, "as"), rest = media;
		struct gk_str type = gk_str_trim(gk_str_cut(&rest, ';'));

		if (!gk_str_is(type, "application/json") && !gk_str_is(type, "*/*") &&
			!gk_str_is(type, "application/*"))
			continue;
		if (gk_str_is(as, "Table") && gk_str_is(media_param(media, "v"), "v1"))
			k->as = GK_SIM_AS_TABLE;
		else if (gk_str_starts(as, GK_STR("PartialObjectMetadata")))
			k->as = GK_SIM_AS_METADATA;
		else if (as.n)
			continue;
		return true;
	}
	return false;
}

/* Under this name a wrong parameter is reported. */
static const char *options_kind(const struct gk_sim_kreq *k)
{
	static const struct {
		const char *verb, *kind;
	} kinds[] = {{"create", "CreateOptions"}, {"update", "UpdateOptions"},
		{"patch", "PatchOptions"}, {"delete", "DeleteOptions"}};

	for (size_t i = 0; i < GK_COUNT(kinds); i++)
		if (strcmp(k->verb, kinds[i].verb) == 0)
			return kinds[i].kind;
	return "ListOptions";
}

static int read_options(struct gk_sim_kreq *k)
{
	struct gk_str dry = gk_sim_param(k->r, "dryRun");
	struct gk_str validation = gk_sim_param(k->r, "fieldValidation");
	struct gk_str agent = gk_sim_header(k->r, "User-Agent");

	if (dry.n && !gk_str_is(dry, "All"))
		return gk_sim_fail_options(k, options_kind(k), "FieldValueNotSupported", "dryRun",
			"Unsupported value: [\"%.*s\"]: supported values: \"All\"", GK_SARG(dry));
	k->dry_run = dry.n > 0;
	k->force = gk_sim_param_true(k->r, "force");
	k->manager = gk_sim_param(k->r, "fieldManager");
	if (!k->manager.n)
		k->manager = gk_str_cut(&agent, '/');
	if (!k->manager.n)
		k->manager = GK_STR("unknown");
	if (k->manager.n > 128)
		return gk_sim_fail_options(k, options_kind(k), "FieldValueTooLong", "fieldManager",
			"Too long: may not be more than 128 bytes");
	if (gk_str_is(validation, "Strict"))
		k->validation = GK_SIM_VALIDATE_STRICT;
	else if (gk_str_is(validation, "Ignore"))
		k->validation = GK_SIM_VALIDATE_IGNORE;
	else if (validation.n && !gk_str_is(validation, "Warn"))
		return gk_sim_fail_options(k, options_kind(k), "FieldValueNotSupported",
			"fieldValidation",
			"Unsupported value: \"%.*s\": supported values: \"\", \"Ignore\", \"Strict\", "
			"\"Warn\"",
			GK_SARG(validation));
	return 0;
}

struct op {
	const char *verb;
	int (*run)(struct gk_sim_kreq *k);
};

static int run_op(struct gk_sim_kreq *k, const struct op *ops, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(k->verb, ops[i].verb) == 0)
			return ops[i].run(k);
	return gk_sim_fail_method(k);
}

static int act(struct gk_sim_kreq *k)
{
	static const struct op main_ops[] = {{"get", gk_sim_get}, {"list", gk_sim_list},
		{"watch", gk_sim_watch}, {"create", gk_sim_create}, {"update", gk_sim_update},
		{"patch", gk_sim_patch}, {"delete", gk_sim_delete},
		{"deletecollection", gk_sim_delete_collection}};
	static const struct op sub_ops[] = {
		{"get", gk_sim_get}, {"update", gk_sim_update}, {"patch", gk_sim_patch}};
	static const struct op scale_ops[] = {
		{"get", gk_sim_scale}, {"update", gk_sim_scale}, {"patch", gk_sim_scale}};

	if (gk_str_is(k->sub, "log"))
		return gk_sim_logs(k);
	if (gk_str_is(k->sub, "scale"))
		return run_op(k, scale_ops, GK_COUNT(scale_ops));
	if (gk_str_is(k->sub, "eviction") || gk_str_is(k->sub, "token"))
		return strcmp(k->verb, "create") ? gk_sim_fail_method(k) : gk_sim_create(k);
	if (k->sub.n)
		return run_op(k, sub_ops, GK_COUNT(sub_ops));
	return run_op(k, main_ops, GK_COUNT(main_ops));
}

static int handle_resource(struct gk_sim_kreq *k)
{
	if (find_resource(k) || check_sub(k))
		return -1;
	k->verb = verb_of(k);
	if (!k->verb || (k->name.n && !k->sub.n && strcmp(k->r->method, "POST") == 0))
		return gk_sim_fail_method(k);
	k->r->verb = k->verb;
	if (gk_str_is(k->sub, "log") ? false : !negotiate(k))
		return gk_sim_fail(k, 406, "NotAcceptable",
			"only the following media types are accepted: application/json, "
			"application/yaml, application/vnd.kubernetes.protobuf");
	if (gk_sim_authorize(k) || read_options(k))
		return -1;
	if (k->version->deprecated)
		gk_sim_warn(k, "%s", k->version->deprecated);
	return act(k);
}

void gk_sim_kube_handle(struct gk_sim_req *r)
{
	struct gk_sim_kreq k = {.r = r, .sim = r->sim, .arena = &r->arena};

	gk_sim_answer_header(r, "Audit-Id",
		gk_arena_printf(&r->arena, "gk-sim-%llu", (unsigned long long)r->seq));
	if (gk_sim_oidc(&k) || gk_sim_authenticate(&k) || gk_sim_discovery(&k) ||
		gk_sim_openapi(&k)) {
		gk_vec_done(&k.user.groups);
		return;
	}
	(void)handle_resource(&k);
	gk_vec_done(&k.user.groups);
}

/* "member 'data' appears twice in one object", in the words of the API server. */
static int fail_duplicate(struct gk_sim_kreq *k, const char *message)
{
	struct gk_str rest = gk_str_c(message), name;
	const char *kind = k->res->kind;

	(void)gk_str_cut(&rest, '\'');
	name = gk_str_cut(&rest, '\'');
	return gk_sim_fail_bad(k,
		"%s in version \"%s\" cannot be handled as a %s: strict decoding error: duplicate "
		"field \"%.*s\"",
		kind, k->version->name, kind, GK_SARG(name));
}

static int fail_body(struct gk_sim_kreq *k, const struct gk_err *err)
{
	char message[512];

	gk_err_message(err, message, sizeof message);
	if (k->res && err->slug && strcmp(err->slug, "json.duplicate") == 0)
		return fail_duplicate(k, message);
	return gk_sim_fail_bad(k, "the object provided is unrecognized (%s)", message);
}

static int parse_text(struct gk_sim_kreq *k, bool is_yaml, struct gk_node **ret)
{
	const struct gk_limits *lim = gk_limits_default();
	struct gk_yaml_options yaml = {.profile = GK_YAML_A, .first_only = true, .lim = lim};
	struct gk_str text = gk_buf_str(&k->r->body);
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	int rc = is_yaml ? gk_yaml_parse_one(&doc, "body", text, &yaml, &err)
			 : gk_json_parse(&doc, "body", text, lim, &err);

	if (rc == 0)
		*ret = doc.root ? gk_node_dup(k->arena, doc.root)
				: gk_node_new(k->arena, GK_OBJECT);
	gk_doc_done(&doc);
	return rc ? fail_body(k, &err) : 0;
}

int gk_sim_read_body(struct gk_sim_kreq *k, struct gk_node **ret)
{
	struct gk_str type = gk_sim_header(k->r, "Content-Type");
	struct gk_str media = gk_str_trim(gk_str_cut(&type, ';'));
	struct gk_err err = GK_ERR_INIT;

	if (k->r->body.over)
		return gk_sim_fail(k, 413, "RequestEntityTooLarge",
			"Request entity too large: limit is %zu", k->r->body.max);
	if (gk_str_is(media, "application/vnd.kubernetes.protobuf"))
		return gk_sim_proto_read(k->arena, gk_buf_str(&k->r->body), ret, &err)
			       ? fail_body(k, &err)
			       : 0;
	if (media.n && !gk_str_has(media, GK_STR("json")) && !gk_str_has(media, GK_STR("yaml")))
		return gk_sim_fail(k, 415, "UnsupportedMediaType",
			"the body of the request was in an unknown format - accepted media types "
			"include: application/json, application/yaml, "
			"application/vnd.kubernetes.protobuf");
	return parse_text(k, gk_str_has(media, GK_STR("yaml")), ret);
}

static void add_namespace(struct gk_sim *sim, const char *name)
{
	struct gk_sim_res *res = gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("namespaces"));
	struct gk_doc doc = GK_DOC_INIT;

	doc.root = gk_sim_new_object(&doc.arena, "v1", "Namespace", GK_STR(""), gk_str_c(name));
	gk_sim_control_create(sim, res, &doc);
}

void gk_sim_kube_init(struct gk_sim *sim)
{
	static const char *const namespaces[] = {
		"default", "kube-node-lease", "kube-public", "kube-system"};
	struct gk_sim_res *core = NULL;

	for (size_t i = 0; i < gk_sim_kinds_count; i++) {
		struct gk_sim_res *res = gk_sim_res_add(&sim->store, &gk_sim_kinds[i]);

		if (strcmp(res->plural, "events") == 0 && !core)
			core = res;
		if (strcmp(res->plural, "events") == 0)
			res->storage = core;
	}
	for (size_t i = 0; i < GK_COUNT(namespaces); i++)
		add_namespace(sim, namespaces[i]);
	gk_sim_control_run(sim);
}
