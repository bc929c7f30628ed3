/*
 * `openapi`: another schema for strategic merges, and scopes of kinds (scope.h).  kustomize
 * knows one built-in version; a document of the user's takes its place, and the first
 * kustomization that names one decides for the whole build.
 *
 * kustomize keeps what it has of the built-in schema when the document comes: nothing when
 * that is the root's; all of it when a merge has used it by then (the document's kinds go
 * first), or when a kind was met whose scope it does not know by heart (they go second).
 */
#include <stdlib.h>

#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/build.h"

struct reader {
	struct gk_build *b;
	struct {
		struct gk_merge_field *v;
		size_t n, cap;
	} fields;
	struct {
		struct gk_merge_kind *v;
		size_t n, cap;
	} kinds;
	size_t depth;
};

enum { DEPTH_MAX = 64 };

static void read_properties(struct reader *r, const char *type, const struct gk_node *schema);

/* The name of a definition, which no built-in type has. */
static const char *own_type(struct reader *r, const char *definition)
{
	return gk_arena_printf(r->b->a, "#%s", definition);
}

static const char *ref_name(struct reader *r, const struct gk_node *schema)
{
	static const char prefix[] = "#/definitions/";
	const struct gk_node *ref = gk_node_get(schema, "$ref");

	if (!gk_node_is(ref, GK_STRING) || !gk_str_starts(ref->text, gk_str_c(prefix)))
		return NULL;
	return own_type(r, ref->text.p + sizeof prefix - 1);
}

/* The type of a value: a definition, or one of our own for a schema that stands inline. */
static const char *type_of(
	struct reader *r, const char *parent, const char *field, const struct gk_node *schema)
{
	const char *ref = ref_name(r, schema), *own;

	if (ref)
		return ref;
	if (!gk_node_get(schema, "properties") && !gk_node_get(schema, "additionalProperties"))
		return "";
	own = gk_arena_printf(r->b->a, "%s/%s", parent, field);
	if (r->depth++ < DEPTH_MAX)
		read_properties(r, own, schema);
	r->depth--;
	return own;
}

static bool is_merge(const struct gk_node *strategy)
{
	struct gk_str rest = gk_node_text(strategy);

	while (rest.p)
		if (gk_str_is(gk_str_cut(&rest, ','), "merge"))
			return true;
	return false;
}

static const char *keys_of(struct reader *r, const struct gk_node *schema)
{
	const struct gk_node *list = gk_node_get(schema, "x-kubernetes-list-map-keys");
	const struct gk_node *key = gk_node_get(schema, "x-kubernetes-patch-merge-key");
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_node_foreach (entry, list) {
		if (b.n)
			gk_buf_putc(&b, ',');
		gk_buf_putstr(&b, gk_node_text(entry));
	}
	if (!list)
		gk_buf_putstr(&b, gk_node_is(key, GK_STRING) ? key->text : GK_STR("="));
	return gk_arena_strdup(r->b->a, gk_buf_cstr(&b));
}

static void read_field(
	struct reader *r, const char *type, const char *field, const struct gk_node *schema)
{
	struct gk_merge_field row = {type, field, "", ""};
	const struct gk_node *items = gk_node_get(schema, "items");

	if (items) {
		if (!is_merge(gk_node_get(schema, "x-kubernetes-patch-strategy")))
			return;
		row.keys = keys_of(r, schema);
		row.next = type_of(r, type, field, items);
	} else {
		row.next = type_of(r, type, field, schema);
	}
	gk_vec_push(&r->fields, row);
}

static void read_properties(struct reader *r, const char *type, const struct gk_node *schema)
{
	const struct gk_node *more = gk_node_get(schema, "additionalProperties");

	gk_node_foreach (property, gk_node_get(schema, "properties"))
		read_field(r, type, property->key, property);
	if (gk_node_is(more, GK_OBJECT))
		read_field(r, type, "*", more);
}

static void read_kinds(struct reader *r, const struct gk_node *definition)
{
	const struct gk_node *list = gk_node_get(definition, "x-kubernetes-group-version-kind");

	gk_node_foreach (entry, list) {
		const struct gk_node *group = gk_node_get(entry, "group");
		const struct gk_node *version = gk_node_get(entry, "version");
		const struct gk_node *kind = gk_node_get(entry, "kind");
		struct gk_merge_kind row = {
			.group = gk_node_is(group, GK_STRING) ? group->text.p : "",
			.version = gk_node_is(version, GK_STRING) ? version->text.p : "",
			.kind = gk_node_is(kind, GK_STRING) ? kind->text.p : "",
			.type = own_type(r, definition->key),
		};

		gk_vec_push(&r->kinds, row);
	}
}

static int compare_fields(const void *a, const void *b)
{
	const struct gk_merge_field *x = a, *y = b;
	int c = strcmp(x->type, y->type);

	return c ? c : strcmp(x->field, y->field);
}

