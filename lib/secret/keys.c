/* Keys and values of Secrets. */
#include "secret/keys.h"

#include "base/base64.h"
#include "base/text.h"

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

void gk_secret_convert(struct gk_buf *b, struct gk_str name, enum gk_conversion how)
{
	for (size_t i = 0; i < name.n;) {
		size_t n = 1;
		uint32_t code = gk_utf8_decode(gk_str_from(name, i), &n);

		if (is_key_char(name.p[i]))
			gk_buf_putc(b, name.p[i]);
		else if (how == GK_CONVERT_UNICODE)
			gk_buf_printf(b, "_U%04x_", (unsigned)code);
		else
			gk_buf_putc(b, '_');
		i += n;
	}
}

int gk_secret_key_check(struct gk_str key, struct gk_err *err)
{
	bool ok = key.n >= 1 && key.n <= 253 && !gk_str_is(key, ".") && !gk_str_is(key, "..");

	for (size_t i = 0; i < key.n && ok; i++)
		ok = is_key_char(key.p[i]);
	if (ok)
		return 0;
	gk_fail(err, GK_EINPUT, "secrets.key", "'%.*s' cannot be a key of a Secret", GK_SARG(key));
	return gk_help(err,
		"keys have 1 to 253 of the characters a-z, A-Z, 0-9, '-', '_' and '.'; a "
		"rewrite can change them");
}

int gk_secret_decode(
	struct gk_buf *b, struct gk_str value, enum gk_decoding how, struct gk_err *err)
{
	struct gk_err ignored = GK_ERR_INIT;
	size_t start = b->n;

	if (how == GK_DECODE_BASE64)
		return gk_base64_decode(b, value, GK_B64_STD, err);
	if (how == GK_DECODE_BASE64URL)
		return gk_base64_decode(b, value, GK_B64_URL, err);
	if (how == GK_DECODE_AUTO) {
		if (gk_base64_decode(b, value, GK_B64_STD, &ignored) == 0)
			return 0;
		b->n = start;
		if (gk_base64_decode(b, value, GK_B64_URL, &ignored) == 0)
			return 0;
		b->n = start;
	}
	gk_buf_putstr(b, value);
	return 0;
}
