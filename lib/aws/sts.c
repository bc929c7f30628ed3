/* AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity. */
#include "aws/sts.h"

#include "aws/aws-priv.h"
#include "aws/xml.h"

static const char content_type[] = "application/x-www-form-urlencoded; charset=utf-8";

static void put_field(struct gk_buf *b, const char *name, struct gk_str value)
{
	gk_buf_puts(b, b->n ? "&" : "");
	gk_buf_puts(b, name);
	gk_buf_putc(b, '=');
	gk_uri_encode(b, value, "");
}

static void put_numbered(
	struct gk_buf *b, const char *list, size_t i, const char *tail, struct gk_str value)
{
	GK_AUTO(gk_buf_done) struct gk_buf name = {0};

	gk_buf_printf(&name, "%s.member.%zu%s", list, i + 1, tail);
	put_field(b, gk_buf_cstr(&name), value);
}

static void put_role(struct gk_buf *b, const char *action, const struct gk_sts_role *role)
{
	put_field(b, "Action", gk_str_c(action));
	put_field(b, "Version", GK_STR("2011-06-15"));
	put_field(b, "RoleArn", role->arn);
	put_field(b, "RoleSessionName", role->session);
	if (role->duration_s) {
		gk_buf_puts(b, "&DurationSeconds=");
		gk_buf_printf(b, "%u", role->duration_s);
	}
}

static int send_form(struct gk_aws *aws, const char *operation, const struct gk_aws_creds *creds,
	struct gk_str region, const struct gk_buf *form, struct gk_xml *xml, struct gk_err *err)
{
	struct gk_http_response r = {0};
	const struct gk_aws_call call = {.service = GK_AWS_STS,
		.operation = operation,
		.creds = creds,
		.region = region,
		.content_type = content_type,
		.body = gk_buf_str(form)};
	int failed;

	if (gk_aws_do(aws, &call, &r, err))
		return -1;
	failed = gk_xml_parse(xml, gk_buf_str(&r.body), err);
	gk_http_response_done(&r);
	return failed ? gk_ctx(err, "%s", operation) : 0;
}

/* Account number out of "arn:aws:sts::111122223333:assumed-role/...". */
static struct gk_str account_of(struct gk_str arn)
{
	struct gk_str field = GK_STR_NULL;

	for (int i = 0; i < 5 && arn.p; i++)
		field = gk_str_cut(&arn, ':');
	return field;
}

static int read_credentials(
	struct gk_aws *aws, const struct gk_xml *xml, struct gk_aws_creds *ret, struct gk_err *err)
{
	struct gk_str id = gk_xml_get(xml, "Credentials/AccessKeyId");
	struct gk_str secret = gk_xml_get(xml, "Credentials/SecretAccessKey");
	struct gk_str token = gk_xml_get(xml, "Credentials/SessionToken");
	struct gk_str arn = gk_xml_get(xml, "AssumedRoleUser/Arn");

	if (!id.n || !secret.n || !token.n)
		return gk_fail(err, GK_EREMOTE, "sts.answer",
			"STS answered without a complete set of credentials");
	gk_aws_creds_set(ret, id, secret, token);
	gk_aws_creds_name(ret, account_of(arn), arn);
	return gk_aws_creds_expire(
		ret, gk_xml_get(xml, "Credentials/Expiration"), gk_aws_now_ms(aws), err);
}

/* Say which role it was about; the inner error says what STS said. */
static int denied(struct gk_err *err, const struct gk_sts_role *role)
{
	if (err->code == GK_EDENIED)
		err->slug = "sts.denied";
	return gk_ctx(err, "cannot assume %.*s", GK_SARG(role->arn));
}

