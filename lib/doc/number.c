/*
 * Exact comparison of JSON number literals of any length: both are brought to
 * 0.D1D2D3... x 10^E with D1 != 0, then sign, exponent and digits decide.
 */
#include <math.h>

#include "base/float.h"
#include "base/num.h"
#include "doc/node.h"

/* Integers of so many digits fit in a double, whatever the digits. */
enum { SURELY_FINITE = 300 };

struct decimal {
	bool negative, zero;
	struct gk_str whole, fraction; /* digits before and after the point */
	size_t skip;                   /* leading zeros of whole + fraction */
	int64_t exponent;              /* E of the form above */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct gk_str take_digits(struct gk_str *s)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->p[n]))
		n++;
	*s = gk_str_from(*s, n);
	return (struct gk_str){s->p - n, n};
}

static char digit_at(const struct decimal *d, size_t i)
{
	i += d->skip;
	if (i < d->whole.n)
		return d->whole.p[i];
	i -= d->whole.n;
	return i < d->fraction.n ? d->fraction.p[i] : '0';
}

/* Literals are at most 1024 characters, so an exponent that overflows int64 saturates. */
static int64_t exponent_of(struct gk_str s)
{
	struct gk_err ignored = GK_ERR_INIT;
	int64_t e = 0;

	if (s.n < 2)
		return 0;
	s = gk_str_from(s, s.p[1] == '+' ? 2 : 1);
	if (gk_num_i64(s, -(INT64_MAX / 4), INT64_MAX / 4, &e, &ignored))
		return s.p[0] == '-' ? -(INT64_MAX / 4) : INT64_MAX / 4;
	return e;
}

static struct decimal decimal_of(struct gk_str s)
{
	struct decimal d = {.negative = s.n && s.p[0] == '-'};
	size_t digits;

	if (d.negative)
		s = gk_str_from(s, 1);
	d.whole = take_digits(&s);
	if (s.n && s.p[0] == '.') {
		s = gk_str_from(s, 1);
		d.fraction = take_digits(&s);
	}
	digits = d.whole.n + d.fraction.n;
	while (d.skip < digits && digit_at(&d, 0) == '0')
		d.skip++;
	d.zero = d.skip == digits;
	d.exponent = exponent_of(s) + (int64_t)d.whole.n - (int64_t)d.skip;
	return d;
}

static int magnitude_cmp(const struct decimal *a, const struct decimal *b)
{
	size_t na = a->whole.n + a->fraction.n - a->skip, nb = b->whole.n + b->fraction.n - b->skip;

	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -1 : 1;
	for (size_t i = 0; i < na || i < nb; i++)
		if (digit_at(a, i) != digit_at(b, i))
			return digit_at(a, i) < digit_at(b, i) ? -1 : 1;
	return 0;
}

int gk_number_cmp(struct gk_str x, struct gk_str y)
{
	struct decimal a = decimal_of(x), b = decimal_of(y);

	if (a.zero || b.zero) {
		if (a.zero && b.zero)
			return 0;
		return a.zero ? (b.negative ? 1 : -1) : (a.negative ? -1 : 1);
	}
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	return a.negative ? magnitude_cmp(&b, &a) : magnitude_cmp(&a, &b);
}

static bool is_finite(struct gk_str literal)
{
	bool exponent = memchr(literal.p, 'e', literal.n) || memchr(literal.p, 'E', literal.n);

	return (!exponent && literal.n < SURELY_FINITE) || isfinite(gk_float_parse(literal));
}

int gk_number_check(const struct gk_node *tree, const char *source, struct gk_err *err)
{
	if (tree->type == GK_NUMBER && !is_finite(tree->text)) {
		(void)gk_fail(err, GK_EINPUT, "number.range",
			"number %.*s is larger than what Kubernetes can hold", GK_SARG(tree->text));
		(void)gk_err_at(err, gk_node_pos(tree, source));
		return gk_help(err, "quote it, if it is to be a text");
	}
	gk_node_foreach (child, tree)
		if (gk_number_check(child, source, err))
			return -1;
	return 0;
}
