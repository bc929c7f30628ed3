/* `configurations` and `crds` files (kustomize reference sections 3 and 5). */
#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/build.h"
#include "overlay/spec.h"

struct nameref_entry {
	const struct gk_node *node;
	const struct gk_node *group, *version, *kind;
	struct gk_dec_list specs; /* gk_kust_fieldspec */
};

struct file {
	const struct gk_node *node;
	struct gk_dec_list lists[GK_FS_LISTS]; /* gk_kust_fieldspec */
	struct gk_dec_list namerefs;           /* nameref_entry */
};

static const struct gk_dec_field nameref_fields[] = {
	GK_DEC_EMBEDDED(nameref_entry, "group", GK_DEC_STR, group),
	GK_DEC_EMBEDDED(nameref_entry, "version", GK_DEC_STR, version),
	GK_DEC_EMBEDDED(nameref_entry, "kind", GK_DEC_STR, kind),
	GK_DEC_NESTED(nameref_entry, "fieldSpecs", GK_DEC_LIST, specs, gk_kust_fieldspec_struct),
};
static const struct gk_dec_struct nameref_struct =
	GK_DEC_STRUCT(nameref_entry, "an entry of 'nameReference'", nameref_fields);

#define LIST(name, id) GK_DEC_NESTED(file, name, GK_DEC_LIST, lists[id], gk_kust_fieldspec_struct)
static const struct gk_dec_field file_fields[] = {
	LIST("namePrefix", GK_FS_NAME_PREFIX),
	LIST("nameSuffix", GK_FS_NAME_SUFFIX),
	LIST("namespace", GK_FS_NAMESPACE),
	LIST("commonLabels", GK_FS_COMMON_LABELS),
	LIST("labels", GK_FS_LABELS),
	LIST("templateLabels", GK_FS_TEMPLATE_LABELS),
	LIST("commonAnnotations", GK_FS_COMMON_ANNOTATIONS),
	LIST("varReference", GK_FS_VAR_REFERENCE),
	LIST("images", GK_FS_IMAGES),
	LIST("replicas", GK_FS_REPLICAS),
	GK_DEC_NESTED(file, "nameReference", GK_DEC_LIST, namerefs, nameref_struct),
};
static const struct gk_dec_struct file_struct = GK_DEC_STRUCT_WITH(
	file, "a transformer configuration", file_fields, .texts = GK_DEC_CONVERTED);

static const char *text_or(const struct gk_node *n)
{
	return n ? n->text.p : "";
}

static void add_nameref(struct gk_arena *a, struct gk_config *c, const struct gk_nameref *ref)
{
	const struct gk_nameref **v = gk_arena_array(a, c->namerefs.n + 1, sizeof *c->namerefs.v);
	struct gk_nameref *copy = gk_arena_alloc(a, sizeof *copy);

	*copy = *ref;
	if (c->namerefs.n)
		memcpy(v, c->namerefs.v, c->namerefs.n * sizeof *v);
	v[c->namerefs.n++] = copy;
	c->namerefs.v = v;
	c->namerefs.cap = c->namerefs.n;
}

static void add_namerefs(struct gk_arena *a, struct gk_config *c, const struct nameref_entry *e)
{
	gk_dec_foreach (struct gk_kust_fieldspec, s, &e->specs) {
		struct gk_nameref ref = {
			.group = text_or(e->group),
			.version = text_or(e->version),
			.kind = text_or(e->kind),
			.in_group = text_or(s->group),
			.in_version = text_or(s->version),
			.in_kind = text_or(s->kind),
			.path = gk_spec_parts(a, gk_node_text(s->path)),
		};

		add_nameref(a, c, &ref);
	}
}

/* *ret NULL: the file is empty. */
static int read_file(struct gk_build *b, const struct gk_frame *f, const struct gk_node *path,
	struct gk_node **ret, const char **ret_shown, struct gk_err *err)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .first_only = true, .lim = b->lim};
	struct gk_str text;

	if (gk_build_read(b, f, path->text, path, &text, ret_shown, err))
		return -1;
	return gk_build_parse_one(b, *ret_shown, text, &opt, ret, err);
}

static int load_file(struct gk_build *b, const struct gk_frame *f, const struct gk_node *path,
	struct gk_config *ret, struct gk_err *err)
{
	struct file file = {0};
	struct gk_node *root;
	const char *shown;

	if (read_file(b, f, path, &root, &shown, err))
		return -1;
	if (!root)
		return 0;
	if (root->type != GK_OBJECT) {
		(void)gk_fail(err, GK_EINPUT, "render.field-type",
			"a transformer configuration must be a map");
		return gk_err_at(err, gk_node_pos(root, shown));
	}
	if (gk_decode(b->a, &file_struct, root, shown, b->diags, &file))
		return -1;
	for (size_t l = 0; l < GK_FS_LISTS; l++)
		if (gk_spec_list_decoded(b->a, &file.lists[l], &ret->lists[l], err))
			return -1;
	gk_dec_foreach (struct nameref_entry, e, &file.namerefs)
		add_namerefs(b->a, ret, e);
	return 0;
}

/*
 * A `crds` file is an OpenAPI document: a map from type names to {Schema: ...}.  Marks on
 * properties tell that a field is a label selector, an annotation map, a name or a
 * reference; $ref leads on into other types.
 */
struct crds {
	struct gk_build *b;
	const struct gk_node *types;
	const char *kind;
	struct gk_config *config;
};

enum { CRD_DEPTH = 32 };

static struct gk_str joined(struct crds *c, struct gk_str path, struct gk_str name)
{
	if (path.n == 0)
		return name;
	return gk_str_c(gk_arena_printf(c->b->a, "%.*s/%.*s", GK_SARG(path), GK_SARG(name)));
}

