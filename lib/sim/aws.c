#include "sim/aws-call.h"

#include "base/crypto.h"
#include "doc/json.h"

static const struct gk_sim_aws_service *const services[] = {
	&gk_sim_sts, &gk_sim_secretsmanager, &gk_sim_ssm, &gk_sim_s3};

static const struct gk_sim_aws_service *by_scope(struct gk_str name)
{
	for (size_t i = 0; i < GK_COUNT(services); i++)
		if (gk_str_is(name, services[i]->name))
			return services[i];
	return NULL;
}

static const struct gk_sim_aws_service *by_target(struct gk_str target)
{
	for (size_t i = 0; i < GK_COUNT(services); i++)
		if (services[i]->target && gk_str_starts(target, gk_str_c(services[i]->target)))
			return services[i];
	return NULL;
}

/* Unsigned requests: X-Amz-Target, a form's Action, else S3. */
static const struct gk_sim_aws_service *by_looks(const struct gk_sim_aws_call *c)
{
	struct gk_str target = gk_sim_aws_header(c->req, "x-amz-target");

	if (target.n)
		return by_target(target);
	return gk_sim_aws_find(&c->form, "Action").n ? &gk_sim_sts : &gk_sim_s3;
}

static void read_form(struct gk_sim_aws_call *c)
{
	struct gk_str type = gk_sim_aws_header(c->req, "content-type");

	gk_sim_aws_form(c->a, c->req->query, true, &c->form);
	if (gk_str_starts(type, GK_STR("application/x-www-form-urlencoded")))
		gk_sim_aws_form(c->a, c->req->body, true, &c->form);
	c->wants_json = gk_str_has(gk_sim_aws_header(c->req, "accept"), GK_STR("application/json"));
}

static const struct gk_sim_aws_op *find_op(struct gk_sim_aws_call *c)
{
	struct gk_str name = gk_sim_aws_find(&c->form, "Action");

	if (c->service->protocol == GK_SIM_AWS_REST)
		return gk_sim_s3_op(c);
	if (c->service->protocol == GK_SIM_AWS_JSON)
		name = gk_str_from(
			gk_sim_aws_header(c->req, "x-amz-target"), strlen(c->service->target));
	for (size_t i = 0; i < c->service->nops; i++)
		if (gk_str_is(name, c->service->ops[i].name))
			return &c->service->ops[i];
	return NULL;
}

static int refuse_op(struct gk_sim_aws_call *c)
{
	struct gk_str action = gk_sim_aws_find(&c->form, "Action");

	if (c->service->protocol == GK_SIM_AWS_JSON)
		return gk_sim_aws_refuse(c, "UnknownOperationException",
			"gk-sim does not have this operation of %s", c->service->name);
	if (c->service->protocol == GK_SIM_AWS_FORM)
		return gk_sim_aws_refuse(
			c, "InvalidAction", "Could not find operation %.*s", GK_SARG(action));
	return gk_sim_aws_refuse_with(c, 501, "NotImplemented",
		"A header you provided implies functionality that is not implemented.");
}

static int read_json(struct gk_sim_aws_call *c)
{
	struct gk_str text = gk_str_trim(c->req->body);
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {0};
	struct gk_node *n;

	if (!text.n)
		text = GK_STR("{}");
	if (gk_json_parse_next(c->a, &text, &pos, gk_limits_default(), &n, &err) || text.n ||
		!gk_node_is(n, GK_OBJECT))
		return gk_sim_aws_refuse(
			c, "SerializationException", "Start of structure expected");
	c->in = n;
	return 0;
}

static int run(struct gk_sim_aws_call *c, struct gk_sim_sig *sig, enum gk_sim_sig_verdict claim)
{
	c->op = find_op(c);
	if (gk_sim_aws_authenticate(c, sig, claim))
		return -1;
	if (!c->op)
		return refuse_op(c);
	if (c->service->protocol == GK_SIM_AWS_JSON && read_json(c))
		return -1;
	return c->op->run(c);
}

/* Scopes that no service here has: said in JSON, which most AWS services speak. */
static void answer_unknown(struct gk_sim_aws_call *c, const struct gk_sim_sig *sig)
{
	c->service = &gk_sim_ssm;
	(void)gk_sim_aws_refuse(c, "UnknownOperationException",
		"gk-sim does not have the service '%.*s': it has sts, secretsmanager, ssm, s3",
		GK_SARG(sig->service));
	gk_sim_aws_render(c);
}

