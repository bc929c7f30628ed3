/* MACs, SHA3, randomness, wiping and locked memory: the one file that includes OpenSSL. */
#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/mem.h"

/* Locked pages for keys and tokens: a run holds a few dozen of at most a few KiB each. */
enum { ARENA_BYTES = 1 << 17, ARENA_MIN_PIECE = 64 };

void gk_hmac_sha256(struct gk_str key, struct gk_str data, unsigned char out[GK_SHA256_LEN])
{
	unsigned len = 0;

	gk_assert(key.n <= INT32_MAX);
	if (!HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n,
		    (const unsigned char *)(data.p ? data.p : ""), data.n, out, &len))
		gk_oom();
	gk_assert(len == GK_SHA256_LEN);
}

void gk_sha3_224(struct gk_str s, unsigned char out[28])
{
	unsigned len = 0;

	if (!EVP_Digest(s.p ? s.p : "", s.n, out, &len, EVP_sha3_224(), NULL))
		gk_oom();
	gk_assert(len == 28);
}

void gk_random(void *p, size_t n)
{
	gk_assert(n <= INT32_MAX);
	gk_assert(RAND_bytes(p, (int)n) == 1);
}

void gk_wipe(void *p, size_t n)
{
	if (p)
		OPENSSL_cleanse(p, n);
}

bool gk_equal_ct(struct gk_str a, struct gk_str b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

/* Once a process; where memory may not be locked the pieces come from the heap instead. */
static bool arena_ready(void)
{
	static enum { UNTRIED, READY, FAILED } state;

	if (state == UNTRIED)
		state = CRYPTO_secure_malloc_init(ARENA_BYTES, ARENA_MIN_PIECE) ? READY : FAILED;
	return state == READY;
}

void *gk_locked_alloc(size_t n)
{
	void *p = arena_ready() ? OPENSSL_secure_malloc(n) : NULL;

	return p ? p : gk_xmalloc(n);
}

void gk_locked_free(void *p, size_t n)
{
	if (!p)
		return;
	if (CRYPTO_secure_allocated(p)) {
		OPENSSL_secure_clear_free(p, n);
		return;
	}
	gk_wipe(p, n);
	gk_free(p);
}
