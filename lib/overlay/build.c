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
#include "overlay/repospec.h"
#include "overlay/step.h"
#include "overlay/strict.h"
#include "overlay/value.h"

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

static int fail_outside(
	struct gk_build *b, const struct gk_frame *f, const char *shown, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.outside-kustomization",
		"'%s' is not in or below '%s'", shown, gk_build_shown(b, f->ldr, f->dir));
	return gk_help(err, "move the file, or its own kustomization, into the directory%s",
		f->ldr->commit ? "" : "; or give --load-restrictor LoadRestrictionsNone");
}

static int fail_escape(const struct gk_frame *f, struct gk_str ref, struct gk_err *err)
{
	bool commit = f->ldr->commit;

	(void)gk_fail(err, GK_EINPUT, "render.path-escape", "path '%.*s' leaves the %s",
		GK_SARG(ref), commit ? "repository" : "render root");
	return commit ? -1 : gk_help(err, "give --root with a directory that holds both");
}

/* Look up what ref names; a file must lie in or below the kustomization. */
static int get(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	struct gk_loaded *ret, const char **ret_shown, struct gk_err *err)
{
	const char *path = gk_loader_join(b->a, f->dir, ref);

	if (ref.n == 0)
		return gk_fail(err, GK_EINPUT, "render.missing-file", "the path is empty");
	if (memchr(ref.p, '\0', ref.n))
		return gk_fail(err, GK_EINPUT, "render.missing-file", "the path holds a NUL byte");
	if (!path)
		return fail_escape(f, ref, err);
	*ret_shown = gk_build_shown(b, f->ldr, path);
	if (f->ldr->get(f->ldr, path, b->lim->doc_bytes, b->a, ret, err))
		return gk_ctx(err, "cannot read '%s'", *ret_shown);
	b->input += ret->text.n;
	if (b->input > b->lim->input_bytes)
		return gk_limit_fail(err, "input-bytes", b->lim->input_bytes, "all input");
	if (!ret->is_dir && (f->ldr->commit || !b->opt->load_anywhere) &&
		!gk_loader_within(f->dir, ret->path))
		return fail_outside(b, f, *ret_shown, err);
	return 0;
}

int gk_build_read(struct gk_build *b, const struct gk_frame *f, struct gk_str path,
	const struct gk_node *at, struct gk_str *ret_text, const char **ret_path,
	struct gk_err *err)
{
	struct gk_loaded file;

	if (gk_repospec_is_file_url(path))
		return gk_remote_refuse(b, f, path, at, err);
	if (get(b, f, path, &file, ret_path, err))
		return gk_build_at(f, at, err);
	if (file.is_dir) {
		(void)gk_fail(err, GK_EINPUT, "render.not-a-file",
			"'%s' is a directory, expected a file", *ret_path);
		return gk_build_at(f, at, err);
	}
	*ret_text = file.text;
	return 0;
}

/* Objects that were read from a file come in. */
static int add_read(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_res *r, struct gk_accum *acc, struct gk_err *err)
{
	gk_meta_origin_file(b, f, r, ref);
	if (gk_resmap_append(b->a, &acc->map, r, err))
		return -1;
	gk_step_made(b, &acc->map, r,
		&(struct gk_step){.kind = GK_STEP_RESOURCE,
			.transformer = "",
			.field = at ? "resources" : "--filename",
			.frame = f,
			.at = at});
	return 0;
}

static int add_file(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, const char *shown, struct gk_str text, struct gk_accum *acc,
	struct gk_err *err)
{
	struct gk_res_list list = {0};
	int rc = gk_read_resources(b, shown, text, &list, err);

	for (size_t i = 0; rc == 0 && i < list.n; i++)
		rc = add_read(b, f, ref, at, list.v[i], acc, err);
	gk_vec_done(&list);
	return rc;
}

static int add_frame(struct gk_build *b, struct gk_frame *down, const struct gk_node *at,
	struct gk_accum *acc, struct gk_err *err);

static int add_directory(struct gk_build *b, const struct gk_frame *f, const char *dir,
	struct gk_str ref, const struct gk_node *at, bool component, struct gk_accum *acc,
	struct gk_err *err)
{
	struct gk_frame down = {.up = f,
		.ldr = f->ldr,
		.dir = dir,
		.remote = f->remote,
		.component = component,
		.origin = gk_meta_join(b, f->origin, ref)};

	return add_frame(b, &down, at, acc, err);
}

static int add_remote(struct gk_build *b, const struct gk_frame *f, const struct gk_repospec *spec,
	const struct gk_node *at, bool component, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_frame down = {.up = f, .component = component};

	if (gk_remote_open(b, f, spec, at, &down, err))
		return -1;
	return add_frame(b, &down, at, acc, err);
}

/* A text that can only be meant as an address, of one kind or another. */
static bool is_url(struct gk_str ref)
{
	return gk_str_has(ref, GK_STR("://"));
}

