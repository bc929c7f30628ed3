/* From a call to an HTTP request: path, parameters, headers, body, retry class. */
#include "base/io.h"
#include "doc/json.h"
#include "http/url.h"
#include "kube/op.h"

static const char accept_json[] = "Accept: application/json";
static const char accept_metadata[] =
	"Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
static const char accept_metadata_list[] =
	"Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

static bool is_method(const struct gk_kube_op *op, const char *method)
{
	return strcmp(op->c.method, method) == 0;
}

/* A POST that leaves nothing behind: a token, a review. */
static bool is_question(const struct gk_kube_op *op)
{
	if (op->c.subresource)
		return strcmp(op->c.subresource, "token") == 0;
	return op->c.res && gk_str_is(op->c.res->group, "authorization.k8s.io");
}

static bool writes_object(const struct gk_kube_op *op)
{
	return op->c.body && op->c.res && !is_question(op);
}

static void put_write_query(struct gk_kube_op *op, struct gk_buf *b)
{
	static const char *const levels[] = {
		[GK_VALIDATE_STRICT] = "Strict",
		[GK_VALIDATE_WARN] = "Warn",
		[GK_VALIDATE_IGNORE] = "Ignore",
	};
	const char *manager = op->c.manager ? op->c.manager : op->k->opt.manager;

	gk_url_query(b, "fieldManager", gk_str_c(manager));
	gk_url_query(b, "fieldValidation", gk_str_c(levels[op->c.validation]));
	if (op->c.force)
		gk_url_query(b, "force", GK_STR("true"));
}

static void put_path(struct gk_kube_op *op, struct gk_buf *b)
{
	bool collection = op->is_create && !op->c.subresource;

	if (op->c.path)
		gk_buf_puts(b, op->c.path);
	else
		gk_kube_path(b, op->c.res, op->c.ns, collection ? GK_STR_NULL : op->c.name,
			op->c.subresource);
	if (writes_object(op))
		put_write_query(op, b);
	if (op->c.dry_run)
		gk_url_query(b, "dryRun", GK_STR("All"));
	if (op->c.query)
		gk_buf_printf(b, "%c%s", memchr(b->p, '?', b->n) ? '&' : '?', op->c.query);
}

static bool has_null_member(const struct gk_node *n)
{
	gk_node_foreach (child, n)
		if ((gk_node_is(n, GK_OBJECT) && gk_node_is(child, GK_NULL)) ||
			has_null_member(child))
			return true;
	return false;
}

static void drop_null_members(struct gk_node *n)
{
	struct gk_node *next;

	for (struct gk_node *child = gk_node_children(n); child; child = next) {
		next = child->next;
		if (gk_node_is(n, GK_OBJECT) && gk_node_is(child, GK_NULL))
			gk_node_unlink(n, child);
		else
			drop_null_members(child);
	}
}

/*
 * What is applied has no null members: the server would drop them, and list them as a
 * difference for ever.  uid and resourceVersion in the body are preconditions.
 */
static const struct gk_node *intent(struct gk_kube_op *op, const struct gk_node *object)
{
	struct gk_node *copy, *meta;

	if (!op->c.uid.n && !op->c.version.n && !has_null_member(object))
		return object;
	copy = gk_node_dup(&op->arena, object);
	drop_null_members(copy);
	meta = gk_node_need(&op->arena, copy, "metadata", GK_OBJECT);
	if (op->c.uid.n)
		(void)gk_node_set_str(&op->arena, meta, "uid", op->c.uid);
	if (op->c.version.n)
		(void)gk_node_set_str(&op->arena, meta, "resourceVersion", op->c.version);
	return copy;
}

static const struct gk_node *delete_options(struct gk_kube_op *op)
{
	static const char *const policies[] = {
		[GK_BACKGROUND] = "Background",
		[GK_FOREGROUND] = "Foreground",
		[GK_ORPHAN] = "Orphan",
	};
	struct gk_arena *a = &op->arena;
	struct gk_node *n = gk_node_new(a, GK_OBJECT);
	struct gk_node *pre = gk_node_new(a, GK_OBJECT);

	(void)gk_node_set_str(a, n, "kind", GK_STR("DeleteOptions"));
	(void)gk_node_set_str(a, n, "apiVersion", GK_STR("v1"));
	(void)gk_node_set_c(a, n, "preconditions", pre);
	(void)gk_node_set_str(a, pre, "uid", op->c.uid);
	if (op->c.version.n)
		(void)gk_node_set_str(a, pre, "resourceVersion", op->c.version);
	(void)gk_node_set_str(a, n, "propagationPolicy", gk_str_c(policies[op->c.propagation]));
	if (op->c.grace_s >= 0)
		(void)gk_node_set_c(a, n, "gracePeriodSeconds", gk_node_int_new(a, op->c.grace_s));
	return n;
}

