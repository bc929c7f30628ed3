/* Secrets Manager: many secrets in one call, by id or by filter. */
#include "sim/aws-secrets.h"

static bool starts_any_case(struct gk_str text, struct gk_str prefix)
{
	return text.n >= prefix.n &&
	       gk_sim_aws_same_name((struct gk_str){text.p, prefix.n}, prefix);
}

static bool by_name(const struct gk_sim_secret *s, struct gk_str value)
{
	return gk_str_starts(s->name, value);
}

static bool by_description(const struct gk_sim_secret *s, struct gk_str value)
{
	return starts_any_case(s->description, value);
}

static bool by_tag_key(const struct gk_sim_secret *s, struct gk_str value)
{
	gk_vec_foreach (struct gk_sim_aws_pair, tag, &s->tags)
		if (gk_str_starts(tag->name, value))
			return true;
	return false;
}

static bool by_tag_value(const struct gk_sim_secret *s, struct gk_str value)
{
	gk_vec_foreach (struct gk_sim_aws_pair, tag, &s->tags)
		if (gk_str_starts(tag->value, value))
			return true;
	return false;
}

static bool by_anything(const struct gk_sim_secret *s, struct gk_str value)
{
	return starts_any_case(s->name, value) || by_description(s, value) ||
	       by_tag_key(s, value) || by_tag_value(s, value);
}

/* No secret here is a replica or belongs to a service. */
static bool by_nothing(const struct gk_sim_secret *s, struct gk_str value)
{
	(void)s;
	(void)value;
	return false;
}

static const struct filter {
	const char *key;
	bool (*matches)(const struct gk_sim_secret *s, struct gk_str value);
} filters[] = {
	{"name", by_name},
	{"description", by_description},
	{"tag-key", by_tag_key},
	{"tag-value", by_tag_value},
	{"all", by_anything},
	{"primary-region", by_nothing},
	{"owning-service", by_nothing},
};

static const struct filter *find_filter(struct gk_str key)
{
	for (size_t i = 0; i < GK_COUNT(filters); i++)
		if (gk_str_is(key, filters[i].key))
			return &filters[i];
	return NULL;
}

/* Values are alternatives; one that begins with '!' must not match. */
static bool passes_one(const struct gk_sim_secret *s, const struct gk_node *n)
{
	const struct filter *f = find_filter(gk_node_text(gk_node_get(n, "Key")));

	gk_node_foreach (v, gk_node_get(n, "Values")) {
		struct gk_str value = gk_node_text(v);
		bool negated = gk_str_starts(value, GK_STR("!"));

		if (f->matches(s, gk_str_from(value, negated)) != negated)
			return true;
	}
	return false;
}

static bool passes(const struct gk_sim_secret *s, const struct gk_node *list)
{
	gk_node_foreach (n, list)
		if (!passes_one(s, n))
			return false;
	return true;
}

static int check_filters(struct gk_sim_aws_call *c, const struct gk_node *list)
{
	gk_node_foreach (n, list)
		if (!find_filter(gk_node_text(gk_node_get(n, "Key"))) ||
			!gk_node_is(gk_node_get(n, "Values"), GK_ARRAY))
			return gk_sim_aws_refuse(c, "InvalidParameterException",
				"A filter needs a known Key and a list of Values.");
	return 0;
}

/* The names that pass, in order. */
static void select_names(struct gk_sim_aws_call *c, const struct gk_node *list, bool with_deleted,
	struct gk_strs *ret)
{
	struct gk_strs all = {0};

	gk_sim_aws_sorted_keys(&c->aws->secrets, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct gk_sim_secret *s = gk_map_find(&c->aws->secrets, gk_str_c(all.v[i]));

		if ((with_deleted || !s->purge_ms) && passes(s, list))
			gk_vec_push(ret, all.v[i]);
	}
	gk_vec_done(&all);
}

static struct gk_node *list_entry(struct gk_sim_aws_call *c, const struct gk_sim_secret *s)
{
	struct gk_node *n = gk_node_new(c->a, GK_OBJECT);

	gk_sim_aws_put_text(c, n, "ARN", s->arn);
	gk_sim_aws_put_text(c, n, "Name", s->name);
	if (s->description.n)
		gk_sim_aws_put_text(c, n, "Description", s->description);
	gk_sim_aws_put_time(c, n, "LastChangedDate", s->changed_ms);
	gk_sim_aws_put_time(c, n, "CreatedDate", s->created_ms);
	if (s->purge_ms)
		gk_sim_aws_put_time(c, n, "DeletedDate", s->purge_ms);
	gk_sim_aws_put_tags(c, n, "Tags", &s->tags);
	gk_sim_secret_put_versions(c, n, "SecretVersionsToStages", s);
	return n;
}

