/* IAM policies as gk-sim evaluates them: one line a rule of IAM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "doc/json.h"
#include "sim/aws-iam.h"

static const struct {
	const char *statements; /* with ' for " */
	enum gk_sim_iam_verdict verdict;
} cases[] = {
	/* asked: ssm:GetParameter on arn:aws:ssm:r:1:parameter/a/b with k = v1, v2 */
	{"[]", GK_SIM_IAM_NONE},
	{"{'Effect':'Allow','Action':'*','Resource':'*'}", GK_SIM_IAM_ALLOW},
	{"{'Effect':'Allow','Action':'SSM:getp*','Resource':'*'}", GK_SIM_IAM_ALLOW},
	{"{'Effect':'Allow','Action':'ssm:Get','Resource':'*'}", GK_SIM_IAM_NONE},
	{"{'Effect':'Allow','Action':['s3:*','ssm:GetParameter'],'Resource':'*'}",
		GK_SIM_IAM_ALLOW},
	{"{'Effect':'Allow','NotAction':'ssm:*','Resource':'*'}", GK_SIM_IAM_NONE},
	{"{'Effect':'Allow','NotAction':'s3:*','Resource':'*'}", GK_SIM_IAM_ALLOW},
	{"{'Effect':'Allow','Action':'*','Resource':'arn:aws:ssm:*:1:parameter/?/b'}",
		GK_SIM_IAM_ALLOW},
	{"{'Effect':'Allow','Action':'*','Resource':'arn:aws:ssm:r:1:parameter/A/*'}",
		GK_SIM_IAM_NONE},
	{"{'Effect':'Allow','Action':'*','NotResource':'*/a/b'}", GK_SIM_IAM_NONE},
	{"[{'Effect':'Allow','Action':'*','Resource':'*'},"
	 "{'Effect':'Deny','Action':'ssm:*','Resource':'*/a/*'}]",
		GK_SIM_IAM_DENY},
#define WHEN(condition) "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{" condition "}}"
	{WHEN("'StringEquals':{'K':'v1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'StringEquals':{'K':['x','v2']}"), GK_SIM_IAM_ALLOW},
	{WHEN("'StringEquals':{'k':'v*'}"), GK_SIM_IAM_NONE},
	{WHEN("'StringLike':{'k':'v*'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'StringNotEquals':{'k':'v1'}"), GK_SIM_IAM_NONE},
	{WHEN("'StringNotEquals':{'other':'v1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'StringEquals':{'other':'v1'}"), GK_SIM_IAM_NONE},
	{WHEN("'StringEqualsIfExists':{'other':'v1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'ForAllValues:StringEquals':{'k':'v1'}"), GK_SIM_IAM_NONE},
	{WHEN("'ForAllValues:StringEquals':{'k':['v1','v2']}"), GK_SIM_IAM_ALLOW},
	{WHEN("'ForAllValues:StringEquals':{'other':'v1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'ForAnyValue:StringEquals':{'k':'v1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'ForAnyValue:StringEquals':{'other':'v1'}"), GK_SIM_IAM_NONE},
	{WHEN("'ForAnyValue:StringNotEquals':{'k':'v1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'StringEqualsIgnoreCase':{'k':'V1'}"), GK_SIM_IAM_ALLOW},
	{WHEN("'Null':{'k':'true'}"), GK_SIM_IAM_NONE},
	{WHEN("'Null':{'k':false,'other':true}"), GK_SIM_IAM_ALLOW},
	{WHEN("'StringEquals':{'k':'v1'},'StringLike':{'k':'x'}"), GK_SIM_IAM_NONE},
};

static enum gk_sim_iam_verdict decide(const char *statements)
{
	struct gk_sim_aws_pair pairs[] = {{GK_STR("k"), GK_STR("v1")}, {GK_STR("k"), GK_STR("v2")}};
	struct gk_sim_aws_pairs context = {pairs, GK_COUNT(pairs), GK_COUNT(pairs)};
	struct gk_sim_iam_query q = {.action = GK_STR("ssm:GetParameter"),
		.resource = GK_STR("arn:aws:ssm:r:1:parameter/a/b"),
		.context = &context};
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	struct gk_err err = GK_ERR_INIT;

	gk_buf_printf(&b, "{\"Statement\":%s}", statements);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\'')
			b.p[i] = '"';
	assert_int_equal(
		gk_json_parse(&doc, "policy", gk_buf_str(&b), gk_limits_default(), &err), 0);
	assert_int_equal(gk_sim_iam_check(doc.root, false, &err), 0);
	return gk_sim_iam_decide(doc.root, &q);
}

static void rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++)
		if (decide(cases[i].statements) != cases[i].verdict)
			fail_msg("wrong: %s", cases[i].statements);
}

static void globs(void **state)
{
	(void)state;
	assert_true(gk_sim_iam_glob(GK_STR("a*b*c"), GK_STR("axxbyybc")));
	assert_false(gk_sim_iam_glob(GK_STR("a*b*c"), GK_STR("axxbyyb")));
	assert_true(gk_sim_iam_glob(GK_STR("x-??????"), GK_STR("x-AbCd12")));
	assert_false(gk_sim_iam_glob(GK_STR("x-??????"), GK_STR("x-AbCd1")));
	assert_true(gk_sim_iam_glob(GK_STR("**"), GK_STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rules), cmocka_unit_test(globs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
