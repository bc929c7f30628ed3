/* Shared inside lib/aws only. */
#ifndef GK_AWS_PRIV_H
#define GK_AWS_PRIV_H

#include "aws/aws.h"

struct gk_aws {
	struct gk_aws_options o;
	const struct gk_limits *limits;
	struct gk_arena arena;
	struct gk_aws_profiles profiles;
	const char *path[2];   /* of the files, by enum gk_aws_file */
	struct gk_str profile; /* name in force */
	bool profile_explicit; /* --profile: the environment's credentials do not count */
	bool profile_named;    /* by option or environment: it must exist */
	struct gk_str region;
	unsigned endpoint_flags; /* FIPS, dual-stack */
	unsigned max_attempts;
	const char *ca_file; /* AWS_CA_BUNDLE, the profile's ca_bundle, or NULL */
	struct gk_http_route route;
	int64_t clock_offset_ms; /* server's clock minus ours */
};

/* A copy of the bytes in the arena, with a NUL after them. */
struct gk_str gk_aws__keep(struct gk_arena *a, struct gk_str s);
/* An empty error object in the arena. */
struct gk_err *gk_aws__err_new(struct gk_arena *a);

#endif
