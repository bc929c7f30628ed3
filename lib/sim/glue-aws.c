/* Between the transport and the AWS half, which knows only memory. */
#include "base/io.h"
#include "base/limits.h"
#include "base/num.h"
#include "sim/aws.h"
#include "sim/glue-aws.h"
#include "sim/jwt.h"
#include "sim/sim-priv.h"

int gk_sim_glue_start(struct gk_sim *sim, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf seed = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf jwks = GK_BUF_INIT(0);
	struct gk_sim_aws_options opt = {.seed_name = sim->opt.seed, .issuer = sim->issuer};

	seed.secret = true;
	if (sim->opt.seed) {
		if (gk_io_read_file(sim->opt.seed, gk_limits_default()->doc_bytes, &seed, err) ||
			gk_sim_jwks(sim, &jwks, err))
			return -1;
		opt.seed = gk_buf_str(&seed);
		opt.jwks = gk_buf_str(&jwks);
		sim->aws_trusts = true;
	}
	return gk_sim_aws_new(&opt, &sim->aws, err);
}

void gk_sim_glue_stop(struct gk_sim *sim)
{
	gk_sim_aws_free(sim->aws);
	sim->aws = NULL;
}

const char *gk_sim_glue_region(const struct gk_sim *sim)
{
	return gk_sim_aws_region(sim->aws);
}

/* Keys of service accounts are made on first use: tell STS once there are any. */
static void trust_issuer(struct gk_sim *sim)
{
	GK_AUTO(gk_buf_done) struct gk_buf jwks = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;

	if (sim->aws_trusts || !sim->rsa || gk_sim_jwks(sim, &jwks, &err))
		return;
	sim->aws_trusts = gk_sim_aws_trust(sim->aws, sim->issuer, gk_buf_str(&jwks), &err) == 0;
}

static void copy_headers(struct gk_sim_req *r, struct gk_sim_aws_pairs *ret)
{
	struct gk_sim_pairs pairs = {0};

	gk_sim_headers(r, &pairs);
	gk_vec_foreach (struct gk_sim_pair, p, &pairs) {
		struct gk_sim_aws_pair pair = {p->name, p->value};

		gk_vec_push(ret, pair);
	}
	gk_vec_done(&pairs);
}

/* The transport counts the bytes of the body itself; HEAD has a length and no body. */
static void copy_answer(struct gk_sim_req *r, const struct gk_sim_aws_answer *answer)
{
	r->status = answer->status;
	if (answer->content_type)
		r->content_type = gk_arena_strdup(&r->arena, answer->content_type);
	gk_vec_foreach (struct gk_sim_aws_pair, h, &answer->headers) {
		struct gk_err err = GK_ERR_INIT;

		if (!gk_sim_aws_same_name(h->name, GK_STR("Content-Length")))
			gk_sim_answer_header(r, h->name.p, h->value.p);
		else if (!gk_num_u64(h->value, 0, SIZE_MAX, &r->length, &err))
			r->has_length = true;
	}
	gk_buf_putstr(&r->out, gk_buf_str(&answer->body));
	if (answer->who)
		r->user = gk_arena_strdup(&r->arena, answer->who);
	if (answer->operation)
		r->verb = gk_arena_strdup(&r->arena, answer->operation);
	if (answer->service)
		r->resource = gk_arena_strdup(&r->arena, answer->service);
}

void gk_sim_glue_handle(struct gk_sim_req *r)
{
	struct gk_sim_aws_answer answer = {0};
	struct gk_sim_aws_pairs headers = {0};
	struct gk_sim_aws_request request = {.method = gk_str_c(r->method),
		.path = r->wire_path,
		.query = r->wire_query,
		.body = gk_buf_str(&r->body),
		.now_ms = gk_time_utc_ms()};

	copy_headers(r, &headers);
	request.headers = headers.v;
	request.nheaders = headers.n;
	r->out.secret = true;
	trust_issuer(r->sim);
	gk_sim_aws_handle(r->sim->aws, &request, &answer);
	copy_answer(r, &answer);
	gk_sim_aws_answer_done(&answer);
	gk_vec_done(&headers);
}
