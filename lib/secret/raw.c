/* Scanning JSON text without building a tree. */
#include "secret/raw.h"

#include "base/text.h"
#include "secret/decimal.h"

enum { DEPTH_MAX = 256 };

/* The scanner's place in the text. */
struct scan {
	struct gk_str s;
	size_t at;
	unsigned depth;
};

static char peek(const struct scan *c)
{
	return c->at < c->s.n ? c->s.p[c->at] : '\0';
}

static void blanks(struct scan *c)
{
	while (c->at < c->s.n && strchr(" \t\r\n", c->s.p[c->at]) && c->s.p[c->at])
		c->at++;
}

static bool word(struct scan *c, const char *text)
{
	struct gk_str w = gk_str_c(text);

	if (!gk_str_starts(gk_str_from(c->s, c->at), w))
		return false;
	c->at += w.n;
	return true;
}

static bool digits(struct scan *c)
{
	size_t from = c->at;

	while (peek(c) >= '0' && peek(c) <= '9')
		c->at++;
	return c->at > from;
}

static bool number(struct scan *c)
{
	if (peek(c) == '-')
		c->at++;
	if (peek(c) == '0')
		c->at++;
	else if (!digits(c))
		return false;
	if (peek(c) == '.') {
		c->at++;
		if (!digits(c))
			return false;
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		return digits(c);
	}
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool escape(struct scan *c)
{
	char e = peek(c);

	if (!e || !strchr("\"\\/bfnrtu", e))
		return false;
	c->at++;
	for (int i = 0; e == 'u' && i < 4; i++, c->at++)
		if (!is_hex(peek(c)))
			return false;
	return true;
}

static bool string(struct scan *c)
{
	for (c->at++; c->at < c->s.n; c->at++) {
		char ch = c->s.p[c->at];

		if (ch == '"') {
			c->at++;
			return true;
		}
		if ((unsigned char)ch < 0x20)
			return false;
		if (ch == '\\') {
			c->at++;
			if (!escape(c))
				return false;
			c->at--;
		}
	}
	return false;
}

static bool value(struct scan *c);

/* Elements or members up to the closing bracket; the scanner stands behind the opening one. */
static bool list(struct scan *c, char close, bool members)
{
	blanks(c);
	if (peek(c) == close) {
		c->at++;
		return true;
	}
	for (;;) {
		blanks(c);
		if (members) {
			if (peek(c) != '"' || !string(c))
				return false;
			blanks(c);
			if (peek(c) != ':')
				return false;
			c->at++;
		}
		if (!value(c))
			return false;
		blanks(c);
		if (peek(c) == close) {
			c->at++;
			return true;
		}
		if (peek(c) != ',')
			return false;
		c->at++;
	}
}

static bool nested(struct scan *c, char close, bool members)
{
	bool ok;

	if (++c->depth > DEPTH_MAX)
		return false;
	c->at++;
	ok = list(c, close, members);
	c->depth--;
	return ok;
}

static bool value(struct scan *c)
{
	blanks(c);
	switch (peek(c)) {
	case '{':
		return nested(c, '}', true);
	case '[':
		return nested(c, ']', false);
	case '"':
		return string(c);
	case 't':
		return word(c, "true");
	case 'f':
		return word(c, "false");
	case 'n':
		return word(c, "null");
	default:
		return number(c);
	}
}

static enum gk_raw_type type_of(char first)
{
	static const struct {
		char first;
		enum gk_raw_type type;
	} types[] = {{'{', GK_RAW_OBJECT}, {'[', GK_RAW_ARRAY}, {'"', GK_RAW_STRING},
		{'t', GK_RAW_TRUE}, {'f', GK_RAW_FALSE}, {'n', GK_RAW_NULL}};

	for (size_t i = 0; i < GK_COUNT(types); i++)
		if (types[i].first == first)
			return types[i].type;
	return GK_RAW_NUMBER;
}

/* Read the value at the scanner's place; false when there is none. */
static bool take(struct scan *c, struct gk_raw *ret)
{
	size_t from;

	blanks(c);
	from = c->at;
	if (!value(c))
		return false;
	ret->text = (struct gk_str){c->s.p + from, c->at - from};
	ret->type = type_of(ret->text.p[0]);
	return true;
}

bool gk_raw_parse(struct gk_str text, struct gk_raw *ret)
{
	struct scan c = {.s = text};
	struct gk_raw v;

	if (!gk_utf8_valid(text) || !take(&c, &v))
		return false;
	blanks(&c);
	if (c.at != text.n)
		return false;
	*ret = v;
	return true;
}

bool gk_raw_next(const struct gk_raw *parent, size_t *at, struct gk_raw *key, struct gk_raw *value_)
{
	struct scan c = {.s = parent->text, .at = *at ? *at : 1};

	blanks(&c);
	if (peek(&c) == ',')
		c.at++;
	blanks(&c);
	if (peek(&c) == ']' || peek(&c) == '}' || c.at >= c.s.n)
		return false;
	if (parent->type == GK_RAW_OBJECT) {
		if (!take(&c, key))
			return false;
		blanks(&c);
		c.at++; /* the colon */
	}
	if (!take(&c, value_))
		return false;
	*at = c.at;
	return true;
}

static uint32_t hex4(const char *p)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];

		v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

/* \uXXXX at p (behind the u): the code point, and how many bytes it took. */
static uint32_t unicode(struct gk_str s, size_t *used)
{
	uint32_t v = hex4(s.p), low;

	*used = 4;
	if (v < 0xd800 || v > 0xdfff)
		return v;
	if (v > 0xdbff || s.n < 10 || s.p[4] != '\\' || s.p[5] != 'u')
		return 0xfffd;
	low = hex4(s.p + 6);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*used = 10;
	return 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
}

void gk_raw_unquote(struct gk_buf *b, const struct gk_raw *string_)
{
	static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	struct gk_str s = {string_->text.p + 1, string_->text.n - 2};

	for (size_t i = 0; i < s.n; i++) {
		size_t used = 0;

		if (s.p[i] != '\\') {
			gk_buf_putc(b, s.p[i]);
			continue;
		}
		if (s.p[++i] == 'u') {
			gk_utf8_put(b, unicode(gk_str_from(s, i + 1), &used));
			i += used;
		} else {
			gk_buf_putc(b, meant[strchr(plain, s.p[i]) - plain]);
		}
	}
}

void gk_raw_text(struct gk_buf *b, const struct gk_raw *v)
{
	if (v->type == GK_RAW_STRING)
		gk_raw_unquote(b, v);
	else if (v->type == GK_RAW_NUMBER)
		gk_decimal_plain(b, v->text);
	else if (v->type != GK_RAW_NULL)
		gk_buf_putstr(b, v->text);
}
