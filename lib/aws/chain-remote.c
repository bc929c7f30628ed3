/* Links of the chain that ask a service near this machine: container and instance. */
#include "aws/chain-priv.h"
#include "base/io.h"
#include "http/url.h"

enum { CONTAINER_TIMEOUT_MS = 2000, CONTAINER_TRIES = 3, IMDS_TIMEOUT_MS = 1000 };

static enum gk_aws__outcome skip(struct gk_aws__link *l, const char *why)
{
	l->why = why;
	return GK_AWS__SKIPPED;
}

/* The token file wins over the variable, and is read anew each time. */
static int container_token(struct gk_aws__link *l, struct gk_buf *header, struct gk_err *err)
{
	const char *file = gk_aws_env(l->aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *token = gk_aws_env(l->aws, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
	struct gk_str value;

	if (file && gk_io_read_file(file, l->aws->limits->http_small, &text, err)) {
		err->code = GK_EDENIED;
		return gk_ctx(err, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	}
	if (!file && token)
		gk_buf_puts(&text, token);
	value = gk_buf_str(&text);
	if (value.n && (memchr(value.p, '\r', value.n) || memchr(value.p, '\n', value.n)))
		return gk_fail(err, GK_EDENIED, "aws.container-token",
			"the container's authorization token has a line end in it");
	if (value.n) {
		gk_buf_puts(header, "Authorization: ");
		gk_buf_putstr(header, value);
	}
	return 0;
}

/* https anywhere; http only to this machine and to the agents of ECS and EKS. */
static int check_container_url(const char *url, struct gk_err *err)
{
	struct gk_url u;
	bool agent;

	if (gk_url_parse(gk_str_c(url), &u, err))
		return gk_ctx(err, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	agent = gk_str_is(u.host, "169.254.170.2") || gk_str_is(u.host, "169.254.170.23") ||
		gk_str_is(u.host, "fd00:ec2::23");
	if (gk_str_is(u.scheme, "https") || agent || gk_url_is_loopback(&u))
		return 0;
	return gk_fail(err, GK_EDENIED, "aws.container-uri",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI: '%s' is neither https nor an address of this "
		"machine or its agents",
		url);
}

static const char *container_url(struct gk_aws__link *l)
{
	const char *relative = gk_aws_env(l->aws, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");

	if (relative)
		return gk_arena_printf(l->a, "http://169.254.170.2%s", relative);
	return gk_aws_env(l->aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

/* GET url; a 200 goes to body, anything else is an error about `from`. */
static int fetch(struct gk_aws__link *l, const char *url, const char *header, unsigned tries,
	int64_t timeout_ms, struct gk_buf *body, const char *from, struct gk_err *err)
{
	const char *headers[] = {header, NULL};
	struct gk_http_response r = {0};

	if (gk_aws_plain(l->aws, "GET", url, header && *header ? headers : NULL, timeout_ms, tries,
		    &r, err))
		return gk_ctx(err, "%s", from);
	if (r.status == 200)
		gk_buf_putstr(body, gk_buf_str(&r.body));
	else
		gk_fail(err, GK_EDENIED, "aws.credential-answer", "%s answered %d", from, r.status);
	gk_http_response_done(&r);
	return err->code == GK_OK ? 0 : -1;
}

static const struct gk_aws__names names = {
	"AccessKeyId", "SecretAccessKey", "Token", "Expiration", "AccountId"};

enum gk_aws__outcome gk_aws__container(struct gk_aws__link *l, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf header = {.secret = true}, body = {.secret = true};
	const char *url = container_url(l);

	if (!url)
		return skip(l, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set");
	if (check_container_url(url, err) || container_token(l, &header, err) ||
		fetch(l, url, gk_buf_cstr(&header), CONTAINER_TRIES, CONTAINER_TIMEOUT_MS, &body,
			"the container's credential service", err) ||
		gk_aws__creds_parse(l->aws, gk_buf_str(&body), &names,
			"the container's credential service", l->creds, err))
		return GK_AWS__ERROR;
	l->why = gk_arena_printf(l->a, "the credential service at %s", url);
	return GK_AWS__USED;
}

static const char *imds_base(struct gk_aws__link *l)
{
	const char *url = gk_aws_env(l->aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *mode = gk_aws_env(l->aws, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
	struct gk_str base = gk_str_c(url);

	if (!url)
		return mode && strcmp(mode, "IPv6") == 0 ? "http://[fd00:ec2::254]"
							 : "http://169.254.169.254";
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	return gk_arena_printf(l->a, "%.*s", GK_SARG(base));
}

/* IMDSv2: a session token first.  false: nobody answers, so this is no instance. */
static bool imds_token(struct gk_aws__link *l, const char *base, struct gk_buf *header)
{
	static const char *const ttl[] = {"X-aws-ec2-metadata-token-ttl-seconds: 21600", NULL};
	const char *url = gk_arena_printf(l->a, "%s/latest/api/token", base);
	struct gk_http_response r = {0};
	struct gk_err ignored = GK_ERR_INIT;
	bool ok;

	if (gk_aws_plain(l->aws, "PUT", url, ttl, IMDS_TIMEOUT_MS, 1, &r, &ignored))
		return false;
	ok = r.status == 200;
	if (ok) {
		gk_buf_puts(header, "X-aws-ec2-metadata-token: ");
		gk_buf_putstr(header, gk_str_trim(gk_buf_str(&r.body)));
	}
	gk_http_response_done(&r);
	return ok;
}

enum gk_aws__outcome gk_aws__imds(struct gk_aws__link *l, struct gk_err *err)
{
	static const char path[] = "/latest/meta-data/iam/security-credentials/";
	static const char from[] = "the instance metadata service";
	GK_AUTO(gk_buf_done) struct gk_buf header = {.secret = true}, body = {.secret = true};
	GK_AUTO(gk_buf_done) struct gk_buf role = {0};
	const char *base = imds_base(l), *off = gk_aws_env(l->aws, "AWS_EC2_METADATA_DISABLED");
	struct gk_str name;

	if (off && (strcmp(off, "true") == 0 || strcmp(off, "TRUE") == 0))
		return skip(l, "AWS_EC2_METADATA_DISABLED is set");
	if (!imds_token(l, base, &header))
		return skip(l, gk_arena_printf(l->a,
				       "nobody answers at %s (no instance, or its hop limit of 1 "
				       "keeps pods out)",
				       base));
	if (fetch(l, gk_arena_printf(l->a, "%s%s", base, path), gk_buf_cstr(&header), 1,
		    IMDS_TIMEOUT_MS, &role, from, err))
		return GK_AWS__ERROR;
	name = gk_str_trim(gk_buf_str(&role));
	name = gk_str_cut(&name, '\n');
	if (fetch(l, gk_arena_printf(l->a, "%s%s%.*s", base, path, GK_SARG(name)),
		    gk_buf_cstr(&header), 1, IMDS_TIMEOUT_MS, &body, from, err) ||
		gk_aws__creds_parse(l->aws, gk_buf_str(&body), &names, from, l->creds, err))
		return GK_AWS__ERROR;
	l->why = gk_arena_printf(l->a, "role %.*s of this instance", GK_SARG(name));
	return GK_AWS__USED;
}
