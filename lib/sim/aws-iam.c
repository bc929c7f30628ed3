#include "sim/aws-iam.h"

bool gk_sim_iam_glob(struct gk_str pattern, struct gk_str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static struct gk_str lower(struct gk_arena *a, struct gk_str s)
{
	char *out = gk_arena_memdup0(a, s.p ? s.p : "", s.n);

	for (size_t i = 0; i < s.n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] + 32);
	return (struct gk_str){out, s.n};
}

static bool glob_any_case(struct gk_str pattern, struct gk_str text)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;

	return gk_sim_iam_glob(lower(&a, pattern), lower(&a, text));
}

static bool equal(struct gk_str pattern, struct gk_str text)
{
	return gk_str_eq(pattern, text);
}

typedef bool (*match_fn)(struct gk_str pattern, struct gk_str text);

/* One entry stands alone or in a list, everywhere in a policy. */
static bool any_matches(const struct gk_node *entries, struct gk_str text, match_fn match)
{
	if (!gk_node_is(entries, GK_ARRAY))
		return entries && match(gk_node_scalar(entries), text);
	gk_node_foreach (e, entries)
		if (match(gk_node_scalar(e), text))
			return true;
	return false;
}

/* Member `name` matches, or member "Not..." does not; a statement has one of the two. */
static bool covers(const struct gk_node *statement, const char *name, const char *not_name,
	struct gk_str text, match_fn match)
{
	const struct gk_node *entries = gk_node_get(statement, name);

	if (entries)
		return any_matches(entries, text, match);
	entries = gk_node_get(statement, not_name);
	return entries && !any_matches(entries, text, match);
}

static bool names_caller(const struct gk_node *principal, const struct gk_sim_iam_query *q)
{
	const struct gk_node *named = gk_node_get(principal, q->principal_type);

	if (gk_str_is(gk_node_text(principal), "*"))
		return true;
	if (any_matches(named, GK_STR("*"), equal))
		return true;
	for (size_t i = 0; i < q->nprincipals; i++)
		if (any_matches(named, q->principals[i], equal))
			return true;
	return false;
}

static const struct comparison {
	const char *name;
	match_fn match; /* NULL: whether the key is there */
	bool negated;
} comparisons[] = {
	{"StringEquals", equal, false},
	{"StringNotEquals", equal, true},
	{"StringEqualsIgnoreCase", gk_sim_aws_same_name, false},
	{"StringNotEqualsIgnoreCase", gk_sim_aws_same_name, true},
	{"StringLike", gk_sim_iam_glob, false},
	{"StringNotLike", gk_sim_iam_glob, true},
	{"ArnEquals", gk_sim_iam_glob, false},
	{"ArnNotEquals", gk_sim_iam_glob, true},
	{"ArnLike", gk_sim_iam_glob, false},
	{"ArnNotLike", gk_sim_iam_glob, true},
	{"Bool", gk_sim_aws_same_name, false},
	{"Null", NULL, false},
};

/* "ForAnyValue:StringLikeIfExists" taken apart. */
struct test {
	const struct comparison *op; /* NULL: not known */
	bool all, any;               /* of several values */
	bool if_exists;
};

static struct test parse_operator(struct gk_str name)
{
	const struct gk_str for_all = GK_STR("ForAllValues:"), for_any = GK_STR("ForAnyValue:"),
			    if_exists = GK_STR("IfExists");
	struct test t = {.all = gk_str_starts(name, for_all), .any = gk_str_starts(name, for_any)};

	name = gk_str_from(name, t.all ? for_all.n : t.any ? for_any.n : 0);
	t.if_exists = gk_str_ends(name, if_exists);
	name.n -= t.if_exists ? if_exists.n : 0;
	for (size_t i = 0; i < GK_COUNT(comparisons); i++)
		if (gk_str_is(name, comparisons[i].name))
			t.op = &comparisons[i];
	return t;
}

/* One key of a condition block against the values that the request has for it. */
static bool holds(
	const struct test *t, const struct gk_node *wanted, const struct gk_sim_aws_pairs *context)
{
	size_t values = 0, hits = 0;

	gk_vec_foreach (struct gk_sim_aws_pair, p, context) {
		if (!gk_sim_aws_same_name(p->name, gk_node_key(wanted)))
			continue;
		values++;
		hits += t->op->match && any_matches(wanted, p->value, t->op->match);
	}
	if (!t->op->match)
		return any_matches(wanted, values ? GK_STR("false") : GK_STR("true"), equal);
	if (!values)
		return t->if_exists || t->all || (t->op->negated && !t->any);
	if (t->all)
		return t->op->negated ? hits == 0 : hits == values;
	if (t->any && t->op->negated)
		return hits < values;
	return t->op->negated ? hits == 0 : hits > 0;
}

