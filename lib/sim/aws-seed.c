/*
 * The account as the seed file describes it:
 *
 *	{"account": "111122223333", "region": "eu-central-1",
 *	 "secretsmanager": [{"name", "string"}],
 *	 "ssm": [{"name", "type", "value"}],
 *	 "s3": [{"bucket", "key", "body"}],
 *	 "iam": {
 *	   "oidc_providers": [{"url", "client_ids": []}],
 *	   "roles": [{"arn", "trust": {}, "permissions": [{}], "max_session_duration"}],
 *	   "users": [{"arn", "access_key_id", "secret_access_key", "permissions": [{}]}]}}
 *
 * ${OIDC_ISSUER} stands for the cluster's issuer without its scheme.  Without iam.users the
 * documented example key belongs to the root user.
 */
#include "base/io.h"
#include "doc/json.h"
#include "sim/aws-account.h"
#include "sim/aws-iam.h"

struct seeding {
	struct gk_sim_aws *aws;
	struct gk_err *err;
	const char *file;
	int64_t now_ms;
};

static struct gk_str text_of(const struct gk_node *n, const char *key)
{
	return gk_node_text(gk_node_get(n, key));
}

/* An entry without one of its members is a mistake of whoever wrote the seed. */
static int need(struct seeding *s, const struct gk_node *n, const char *key, struct gk_str *ret)
{
	*ret = text_of(n, key);
	if (ret->p)
		return 0;
	(void)gk_fail(s->err, GK_EINPUT, "sim.seed", "the entry has no string '%s'", key);
	return gk_err_at(s->err, gk_node_pos(n, s->file));
}

static int seed_secret(struct seeding *s, const struct gk_node *n)
{
	struct gk_str name, text;

	if (need(s, n, "name", &name) || need(s, n, "string", &text))
		return -1;
	gk_sim_secret_seed(s->aws, name, text, s->now_ms);
	return 0;
}

static int seed_param(struct seeding *s, const struct gk_node *n)
{
	struct gk_str name, type, value;

	if (need(s, n, "name", &name) || need(s, n, "type", &type) || need(s, n, "value", &value))
		return -1;
	gk_sim_ssm_seed(s->aws, name, type, value, s->now_ms);
	return 0;
}

static int seed_object(struct seeding *s, const struct gk_node *n)
{
	struct gk_str bucket;

	if (need(s, n, "bucket", &bucket))
		return -1;
	gk_sim_s3_object_seed(s->aws, bucket, text_of(n, "key"), text_of(n, "body"), s->now_ms);
	return 0;
}

static struct gk_str without_scheme(struct gk_str url)
{
	return gk_str_from(url, gk_str_starts(url, GK_STR("https://")) ? 8 : 0);
}

static int seed_provider(struct seeding *s, const struct gk_node *n)
{
	struct gk_sim_aws_provider p = {.client_ids = gk_node_get(n, "client_ids")};

	if (need(s, n, "url", &p.url))
		return -1;
	p.url = without_scheme(p.url);
	gk_vec_push(&s->aws->providers, p);
	return 0;
}

/* arn:aws:iam::ACCOUNT:role/path/name */
static struct gk_str arn_account(struct gk_str arn)
{
	struct gk_str part = GK_STR_NULL;

	for (int i = 0; i < 5; i++)
		part = gk_str_cut(&arn, ':');
	return part;
}

static struct gk_str arn_name(struct gk_str arn)
{
	while (memchr(arn.p, '/', arn.n))
		(void)gk_str_cut(&arn, '/');
	return arn;
}

static int check_permissions(struct seeding *s, const struct gk_node *permissions)
{
	gk_node_foreach (policy, permissions)
		if (gk_sim_iam_check(policy, false, s->err))
			return gk_err_at(s->err, gk_node_pos(policy, s->file));
	return 0;
}

static int seed_role(struct seeding *s, const struct gk_node *n)
{
	struct gk_sim_aws_role *role = gk_arena_zalloc(&s->aws->arena, sizeof *role);

	if (need(s, n, "arn", &role->arn))
		return -1;
	role->account = arn_account(role->arn);
	role->name = arn_name(role->arn);
	role->id = gk_str_c(gk_sim_aws_random_id(&s->aws->arena, "AROA", 17));
	role->trust = gk_node_get(n, "trust");
	role->permissions = gk_node_get(n, "permissions");
	role->max_session_s = 3600;
	(void)gk_node_int(gk_node_get(n, "max_session_duration"), &role->max_session_s);
	if (gk_sim_iam_check(role->trust, true, s->err) || check_permissions(s, role->permissions))
		return gk_ctx(s->err, "role %.*s", GK_SARG(role->arn));
	gk_map_put(&s->aws->roles, role->arn, role);
	return 0;
}

