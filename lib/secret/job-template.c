/* From fetched data to the Secret's own: templates and metadata. */
#include "base/base64.h"
#include "doc/yaml.h"
#include "secret/job.h"
#include "secret/template.h"

/* The fetched data as the root of templates. */
static struct gk_node *root_of(const struct gk_work *w, const struct gk_job *job)
{
	struct gk_node *root = gk_node_new(w->a, GK_OBJECT);

	gk_map_foreach (e, &job->data.map) {
		const struct gk_datum *datum = e->value;

		gk_node_set(w->a, root, e->key, gk_node_string_ref(w->a, datum->value));
	}
	return root;
}

struct renderer {
	struct gk_work *w;
	struct gk_job *job;
	struct gk_node *root;
};

static int render(
	const struct renderer *r, struct gk_str text, struct gk_buf *out, struct gk_err *err)
{
	return gk_template_render(r->w->a, text, r->root, 0, out, err);
}

static void report(
	const struct renderer *r, const struct gk_node *at, const char *path, struct gk_err *err)
{
	gk_ctx(err, "%s: %s", r->job->es.text, path);
	gk_err_at(err, gk_node_pos(at, r->job->es.item->source));
	gk_diags_err(r->w->diags, err);
	r->job->failed = true;
}

/* One rendered value into the Secret's data, labels or annotations. */
static int put(const struct renderer *r, enum gk_es_target target, struct gk_str key,
	struct gk_str value, struct gk_err *err)
{
	if (target == GK_ES_DATA) {
		if (gk_secret_key_check(key, err))
			return -1;
		gk_data_set(&r->job->made, key, value, GK_STR_NULL);
		return 0;
	}
	gk_node_set(r->w->a, target == GK_ES_LABELS ? r->job->labels : r->job->annotations, key,
		gk_node_string(r->w->a, value));
	return 0;
}

/* Templates by key: each value is one. */
static void render_map(const struct renderer *r, const struct gk_node *map,
	enum gk_es_target target, const char *path)
{
	gk_node_foreach (member, map) {
		GK_AUTO(gk_buf_done) struct gk_buf out = {.secret = true};
		struct gk_err err = GK_ERR_INIT;

		if (render(r, gk_node_text(member), &out, &err) ||
			put(r, target, gk_node_key(member), gk_buf_str(&out), &err))
			report(r, member, gk_arena_printf(r->w->a, "%s.%s", path, member->key),
				&err);
	}
}

/* The rendered text is a YAML map of strings (numbers and booleans as written). */
static int put_yaml(
	const struct renderer *r, enum gk_es_target target, struct gk_str text, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	const struct gk_yaml_options opt = {
		.profile = GK_YAML_A, .first_only = true, .lim = gk_limits_default()};
	struct gk_err why = GK_ERR_INIT;

	if (gk_yaml_parse_one(&doc, "template", text, &opt, &why) ||
		(doc.root && doc.root->type != GK_OBJECT))
		return gk_fail(
			err, GK_EINPUT, "secrets.template", "the rendered text is no YAML map");
	gk_node_foreach (member, doc.root) {
		if (member->type == GK_ARRAY || member->type == GK_OBJECT)
			return gk_fail(err, GK_EINPUT, "secrets.template",
				"the rendered value of '%s' is no text", member->key);
		if (put(r, target, gk_node_key(member), gk_node_scalar(member), err))
			return -1;
	}
	return 0;
}

static int render_literal(
	const struct renderer *r, const struct gk_es_template_from *f, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf out = {.secret = true};

	return render(r, f->literal, &out, err) || put_yaml(r, f->target, gk_buf_str(&out), err)
		       ? -1
		       : 0;
}

/* The text under a key of a config map or a Secret of the input. */
static int text_of(const struct renderer *r, const struct gk_es_template_from *f,
	const struct gk_node *object, struct gk_str key, struct gk_buf *ret, struct gk_err *err)
{
	const struct gk_node *plain =
		gk_node_find(gk_node_get(object, f->secret ? "stringData" : "data"), key);
	const struct gk_node *coded =
		gk_node_find(gk_node_get(object, f->secret ? "data" : "binaryData"), key);

	(void)r;
	if (plain) {
		gk_buf_putstr(ret, gk_node_text(plain));
		return 0;
	}
	if (coded)
		return gk_base64_decode(ret, gk_node_text(coded), GK_B64_STD, err);
	return gk_fail(err, GK_ENOTFOUND, "secrets.no-template", "%s '%.*s' has no key '%.*s'",
		f->secret ? "Secret" : "ConfigMap", GK_SARG(f->name), GK_SARG(key));
}

