/* From a set with ExternalSecrets to one with Secrets. */
#include "secret/inject.h"

#include "base/base64.h"
#include "base/vec.h"
#include "secret/job.h"
#include "secret/mark.h"

struct injection {
	struct gk_set *set;
	const struct gk_inject *how;
	struct gk_work work;
	struct gk_catalog catalog;
	struct gk_map stores;   /* "SecretStore shop/aws" -> struct gk_store */
	struct gk_map targets;  /* "ns/name" -> struct target */
	struct gk_map versions; /* "ns/name" -> C string */
	struct {
		struct gk_job *v;
		size_t n, cap;
	} jobs;
	size_t *job_of;                   /* by item: index into jobs, plus 1 */
	const struct gk_store **store_of; /* by item */
};

/* A Secret of the result, and who makes it. */
struct target {
	struct gk_node *object;
	struct gk_job *owner;   /* NULL: it was in the set */
	struct gk_data sources; /* of all that add to it */
	struct gk_str version;
};

static struct gk_store *parse_store(struct injection *in, struct gk_item *item)
{
	struct gk_store *store = gk_arena_zalloc(in->work.a, sizeof *store);

	gk_store_parse(in->work.a, item, in->how->default_ns, in->work.diags, store);
	gk_map_put(&in->stores, gk_str_c(store->text), store);
	return store;
}

static void parse_all(struct injection *in)
{
	for (size_t i = 0; i < in->set->n; i++) {
		struct gk_item *item = &in->set->items[i];
		struct gk_job job = {0};

		if (gk_store_is(&item->ref)) {
			in->store_of[i] = parse_store(in, item);
		} else if (gk_es_is(&item->ref)) {
			job.failed = !gk_es_parse(
				in->work.a, item, in->how->default_ns, in->work.diags, &job.es);
			gk_vec_push(&in->jobs, job);
			in->job_of[i] = in->jobs.n;
		}
	}
}

static struct gk_str target_key(struct gk_arena *a, const struct gk_job *job)
{
	return gk_str_c(
		gk_arena_printf(a, "%.*s/%.*s", GK_SARG(job->es.ns), GK_SARG(job->es.target)));
}

static bool merges(const struct gk_job *job)
{
	return job->es.creation == GK_ES_MERGE || job->es.creation == GK_ES_CREATE_OR_MERGE;
}

static void twice(struct injection *in, struct gk_job *job, const struct target *other)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_EINPUT, "secrets.target", "Secret '%.*s' is already made by %s",
		GK_SARG(job->es.target), other->owner ? other->owner->es.text : "the input itself");
	gk_help(&err, "give each its own target.name, or set creationPolicy: Merge");
	gk_job_error(&in->work, job, NULL, &err);
}

/* Several may add to one Secret; only one may own it. */
static void check_target(struct injection *in, struct gk_job *job)
{
	struct gk_str key = target_key(in->work.a, job);
	struct target *t = gk_map_find(&in->targets, key);
	struct gk_item *item = gk_catalog_find(&in->catalog, "Secret", job->es.ns, job->es.target);

	if (!t) {
		t = gk_arena_zalloc(in->work.a, sizeof *t);
		t->object = item ? item->object : NULL;
		t->sources.a = in->work.a;
		gk_map_put(&in->targets, key, t);
	}
	if (merges(job)) {
		t->owner = t->owner ? t->owner : job;
		return;
	}
	if (t->object || (t->owner && !merges(t->owner)))
		twice(in, job, t);
	else
		t->owner = job;
}

static void each_job(struct injection *in, void (*step)(struct gk_work *w, struct gk_job *job))
{
	gk_vec_foreach (struct gk_job, job, &in->jobs)
		if (!job->failed && !job->foreign)
			step(&in->work, job);
}

static bool any_failed(const struct injection *in)
{
	gk_vec_foreach (struct gk_job, job, &in->jobs)
		if (job->failed)
			return true;
	return in->work.diags->errors > 0;
}

