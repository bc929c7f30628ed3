#include "base/buf.h"
#include "base/num.h"
#include "overlay/repospec.h"

static const char *const schemes[] = {"ssh://", "https://", "http://", "file://"};

#define NS_PER_S INT64_C(1000000000)

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

/* Without the prefix, whatever its case; false when s does not begin with it. */
static bool cut_prefix(struct gk_str *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(s->p[i]) != prefix[i])
			return false;
	*s = gk_str_from(*s, n);
	return true;
}

static bool has_prefix(struct gk_str s, const char *prefix)
{
	return cut_prefix(&s, prefix);
}

static struct gk_str head(struct gk_str s, size_t n)
{
	return (struct gk_str){s.p, n};
}

/* Where part stands in s, or s.n. */
static size_t find(struct gk_str s, struct gk_str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (memcmp(s.p + i, part.p, part.n) == 0)
			return i;
	return s.n;
}

static struct gk_str cut_scheme(struct gk_str *s)
{
	for (size_t i = 0; i < GK_COUNT(schemes); i++)
		if (cut_prefix(s, schemes[i]))
			return gk_str_c(schemes[i]);
	return GK_STR("");
}

/* "name@" in front, a letter first; "" when there is none. */
static struct gk_str cut_user(struct gk_str *s)
{
	size_t n = 0;
	struct gk_str user;

	while (n < s->n && (is_letter(s->p[n]) || (n && (is_digit(s->p[n]) || s->p[n] == '-'))))
		n++;
	if (n == 0 || n == s->n || s->p[n] != '@')
		return GK_STR("");
	user = head(*s, n + 1);
	*s = gk_str_from(*s, n + 1);
	return user;
}

/* Up to and with the first '/', or for scp style the ':' before it; "" when none. */
static struct gk_str cut_host(struct gk_str *s, bool scp)
{
	size_t slash = find(*s, GK_STR("/")), colon = find(*s, GK_STR(":"));
	size_t end = slash;
	struct gk_str host;

	if (scp && (slash == s->n || (colon > 0 && colon < slash)))
		end = colon;
	if (end == s->n) {
		host = *s;
		*s = GK_STR("");
		return host;
	}
	host = head(*s, end + 1);
	*s = gk_str_from(*s, end + 1);
	return host;
}

/*
 * Scheme, user and host, as a text that a Git client takes; *s is left with what follows.
 * NULL when the address cannot be one of a repository.
 */
static const char *take_host(struct gk_arena *a, struct gk_str *s)
{
	struct gk_str scheme = cut_scheme(s), before = *s, user = cut_user(s), host;
	bool github = has_prefix(*s, "github.com/") || has_prefix(*s, "github.com:");
	bool scp = !scheme.n && (user.n || github);

	if (!scheme.n && !scp)
		return NULL;
	if (gk_str_is(scheme, "file://")) {
		*s = before;
		return "file://";
	}
	host = cut_host(s, scp);
	if (github && (user.n || gk_str_is(scheme, "ssh://")))
		return gk_arena_printf(a, "%.*sgithub.com:", GK_SARG(user));
	if (github)
		return "https://github.com/";
	if (!host.n)
		return NULL;
	return gk_arena_printf(a, "%.*s%.*s%.*s", GK_SARG(scheme), GK_SARG(user), GK_SARG(host));
}

static bool split_at(
	struct gk_str s, size_t end, size_t skip, struct gk_str *repo, struct gk_str *path)
{
	*repo = head(s, end);
	*path = gk_str_from(s, end + skip);
	return true;
}

/* The end of the n-th part between slashes counted from `from`; s.n when it is the last. */
static size_t part_end(struct gk_str s, size_t from)
{
	return from + find(gk_str_from(s, from), GK_STR("/"));
}

static bool split(struct gk_str s, bool file, struct gk_str *repo, struct gk_str *path)
{
	size_t at;

	at = find(s, GK_STR("_git/"));
	if (at < s.n)
		return split_at(s, part_end(s, at + 5), 1, repo, path);
	at = find(s, GK_STR("//"));
	if (at < s.n)
		return split_at(s, at, 2, repo, path);
	at = find(s, GK_STR(".git"));
	if (at < s.n)
		return split_at(s, at + 4, 0, repo, path);
	if (file)
		return split_at(s, s.n, 0, repo, path);
	at = part_end(s, 0);
	return at < s.n && split_at(s, part_end(s, at + 1), 1, repo, path);
}

/* Does a path, its first slash aside, climb out of where it begins? */
static bool climbs_out(struct gk_str path)
{
	size_t depth = 0;

	if (path.n && path.p[0] == '/')
		path = gk_str_from(path, 1);
	if (path.n && path.p[0] == '/')
		return false; /* rooted: dots stop there */
	while (path.n) {
		struct gk_str part = gk_str_cut(&path, '/');

		if (gk_str_is(part, "..") && depth-- == 0)
			return true;
		if (part.n && !gk_str_is(part, ".") && !gk_str_is(part, ".."))
			depth++;
	}
	return false;
}

static int hex_digit(char c)
{
	return is_digit(c)                          ? c - '0'
	       : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10
						    : -1;
}

/* Percent and plus decoding of a query; false for a broken escape. */
static bool decode(struct gk_buf *b, struct gk_str s)
{
	gk_buf_reset(b);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%') {
			int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
			int low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			gk_buf_putc(b, (char)(high * 16 + low));
			i += 2;
		} else {
			gk_buf_putc(b, s.p[i] == '+' ? ' ' : s.p[i]);
		}
	}
	return true;
}

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{"ns", 1},
	{"us", 1000},
	{"\xc2\xb5s", 1000},
	{"\xce\xbcs", 1000},
	{"ms", 1000000},
	{"s", NS_PER_S},
	{"m", 60 * NS_PER_S},
	{"h", 3600 * NS_PER_S},
};

