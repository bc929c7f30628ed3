/*
 * .gitmodules: which URL a submodule has.  Of git's configuration grammar only what such files
 * hold is read: sections, "key = value", comments, quotes and escapes.
 */
#include "base/buf.h"
#include "git/git-priv.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(struct gk_str a, const char *b)
{
	if (a.n != strlen(b))
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != b[i])
			return false;
	return true;
}

/* A value without its quotes, escapes and comment. */
static const char *read_value(struct gk_arena *a, struct gk_str s)
{
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(0);
	bool quoted = false;
	size_t kept = 0; /* blanks at the end count only within quotes */

	s = gk_str_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!quoted && (c == '#' || c == ';'))
			break;
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\' && i + 1 < s.n)
			c = s.p[++i];
		gk_buf_putc(&out, c);
		if (quoted || !is_space(c))
			kept = out.n;
	}
	return gk_arena_memdup0(a, gk_buf_cstr(&out), kept);
}

struct module {
	const char *path, *url;
};

static bool is_wanted(const struct module *m, struct gk_str path)
{
	return m->path && m->url && gk_str_eq(gk_str_c(m->path), path);
}

const char *gk_git__module_url(struct gk_arena *a, struct gk_str text, struct gk_str path)
{
	struct module m = {0};

	while (text.p) {
		struct gk_str value = gk_str_trim(gk_str_cut(&text, '\n')), key;

		if (value.n && value.p[0] == '[') {
			if (is_wanted(&m, path))
				return m.url;
			m = (struct module){0};
			continue;
		}
		key = gk_str_trim(gk_str_cut(&value, '='));
		if (!value.p)
			continue;
		if (same_word(key, "path"))
			m.path = read_value(a, value);
		if (same_word(key, "url"))
			m.url = read_value(a, value);
	}
	return is_wanted(&m, path) ? m.url : NULL;
}

const char *gk_git__module_join(struct gk_arena *a, const char *parent, const char *url)
{
	struct gk_str base = gk_str_c(parent), rest = gk_str_c(url);
	bool up = gk_str_starts(rest, GK_STR("../"));

	if (!up && !gk_str_starts(rest, GK_STR("./")))
		return url;
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	for (;; up = gk_str_starts(rest, GK_STR("../"))) {
		if (gk_str_starts(rest, GK_STR("./"))) {
			rest = gk_str_from(rest, 2);
			continue;
		}
		if (!up)
			break;
		while (base.n && base.p[base.n - 1] != '/' && base.p[base.n - 1] != ':')
			base.n--;
		if (base.n && base.p[base.n - 1] == '/')
			base.n--;
		rest = gk_str_from(rest, 3);
	}
	return gk_arena_printf(a, "%.*s%s%.*s", GK_SARG(base),
		base.n && base.p[base.n - 1] == ':' ? "" : "/", GK_SARG(rest));
}
