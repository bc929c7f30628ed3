/* The no-drift proof: a walk over ownership, desired and live side by side. */
#include "sync/proof.h"

#include "base/buf.h"
#include "base/vec.h"
#include "sync/fields.h"

enum { LIST_MAX = 2000 }; /* elements; matching by keys is quadratic */

struct proof {
	struct gk_arena *arena;
	struct gk_buf path;
	const char *why;
};

static bool refuse(struct proof *p, const char *why)
{
	if (!p->why)
		p->why = gk_arena_printf(
			p->arena, "%s: %s", p->path.n ? gk_buf_cstr(&p->path) : ".", why);
	return false;
}

static bool walk(struct proof *p, const struct gk_node *fields, const struct gk_node *desired,
	const struct gk_node *live);

static bool step(struct proof *p, struct gk_str name, const struct gk_node *fields,
	const struct gk_node *desired, const struct gk_node *live)
{
	size_t n = p->path.n;
	bool same;

	gk_buf_putc(&p->path, '.');
	gk_buf_putstr(&p->path, name);
	same = walk(p, fields, desired, live);
	p->path.n = n;
	p->path.p[n] = '\0';
	return same;
}

/* A member of the desired map, and the entry's part for it. */
static const struct gk_node *owned_member(const struct gk_node *fields, struct gk_str name)
{
	char key[512];

	if (name.n + 2 > sizeof key)
		return NULL;
	key[0] = 'f';
	key[1] = ':';
	memcpy(key + 2, name.p, name.n);
	return gk_node_find(fields, (struct gk_str){key, name.n + 2});
}

static bool map_is_covered(struct proof *p, const struct gk_node *fields,
	const struct gk_node *desired, bool (*skipped)(struct gk_str))
{
	gk_node_foreach (m, desired) {
		if (skipped && skipped(gk_node_key(m)))
			continue;
		if (!owned_member(fields, gk_node_key(m))) {
			step(p, gk_node_key(m), NULL, NULL, NULL);
			return refuse(p, "a field is new");
		}
	}
	return true;
}

static bool walk_map(struct proof *p, const struct gk_node *fields, const struct gk_node *desired,
	const struct gk_node *live, bool (*skipped)(struct gk_str))
{
	if (!gk_node_is(desired, GK_OBJECT) || !gk_node_is(live, GK_OBJECT))
		return refuse(p, "it is no map");
	gk_node_foreach (member, fields) {
		struct gk_field f = gk_field_parse(p->arena, member);

		if (f.kind == GK_FIELD_SELF)
			continue;
		if (f.kind != GK_FIELD_NAME)
			return refuse(p, "its ownership cannot be read");
		if (!step(p, f.name, member, gk_node_find(desired, f.name),
			    gk_node_find(live, f.name)))
			return false;
	}
	return map_is_covered(p, fields, desired, skipped);
}

/* One element: found in both lists, later in live than the one before it in desired. */
struct element {
	size_t desired_at, live_at;
};

static bool in_order(const struct element *e, size_t n)
{
	/* desired_at are distinct and below n: place[i] is where desired element i is in live. */
	size_t *place = gk_xcalloc(n + 1, sizeof *place);
	bool ok = true;

	for (size_t i = 0; i < n; i++)
		if (e[i].desired_at < n)
			place[e[i].desired_at] = e[i].live_at;
	for (size_t i = 1; i < n && ok; i++)
		ok = place[i - 1] < place[i];
	gk_free(place);
	return ok;
}

static bool walk_element(struct proof *p, const struct gk_node *member,
	const struct gk_node *desired, const struct gk_node *live, struct element *ret)
{
	struct gk_field f = gk_field_parse(p->arena, member);
	const struct gk_node *d, *l;

	if (f.kind != GK_FIELD_KEY && f.kind != GK_FIELD_VALUE)
		return refuse(p, "its ownership cannot be read");
	d = gk_field_element(desired, &f, &ret->desired_at);
	l = gk_field_element(live, &f, &ret->live_at);
	if (!d || !l)
		return refuse(p, "an element is gone");
	if (f.kind == GK_FIELD_VALUE)
		return true;
	return step(p, GK_STR("[]"), member, d, l);
}

