#include "sim/aws-jwt.h"

#include <gnutls/abstract.h>

#include "base/base64.h"
#include "doc/json.h"

static bool decode(struct gk_arena *a, struct gk_str part, struct gk_str *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	struct gk_err err = GK_ERR_INIT;

	if (gk_base64_decode(&b, part, GK_B64_URL_NOPAD, &err))
		return false;
	*ret = (struct gk_str){gk_arena_memdup0(a, b.n ? b.p : "", b.n), b.n};
	return true;
}

static bool decode_object(struct gk_arena *a, struct gk_str part, const struct gk_node **ret)
{
	struct gk_pos pos = {0};
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n;
	struct gk_str text;

	if (!decode(a, part, &text) ||
		gk_json_parse_next(a, &text, &pos, gk_limits_default(), &n, &err) || text.n)
		return false;
	*ret = n;
	return gk_node_is(n, GK_OBJECT);
}

static bool read_claims(struct gk_sim_jwt *t)
{
	const struct gk_node *nbf = gk_node_get(t->claims, "nbf");

	t->kid = gk_node_text(gk_node_get(t->header, "kid"));
	t->issuer = gk_node_text(gk_node_get(t->claims, "iss"));
	t->subject = gk_node_text(gk_node_get(t->claims, "sub"));
	return t->issuer.n && t->subject.n &&
	       gk_node_int(gk_node_get(t->claims, "exp"), &t->expires_s) &&
	       (!nbf || gk_node_int(nbf, &t->not_before_s));
}

bool gk_sim_jwt_read(struct gk_arena *a, struct gk_str text, struct gk_sim_jwt *ret)
{
	struct gk_str rest = text, header = gk_str_cut(&rest, '.'), claims = gk_str_cut(&rest, '.');

	*ret = (struct gk_sim_jwt){.signed_part = {text.p, header.n + 1 + claims.n}};
	return rest.n && decode_object(a, header, &ret->header) &&
	       decode_object(a, claims, &ret->claims) && decode(a, rest, &ret->signature) &&
	       read_claims(ret);
}

struct gk_str gk_sim_jwt_audience(const struct gk_sim_jwt *t, size_t i)
{
	const struct gk_node *aud = gk_node_get(t->claims, "aud");

	if (gk_node_is(aud, GK_ARRAY))
		return gk_node_text(gk_node_at(aud, i));
	return i == 0 ? gk_node_text(aud) : GK_STR_NULL;
}

static gnutls_datum_t datum(struct gk_str s)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)s.p, (unsigned)s.n};
}

/* A key as it stands in the set: {"kty":"RSA","n":"...","e":"AQAB"}. */
static bool import_key(struct gk_arena *a, const struct gk_node *jwk, gnutls_pubkey_t key)
{
	struct gk_str modulus, exponent;
	gnutls_datum_t n, e;

	if (!gk_str_is(gk_node_text(gk_node_get(jwk, "kty")), "RSA") ||
		!decode(a, gk_node_text(gk_node_get(jwk, "n")), &modulus) ||
		!decode(a, gk_node_text(gk_node_get(jwk, "e")), &exponent))
		return false;
	n = datum(modulus);
	e = datum(exponent);
	return gnutls_pubkey_import_rsa_raw(key, &n, &e) == 0;
}

static bool made_by(const struct gk_sim_jwt *t, const struct gk_node *jwk)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	gnutls_datum_t data = datum(t->signed_part), signature = datum(t->signature);
	gnutls_pubkey_t key;
	bool ok;

	if (gnutls_pubkey_init(&key))
		return false;
	ok = import_key(&a, jwk, key) &&
	     gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature) >= 0;
	gnutls_pubkey_deinit(key);
	return ok;
}

bool gk_sim_jwt_verify(const struct gk_sim_jwt *t, const struct gk_node *jwks)
{
	if (!gk_str_is(gk_node_text(gk_node_get(t->header, "alg")), "RS256"))
		return false;
	gk_node_foreach (jwk, gk_node_get(jwks, "keys")) {
		struct gk_str kid = gk_node_text(gk_node_get(jwk, "kid"));

		if (t->kid.n && kid.n && !gk_str_eq(t->kid, kid))
			continue;
		if (made_by(t, jwk))
			return true;
	}
	return false;
}
