/* EKS tokens and the ExecCredential that carries them. */
#include "aws/ekstoken.h"

#include "base/base64.h"
#include "base/io.h"
#include "base/text.h"

int gk_eks_token(struct gk_buf *b, const struct gk_sigv4_key *key,
	const struct gk_aws_endpoint *sts, struct gk_str cluster, int64_t utc_ms,
	struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = {.wipe = true};
	GK_AUTO(gk_buf_done) struct gk_buf url = {.secret = true};
	const struct gk_sigv4_header headers[] = {
		{GK_STR("host"), sts->host}, {GK_STR("x-k8s-aws-id"), cluster}};
	const struct gk_sigv4_request req = {.method = GK_STR("GET"),
		.path = GK_STR("/"),
		.query = GK_STR("Action=GetCallerIdentity&Version=2011-06-15"),
		.headers = headers,
		.nheaders = GK_COUNT(headers),
		.region = sts->region,
		.service = sts->signing_name,
		.utc_ms = utc_ms};
	struct gk_sigv4 signature;
	size_t start = b->n;

	if (gk_sigv4_presign(&a, key, &req, GK_EKS_TOKEN_EXPIRES_S, &signature, err))
		return -1;
	gk_buf_putstr(&url, sts->url);
	gk_buf_puts(&url, "/?");
	gk_buf_putstr(&url, signature.query);
	gk_buf_puts(b, "k8s-aws-v1.");
	gk_base64_encode(b, gk_buf_str(&url), GK_B64_URL_NOPAD);
	if (b->n - start > GK_EKS_TOKEN_MAX)
		return gk_fail(err, GK_ELIMIT, "sts.token-size",
			"the token has %zu bytes, EKS takes at most %d", b->n - start,
			GK_EKS_TOKEN_MAX);
	return 0;
}

/* The version in which the caller asked; it is a word of a JSON text that kubectl made. */
static const char *api_version(struct gk_str exec_info)
{
	static const char *const known[] = {"client.authentication.k8s.io/v1beta1",
		"client.authentication.k8s.io/v1alpha1", "client.authentication.k8s.io/v1"};
	char quoted[64];

	for (size_t i = 0; i < GK_COUNT(known); i++) {
		size_t n = strlen(known[i]);

		quoted[0] = '"';
		memcpy(quoted + 1, known[i], n);
		quoted[n + 1] = '"';
		if (gk_str_has(exec_info, (struct gk_str){quoted, n + 2}))
			return known[i];
	}
	return known[0];
}

void gk_eks_exec_credential(
	struct gk_buf *b, struct gk_str token, struct gk_str exec_info, int64_t utc_ms)
{
	char stamp[32];

	gk_time_rfc3339(utc_ms + (int64_t)GK_EKS_TOKEN_USABLE_S * 1000, false, stamp);
	gk_buf_printf(b, "{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"spec\":{},",
		api_version(exec_info));
	gk_buf_printf(b, "\"status\":{\"expirationTimestamp\":\"%s\",\"token\":", stamp);
	gk_text_json(b, token);
	gk_buf_puts(b, "}}\n");
}
