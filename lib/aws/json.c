/* One call of a JSON service. */
#include "aws/json.h"

int gk_aws_json(const struct gk_aws_json *c, const char *operation, const struct gk_node *body,
	struct gk_doc *doc, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf text = {0};
	struct gk_http_response r = {0};
	struct gk_aws_call call = {.service = c->service,
		.operation = operation,
		.creds = c->creds,
		.region = c->region,
		.content_type = "application/x-amz-json-1.1",
		.target = gk_arena_printf(&a, "%s%s", c->prefix, operation)};
	int failed;

	gk_json_print(&text, body, 0);
	call.body = gk_buf_str(&text);
	if (gk_aws_do(c->aws, &call, &r, err))
		return -1;
	failed = gk_json_parse(doc, operation, gk_buf_str(&r.body), gk_limits_default(), err);
	gk_http_response_done(&r);
	if (!failed)
		return 0;
	/* Positions would lead into a body that nobody sees. */
	return gk_fail(err, GK_EREMOTE, "aws.answer", "%s: the answer is no JSON that can be read",
		operation);
}
