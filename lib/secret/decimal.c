/* Numbers as text. */
#include "secret/decimal.h"

enum { DIGITS_MAX = 400 };

/* sign 0.DIGITS * 10^point */
struct decimal {
	bool negative;
	char digit[DIGITS_MAX];
	int n; /* digits, without zeros at either end; 0 = zero */
	int point;
};

static bool is_integer(struct gk_str s)
{
	size_t i = s.n && s.p[0] == '-';

	for (; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* "-12e3": the exponent after the e; beyond a million it is held there. */
static int exponent(struct gk_str s)
{
	bool negative = s.n && s.p[0] == '-';
	int v = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9' && v < 1000000)
			v = v * 10 + (s.p[i] - '0');
	return negative ? -v : v;
}

/* false: too many digits to hold. */
static bool parse(struct gk_str s, struct decimal *d)
{
	bool fraction = false;

	*d = (struct decimal){.negative = s.n && s.p[0] == '-'};
	for (size_t i = d->negative; i < s.n; i++) {
		char c = s.p[i];

		if (c == 'e' || c == 'E') {
			d->point += exponent(gk_str_from(s, i + 1));
			break;
		}
		if (c == '.') {
			fraction = true;
			continue;
		}
		if (c == '0' && d->n == 0) {
			d->point -= fraction;
			continue;
		}
		if (d->n == DIGITS_MAX)
			return false;
		d->digit[d->n++] = c;
		d->point += !fraction;
	}
	while (d->n && d->digit[d->n - 1] == '0')
		d->n--;
	if (d->n == 0)
		d->point = 0;
	return d->point >= -DIGITS_MAX && d->point <= DIGITS_MAX;
}

/* Without exponent. */
static void put_plain(struct gk_buf *b, const struct decimal *d)
{
	if (d->negative)
		gk_buf_putc(b, '-');
	if (d->point <= 0)
		gk_buf_putc(b, '0');
	for (int i = 0; i < d->point; i++)
		gk_buf_putc(b, i < d->n ? d->digit[i] : '0');
	if (d->n <= d->point)
		return;
	gk_buf_putc(b, '.');
	for (int i = d->point; i < d->n; i++)
		gk_buf_putc(b, i < 0 ? '0' : d->digit[i]);
}

/* d.ddde+XX, at least two digits of exponent. */
static void put_scientific(struct gk_buf *b, const struct decimal *d)
{
	int e = d->point - 1;

	if (d->negative)
		gk_buf_putc(b, '-');
	gk_buf_putc(b, d->digit[0]);
	if (d->n > 1) {
		gk_buf_putc(b, '.');
		gk_buf_put(b, d->digit + 1, (size_t)d->n - 1);
	}
	gk_buf_printf(b, "e%c%02d", e < 0 ? '-' : '+', e < 0 ? -e : e);
}

void gk_decimal_plain(struct gk_buf *b, struct gk_str literal)
{
	struct decimal d;

	if (is_integer(literal) || !parse(literal, &d))
		gk_buf_putstr(b, literal);
	else
		put_plain(b, &d);
}

void gk_decimal_go(struct gk_buf *b, struct gk_str literal)
{
	struct decimal d;

	if (!parse(literal, &d))
		gk_buf_putstr(b, literal);
	else if (d.n && (d.point - 1 < -4 || d.point - 1 >= 6))
		put_scientific(b, &d);
	else
		put_plain(b, &d);
}
