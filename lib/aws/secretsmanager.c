/* Reading Secrets Manager in batches. */
#include "aws/secretsmanager.h"

#include "aws/aws-priv.h"
#include "aws/fault.h"
#include "aws/json.h"
#include "base/base64.h"
#include "base/vec.h"

enum { BATCH = 20, PAGES_MAX = 10000 };

struct reader {
	struct gk_aws_json call;
	struct gk_arena *a;
};

/* Take one secret's answer. */
static int take_value(
	struct reader *r, struct gk_sm_item *item, const struct gk_node *value, struct gk_err *err)
{
	const struct gk_node *text = gk_node_get(value, "SecretString");
	const struct gk_node *binary = gk_node_get(value, "SecretBinary");
	GK_AUTO(gk_buf_done) struct gk_buf bytes = {.secret = true};

	if (gk_node_is(text, GK_STRING)) {
		item->payload = gk_aws__keep(r->a, gk_node_text(text));
	} else if (gk_node_is(binary, GK_STRING)) {
		if (gk_base64_decode(&bytes, gk_node_text(binary), GK_B64_STD, err))
			return gk_ctx(err, "SecretBinary of %.*s", GK_SARG(item->id));
		item->payload = gk_aws__keep(r->a, gk_buf_str(&bytes));
	} else {
		return gk_fail(err, GK_EREMOTE, "aws.answer",
			"GetSecretValue: the answer for %.*s holds no value", GK_SARG(item->id));
	}
	item->name = gk_aws__keep(r->a, gk_node_text(gk_node_get(value, "Name")));
	item->arn = gk_aws__keep(r->a, gk_node_text(gk_node_get(value, "ARN")));
	item->version = gk_aws__keep(r->a, gk_node_text(gk_node_get(value, "VersionId")));
	item->found = true;
	return 0;
}

/*
 * The service has no such secret or version.  Scheduled for deletion counts as well: the
 * service model says InvalidRequestException for it, others saw InvalidParameterException.
 */
static bool is_missing(const struct gk_err *err)
{
	char message[512];

	if (err->code == GK_ENOTFOUND)
		return true;
	gk_err_message(err, message, sizeof message);
	return err->code == GK_EINPUT && strstr(message, "marked for deletion");
}

/* AWS tells nobody without the right whether a secret exists. */
static void explain_denial(struct gk_err *err)
{
	if (err->code == GK_EDENIED)
		gk_help(err, "the identity needs secretsmanager:GetSecretValue on it (and "
			     "kms:Decrypt on its key); a name that does not exist may be refused "
			     "in the same way");
}

static bool is_fatal(const struct gk_err *err)
{
	return err->http == 0 || err->code == GK_ETHROTTLED || err->code == GK_EREMOTE;
}

static int read_one(struct reader *r, struct gk_sm_item *item, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *body = gk_node_new(&a, GK_OBJECT);
	struct gk_err *own = gk_aws__err_new(r->a);

	gk_node_set_str(&a, body, "SecretId", item->id);
	if (item->version_id.p)
		gk_node_set_str(&a, body, "VersionId", item->version_id);
	if (item->stage.p)
		gk_node_set_str(&a, body, "VersionStage", item->stage);
	if (gk_aws_json(&r->call, "GetSecretValue", body, &doc, own) == 0)
		return take_value(r, item, doc.root, err);
	if (is_fatal(own)) {
		*err = *own;
		return -1;
	}
	explain_denial(own);
	item->missing = is_missing(own);
	item->err = own;
	return 0;
}

static struct gk_sm_item *find_item(
	struct gk_sm_item **items, size_t n, struct gk_str name, struct gk_str arn)
{
	for (size_t i = 0; i < n; i++)
		if (gk_str_eq(items[i]->id, name) || gk_str_eq(items[i]->id, arn))
			return items[i];
	return NULL;
}

/* A partial ARN (without the random tail) is answered under the full one. */
static struct gk_sm_item *find_by_prefix(struct gk_sm_item **items, size_t n, struct gk_str arn)
{
	for (size_t i = 0; i < n; i++)
		if (gk_str_starts(arn, items[i]->id) && arn.n == items[i]->id.n + 7 &&
			arn.p[items[i]->id.n] == '-')
			return items[i];
	return NULL;
}

