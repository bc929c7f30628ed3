/* Base64, MACs, SHA3 and secret bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/secret.h"

static void assert_base64(const char *plain, enum gk_b64 alphabet, const char *coded)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0}, back = {0};
	struct gk_err err = GK_ERR_INIT;

	gk_base64_encode(&b, gk_str_c(plain), alphabet);
	assert_string_equal(gk_buf_cstr(&b), coded);
	assert_int_equal(gk_base64_decode(&back, gk_buf_str(&b), alphabet, &err), 0);
	assert_string_equal(gk_buf_cstr(&back), plain);
}

static void base64_both_ways(void **state)
{
	(void)state;
	assert_base64("", GK_B64_STD, "");
	assert_base64("f", GK_B64_STD, "Zg==");
	assert_base64("fo", GK_B64_STD, "Zm8=");
	assert_base64("foo", GK_B64_STD, "Zm9v");
	assert_base64("foob", GK_B64_URL_NOPAD, "Zm9vYg");
	assert_base64("\xfb\xff\xbf", GK_B64_STD, "+/+/");
	assert_base64("\xfb\xff\xbf", GK_B64_URL, "-_-_");
}

static void assert_refused(const char *coded, enum gk_b64 alphabet)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	struct gk_err err = GK_ERR_INIT;
	char message[256];

	assert_int_equal(gk_base64_decode(&b, gk_str_c(coded), alphabet, &err), -1);
	assert_int_equal(err.code, GK_EINPUT);
	gk_err_message(&err, message, sizeof message);
	assert_null(strstr(message, "Zm9"));
}

static void base64_strict(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_refused("Zm9vYg", GK_B64_STD);
	assert_refused("Zm9vYg=", GK_B64_STD);
	assert_refused("Zm9vYg==", GK_B64_URL_NOPAD);
	assert_refused("Zm9v=", GK_B64_STD);
	assert_refused("Zm9v====", GK_B64_STD);
	assert_refused("Zm9vYg==Zm9v", GK_B64_STD);
	assert_refused("Zm9-", GK_B64_STD);
	assert_refused("Zm9+", GK_B64_URL);
	assert_refused("Zm9v ", GK_B64_STD);
	assert_refused("Zm9vY", GK_B64_URL_NOPAD);
	assert_int_equal(gk_base64_decode(&b, GK_STR("Zm9v\r\nYg==\n"), GK_B64_STD, &err), 0);
	assert_string_equal(gk_buf_cstr(&b), "foob");
}

static void assert_hex(const unsigned char *p, size_t n, const char *hex)
{
	char text[129];

	gk_hex(p, n, text);
	assert_string_equal(text, hex);
}

/* RFC 4231 case 2; the empty SHA3-224 and External Secrets' mark of an empty map. */
static void macs_and_hashes(void **state)
{
	unsigned char mac[GK_SHA256_LEN], sha3[28];

	(void)state;
	gk_hmac_sha256(GK_STR("Jefe"), GK_STR("what do ya want for nothing?"), mac);
	assert_hex(mac, sizeof mac,
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	gk_sha3_224(GK_STR(""), sha3);
	assert_hex(sha3, sizeof sha3, "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7");
	gk_sha3_224(GK_STR("map[]"), sha3);
	assert_hex(sha3, sizeof sha3, "74a974446e359fb3e6baff9bd0058950e6edd0f040888d9989b0a11b");
}

static void secrets(void **state)
{
	struct gk_secret s = GK_SECRET_INIT;

	(void)state;
	assert_false(gk_secret_is_set(&s));
	gk_secret_set(&s, GK_STR("one"));
	gk_secret_set(&s, (struct gk_str){s.p + 1, 2}); /* a part of itself */
	assert_string_equal(s.p, "ne");
	assert_true(gk_equal_ct(gk_secret_str(&s), GK_STR("ne")));
	assert_false(gk_equal_ct(gk_secret_str(&s), GK_STR("no")));
	assert_false(gk_equal_ct(gk_secret_str(&s), GK_STR("nee")));
	gk_secret_set(&s, GK_STR_NULL);
	assert_false(gk_secret_is_set(&s));
	gk_secret_done(&s);
}

/* More than the locked arena holds: the rest comes from the heap, and all can be freed. */
static void secrets_beyond_the_arena(void **state)
{
	struct gk_secret many[64] = {0};
	static char big[8192];

	(void)state;
	memset(big, 'x', sizeof big);
	for (size_t i = 0; i < GK_COUNT(many); i++)
		gk_secret_set(&many[i], (struct gk_str){big, sizeof big});
	for (size_t i = 0; i < GK_COUNT(many); i++) {
		assert_int_equal(many[i].p[sizeof big - 1], 'x');
		gk_secret_done(&many[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(base64_both_ways),
		cmocka_unit_test(base64_strict), cmocka_unit_test(macs_and_hashes),
		cmocka_unit_test(secrets), cmocka_unit_test(secrets_beyond_the_arena)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
