/* Parameter Store: reading by name, and the table of operations. */
#include "sim/aws-ssm.h"

enum { MAX_NAMES = 10 };

static int authorise(struct gk_sim_aws_call *c, const char *action, struct gk_str name)
{
	return gk_sim_aws_authorise(c, action, gk_sim_ssm_arn(c->a, c->aws, name), NULL);
}

static int refuse_version(struct gk_sim_aws_call *c, const struct gk_sim_ssm_ref *ref)
{
	bool number = ref->selector.n && ref->selector.p[0] >= '0' && ref->selector.p[0] <= '9';

	return gk_sim_aws_refuse(c, "ParameterVersionNotFound",
		"Systems Manager could not find %s %.*s of %.*s. Verify the %s and try again.",
		number ? "version" : "label", GK_SARG(ref->selector), GK_SARG(ref->name),
		number ? "version" : "label");
}

static int get_parameter(struct gk_sim_aws_call *c)
{
	const struct gk_sim_ssm_version *v;
	const struct gk_sim_ssm_param *p;
	struct gk_sim_ssm_ref ref;
	struct gk_str name;

	if (gk_sim_aws_need_text(c, "Name", 1, 2048, &name))
		return -1;
	ref = gk_sim_ssm_ref(name);
	if (authorise(c, "ssm:GetParameter", ref.name))
		return -1;
	p = gk_map_find(&c->aws->params, ref.name);
	if (!p)
		return gk_sim_aws_refuse(c, "ParameterNotFound", "%s", "");
	v = gk_sim_ssm_select(p, ref.selector);
	if (!v)
		return refuse_version(c, &ref);
	gk_node_set_c(c->a, c->out, "Parameter", gk_sim_ssm_node(c, p, v, ref.selector));
	return 0;
}

static int check_names(struct gk_sim_aws_call *c, const struct gk_node *names)
{
	if (!gk_node_is(names, GK_ARRAY) || names->count < 1 || names->count > MAX_NAMES)
		return gk_sim_aws_refuse(c, "ValidationException",
			"1 validation error detected: Value at 'names' failed to satisfy "
			"constraint: Member must have length between 1 and 10");
	gk_node_foreach (a, names)
		for (const struct gk_node *b = a->next; b; b = b->next)
			if (gk_node_equal(a, b))
				return gk_sim_aws_refuse(c, "ValidationException",
					"Duplicate parameters are not allowed.");
	return 0;
}

/* One name that the caller may not read fails the whole call. */
static int get_parameters(struct gk_sim_aws_call *c)
{
	const struct gk_node *names = gk_node_get(c->in, "Names");
	struct gk_node *found, *missing;

	if (check_names(c, names))
		return -1;
	gk_node_foreach (n, names)
		if (authorise(c, "ssm:GetParameters", gk_sim_ssm_ref(gk_node_text(n)).name))
			return -1;
	found = gk_node_need(c->a, c->out, "Parameters", GK_ARRAY);
	missing = gk_node_need(c->a, c->out, "InvalidParameters", GK_ARRAY);
	gk_node_foreach (n, names) {
		struct gk_sim_ssm_ref ref = gk_sim_ssm_ref(gk_node_text(n));
		const struct gk_sim_ssm_param *p = gk_map_find(&c->aws->params, ref.name);
		const struct gk_sim_ssm_version *v = p ? gk_sim_ssm_select(p, ref.selector) : NULL;

		if (v)
			gk_node_append(found, gk_sim_ssm_node(c, p, v, ref.selector));
		else
			gk_node_append(missing, gk_node_string(c->a, gk_node_text(n)));
	}
	return 0;
}

static const struct gk_sim_aws_op ops[] = {
	{"AddTagsToResource", gk_sim_ssm_tag, false},
	{"DeleteParameter", gk_sim_ssm_delete, false},
	{"DeleteParameters", gk_sim_ssm_delete_many, false},
	{"DescribeParameters", gk_sim_ssm_describe, false},
	{"GetParameter", get_parameter, false},
	{"GetParameters", get_parameters, false},
	{"GetParametersByPath", gk_sim_ssm_by_path, false},
	{"LabelParameterVersion", gk_sim_ssm_label, false},
	{"ListTagsForResource", gk_sim_ssm_tags, false},
	{"PutParameter", gk_sim_ssm_op_put, false},
	{"RemoveTagsFromResource", gk_sim_ssm_untag, false},
};

const struct gk_sim_aws_service gk_sim_ssm = {.name = "ssm",
	.target = "AmazonSSM.",
	.protocol = GK_SIM_AWS_JSON,
	.ops = ops,
	.nops = GK_COUNT(ops),
	.window_ms = 5 * 60 * 1000};
