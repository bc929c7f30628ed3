/* The JSON protocols of AWS: one operation, a JSON body, a JSON answer. */
#ifndef GK_AWS_JSON_H
#define GK_AWS_JSON_H

#include "aws/aws.h"
#include "doc/json.h"

struct gk_aws_json {
	struct gk_aws *aws;
	const struct gk_aws_creds *creds;
	enum gk_aws_service service;
	struct gk_str region;
	const char *prefix; /* "secretsmanager." of the target */
};

/* The answer's tree lives in doc, whose arena should be a wiping one. */
GK_NODISCARD int gk_aws_json(const struct gk_aws_json *c, const char *operation,
	const struct gk_node *body, struct gk_doc *doc, struct gk_err *err);

#endif
