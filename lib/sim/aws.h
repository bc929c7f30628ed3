/*
 * The AWS half of gk-sim: STS, Secrets Manager, Parameter Store and S3 behind one endpoint,
 * in memory.  Every request is authenticated (Signature Version 4, session tokens, the
 * clock) and authorised (IAM policies) as AWS does, and refused in AWS's words.
 *
 *	request -> which service, which operation -> who (signature) -> may they (policies)
 *		-> the operation -> JSON, XML or bytes
 *
 * The service is told by the scope of the signature; without one by X-Amz-Target, then by
 * the Action of a form, then it is S3.
 */
#ifndef GK_SIM_AWS_H
#define GK_SIM_AWS_H

#include "base/err.h"
#include "sim/aws-http.h"

struct gk_sim_aws; /* opaque */

struct gk_sim_aws_options {
	struct gk_str seed;    /* JSON text (shape: gk-sim(1)); {NULL, 0} = an empty account */
	const char *seed_name; /* for messages; may be NULL without a seed */
	const char *account,
		*region; /* where the seed names none; NULL = 111122223333, us-east-1 */
	/*
	 * The cluster's issuer, "https://127.0.0.1:6443": what ${OIDC_ISSUER} in the seed stands
	 * for (without the scheme).  NULL: there is none.
	 */
	const char *issuer;
	struct gk_str jwks; /* its keys, as it publishes them (RFC 7517) */
};

/* GK_EINPUT when the seed cannot be used; all texts are copied. */
GK_NODISCARD int gk_sim_aws_new(
	const struct gk_sim_aws_options *opt, struct gk_sim_aws **ret, struct gk_err *err);
void gk_sim_aws_free(struct gk_sim_aws *aws); /* wipes what it held; NULL is a no-op */
void gk_sim_aws_freep(struct gk_sim_aws **aws);

/* STS takes tokens of this issuer too (again: with other keys).  GK_EINPUT: no key set. */
GK_NODISCARD int gk_sim_aws_trust(
	struct gk_sim_aws *aws, const char *issuer, struct gk_str jwks, struct gk_err *err);

const char *gk_sim_aws_region(const struct gk_sim_aws *aws);
const char *gk_sim_aws_account(const struct gk_sim_aws *aws);

struct gk_sim_aws_answer {
	struct gk_arena arena; /* of all texts below */
	int status;
	const char *content_type;        /* NULL = none */
	struct gk_sim_aws_pairs headers; /* NUL-terminated texts */
	struct gk_buf body;

	/* For a log; never a value.  NULL = not known. */
	const char *service, *operation;
	const char *error; /* code of the refusal */
	const char *who;   /* ARN of the caller */
};

/* Answer one request; *ret begins zeroed and is released with _done in any case. */
void gk_sim_aws_handle(struct gk_sim_aws *aws, const struct gk_sim_aws_request *req,
	struct gk_sim_aws_answer *ret);
void gk_sim_aws_answer_done(struct gk_sim_aws_answer *a);

#endif
