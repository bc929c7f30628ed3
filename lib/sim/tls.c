#include "sim/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/crypto.h"
#include "base/io.h"

enum { DAY_S = 86400, LIFE_S = 365 * DAY_S };

struct identity {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
};

static void identity_done(struct identity *id)
{
	if (id->crt)
		gnutls_x509_crt_deinit(id->crt);
	if (id->key)
		gnutls_x509_privkey_deinit(id->key);
}

static int tls_fail(struct gk_err *err, const char *what, int rc)
{
	return gk_fail(err, GK_EIO, "sim.tls", "cannot %s: %s", what, gnutls_strerror(rc));
}

/* A key, and a certificate that lacks only its purpose and its signature. */
static int begin(struct identity *id, const char *cn, const char *org, struct gk_err *err)
{
	unsigned char serial[12];
	time_t now = (time_t)(gk_time_utc_ms() / 1000);
	int rc;

	gk_random(serial, sizeof serial);
	serial[0] &= 0x7f;
	if ((rc = gnutls_x509_privkey_init(&id->key)) < 0 ||
		(rc = gnutls_x509_privkey_generate(id->key, GNUTLS_PK_EC,
			 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0)) < 0 ||
		(rc = gnutls_x509_crt_init(&id->crt)) < 0 ||
		(rc = gnutls_x509_crt_set_version(id->crt, 3)) < 0 ||
		(rc = gnutls_x509_crt_set_key(id->crt, id->key)) < 0 ||
		(rc = gnutls_x509_crt_set_serial(id->crt, serial, sizeof serial)) < 0 ||
		(rc = gnutls_x509_crt_set_activation_time(id->crt, now - DAY_S)) < 0 ||
		(rc = gnutls_x509_crt_set_expiration_time(id->crt, now + LIFE_S)) < 0 ||
		(rc = gnutls_x509_crt_set_dn_by_oid(
			 id->crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn, (unsigned)strlen(cn))) < 0)
		return tls_fail(err, "make a certificate", rc);
	if (org)
		rc = gnutls_x509_crt_set_dn_by_oid(
			id->crt, GNUTLS_OID_X520_ORGANIZATION_NAME, 0, org, (unsigned)strlen(org));
	return rc < 0 ? tls_fail(err, "name a certificate", rc) : 0;
}

static int finish(struct identity *id, struct identity *ca, bool is_ca, unsigned usage,
	const char *purpose, struct gk_err *err)
{
	unsigned char key_id[20];
	size_t n = sizeof key_id;
	int rc;

	if ((rc = gnutls_x509_crt_set_basic_constraints(id->crt, is_ca, is_ca ? 0 : -1)) < 0 ||
		(rc = gnutls_x509_crt_set_key_usage(id->crt, usage)) < 0 ||
		(purpose && (rc = gnutls_x509_crt_set_key_purpose_oid(id->crt, purpose, 0)) < 0))
		return tls_fail(err, "describe a certificate", rc);
	if ((rc = gnutls_x509_crt_get_key_id(id->crt, 0, key_id, &n)) < 0 ||
		(rc = gnutls_x509_crt_set_subject_key_id(id->crt, key_id, n)) < 0)
		return tls_fail(err, "identify a certificate", rc);
	n = sizeof key_id;
	if ((rc = gnutls_x509_crt_get_key_id(ca->crt, 0, key_id, &n)) < 0 ||
		(rc = gnutls_x509_crt_set_authority_key_id(id->crt, key_id, n)) < 0 ||
		(rc = gnutls_x509_crt_sign2(id->crt, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0)) < 0)
		return tls_fail(err, "sign a certificate", rc);
	return 0;
}

static int add_names(struct identity *id, struct gk_err *err)
{
	static const char *const names[] = {
		"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"};
	static const unsigned char v4[] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
	int rc = 0;

	for (size_t i = 0; i < GK_COUNT(names) && rc >= 0; i++)
		rc = gnutls_x509_crt_set_subject_alt_name(id->crt, GNUTLS_SAN_DNSNAME, names[i],
			(unsigned)strlen(names[i]), GNUTLS_FSAN_APPEND);
	if (rc < 0 ||
		(rc = gnutls_x509_crt_set_subject_alt_name(
			 id->crt, GNUTLS_SAN_IPADDRESS, v4, sizeof v4, GNUTLS_FSAN_APPEND)) < 0 ||
		(rc = gnutls_x509_crt_set_subject_alt_name(
			 id->crt, GNUTLS_SAN_IPADDRESS, v6, sizeof v6, GNUTLS_FSAN_APPEND)) < 0)
		return tls_fail(err, "name the server's certificate", rc);
	return 0;
}

static int export_pem(struct gk_arena *a, struct identity *id, const char **ret_cert,
	const char **ret_key, struct gk_err *err)
{
	gnutls_datum_t cert = {0}, key = {0};
	int rc;

	if ((rc = gnutls_x509_crt_export2(id->crt, GNUTLS_X509_FMT_PEM, &cert)) < 0)
		return tls_fail(err, "write a certificate", rc);
	*ret_cert = gk_arena_memdup0(a, cert.data, cert.size);
	gnutls_free(cert.data);
	if (!ret_key)
		return 0;
	if ((rc = gnutls_x509_privkey_export2_pkcs8(
		     id->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key)) < 0)
		return tls_fail(err, "write a key", rc);
	*ret_key = gk_arena_memdup0(a, key.data, key.size);
	gk_wipe(key.data, key.size);
	gnutls_free(key.data);
	return 0;
}

