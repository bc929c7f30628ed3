/* S3's model: buckets of objects, path-style addresses, no versions. */
#ifndef GK_SIM_AWS_S3_H
#define GK_SIM_AWS_S3_H

#include "sim/aws-call.h"

/* What comes with an upload; texts are the call's. */
struct gk_sim_s3_upload {
	struct gk_str body, content_type;
	struct gk_str crc32;          /* base64; {NULL, 0}: the client sent none */
	struct gk_sim_aws_pairs meta; /* x-amz-meta-...; released by whoever filled it */
};

struct gk_sim_s3_object {
	char *key, *body, *content_type, *crc32; /* allocated; crc32 may be NULL */
	struct gk_sim_aws_pairs meta;            /* allocated texts */
	size_t size;
	char etag[35]; /* "\"md5\"" */
	int64_t modified_ms;
};

struct gk_sim_s3_bucket {
	struct gk_str name;
	struct gk_map objects; /* key -> struct gk_sim_s3_object */
	int64_t created_ms;
};

struct gk_sim_s3_bucket *gk_sim_s3_bucket_new(
	struct gk_sim_aws *aws, struct gk_str name, int64_t now_ms);
/* The bucket of the call; NULL after a refusal. */
struct gk_sim_s3_bucket *gk_sim_s3_bucket_need(struct gk_sim_aws_call *c);
void gk_sim_s3_bucket_remove(struct gk_sim_aws *aws, struct gk_sim_s3_bucket *b);

/* Store a copy, in the place of what was there. */
struct gk_sim_s3_object *gk_sim_s3_object_put(struct gk_sim_s3_bucket *b, struct gk_str key,
	const struct gk_sim_s3_upload *upload, int64_t now_ms);
void gk_sim_s3_object_remove(struct gk_sim_s3_bucket *b, struct gk_str key);

/* "arn:aws:s3:::bucket" or "arn:aws:s3:::bucket/key" of the call. */
struct gk_str gk_sim_s3_bucket_arn(struct gk_sim_aws_call *c);
struct gk_str gk_sim_s3_object_arn(struct gk_sim_aws_call *c);
/* ETag and what else PUT, GET and HEAD say alike. */
void gk_sim_s3_answer_etag(struct gk_sim_aws_call *c, const struct gk_sim_s3_object *o);
/* Whether a list of entity tags ("*", "\"a\", \"b\"") has this one. */
bool gk_sim_s3_etag_listed(struct gk_str list, const struct gk_sim_s3_object *o);

/* aws-s3-body.c: the upload without aws-chunked framing, its checksums verified. */
GK_NODISCARD int gk_sim_s3_read_upload(struct gk_sim_aws_call *c, struct gk_sim_s3_upload *ret);

int gk_sim_s3_list(struct gk_sim_aws_call *c);

#endif
