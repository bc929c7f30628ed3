/* EKS tokens against signatures that botocore computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/base64.h"
#include "aws/ekstoken.h"

/* 2015-08-30T12:36:00Z */
static const int64_t then_ms = INT64_C(1440938160000);

static void make_token(struct gk_buf *token, const char *session_token)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const struct gk_sigv4_key key = {GK_STR("AKIDEXAMPLE"),
		GK_STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), gk_str_c(session_token)};
	struct gk_aws_endpoint sts;
	struct gk_err err = GK_ERR_INIT;

	assert_int_equal(
		gk_aws_endpoint(&a, GK_AWS_STS, GK_STR("eu-central-1"), 0, GK_STR_NULL, &sts, &err),
		0);
	assert_int_equal(gk_eks_token(token, &key, &sts, GK_STR("demo"), then_ms, &err), 0);
}

static void assert_signature(const char *session_token, const char *signature)
{
	GK_AUTO(gk_buf_done) struct gk_buf token = {0}, url = {0};
	struct gk_err err = GK_ERR_INIT;

	make_token(&token, session_token);
	assert_true(gk_str_starts(gk_buf_str(&token), GK_STR("k8s-aws-v1.")));
	assert_int_equal(
		gk_base64_decode(&url, gk_str_from(gk_buf_str(&token), 11), GK_B64_URL_NOPAD, &err),
		0);
	assert_true(gk_str_starts(gk_buf_str(&url),
		GK_STR("https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&")));
	assert_non_null(strstr(gk_buf_cstr(&url), "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"));
	assert_true(gk_str_ends(gk_buf_str(&url), gk_str_c(signature)));
}

static void vectors(void **state)
{
	(void)state;
	assert_signature(NULL, "f079090548b30e893ed7eb135a44cab96bb26501babd6f634f040d816a63e398");
	assert_signature("6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
		"4ca14d4d521707e9b60d98b6198f095bd3679d4e8c52d170c34832c7c9eb9ad0");
}

static void assert_version(const char *exec_info, const char *version)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0}, want = {0};

	gk_buf_printf(&want,
		"{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"spec\":{},\"status\":"
		"{\"expirationTimestamp\":\"2015-08-30T12:50:00Z\",\"token\":\"t\"}}\n",
		version);
	gk_eks_exec_credential(&b, GK_STR("t"), gk_str_c(exec_info), then_ms);
	assert_string_equal(gk_buf_cstr(&b), gk_buf_cstr(&want));
}

static void exec_credential(void **state)
{
	(void)state;
	assert_version(NULL, "client.authentication.k8s.io/v1beta1");
	assert_version("{\"apiVersion\":\"client.authentication.k8s.io/v1\"}",
		"client.authentication.k8s.io/v1");
	assert_version("{\"apiVersion\":\"client.authentication.k8s.io/v1alpha1\"}",
		"client.authentication.k8s.io/v1alpha1");
	assert_version("{\"apiVersion\":\"client.authentication.k8s.io/v9\"}",
		"client.authentication.k8s.io/v1beta1");
}

static void too_long(void **state)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf token = {0};
	static char session[4000];
	const struct gk_sigv4_key key = {
		GK_STR("AKIDEXAMPLE"), GK_STR("secret"), {session, sizeof session}};
	struct gk_aws_endpoint sts;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	memset(session, 'x', sizeof session);
	assert_int_equal(
		gk_aws_endpoint(&a, GK_AWS_STS, GK_STR("us-east-1"), 0, GK_STR_NULL, &sts, &err),
		0);
	assert_int_equal(gk_eks_token(&token, &key, &sts, GK_STR("demo"), then_ms, &err), -1);
	assert_int_equal(err.code, GK_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors),
		cmocka_unit_test(exec_credential), cmocka_unit_test(too_long)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
