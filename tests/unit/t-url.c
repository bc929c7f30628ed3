#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/url.h"

static void parts(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_url u;

	(void)state;
	assert_int_equal(
		gk_url_parse(GK_STR("https://u:p@Example.com:6443/k8s/c?a=b&c#f"), &u, &err), 0);
	assert_true(gk_str_is(u.scheme, "https"));
	assert_true(gk_str_is(u.user, "u:p"));
	assert_true(gk_str_is(u.host, "Example.com"));
	assert_int_equal(u.port, 6443);
	assert_true(gk_str_is(u.path, "/k8s/c"));
	assert_true(gk_str_is(u.query, "a=b&c"));
	assert_int_equal(gk_url_parse(GK_STR("http://[::1]"), &u, &err), 0);
	assert_true(u.ipv6 && gk_str_is(u.host, "::1"));
	assert_int_equal(gk_url_port(&u), 80);
	assert_int_equal(gk_url_parse(GK_STR("https://h/?"), &u, &err), 0);
	assert_int_equal(u.query.n, 0);
	assert_int_equal(gk_url_port(&u), 443);
}

static void refused(void **state)
{
	static const char *const bad[] = {"", "host", "host:443", "https:/x", "https://",
		"https:///p", "https://h:0", "https://h:65536", "https://h:x", "https://[::1",
		"https://a b/", "https://h/\r\nX: y", "1s://h", "https://h\\evil/",
		"https://[::1]x/"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(bad); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_url u;

		assert_int_equal(gk_url_parse(gk_str_c(bad[i]), &u, &err), -1);
		assert_int_equal(err.code, GK_EINPUT);
	}
}

static void shown(void **state)
{
	static const struct {
		const char *url, *shown;
	} cases[] = {
		{"https://h/p", "https://h/p"},
		{"https://me:pw@h/p@q", "https://***@h/p@q"},
		{"https://h/?X-Amz-Signature=abc&a=1&X-Amz-Security-Token=t&x",
			"https://h/?X-Amz-Signature=***&a=1&X-Amz-Security-Token=***&x"},
		{"https://h/a?sig=1#frag", "https://h/a?sig=***"},
		{"https://h/\x1b[31m", "https://h/\\x1b[31m"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

		gk_url_show(&b, gk_str_c(cases[i].url));
		assert_string_equal(gk_buf_cstr(&b), cases[i].shown);
	}
}

static void encoded(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	(void)state;
	gk_buf_puts(&b, "/x");
	gk_url_query(&b, "labelSelector", GK_STR("a=b,c in (d)"));
	gk_url_query(&b, "limit", GK_STR("5"));
	assert_string_equal(gk_buf_cstr(&b), "/x?labelSelector=a%3Db%2Cc%20in%20%28d%29&limit=5");
}

static void local(void **state)
{
	static const struct {
		const char *url;
		bool local, loopback;
	} cases[] = {
		{"http://localhost:8001", true, true},
		{"http://LOCALHOST", true, true},
		{"http://127.9.9.9", true, true},
		{"http://[::1]:80", true, true},
		{"http://169.254.169.254/", true, false},
		{"http://169.254.170.23/v1", true, false},
		{"http://[fd00:ec2::23]/", true, false},
		{"http://[fe80::1]/", true, false},
		{"http://10.0.0.1", false, false},
		{"http://127.1", false, false},
		{"http://0x7f.0.0.1", false, false},
		{"http://localhost.example", false, false},
		{"http://127.0.0.1.example", false, false},
		{"http://[::ffff:127.0.0.1]", false, false},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_url u;

		assert_int_equal(gk_url_parse(gk_str_c(cases[i].url), &u, &err), 0);
		assert_int_equal(gk_url_is_local(&u), cases[i].local);
		assert_int_equal(gk_url_is_loopback(&u), cases[i].loopback);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(refused),
		cmocka_unit_test(shown),
		cmocka_unit_test(encoded),
		cmocka_unit_test(local),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
