/* Secrets Manager: reading one secret, and the table of operations. */
#include "sim/aws-secrets.h"

/* A secret that is not there is named, in a denial, as the caller named it. */
static int may(struct gk_sim_aws_call *c, const char *action, const struct gk_sim_secret *s,
	struct gk_str id)
{
	struct gk_str stage = gk_sim_aws_text(c, "VersionStage");
	struct gk_sim_aws_pair pairs[] = {{GK_STR("secretsmanager:SecretId"), id},
		{GK_STR("secretsmanager:VersionStage"), stage.p ? stage : GK_STR("AWSCURRENT")}};
	struct gk_sim_aws_pairs context = {pairs, GK_COUNT(pairs), GK_COUNT(pairs)};

	return gk_sim_aws_authorise(c, action, s ? s->arn : id, &context);
}

struct gk_sim_secret *gk_sim_secret_need(struct gk_sim_aws_call *c, const char *action)
{
	struct gk_sim_secret *s;
	struct gk_str id;

	gk_sim_secrets_purge(c->aws, c->req->now_ms);
	if (gk_sim_aws_need_text(c, "SecretId", 1, 2048, &id))
		return NULL;
	s = gk_sim_secret_find(c->aws, id);
	if (may(c, action, s, id))
		return NULL;
	if (!s)
		(void)gk_sim_aws_refuse(c, "ResourceNotFoundException",
			"Secrets Manager can't find the specified secret.");
	return s;
}

struct gk_sim_secret *gk_sim_secret_need_live(struct gk_sim_aws_call *c, const char *action)
{
	struct gk_sim_secret *s = gk_sim_secret_need(c, action);

	if (!s || !s->purge_ms)
		return s;
	(void)gk_sim_aws_refuse(c, "InvalidRequestException",
		"You can't perform this operation on the secret because it was marked for "
		"deletion.");
	return NULL;
}

/* The version that VersionId and VersionStage agree on; NULL after a refusal. */
static struct gk_sim_secret_version *wanted(
	struct gk_sim_aws_call *c, const struct gk_sim_secret *s)
{
	struct gk_str id = gk_sim_aws_text(c, "VersionId"),
		      label = gk_sim_aws_text(c, "VersionStage");
	struct gk_sim_secret_version *v, *staged;

	if (!id.p && !label.p)
		label = GK_STR("AWSCURRENT");
	staged = label.p ? gk_sim_secret_staged(s, label) : NULL;
	v = id.p ? gk_sim_secret_version(s, id) : staged;
	if (id.p && v && label.p && staged != v) {
		(void)gk_sim_aws_refuse(c, "InvalidRequestException",
			"You provided a VersionStage that is not associated to the provided "
			"VersionId.");
		return NULL;
	}
	if (!v)
		(void)gk_sim_aws_refuse(c, "ResourceNotFoundException",
			"Secrets Manager can't find the specified secret value for %s: %.*s",
			id.p ? "VersionId" : "staging label", GK_SARG(id.p ? id : label));
	return v;
}

static int get_secret_value(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need_live(c, "secretsmanager:GetSecretValue");
	const struct gk_sim_secret_version *v = s ? wanted(c, s) : NULL;

	if (!v)
		return -1;
	gk_sim_secret_put_value(c, c->out, s, v);
	return 0;
}

static int describe_secret(struct gk_sim_aws_call *c)
{
	const struct gk_sim_secret *s = gk_sim_secret_need(c, "secretsmanager:DescribeSecret");

	if (!s)
		return -1;
	gk_sim_aws_put_text(c, c->out, "ARN", s->arn);
	gk_sim_aws_put_text(c, c->out, "Name", s->name);
	if (s->description.n)
		gk_sim_aws_put_text(c, c->out, "Description", s->description);
	if (s->kms_key.n)
		gk_sim_aws_put_text(c, c->out, "KmsKeyId", s->kms_key);
	gk_sim_aws_put_time(c, c->out, "LastChangedDate", s->changed_ms);
	gk_sim_aws_put_time(c, c->out, "CreatedDate", s->created_ms);
	if (s->accessed_ms) /* AWS tells the day only */
		gk_sim_aws_put_time(
			c, c->out, "LastAccessedDate", s->accessed_ms - s->accessed_ms % 86400000);
	if (s->purge_ms)
		gk_sim_aws_put_time(c, c->out, "DeletedDate", s->purge_ms);
	gk_sim_secret_put_versions(c, c->out, "VersionIdsToStages", s);
	gk_sim_aws_put_tags(c, c->out, "Tags", &s->tags);
	return 0;
}

static const struct gk_sim_aws_op ops[] = {
	{"BatchGetSecretValue", gk_sim_secret_batch, false},
	{"CreateSecret", gk_sim_secret_create, false},
	{"DeleteSecret", gk_sim_secret_delete, false},
	{"DescribeSecret", describe_secret, false},
	{"GetSecretValue", get_secret_value, false},
	{"ListSecrets", gk_sim_secret_list, false},
	{"PutSecretValue", gk_sim_secret_put, false},
	{"RestoreSecret", gk_sim_secret_restore, false},
	{"TagResource", gk_sim_secret_tag, false},
	{"UntagResource", gk_sim_secret_untag, false},
	{"UpdateSecret", gk_sim_secret_update, false},
	{"UpdateSecretVersionStage", gk_sim_secret_move_label, false},
};

const struct gk_sim_aws_service gk_sim_secretsmanager = {.name = "secretsmanager",
	.target = "secretsmanager.",
	.protocol = GK_SIM_AWS_JSON,
	.ops = ops,
	.nops = GK_COUNT(ops),
	.window_ms = 5 * 60 * 1000};