static int add_spec(
	struct crds *c, enum gk_fieldspec_list list, struct gk_str path, struct gk_err *err)
{
	struct gk_fieldspec *s = gk_arena_zalloc(c->b->a, sizeof *s);

	*s = (struct gk_fieldspec){.list = list,
		.group = "",
		.version = "",
		.kind = c->kind,
		.path = gk_spec_parts(c->b->a, path)};
	return gk_spec_list_add(c->b->a, &c->config->lists[list], s, err);
}

static void add_reference(struct crds *c, const struct gk_node *property, struct gk_str path)
{
	const struct gk_node *version =
		gk_node_get(property, "x-kubernetes-object-ref-api-version");
	const struct gk_node *kind = gk_node_get(property, "x-kubernetes-object-ref-kind");
	const struct gk_node *key = gk_node_get(property, "x-kubernetes-object-ref-name-key");
	struct gk_nameref ref;

	if (!gk_node_is(version, GK_STRING) || !gk_node_is(kind, GK_STRING))
		return;
	ref = (struct gk_nameref){
		.group = "",
		.version = version->text.p,
		.kind = kind->text.p,
		.in_group = "",
		.in_version = "",
		.in_kind = c->kind,
		.path = gk_spec_parts(c->b->a,
			joined(c, path, gk_node_is(key, GK_STRING) ? key->text : GK_STR("name"))),
	};
	add_nameref(c->b->a, c->config, &ref);
}

static int add_type(
	struct crds *c, struct gk_str type, struct gk_str path, size_t depth, struct gk_err *err);

static int add_property(struct crds *c, const struct gk_node *property, struct gk_str path,
	size_t depth, struct gk_err *err)
{
	static const struct {
		const char *mark;
		enum gk_fieldspec_list list;
	} marks[] = {
		{"x-kubernetes-annotation", GK_FS_COMMON_ANNOTATIONS},
		{"x-kubernetes-label-selector", GK_FS_COMMON_LABELS},
		{"x-kubernetes-identity", GK_FS_NAME_PREFIX},
	};
	const struct gk_node *ref = gk_node_get(property, "$ref");

	for (size_t i = 0; i < GK_COUNT(marks); i++)
		if (gk_node_is(gk_node_get(property, marks[i].mark), GK_STRING) &&
			add_spec(c, marks[i].list, path, err))
			return -1;
	add_reference(c, property, path);
	return gk_node_is(ref, GK_STRING) ? add_type(c, ref->text, path, depth + 1, err) : 0;
}

static const struct gk_node *schema_of(const struct gk_node *type)
{
	const struct gk_node *schema = gk_node_get(type, "Schema");

	return schema ? schema : gk_node_get(type, "schema");
}

static int add_type(
	struct crds *c, struct gk_str type, struct gk_str path, size_t depth, struct gk_err *err)
{
	const struct gk_node *properties =
		gk_node_get(schema_of(gk_node_find(c->types, type)), "properties");

	if (depth > CRD_DEPTH)
		return gk_fail(err, GK_EINPUT, "render.crds", "a type contains itself");
	if (gk_build_visit(c->b, 1, err))
		return -1;
	gk_node_foreach (property, properties)
		if (add_property(c, property, joined(c, path, gk_node_key(property)), depth, err))
			return -1;
	return 0;
}

static struct gk_str last_part(struct gk_str name)
{
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '.')
			return gk_str_from(name, i);
	return name;
}

static int fail_crds(const struct gk_node *at, const char *file, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.crds",
		"a file of crds maps names of types to maps with a 'Schema'");
	return gk_err_at(err, gk_node_pos(at, file));
}

static int check_types(const struct gk_node *root, const char *file, struct gk_err *err)
{
	if (root && root->type != GK_OBJECT && root->type != GK_NULL)
		return fail_crds(root, file, err);
	gk_node_foreach (type, root) {
		const struct gk_node *schema = schema_of(type);

		if (type->type != GK_OBJECT && type->type != GK_NULL)
			return fail_crds(type, file, err);
		if (schema && gk_openapi_check(schema, file, err))
			return -1;
	}
	return 0;
}

static int load_crds(struct gk_build *b, const struct gk_frame *f, const struct gk_node *path,
	struct gk_config *ret, struct gk_err *err)
{
	struct crds c = {.b = b, .config = ret};
	struct gk_node *root;
	const char *shown;

	if (read_file(b, f, path, &root, &shown, err))
		return -1;
	c.types = root;
	if (check_types(root, shown, err))
		return -1;
	gk_node_foreach (type, root) {
		const struct gk_node *properties = gk_node_get(schema_of(type), "properties");

		if (!gk_node_get(properties, "kind") || !gk_node_get(properties, "apiVersion") ||
			!gk_node_get(properties, "metadata"))
			continue;
		c.kind = last_part(gk_node_key(type)).p;
		if (add_type(&c, gk_node_key(type), GK_STR(""), 0, err))
			return gk_err_at(err, gk_node_pos(type, shown));
	}
	return 0;
}

int gk_config_load(struct gk_build *b, const struct gk_frame *f, const struct gk_config **ret,
	struct gk_err *err)
{
	*ret = b->std;
	gk_node_foreach (path, f->kust->configurations) {
		struct gk_config *own = gk_arena_zalloc(b->a, sizeof *own);

		if (load_file(b, f, path, own, err) || gk_config_merge(b->a, *ret, own, ret, err))
			return gk_build_at(f, path, err);
	}
	gk_node_foreach (path, f->kust->crds) {
		struct gk_config *own = gk_arena_zalloc(b->a, sizeof *own);

		if (load_crds(b, f, path, own, err) || gk_config_merge(b->a, *ret, own, ret, err))
			return gk_build_at(f, path, err);
	}
	return 0;
}
