/* Health: evaluates the rows of schema/health.tbl on an object. */
#include "sync/health.h"

#include "base/num.h"
#include "doc/object.h"
#include "sync/path.h"

struct judge {
	struct gk_arena *arena;
	const struct gk_node *object;
	const char *why; /* what the last fn: test found */
};

static const char *const names[] = {
	"", "Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"};

const char *gk_health_name(enum gk_health_status s)
{
	return names[s];
}

const struct gk_node *gk_health_condition(const struct gk_node *object, struct gk_str type)
{
	gk_node_foreach (c, gk_node_path(object, "status", "conditions", NULL))
		if (gk_str_eq(gk_node_text(gk_node_get(c, "type")), type))
			return c;
	return NULL;
}

static bool is_present(const struct gk_node *n)
{
	if (!n || n->type == GK_NULL)
		return false;
	if (n->type == GK_STRING)
		return n->text.n > 0;
	return (n->type != GK_ARRAY && n->type != GK_OBJECT) || n->count > 0;
}

/* ---- tests ---- */

/* "PATH?7" or "12": the integer at the path, or the default behind the question mark. */
static int64_t integer(const struct judge *j, struct gk_str term)
{
	struct gk_err err = GK_ERR_INIT;
	int64_t value = 0;
	struct gk_str path = gk_str_cut(&term, '?');

	if (gk_node_int(gk_path_get(j->object, path), &value))
		return value;
	if (gk_num_i64(term.p ? term : path, INT64_MIN, INT64_MAX, &value, &err))
		return 0;
	return value;
}

static bool compare_integers(const struct judge *j, struct gk_str test, char op)
{
	int64_t left = integer(j, gk_str_cut(&test, op));
	int64_t right = integer(j, gk_str_cut(&test, '-'));

	if (test.p)
		right -= integer(j, test);
	return op == '<' ? left < right : left > right;
}

static bool compare_texts(const struct judge *j, struct gk_str test)
{
	struct gk_str path = gk_str_cut(&test, '=');
	bool negated = path.n && path.p[path.n - 1] == '!';
	struct gk_str want = test;

	if (negated)
		path.n--;
	if (want.n && want.p[0] == '@')
		want = gk_node_scalar(gk_path_get(j->object, gk_str_from(want, 1)));
	return gk_str_eq(gk_node_scalar(gk_path_get(j->object, path)), want) != negated;
}

static bool lags(const struct judge *j, bool absent_lags)
{
	int64_t generation = 0, observed = 0;
	bool told =
		gk_node_int(gk_path_get(j->object, GK_STR("status.observedGeneration")), &observed);

	if (!told && !absent_lags)
		return false;
	(void)gk_node_int(gk_path_get(j->object, GK_STR("metadata.generation")), &generation);
	return observed < generation || (!told && absent_lags);
}

static bool matches(struct gk_str text, struct gk_str pattern)
{
	if (pattern.n && pattern.p[pattern.n - 1] == '*')
		return gk_str_starts(text, (struct gk_str){pattern.p, pattern.n - 1});
	return gk_str_eq(text, pattern);
}

/* "TYPE=STATUS/REASON" */
static bool has_condition(const struct judge *j, struct gk_str test)
{
	struct gk_str type = gk_str_cut(&test, '=');
	struct gk_str status = gk_str_cut(&test, '/');
	const struct gk_node *c = gk_health_condition(j->object, type);

	if (!c || !matches(gk_node_text(gk_node_get(c, "status")), status))
		return false;
	return !test.p || matches(gk_node_text(gk_node_get(c, "reason")), test);
}

/* Times of one form ("2026-01-02T03:04:05Z") sort as text. */
static bool is_before(const struct judge *j, struct gk_str test)
{
	struct gk_str first = gk_str_cut(&test, ',');

	return gk_str_cmp(gk_node_text(gk_path_get(j->object, first)),
		       gk_node_text(gk_path_get(j->object, test))) < 0;
}

