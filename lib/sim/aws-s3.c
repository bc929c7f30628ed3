/* S3: objects by path-style addresses, conditional reads and writes. */
#include "sim/aws-s3.h"

#include "base/io.h"
#include "base/num.h"
#include "sim/percent.h"

/* "Thu, 02 Jan 2026 03:04:05 GMT" */
static struct gk_str http_date(struct gk_arena *a, int64_t utc_ms)
{
	static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t day = utc_ms / 86400000 % 7;
	char t[32];
	int month;

	gk_time_rfc3339(utc_ms, false, t); /* 2026-01-02T03:04:05Z */
	month = (t[5] - '0') * 10 + t[6] - '0' - 1;
	return gk_str_c(gk_arena_printf(a, "%.3s, %.2s %.3s %.4s %.8s GMT", days + 3 * day, t + 8,
		months + 3 * month, t, t + 11));
}

static int refuse_precondition(struct gk_sim_aws_call *c, const char *condition)
{
	gk_sim_aws_put_text(c, c->detail, "Condition", gk_str_c(condition));
	return gk_sim_aws_refuse_with(c, 412, "PreconditionFailed",
		"At least one of the pre-conditions you specified did not hold");
}

/* Without the right to list, a key that is not there is not told from a forbidden one. */
static const struct gk_sim_s3_object *need_object(struct gk_sim_aws_call *c)
{
	const struct gk_sim_s3_bucket *b = gk_sim_s3_bucket_need(c);
	const struct gk_sim_s3_object *o;

	if (!b || gk_sim_aws_authorise(c, "s3:GetObject", gk_sim_s3_object_arn(c), NULL))
		return NULL;
	o = gk_map_find(&b->objects, c->object);
	if (o || gk_sim_aws_authorise(c, "s3:ListBucket", gk_sim_s3_bucket_arn(c), NULL))
		return o;
	gk_sim_aws_put_text(c, c->detail, "Key", c->object);
	(void)gk_sim_aws_refuse_with(c, 404, "NoSuchKey", "The specified key does not exist.");
	return NULL;
}

/* "bytes=0-9", "bytes=5-", "bytes=-3"; false: not that form, so the whole object. */
static bool read_range(struct gk_str range, uint64_t size, uint64_t *ret_from, uint64_t *ret_to)
{
	struct gk_err err = GK_ERR_INIT;
	uint64_t a = 0, b = UINT64_MAX;
	struct gk_str from;

	if (!gk_str_starts(range, GK_STR("bytes=")) || memchr(range.p, ',', range.n))
		return false;
	range = gk_str_from(range, 6);
	from = gk_str_cut(&range, '-');
	if (!range.p || (!from.n && !range.n) ||
		(from.n && gk_num_u64(from, 0, UINT64_MAX, &a, &err)) ||
		(range.n && gk_num_u64(range, 0, UINT64_MAX, &b, &err)))
		return false;
	if (!from.n) {
		a = b < size ? size - b : 0;
		b = UINT64_MAX;
	}
	*ret_from = a;
	*ret_to = b < size ? b : size - 1;
	return from.n == 0 || a <= b;
}

static int put_bytes(struct gk_sim_aws_call *c, const struct gk_sim_s3_object *o)
{
	uint64_t from = 0, to = o->size;

	if (!read_range(gk_sim_aws_header(c->req, "range"), o->size, &from, &to)) {
		gk_buf_put(&c->answer->body, o->body, o->size);
		return 0;
	}
	if (from >= o->size)
		return gk_sim_aws_refuse_with(
			c, 416, "InvalidRange", "The requested range is not satisfiable");
	c->status = 206;
	gk_sim_aws_answer_header(c, "Content-Range",
		gk_str_c(gk_arena_printf(c->a, "bytes %llu-%llu/%zu", (unsigned long long)from,
			(unsigned long long)to, o->size)));
	gk_buf_put(&c->answer->body, o->body + from, (size_t)(to - from + 1));
	return 0;
}