static int compare_kinds(const void *a, const void *b)
{
	const struct gk_merge_kind *x = a, *y = b;
	int c = strcmp(x->group, y->group);

	if (c == 0)
		c = strcmp(x->version, y->version);
	return c ? c : strcmp(x->kind, y->kind);
}

static void *kept(struct gk_arena *a, const void *rows, size_t n, size_t size)
{
	void *copy = gk_arena_array(a, n + 1, size);

	if (n)
		memcpy(copy, rows, n * size);
	return copy;
}

/* The document's schema in the place of the built-in one, or beside it. */
static void chain(struct gk_build *b, struct gk_merge_schema *own)
{
	struct gk_merge_schema *builtin = gk_arena_alloc(b->a, sizeof *builtin);

	*builtin = b->schema;
	if (b->schema_use == GK_SCHEMA_MERGED) {
		own->next = builtin;
	} else if (b->schema_use == GK_SCHEMA_ASKED) {
		builtin->next = own;
		own = builtin;
	}
	b->schema = *own;
}

static void install(struct reader *r)
{
	struct gk_arena *a = r->b->a;
	size_t nf = r->fields.n, nk = r->kinds.n;
	struct gk_merge_schema *own = gk_arena_alloc(a, sizeof *own);

	if (nf)
		qsort(r->fields.v, nf, sizeof *r->fields.v, compare_fields);
	if (nk)
		qsort(r->kinds.v, nk, sizeof *r->kinds.v, compare_kinds);
	*own = (struct gk_merge_schema){
		.fields = kept(a, r->fields.v, nf, sizeof *r->fields.v),
		.nfields = nf,
		.kinds = kept(a, r->kinds.v, nk, sizeof *r->kinds.v),
		.nkinds = nk,
	};
	chain(r->b, own);
}

/* Either of definitions and paths may be missing. */
static int check_document(const struct gk_node *root, const struct gk_node *definitions,
	const char *file, struct gk_err *err)
{
	bool usable = !root || root->type == GK_NULL || root->type == GK_OBJECT;

	if (!usable ||
		(definitions && definitions->type != GK_NULL && definitions->type != GK_OBJECT)) {
		(void)gk_fail(err, GK_EINPUT, "render.openapi",
			"an OpenAPI document is a map, and so are its 'definitions'");
		return gk_err_at(err, gk_node_pos(definitions ? definitions : root, file));
	}
	gk_node_foreach (definition, definitions)
		if (gk_openapi_check(definition, file, err))
			return -1;
	return gk_openapi_check_paths(gk_node_get(root, "paths"), file, err);
}

static int read_document(struct gk_build *b, const struct gk_frame *f, const struct gk_node *path,
	struct gk_err *err)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .first_only = true, .lim = b->lim};
	struct reader r = {.b = b};
	struct gk_node *root, *definitions;
	struct gk_str text;
	const char *shown;

	if (gk_build_read(b, f, path->text, path, &text, &shown, err) ||
		gk_build_parse_one(b, shown, text, &opt, &root, err))
		return -1;
	definitions = gk_node_get(root, "definitions");
	if (check_document(root, definitions, shown, err))
		return -1;
	gk_scopes_declare(b->scopes, b->a, gk_node_get(root, "paths"));
	gk_node_foreach (definition, definitions) {
		read_kinds(&r, definition);
		read_properties(&r, own_type(&r, definition->key), definition);
	}
	install(&r);
	gk_vec_done(&r.fields);
	gk_vec_done(&r.kinds);
	return 0;
}

void gk_openapi_asked(struct gk_build *b, const struct gk_res *r)
{
	struct gk_id id;

	if (b->schema_use != GK_SCHEMA_UNUSED || b->schema_chosen)
		return;
	id = gk_res_id(r);
	if (!gk_merge_root(&b->schema, id.group, id.version, id.kind))
		b->schema_use = GK_SCHEMA_ASKED;
}

int gk_openapi_choose(struct gk_build *b, const struct gk_frame *f, struct gk_err *err)
{
	const struct gk_node *openapi = f->kust->openapi;
	const struct gk_node *path = gk_node_get(openapi, "path");
	const struct gk_node *version = gk_node_get(openapi, "version");

	if (b->schema_chosen || (!path && !version))
		return 0;
	b->schema_chosen = true;
	if (path && version) {
		(void)gk_fail(err, GK_EINPUT, "render.openapi",
			"'openapi' has 'path' or 'version', not both");
		return gk_build_at(f, openapi, err);
	}
	if (path)
		return read_document(b, f, path, err);
	if (gk_str_is(gk_node_text(version), "v1.21.2"))
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.openapi", "the only built-in version is v1.21.2");
	return gk_build_at(f, version, err);
}
