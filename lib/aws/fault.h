/* What an AWS service says when it refuses, in any of its protocols. */
#ifndef GK_AWS_FAULT_H
#define GK_AWS_FAULT_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_http_response;

struct gk_aws_fault {
	struct gk_str code;    /* "AccessDenied", without namespace; "" when the body has none */
	struct gk_str message; /* tokens and key ids in it masked */
	struct gk_str request_id;
};

/* Read an answer that is no 2xx; texts live in a. */
void gk_aws_fault_read(
	struct gk_arena *a, const struct gk_http_response *r, struct gk_aws_fault *ret);

/* Worth another attempt: throttled, or a fault of the service that passes. */
bool gk_aws_fault_transient(const struct gk_aws_fault *f, int status);
/* The service's clock and ours differ, or it said so by refusing the signature. */
bool gk_aws_fault_clock(const struct gk_aws_fault *f);

/*
 * Fill err and return -1: "OPERATION: CODE: message", request id as a note.  GK_EDENIED
 * aws.denied, GK_ENOTFOUND aws.not-found, GK_ETHROTTLED aws.throttled, GK_EREMOTE aws.remote
 * (5xx), GK_EINPUT aws.rejected for all else.
 */
int gk_aws_fault_fail(
	struct gk_err *err, const struct gk_aws_fault *f, int status, const char *operation);
/* The code that gk_aws_fault_fail would set. */
enum gk_code gk_aws_fault_code(struct gk_str code, int status);
/* Append foreign text with tokens (JWTs) and access key ids masked. */
struct gk_buf;
void gk_aws_scrub(struct gk_buf *b, struct gk_str text);

#endif
