#include "sim/aws-sigv4.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/io.h"
#include "base/num.h"

static const char algorithm[] = "AWS4-HMAC-SHA256";

void gk_sim_sig_date(int64_t utc_ms, char buf[17])
{
	char text[32];
	size_t n = 0;

	gk_time_rfc3339(utc_ms, false, text);
	for (const char *p = text; *p && n < 16; p++)
		if (*p != '-' && *p != ':')
			buf[n++] = *p;
	buf[n] = 0;
}

static bool read_date(struct gk_str s, int64_t *ret_ms)
{
	struct gk_err err = GK_ERR_INIT;
	char text[24];

	if (s.n != 16 || s.p[8] != 'T' || s.p[15] != 'Z')
		return false;
	(void)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", s.p, s.p + 4, s.p + 6,
		s.p + 9, s.p + 11, s.p + 13);
	return gk_time_parse_rfc3339(gk_str_c(text), ret_ms, &err) == 0;
}

static enum gk_sim_sig_verdict malformed(struct gk_sim_sig *s, const char *why)
{
	s->why = why;
	return GK_SIM_SIG_MALFORMED;
}

/* AKID/20260102/eu-central-1/ssm/aws4_request */
static enum gk_sim_sig_verdict read_credential(struct gk_sim_sig *s, struct gk_str rest)
{
	s->key_id = gk_str_cut(&rest, '/');
	s->day = gk_str_cut(&rest, '/');
	s->region = gk_str_cut(&rest, '/');
	s->service = gk_str_cut(&rest, '/');
	if (!s->key_id.n || !s->service.n || !gk_str_is(rest, "aws4_request"))
		return malformed(s, "Credential must have exactly 5 slash-delimited elements, e.g. "
				    "keyid/date/region/service/term");
	if (!read_date(s->date, &s->date_ms))
		return malformed(s, "Date must be in ISO-8601 'basic format'.");
	if (!gk_str_eq(s->day, (struct gk_str){s->date.p, 8}))
		return malformed(s,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
			"of date from HTTP.");
	return GK_SIM_SIG_OK;
}

static enum gk_sim_sig_verdict read_header(
	const struct gk_sim_aws_request *r, struct gk_str value, struct gk_sim_sig *s)
{
	struct gk_str credential = GK_STR_NULL;

	value = gk_str_from(value, sizeof algorithm - 1);
	while (value.p) {
		struct gk_str v = gk_str_trim(gk_str_cut(&value, ','));
		struct gk_str name = gk_str_cut(&v, '=');

		if (gk_str_is(name, "Credential"))
			credential = v;
		else if (gk_str_is(name, "SignedHeaders"))
			s->headers = v;
		else if (gk_str_is(name, "Signature"))
			s->signature = v;
	}
	if (!credential.n)
		return malformed(s, "Authorization header requires 'Credential' parameter.");
	if (!s->signature.n)
		return malformed(s, "Authorization header requires 'Signature' parameter.");
	if (!s->headers.n)
		return malformed(s, "Authorization header requires 'SignedHeaders' parameter.");
	s->token = gk_sim_aws_header(r, "x-amz-security-token");
	s->date = gk_sim_aws_header(r, "x-amz-date");
	if (!s->date.n)
		return malformed(s,
			"Authorization header requires existence of either a 'X-Amz-Date' or a "
			"'Date' header.");
	return read_credential(s, credential);
}

static enum gk_sim_sig_verdict read_query(
	const struct gk_sim_aws_pairs *query, struct gk_sim_sig *s)
{
	struct gk_str expires = gk_sim_aws_find(query, "X-Amz-Expires");
	struct gk_err err = GK_ERR_INIT;

	s->presigned = true;
	s->headers = gk_sim_aws_find(query, "X-Amz-SignedHeaders");
	s->signature = gk_sim_aws_find(query, "X-Amz-Signature");
	s->token = gk_sim_aws_find(query, "X-Amz-Security-Token");
	s->date = gk_sim_aws_find(query, "X-Amz-Date");
	s->expires_s = 900;
	if (!s->headers.n || !s->signature.n || !s->date.n)
		return malformed(s,
			"AWS query-string parameters must include 'X-Amz-Algorithm', "
			"'X-Amz-Credential', 'X-Amz-SignedHeaders', 'X-Amz-Signature' and "
			"'X-Amz-Date'.");
	if (expires.p && gk_num_i64(expires, 1, 604800, &s->expires_s, &err))
		return malformed(s, "X-Amz-Expires must be between 1 and 604800 seconds.");
	return read_credential(s, gk_sim_aws_find(query, "X-Amz-Credential"));
}

enum gk_sim_sig_verdict gk_sim_sig_read(
	struct gk_arena *a, const struct gk_sim_aws_request *r, struct gk_sim_sig *ret)
{
	struct gk_str header = gk_sim_aws_header(r, "authorization");
	enum gk_sim_sig_verdict v = GK_SIM_SIG_ABSENT;
	struct gk_sim_aws_pairs query = {0};

