#include "sim-aws-client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "aws/sigv4.h"
#include "base/base64.h"
#include "base/num.h"

static gnutls_privkey_t keys[2];

void sim_tokens_init(void)
{
	for (size_t i = 0; i < GK_COUNT(keys); i++) {
		assert_int_equal(gnutls_privkey_init(&keys[i]), 0);
		assert_int_equal(gnutls_privkey_generate(keys[i], GNUTLS_PK_RSA, 2048, 0), 0);
	}
}

void sim_tokens_done(void)
{
	for (size_t i = 0; i < GK_COUNT(keys); i++)
		gnutls_privkey_deinit(keys[i]);
}

static void put_base64(struct gk_buf *b, const void *p, size_t n)
{
	gk_base64_encode(b, (struct gk_str){p, n}, GK_B64_URL_NOPAD);
}

struct gk_str sim_jwks(struct gk_arena *a)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	gnutls_datum_t n, e;

	assert_int_equal(gnutls_privkey_export_rsa_raw2(keys[0], &n, &e, NULL, NULL, NULL, NULL,
				 NULL, NULL, GNUTLS_EXPORT_FLAG_NO_LZ),
		0);
	gk_buf_puts(&b, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"");
	put_base64(&b, n.data, n.size);
	gk_buf_puts(&b, "\",\"e\":\"");
	put_base64(&b, e.data, e.size);
	gk_buf_puts(&b, "\"}]}");
	gnutls_free(n.data);
	gnutls_free(e.data);
	return gk_sim_aws_copy(a, gk_buf_str(&b));
}

const char *sim_token(struct gk_arena *a, int key, const char *claims)
{
	static const char header[] = "{\"alg\":\"RS256\",\"kid\":\"k\"}";
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	gnutls_datum_t data, signature;

	put_base64(&b, header, sizeof header - 1);
	gk_buf_putc(&b, '.');
	put_base64(&b, claims, strlen(claims));
	data = (gnutls_datum_t){(unsigned char *)b.p, (unsigned)b.n};
	assert_int_equal(
		gnutls_privkey_sign_data2(keys[key], GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature),
		0);
	gk_buf_putc(&b, '.');
	put_base64(&b, signature.data, signature.size);
	gnutls_free(signature.data);
	return gk_sim_aws_copy(a, gk_buf_str(&b)).p;
}

void sim_client_init(struct sim_client *c, const char *seed)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_sim_aws_options opt = {.seed = gk_str_c(seed),
		.seed_name = "seed.json",
		.region = "eu-central-1",
		.issuer = SIM_ISSUER};

	*c = (struct sim_client){.now_ms = INT64_C(1767225600000), .region = "eu-central-1"};
	opt.jwks = sim_jwks(&c->arena);
	if (gk_sim_aws_new(&opt, &c->aws, &err)) {
		char text[512];

		gk_err_message(&err, text, sizeof text);
		fail_msg("%s", text);
	}
	sim_client_as_root(c);
}

void sim_client_done(struct sim_client *c)
{
	gk_vec_done(&c->headers);
	gk_sim_aws_answer_done(&c->answer);
	gk_sim_aws_free(c->aws);
	gk_arena_done(&c->arena);
}

void sim_client_as_root(struct sim_client *c)
{
	c->id = GK_STR(SIM_ROOT_KEY);
	c->secret = GK_STR(SIM_ROOT_SECRET);
	c->token = GK_STR_NULL;
}

void sim_client_header(struct sim_client *c, const char *name, const char *value)
{
	struct gk_sim_aws_pair p = {gk_str_c(name), gk_str_c(value)};

	gk_vec_push(&c->headers, p);
}

static void read_answer(struct sim_client *c)
{
	struct gk_str text = gk_str_trim(gk_buf_str(&c->answer.body));
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {0};

	c->out = NULL;
	if (text.n && text.p[0] == '{')
		assert_int_equal(gk_json_parse_next(&c->arena, &text, &pos, gk_limits_default(),
					 &c->out, &err),
			0);
}

static void add_signed(struct sim_client *c, const struct gk_sigv4 *sig)
{
	for (size_t i = 0; i < sig->nadd; i++) {
		struct gk_sim_aws_pair p = {sig->add[i].name, sig->add[i].value};

		gk_vec_push(&c->headers, p);
	}
}

static int send(struct sim_client *c, struct gk_sim_aws_request *r)
{
	r->headers = c->headers.v;
	r->nheaders = c->headers.n;
	r->now_ms = c->now_ms;
	gk_sim_aws_answer_done(&c->answer);
	memset(&c->answer, 0, sizeof c->answer);
	gk_sim_aws_handle(c->aws, r, &c->answer);
	gk_vec_done(&c->headers);
	read_answer(c);
	return c->answer.status;
}

