/*
 * YAML against public answers: the YAML test suite, and what kubectl and kustomize make
 * of 325 scalars and keys.  Deviations are listed with their reasons in
 * yaml-deviations.txt; one that no longer deviates is a failure too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/float.h"
#include "doc/yaml.h"
#include "suite.h"

struct documents {
	struct gk_arena *arena;
	struct gk_node *list;
};

static int keep(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct documents *d = ctx;

	(void)err;
	gk_node_append(d->list, root);
	return 0;
}

/* All documents as an array, NULL when refused. */
static struct gk_node *parse(struct gk_arena *a, struct gk_str yaml, enum gk_yaml_profile profile,
	bool liberal, struct gk_err *err)
{
	struct gk_yaml_options opt = {
		.profile = profile, .liberal = liberal, .lim = gk_limits_default()};
	struct documents d = {a, gk_node_new(a, GK_ARRAY)};

	return gk_yaml_parse(a, "t.yaml", yaml, &opt, keep, &d, err) ? NULL : d.list;
}

static void drop_nulls(struct gk_node *list)
{
	for (struct gk_node *c = gk_node_children(list), *next; c; c = next) {
		next = c->next;
		if (c->type == GK_NULL)
			gk_node_unlink(list, c);
	}
}

static int report(struct gk_str id, const char *what, const char *reason)
{
	if (reason)
		return 0;
	fprintf(stderr, "%.*s: %s\n", GK_SARG(id), what);
	return 1;
}

struct outcome {
	bool refused, same;
};

static struct outcome outcome_of(const struct gk_node *c, enum gk_yaml_profile profile)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *got = parse(&a, suite_text(c, "yaml"), profile, true, &err);
	struct gk_node *want = gk_node_get(c, "json_docs");
	struct outcome o = {.refused = !got};

	drop_nulls(want);
	o.same = got && want && gk_node_equal(got, want);
	gk_arena_done(&a);
	return o;
}

static int suite_case(
	const struct gk_node *c, enum gk_yaml_profile profile, const struct gk_strs *deviations)
{
	struct gk_str class = suite_text(c, "class");
	struct outcome o = outcome_of(c, profile);
	bool right = true;
	const char *reason;
	struct gk_str id;
	char name[64];

	snprintf(name, sizeof name, "%c:%.*s", profile == GK_YAML_K ? 'K' : 'A',
		GK_SARG(suite_text(c, "id")));
	id = gk_str_c(name);
	reason = suite_reason(deviations, id);

	if (gk_str_is(class, "must-match"))
		right = o.same;
	else if (gk_str_is(class, "must-reject"))
		right = o.refused;
	else if (gk_str_is(class, "libyaml-gap"))
		right = o.refused || o.same;
	if (!right)
		return report(id, o.refused ? "refused" : "other values", reason);
	return reason ? report(id, "listed as a deviation, but right", NULL) : 0;
}

static void yaml_test_suite(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_strs deviations = suite_deviations(&a, "yaml-deviations.txt");
	struct suite s;
	int wrong = 0, cases = 0;

	(void)state;
	assert_true(suite_open(&s, "yaml_test_suite.jsonl"));
	for (struct gk_node *c; (c = suite_next(&s)) != NULL; cases++)
		wrong += suite_case(c, GK_YAML_K, &deviations) +
			 suite_case(c, GK_YAML_A, &deviations);
	suite_close(&s);
	gk_vec_done(&deviations);
	gk_arena_done(&a);
	assert_true(cases > 400);
	assert_int_equal(wrong, 0);
}

/* What a tool answered: its spec as a tree, NULL for an error. */
static struct gk_node *answer(struct gk_arena *a, const struct gk_node *c, const char *tool)
{
	struct gk_str raw = gk_node_text(gk_node_path(c, tool, "spec_raw", NULL));
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {0};
	struct gk_node *spec = NULL;

	if (raw.p)
		assert_int_equal(
			gk_json_parse_next(a, &raw, &pos, gk_limits_default(), &spec, &err), 0);
	return spec;
}

/* Go keeps 64 bits or a double: compare integers beyond them as Go rounds them. */
static bool same_value(const struct gk_node *got, const struct gk_node *want)
{
	if (gk_node_is(got, GK_OBJECT) && gk_node_is(want, GK_OBJECT) && got->count == 1 &&
		want->count == 1 && gk_node_is(got->first, GK_NUMBER) &&
		gk_node_is(want->first, GK_NUMBER) && got->first->text.n > 15)
		return gk_float_parse(got->first->text) == gk_float_parse(want->first->text);
	return gk_node_equal(got, want);
}

static int typing_case(const struct gk_node *c, enum gk_yaml_profile profile, const char *tool,
	const struct gk_strs *deviations)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *docs = parse(&a, suite_text(c, "yaml"), profile, false, &err);
	struct gk_node *got = gk_node_get(gk_node_children(docs), "spec");
	struct gk_node *want = answer(&a, c, tool);
	bool right = want && got ? same_value(got, want) : !want == !got;
	char id[256];
	const char *reason;
	int wrong = 0;

	snprintf(id, sizeof id, "%c:%.*s:%.*s", profile == GK_YAML_K ? 'K' : 'A',
		GK_SARG(suite_text(c, "pos")), GK_SARG(suite_text(c, "text")));
	for (char *p = id; *p; p++)
		if (*p == ' ' || *p == '\n')
			*p = '_';
	reason = suite_reason(deviations, gk_str_c(id));
	if (!reason && !got && gk_str_is(gk_str_c(err.slug ? err.slug : ""), "yaml.key"))
		right = true; /* keys that are no strings are refused in both profiles */
	if (!right)
		wrong = report(gk_str_c(id), got ? "other value" : "refused", reason);
	else if (reason)
		wrong = report(gk_str_c(id), "listed as a deviation, but right", NULL);
	gk_arena_done(&a);
	return wrong;
}

static void kubernetes_typing(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_strs deviations = suite_deviations(&a, "yaml-typing-deviations.txt");
	struct suite s;
	int wrong = 0, cases = 0;

	(void)state;
	assert_true(suite_open(&s, "yaml_typing_k8s.jsonl"));
	for (struct gk_node *c; (c = suite_next(&s)) != NULL; cases++) {
		wrong += typing_case(c, GK_YAML_A, "kubectl", &deviations);
		wrong += typing_case(c, GK_YAML_K, "kustomize", &deviations);
	}
	suite_close(&s);
	gk_vec_done(&deviations);
	gk_arena_done(&a);
	assert_true(cases > 300);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(yaml_test_suite),
		cmocka_unit_test(kubernetes_typing),
	};

	if (!suite_present("yaml_test_suite.jsonl") || !suite_present("yaml_typing_k8s.jsonl"))
		return 0;
	return cmocka_run_group_tests_name("yaml suites", tests, NULL, NULL);
}