static bool walk_list(struct proof *p, const struct gk_node *fields, const struct gk_node *desired,
	const struct gk_node *live)
{
	GK_VEC(struct element) found = {0};
	bool same = true;

	if (!gk_node_is(desired, GK_ARRAY) || !gk_node_is(live, GK_ARRAY))
		return refuse(p, "it is no list");
	if (live->count > LIST_MAX || desired->count > LIST_MAX)
		return refuse(p, "the list is long");
	gk_node_foreach (member, fields) {
		struct element e = {0, 0};

		if (gk_str_is(gk_node_key(member), "."))
			continue;
		same = walk_element(p, member, desired, live, &e);
		if (!same)
			break;
		gk_vec_push(&found, e);
	}
	if (same && found.n != desired->count)
		same = refuse(p, "an element is new");
	if (same && !in_order(found.v, found.n))
		same = refuse(p, "the elements stand in another order");
	gk_vec_done(&found);
	return same;
}

static bool walk(struct proof *p, const struct gk_node *fields, const struct gk_node *desired,
	const struct gk_node *live)
{
	const struct gk_node *first = gk_node_children(fields);

	if (!fields)
		return refuse(p, "it is new");
	if (!desired)
		return refuse(p, "it is not wanted any more");
	if (!live)
		return refuse(p, "it is missing");
	if (!first)
		return gk_node_equal(desired, live) ? true : refuse(p, "another value");
	if (gk_str_is(gk_node_key(first), ".") && first->next)
		first = first->next;
	if (gk_str_starts(gk_node_key(first), GK_STR("f:")))
		return walk_map(p, fields, desired, live, NULL);
	if (gk_str_is(gk_node_key(first), "."))
		return desired->count == 0 && desired->type == live->type
			       ? true
			       : refuse(p, "a field is new");
	return walk_list(p, fields, desired, live);
}

/* ---- the root: identity is in no entry ---- */

static bool skipped_at_root(struct gk_str name)
{
	return gk_str_is(name, "apiVersion") || gk_str_is(name, "kind") ||
	       gk_str_is(name, "metadata");
}

static bool skipped_in_metadata(struct gk_str name)
{
	return gk_str_is(name, "name") || gk_str_is(name, "namespace");
}

static bool walk_metadata(struct proof *p, const struct gk_node *fields,
	const struct gk_node *desired, const struct gk_node *live)
{
	bool same;

	gk_buf_puts(&p->path, ".metadata");
	same = walk_map(p, gk_node_get(fields, "f:metadata"), gk_node_get(desired, "metadata"),
		gk_node_get(live, "metadata"), skipped_in_metadata);
	p->path.n = 0;
	return same;
}

static bool walk_root(struct proof *p, const struct gk_node *fields, const struct gk_node *desired,
	const struct gk_node *live)
{
	gk_node_foreach (member, fields) {
		struct gk_field f = gk_field_parse(p->arena, member);

		if (f.kind != GK_FIELD_NAME)
			return refuse(p, "its ownership cannot be read");
		if (skipped_at_root(f.name))
			continue;
		if (!step(p, f.name, member, gk_node_find(desired, f.name),
			    gk_node_find(live, f.name)))
			return false;
	}
	return map_is_covered(p, fields, desired, skipped_at_root) &&
	       walk_metadata(p, fields, desired, live);
}

/* Nothing but an identity: there is nothing to own, and the server keeps no entry. */
static bool is_bare(const struct gk_node *desired)
{
	gk_node_foreach (m, desired)
		if (!skipped_at_root(gk_node_key(m)))
			return false;
	gk_node_foreach (m, gk_node_get(desired, "metadata"))
		if (!skipped_in_metadata(gk_node_key(m)))
			return false;
	return true;
}

bool gk_proof_same(struct gk_arena *a, const struct gk_node *desired, const struct gk_node *live,
	const char *manager, const char **ret_why)
{
	struct proof p = {.arena = a, .path = GK_BUF_INIT(64 << 10)};
	size_t entries = 0;
	const struct gk_node *fields = gk_fields_applied(
		live, manager, gk_node_text(gk_node_get(desired, "apiVersion")), &entries);
	bool same;

	if (!entries && is_bare(desired))
		same = true;
	else if (!fields || entries != 1)
		same = refuse(
			&p, entries ? "applied under another version" : "never applied by us");
	else if (gk_node_path(live, "metadata", "deletionTimestamp", NULL))
		same = refuse(&p, "it is being deleted");
	else
		same = walk_root(&p, fields, desired, live);
	if (ret_why && !same)
		*ret_why = p.why;
	gk_buf_done(&p.path);
	return same;
}
