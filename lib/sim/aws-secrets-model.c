#include "sim/aws-secrets.h"

static const struct gk_str current = {"AWSCURRENT", 10}, previous = {"AWSPREVIOUS", 11};

static void release(struct gk_sim_secret *s)
{
	gk_vec_done(&s->tags);
	gk_vec_done(&s->versions);
	gk_vec_done(&s->stages);
}

void gk_sim_secrets_purge(struct gk_sim_aws *aws, int64_t now_ms)
{
	struct gk_strs names = {0};

	gk_sim_aws_sorted_keys(&aws->secrets, &names);
	for (size_t i = 0; i < names.n; i++) {
		struct gk_sim_secret *s = gk_map_find(&aws->secrets, gk_str_c(names.v[i]));

		if (s->purge_ms && now_ms >= s->purge_ms) {
			(void)gk_map_del(&aws->secrets, s->name);
			release(s);
		}
	}
	gk_vec_done(&names);
}

void gk_sim_secrets_done(struct gk_sim_aws *aws)
{
	gk_map_foreach (e, &aws->secrets)
		release(e->value);
	gk_map_done(&aws->secrets);
}

struct gk_sim_secret *gk_sim_secret_find(const struct gk_sim_aws *aws, struct gk_str id)
{
	if (!gk_str_starts(id, GK_STR("arn:")))
		return gk_map_find(&aws->secrets, id);
	gk_map_foreach (e, &aws->secrets) {
		struct gk_sim_secret *s = e->value;
		struct gk_str partial = {s->arn.p, s->arn.n - 7};

		if (gk_str_eq(id, s->arn) || gk_str_eq(id, partial))
			return s;
	}
	return NULL;
}

struct gk_sim_secret_version *gk_sim_secret_version(const struct gk_sim_secret *s, struct gk_str id)
{
	for (size_t i = 0; i < s->versions.n; i++)
		if (gk_str_eq(s->versions.v[i]->id, id))
			return s->versions.v[i];
	return NULL;
}

static struct gk_sim_secret_stage *find_stage(const struct gk_sim_secret *s, struct gk_str label)
{
	gk_vec_foreach (struct gk_sim_secret_stage, stage, &s->stages)
		if (gk_str_eq(stage->label, label))
			return stage;
	return NULL;
}

struct gk_sim_secret_version *gk_sim_secret_staged(
	const struct gk_sim_secret *s, struct gk_str label)
{
	const struct gk_sim_secret_stage *stage = find_stage(s, label);

	return stage ? stage->version : NULL;
}

static struct gk_str copy_or_null(struct gk_sim_aws *aws, struct gk_str s)
{
	return s.p ? gk_sim_aws_copy(&aws->arena, s) : GK_STR_NULL;
}

struct gk_sim_secret *gk_sim_secret_new(struct gk_sim_aws *aws, struct gk_str name, int64_t now_ms)
{
	struct gk_sim_secret *s = gk_arena_zalloc(&aws->arena, sizeof *s);

	s->name = gk_sim_aws_copy(&aws->arena, name);
	s->arn = gk_str_c(gk_arena_printf(&aws->arena,
		"arn:aws:secretsmanager:%.*s:%.*s:secret:%.*s-%s", GK_SARG(aws->region),
		GK_SARG(aws->account), GK_SARG(name), gk_sim_aws_random_word(&aws->arena, 6)));
	s->created_ms = s->changed_ms = now_ms;
	gk_map_put(&aws->secrets, s->name, s);
	return s;
}

struct gk_sim_secret_version *gk_sim_secret_add(struct gk_sim_aws *aws, struct gk_sim_secret *s,
	struct gk_str id, struct gk_str string, struct gk_str binary, int64_t now_ms)
{
	struct gk_sim_secret_version *v = gk_arena_zalloc(&aws->arena, sizeof *v);

	v->id = gk_sim_aws_copy(&aws->arena, id);
	v->string = copy_or_null(aws, string);
	v->binary = copy_or_null(aws, binary);
	v->created_ms = s->changed_ms = now_ms;
	gk_vec_push(&s->versions, v);
	return v;
}

static void drop_label(struct gk_sim_secret *s, struct gk_str label)
{
	struct gk_sim_secret_stage *stage = find_stage(s, label);

	if (stage)
		*stage = s->stages.v[--s->stages.n];
}

void gk_sim_secret_label(struct gk_sim_aws *aws, struct gk_sim_secret *s, struct gk_str label,
	struct gk_sim_secret_version *v)
{
	struct gk_sim_secret_version *was = gk_sim_secret_staged(s, label);
	struct gk_sim_secret_stage stage = {gk_sim_aws_copy(&aws->arena, label), v};

	if (was == v)
		return;
	drop_label(s, label);
	if (v)
		gk_vec_push(&s->stages, stage);
	if (gk_str_eq(label, current) && was)
		gk_sim_secret_label(aws, s, previous, was);
}

void gk_sim_secret_put_labels(struct gk_sim_aws_call *c, struct gk_node *object, const char *key,
	const struct gk_sim_secret *s, const struct gk_sim_secret_version *v)
{
	struct gk_node *list = gk_node_new(c->a, GK_ARRAY);

	gk_vec_foreach (struct gk_sim_secret_stage, stage, &s->stages)
		if (stage->version == v)
			gk_node_append(list, gk_node_string(c->a, stage->label));
	gk_node_set_c(c->a, object, key, list);
}

/* Versions without a label are deprecated and are not listed. */
void gk_sim_secret_put_versions(struct gk_sim_aws_call *c, struct gk_node *object, const char *key,
	const struct gk_sim_secret *s)
{
	struct gk_node *map = gk_node_new(c->a, GK_OBJECT);

	for (size_t i = 0; i < s->versions.n; i++) {
		const struct gk_sim_secret_version *v = s->versions.v[i];

		gk_sim_secret_put_labels(c, map, v->id.p, s, v);
		if (!gk_node_get(map, v->id.p)->count)
			gk_node_remove(map, v->id);
	}
	gk_node_set_c(c->a, object, key, map);
}

void gk_sim_secret_put_value(struct gk_sim_aws_call *c, struct gk_node *object,
	struct gk_sim_secret *s, const struct gk_sim_secret_version *v)
{
	gk_sim_aws_put_text(c, object, "ARN", s->arn);
	gk_sim_aws_put_text(c, object, "Name", s->name);
	gk_sim_aws_put_text(c, object, "VersionId", v->id);
	if (v->string.p)
		gk_sim_aws_put_text(c, object, "SecretString", v->string);
	else
		gk_sim_aws_put_text(c, object, "SecretBinary", v->binary);
	gk_sim_secret_put_labels(c, object, "VersionStages", s, v);
	gk_sim_aws_put_time(c, object, "CreatedDate", v->created_ms);
	s->accessed_ms = c->req->now_ms;
}

void gk_sim_secret_seed(
	struct gk_sim_aws *aws, struct gk_str name, struct gk_str text, int64_t now_ms)
{
	struct gk_sim_secret *s = gk_sim_secret_new(aws, name, now_ms);
	struct gk_str id = gk_sim_aws_uuid(&aws->arena);

	gk_sim_secret_label(
		aws, s, current, gk_sim_secret_add(aws, s, id, text, GK_STR_NULL, now_ms));
}
