/*
 * Signature Version 4 as a server checks it: from the bytes on the wire back to what must
 * have been signed.  Written from the rules, not from gk's own signer (lib/aws), because
 * it judges that signer.
 *
 *	read	Authorization header or X-Amz- parameters -> struct gk_sim_sig (who claims it)
 *	check	canonical request -> string to sign -> HMAC -> compare, then the clock
 */
#ifndef GK_SIM_AWS_SIGV4_H
#define GK_SIM_AWS_SIGV4_H

#include "sim/aws-http.h"

enum gk_sim_sig_verdict {
	GK_SIM_SIG_OK,
	GK_SIM_SIG_ABSENT,    /* the request carries no signature */
	GK_SIM_SIG_MALFORMED, /* it carries a part of one */
	GK_SIM_SIG_UNSIGNED,  /* a header that must be signed is not */
	GK_SIM_SIG_MISMATCH,
	GK_SIM_SIG_BODY,  /* the body is not the one that x-amz-content-sha256 announces */
	GK_SIM_SIG_LATE,  /* older than the window */
	GK_SIM_SIG_EARLY, /* from the future */
	GK_SIM_SIG_VERDICTS
};

enum {
	GK_SIM_SIG_S3 = 1,         /* path verbatim; all x-amz- headers signed; hash required */
	GK_SIM_SIG_KEEP_PATH = 2,  /* dot segments stay (test vectors) */
	GK_SIM_SIG_LATE_TOKEN = 4, /* the session token was added after signing (test vectors) */
	GK_SIM_SIG_WINDOW = 8      /* presigned: the service's window holds, not X-Amz-Expires */
};

struct gk_sim_sig {
	struct gk_str key_id, day, region, service; /* the credential and its scope */
	struct gk_str date;                         /* 20260102T030405Z */
	int64_t date_ms;
	struct gk_str headers;   /* "host;x-amz-date" */
	struct gk_str signature; /* 64 hex digits */
	struct gk_str token;     /* session token, or {NULL, 0} */
	bool presigned;
	int64_t expires_s; /* presigned only */
	const char *why;   /* MALFORMED, UNSIGNED: the reason, as AWS words it */
};

/* What the request claims.  OK, ABSENT or MALFORMED; views into `a` and the request. */
enum gk_sim_sig_verdict gk_sim_sig_read(
	struct gk_arena *a, const struct gk_sim_aws_request *r, struct gk_sim_sig *ret);

/* Whether the claim holds under this secret, at r->now_ms, give or take window_ms. */
enum gk_sim_sig_verdict gk_sim_sig_check(struct gk_arena *a, const struct gk_sim_aws_request *r,
	struct gk_sim_sig *sig, struct gk_str secret, unsigned flags, int64_t window_ms);

/* "20260102T030405Z" */
void gk_sim_sig_date(int64_t utc_ms, char buf[17]);

#endif