int gk_sim_pki_make(struct gk_sim_pki *ret, struct gk_err *err)
{
	GK_AUTO(identity_done) struct identity ca = {0};
	GK_AUTO(identity_done) struct identity server = {0};
	GK_AUTO(identity_done) struct identity client = {0};

	ret->arena.wipe = true;
	if (begin(&ca, "gk-sim-ca", NULL, err) ||
		finish(&ca, &ca, true, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN, NULL, err) ||
		begin(&server, "localhost", NULL, err) || add_names(&server, err) ||
		finish(&server, &ca, false, GNUTLS_KEY_DIGITAL_SIGNATURE, GNUTLS_KP_TLS_WWW_SERVER,
			err) ||
		begin(&client, "admin", "system:masters", err) ||
		finish(&client, &ca, false, GNUTLS_KEY_DIGITAL_SIGNATURE, GNUTLS_KP_TLS_WWW_CLIENT,
			err))
		return -1;
	if (export_pem(&ret->arena, &ca, &ret->ca_cert, NULL, err) ||
		export_pem(&ret->arena, &server, &ret->server_cert, &ret->server_key, err))
		return -1;
	return export_pem(&ret->arena, &client, &ret->client_cert, &ret->client_key, err);
}

void gk_sim_pki_done(struct gk_sim_pki *p)
{
	gk_arena_done(&p->arena);
}

static const char *dn_part(struct gk_arena *a, gnutls_x509_crt_t crt, const char *oid)
{
	char text[256];
	size_t n = sizeof text;

	if (gnutls_x509_crt_get_dn_by_oid(crt, oid, 0, 0, text, &n) < 0)
		return "";
	return gk_arena_memdup0(a, text, n);
}

const char *gk_sim_tls_peer(struct gk_arena *a, void *tls_session)
{
	unsigned status = 1, count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls_session, &count);
	gnutls_x509_crt_t crt;
	const char *ret = NULL;

	if (!chain || count == 0 || gnutls_certificate_verify_peers2(tls_session, &status) < 0 ||
		status != 0 || gnutls_x509_crt_init(&crt) < 0)
		return NULL;
	if (gnutls_x509_crt_import(crt, chain, GNUTLS_X509_FMT_DER) == 0)
		ret = gk_arena_printf(a, "CN=%s,O=%s", dn_part(a, crt, GNUTLS_OID_X520_COMMON_NAME),
			dn_part(a, crt, GNUTLS_OID_X520_ORGANIZATION_NAME));
	gnutls_x509_crt_deinit(crt);
	return ret;
}

struct gk_sim_rsa {
	gnutls_privkey_t key;
	gnutls_pubkey_t public;
};

int gk_sim_rsa_make(struct gk_sim_rsa **ret, struct gk_err *err)
{
	struct gk_sim_rsa *k = gk_xcalloc(1, sizeof *k);
	int rc;

	*ret = k;
	if ((rc = gnutls_privkey_init(&k->key)) < 0 ||
		(rc = gnutls_privkey_generate(k->key, GNUTLS_PK_RSA, 2048, 0)) < 0 ||
		(rc = gnutls_pubkey_init(&k->public)) < 0 ||
		(rc = gnutls_pubkey_import_privkey(
			 k->public, k->key, GNUTLS_KEY_DIGITAL_SIGNATURE, 0)) < 0)
		return tls_fail(err, "make the key of the service accounts", rc);
	return 0;
}

void gk_sim_rsa_free(struct gk_sim_rsa *k)
{
	if (!k)
		return;
	if (k->public)
		gnutls_pubkey_deinit(k->public);
	if (k->key)
		gnutls_privkey_deinit(k->key);
	gk_free(k);
}

/* GnuTLS does not write through its datum arguments, but its types say that it may. */
static gnutls_datum_t datum(struct gk_arena *a, struct gk_str s)
{
	return (gnutls_datum_t){(unsigned char *)gk_arena_memdup0(a, s.p, s.n), (unsigned)s.n};
}

int gk_sim_rsa_sign(
	struct gk_sim_rsa *k, struct gk_str data, struct gk_buf *ret, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	gnutls_datum_t in = datum(&a, data), out = {0};
	int rc = gnutls_privkey_sign_data(k->key, GNUTLS_DIG_SHA256, 0, &in, &out);

	if (rc < 0)
		return tls_fail(err, "sign a token", rc);
	gk_buf_put(ret, out.data, out.size);
	gnutls_free(out.data);
	return 0;
}

bool gk_sim_rsa_verify(struct gk_sim_rsa *k, struct gk_str data, struct gk_str signature)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	gnutls_datum_t in = datum(&a, data), sig = datum(&a, signature);

	return gnutls_pubkey_verify_data2(k->public, GNUTLS_SIGN_RSA_SHA256, 0, &in, &sig) >= 0;
}

void gk_sim_rsa_public(struct gk_sim_rsa *k, struct gk_buf *modulus, struct gk_buf *exponent)
{
	gnutls_datum_t m = {0}, e = {0};

	if (gnutls_pubkey_export_rsa_raw2(k->public, &m, &e, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
		return;
	gk_buf_put(modulus, m.data, m.size);
	gk_buf_put(exponent, e.data, e.size);
	gnutls_free(m.data);
	gnutls_free(e.data);
}
