#include <gnutls/crypto.h>

#include "base/crypto.h"
#include "sim/aws-s3.h"

struct gk_sim_s3_bucket *gk_sim_s3_bucket_new(
	struct gk_sim_aws *aws, struct gk_str name, int64_t now_ms)
{
	struct gk_sim_s3_bucket *b = gk_map_find(&aws->buckets, name);

	if (b)
		return b;
	b = gk_arena_zalloc(&aws->arena, sizeof *b);
	b->name = gk_sim_aws_copy(&aws->arena, name);
	b->created_ms = now_ms;
	gk_map_put(&aws->buckets, b->name, b);
	return b;
}

struct gk_sim_s3_bucket *gk_sim_s3_bucket_need(struct gk_sim_aws_call *c)
{
	struct gk_sim_s3_bucket *b = gk_map_find(&c->aws->buckets, c->bucket);

	if (b)
		return b;
	gk_sim_aws_put_text(c, c->detail, "BucketName", c->bucket);
	(void)gk_sim_aws_refuse_with(c, 404, "NoSuchBucket", "The specified bucket does not exist");
	return NULL;
}

static void object_free(struct gk_sim_s3_object *o)
{
	if (!o)
		return;
	gk_wipe(o->body, o->size);
	gk_free(o->key);
	gk_free(o->body);
	gk_free(o->content_type);
	gk_free(o->crc32);
	gk_vec_foreach (struct gk_sim_aws_pair, p, &o->meta) {
		gk_free((void *)(uintptr_t)p->name.p);
		gk_free((void *)(uintptr_t)p->value.p);
	}
	gk_vec_done(&o->meta);
	gk_free(o);
}

/* Entity tags of S3 are MD5 by definition. */
static void set_etag(struct gk_sim_s3_object *o)
{
	unsigned char md5[16];

	gk_assert(gnutls_hash_fast(GNUTLS_DIG_MD5, o->body, o->size, md5) == 0);
	gk_hex(md5, sizeof md5, o->etag + 1);
	o->etag[0] = o->etag[33] = '"';
}

static char *dup_str(struct gk_str s)
{
	return gk_xmemdup0(s.p ? s.p : "", s.n);
}

static void set_meta(struct gk_sim_s3_object *o, const struct gk_sim_aws_pairs *meta)
{
	gk_vec_foreach (struct gk_sim_aws_pair, p, meta) {
		struct gk_str value = gk_str_trim(p->value);
		struct gk_sim_aws_pair copy = {
			{dup_str(p->name), p->name.n}, {dup_str(value), value.n}};

		gk_vec_push(&o->meta, copy);
	}
}

struct gk_sim_s3_object *gk_sim_s3_object_put(struct gk_sim_s3_bucket *b, struct gk_str key,
	const struct gk_sim_s3_upload *upload, int64_t now_ms)
{
	struct gk_sim_s3_object *o = gk_xcalloc(1, sizeof *o);

	gk_sim_s3_object_remove(b, key);
	o->key = dup_str(key);
	o->body = dup_str(upload->body);
	o->size = upload->body.n;
	o->content_type = upload->content_type.n ? dup_str(upload->content_type)
						 : gk_xstrdup("binary/octet-stream");
	o->crc32 = upload->crc32.p ? dup_str(upload->crc32) : NULL;
	set_meta(o, &upload->meta);
	o->modified_ms = now_ms;
	set_etag(o);
	gk_map_put(&b->objects, gk_str_c(o->key), o);
	return o;
}

void gk_sim_s3_object_remove(struct gk_sim_s3_bucket *b, struct gk_str key)
{
	object_free(gk_map_del(&b->objects, key));
}

void gk_sim_s3_bucket_remove(struct gk_sim_aws *aws, struct gk_sim_s3_bucket *b)
{
	(void)gk_map_del(&aws->buckets, b->name);
	gk_map_done(&b->objects);
}

struct gk_str gk_sim_s3_bucket_arn(struct gk_sim_aws_call *c)
{
	return gk_str_c(gk_arena_printf(c->a, "arn:aws:s3:::%.*s", GK_SARG(c->bucket)));
}

struct gk_str gk_sim_s3_object_arn(struct gk_sim_aws_call *c)
{
	return gk_str_c(gk_arena_printf(
		c->a, "arn:aws:s3:::%.*s/%.*s", GK_SARG(c->bucket), GK_SARG(c->object)));
}

void gk_sim_s3_answer_etag(struct gk_sim_aws_call *c, const struct gk_sim_s3_object *o)
{
	gk_sim_aws_answer_header(c, "ETag", gk_str_c(o->etag));
	gk_sim_aws_answer_header(c, "x-amz-server-side-encryption", GK_STR("AES256"));
}

bool gk_sim_s3_etag_listed(struct gk_str list, const struct gk_sim_s3_object *o)
{
	struct gk_str quoted = gk_str_c(o->etag), bare = {o->etag + 1, 32};

	while (list.p) {
		struct gk_str tag = gk_str_trim(gk_str_cut(&list, ','));

		if (gk_str_is(tag, "*") || gk_str_eq(tag, quoted) || gk_str_eq(tag, bare))
			return true;
	}
	return false;
}

void gk_sim_s3_object_seed(struct gk_sim_aws *aws, struct gk_str bucket, struct gk_str key,
	struct gk_str body, int64_t now_ms)
{
	struct gk_sim_s3_bucket *b = gk_sim_s3_bucket_new(aws, bucket, now_ms);
	struct gk_sim_s3_upload upload = {.body = body};

	if (key.n)
		(void)gk_sim_s3_object_put(b, key, &upload, now_ms);
}

void gk_sim_s3_done(struct gk_sim_aws *aws)
{
	gk_map_foreach (e, &aws->buckets) {
		struct gk_sim_s3_bucket *b = e->value;

		gk_map_foreach (o, &b->objects)
			object_free(o->value);
		gk_map_done(&b->objects);
	}
	gk_map_done(&aws->buckets);
}
