/* Configuration objects of apiVersion `builtin`, by kind. */
#include "base/vec.h"
#include "overlay/generate.h"
#include "overlay/plugin-run.h"
#include "overlay/value.h"
#include "overlay/xform.h"

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
	const struct gk_node *value, *target_file;
	struct gk_dec_list value_targets;
	bool unset_only;
};

struct generator_config {
	const struct gk_node *node;
	struct gk_kust_generator g;
	struct meta *metadata;
};

#define OPEN(T, label, table)                                                                      \
	GK_DEC_STRUCT_WITH(T, label, table, .open = true, .texts = GK_DEC_CONVERTED)

static const struct gk_dec_field meta_fields[] = {
	GK_DEC_FIELD(meta, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(meta, "namespace", GK_DEC_STR, ns),
};
static const struct gk_dec_struct meta_struct = OPEN(meta, "metadata", meta_fields);

static const struct gk_dec_field config_fields[] = {
	GK_DEC_NESTED(config, "metadata", GK_DEC_OBJ, metadata, meta_struct),
	GK_DEC_FIELD(config, "annotations", GK_DEC_MAP, annotations),
	GK_DEC_FIELD(config, "labels", GK_DEC_MAP, labels),
	GK_DEC_FIELD(config, "prefix", GK_DEC_STR, prefix),
	GK_DEC_FIELD(config, "suffix", GK_DEC_STR, suffix),
	GK_DEC_FIELD(config, "setRoleBindingSubjects", GK_DEC_STR, subjects),
	GK_DEC_FIELD(config, "unsetOnly", GK_DEC_BOOL, unset_only),
	GK_DEC_NESTED(config, "fieldSpecs", GK_DEC_LIST, specs, gk_kust_fieldspec_struct),
	GK_DEC_NESTED(config, "imageTag", GK_DEC_OBJ, image, gk_kust_image_struct),
	GK_DEC_NESTED(config, "replica", GK_DEC_OBJ, replica, gk_kust_replica_struct),
	{"replacements", GK_DEC_LIST, offsetof(struct config, replacements),
		&gk_kust_replacement_struct, true},
	GK_DEC_FIELD(config, "path", GK_DEC_STR, patch.path),
	GK_DEC_FIELD(config, "patch", GK_DEC_STR, patch.patch),
	GK_DEC_FIELD(config, "jsonOp", GK_DEC_STR, patch.patch),
	GK_DEC_NESTED(config, "target", GK_DEC_OBJ, patch.target, gk_selector_struct),
	GK_DEC_NESTED(config, "options", GK_DEC_OBJ, patch.options, gk_kust_patch_options_struct),
	GK_DEC_FIELD(config, "paths", GK_DEC_STRS, paths),
	GK_DEC_FIELD(config, "patches", GK_DEC_STR, patches),
	GK_DEC_FIELD(config, "value", GK_DEC_STR, value),
	GK_DEC_FIELD(config, "targetFilePath", GK_DEC_STR, target_file),
	GK_DEC_NESTED(config, "targets", GK_DEC_LIST, value_targets, gk_x_value_target_struct),
};
static const struct gk_dec_struct config_struct =
	OPEN(config, "a transformer's configuration", config_fields);

static int specs_of(const struct gk_plugin *p, const struct config *c, struct gk_spec_list *ret)
{
	*ret = (struct gk_spec_list){0};
	return gk_spec_list_decoded(p->b->a, &c->specs, ret, p->err);
}

static int run_pairs(const struct gk_plugin *p, const struct config *c, const struct gk_node *pairs)
{
	struct gk_spec_list specs;

	if (specs_of(p, c, &specs))
		return -1;
	return gk_x_pairs(p->b, p->m, pairs, &specs, p->err);
}

static int run_annotations(const struct gk_plugin *p, const struct config *c)
{
	return run_pairs(p, c, c->annotations);
}

static int run_labels(const struct gk_plugin *p, const struct config *c)
{
	return run_pairs(p, c, c->labels);
}

static int run_affix(const struct gk_plugin *p, const struct config *c, bool prefix)
{
	struct gk_str text = gk_node_text(prefix ? c->prefix : c->suffix);
	struct gk_spec_list specs;

	if (!c->specs.node)
		return gk_plugin_fail(p, "'fieldSpecs' is missing");
	if (specs_of(p, c, &specs))
		return -1;
	return gk_x_affix(p->b, p->m, text, prefix, &specs, p->err);
}

static int run_prefix(const struct gk_plugin *p, const struct config *c)
{
	return run_affix(p, c, true);
}

static int run_suffix(const struct gk_plugin *p, const struct config *c)
{
	return run_affix(p, c, false);
}

static int run_both(const struct gk_plugin *p, const struct config *c)
{
	return run_prefix(p, c) || run_suffix(p, c) ? -1 : 0;
}

static int subjects_of(const struct gk_plugin *p, const struct config *c, enum gk_subjects *ret)
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
	return gk_plugin_fail(
		p, "'setRoleBindingSubjects' must be defaultOnly, allServiceAccounts or none");
}

