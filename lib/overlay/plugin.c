#include "base/vec.h"
#include "overlay/generate.h"
#include "overlay/meta.h"
#include "overlay/plugin.h"
#include "overlay/read.h"
#include "overlay/value.h"
#include "overlay/xform.h"

/* What a run of one configuration object works with. */
struct run {
	struct gk_build *b;
	const struct gk_frame *f; /* of the configuration's own file */
	struct gk_resmap *m;
	const struct gk_res *config;
	struct gk_err *err;
};

struct meta {
	const struct gk_node *node;
	const struct gk_node *name, *ns;
};

/* All that the built-in kinds may hold; each kind's table picks its own fields. */
struct config {
	const struct gk_node *node;
	struct meta *metadata;
	const struct gk_node *annotations, *labels, *prefix, *suffix, *subjects;
	struct gk_dec_list specs, replacements;
	struct gk_kust_image *image;
	struct gk_kust_replica *replica;
	struct gk_kust_patch patch;
	const struct gk_node *paths, *patches;
	bool unset_only;
};

struct generator_config {
	const struct gk_node *node;
	struct gk_kust_generator g;
	struct meta *metadata;
};

#define FIELD(T, name, type, member)                                                               \
	{                                                                                          \
		name, type, offsetof(struct T, member), NULL                                       \
	}
#define NESTED(T, name, type, member, of)                                                          \
	{                                                                                          \
		name, type, offsetof(struct T, member), &(of)                                      \
	}
#define OPEN(T, label, table)                                                                      \
	{                                                                                          \
		.what = (label), .fields = (table), .nfields = GK_COUNT(table),                    \
		.size = sizeof(struct T), .node = offsetof(struct T, node), .open = true           \
	}

static const struct gk_dec_field meta_fields[] = {
	FIELD(meta, "name", GK_DEC_STR, name),
	FIELD(meta, "namespace", GK_DEC_STR, ns),
};
static const struct gk_dec_struct meta_struct = OPEN(meta, "metadata", meta_fields);

static const struct gk_dec_field config_fields[] = {
	NESTED(config, "metadata", GK_DEC_OBJ, metadata, meta_struct),
	FIELD(config, "annotations", GK_DEC_MAP, annotations),
	FIELD(config, "labels", GK_DEC_MAP, labels),
	FIELD(config, "prefix", GK_DEC_STR, prefix),
	FIELD(config, "suffix", GK_DEC_STR, suffix),
	FIELD(config, "setRoleBindingSubjects", GK_DEC_STR, subjects),
	FIELD(config, "unsetOnly", GK_DEC_BOOL, unset_only),
	NESTED(config, "fieldSpecs", GK_DEC_LIST, specs, gk_kust_fieldspec_struct),
	NESTED(config, "imageTag", GK_DEC_OBJ, image, gk_kust_image_struct),
	NESTED(config, "replica", GK_DEC_OBJ, replica, gk_kust_replica_struct),
	NESTED(config, "replacements", GK_DEC_LIST, replacements, gk_kust_replacement_struct),
	FIELD(config, "path", GK_DEC_STR, patch.path),
	FIELD(config, "patch", GK_DEC_STR, patch.patch),
	FIELD(config, "jsonOp", GK_DEC_STR, patch.patch),
	NESTED(config, "target", GK_DEC_OBJ, patch.target, gk_selector_struct),
	NESTED(config, "options", GK_DEC_OBJ, patch.options, gk_kust_patch_options_struct),
	FIELD(config, "paths", GK_DEC_STRS, paths),
	FIELD(config, "patches", GK_DEC_STR, patches),
};
static const struct gk_dec_struct config_struct =
	OPEN(config, "a transformer's configuration", config_fields);

static int fail_config(const struct run *r, const char *text)
{
	(void)gk_fail(r->err, GK_EINPUT, "render.plugin", "%s", text);
	return gk_res_at(r->config, r->err);
}

static int specs_of(const struct run *r, const struct config *c, struct gk_spec_list *ret)
{
	*ret = (struct gk_spec_list){0};
	return gk_spec_list_decoded(r->b->a, &c->specs, ret, r->err);
}

static int run_pairs(const struct run *r, const struct config *c, const struct gk_node *pairs)
{
	struct gk_spec_list specs;

	if (specs_of(r, c, &specs))
		return -1;
	return gk_x_pairs(r->b, r->m, pairs, &specs, r->err);
}

static int run_annotations(const struct run *r, const struct config *c)
{
	return run_pairs(r, c, c->annotations);
}

static int run_labels(const struct run *r, const struct config *c)
{
	return run_pairs(r, c, c->labels);
}

static int run_affix(const struct run *r, const struct config *c, bool prefix)
{
	struct gk_str text = gk_node_text(prefix ? c->prefix : c->suffix);
	struct gk_spec_list specs;

	if (!c->specs.node)
		return fail_config(r, "'fieldSpecs' is missing");
	if (specs_of(r, c, &specs))
		return -1;
	return gk_x_affix(r->b, r->m, text, prefix, &specs, r->err);
}

