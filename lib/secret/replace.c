/* Replacing by regular expression. */
#include "secret/replace.h"

enum { GROUPS_MAX = 100 };

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Cut "$name" or "${name}" at the start of *rest; {NULL, 0}: it is a plain dollar sign. */
static struct gk_str cut_group(struct gk_str *rest)
{
	struct gk_str s = gk_str_from(*rest, 1);
	bool brace = s.n && s.p[0] == '{';
	struct gk_str name = gk_str_from(s, brace);
	size_t n = 0;

	while (n < name.n && is_name_char(name.p[n]))
		n++;
	if (n == 0 || (brace && (n == name.n || name.p[n] != '}')))
		return GK_STR_NULL;
	*rest = gk_str_from(*rest, 1 + n + (brace ? 2 : 0));
	return (struct gk_str){name.p, n};
}

/* The number of a group by number or name; -1 when there is none. */
static int group_number(const struct gk_regex *re, struct gk_str name)
{
	char text[64];
	size_t number = 0;

	for (size_t i = 0; i < name.n && number <= GROUPS_MAX; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			number = GROUPS_MAX + 1;
		else
			number = number * 10 + (size_t)(name.p[i] - '0');
	}
	if (number <= gk_regex_groups(re) && number < GROUPS_MAX)
		return (int)number;
	if (name.n >= sizeof text)
		return -1;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	return gk_regex_group(re, text);
}

static void put_replacement(const struct gk_regex *re, struct gk_str replacement,
	const struct gk_str *groups, struct gk_buf *out)
{
	while (replacement.n) {
		struct gk_str name = GK_STR_NULL;
		int group;

		if (gk_str_starts(replacement, GK_STR("$$")))
			replacement = gk_str_from(replacement, 1);
		else if (replacement.p[0] == '$')
			name = cut_group(&replacement);
		if (!name.p) {
			gk_buf_putc(out, replacement.p[0]);
			replacement = gk_str_from(replacement, 1);
			continue;
		}
		group = group_number(re, name);
		if (group >= 0 && group < GROUPS_MAX)
			gk_buf_putstr(out, groups[group]);
	}
}

/* The length of the character at `at`, so that an empty match moves on by a whole one. */
static size_t char_len(struct gk_str text, size_t at)
{
	size_t n = 1;

	while (at + n < text.n && ((unsigned char)text.p[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

int gk_secret_replace(const struct gk_regex *re, struct gk_str text, struct gk_str replacement,
	struct gk_buf *out, struct gk_err *err)
{
	size_t at = 0, kept = 0;
	bool any = false;

	if (!text.p)
		text = GK_STR("");
	while (at <= text.n) {
		struct gk_str groups[GROUPS_MAX] = {{NULL, 0}};
		size_t start, end;
		bool found;

		if (gk_regex_find(re, text, at, groups, GROUPS_MAX, &found, err))
			return -1;
		if (!found)
			break;
		start = (size_t)(groups[0].p - text.p);
		end = start + groups[0].n;
		if (end > start || start != kept || !any) {
			gk_buf_put(out, text.p + kept, start - kept);
			put_replacement(re, replacement, groups, out);
			kept = end;
			any = true;
		}
		at = end > start ? end : end + char_len(text, end);
	}
	gk_buf_put(out, text.p + kept, text.n - kept);
	return 0;
}
