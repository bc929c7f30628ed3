/*
 * Plain scalars to types, in the order in which go-yaml tries them: words, timestamps,
 * integers in four bases, decimal floats.  Both profiles share the number rules; they
 * differ in the words of YAML 1.1 (yes, on, y...) and in timestamps.
 */
#include <string.h>

#include "doc/yaml-type.h"

enum { WORD_MAX = 5 };

struct word {
	const char *text;
	enum gk_yaml_kind kind;
	enum gk_type type;
	bool only_a; /* profile K reads a string */
};

static const struct word words[] = {
	{"~", GK_YAML_NULL, GK_NULL, false},
	{"null", GK_YAML_NULL, GK_NULL, false},
	{"Null", GK_YAML_NULL, GK_NULL, false},
	{"NULL", GK_YAML_NULL, GK_NULL, false},
	{"true", GK_YAML_BOOL, GK_TRUE, false},
	{"True", GK_YAML_BOOL, GK_TRUE, false},
	{"TRUE", GK_YAML_BOOL, GK_TRUE, false},
	{"false", GK_YAML_BOOL, GK_FALSE, false},
	{"False", GK_YAML_BOOL, GK_FALSE, false},
	{"FALSE", GK_YAML_BOOL, GK_FALSE, false},
	{"y", GK_YAML_BOOL, GK_TRUE, true},
	{"Y", GK_YAML_BOOL, GK_TRUE, true},
	{"yes", GK_YAML_BOOL, GK_TRUE, true},
	{"Yes", GK_YAML_BOOL, GK_TRUE, true},
	{"YES", GK_YAML_BOOL, GK_TRUE, true},
	{"on", GK_YAML_BOOL, GK_TRUE, true},
	{"On", GK_YAML_BOOL, GK_TRUE, true},
	{"ON", GK_YAML_BOOL, GK_TRUE, true},
	{"n", GK_YAML_BOOL, GK_FALSE, true},
	{"N", GK_YAML_BOOL, GK_FALSE, true},
	{"no", GK_YAML_BOOL, GK_FALSE, true},
	{"No", GK_YAML_BOOL, GK_FALSE, true},
	{"NO", GK_YAML_BOOL, GK_FALSE, true},
	{"off", GK_YAML_BOOL, GK_FALSE, true},
	{"Off", GK_YAML_BOOL, GK_FALSE, true},
	{"OFF", GK_YAML_BOOL, GK_FALSE, true},
	{".nan", GK_YAML_NONFINITE, GK_STRING, false},
	{".NaN", GK_YAML_NONFINITE, GK_STRING, false},
	{".NAN", GK_YAML_NONFINITE, GK_STRING, false},
	{".inf", GK_YAML_NONFINITE, GK_STRING, false},
	{".Inf", GK_YAML_NONFINITE, GK_STRING, false},
	{".INF", GK_YAML_NONFINITE, GK_STRING, false},
	{"+.inf", GK_YAML_NONFINITE, GK_STRING, false},
	{"+.Inf", GK_YAML_NONFINITE, GK_STRING, false},
	{"+.INF", GK_YAML_NONFINITE, GK_STRING, false},
	{"-.inf", GK_YAML_NONFINITE, GK_STRING, false},
	{"-.Inf", GK_YAML_NONFINITE, GK_STRING, false},
	{"-.INF", GK_YAML_NONFINITE, GK_STRING, false},
	{"<<", GK_YAML_MERGE, GK_STRING, false},
};

/* What the first character lets a scalar be: most begin with one that makes it a string. */
enum { MAYBE_WORD = 1, MAYBE_NUMBER = 2 };