static int render_item(const struct renderer *r, const struct gk_es_template_from *f,
	const struct gk_node *object, const struct gk_node *item, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true}, out = {.secret = true};
	struct gk_str key = gk_node_text(gk_node_get(item, "key"));
	struct gk_str as = gk_node_text(gk_node_get(item, "templateAs"));

	if (text_of(r, f, object, key, &text, err) || render(r, gk_buf_str(&text), &out, err))
		return -1;
	if (gk_str_is(as, "KeysAndValues"))
		return put_yaml(r, f->target, gk_buf_str(&out), err);
	return put(r, f->target, key, gk_buf_str(&out), err);
}

static int render_from(
	const struct renderer *r, const struct gk_es_template_from *f, struct gk_err *err)
{
	const char *kind = f->secret ? "Secret" : "ConfigMap";
	const struct gk_item *item;

	if (!f->items)
		return render_literal(r, f, err);
	item = gk_catalog_find(r->w->catalog, kind, r->job->es.ns, f->name);
	if (!item)
		return gk_fail(err, GK_ENOTFOUND, "secrets.no-template",
			"there is no %s '%.*s' in the input", kind, GK_SARG(f->name));
	gk_node_foreach (entry, f->items)
		if (render_item(r, f, item->object, entry, err))
			return -1;
	return 0;
}

static void keep_fetched(struct gk_job *job)
{
	gk_map_foreach (e, &job->data.map) {
		const struct gk_datum *datum = e->value;

		gk_data_set(&job->made, e->key, datum->value, datum->source);
	}
}

/* These steer when and how an object is applied, so they follow it into the Secret. */
static bool steers(struct gk_str key)
{
	return gk_str_starts(key, GK_STR("argocd.argoproj.io/")) ||
	       gk_str_starts(key, GK_STR("config.kubernetes.io/")) ||
	       gk_str_starts(key, GK_STR("internal.config.kubernetes.io/")) ||
	       gk_str_starts(key, GK_STR(GK_PREFIX "/"));
}

/* Notes that others made about the ExternalSecret itself. */
static bool is_private(struct gk_str key)
{
	return gk_str_is(key, "kubectl.kubernetes.io/last-applied-configuration") ||
	       gk_str_is(key, "external-secrets.io/force-sync");
}

static void copy_metadata(struct gk_work *w, struct gk_job *job)
{
	const struct gk_node *metadata = gk_node_get(job->es.item->object, "metadata");
	bool all = !job->es.template.present;

	gk_node_foreach (label, gk_node_get(metadata, "labels"))
		if (all)
			gk_node_set(
				w->a, job->labels, gk_node_key(label), gk_node_dup(w->a, label));
	gk_node_foreach (note, gk_node_get(metadata, "annotations")) {
		struct gk_str key = gk_node_key(note);

		if (steers(key) || (all && !is_private(key)))
			gk_node_set(w->a, job->annotations, key, gk_node_dup(w->a, note));
	}
}

void gk_job_render(struct gk_work *w, struct gk_job *job)
{
	const struct gk_es_template *t = &job->es.template;
	struct renderer r = {w, job, root_of(w, job)};

	job->made = (struct gk_data){.a = w->a};
	job->labels = gk_node_new(w->a, GK_OBJECT);
	job->annotations = gk_node_new(w->a, GK_OBJECT);
	copy_metadata(w, job);
	if (t->merge || (!(t->data && t->data->count) && t->nfrom == 0))
		keep_fetched(job);
	for (size_t i = 0; i < t->nfrom; i++) {
		struct gk_err err = GK_ERR_INIT;

		if (render_from(&r, &t->from[i], &err))
			report(&r, t->from[i].at,
				gk_arena_printf(w->a, "spec.target.template.templateFrom[%zu]", i),
				&err);
	}
	render_map(&r, t->data, GK_ES_DATA, "spec.target.template.data");
	render_map(&r, t->labels, GK_ES_LABELS, "spec.target.template.metadata.labels");
	render_map(
		&r, t->annotations, GK_ES_ANNOTATIONS, "spec.target.template.metadata.annotations");
}
