/* Addresses of repositories: their parts, the places that are allowed, what is shown. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/remote.h"

static void taken_apart(void **state)
{
	static const struct {
		const char *url, *shown, *user, *host, *path;
		enum gk_remote_scheme scheme;
		uint16_t port;
		const char *place;
	} rows[] = {
		{"https://h/o/r", "https://h/o/r", "", "h", "/o/r", GK_REMOTE_HTTPS, 443, "h"},
		{"https://u@h:8443/o/r.git", "https://h:8443/o/r.git", "u", "h", "/o/r.git",
			GK_REMOTE_HTTPS, 8443, "h:8443"},
		{"https://[fd00::1]:99/o/r", "https://[fd00::1]:99/o/r", "", "fd00::1", "/o/r",
			GK_REMOTE_HTTPS, 99, "[fd00::1]:99"},
		{"ssh://git@h/o/r", "ssh://h/o/r", "git", "h", "/o/r", GK_REMOTE_SSH, 22, "h"},
		{"git@h:o/r.git", "h:o/r.git", "git", "h", "/o/r.git", GK_REMOTE_SSH, 22, "h"},
		{"h:/o/r", "h:/o/r", "", "h", "/o/r", GK_REMOTE_SSH, 22, "h"},
		{"file:///srv/r", "file:///srv/r", "", "", "/srv/r", GK_REMOTE_FILE, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_err err = GK_ERR_INIT;
		struct gk_remote r;

		assert_int_equal(gk_remote_parse(&a, gk_str_c(rows[i].url), &r, &err), 0);
		assert_string_equal(r.url, rows[i].url);
		assert_string_equal(r.shown, rows[i].shown);
		assert_true(gk_str_is(r.user, rows[i].user));
		assert_true(gk_str_is(r.host, rows[i].host));
		assert_true(gk_str_is(r.path, rows[i].path));
		assert_int_equal(r.scheme, rows[i].scheme);
		assert_int_equal(r.port, rows[i].port);
		assert_string_equal(gk_remote_place(&a, &r), rows[i].place);
	}
}

static void refused(void **state)
{
	static const char *const rows[] = {
		"",
		"http://h/o/r",
		"git://h/o/r",
		"ext::sh -c id",
		"https://h",
		"https://h/",
		"https:///o/r",
		"https://-h/o/r",
		"https://h:0/o/r",
		"https://h:65536/o/r",
		"https://h:/o/r",
		"https://[::1/o/r",
		"https://[::1]x/o/r",
		"https://h_\n/o/r",
		"https://h/o/../r",
		"https://h/o/%2e%2e/r",
		"https://h/o/%2Fr",
		"https://h/o/%252e/r",
		"https://h/o r",
		"https://h/o\\r",
		"https://u:marker-password@h/o/r",
		"ssh://-oProxyCommand=id@h/o/r",
		"ssh://-oProxyCommand=id/o/r",
		"git@h:-x/r",
		"git@h:",
		"file://srv/r",
		"file:///srv/../r",
		"file:///",
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_err err = GK_ERR_INIT;
		struct gk_remote r;
		char text[512];

		if (gk_remote_parse(&a, gk_str_c(rows[i]), &r, &err) == 0)
			fail_msg("'%s' was taken", rows[i]);
		assert_int_equal(err.code, GK_EINPUT);
		gk_err_message(&err, text, sizeof text);
		assert_null(strstr(text, "marker-password"));
	}
}

static void allowed(void **state)
{
	static const struct {
		const char *url, *entry;
		bool is_allowed;
	} rows[] = {
		{"https://github.com/org/repo", "any", true},
		{"https://github.com/org/repo", "github.com", true},
		{"https://GitHub.com/org/repo", "github.COM", true},
		{"https://github.com/org/repo", "github.com/", true},
		{"https://github.com/org/repo", "github.com/org", true},
		{"https://github.com/org/repo", "github.com/org/", true},
		{"https://github.com/org/repo", "github.com/org/repo", true},
		{"https://github.com/org/repo.git", "github.com/org/repo", true},
		{"https://github.com/org/repo-x", "github.com/org/repo", false},
		{"https://github.com/org2/repo", "github.com/org", false},
		{"https://github.com/Org/repo", "github.com/org", false},
		{"https://evil.github.com/org/repo", "github.com", false},
		{"https://github.com.evil/org/repo", "github.com", false},
		{"https://github.com@evil/org/repo", "github.com", false},
		{"https://github.com:444/org/repo", "github.com", false},
		{"https://github.com:444/org/repo", "github.com:444/org", true},
		{"git@github.com:org/repo", "github.com/org", true},
		{"ssh://git@github.com:443/org/repo", "github.com", false},
		{"file:///srv/git/repo", "any", true},
		{"file:///srv/git/repo", "/srv/git", true},
		{"file:///srv/git2/repo", "/srv/git", false},
		{"file:///srv/git/repo", "srv", false},
		{"file:///srv/git/repo", "", false},
		{"https://h/o/r", "", false},
		{"https://h/o/r", "/o", false},
		{"https://[::1]/o/r", "[::1]", true},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		const char *entries[] = {"other.example", rows[i].entry};
		struct gk_strs allow = {.v = entries, .n = 2};
		struct gk_err err = GK_ERR_INIT;
		struct gk_remote r;

		assert_int_equal(gk_remote_parse(&a, gk_str_c(rows[i].url), &r, &err), 0);
		if (gk_remote_is_allowed(&r, &allow) != rows[i].is_allowed)
			fail_msg("'%s' by '%s'", rows[i].url, rows[i].entry);
	}
}

static void names(void **state)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const char *dir = gk_remote_cache_dir(&a, "/c", "https://h/o/r");

	(void)state;
	assert_int_equal(strlen(dir), strlen("/c/git/") + 32);
	assert_string_not_equal(dir, gk_remote_cache_dir(&a, "/c", "https://h/o/s"));
	assert_string_equal(gk_remote_cache_file(&a, "12", true), "12.bundle");
	assert_string_equal(gk_remote_cache_file(&a, "12", false), "12-alone.bundle");
	assert_true(gk_remote_is_commit(GK_STR("0123456789abcdef0123456789abcdef01234567")));
	assert_false(gk_remote_is_commit(GK_STR("0123456789ABCDEF0123456789abcdef01234567")));
	assert_false(gk_remote_is_commit(GK_STR("0123456")));
	assert_string_equal(gk_remote_shown(&a, GK_STR("x://u:p@h/a@b")), "x://h/a@b");
	assert_string_equal(gk_remote_shown(&a, GK_STR("plain/a@b")), "plain/a@b");
}

static void private_addresses(void **state)
{
	static const struct {
		const char *address;
		bool is_private;
	} rows[] = {
		{"127.0.0.1", true},
		{"127.255.255.255", true},
		{"10.1.2.3", true},
		{"172.16.0.1", true},
		{"172.31.255.255", true},
		{"172.32.0.1", false},
		{"192.168.1.1", true},
		{"169.254.169.254", true},
		{"100.64.0.1", true},
		{"100.128.0.1", false},
		{"0.0.0.0", true},
		{"224.0.0.1", true},
		{"255.255.255.255", true},
		{"198.18.0.1", true},
		{"8.8.8.8", false},
		{"9.255.255.255", false},
		{"11.0.0.0", false},
		{"::1", true},
		{"::", true},
		{"fe80::1", true},
		{"fec0::1", true},
		{"fd00:ec2::254", true},
		{"ff02::1", true},
		{"2606:4700::1111", false},
		{"::ffff:127.0.0.1", true},
		{"::ffff:8.8.8.8", false},
		{"64:ff9b::a9fe:a9fe", true},
		{"64:ff9b::808:808", false},
		{"2002:7f00:1::1", true},
		{"2002:808:808::1", false},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		struct sockaddr_in v4 = {.sin_family = AF_INET};
		struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
		const void *sa = &v4;

		if (inet_pton(AF_INET6, rows[i].address, &v6.sin6_addr) == 1)
			sa = &v6;
		else
			assert_int_equal(inet_pton(AF_INET, rows[i].address, &v4.sin_addr), 1);
		if (gk_address_is_private(sa) != rows[i].is_private)
			fail_msg("%s", rows[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_apart),
		cmocka_unit_test(refused),
		cmocka_unit_test(allowed),
		cmocka_unit_test(names),
		cmocka_unit_test(private_addresses),
	};

	return cmocka_run_group_tests_name("remote", tests, NULL, NULL);
}
