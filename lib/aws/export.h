/* Credentials as other programs read them. */
#ifndef GK_AWS_EXPORT_H
#define GK_AWS_EXPORT_H

#include "aws/creds.h"
#include "base/buf.h"

enum gk_aws_form {
	GK_AWS_FORM_PROCESS, /* what credential_process of the config file must print */
	GK_AWS_FORM_ENV,     /* export lines for a POSIX shell */
	GK_AWS_FORM_JSON     /* the same members as `process`, with the role session's ARN */
};

/* The buffer should be a secret one. */
void gk_aws_export(struct gk_buf *b, const struct gk_aws_creds *c, struct gk_str region,
	enum gk_aws_form form);

#endif
