/* Signature Version 4: canonical request, string to sign, key, signature. */
#include "aws/sigv4.h"

#include "base/crypto.h"
#include "base/io.h"
#include "aws/sigv4-canonical.h"

static const char algorithm[] = "AWS4-HMAC-SHA256";
static const char header_token[] = "X-Amz-Security-Token";
static const char header_hash[] = "x-amz-content-sha256";

/* What one signature is made for: the names that appear in several of its parts. */
struct scope {
	char date[17]; /* 20150830T123600Z, the day first */
	struct gk_str text;
};

static struct gk_str day(const struct scope *s)
{
	return (struct gk_str){s->date, 8};
}

static struct gk_str keep(struct gk_arena *a, const struct gk_buf *b)
{
	return (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(b), b->n), b->n};
}

static struct scope make_scope(struct gk_arena *a, const struct gk_sigv4_request *req)
{
	struct scope s = {0};
	char stamp[32];
	size_t n = 0;

	gk_time_rfc3339(req->utc_ms, false, stamp);
	for (const char *p = stamp; *p && n < sizeof s.date - 1; p++)
		if (*p != '-' && *p != ':')
			s.date[n++] = *p;
	s.text = gk_str_c(gk_arena_printf(a, "%.8s/%.*s/%.*s/aws4_request", s.date,
		GK_SARG(req->region), GK_SARG(req->service)));
	return s;
}

static struct gk_str hash_hex(struct gk_arena *a, struct gk_str bytes)
{
	unsigned char digest[GK_SHA256_LEN];
	char *hex = gk_arena_alloc(a, 2 * GK_SHA256_LEN + 1);

	gk_sha256(bytes, digest);
	gk_hex(digest, sizeof digest, hex);
	return gk_str_c(hex);
}

/* The key for one day, region and service; each step's result is the next one's key. */
static void derive_key(struct gk_str secret, const struct scope *s,
	const struct gk_sigv4_request *req, unsigned char key[GK_SHA256_LEN])
{
	const struct gk_str steps[] = {day(s), req->region, req->service, GK_STR("aws4_request")};
	GK_AUTO(gk_buf_done) struct gk_buf first = {.secret = true};
	struct gk_str at;

	gk_buf_puts(&first, "AWS4");
	gk_buf_putstr(&first, secret);
	at = gk_buf_str(&first);
	for (size_t i = 0; i < GK_COUNT(steps); i++) {
		unsigned char next[GK_SHA256_LEN];

		gk_hmac_sha256(at, steps[i], next);
		memcpy(key, next, sizeof next);
		gk_wipe(next, sizeof next);
		at = (struct gk_str){(const char *)key, GK_SHA256_LEN};
	}
}

static void sign_text(struct gk_str secret, const struct scope *s,
	const struct gk_sigv4_request *req, struct gk_sigv4 *ret)
{
	unsigned char key[GK_SHA256_LEN], mac[GK_SHA256_LEN];

	derive_key(secret, s, req, key);
	gk_hmac_sha256((struct gk_str){(const char *)key, sizeof key}, ret->to_sign, mac);
	gk_hex(mac, sizeof mac, ret->signature);
	gk_wipe(key, sizeof key);
}

static struct gk_str payload(struct gk_arena *a, const struct gk_sigv4_request *req)
{
	return req->flags & GK_SIGV4_UNSIGNED ? GK_STR("UNSIGNED-PAYLOAD") : hash_hex(a, req->body);
}

/* Fill canonical, to_sign and signature from the full list of headers and the full query. */
static void finish(struct gk_arena *a, const struct gk_sigv4_key *key, const struct scope *s,
	const struct gk_sigv4_request *req, struct gk_str query, struct gk_str header_lines,
	struct gk_str names, struct gk_sigv4 *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	gk_buf_putstr(&b, req->method);
	gk_buf_putc(&b, '\n');
	gk_sigv4__path(&b, req->path, req->flags);
	gk_buf_putc(&b, '\n');
	gk_sigv4__query(a, &b, query);
	gk_buf_putc(&b, '\n');
	gk_buf_putstr(&b, header_lines);
	gk_buf_putc(&b, '\n');
	gk_buf_putstr(&b, names);
	gk_buf_putc(&b, '\n');
	gk_buf_putstr(&b, payload(a, req));
	ret->canonical = keep(a, &b);
	ret->to_sign = gk_str_c(gk_arena_printf(a, "%s\n%s\n%.*s\n%.*s", algorithm, s->date,
		GK_SARG(s->text), GK_SARG(hash_hex(a, ret->canonical))));
	sign_text(key->secret, s, req, ret);
}

static bool name_is(struct gk_str name, const char *lower_name)
{
	size_t n = strlen(lower_name);

	if (name.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = name.p[i];

		if ((c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c) != lower_name[i])
			return false;
	}
	return true;
}

static bool name_among(struct gk_str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name_is(name, names[i]))
			return true;
	return false;
}

