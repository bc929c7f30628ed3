/* The checks that people run into: names, required fields, immutable fields. */
#include "doc/json.h"
#include "sim/kube-commit.h"
#include "sim/selector.h"
#include "sim/sim-priv.h"

typedef void (*check_fn)(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next);

#define LABEL_TEXT                                                                                 \
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "   \
	"and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', "   \
	"regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
#define LABEL_1035_TEXT                                                                            \
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "  \
	"an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "    \
	"'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
#define SUBDOMAIN_TEXT                                                                             \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "  \
	"or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "      \
	"regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*"       \
	"[a-z0-9])?)*')"

static bool alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_label(struct gk_str s)
{
	if (!s.n || s.n > 253 || !alphanumeric(s.p[0]) || !alphanumeric(s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!alphanumeric(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool is_subdomain(struct gk_str s)
{
	if (!s.n || s.n > 253)
		return false;
	while (s.p)
		if (!is_label(gk_str_cut(&s, '.')))
			return false;
	return true;
}

static bool is_path_segment(struct gk_str s)
{
	return s.n && !gk_str_has(s, GK_STR("/")) && !gk_str_has(s, GK_STR("%")) &&
	       !gk_str_is(s, ".") && !gk_str_is(s, "..");
}

static void bad_value(
	struct gk_sim_kreq *k, const char *field, struct gk_str value, const char *why)
{
	gk_sim_cause(
		k, "FieldValueInvalid", field, "Invalid value: \"%.*s\": %s", GK_SARG(value), why);
}

static void required(struct gk_sim_kreq *k, const char *field)
{
	gk_sim_cause(k, "FieldValueRequired", field, "Required value");
}

static void check_name(struct gk_sim_kreq *k, struct gk_str name)
{
	const char *kind = k->res->kind;

	if (!name.n)
		gk_sim_cause(k, "FieldValueRequired", "metadata.name",
			"Required value: name or generateName is required");
	else if (strcmp(k->res->group, "rbac.authorization.k8s.io") == 0) {
		if (!is_path_segment(name))
			bad_value(k, "metadata.name", name, "may not contain '/'");
	} else if (strcmp(kind, "Namespace") == 0 && *k->res->group == 0) {
		if (!is_label(name))
			bad_value(k, "metadata.name", name, LABEL_TEXT);
	} else if (strcmp(kind, "Service") == 0 && *k->res->group == 0) {
		if (!is_label(name) || name.p[0] < 'a')
			bad_value(k, "metadata.name", name, LABEL_1035_TEXT);
	} else if (!is_subdomain(name)) {
		bad_value(k, "metadata.name", name, SUBDOMAIN_TEXT);
	}
}

static void check_labels(struct gk_sim_kreq *k, const struct gk_node *next)
{
	gk_node_foreach (m, gk_node_path(next, "metadata", "labels", NULL)) {
		struct gk_str v = gk_node_text(m);
		bool ok = v.n <= 63;

		for (size_t i = 0; i < v.n; i++) {
			char c = (char)(v.p[i] | 0x20);
			bool inner = v.p[i] == '-' || v.p[i] == '_' || v.p[i] == '.';

			ok = ok && ((c >= 'a' && c <= 'z') || (v.p[i] >= '0' && v.p[i] <= '9') ||
					   (inner && i && i + 1 < v.n));
		}
		if (!ok)
			bad_value(k, "metadata.labels", v,
				"a valid label must be an empty string or consist of alphanumeric "
				"characters, '-', '_' or '.', and must start and end with an "
				"alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
				"'12345', regex used for validation is '(([A-Za-z0-9]"
				"[-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
	}
}

static void check_containers(struct gk_sim_kreq *k, const struct gk_node *spec, const char *at)
{
	const struct gk_node *list = gk_node_get(spec, "containers");
	size_t i = 0;

	if (!list || list->count == 0)
		required(k, gk_arena_printf(k->arena, "%s.containers", at));
	gk_node_foreach (c, list) {
		const char *path = gk_arena_printf(k->arena, "%s.containers[%zu]", at, i++);

		if (!gk_node_text(gk_node_get(c, "name")).n)
			required(k, gk_arena_printf(k->arena, "%s.name", path));
		if (!gk_node_text(gk_node_get(c, "image")).n)
			required(k, gk_arena_printf(k->arena, "%s.image", path));
	}
}

static const char *json_of(struct gk_sim_kreq *k, const struct gk_node *n)
{
	struct gk_buf b = GK_BUF_INIT(0);
	const char *ret;

	gk_json_print(&b, n ? n : gk_node_new(k->arena, GK_NULL), 0);
	ret = gk_arena_memdup0(k->arena, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return ret;
}

static void immutable(struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next,
	const char *path, const struct gk_node *was, const struct gk_node *now, const char *why)
{
	(void)next;
	if (old && !(was == NULL && now == NULL) && !gk_node_equal(was, now))
		gk_sim_cause(k, "FieldValueInvalid", path, "Invalid value: %s: %s", json_of(k, now),
			why);
}

static void check_workload(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	const struct gk_node *selector = gk_node_path(next, "spec", "selector", NULL);
	const struct gk_node *labels =
		gk_node_path(next, "spec", "template", "metadata", "labels", NULL);
	const struct gk_node *policy =
		gk_node_path(next, "spec", "template", "spec", "restartPolicy", NULL);

	if (!selector)
		required(k, "spec.selector");
	else if (!gk_sim_label_selector_match(selector, labels))
		gk_sim_cause(k, "FieldValueInvalid", "spec.template.metadata.labels",
			"Invalid value: %s: `selector` does not match template `labels`",
			json_of(k, labels));
	check_containers(
		k, gk_node_path(next, "spec", "template", "spec", NULL), "spec.template.spec");
	if (policy && !gk_str_is(gk_node_text(policy), "Always"))
		gk_sim_cause(k, "FieldValueNotSupported", "spec.template.spec.restartPolicy",
			"Unsupported value: %s: supported values: \"Always\"", json_of(k, policy));
	immutable(k, old, next, "spec.selector", gk_node_path(old, "spec", "selector", NULL),
		selector, "field is immutable");
}

static void check_stateful(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	static const char *const free_fields[] = {"replicas", "ordinals", "template",
		"updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
		"minReadySeconds"};
	struct gk_node *was, *now;

	check_workload(k, NULL, next);
	if (!old)
		return;
	was = gk_node_dup(k->arena, gk_node_get(old, "spec"));
	now = gk_node_dup(k->arena, gk_node_get(next, "spec"));
	for (size_t i = 0; i < GK_COUNT(free_fields); i++) {
		(void)gk_node_remove(was, gk_str_c(free_fields[i]));
		(void)gk_node_remove(now, gk_str_c(free_fields[i]));
	}
	if (!gk_node_equal(was, now))
		gk_sim_cause(k, "FieldValueForbidden", "spec",
			"Forbidden: updates to statefulset spec for fields other than 'replicas', "
			"'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
			"'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
			"forbidden");
}

static void check_job(struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	const struct gk_node *template = gk_node_path(next, "spec", "template", NULL);
	struct gk_str policy = gk_node_text(gk_node_path(template, "spec", "restartPolicy", NULL));

	check_containers(k, gk_node_get(template, "spec"), "spec.template.spec");
	if (!gk_str_is(policy, "OnFailure") && !gk_str_is(policy, "Never"))
		gk_sim_cause(k, "FieldValueRequired", "spec.template.spec.restartPolicy",
			"Required value: valid values: \"OnFailure\", \"Never\"");
	immutable(k, old, next, "spec.template", gk_node_path(old, "spec", "template", NULL),
		template, "field is immutable");
	immutable(k, old, next, "spec.completions", gk_node_path(old, "spec", "completions", NULL),
		gk_node_path(next, "spec", "completions", NULL), "field is immutable");
}

static void check_pod(struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	(void)old;
	check_containers(k, gk_node_get(next, "spec"), "spec");
}

static void check_service(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	const struct gk_node *spec = gk_node_get(next, "spec"), *ports = gk_node_get(spec, "ports");
	struct gk_str was = gk_node_text(gk_node_path(old, "spec", "clusterIP", NULL));
	struct gk_str ip = gk_node_text(gk_node_get(spec, "clusterIP"));
	bool external = gk_str_is(gk_node_text(gk_node_get(spec, "type")), "ExternalName");
	size_t i = 0;

	if (!external && !gk_str_is(ip, "None") && (!ports || ports->count == 0))
		required(k, "spec.ports");
	gk_node_foreach (port, ports) {
		if (ports->count > 1 && !gk_node_text(gk_node_get(port, "name")).n)
			required(k, gk_arena_printf(k->arena, "spec.ports[%zu].name", i));
		i++;
	}
	if (was.n && ip.n && !gk_str_eq(was, ip))
		gk_sim_cause(k, "FieldValueInvalid", "spec.clusterIPs[0]",
			"Invalid value: [\"%.*s\"]: may not change once set", GK_SARG(ip));
}

static void check_keys(struct gk_sim_kreq *k, const struct gk_node *next, const char *member)
{
	gk_node_foreach (m, gk_node_get(next, member)) {
		struct gk_str key = gk_node_key(m);
		bool ok = key.n > 0 && key.n <= 253;

		for (size_t i = 0; i < key.n; i++) {
			char c = (char)(key.p[i] | 0x20);

			ok = ok &&
			     ((c >= 'a' && c <= 'z') || (key.p[i] >= '0' && key.p[i] <= '9') ||
				     strchr("-._", key.p[i]));
		}
		if (!ok)
			bad_value(k, gk_arena_printf(k->arena, "%s[%.*s]", member, GK_SARG(key)),
				key,
				"a valid config key must consist of alphanumeric characters, '-', '_' or "
				"'.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for "
				"validation is '[-._a-zA-Z0-9]+')");
	}
}

static void check_sealed(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	check_keys(k, next, "data");
	check_keys(k, next, "binaryData");
	if (strcmp(k->res->kind, "Secret") == 0)
		immutable(k, old, next, "type", gk_node_get(old, "type"), gk_node_get(next, "type"),
			"field is immutable");
	if (!old || !gk_node_true(gk_node_get(old, "immutable")))
		return;
	if (!gk_node_true(gk_node_get(next, "immutable")))
		gk_sim_cause(k, "FieldValueForbidden", "immutable",
			"Forbidden: field is immutable when `immutable` is set");
	if (!gk_node_equal(gk_node_get(old, "data"), gk_node_get(next, "data")))
		gk_sim_cause(k, "FieldValueForbidden", "data",
			"Forbidden: field is immutable when `immutable` is set");
}

static void check_binding(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	const struct gk_node *now = gk_node_get(next, "roleRef");

	if (!gk_node_text(gk_node_get(now, "name")).n)
		required(k, "roleRef.name");
	if (old && !gk_node_equal(gk_node_get(old, "roleRef"), now))
		gk_sim_cause(k, "FieldValueInvalid", "roleRef",
			"Invalid value: %s: cannot change roleRef", json_of(k, now));
}

static void check_claim(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	const struct gk_node *modes = gk_node_path(next, "spec", "accessModes", NULL);
	struct gk_node *was, *now;

	if (!modes || modes->count == 0)
		gk_sim_cause(k, "FieldValueRequired", "spec.accessModes",
			"Required value: at least 1 access mode is required");
	if (!old)
		return;
	was = gk_node_dup(k->arena, gk_node_get(old, "spec"));
	now = gk_node_dup(k->arena, gk_node_get(next, "spec"));
	(void)gk_node_remove(was, GK_STR("resources"));
	(void)gk_node_remove(now, GK_STR("resources"));
	if (gk_node_get(now, "volumeName") && !gk_node_get(was, "volumeName"))
		(void)gk_node_remove(now, GK_STR("volumeName"));
	if (!gk_node_equal(was, now))
		gk_sim_cause(k, "FieldValueForbidden", "spec",
			"Forbidden: spec is immutable after creation except resources.requests "
			"and volumeAttributesClassName for bound claims");
}

static void check_crd(struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	struct gk_str plural = gk_node_text(gk_node_path(next, "spec", "names", "plural", NULL));
	struct gk_str group = gk_node_text(gk_node_path(next, "spec", "group", NULL));
	const char *want = gk_arena_printf(k->arena, "%.*s.%.*s", GK_SARG(plural), GK_SARG(group));

	(void)old;
	if (!gk_str_is(k->name, want))
		bad_value(
			k, "metadata.name", k->name, "must be spec.names.plural+\".\"+spec.group");
	if (!gk_node_path(next, "spec", "versions", NULL))
		required(k, "spec.versions");
}

static const char *comma_list(struct gk_sim_kreq *k, const struct gk_node *list)
{
	struct gk_buf b = GK_BUF_INIT(0);
	const char *ret;

	gk_node_foreach (item, list) {
		gk_buf_puts(&b, b.n ? ", " : "");
		gk_json_print(&b, item, 0);
	}
	ret = gk_arena_memdup0(k->arena, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return ret;
}

/* A custom resource: what its schema requires, and the values that it allows. */
static void check_schema(struct gk_sim_kreq *k, const struct gk_node *schema,
	const struct gk_node *v, const char *at)
{
	size_t i = 0;

	gk_node_foreach (name, gk_node_get(schema, "required"))
		if (gk_node_is(v, GK_OBJECT) && !gk_node_find(v, gk_node_text(name)))
			required(k, gk_arena_printf(k->arena, "%s%s%.*s", at, *at ? "." : "",
					    GK_SARG(gk_node_text(name))));
	if (gk_node_get(schema, "enum")) {
		bool found = false;

		gk_node_foreach (e, gk_node_get(schema, "enum"))
			found = found || gk_node_equal(e, v);
		if (!found)
			gk_sim_cause(k, "FieldValueNotSupported", at,
				"Unsupported value: %s: supported values: %s", json_of(k, v),
				comma_list(k, gk_node_get(schema, "enum")));
	}
	if (gk_node_get(schema, "minimum") && gk_node_is(v, GK_NUMBER) &&
		gk_number_cmp(v->text, gk_node_scalar(gk_node_get(schema, "minimum"))) < 0)
		gk_sim_cause(k, "FieldValueInvalid", at,
			"Invalid value: %s: %s in body should be greater than or equal to %.*s",
			json_of(k, v), at, GK_SARG(gk_node_scalar(gk_node_get(schema, "minimum"))));
	gk_node_foreach (m, gk_node_is(v, GK_OBJECT) ? v : NULL) {
		const struct gk_node *below =
			gk_node_find(gk_node_get(schema, "properties"), gk_node_key(m));

		if (!below)
			below = gk_node_get(schema, "additionalProperties");
		if (gk_node_is(below, GK_OBJECT))
			check_schema(k, below, m,
				gk_arena_printf(k->arena, "%s%s%.*s", at, *at ? "." : "",
					GK_SARG(gk_node_key(m))));
	}
	gk_node_foreach (item, gk_node_is(v, GK_ARRAY) ? v : NULL)
		if (gk_node_get(schema, "items"))
			check_schema(k, gk_node_get(schema, "items"), item,
				gk_arena_printf(k->arena, "%s[%zu]", at, i++));
}

int gk_sim_validate(struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	static const struct {
		const char *group, *kind;
		check_fn fn;
	} rules[] = {{"apps", "Deployment", check_workload}, {"apps", "ReplicaSet", check_workload},
		{"apps", "DaemonSet", check_workload}, {"apps", "StatefulSet", check_stateful},
		{"batch", "Job", check_job}, {"", "Pod", check_pod}, {"", "Service", check_service},
		{"", "Secret", check_sealed}, {"", "ConfigMap", check_sealed},
		{"", "PersistentVolumeClaim", check_claim},
		{"rbac.authorization.k8s.io", "RoleBinding", check_binding},
		{"rbac.authorization.k8s.io", "ClusterRoleBinding", check_binding},
		{"apiextensions.k8s.io", "CustomResourceDefinition", check_crd}};

	if (gk_str_is(k->sub, "status"))
		return 0;
	check_name(k, gk_sim_obj_name(next));
	check_labels(k, next);
	for (size_t i = 0; i < GK_COUNT(rules); i++)
		if (strcmp(rules[i].kind, k->res->kind) == 0 &&
			strcmp(rules[i].group, k->res->group) == 0)
			rules[i].fn(k, old, next);
	if (k->version->type.schema)
		check_schema(k, k->version->type.schema, next, "");
	return k->causes ? gk_sim_fail_invalid(k) : 0;
}
