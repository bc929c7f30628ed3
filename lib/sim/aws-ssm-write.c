/* Parameter Store: everything that changes a parameter, and its tags. */
#include "sim/aws-ssm.h"

enum { MAX_VALUE = 4096, MAX_LEVELS = 15 };

static int authorise(struct gk_sim_aws_call *c, const char *action, struct gk_str name)
{
	return gk_sim_aws_authorise(c, action, gk_sim_ssm_arn(c->a, c->aws, name), NULL);
}

static bool is_name(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char l = (char)(s.p[i] | 0x20);

		if (!(l >= 'a' && l <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			!strchr("/_.-", s.p[i]))
			return false;
	}
	return s.n > 0;
}

static unsigned levels(struct gk_str name)
{
	unsigned n = 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '/';
	return n;
}

/* Whether the name begins so, in any case. */
static bool begins(struct gk_str name, struct gk_str prefix)
{
	return name.n >= prefix.n &&
	       gk_sim_aws_same_name((struct gk_str){name.p, prefix.n}, prefix);
}

/* Names of AWS itself. */
static int check_reserved(struct gk_sim_aws_call *c, struct gk_str name)
{
	if (begins(name, GK_STR("/aws")))
		return gk_sim_aws_refuse(c, "AccessDeniedException",
			"No access to reserved parameter name: %.*s.", GK_SARG(name));
	if (begins(name, GK_STR("/ssm")) || begins(name, GK_STR("aws")) ||
		begins(name, GK_STR("ssm")))
		return gk_sim_aws_refuse(c, "ValidationException",
			"Parameter name: can't be prefixed with \"aws\" or \"ssm\" "
			"(case-insensitive).");
	return 0;
}

static int check_name(struct gk_sim_aws_call *c, struct gk_str name)
{
	if (!is_name(name))
		return gk_sim_aws_refuse(c, "ValidationException",
			"Invalid request parameters: Parameter name must contain only letters, "
			"numbers and . - _ /");
	if (check_reserved(c, name))
		return -1;
	if (levels(name) && name.p[0] != '/')
		return gk_sim_aws_refuse(
			c, "ValidationException", "Parameter name must be a fully qualified name.");
	if (levels(name) > MAX_LEVELS)
		return gk_sim_aws_refuse(c, "HierarchyLevelLimitExceededException",
			"A parameter hierarchy can have a maximum of 15 levels.");
	return 0;
}

static int check_type(
	struct gk_sim_aws_call *c, const struct gk_sim_ssm_param *p, struct gk_str type)
{
	static const char *const types[] = {"String", "StringList", "SecureString"};

	if (!type.p && !p)
		return gk_sim_aws_refuse(c, "ValidationException",
			"A parameter type is required when you create a parameter.");
	if (type.p && p && !gk_str_eq(type, p->type))
		return gk_sim_aws_refuse(c, "HierarchyTypeMismatchException",
			"Parameter Store doesn't support changing a parameter type in a hierarchy.");
	for (size_t i = 0; i < GK_COUNT(types); i++)
		if (!type.p || gk_str_is(type, types[i]))
			return 0;
	return gk_sim_aws_refuse(c, "ValidationException",
		"1 validation error detected: Value '%.*s' at 'type' failed to satisfy constraint: "
		"Member must satisfy enum value set: [SecureString, StringList, String]",
		GK_SARG(type));
}

static int check_value(struct gk_sim_aws_call *c, struct gk_str value)
{
	if (value.n <= MAX_VALUE)
		return 0;
	return gk_sim_aws_refuse(c, "ValidationException",
		"Standard tier parameters support a maximum parameter value of 4096 characters. To "
		"create a larger parameter value, upgrade the parameter to use the "
		"advanced-parameter tier.");
}

static void describe(struct gk_sim_aws_call *c, struct gk_sim_ssm_param *p)
{
	struct gk_str key = gk_sim_aws_text(c, "KeyId"),
		      description = gk_sim_aws_text(c, "Description");

	if (gk_str_is(p->type, "SecureString") && (key.p || !p->key_id.p))
		p->key_id = key.p ? gk_sim_aws_copy(&c->aws->arena, key) : GK_STR("alias/aws/ssm");
	if (description.p)
		p->description = gk_sim_aws_copy(&c->aws->arena, description);
	gk_sim_aws_set_tags(c->aws, &p->tags, gk_node_get(c->in, "Tags"));
}

int gk_sim_ssm_op_put(struct gk_sim_aws_call *c)
{
	struct gk_str name, value, type = gk_sim_aws_text(c, "Type");
	struct gk_sim_ssm_param *p;

	if (gk_sim_aws_need_text(c, "Name", 1, 2048, &name) ||
		gk_sim_aws_need_text(c, "Value", 1, SIZE_MAX, &value) ||
		authorise(c, "ssm:PutParameter", name) || check_name(c, name))
		return -1;
	p = gk_map_find(&c->aws->params, name);
	if (p && !gk_sim_aws_flag(c, "Overwrite"))
		return gk_sim_aws_refuse(c, "ParameterAlreadyExists",
			"The parameter already exists. To overwrite this value, set the overwrite "
			"option in the request to true.");
	if (check_type(c, p, type) || check_value(c, value))
		return -1;
	p = gk_sim_ssm_put(c->aws, name, type, value, c->req->now_ms);
	describe(c, p);
	gk_sim_aws_put_int(c, c->out, "Version", gk_sim_ssm_newest(p)->version);
	gk_sim_aws_put_text(c, c->out, "Tier", p->tier);
	return 0;
}

