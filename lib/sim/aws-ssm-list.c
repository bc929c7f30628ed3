/* Parameter Store: many parameters in pages, by path or by filter. */
#include "sim/aws-ssm.h"

/* Does the parameter lie below `path`, at once or at any depth? */
static bool is_below(const struct gk_sim_ssm_param *p, struct gk_str path, bool recursive)
{
	struct gk_str rest;

	if (gk_str_ends(path, GK_STR("/")))
		path.n--;
	rest = gk_str_from(p->name, path.n);
	if (!gk_str_starts(p->name, path) || !gk_str_starts(rest, GK_STR("/")))
		return false;
	return recursive || !memchr(rest.p + 1, '/', rest.n - 1);
}

struct option {
	const char *name;
	bool (*matches)(struct gk_str text, struct gk_str value);
};

static bool equals(struct gk_str text, struct gk_str value)
{
	return gk_str_eq(text, value);
}

static const struct option options[] = {
	{"Equals", equals}, {"BeginsWith", gk_str_starts}, {"Contains", gk_str_has}};

/* One filter: what it looks at, how, and the alternatives. */
struct filter {
	struct gk_str key, option;
	const struct gk_node *values;
};

static struct gk_str attribute(const struct gk_sim_ssm_param *p, struct gk_str key)
{
	if (gk_str_is(key, "Name"))
		return p->name;
	if (gk_str_is(key, "Type"))
		return p->type;
	if (gk_str_is(key, "KeyId"))
		return p->key_id;
	if (gk_str_is(key, "Tier"))
		return p->tier;
	if (gk_str_is(key, "DataType"))
		return p->data_type;
	if (gk_str_starts(key, GK_STR("tag:")))
		return gk_sim_aws_find(&p->tags, gk_str_from(key, 4).p);
	return GK_STR_NULL;
}

static bool has_value(const struct gk_sim_ssm_param *p, const struct filter *f, struct gk_str value)
{
	struct gk_str text = attribute(p, f->key);

	if (gk_str_is(f->key, "Path"))
		return is_below(p, value, gk_str_is(f->option, "Recursive"));
	if (gk_str_is(f->key, "Label"))
		return gk_sim_ssm_select(p, value) != NULL;
	for (size_t i = 0; i < GK_COUNT(options); i++)
		if (gk_str_is(f->option, options[i].name))
			return text.p && options[i].matches(text, value);
	return false;
}

static struct filter filter_of(const struct gk_node *n)
{
	struct filter f = {gk_node_text(gk_node_get(n, "Key")),
		gk_node_text(gk_node_get(n, "Option")), gk_node_get(n, "Values")};

	if (!f.option.p)
		f.option = gk_str_is(f.key, "Path") ? GK_STR("OneLevel") : GK_STR("Equals");
	return f;
}

/* A filter without values asks only whether the tag is there. */
static bool passes(const struct gk_sim_ssm_param *p, const struct gk_node *filters)
{
	gk_node_foreach (n, filters) {
		struct filter f = filter_of(n);
		bool any = f.values ? false : attribute(p, f.key).p != NULL;

		gk_node_foreach (v, f.values)
			any = any || has_value(p, &f, gk_node_text(v));
		if (!any)
			return false;
	}
	return true;
}

static int check_filter(struct gk_sim_aws_call *c, const struct gk_node *n, bool by_path)
{
	static const char *const keys[] = {
		"Type", "KeyId", "Label", "Name", "Path", "Tier", "DataType"};
	const size_t nkeys = by_path ? 3 : GK_COUNT(keys);
	struct filter f = filter_of(n);

	for (size_t i = 0; i < nkeys; i++)
		if (gk_str_is(f.key, keys[i]))
			return 0;
	if (!by_path && gk_str_starts(f.key, GK_STR("tag:")))
		return 0;
	return gk_sim_aws_refuse(c, "InvalidFilterKey",
		"The following filter key is not valid: %.*s. Valid filter keys include: %s.",
		GK_SARG(f.key),
		by_path ? "[Type, KeyId, Label]"
			: "[Path, Name, Type, KeyId, Tier, DataType, Label, tag:]");
}

