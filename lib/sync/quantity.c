/* Comparing resource quantities by value. */
#include "sync/quantity.h"

#include "sync/fields.h"

/* A value as mantissa x 10^e10 x 2^e2, the mantissa without trailing decimal zeros. */
struct quantity {
	uint64_t mantissa;
	int e10, e2;
	bool negative;
};

static const struct {
	const char *suffix;
	int e10, e2;
} suffixes[] = {{"", 0, 0}, {"n", -9, 0}, {"u", -6, 0}, {"m", -3, 0}, {"k", 3, 0}, {"M", 6, 0},
	{"G", 9, 0}, {"T", 12, 0}, {"P", 15, 0}, {"E", 18, 0}, {"Ki", 0, 10}, {"Mi", 0, 20},
	{"Gi", 0, 30}, {"Ti", 0, 40}, {"Pi", 0, 50}, {"Ei", 0, 60}};

static bool parse_suffix(struct gk_str s, struct quantity *q)
{
	for (size_t i = 0; i < GK_COUNT(suffixes); i++)
		if (gk_str_is(s, suffixes[i].suffix)) {
			q->e10 += suffixes[i].e10;
			q->e2 = suffixes[i].e2;
			return true;
		}
	return false;
}

/* "1e3", "1E-3": at most two digits */
static bool parse_exponent(struct gk_str s, struct quantity *q)
{
	int sign = 1, value = 0;

	s = gk_str_from(s, 1);
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		sign = s.p[0] == '-' ? -1 : 1;
		s = gk_str_from(s, 1);
	}
	if (s.n == 0 || s.n > 2)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (s.p[i] - '0');
	}
	q->e10 += sign * value;
	return true;
}

static bool parse_digits(struct gk_str *s, struct quantity *q)
{
	bool point = false, any = false;

	for (; s->n; *s = gk_str_from(*s, 1)) {
		char c = s->p[0];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		any = true;
		if (q->mantissa > UINT64_MAX / 10 - 1)
			return false;
		q->mantissa = q->mantissa * 10 + (uint64_t)(c - '0');
		q->e10 -= point;
	}
	return any;
}

static bool parse(struct gk_str s, struct quantity *q)
{
	*q = (struct quantity){0};
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		q->negative = s.p[0] == '-';
		s = gk_str_from(s, 1);
	}
	if (!parse_digits(&s, q))
		return false;
	if (s.n > 1 && (s.p[0] == 'e' || s.p[0] == 'E') && s.p[1] != 'i') {
		if (!parse_exponent(s, q))
			return false;
	} else if (!parse_suffix(s, q)) {
		return false;
	}
	return true;
}

/* Move powers of two and ten into the mantissa as far as it takes them, to one form. */
static bool normalise(struct quantity *q)
{
	for (; q->e2 > 0; q->e2--)
		if (__builtin_mul_overflow(q->mantissa, (uint64_t)2, &q->mantissa))
			return false;
	while (q->mantissa && q->mantissa % 10 == 0) {
		q->mantissa /= 10;
		q->e10++;
	}
	if (!q->mantissa)
		*q = (struct quantity){0};
	return true;
}

bool gk_quantity_equal(struct gk_str a, struct gk_str b)
{
	struct quantity qa, qb;

	if (!parse(a, &qa) || !parse(b, &qb) || !normalise(&qa) || !normalise(&qb))
		return false;
	return qa.mantissa == qb.mantissa && qa.e10 == qb.e10 && qa.negative == qb.negative;
}

/* Members whose values are maps from a resource's name to a quantity. */
static const char *const holders[] = {"limits", "requests", "hard", "capacity", "allocatable",
	"default", "defaultRequest", "max", "min", "maxLimitRequestRatio", "overhead"};

bool gk_quantity_same(
	const struct gk_step *step, size_t nsteps, const struct gk_node *a, const struct gk_node *b)
{
	bool here = nsteps && gk_str_is(step[nsteps - 1].name, "sizeLimit");

	for (size_t i = 0; i < GK_COUNT(holders) && nsteps > 1; i++)
		here |= gk_str_is(step[nsteps - 2].name, holders[i]);
	return here && gk_quantity_equal(gk_node_scalar(a), gk_node_scalar(b));
}
