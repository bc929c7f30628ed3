/* Tags of secrets and parameters. */
#include "sim/aws-call.h"

void gk_sim_aws_put_tags(struct gk_sim_aws_call *c, struct gk_node *object, const char *key,
	const struct gk_sim_aws_pairs *tags)
{
	struct gk_node *list = gk_node_set_c(c->a, object, key, gk_node_new(c->a, GK_ARRAY));

	gk_vec_foreach (struct gk_sim_aws_pair, tag, tags) {
		struct gk_node *n = gk_node_new(c->a, GK_OBJECT);

		gk_sim_aws_put_text(c, n, "Key", tag->name);
		gk_sim_aws_put_text(c, n, "Value", tag->value);
		gk_node_append(list, n);
	}
}

static void set_tag(struct gk_sim_aws *aws, struct gk_sim_aws_pairs *tags, struct gk_str key,
	struct gk_str value)
{
	struct gk_sim_aws_pair tag = {
		gk_sim_aws_copy(&aws->arena, key), gk_sim_aws_copy(&aws->arena, value)};

	gk_vec_foreach (struct gk_sim_aws_pair, t, tags)
		if (gk_str_eq(t->name, key)) {
			t->value = tag.value;
			return;
		}
	gk_vec_push(tags, tag);
}

void gk_sim_aws_set_tags(
	struct gk_sim_aws *aws, struct gk_sim_aws_pairs *tags, const struct gk_node *list)
{
	gk_node_foreach (n, list)
		set_tag(aws, tags, gk_node_text(gk_node_get(n, "Key")),
			gk_node_text(gk_node_get(n, "Value")));
}

void gk_sim_aws_remove_tags(struct gk_sim_aws_pairs *tags, const struct gk_node *keys)
{
	gk_node_foreach (key, keys)
		for (size_t i = 0; i < tags->n; i++)
			if (gk_str_eq(tags->v[i].name, gk_node_text(key)))
				tags->v[i--] = tags->v[--tags->n];
}