static struct gk_sigv4_request to_sign(
	struct sim_client *c, const struct gk_sim_aws_request *r, const char *service)
{
	struct gk_sigv4_header *headers =
		gk_arena_array(&c->arena, c->headers.n + 1, sizeof *headers);

	for (size_t i = 0; i < c->headers.n; i++)
		headers[i] = (struct gk_sigv4_header){c->headers.v[i].name, c->headers.v[i].value};
	return (struct gk_sigv4_request){.method = r->method,
		.path = r->path,
		.query = r->query,
		.headers = headers,
		.nheaders = c->headers.n,
		.body = r->body,
		.region = gk_str_c(c->region),
		.service = gk_str_c(service),
		.utc_ms = c->now_ms + c->skew_ms,
		.flags = strcmp(service, "s3") == 0 ? GK_SIGV4_S3 | GK_SIGV4_SEND_HASH : 0u};
}

static int call(struct sim_client *c, const char *service, struct gk_sim_aws_request *r)
{
	struct gk_sigv4_key key = {c->id, c->secret, c->token};
	struct gk_err err = GK_ERR_INIT;
	struct gk_sigv4_request request;
	struct gk_sigv4 sig;

	sim_client_header(c, "Host", "127.0.0.1:1");
	if (c->id.n) {
		request = to_sign(c, r, service);
		assert_int_equal(gk_sigv4_sign(&c->arena, &key, &request, &sig, &err), 0);
		add_signed(c, &sig);
	}
	return send(c, r);
}

int sim_json(struct sim_client *c, const char *service, const char *target, const char *body)
{
	struct gk_sim_aws_request r = {.method = GK_STR("POST"),
		.path = GK_STR("/"),
		.query = GK_STR(""),
		.body = gk_str_c(body)};

	sim_client_header(c, "X-Amz-Target", target);
	sim_client_header(c, "Content-Type", "application/x-amz-json-1.1");
	return call(c, service, &r);
}

int sim_form(struct sim_client *c, const char *form)
{
	struct gk_sim_aws_request r = {.method = GK_STR("POST"),
		.path = GK_STR("/"),
		.query = GK_STR(""),
		.body = gk_str_c(form)};

	sim_client_header(c, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
	return call(c, "sts", &r);
}

int sim_s3(struct sim_client *c, const char *method, const char *target, const char *body)
{
	struct gk_str query = gk_str_c(target), path = gk_str_cut(&query, '?');
	struct gk_sim_aws_request r = {.method = gk_str_c(method),
		.path = path,
		.query = query.p ? query : GK_STR(""),
		.body = gk_str_c(body)};

	return call(c, "s3", &r);
}

int sim_presigned(struct sim_client *c, const char *service, const char *target,
	const char *extra_name, const char *extra_value, unsigned expires_s)
{
	struct gk_str query = gk_str_c(target), path = gk_str_cut(&query, '?');
	struct gk_sim_aws_request r = {.method = GK_STR("GET"),
		.path = path,
		.query = query.p ? query : GK_STR(""),
		.body = GK_STR("")};
	struct gk_sigv4_key key = {c->id, c->secret, c->token};
	struct gk_err err = GK_ERR_INIT;
	struct gk_sigv4_request request;
	struct gk_sigv4 sig;

	sim_client_header(c, "Host", "127.0.0.1:1");
	if (extra_name)
		sim_client_header(c, extra_name, extra_value);
	request = to_sign(c, &r, service);
	request.flags &= ~(unsigned)GK_SIGV4_SEND_HASH;
	request.flags |= request.flags & GK_SIGV4_S3 ? GK_SIGV4_UNSIGNED : 0u;
	assert_int_equal(gk_sigv4_presign(&c->arena, &key, &request, expires_s, &sig, &err), 0);
	r.query = sig.query;
	return send(c, &r);
}

const char *sim_out(const struct sim_client *c, const char *path)
{
	struct gk_str rest = gk_str_c(path);
	const struct gk_node *n = c->out;
	struct gk_err err = GK_ERR_INIT;
	uint64_t i;

	while (rest.p) {
		struct gk_str name = gk_str_cut(&rest, '/');

		if (gk_node_is(n, GK_ARRAY) && gk_num_u64(name, 0, 1000, &i, &err) == 0)
			n = gk_node_at(n, (size_t)i);
		else
			n = gk_node_find(n, name);
	}
	return gk_node_scalar(n).p ? gk_node_scalar(n).p : "";
}

bool sim_body_has(const struct sim_client *c, const char *text)
{
	return gk_str_has(gk_buf_str(&c->answer.body), gk_str_c(text));
}

const char *sim_answer_header(const struct sim_client *c, const char *name)
{
	gk_vec_foreach (struct gk_sim_aws_pair, p, &c->answer.headers)
		if (gk_sim_aws_same_name(p->name, gk_str_c(name)))
			return p->value.p;
	return "";
}