/* A request must name its host, and must not bring what only a signer may set. */
static int check_request(const struct gk_sigv4_request *req, struct gk_err *err)
{
	static const char *const headers[] = {"authorization", "x-amz-date", "x-amz-security-token",
		"x-amz-content-sha256", "x-amz-region-set"};
	static const char *const params[] = {"x-amz-signature", "x-amz-date", "x-amz-credential",
		"x-amz-algorithm", "x-amz-signedheaders", "x-amz-security-token", "x-amz-expires",
		"x-amz-region-set"};
	struct gk_str rest = req->query;
	bool host = false;

	for (size_t i = 0; i < req->nheaders; i++) {
		host |= name_is(req->headers[i].name, "host");
		if (name_among(req->headers[i].name, headers, GK_COUNT(headers)))
			return gk_fail(err, GK_EINPUT, "aws.sign-header",
				"header '%.*s' is set by the signer",
				GK_SARG(req->headers[i].name));
	}
	while (rest.p) {
		struct gk_str value = gk_str_cut(&rest, '&');
		struct gk_str name = gk_str_cut(&value, '=');

		if (name_among(name, params, GK_COUNT(params)))
			return gk_fail(err, GK_EINPUT, "aws.sign-parameter",
				"query parameter '%.*s' is set by the signer", GK_SARG(name));
	}
	if (!host)
		return gk_fail(err, GK_EINPUT, "aws.sign-host", "a request to sign needs its host");
	return 0;
}

static void add_header(struct gk_sigv4 *ret, const char *name, struct gk_str value)
{
	ret->add[ret->nadd++] = (struct gk_sigv4_header){gk_str_c(name), value};
}

/* The request's headers and those that the signer adds, as one list. */
static struct gk_sigv4_header *all_headers(
	struct gk_arena *a, const struct gk_sigv4_request *req, const struct gk_sigv4 *ret)
{
	struct gk_sigv4_header *all =
		gk_arena_array(a, req->nheaders + GK_COUNT(ret->add), sizeof *all);

	if (req->nheaders)
		memcpy(all, req->headers, req->nheaders * sizeof *all);
	memcpy(all + req->nheaders, ret->add, ret->nadd * sizeof *all);
	return all;
}

int gk_sigv4_sign(struct gk_arena *a, const struct gk_sigv4_key *key,
	const struct gk_sigv4_request *req, struct gk_sigv4 *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf lines = {.secret = true};
	GK_AUTO(gk_buf_done) struct gk_buf names = {0};
	struct scope s = make_scope(a, req);
	struct gk_sigv4 r = {0};

	if (check_request(req, err))
		return -1;
	add_header(&r, "X-Amz-Date", gk_str_c(gk_arena_strdup(a, s.date)));
	if (req->flags & GK_SIGV4_SEND_HASH)
		add_header(&r, header_hash, payload(a, req));
	if (key->token.p && !(req->flags & GK_SIGV4_LATE_TOKEN))
		add_header(&r, header_token, key->token);
	gk_sigv4__headers(a, all_headers(a, req, &r), req->nheaders + r.nadd, &lines, &names);
	finish(a, key, &s, req, req->query, gk_buf_str(&lines), gk_buf_str(&names), &r);
	if (key->token.p && req->flags & GK_SIGV4_LATE_TOKEN)
		add_header(&r, header_token, key->token);
	add_header(&r, "Authorization",
		gk_str_c(gk_arena_printf(a,
			"%s Credential=%.*s/%.*s, SignedHeaders=%s, Signature=%s", algorithm,
			GK_SARG(key->id), GK_SARG(s.text), gk_buf_cstr(&names), r.signature)));
	*ret = r;
	return 0;
}

static void put_param(struct gk_buf *b, const char *name, struct gk_str value)
{
	gk_buf_puts(b, b->n ? "&" : "");
	gk_buf_puts(b, name);
	gk_buf_putc(b, '=');
	gk_uri_encode(b, value, "");
}

/* The request's query followed by the parameters that a presigned URL carries. */
static void presigned_query(struct gk_arena *a, struct gk_buf *b, const struct gk_sigv4_key *key,
	const struct scope *s, const struct gk_sigv4_request *req, struct gk_str names,
	unsigned expires_s)
{
	const char *credential =
		gk_arena_printf(a, "%.*s/%.*s", GK_SARG(key->id), GK_SARG(s->text));

	gk_buf_putstr(b, req->query);
	put_param(b, "X-Amz-Algorithm", gk_str_c(algorithm));
	put_param(b, "X-Amz-Credential", gk_str_c(credential));
	put_param(b, "X-Amz-Date", gk_str_c(s->date));
	put_param(b, "X-Amz-SignedHeaders", names);
	put_param(b, "X-Amz-Expires", gk_str_c(gk_arena_printf(a, "%u", expires_s)));
	if (key->token.p && !(req->flags & GK_SIGV4_LATE_TOKEN))
		put_param(b, header_token, key->token);
}

int gk_sigv4_presign(struct gk_arena *a, const struct gk_sigv4_key *key,
	const struct gk_sigv4_request *req, unsigned expires_s, struct gk_sigv4 *ret,
	struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf lines = {.secret = true};
	GK_AUTO(gk_buf_done) struct gk_buf names = {0};
	GK_AUTO(gk_buf_done) struct gk_buf query = {.secret = true};
	struct scope s = make_scope(a, req);
	struct gk_sigv4 r = {0};

	if (check_request(req, err))
		return -1;
	if (expires_s < 1 || expires_s > 604800)
		return gk_fail(err, GK_EINPUT, "aws.sign-expires",
			"a presigned request is valid for 1 to 604800 seconds, not %u", expires_s);
	gk_sigv4__headers(a, req->headers, req->nheaders, &lines, &names);
	presigned_query(a, &query, key, &s, req, gk_buf_str(&names), expires_s);
	finish(a, key, &s, req, gk_buf_str(&query), gk_buf_str(&lines), gk_buf_str(&names), &r);
	if (key->token.p && req->flags & GK_SIGV4_LATE_TOKEN)
		put_param(&query, header_token, key->token);
	put_param(&query, "X-Amz-Signature", gk_str_c(r.signature));
	r.query = keep(a, &query);
	*ret = r;
	return 0;
}
