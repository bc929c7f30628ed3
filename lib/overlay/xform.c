/* Namespace, prefixes, labels, annotations, replicas: kustomize reference sections 5 to 7. */
#include <stdlib.h>

#include "base/vec.h"
#include "overlay/plugin.h"
#include "overlay/spec.h"
#include "overlay/value.h"
#include "overlay/xform.h"

/* Every spec of the list that concerns the resource, in order. */
static int walk_list(struct gk_build *b, const struct gk_res *r, const struct gk_spec_list *specs,
	const struct gk_setter *setter, struct gk_err *err)
{
	struct gk_id id = gk_res_id(r);

	for (size_t i = 0; i < specs->n; i++)
		if (gk_spec_matches(specs->v[i], &id) &&
			gk_spec_walk(b->a, r, specs->v[i]->path, specs->v[i]->create, setter, err))
			return -1;
	return 0;
}

static bool is_path(const struct gk_fieldspec *spec, const char *first, const char *second)
{
	size_t n = strlen(spec->path);

	return strcmp(spec->path, first) == 0 && strcmp(spec->path + n + 1, second) == 0 &&
	       spec->path[n + 1 + strlen(second) + 1] == '\0';
}

/* namespace */

struct ns_pass {
	struct gk_build *b;
	const struct gk_x_namespace *x;
};

static int set_ns(void *ctx, struct gk_node *field, struct gk_err *err)
{
	const struct ns_pass *p = ctx;

	if (field->type == GK_OBJECT || field->type == GK_ARRAY)
		return gk_spec_wrong_kind(field, "a string", err);
	if (p->x->unset_only && gk_value_text(field).n)
		return 0;
	gk_value_write(p->b->a, field, p->x->ns, GK_TAG_STR);
	return 0;
}

static int subject_is_meant(const struct gk_x_namespace *x, const struct gk_node *subject,
	bool *ret, struct gk_err *err)
{
	bool accounts = x->subjects == GK_SUBJECTS_ALL_ACCOUNTS;
	const struct gk_node *field = gk_node_get(subject, accounts ? "kind" : "name");

	if (gk_node_is(field, GK_OBJECT) || gk_node_is(field, GK_ARRAY))
		return gk_spec_wrong_kind(field, "a text", err);
	*ret = gk_str_is(gk_value_text(field), accounts ? "ServiceAccount" : "default");
	return 0;
}

static int set_subjects(const struct ns_pass *p, const struct gk_res *r, struct gk_err *err)
{
	struct gk_node *subjects = gk_node_get(r->object, "subjects");

	if (p->x->subjects == GK_SUBJECTS_NONE || gk_value_is_null(subjects))
		return 0;
	if (subjects->type != GK_ARRAY)
		return gk_spec_wrong_kind(subjects, "a list of subjects", err);
	gk_node_foreach (subject, subjects) {
		struct gk_node *field;
		bool meant = false;

		if (subject->type == GK_NULL)
			continue;
		if (subject->type != GK_OBJECT)
			return gk_spec_wrong_kind(subject, "a map", err);
		if (subject_is_meant(p->x, subject, &meant, err))
			return -1;
		if (!meant)
			continue;
		field = gk_node_get(subject, "namespace");
		if (!field)
			field = gk_node_set_c(p->b->a, subject, "namespace",
				gk_value_new(p->b->a, GK_STR(""), GK_TAG_STR));
		if (set_ns((void *)(uintptr_t)p, field, err))
			return -1;
	}
	return 0;
}

/* Specs of metadata are handled by hand: they would hit objects that must keep theirs. */
static bool is_handled(const struct gk_fieldspec *spec, struct gk_str api_version, bool binding)
{
	if (is_path(spec, "metadata", "namespace"))
		return true;
	if (is_path(spec, "metadata", "name") && !gk_str_is(api_version, "v1"))
		return true;
	return binding && is_path(spec, "subjects", "namespace") &&
	       (strcmp(spec->kind, "RoleBinding") == 0 ||
		       strcmp(spec->kind, "ClusterRoleBinding") == 0);
}

int gk_x_namespace_one(
	struct gk_build *b, struct gk_res *r, const struct gk_x_namespace *x, struct gk_err *err)
{
	struct ns_pass p = {b, x};
	struct gk_setter setter = {set_ns, &p, GK_WANT_SCALAR};
	struct gk_id id = gk_res_id(r);
	struct gk_str api_version = gk_value_text(gk_node_get(r->object, "apiVersion"));
	bool binding =
		gk_str_is(id.kind, "RoleBinding") || gk_str_is(id.kind, "ClusterRoleBinding");