static int seed_user(struct seeding *s, const struct gk_node *n)
{
	struct gk_sim_aws_key *key = gk_arena_zalloc(&s->aws->arena, sizeof *key);
	struct gk_str arn;

	if (need(s, n, "arn", &arn) || need(s, n, "access_key_id", &key->id) ||
		need(s, n, "secret_access_key", &key->secret))
		return -1;
	key->who = (struct gk_sim_aws_principal){.kind = GK_SIM_AWS_USER,
		.arn = arn,
		.account = arn_account(arn),
		.permissions = gk_node_get(n, "permissions"),
		.user_id = gk_str_c(gk_sim_aws_random_id(&s->aws->arena, "AIDA", 17))};
	if (gk_str_ends(arn, GK_STR(":root"))) {
		key->who.kind = GK_SIM_AWS_ROOT;
		key->who.user_id = key->who.account;
	}
	if (check_permissions(s, key->who.permissions))
		return gk_ctx(s->err, "user %.*s", GK_SARG(arn));
	gk_map_put(&s->aws->keys, key->id, key);
	return 0;
}

/* The key pair of the AWS documentation, for whoever needs one that works at once. */
static void add_root(struct gk_sim_aws *aws)
{
	struct gk_sim_aws_key *key = gk_arena_zalloc(&aws->arena, sizeof *key);

	key->id = GK_STR("AKIAIOSFODNN7EXAMPLE");
	key->secret = GK_STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
	key->who = (struct gk_sim_aws_principal){.kind = GK_SIM_AWS_ROOT,
		.account = aws->account,
		.user_id = aws->account,
		.arn = gk_str_c(gk_arena_printf(
			&aws->arena, "arn:aws:iam::%.*s:root", GK_SARG(aws->account)))};
	gk_map_put(&aws->keys, key->id, key);
}

static int each(struct seeding *s, const struct gk_node *list,
	int (*seed)(struct seeding *s, const struct gk_node *n))
{
	gk_node_foreach (n, list)
		if (seed(s, n))
			return -1;
	return 0;
}

/* The text with ${OIDC_ISSUER} replaced, in the arena. */
static struct gk_str expand(struct gk_sim_aws *aws, const struct gk_sim_aws_options *opt)
{
	static const struct gk_str mark = {"${OIDC_ISSUER}", 14};
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	struct gk_str issuer = without_scheme(gk_str_c(opt->issuer ? opt->issuer : ""));

	for (size_t i = 0; i < opt->seed.n;) {
		if (opt->issuer && gk_str_starts(gk_str_from(opt->seed, i), mark)) {
			gk_buf_putstr(&b, issuer);
			i += mark.n;
		} else {
			gk_buf_putc(&b, opt->seed.p[i++]);
		}
	}
	return gk_sim_aws_copy(&aws->arena, gk_buf_str(&b));
}

static int seed_all(struct seeding *s, const struct gk_node *root)
{
	const struct gk_node *iam = gk_node_get(root, "iam");

	if (each(s, gk_node_get(root, "secretsmanager"), seed_secret) ||
		each(s, gk_node_get(root, "ssm"), seed_param) ||
		each(s, gk_node_get(root, "s3"), seed_object) ||
		each(s, gk_node_get(iam, "oidc_providers"), seed_provider) ||
		each(s, gk_node_get(iam, "roles"), seed_role) ||
		each(s, gk_node_get(iam, "users"), seed_user))
		return -1;
	if (!gk_node_get(iam, "users"))
		add_root(s->aws);
	return 0;
}

static struct gk_str first_of(
	struct gk_sim_aws *aws, struct gk_str seeded, const char *option, const char *otherwise)
{
	return seeded.n ? seeded
			: gk_str_c(gk_arena_strdup(&aws->arena, option ? option : otherwise));
}

int gk_sim_aws_seed(
	struct gk_sim_aws *aws, const struct gk_sim_aws_options *opt, struct gk_err *err)
{
	const char *file = opt->seed_name ? opt->seed_name : "seed";
	struct seeding s = {aws, err, file, gk_time_utc_ms()};
	struct gk_str text = gk_str_trim(expand(aws, opt));
	struct gk_pos pos = {file, 1, 1};
	struct gk_node *root = NULL;

	if (text.n && gk_json_parse_next(&aws->arena, &text, &pos, gk_limits_default(), &root, err))
		return gk_ctx(err, "cannot read the seed");
	if (text.n) {
		(void)gk_fail(err, GK_EINPUT, "sim.seed", "there is text after the seed");
		return gk_err_at(err, pos);
	}
	aws->account = first_of(aws, text_of(root, "account"), opt->account, "111122223333");
	aws->region = first_of(aws, text_of(root, "region"), opt->region, "us-east-1");
	return seed_all(&s, root) ? gk_ctx(err, "cannot use the seed") : 0;
}
