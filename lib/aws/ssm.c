/* Reading the Parameter Store in batches. */
#include "aws/ssm.h"

#include "aws/aws-priv.h"
#include "aws/json.h"
#include "base/vec.h"

enum { BATCH = 10, PAGES_MAX = 10000 };

struct reader {
	struct gk_aws_json call;
	struct gk_arena *a;
};

static void take_value(struct reader *r, struct gk_ssm_item *item, const struct gk_node *parameter)
{
	item->value = gk_aws__keep(r->a, gk_node_text(gk_node_get(parameter, "Value")));
	item->version = gk_aws__keep(r->a, gk_node_scalar(gk_node_get(parameter, "Version")));
	item->found = true;
}

/* The item that an answer is about: its name with the selector, or its ARN. */
static bool answers(const struct gk_ssm_item *item, const struct gk_node *parameter)
{
	struct gk_str name = gk_node_text(gk_node_get(parameter, "Name"));
	struct gk_str arn = gk_node_text(gk_node_get(parameter, "ARN"));
	struct gk_str selector = gk_node_text(gk_node_get(parameter, "Selector"));
	struct gk_str asked = item->name;

	if (selector.n && gk_str_ends(asked, selector))
		asked.n -= selector.n;
	else if (selector.n)
		return false;
	return gk_str_eq(asked, name) || gk_str_eq(asked, arn);
}

static void take_answer(
	struct reader *r, struct gk_ssm_item *const *items, size_t n, const struct gk_node *answer)
{
	gk_node_foreach (parameter, gk_node_get(answer, "Parameters"))
		for (size_t i = 0; i < n; i++)
			if (answers(items[i], parameter))
				take_value(r, items[i], parameter);
	gk_node_foreach (name, gk_node_get(answer, "InvalidParameters"))
		for (size_t i = 0; i < n; i++)
			items[i]->missing |= gk_str_eq(items[i]->name, gk_node_text(name));
}

static bool is_fatal(const struct gk_err *err)
{
	return err->http == 0 || err->code == GK_ETHROTTLED || err->code == GK_EREMOTE;
}

static int ask(struct reader *r, struct gk_ssm_item *const *items, size_t n, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *body = gk_node_new(&a, GK_OBJECT);
	struct gk_node *names = gk_node_need(&a, body, "Names", GK_ARRAY);

	for (size_t i = 0; i < n; i++)
		gk_node_append(names, gk_node_string(&a, items[i]->name));
	gk_node_set(&a, body, GK_STR("WithDecryption"), gk_node_bool(&a, true));
	if (gk_aws_json(&r->call, "GetParameters", body, &doc, err))
		return -1;
	take_answer(r, items, n, doc.root);
	return 0;
}

static int read_batch(
	struct reader *r, struct gk_ssm_item *const *items, size_t n, struct gk_err *err)
{
	if (ask(r, items, n, err) == 0)
		return 0;
	if (is_fatal(err))
		return -1;
	gk_err_reset(err);
	for (size_t i = 0; i < n; i++) {
		struct gk_err *own = gk_aws__err_new(r->a);

		if (ask(r, &items[i], 1, own) == 0)
			continue;
		if (is_fatal(own)) {
			*err = *own;
			return -1;
		}
		items[i]->missing = own->code == GK_ENOTFOUND;
		items[i]->err = own;
	}
	return 0;
}

int gk_ssm_read(struct gk_aws *aws, const struct gk_aws_creds *creds, struct gk_str region,
	struct gk_arena *a, struct gk_ssm_item *items, size_t n, struct gk_err *err)
{
	struct reader r = {{aws, creds, GK_AWS_SSM, region, "AmazonSSM."}, a};
	struct gk_ssm_item *batch[BATCH];
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		batch[count++] = &items[i];
		if (count < BATCH && i + 1 < n)
			continue;
		if (read_batch(&r, batch, count, err))
			return -1;
		count = 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!items[i].found && !items[i].err)
			items[i].missing = true;
	return 0;
}

/* One page; *token is the one that it was asked with, and then that of the next. */
static int path_page(struct reader *r, struct gk_str path, struct gk_str *token,
	struct gk_ssm_found *ret, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	struct gk_arena *a = &doc.arena;
	struct gk_node *body = gk_node_new(a, GK_OBJECT);
	struct gk_str next;

	gk_node_set_str(a, body, "Path", path);
	gk_node_set(a, body, GK_STR("Recursive"), gk_node_bool(a, true));
	gk_node_set(a, body, GK_STR("WithDecryption"), gk_node_bool(a, true));
	if (token->n)
		gk_node_set_str(a, body, "NextToken", *token);
	if (gk_aws_json(&r->call, "GetParametersByPath", body, &doc, err))
		return -1;
	gk_node_foreach (parameter, gk_node_get(doc.root, "Parameters")) {
		struct gk_ssm_item item = {
			.name = gk_aws__keep(r->a, gk_node_text(gk_node_get(parameter, "Name")))};

		take_value(r, &item, parameter);
		gk_vec_push(ret, item);
	}
	next = gk_node_text(gk_node_get(doc.root, "NextToken"));
	if (next.n && gk_str_eq(next, *token))
		return gk_fail(err, GK_EREMOTE, "aws.answer",
			"GetParametersByPath: the service repeats a page");
	*token = next.n ? gk_aws__keep(r->a, next) : GK_STR_NULL;
	return 0;
}

int gk_ssm_by_path(struct gk_aws *aws, const struct gk_aws_creds *creds, struct gk_str region,
	struct gk_str path, struct gk_arena *a, struct gk_ssm_found *ret, struct gk_err *err)
{
	struct reader r = {{aws, creds, GK_AWS_SSM, region, "AmazonSSM."}, a};
	struct gk_str token = GK_STR_NULL;

	/* A page may be empty and still have a next one. */
	for (size_t page = 0; page == 0 || (token.n && page < PAGES_MAX); page++)
		if (path_page(&r, path, &token, ret, err))
			return -1;
	return 0;
}
