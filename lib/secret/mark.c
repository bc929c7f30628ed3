/* Marks that show a rotation. */
#include "secret/mark.h"

#include <stdlib.h>

#include "base/crypto.h"
#include "base/text.h"
#include "base/vec.h"
#include "doc/json.h"
#include "secret/job.h"

struct gk_str gk_secret_sources_text(const struct gk_data *data)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	size_t n;
	const struct gk_str *keys = gk_data_keys(data, &n);

	gk_buf_putc(&b, '{');
	for (size_t i = 0; i < n; i++) {
		gk_buf_puts(&b, i ? "," : "");
		gk_text_json(&b, keys[i]);
		gk_buf_putc(&b, ':');
		gk_text_json(&b, gk_data_find(data, keys[i])->source);
	}
	gk_buf_putc(&b, '}');
	return (struct gk_str){gk_arena_memdup0(data->a, gk_buf_cstr(&b), b.n), b.n};
}

struct gk_str gk_secret_version(struct gk_arena *a, struct gk_str text)
{
	unsigned char digest[GK_SHA256_LEN];
	char *hex = gk_arena_alloc(a, 17);

	gk_sha256(text, digest);
	gk_hex(digest, 8, hex);
	return gk_str_c(hex);
}

/* The parts of the spec that decide what the Secret holds. */
static void put_spec(struct gk_buf *b, const struct gk_work *w, const struct gk_job *job)
{
	static const char *const idle[] = {"refreshInterval", "refreshPolicy", "syncWindows"};
	struct gk_node *spec = gk_node_dup(w->a, gk_node_get(job->es.item->object, "spec"));

	for (size_t i = 0; i < GK_COUNT(idle); i++)
		gk_node_remove(spec, gk_str_c(idle[i]));
	gk_json_print(b, spec, GK_JSON_SORT);
}

/* Templates that come from config maps decide, too. */
static void put_templates(struct gk_buf *b, const struct gk_work *w, const struct gk_job *job)
{
	for (size_t i = 0; i < job->es.template.nfrom; i++) {
		const struct gk_es_template_from *f = &job->es.template.from[i];
		const struct gk_item *item =
			f->secret || !f->items
				? NULL
				: gk_catalog_find(w->catalog, "ConfigMap", job->es.ns, f->name);

		if (item)
			gk_json_print(b, gk_node_get(item->object, "data"), GK_JSON_SORT);
	}
}

/*
 * A hash of version ids and of the recipe, never of values: it changes when a value can have
 * changed, and tells nobody anything about one.
 */
void gk_job_mark(struct gk_work *w, struct gk_job *job)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_buf_putstr(&b, gk_secret_sources_text(&job->data));
	put_spec(&b, w, job);
	put_templates(&b, w, job);
	job->mark = gk_secret_version(w->a, gk_buf_str(&b));
}

/* Kinds whose pods are replaced, or made anew, from a template that may change. */
static const struct {
	const char *group, *kind;
} workloads[] = {{"batch", "CronJob"}, {"apps", "DaemonSet"}, {"apps", "Deployment"},
	{"apps", "StatefulSet"}, {"argoproj.io", "Rollout"}};

static struct gk_node *pod_template(const struct gk_item *item)
{
	struct gk_node *spec = gk_node_get(item->object, "spec");

	for (size_t i = 0; i < GK_COUNT(workloads); i++) {
		if (!gk_str_is(item->ref.group, workloads[i].group) ||
			!gk_str_is(item->ref.kind, workloads[i].kind))
			continue;
		if (gk_str_is(item->ref.kind, "CronJob"))
			return gk_node_path(spec, "jobTemplate", "spec", "template", NULL);
		return gk_node_get(spec, "template");
	}
	return NULL;
}

bool gk_secret_is_workload(const struct gk_item *item)
{
	static const char *const more[] = {"Job", "Pod", "ReplicaSet", "ReplicationController"};

	for (size_t i = 0; i < GK_COUNT(more); i++)
		if (gk_str_is(item->ref.kind, more[i]))
			return true;
	return pod_template(item) != NULL;
}

struct names {
	struct gk_str *v;
	size_t n, cap;
};

static void add(struct names *names, const struct gk_node *name)
{
	if (gk_node_is(name, GK_STRING))
		gk_vec_push(names, gk_node_text(name));
}

static void names_of_volumes(struct names *names, const struct gk_node *volumes)
{
	gk_node_foreach (volume, volumes) {
		add(names, gk_node_path(volume, "secret", "secretName", NULL));
		gk_node_foreach (source, gk_node_path(volume, "projected", "sources", NULL))
			add(names, gk_node_path(source, "secret", "name", NULL));
	}
}

static void names_of_containers(struct names *names, const struct gk_node *containers)
{
	gk_node_foreach (container, containers) {
		gk_node_foreach (env, gk_node_get(container, "env"))
			add(names, gk_node_path(env, "valueFrom", "secretKeyRef", "name", NULL));
		gk_node_foreach (from, gk_node_get(container, "envFrom"))
			add(names, gk_node_path(from, "secretRef", "name", NULL));
	}
}

static int by_bytes(const void *a, const void *b)
{
	return gk_str_cmp(*(const struct gk_str *)a, *(const struct gk_str *)b);
}

static void used_names(struct names *names, const struct gk_node *pod)
{
	names_of_volumes(names, gk_node_get(pod, "volumes"));
	names_of_containers(names, gk_node_get(pod, "initContainers"));
	names_of_containers(names, gk_node_get(pod, "containers"));
	if (names->n)
		qsort(names->v, names->n, sizeof *names->v, by_bytes);
}

/* "api=...,db=..." for the names that have a version, each once. */
static void put_versions(struct gk_buf *b, struct gk_arena *a, const struct names *names,
	struct gk_str ns, const struct gk_map *versions)
{
	for (size_t i = 0; i < names->n; i++) {
		const char *version;

		if (i && gk_str_eq(names->v[i], names->v[i - 1]))
			continue;
		version = gk_map_find(versions, gk_str_c(gk_arena_printf(a, "%.*s/%.*s",
							GK_SARG(ns), GK_SARG(names->v[i]))));
		if (!version)
			continue;
		gk_buf_puts(b, b->n ? "," : "");
		gk_buf_putstr(b, names->v[i]);
		gk_buf_printf(b, "=%s", version);
	}
}

bool gk_secret_mark_consumer(struct gk_arena *a, struct gk_item *item, struct gk_str default_ns,
	const struct gk_map *versions)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {0};
	struct gk_node *template = pod_template(item);
	struct names names = {0};

	if (!gk_node_is(template, GK_OBJECT))
		return false;
	used_names(&names, gk_node_get(template, "spec"));
	put_versions(&text, a, &names, item->ref.ns.n ? item->ref.ns : default_ns, versions);
	gk_vec_done(&names);
	if (text.n)
		gk_object_annotate(a, template, GK_SECRET_USED, gk_buf_str(&text));
	return text.n > 0;
}
