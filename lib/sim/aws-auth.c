/*
 * Who calls, and whether they may.  Each service family refuses the same fault with another
 * code, status and sentence: the table `refusals` has them all.
 */
#include "base/crypto.h"
#include "sim/aws-call.h"
#include "sim/aws-iam.h"

/* What can be wrong with a claim, beyond the signature itself. */
enum fault {
	UNKNOWN_KEY = GK_SIM_SIG_VERDICTS,
	BAD_TOKEN,
	EXPIRED_TOKEN,
	PRESIGNED_LATE,
	PRESIGNED_EARLY,
	FAULTS
};

struct refusal {
	int status;
	const char *code;
	const char *message; /* NULL: the verifier's own words */
};

static const char mismatch_text[] =
	"The request signature we calculated does not match the signature you provided. Check "
	"your AWS Secret Access Key and signing method. Consult the service documentation for "
	"details.";
static const char token_text[] = "The security token included in the request is invalid.";
static const char expired_text[] = "The security token included in the request is expired";
static const char host_text[] =
	"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
static const char skew_text[] =
	"The difference between the request time and the current time is too large.";

static const struct refusal refusals[FAULTS][GK_SIM_AWS_PROTOCOLS] = {
	[GK_SIM_SIG_ABSENT] = {{400, "MissingAuthenticationTokenException",
				       "Missing Authentication Token"},
		{403, "MissingAuthenticationToken", "Request is missing Authentication Token"},
		{403, "AccessDenied", "Access Denied"}},
	[GK_SIM_SIG_MALFORMED] = {{400, "IncompleteSignatureException", NULL},
		{400, "IncompleteSignature", NULL}, {400, "AuthorizationHeaderMalformed", NULL}},
	[GK_SIM_SIG_UNSIGNED] = {{400, "InvalidSignatureException", host_text},
		{403, "SignatureDoesNotMatch", host_text}, {403, "AccessDenied", NULL}},
	[GK_SIM_SIG_MISMATCH] = {{400, "InvalidSignatureException", mismatch_text},
		{403, "SignatureDoesNotMatch", mismatch_text},
		{403, "SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you "
			"provided. Check your key and signing method."}},
	[GK_SIM_SIG_BODY] = {{400, "InvalidSignatureException", mismatch_text},
		{403, "SignatureDoesNotMatch", mismatch_text},
		{400, "XAmzContentSHA256Mismatch",
			"The provided 'x-amz-content-sha256' header does not match what was "
			"computed."}},
	[GK_SIM_SIG_LATE] = {{400, "InvalidSignatureException", NULL},
		{403, "SignatureDoesNotMatch", NULL}, {403, "RequestTimeTooSkewed", skew_text}},
	[GK_SIM_SIG_EARLY] = {{400, "InvalidSignatureException", NULL},
		{403, "SignatureDoesNotMatch", NULL}, {403, "RequestTimeTooSkewed", skew_text}},
	[UNKNOWN_KEY] = {{400, "UnrecognizedClientException", token_text},
		{403, "InvalidClientTokenId", token_text},
		{403, "InvalidAccessKeyId",
			"The AWS Access Key Id you provided does not exist in our records."}},
	[BAD_TOKEN] = {{400, "UnrecognizedClientException", token_text},
		{403, "InvalidClientTokenId", token_text},
		{400, "InvalidToken", "The provided token is malformed or otherwise invalid."}},
	[EXPIRED_TOKEN] = {{400, "ExpiredTokenException", expired_text},
		{403, "ExpiredToken", expired_text},
		{400, "ExpiredToken", "The provided token has expired."}},
	[PRESIGNED_LATE] = {{400, "InvalidSignatureException", NULL},
		{403, "SignatureDoesNotMatch", NULL}, {403, "AccessDenied", "Request has expired"}},
	[PRESIGNED_EARLY] = {{400, "InvalidSignatureException", NULL},
		{403, "SignatureDoesNotMatch", NULL},
		{403, "AccessDenied", "Request is not valid yet"}},
};

/* "Signature expired: A is now earlier than B (C - 5 min.)" */
static const char *clock_text(
	struct gk_sim_aws_call *c, const struct gk_sim_sig *sig, enum gk_sim_sig_verdict v)
{
	int64_t window = c->service->window_ms, now = c->req->now_ms;
	bool late = v == GK_SIM_SIG_LATE;
	char edge[17], clock[17];

	gk_sim_sig_date(late ? now - window : now + window, edge);
	gk_sim_sig_date(now, clock);
	return gk_arena_printf(c->a,
		late ? "Signature expired: %.*s is now earlier than %s (%s - %lld min.)"
		     : "Signature not yet current: %.*s is still later than %s (%s + %lld min.)",
		GK_SARG(sig->date), edge, clock, (long long)(window / 60000));
}

static int refuse_claim(struct gk_sim_aws_call *c, unsigned fault, const char *why)
{
	const struct refusal *r = &refusals[fault][c->service->protocol];

	return gk_sim_aws_refuse_with(c, r->status, r->code, "%s", r->message ? r->message : why);
}

static int refuse_verdict(
	struct gk_sim_aws_call *c, const struct gk_sim_sig *sig, enum gk_sim_sig_verdict v)
{
	bool late = v == GK_SIM_SIG_LATE;

	if (!late && v != GK_SIM_SIG_EARLY)
		return refuse_claim(c, v, sig->why);
	if (sig->presigned)
		return refuse_claim(
			c, late ? PRESIGNED_LATE : PRESIGNED_EARLY, clock_text(c, sig, v));
	return refuse_claim(c, v, clock_text(c, sig, v));
}