static int select_params(
	struct gk_sim_aws_call *c, struct gk_str path, bool recursive, struct gk_strs *ret)
{
	const struct gk_node *filters = gk_node_get(c->in, "ParameterFilters");
	struct gk_strs all = {0};

	gk_node_foreach (n, filters)
		if (check_filter(c, n, path.p != NULL))
			return -1;
	gk_sim_aws_sorted_keys(&c->aws->params, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct gk_sim_ssm_param *p = gk_map_find(&c->aws->params, gk_str_c(all.v[i]));

		if ((!path.p || is_below(p, path, recursive)) && passes(p, filters))
			gk_vec_push(ret, all.v[i]);
	}
	gk_vec_done(&all);
	return 0;
}

typedef struct gk_node *(*show_fn)(struct gk_sim_aws_call *c, const struct gk_sim_ssm_param *p);

static int put_page(
	struct gk_sim_aws_call *c, const struct gk_strs *names, int64_t max, show_fn show)
{
	struct gk_node *list;
	struct gk_sim_aws_page page;

	if (gk_sim_aws_paginate(c, names, max, max, "InvalidNextToken", &page))
		return -1;
	list = gk_node_need(c->a, c->out, "Parameters", GK_ARRAY);
	for (size_t i = page.from; i < page.to; i++)
		gk_node_append(list, show(c, gk_map_find(&c->aws->params, gk_str_c(names->v[i]))));
	return 0;
}

static struct gk_node *show_value(struct gk_sim_aws_call *c, const struct gk_sim_ssm_param *p)
{
	return gk_sim_ssm_node(c, p, gk_sim_ssm_newest(p), GK_STR_NULL);
}

int gk_sim_ssm_by_path(struct gk_sim_aws_call *c)
{
	struct gk_strs names = {0};
	struct gk_str path;
	int rc;

	if (gk_sim_aws_need_text(c, "Path", 1, 2048, &path) ||
		gk_sim_aws_authorise(
			c, "ssm:GetParametersByPath", gk_sim_ssm_arn(c->a, c->aws, path), NULL))
		return -1;
	if (!gk_str_starts(path, GK_STR("/")))
		return gk_sim_aws_refuse(c, "ValidationException",
			"The parameter doesn't meet the parameter name requirements. The parameter "
			"name must begin with a forward slash \"/\".");
	rc = select_params(c, path, gk_sim_aws_flag(c, "Recursive"), &names);
	if (rc == 0)
		rc = put_page(c, &names, 10, show_value);
	gk_vec_done(&names);
	return rc;
}

static struct gk_node *show_metadata(struct gk_sim_aws_call *c, const struct gk_sim_ssm_param *p)
{
	const struct gk_sim_ssm_version *v = gk_sim_ssm_newest(p);
	struct gk_node *n = gk_node_new(c->a, GK_OBJECT);

	gk_sim_aws_put_text(c, n, "Name", p->name);
	gk_sim_aws_put_text(c, n, "ARN", p->arn);
	gk_sim_aws_put_text(c, n, "Type", p->type);
	if (p->key_id.n)
		gk_sim_aws_put_text(c, n, "KeyId", p->key_id);
	if (p->description.n)
		gk_sim_aws_put_text(c, n, "Description", p->description);
	gk_sim_aws_put_time(c, n, "LastModifiedDate", v->modified_ms);
	gk_sim_aws_put_int(c, n, "Version", v->version);
	gk_sim_aws_put_text(c, n, "Tier", p->tier);
	gk_node_need(c->a, n, "Policies", GK_ARRAY);
	gk_sim_aws_put_text(c, n, "DataType", p->data_type);
	return n;
}

int gk_sim_ssm_describe(struct gk_sim_aws_call *c)
{
	const char *all = gk_arena_printf(
		c->a, "arn:aws:ssm:%.*s:%.*s:*", GK_SARG(c->aws->region), GK_SARG(c->aws->account));
	struct gk_strs names = {0};
	int rc;

	if (gk_sim_aws_authorise(c, "ssm:DescribeParameters", gk_str_c(all), NULL))
		return -1;
	rc = select_params(c, GK_STR_NULL, true, &names);
	if (rc == 0)
		rc = put_page(c, &names, 50, show_metadata);
	gk_vec_done(&names);
	return rc;
}
