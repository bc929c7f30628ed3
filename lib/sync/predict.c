/* A local server-side apply. */
#include "sync/predict.h"

#include "base/vec.h"
#include "schema/merge.h"
#include "sync/fields.h"
#include "sync/quantity.h"

struct predict {
	struct gk_arena *arena;
	struct gk_merge_schema schema;
	const struct gk_node *live; /* for the owners */
	const char *manager;
	GK_VEC(struct gk_step) step;
};

/* What is known of a place: our part of its ownership, and its type in the merge table. */
struct place {
	const struct gk_node *fields;
	const char *type;
	const char *keys; /* of a list: "a,b", "=" or "" */
};

static void merge_map(
	struct predict *p, struct gk_node *into, const struct gk_node *from, struct place at);
static void merge_list(
	struct predict *p, struct gk_node *into, const struct gk_node *from, struct place at);

static bool owned_by_others(struct predict *p)
{
	return gk_fields_owner(p->arena, p->live, p->step.v, p->step.n, p->manager).manager.n > 0;
}

static const struct gk_node *fields_below(
	const struct predict *p, const struct gk_node *fields, struct gk_str name)
{
	gk_node_foreach (m, fields) {
		struct gk_field f = gk_field_parse(p->arena, m);

		if (f.kind == GK_FIELD_NAME && gk_str_eq(f.name, name))
			return m;
	}
	return NULL;
}

static struct place place_below(const struct predict *p, const struct place *at, struct gk_str name)
{
	struct place below = {.fields = fields_below(p, at->fields, name), .keys = ""};
	const struct gk_merge_field *row =
		at->type ? gk_merge_find(&p->schema, at->type, name) : NULL;

	if (row) {
		below.type = *row->next ? row->next : NULL;
		below.keys = row->keys;
	}
	return below;
}

/* A list whose keys the table does not know, but our ownership shows. */
static const struct gk_node *shown_key(const struct predict *p, const struct gk_node *fields)
{
	gk_node_foreach (m, fields) {
		struct gk_field f = gk_field_parse(p->arena, m);

		if (f.kind == GK_FIELD_KEY)
			return f.item;
	}
	return NULL;
}

static void merge_value(struct predict *p, struct gk_node *into, struct gk_node *old,
	const struct gk_node *want, struct place at)
{
	bool whole = at.fields && at.fields->count == 0;

	if (!whole && old->type == GK_OBJECT && want->type == GK_OBJECT) {
		merge_map(p, old, want, at);
		return;
	}
	if (!whole && old->type == GK_ARRAY && want->type == GK_ARRAY &&
		(*at.keys || shown_key(p, at.fields))) {
		merge_list(p, old, want, at);
		return;
	}
	if (gk_node_equal(old, want) || gk_quantity_same(p->step.v, p->step.n, old, want))
		return;
	gk_node_replace(into, old, gk_node_dup(p->arena, want));
}

/* What our entry owns and the desired map lacks goes, unless others own it too. */
static void remove_given_up(struct predict *p, struct gk_node *into, const struct gk_node *from,
	const struct gk_node *fields)
{
	gk_node_foreach (m, fields) {
		struct gk_field f = gk_field_parse(p->arena, m);
		struct gk_step step = {.name = f.name};

		if (f.kind != GK_FIELD_NAME || gk_node_find(from, f.name))
			continue;
		gk_vec_push(&p->step, step);
		if (!owned_by_others(p))
			gk_node_remove(into, f.name);
		p->step.n--;
	}
}

static void merge_map(
	struct predict *p, struct gk_node *into, const struct gk_node *from, struct place at)
{
	remove_given_up(p, into, from, at.fields);
	gk_node_foreach (want, from) {
		struct gk_str name = gk_node_key(want);
		struct gk_node *old = gk_node_find(into, name);
		struct gk_step step = {.name = name};

		gk_vec_push(&p->step, step);
		if (old)
			merge_value(p, into, old, want, place_below(p, &at, name));
		else
			gk_node_set(p->arena, into, name, gk_node_dup(p->arena, want));
		p->step.n--;
	}
}

