/*
 * The shape of a schema that comes with a tree (`openapi`, `crds`).  kustomize unmarshals it
 * into a struct: fields of another type are errors there, some of them panics.  null is
 * as good as absent, and a field that is not in the table may be anything.
 */
#include "overlay/build.h"

enum {
	TEXT = 1 << GK_STRING,
	NUMBER = 1 << GK_NUMBER,
	BOOLEAN = 1 << GK_FALSE | 1 << GK_TRUE,
	LIST = 1 << GK_ARRAY,
	MAP = 1 << GK_OBJECT,
	ANY = TEXT | NUMBER | BOOLEAN | LIST | MAP
};

enum below {
	PLAIN,
	SCHEMA,  /* a map is a schema */
	SCHEMAS, /* a list or a map holds schemas */
	EITHER,  /* a map is a schema, a list holds schemas */
	TEXTS,   /* a list holds texts */
	OPERATION
};

static const struct rule {
	const char *field;
	unsigned types;
	enum below below;
} schema_rules[] =
	{
		{"additionalItems", BOOLEAN | MAP, SCHEMA},
		{"additionalProperties", BOOLEAN | MAP, SCHEMA},
		{"allOf", LIST, SCHEMAS},
		{"anyOf", LIST, SCHEMAS},
		{"definitions", MAP, SCHEMAS},
		{"description", TEXT, PLAIN},
		{"enum", LIST, PLAIN},
		{"exclusiveMaximum", BOOLEAN, PLAIN},
		{"exclusiveMinimum", BOOLEAN, PLAIN},
		{"format", TEXT, PLAIN},
		{"items", ANY, EITHER},
		{"maxItems", NUMBER, PLAIN},
		{"maxLength", NUMBER, PLAIN},
		{"maxProperties", NUMBER, PLAIN},
		{"maximum", NUMBER, PLAIN},
		{"minItems", NUMBER, PLAIN},
		{"minLength", NUMBER, PLAIN},
		{"minProperties", NUMBER, PLAIN},
		{"minimum", NUMBER, PLAIN},
		{"multipleOf", NUMBER, PLAIN},
		{"not", MAP, SCHEMA},
		{"nullable", BOOLEAN, PLAIN},
		{"oneOf", LIST, SCHEMAS},
		{"pattern", TEXT, PLAIN},
		{"patternProperties", MAP, SCHEMAS},
		{"properties", MAP, SCHEMAS},
		{"required", LIST, TEXTS},
		{"title", TEXT, PLAIN},
		{"type", TEXT | LIST, TEXTS},
		{"uniqueItems", BOOLEAN, PLAIN},
},
  path_rules[] =
	  {
		  {"delete", MAP, OPERATION},
		  {"get", MAP, OPERATION},
		  {"head", MAP, OPERATION},
		  {"options", MAP, OPERATION},
		  {"parameters", LIST, PLAIN},
		  {"patch", MAP, OPERATION},
		  {"post", MAP, OPERATION},
		  {"put", MAP, OPERATION},
},
  operation_rules[] =
	  {
		  {"consumes", LIST, TEXTS},
		  {"deprecated", BOOLEAN, PLAIN},
		  {"description", TEXT, PLAIN},
		  {"externalDocs", MAP, PLAIN},
		  {"operationId", TEXT, PLAIN},
		  {"parameters", LIST, PLAIN},
		  {"produces", LIST, TEXTS},
		  {"responses", MAP, PLAIN},
		  {"schemes", LIST, TEXTS},
		  {"security", LIST, PLAIN},
		  {"summary", TEXT, PLAIN},
		  {"tags", LIST, TEXTS},
},
  kind_rules[] = {
	  {"group", TEXT, PLAIN},
	  {"kind", TEXT, PLAIN},
	  {"version", TEXT, PLAIN},
};

struct checker {
	const char *file;
	struct gk_err *err;
};