static int run_namespace(const struct gk_plugin *p, const struct config *c)
{
	struct gk_spec_list specs;
	struct gk_x_namespace x = {
		.ns = c->metadata ? gk_node_text(c->metadata->ns) : GK_STR_NULL,
		.specs = &specs,
		.unset_only = c->unset_only,
	};

	if (specs_of(p, c, &specs) || subjects_of(p, c, &x.subjects))
		return -1;
	return x.ns.n ? gk_x_namespace(p->b, p->m, &x, p->err) : 0;
}

static int run_image(const struct gk_plugin *p, const struct config *c)
{
	static const struct gk_kust_image none;
	GK_AUTO(gk_x_image_fields_done) struct gk_image_fields fields = {0};
	struct gk_image_met met;
	struct gk_spec_list specs;

	if (specs_of(p, c, &specs) || gk_x_image_fields(p->b, p->m, &specs, &fields, p->err))
		return -1;
	return gk_x_image(p->b, &fields, c->image ? c->image : &none, &met, p->err);
}

static int run_replicas(const struct gk_plugin *p, const struct config *c)
{
	static const struct gk_kust_replica none;
	struct gk_spec_list specs;

	if (specs_of(p, c, &specs))
		return -1;
	return gk_x_replicas(p->b, p->m, c->replica ? c->replica : &none, &specs, p->err);
}

static int run_patch(const struct gk_plugin *p, const struct config *c)
{
	return gk_x_patch(p->b, p->f, p->m, &c->patch, p->err);
}

static int run_patch_json(const struct gk_plugin *p, const struct config *c)
{
	return gk_x_patch_json(p->b, p->f, p->m, &c->patch, p->err);
}

static int run_patch_sm(const struct gk_plugin *p, const struct config *c)
{
	struct gk_node *entries = gk_node_new(p->b->a, GK_ARRAY);

	gk_node_foreach (path, c->paths)
		gk_node_append(entries, gk_node_dup(p->b->a, path));
	if (gk_node_text(c->patches).n)
		gk_node_append(entries, gk_node_dup(p->b->a, c->patches));
	if (entries->count == 0)
		return gk_plugin_fail(p, "'paths' and 'patches' are both empty");
	return gk_x_patch_sm(p->b, p->f, p->m, entries, p->err);
}

static int run_replacements(const struct gk_plugin *p, const struct config *c)
{
	return gk_x_replacements(p->b, p->f, p->m, &c->replacements, p->err);
}

static int run_hash(const struct gk_plugin *p, const struct config *c)
{
	(void)c;
	return gk_names_hash(p->b, p->m, p->err);
}

static int run_value(const struct gk_plugin *p, const struct config *c)
{
	struct gk_x_value x = {
		.value = gk_str_trim(gk_node_text(c->value)),
		.file = c->target_file,
		.targets = &c->value_targets,
	};

	return gk_x_value(p->b, p->f, p->m, &x, p->err);
}

static const struct gk_dec_field generator_fields[] = {
	GK_DEC_NESTED(generator_config, "metadata", GK_DEC_OBJ, metadata, meta_struct),
};
static const struct gk_dec_struct generator_struct =
	OPEN(generator_config, "a generator's configuration", generator_fields);

static int make_data(const struct gk_plugin *p, bool secret, struct gk_res_list *ret)
{
	struct gk_dec_struct open = gk_kust_generator_struct;
	struct generator_config c = {0};
	struct gk_res *made;

	open.open = true;
	if (gk_decode(p->b->a, &open, p->config->object, p->config->file, p->b->diags, &c.g) ||
		gk_decode(p->b->a, &generator_struct, p->config->object, p->config->file,
			p->b->diags, &c))
		return -1;
	c.g.env = NULL; /* an old name of `envs`, which kustomize mends in kustomizations only */
	if (!gk_node_text(c.g.name).n && c.metadata)
		c.g.name = c.metadata->name;
	if (!gk_node_text(c.g.ns).n && c.metadata)
		c.g.ns = c.metadata->ns;
	if (gk_generate_one(p->b, p->f, &c.g, NULL, secret, &made, p->err))
		return -1;
	gk_vec_push(ret, made);
	return 0;
}

static int make_config_map(const struct gk_plugin *p, struct gk_res_list *ret)
{
	return make_data(p, false, ret);
}

static int make_secret(const struct gk_plugin *p, struct gk_res_list *ret)
{
	return make_data(p, true, ret);
}

struct iam_part {
	const struct gk_node *node;
	const struct gk_node *name, *ns, *project;
};

struct iam_config {
	const struct gk_node *node;
	const struct gk_node *cloud;
	struct iam_part *service, *account;
};

