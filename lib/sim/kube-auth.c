/*
 * Who asks, and whether they may.  Without a rule file whoever is known may do all; with
 * one (a JSON object a line) the first rule that fits decides, and no rule means no:
 *
 *	{"user":"system:serviceaccount:prod:ci","verbs":["get","patch"],"groups":["apps"],
 *	 "resources":["*"],"namespaces":["prod"]}
 *	{"user":"*","verbs":["delete"],"deny":true}
 */
#include "base/crypto.h"
#include "base/io.h"
#include "base/limits.h"
#include "doc/json.h"
#include "sim/kube.h"
#include "sim/rules.h"
#include "sim/sim-priv.h"

#define MASTERS "system:masters"

static bool rule_text(const struct gk_node *rule, const char *member, struct gk_str value)
{
	struct gk_str want = gk_node_text(gk_node_get(rule, member));

	return !want.p || gk_str_is(want, "*") || gk_str_eq(want, value);
}

static bool rule_list(const struct gk_node *rule, const char *member, struct gk_str value)
{
	const struct gk_node *list = gk_node_get(rule, member);

	gk_node_foreach (item, list)
		if (gk_str_is(gk_node_text(item), "*") || gk_str_eq(gk_node_text(item), value))
			return true;
	return !list;
}

int gk_sim_rules_load(struct gk_sim_rules *r, const char *path, struct gk_err *err)
{
	const struct gk_limits *lim = gk_limits_default();
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_pos pos = {path, 1, 1};
	struct gk_str rest;

	if (gk_io_read_file(path, lim->doc_bytes, &text, err))
		return -1;
	r->list = gk_node_new(&r->arena, GK_ARRAY);
	rest = gk_str_trim(gk_buf_str(&text));
	rest.p = gk_arena_memdup0(&r->arena, rest.p, rest.n);
	while (rest.n) {
		struct gk_node *n;

		if (gk_json_parse_next(&r->arena, &rest, &pos, lim, &n, err))
			return -1;
		gk_node_append(r->list, n);
	}
	return 0;
}

static bool in_group(const struct gk_sim_user *user, const char *group)
{
	for (size_t i = 0; i < user->groups.n; i++)
		if (strcmp(user->groups.v[i], group) == 0)
			return true;
	return false;
}

bool gk_sim_allowed(struct gk_sim_kreq *k, const struct gk_sim_user *user, struct gk_str verb,
	struct gk_str group, struct gk_str resource, struct gk_str ns, struct gk_str name)
{
	const struct gk_node *rules = k->sim->rules.list;

	(void)name;
	if (in_group(user, MASTERS))
		return true;
	if (!rules)
		return !gk_str_is(user->name, "system:anonymous");
	gk_node_foreach (rule, rules)
		if (rule_text(rule, "user", user->name) && rule_list(rule, "verbs", verb) &&
			rule_list(rule, "groups", group) &&
			rule_list(rule, "resources", resource) && rule_list(rule, "namespaces", ns))
			return !gk_node_true(gk_node_get(rule, "deny"));
	return false;
}

static int unauthorized(struct gk_sim_kreq *k)
{
	return gk_sim_fail(k, 401, "Unauthorized", "Unauthorized");
}

/* "CN=name,O=group" */
static void user_of_cert(struct gk_sim_kreq *k)
{
	struct gk_str rest = gk_str_c(k->r->peer_cert), cn = gk_str_cut(&rest, ',');

	k->user.name = gk_str_from(cn, 3);
	if (rest.n > 2)
		gk_vec_push(&k->user.groups, gk_str_from(rest, 2).p);
	gk_vec_push(&k->user.groups, "system:authenticated");
}

static int impersonate(struct gk_sim_kreq *k)
{
	struct gk_str as = gk_sim_header(k->r, "Impersonate-User");
	struct gk_sim_pairs headers = {0};

	if (!as.n)
		return 0;
	if (!gk_sim_allowed(k, &k->user, GK_STR("impersonate"), GK_STR(""), GK_STR("users"),
		    GK_STR(""), as))
		return gk_sim_fail(k, 403, "Forbidden",
			"users \"%.*s\" is forbidden: User \"%.*s\" cannot impersonate resource "
			"\"users\" in API group \"\" at the cluster scope",
			GK_SARG(as), GK_SARG(k->user.name));
	k->user.name = as;
	k->user.uid = gk_sim_header(k->r, "Impersonate-Uid");
	k->user.groups.n = 0;
	gk_sim_headers(k->r, &headers);
	gk_vec_foreach (struct gk_sim_pair, h, &headers)
		if (gk_str_is(h->name, "Impersonate-Group"))
			gk_vec_push(&k->user.groups, h->value.p);
	gk_vec_done(&headers);
	gk_vec_push(&k->user.groups, "system:authenticated");
	return 0;
}

int gk_sim_authenticate(struct gk_sim_kreq *k)
{
	struct gk_str header = gk_sim_header(k->r, "Authorization"), token;
	const struct gk_sim_fault *f = k->r->fault;

	if (f && f->expired)
		return unauthorized(k);
	if (gk_str_starts(header, GK_STR("Bearer "))) {
		token = gk_str_trim(gk_str_from(header, sizeof "Bearer " - 1));
		if (!gk_sim_token_user(k, token, &k->user))
			return unauthorized(k);
	} else if (header.n) {
		return unauthorized(k);
	} else if (k->r->peer_cert) {
		user_of_cert(k);
	} else {
		k->user.name = GK_STR("system:anonymous");
		gk_vec_push(&k->user.groups, "system:unauthenticated");
	}
	if (impersonate(k))
		return -1;
	k->r->user = gk_arena_memdup0(k->arena, k->user.name.p, k->user.name.n);
	return 0;
}

int gk_sim_authorize(struct gk_sim_kreq *k)
{
	const struct gk_sim_res *res = k->res;
	struct gk_str resource = gk_str_c(res->plural), group = gk_str_c(res->group);

	if (k->sub.n)
		resource = gk_str_c(
			gk_arena_printf(k->arena, "%s/%.*s", res->plural, GK_SARG(k->sub)));
	if (res->builtin && strchr(res->builtin->flags, 'c') &&
		!gk_str_is(k->user.name, "system:anonymous"))
		return 0;
	if (gk_sim_allowed(k, &k->user, gk_str_c(k->verb), group, resource, k->ns, k->name))
		return 0;
	return gk_sim_fail(k, 403, "Forbidden",
		"%s%s%.*s%s is forbidden: User \"%.*s\" cannot %s resource \"%.*s\" in API group "
		"\"%s\" %s%.*s%s",
		gk_sim_qualified(k->arena, res), k->name.n ? " \"" : "", GK_SARG(k->name),
		k->name.n ? "\"" : "", GK_SARG(k->user.name), k->verb, GK_SARG(resource),
		res->group, k->ns.n ? "in the namespace \"" : "at the cluster scope",
		GK_SARG(k->ns), k->ns.n ? "\"" : "");
}