static void put_checksum(struct gk_sim_aws_call *c, const struct gk_sim_s3_object *o)
{
	if (!o->crc32)
		return;
	gk_sim_aws_answer_header(c, "x-amz-checksum-crc32", gk_str_c(o->crc32));
	gk_sim_aws_answer_header(c, "x-amz-checksum-type", GK_STR("FULL_OBJECT"));
}

/* HEAD too: the transport sends the length of the body without the body. */
static int get_object(struct gk_sim_aws_call *c)
{
	const struct gk_sim_s3_object *o = need_object(c);
	struct gk_str match = gk_sim_aws_header(c->req, "if-match");

	if (!o)
		return -1;
	if (match.p && !gk_sim_s3_etag_listed(match, o))
		return refuse_precondition(c, "If-Match");
	gk_sim_s3_answer_etag(c, o);
	gk_sim_aws_answer_header(c, "Last-Modified", http_date(c->a, o->modified_ms));
	if (gk_sim_s3_etag_listed(gk_sim_aws_header(c->req, "if-none-match"), o)) {
		c->status = 304;
		return 0;
	}
	gk_sim_aws_answer_header(c, "Accept-Ranges", GK_STR("bytes"));
	if (put_bytes(c, o))
		return -1;
	gk_vec_foreach (struct gk_sim_aws_pair, p, &o->meta)
		gk_sim_aws_answer_header(c, p->name.p, p->value);
	if (c->status == 200 && gk_sim_aws_header(c->req, "x-amz-checksum-mode").p)
		put_checksum(c, o);
	c->answer->content_type = gk_arena_strdup(c->a, o->content_type);
	return 0;
}

/* If-None-Match: * makes only; If-Match: changes only what the caller knows. */
static int check_write(struct gk_sim_aws_call *c, const struct gk_sim_s3_object *there)
{
	struct gk_str match = gk_sim_aws_header(c->req, "if-match"),
		      none = gk_sim_aws_header(c->req, "if-none-match");

	if (none.p && !gk_str_is(none, "*"))
		return gk_sim_aws_refuse_with(c, 501, "NotImplemented",
			"A header you provided implies functionality that is not implemented");
	if (none.p && there)
		return refuse_precondition(c, "If-None-Match");
	if (match.p && !there)
		return gk_sim_aws_refuse_with(
			c, 404, "NoSuchKey", "The specified key does not exist.");
	if (match.p && !gk_sim_s3_etag_listed(match, there))
		return refuse_precondition(c, "If-Match");
	return 0;
}

static int put_object(struct gk_sim_aws_call *c)
{
	struct gk_sim_s3_bucket *b = gk_sim_s3_bucket_need(c);
	struct gk_sim_s3_upload upload = {0};
	const struct gk_sim_s3_object *o;

	if (gk_sim_aws_header(c->req, "x-amz-copy-source").p)
		return gk_sim_aws_refuse_with(
			c, 501, "NotImplemented", "gk-sim does not copy objects");
	if (!b || gk_sim_aws_authorise(c, "s3:PutObject", gk_sim_s3_object_arn(c), NULL) ||
		check_write(c, gk_map_find(&b->objects, c->object)) ||
		gk_sim_s3_read_upload(c, &upload))
		return -1;
	o = gk_sim_s3_object_put(b, c->object, &upload, c->req->now_ms);
	gk_vec_done(&upload.meta);
	gk_sim_s3_answer_etag(c, o);
	put_checksum(c, o);
	return 0;
}

static int delete_object(struct gk_sim_aws_call *c)
{
	struct gk_sim_s3_bucket *b = gk_sim_s3_bucket_need(c);

	if (!b || gk_sim_aws_authorise(c, "s3:DeleteObject", gk_sim_s3_object_arn(c), NULL))
		return -1;
	gk_sim_s3_object_remove(b, c->object);
	c->status = 204;
	return 0;
}

