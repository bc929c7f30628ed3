/* Partitions, endpoint rules, custom endpoints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "aws/endpoint.h"

static void partitions(void **state)
{
	static const struct {
		const char *region, *id;
	} cases[] = {{"eu-central-1", "aws"}, {"il-central-1", "aws"}, {"cn-north-1", "aws-cn"},
		{"us-gov-west-1", "aws-us-gov"}, {"us-iso-east-1", "aws-iso"},
		{"us-isob-east-1", "aws-iso-b"}, {"eu-isoe-west-1", "aws-iso-e"},
		{"us-isof-south-1", "aws-iso-f"}, {"eusc-de-east-1", "aws-eusc"},
		{"mars-north-9", "aws"}, {"us-east-", "aws"}, {"", "aws"}};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++)
		assert_string_equal(gk_aws_partition(gk_str_c(cases[i].region))->id, cases[i].id);
	assert_null(gk_aws_partition_find(GK_STR("aws-mars")));
	assert_string_equal(
		gk_aws_partition_find(GK_STR("aws-cn"))->dns_suffix, "amazonaws.com.cn");
}

/* Answers of botocore's rule sets. */
static void hosts_by_rule(void **state)
{
	static const struct {
		enum gk_aws_service service;
		const char *region;
		unsigned flags;
		const char *host, *signing_region;
	} cases[] = {
		{GK_AWS_STS, "us-east-1", 0, "sts.us-east-1.amazonaws.com", "us-east-1"},
		{GK_AWS_STS, "aws-global", 0, "sts.amazonaws.com", "us-east-1"},
		{GK_AWS_STS, "us-gov-east-1", GK_AWS_FIPS, "sts.us-gov-east-1.amazonaws.com",
			"us-gov-east-1"},
		{GK_AWS_STS, "us-east-1", GK_AWS_FIPS | GK_AWS_DUALSTACK,
			"sts-fips.us-east-1.api.aws", "us-east-1"},
		{GK_AWS_SECRETSMANAGER, "cn-north-1", 0,
			"secretsmanager.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		{GK_AWS_SECRETSMANAGER, "eu-west-1", GK_AWS_DUALSTACK,
			"secretsmanager.eu-west-1.amazonaws.com", "eu-west-1"},
		{GK_AWS_SSM, "ca-central-1", GK_AWS_FIPS, "ssm-fips.ca-central-1.amazonaws.com",
			"ca-central-1"},
		{GK_AWS_S3, "eu-west-1", 0, "s3.eu-west-1.amazonaws.com", "eu-west-1"},
		{GK_AWS_S3, "us-west-2", GK_AWS_FIPS | GK_AWS_DUALSTACK,
			"s3-fips.dualstack.us-west-2.amazonaws.com", "us-west-2"},
		{GK_AWS_EKS, "us-east-1", GK_AWS_FIPS, "fips.eks.us-east-1.amazonaws.com",
			"us-east-1"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_aws_endpoint e;
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_aws_endpoint(&a, cases[i].service, gk_str_c(cases[i].region),
					 cases[i].flags, GK_STR_NULL, &e, &err),
			0);
		assert_string_equal(e.host.p, cases[i].host);
		assert_true(gk_str_is(e.region, cases[i].signing_region));
		assert_true(gk_str_starts(e.url, GK_STR("https://")));
	}
}

static void custom_urls(void **state)
{
	static const struct {
		const char *url, *host, *base, *path;
	} cases[] = {
		{"https://vpce-1.example:443/", "vpce-1.example", "https://vpce-1.example:443", ""},
		{"https://proxy.example:8443/aws/", "proxy.example:8443",
			"https://proxy.example:8443", "/aws"},
		{"http://127.0.0.1:5000", "127.0.0.1:5000", "http://127.0.0.1:5000", ""},
		{"http://localhost:80", "localhost", "http://localhost:80", ""},
		{"http://[::1]:4566", "[::1]:4566", "http://[::1]:4566", ""},
		{"http://169.254.170.23", "169.254.170.23", "http://169.254.170.23", ""},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_aws_endpoint e;
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_aws_endpoint(&a, GK_AWS_SSM, GK_STR("eu-west-1"), 0,
					 gk_str_c(cases[i].url), &e, &err),
			0);
		assert_true(gk_str_is(e.host, cases[i].host));
		assert_true(gk_str_is(e.url, cases[i].base));
		assert_true(gk_str_is(e.path, cases[i].path));
	}
}

static void refusals(void **state)
{
	static const struct {
		const char *region;
		unsigned flags;
		const char *url, *slug;
	} cases[] = {
		{"", 0, NULL, "aws.region-missing"},
		{"eu-west-1.evil.example", 0, NULL, "aws.region-name"},
		{"-eu", 0, NULL, "aws.region-name"},
		{"us-iso-east-1.", 0, NULL, "aws.region-name"},
		{"eu-west-1", GK_AWS_FIPS, "https://a.example", "aws.endpoint-flags"},
		{"eu-west-1", 0, "http://a.example", "aws.endpoint-url"},
		{"eu-west-1", 0, "http://127.0.0.1.evil.example", "aws.endpoint-url"},
		{"eu-west-1", 0, "http://localhost@evil.example", "aws.endpoint-url"},
		{"eu-west-1", 0, "https://", "aws.endpoint-url"},
		{"eu-west-1", 0, "https://a.example/?x=1", "aws.endpoint-url"},
		{"eu-west-1", 0, "ftp://a.example", "aws.endpoint-url"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_aws_endpoint e;
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(gk_aws_endpoint(&a, GK_AWS_STS, gk_str_c(cases[i].region),
					 cases[i].flags, gk_str_c(cases[i].url), &e, &err),
			-1);
		assert_string_equal(err.slug, cases[i].slug);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(partitions),
		cmocka_unit_test(hosts_by_rule), cmocka_unit_test(custom_urls),
		cmocka_unit_test(refusals)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