static const struct gk_dec_field iam_service_fields[] = {
	GK_DEC_FIELD(iam_part, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(iam_part, "namespace", GK_DEC_STR, ns),
};
static const struct gk_dec_field iam_account_fields[] = {
	GK_DEC_FIELD(iam_part, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(iam_part, "projectId", GK_DEC_STR, project),
};
static const struct gk_dec_struct iam_service_struct =
	OPEN(iam_part, "kubernetesService", iam_service_fields);
static const struct gk_dec_struct iam_account_struct =
	OPEN(iam_part, "serviceAccount", iam_account_fields);

static const struct gk_dec_field iam_fields[] = {
	GK_DEC_FIELD(iam_config, "cloud", GK_DEC_STR, cloud),
	GK_DEC_NESTED(iam_config, "kubernetesService", GK_DEC_OBJ, service, iam_service_struct),
	GK_DEC_NESTED(iam_config, "serviceAccount", GK_DEC_OBJ, account, iam_account_struct),
};
static const struct gk_dec_struct iam_struct =
	OPEN(iam_config, "an IAM policy's configuration", iam_fields);

/* A ServiceAccount bound to an account of Google's cloud, built as text as kustomize does. */
static int make_iam(const struct gk_plugin *p, struct gk_res_list *ret)
{
	static const struct iam_part none;
	struct iam_config c = {0};
	const struct iam_part *service, *account;
	const char *text;

	if (gk_decode(p->b->a, &iam_struct, p->config->object, p->config->file, p->b->diags, &c))
		return -1;
	if (!gk_str_is(gk_node_text(c.cloud), "gke"))
		return gk_plugin_fail(p, "'cloud' must be 'gke'");
	service = c.service ? c.service : &none;
	account = c.account ? c.account : &none;
	text = gk_arena_printf(p->b->a,
		"apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n"
		"    iam.gke.io/gcp-service-account: %.*s@%.*s.iam.gserviceaccount.com\n"
		"  name: %.*s\n",
		GK_SARG(gk_node_text(account->name)), GK_SARG(gk_node_text(account->project)),
		GK_SARG(gk_node_text(service->name)));
	if (gk_node_text(service->ns).n)
		text = gk_arena_printf(
			p->b->a, "%s  namespace: %.*s\n", text, GK_SARG(service->ns->text));
	return gk_read_resources(p->b, p->config->file, gk_str_c(text), ret, p->err);
}

static const struct transformer {
	const char *kind;
	int (*run)(const struct gk_plugin *p, const struct config *c);
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
	{"ValueAddTransformer", run_value},
};

static const struct generator {
	const char *kind;
	int (*run)(const struct gk_plugin *p, struct gk_res_list *ret);
} generators[] = {
	{"ConfigMapGenerator", make_config_map},
	{"SecretGenerator", make_secret},
	{"IAMPolicyGenerator", make_iam},
	{"HelmChartInflationGenerator", gk_helm_generate},
};

enum { MOST_KINDS = 32 };

static int fail_kind(const struct gk_plugin *p, bool generate)
{
	struct gk_str kind = gk_res_kind(p->config);
	const char *names[MOST_KINDS], *near;
	size_t n = 0;

	(void)gk_fail(p->err, GK_EINPUT, "render.plugin", "there is no built-in %s '%.*s'",
		generate ? "generator" : "transformer", GK_SARG(kind));
	(void)gk_res_at(p->config, p->err);
	for (size_t i = 0; i < GK_COUNT(generators); i++)
		names[n++] = generators[i].kind;
	for (size_t i = 0; i < GK_COUNT(transformers); i++)
		names[n++] = transformers[i].kind;
	near = gk_str_nearest(kind, names, n);
	if (near && gk_str_is(kind, near))
		return gk_help(
			p->err, "list it under '%s'", generate ? "transformers" : "generators");
	return near ? gk_help(p->err, "did you mean '%s'?", near) : -1;
}

bool gk_builtin_is(const struct gk_res *config)
{
	struct gk_id id = gk_res_id(config);

	return id.group.n == 0 && gk_str_is(id.version, "builtin");
}

int gk_builtin_transform(const struct gk_plugin *p)
{
	struct config c = {0};

	for (size_t i = 0; i < GK_COUNT(transformers); i++) {
		if (!gk_str_is(gk_res_kind(p->config), transformers[i].kind))
			continue;
		if (gk_decode(p->b->a, &config_struct, p->config->object, p->config->file,
			    p->b->diags, &c))
			return -1;
		c.patch.node = p->config->object;
		return transformers[i].run(p, &c) ? gk_res_at(p->config, p->err) : 0;
	}
	return fail_kind(p, false);
}

int gk_builtin_generate(const struct gk_plugin *p, struct gk_res_list *ret)
{
	for (size_t i = 0; i < GK_COUNT(generators); i++)
		if (gk_str_is(gk_res_kind(p->config), generators[i].kind))
			return generators[i].run(p, ret);
	return fail_kind(p, true);
}
