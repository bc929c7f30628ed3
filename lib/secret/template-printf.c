/* printf of templates. */
#include "secret/template-printf.h"

#include "base/text.h"

enum { WIDTH_MAX = 4096 };

struct verb {
	bool left, zero, plus;
	size_t width;
	bool has_precision;
	size_t precision;
	char letter;
};

void gk_tf_quote(struct gk_buf *b, struct gk_str s)
{
	static const char controls[] = "\a\b\f\n\r\t\v\"\\", letters[] = "abfnrtv\"\\";

	gk_buf_putc(b, '"');
	for (size_t i = 0; i < s.n;) {
		const char *at = s.p[i] ? strchr(controls, s.p[i]) : NULL;
		size_t n = gk_utf8_len(gk_str_from(s, i));

		if (at) {
			gk_buf_printf(b, "\\%c", letters[at - controls]);
			n = 1;
		} else if (n == 0 || (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) {
			gk_buf_printf(b, "\\x%02x", (unsigned char)s.p[i]);
			n = 1;
		} else {
			gk_buf_put(b, s.p + i, n);
		}
		i += n;
	}
	gk_buf_putc(b, '"');
}

static size_t take_number(struct gk_str *s)
{
	size_t v = 0;

	while (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
		if (v <= WIDTH_MAX)
			v = v * 10 + (size_t)(s->p[0] - '0');
		*s = gk_str_from(*s, 1);
	}
	return v;
}

/* What stands behind a percent sign. */
static struct verb take_verb(struct gk_str *s)
{
	struct verb v = {0};

	for (; s->n && s->p[0] && strchr("-0+", s->p[0]); *s = gk_str_from(*s, 1)) {
		v.left |= s->p[0] == '-';
		v.zero |= s->p[0] == '0';
		v.plus |= s->p[0] == '+';
	}
	v.width = take_number(s);
	if (s->n && s->p[0] == '.') {
		*s = gk_str_from(*s, 1);
		v.has_precision = true;
		v.precision = take_number(s);
	}
	v.letter = s->n ? s->p[0] : '\0';
	*s = gk_str_from(*s, 1);
	return v;
}

static void put_hex(struct gk_buf *b, const struct gk_tv *v, bool upper)
{
	if (v->kind == GK_TV_INT) {
		gk_buf_printf(b, upper ? "%s%llX" : "%s%llx", v->number < 0 ? "-" : "",
			(unsigned long long)(v->number < 0 ? -v->number : v->number));
		return;
	}
	for (size_t i = 0; i < v->text.n; i++)
		gk_buf_printf(b, upper ? "%02X" : "%02x", (unsigned char)v->text.p[i]);
}

/* Whether the verb takes that kind of value. */
static bool fits(const struct verb *verb, const struct gk_tv *v)
{
	switch (verb->letter) {
	case 'v':
		return true;
	case 's':
	case 'q':
		return v->kind == GK_TV_STRING;
	case 'd':
	case 'c':
		return v->kind == GK_TV_INT;
	case 't':
		return v->kind == GK_TV_BOOL;
	case 'x':
	case 'X':
		return v->kind == GK_TV_INT || v->kind == GK_TV_STRING;
	default:
		return false;
	}
}

/* The first `max` characters. */
static struct gk_str cut_chars(struct gk_str s, size_t max)
{
	size_t at = 0;

	for (; max && at < s.n; max--) {
		size_t n = gk_utf8_len(gk_str_from(s, at));

		at += n ? n : 1;
	}
	return (struct gk_str){s.p, at};
}

static void put_value(struct gk_buf *b, const struct verb *verb, const struct gk_tv *v)
{
	if (verb->letter == 'q') {
		gk_tf_quote(b, v->text);
	} else if (verb->letter == 'x' || verb->letter == 'X') {
		put_hex(b, v, verb->letter == 'X');
	} else if (verb->letter == 'c') {
		gk_utf8_put(b, (uint32_t)v->number);
	} else if (verb->has_precision && v->kind == GK_TV_STRING) {
		gk_buf_putstr(b, cut_chars(v->text, verb->precision));
	} else {
		if (verb->plus && v->kind == GK_TV_INT && v->number >= 0)
			gk_buf_putc(b, '+');
		gk_tv_print(b, v);
	}
}

static size_t chars(struct gk_str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n; n++) {
		size_t len = gk_utf8_len(gk_str_from(s, at));

		at += len ? len : 1;
	}
	return n;
}

/* Zeros go between a sign and the digits. */
static void put_padded(
	struct gk_buf *b, const struct verb *verb, const struct gk_tv *v, struct gk_str text)
{
	size_t n = chars(text), fill = verb->width > n ? verb->width - n : 0;
	bool zero = verb->zero && !verb->left && (v->kind == GK_TV_INT || v->kind == GK_TV_STRING);

	if (zero && v->kind == GK_TV_INT && text.n && (text.p[0] == '-' || text.p[0] == '+')) {
		gk_buf_putc(b, text.p[0]);
		text = gk_str_from(text, 1);
	}
	if (!verb->left)
		gk_buf_fill(b, zero ? '0' : ' ', fill);
	gk_buf_putstr(b, text);
	if (verb->left)
		gk_buf_fill(b, ' ', fill);
}

static int put_verb(const struct gk_tf_call *c, const struct verb *verb, size_t arg,
	struct gk_buf *b, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};

	if (arg >= c->n)
		return gk_tf_fail(c, "an argument is missing for a verb", err);
	if (verb->width > WIDTH_MAX || verb->precision > WIDTH_MAX)
		return gk_tf_fail(c, "a width is too large", err);
	if (!fits(verb, &c->arg[arg]))
		return gk_fail(err, GK_EINPUT, "secrets.template", "%s: %%%c does not take %s",
			c->name, verb->letter, gk_tv_kind_name(&c->arg[arg]));
	put_value(&text, verb, &c->arg[arg]);
	put_padded(b, verb, &c->arg[arg], gk_buf_str(&text));
	return 0;
}

int gk_tf_printf(const struct gk_tf_call *c, struct gk_buf *b, struct gk_err *err)
{
	struct gk_str format;
	size_t arg = 1;

	if (gk_tf_string(c, 0, &format, err))
		return -1;
	while (format.n) {
		struct verb verb;
		char ch = format.p[0];

		format = gk_str_from(format, 1);
		if (ch != '%') {
			gk_buf_putc(b, ch);
			continue;
		}
		verb = take_verb(&format);
		if (verb.letter == '%')
			gk_buf_putc(b, '%');
		else if (put_verb(c, &verb, arg++, b, err))
			return -1;
	}
	return arg == c->n ? 0 : gk_tf_fail(c, "there are more arguments than verbs", err);
}
