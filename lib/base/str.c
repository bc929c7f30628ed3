#include "base/str.h"

int gk_str_cmp(struct gk_str a, struct gk_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c < 0 ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

bool gk_str_starts(struct gk_str s, struct gk_str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool gk_str_ends(struct gk_str s, struct gk_str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool gk_str_has(struct gk_str s, struct gk_str part)
{
	return part.n == 0 || (s.n && memmem(s.p, s.n, part.p, part.n));
}

struct gk_str gk_str_from(struct gk_str s, size_t at)
{
	if (at > s.n)
		at = s.n;
	return (struct gk_str){s.p ? s.p + at : NULL, s.n - at};
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct gk_str gk_str_trim(struct gk_str s)
{
	while (s.n && is_space(s.p[0]))
		s = gk_str_from(s, 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct gk_str gk_str_cut(struct gk_str *rest, char sep)
{
	struct gk_str s = *rest;
	const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;

	if (!at) {
		*rest = GK_STR_NULL;
		return s;
	}
	*rest = gk_str_from(s, (size_t)(at - s.p) + 1);
	s.n = (size_t)(at - s.p);
	return s;
}

enum { WORD_MAX = 64, FAR = 3 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein distance, one row at a time; long words are never near. */
static unsigned distance(struct gk_str a, struct gk_str b)
{
	unsigned row[WORD_MAX + 1];

	if (a.n > WORD_MAX || b.n > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned above = row[j];

			row[j] = min3(
				above + 1, row[j - 1] + 1, diagonal + (a.p[i - 1] != b.p[j - 1]));
			diagonal = above;
		}
	}
	return row[b.n];
}

const char *gk_str_nearest(struct gk_str word, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	unsigned least = FAR;

	for (size_t i = 0; i < n; i++) {
		unsigned d = distance(word, gk_str_c(candidates[i]));

		if (d < least && d < word.n) {
			least = d;
			best = candidates[i];
		}
	}
	for (size_t i = 0; !best && word.n >= 3 && i < n; i++)
		if (gk_str_starts(gk_str_c(candidates[i]), word))
			best = candidates[i];
	return best;
}
