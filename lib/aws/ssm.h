/* SSM Parameter Store: reading values. */
#ifndef GK_AWS_SSM_H
#define GK_AWS_SSM_H

#include "aws/aws.h"

struct gk_ssm_item {
	struct gk_str name; /* "name", "name:3", "name:label", or an ARN */
	/* Set by the calls, in the arena: */
	bool found;
	struct gk_str value;
	struct gk_str version; /* number, as text */
	bool missing;
	struct gk_err *err; /* why it could not be read; NULL unless it failed */
};

/*
 * Read all by GetParameters in batches of 10, decrypted.  What is in InvalidParameters is
 * missing.  A batch that is refused (AccessDenied on one of its names) is read one by one.
 * Fails only when nothing can be read at all.  The arena must be a wiping one.
 */
GK_NODISCARD int gk_ssm_read(struct gk_aws *aws, const struct gk_aws_creds *creds,
	struct gk_str region, struct gk_arena *a, struct gk_ssm_item *items, size_t n,
	struct gk_err *err);

/* Everything below a path, recursively, decrypted; all items come back found. */
struct gk_ssm_found {
	struct gk_ssm_item *v;
	size_t n, cap;
};
GK_NODISCARD int gk_ssm_by_path(struct gk_aws *aws, const struct gk_aws_creds *creds,
	struct gk_str region, struct gk_str path, struct gk_arena *a, struct gk_ssm_found *ret,
	struct gk_err *err);

#endif