static int run_prefix(const struct run *r, const struct config *c)
{
	return run_affix(r, c, true);
}

static int run_suffix(const struct run *r, const struct config *c)
{
	return run_affix(r, c, false);
}

static int run_both(const struct run *r, const struct config *c)
{
	return run_prefix(r, c) || run_suffix(r, c) ? -1 : 0;
}

static int subjects_of(const struct run *r, const struct config *c, enum gk_subjects *ret)
{
	static const char *const words[] = {
		[GK_SUBJECTS_DEFAULT_ONLY] = "defaultOnly",
		[GK_SUBJECTS_ALL_ACCOUNTS] = "allServiceAccounts",
		[GK_SUBJECTS_NONE] = "none",
	};
	struct gk_str word = gk_node_text(c->subjects);

	*ret = GK_SUBJECTS_DEFAULT_ONLY;
	if (word.n == 0)
		return 0;
	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (gk_str_is(word, words[i])) {
			*ret = (enum gk_subjects)i;
			return 0;
		}
	return fail_config(
		r, "'setRoleBindingSubjects' must be defaultOnly, allServiceAccounts or none");
}

static int run_namespace(const struct run *r, const struct config *c)
{
	struct gk_spec_list specs;
	struct gk_x_namespace x = {
		.ns = c->metadata ? gk_node_text(c->metadata->ns) : GK_STR_NULL,
		.specs = &specs,
		.unset_only = c->unset_only,
	};

	if (specs_of(r, c, &specs) || subjects_of(r, c, &x.subjects))
		return -1;
	return x.ns.n ? gk_x_namespace(r->b, r->m, &x, r->err) : 0;
}

static int run_image(const struct run *r, const struct config *c)
{
	static const struct gk_kust_image none;
	struct gk_spec_list specs;

	if (specs_of(r, c, &specs))
		return -1;
	return gk_x_image(r->b, r->m, c->image ? c->image : &none, &specs, r->err);
}

static int run_replicas(const struct run *r, const struct config *c)
{
	static const struct gk_kust_replica none;
	struct gk_spec_list specs;

	if (specs_of(r, c, &specs))
		return -1;
	return gk_x_replicas(r->b, r->m, c->replica ? c->replica : &none, &specs, r->err);
}

static int run_patch(const struct run *r, const struct config *c)
{
	return gk_x_patch(r->b, r->f, r->m, &c->patch, r->err);
}

static int run_patch_json(const struct run *r, const struct config *c)
{
	return gk_x_patch_json(r->b, r->f, r->m, &c->patch, r->err);
}

static int run_patch_sm(const struct run *r, const struct config *c)
{
	struct gk_node *entries = gk_node_new(r->b->a, GK_ARRAY);

	gk_node_foreach (path, c->paths)
		gk_node_append(entries, gk_node_dup(r->b->a, path));
	if (gk_node_text(c->patches).n)
		gk_node_append(entries, gk_node_dup(r->b->a, c->patches));
	if (entries->count == 0)
		return fail_config(r, "'paths' and 'patches' are both empty");
	return gk_x_patch_sm(r->b, r->f, r->m, entries, r->err);
}

static int run_replacements(const struct run *r, const struct config *c)
{
	return gk_x_replacements(r->b, r->f, r->m, &c->replacements, r->err);
}

static int run_hash(const struct run *r, const struct config *c)
{
	(void)c;
	return gk_names_hash(r->b, r->m, r->err);
}

static const struct transformer {
	const char *kind;
	int (*run)(const struct run *r, const struct config *c);
} transformers[] = {
	{"AnnotationsTransformer", run_annotations},
	{"LabelTransformer", run_labels},
	{"PrefixTransformer", run_prefix},
	{"SuffixTransformer", run_suffix},
	{"PrefixSuffixTransformer", run_both},
	{"NamespaceTransformer", run_namespace},
	{"ImageTagTransformer", run_image},
	{"ReplicaCountTransformer", run_replicas},
	{"PatchTransformer", run_patch},
	{"PatchJson6902Transformer", run_patch_json},
	{"PatchStrategicMergeTransformer", run_patch_sm},
	{"ReplacementTransformer", run_replacements},
	{"HashTransformer", run_hash},
};

static const struct gk_dec_field generator_fields[] = {
	NESTED(generator_config, "metadata", GK_DEC_OBJ, metadata, meta_struct),
};
static const struct gk_dec_struct generator_struct =
	OPEN(generator_config, "a generator's configuration", generator_fields);

static int check_builtin(const struct run *r)
{
	struct gk_id id = gk_res_id(r->config);

	if (id.group.n == 0 && gk_str_is(id.version, "builtin"))
		return 0;
	(void)gk_fail(r->err, GK_EINPUT, "render.plugin",
		"'%.*s' needs a program, and gk-render starts none", GK_SARG(id.kind));
	(void)gk_res_at(r->config, r->err);
	return gk_help(r->err, "only kinds of apiVersion 'builtin' are available");
}

