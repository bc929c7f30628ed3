#include "base/text.h"

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The table of RFC 3629: the second byte's range excludes overlong forms and surrogates. */
size_t gk_utf8_len(struct gk_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (!s.n || p[0] < 0x80)
		return s.n ? 1 : 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (s.n < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (!continues(p[i]))
			return 0;
	return n;
}

bool gk_utf8_valid(struct gk_str s)
{
	while (s.n) {
		size_t n = gk_utf8_len(s);

		if (!n)
			return false;
		s = gk_str_from(s, n);
	}
	return true;
}

uint32_t gk_utf8_decode(struct gk_str s, size_t *len)
{
	static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = gk_utf8_len(s);
	uint32_t c;

	if (!n) {
		*len = 1;
		return 0xfffd;
	}
	c = p[0] & lead_bits[n];
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	*len = n;
	return c;
}

void gk_utf8_put(struct gk_buf *b, uint32_t c)
{
	char s[4];
	size_t n;

	if (c < 0x80) {
		gk_buf_putc(b, (char)c);
		return;
	}
	n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; c >>= 6)
		s[i] = (char)(0x80 | (c & 0x3f));
	s[0] = (char)((0xf00u >> n) | c);
	gk_buf_put(b, s, n);
}

/* Code points that would change how the text around them is shown. */
static bool is_unsafe(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {
		{0x00, 0x08},
		{0x0a, 0x1f},
		{0x7f, 0x9f}, /* controls but tab */
		{0x200b, 0x200f},
		{0x2028, 0x202e},
		{0x2060, 0x2069}, /* bidi, separators */
		{0xfeff, 0xfeff},
		{0xfff9, 0xfffb},
	};

	for (size_t i = 0; i < GK_COUNT(unsafe); i++)
		if (c >= unsafe[i].first && c <= unsafe[i].last)
			return true;
	return false;
}

void gk_text_escape(struct gk_buf *b, struct gk_str s, bool keep_lines)
{
	while (s.n) {
		size_t len;
		uint32_t c = gk_utf8_decode(s, &len);

		if (c == 0xfffd && len == 1)
			gk_buf_printf(b, "\\x%02x", (unsigned char)s.p[0]);
		else if (!is_unsafe(c) || (c == '\n' && keep_lines))
			gk_buf_put(b, s.p, len);
		else
			gk_buf_printf(b, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
		s = gk_str_from(s, len);
	}
}

void gk_text_json_escape(struct gk_buf *b, unsigned char c)
{
	static const char *const named[256] = {['"'] = "\\\"",
		['\\'] = "\\\\",
		['\b'] = "\\b",
		['\f'] = "\\f",
		['\n'] = "\\n",
		['\r'] = "\\r",
		['\t'] = "\\t"};

	if (named[c])
		gk_buf_puts(b, named[c]);
	else
		gk_buf_printf(b, "\\u%04x", c);
}

void gk_text_json(struct gk_buf *b, struct gk_str s)
{
	size_t from = 0;

	gk_buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		gk_buf_put(b, s.p + from, i - from);
		gk_text_json_escape(b, c);
		from = i + 1;
	}
	if (s.n > from)
		gk_buf_put(b, s.p + from, s.n - from);
	gk_buf_putc(b, '"');
}
