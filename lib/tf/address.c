#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "base/vec.h"
#include "tf/address.h"

struct scan {
	struct gk_arena *arena;
	struct gk_str all, rest;
	struct gk_err *err;
};

static int expected(const struct scan *s, const char *what)
{
	size_t at = s->all.n - s->rest.n;

	gk_fail(s->err, GK_EUSAGE, "tf.address",
		"expected %s at character %zu of the address '%.*s'", what, at + 1,
		GK_SARG(s->all));
	return gk_help(s->err, "an address looks like module.net[\"a\"].aws_subnet.private[0]");
}

static bool starts_identifier(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool in_identifier(unsigned char c)
{
	return starts_identifier(c) || (c >= '0' && c <= '9') || c == '-';
}

static struct gk_str peek_identifier(struct gk_str s)
{
	size_t n = 0;

	if (!s.n || !starts_identifier((unsigned char)s.p[0]))
		return GK_STR_NULL;
	while (n < s.n && in_identifier((unsigned char)s.p[n]))
		n++;
	return (struct gk_str){s.p, n};
}

static int identifier(struct scan *s, struct gk_str *ret)
{
	struct gk_str word = peek_identifier(s->rest);

	if (!word.n)
		return expected(s, "a name");
	s->rest = gk_str_from(s->rest, word.n);
	*ret = word;
	return 0;
}

static bool take(struct scan *s, struct gk_str word)
{
	if (!gk_str_starts(s->rest, word))
		return false;
	s->rest = gk_str_from(s->rest, word.n);
	return true;
}

static int hex_escape(struct scan *s, size_t digits, struct gk_buf *b)
{
	uint32_t c = 0;

	if (s->rest.n < digits)
		return expected(s, "hexadecimal digits");
	for (size_t i = 0; i < digits; i++) {
		char d = (char)(s->rest.p[i] | 0x20);
		int v = d >= '0' && d <= '9' ? d - '0' : d >= 'a' && d <= 'f' ? d - 'a' + 10 : -1;

		if (v < 0)
			return expected(s, "hexadecimal digits");
		c = c << 4 | (uint32_t)v;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return expected(s, "a code point");
	s->rest = gk_str_from(s->rest, digits);
	gk_utf8_put(b, c);
	return 0;
}

static int escape(struct scan *s, struct gk_buf *b)
{
	static const char plain[256] = {
		['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['"'] = '"', ['\\'] = '\\'};
	unsigned char c = s->rest.n ? (unsigned char)s->rest.p[0] : '\0';

	if (c == 'u' || c == 'U') {
		s->rest = gk_str_from(s->rest, 1);
		return hex_escape(s, c == 'u' ? 4 : 8, b);
	}
	if (!plain[c])
		return expected(s, "one of n r t \" \\ u U after a backslash");
	gk_buf_putc(b, plain[c]);
	s->rest = gk_str_from(s->rest, 1);
	return 0;
}

/* After the opening quote, up to and with the closing one. */
static int quoted(struct scan *s, struct gk_str *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	while (!take(s, GK_STR("\""))) {
		if (!s->rest.n)
			return expected(s, "a closing quote");
		if (take(s, GK_STR("\\"))) {
			if (escape(s, &b))
				return -1;
		} else if (take(s, GK_STR("$${"))) {
			gk_buf_puts(&b, "${");
		} else if (take(s, GK_STR("%%{"))) {
			gk_buf_puts(&b, "%{");
		} else {
			gk_buf_putc(&b, s->rest.p[0]);
			s->rest = gk_str_from(s->rest, 1);
		}
	}
	*ret = (struct gk_str){gk_arena_memdup0(s->arena, b.p, b.n), b.n};
	return 0;
}

/* After `[`, up to and with `]`. */
static int key(struct scan *s, struct gk_tf_key *ret)
{
	if (take(s, GK_STR("\""))) {
		ret->kind = GK_TF_STR_KEY;
		if (quoted(s, &ret->s))
			return -1;
	} else {
		struct gk_err why = GK_ERR_INIT;
		size_t n = 0;

		while (n < s->rest.n && s->rest.p[n] != ']')
			n++;
		ret->kind = GK_TF_INT_KEY;
		if (gk_num_i64((struct gk_str){s->rest.p, n}, INT64_MIN, INT64_MAX, &ret->n, &why))
			return expected(s, "a whole number or a quoted key");
		s->rest = gk_str_from(s->rest, n);
	}
	return take(s, GK_STR("]")) ? 0 : expected(s, "']'");
}

static int optional_key(struct scan *s, struct gk_tf_key *ret)
{
	*ret = (struct gk_tf_key){.kind = GK_TF_NO_KEY};
	return take(s, GK_STR("[")) ? key(s, ret) : 0;
}

static int modules(struct scan *s, struct gk_tf_address *a)
{
	GK_VEC(struct gk_tf_step) steps = {0};
	int rc = 0;

	while (rc == 0 && take(s, GK_STR("module."))) {
		struct gk_tf_step step;

		rc = identifier(s, &step.name) || optional_key(s, &step.key) ? -1 : 0;
		gk_vec_push(&steps, step);
		if (rc == 0 && !take(s, GK_STR(".")))
			break;
	}
	a->nsteps = steps.n;
	a->steps = gk_arena_array(s->arena, steps.n, sizeof *a->steps);
	if (steps.n)
		memcpy(a->steps, steps.v, steps.n * sizeof *steps.v);
	gk_vec_done(&steps);
	return rc;
}

static int resource(struct scan *s, struct gk_tf_address *a)
{
	a->data = take(s, GK_STR("data."));
	if (identifier(s, &a->type))
		return -1;
	if (!take(s, GK_STR(".")))
		return expected(s, "'.' and the resource's name");
	return identifier(s, &a->name) || optional_key(s, &a->key) ? -1 : 0;
}

static int parse(struct scan *s, struct gk_tf_address *a)
{
	*a = (struct gk_tf_address){0};
	if (modules(s, a))
		return -1;
	/* A module alone ends here; modules() has taken the dot before a resource. */
	if (a->nsteps && !peek_identifier(s->rest).n)
		return 0;
	return resource(s, a);
}

int gk_tf_address_parse(
	struct gk_arena *a, struct gk_str text, struct gk_tf_address *ret, struct gk_err *err)
{
	struct scan s = {a, text, text, err};

	if (parse(&s, ret))
		return -1;
	return s.rest.n ? expected(&s, "the end") : 0;
}

int gk_tf_address_parse_prefix(struct gk_arena *a, struct gk_str text, struct gk_tf_address *ret,
	struct gk_str *ret_rest, struct gk_err *err)
{
	struct scan s = {a, text, text, err};

	if (parse(&s, ret))
		return -1;
	*ret_rest = s.rest;
	return 0;
}

int gk_tf_path_step(
	struct gk_arena *a, struct gk_str *path, struct gk_tf_key *ret, struct gk_err *err)
{
	struct scan s = {a, *path, *path, err};
	int rc;

	if (take(&s, GK_STR("["))) {
		rc = key(&s, ret);
	} else if (take(&s, GK_STR("."))) {
		ret->kind = GK_TF_STR_KEY;
		rc = identifier(&s, &ret->s);
	} else {
		rc = expected(&s, "'.' or '['");
	}
	*path = s.rest;
	return rc;
}

/* Runes that Go's unicode.IsPrint denies, as far as they occur in names. */
static bool printable(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {{0x00, 0x1f}, {0x7f, 0xa0}, {0xad, 0xad}, {0x061c, 0x061c}, {0x1680, 0x1680},
		{0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},
		{0x3000, 0x3000}, {0xd800, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
		{0xfffe, 0xffff}, {0xe0000, 0x10ffff}};

	for (size_t i = 0; i < GK_COUNT(hidden); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return false;
	return true;
}

static void put_rune(struct gk_buf *b, uint32_t c, struct gk_str bytes)
{
	static const char *const named[128] = {
		['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t", ['"'] = "\\\"", ['\\'] = "\\\\"};

	if (c < 128 && named[c])
		gk_buf_puts(b, named[c]);
	else if (!printable(c))
		gk_buf_printf(b, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
	else
		gk_buf_putstr(b, bytes);
}

void gk_tf_key_print(struct gk_buf *b, const struct gk_tf_key *k)
{
	struct gk_str s = k->s;

	if (k->kind == GK_TF_INT_KEY)
		gk_buf_printf(b, "[%lld]", (long long)k->n);
	if (k->kind != GK_TF_STR_KEY)
		return;
	gk_buf_puts(b, "[\"");
	while (s.n) {
		size_t len;
		uint32_t c = gk_utf8_decode(s, &len);

		if (gk_str_starts(s, GK_STR("${")) || gk_str_starts(s, GK_STR("%{")))
			gk_buf_putc(b, s.p[0]);
		put_rune(b, c, (struct gk_str){s.p, len});
		s = gk_str_from(s, len);
	}
	gk_buf_puts(b, "\"]");
}

void gk_tf_address_print(struct gk_buf *b, const struct gk_tf_address *a)
{
	for (size_t i = 0; i < a->nsteps; i++) {
		gk_buf_printf(b, "%smodule.%.*s", i ? "." : "", GK_SARG(a->steps[i].name));
		gk_tf_key_print(b, &a->steps[i].key);
	}
	if (!a->type.n)
		return;
	gk_buf_printf(b, "%s%s%.*s.%.*s", a->nsteps ? "." : "", a->data ? "data." : "",
		GK_SARG(a->type), GK_SARG(a->name));
	gk_tf_key_print(b, &a->key);
}

static int key_cmp(const struct gk_tf_key *a, const struct gk_tf_key *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == GK_TF_INT_KEY)
		return (a->n > b->n) - (a->n < b->n);
	return a->kind == GK_TF_STR_KEY ? gk_str_cmp(a->s, b->s) : 0;
}

int gk_tf_address_cmp(const struct gk_tf_address *a, const struct gk_tf_address *b)
{
	int c = (a->nsteps > b->nsteps) - (a->nsteps < b->nsteps);

	for (size_t i = 0; !c && i < a->nsteps; i++) {
		c = gk_str_cmp(a->steps[i].name, b->steps[i].name);
		if (!c)
			c = key_cmp(&a->steps[i].key, &b->steps[i].key);
	}
	if (!c)
		c = (int)b->data - (int)a->data;
	if (!c)
		c = gk_str_cmp(a->type, b->type);
	if (!c)
		c = gk_str_cmp(a->name, b->name);
	return c ? c : key_cmp(&a->key, &b->key);
}

static bool key_covers(const struct gk_tf_key *pattern, const struct gk_tf_key *k)
{
	return pattern->kind == GK_TF_NO_KEY || key_cmp(pattern, k) == 0;
}

bool gk_tf_address_covers(const struct gk_tf_address *pattern, const struct gk_tf_address *a)
{
	bool module_only = !pattern->type.n;

	if (module_only ? pattern->nsteps > a->nsteps : pattern->nsteps != a->nsteps)
		return false;
	for (size_t i = 0; i < pattern->nsteps; i++)
		if (!gk_str_eq(pattern->steps[i].name, a->steps[i].name) ||
			!key_covers(&pattern->steps[i].key, &a->steps[i].key))
			return false;
	return module_only ||
	       (pattern->data == a->data && gk_str_eq(pattern->type, a->type) &&
		       gk_str_eq(pattern->name, a->name) && key_covers(&pattern->key, &a->key));
}
