#include "sim/jwt.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "base/io.h"
#include "base/limits.h"
#include "doc/json.h"
#include "sim/sim-priv.h"

static int need_key(struct gk_sim *sim, struct gk_err *err)
{
	return sim->rsa ? 0 : gk_sim_rsa_make(&sim->rsa, err);
}

/* The key's name: a hash of its public half. */
static void put_key_id(struct gk_sim *sim, struct gk_buf *b)
{
	struct gk_buf modulus = GK_BUF_INIT(0), exponent = GK_BUF_INIT(0);
	unsigned char hash[GK_SHA256_LEN];

	gk_sim_rsa_public(sim->rsa, &modulus, &exponent);
	gk_sha256(gk_buf_str(&modulus), hash);
	gk_base64_encode(b, (struct gk_str){(const char *)hash, sizeof hash}, GK_B64_URL_NOPAD);
	gk_buf_done(&modulus);
	gk_buf_done(&exponent);
}

int gk_sim_jwks(struct gk_sim *sim, struct gk_buf *ret, struct gk_err *err)
{
	struct gk_buf modulus = GK_BUF_INIT(0), exponent = GK_BUF_INIT(0);

	if (need_key(sim, err))
		return -1;
	gk_sim_rsa_public(sim->rsa, &modulus, &exponent);
	gk_buf_puts(ret, "{\"keys\":[{\"use\":\"sig\",\"kty\":\"RSA\",\"kid\":\"");
	put_key_id(sim, ret);
	gk_buf_puts(ret, "\",\"alg\":\"RS256\",\"n\":\"");
	gk_base64_encode(ret, gk_buf_str(&modulus), GK_B64_URL_NOPAD);
	gk_buf_puts(ret, "\",\"e\":\"");
	gk_base64_encode(ret, gk_buf_str(&exponent), GK_B64_URL_NOPAD);
	gk_buf_puts(ret, "\"}]}");
	gk_buf_done(&modulus);
	gk_buf_done(&exponent);
	return 0;
}

int gk_sim_jwt_sign(
	struct gk_sim *sim, const struct gk_node *claims, struct gk_buf *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf part = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf signature = GK_BUF_INIT(0);

	if (need_key(sim, err))
		return -1;
	gk_buf_puts(&part, "{\"alg\":\"RS256\",\"kid\":\"");
	put_key_id(sim, &part);
	gk_buf_puts(&part, "\"}");
	gk_base64_encode(ret, gk_buf_str(&part), GK_B64_URL_NOPAD);
	gk_buf_putc(ret, '.');
	gk_buf_reset(&part);
	gk_json_print(&part, claims, 0);
	gk_base64_encode(ret, gk_buf_str(&part), GK_B64_URL_NOPAD);
	if (gk_sim_rsa_sign(sim->rsa, gk_buf_str(ret), &signature, err))
		return -1;
	gk_buf_putc(ret, '.');
	gk_base64_encode(ret, gk_buf_str(&signature), GK_B64_URL_NOPAD);
	return 0;
}

static bool not_expired(const struct gk_node *claims)
{
	int64_t exp;

	return gk_node_int(gk_node_get(claims, "exp"), &exp) && exp * 1000 > gk_time_utc_ms();
}

struct gk_node *gk_sim_jwt_check(struct gk_sim *sim, struct gk_arena *a, struct gk_str token)
{
	GK_AUTO(gk_buf_done) struct gk_buf signature = GK_BUF_INIT(4096);
	GK_AUTO(gk_buf_done) struct gk_buf payload = GK_BUF_INIT(65536);
	struct gk_str rest = token, claims;
	struct gk_err err = GK_ERR_INIT;
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_node *ret = NULL;

	(void)gk_str_cut(&rest, '.');
	claims = gk_str_cut(&rest, '.');
	if (!sim->rsa || !rest.n || gk_base64_decode(&signature, rest, GK_B64_URL_NOPAD, &err) ||
		gk_base64_decode(&payload, claims, GK_B64_URL_NOPAD, &err) ||
		!gk_sim_rsa_verify(sim->rsa,
			(struct gk_str){token.p, (size_t)(claims.p + claims.n - token.p)},
			gk_buf_str(&signature)))
		return NULL;
	if (gk_json_parse(&doc, "token", gk_buf_str(&payload), gk_limits_default(), &err) == 0 &&
		not_expired(doc.root))
		ret = gk_node_dup(a, doc.root);
	gk_doc_done(&doc);
	return ret;
}
