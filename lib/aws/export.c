/* Credentials as other programs read them. */
#include "aws/export.h"

#include "base/io.h"
#include "base/text.h"

static void put_member(struct gk_buf *b, const char *name, struct gk_str value)
{
	if (value.n == 0)
		return;
	gk_buf_printf(b, ",\"%s\":", name);
	gk_text_json(b, value);
}

static struct gk_str expiration(const struct gk_aws_creds *c, char stamp[32])
{
	if (c->expires_ms == 0)
		return GK_STR_NULL;
	gk_time_rfc3339(c->expires_ms, false, stamp);
	return gk_str_c(stamp);
}

static void put_json(struct gk_buf *b, const struct gk_aws_creds *c, bool process)
{
	char stamp[32];

	gk_buf_puts(b, process ? "{\"Version\":1" : "{\"kind\":\"Credentials\"");
	put_member(b, "AccessKeyId", gk_secret_str(&c->id));
	put_member(b, "SecretAccessKey", gk_secret_str(&c->secret));
	put_member(b, "SessionToken", gk_secret_str(&c->token));
	put_member(b, "Expiration", expiration(c, stamp));
	put_member(b, "AccountId", gk_str_c(c->account));
	if (!process)
		put_member(b, "Arn", gk_str_c(c->role));
	gk_buf_puts(b, "}\n");
}

/* 'value' with its own quotes closed and opened again around an escaped one. */
static void put_export(struct gk_buf *b, const char *name, struct gk_str value)
{
	if (value.n == 0)
		return;
	gk_buf_printf(b, "export %s='", name);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'')
			gk_buf_puts(b, "'\\''");
		else
			gk_buf_putc(b, value.p[i]);
	}
	gk_buf_puts(b, "'\n");
}

static void put_env(struct gk_buf *b, const struct gk_aws_creds *c, struct gk_str region)
{
	char stamp[32];

	put_export(b, "AWS_ACCESS_KEY_ID", gk_secret_str(&c->id));
	put_export(b, "AWS_SECRET_ACCESS_KEY", gk_secret_str(&c->secret));
	put_export(b, "AWS_SESSION_TOKEN", gk_secret_str(&c->token));
	put_export(b, "AWS_CREDENTIAL_EXPIRATION", expiration(c, stamp));
	put_export(b, "AWS_REGION", region);
	/* A token of an earlier session would be sent with static keys. */
	if (!gk_secret_is_set(&c->token))
		gk_buf_puts(b, "unset AWS_SESSION_TOKEN\n");
}

void gk_aws_export(
	struct gk_buf *b, const struct gk_aws_creds *c, struct gk_str region, enum gk_aws_form form)
{
	if (form == GK_AWS_FORM_ENV)
		put_env(b, c, region);
	else
		put_json(b, c, form == GK_AWS_FORM_PROCESS);
}
