/* The objects of a stream by kind, namespace and name. */
#include "secret/catalog.h"

/* Kinds (of the core group) that are looked up, and whether they live in namespaces. */
static const struct {
	const char *kind;
	bool namespaced;
} kinds[] = {
	{"ConfigMap", true},
	{"Namespace", false},
	{"Secret", true},
	{"ServiceAccount", true},
};

static struct gk_str key_of(
	struct gk_arena *a, const char *kind, struct gk_str ns, struct gk_str name)
{
	return gk_str_c(gk_arena_printf(a, "%s/%.*s/%.*s", kind, GK_SARG(ns), GK_SARG(name)));
}

void gk_catalog_add(struct gk_catalog *c, struct gk_item *item)
{
	const struct gk_ref *r = &item->ref;

	for (size_t i = 0; i < GK_COUNT(kinds); i++) {
		struct gk_str ns = r->ns.n ? r->ns : c->default_ns;

		if (r->group.n || !gk_str_is(r->kind, kinds[i].kind))
			continue;
		gk_map_put(&c->map,
			key_of(c->a, kinds[i].kind, kinds[i].namespaced ? ns : GK_STR(""), r->name),
			item);
	}
}

void gk_catalog_init(struct gk_catalog *c, struct gk_arena *a, const struct gk_set *set,
	struct gk_str default_ns)
{
	*c = (struct gk_catalog){.a = a, .default_ns = default_ns};
	for (size_t i = 0; i < set->n; i++)
		gk_catalog_add(c, &set->items[i]);
}

struct gk_item *gk_catalog_find(
	const struct gk_catalog *c, const char *kind, struct gk_str ns, struct gk_str name)
{
	bool namespaced = true;

	for (size_t i = 0; i < GK_COUNT(kinds); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			namespaced = kinds[i].namespaced;
	return gk_map_find(&c->map, key_of(c->a, kind, namespaced ? ns : GK_STR(""), name));
}

void gk_catalog_done(struct gk_catalog *c)
{
	gk_map_done(&c->map);
}
