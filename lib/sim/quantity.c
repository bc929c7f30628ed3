/* Quantities in their canonical form (apimachinery/pkg/api/resource). */
#include "base/buf.h"
#include "sim/default.h"

__extension__ typedef unsigned __int128 wide; /* 30 digits and a factor of 1024^6 */

static const struct suffix {
	const char *text;
	bool binary;
	int power; /* of 10, or of 1024 */
} suffixes[] = {{"n", false, -9}, {"u", false, -6}, {"m", false, -3}, {"", false, 0},
	{"k", false, 3}, {"M", false, 6}, {"G", false, 9}, {"T", false, 12}, {"P", false, 15},
	{"E", false, 18}, {"Ki", true, 1}, {"Mi", true, 2}, {"Gi", true, 3}, {"Ti", true, 4},
	{"Pi", true, 5}, {"Ei", true, 6}};

struct parsed {
	bool negative, binary, plain;
	wide digits; /* value = digits * 10^scale */
	int scale;
};

/* Digits with at most one dot; returns what follows. */
static struct gk_str read_digits(struct gk_str s, struct parsed *p, bool *ok)
{
	bool dot = false;
	size_t i = 0, digits = 0;

	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !dot) {
			dot = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			break;
		if (digits++ < 30)
			p->digits = p->digits * 10 + (unsigned)(s.p[i] - '0');
		p->scale -= dot;
	}
	*ok = digits > 0 && digits <= 30;
	return gk_str_from(s, i);
}

/* "e3", "E-2" */
static bool read_exponent(struct gk_str s, struct parsed *p)
{
	int value = 0, sign = 1;
	size_t i = 1;

	if (s.n < 2 || (s.p[0] != 'e' && s.p[0] != 'E'))
		return false;
	if (s.p[i] == '-' || s.p[i] == '+')
		sign = s.p[i++] == '-' ? -1 : 1;
	if (i == s.n || s.n - i > 2)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (s.p[i] - '0');
	}
	p->scale += sign * value;
	return true;
}

static bool read_suffix(struct gk_str s, struct parsed *p)
{
	for (size_t i = 0; i < GK_COUNT(suffixes); i++) {
		if (!gk_str_is(s, suffixes[i].text))
			continue;
		p->binary = suffixes[i].binary;
		if (p->binary)
			for (int n = suffixes[i].power; n > 0; n--)
				p->digits *= 1024;
		else
			p->scale += suffixes[i].power;
		return true;
	}
	return read_exponent(s, p);
}

static void put_number(struct gk_buf *b, wide v)
{
	char text[48];
	size_t at = sizeof text;

	do
		text[--at] = (char)('0' + (int)(v % 10));
	while (v /= 10);
	gk_buf_put(b, text + at, sizeof text - at);
}

/* A whole number of bytes: the largest power of 1024 that divides it. */
static void put_binary(struct gk_buf *b, wide v)
{
	size_t power = 0;

	while (v && v % 1024 == 0 && power < 6) {
		v /= 1024;
		power++;
	}
	put_number(b, v);
	gk_buf_puts(b, power ? suffixes[9 + power].text : "");
}

static void put_decimal(struct gk_buf *b, wide v, int scale)
{
	static const char *const by_power[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
	int power;

	while (v && v % 10 == 0) {
		v /= 10;
		scale++;
	}
	power = scale >= 0 ? scale / 3 : -((2 - scale) / 3);
	power = power > 6 ? 6 : power < -3 ? -3 : power;
	for (int n = scale - 3 * power; n > 0; n--)
		v *= 10;
	for (int n = scale - 3 * power; n < 0; n++)
		v = (v + 9) / 10; /* finer than a nano: rounded up */
	put_number(b, v);
	gk_buf_puts(b, v ? by_power[power + 3] : "");
}

bool gk_sim_quantity(struct gk_buf *b, struct gk_str text)
{
	struct parsed p = {0};
	bool ok;

	if (gk_str_starts(text, GK_STR("-")) || gk_str_starts(text, GK_STR("+"))) {
		p.negative = text.p[0] == '-';
		text = gk_str_from(text, 1);
	}
	text = read_digits(text, &p, &ok);
	if (!ok || !read_suffix(text, &p))
		return false;
	while (p.scale < 0 && p.digits % 10 == 0 && p.digits) {
		p.digits /= 10;
		p.scale++;
	}
	if (p.negative && p.digits)
		gk_buf_putc(b, '-');
	if (p.binary && p.scale >= 0 && p.digits >= 1024) {
		for (; p.scale > 0; p.scale--)
			p.digits *= 10;
		put_binary(b, p.digits);
	} else {
		put_decimal(b, p.digits, p.scale);
	}
	return true;
}
