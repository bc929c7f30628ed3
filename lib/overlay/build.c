/*
 * The order of a build (kustomize reference section 1).
 *
 *	accumulate(directory):	resources, configuration, generators, components,
 *				transformers, validators, variables
 *	at the root then:	hashes, name references, variables, local objects dropped,
 *				sort, clean-up
 */
#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/build.h"
#include "overlay/finish.h"
#include "overlay/meta.h"
#include "overlay/plugin.h"
#include "overlay/read.h"
#include "overlay/step.h"
#include "overlay/strict.h"

enum { MEMORY_PER_BYTE = 64 };

const char *gk_build_shown(struct gk_build *b, const struct gk_loader *l, const char *path)
{
	const char *root = l->root;

	if (!*root)
		return *path ? path : ".";
	if (!*path)
		return root;
	return gk_arena_printf(b->a, strcmp(root, "/") ? "%s/%s" : "%s%s", root, path);
}

int gk_build_visit(struct gk_build *b, size_t n, struct gk_err *err)
{
	uint64_t most = b->lim->render_bytes;

	if (most < b->input * MEMORY_PER_BYTE)
		most = b->input * MEMORY_PER_BYTE;
	if (b->a->used > most)
		return gk_limit_fail(err, "render-bytes", most, "the memory that this takes");
	b->visits += n;
	if (b->visits <= b->lim->visits)
		return 0;
	return gk_limit_fail(err, "visits", b->lim->visits,
		"the number of objects that patches, replacements and the like look at");
}

int gk_build_at(const struct gk_frame *f, const struct gk_node *at, struct gk_err *err)
{
	if (!at || err->file)
		return -1;
	err->excerpt = true; /* of a kustomization; a manifest's line may hold a secret */
	return gk_err_at(err, gk_node_pos(at, f->kust->file));
}

void gk_build_report(struct gk_build *b, struct gk_err *err)
{
	if (err->code != GK_OK)
		gk_diags_err(b->diags, err);
	gk_err_reset(err);
}

static int keep_first(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct gk_node **first = ctx;

	(void)err;
	if (!*first)
		*first = root;
	return 0;
}

int gk_build_parse_one(struct gk_build *b, const char *file, struct gk_str text,
	const struct gk_yaml_options *opt, struct gk_node **ret, struct gk_err *err)
{
	*ret = NULL;
	return gk_yaml_parse(b->a, file, text, opt, keep_first, ret, err);
}

void gk_accum_done(struct gk_accum *acc)
{
	gk_resmap_done(&acc->map);
	gk_map_done(&acc->vars);
}

/* Try each entry, so that one run reports all that are missing; a limit ends the run. */
static int add_resources(struct gk_build *b, const struct gk_frame *f, const struct gk_node *list,
	struct gk_accum *acc, struct gk_err *err)
{
	int failed = 0;

	gk_node_foreach (entry, list) {
		if (err->code == GK_ELIMIT)
			return -1;
		if (failed)
			gk_build_report(b, err);
		failed |= gk_build_resource(b, f, gk_node_text(entry), entry, acc, err);
	}
	return failed;
}

static int add_components(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	gk_node_foreach (entry, f->kust->components)
		if (gk_build_directory(b, f, gk_node_text(entry), entry, true, acc, err) ||
			gk_resmap_check(b->a, &acc->map, err))
			return gk_build_at(f, entry, err);
	return 0;
}

/* Objects from the command line stand behind the root's own resources. */
static int add_extra(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	const struct gk_set *extra = f->up ? NULL : b->opt->extra;
	struct gk_res_list list = {0};
	int rc = 0;

	for (size_t i = 0; extra && rc == 0 && i < extra->n; i++)
		rc = gk_read_resource(b, gk_node_dup(b->a, extra->items[i].object),
			gk_arena_strdup(b->a, extra->items[i].source), &list, err);
	for (size_t i = 0; rc == 0 && i < list.n; i++)
		rc = gk_build_admit(b, f, gk_str_c(list.v[i]->file), NULL, list.v[i], acc, err);
	gk_vec_done(&list);
	return rc;
}