static int refuse(const struct checker *c, const struct gk_node *at, const char *field)
{
	(void)gk_fail(c->err, GK_EINPUT, "render.openapi",
		"%s'%s' of a schema cannot be of type %s", at->key ? "" : "an element of ", field,
		gk_type_name(at->type));
	return gk_err_at(c->err, gk_node_pos(at, c->file));
}

static bool is_of(const struct gk_node *n, unsigned types)
{
	return n->type == GK_NULL || types & 1U << n->type;
}

static int check_fields(const struct checker *c, const struct gk_node *map,
	const struct rule *rules, size_t nrules);

static int check_schema(const struct checker *c, const struct gk_node *schema, const char *field)
{
	if (!is_of(schema, MAP))
		return refuse(c, schema, schema->key ? schema->key : field);
	if (check_fields(c, schema, schema_rules, GK_COUNT(schema_rules)))
		return -1;
	gk_node_foreach (kind, gk_node_get(schema, "x-kubernetes-group-version-kind"))
		if (check_fields(c, kind, kind_rules, GK_COUNT(kind_rules)))
			return -1;
	return 0;
}

static int check_below(const struct checker *c, const struct gk_node *value, const struct rule *r)
{
	bool schemas = r->below == SCHEMAS || (r->below == EITHER && value->type == GK_ARRAY);

	if ((r->below == SCHEMA || r->below == EITHER) && value->type == GK_OBJECT)
		return check_schema(c, value, r->field);
	if (r->below == OPERATION)
		return check_fields(c, value, operation_rules, GK_COUNT(operation_rules));
	gk_node_foreach (entry, value) {
		if (schemas && check_schema(c, entry, r->field))
			return -1;
		if (r->below == TEXTS && !is_of(entry, TEXT))
			return refuse(c, entry, r->field);
	}
	return 0;
}

/* As deep as the document, which has a limit. */
static int check_fields(
	const struct checker *c, const struct gk_node *map, const struct rule *rules, size_t nrules)
{
	for (size_t i = 0; map->type == GK_OBJECT && i < nrules; i++) {
		const struct gk_node *value = gk_node_get(map, rules[i].field);

		if (!value)
			continue;
		if (!is_of(value, rules[i].types))
			return refuse(c, value, rules[i].field);
		if (check_below(c, value, &rules[i]))
			return -1;
	}
	return 0;
}

int gk_openapi_check(const struct gk_node *schema, const char *file, struct gk_err *err)
{
	const struct checker c = {file, err};

	return check_schema(&c, schema, "schema");
}

/* What a path says that a GET of it gives: a group may be missing. */
static int check_get(const struct checker *c, const struct gk_node *item)
{
	static const char *const needed[] = {"kind", "version"};
	const struct gk_node *get = gk_node_get(item, "get");
	const struct gk_node *type = gk_node_get(get, "x-kubernetes-group-version-kind");

	for (size_t i = 0; gk_node_is(type, GK_OBJECT) && i < GK_COUNT(needed); i++) {
		const struct gk_node *value = gk_node_get(type, needed[i]);

		if (gk_node_is(value, GK_STRING))
			continue;
		(void)gk_fail(c->err, GK_EINPUT, "render.openapi",
			"the kind that a path gives needs a text '%s'", needed[i]);
		return gk_err_at(c->err, gk_node_pos(value ? value : type, c->file));
	}
	return 0;
}

int gk_openapi_check_paths(const struct gk_node *paths, const char *file, struct gk_err *err)
{
	const struct checker c = {file, err};

	if (paths && !is_of(paths, MAP))
		return refuse(&c, paths, "paths");
	gk_node_foreach (item, paths) {
		if (!gk_str_starts(gk_node_key(item), GK_STR("/")))
			continue;
		if (!is_of(item, MAP))
			return refuse(&c, item, item->key);
		if (check_fields(&c, item, path_rules, GK_COUNT(path_rules)) || check_get(&c, item))
			return -1;
	}
	return 0;
}
