/*
 * AWS as this process sees it: options, environment and config files resolved, the
 * credentials that the chain gave, and the one way to send a signed request.
 */
#ifndef GK_AWS_AWS_H
#define GK_AWS_AWS_H

#include "aws/creds.h"
#include "aws/endpoint.h"
#include "aws/profile.h"
#include "base/limits.h"
#include "base/opt.h"
#include "http/http.h"

typedef const char *(*gk_aws_env_fn)(void *ctx, const char *name); /* NULL = unset */

struct gk_aws_options {
	struct gk_http *http;           /* borrowed; its lane 2 is ours */
	const struct gk_opt_aws *opt;   /* borrowed; NULL = no options */
	const struct gk_limits *limits; /* NULL = default */
	const char *tool;               /* "gk-sts": beginning of session names */
	gk_aws_env_fn env;              /* NULL = the process's environment */
	void *env_ctx;
};

struct gk_aws; /* opaque */

/* Reads the config files; GK_EINPUT when one is malformed, or a named profile is missing. */
GK_NODISCARD int gk_aws_new(
	const struct gk_aws_options *opt, struct gk_aws **ret, struct gk_err *err);
void gk_aws_free(struct gk_aws *aws);
void gk_aws_freep(struct gk_aws **aws);

/* An environment variable; blank is unset: NULL. */
const char *gk_aws_env(const struct gk_aws *aws, const char *name);
/* --region, AWS_REGION, AWS_DEFAULT_REGION, the profile's; {NULL, 0} = none. */
struct gk_str gk_aws_region(const struct gk_aws *aws);
/* The profile in force (a name is always in force: "default"), and its values. */
struct gk_str gk_aws_profile(const struct gk_aws *aws);
struct gk_str gk_aws_setting(const struct gk_aws *aws, const char *key);

/*
 * The endpoint of a service: --endpoint-url, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the
 * profile's services section, its endpoint_url, the rules.  region {NULL, 0} = gk_aws_region.
 * Lives in a.
 */
GK_NODISCARD int gk_aws_locate(const struct gk_aws *aws, struct gk_arena *a,
	enum gk_aws_service service, struct gk_str region, struct gk_aws_endpoint *ret,
	struct gk_err *err);

/* UTC now, corrected by what the servers' clocks say (reliability section 7.3). */
int64_t gk_aws_now_ms(const struct gk_aws *aws);
/* A warning aws.clock when a correction was needed in this run. */
struct gk_diags;
void gk_aws_warn_clock(const struct gk_aws *aws, struct gk_diags *diags);

/* One request.  All pointers are borrowed until gk_aws_do returns. */
struct gk_aws_call {
	enum gk_aws_service service;
	const char *operation;            /* "GetParameters", for messages */
	const struct gk_aws_creds *creds; /* NULL = unsigned */
	struct gk_str region;             /* {NULL, 0} = the configuration's */
	const char *method;               /* NULL = POST */
	struct gk_str host_prefix;        /* "bucket." before the endpoint's host, or "" */
	struct gk_str path, query;        /* as on the wire; path "" = "/" */
	const char *content_type;         /* NULL = no body */
	const char *target;               /* X-Amz-Target, or NULL */
	struct gk_str body;
	const char *const *headers; /* further "name: value" lines, NULL-terminated, or NULL */
	unsigned sign_flags;
	uint64_t max_body; /* of the answer; 0 = limits->http_small */
	/* An answer that is no 2xx is the caller's to judge, not an error. */
	bool any_status;
};

/*
 * Send, with retries as botocore's standard mode (3 attempts or AWS_MAX_ATTEMPTS, each signed
 * anew).  A refusal becomes an error by gk_aws_fault_fail.  The answer's body is wiped by
 * gk_http_response_done.
 */
GK_NODISCARD int gk_aws_do(struct gk_aws *aws, const struct gk_aws_call *call,
	struct gk_http_response *ret, struct gk_err *err);

/* A plain GET or PUT without a signature to a local credential service (container, IMDS). */
GK_NODISCARD int gk_aws_plain(struct gk_aws *aws, const char *method, const char *url,
	const char *const *headers, int64_t timeout_ms, unsigned attempts,
	struct gk_http_response *ret, struct gk_err *err);

#endif