static int take_values(struct reader *r, struct gk_sm_item **items, size_t n,
	const struct gk_node *values, struct gk_err *err)
{
	gk_node_foreach (value, values) {
		struct gk_str arn = gk_node_text(gk_node_get(value, "ARN"));
		struct gk_sm_item *item =
			find_item(items, n, gk_node_text(gk_node_get(value, "Name")), arn);

		if (!item)
			item = find_by_prefix(items, n, arn);
		if (item && take_value(r, item, value, err))
			return -1;
	}
	return 0;
}

/* Entries of Errors[]: each is the failure of one secret, never to be passed over. */
static void take_errors(
	struct reader *r, struct gk_sm_item **items, size_t n, const struct gk_node *errors)
{
	gk_node_foreach (e, errors) {
		struct gk_str id = gk_node_text(gk_node_get(e, "SecretId"));
		struct gk_sm_item *item = find_item(items, n, id, id);
		struct gk_aws_fault fault = {gk_node_text(gk_node_get(e, "ErrorCode")),
			gk_node_text(gk_node_get(e, "Message")), GK_STR("")};

		if (!item)
			continue;
		item->err = gk_aws__err_new(r->a);
		gk_aws_fault_fail(item->err, &fault, 400, "BatchGetSecretValue");
		explain_denial(item->err);
		item->missing = is_missing(item->err);
	}
}

static int read_batch(struct reader *r, struct gk_sm_item **items, size_t n, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *body = gk_node_new(&a, GK_OBJECT);
	struct gk_node *ids = gk_node_need(&a, body, "SecretIdList", GK_ARRAY);

	for (size_t i = 0; i < n; i++)
		gk_node_append(ids, gk_node_string(&a, items[i]->id));
	if (gk_aws_json(&r->call, "BatchGetSecretValue", body, &doc, err)) {
		if (is_fatal(err))
			return -1;
		gk_err_reset(err); /* refused as a whole: no item has an answer */
		return 0;
	}
	take_errors(r, items, n, gk_node_get(doc.root, "Errors"));
	return take_values(r, items, n, gk_node_get(doc.root, "SecretValues"), err);
}

static bool is_current(const struct gk_sm_item *item)
{
	return !item->version_id.p && (!item->stage.p || gk_str_is(item->stage, "AWSCURRENT"));
}

static int read_batches(struct reader *r, struct gk_sm_item *items, size_t n, struct gk_err *err)
{
	struct gk_sm_item *batch[BATCH];
	size_t count = 0, current = 0;

	for (size_t i = 0; i < n; i++)
		current += is_current(&items[i]);
	for (size_t i = 0; i < n && current > 1; i++) {
		if (is_current(&items[i]))
			batch[count++] = &items[i];
		if (count == BATCH || (i + 1 == n && count)) {
			if (read_batch(r, batch, count, err))
				return -1;
			count = 0;
		}
	}
	return 0;
}

int gk_sm_read(struct gk_aws *aws, const struct gk_aws_creds *creds, struct gk_str region,
	struct gk_arena *a, struct gk_sm_item *items, size_t n, struct gk_err *err)
{
	struct reader r = {{aws, creds, GK_AWS_SECRETSMANAGER, region, "secretsmanager."}, a};

	if (read_batches(&r, items, n, err))
		return -1;
	/* What no batch answered: other versions, a single one, a batch that was refused. */
	for (size_t i = 0; i < n; i++)
		if (!items[i].found && !items[i].err && read_one(&r, &items[i], err))
			return -1;
	return 0;
}

/* [{"Key":k,"Value":v}] -> {"k":"v"} */
static struct gk_node *tag_object(struct gk_arena *a, const struct gk_node *tags)
{
	struct gk_node *object = gk_node_new(a, GK_OBJECT);

	gk_node_foreach (tag, tags)
		gk_node_set(a, object, gk_node_text(gk_node_get(tag, "Key")),
			gk_node_string(a, gk_node_text(gk_node_get(tag, "Value"))));
	return object;
}

