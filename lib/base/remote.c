#include "base/crypto.h"
#include "base/num.h"
#include "base/remote.h"

enum { HASH_CHARS = 32 };

static const struct {
	const char *prefix;
	uint16_t port;
} schemes[] = {
	[GK_REMOTE_HTTPS] = {"https://", 443},
	[GK_REMOTE_SSH] = {"ssh://", 22},
	[GK_REMOTE_FILE] = {"file://", 0},
};

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* All of s is of letters, digits and `more`, and it does not begin with a dash. */
static bool is_made_of(struct gk_str s, const char *more)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && (!s.p[i] || !strchr(more, s.p[i])))
			return false;
	return s.n > 0 && s.p[0] != '-';
}

/* An escape of '%', '.', '/' or '\', which a server may decode into another path. */
static bool hides_path(struct gk_str s)
{
	static const char *const hidden[] = {"25", "2e", "2E", "2f", "2F", "5c", "5C"};

	for (size_t i = 0; i < s.n; i++)
		for (size_t k = 0; s.p[i] == '%' && k < GK_COUNT(hidden); k++)
			if (gk_str_starts(gk_str_from(s, i + 1), gk_str_c(hidden[k])))
				return true;
	return false;
}

static bool path_ok(struct gk_str path)
{
	struct gk_str rest = path;

	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '/');

		if (gk_str_is(part, ".") || gk_str_is(part, "..") || (part.n && part.p[0] == '-'))
			return false;
	}
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f || path.p[i] == '\\')
			return false;
	return path.n > 1 && path.p[0] == '/' && !hides_path(path);
}

static int refuse(const char *shown, const char *why, struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "remote.address", "'%s': %s", shown, why);
}

/* HOST, HOST:PORT, [V6] or [V6]:PORT. */
static bool split_host(struct gk_str s, uint16_t port, struct gk_remote *r)
{
	struct gk_err ignored = GK_ERR_INIT;
	bool v6 = s.n && s.p[0] == '[';
	struct gk_str rest = v6 ? gk_str_from(s, 1) : s;
	uint64_t n;

	r->host = gk_str_cut(&rest, v6 ? ']' : ':');
	if (v6 && (!rest.p || (rest.n && rest.p[0] != ':')))
		return false;
	if (v6)
		rest = rest.n ? gk_str_from(rest, 1) : GK_STR_NULL;
	r->port = port;
	if (!is_made_of(r->host, v6 ? ":." : ".-_"))
		return false;
	if (!rest.p)
		return true;
	if (gk_num_u64(rest, 1, UINT16_MAX, &n, &ignored))
		return false;
	r->port = (uint16_t)n;
	return true;
}

/* Where the last '@' before the first slash ends; 0 when there is none. */
static size_t user_end(struct gk_str s)
{
	size_t end = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '/'; i++)
		if (s.p[i] == '@')
			end = i + 1;
	return end;
}

static struct gk_str cut_scheme(struct gk_str url, size_t *ret_scheme)
{
	for (size_t i = 0; i < GK_COUNT(schemes); i++)
		if (gk_str_starts(url, gk_str_c(schemes[i].prefix))) {
			*ret_scheme = i;
			return gk_str_from(url, strlen(schemes[i].prefix));
		}
	*ret_scheme = GK_COUNT(schemes);
	return url;
}

const char *gk_remote_shown(struct gk_arena *a, struct gk_str url)
{
	size_t mark = 0, user;

	for (size_t i = 0; i + 3 <= url.n && !mark; i++)
		if (memcmp(url.p + i, "://", 3) == 0)
			mark = i + 3;
	user = user_end(gk_str_from(url, mark));
	return gk_arena_printf(
		a, "%.*s%.*s", (int)mark, url.p, GK_SARG(gk_str_from(url, mark + user)));
}

const char *gk_remote_shown_file(struct gk_arena *a, struct gk_str url)
{
	size_t n = 0;

	while (n < url.n && url.p[n] != '?' && url.p[n] != '#')
		n++;
	return gk_remote_shown(a, (struct gk_str){url.p, n});
}

static int parse_authority(struct gk_remote *r, struct gk_str rest, bool scp, struct gk_err *err)
{
	size_t user = user_end(rest);
	struct gk_str host;

	if (user)
		r->user = (struct gk_str){rest.p, user - 1};
	rest = gk_str_from(rest, user);
	r->path = rest;
	host = gk_str_cut(&r->path, scp ? ':' : '/');
	if (!r->path.p)
		return refuse(r->shown, "it names no repository", err);
	if (!scp) /* the slash that was cut belongs to the path */
		r->path = (struct gk_str){r->path.p - 1, r->path.n + 1};
	if (memchr(r->user.p ? r->user.p : "", ':', r->user.n)) {
		(void)refuse(r->shown, "it holds a password", err);
		return gk_help(err, "leave it out, and give it to git's credential helper");
	}
	if (r->user.n && !is_made_of(r->user, "-._~%!$&'()*+,;="))
		return refuse(r->shown, "the user has a character that has no place there", err);
	if (!split_host(host, schemes[r->scheme].port, r))
		return refuse(r->shown, "expected HOST or HOST:PORT", err);
	return 0;
}

int gk_remote_parse(
	struct gk_arena *a, struct gk_str url, struct gk_remote *ret, struct gk_err *err)
{
	struct gk_remote r = {.url = gk_arena_memdup0(a, url.p ? url.p : "", url.n),
		.shown = gk_remote_shown(a, url)};
	size_t scheme;
	struct gk_str rest = cut_scheme(gk_str_c(r.url), &scheme);
	bool scp = scheme == GK_COUNT(schemes);

