/* Where the entries of a kustomization lead: files, directories, repositories. */
#include "base/vec.h"
#include "overlay/build.h"
#include "overlay/meta.h"
#include "overlay/read.h"
#include "overlay/repospec.h"
#include "overlay/step.h"

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
		return gk_remote_read(b, f, path, at, ret_text, ret_path, err);
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

int gk_build_admit(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
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
		rc = gk_build_admit(b, f, ref, at, list.v[i], acc, err);
	gk_vec_done(&list);
	return rc;
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
		return gk_build_accumulate(b, down, acc, err);
	if (gk_build_accumulate(b, down, &own, err))
		return -1;
	if (merge(b, acc, &own, err))
		return gk_build_at(f, at, err);
	return 0;
}

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

static int add_file_url(struct gk_build *b, const struct gk_frame *f, struct gk_str url,
	const struct gk_node *at, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_str text;
	const char *shown;

	if (gk_build_read(b, f, url, at, &text, &shown, err))
		return -1;
	return add_file(b, f, url, at, shown, text, acc, err);
}

int gk_build_resource(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_accum *acc, struct gk_err *err)
{
	struct gk_repospec *spec = gk_arena_zalloc(b->a, sizeof *spec);
	bool remote = gk_remote_is(b, ref, spec);
	struct gk_loaded found;
	const char *shown;
	int rc;

	if (gk_repospec_is_file_url(ref) && !remote)
		return add_file_url(b, f, ref, at, acc, err);
	if (gk_repospec_is_file_url(ref))
		return add_remote(b, f, spec, at, false, acc, err);
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