static const unsigned char hint[256] = {
	['~'] = MAYBE_WORD,
	['n'] = MAYBE_WORD,
	['N'] = MAYBE_WORD,
	['t'] = MAYBE_WORD,
	['T'] = MAYBE_WORD,
	['f'] = MAYBE_WORD,
	['F'] = MAYBE_WORD,
	['y'] = MAYBE_WORD,
	['Y'] = MAYBE_WORD,
	['o'] = MAYBE_WORD,
	['O'] = MAYBE_WORD,
	['<'] = MAYBE_WORD,
	['.'] = MAYBE_WORD | MAYBE_NUMBER,
	['+'] = MAYBE_WORD | MAYBE_NUMBER,
	['-'] = MAYBE_WORD | MAYBE_NUMBER,
	['0'] = MAYBE_NUMBER,
	['1'] = MAYBE_NUMBER,
	['2'] = MAYBE_NUMBER,
	['3'] = MAYBE_NUMBER,
	['4'] = MAYBE_NUMBER,
	['5'] = MAYBE_NUMBER,
	['6'] = MAYBE_NUMBER,
	['7'] = MAYBE_NUMBER,
	['8'] = MAYBE_NUMBER,
	['9'] = MAYBE_NUMBER,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool word(enum gk_yaml_profile profile, struct gk_str s, struct gk_yaml_value *ret)
{
	if (s.n > WORD_MAX)
		return false;
	for (size_t i = 0; i < GK_COUNT(words); i++) {
		const struct word *w = &words[i];

		if (w->text[0] != s.p[0] || !gk_str_is(s, w->text))
			continue;
		ret->ambiguous = w->only_a;
		if (w->only_a && profile == GK_YAML_K)
			return true;
		ret->kind = w->kind;
		ret->type = w->type;
		return true;
	}
	return false;
}

static unsigned digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

/* Take the prefix of a base off *s: 0x, 0b, 0o in either case, or a leading zero. */
static unsigned take_base(struct gk_str *s)
{
	char mark = s->n > 1 && s->p[0] == '0' ? (char)(s->p[1] | 0x20) : 0;
	unsigned base = mark == 'x' ? 16 : mark == 'b' ? 2 : mark == 'o' ? 8 : 0;

	if (base) {
		*s = gk_str_from(*s, 2);
		return base;
	}
	return s->n > 1 && s->p[0] == '0' ? 8 : 10;
}

/* Digits of a base that fit uint64 (int64 when signed): the whole string or nothing. */
static bool integer_value(struct gk_str s, uint64_t *ret)
{
	bool sign = s.n && (s.p[0] == '-' || s.p[0] == '+');
	uint64_t limit = !sign ? UINT64_MAX : s.p[0] == '-' ? (uint64_t)1 << 63 : INT64_MAX, v = 0;
	unsigned base;

	if (sign)
		s = gk_str_from(s, 1);
	base = take_base(&s);
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = digit_value(s.p[i]);

		if (d >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) ||
			__builtin_add_overflow(v, (uint64_t)d, &v))
			return false;
	}
	*ret = v;
	return v <= limit;
}

/* A JSON integer as it stands: no plus, no superfluous zero, no other base. */
static bool is_canonical(struct gk_str s)
{
	if (s.n && s.p[0] == '-')
		s = gk_str_from(s, 1);
	return s.n && is_digit(s.p[0]) && (s.n == 1 || s.p[0] != '0');
}

static bool integer(struct gk_str s, struct gk_buf *scratch, struct gk_yaml_value *ret)
{
	uint64_t v;

	if (!integer_value(s, &v))
		return false;
	ret->kind = GK_YAML_INT;
	ret->type = GK_NUMBER;
	ret->text = s;
	if (is_canonical(s) && !gk_str_is(s, "-0"))
		return true;
	gk_buf_reset(scratch);
	gk_buf_printf(scratch, "%s%llu", s.p[0] == '-' && v ? "-" : "", (unsigned long long)v);
	ret->text = gk_buf_str(scratch);
	return true;
}

/* The parts of [-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)? */
struct parts {
	bool negative;
	struct gk_str whole, fraction, exponent; /* exponent: with its sign, without the e */
};

static struct gk_str take_digits(struct gk_str *s)
{
	struct gk_str d = {s->p, 0};

	while (d.n < s->n && is_digit(s->p[d.n]))
		d.n++;
	*s = gk_str_from(*s, d.n);
	return d;
}

static bool split_float(struct gk_str s, struct parts *p)
{
	size_t sign;

	*p = (struct parts){.negative = s.n && s.p[0] == '-'};
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = gk_str_from(s, 1);
	p->whole = take_digits(&s);
	if (s.n && s.p[0] == '.') {
		s = gk_str_from(s, 1);
		p->fraction = take_digits(&s);
	}
	if (!p->whole.n && !p->fraction.n)
		return false;
	if (!s.n)
		return true;
	if (s.n < 2 || (s.p[0] != 'e' && s.p[0] != 'E'))
		return false;
	s = gk_str_from(s, 1);
	p->exponent = s;
	sign = s.p[0] == '-' || s.p[0] == '+';
	s = gk_str_from(s, sign);
	return take_digits(&s).n && !s.n;
}

/* Write it as a JSON literal of the same value: no plus, no bare point, no leading zeros. */
static void put_float(const struct parts *p, struct gk_buf *b)
{
	struct gk_str whole = p->whole;

	while (whole.n > 1 && whole.p[0] == '0')
		whole = gk_str_from(whole, 1);
	if (p->negative)
		gk_buf_putc(b, '-');
	gk_buf_putstr(b, whole.n ? whole : GK_STR("0"));
	if (p->fraction.n) {
		gk_buf_putc(b, '.');
		gk_buf_putstr(b, p->fraction);
	}
	if (p->exponent.n) {
		gk_buf_putc(b, 'e');
		gk_buf_putstr(b, p->exponent);
	}
}

/* Half-way beyond the largest double, and below the least: what rounds to infinity and to 0. */
static const char too_large[] = "1.79769313486231580793728971405303415079934132710037826936e308";
static const char too_small[] = "2.47032822920623272088284396434110686182e-324";

static struct gk_str magnitude(struct gk_str literal)
{
	return gk_str_from(literal, literal.p[0] == '-');
}

