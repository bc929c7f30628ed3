/* What each ExternalSecret needs of which store. */
#include "secret/job.h"

void gk_job_error(const struct gk_work *w, struct gk_job *job, const struct gk_es_entry *e,
	struct gk_err *err)
{
	const struct gk_node *at = e ? e->at : job->es.item->object;

	gk_ctx(err, "%s%s%s", job->es.text, e ? ": " : "", e ? e->path : "");
	gk_err_at(err, gk_node_pos(at, job->es.item->source));
	gk_diags_err(w->diags, err);
	job->failed = true;
}

/* As gk_store's text: "SecretStore shop/aws", "ClusterSecretStore aws". */
static const struct gk_store *find_store(
	const struct gk_work *w, struct gk_str ns, struct gk_str name, bool cluster)
{
	const char *text = cluster ? gk_arena_printf(w->a, "ClusterSecretStore %.*s", GK_SARG(name))
				   : gk_arena_printf(w->a, "SecretStore %.*s/%.*s", GK_SARG(ns),
					     GK_SARG(name));

	return gk_map_find(w->stores, gk_str_c(text));
}

static int no_store(const struct gk_work *w, const struct gk_job *job,
	const struct gk_es_store_ref *ref, struct gk_err *err)
{
	const char *kind[] = {"SecretStore", "ClusterSecretStore"};

	gk_fail(err, GK_ENOTFOUND, "secrets.no-store", "there is no %s '%.*s' in the input",
		kind[ref->cluster], GK_SARG(ref->name));
	if (find_store(w, job->es.ns, ref->name, !ref->cluster))
		return gk_help(err, "there is a %s of that name: set secretStoreRef.kind",
			kind[!ref->cluster]);
	return gk_help(err, "stores are taken from the input, so that what is delivered depends on "
			    "Git alone: add it there");
}

static int check_conditions(const struct gk_work *w, const struct gk_job *job,
	const struct gk_store *store, struct gk_err *err)
{
	const struct gk_item *ns = gk_catalog_find(w->catalog, "Namespace", GK_STR(""), job->es.ns);
	const struct gk_node *labels =
		ns ? gk_node_path(ns->object, "metadata", "labels", NULL) : NULL;
	bool allowed;

	if (!store->cluster)
		return 0;
	if (gk_store_allows(store, job->es.ns, labels, &allowed, err))
		return -1;
	if (allowed)
		return 0;
	gk_fail(err, GK_EREFUSED, "secrets.store-condition",
		"the conditions of %s do not allow namespace '%.*s'", store->text,
		GK_SARG(job->es.ns));
	return ns ? -1
		  : gk_note(err, "the Namespace is not in the input, so its labels are not known");
}

static struct gk_str concat(struct gk_arena *a, struct gk_str x, struct gk_str y)
{
	return gk_str_c(gk_arena_printf(a, "%.*s%.*s", GK_SARG(x), GK_SARG(y)));
}

static struct gk_want describe(const struct gk_work *w, const struct gk_job *job,
	const struct gk_store *store, const struct gk_es_entry *e)
{
	struct gk_want want = {.backend = gk_store_backend(w->a, store, job->es.ns)};
	bool parameters = store->service == GK_STORE_PARAMETERSTORE;

	if (e->find) {
		want.kind = GK_WANT_FIND;
		want.tags = e->search.tags;
		want.pattern = e->search.name.n ? e->search.name : GK_STR_NULL;
		want.name = concat(w->a, store->prefix,
			e->search.path.n || !parameters ? e->search.path : GK_STR("/"));
	} else {
		want.kind = e->remote.metadata ? GK_WANT_TAGS : GK_WANT_VALUE;
		want.name = concat(w->a, store->prefix, e->remote.key);
		want.version = e->remote.version;
	}
	/* The current version has a name, too. */
	if (!parameters && gk_str_is(want.version, "AWSCURRENT"))
		want.version = GK_STR_NULL;
	return want;
}

static int plan_entry(struct gk_work *w, struct gk_job *job, size_t i, struct gk_err *err)
{
	const struct gk_es_entry *e = &job->es.entry[i];
	const struct gk_store *store = find_store(w, job->es.ns, e->store.name, e->store.cluster);
	struct gk_want want;

	if (!store)
		return no_store(w, job, &e->store, err);
	if (store->foreign) {
		job->foreign = true;
		return 0;
	}
	if (check_conditions(w, job, store, err))
		return -1;
	want = describe(w, job, store, e);
	job->want[i] = gk_want_add(&w->wants, &want);
	return 0;
}

void gk_job_plan(struct gk_work *w, struct gk_job *job)
{
	job->want = gk_arena_array(w->a, job->es.nentries + 1, sizeof(struct gk_want *));
	for (size_t i = 0; i < job->es.nentries; i++) {
		struct gk_err err = GK_ERR_INIT;

		if (plan_entry(w, job, i, &err))
			gk_job_error(w, job, &job->es.entry[i], &err);
	}
	if (job->foreign)
		gk_diags_add(w->diags, GK_SEV_WARNING, "secrets.foreign",
			gk_node_pos(job->es.item->object, job->es.item->source),
			"%s: its store belongs to another controller; left as it is", job->es.text);
}