	if (!gk_id_cluster_scoped(&id) &&
		gk_spec_walk(b->a, r, "metadata\0namespace\0", true, &setter, err))
		return -1;
	if (binding && set_subjects(&p, r, err))
		return gk_res_at(r, err);
	for (size_t i = 0; x->specs && i < x->specs->n; i++) {
		const struct gk_fieldspec *spec = x->specs->v[i];

		if (!is_handled(spec, api_version, binding) && gk_spec_matches(spec, &id) &&
			gk_spec_walk(b->a, r, spec->path, spec->create, &setter, err))
			return -1;
	}
	return 0;
}

int gk_x_namespace(
	struct gk_build *b, struct gk_resmap *m, const struct gk_x_namespace *x, struct gk_err *err)
{
	gk_resmap_foreach (r, m) {
		if (gk_helm_made(r))
			continue;
		gk_res_remember(b->a, r);
		if (gk_build_visit(b, 1, err) || gk_x_namespace_one(b, r, x, err))
			return -1;
	}
	gk_resmap_touch(m);
	gk_resmap_foreach (r, m) {
		struct gk_id id = gk_res_id(r);
		const struct gk_hit *hit = gk_resmap_current(m, &id);

		if (hit->n == 1)
			continue;
		(void)gk_fail(err, GK_EINPUT, "render.namespace-conflict",
			"namespace '%.*s' makes two objects the same: %s", GK_SARG(x->ns),
			gk_id_text(b->a, &id));
		for (; hit; hit = hit->next)
			(void)gk_note(
				err, "one is at %s:%u", hit->res->file, hit->res->object->line);
		return -1;
	}
	return 0;
}

/* prefix and suffix */

struct affix_pass {
	struct gk_build *b;
	struct gk_str text;
	bool prefix;
};

static int set_affix(void *ctx, struct gk_node *field, struct gk_err *err)
{
	const struct affix_pass *p = ctx;
	struct gk_str old = gk_value_written(field);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	if (field->type == GK_OBJECT || field->type == GK_ARRAY)
		return gk_spec_wrong_kind(field, "a string", err);
	gk_buf_putstr(&text, p->prefix ? p->text : old);
	gk_buf_putstr(&text, p->prefix ? old : p->text);
	gk_value_write(p->b->a, field, gk_buf_str(&text), GK_TAG_NONE);
	return 0;
}

/* Names that kustomize leaves alone, by the kind that the object had first. */
static bool keeps_name(const struct gk_id *id)
{
	return gk_str_is(id->kind, "CustomResourceDefinition") ||
	       gk_str_is(id->kind, "Namespace") ||
	       (gk_str_is(id->kind, "APIService") &&
		       gk_str_is(id->group, "apiregistration.k8s.io"));
}

/*
 * generateName is the beginning of a name: a suffix goes before the dash that ends it.
 *
 *	job-    with namePrefix prod- and nameSuffix -v2:    prod-job-v2-
 */
static void affix_generate_name(const struct affix_pass *p, struct gk_res *r)
{
	struct gk_node *field = gk_node_path(r->object, "metadata", "generateName", NULL);
	struct gk_str old = gk_value_written(field);
	bool dash = old.n && old.p[old.n - 1] == '-';
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	gk_buf_putstr(&text, p->prefix ? p->text : (struct gk_str){old.p, old.n - dash});
	gk_buf_putstr(&text, p->prefix ? old : p->text);
	if (dash && !p->prefix)
		gk_buf_putc(&text, '-');
	gk_value_write(p->b->a, field, gk_buf_str(&text), GK_TAG_NONE);
	gk_res_alias(p->b->a, r, r->serial);
}

static int affix_one(const struct affix_pass *p, struct gk_res *r, const struct gk_spec_list *specs,
	struct gk_err *err)
{
	struct gk_setter setter = {set_affix, (void *)(uintptr_t)p, GK_WANT_SCALAR};
	struct gk_id original = gk_res_original(r), id = gk_res_id(r);

	if (keeps_name(&original))
		return 0;
	for (size_t i = 0; i < specs->n; i++) {
		const struct gk_fieldspec *spec = specs->v[i];

		if (!gk_spec_matches(spec, &original))
			continue;
		if (is_path(spec, "metadata", "name")) {
			(p->prefix ? gk_res_prefix : gk_res_suffix)(p->b->a, r, p->text);
			if (p->text.n)
				gk_res_remember(p->b->a, r);
			if (r->alias.n && gk_str_eq(id.name, r->alias))
				affix_generate_name(p, r);
		}
		if (gk_spec_matches(spec, &id) &&
			gk_spec_walk(p->b->a, r, spec->path, spec->create, &setter, err))
			return -1;
	}
	return 0;
}

