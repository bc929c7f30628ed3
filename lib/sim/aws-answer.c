/* The result or the refusal of a call as bytes: JSON, XML of the query protocol, XML of S3. */
#include "base/text.h"
#include "doc/json.h"
#include "sim/aws-call.h"

void gk_sim_aws_answer_header(struct gk_sim_aws_call *c, const char *name, struct gk_str value)
{
	struct gk_sim_aws_pair p = {gk_str_c(name), gk_sim_aws_copy(c->a, value)};

	gk_vec_push(&c->answer->headers, p);
}

GK_PRINTF(4, 0)
static int refuse(
	struct gk_sim_aws_call *c, int status, const char *code, const char *fmt, va_list ap)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_buf_vprintf(&b, fmt, ap);
	c->status = status;
	c->code = code;
	c->message = gk_sim_aws_copy(c->a, gk_buf_str(&b));
	return -1;
}

int gk_sim_aws_refuse_with(
	struct gk_sim_aws_call *c, int status, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)refuse(c, status, code, fmt, ap);
	va_end(ap);
	return -1;
}

int gk_sim_aws_refuse(struct gk_sim_aws_call *c, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)refuse(c, 400, code, fmt, ap);
	va_end(ap);
	return -1;
}

/* What XML gives a meaning, and CR, which its readers change, as numbers. */
static void put_xml_text(struct gk_buf *b, struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("&<>\r", s.p[i]))
			gk_buf_printf(b, "&#%d;", s.p[i]);
		else
			gk_buf_putc(b, s.p[i]);
	}
}

static void put_element(struct gk_buf *b, struct gk_str name, const struct gk_node *n);

/* Objects become elements by name; a list of them repeats its own name (S3's form). */
static void put_content(struct gk_buf *b, const struct gk_node *n)
{
	if (!gk_node_is(n, GK_OBJECT)) {
		put_xml_text(b, gk_node_scalar(n));
		return;
	}
	gk_node_foreach (child, n)
		put_element(b, gk_node_key(child), child);
}

static void put_element(struct gk_buf *b, struct gk_str name, const struct gk_node *n)
{
	if (gk_node_is(n, GK_ARRAY)) {
		gk_node_foreach (child, n)
			put_element(b, name, child);
		return;
	}
	gk_buf_printf(b, "<%.*s>", GK_SARG(name));
	put_content(b, n);
	gk_buf_printf(b, "</%.*s>", GK_SARG(name));
}

static struct gk_node *new_object(struct gk_sim_aws_call *c)
{
	return gk_node_new(c->a, GK_OBJECT);
}

static void render_json(struct gk_sim_aws_call *c)
{
	struct gk_node *n = c->out;

	if (c->code) {
		n = new_object(c);
		gk_sim_aws_put_text(c, n, "__type", gk_str_c(c->code));
		if (c->message.n)
			gk_sim_aws_put_text(c, n,
				c->service == &gk_sim_secretsmanager ? "Message" : "message",
				c->message);
	}
	c->answer->content_type = "application/x-amz-json-1.1";
	gk_json_print(&c->answer->body, n, 0);
}

/* What stands around a result or an error, the same in XML and JSON. */
static struct gk_node *form_envelope(struct gk_sim_aws_call *c)
{
	struct gk_node *n = new_object(c), *inner = new_object(c);

	if (c->code) {
		gk_sim_aws_put_text(
			c, inner, "Type", c->status < 500 ? GK_STR("Sender") : GK_STR("Receiver"));
		gk_sim_aws_put_text(c, inner, "Code", gk_str_c(c->code));
		gk_sim_aws_put_text(c, inner, "Message", c->message);
		gk_node_set_c(c->a, n, "Error", inner);
		gk_sim_aws_put_text(c, n, "RequestId", c->request_id);
		return n;
	}
	gk_node_set_c(c->a, n, gk_arena_printf(c->a, "%sResult", c->op->name), c->out);
	gk_sim_aws_put_text(c, inner, "RequestId", c->request_id);
	gk_node_set_c(c->a, n, "ResponseMetadata", inner);
	return n;
}

static void render_form(struct gk_sim_aws_call *c)
{
	struct gk_node *n = form_envelope(c), *outer = n;
	const char *root =
		c->code ? "ErrorResponse" : gk_arena_printf(c->a, "%sResponse", c->op->name);
	struct gk_buf *b = &c->answer->body;

	if (c->wants_json) {
		if (!c->code) {
			outer = new_object(c);
			gk_node_set_c(c->a, outer, root, n);
		}
		c->answer->content_type = "application/json";
		gk_json_print(b, outer, 0);
		return;
	}
	c->answer->content_type = "text/xml";
	gk_buf_printf(b, "<%s xmlns=\"%s\">", root, c->service->xmlns);
	put_content(b, n);
	gk_buf_printf(b, "</%s>\n", root);
}

/* An empty result is no body: then the handler has written bytes, or there are none. */
static void render_rest(struct gk_sim_aws_call *c)
{
	const char *xmlns =
		c->code ? "" : gk_arena_printf(c->a, " xmlns=\"%s\"", c->service->xmlns);
	struct gk_buf *b = &c->answer->body;
	struct gk_node *root = c->out->first;

	if (c->code) {
		root = gk_node_set_c(c->a, new_object(c), "Error", new_object(c));
		gk_sim_aws_put_text(c, root, "Code", gk_str_c(c->code));
		gk_sim_aws_put_text(c, root, "Message", c->message);
		gk_node_foreach (detail, c->detail)
			gk_node_set_c(c->a, root, detail->key, gk_node_dup(c->a, detail));
		gk_sim_aws_put_text(c, root, "RequestId", c->request_id);
	}
	if (!root || gk_str_is(c->req->method, "HEAD"))
		return;
	c->answer->content_type = "application/xml";
	gk_buf_printf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s%s>", root->key, xmlns);
	put_content(b, root);
	gk_buf_printf(b, "</%s>", root->key);
}

void gk_sim_aws_render(struct gk_sim_aws_call *c)
{
	static void (*const render[GK_SIM_AWS_PROTOCOLS])(struct gk_sim_aws_call * c) = {
		render_json, render_form, render_rest};
	bool rest = c->service->protocol == GK_SIM_AWS_REST;

	c->answer->status = c->status;
	c->answer->error = c->code;
	gk_sim_aws_answer_header(c, rest ? "x-amz-request-id" : "x-amzn-RequestId", c->request_id);
	render[c->service->protocol](c);
}
