/* Generators, transformers and validators: their configuration objects, and their turn. */
#include "base/vec.h"
#include "overlay/generate.h"
#include "overlay/inline.h"
#include "overlay/marks.h"
#include "overlay/meta.h"
#include "overlay/plugin-run.h"
#include "overlay/plugin.h"
#include "overlay/step.h"
#include "overlay/value.h"

int gk_plugin_fail(const struct gk_plugin *p, const char *text)
{
	(void)gk_fail(p->err, GK_EINPUT, "render.plugin", "%s", text);
	return gk_res_at(p->config, p->err);
}

/* Which of the three ways to carry out a configuration it asks for. */
struct way {
	bool (*is)(const struct gk_res *config);
	int (*transform)(const struct gk_plugin *p);
	int (*generate)(const struct gk_plugin *p, struct gk_res_list *ret);
};

static bool is_any(const struct gk_res *config)
{
	(void)config;
	return true;
}

static const struct way *way_of(const struct gk_res *config)
{
	static const struct way ways[] = {
		{gk_builtin_is, gk_builtin_transform, gk_builtin_generate},
		{gk_fn_is, gk_fn_transform, gk_fn_generate},
		{is_any, gk_exec_transform, gk_exec_generate},
	};
	const struct way *w = ways;

	while (!w->is(config))
		w++;
	return w;
}

/* Programs only by the operator's leave. */
static int check_allowed(const struct gk_plugin *p)
{
	if (gk_builtin_is(p->config))
		return 0;
	if (p->f->ldr->commit) {
		(void)gk_fail(p->err, GK_EINPUT, "render.plugin-refused",
			"'%.*s' needs a program, and none is started for a repository",
			GK_SARG(gk_res_kind(p->config)));
		return gk_res_at(p->config, p->err);
	}
	if (p->b->opt->plugins && p->b->opt->plugins->external)
		return 0;
	(void)gk_fail(p->err, GK_EINPUT, "render.plugin-refused",
		"'%.*s' needs a program, and none may be started", GK_SARG(gk_res_kind(p->config)));
	(void)gk_res_at(p->config, p->err);
	return gk_help(p->err, "if you trust this tree: --enable-alpha-plugins");
}

static int read_inline(struct gk_build *b, const struct gk_frame *f, const struct gk_node *entry,
	struct gk_res_list *ret, struct gk_err *err)
{
	struct gk_inline in;
	int rc;

	gk_inline_begin(&in, b, gk_inline_line(entry));
	rc = gk_read_resources(b, f->kust->file, entry->text, ret, err);
	for (size_t i = 0; rc == 0 && i < ret->n; i++)
		gk_inline_nodes(&in, ret->v[i]->object);
	return gk_inline_end(&in, rc, err);
}

/* An entry of `generators` and the like: objects inline, or the path of some, or nothing. */
static int read_entry(struct gk_build *b, const struct gk_frame *f, const struct gk_node *entry,
	struct gk_accum *acc, bool paths, struct gk_err *err)
{
	struct gk_err inline_err = GK_ERR_INIT;
	struct gk_res_list list = {0};
	struct gk_str text = gk_node_text(entry);
	bool many = text.n && memchr(text.p, '\n', text.n);
	bool is_text = text.n && memchr(text.p, ':', text.n) &&
		       read_inline(b, f, entry, &list, &inline_err) == 0;
	int rc = 0;

	if (text.n == 0) /* no objects, and no path */
		return 0;
	if (is_text && !paths)
		for (size_t i = 0; rc == 0 && i < list.n; i++) {
			gk_meta_origin_file(b, f, list.v[i], gk_str_c(f->kust->name));
			rc = gk_resmap_append(b->a, &acc->map, list.v[i], err);
		}
	gk_vec_done(&list);
	if (!is_text && many && paths) {
		*err = inline_err;
		return gk_build_at(f, entry, err);
	}
	if (!is_text && paths)
		return gk_build_resource(b, f, text, entry, acc, err);
	return rc;
}

/* The configuration objects of a list: the inline ones first. */
static int read_configs(struct gk_build *b, const struct gk_frame *f, const struct gk_node *list,
	struct gk_accum *ret, struct gk_err *err)
{
	for (int paths = 0; paths < 2; paths++)
		gk_node_foreach (entry, list)
			if (read_entry(b, f, entry, ret, paths, err))
				return -1;
	return 0;
}

/* Errors about the configuration name its file, not the kustomization's. */
struct place {
	struct gk_kust kust;
	struct gk_frame frame;
};

static void place_at(struct place *p, const struct gk_frame *f, const struct gk_res *config)
{
	p->kust = (struct gk_kust){.file = config->file, .name = f->kust->name};
	p->frame = *f;
	p->frame.kust = &p->kust;
}

/* What --explain says of the configuration object. */
static struct gk_step step_of(
	struct gk_build *b, const struct gk_res *config, enum gk_step_kind kind, const char *field)
{
	struct gk_str name = b->opt->explain ? gk_res_kind(config) : GK_STR("");

	return (struct gk_step){.kind = kind,
		.transformer = gk_arena_memdup0(b->a, name.p ? name.p : "", name.n),
		.field = field,
		.file = config->file,
		.at = config->object};
}

