#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "http/url.h"

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_scheme(struct gk_str s)
{
	if (!s.n || (s.p[0] >= '0' && s.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && !memchr("+-.", s.p[i], 3))
			return false;
	return true;
}

/* Nothing that could end a request line or a header may stand in a URL. */
static bool is_clean(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '\\')
			return false;
	return true;
}

static int not_a_url(struct gk_str text, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf shown = GK_BUF_INIT(0);

	gk_url_show(&shown, text);
	return gk_fail(err, GK_EINPUT, "http.url",
		"expected a URL such as https://host:port/path, not '%s'", gk_buf_cstr(&shown));
}

static size_t find_any(struct gk_str s, const char *set)
{
	size_t i = 0;

	while (i < s.n && !strchr(set, s.p[i]))
		i++;
	return i;
}

/* "host", "host:port", "[v6]:port"; false when it is none of them. */
static bool parse_host(struct gk_str s, struct gk_url *u)
{
	struct gk_err ignored = GK_ERR_INIT;
	const char *end;
	uint64_t port;

	if (s.n && s.p[0] == '[') {
		end = memchr(s.p, ']', s.n);
		if (!end)
			return false;
		u->ipv6 = true;
		u->host = (struct gk_str){s.p + 1, (size_t)(end - s.p) - 1};
		s = gk_str_from(s, u->host.n + 2);
	} else {
		u->host = (struct gk_str){s.p, find_any(s, ":")};
		s = gk_str_from(s, u->host.n);
	}
	if (!u->host.n || (s.n && s.p[0] != ':'))
		return false;
	if (s.n < 2)
		return true;
	if (gk_num_u64(gk_str_from(s, 1), 1, 65535, &port, &ignored))
		return false;
	u->port = (uint16_t)port;
	return true;
}

int gk_url_parse(struct gk_str text, struct gk_url *ret, struct gk_err *err)
{
	struct gk_url u = {0};
	struct gk_str rest = text, authority;
	const char *at = NULL;

	u.scheme = (struct gk_str){text.p, find_any(text, ":")};
	rest = gk_str_from(text, u.scheme.n);
	if (!is_clean(text) || !is_scheme(u.scheme) || !gk_str_starts(rest, GK_STR("://")))
		return not_a_url(text, err);
	rest = gk_str_from(rest, 3);
	authority = (struct gk_str){rest.p, find_any(rest, "/?#")};
	rest = gk_str_from(rest, authority.n);
	for (size_t i = 0; i < authority.n; i++)
		if (authority.p[i] == '@')
			at = authority.p + i;
	if (at) {
		u.user = (struct gk_str){authority.p, (size_t)(at - authority.p)};
		authority = gk_str_from(authority, u.user.n + 1);
	}
	if (!parse_host(authority, &u))
		return not_a_url(text, err);
	u.path = (struct gk_str){rest.p, find_any(rest, "?#")};
	rest = gk_str_from(rest, u.path.n);
	if (rest.n && rest.p[0] == '?')
		u.query = (struct gk_str){rest.p + 1, find_any(gk_str_from(rest, 1), "#")};
	*ret = u;
	return 0;
}

uint16_t gk_url_port(const struct gk_url *u)
{
	if (u->port)
		return u->port;
	return gk_str_is(u->scheme, "https") ? 443 : 80;
}

void gk_url_put_host(struct gk_buf *b, const struct gk_url *u)
{
	gk_buf_printf(b, u->ipv6 ? "[%.*s]" : "%.*s", GK_SARG(u->host));
}

void gk_url_encode(struct gk_buf *b, struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (is_alnum(s.p[i]) || memchr("-._~", s.p[i], 4))
			gk_buf_putc(b, s.p[i]);
		else
			gk_buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
	}
}

