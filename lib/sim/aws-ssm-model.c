#include "base/base64.h"
#include "base/crypto.h"
#include "base/num.h"

#include "sim/aws-ssm.h"

struct gk_sim_ssm_ref gk_sim_ssm_ref(struct gk_str text)
{
	const struct gk_str mark = GK_STR(":parameter");
	struct gk_sim_ssm_ref ref;

	if (gk_str_starts(text, GK_STR("arn:"))) {
		const char *at = memmem(text.p, text.n, mark.p, mark.n);

		text = at ? gk_str_from(text, (size_t)(at - text.p) + mark.n) : text;
	}
	ref.name = gk_str_cut(&text, ':');
	ref.selector = text;
	return ref;
}

struct gk_str gk_sim_ssm_arn(struct gk_arena *a, const struct gk_sim_aws *aws, struct gk_str name)
{
	return gk_str_c(gk_arena_printf(a, "arn:aws:ssm:%.*s:%.*s:parameter%s%.*s",
		GK_SARG(aws->region), GK_SARG(aws->account),
		gk_str_starts(name, GK_STR("/")) ? "" : "/", GK_SARG(name)));
}

const struct gk_sim_ssm_version *gk_sim_ssm_newest(const struct gk_sim_ssm_param *p)
{
	return &p->versions.v[p->versions.n - 1];
}

static const struct gk_sim_ssm_version *by_number(const struct gk_sim_ssm_param *p, int64_t number)
{
	gk_vec_foreach (struct gk_sim_ssm_version, v, &p->versions)
		if (v->version == number)
			return v;
	return NULL;
}

const struct gk_sim_ssm_version *gk_sim_ssm_select(
	const struct gk_sim_ssm_param *p, struct gk_str selector)
{
	struct gk_err err = GK_ERR_INIT;
	int64_t number;

	if (!selector.p)
		return gk_sim_ssm_newest(p);
	if (gk_num_i64(selector, 1, INT64_MAX, &number, &err) == 0)
		return by_number(p, number);
	gk_vec_foreach (struct gk_sim_ssm_label, l, &p->labels)
		if (gk_str_eq(l->label, selector))
			return by_number(p, l->version);
	return NULL;
}

struct gk_sim_ssm_param *gk_sim_ssm_put(struct gk_sim_aws *aws, struct gk_str name,
	struct gk_str type, struct gk_str value, int64_t now_ms)
{
	struct gk_sim_ssm_param *p = gk_map_find(&aws->params, name);
	struct gk_sim_ssm_version v = {gk_sim_aws_copy(&aws->arena, value), 1, now_ms};

	if (!p) {
		p = gk_arena_zalloc(&aws->arena, sizeof *p);
		p->name = gk_sim_aws_copy(&aws->arena, name);
		p->arn = gk_sim_ssm_arn(&aws->arena, aws, name);
		p->type = gk_sim_aws_copy(&aws->arena, type);
		p->tier = GK_STR("Standard");
		p->data_type = GK_STR("text");
		gk_map_put(&aws->params, p->name, p);
	} else {
		v.version = gk_sim_ssm_newest(p)->version + 1;
	}
	gk_vec_push(&p->versions, v);
	return p;
}

/* What stands for a value that was not asked to be decrypted: base64 that says nothing. */
static struct gk_str ciphertext(struct gk_sim_aws_call *c)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	unsigned char bytes[96];

	gk_random(bytes, sizeof bytes);
	gk_buf_puts(&b, "AQICAH");
	gk_base64_encode(&b, (struct gk_str){(char *)bytes, sizeof bytes}, GK_B64_STD);
	return gk_sim_aws_copy(c->a, gk_buf_str(&b));
}

struct gk_node *gk_sim_ssm_node(struct gk_sim_aws_call *c, const struct gk_sim_ssm_param *p,
	const struct gk_sim_ssm_version *v, struct gk_str selector)
{
	struct gk_node *n = gk_node_new(c->a, GK_OBJECT);
	bool closed = gk_str_is(p->type, "SecureString") && !gk_sim_aws_flag(c, "WithDecryption");

	gk_sim_aws_put_text(c, n, "Name", p->name);
	gk_sim_aws_put_text(c, n, "Type", p->type);
	gk_sim_aws_put_text(c, n, "Value", closed ? ciphertext(c) : v->value);
	gk_sim_aws_put_int(c, n, "Version", v->version);
	if (selector.p)
		gk_sim_aws_put_text(c, n, "Selector",
			gk_str_c(gk_arena_printf(c->a, ":%.*s", GK_SARG(selector))));
	gk_sim_aws_put_time(c, n, "LastModifiedDate", v->modified_ms);
	gk_sim_aws_put_text(c, n, "ARN", p->arn);
	gk_sim_aws_put_text(c, n, "DataType", p->data_type);
	return n;
}

void gk_sim_ssm_seed(struct gk_sim_aws *aws, struct gk_str name, struct gk_str type,
	struct gk_str value, int64_t now_ms)
{
	struct gk_sim_ssm_param *p = gk_sim_ssm_put(aws, name, type, value, now_ms);

	if (gk_str_is(p->type, "SecureString"))
		p->key_id = GK_STR("alias/aws/ssm");
}

void gk_sim_ssm_done(struct gk_sim_aws *aws)
{
	gk_map_foreach (e, &aws->params) {
		struct gk_sim_ssm_param *p = e->value;

		gk_vec_done(&p->tags);
		gk_vec_done(&p->versions);
		gk_vec_done(&p->labels);
	}
	gk_map_done(&aws->params);
}