static int absorb_all(const struct gk_plugin *p, const struct gk_res_list *made)
{
	struct gk_step s = step_of(p->b, p->config, GK_STEP_GENERATOR, "generators");

	for (size_t i = 0; i < made->n; i++) {
		gk_meta_generated_by(p->b, made->v[i], p->config);
		if (gk_absorb(p->b, p->m, made->v[i], p->err))
			return -1;
		gk_step_made(p->b, p->m, made->v[i], &s);
	}
	return 0;
}

static int generate_one(const struct gk_plugin *p)
{
	struct gk_res_list made = {0};
	int rc = check_allowed(p);

	if (rc == 0)
		rc = way_of(p->config)->generate(p, &made);
	if (rc == 0)
		rc = absorb_all(p, &made);
	gk_vec_done(&made);
	return rc;
}

static int transform_one(const struct gk_plugin *p)
{
	return check_allowed(p) || way_of(p->config)->transform(p) ? -1 : 0;
}

int gk_plugin_generate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	GK_AUTO(gk_accum_done) struct gk_accum configs = {0};

	if (!f->kust->generators)
		return 0;
	if (read_configs(b, f, f->kust->generators, &configs, err))
		return -1;
	gk_resmap_foreach (config, &configs.map) {
		struct place p;
		struct gk_plugin r = {b, &p.frame, &acc->map, config, err};

		place_at(&p, f, config);
		if (generate_one(&r))
			return -1;
	}
	return 0;
}

static int run_one(const struct gk_plugin *p, bool mark)
{
	struct gk_step s;

	if (transform_one(p))
		return -1;
	if (mark)
		gk_meta_transformed_by(p->b, p->m, p->config);
	s = step_of(p->b, p->config, GK_STEP_FIELD, mark ? "transformers" : "validators");
	gk_step_ran(p->b, p->m, &s);
	gk_resmap_drop_empty(p->m);
	return 0;
}

/* Read the configurations in list, and have `run` take each in turn. */
static int run_all(struct gk_build *b, const struct gk_frame *f, const struct gk_node *list,
	struct gk_resmap *m, int (*run)(const struct gk_plugin *p), struct gk_err *err)
{
	GK_AUTO(gk_accum_done) struct gk_accum configs = {0};

	if (!list)
		return 0;
	if (read_configs(b, f, list, &configs, err))
		return -1;
	gk_resmap_foreach (config, &configs.map) {
		struct place p;
		struct gk_plugin r = {b, &p.frame, m, config, err};

		place_at(&p, f, config);
		if (run(&r))
			return -1;
	}
	return 0;
}

static int run_marked(const struct gk_plugin *p)
{
	return run_one(p, true);
}

int gk_plugin_transform(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	return run_all(b, f, f->kust->transformers, &acc->map, run_marked, err);
}

/* What a validator must leave alone: all but what every program does to annotations. */
static struct gk_node *unvalidated(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_node *copy = gk_node_dup(a, r->object);
	struct gk_node *annotations = gk_node_path(copy, "metadata", "annotations", NULL);

	if (gk_node_is(annotations, GK_OBJECT))
		gk_value_to_strings(a, annotations);
	gk_annotation_remove(copy, "config.kubernetes.io/path");
	gk_annotation_remove(copy, "internal.config.kubernetes.io/path");
	return copy;
}

/*
 * And but one label, which it may set.  kustomize takes it off behind the validator alone, so
 * that an object which had it before is refused; the labels go with the last of them.
 */
static struct gk_node *validated(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_node *copy = unvalidated(a, r);
	struct gk_node *labels = gk_node_path(copy, "metadata", "labels", NULL);

	if (gk_node_is(labels, GK_OBJECT) && gk_node_remove(labels, GK_STR("validated-by")) &&
		labels->count == 0)
		gk_node_unlink(gk_node_get(copy, "metadata"), labels);
	return copy;
}

/* Are the objects what they were, and told apart by their identities? */
static int check_unchanged(const struct gk_plugin *p, struct gk_node *const *before, size_t n)
{
	if (p->m->n != n) {
		(void)gk_fail(p->err, GK_EINPUT, "render.validator",
			"a validator left %zu of %zu objects", p->m->n, n);
		(void)gk_help(p->err, "list it under 'transformers'");
		return gk_build_at(p->f, p->config->object, p->err);
	}
	if (gk_resmap_check(p->b->a, p->m, p->err))
		return -1;
	gk_resmap_foreach (r, p->m)
		if (!gk_node_equal(before[r_at], validated(p->b->a, r))) {
			(void)gk_fail(p->err, GK_EINPUT, "render.validator",
				"a validator changed an object");
			(void)gk_note(p->err, "the validator is %.*s at %s:%u",
				GK_SARG(gk_res_kind(p->config)), p->config->file,
				p->config->object->line);
			(void)gk_help(p->err, "list it under 'transformers'");
			return gk_res_at(r, p->err);
		}
	return 0;
}

static int validate_one(const struct gk_plugin *p)
{
	size_t n = p->m->n;
	struct gk_node **before = gk_arena_array(p->b->a, n + 1, sizeof *before);

	gk_resmap_foreach (r, p->m)
		before[r_at] = unvalidated(p->b->a, r);
	return run_one(p, false) || check_unchanged(p, before, n) ? -1 : 0;
}

int gk_plugin_validate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	return run_all(b, f, f->kust->validators, &acc->map, validate_one, err);
}
