/*
 * Scalars in the style that go-yaml v2 chooses, byte for byte:
 *
 *	reads back as no string	"yes"		double quotes
 *	several lines		|		literal
 *	allowed as it is	a b		plain
 *	else			'# a'		single quotes, or double ones with escapes
 *
 * Long one-line scalars fold at the first blank beyond column 80.
 */
#include <string.h>

#include "base/text.h"
#include "doc/yaml-emit.h"
#include "doc/yaml-type.h"

enum { WIDTH = 80, INDENT = 2 };

static void put(struct gk_yaml_emitter *e, char c)
{
	gk_buf_putc(e->out, c);
	e->column++;
}

static void line_break(struct gk_yaml_emitter *e)
{
	gk_buf_putc(e->out, '\n');
	e->column = 0;
}

void gk_yaml__indicator(struct gk_yaml_emitter *e, const char *text, unsigned flags)
{
	if ((flags & GK_YAML_SPACED) && !e->whitespace)
		put(e, ' ');
	for (; *text; text++)
		put(e, *text);
	e->whitespace = false;
	e->indention = e->indention && (flags & GK_YAML_INDENTS);
}

void gk_yaml__indent(struct gk_yaml_emitter *e)
{
	size_t indent = e->indent < 0 ? 0 : (size_t)e->indent;

	if (!e->indention || e->column > indent || (e->column == indent && !e->whitespace))
		line_break(e);
	gk_buf_fill(e->out, ' ', indent - e->column);
	e->column = indent;
	e->whitespace = true;
	e->indention = true;
}

void gk_yaml__word(struct gk_yaml_emitter *e, struct gk_str text)
{
	gk_yaml__indicator(e, "", GK_YAML_SPACED);
	gk_buf_putstr(e->out, text);
	e->column += text.n;
}

/*
 * A character of the text.  The classes are go-yaml's: what it calls printable ends at
 * U+FFFF, and its breaks are those of YAML 1.1.
 */
struct character {
	size_t at, n;
	uint32_t c;
};

static bool next(struct gk_str s, struct character *ch)
{
	unsigned char first;

	ch->at += ch->n;
	if (ch->at >= s.n)
		return false;
	first = (unsigned char)s.p[ch->at];
	ch->n = 1;
	ch->c = first;
	if (first >= 0x80)
		ch->c = gk_utf8_decode(gk_str_from(s, ch->at), &ch->n);
	return true;
}

static bool is_break(uint32_t c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t';
}

static bool is_printable(uint32_t c)
{
	return c == '\n' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xfffd && c != 0xfeff);
}

/* What go-yaml's reader, through which kustomize's output passes, refuses even in JSON. */
static bool is_refused(uint32_t c)
{
	return c == 0x7f || (c >= 0x80 && c <= 0x9f && c != 0x85) || c == 0xfffe || c == 0xffff;
}

/* Most of all text: ASCII that no style treats apart once the text has begun. */
static bool is_common(struct gk_str s, size_t at)
{
	static const bool apart[128] = {[' '] = true,
		[':'] = true,
		['#'] = true,
		['\''] = true,
		['"'] = true,
		['\\'] = true};
	unsigned char c = at < s.n ? (unsigned char)s.p[at] : 0;

	return c >= ' ' && c < 0x7f && !apart[c];
}

bool gk_yaml__has_break(struct gk_str s)
{
	struct character ch = {0};

	while (next(s, &ch))
		if (is_break(ch.c))
			return true;
	return false;
}

/* Which styles the text can take. */
struct analysis {
	bool plain, single, literal, lines;
	uint32_t refused; /* a character that cannot be written, or 0 */
};

static bool starts_plain(struct gk_str s, bool blank_follows)
{
	if (strchr("#,[]{}&*!|>'\"%@`", s.p[0]))
		return false;
	if (s.p[0] == '?' || s.p[0] == ':' || s.p[0] == '-')
		return !blank_follows;
	return true;
}

static bool blank_follows(struct gk_str s, const struct character *ch)
{
	size_t after = ch->at + ch->n;

	return after >= s.n || is_blank((unsigned char)s.p[after]);
}

/* A comment or the end of a key in the middle of the text. */
static bool is_indicator(struct gk_str s, const struct character *ch, uint32_t before)
{
	if (ch->c == ':')
		return blank_follows(s, ch);
	return ch->c == '#' && (is_blank(before) || is_break(before));
}

static struct analysis analyse(struct gk_str s)
{
	struct analysis a = {.plain = true, .single = true, .literal = true};
	struct character ch = {0};
	uint32_t before = 0;

	if (gk_str_starts(s, GK_STR("---")) || gk_str_starts(s, GK_STR("...")))
		a.plain = false;
	while (next(s, &ch)) {
		bool edge = ch.at == 0 || ch.at + ch.n == s.n;

		if (ch.at && is_common(s, ch.at)) {
			before = ch.c;
			continue;
		}
		if (is_refused(ch.c))
			a.refused = ch.c;
		if (ch.at == 0 ? !starts_plain(s, blank_follows(s, &ch))
			       : is_indicator(s, &ch, before))
			a.plain = false;
		if (!is_printable(ch.c))
			a.plain = a.single = a.literal = false;
		if (ch.c == ' ') {
			a.plain &= !edge;
			a.single &= !is_break(before);
			a.literal &= ch.at + ch.n != s.n;
		} else if (is_break(ch.c)) {
			a.lines = true;
			if (before == ' ')
				a.single = a.literal = false;
		}
		before = ch.c;
	}
	a.plain &= !a.lines;
	return a;
}

