/*
 * Where the two differ, and it shows:
 *
 *	^* \b+ $?	Go may repeat what matches a place; PCRE2 wants a group around it
 *	a*+ a** a{2}{3}	PCRE2 takes the first for possessive; Go refuses to repeat a repetition
 *	x{1001}		Go stops at 1000
 *	\s \v \12	Go: tab, LF, FF, CR, blank; the vertical tab; octal
 *	\K \R \Z ...	only PCRE2 knows them, and groups like (?1), (?x), (?'n'a)
 */
#include "base/num.h"
#include "base/regex-go.h"

enum { REPEAT_MAX = 1000 };

/* What stands before the next sign. */
enum before { NOTHING, ATOM, REPETITION };

struct scan {
	struct gk_str rest;
	struct gk_buf *out;
	const char *fault;
	enum before before;
};

static void copy(struct scan *s, size_t n)
{
	gk_buf_put(s->out, s->rest.p, n);
	s->rest = gk_str_from(s->rest, n);
}

static void put(struct scan *s, size_t n, const char *text)
{
	gk_buf_puts(s->out, text);
	s->rest = gk_str_from(s->rest, n);
}

static bool begins(const struct scan *s, const char *text)
{
	return gk_str_starts(s->rest, gk_str_c(text));
}

static bool is_one_of(char c, const char *chars)
{
	return c && strchr(chars, c);
}

/* Bytes of {n}, {n,} or {n,m} in front, 0 when there is none: then the brace is a brace. */
static size_t repeat_length(struct gk_str s, const char **fault)
{
	struct gk_str rest = s, bounds, low;
	struct gk_err ignored = GK_ERR_INIT;
	uint64_t from, to;

	if (s.n == 0 || s.p[0] != '{')
		return 0;
	rest = gk_str_from(s, 1);
	bounds = gk_str_cut(&rest, '}');
	if (!rest.p)
		return 0;
	low = gk_str_cut(&bounds, ',');
	if (gk_num_u64(low, 0, UINT32_MAX, &from, &ignored))
		return 0;
	to = from;
	if (bounds.n && gk_num_u64(bounds, 0, UINT32_MAX, &to, &ignored))
		return 0;
	if (from > REPEAT_MAX || to > REPEAT_MAX)
		*fault = "a repetition of more than 1000";
	return (size_t)(rest.p - s.p);
}

static size_t repetition(const struct scan *s, const char **fault)
{
	if (s->rest.n && is_one_of(s->rest.p[0], "*+?"))
		return 1;
	return repeat_length(s->rest, fault);
}

/* A sign for a place, like ^: in a group when it is repeated. */
static void place(struct scan *s, size_t n)
{
	const char *ignored;
	struct scan after = *s;
	bool repeated;

	after.rest = gk_str_from(s->rest, n);
	repeated = repetition(&after, &ignored) > 0;
	gk_buf_puts(s->out, repeated ? "(?:" : "");
	copy(s, n);
	gk_buf_puts(s->out, repeated ? ")" : "");
	s->before = ATOM;
}

/* \Q...\E: as it stands. */
static void quote(struct scan *s)
{
	size_t n = 2;

	while (n < s->rest.n && !gk_str_starts(gk_str_from(s->rest, n), GK_STR("\\E")))
		n++;
	s->before = n > 2 ? ATOM : s->before;
	copy(s, n);
	if (s->rest.n)
		copy(s, 2);
}

/* What follows \x and \p, which repeats nothing. */
static void braces(struct scan *s)
{
	if (!begins(s, "{"))
		return;
	while (s->rest.n && s->rest.p[0] != '}')
		copy(s, 1);
	copy(s, s->rest.n ? 1 : 0);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Up to three octal digits behind the backslash; one that is no 0 stands alone for a group. */
static size_t octal_length(struct gk_str s)
{
	size_t n = 1;

	while (n < s.n && n < 4 && is_octal(s.p[n]))
		n++;
	return n == 1 || (n == 2 && s.p[1] != '0') ? 0 : n;
}

static void octal(struct scan *s, size_t n)
{
	unsigned c = 0;

	for (size_t i = 1; i < n; i++)
		c = c * 8 + (unsigned)(s->rest.p[i] - '0');
	gk_buf_printf(s->out, "\\x{%x}", c);
	s->rest = gk_str_from(s->rest, n);
	s->before = ATOM;
}

static const char *escape_fault(char c, bool in_class)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	if ((c >= '1' && c <= '9') || c == 'k' || c == 'g')
		return "a backreference";
	if ((unsigned char)c >= 0x80 ||
		(letter && !strchr(in_class ? "dDsSwWpPafnrtvx" : "dDsSwWpPafnrtvxAbBzQ", c)))
		return "an escape that is none";
	return NULL;
}

