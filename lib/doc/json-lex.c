#include <string.h>

#include "base/text.h"
#include "doc/json-lex.h"

enum { FILL_STEP = 65536 };

void gk_json__lex_init(struct gk_json_lex *x, const char *source, const struct gk_limits *lim)
{
	*x = (struct gk_json_lex){
		.window = "", .line = 1, .lim = lim, .source = source, .state = LEX_VALUE};
}

void gk_json__lex_done(struct gk_json_lex *x)
{
	gk_buf_done(&x->room);
	gk_buf_done(&x->stack);
	gk_buf_done(&x->decoded);
}

struct gk_pos gk_json__lex_here(const struct gk_json_lex *x)
{
	uint64_t col = x->before + x->at - x->line_start + 1;

	return (struct gk_pos){x->source, x->line, col > UINT32_MAX ? UINT32_MAX : (uint32_t)col};
}

static int bad(const struct gk_json_lex *x, struct gk_err *err, const char *slug, const char *text)
{
	gk_fail(err, GK_EINPUT, slug, "%s", text);
	return gk_err_at(err, gk_json__lex_here(x));
}

static int too_large(const struct gk_json_lex *x, struct gk_err *err, const char *name, uint64_t v,
	const char *what)
{
	gk_limit_fail(err, name, v, what);
	return gk_err_at(err, x->pos);
}

/* Bring more input into the window, keeping what stands from `from` on. */
static int refill(struct gk_json_lex *x, struct gk_err *err)
{
	size_t kept = x->len - x->from, got;
	char *room;

	if (!x->fill) {
		x->eof = true;
		return 0;
	}
	if (x->from) {
		memmove(x->room.p, x->room.p + x->from, kept);
		x->room.n = kept;
		x->before += x->from;
		x->at -= x->from;
		x->from = 0;
	}
	room = gk_buf_room(&x->room, FILL_STEP);
	if (!room)
		return gk_buf_finish(&x->room, "one JSON token", err);
	if (x->fill(x->fill_ctx, room, FILL_STEP, &got, err))
		return -1;
	gk_buf_grown(&x->room, got);
	x->window = x->room.p;
	x->len = x->room.n;
	x->eof = got == 0;
	return 0;
}

/* The byte at the cursor; *ret = -1 at the end of input. */
static int peek(struct gk_json_lex *x, int *ret, struct gk_err *err)
{
	while (x->at == x->len && !x->eof)
		if (refill(x, err))
			return -1;
	*ret = x->at < x->len ? (unsigned char)x->window[x->at] : -1;
	return 0;
}

static int skip_blanks(struct gk_json_lex *x, int *ret, struct gk_err *err)
{
	for (;;) {
		x->from = x->at;
		if (peek(x, ret, err))
			return -1;
		if (*ret != ' ' && *ret != '\t' && *ret != '\n' && *ret != '\r')
			return 0;
		x->at++;
		if (*ret == '\n') {
			x->line++;
			x->line_start = x->before + x->at;
		}
	}
}

static int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int hex4(struct gk_json_lex *x, uint32_t *ret, struct gk_err *err)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		int c, d;

		if (peek(x, &c, err))
			return -1;
		d = hex_digit(c);
		if (d < 0)
			return bad(x, err, "json.escape",
				"expected four hexadecimal digits after \\u");
		v = v << 4 | (uint32_t)d;
		x->at++;
	}
	*ret = v;
	return 0;
}

static int expect(
	struct gk_json_lex *x, int want, const char *slug, const char *text, struct gk_err *err)
{
	int c;

	if (peek(x, &c, err))
		return -1;
	if (c != want)
		return bad(x, err, slug, text);
	x->at++;
	return 0;
}

