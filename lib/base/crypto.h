/* The only user of OpenSSL: hashes, MACs, random bytes, wiping, constant-time compare, JWT
 * signatures. */
#ifndef GK_BASE_CRYPTO_H
#define GK_BASE_CRYPTO_H

#include "base/err.h"
#include "base/str.h"

enum { GK_SHA256_LEN = 32 };

/* Streaming SHA-256; no library start-up cost (hash.c). */
struct gk_sha256 {
	_Alignas(8) unsigned char state[128];
};
void gk_sha256_init(struct gk_sha256 *h);
void gk_sha256_put(struct gk_sha256 *h, struct gk_str s);
void gk_sha256_end(struct gk_sha256 *h, unsigned char out[GK_SHA256_LEN]);
void gk_sha256(struct gk_str s, unsigned char out[GK_SHA256_LEN]);
/* Lower-case hex with a NUL; out has 2*n + 1 bytes. */
void gk_hex(const unsigned char *p, size_t n, char *out);

void gk_hmac_sha256(struct gk_str key, struct gk_str data, unsigned char out[GK_SHA256_LEN]);
/* SHA3-224 (External Secrets Operator's marks); out has 28 bytes. */
void gk_sha3_224(struct gk_str s, unsigned char out[28]);
void gk_random(void *p, size_t n); /* getrandom; failure aborts */
void gk_wipe(void *p, size_t n);
bool gk_equal_ct(struct gk_str a, struct gk_str b); /* constant time for equal lengths */

/*
 * Memory that is locked, outside core dumps and between guard pages; from the heap where the
 * system allows too few locked pages.  Never resized: the old copy would stay.  Free with
 * the size that was asked for, which is wiped first.
 */
void *gk_locked_alloc(size_t n);
void gk_locked_free(void *p, size_t n);

#endif
