#include "sim/types.h"

#include "doc/node.h"

static const struct gk_sim_field *find_field(const char *type, struct gk_str field)
{
	size_t low = 0, high = gk_sim_fields_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(gk_sim_fields[mid].type, type);

		if (order == 0)
			order = gk_str_cmp(gk_str_c(gk_sim_fields[mid].field), field);
		if (order == 0)
			return &gk_sim_fields[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct gk_sim_field *gk_sim_fields_of(const char *type, size_t *n)
{
	size_t low = 0, high = gk_sim_fields_count, end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(gk_sim_fields[mid].type, type) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < gk_sim_fields_count && !strcmp(gk_sim_fields[end].type, type);)
		end++;
	*n = end - low;
	return gk_sim_fields + low;
}

static const struct gk_sim_type any_type = {
	.shape = GK_SIM_ANY, .elem = "", .keys = "", .patch = "", .known = true};

/* "list:string", "map:list:string", "quantity", "Container": what an `elem` column says. */
static struct gk_sim_type elem_type(const char *elem)
{
	static const struct {
		const char *word;
		enum gk_sim_shape shape;
	} words[] = {{"string", GK_SIM_STRING}, {"int", GK_SIM_INT}, {"bool", GK_SIM_BOOL},
		{"quantity", GK_SIM_QUANTITY}, {"bytes", GK_SIM_BYTES}, {"time", GK_SIM_TIME},
		{"number", GK_SIM_NUMBER}, {"any", GK_SIM_ANY},
		{"intorstring", GK_SIM_INTORSTRING}};
	struct gk_sim_type t = any_type;

	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (strcmp(elem, words[i].word) == 0) {
			t.shape = words[i].shape;
			return t;
		}
	if (strncmp(elem, "list:", 5) == 0) {
		t.shape = GK_SIM_LIST;
		t.relation = GK_SIM_ATOMIC;
		t.elem = elem + 5;
		return t;
	}
	if (strncmp(elem, "map:", 4) == 0) {
		t.shape = GK_SIM_MAP;
		t.elem = elem + 4;
		return t;
	}
	t.shape = GK_SIM_STRUCT;
	t.elem = elem;
	return t;
}

struct gk_sim_type gk_sim_type_builtin(const char *type)
{
	struct gk_sim_type t = *type ? elem_type(type) : any_type;

	t.root = true;
	return t;
}

static struct gk_sim_type row_type(const struct gk_sim_field *row)
{
	struct gk_sim_type t = any_type;

	t.shape = row->shape;
	t.elem = row->elem;
	t.patch = row->patch;
	if (strcmp(row->apply, "atomic") == 0) {
		t.relation = GK_SIM_ATOMIC;
	} else if (strcmp(row->apply, "set") == 0) {
		t.relation = GK_SIM_SET;
	} else if (strncmp(row->apply, "map:", 4) == 0) {
		t.relation = GK_SIM_KEYED;
		t.keys = row->apply + 4;
	}
	return t;
}

static struct gk_str schema_text(const struct gk_node *schema, const char *key)
{
	return gk_node_text(gk_node_get(schema, key));
}

static enum gk_sim_relation schema_relation(const struct gk_node *schema, enum gk_sim_shape shape)
{
	struct gk_str list = schema_text(schema, "x-kubernetes-list-type");

	if (shape == GK_SIM_LIST) {
		if (gk_str_is(list, "map"))
			return GK_SIM_KEYED;
		return gk_str_is(list, "set") ? GK_SIM_SET : GK_SIM_ATOMIC;
	}
	return gk_str_is(schema_text(schema, "x-kubernetes-map-type"), "atomic") ? GK_SIM_ATOMIC
										 : GK_SIM_GRANULAR;
}

static struct gk_sim_type schema_type(const struct gk_node *schema)
{
	static const struct {
		const char *word;
		enum gk_sim_shape shape;
	} words[] = {{"string", GK_SIM_STRING}, {"integer", GK_SIM_INT}, {"number", GK_SIM_NUMBER},
		{"boolean", GK_SIM_BOOL}, {"array", GK_SIM_LIST}, {"object", GK_SIM_STRUCT}};
	struct gk_str word = schema_text(schema, "type");
	struct gk_sim_type t = any_type;

	if (gk_node_true(gk_node_get(schema, "x-kubernetes-int-or-string")))
		t.shape = GK_SIM_INTORSTRING;
	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (gk_str_is(word, words[i].word))
			t.shape = words[i].shape;
	if (t.shape == GK_SIM_STRUCT) {
		bool fields = gk_node_get(schema, "properties");

		t.open = gk_node_true(gk_node_get(schema, "x-kubernetes-preserve-unknown-fields"));
		if (!fields && gk_node_is(gk_node_get(schema, "additionalProperties"), GK_OBJECT))
			t.shape = GK_SIM_MAP;
		else if (!fields && t.open)
			t.shape = GK_SIM_ANY;
	}
	t.schema = schema;
	t.relation = schema_relation(schema, t.shape);
	return t;
}

struct gk_sim_type gk_sim_type_custom(const struct gk_node *schema)
{
	struct gk_sim_type t = any_type;

	if (gk_node_is(schema, GK_OBJECT))
		t = schema_type(schema);
	if (t.shape == GK_SIM_ANY)
		t.schema = NULL;
	t.root = true;
	return t;
}

/* apiVersion, kind and metadata belong to every object, whatever its schema says. */
static bool root_field(struct gk_sim_type t, struct gk_str field, struct gk_sim_type *ret)
{
	if (!t.root)
		return false;
	if (gk_str_is(field, "metadata"))
		*ret = gk_sim_type_builtin("ObjectMeta");
	else if (gk_str_is(field, "apiVersion") || gk_str_is(field, "kind"))
		*ret = elem_type("string");
	else
		return false;
	ret->root = false;
	return true;
}

static struct gk_sim_type schema_field(struct gk_sim_type t, struct gk_str field)
{
	const struct gk_node *properties = gk_node_get(t.schema, "properties");
	const struct gk_node *found = gk_node_find(properties, field);
	struct gk_sim_type none = any_type;

	if (!found)
		found = gk_node_get(t.schema, "additionalProperties");
	if (gk_node_is(found, GK_OBJECT))
		return schema_type(found);
	none.known = t.open || found != NULL;
	return none;
}

struct gk_sim_type gk_sim_type_field(struct gk_sim_type t, struct gk_str field)
{
	const struct gk_sim_field *row;
	struct gk_sim_type ret = any_type;

	if (root_field(t, field, &ret))
		return ret;
	if (t.schema)
		return schema_field(t, field);
	if (t.shape == GK_SIM_MAP)
		return elem_type(t.elem);
	if (t.shape != GK_SIM_STRUCT)
		return ret;
	row = find_field(t.elem, field);
	if (row)
		return row_type(row);
	ret.known = false;
	return ret;
}

bool gk_sim_type_declares(struct gk_sim_type t, struct gk_str field)
{
	struct gk_sim_type ignored;

	if (root_field(t, field, &ignored))
		return true;
	if (t.schema)
		return gk_node_find(gk_node_get(t.schema, "properties"), field) != NULL;
	return t.shape == GK_SIM_STRUCT && find_field(t.elem, field) != NULL;
}

struct gk_sim_type gk_sim_type_elem(struct gk_sim_type t)
{
	const struct gk_node *items;

	if (!t.schema)
		return t.shape == GK_SIM_LIST ? elem_type(t.elem) : any_type;
	items = gk_node_get(t.schema, "items");
	return gk_node_is(items, GK_OBJECT) ? schema_type(items) : any_type;
}

struct gk_str gk_sim_type_key(struct gk_sim_type t, size_t i)
{
	struct gk_str rest = gk_str_c(t.keys);

	if (t.schema)
		return gk_node_text(
			gk_node_at(gk_node_get(t.schema, "x-kubernetes-list-map-keys"), i));
	while (rest.p) {
		struct gk_str key = gk_str_cut(&rest, ',');

		if (i-- == 0)
			return key.n ? key : GK_STR_NULL;
	}
	return GK_STR_NULL;
}
