/* Secrets Manager: everything that changes a secret. */
#include "sim/aws-secrets.h"

enum { MAX_VALUE = 65536, DAY_MS = 86400000 };

static const struct gk_str current = {"AWSCURRENT", 10};

/* A value that came with the call: text or base64. */
struct value {
	struct gk_str string, binary, token;
};

static int read_value(struct gk_sim_aws_call *c, struct value *v)
{
	v->string = gk_sim_aws_text(c, "SecretString");
	v->binary = gk_sim_aws_text(c, "SecretBinary");
	v->token = gk_sim_aws_text(c, "ClientRequestToken");
	if (v->string.p && v->binary.p)
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"You can't specify both a binary secret value and a string secret value in "
			"the same secret.");
	if (v->string.n > MAX_VALUE || v->binary.n > MAX_VALUE / 3 * 4 + 4)
		return gk_sim_aws_refuse(c, "ValidationException",
			"1 validation error detected: Value at 'secretString' failed to satisfy "
			"constraint: Member must have length less than or equal to 65536");
	if (v->token.p && (v->token.n < 32 || v->token.n > 64))
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"ClientRequestToken must be 32-64 characters long.");
	if (!v->token.p)
		v->token = gk_sim_aws_uuid(c->a);
	return 0;
}

static bool same_value(const struct gk_sim_secret_version *v, const struct value *with)
{
	return !v->string.p == !with->string.p && gk_str_eq(v->string, with->string) &&
	       gk_str_eq(v->binary, with->binary);
}

/*
 * A version under the call's token.  The token makes calls repeatable: the same value under
 * the same token is the same version, another value is refused.
 */
static struct gk_sim_secret_version *add_value(
	struct gk_sim_aws_call *c, struct gk_sim_secret *s, const struct value *value)
{
	struct gk_sim_secret_version *v = gk_sim_secret_version(s, value->token);

	if (!v)
		return gk_sim_secret_add(
			c->aws, s, value->token, value->string, value->binary, c->req->now_ms);
	if (same_value(v, value))
		return v;
	(void)gk_sim_aws_refuse(c, "ResourceExistsException",
		"You can't use ClientRequestToken %.*s because that value is already in use for a "
		"version of secret %.*s.",
		GK_SARG(value->token), GK_SARG(s->arn));
	return NULL;
}

static void put_identity(struct gk_sim_aws_call *c, const struct gk_sim_secret *s)
{
	gk_sim_aws_put_text(c, c->out, "ARN", s->arn);
	gk_sim_aws_put_text(c, c->out, "Name", s->name);
}

static bool is_name(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char l = (char)(s.p[i] | 0x20);

		if (!(l >= 'a' && l <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			!strchr("/_+=.@-", s.p[i]))
			return false;
	}
	return s.n > 0;
}

static void describe(struct gk_sim_aws_call *c, struct gk_sim_secret *s)
{
	struct gk_str description = gk_sim_aws_text(c, "Description"),
		      kms_key = gk_sim_aws_text(c, "KmsKeyId");

	if (description.p)
		s->description = gk_sim_aws_copy(&c->aws->arena, description);
	if (kms_key.p)
		s->kms_key = gk_sim_aws_copy(&c->aws->arena, kms_key);
}

/* What the name is taken by: a secret that is there, or one that is on its way out. */
static int refuse_taken(
	struct gk_sim_aws_call *c, const struct gk_sim_secret *s, const struct value *value)
{
	const struct gk_sim_secret_version *v = gk_sim_secret_version(s, value->token);

	if (s->purge_ms)
		return gk_sim_aws_refuse(c, "InvalidRequestException",
			"You can't create this secret because a secret with this name is already "
			"scheduled for deletion.");
	if (!v || !same_value(v, value))
		return gk_sim_aws_refuse(c, "ResourceExistsException",
			"The operation failed because the secret %.*s already exists.",
			GK_SARG(s->name));
	put_identity(c, s);
	gk_sim_aws_put_text(c, c->out, "VersionId", v->id);
	return 0;
}

static int create_resource(struct gk_sim_aws_call *c, struct gk_str name)
{
	const char *arn = gk_arena_printf(c->a, "arn:aws:secretsmanager:%.*s:%.*s:secret:%.*s",
		GK_SARG(c->aws->region), GK_SARG(c->aws->account), GK_SARG(name));

	return gk_sim_aws_authorise(c, "secretsmanager:CreateSecret", gk_str_c(arn), NULL);
}

int gk_sim_secret_create(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s;
	struct value value;
	struct gk_str name;

	gk_sim_secrets_purge(c->aws, c->req->now_ms);
	if (gk_sim_aws_need_text(c, "Name", 1, 512, &name) || create_resource(c, name) ||
		read_value(c, &value))
		return -1;
	if (!is_name(name))
		return gk_sim_aws_refuse(c, "ValidationException",
			"Invalid name. Must be a valid name containing alphanumeric characters, or "
			"any of the following: -/_+=.@!");
	s = gk_map_find(&c->aws->secrets, name);
	if (s)
		return refuse_taken(c, s, &value);
	s = gk_sim_secret_new(c->aws, name, c->req->now_ms);
	describe(c, s);
	gk_sim_aws_set_tags(c->aws, &s->tags, gk_node_get(c->in, "Tags"));
	put_identity(c, s);
	if (!value.string.p && !value.binary.p)
		return 0;
	gk_sim_secret_label(c->aws, s, current, add_value(c, s, &value));
	gk_sim_aws_put_text(c, c->out, "VersionId", value.token);
	return 0;
}