int gk_sm_tags(struct gk_aws *aws, const struct gk_aws_creds *creds, struct gk_str region,
	struct gk_str id, struct gk_arena *a, struct gk_str *ret_json, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf text = {0};
	struct reader r = {{aws, creds, GK_AWS_SECRETSMANAGER, region, "secretsmanager."}, a};
	struct gk_node *body = gk_node_new(&doc.arena, GK_OBJECT);

	gk_node_set_str(&doc.arena, body, "SecretId", id);
	if (gk_aws_json(&r.call, "DescribeSecret", body, &doc, err))
		return -1;
	gk_json_print(&text, tag_object(&doc.arena, gk_node_get(doc.root, "Tags")), GK_JSON_SORT);
	*ret_json = gk_aws__keep(a, gk_buf_str(&text));
	return 0;
}

static void put_filter(
	struct gk_arena *a, struct gk_node *filters, const char *key, struct gk_str value)
{
	struct gk_node *filter = gk_node_new(a, GK_OBJECT);

	gk_node_set_str(a, filter, "Key", gk_str_c(key));
	gk_node_append(gk_node_need(a, filter, "Values", GK_ARRAY), gk_node_string(a, value));
	gk_node_append(filters, filter);
}

static struct gk_node *list_body(struct gk_arena *a, const struct gk_sm_filter *filter)
{
	struct gk_node *body = gk_node_new(a, GK_OBJECT);
	struct gk_node *filters = gk_node_need(a, body, "Filters", GK_ARRAY);

	if (filter->name_prefix.n)
		put_filter(a, filters, "name", filter->name_prefix);
	for (size_t i = 0; i < filter->ntags; i++) {
		put_filter(a, filters, "tag-key", filter->tag_keys[i]);
		put_filter(a, filters, "tag-value", filter->tag_values[i]);
	}
	gk_node_set(a, body, GK_STR("MaxResults"), gk_node_int_new(a, 100));
	return body;
}

static bool has_tag(const struct gk_node *tags, struct gk_str key, struct gk_str value)
{
	gk_node_foreach (tag, tags)
		if (gk_str_eq(gk_node_text(gk_node_get(tag, "Key")), key) &&
			gk_str_eq(gk_node_text(gk_node_get(tag, "Value")), value))
			return true;
	return false;
}

/* The service matches prefixes, of keys and values apart: look again. */
static bool fits(const struct gk_node *secret, const struct gk_sm_filter *filter)
{
	for (size_t i = 0; i < filter->ntags; i++)
		if (!has_tag(gk_node_get(secret, "Tags"), filter->tag_keys[i],
			    filter->tag_values[i]))
			return false;
	return gk_str_starts(gk_node_text(gk_node_get(secret, "Name")), filter->name_prefix);
}

/* One page; *token is the one that it was asked with, and then that of the next. */
static int list_page(struct reader *r, const struct gk_sm_filter *filter, struct gk_str *token,
	struct gk_sm_found *ret, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;
	struct gk_node *body = list_body(&doc.arena, filter);
	struct gk_str next;

	if (token->n)
		gk_node_set_str(&doc.arena, body, "NextToken", *token);
	if (gk_aws_json(&r->call, "ListSecrets", body, &doc, err))
		return -1;
	gk_node_foreach (secret, gk_node_get(doc.root, "SecretList"))
		if (fits(secret, filter))
			gk_vec_push(
				ret, gk_aws__keep(r->a, gk_node_text(gk_node_get(secret, "Name"))));
	next = gk_node_text(gk_node_get(doc.root, "NextToken"));
	if (next.n && gk_str_eq(next, *token))
		return gk_fail(
			err, GK_EREMOTE, "aws.answer", "ListSecrets: the service repeats a page");
	*token = next.n ? gk_aws__keep(r->a, next) : GK_STR_NULL;
	return 0;
}

int gk_sm_list(struct gk_aws *aws, const struct gk_aws_creds *creds, struct gk_str region,
	const struct gk_sm_filter *filter, struct gk_arena *a, struct gk_sm_found *ret,
	struct gk_err *err)
{
	struct reader r = {{aws, creds, GK_AWS_SECRETSMANAGER, region, "secretsmanager."}, a};
	struct gk_str token = GK_STR_NULL;

	for (size_t page = 0; page == 0 || (token.n && page < PAGES_MAX); page++)
		if (list_page(&r, filter, &token, ret, err))
			return -1;
	return 0;
}