void gk_url_query(struct gk_buf *b, const char *name, struct gk_str value)
{
	gk_buf_putc(b, memchr(gk_buf_cstr(b), '?', b->n) ? '&' : '?');
	gk_url_encode(b, gk_str_c(name));
	gk_buf_putc(b, '=');
	gk_url_encode(b, value);
}

/* A query parameter whose value is a credential or as good as one. */
static bool is_secret_parameter(struct gk_str name)
{
	static const char *const parts[] = {"signature", "token", "credential", "secret",
		"password", "apikey", "api_key", "access_key", "authorization"};
	char lower[64];
	size_t n = name.n < sizeof lower ? name.n : sizeof lower;

	for (size_t i = 0; i < n; i++)
		lower[i] =
			(char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32 : name.p[i]);
	if (n == 3 && !memcmp(lower, "sig", 3))
		return true;
	for (size_t i = 0; i < GK_COUNT(parts); i++)
		if (gk_str_has((struct gk_str){lower, n}, gk_str_c(parts[i])))
			return true;
	return false;
}

static void show_query(struct gk_buf *b, struct gk_str query)
{
	char before = '?';

	while (query.p) {
		struct gk_str value = gk_str_cut(&query, '&'), name = gk_str_cut(&value, '=');

		gk_buf_putc(b, before);
		gk_text_escape(b, name, false);
		if (value.p)
			gk_buf_putc(b, '=');
		if (value.p && is_secret_parameter(name))
			gk_buf_puts(b, "***");
		else
			gk_text_escape(b, value, false);
		before = '&';
	}
}

void gk_url_show(struct gk_buf *b, struct gk_str url)
{
	struct gk_str before = {url.p, find_any(url, "?#")}, query = gk_str_from(url, before.n);
	size_t slashes = 0, end, at;

	while (slashes + 3 <= before.n && memcmp(before.p + slashes, "://", 3))
		slashes++;
	if (slashes + 3 <= before.n) {
		slashes += 3;
		gk_text_escape(b, (struct gk_str){before.p, slashes}, false);
		before = gk_str_from(before, slashes);
	}
	end = find_any(before, "/");
	for (at = end; at > 0 && before.p[at - 1] != '@'; at--)
		;
	if (at)
		gk_buf_puts(b, "***@");
	gk_text_escape(b, gk_str_from(before, at), false);
	if (query.n && query.p[0] == '?')
		show_query(b, (struct gk_str){query.p + 1, find_any(gk_str_from(query, 1), "#")});
}

/* Four decimal numbers: their bytes; false for a name or for forms like 127.1 or 0x7f.1. */
static bool ipv4(struct gk_str s, uint8_t ret[4])
{
	struct gk_err ignored = GK_ERR_INIT;

	for (int i = 0; i < 4; i++) {
		struct gk_str part;
		uint64_t v;

		if (!s.p)
			return false;
		part = gk_str_cut(&s, '.');
		if (part.n > 3 || gk_num_u64(part, 0, 255, &v, &ignored))
			return false;
		ret[i] = (uint8_t)v;
	}
	return !s.p;
}

static bool starts_nocase(struct gk_str s, const char *lower)
{
	size_t n = strlen(lower);

	if (s.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((char)(s.p[i] | (s.p[i] >= 'A' && s.p[i] <= 'Z' ? 32 : 0)) != lower[i])
			return false;
	return true;
}

bool gk_url_is_loopback(const struct gk_url *u)
{
	uint8_t ip[4];

	if (u->ipv6)
		return gk_str_is(u->host, "::1");
	if (u->host.n == 9 && starts_nocase(u->host, "localhost"))
		return true;
	return ipv4(u->host, ip) && ip[0] == 127;
}

bool gk_url_is_local(const struct gk_url *u)
{
	uint8_t ip[4];

	if (gk_url_is_loopback(u))
		return true;
	if (u->ipv6)
		return starts_nocase(u->host, "fe80:") || starts_nocase(u->host, "fd00:ec2:");
	return ipv4(u->host, ip) && ip[0] == 169 && ip[1] == 254;
}
