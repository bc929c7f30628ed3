/* AWS credentials. */
#include "aws/creds.h"

#include "base/io.h"

enum { REFRESH_MS = 10 * 60 * 1000 };

void gk_aws_creds_set(
	struct gk_aws_creds *c, struct gk_str id, struct gk_str secret, struct gk_str token)
{
	gk_secret_set(&c->id, id);
	gk_secret_set(&c->secret, secret);
	gk_secret_set(&c->token, token.n ? token : GK_STR_NULL);
	c->expires_ms = c->lifetime_ms = 0;
	c->account[0] = c->role[0] = '\0';
}

static void copy(char *to, size_t size, struct gk_str s)
{
	size_t n = s.n < size ? s.n : 0;

	memcpy(to, s.p ? s.p : "", n);
	to[n] = '\0';
}

void gk_aws_creds_name(struct gk_aws_creds *c, struct gk_str account, struct gk_str role)
{
	copy(c->account, sizeof c->account, account);
	copy(c->role, sizeof c->role, role);
}

int gk_aws_creds_expire(
	struct gk_aws_creds *c, struct gk_str text, int64_t now_ms, struct gk_err *err)
{
	if (text.n == 0)
		return 0;
	if (gk_time_parse_rfc3339(text, &c->expires_ms, err))
		return gk_ctx(err, "expiration of the credentials");
	c->lifetime_ms = c->expires_ms - now_ms;
	return 0;
}

bool gk_aws_creds_stale(const struct gk_aws_creds *c, int64_t now_ms)
{
	int64_t margin = c->lifetime_ms / 3;

	if (c->expires_ms == 0)
		return false;
	return now_ms >= c->expires_ms - (margin < REFRESH_MS ? margin : REFRESH_MS);
}

struct gk_sigv4_key gk_aws_creds_key(const struct gk_aws_creds *c)
{
	return (struct gk_sigv4_key){
		gk_secret_str(&c->id), gk_secret_str(&c->secret), gk_secret_str(&c->token)};
}

void gk_aws_creds_done(struct gk_aws_creds *c)
{
	gk_secret_done(&c->id);
	gk_secret_done(&c->secret);
	gk_secret_done(&c->token);
	*c = (struct gk_aws_creds)GK_AWS_CREDS_INIT;
}
