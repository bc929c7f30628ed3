/*
 * Timestamps as go-yaml reads them, which is what Go's time.Parse accepts for its four
 * layouts: short fields, `T`, `t` or a blank, a fraction after a point or a comma.
 *
 *	2001-12-14t21:59:43.10-05:00  ->  2001-12-14T21:59:43.1-05:00
 *	2001-1-2 3:4:5                ->  2001-01-02T03:04:05Z
 *	2001-1-2                      ->  2001-01-02T00:00:00Z
 */
#include "doc/yaml-type.h"

struct stamp {
	unsigned year, month, day, hour, minute, second, nanosecond;
	int zone; /* minutes east of UTC */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* `min` to `max` digits with a value up to `limit`. */
static bool take(struct gk_str *s, size_t min, size_t max, unsigned limit, unsigned *ret)
{
	unsigned v = 0;
	size_t n = 0;

	while (n < max && n < s->n && is_digit(s->p[n]))
		v = v * 10 + (unsigned)(s->p[n++] - '0');
	*s = gk_str_from(*s, n);
	*ret = v;
	return n >= min && v <= limit;
}

static bool pass(struct gk_str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = gk_str_from(*s, 1);
	return true;
}

static unsigned days_in(unsigned month, unsigned year)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool date(struct gk_str *s, struct stamp *t)
{
	return take(s, 4, 4, 9999, &t->year) && pass(s, '-') && take(s, 1, 2, 12, &t->month) &&
	       t->month && pass(s, '-') && take(s, 1, 2, 31, &t->day) && t->day &&
	       t->day <= days_in(t->month, t->year);
}

/* Any number of digits; those beyond the ninth are read and dropped. */
static void fraction(struct gk_str *s, struct stamp *t)
{
	unsigned scale = 100000000;

	if (s->n < 2 || (s->p[0] != '.' && s->p[0] != ',') || !is_digit(s->p[1]))
		return;
	*s = gk_str_from(*s, 1);
	for (; s->n && is_digit(s->p[0]); *s = gk_str_from(*s, 1), scale /= 10)
		t->nanosecond += (unsigned)(s->p[0] - '0') * scale;
}

static bool clock_time(struct gk_str *s, struct stamp *t)
{
	if (!take(s, 1, 2, 23, &t->hour) || !pass(s, ':') || !take(s, 1, 2, 59, &t->minute) ||
		!pass(s, ':') || !take(s, 1, 2, 59, &t->second))
		return false;
	fraction(s, t);
	return true;
}

/* `Z` or +hh:mm; Go prints no offset of 24 hours or more. */
static bool zone(struct gk_str *s, struct stamp *t)
{
	bool west = s->n && s->p[0] == '-';
	unsigned hours, minutes;

	if (pass(s, 'Z'))
		return true;
	if (!(pass(s, '+') || pass(s, '-')) || !take(s, 2, 2, 23, &hours) || !pass(s, ':') ||
		!take(s, 2, 2, 59, &minutes))
		return false;
	t->zone = (int)(hours * 60 + minutes) * (west ? -1 : 1);
	return true;
}

static bool parse(struct gk_str s, struct stamp *t)
{
	if (!date(&s, t))
		return false;
	if (!s.n)
		return true;
	if (pass(&s, ' '))
		return clock_time(&s, t) && !s.n;
	return (pass(&s, 'T') || pass(&s, 't')) && clock_time(&s, t) && zone(&s, t) && !s.n;
}

bool gk_yaml__stamp(struct gk_str s, struct gk_buf *b)
{
	struct stamp t = {0};
	unsigned east;

	if (s.n < 8 || !is_digit(s.p[0]) || s.p[4] != '-' || !parse(s, &t))
		return false;
	gk_buf_printf(b, "%04u-%02u-%02uT%02u:%02u:%02u", t.year, t.month, t.day, t.hour, t.minute,
		t.second);
	if (t.nanosecond) {
		gk_buf_printf(b, ".%09u", t.nanosecond);
		while (b->p[b->n - 1] == '0')
			b->n--;
	}
	east = (unsigned)(t.zone < 0 ? -t.zone : t.zone);
	if (t.zone)
		gk_buf_printf(b, "%c%02u:%02u", t.zone < 0 ? '-' : '+', east / 60, east % 60);
	else
		gk_buf_putc(b, 'Z');
	return true;
}
