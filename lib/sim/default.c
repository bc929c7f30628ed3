#include "sim/default.h"

#include "base/limits.h"
#include "doc/json.h"

static struct gk_node *from_json(struct gk_arena *a, const char *json)
{
	struct gk_str text = gk_str_c(json);
	struct gk_pos pos = {"defaults.tbl", 1, 1};
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n = NULL;

	if (gk_json_parse_next(a, &text, &pos, gk_limits_default(), &n, &err))
		return NULL;
	return n;
}

/* The first row of a type, found by bisection would need order; the table is short. */
static void each_default(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object)
{
	for (size_t i = 0; i < gk_sim_defaults_count; i++) {
		const struct gk_sim_default *d = &gk_sim_defaults[i];

		if (strcmp(d->type, t.elem) == 0 && !gk_node_get(object, d->field))
			gk_node_set_c(a, object, d->field, from_json(a, d->json));
	}
}

struct gk_node *gk_sim_typed_default(struct gk_arena *a, struct gk_sim_type t, struct gk_str field)
{
	if (t.schema) {
		const struct gk_node *d = gk_node_get(
			gk_node_find(gk_node_get(t.schema, "properties"), field), "default");

		return d ? gk_node_dup(a, d) : NULL;
	}
	for (size_t i = 0; t.shape == GK_SIM_STRUCT && i < gk_sim_defaults_count; i++)
		if (strcmp(gk_sim_defaults[i].type, t.elem) == 0 &&
			gk_str_is(field, gk_sim_defaults[i].field))
			return from_json(a, gk_sim_defaults[i].json);
	return NULL;
}

static void schema_defaults(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object)
{
	gk_node_foreach (property, gk_node_get(t.schema, "properties")) {
		const struct gk_node *d = gk_node_get(property, "default");

		if (d && !gk_node_find(object, gk_node_key(property)))
			gk_node_set(a, object, gk_node_key(property), gk_node_dup(a, d));
	}
}

struct gk_node *gk_sim_zero(struct gk_arena *a, const struct gk_sim_field *f)
{
	if (f->presence == GK_SIM_FIELD_NULLABLE)
		return gk_node_new(a, GK_NULL);
	if (f->presence != GK_SIM_FIELD_ZERO)
		return NULL;
	switch (f->shape) {
	case GK_SIM_STRING:
		return gk_node_string(a, GK_STR(""));
	case GK_SIM_INT:
	case GK_SIM_NUMBER:
		return gk_node_int_new(a, 0);
	case GK_SIM_BOOL:
		return gk_node_bool(a, false);
	case GK_SIM_TIME:
		return gk_node_new(a, GK_NULL);
	case GK_SIM_ANY:
	case GK_SIM_BYTES:
	case GK_SIM_QUANTITY:
	case GK_SIM_INTORSTRING:
	case GK_SIM_STRUCT:
	case GK_SIM_MAP:
	case GK_SIM_LIST:
		break;
	}
	return NULL;
}

static void builtin_defaults(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object)
{
	size_t n;
	const struct gk_sim_field *f = gk_sim_fields_of(t.elem, &n);

	for (size_t i = 0; i < n; i++)
		if (f[i].presence == GK_SIM_FIELD_ALWAYS && !gk_node_get(object, f[i].field))
			gk_node_set_c(a, object, f[i].field, gk_node_new(a, GK_OBJECT));
	each_default(a, t, object);
	for (size_t i = 0; i < n; i++) {
		struct gk_node *zero =
			gk_node_get(object, f[i].field) ? NULL : gk_sim_zero(a, &f[i]);

		if (zero)
			gk_node_set_c(a, object, f[i].field, zero);
	}
}

/* The defaults of these types depend on their other fields. */
static void default_image(struct gk_arena *a, struct gk_node *container)
{
	struct gk_str image = gk_node_text(gk_node_get(container, "image")), rest = image;
	struct gk_str tag = GK_STR_NULL;

	if (gk_node_get(container, "imagePullPolicy"))
		return;
	while (rest.p) { /* the tag is after the last colon that has no slash behind it */
		struct gk_str part = gk_str_cut(&rest, '/');

		if (!rest.p) {
			tag = part;
			(void)gk_str_cut(&tag, ':');
		}
	}
	gk_node_set_str(a, container, "imagePullPolicy",
		!gk_str_has(image, GK_STR("@")) && (!tag.p || gk_str_is(tag, "latest"))
			? GK_STR("Always")
			: GK_STR("IfNotPresent"));
}

static void default_member(
	struct gk_arena *a, struct gk_node *object, const char *field, const char *json)
{
	if (!gk_node_get(object, field))
		gk_node_set_c(a, object, field, from_json(a, json));
}

static void default_strategy(struct gk_arena *a, struct gk_node *s)
{
	struct gk_node *rolling;

	if (!gk_str_is(gk_node_text(gk_node_get(s, "type")), "RollingUpdate"))
		return;
	rolling = gk_node_need(a, s, "rollingUpdate", GK_OBJECT);
	default_member(a, rolling, "maxUnavailable", "\"25%\"");
	default_member(a, rolling, "maxSurge", "\"25%\"");
}

static void default_daemon_strategy(struct gk_arena *a, struct gk_node *s)
{
	struct gk_node *rolling;

	if (!gk_str_is(gk_node_text(gk_node_get(s, "type")), "RollingUpdate"))
		return;
	rolling = gk_node_need(a, s, "rollingUpdate", GK_OBJECT);
	default_member(a, rolling, "maxUnavailable", "1");
	default_member(a, rolling, "maxSurge", "0");
}

