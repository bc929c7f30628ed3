/* Secrets Manager: reading values. */
#ifndef GK_AWS_SECRETSMANAGER_H
#define GK_AWS_SECRETSMANAGER_H

#include "aws/aws.h"

/* One secret to read, and what came of it. */
struct gk_sm_item {
	struct gk_str id;    /* name or ARN */
	struct gk_str stage; /* {NULL, 0} = AWSCURRENT */
	struct gk_str version_id;
	/* Set by the calls: */
	bool found;                       /* payload and the texts below are there (in the arena) */
	struct gk_str payload;            /* SecretString, or the decoded bytes of SecretBinary */
	struct gk_str name, arn, version; /* version: the VersionId that was read */
	bool missing;                     /* no such secret, version or stage */
	struct gk_err *err;               /* why it could not be read; NULL unless it failed */
};

/*
 * Read all items: those of AWSCURRENT in batches of 20 by BatchGetSecretValue (one alone, and
 * the others, by GetSecretValue).  A refused batch (no right to it) is read one by one.  What
 * fails for one item is told in it; the call fails only when no item can be read at all
 * (network, credentials).  The arena must be a wiping one.
 */
GK_NODISCARD int gk_sm_read(struct gk_aws *aws, const struct gk_aws_creds *creds,
	struct gk_str region, struct gk_arena *a, struct gk_sm_item *items, size_t n,
	struct gk_err *err);

/* The tags of a secret as one JSON object {"key":"value"} (metadataPolicy Fetch). */
GK_NODISCARD int gk_sm_tags(struct gk_aws *aws, const struct gk_aws_creds *creds,
	struct gk_str region, struct gk_str id, struct gk_arena *a, struct gk_str *ret_json,
	struct gk_err *err);

/* What to search for (ExternalSecret's find). */
struct gk_sm_filter {
	struct gk_str name_prefix; /* "" = any */
	const struct gk_str *tag_keys, *tag_values;
	size_t ntags;
};
/*
 * Names of all secrets that the filter fits (tags compared exactly), in the order of the
 * service, paged.  A repeated page token is GK_EREMOTE.
 */
struct gk_sm_found {
	struct gk_str *v; /* names */
	size_t n, cap;
};
GK_NODISCARD int gk_sm_list(struct gk_aws *aws, const struct gk_aws_creds *creds,
	struct gk_str region, const struct gk_sm_filter *filter, struct gk_arena *a,
	struct gk_sm_found *ret, struct gk_err *err);

#endif