int gk_sts_assume(struct gk_aws *aws, const struct gk_aws_creds *with,
	const struct gk_sts_role *role, struct gk_aws_creds *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf form = {.secret = true};
	GK_AUTO(gk_xml_done) struct gk_xml xml = GK_XML_INIT;

	put_role(&form, "AssumeRole", role);
	if (role->external_id.p)
		put_field(&form, "ExternalId", role->external_id);
	for (size_t i = 0; i < role->ntags; i++) {
		put_numbered(&form, "Tags", i, ".Key", role->tags[i].key);
		put_numbered(&form, "Tags", i, ".Value", role->tags[i].value);
	}
	for (size_t i = 0; i < role->ntransitive; i++)
		put_numbered(&form, "TransitiveTagKeys", i, "", role->transitive[i]);
	if (send_form(aws, "AssumeRole", with, role->region, &form, &xml, err)) {
		denied(err, role);
		if (with->role[0])
			gk_note(err, "the caller is %s", with->role);
		if (err->code == GK_EDENIED)
			gk_help(err, "the role's trust policy must name the caller, and the "
				     "caller's own policies must allow sts:AssumeRole on it");
		return -1;
	}
	return read_credentials(aws, &xml, ret, err);
}

/* What the token says of itself, so that it can be held against the trust policy. */
static void explain_web(struct gk_err *err, struct gk_str token)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = {.wipe = true};
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_sts_claims claims;

	if (gk_sts_claims(&a, token, &claims, &ignored)) {
		gk_note(err, "the token is no JWT");
		return;
	}
	gk_note(err, "the token's subject is %.*s, audience %.*s, issuer %.*s",
		GK_SARG(claims.subject), GK_SARG(claims.audience), GK_SARG(claims.issuer));
	gk_help(err, "the role's trust policy must allow sts:AssumeRoleWithWebIdentity to that "
		     "issuer's OIDC provider for that subject and audience; compare with: "
		     "aws iam get-role");
}

int gk_sts_assume_web(struct gk_aws *aws, struct gk_str token, const struct gk_sts_role *role,
	struct gk_aws_creds *ret, struct gk_err *err)
{
	static const char action[] = "AssumeRoleWithWebIdentity";
	GK_AUTO(gk_buf_done) struct gk_buf form = {.secret = true};
	GK_AUTO(gk_xml_done) struct gk_xml xml = GK_XML_INIT;

	put_role(&form, action, role);
	put_field(&form, "WebIdentityToken", token);
	if (send_form(aws, action, NULL, role->region, &form, &xml, err)) {
		denied(err, role);
		if (err->code == GK_EDENIED)
			explain_web(err, token);
		return -1;
	}
	return read_credentials(aws, &xml, ret, err);
}

int gk_sts_identity(struct gk_aws *aws, const struct gk_aws_creds *creds, struct gk_arena *a,
	struct gk_sts_identity *ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf form = {0};
	GK_AUTO(gk_xml_done) struct gk_xml xml = GK_XML_INIT;

	gk_buf_puts(&form, "Action=GetCallerIdentity&Version=2011-06-15");
	if (send_form(aws, "GetCallerIdentity", creds, GK_STR_NULL, &form, &xml, err))
		return -1;
	ret->account = gk_aws__keep(a, gk_xml_get(&xml, "GetCallerIdentityResult/Account"));
	ret->arn = gk_aws__keep(a, gk_xml_get(&xml, "GetCallerIdentityResult/Arn"));
	ret->user_id = gk_aws__keep(a, gk_xml_get(&xml, "GetCallerIdentityResult/UserId"));
	if (!ret->arn.n)
		return gk_fail(err, GK_EREMOTE, "sts.answer", "STS answered without an identity");
	return 0;
}

void gk_sts_session_name(struct gk_buf *b, struct gk_str text)
{
	size_t n = text.n < 64 ? text.n : 64;

	for (size_t i = 0; i < n; i++) {
		char c = text.p[i];
		bool alnum =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		gk_buf_putc(b, alnum || (c && strchr("_+=,.@-", c)) ? c : '-');
	}
	for (; n < 2; n++)
		gk_buf_putc(b, '-');
}
