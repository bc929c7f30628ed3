/* Cutting a template into words. */
#include "secret/template-lex.h"

#include "base/buf.h"
#include "base/text.h"

static int fail(const struct gk_tl *l, struct gk_err *err, const char *what)
{
	return gk_fail(err, GK_EINPUT, "secrets.template", "line %u: %s", l->line, what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct gk_str rest_of(const struct gk_tl *l)
{
	return gk_str_from(l->s, l->at);
}

/* The n-th byte from here, '\0' beyond the end. */
static char ahead(const struct gk_tl *l, size_t n)
{
	return l->at + n < l->s.n ? l->s.p[l->at + n] : '\0';
}

static void skip(struct gk_tl *l, size_t n)
{
	for (; n && l->at < l->s.n; n--)
		l->line += l->s.p[l->at++] == '\n';
}

static void skip_blanks(struct gk_tl *l)
{
	while (l->at < l->s.n && is_blank(l->s.p[l->at]))
		skip(l, 1);
}

/* Where "{{" stands next, or the end. */
static size_t find(struct gk_str s, const char *what)
{
	struct gk_str w = gk_str_c(what);

	for (size_t i = 0; i + w.n <= s.n; i++)
		if (memcmp(s.p + i, w.p, w.n) == 0)
			return i;
	return s.n;
}

static bool opens_trimmed(struct gk_str action)
{
	return action.n > 3 && action.p[2] == '-' && is_blank(action.p[3]);
}

/* Text up to the next action, with blanks taken off where a trim mark says so. */
static void take_text(struct gk_tl *l, struct gk_tl_token *ret)
{
	struct gk_str rest = rest_of(l), text;
	size_t n = find(rest, "{{");

	text = (struct gk_str){rest.p, n};
	while (l->trim && text.n && is_blank(text.p[0]))
		text = gk_str_from(text, 1);
	if (n < rest.n && opens_trimmed(gk_str_from(rest, n)))
		while (text.n && is_blank(text.p[text.n - 1]))
			text.n--;
	ret->kind = GK_TL_TEXT;
	ret->text = text;
	l->trim = false;
	skip(l, n);
}

/* "}}" or " -}}"; how many bytes, 0 for neither. */
static size_t closes(const struct gk_tl *l)
{
	if (gk_str_starts(rest_of(l), GK_STR("}}")))
		return 2;
	if (gk_str_starts(rest_of(l), GK_STR("-}}")) && l->at && is_blank(l->s.p[l->at - 1]))
		return 3;
	return 0;
}

static void close_action(struct gk_tl *l, size_t n)
{
	l->trim = n == 3;
	l->inside = false;
	skip(l, n);
}

/* A comment fills its whole action. */
static int skip_comment(struct gk_tl *l, struct gk_err *err)
{
	size_t n = find(rest_of(l), "*/");

	if (l->at + n >= l->s.n)
		return fail(l, err, "a comment is not closed");
	skip(l, n + 2);
	skip_blanks(l);
	n = closes(l);
	if (!n)
		return fail(l, err, "a comment ends before its action does");
	close_action(l, n);
	return 0;
}

/* Go in: after "{{" or "{{- ". */
static int open_action(struct gk_tl *l, struct gk_err *err)
{
	skip(l, opens_trimmed(rest_of(l)) ? 3 : 2);
	l->inside = true;
	if (gk_str_starts(gk_str_trim(rest_of(l)), GK_STR("/*"))) {
		skip_blanks(l);
		return skip_comment(l, err);
	}
	return 0;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xHH, \uHHHH, \UHHHHHHHH: digits behind the letter. */
static bool take_hex(struct gk_tl *l, size_t digits, uint32_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < digits; i++) {
		int v = hex_value(ahead(l, 0));

		if (v < 0)
			return false;
		*ret = *ret << 4 | (uint32_t)v;
		skip(l, 1);
	}
	return *ret <= 0x10ffff;
}

/* The scanner stands behind a backslash. */
static bool take_escape(struct gk_tl *l, struct gk_buf *b)
{
	static const char letters[] = "abfnrtv\\\"'", meant[] = "\a\b\f\n\r\t\v\\\"'";
	char c = ahead(l, 0);
	const char *at = c ? strchr(letters, c) : NULL;
	uint32_t code;

	skip(l, 1);
	if (at) {
		gk_buf_putc(b, meant[at - letters]);
		return true;
	}
	if (c == 'x' && take_hex(l, 2, &code)) {
		gk_buf_putc(b, (char)code);
		return true;
	}
	if ((c == 'u' || c == 'U') && take_hex(l, c == 'u' ? 4 : 8, &code)) {
		gk_utf8_put(b, code);
		return true;
	}
	return false;
}

static int take_quoted(struct gk_tl *l, char quote, struct gk_buf *b, struct gk_err *err)
{
	skip(l, 1);
	while (l->at < l->s.n && ahead(l, 0) != quote) {
		char c = ahead(l, 0);

		if (c == '\n')
			break;
		skip(l, 1);
		if (c != '\\')
			gk_buf_putc(b, c);
		else if (!take_escape(l, b))
			return fail(l, err, "an escape in a string is not known");
	}
	if (ahead(l, 0) != quote)
		return fail(l, err, "a string is not closed");
	skip(l, 1);
	return 0;
}

static int take_string(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	if (take_quoted(l, '"', &b, err))
		return -1;
	ret->kind = GK_TL_STRING;
	ret->text = (struct gk_str){gk_arena_memdup0(l->a, gk_buf_cstr(&b), b.n), b.n};
	return 0;
}

static int take_raw(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err)
{
	size_t n;

	skip(l, 1);
	n = find(rest_of(l), "`");
	if (l->at + n >= l->s.n)
		return fail(l, err, "a raw string is not closed");
	ret->kind = GK_TL_STRING;
	ret->text = (struct gk_str){rest_of(l).p, n};
	skip(l, n + 1);
	return 0;
}

static int take_char(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	size_t used = 0;

	if (take_quoted(l, '\'', &b, err))
		return -1;
	ret->kind = GK_TL_CHAR;
	ret->number = (int64_t)gk_utf8_decode(gk_buf_str(&b), &used);
	return b.n && used == b.n ? 0 : fail(l, err, "a character constant is not one character");
}

static size_t word_len(struct gk_str s)
{
	size_t n = 0;

	while (n < s.n && is_word(s.p[n]))
		n++;
	return n;
}

/* Cut n bytes off as the token's text. */
static void take(struct gk_tl *l, struct gk_tl_token *ret, enum gk_tl_kind kind, size_t n)
{
	ret->kind = kind;
	ret->text = (struct gk_str){rest_of(l).p, n};
	skip(l, n);
}

static void take_number(struct gk_tl *l, struct gk_tl_token *ret)
{
	struct gk_str s = rest_of(l);
	size_t n = 1;

	while (n < s.n && (is_word(s.p[n]) || s.p[n] == '.' ||
				  ((s.p[n] == '+' || s.p[n] == '-') && (s.p[n - 1] | 0x20) == 'e')))
		n++;
	take(l, ret, GK_TL_NUMBER, n);
}

/* ".name" or "." */
static void take_dot(struct gk_tl *l, struct gk_tl_token *ret)
{
	size_t n = word_len(gk_str_from(rest_of(l), 1));

	skip(l, 1);
	take(l, ret, n ? GK_TL_FIELD : GK_TL_DOT, n);
}

static bool take_mark(struct gk_tl *l, struct gk_tl_token *ret)
{
	static const struct {
		const char *text;
		enum gk_tl_kind kind;
	} marks[] = {{":=", GK_TL_DECLARE}, {"=", GK_TL_ASSIGN}, {"|", GK_TL_PIPE},
		{"(", GK_TL_OPEN_PAREN}, {")", GK_TL_CLOSE_PAREN}, {",", GK_TL_COMMA}};

	for (size_t i = 0; i < GK_COUNT(marks); i++)
		if (gk_str_starts(rest_of(l), gk_str_c(marks[i].text))) {
			take(l, ret, marks[i].kind, strlen(marks[i].text));
			return true;
		}
	return false;
}

static int take_word(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err)
{
	char c = ahead(l, 0);

	if (c == '"')
		return take_string(l, ret, err);
	if (c == '`')
		return take_raw(l, ret, err);
	if (c == '\'')
		return take_char(l, ret, err);
	if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && is_digit(ahead(l, 1)))) {
		take_number(l, ret);
	} else if (c == '.') {
		take_dot(l, ret);
	} else if (c == '$') {
		skip(l, 1);
		take(l, ret, GK_TL_VAR, word_len(rest_of(l)));
	} else if (is_word(c)) {
		take(l, ret, GK_TL_WORD, word_len(rest_of(l)));
	} else if (!take_mark(l, ret)) {
		return fail(l, err, "a character in an action means nothing there");
	}
	return 0;
}

static int next_inside(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err)
{
	size_t before = l->at, n;

	skip_blanks(l);
	ret->glued = l->at == before;
	ret->line = l->line;
	if (l->at >= l->s.n)
		return fail(l, err, "an action is not closed");
	n = closes(l);
	if (n) {
		ret->kind = GK_TL_CLOSE;
		close_action(l, n);
		return 0;
	}
	return take_word(l, ret, err);
}

int gk_tl_next(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err)
{
	*ret = (struct gk_tl_token){.line = l->line};
	while (!l->inside) {
		if (l->at >= l->s.n) {
			ret->kind = GK_TL_END;
			return 0;
		}
		if (!gk_str_starts(rest_of(l), GK_STR("{{"))) {
			take_text(l, ret);
			if (ret->text.n)
				return 0;
			continue;
		}
		l->trim = false;
		if (open_action(l, err))
			return -1;
	}
	return next_inside(l, ret, err);
}
