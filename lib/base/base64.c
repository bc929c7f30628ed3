/* Base64, standard and URL alphabets. */
#include "base/base64.h"

/* The two alphabets differ in their last two digits only. */
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static char digit(unsigned v, enum gk_b64 alphabet)
{
	bool std = alphabet == GK_B64_STD;

	if (v < 62)
		return digits[v];
	return v == 62 ? (std ? '+' : '-') : (std ? '/' : '_');
}

void gk_base64_encode(struct gk_buf *b, struct gk_str s, enum gk_b64 alphabet)
{
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;

		if (left > 1)
			v |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
		if (left > 2)
			v |= (uint32_t)(unsigned char)s.p[i + 2];
		for (size_t k = 0; k < 4; k++) {
			if (k <= left)
				gk_buf_putc(b, digit(v >> (18 - 6 * k) & 63, alphabet));
			else if (alphabet != GK_B64_URL_NOPAD)
				gk_buf_putc(b, '=');
		}
	}
}

/* The value of a digit, or -1. */
static int value(char c, enum gk_b64 alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == digit(62, alphabet))
		return 62;
	return c == digit(63, alphabet) ? 63 : -1;
}

/* The digits read so far of a group of four, and the padding after them. */
struct group {
	uint32_t bits;
	unsigned digits, pads;
};

static void put_group(struct gk_buf *b, const struct group *g)
{
	uint32_t bits = g->bits << 6 * (4 - g->digits);

	for (unsigned i = 0; i + 1 < g->digits; i++)
		gk_buf_putc(b, (char)(bits >> (16 - 8 * i) & 0xff));
}

/* Whether the text may end here: no digits left over, or 2 or 3 of them with their padding. */
static bool group_ends(const struct group *g, enum gk_b64 alphabet)
{
	if (g->digits == 1)
		return false;
	if (alphabet == GK_B64_URL_NOPAD)
		return g->pads == 0;
	return g->digits == 0 || g->digits + g->pads == 4;
}

/* false: the character cannot stand here. */
static bool take(struct gk_buf *b, struct group *g, char c, enum gk_b64 alphabet)
{
	int v = value(c, alphabet);

	if (c == '=' && g->digits >= 2 && g->digits + g->pads < 4) {
		g->pads++;
		return true;
	}
	if (v < 0 || g->pads > 0)
		return false;
	g->bits = g->bits << 6 | (uint32_t)v;
	if (++g->digits == 4) {
		put_group(b, g);
		*g = (struct group){0};
	}
	return true;
}

int gk_base64_decode(struct gk_buf *b, struct gk_str s, enum gk_b64 alphabet, struct gk_err *err)
{
	struct group g = {0};

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\n')
			continue;
		if (!take(b, &g, s.p[i], alphabet))
			return gk_fail(err, GK_EINPUT, "base64.digit",
				"no base64: unexpected byte at offset %zu", i);
	}
	if (!group_ends(&g, alphabet))
		return gk_fail(err, GK_EINPUT, "base64.end",
			"no base64: it ends within a group of four digits");
	if (g.digits)
		put_group(b, &g);
	return 0;
}