int gk_build_resource(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_repospec *spec = gk_arena_zalloc(b->a, sizeof *spec);
	bool remote = gk_remote_is(b, ref, spec);
	struct gk_loaded found;
	const char *shown;
	int rc;

	if (gk_repospec_is_file_url(ref))
		return remote ? add_remote(b, f, spec, at, false, acc, err)
			      : gk_remote_refuse(b, f, ref, at, err);
	/* As in kustomize: a file of such a name comes before the repository, a directory not. */
	rc = get(b, f, ref, &found, &shown, err);
	if (rc == 0 && !found.is_dir)
		return add_file(b, f, ref, at, shown, found.text, acc, err);
	if (remote)
		return add_remote(b, f, spec, at, false, acc, err);
	if (is_url(ref))
		return gk_remote_refuse(b, f, ref, at, err);
	if (rc)
		return gk_build_at(f, at, err);
	return add_directory(b, f, found.path, ref, at, false, acc, err);
}

int gk_build_directory(struct gk_build *b, const struct gk_frame *up, struct gk_str ref,
	const struct gk_node *at, bool component, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_repospec *spec = gk_arena_zalloc(b->a, sizeof *spec);
	struct gk_loaded found;
	const char *shown;

	if (gk_remote_is(b, ref, spec))
		return add_remote(b, up, spec, at, component, acc, err);
	if (is_url(ref))
		return gk_remote_refuse(b, up, ref, at, err);
	if (get(b, up, ref, &found, &shown, err))
		return gk_build_at(up, at, err);
	if (!found.is_dir) {
		(void)gk_fail(err, GK_EINPUT, "render.not-a-directory",
			"'%s' is a file, expected a directory", shown);
		return gk_build_at(up, at, err);
	}
	return add_directory(b, up, found.path, ref, at, component, acc, err);
}

/* A directory may not hold one that is being built already. */
static int check_cycle(
	struct gk_build *b, const struct gk_frame *f, const struct gk_node *at, struct gk_err *err)
{
	size_t depth = 0;

	for (const struct gk_frame *up = f->up; up; up = up->up, depth++)
		if (up->ldr == f->ldr && gk_loader_within(f->dir, up->dir)) {
			(void)gk_fail(err, GK_EINPUT, "render.cycle",
				"cycle: '%s' contains '%s', which is being built",
				gk_build_shown(b, f->ldr, f->dir),
				gk_build_shown(b, up->ldr, up->dir));
			(void)gk_help(err, "remove the entry, or the one that leads here");
			return gk_build_at(f->up, at, err);
		}
	if (depth >= b->lim->overlay_depth)
		(void)gk_limit_fail(
			err, "overlay-depth", b->lim->overlay_depth, "the depth of overlays");
	else if (++b->kustomizations > b->lim->kustomizations)
		(void)gk_limit_fail(err, "kustomizations", b->lim->kustomizations,
			"the number of kustomizations");
	else
		return 0;
	return gk_build_at(f->up, at, err);
}

void gk_accum_done(struct gk_accum *acc)
{
	gk_resmap_done(&acc->map);
	gk_map_done(&acc->vars);
}

static int merge(
	struct gk_build *b, struct gk_accum *into, struct gk_accum *from, struct gk_err *err)
{
	if (gk_resmap_append_all(b->a, &into->map, &from->map, err) ||
		gk_config_merge(b->a, into->config, from->config, &into->config, err))
		return -1;
	return gk_vars_merge(b, into, from, err);
}

static int check_kind(const struct gk_frame *f, struct gk_build *b, bool component,
	const struct gk_node *at, const struct gk_frame *up, struct gk_err *err)
{
	bool is_component = gk_str_is(gk_node_text(f->kust->kind), "Component");

	if (is_component == component)
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.kind",
		component ? "'%s' is not of kind Component" : "'%s' is of kind Component",
		gk_build_shown(b, f->ldr, f->dir));
	(void)gk_help(err, "list it under '%s'", component ? "resources" : "components");
	return gk_build_at(up, at, err);
}

static int accumulate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err);

static int add_frame(struct gk_build *b, struct gk_frame *down, const struct gk_node *at,
	struct gk_accum *acc, struct gk_err *err)
{
	const struct gk_frame *f = down->up;
	GK_AUTO(gk_accum_done) struct gk_accum own = {0};

	if (check_cycle(b, down, at, err))
		return -1;
	down->kust = gk_kust_load(b, down, err);
	if (!down->kust)
		return err->code == GK_EINPUT ? gk_build_at(f, at, err) : -1;
	if (gk_openapi_choose(b, down, err) || check_kind(down, b, down->component, at, f, err))
		return -1;
	if (down->component)
		return accumulate(b, down, acc, err);
	if (accumulate(b, down, &own, err))
		return -1;
	if (merge(b, acc, &own, err))
		return gk_build_at(f, at, err);
	return 0;
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
		rc = add_read(b, f, gk_str_c(list.v[i]->file), NULL, list.v[i], acc, err);
	gk_vec_done(&list);
	return rc;
}

static int accumulate(
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
	if (gk_openapi_choose(b, &root, err) || accumulate(b, &root, acc, err))
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
