/* The AWS config and credentials files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "aws/profile.h"

static int parse(
	struct gk_aws_profiles *p, const char *config, const char *credentials, struct gk_err *err)
{
	if (config && gk_aws_profiles_parse(p, GK_AWS_CONFIG, "config", gk_str_c(config), err))
		return -1;
	return credentials ? gk_aws_profiles_parse(p, GK_AWS_CREDENTIALS, "credentials",
				     gk_str_c(credentials), err)
			   : 0;
}

/* One value of one profile; want NULL = absent. */
static void assert_value(const char *config, const char *credentials, const char *profile,
	const char *key, const char *want)
{
	GK_AUTO(gk_aws_profiles_done) struct gk_aws_profiles p = GK_AWS_PROFILES_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_str got;

	assert_int_equal(parse(&p, config, credentials, &err), 0);
	got = gk_aws_profile_get(&p, gk_str_c(profile), key);
	if (want)
		assert_string_equal(got.p, want);
	else
		assert_null(got.p);
}

static void values(void **state)
{
	(void)state;
	assert_value("[profile foo]\nname = value", NULL, "foo", "name", "value");
	assert_value("[profile foo]\r\nname = val=ue\r\n", NULL, "foo", "name", "val=ue");
	assert_value("[profile foo]\nName \t=  \tvalue \t", NULL, "foo", "name", "value");
	assert_value("# c\n[profile foo] ; c\nname = value # c # d", NULL, "foo", "name", "value");
	assert_value("[profile foo]\nname = value; c", NULL, "foo", "name", "value; c");
	assert_value("[profile foo]\nname = a\n -b # c\n -d", NULL, "foo", "name", "a\n-b # c\n-d");
	assert_value("[profile foo]\nname =", NULL, "foo", "name", NULL);
	assert_value("[profile foo]\nin valid = value", NULL, "foo", "in valid", NULL);
	assert_value("[profile foo]\na = 1\n[profile foo]\nA = 2", NULL, "foo", "a", "2");
	assert_value("[foo]\nname = value", NULL, "foo", "name", NULL);
	assert_value(NULL, "[foo]\nname = value", "foo", "name", "value");
	assert_value("[profile foo]\nname = a\nx = b", "[foo]\nname = c", "foo", "name", "c");
	assert_value("[profile foo]\nname = a\nx = b", "[foo]\nname = c", "foo", "x", "b");
}

static void default_profile(void **state)
{
	(void)state;
	assert_value("[default]\na = 1", NULL, "default", "a", "1");
	assert_value("[default]\na = 1\n[profile default]\nb = 2", NULL, "default", "a", NULL);
	assert_value("[profile default]\nb = 2\n[default]\na = 1", NULL, "default", "a", NULL);
	assert_value("[profile default]\nb = 2\n[default]\na = 1", NULL, "default", "b", "2");
}

static void nested_blocks(void **state)
{
	static const char config[] = "[profile foo]\ns3 =\n max = 3\n\n  b = 4\nregion = x\n"
				     "[services dev]\nsts =\n  endpoint_url = http://localhost:1\n";
	GK_AUTO(gk_aws_profiles_done) struct gk_aws_profiles p = GK_AWS_PROFILES_INIT;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_value(config, NULL, "foo", "s3.max", "3");
	assert_value(config, NULL, "foo", "s3.b", "4");
	assert_value(config, NULL, "foo", "region", "x");
	assert_int_equal(parse(&p, config, NULL, &err), 0);
	assert_string_equal(
		gk_aws_services_get(&p, GK_STR("dev"), "sts.endpoint_url").p, "http://localhost:1");
	assert_true(gk_aws_profile_has(&p, GK_STR("foo")));
	assert_false(gk_aws_profile_has(&p, GK_STR("dev")));
}

static void syntax_errors(void **state)
{
	static const struct {
		const char *config;
		unsigned line;
	} cases[] = {{"[profile foo", 1}, {"name = value", 1}, {"[profile foo]\n= value", 2},
		{"[profile foo]\nkey : value", 2}, {" -continued", 1}, {"[profile foo]\n -x", 2},
		{"[profile foo]\nname = v\n[profile foo]\n -x", 4},
		{"[profile foo]\ns3 =\n invalid", 3}, {"[profile foo]\ns3 =\n = value", 3}};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_aws_profiles_done) struct gk_aws_profiles p = GK_AWS_PROFILES_INIT;
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(parse(&p, cases[i].config, NULL, &err), -1);
		assert_int_equal(err.code, GK_EINPUT);
		assert_int_equal(gk_err_pos(&err).line, cases[i].line);
		assert_string_equal(gk_err_pos(&err).file, "config");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values),
		cmocka_unit_test(default_profile), cmocka_unit_test(nested_blocks),
		cmocka_unit_test(syntax_errors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
