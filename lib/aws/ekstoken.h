/*
 * The token that EKS takes: a presigned GetCallerIdentity with the cluster's name among its
 * signed headers.  Pure.  Verifier: aws-iam-authenticator's pkg/token.
 */
#ifndef GK_AWS_EKSTOKEN_H
#define GK_AWS_EKSTOKEN_H

#include "base/buf.h"
#include "aws/endpoint.h"
#include "aws/sigv4.h"

enum { GK_EKS_TOKEN_EXPIRES_S = 60, GK_EKS_TOKEN_USABLE_S = 14 * 60, GK_EKS_TOKEN_MAX = 4096 };

/* Append "k8s-aws-v1.<base64url>" for the STS endpoint; the buffer should be a secret one. */
GK_NODISCARD int gk_eks_token(struct gk_buf *b, const struct gk_sigv4_key *key,
	const struct gk_aws_endpoint *sts, struct gk_str cluster, int64_t utc_ms,
	struct gk_err *err);

/*
 * Append the ExecCredential JSON (one line).  exec_info: text of KUBERNETES_EXEC_INFO or
 * {NULL, 0}; its apiVersion is echoed when known, else v1beta1 as aws-cli answers.
 */
void gk_eks_exec_credential(
	struct gk_buf *b, struct gk_str token, struct gk_str exec_info, int64_t utc_ms);

#endif
