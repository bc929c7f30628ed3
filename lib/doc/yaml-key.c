/*
 * The order of mapping keys in go-yaml v2's sorter: by characters, but
 *
 *	letters come after everything else			a-b < ab
 *	runs of digits compare as numbers, then by length	a2 < a10, 1 < 01
 *
 * A zero at the first difference is a leading zero only if no other digit stands before it
 * in its run (10 < 1 would follow otherwise).  Numbers wrap as int64, as they do in Go.
 */
#include "base/text.h"
#include "doc/unicode.h"
#include "doc/yaml.h"

static uint32_t at(struct gk_str s, size_t i, size_t *n)
{
	if ((signed char)s.p[i] >= 0) {
		*n = 1;
		return (unsigned char)s.p[i];
	}
	return gk_utf8_decode(gk_str_from(s, i), n);
}

/* The value of the digits from i on, added to `start`; *ret_n = how many there are. */
static int64_t digits(struct gk_str s, size_t i, uint64_t start, size_t *ret_n)
{
	uint64_t v = start;
	size_t n, count = 0;

	for (; i < s.n; i += n, count++) {
		uint32_t c = at(s, i, &n);

		if (!gk_unicode__is_digit(c))
			break;
		v = v * 10 + c - '0';
	}
	*ret_n = count;
	return (int64_t)v;
}

/* Does the run of digits that ends before i hold one that is no zero? */
static bool counts_before(struct gk_str s, size_t i)
{
	while (i > 0) {
		size_t n, from = i - 1;
		uint32_t c;

		while (from > 0 && ((unsigned char)s.p[from] & 0xc0) == 0x80)
			from--;
		c = at(s, from, &n);
		if (!gk_unicode__is_digit(c))
			return false;
		if (c != '0')
			return true;
		i = from;
	}
	return false;
}

static int order(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* a and b differ first at byte i, in the characters x and y. */
static int differ(struct gk_str a, struct gk_str b, size_t i, uint32_t x, uint32_t y)
{
	bool letter_x = gk_unicode__is_letter(x), letter_y = gk_unicode__is_letter(y);
	uint64_t start;
	size_t nx, ny;
	int64_t vx, vy;

	if (letter_x || letter_y)
		return letter_x && letter_y ? order(x, y) : letter_x ? 1 : -1;
	start = (x == '0' || y == '0') && counts_before(a, i);
	vx = digits(a, i, start, &nx);
	vy = digits(b, i, start, &ny);
	if (vx != vy)
		return order(vx, vy);
	return nx != ny ? order((int64_t)nx, (int64_t)ny) : order(x, y);
}

int gk_yaml_key_cmp(struct gk_str a, struct gk_str b)
{
	size_t i = 0, n;

	while (i < a.n && i < b.n) {
		uint32_t x = at(a, i, &n), y = at(b, i, &(size_t){0});

		if (x != y)
			return differ(a, b, i, x, y);
		i += n;
	}
	return order((int64_t)a.n, (int64_t)b.n);
}
