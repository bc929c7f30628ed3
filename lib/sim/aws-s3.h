/* S3's model: buckets of objects, path-style addresses, no versions. */
#ifndef GK_SIM_AWS_S3_H
#define GK_SIM_AWS_S3_H

#include "sim/aws-call.h"

struct gk_sim_s3_object {
	char *key, *body, *content_type; /* allocated */
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

/* Store a copy of the bytes, in the place of what was there. */
struct gk_sim_s3_object *gk_sim_s3_object_put(struct gk_sim_s3_bucket *b, struct gk_str key,
	struct gk_str body, struct gk_str content_type, int64_t now_ms);
void gk_sim_s3_object_remove(struct gk_sim_s3_bucket *b, struct gk_str key);

/* "arn:aws:s3:::bucket" or "arn:aws:s3:::bucket/key" of the call. */
struct gk_str gk_sim_s3_bucket_arn(struct gk_sim_aws_call *c);
struct gk_str gk_sim_s3_object_arn(struct gk_sim_aws_call *c);
void gk_sim_s3_answer_etag(struct gk_sim_aws_call *c, const struct gk_sim_s3_object *o);
/* Whether a list of entity tags ("*", "\"a\", \"b\"") has this one. */
bool gk_sim_s3_etag_listed(struct gk_str list, const struct gk_sim_s3_object *o);

/* aws-s3-body.c: the body without aws-chunked framing and with its checksums verified. */
GK_NODISCARD int gk_sim_s3_body(struct gk_sim_aws_call *c, struct gk_str *ret);

int gk_sim_s3_list(struct gk_sim_aws_call *c);

#endif