/* ---- lists with keys ---- */

static bool same_key(const struct gk_node *a, const struct gk_node *b, struct gk_str names)
{
	while (names.p) {
		struct gk_str name = gk_str_cut(&names, ',');
		const struct gk_node *va = gk_node_find(a, name), *vb = gk_node_find(b, name);

		/* What is absent is filled in by the server (protocol), so it differs from nothing.
		 */
		if (va && vb && !gk_node_equal(va, vb))
			return false;
		if (!va && !vb && gk_str_is(name, "name"))
			return false;
	}
	return true;
}

static struct gk_node *element_like(
	const struct gk_node *list, const struct gk_node *like, struct gk_str keys)
{
	gk_node_foreach (e, list)
		if (gk_str_is(keys, "=") ? gk_node_equal(e, like) : same_key(e, like, keys))
			return e;
	return NULL;
}

/* The names of the list's keys: from the table, or from the ownership. */
static struct gk_str key_names(const struct predict *p, const struct place *at, struct gk_buf *b)
{
	if (*at->keys)
		return gk_str_c(at->keys);
	gk_node_foreach (k, shown_key(p, at->fields)) {
		if (b->n)
			gk_buf_putc(b, ',');
		gk_buf_putstr(b, gk_node_key(k));
	}
	return gk_buf_str(b);
}

static const struct gk_node *fields_of_element(
	const struct predict *p, const struct gk_node *fields, const struct gk_node *element)
{
	gk_node_foreach (m, fields) {
		struct gk_field f = gk_field_parse(p->arena, m);

		if (gk_field_matches(element, &f))
			return m;
	}
	return NULL;
}

static void remove_given_up_elements(struct predict *p, struct gk_node *into,
	const struct gk_node *from, const struct gk_node *fields)
{
	gk_node_foreach (m, fields) {
		struct gk_field f = gk_field_parse(p->arena, m);
		struct gk_step step = {.name = GK_STR_NULL};
		size_t i;

		if ((f.kind != GK_FIELD_KEY && f.kind != GK_FIELD_VALUE) ||
			gk_field_element(from, &f, &i))
			continue;
		step.item = gk_field_element(into, &f, &i);
		if (!step.item)
			continue;
		gk_vec_push(&p->step, step);
		if (!owned_by_others(p))
			gk_node_unlink(into, gk_node_at(into, i));
		p->step.n--;
	}
}

static void merge_list(
	struct predict *p, struct gk_node *into, const struct gk_node *from, struct place at)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(4096);
	struct gk_str keys = key_names(p, &at, &b);

	remove_given_up_elements(p, into, from, at.fields);
	gk_node_foreach (want, from) {
		struct gk_node *old = element_like(into, want, keys);
		struct gk_step step = {.item = old};
		struct place below = {.type = at.type, .keys = ""};

		if (!old) {
			gk_node_append(into, gk_node_dup(p->arena, want));
			continue;
		}
		if (want->type != GK_OBJECT)
			continue;
		below.fields = fields_of_element(p, at.fields, old);
		gk_vec_push(&p->step, step);
		merge_map(p, old, want, below);
		p->step.n--;
	}
}

struct gk_node *gk_predict(struct gk_arena *a, const struct gk_node *desired,
	const struct gk_node *live, const struct gk_ref *ref, const char *manager)
{
	struct predict p = {
		.arena = a, .schema = gk_merge_schema_builtin(), .live = live, .manager = manager};
	struct gk_node *out = gk_node_dup(a, live);
	struct place root = {.keys = ""};
	size_t entries;

	root.type = gk_merge_root(&p.schema, ref->group, ref->version, ref->kind);
	root.fields = gk_fields_applied(
		live, manager, gk_node_text(gk_node_get(desired, "apiVersion")), &entries);
	merge_map(&p, out, desired, root);
	gk_vec_done(&p.step);
	return out;
}
