/* GetObject. */
#include "aws/s3.h"

#include "aws/fault.h"

int gk_s3_url(
	struct gk_str url, struct gk_str *ret_bucket, struct gk_str *ret_key, struct gk_err *err)
{
	struct gk_str rest = gk_str_from(url, 5), bucket = gk_str_cut(&rest, '/');

	if (!gk_str_starts(url, GK_STR("s3://")) || bucket.n == 0 || rest.n == 0)
		return gk_fail(err, GK_EUSAGE, "s3.url",
			"'%.*s' is not of the form s3://BUCKET/KEY", GK_SARG(url));
	*ret_bucket = bucket;
	*ret_key = rest;
	return 0;
}

/* Virtual hosts need a certificate that fits and a server of AWS's own: no dots, no override. */
static int address(struct gk_aws *aws, const struct gk_s3_object *o, struct gk_arena *a,
	struct gk_aws_call *call, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf path = {0};
	struct gk_aws_endpoint endpoint;
	bool own_host;

	if (gk_aws_locate(aws, a, GK_AWS_S3, call->region, &endpoint, err))
		return -1;
	own_host = gk_str_starts(endpoint.host, GK_STR("s3")) &&
		   gk_str_has(endpoint.host, GK_STR(".amazonaws.com")) &&
		   !memchr(o->bucket.p, '.', o->bucket.n);
	if (own_host) {
		call->host_prefix = gk_str_c(gk_arena_printf(a, "%.*s.", GK_SARG(o->bucket)));
	} else {
		gk_buf_putc(&path, '/');
		gk_uri_encode(&path, o->bucket, "");
	}
	gk_buf_putc(&path, '/');
	gk_uri_encode(&path, o->key, "/");
	call->path = gk_str_c(gk_arena_strdup(a, gk_buf_cstr(&path)));
	return 0;
}

static void copy_header(char *to, size_t size, const struct gk_http_response *r, const char *name)
{
	struct gk_str value = gk_http_header(r, name);
	size_t n = value.n < size ? value.n : size - 1;

	memcpy(to, value.p ? value.p : "", n);
	to[n] = '\0';
}

static int refuse(const struct gk_s3_object *o, const struct gk_http_response *r,
	struct gk_arena *a, struct gk_err *err)
{
	struct gk_aws_fault fault;

	gk_aws_fault_read(a, r, &fault);
	gk_aws_fault_fail(err, &fault, r->status, "GetObject");
	if (err->code == GK_ENOTFOUND)
		err->slug = gk_str_is(fault.code, "NoSuchBucket") ? "s3.no-bucket" : "s3.no-object";
	if (err->code == GK_EDENIED)
		gk_help(err, "s3:GetObject on the object is needed; without s3:ListBucket a key "
			     "that does not exist is refused in the same way");
	return gk_ctx(err, "s3://%.*s/%.*s", GK_SARG(o->bucket), GK_SARG(o->key));
}

/* Ask once; *ret_region is set when the bucket is elsewhere. */
static int get_once(struct gk_aws *aws, const struct gk_s3_object *o, struct gk_aws_call *call,
	struct gk_arena *a, struct gk_http_response *r, struct gk_str *ret_region,
	struct gk_err *err)
{
	struct gk_str region;

	if (address(aws, o, a, call, err) || gk_aws_do(aws, call, r, err))
		return -1;
	region = gk_http_header(r, "x-amz-bucket-region");
	if ((r->status == 301 || r->status == 400) && region.n)
		*ret_region = gk_str_c(gk_arena_memdup0(a, region.p, region.n));
	return 0;
}

static int get(struct gk_aws *aws, const struct gk_aws_creds *creds, const struct gk_s3_object *o,
	struct gk_arena *a, struct gk_http_response *r, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf query = {0};
	struct gk_str elsewhere = GK_STR_NULL;
	struct gk_aws_call call = {.service = GK_AWS_S3,
		.operation = "GetObject",
		.creds = creds,
		.region = o->region,
		.method = "GET",
		.sign_flags = GK_SIGV4_S3 | GK_SIGV4_SEND_HASH,
		.max_body = o->max_bytes ? o->max_bytes : gk_limits_default()->state_bytes,
		.any_status = true};

	if (o->version_id.p) {
		gk_buf_puts(&query, "versionId=");
		gk_uri_encode(&query, o->version_id, "");
		call.query = gk_buf_str(&query);
	}
	if (get_once(aws, o, &call, a, r, &elsewhere, err))
		return -1;
	if (!elsewhere.p)
		return 0;
	gk_http_response_done(r);
	*r = (struct gk_http_response){0};
	call.region = elsewhere;
	return get_once(aws, o, &call, a, r, &elsewhere, err);
}

int gk_s3_get(struct gk_aws *aws, const struct gk_aws_creds *creds,
	const struct gk_s3_object *object, struct gk_buf *body, struct gk_s3_meta *ret,
	struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_http_response r = {0};
	int failed = get(aws, creds, object, &a, &r, err);

	if (!failed && r.status != 200)
		failed = refuse(object, &r, &a, err);
	if (!failed) {
		gk_buf_putstr(body, gk_buf_str(&r.body));
		copy_header(ret->etag, sizeof ret->etag, &r, "etag");
		copy_header(ret->version_id, sizeof ret->version_id, &r, "x-amz-version-id");
	}
	gk_http_response_done(&r);
	return failed ? -1 : 0;
}