static void note_for_log(struct gk_sim_aws_call *c)
{
	c->answer->service = c->service->name;
	c->answer->operation = c->op ? c->op->name : NULL;
	c->answer->who = c->who ? gk_sim_aws_copy(c->a, c->who->arn).p : NULL;
}

void gk_sim_aws_handle(
	struct gk_sim_aws *aws, const struct gk_sim_aws_request *req, struct gk_sim_aws_answer *ret)
{
	struct gk_sim_aws_call c = {.aws = aws, .req = req, .answer = ret, .a = &ret->arena};
	struct gk_sim_sig sig;
	enum gk_sim_sig_verdict claim;

	ret->arena.wipe = true;
	ret->body.secret = true;
	c.status = 200;
	c.request_id = gk_sim_aws_uuid(c.a);
	c.out = gk_node_new(c.a, GK_OBJECT);
	c.detail = gk_node_new(c.a, GK_OBJECT);
	read_form(&c);
	claim = gk_sim_sig_read(c.a, req, &sig);
	c.service = sig.service.n ? by_scope(sig.service) : by_looks(&c);
	if (!c.service) {
		answer_unknown(&c, &sig);
	} else {
		(void)run(&c, &sig, claim);
		gk_sim_aws_render(&c);
		note_for_log(&c);
	}
	gk_vec_done(&c.form);
	gk_vec_done(&c.query);
}

void gk_sim_aws_answer_done(struct gk_sim_aws_answer *a)
{
	gk_vec_done(&a->headers);
	gk_buf_done(&a->body);
	gk_arena_done(&a->arena);
}

int gk_sim_aws_new(
	const struct gk_sim_aws_options *opt, struct gk_sim_aws **ret, struct gk_err *err)
{
	GK_AUTO(gk_sim_aws_freep) struct gk_sim_aws *aws = gk_xcalloc(1, sizeof *aws);

	aws->arena.wipe = true;
	if (opt->issuer && opt->jwks.n && gk_sim_aws_trust(aws, opt->issuer, opt->jwks, err))
		return -1;
	if (gk_sim_aws_seed(aws, opt, err))
		return -1;
	*ret = GK_TAKE(aws);
	return 0;
}

int gk_sim_aws_trust(
	struct gk_sim_aws *aws, const char *issuer, struct gk_str jwks, struct gk_err *err)
{
	struct gk_str text = gk_str_trim(gk_sim_aws_copy(&aws->arena, jwks));
	struct gk_sim_aws_issuer i = {.url = gk_str_c(gk_arena_strdup(&aws->arena, issuer))};
	struct gk_pos pos = {0};
	struct gk_node *n;

	if (gk_json_parse_next(&aws->arena, &text, &pos, gk_limits_default(), &n, err))
		return gk_ctx(err, "cannot read the keys of %s", issuer);
	if (!gk_node_is(gk_node_get(n, "keys"), GK_ARRAY))
		return gk_fail(err, GK_EINPUT, "sim.jwks", "the keys of %s have no 'keys'", issuer);
	i.jwks = n;
	gk_vec_foreach (struct gk_sim_aws_issuer, known, &aws->issuers)
		if (gk_str_eq(known->url, i.url)) {
			*known = i;
			return 0;
		}
	gk_vec_push(&aws->issuers, i);
	return 0;
}

const char *gk_sim_aws_region(const struct gk_sim_aws *aws)
{
	return aws->region.p;
}

const char *gk_sim_aws_account(const struct gk_sim_aws *aws)
{
	return aws->account.p;
}

void gk_sim_aws_free(struct gk_sim_aws *aws)
{
	if (!aws)
		return;
	gk_sim_secrets_done(aws);
	gk_sim_ssm_done(aws);
	gk_sim_s3_done(aws);
	gk_map_done(&aws->keys);
	gk_map_done(&aws->roles);
	gk_vec_done(&aws->providers);
	gk_vec_done(&aws->issuers);
	gk_arena_done(&aws->arena);
	gk_free(aws);
}

void gk_sim_aws_freep(struct gk_sim_aws **aws)
{
	gk_sim_aws_free(*aws);
}
