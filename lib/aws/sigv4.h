/*
 * AWS Signature Version 4, without I/O: a request and a time in, headers or a query out.
 * Rules and vectors: the AWS signing test suite (76 checks in tests/unit/t-sigv4.c).
 */
#ifndef GK_AWS_SIGV4_H
#define GK_AWS_SIGV4_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_sigv4_key {
	struct gk_str id, secret;
	struct gk_str token; /* of session credentials; {NULL, 0} = none */
};

struct gk_sigv4_header {
	struct gk_str name, value; /* the value may be folded over lines */
};

enum {
	GK_SIGV4_S3 = 1,         /* the wire path as it is: no normalisation, no second encoding */
	GK_SIGV4_KEEP_PATH = 2,  /* encode the path, but keep its dot segments */
	GK_SIGV4_SEND_HASH = 4,  /* add x-amz-content-sha256 (S3 needs it) */
	GK_SIGV4_LATE_TOKEN = 8, /* the session token joins after signing */
	GK_SIGV4_UNSIGNED = 16   /* payload "UNSIGNED-PAYLOAD" instead of its hash */
};

struct gk_sigv4_request {
	struct gk_str method;
	struct gk_str path;  /* as it goes on the wire; "" = "/" */
	struct gk_str query; /* as it goes on the wire, without the question mark */
	const struct gk_sigv4_header *headers; /* `host` among them */
	size_t nheaders;
	struct gk_str body;
	struct gk_str region, service; /* the names to sign for */
	int64_t utc_ms;                /* one clock read an attempt */
	unsigned flags;
};

/* All in the arena, which should be a wiping one: the texts hold the session token. */
struct gk_sigv4 {
	struct gk_sigv4_header add[4]; /* headers to send besides the request's own */
	size_t nadd;
	struct gk_str query;              /* presigned: the whole query, else {NULL, 0} */
	struct gk_str canonical, to_sign; /* for tests and for explaining a refusal */
	char signature[65];
};

/*
 * Sign by header.  GK_EINPUT when the request has no host, or holds a header or parameter
 * that only the signer may set.
 */
GK_NODISCARD int gk_sigv4_sign(struct gk_arena *a, const struct gk_sigv4_key *key,
	const struct gk_sigv4_request *req, struct gk_sigv4 *ret, struct gk_err *err);
/* Sign by query, valid for expires_s (1..604800) seconds. */
GK_NODISCARD int gk_sigv4_presign(struct gk_arena *a, const struct gk_sigv4_key *key,
	const struct gk_sigv4_request *req, unsigned expires_s, struct gk_sigv4 *ret,
	struct gk_err *err);

/* Percent-encode all but A-Za-z0-9-_.~ and the bytes of `keep`, upper-case hex. */
struct gk_buf;
void gk_uri_encode(struct gk_buf *b, struct gk_str s, const char *keep);
/* Decode %XX; any other percent sign stays. */
void gk_uri_decode(struct gk_buf *b, struct gk_str s);

#endif