static int create_bucket(struct gk_sim_aws_call *c)
{
	if (gk_sim_aws_authorise(c, "s3:CreateBucket", gk_sim_s3_bucket_arn(c), NULL))
		return -1;
	if (gk_map_find(&c->aws->buckets, c->bucket))
		return gk_sim_aws_refuse_with(c, 409, "BucketAlreadyOwnedByYou",
			"Your previous request to create the named bucket succeeded and you "
			"already own it.");
	(void)gk_sim_s3_bucket_new(c->aws, c->bucket, c->req->now_ms);
	gk_sim_aws_answer_header(
		c, "Location", gk_str_c(gk_arena_printf(c->a, "/%.*s", GK_SARG(c->bucket))));
	return 0;
}

static int delete_bucket(struct gk_sim_aws_call *c)
{
	struct gk_sim_s3_bucket *b = gk_sim_s3_bucket_need(c);

	if (!b || gk_sim_aws_authorise(c, "s3:DeleteBucket", gk_sim_s3_bucket_arn(c), NULL))
		return -1;
	if (b->objects.n)
		return gk_sim_aws_refuse_with(
			c, 409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
	gk_sim_s3_bucket_remove(c->aws, b);
	c->status = 204;
	return 0;
}

static int head_bucket(struct gk_sim_aws_call *c)
{
	if (!gk_sim_s3_bucket_need(c))
		return -1;
	gk_sim_aws_answer_header(c, "x-amz-bucket-region", c->aws->region);
	return gk_sim_aws_authorise(c, "s3:ListBucket", gk_sim_s3_bucket_arn(c), NULL);
}

static const struct route {
	const char *method;
	bool on_object;
	struct gk_sim_aws_op op;
} routes[] = {
	{"GET", false, {"ListObjectsV2", gk_sim_s3_list, true}},
	{"HEAD", false, {"HeadBucket", head_bucket, true}},
	{"PUT", false, {"CreateBucket", create_bucket, true}},
	{"DELETE", false, {"DeleteBucket", delete_bucket, true}},
	{"GET", true, {"GetObject", get_object, true}},
	{"HEAD", true, {"HeadObject", get_object, true}},
	{"PUT", true, {"PutObject", put_object, true}},
	{"DELETE", true, {"DeleteObject", delete_object, true}},
};

/* Parameters that belong to the operations above; any other asks for a subresource. */
static bool asks_for_more(const struct gk_sim_aws_call *c)
{
	static const char *const known[] = {"list-type", "prefix", "delimiter", "max-keys",
		"continuation-token", "start-after", "encoding-type", "fetch-owner", "x-id"};

	gk_vec_foreach (struct gk_sim_aws_pair, p, &c->query) {
		bool found = gk_str_starts(p->name, GK_STR("X-Amz-")) ||
			     gk_str_starts(p->name, GK_STR("response-"));

		for (size_t i = 0; i < GK_COUNT(known); i++)
			found = found || gk_str_is(p->name, known[i]);
		if (!found)
			return true;
	}
	return false;
}

const struct gk_sim_aws_op *gk_sim_s3_op(struct gk_sim_aws_call *c)
{
	struct gk_str rest = gk_str_from(c->req->path, 1), bucket = gk_str_cut(&rest, '/');

	gk_sim_aws_form(c->a, c->req->query, true, &c->query);
	c->bucket = gk_sim_percent_decode(c->a, bucket, false);
	c->object = gk_sim_percent_decode(c->a, rest, false);
	if (!c->bucket.n || asks_for_more(c))
		return NULL;
	if (gk_str_is(c->req->method, "GET") && !c->object.n &&
		!gk_str_is(gk_sim_aws_find(&c->query, "list-type"), "2"))
		return NULL;
	for (size_t i = 0; i < GK_COUNT(routes); i++)
		if (gk_str_is(c->req->method, routes[i].method) &&
			routes[i].on_object == (c->object.n > 0))
			return &routes[i].op;
	return NULL;
}

const struct gk_sim_aws_service gk_sim_s3 = {.name = "s3",
	.xmlns = "http://s3.amazonaws.com/doc/2006-03-01/",
	.protocol = GK_SIM_AWS_REST,
	.window_ms = 15 * 60 * 1000};
