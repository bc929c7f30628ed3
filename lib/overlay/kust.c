#include "doc/yaml.h"
#include "overlay/build.h"
#include "overlay/spec.h"

static const char *const names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};

enum { NAMES = GK_COUNT(names) };

static int fail_none(struct gk_build *b, const struct gk_frame *f, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.no-kustomization",
		"directory '%s' has no kustomization.yaml, kustomization.yml or Kustomization",
		gk_build_shown(b, f->ldr, f->dir));
	return gk_help(err, "name a directory that holds one; plain manifests go to "
			    "kubectl and gk-apply as they are");
}

static int fail_outside(
	struct gk_build *b, const struct gk_frame *f, const char *name, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.outside-kustomization",
		"'%s' in '%s' is a link to a place outside", name,
		gk_build_shown(b, f->ldr, f->dir));
	return gk_help(err, "put the file itself there");
}

/* The one kustomization file of the directory. */
static int find_file(struct gk_build *b, const struct gk_frame *f, struct gk_loaded *ret,
	const char **ret_name, struct gk_err *err)
{
	const char *found = NULL;

	for (size_t i = 0; i < NAMES; i++) {
		struct gk_loaded file;
		const char *path = gk_loader_join(b->a, f->dir, gk_str_c(names[i]));

		if (f->ldr->get(f->ldr, path, b->lim->doc_bytes, b->a, &file, err)) {
			if (err->code != GK_ENOTFOUND)
				return gk_ctx(
					err, "cannot read '%s'", gk_build_shown(b, f->ldr, path));
			gk_err_reset(err);
			continue;
		}
		if (file.is_dir)
			continue;
		if (found) {
			(void)gk_fail(err, GK_EINPUT, "render.two-kustomizations",
				"directory '%s' has both %s and %s",
				gk_build_shown(b, f->ldr, f->dir), found, names[i]);
			return gk_help(err, "remove one of them");
		}
		found = names[i];
		*ret = file;
	}
	if (!found)
		return fail_none(b, f, err);
	b->input += ret->text.n;
	if ((f->ldr->commit || !b->opt->load_anywhere) && !gk_loader_within(f->dir, ret->path))
		return fail_outside(b, f, found, err);
	*ret_name = found;
	return 0;
}

static size_t wrong_value(struct gk_build *b, const struct gk_kust *k, const struct gk_node *node,
	const char *slug, const char *expected)
{
	struct gk_diag *g = gk_diags_add(b->diags, GK_SEV_ERROR, slug, gk_node_pos(node, k->file),
		"'%.*s' must be %s", GK_SARG(gk_node_key(node)), expected);

	g->excerpt = true;
	return 1;
}

static size_t check_type(struct gk_build *b, const struct gk_kust *k)
{
	struct gk_str kind = gk_node_text(k->kind), version = gk_node_text(k->api_version);
	bool component = gk_str_is(kind, "Component");
	const char *want =
		component ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
	size_t faults = 0;

	if (kind.n && !component && !gk_str_is(kind, "Kustomization"))
		faults +=
			wrong_value(b, k, k->kind, "render.kind", "'Kustomization' or 'Component'");
	if (version.n && !gk_str_is(version, want))
		faults += wrong_value(b, k, k->api_version, "render.api-version", want);
	return faults;
}

/* What goes into names must not be cut. */
static size_t check_nul(struct gk_build *b, const struct gk_kust *k)
{
	const struct gk_node *const parts[] = {k->ns, k->name_prefix, k->name_suffix};
	size_t faults = 0;

	for (size_t i = 0; i < GK_COUNT(parts); i++) {
		struct gk_str text = gk_node_text(parts[i]);

		if (text.n && memchr(text.p, '\0', text.n))
			faults +=
				wrong_value(b, k, parts[i], "render.nul", "free of NUL characters");
	}
	return faults;
}

/* Only kind and apiVersion: kustomize calls that empty.  Null fields do not count. */
static bool is_empty(const struct gk_kust *k)
{
	gk_node_foreach (n, k->node)
		if (n != k->kind && n != k->api_version && n->type != GK_NULL &&
			!(n->type == GK_STRING && n->text.n == 0))
			return false;
	return true;
}

static void warn_deprecated(struct gk_build *b, const struct gk_kust *k)
{
	static const struct {
		const char *field, *instead;
	} old[] = {
		{"bases", "resources"},
		{"commonLabels", "labels"},
		{"imageTags", "images"},
		{"patchesJson6902", "patches"},
		{"patchesStrategicMerge", "patches"},
		{"vars", "replacements"},
	};

	for (size_t i = 0; i < GK_COUNT(old); i++) {
		const struct gk_node *n = gk_node_get(k->node, old[i].field);
		struct gk_diag *g;

		if (gk_node_is(n, GK_NULL) || !n)
			continue;
		g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.deprecated",
			gk_node_pos(n, k->file), "field '%s' is deprecated", old[i].field);
		gk_diag_help(b->diags, g, "use '%s'", old[i].instead);
	}
}

static int check(struct gk_build *b, struct gk_kust *k, struct gk_err *err)
{
	if (is_empty(k)) {
		(void)gk_fail(
			err, GK_EINPUT, "render.empty-kustomization", "the kustomization is empty");
		(void)gk_help(err, "list something, or drop the directory where it is listed");
		return gk_err_at(err, (struct gk_pos){k->file, 0, 0});
	}
	return check_type(b, k) + check_nul(b, k) ? -1 : 0;
}

struct gk_kust *gk_kust_load(struct gk_build *b, const struct gk_frame *f, struct gk_err *err)
{
	struct gk_yaml_options opt = {
		.profile = GK_YAML_A, .first_only = true, .warn = b->diags, .lim = b->lim};
	struct gk_kust *k = gk_arena_zalloc(b->a, sizeof *k);
	struct gk_loaded file;
	struct gk_node *root = NULL;

	if (find_file(b, f, &file, &k->name, err))
		return NULL;
	k->file = gk_build_shown(b, f->ldr, gk_loader_join(b->a, f->dir, gk_str_c(k->name)));
	if (gk_build_parse_one(b, k->file, file.text, &opt, &root, err))
		return NULL;
	if (!root)
		root = gk_node_new(b->a, GK_OBJECT);
	if (root->type != GK_OBJECT) {
		(void)gk_fail(err, GK_EINPUT, "render.field-type",
			"a kustomization must be a map, not %s", gk_spec_kind_word(root));
		(void)gk_err_at(err, gk_node_pos(root, k->file));
		return NULL;
	}
	if (gk_decode(b->a, &gk_kust_struct, root, k->file, b->diags, k) || check(b, k, err))
		return NULL;
	warn_deprecated(b, k);
	return k;
}