static bool decimal(struct gk_str s, struct gk_buf *scratch, struct gk_yaml_value *ret)
{
	struct parts p;
	struct gk_buf made = GK_BUF_INIT(0);

	if (!split_float(s, &p))
		return false;
	put_float(&p, &made);
	if (p.exponent.n || p.whole.n > 300) {
		struct gk_str m = magnitude(gk_buf_str(&made));

		if (gk_number_cmp(m, gk_str_c(too_large)) >= 0) {
			gk_buf_done(&made);
			return false;
		}
		if (gk_number_cmp(m, gk_str_c(too_small)) <= 0) {
			gk_buf_reset(&made);
			gk_buf_putc(&made, '0');
		}
	}
	gk_buf_reset(scratch);
	gk_buf_putstr(scratch, gk_buf_str(&made));
	gk_buf_done(&made);
	ret->kind = GK_YAML_FLOAT;
	ret->type = GK_NUMBER;
	ret->text = gk_buf_str(scratch);
	ret->rounded = p.whole.n > 15 && !p.fraction.n && !p.exponent.n;
	return true;
}

/* Numbers may be grouped by underscores anywhere but at the start: drop them. */
static struct gk_str ungrouped(struct gk_str s, struct gk_buf *into)
{
	if (!memchr(s.p, '_', s.n))
		return s;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_')
			gk_buf_putc(into, s.p[i]);
	return gk_buf_str(into);
}

/* A number that begins with a point is read by Go's own rule: underscores between digits. */
static bool groups_well(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '_' &&
			(i == 0 || !is_digit(s.p[i - 1]) || i + 1 == s.n || !is_digit(s.p[i + 1])))
			return false;
	return true;
}

/*
 * go-yaml's second look at 0b and 0o, in which a sign may stand after the prefix: 0b-1 is -1.
 * Octals have it in v3 only.
 */
static bool inner_sign(enum gk_yaml_profile profile, struct gk_str s, struct gk_buf *scratch,
	struct gk_yaml_value *ret)
{
	bool octal = profile == GK_YAML_K && gk_str_starts(s, GK_STR("0o"));
	GK_AUTO(gk_buf_done) struct gk_buf moved = GK_BUF_INIT(0);
	char sign = s.n > 3 ? s.p[2] : 0;

	if ((!octal && !gk_str_starts(s, GK_STR("0b"))) || (sign != '-' && sign != '+'))
		return false;
	gk_buf_putc(&moved, sign);
	gk_buf_put(&moved, s.p, 2);
	gk_buf_putstr(&moved, gk_str_from(s, 3));
	if (!integer(gk_buf_str(&moved), scratch, ret))
		return false;
	gk_assert(ret->text.p == scratch->p);
	return true;
}

static bool number(enum gk_yaml_profile profile, struct gk_str s, struct gk_buf *scratch,
	struct gk_yaml_value *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf plain = GK_BUF_INIT(0);
	bool found;

	if (s.p[0] == '.' && !groups_well(s))
		return false;
	s = ungrouped(s, &plain);
	found = integer(s, scratch, ret) || decimal(s, scratch, ret) ||
		inner_sign(profile, s, scratch, ret);
	if (found && plain.n && ret->text.p != scratch->p) {
		gk_buf_reset(scratch);
		gk_buf_putstr(scratch, ret->text);
		ret->text = gk_buf_str(scratch);
	}
	return found;
}

static bool stamp(enum gk_yaml_profile profile, struct gk_str s, struct gk_buf *scratch,
	struct gk_yaml_value *ret)
{
	gk_buf_reset(scratch);
	if (!gk_yaml__stamp(s, scratch))
		return false;
	ret->kind = GK_YAML_STAMP;
	ret->ambiguous = !gk_str_eq(s, gk_buf_str(scratch));
	if (profile == GK_YAML_K)
		ret->text = gk_buf_str(scratch);
	return true;
}

void gk_yaml__resolve(enum gk_yaml_profile profile, struct gk_str s, struct gk_buf *scratch,
	struct gk_yaml_value *ret)
{
	unsigned may = s.n ? hint[(unsigned char)s.p[0]] : 0;

	*ret = (struct gk_yaml_value){.kind = GK_YAML_STRING, .type = GK_STRING, .text = s};
	if (!s.n) {
		ret->kind = GK_YAML_NULL;
		ret->type = GK_NULL;
		return;
	}
	if ((may & MAYBE_WORD) && word(profile, s, ret))
		return;
	if ((may & MAYBE_NUMBER) && !stamp(profile, s, scratch, ret))
		(void)number(profile, s, scratch, ret);
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? */
bool gk_yaml__is_base60(struct gk_str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), groups = 0;

	if (i >= s.n || !is_digit(s.p[i]))
		return false;
	while (i < s.n && (is_digit(s.p[i]) || s.p[i] == '_'))
		i++;
	while (i + 1 < s.n && s.p[i] == ':' && is_digit(s.p[i + 1])) {
		bool two = i + 2 < s.n && is_digit(s.p[i + 2]) && s.p[i + 1] <= '5';

		i += two ? 3 : 2;
		groups++;
	}
	if (i < s.n && s.p[i] == '.' && groups)
		for (i++; i < s.n && (is_digit(s.p[i]) || s.p[i] == '_'); i++)
			;
	return groups && i == s.n;
}
