/* Percent-encoding as AWS signs it (RFC 3986, unreserved characters only). */
#include "base/buf.h"
#include "aws/sigv4.h"

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

void gk_uri_encode(struct gk_buf *b, struct gk_str s, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_unreserved(s.p[i]) || (c && strchr(keep, c))) {
			gk_buf_putc(b, s.p[i]);
		} else {
			gk_buf_putc(b, '%');
			gk_buf_putc(b, hex[c >> 4]);
			gk_buf_putc(b, hex[c & 15]);
		}
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void gk_uri_decode(struct gk_buf *b, struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool escape = s.p[i] == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 &&
			      hex_value(s.p[i + 2]) >= 0;

		if (!escape) {
			gk_buf_putc(b, s.p[i]);
			continue;
		}
		gk_buf_putc(b, (char)(hex_value(s.p[i + 1]) << 4 | hex_value(s.p[i + 2])));
		i += 2;
	}
}