int gk_sim_secret_list(struct gk_sim_aws_call *c)
{
	const struct gk_node *list = gk_node_get(c->in, "Filters");
	struct gk_strs names = {0};
	struct gk_sim_aws_page page = {0};
	struct gk_node *out;
	int rc;

	gk_sim_secrets_purge(c->aws, c->req->now_ms);
	if (gk_sim_aws_authorise(c, "secretsmanager:ListSecrets", GK_STR_NULL, NULL) ||
		check_filters(c, list))
		return -1;
	select_names(c, list, gk_sim_aws_flag(c, "IncludePlannedDeletion"), &names);
	rc = gk_sim_aws_paginate(c, &names, 100, 100, "InvalidNextTokenException", &page);
	out = gk_node_need(c->a, c->out, "SecretList", GK_ARRAY);
	for (size_t i = page.from; rc == 0 && i < page.to; i++)
		gk_node_append(
			out, list_entry(c, gk_map_find(&c->aws->secrets, gk_str_c(names.v[i]))));
	gk_vec_done(&names);
	return rc;
}

/* What one secret of a batch fails with; NULL = it does not. */
static const char *batch_fault(struct gk_sim_aws_call *c, const struct gk_sim_secret *s,
	struct gk_str id, const char **ret_message)
{
	const char *action = "secretsmanager:GetSecretValue";
	struct gk_str resource = s ? s->arn : id;

	if (!gk_sim_aws_may(c, action, resource, NULL)) {
		*ret_message = gk_sim_aws_denial(c, action, resource);
		return "AccessDeniedException";
	}
	if (!s) {
		*ret_message = "Secrets Manager can't find the specified secret.";
		return "ResourceNotFoundException";
	}
	if (s->purge_ms) {
		*ret_message = "You can't perform this operation on the secret because it was "
			       "marked for deletion.";
		return "InvalidRequestException";
	}
	if (!gk_sim_secret_staged(s, GK_STR("AWSCURRENT"))) {
		*ret_message = "Secrets Manager can't find the specified secret value for staging "
			       "label: AWSCURRENT";
		return "ResourceNotFoundException";
	}
	return NULL;
}

static void batch_one(struct gk_sim_aws_call *c, struct gk_str id)
{
	struct gk_sim_secret *s = gk_sim_secret_find(c->aws, id);
	struct gk_node *n = gk_node_new(c->a, GK_OBJECT);
	const char *message, *code = batch_fault(c, s, id, &message);

	if (!code) {
		gk_sim_secret_put_value(c, n, s, gk_sim_secret_staged(s, GK_STR("AWSCURRENT")));
		gk_node_append(gk_node_get(c->out, "SecretValues"), n);
		return;
	}
	gk_sim_aws_put_text(c, n, "SecretId", id);
	gk_sim_aws_put_text(c, n, "ErrorCode", gk_str_c(code));
	gk_sim_aws_put_text(c, n, "Message", gk_str_c(message));
	gk_node_append(gk_node_get(c->out, "Errors"), n);
}

static int batch_by_filter(struct gk_sim_aws_call *c, const struct gk_node *list)
{
	struct gk_strs names = {0};
	struct gk_sim_aws_page page = {0};
	int rc;

	if (gk_sim_aws_authorise(c, "secretsmanager:ListSecrets", GK_STR_NULL, NULL) ||
		check_filters(c, list))
		return -1;
	select_names(c, list, false, &names);
	rc = gk_sim_aws_paginate(c, &names, 20, 20, "InvalidNextTokenException", &page);
	for (size_t i = page.from; rc == 0 && i < page.to; i++)
		batch_one(c, gk_str_c(names.v[i]));
	gk_vec_done(&names);
	return rc;
}

int gk_sim_secret_batch(struct gk_sim_aws_call *c)
{
	const struct gk_node *ids = gk_node_get(c->in, "SecretIdList"),
			     *list = gk_node_get(c->in, "Filters");

	gk_sim_secrets_purge(c->aws, c->req->now_ms);
	/* The action has no resources: only a policy for "*" allows it. */
	if (gk_sim_aws_authorise(c, "secretsmanager:BatchGetSecretValue", GK_STR_NULL, NULL))
		return -1;
	if (!ids == !list)
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"Either 'SecretIdList' or 'Filters' must be provided, but not both.");
	if (ids && gk_node_get(c->in, "MaxResults"))
		return gk_sim_aws_refuse(c, "InvalidParameterException",
			"'Filters' not specified. 'Filters' must also be specified when "
			"'MaxResults' is provided.");
	if (ids && (ids->count < 1 || ids->count > 20))
		return gk_sim_aws_refuse(c, "ValidationException",
			"1 validation error detected: Value at 'secretIdList' failed to satisfy "
			"constraint: Member must have length between 1 and 20");
	gk_node_need(c->a, c->out, "SecretValues", GK_ARRAY);
	gk_node_need(c->a, c->out, "Errors", GK_ARRAY);
	if (list)
		return batch_by_filter(c, list);
	gk_node_foreach (id, ids)
		batch_one(c, gk_node_text(id));
	return 0;
}