	*ret = (struct gk_sim_sig){.why = ""};
	gk_sim_aws_form(a, r->query, false, &query);
	if (gk_str_starts(header, gk_str_c(algorithm)))
		v = read_header(r, header, ret);
	else if (header.n)
		v = malformed(ret, "Unsupported algorithm in the Authorization header.");
	else if (gk_str_is(gk_sim_aws_find(&query, "X-Amz-Algorithm"), algorithm))
		v = read_query(&query, ret);
	gk_vec_done(&query);
	return v;
}

/* Drop empty and "." segments, let ".." remove the one before; keep a trailing slash. */
static struct gk_str normalise(struct gk_arena *a, struct gk_str path)
{
	char *out = gk_arena_alloc(a, path.n + 2);
	struct gk_str rest = path;
	size_t n = 0;

	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '/');

		if (gk_str_is(part, "..")) {
			while (n && out[--n] != '/')
				;
		} else if (part.n && !gk_str_is(part, ".")) {
			out[n++] = '/';
			memcpy(out + n, part.p, part.n);
			n += part.n;
		}
	}
	if (n == 0 || gk_str_ends(path, GK_STR("/")))
		out[n++] = '/';
	return (struct gk_str){out, n};
}

static void put_path(struct gk_arena *a, struct gk_buf *b, struct gk_str path, unsigned flags)
{
	if (!path.n)
		path = GK_STR("/");
	if (flags & GK_SIM_SIG_S3)
		gk_buf_putstr(b, path);
	else
		gk_sim_aws_encode(
			b, flags & GK_SIM_SIG_KEEP_PATH ? path : normalise(a, path), true);
}

static int by_name_then_value(const void *a, const void *b)
{
	const struct gk_sim_aws_pair *x = a, *y = b;
	int c = gk_str_cmp(x->name, y->name);

	return c ? c : gk_str_cmp(x->value, y->value);
}

static struct gk_str encoded(struct gk_arena *a, struct gk_str s)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_sim_aws_encode(&b, s, false);
	return gk_sim_aws_copy(a, gk_buf_str(&b));
}

static bool outside(struct gk_str name, unsigned flags)
{
	return gk_str_is(name, "X-Amz-Signature") ||
	       (flags & GK_SIM_SIG_LATE_TOKEN && gk_str_is(name, "X-Amz-Security-Token"));
}

static void put_query(struct gk_arena *a, struct gk_buf *b, struct gk_str query, unsigned flags)
{
	struct gk_sim_aws_pairs all = {0};
	size_t n = 0;

	gk_sim_aws_form(a, query, false, &all);
	gk_vec_foreach (struct gk_sim_aws_pair, p, &all)
		if (!outside(p->name, flags))
			all.v[n++] =
				(struct gk_sim_aws_pair){encoded(a, p->name), encoded(a, p->value)};
	if (n)
		qsort(all.v, n, sizeof *all.v, by_name_then_value);
	for (size_t i = 0; i < n; i++) {
		if (i)
			gk_buf_putc(b, '&');
		gk_buf_putstr(b, all.v[i].name);
		gk_buf_putc(b, '=');
		gk_buf_putstr(b, all.v[i].value);
	}
	gk_vec_done(&all);
}

static void put_collapsed(struct gk_buf *b, struct gk_str value)
{
	value = gk_str_trim(value);
	for (size_t i = 0; i < value.n; i++) {
		bool blank = memchr(" \t\r\n", value.p[i], 4) != NULL;

		if (!blank)
			gk_buf_putc(b, value.p[i]);
		else if (!memchr(" \t\r\n", value.p[i - 1], 4))
			gk_buf_putc(b, ' ');
	}
}

/* "name:value\n" of one signed header; false when the request does not have it. */
static bool put_header(struct gk_buf *b, const struct gk_sim_aws_request *r, struct gk_str name)
{
	unsigned seen = 0;

	gk_buf_putstr(b, name);
	gk_buf_putc(b, ':');
	for (size_t i = 0; i < r->nheaders; i++) {
		if (!gk_sim_aws_same_name(r->headers[i].name, name))
			continue;
		if (seen++)
			gk_buf_putc(b, ',');
		put_collapsed(b, r->headers[i].value);
	}
	gk_buf_putc(b, '\n');
	return seen > 0;
}