/* Would it read back as something else than this string, by the rules of YAML 1.1? */
static bool needs_quotes(struct gk_yaml_emitter *e, struct gk_str s, bool key)
{
	struct gk_yaml_value v;

	gk_yaml__resolve(GK_YAML_A, s, &e->scratch, &v);
	if (v.kind == GK_YAML_MERGE)
		return key;
	return v.kind != GK_YAML_STRING || gk_yaml__is_base60(s);
}

/* Fold here?  Only between words, and where the line is full. */
static bool folds(const struct gk_yaml_emitter *e, const struct character *ch, size_t n,
	bool after_space, bool fold)
{
	return fold && !e->as_read && !after_space && e->column > WIDTH && ch->at > 0 &&
	       ch->at + 1 < n;
}

static void copy(struct gk_yaml_emitter *e, struct gk_str s, const struct character *ch)
{
	gk_buf_put(e->out, s.p + ch->at, ch->n);
	e->column++;
}

/* The character, and in the same piece the common ones that follow it. */
static void copy_run(struct gk_yaml_emitter *e, struct gk_str s, struct character *ch)
{
	size_t first = ch->n;

	while (is_common(s, ch->at + ch->n))
		ch->n++;
	gk_buf_put(e->out, s.p + ch->at, ch->n);
	e->column += ch->n - first + 1;
}

/*
 * A break inside quotes is written as it stands, doubled for \n, and the text after it is
 * indented.
 */
static void quoted_break(
	struct gk_yaml_emitter *e, struct gk_str s, const struct character *ch, bool after_break)
{
	if (!after_break && ch->c == '\n')
		line_break(e);
	copy(e, s, ch);
	e->column = 0;
	e->indention = true;
}

/* Plain and single-quoted text differ in the quote only. */
static void put_flow(struct gk_yaml_emitter *e, struct gk_str s, bool fold, bool quoted)
{
	struct character ch = {0};
	bool space = false, broken = false;

	while (next(s, &ch)) {
		if (ch.c == ' ') {
			if (folds(e, &ch, s.n, space, fold) && s.p[ch.at + 1] != ' ')
				gk_yaml__indent(e);
			else
				put(e, ' ');
			space = true;
			continue;
		}
		if (is_break(ch.c)) {
			quoted_break(e, s, &ch, broken);
			broken = true;
			continue;
		}
		if (broken)
			gk_yaml__indent(e);
		if (quoted && ch.c == '\'')
			put(e, '\'');
		copy_run(e, s, &ch);
		e->indention = space = broken = false;
	}
}

static void put_plain(struct gk_yaml_emitter *e, struct gk_str s, bool fold)
{
	if (!e->whitespace)
		put(e, ' ');
	put_flow(e, s, fold, false);
	e->whitespace = e->indention = false;
}

static void put_single(struct gk_yaml_emitter *e, struct gk_str s, bool fold)
{
	gk_yaml__indicator(e, "'", GK_YAML_SPACED);
	put_flow(e, s, fold, true);
	gk_yaml__indicator(e, "'", 0);
}

static void put_escape(struct gk_yaml_emitter *e, uint32_t c)
{
	static const char named[256] = {[0x00] = '0',
		[0x07] = 'a',
		[0x08] = 'b',
		[0x09] = 't',
		[0x0a] = 'n',
		[0x0b] = 'v',
		[0x0c] = 'f',
		[0x0d] = 'r',
		[0x1b] = 'e',
		['"'] = '"',
		['\\'] = '\\',
		[0x85] = 'N',
		[0xa0] = '_'};
	size_t from = e->out->n;

	gk_buf_putc(e->out, '\\');
	if (c < 256 && named[c])
		gk_buf_putc(e->out, named[c]);
	else if (c == 0x2028 || c == 0x2029)
		gk_buf_putc(e->out, c == 0x2028 ? 'L' : 'P');
	else if (c <= 0xff)
		gk_buf_printf(e->out, "x%02X", c);
	else if (c <= 0xffff)
		gk_buf_printf(e->out, "u%04X", c);
	else
		gk_buf_printf(e->out, "U%08X", c);
	e->column += e->out->n - from;
}

/*
 * In a text that begins with a byte order mark go-yaml escapes every character but blanks:
 * its test for the mark always looks at the first bytes.  The bytes are what counts here.
 */