static bool conditions_hold(const struct gk_node *statement, const struct gk_sim_aws_pairs *context)
{
	gk_node_foreach (block, gk_node_get(statement, "Condition")) {
		struct test t = parse_operator(gk_node_key(block));

		gk_node_foreach (wanted, block)
			if (!t.op || !holds(&t, wanted, context))
				return false;
	}
	return true;
}

static bool applies(const struct gk_node *statement, const struct gk_sim_iam_query *q)
{
	if (!covers(statement, "Action", "NotAction", q->action, glob_any_case))
		return false;
	if (q->principal_type)
		return names_caller(gk_node_get(statement, "Principal"), q) &&
		       conditions_hold(statement, q->context);
	return covers(statement, "Resource", "NotResource", q->resource, gk_sim_iam_glob) &&
	       conditions_hold(statement, q->context);
}

static enum gk_sim_iam_verdict decide_one(
	const struct gk_node *statement, const struct gk_sim_iam_query *q)
{
	if (!applies(statement, q))
		return GK_SIM_IAM_NONE;
	return gk_str_is(gk_node_text(gk_node_get(statement, "Effect")), "Deny") ? GK_SIM_IAM_DENY
										 : GK_SIM_IAM_ALLOW;
}

enum gk_sim_iam_verdict gk_sim_iam_decide(
	const struct gk_node *policy, const struct gk_sim_iam_query *q)
{
	const struct gk_node *statements = gk_node_get(policy, "Statement");
	enum gk_sim_iam_verdict verdict = GK_SIM_IAM_NONE;

	if (gk_node_is(statements, GK_OBJECT))
		return decide_one(statements, q);
	gk_node_foreach (s, statements) {
		enum gk_sim_iam_verdict v = decide_one(s, q);

		verdict = v > verdict ? v : verdict;
	}
	return verdict;
}

static int check_element(
	const struct gk_node *statement, const char *name, const char *not_name, struct gk_err *err)
{
	const struct gk_node *n = gk_node_get(statement, name);

	n = n ? n : gk_node_get(statement, not_name);
	if (!n)
		return gk_fail(err, GK_EINPUT, "sim.policy", "a statement has no %s", name);
	if (any_matches(n, GK_STR("${"), gk_str_has))
		return gk_fail(err, GK_EINPUT, "sim.policy",
			"gk-sim cannot evaluate the policy variable in %s", name);
	return 0;
}

static int check_statement(const struct gk_node *s, bool is_trust, struct gk_err *err)
{
	struct gk_str effect = gk_node_text(gk_node_get(s, "Effect"));

	if (!gk_str_is(effect, "Allow") && !gk_str_is(effect, "Deny"))
		return gk_fail(
			err, GK_EINPUT, "sim.policy", "the Effect of a statement is Allow or Deny");
	if (check_element(s, "Action", "NotAction", err))
		return -1;
	if (is_trust && !gk_node_get(s, "Principal"))
		return gk_fail(err, GK_EINPUT, "sim.policy", "a statement has no Principal");
	if (!is_trust && check_element(s, "Resource", "NotResource", err))
		return -1;
	gk_node_foreach (block, gk_node_get(s, "Condition"))
		if (!parse_operator(gk_node_key(block)).op)
			return gk_fail(err, GK_EINPUT, "sim.policy",
				"gk-sim cannot evaluate the condition operator '%.*s'",
				GK_SARG(gk_node_key(block)));
	return 0;
}

int gk_sim_iam_check(const struct gk_node *policy, bool is_trust, struct gk_err *err)
{
	const struct gk_node *statements = gk_node_get(policy, "Statement");

	if (gk_node_is(statements, GK_OBJECT))
		return check_statement(statements, is_trust, err);
	if (!gk_node_is(statements, GK_ARRAY))
		return gk_fail(err, GK_EINPUT, "sim.policy", "the policy has no Statement");
	gk_node_foreach (s, statements)
		if (check_statement(s, is_trust, err))
			return -1;
	return 0;
}