int gk_build_accumulate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	const struct gk_config *config;
	int failed = add_resources(b, f, f->kust->resources, acc, err);

	if (err->code == GK_ELIMIT)
		return -1;
	if (failed)
		gk_build_report(b, err);
	failed |= add_resources(b, f, f->kust->bases, acc, err);
	if (failed || add_extra(b, f, acc, err))
		return -1;
	if (gk_config_load(b, f, &config, err) ||
		gk_config_merge(b->a, acc->config, config, &acc->config, err))
		return -1;
	if (gk_generate(b, f, acc, err) || add_components(b, f, acc, err) ||
		gk_transform(b, f, acc, err) || gk_plugin_validate(b, f, acc, err))
		return -1;
	return gk_vars_declare(b, f, acc, err);
}

static int check_directory(
	struct gk_build *b, const char *path, struct gk_loaded *ret, struct gk_err *err)
{
	if (b->ldr->get(b->ldr, path, 0, b->a, ret, err)) {
		if (err->code != GK_ELIMIT)
			return gk_ctx(err, "cannot open '%s'", gk_build_shown(b, b->ldr, path));
		ret->is_dir = false;
	}
	if (ret->is_dir)
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.not-a-directory", "'%s' is a file",
		gk_build_shown(b, b->ldr, path));
	return gk_help(err, "name the directory that holds the kustomization");
}

/* Names and variables: at the root only, when every layer has spoken. */
static int settle_names(struct gk_build *b, struct gk_accum *acc, struct gk_err *err)
{
	if (gk_names_hash(b, &acc->map, err))
		return -1;
	gk_step_ran(b, &acc->map,
		&(struct gk_step){
			.kind = GK_STEP_HASH, .transformer = "HashTransformer", .field = ""});
	if (gk_names_fix(b, acc, err))
		return -1;
	gk_step_ran(b, &acc->map,
		&(struct gk_step){.kind = GK_STEP_REFERENCE,
			.transformer = "NameReferenceTransformer",
			.field = ""});
	if (gk_vars_resolve(b, acc, err))
		return -1;
	gk_step_ran(b, &acc->map,
		&(struct gk_step){.kind = GK_STEP_VARIABLE,
			.transformer = "RefVarTransformer",
			.field = "vars",
			.vars = &acc->vars});
	return gk_resmap_check(b->a, &acc->map, err);
}

static int build(struct gk_build *b, const char *path, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_frame root = {.ldr = b->ldr, .origin = ""};
	struct gk_loaded dir;

	if (check_directory(b, path, &dir, err))
		return -1;
	root.dir = dir.path;
	root.kust = gk_kust_load(b, &root, err);
	if (!root.kust)
		return -1;
	b->build_metadata = gk_meta_words(b, root.kust->build_metadata);
	if (gk_openapi_choose(b, &root, err) || gk_build_accumulate(b, &root, acc, err))
		return -1;
	if (settle_names(b, acc, err))
		return -1;
	if (gk_finish_drop_local(&acc->map, err) || gk_sort(b, root.kust, &acc->map, err))
		return -1;
	if (gk_finish(b, &acc->map, err))
		return -1;
	gk_step_ran(b, &acc->map, &(struct gk_step){.transformer = "output", .field = ""});
	if (gk_step_answer(b, &acc->map, err))
		return -1;
	return gk_strict_verdict(b);
}

int gk_overlay_build(struct gk_loader *l, const char *path, const struct gk_overlay_options *opt,
	struct gk_diags *diags, struct gk_set *ret, struct gk_err *err)
{
	struct gk_build b = {
		.a = &ret->arena,
		.ldr = l,
		.opt = opt,
		.lim = opt->lim ? opt->lim : gk_limits_default(),
		.diags = diags,
		.schema = gk_merge_schema_builtin(),
	};
	GK_AUTO(gk_scopes_done) struct gk_scopes scopes = {0};
	GK_AUTO(gk_accum_done) struct gk_accum acc = {0};
	int rc;

	b.scopes = opt->scopes ? opt->scopes : &scopes;
	b.std = gk_config_builtin(b.a);
	rc = build(&b, path, &acc, err);
	gk_remote_done(&b);
	return rc ? -1 : gk_finish_set(&acc.map, ret, err);
}