/* After "\u": one code point, of one escape or of a surrogate pair of two. */
static int unicode_escape(struct gk_json_lex *x, struct gk_err *err)
{
	static const char lone[] = "a surrogate escape stands alone";
	uint32_t high, low;

	if (hex4(x, &high, err))
		return -1;
	if (high >= 0xdc00 && high <= 0xdfff)
		return bad(x, err, "json.surrogate", lone);
	if (high < 0xd800 || high > 0xdfff) {
		gk_utf8_put(&x->decoded, high);
		return 0;
	}
	if (expect(x, '\\', "json.surrogate", lone, err) ||
		expect(x, 'u', "json.surrogate", lone, err) || hex4(x, &low, err))
		return -1;
	if (low < 0xdc00 || low > 0xdfff)
		return bad(x, err, "json.surrogate", lone);
	gk_utf8_put(&x->decoded, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
	return 0;
}

static int escape(struct gk_json_lex *x, struct gk_err *err)
{
	static const char plain[256] = {['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t'};
	int c;

	if (peek(x, &c, err))
		return -1;
	if (c == 'u') {
		x->at++;
		return unicode_escape(x, err);
	}
	if (c < 0 || !plain[c])
		return bad(x, err, "json.escape", "unknown escape in a string");
	gk_buf_putc(&x->decoded, plain[c]);
	x->at++;
	return 0;
}

/* Pass one multi-byte character, which may straddle the end of the window. */
static int multibyte(struct gk_json_lex *x, struct gk_err *err)
{
	size_t n;

	while (x->len - x->at < 4 && !x->eof)
		if (refill(x, err))
			return -1;
	n = gk_utf8_len((struct gk_str){x->window + x->at, x->len - x->at});
	if (!n)
		return bad(x, err, "json.utf8", "a string holds bytes that are no UTF-8");
	x->at += n;
	return 0;
}

/* Bytes that stand for themselves and need no look: printable ASCII but `"` and `\`. */
static void skip_plain(struct gk_json_lex *x)
{
	const char *w = x->window;
	size_t at = x->at;

	while (at < x->len && (signed char)w[at] >= 0x20 && w[at] != '"' && w[at] != '\\')
		at++;
	x->at = at;
}

/*
 * A string's text is a slice of the window when it has no escapes; from the first
 * escape on it is collected in `decoded`.  `piece` counts the bytes since `from` that
 * are not collected yet, because a refill moves the window.
 */
static int string(struct gk_json_lex *x, uint64_t max, const char *limit, struct gk_err *err)
{
	bool escaped = false;
	size_t piece;
	int c;

	x->from = ++x->at;
	gk_buf_reset(&x->decoded);
	for (;;) {
		skip_plain(x);
		piece = x->at - x->from;
		if (piece > max || x->decoded.n > max)
			return too_large(x, err, limit, max, "a string");
		if (peek(x, &c, err))
			return -1;
		if (c == '"')
			break;
		if (c >= 0x80) {
			if (multibyte(x, err))
				return -1;
			continue;
		}
		if (c < 0)
			return bad(x, err, "json.cut", "the input ends inside a string");
		if (c < 0x20)
			return bad(x, err, "json.control",
				"a string holds an unescaped control character");
		if (c != '\\')
			continue;
		gk_buf_put(&x->decoded, x->window + x->from, piece);
		escaped = true;
		x->from = ++x->at;
		if (escape(x, err))
			return -1;
		x->from = x->at;
	}
	if (escaped)
		gk_buf_put(&x->decoded, x->window + x->from, piece);
	x->text = escaped ? gk_buf_str(&x->decoded) : (struct gk_str){x->window + x->from, piece};
	x->at++;
	return x->text.n > max ? too_large(x, err, limit, max, "a string") : 0;
}

static int digits(struct gk_json_lex *x, size_t *ret, struct gk_err *err)
{
	size_t n = 0;
	int c;

	for (;; n++, x->at++) {
		if (peek(x, &c, err))
			return -1;
		if (c < '0' || c > '9')
			break;
	}
	*ret = n;
	return n ? 0 : bad(x, err, "json.number", "expected a digit in a number");
}

static int number_part(struct gk_json_lex *x, struct gk_err *err)
{
	size_t n, start = x->at - x->from;
	int c;

	if (digits(x, &n, err))
		return -1;
	if (n > 1 && x->window[x->from + start] == '0')
		return bad(x, err, "json.number", "a number begins with a superfluous zero");
	if (peek(x, &c, err))
		return -1;
	if (c == '.') {
		x->at++;
		if (digits(x, &n, err) || peek(x, &c, err))
			return -1;
	}
	if (c != 'e' && c != 'E')
		return 0;
	x->at++;
	if (peek(x, &c, err))
		return -1;
	x->at += c == '+' || c == '-';
	return digits(x, &n, err);
}

static int number(struct gk_json_lex *x, struct gk_err *err)
{
	x->from = x->at;
	if (x->window[x->at] == '-')
		x->at++;
	if (number_part(x, err))
		return -1;
	x->text = (struct gk_str){x->window + x->from, x->at - x->from};
	if (x->text.n > x->lim->number_chars)
		return too_large(x, err, "number-chars", x->lim->number_chars, "a number");
	x->tok = GK_TOK_NUMBER;
	return 0;
}

static int literal(struct gk_json_lex *x, const char *word, enum gk_tok tok, struct gk_err *err)
{
	for (const char *w = word; *w; w++)
		if (expect(x, *w, "json.value", "expected a value", err))
			return -1;
	x->tok = tok;
	return 0;
}

static int open_container(struct gk_json_lex *x, char kind, struct gk_err *err)
{
	if (x->depth >= x->lim->depth)
		return too_large(x, err, "depth", x->lim->depth, "nesting");
	x->depth++;
	x->at++;
	gk_buf_putc(&x->stack, kind);
	x->tok = kind == '{' ? GK_TOK_OBJECT : GK_TOK_ARRAY;
	x->state = kind == '{' ? LEX_FIRST_KEY : LEX_FIRST_ELEMENT;
	return 0;
}

static void value_ended(struct gk_json_lex *x)
{
	x->state = x->depth ? LEX_AFTER : LEX_DONE;
}

static void close_container(struct gk_json_lex *x, char kind)
{
	x->depth--;
	x->at++;
	x->stack.n--;
	x->tok = kind == '{' ? GK_TOK_OBJECT_END : GK_TOK_ARRAY_END;
	value_ended(x);
}

static int value(struct gk_json_lex *x, int c, struct gk_err *err)
{
	int rc;

	if (c == '{' || c == '[')
		return open_container(x, (char)c, err);
	if (c == '"') {
		x->tok = GK_TOK_STRING;
		rc = string(x, x->lim->scalar_bytes, "scalar-bytes", err);
	} else if (c == '-' || (c >= '0' && c <= '9')) {
		rc = number(x, err);
	} else if (c == 't') {
		rc = literal(x, "true", GK_TOK_TRUE, err);
	} else if (c == 'f') {
		rc = literal(x, "false", GK_TOK_FALSE, err);
	} else if (c == 'n') {
		rc = literal(x, "null", GK_TOK_NULL, err);
	} else if (c < 0) {
		return bad(x, err, "json.cut", "the input ends where a value is expected");
	} else {
		return bad(x, err, "json.value", "expected a value");
	}
	if (rc == 0)
		value_ended(x);
	return rc;
}

static int key(struct gk_json_lex *x, int c, struct gk_err *err)
{
	if (c < 0)
		return bad(x, err, "json.cut", "the input ends inside an object");
	if (c != '"')
		return bad(x, err, "json.key", "expected a member name in double quotes");
	x->tok = GK_TOK_KEY;
	if (string(x, x->lim->key_bytes, "key-bytes", err))
		return -1;
	x->state = LEX_VALUE;
	return 0;
}

/* The colon is looked for when the value is asked for, so that the key's text stays valid. */
static int after_key(struct gk_json_lex *x, int *c, struct gk_err *err)
{
	if (x->tok != GK_TOK_KEY)
		return 0;
	if (*c != ':')
		return bad(x, err, *c < 0 ? "json.cut" : "json.colon",
			"expected ':' after a member name");
	x->at++;
	return skip_blanks(x, c, err);
}

static int separator(struct gk_json_lex *x, int c, struct gk_err *err)
{
	bool object = x->stack.p[x->stack.n - 1] == '{';

	if (c == (object ? '}' : ']')) {
		close_container(x, object ? '{' : '[');
		return 0;
	}
	if (c < 0)
		return bad(x, err, "json.cut",
			object ? "the input ends inside an object"
			       : "the input ends inside an array");
	if (c != ',')
		return bad(x, err, "json.comma",
			object ? "expected ',' or '}'" : "expected ',' or ']'");
	x->at++;
	if (skip_blanks(x, &c, err))
		return -1;
	x->pos = gk_json__lex_here(x);
	return object ? key(x, c, err) : value(x, c, err);
}

static int done(struct gk_json_lex *x, int c, struct gk_err *err)
{
	if (c < 0) {
		x->tok = GK_TOK_END;
		return 0;
	}
	if (!x->many)
		return bad(x, err, "json.trailing", "text follows the end of the document");
	return value(x, c, err);
}

int gk_json__lex_next(struct gk_json_lex *x, struct gk_err *err)
{
	int c;

	if (skip_blanks(x, &c, err) || after_key(x, &c, err))
		return -1;
	x->pos = gk_json__lex_here(x);
	switch (x->state) {
	case LEX_FIRST_ELEMENT:
		if (c != ']')
			return value(x, c, err);
		close_container(x, '[');
		return 0;
	case LEX_FIRST_KEY:
		if (c != '}')
			return key(x, c, err);
		close_container(x, '{');
		return 0;
	case LEX_AFTER:
		return separator(x, c, err);
	case LEX_DONE:
		return done(x, c, err);
	case LEX_VALUE:
		break;
	}
	return value(x, c, err);
}

int gk_json__lex_blanks(struct gk_json_lex *x, struct gk_err *err)
{
	int c;

	return skip_blanks(x, &c, err);
}