int gk_sim_secret_put(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need_live(c, "secretsmanager:PutSecretValue");
	const struct gk_node *labels = gk_node_get(c->in, "VersionStages");
	struct gk_sim_secret_version *v;
	struct value value;

	if (!s || read_value(c, &value))
		return -1;
	if (!value.string.p && !value.binary.p)
		return gk_sim_aws_refuse(c, "InvalidRequestException",
			"You must provide either SecretString or SecretBinary.");
	v = add_value(c, s, &value);
	if (!v)
		return -1;
	gk_node_foreach (label, labels)
		gk_sim_secret_label(c->aws, s, gk_node_text(label), v);
	/* The first version is current whatever its labels are. */
	if (!labels || !gk_sim_secret_staged(s, current))
		gk_sim_secret_label(c->aws, s, current, v);
	put_identity(c, s);
	gk_sim_aws_put_text(c, c->out, "VersionId", v->id);
	gk_sim_secret_put_labels(c, c->out, "VersionStages", s, v);
	return 0;
}

int gk_sim_secret_update(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need_live(c, "secretsmanager:UpdateSecret");
	struct gk_sim_secret_version *v;
	struct value value;

	if (!s || read_value(c, &value))
		return -1;
	put_identity(c, s);
	if (value.string.p || value.binary.p) {
		v = add_value(c, s, &value);
		if (!v)
			return -1;
		gk_sim_secret_label(c->aws, s, current, v);
		gk_sim_aws_put_text(c, c->out, "VersionId", v->id);
	}
	describe(c, s);
	s->changed_ms = c->req->now_ms;
	return 0;
}

int gk_sim_secret_delete(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need(c, "secretsmanager:DeleteSecret");
	bool force = gk_sim_aws_flag(c, "ForceDeleteWithoutRecovery");
	int64_t days;

	if (!s || gk_sim_aws_number(c, "RecoveryWindowInDays", 7, 30, 30, &days))
		return -1;
	if (force && gk_node_get(c->in, "RecoveryWindowInDays"))
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"You can't use ForceDeleteWithoutRecovery in conjunction with "
			"RecoveryWindowInDays.");
	if (s->purge_ms && !force)
		return gk_sim_aws_refuse(c, "InvalidRequestException",
			"You tried to perform the operation on a secret that's currently marked "
			"deleted.");
	s->purge_ms = c->req->now_ms + (force ? 0 : days * DAY_MS);
	put_identity(c, s);
	gk_sim_aws_put_time(c, c->out, "DeletionDate", s->purge_ms);
	gk_sim_secrets_purge(c->aws, c->req->now_ms);
	return 0;
}

int gk_sim_secret_restore(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need(c, "secretsmanager:RestoreSecret");

	if (!s)
		return -1;
	s->purge_ms = 0;
	put_identity(c, s);
	return 0;
}

/* RemoveFromVersionId must be where the label is now, so that two rotations do not cross. */
int gk_sim_secret_move_label(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s =
		gk_sim_secret_need_live(c, "secretsmanager:UpdateSecretVersionStage");
	struct gk_str from = gk_sim_aws_text(c, "RemoveFromVersionId"),
		      to = gk_sim_aws_text(c, "MoveToVersionId"), label;
	struct gk_sim_secret_version *now, *then = NULL;

	if (!s || gk_sim_aws_need_text(c, "VersionStage", 1, 256, &label))
		return -1;
	now = gk_sim_secret_staged(s, label);
	if (to.p && !(then = gk_sim_secret_version(s, to)))
		return gk_sim_aws_refuse(c, "ResourceNotFoundException",
			"Secrets Manager can't find the specified secret version: %.*s",
			GK_SARG(to));
	if (now && now != then && !(from.p && gk_str_eq(now->id, from)))
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"The parameter RemoveFromVersionId can't be empty. Staging label %.*s is "
			"currently attached to version %.*s, so you must explicitly reference that "
			"version in RemoveFromVersionId.",
			GK_SARG(label), GK_SARG(now->id));
	if (!then && gk_str_eq(label, current))
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"You can't remove the staging label AWSCURRENT; move it to another "
			"version.");
	gk_sim_secret_label(c->aws, s, label, then);
	s->changed_ms = c->req->now_ms;
	put_identity(c, s);
	return 0;
}

int gk_sim_secret_tag(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need_live(c, "secretsmanager:TagResource");

	if (!s)
		return -1;
	gk_sim_aws_set_tags(c->aws, &s->tags, gk_node_get(c->in, "Tags"));
	return 0;
}

int gk_sim_secret_untag(struct gk_sim_aws_call *c)
{
	struct gk_sim_secret *s = gk_sim_secret_need_live(c, "secretsmanager:UntagResource");

	if (!s)
		return -1;
	gk_sim_aws_remove_tags(&s->tags, gk_node_get(c->in, "TagKeys"));
	return 0;
}