/* A container waits with a reason that does not go away by waiting a little. */
static bool pod_waiting(struct judge *j)
{
	static const char *const lists[] = {"containerStatuses", "initContainerStatuses"};

	for (size_t i = 0; i < GK_COUNT(lists); i++)
		gk_node_foreach (c, gk_node_path(j->object, "status", lists[i], NULL)) {
			const struct gk_node *w = gk_node_path(c, "state", "waiting", NULL);
			struct gk_str reason = gk_node_text(gk_node_get(w, "reason"));

			if (!gk_str_starts(reason, GK_STR("Err")) &&
				!gk_str_ends(reason, GK_STR("Error")) &&
				!gk_str_ends(reason, GK_STR("BackOff")))
				continue;
			j->why = gk_arena_printf(j->arena, "container %.*s: %.*s",
				GK_SARG(gk_node_text(gk_node_get(c, "name"))), GK_SARG(reason));
			return true;
		}
	return false;
}

static bool pod_restarted(struct judge *j)
{
	gk_node_foreach (c, gk_node_path(j->object, "status", "containerStatuses", NULL)) {
		const struct gk_node *t = gk_node_path(c, "lastState", "terminated", NULL);

		if (!t)
			continue;
		j->why = gk_arena_printf(j->arena, "container %.*s ended: %.*s",
			GK_SARG(gk_node_text(gk_node_get(c, "name"))),
			GK_SARG(gk_node_text(gk_node_get(t, "reason"))));
		return true;
	}
	return false;
}

static const struct {
	const char *name;
	bool (*test)(struct judge *j);
} predicates[] = {{"pod_waiting", pod_waiting}, {"pod_restarted", pod_restarted}};

static bool predicate(struct judge *j, struct gk_str name)
{
	size_t i = 0;

	while (i < GK_COUNT(predicates) && !gk_str_is(name, predicates[i].name))
		i++;
	gk_assert(i < GK_COUNT(predicates)); /* health.tbl names no other */
	return predicates[i].test(j);
}

static bool holds(struct judge *j, struct gk_str test)
{
	if (gk_str_is(test, "stale") || gk_str_is(test, "behind"))
		return lags(j, gk_str_is(test, "stale"));
	if (gk_str_starts(test, GK_STR("cond:")))
		return has_condition(j, gk_str_from(test, 5));
	if (gk_str_starts(test, GK_STR("before:")))
		return is_before(j, gk_str_from(test, 7));
	if (gk_str_starts(test, GK_STR("fn:")))
		return predicate(j, gk_str_from(test, 3));
	if (gk_str_has(test, GK_STR("<")) || gk_str_has(test, GK_STR(">")))
		return compare_integers(j, test, gk_str_has(test, GK_STR("<")) ? '<' : '>');
	if (gk_str_has(test, GK_STR("=")))
		return compare_texts(j, test);
	if (test.n && test.p[0] == '!')
		return !is_present(gk_path_get(j->object, gk_str_from(test, 1)));
	return is_present(gk_path_get(j->object, test));
}

static bool all_hold(struct judge *j, struct gk_str tests)
{
	if (tests.n == 0)
		return true;
	while (tests.p)
		if (!holds(j, gk_str_cut(&tests, '&')))
			return false;
	return true;
}

/* ---- messages ---- */

static void put_variable(const struct judge *j, struct gk_buf *b, struct gk_str name)
{
	struct gk_str path = gk_str_cut(&name, '?');
	struct gk_str text;

	if (gk_str_is(path, "why"))
		text = gk_str_c(j->why);
	else if (gk_str_starts(path, GK_STR("cond:")))
		text = gk_node_text(gk_node_get(
			gk_health_condition(j->object, gk_str_from(path, 5)), "message"));
	else
		text = gk_node_scalar(gk_path_get(j->object, path));
	gk_buf_putstr(b, text.n ? text : name);
}

enum { MESSAGE_MAX = 2048 };

static const char *message(const struct judge *j, struct gk_str tmpl)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(MESSAGE_MAX);

	while (tmpl.p) {
		gk_buf_putstr(&b, gk_str_cut(&tmpl, '{'));
		if (tmpl.p)
			put_variable(j, &b, gk_str_cut(&tmpl, '}'));
	}
	return gk_arena_strdup(j->arena, gk_buf_cstr(&b));
}

