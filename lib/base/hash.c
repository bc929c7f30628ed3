/*
 * SHA-256 by OpenSSL's low-level functions.  They are deprecated in favour of EVP, but
 * EVP loads its providers first (1.7 ms measured, more than all else that gk-render
 * --version does), and nothing here is a secret or a MAC; crypto.c has those, with EVP.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "base/crypto.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct gk_sha256), "room for the library's state");

static SHA256_CTX *state(struct gk_sha256 *h)
{
	return (SHA256_CTX *)(void *)h->state;
}

void gk_sha256_init(struct gk_sha256 *h)
{
	gk_assert(SHA256_Init(state(h)) == 1);
}

void gk_sha256_put(struct gk_sha256 *h, struct gk_str s)
{
	if (s.n)
		gk_assert(SHA256_Update(state(h), s.p, s.n) == 1);
}

void gk_sha256_end(struct gk_sha256 *h, unsigned char out[GK_SHA256_LEN])
{
	gk_assert(SHA256_Final(out, state(h)) == 1);
}

void gk_sha256(struct gk_str s, unsigned char out[GK_SHA256_LEN])
{
	struct gk_sha256 h;

	gk_sha256_init(&h);
	gk_sha256_put(&h, s);
	gk_sha256_end(&h, out);
}

void gk_hex(const unsigned char *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}