	if (scp && gk_str_has(url, GK_STR("://")))
		return refuse(r.shown, "only https, ssh and file are known", err);
	r.scheme = scp ? GK_REMOTE_SSH : (enum gk_remote_scheme)scheme;
	if (r.scheme == GK_REMOTE_FILE)
		r.path = rest;
	else if (parse_authority(&r, rest, scp, err))
		return -1;
	if (scp && r.path.n && r.path.p[0] == ':') /* ext::COMMAND */
		return refuse(r.shown, "only https, ssh and file are known", err);
	if (scp && r.path.n && r.path.p[0] != '/')
		r.path = gk_str_c(gk_arena_printf(a, "/%.*s", GK_SARG(r.path)));
	if (!path_ok(r.path))
		return refuse(r.shown, "the path has a part or a character that is refused", err);
	*ret = r;
	return 0;
}

static bool same_host(struct gk_str a, struct gk_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i] &&
			(!is_alnum(a.p[i]) || !is_alnum(b.p[i]) || (a.p[i] ^ b.p[i]) != 0x20))
			return false;
	return true;
}

/* path is prefix, or goes on behind it with a slash or ".git". */
static bool is_below(struct gk_str prefix, struct gk_str path)
{
	struct gk_str rest;

	while (prefix.n && prefix.p[prefix.n - 1] == '/')
		prefix.n--;
	if (!gk_str_starts(path, prefix))
		return false;
	rest = gk_str_from(path, prefix.n);
	return rest.n == 0 || rest.p[0] == '/' || gk_str_is(rest, ".git");
}

static bool is_covered(const struct gk_remote *r, struct gk_str entry)
{
	struct gk_remote place = {.scheme = r->scheme};
	struct gk_str prefix = entry, host = gk_str_cut(&prefix, '/');

	prefix = prefix.p ? (struct gk_str){prefix.p - 1, prefix.n + 1} : GK_STR("");
	if (r->scheme == GK_REMOTE_FILE)
		return host.n == 0 && prefix.n && is_below(prefix, r->path);
	return split_host(host, schemes[r->scheme].port, &place) && place.port == r->port &&
	       same_host(place.host, r->host) && is_below(prefix, r->path);
}

bool gk_remote_is_allowed(const struct gk_remote *r, const struct gk_strs *allow)
{
	for (size_t i = 0; i < allow->n; i++)
		if (strcmp(allow->v[i], "any") == 0 || is_covered(r, gk_str_c(allow->v[i])))
			return true;
	return false;
}

int gk_remote_check(struct gk_arena *a, const struct gk_remote *r, const struct gk_strs *allow,
	bool allow_private, struct gk_err *err)
{
	if (!gk_remote_is_allowed(r, allow)) {
		(void)gk_fail(err, GK_EREFUSED, "remote.refused",
			"'%s' is no place that may be fetched from", r->shown);
		if (r->scheme == GK_REMOTE_FILE)
			return gk_help(err, "allow it with --allow-remote %.*s", GK_SARG(r->path));
		return gk_help(
			err, "allow it with --allow-remote %s[/PREFIX]", gk_remote_place(a, r));
	}
	if (r->scheme == GK_REMOTE_FILE && !allow_private) {
		(void)gk_fail(err, GK_EREFUSED, "remote.private",
			"'%s' is a repository of this machine", r->shown);
		return gk_help(err, "allow that with --allow-private");
	}
	return 0;
}

const char *gk_remote_place(struct gk_arena *a, const struct gk_remote *r)
{
	bool v6 = r->host.n && memchr(r->host.p, ':', r->host.n);
	const char *host =
		gk_arena_printf(a, "%s%.*s%s", v6 ? "[" : "", GK_SARG(r->host), v6 ? "]" : "");

	if (r->port == schemes[r->scheme].port)
		return host;
	return gk_arena_printf(a, "%s:%u", host, (unsigned)r->port);
}

bool gk_remote_is_commit(struct gk_str ref)
{
	for (size_t i = 0; i < ref.n; i++)
		if (!(ref.p[i] >= '0' && ref.p[i] <= '9') && !(ref.p[i] >= 'a' && ref.p[i] <= 'f'))
			return false;
	return ref.n == 40;
}

const char *gk_remote_cache(
	struct gk_arena *a, const char *dir, const char *xdg_cache_home, const char *home)
{
	if (dir)
		return dir;
	if (xdg_cache_home && xdg_cache_home[0] == '/')
		return gk_arena_printf(a, "%s/gk", xdg_cache_home);
	return home && *home ? gk_arena_printf(a, "%s/.cache/gk", home) : NULL;
}

static const char *dir_in(struct gk_arena *a, const char *cache, const char *kind, const char *url)
{
	unsigned char sum[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_sha256(gk_str_c(url), sum);
	gk_hex(sum, sizeof sum, hex);
	return gk_arena_printf(a, "%s/%s/%.*s", cache, kind, HASH_CHARS, hex);
}

const char *gk_remote_cache_dir(struct gk_arena *a, const char *cache, const char *url)
{
	return dir_in(a, cache, "git", url);
}

const char *gk_remote_cache_dir_of_file(struct gk_arena *a, const char *cache, const char *url)
{
	return dir_in(a, cache, "file", url);
}

const char *gk_remote_cache_file(struct gk_arena *a, const char *commit, bool submodules)
{
	return gk_arena_printf(a, "%s%s.bundle", commit, submodules ? "" : "-alone");
}