static void print_body(struct gk_kube_op *op, const struct gk_node *body)
{
	bool apply = strcmp(op->c.verb, "apply") == 0;

	op->body.secret = op->about.secret;
	if (op->is_delete)
		body = delete_options(op);
	if (apply)
		body = intent(op, body);
	if (body)
		gk_json_print(&op->body, body, apply ? GK_JSON_YAML : 0);
}

/* A second POST would be a second object, a second patch may change twice. */
static enum gk_http_retry retry_class(const struct gk_kube_op *op)
{
	bool once = is_method(op, "POST") || is_method(op, "PATCH");

	if (op->c.no_retry)
		return GK_HTTP_NEVER;
	if (!once || op->c.dry_run || is_question(op) || !strcmp(op->c.verb, "apply"))
		return GK_HTTP_IDEMPOTENT;
	return GK_HTTP_SAFE;
}

static struct gk_str keep(struct gk_kube_op *op, struct gk_str s)
{
	return s.n ? (struct gk_str){gk_arena_memdup0(&op->arena, s.p, s.n), s.n} : GK_STR_NULL;
}

static void describe(struct gk_kube_op *op)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (op->c.res)
		gk_kube__object_name(&b, op->c.res, op->c.ns, op->c.name);
	else
		gk_url_show(&b, gk_str_c(op->c.path));
	op->about = (struct gk_kube_about){.verb = op->c.verb,
		.object = gk_arena_strdup(&op->arena, gk_buf_cstr(&b)),
		.method = op->c.method};
	if (op->c.res)
		op->about.secret = gk_kube_kind_is_secret(op->c.res->group, op->c.res->kind) ||
				   (op->c.subresource && !strcmp(op->c.subresource, "token"));
	gk_buf_reset(&b);
	put_path(op, &b);
	op->about.path = gk_arena_strdup(&op->arena, gk_buf_cstr(&b));
}

static void send(struct gk_kube_op *op, const char *method, const char *path, struct gk_buf *body)
{
	struct gk_kube *k = op->k;
	bool reads = strcmp(method, "GET") == 0;
	const char *headers[3] = {accept_json, NULL, NULL};
	GK_AUTO(gk_buf_done) struct gk_buf url = GK_BUF_INIT(0);
	struct gk_http_request q = {
		.method = method,
		.headers = headers,
		.lane = reads ? LANE_READ : LANE_WRITE,
		.timeout_ms = k->opt.cfg->request_timeout_ms,
		.budget_ms = gk_kube__budget(k, op->c.budget_ms),
		.max_body = op->c.max_body ? op->c.max_body
			    : op->into     ? k->opt.limits->http_list
					   : k->opt.limits->http_body,
		.alone = strcmp(op->c.verb, "list") == 0,
		.gzip = reads && k->far && k->opt.cfg->compress,
		.secret = op->about.secret,
	};

	gk_kube__url(k, &url, path);
	q.url = gk_buf_cstr(&url);
	if (op->c.text)
		headers[0] = "Accept: */*";
	else if (op->c.metadata_only)
		headers[0] = op->into ? accept_metadata_list : accept_metadata;
	if (body && body->n) {
		headers[1] = op->c.content_type ? gk_arena_printf(&op->arena, "Content-Type: %s",
							  op->c.content_type)
						: "Content-Type: application/json";
		q.body = *body;
		*body = (struct gk_buf){0};
	}
	gk_kube__send(op, &q);
}

void gk_kube__check(struct gk_kube_op *op)
{
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);

	op->state = OP_CHECKING;
	op->retry = GK_HTTP_IDEMPOTENT;
	gk_kube_path(&path, op->c.res, op->c.ns, op->c.name, NULL);
	send(op, "GET", gk_buf_cstr(&path), NULL);
}

struct gk_kube_op *gk_kube__submit_into(struct gk_kube *k, const struct gk_kube_call *c,
	struct gk_doc *into, gk_kube_done_fn done, void *ctx)
{
	struct gk_kube_op *op = gk_xcalloc(1, sizeof *op);

	op->k = op->signer.k = k;
	op->arena.wipe = true;
	op->c = *c;
	op->c.ns = keep(op, c->ns);
	op->c.name = keep(op, c->name);
	op->c.uid = keep(op, c->uid);
	op->c.version = keep(op, c->version);
	op->is_create = is_method(op, "POST");
	op->is_delete = is_method(op, "DELETE");
	op->into = into;
	op->reply = (struct gk_kube_reply)GK_KUBE_REPLY_INIT;
	op->done = done;
	op->ctx = ctx;
	op->began_ms = gk_time_mono_ms();
	op->retry = retry_class(op);
	describe(op);
	print_body(op, c->body);
	send(op, op->c.method, op->about.path, &op->body);
	return op;
}

struct gk_kube_op *gk_kube_submit(
	struct gk_kube *k, const struct gk_kube_call *c, gk_kube_done_fn done, void *ctx)
{
	return gk_kube__submit_into(k, c, NULL, done, ctx);
}
