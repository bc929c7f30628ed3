/*
 * Where an AWS service is reached and under which names requests to it are signed.
 * Pure.  Behaviour: botocore's endpoint rule sets for these services.
 */
#ifndef GK_AWS_ENDPOINT_H
#define GK_AWS_ENDPOINT_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum gk_aws_service {
	GK_AWS_STS,
	GK_AWS_SECRETSMANAGER,
	GK_AWS_SSM,
	GK_AWS_S3,
	GK_AWS_EKS,
	GK_AWS_SERVICES
};

struct gk_aws_partition {
	const char *id;       /* "aws", "aws-cn", ... as in ARNs */
	const char *prefixes; /* first words of its regions, one blank between */
	const char *dns_suffix;
	const char *dualstack_suffix;
};

/* By the form of the region's name; the partition `aws` for names that fit none. */
const struct gk_aws_partition *gk_aws_partition(struct gk_str region);
/* By id, as the second field of an ARN names it; NULL when there is none. */
const struct gk_aws_partition *gk_aws_partition_find(struct gk_str id);

/* "SECRETS_MANAGER": the tail of AWS_ENDPOINT_URL_...; in profiles it is in lower case. */
const char *gk_aws_service_id(enum gk_aws_service service);

enum { GK_AWS_FIPS = 1, GK_AWS_DUALSTACK = 2 };

struct gk_aws_endpoint {
	struct gk_str url;  /* "https://sts.eu-central-1.amazonaws.com", no slash at the end */
	struct gk_str host; /* as the Host header says it: default port left out */
	struct gk_str path; /* of a custom endpoint, "" = none; requests go below it */
	struct gk_str region, signing_name;
};

/*
 * custom: URL that replaces the rules, or {NULL, 0}.  Plain http is taken only for loopback
 * and link-local addresses.  GK_EUSAGE: region missing or no host label, custom URL together
 * with flags or malformed, partition without such endpoints.
 */
GK_NODISCARD int gk_aws_endpoint(struct gk_arena *a, enum gk_aws_service service,
	struct gk_str region, unsigned flags, struct gk_str custom, struct gk_aws_endpoint *ret,
	struct gk_err *err);

/* Whether plain http to this host (of a URL, brackets removed) stays on this machine or link. */
bool gk_aws_host_is_local(struct gk_str host);

#endif