/* Everything that can fail. */
static bool prepare(struct injection *in)
{
	parse_all(in);
	each_job(in, gk_job_plan);
	gk_vec_foreach (struct gk_job, job, &in->jobs)
		if (!job->failed && !job->foreign && job->es.creation != GK_ES_NONE)
			check_target(in, job);
	/* No secret is read for a set that cannot be delivered. */
	if (any_failed(in))
		return false;
	gk_wants_fetch(&in->work.wants, &in->how->provider, in->work.diags);
	each_job(in, gk_job_collect);
	each_job(in, gk_job_render);
	each_job(in, gk_job_mark);
	return !any_failed(in);
}

/* base64 of all data, keys in order. */
static void put_data(struct gk_arena *a, struct gk_node *secret, const struct gk_data *made)
{
	size_t n;
	const struct gk_str *keys = gk_data_keys(made, &n);
	struct gk_node *data = gk_node_need(a, secret, "data", GK_OBJECT);

	for (size_t i = 0; i < n; i++) {
		GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

		gk_base64_encode(&b, gk_data_find(made, keys[i])->value, GK_B64_STD);
		gk_node_set(a, data, keys[i], gk_node_string(a, gk_buf_str(&b)));
	}
}

static struct gk_node *make_secret(struct gk_arena *a, const struct gk_job *job)
{
	const struct gk_es *es = &job->es;
	struct gk_node *secret = gk_node_new(a, GK_OBJECT), *metadata;

	gk_node_set_str(a, secret, "apiVersion", GK_STR("v1"));
	gk_node_set_str(a, secret, "kind", GK_STR("Secret"));
	metadata = gk_node_need(a, secret, "metadata", GK_OBJECT);
	gk_node_set_str(a, metadata, "name", es->target);
	if (es->item->ref.ns.n)
		gk_node_set_str(a, metadata, "namespace", es->item->ref.ns);
	if (job->labels->count)
		gk_node_set_c(a, metadata, "labels", gk_node_dup(a, job->labels));
	if (job->annotations->count)
		gk_node_set_c(a, metadata, "annotations", gk_node_dup(a, job->annotations));
	gk_node_set_str(
		a, secret, "type", es->template.type.n ? es->template.type : GK_STR("Opaque"));
	if (es->immutable)
		gk_node_set_c(a, secret, "immutable", gk_node_bool(a, true));
	put_data(a, secret, &job->made);
	return secret;
}

/* Sources and version of all that have added to the Secret so far. */
static void put_marks(struct injection *in, struct target *t, const struct gk_job *job)
{
	struct gk_arena *a = &in->set->arena;

	gk_map_foreach (e, &job->data.map) {
		const struct gk_datum *datum = e->value;

		gk_data_set(&t->sources, e->key, GK_STR_NULL, datum->source);
	}
	t->version = t->version.p ? gk_secret_version(in->work.a,
					    gk_str_c(gk_arena_printf(in->work.a, "%s %s",
						    t->version.p, job->mark.p)))
				  : job->mark;
	gk_object_annotate(a, t->object, GK_SECRET_SOURCES, gk_secret_sources_text(&t->sources));
	gk_object_annotate(a, t->object, GK_SECRET_VERSION, t->version);
	gk_map_put(&in->versions, target_key(a, job), gk_arena_strdup(a, t->version.p));
}

static struct gk_str keep(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p, s.n), s.n};
}

static void note(struct injection *in, const struct gk_job *job, const struct target *t,
	struct gk_inject_report *report)
{
	struct gk_arena *a = &in->set->arena;
	const struct gk_injected made = {.ns = keep(a, job->es.ns),
		.name = keep(a, job->es.target),
		.external = gk_arena_strdup(a, job->es.text),
		.sources = keep(a, gk_secret_sources_text(&job->data)),
		.version = keep(a, t->version),
		.keys = job->made.map.n};

	if (report)
		gk_vec_push(report, made);
}

/* Make the Secret, or add to the one that is there; NULL: none takes this place. */
static struct gk_node *deliver(
	struct injection *in, struct gk_job *job, struct gk_inject_report *report)
{
	struct gk_arena *a = &in->set->arena;
	struct target *t = gk_map_find(&in->targets, target_key(in->work.a, job));
	bool there;