/* ---- kinds without rows ---- */

/* Groups of Kubernetes itself have no dot, or end in .k8s.io; CRDs of SIGs do the latter too. */
static bool is_builtin(struct gk_str group)
{
	static const char *const own[] = {"rbac.authorization.k8s.io", "networking.k8s.io",
		"storage.k8s.io", "scheduling.k8s.io", "node.k8s.io", "coordination.k8s.io",
		"discovery.k8s.io", "events.k8s.io", "admissionregistration.k8s.io",
		"apiextensions.k8s.io", "apiregistration.k8s.io", "certificates.k8s.io",
		"authentication.k8s.io", "authorization.k8s.io", "flowcontrol.apiserver.k8s.io",
		"resource.k8s.io", "internal.apiserver.k8s.io"};

	if (!gk_str_has(group, GK_STR(".")))
		return true;
	for (size_t i = 0; i < GK_COUNT(own); i++)
		if (gk_str_is(group, own[i]))
			return true;
	return false;
}

bool gk_health_known(struct gk_str group, struct gk_str kind)
{
	for (size_t i = 0; i < gk_health_rules_count; i++)
		if (gk_str_is(kind, gk_health_rules[i].kind) &&
			gk_str_is(group, gk_health_rules[i].group))
			return true;
	return !is_builtin(group);
}

static struct gk_health by_conditions(struct judge *j)
{
	static const struct gk_health_rule rows[] = {
		{NULL, NULL, "behind", GK_HEALTH_PROGRESSING,
			"the new generation is not observed yet"},
		{NULL, NULL, "cond:Reconciling=True", GK_HEALTH_PROGRESSING, "{cond:Reconciling}"},
		{NULL, NULL, "cond:Stalled=True", GK_HEALTH_DEGRADED, "{cond:Stalled}"},
		{NULL, NULL, "cond:Ready=True", GK_HEALTH_HEALTHY, "{cond:Ready}"},
		{NULL, NULL, "cond:Ready=*", GK_HEALTH_PROGRESSING, "{cond:Ready?not ready}"},
		{NULL, NULL, "cond:Available=True", GK_HEALTH_HEALTHY, "{cond:Available}"},
		{NULL, NULL, "cond:Available=*", GK_HEALTH_PROGRESSING,
			"{cond:Available?not available}"}};

	for (size_t i = 0; i < GK_COUNT(rows); i++)
		if (all_hold(j, gk_str_c(rows[i].tests)))
			return (struct gk_health){
				rows[i].status, message(j, gk_str_c(rows[i].message))};
	return (struct gk_health){GK_HEALTH_NONE, ""};
}

static bool by_rows(struct judge *j, struct gk_str group, struct gk_str kind, struct gk_health *ret)
{
	for (size_t i = 0; i < gk_health_rules_count; i++) {
		const struct gk_health_rule *r = &gk_health_rules[i];

		if (!gk_str_is(kind, r->kind) || !gk_str_is(group, r->group) ||
			!all_hold(j, gk_str_c(r->tests)))
			continue;
		*ret = (struct gk_health){r->status, message(j, gk_str_c(r->message))};
		return true;
	}
	return false;
}

struct gk_health gk_health_of(struct gk_arena *a, const struct gk_node *object)
{
	struct judge j = {.arena = a, .object = object, .why = ""};
	struct gk_health h = {GK_HEALTH_NONE, ""};
	struct gk_str group, version;

	if (gk_str_is(
		    gk_object_annotation(object, "argocd.argoproj.io/ignore-healthcheck"), "true"))
		return h;
	if (gk_node_path(object, "metadata", "deletionTimestamp", NULL))
		return (struct gk_health){GK_HEALTH_PROGRESSING, "pending deletion"};
	gk_api_version_split(gk_node_text(gk_node_get(object, "apiVersion")), &group, &version);
	if (by_rows(&j, group, gk_node_text(gk_node_get(object, "kind")), &h))
		return h;
	if (is_builtin(group))
		return h;
	return by_conditions(&j);
}
