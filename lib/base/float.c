#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/float.h"
#include "base/mem.h"

enum { DIGITS_MAX = 17 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "+05", "-300" */
static int exponent_of(const char *s)
{
	int e = 0;

	for (const char *p = s + 1; is_digit(*p); p++)
		e = e * 10 + (*p - '0');
	return *s == '-' ? -e : e;
}

/* strtod in the C locale, whatever the program's locale is: "1.5" is no 1 in Germany. */
static double parse(const char *text)
{
	static locale_t c_locale;

	if (!c_locale)
		c_locale = newlocale(LC_ALL_MASK, "C", NULL);
	if (!c_locale)
		gk_oom();
	return strtod_l(text, NULL, c_locale);
}

double gk_float_parse(struct gk_str literal)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_putstr(&b, literal);
	return parse(gk_buf_cstr(&b));
}

/* d[0] . d[1] d[2] ... x 10^exponent */
struct digits {
	char d[DIGITS_MAX + 1];
	int n, exponent;
};

/* "%.*e" with the point, whatever it is in this locale, dropped. */
static void rounded(double v, int precision, struct digits *ret)
{
	char text[64];
	const char *p = text;

	snprintf(text, sizeof text, "%.*e", precision - 1, v);
	ret->n = 0;
	for (; *p != 'e'; p++)
		if (is_digit(*p) && ret->n < DIGITS_MAX)
			ret->d[ret->n++] = *p;
	ret->exponent = exponent_of(p + 1);
}

static double value_of(const struct digits *d)
{
	char text[64];

	snprintf(text, sizeof text, "%.*se%d", d->n, d->d, d->exponent - (d->n - 1));
	return parse(text);
}

static struct digits shortest(double v)
{
	struct digits d;

	gk_assert(isfinite(v));
	for (int precision = 1; precision <= DIGITS_MAX; precision++) {
		rounded(v, precision, &d);
		if (value_of(&d) == v)
			break;
	}
	return d;
}

static void print_exponent(struct gk_buf *b, const struct digits *d)
{
	gk_buf_put(b, d->d, 1);
	if (d->n > 1) {
		gk_buf_putc(b, '.');
		gk_buf_put(b, d->d + 1, (size_t)d->n - 1);
	}
	gk_buf_printf(b, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
}

static void print_plain(struct gk_buf *b, const struct digits *d)
{
	int whole = d->exponent + 1;

	if (whole <= 0) {
		gk_buf_puts(b, "0.");
		gk_buf_fill(b, '0', (size_t)-whole);
		gk_buf_put(b, d->d, (size_t)d->n);
		return;
	}
	for (int i = 0; i < whole; i++)
		gk_buf_putc(b, i < d->n ? d->d[i] : '0');
	if (d->n > whole) {
		gk_buf_putc(b, '.');
		gk_buf_put(b, d->d + whole, (size_t)(d->n - whole));
	}
}

/* Sign and zero; false when nothing remains to be printed. */
static bool print_sign(struct gk_buf *b, double v)
{
	if (signbit(v))
		gk_buf_putc(b, '-');
	if (v == 0)
		gk_buf_putc(b, '0');
	return v != 0;
}

void gk_float_print(struct gk_buf *b, double v)
{
	struct digits d;

	if (!print_sign(b, v))
		return;
	d = shortest(fabs(v));
	if (d.exponent < -4 || d.exponent >= 6)
		print_exponent(b, &d);
	else
		print_plain(b, &d);
}

void gk_float_print_plain(struct gk_buf *b, double v)
{
	struct digits d;

	if (!print_sign(b, v))
		return;
	d = shortest(fabs(v));
	print_plain(b, &d);
}