	if (job->es.creation == GK_ES_NONE || (job->empty && job->es.deletion == GK_ES_DELETE))
		return NULL;
	there = t->object != NULL;
	if (there)
		put_data(a, t->object, &job->made);
	else
		t->object = make_secret(a, job);
	put_marks(in, t, job);
	note(in, job, t, report);
	return there ? NULL : t->object;
}

/* The job of an item that is an ExternalSecret of ours. */
static struct gk_job *job_at(const struct injection *in, size_t item)
{
	struct gk_job *job = in->job_of[item] ? &in->jobs.v[in->job_of[item] - 1] : NULL;

	return job && !job->foreign ? job : NULL;
}

static void add_secret(struct gk_set *to, struct gk_node *secret, const struct gk_item *place)
{
	struct gk_ref ref = {GK_STR(""), GK_STR("v1"), GK_STR("Secret"), place->ref.ns,
		gk_node_text(gk_node_path(secret, "metadata", "name", NULL))};

	gk_set_add(to, secret, place->source, &ref);
}

/* Secrets of the ExternalSecrets from one place to another. */
static void add_secrets(struct injection *in, const struct gk_item *items, size_t from, size_t to,
	struct gk_inject_report *report)
{
	for (size_t i = from; i < to; i++) {
		struct gk_job *job = job_at(in, i);
		struct gk_node *secret = job ? deliver(in, job, report) : NULL;

		if (secret)
			add_secret(in->set, secret, &items[i]);
	}
}

static bool stays(const struct injection *in, size_t item)
{
	const struct gk_store *store = in->store_of[item];

	return in->how->keep || (!job_at(in, item) && !(store && !store->foreign));
}

/* Where the first object with pods stands; n when there is none. */
static size_t first_workload(const struct gk_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (gk_secret_is_workload(&items[i]))
			return i;
	return n;
}

/*
 * The items in order.  Secrets take the places of their ExternalSecrets, but none stands behind
 * an object with pods, so that whoever applies the stream as it comes is right, too.
 */
static void rebuild(struct injection *in, struct gk_inject_report *report)
{
	struct gk_item *old = in->set->items;
	size_t n = in->set->n, first = first_workload(old, n);

	in->set->items = NULL;
	in->set->n = in->set->cap = 0;
	for (size_t i = 0; i < n; i++) {
		if (i <= first)
			add_secrets(in, old, i, i == first ? n : i + 1, report);
		if (stays(in, i))
			gk_set_add(in->set, old[i].object, old[i].source, &old[i].ref);
	}
	gk_free(old);
}

static void mark_consumers(struct injection *in)
{
	for (size_t i = 0; i < in->set->n; i++)
		gk_secret_mark_consumer(
			&in->set->arena, &in->set->items[i], in->how->default_ns, &in->versions);
}

static void release(struct injection *in)
{
	gk_vec_foreach (struct gk_job, job, &in->jobs) {
		gk_data_done(&job->data);
		gk_data_done(&job->made);
	}
	gk_map_foreach (e, &in->targets) {
		struct target *t = e->value;

		gk_data_done(&t->sources);
	}
	gk_vec_done(&in->jobs);
	gk_wants_done(&in->work.wants);
	gk_map_done(&in->stores);
	gk_map_done(&in->targets);
	gk_map_done(&in->versions);
	gk_catalog_done(&in->catalog);
}

bool gk_secret_inject(struct gk_set *set, const struct gk_inject *how, struct gk_diags *diags,
	struct gk_inject_report *report)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = {.wipe = true};
	struct injection in = {.set = set, .how = how};
	bool ok;

	set->arena.wipe = true;
	in.work = (struct gk_work){.a = &a,
		.diags = diags,
		.catalog = &in.catalog,
		.stores = &in.stores,
		.wants = {.a = &a}};
	in.job_of = gk_arena_array(&a, set->n + 1, sizeof *in.job_of);
	in.store_of = gk_arena_array(&a, set->n + 1, sizeof(struct gk_store *));
	gk_catalog_init(&in.catalog, &a, set, how->default_ns);
	ok = prepare(&in);
	if (ok) {
		rebuild(&in, report);
		mark_consumers(&in);
	}
	release(&in);
	return ok;
}