/* "1h2.5s" as Go reads it, without a sign; 0 when it is none, or passes the type. */
static int64_t duration_ns(struct gk_str s)
{
	int64_t total = 0;

	while (s.n) {
		int64_t whole = 0, part, scale = 1, unit = 0, tail = 0;
		size_t n = 0, digits = 0;

		for (; n < s.n && is_digit(s.p[n]); n++, digits++)
			if (__builtin_mul_overflow(whole, 10, &whole) ||
				__builtin_add_overflow(whole, s.p[n] - '0', &whole))
				return 0;
		if (n < s.n && s.p[n] == '.')
			for (n++; n < s.n && is_digit(s.p[n]); n++, digits++)
				if (scale <= INT64_MAX / 100) {
					tail = tail * 10 + (s.p[n] - '0');
					scale *= 10;
				}
		s = gk_str_from(s, n);
		for (n = 0; n < s.n && s.p[n] != '.' && !is_digit(s.p[n]);)
			n++;
		for (size_t i = 0; i < GK_COUNT(units); i++)
			if (gk_str_is(head(s, n), units[i].name))
				unit = units[i].ns;
		s = gk_str_from(s, n);
		if (!digits || !unit || __builtin_mul_overflow(whole, unit, &part) ||
			__builtin_add_overflow(total, part, &total) ||
			__builtin_add_overflow(total,
				(int64_t)((double)tail * ((double)unit / (double)scale)), &total))
			return 0;
	}
	return total;
}

/* Seconds, or a duration with units; what is neither, or not above 0, changes nothing. */
static void read_timeout(struct gk_str s, int64_t *ret_ns)
{
	struct gk_err ignored = GK_ERR_INIT;
	int64_t ns = 0;
	uint64_t seconds;

	if (s.n && s.p[0] == '+')
		s = gk_str_from(s, 1);
	if (gk_num_u64(s, 0, INT64_MAX / NS_PER_S, &seconds, &ignored) == 0)
		ns = (int64_t)seconds * NS_PER_S;
	else
		ns = duration_ns(s);
	if (ns > 0)
		*ret_ns = ns;
}

static void read_bool(struct gk_str s, bool *ret)
{
	static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
	static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};

	for (size_t i = 0; i < GK_COUNT(yes); i++) {
		if (gk_str_is(s, yes[i]))
			*ret = true;
		if (gk_str_is(s, no[i]))
			*ret = false;
	}
}

/* The first value of each name that means something; NULL = not given. */
struct query {
	const char *ref, *version, *timeout, *submodules;
};

static void keep(struct gk_arena *a, const char **slot, struct gk_str value)
{
	if (!*slot)
		*slot = gk_arena_memdup0(a, value.p ? value.p : "", value.n);
}

static bool read_pair(struct gk_arena *a, struct gk_str pair, struct query *q)
{
	GK_AUTO(gk_buf_done) struct gk_buf name = GK_BUF_INIT(0), value = GK_BUF_INIT(0);
	struct gk_str rest = pair, key = gk_str_cut(&rest, '=');
	const struct {
		const char *name;
		const char **slot;
	} known[] = {{"ref", &q->ref}, {"version", &q->version}, {"timeout", &q->timeout},
		{"submodules", &q->submodules}};

	if (find(pair, GK_STR(";")) < pair.n || !decode(&name, key) || !decode(&value, rest))
		return false;
	for (size_t i = 0; i < GK_COUNT(known); i++)
		if (gk_str_is(gk_buf_str(&name), known[i].name))
			keep(a, known[i].slot, gk_buf_str(&value));
	return true;
}

/* A query with a fault counts as none at all. */
static void read_query(struct gk_arena *a, struct gk_str query, struct gk_repospec *ret)
{
	struct query q = {0};

	ret->ref = "";
	ret->submodules = true;
	while (query.n) {
		struct gk_str pair = gk_str_cut(&query, '&');

		if (pair.n && !read_pair(a, pair, &q))
			return;
	}
	if (q.version)
		ret->ref = q.version;
	if (q.ref && *q.ref)
		ret->ref = q.ref;
	if (q.timeout)
		read_timeout(gk_str_c(q.timeout), &ret->timeout_ns);
	if (q.submodules)
		read_bool(gk_str_c(q.submodules), &ret->submodules);
}

bool gk_repospec_parse(struct gk_arena *a, struct gk_str address, struct gk_repospec *ret)
{
	struct gk_str query = address, s = gk_str_cut(&query, '?'), repo, path;
	const char *host;

	if (!s.n || s.p[0] == '/' || memchr(address.p, '\0', address.n))
		return false;
	*ret = (struct gk_repospec){.raw = gk_arena_memdup0(a, address.p, address.n)};
	read_query(a, query, ret);
	ret->forced = cut_prefix(&s, "git::");
	host = take_host(a, &s);
	if (!host || !split(s, strcmp(host, "file://") == 0, &repo, &path) || !repo.n ||
		climbs_out(path))
		return false;
	if (path.n && path.p[0] == '/')
		path = gk_str_from(path, 1);
	ret->clone = gk_arena_printf(a, "%s%.*s", host, GK_SARG(repo));
	ret->path = gk_arena_memdup0(a, path.p, path.n);
	return true;
}

bool gk_repospec_is_file_url(struct gk_str address)
{
	return has_prefix(address, "http://") || has_prefix(address, "https://");
}