int gk_x_affix(struct gk_build *b, struct gk_resmap *m, struct gk_str text, bool prefix,
	const struct gk_spec_list *specs, struct gk_err *err)
{
	struct affix_pass p = {b, text, prefix};

	gk_resmap_touch(m);
	gk_resmap_foreach (r, m)
		if (gk_build_visit(b, 1, err) || affix_one(&p, r, specs, err))
			return -1;
	return 0;
}

/* labels and annotations */

struct pairs_pass {
	struct gk_build *b;
	struct gk_str key, value;
	struct gk_node *twin; /* kustomize puts one node into all fields of an object */
};

static int set_pair(void *ctx, struct gk_node *field, struct gk_err *err)
{
	struct pairs_pass *p = ctx;

	if (gk_value_is_null(field))
		return 0;
	if (field->type != GK_OBJECT)
		return gk_spec_wrong_kind(field, "a map", err);
	gk_value_set_entry(p->b->a, field, p->key, p->value, &p->twin);
	return 0;
}

struct sorted_pairs {
	const struct gk_node **v;
	size_t n, cap;
};

static int compare_pairs(const void *a, const void *b)
{
	const struct gk_node *const *x = a, *const *y = b;

	return gk_str_cmp(gk_node_key(*x), gk_node_key(*y));
}

static void sort_pairs(const struct gk_node *pairs, struct sorted_pairs *ret)
{
	gk_node_foreach (pair, pairs)
		gk_vec_push(ret, pair);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, compare_pairs);
}

/* All pairs on one object. */
static int set_pairs(struct gk_build *b, struct gk_res *r, const struct sorted_pairs *pairs,
	const struct gk_spec_list *specs, struct gk_err *err)
{
	if (gk_build_visit(b, pairs->n, err))
		return -1;
	for (size_t i = 0; i < pairs->n; i++) {
		struct pairs_pass p = {
			b, gk_node_key(pairs->v[i]), gk_node_text(pairs->v[i]), NULL};
		struct gk_setter setter = {set_pair, &p, GK_WANT_MAP};

		if (walk_list(b, r, specs, &setter, err))
			return -1;
	}
	return 0;
}

int gk_x_pairs(struct gk_build *b, struct gk_resmap *m, const struct gk_node *pairs,
	const struct gk_spec_list *specs, struct gk_err *err)
{
	struct sorted_pairs sorted = {0};
	int rc = 0;

	sort_pairs(pairs, &sorted);
	gk_resmap_foreach (r, m)
		if (rc == 0)
			rc = set_pairs(b, r, &sorted, specs, err);
	gk_vec_done(&sorted);
	return rc;
}

/* replicas */

struct count_pass {
	struct gk_build *b;
	struct gk_str text;
};

static int set_count(void *ctx, struct gk_node *field, struct gk_err *err)
{
	const struct count_pass *p = ctx;

	if (field->type == GK_OBJECT || field->type == GK_ARRAY)
		return gk_spec_wrong_kind(field, "a number", err);
	gk_value_write(p->b->a, field, p->text, GK_TAG_INT);
	return 0;
}

/* Has or had the resource this name, as a kind that the spec selects? */
static bool was_called(const struct gk_res *r, struct gk_str name, const struct gk_fieldspec *spec)
{
	struct gk_id id = gk_res_id(r);

	if (gk_str_eq(id.name, name) && gk_spec_matches(spec, &id))
		return true;
	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		if (!gk_str_eq(p->name, name))
			continue;
		id = gk_prev_id(r, p);
		if (gk_spec_matches(spec, &id))
			return true;
	}
	return false;
}

int gk_x_replicas(struct gk_build *b, struct gk_resmap *m, const struct gk_kust_replica *x,
	const struct gk_spec_list *specs, struct gk_err *err)
{
	struct gk_str name = gk_node_text(x->name);
	struct count_pass p = {b, gk_str_c(gk_arena_printf(b->a, "%lld", (long long)x->count))};
	struct gk_setter setter = {set_count, &p, GK_WANT_SCALAR};
	const struct gk_hit *first = gk_resmap_named(m, name);
	bool found = false;

	if (gk_build_visit(b, first ? first->n : 0, err))
		return -1;
	for (size_t i = 0; i < specs->n; i++)
		for (const struct gk_hit *hit = first; hit; hit = hit->next) {
			const struct gk_res *r = hit->res;
			struct gk_id id;

			if (!was_called(r, name, specs->v[i]))
				continue;
			found = true;
			id = gk_res_id(r);
			if (gk_spec_matches(specs->v[i], &id) &&
				gk_spec_walk(b->a, r, specs->v[i]->path, specs->v[i]->create,
					&setter, err))
				return -1;
		}
	if (found)
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.replicas-target-missing",
		"no Deployment, StatefulSet, ReplicaSet or ReplicationController is called '%.*s'",
		GK_SARG(name));
	return gk_help(err, "use the name that the object has in its own file");
}
