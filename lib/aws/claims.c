/* The claims of a JWT, for messages; nothing is verified. */
#include "aws/sts.h"

#include "aws/aws-priv.h"
#include "base/base64.h"
#include "doc/json.h"

/* "aud" is a string or a list of them. */
static struct gk_str audience(struct gk_arena *a, const struct gk_node *aud)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	if (gk_node_is(aud, GK_STRING))
		return gk_aws__keep(a, gk_node_text(aud));
	gk_node_foreach (item, aud) {
		gk_buf_puts(&b, b.n ? ", " : "");
		gk_buf_putstr(&b, gk_node_text(item));
	}
	return gk_aws__keep(a, gk_buf_str(&b));
}

int gk_sts_claims(
	struct gk_arena *a, struct gk_str token, struct gk_sts_claims *ret, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf json = {.secret = true, .max = 1 << 16};
	struct gk_str rest = token, payload;
	struct gk_sts_claims claims = {0};

	gk_str_cut(&rest, '.');
	payload = gk_str_cut(&rest, '.');
	if (!rest.p || gk_base64_decode(&json, payload, GK_B64_URL_NOPAD, err) ||
		gk_json_parse(&doc, "token", gk_buf_str(&json), gk_limits_default(), err))
		return gk_fail(err, GK_EINPUT, "sts.token-form", "the token is no JWT");
	claims.subject = gk_aws__keep(a, gk_node_text(gk_node_get(doc.root, "sub")));
	claims.issuer = gk_aws__keep(a, gk_node_text(gk_node_get(doc.root, "iss")));
	claims.audience = audience(a, gk_node_get(doc.root, "aud"));
	if (!gk_node_int(gk_node_get(doc.root, "exp"), &claims.expires_s))
		claims.expires_s = 0;
	*ret = claims;
	return 0;
}