/* A signature counts only in the region and for the service that it was made for. */
static int check_scope(struct gk_sim_aws_call *c, const struct gk_sim_sig *sig)
{
	const struct gk_str *here = &c->aws->region;

	if (gk_str_eq(sig->region, *here) || c->service == &gk_sim_sts)
		return 0;
	if (c->service->protocol != GK_SIM_AWS_REST)
		return gk_sim_aws_refuse_with(c, 400, "InvalidSignatureException",
			"Credential should be scoped to a valid region, not '%.*s'. ",
			GK_SARG(sig->region));
	gk_sim_aws_answer_header(c, "x-amz-bucket-region", *here);
	return gk_sim_aws_refuse_with(c, 400, "AuthorizationHeaderMalformed",
		"The authorization header is malformed; the region '%.*s' is wrong; expecting "
		"'%.*s'",
		GK_SARG(sig->region), GK_SARG(*here));
}

/* The key, if its session token goes with it; NULL after a refusal. */
static const struct gk_sim_aws_key *find_key(
	struct gk_sim_aws_call *c, const struct gk_sim_sig *sig)
{
	const struct gk_sim_aws_key *key = gk_map_find(&c->aws->keys, sig->key_id);

	if (!key || (key->token.n && !sig->token.n)) {
		(void)refuse_claim(c, UNKNOWN_KEY, "");
		return NULL;
	}
	if (sig->token.p && !gk_equal_ct(sig->token, key->token)) {
		(void)refuse_claim(c, BAD_TOKEN, "");
		return NULL;
	}
	if (key->expires_ms && c->req->now_ms >= key->expires_ms) {
		(void)refuse_claim(c, EXPIRED_TOKEN, "");
		return NULL;
	}
	return key;
}

int gk_sim_aws_authenticate(
	struct gk_sim_aws_call *c, struct gk_sim_sig *sig, enum gk_sim_sig_verdict claim)
{
	bool rest = c->service->protocol == GK_SIM_AWS_REST;
	const struct gk_sim_aws_key *key;
	enum gk_sim_sig_verdict v = claim;
	unsigned flags =
		(rest ? GK_SIM_SIG_S3 : 0u) | (c->service == &gk_sim_sts ? GK_SIM_SIG_WINDOW : 0u);

	if (v == GK_SIM_SIG_ABSENT && c->op && c->op->open)
		return 0;
	if (v != GK_SIM_SIG_OK)
		return refuse_verdict(c, sig, v);
	if (check_scope(c, sig))
		return -1;
	key = find_key(c, sig);
	if (!key)
		return -1;
	v = gk_sim_sig_check(c->a, c->req, sig, key->secret, flags, c->service->window_ms);
	if (v != GK_SIM_SIG_OK)
		return refuse_verdict(c, sig, v);
	if (rest && !sig->presigned && !gk_sim_aws_header(c->req, "x-amz-content-sha256").p)
		return gk_sim_aws_refuse_with(c, 400, "InvalidRequest",
			"Missing required header for this request: x-amz-content-sha256");
	c->who = &key->who;
	return 0;
}

static enum gk_sim_iam_verdict decide(const struct gk_sim_aws_call *c, const char *action,
	struct gk_str resource, const struct gk_sim_aws_pairs *context)
{
	static const struct gk_sim_aws_pairs empty;
	struct gk_sim_iam_query q = {.action = gk_str_c(action),
		.resource = resource.p ? resource : GK_STR("*"),
		.context = context ? context : &empty};
	enum gk_sim_iam_verdict verdict = GK_SIM_IAM_NONE;

	if (!c->who)
		return GK_SIM_IAM_NONE;
	if (c->who->kind == GK_SIM_AWS_ROOT)
		return GK_SIM_IAM_ALLOW;
	gk_node_foreach (policy, c->who->permissions) {
		enum gk_sim_iam_verdict v = gk_sim_iam_decide(policy, &q);

		verdict = v > verdict ? v : verdict;
	}
	if (verdict == GK_SIM_IAM_ALLOW && c->who->session_policy)
		verdict = gk_sim_iam_decide(c->who->session_policy, &q);
	return verdict;
}

bool gk_sim_aws_may(const struct gk_sim_aws_call *c, const char *action, struct gk_str resource,
	const struct gk_sim_aws_pairs *context)
{
	return decide(c, action, resource, context) == GK_SIM_IAM_ALLOW;
}

const char *gk_sim_aws_denial(
	const struct gk_sim_aws_call *c, const char *action, struct gk_str resource)
{
	const char *on = resource.p ? " on resource: " : "";

	if (decide(c, action, resource, NULL) == GK_SIM_IAM_DENY)
		return gk_arena_printf(c->a,
			"User: %.*s is not authorized to perform: %s%s%.*s with an explicit deny "
			"in an identity-based policy",
			GK_SARG(c->who->arn), action, on, GK_SARG(resource));
	return gk_arena_printf(c->a,
		"User: %.*s is not authorized to perform: %s%s%.*s because no identity-based "
		"policy allows the %s action",
		GK_SARG(c->who->arn), action, on, GK_SARG(resource), action);
}

int gk_sim_aws_authorise(struct gk_sim_aws_call *c, const char *action, struct gk_str resource,
	const struct gk_sim_aws_pairs *context)
{
	bool json = c->service->protocol == GK_SIM_AWS_JSON;

	if (gk_sim_aws_may(c, action, resource, context))
		return 0;
	if (!c->who)
		return refuse_claim(c, GK_SIM_SIG_ABSENT, "");
	return gk_sim_aws_refuse_with(c, json ? 400 : 403,
		json ? "AccessDeniedException" : "AccessDenied", "%s",
		gk_sim_aws_denial(c, action, resource));
}