static void put_payload_hash(struct gk_buf *b, const struct gk_sim_aws_request *r,
	const struct gk_sim_sig *sig, unsigned flags)
{
	struct gk_str announced = gk_sim_aws_header(r, "x-amz-content-sha256");
	unsigned char digest[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	if (announced.p) {
		gk_buf_putstr(b, announced);
	} else if (flags & GK_SIM_SIG_S3 && sig->presigned) {
		gk_buf_puts(b, "UNSIGNED-PAYLOAD");
	} else {
		gk_sha256(r->body, digest);
		gk_hex(digest, sizeof digest, hex);
		gk_buf_puts(b, hex);
	}
}

static bool put_canonical(struct gk_arena *a, struct gk_buf *b, const struct gk_sim_aws_request *r,
	const struct gk_sim_sig *sig, unsigned flags)
{
	struct gk_str names = sig->headers;
	bool complete = true;

	gk_buf_putstr(b, r->method);
	gk_buf_putc(b, '\n');
	put_path(a, b, r->path, flags);
	gk_buf_putc(b, '\n');
	put_query(a, b, r->query, flags);
	gk_buf_putc(b, '\n');
	while (names.p)
		complete = put_header(b, r, gk_str_cut(&names, ';')) && complete;
	gk_buf_putc(b, '\n');
	gk_buf_putstr(b, sig->headers);
	gk_buf_putc(b, '\n');
	put_payload_hash(b, r, sig, flags);
	return complete;
}

static void signing_key(
	const struct gk_sim_sig *sig, struct gk_str secret, unsigned char key[GK_SHA256_LEN])
{
	const struct gk_str parts[] = {sig->day, sig->region, sig->service, GK_STR("aws4_request")};
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_str k;

	gk_buf_puts(&b, "AWS4");
	gk_buf_putstr(&b, secret);
	k = gk_buf_str(&b);
	for (size_t i = 0; i < GK_COUNT(parts); i++) {
		unsigned char next[GK_SHA256_LEN];

		gk_hmac_sha256(k, parts[i], next);
		memcpy(key, next, sizeof next);
		k = (struct gk_str){(const char *)key, GK_SHA256_LEN};
	}
}

static bool signature_holds(
	const struct gk_sim_sig *sig, struct gk_str canonical, struct gk_str secret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	unsigned char key[GK_SHA256_LEN], out[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_sha256(canonical, out);
	gk_hex(out, sizeof out, hex);
	gk_buf_printf(&b, "%s\n%.*s\n%.*s/%.*s/%.*s/aws4_request\n%s", algorithm,
		GK_SARG(sig->date), GK_SARG(sig->day), GK_SARG(sig->region), GK_SARG(sig->service),
		hex);
	signing_key(sig, secret, key);
	gk_hmac_sha256((struct gk_str){(char *)key, sizeof key}, gk_buf_str(&b), out);
	gk_hex(out, sizeof out, hex);
	gk_wipe(key, sizeof key);
	return gk_equal_ct(gk_str_c(hex), sig->signature);
}

static bool is_signed(const struct gk_sim_sig *sig, struct gk_str name)
{
	struct gk_str names = sig->headers;

	while (names.p)
		if (gk_sim_aws_same_name(gk_str_cut(&names, ';'), name))
			return true;
	return false;
}

/* Host always; S3: whatever begins with x-amz-. */
static bool covers(const struct gk_sim_aws_request *r, const struct gk_sim_sig *sig, unsigned flags)
{
	if (!is_signed(sig, GK_STR("host")))
		return false;
	if (!sig->presigned && !is_signed(sig, GK_STR("x-amz-date")))
		return false;
	for (size_t i = 0; flags & GK_SIM_SIG_S3 && i < r->nheaders; i++) {
		struct gk_str name = r->headers[i].name, prefix = GK_STR("x-amz-");

		if (name.n > prefix.n &&
			gk_sim_aws_same_name((struct gk_str){name.p, prefix.n}, prefix) &&
			!is_signed(sig, name))
			return false;
	}
	return true;
}

/* A hash must be the body's; the words in capitals (UNSIGNED-PAYLOAD, ...) promise nothing. */
static bool body_is_announced(const struct gk_sim_aws_request *r)
{
	struct gk_str announced = gk_sim_aws_header(r, "x-amz-content-sha256");
	unsigned char digest[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	if (announced.n != sizeof hex - 1)
		return true;
	gk_sha256(r->body, digest);
	gk_hex(digest, sizeof digest, hex);
	return gk_str_is(announced, hex);
}

static enum gk_sim_sig_verdict in_time(const struct gk_sim_aws_request *r,
	const struct gk_sim_sig *sig, unsigned flags, int64_t window_ms)
{
	int64_t last = sig->date_ms + window_ms;

	if (sig->presigned && !(flags & GK_SIM_SIG_WINDOW))
		last = sig->date_ms + sig->expires_s * 1000;
	if (sig->date_ms > r->now_ms + window_ms)
		return GK_SIM_SIG_EARLY;
	return r->now_ms > last ? GK_SIM_SIG_LATE : GK_SIM_SIG_OK;
}

enum gk_sim_sig_verdict gk_sim_sig_check(struct gk_arena *a, const struct gk_sim_aws_request *r,
	struct gk_sim_sig *sig, struct gk_str secret, unsigned flags, int64_t window_ms)
{
	GK_AUTO(gk_buf_done) struct gk_buf canonical = {0};
	enum gk_sim_sig_verdict v = in_time(r, sig, flags, window_ms);

	if (v != GK_SIM_SIG_OK)
		return v;
	if (!covers(r, sig, flags)) {
		sig->why = "There were headers present in the request which were not signed";
		return GK_SIM_SIG_UNSIGNED;
	}
	if (!put_canonical(a, &canonical, r, sig, flags) ||
		!signature_holds(sig, gk_buf_str(&canonical), secret))
		return GK_SIM_SIG_MISMATCH;
	return body_is_announced(r) ? GK_SIM_SIG_OK : GK_SIM_SIG_BODY;
}