static void escape(struct scan *s, bool in_class)
{
	char c = s->rest.n > 1 ? s->rest.p[1] : '\0';
	size_t digits = octal_length(s->rest);

	if (digits) {
		octal(s, digits);
		return;
	}
	s->fault = escape_fault(c, in_class);
	if (s->fault || s->rest.n < 2) {
		copy(s, s->rest.n);
	} else if (c == 'Q') {
		quote(s);
	} else if (!in_class && is_one_of(c, "AbBz")) {
		place(s, 2);
	} else {
		if (c == 's')
			put(s, 2, in_class ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]");
		else if (c == 'S' && !in_class)
			put(s, 2, "[^\\t\\n\\f\\r ]");
		else if (c == 'v')
			put(s, 2, "\\x0b");
		else
			copy(s, 2);
		if (is_one_of(c, "xpP"))
			braces(s);
		s->before = ATOM;
	}
}

/* [...]: a bracket in front is an element of it, and so is a [ within. */
static void class(struct scan *s)
{
	copy(s, begins(s, "[^") ? 2 : 1);
	if (begins(s, "]"))
		copy(s, 1);
	while (s->rest.n && !s->fault && s->rest.p[0] != ']') {
		if (begins(s, "[:")) {
			copy(s, 2);
			while (s->rest.n && !begins(s, ":]"))
				copy(s, 1);
			copy(s, s->rest.n ? 2 : 0);
		} else if (s->rest.p[0] == '\\') {
			escape(s, true);
		} else {
			copy(s, 1);
		}
	}
	copy(s, s->rest.n ? 1 : 0);
	s->before = ATOM;
}

/* (?i) or (?i-s:...: the length up to the ) or with the colon; 0 when it is no such group. */
static size_t flags_length(struct gk_str s)
{
	size_t n = 2;

	while (n < s.n && is_one_of(s.p[n], "imsU-"))
		n++;
	return n < s.n && is_one_of(s.p[n], ":)") ? n : 0;
}

static const char *group_fault(struct gk_str s)
{
	static const struct {
		const char *start, *what;
	} known[] = {
		{"(?=", "a look-ahead"},
		{"(?!", "a look-ahead"},
		{"(?<=", "a look-behind"},
		{"(?<!", "a look-behind"},
		{"(?>", "an atomic group"},
		{"(?(", "a condition"},
		{"(?|", "a branch reset"},
		{"(?R", "recursion"},
		{"(?&", "recursion"},
		{"(?P>", "recursion"},
		{"(?P=", "a backreference"},
		{"(?#", "a comment"},
		{"(?C", "a callout"},
		{"(*", "a verb"},
	};

	for (size_t i = 0; i < GK_COUNT(known); i++)
		if (gk_str_starts(s, gk_str_c(known[i].start)))
			return known[i].what;
	if (!gk_str_starts(s, GK_STR("(?")) || gk_str_starts(s, GK_STR("(?P<")) ||
		gk_str_starts(s, GK_STR("(?<")) || flags_length(s))
		return NULL;
	return "a group that is none";
}

static void group(struct scan *s)
{
	size_t flags = begins(s, "(?") ? flags_length(s->rest) : 0;

	s->fault = group_fault(s->rest);
	if (flags && s->rest.p[flags] == ')') { /* only sets flags: what stands before still does */
		copy(s, flags + 1);
		return;
	}
	copy(s, begins(s, "(?") ? 2 : 1);
	if (flags)
		copy(s, flags - 1);
	s->before = NOTHING;
}

static void repeat(struct scan *s, size_t n)
{
	if (s->before == REPETITION)
		s->fault = "a repetition of a repetition";
	copy(s, n);
	if (begins(s, "?"))
		copy(s, 1);
	s->before = REPETITION;
}

static void sign(struct scan *s)
{
	size_t n = repetition(s, &s->fault);

	if (n) {
		repeat(s, n);
		return;
	}
	switch (s->rest.p[0]) {
	case '\\':
		escape(s, false);
		return;
	case '[':
		class(s);
		return;
	case '(':
		group(s);
		return;
	case '^':
	case '$':
		place(s, 1);
		return;
	}
	s->before = s->rest.p[0] == '|' ? NOTHING : ATOM;
	copy(s, 1);
}

const char *gk_regex__from_go(struct gk_str pattern, struct gk_buf *out)
{
	struct scan s = {.rest = pattern, .out = out};

	while (s.rest.n && !s.fault)
		sign(&s);
	return s.fault;
}