static bool remove_param(struct gk_sim_aws *aws, struct gk_str name)
{
	struct gk_sim_ssm_param *p = gk_map_del(&aws->params, name);

	if (!p)
		return false;
	gk_vec_done(&p->tags);
	gk_vec_done(&p->versions);
	gk_vec_done(&p->labels);
	return true;
}

int gk_sim_ssm_delete(struct gk_sim_aws_call *c)
{
	struct gk_str name;

	if (gk_sim_aws_need_text(c, "Name", 1, 2048, &name) ||
		authorise(c, "ssm:DeleteParameter", name))
		return -1;
	if (!remove_param(c->aws, name))
		return gk_sim_aws_refuse(c, "ParameterNotFound", "%s", "");
	return 0;
}

int gk_sim_ssm_delete_many(struct gk_sim_aws_call *c)
{
	const struct gk_node *names = gk_node_get(c->in, "Names");
	struct gk_node *done, *missing;

	gk_node_foreach (n, names)
		if (authorise(c, "ssm:DeleteParameters", gk_node_text(n)))
			return -1;
	done = gk_node_need(c->a, c->out, "DeletedParameters", GK_ARRAY);
	missing = gk_node_need(c->a, c->out, "InvalidParameters", GK_ARRAY);
	gk_node_foreach (n, names) {
		bool was = remove_param(c->aws, gk_node_text(n));

		gk_node_append(was ? done : missing, gk_node_string(c->a, gk_node_text(n)));
	}
	return 0;
}

static void set_label(
	struct gk_sim_aws *aws, struct gk_sim_ssm_param *p, struct gk_str label, int64_t version)
{
	struct gk_sim_ssm_label l = {gk_sim_aws_copy(&aws->arena, label), version};

	gk_vec_foreach (struct gk_sim_ssm_label, known, &p->labels)
		if (gk_str_eq(known->label, label)) {
			known->version = version;
			return;
		}
	gk_vec_push(&p->labels, l);
}

int gk_sim_ssm_label(struct gk_sim_aws_call *c)
{
	struct gk_sim_ssm_param *p;
	struct gk_str name;
	int64_t version;

	if (gk_sim_aws_need_text(c, "Name", 1, 2048, &name) ||
		authorise(c, "ssm:LabelParameterVersion", name))
		return -1;
	p = gk_map_find(&c->aws->params, name);
	if (!p)
		return gk_sim_aws_refuse(c, "ParameterNotFound", "%s", "");
	if (gk_sim_aws_number(
		    c, "ParameterVersion", 1, INT64_MAX, gk_sim_ssm_newest(p)->version, &version))
		return -1;
	if (version > gk_sim_ssm_newest(p)->version)
		return gk_sim_aws_refuse(c, "ParameterVersionNotFound",
			"Systems Manager could not find version %lld of %.*s. Verify the version "
			"and try again.",
			(long long)version, GK_SARG(name));
	gk_node_foreach (label, gk_node_get(c->in, "Labels"))
		set_label(c->aws, p, gk_node_text(label), version);
	gk_node_need(c->a, c->out, "InvalidLabels", GK_ARRAY);
	gk_sim_aws_put_int(c, c->out, "ParameterVersion", version);
	return 0;
}

/* The parameter that ResourceId names; NULL after a refusal. */
static struct gk_sim_ssm_param *tagged(struct gk_sim_aws_call *c, const char *action)
{
	struct gk_sim_ssm_param *p;
	struct gk_str name;

	if (!gk_str_is(gk_sim_aws_text(c, "ResourceType"), "Parameter")) {
		(void)gk_sim_aws_refuse(c, "InvalidResourceType", "%s", "");
		return NULL;
	}
	if (gk_sim_aws_need_text(c, "ResourceId", 1, 2048, &name) || authorise(c, action, name))
		return NULL;
	p = gk_map_find(&c->aws->params, name);
	if (!p)
		(void)gk_sim_aws_refuse(c, "InvalidResourceId", "%s", "");
	return p;
}

int gk_sim_ssm_tags(struct gk_sim_aws_call *c)
{
	const struct gk_sim_ssm_param *p = tagged(c, "ssm:ListTagsForResource");

	if (!p)
		return -1;
	gk_sim_aws_put_tags(c, c->out, "TagList", &p->tags);
	return 0;
}

int gk_sim_ssm_tag(struct gk_sim_aws_call *c)
{
	struct gk_sim_ssm_param *p = tagged(c, "ssm:AddTagsToResource");

	if (!p)
		return -1;
	gk_sim_aws_set_tags(c->aws, &p->tags, gk_node_get(c->in, "Tags"));
	return 0;
}

int gk_sim_ssm_untag(struct gk_sim_aws_call *c)
{
	struct gk_sim_ssm_param *p = tagged(c, "ssm:RemoveTagsFromResource");

	if (!p)
		return -1;
	gk_sim_aws_remove_tags(&p->tags, gk_node_get(c->in, "TagKeys"));
	return 0;
}
