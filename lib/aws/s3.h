/* S3: reading one object. */
#ifndef GK_AWS_S3_H
#define GK_AWS_S3_H

#include "aws/aws.h"

struct gk_s3_object {
	struct gk_str bucket, key;
	struct gk_str version_id; /* {NULL, 0} = the current one */
	struct gk_str region;     /* {NULL, 0} = the configuration's */
	uint64_t max_bytes;       /* 0 = the limit of Terraform states */
};

struct gk_s3_meta {
	char etag[128], version_id[1028]; /* "" = not said */
};

/*
 * GetObject into body.  A bucket of another region is asked again there.  GK_ENOTFOUND
 * s3.no-object, s3.no-bucket; GK_EDENIED (also for a missing key without s3:ListBucket).
 */
GK_NODISCARD int gk_s3_get(struct gk_aws *aws, const struct gk_aws_creds *creds,
	const struct gk_s3_object *object, struct gk_buf *body, struct gk_s3_meta *ret,
	struct gk_err *err);

/* "s3://bucket/key" taken apart (views); GK_EUSAGE for anything else. */
GK_NODISCARD int gk_s3_url(
	struct gk_str url, struct gk_str *ret_bucket, struct gk_str *ret_key, struct gk_err *err);

#endif