static int fail_kind(const struct run *r)
{
	(void)gk_fail(r->err, GK_EINPUT, "render.plugin", "there is no builtin '%.*s' for this",
		GK_SARG(gk_res_kind(r->config)));
	return gk_res_at(r->config, r->err);
}

static int transform_one(const struct run *r)
{
	struct config c = {0};

	if (check_builtin(r))
		return -1;
	for (size_t i = 0; i < GK_COUNT(transformers); i++) {
		if (!gk_str_is(gk_res_kind(r->config), transformers[i].kind))
			continue;
		if (gk_decode(r->b->a, &config_struct, r->config->object, r->config->file,
			    r->b->diags, &c))
			return -1;
		c.patch.node = r->config->object;
		return transformers[i].run(r, &c);
	}
	return fail_kind(r);
}

static int generate_one(const struct run *r, struct gk_res **ret)
{
	bool secret = gk_str_is(gk_res_kind(r->config), "SecretGenerator");
	struct gk_dec_struct open = gk_kust_generator_struct;
	struct generator_config c = {0};

	if (check_builtin(r))
		return -1;
	if (!secret && !gk_str_is(gk_res_kind(r->config), "ConfigMapGenerator"))
		return fail_kind(r);
	open.open = true;
	if (gk_decode(r->b->a, &open, r->config->object, r->config->file, r->b->diags, &c.g) ||
		gk_decode(r->b->a, &generator_struct, r->config->object, r->config->file,
			r->b->diags, &c))
		return -1;
	if (!gk_node_text(c.g.name).n && c.metadata)
		c.g.name = c.metadata->name;
	if (!gk_node_text(c.g.ns).n && c.metadata)
		c.g.ns = c.metadata->ns;
	return gk_generate_one(r->b, r->f, &c.g, NULL, secret, ret, r->err);
}

/* An entry of `generators` and the like: objects inline, or the path of some. */
static int read_entry(struct gk_build *b, const struct gk_frame *f, const struct gk_node *entry,
	struct gk_accum *acc, bool paths, struct gk_err *err)
{
	struct gk_err inline_err = GK_ERR_INIT;
	struct gk_res_list list = {0};
	struct gk_str text = gk_node_text(entry);
	bool many = text.n && memchr(text.p, '\n', text.n);
	bool is_text = text.n && memchr(text.p, ':', text.n) &&
		       gk_read_resources(b, f->kust->file, text, &list, &inline_err) == 0;
	int rc = 0;

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

static void accum_done(struct gk_accum *acc)
{
	gk_resmap_done(&acc->map);
	gk_map_done(&acc->vars);
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

int gk_plugin_generate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	GK_AUTO(accum_done) struct gk_accum configs = {0};

	if (!f->kust->generators)
		return 0;
	if (read_configs(b, f, f->kust->generators, &configs, err))
		return -1;
	gk_resmap_foreach (config, &configs.map) {
		struct place p;
		struct run r = {b, &p.frame, &acc->map, config, err};
		struct gk_res *made;

		place_at(&p, f, config);
		if (generate_one(&r, &made))
			return -1;
		gk_meta_generated_by(b, made, config);
		if (gk_absorb(b, &acc->map, made, err))
			return -1;
	}
	return 0;
}

static int run_transformers(struct gk_build *b, const struct gk_frame *f,
	const struct gk_node *list, struct gk_resmap *m, bool mark, struct gk_err *err)
{
	GK_AUTO(accum_done) struct gk_accum configs = {0};

	if (!list)
		return 0;
	if (read_configs(b, f, list, &configs, err))
		return -1;
	gk_resmap_foreach (config, &configs.map) {
		struct place p;
		struct run r = {b, &p.frame, m, config, err};

		place_at(&p, f, config);
		if (transform_one(&r))
			return -1;
		if (mark)
			gk_meta_transformed_by(b, m, config);
		gk_resmap_drop_empty(m);
	}
	return 0;
}

int gk_plugin_transform(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	return run_transformers(b, f, f->kust->transformers, &acc->map, true, err);
}

/* The object without the label that a validator may set. */
static struct gk_node *unvalidated(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_node *copy = gk_node_dup(a, r->object);
	struct gk_node *labels = gk_node_path(copy, "metadata", "labels", NULL);

	if (gk_node_is(labels, GK_OBJECT))
		(void)gk_node_remove(labels, GK_STR("validated-by"));
	return copy;
}

int gk_plugin_validate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_resmap *m = &acc->map;
	size_t n = m->n;
	struct gk_node **before;

	if (!f->kust->validators)
		return 0;
	before = gk_arena_array(b->a, n + 1, sizeof *before);
	gk_resmap_foreach (r, m)
		before[r_at] = unvalidated(b->a, r);
	if (run_transformers(b, f, f->kust->validators, m, false, err))
		return -1;
	gk_resmap_foreach (r, m)
		if (m->n != n || !gk_node_equal(before[r_at], unvalidated(b->a, r))) {
			(void)gk_fail(err, GK_EINPUT, "render.validator",
				"a validator changed an object");
			return gk_res_at(r, err);
		}
	return 0;
}