static void put_double(struct gk_yaml_emitter *e, struct gk_str s, bool fold)
{
	bool all = gk_str_starts(s, GK_STR("\xef\xbb\xbf")), space = false;
	struct character ch = {0};

	gk_yaml__indicator(e, "\"", GK_YAML_SPACED);
	while (next(s, &ch)) {
		if (all || !is_printable(ch.c) || is_break(ch.c) || ch.c == '"' || ch.c == '\\') {
			put_escape(e, ch.c);
			space = false;
		} else if (ch.c != ' ') {
			copy_run(e, s, &ch);
			space = false;
		} else if (folds(e, &ch, s.n, space, fold)) {
			gk_yaml__indent(e);
			if (s.p[ch.at + 1] == ' ')
				put(e, '\\');
			space = true;
		} else {
			put(e, ' ');
			space = true;
		}
	}
	gk_yaml__indicator(e, "\"", 0);
}

/* How many breaks end the text: 0, 1 or 2 (= more). */
static unsigned final_breaks(struct gk_str s)
{
	struct character ch = {0};
	unsigned n = 0;

	while (next(s, &ch))
		n = is_break(ch.c) ? n + 1 : 0;
	return n > 2 ? 2 : n;
}

static void put_hints(struct gk_yaml_emitter *e, struct gk_str s)
{
	struct character ch = {0};
	unsigned breaks = final_breaks(s);

	(void)next(s, &ch);
	if (ch.c == ' ' || is_break(ch.c))
		gk_yaml__indicator(e, "2", 0);
	if (breaks == 0)
		gk_yaml__indicator(e, "-", 0);
	else if (breaks == 2 || ch.n == s.n)
		gk_yaml__indicator(e, "+", 0);
}

static void put_literal(struct gk_yaml_emitter *e, struct gk_str s)
{
	struct character ch = {0};
	bool broken = true;

	gk_yaml__indicator(e, "|", GK_YAML_SPACED);
	put_hints(e, s);
	line_break(e);
	e->indention = e->whitespace = true;
	while (next(s, &ch)) {
		if (is_break(ch.c)) {
			copy(e, s, &ch);
			e->column = 0;
			e->indention = broken = true;
			continue;
		}
		if (broken)
			gk_yaml__indent(e);
		copy_run(e, s, &ch);
		e->indention = broken = false;
	}
}

static int refused(struct gk_yaml_emitter *e, uint32_t c)
{
	gk_fail(e->err, GK_EINPUT, "yaml.character",
		"a string holds the control character U+%04X, which YAML cannot carry", c);
	return gk_help(e->err, "store the value as base64, or print JSON");
}

int gk_yaml__string(struct gk_yaml_emitter *e, struct gk_str s, bool key)
{
	struct analysis a = analyse(s);
	bool lines = s.n && memchr(s.p, '\n', s.n), doubt = !lines && needs_quotes(e, s, key);
	int indent = e->indent;

	if (a.refused)
		return refused(e, a.refused);
	e->indent = indent < 0 ? INDENT : indent + INDENT;
	if (lines && a.literal && !key)
		put_literal(e, s);
	else if (lines || doubt || (key && a.lines))
		put_double(e, s, !key);
	else if (a.plain)
		put_plain(e, s, !key);
	else if (a.single)
		put_single(e, s, !key);
	else
		put_double(e, s, !key);
	e->indent = indent;
	return 0;
}

/* Plain text in a flow collection holds none of its indicators, go-yaml v3 says. */
static bool is_bare(struct gk_str s)
{
	static const char indicators[] = ",?[]{}:";

	for (size_t i = 0; i < s.n; i++)
		if (strchr(indicators, s.p[i]))
			return false;
	return s.n > 0;
}

/* The style in a flow collection: blocks become double quotes. */
static enum gk_style flow_style(const struct analysis *a, const struct gk_node *n)
{
	bool plain = n->style == GK_STYLE_PLAIN, block = n->style > GK_STYLE_DOUBLE;

	if (plain && a->plain && is_bare(n->text))
		return GK_STYLE_PLAIN;
	if (block || a->lines || !a->single || n->style == GK_STYLE_DOUBLE)
		return GK_STYLE_DOUBLE;
	return GK_STYLE_SINGLE;
}

static bool can_have(const struct analysis *a, enum gk_style style)
{
	return style == GK_STYLE_DOUBLE || (style == GK_STYLE_PLAIN && a->plain) ||
	       (style == GK_STYLE_SINGLE && a->single) || (style == GK_STYLE_LITERAL && a->literal);
}

int gk_yaml__styled(struct gk_yaml_emitter *e, const struct gk_node *n)
{
	static void (*const put[])(struct gk_yaml_emitter *, struct gk_str, bool) = {
		[GK_STYLE_PLAIN] = put_plain,
		[GK_STYLE_SINGLE] = put_single,
		[GK_STYLE_DOUBLE] = put_double,
	};
	struct analysis a = analyse(n->text);
	enum gk_style style = e->flow ? flow_style(&a, n) : n->style;
	int indent = e->indent;

	if (a.refused || !can_have(&a, style))
		return gk_yaml__string(e, n->text, false);
	e->indent = indent < 0 ? INDENT : indent + INDENT;
	if (style == GK_STYLE_LITERAL)
		put_literal(e, n->text);
	else
		put[style](e, n->text, false);
	e->indent = indent;
	return 0;
}
