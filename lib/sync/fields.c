/* Reading metadata.managedFields. */
#include "sync/fields.h"

#include "doc/json.h"

static const struct gk_node *entries(const struct gk_node *live)
{
	return gk_node_path(live, "metadata", "managedFields", NULL);
}

const struct gk_node *gk_fields_applied(const struct gk_node *live, const char *manager,
	struct gk_str api_version, size_t *ret_count)
{
	const struct gk_node *found = NULL;

	*ret_count = 0;
	gk_node_foreach (e, entries(live)) {
		if (!gk_str_is(gk_node_text(gk_node_get(e, "manager")), manager) ||
			!gk_str_is(gk_node_text(gk_node_get(e, "operation")), "Apply") ||
			gk_node_text(gk_node_get(e, "subresource")).n)
			continue;
		(*ret_count)++;
		if (gk_str_eq(gk_node_text(gk_node_get(e, "apiVersion")), api_version))
			found = gk_node_get(e, "fieldsV1");
	}
	return found;
}

static const struct gk_node *parse_value(struct gk_arena *a, struct gk_str text)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {NULL, 1, 1};
	struct gk_node *value;

	if (gk_json_parse_next(a, &text, &pos, gk_limits_default(), &value, &err) || text.n)
		return NULL;
	return value;
}

struct gk_field gk_field_parse(struct gk_arena *a, const struct gk_node *member)
{
	struct gk_str key = gk_node_key(member);
	struct gk_field f = {.kind = GK_FIELD_OTHER};

	if (gk_str_is(key, "."))
		f.kind = GK_FIELD_SELF;
	if (key.n < 2 || key.p[1] != ':')
		return f;
	f.name = gk_str_from(key, 2);
	if (key.p[0] == 'f')
		f.kind = GK_FIELD_NAME;
	if (key.p[0] != 'k' && key.p[0] != 'v')
		return f;
	f.item = parse_value(a, f.name);
	if (f.item && key.p[0] == 'v')
		f.kind = GK_FIELD_VALUE;
	if (gk_node_is(f.item, GK_OBJECT) && key.p[0] == 'k')
		f.kind = GK_FIELD_KEY;
	return f;
}

/* What the API server's defaults put into list keys: ports without a protocol are TCP. */
static bool is_default(const struct gk_node *key)
{
	return gk_str_is(gk_node_key(key), "protocol") && gk_str_is(gk_node_text(key), "TCP");
}

bool gk_field_matches(const struct gk_node *element, const struct gk_field *f)
{
	if (f->kind != GK_FIELD_VALUE && f->kind != GK_FIELD_KEY)
		return false;
	if (f->kind == GK_FIELD_VALUE)
		return gk_node_equal(element, f->item);
	if (!gk_node_is(element, GK_OBJECT))
		return false;
	gk_node_foreach (key, f->item) {
		const struct gk_node *have = gk_node_find(element, gk_node_key(key));

		if (have ? !gk_node_equal(have, key) : !is_default(key))
			return false;
	}
	return true;
}

const struct gk_node *gk_field_element(
	const struct gk_node *list, const struct gk_field *f, size_t *ret_index)
{
	*ret_index = 0;
	if (!gk_node_is(list, GK_ARRAY))
		return NULL;
	gk_node_foreach (element, list) {
		if (gk_field_matches(element, f))
			return element;
		(*ret_index)++;
	}
	return NULL;
}

/* The part of a FieldsV1 object below one step; NULL when it does not own it. */
static const struct gk_node *below(
	struct gk_arena *a, const struct gk_node *fields, const struct gk_step *step)
{
	gk_node_foreach (member, fields) {
		struct gk_field f = gk_field_parse(a, member);

		if (step->item ? gk_field_matches(step->item, &f)
			       : f.kind == GK_FIELD_NAME && gk_str_eq(f.name, step->name))
			return member;
	}
	return NULL;
}

static bool owns(
	struct gk_arena *a, const struct gk_node *fields, const struct gk_step *step, size_t nsteps)
{
	for (size_t i = 0; i < nsteps; i++) {
		fields = below(a, fields, &step[i]);
		if (!fields)
			return false;
		if (fields->count == 0) /* owned as a whole */
			return true;
	}
	return fields != NULL;
}

struct gk_owner gk_fields_owner(struct gk_arena *a, const struct gk_node *live,
	const struct gk_step *step, size_t nsteps, const char *not_manager)
{
	struct gk_owner newest = {.time = GK_STR_NULL};

	gk_node_foreach (e, entries(live)) {
		struct gk_owner o = {gk_node_text(gk_node_get(e, "manager")),
			gk_node_text(gk_node_get(e, "operation")),
			gk_node_text(gk_node_get(e, "subresource")),
			gk_node_text(gk_node_get(e, "time"))};

		if (not_manager && gk_str_is(o.manager, not_manager))
			continue;
		if (!owns(a, gk_node_get(e, "fieldsV1"), step, nsteps))
			continue;
		/* RFC 3339 in UTC sorts as text. */
		if (!newest.manager.n || gk_str_cmp(o.time, newest.time) > 0)
			newest = o;
	}
	return newest;
}