static void default_stateful_strategy(struct gk_arena *a, struct gk_node *s)
{
	bool absent = !gk_node_get(s, "type");

	if (absent)
		default_member(a, s, "type", "\"RollingUpdate\"");
	if (absent || gk_node_get(s, "rollingUpdate"))
		if (gk_str_is(gk_node_text(gk_node_get(s, "type")), "RollingUpdate"))
			default_member(a, gk_node_need(a, s, "rollingUpdate", GK_OBJECT),
				"partition", "0");
}

static void default_job(struct gk_arena *a, struct gk_node *spec)
{
	if (!gk_node_get(spec, "completions") && !gk_node_get(spec, "parallelism"))
		default_member(a, spec, "completions", "1");
}

static void default_service(struct gk_arena *a, struct gk_node *spec)
{
	struct gk_str type = gk_node_text(gk_node_get(spec, "type"));
	bool external = gk_str_is(type, "NodePort") || gk_str_is(type, "LoadBalancer");

	if (!gk_str_is(type, "ExternalName"))
		default_member(a, spec, "internalTrafficPolicy", "\"Cluster\"");
	if (external)
		default_member(a, spec, "externalTrafficPolicy", "\"Cluster\"");
	if (gk_str_is(type, "LoadBalancer"))
		default_member(a, spec, "allocateLoadBalancerNodePorts", "true");
}

static void default_service_port(struct gk_arena *a, struct gk_node *port)
{
	const struct gk_node *number = gk_node_get(port, "port");

	if (!gk_node_get(port, "targetPort") && number)
		gk_node_set_c(a, port, "targetPort", gk_node_dup(a, number));
}

static void default_policy_types(struct gk_arena *a, struct gk_node *spec)
{
	if (gk_node_get(spec, "policyTypes"))
		return;
	default_member(a, spec, "policyTypes",
		gk_node_get(spec, "egress") ? "[\"Ingress\",\"Egress\"]" : "[\"Ingress\"]");
}

static void default_subject(struct gk_arena *a, struct gk_node *subject)
{
	if (!gk_str_is(gk_node_text(gk_node_get(subject, "kind")), "ServiceAccount"))
		default_member(a, subject, "apiGroup", "\"rbac.authorization.k8s.io\"");
}

static void default_volume(struct gk_arena *a, struct gk_node *volume)
{
	if (volume->count == 1 && gk_node_get(volume, "name"))
		default_member(a, volume, "emptyDir", "{}");
}

static void default_namespace(struct gk_arena *a, struct gk_node *ns)
{
	struct gk_node *meta = gk_node_need(a, ns, "metadata", GK_OBJECT);
	struct gk_str name = gk_node_text(gk_node_get(meta, "name"));

	if (name.n)
		gk_node_set_str(a, gk_node_need(a, meta, "labels", GK_OBJECT),
			"kubernetes.io/metadata.name", name);
	default_member(a, gk_node_need(a, ns, "status", GK_OBJECT), "phase", "\"Active\"");
}

/* Requests follow limits, in pods but not in the templates of pods. */
static void default_pod(struct gk_arena *a, struct gk_node *pod)
{
	struct gk_node *spec = gk_node_need(a, pod, "spec", GK_OBJECT);

	default_member(a, spec, "enableServiceLinks", "true");
	gk_node_foreach (c, gk_node_get(spec, "containers"))
		gk_node_foreach (limit, gk_node_path(c, "resources", "limits", NULL)) {
			struct gk_node *requests =
				gk_node_need(a, gk_node_get(c, "resources"), "requests", GK_OBJECT);

			if (!gk_node_find(requests, gk_node_key(limit)))
				gk_node_set(a, requests, gk_node_key(limit), gk_node_dup(a, limit));
		}
}

typedef void (*default_fn)(struct gk_arena *a, struct gk_node *n);

static const struct {
	const char *type;
	default_fn before, after;
} dependent[] = {
	{"Container", default_image, NULL},
	{"EphemeralContainer", default_image, NULL},
	{"DeploymentStrategy", NULL, default_strategy},
	{"DaemonSetUpdateStrategy", NULL, default_daemon_strategy},
	{"StatefulSetUpdateStrategy", default_stateful_strategy, NULL},
	{"JobSpec", default_job, NULL},
	{"ServiceSpec", NULL, default_service},
	{"ServicePort", default_service_port, NULL},
	{"NetworkPolicySpec", default_policy_types, NULL},
	{"Subject", default_subject, NULL},
	{"Volume", default_volume, NULL},
	{"Namespace", default_namespace, NULL},
	{"Pod", NULL, default_pod},
};

static void run_dependent(struct gk_arena *a, struct gk_sim_type t, struct gk_node *n, bool before)
{
	for (size_t i = 0; i < GK_COUNT(dependent); i++)
		if (strcmp(dependent[i].type, t.elem) == 0) {
			default_fn fn = before ? dependent[i].before : dependent[i].after;

			if (fn)
				fn(a, n);
		}
}

void gk_sim_default_fill(struct gk_arena *a, struct gk_sim_type t, struct gk_node *n)
{
	if (gk_node_is(n, GK_ARRAY) && t.shape == GK_SIM_LIST) {
		gk_node_foreach (item, n)
			gk_sim_default_fill(a, gk_sim_type_elem(t), item);
		return;
	}
	if (!gk_node_is(n, GK_OBJECT) || (t.shape == GK_SIM_ANY && !t.root))
		return;
	if (t.schema) {
		schema_defaults(a, t, n);
	} else if (t.shape == GK_SIM_STRUCT) {
		run_dependent(a, t, n, true);
		builtin_defaults(a, t, n);
	}
	gk_node_foreach (m, n)
		gk_sim_default_fill(a, gk_sim_type_field(t, gk_node_key(m)), m);
	if (!t.schema && t.shape == GK_SIM_STRUCT)
		run_dependent(a, t, n, false);
}
