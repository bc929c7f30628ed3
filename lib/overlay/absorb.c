/*
 * Generator behaviours.  The generated object takes the old one's place, name, namespace
 * and history; with merge also what it has in data.
 */
#include "base/map.h"
#include "overlay/generate.h"
#include "overlay/select.h"
#include "overlay/step.h"
#include "overlay/value.h"

static void put_text(
	struct gk_arena *a, struct gk_map *texts, struct gk_str key, struct gk_str text)
{
	struct gk_str *copy = gk_arena_alloc(a, sizeof *copy);

	*copy = text;
	(void)gk_map_put(texts, key.p ? key : GK_STR(""), copy);
}

/* Texts of a map, older first; a later text of a key wins.  A list has none. */
static void merge_texts(struct gk_arena *a, struct gk_map *texts, const struct gk_node *pairs,
	struct gk_str (*text_of)(const struct gk_node *n))
{
	if (!gk_node_is(pairs, GK_OBJECT))
		return;
	gk_node_foreach (pair, pairs)
		put_text(a, texts, gk_node_key(pair), text_of(pair));
}

/* Labels or annotations.  kustomize reads a list as keys and values in turn. */
static void merge_metadata(
	struct gk_arena *a, struct gk_map *texts, const struct gk_node *object, const char *field)
{
	const struct gk_node *pairs = gk_node_path(object, "metadata", field, NULL), *key, *value;

	if (!gk_node_is(pairs, GK_ARRAY)) {
		merge_texts(a, texts, pairs, gk_value_written);
		return;
	}
	for (key = pairs->first; key && key->next; key = value->next) {
		value = key->next;
		put_text(a, texts, gk_value_written(key), gk_value_written(value));
	}
}

/* Rebuilt in byte order.  False: kustomize cannot write an entry without a key and stops. */
static bool merge_pairs(
	struct gk_arena *a, struct gk_node *object, const struct gk_node *old, const char *field)
{
	GK_AUTO(gk_map_done) struct gk_map texts = GK_MAP_INIT;
	struct gk_node *meta = gk_node_need(a, object, "metadata", GK_OBJECT), *map;

	merge_metadata(a, &texts, old, field);
	merge_metadata(a, &texts, object, field);
	(void)gk_node_remove(meta, gk_str_c(field));
	if (texts.n == 0)
		return true;
	map = gk_node_need(a, meta, field, GK_OBJECT);
	if (gk_map_has(&texts, GK_STR("")))
		return false;
	gk_map_foreach (e, &texts) {
		const struct gk_str *text = e->value;
		struct gk_node *twin = NULL;

		gk_value_set_entry(a, map, e->key, *text, &twin);
	}
	return true;
}

static void merge_data(
	struct gk_arena *a, struct gk_node *object, const struct gk_node *old, const char *field)
{
	GK_AUTO(gk_map_done) struct gk_map texts = GK_MAP_INIT;

	merge_texts(a, &texts, gk_node_get(old, field), gk_value_text);
	merge_texts(a, &texts, gk_node_get(object, field), gk_value_text);
	(void)gk_node_remove(object, gk_str_c(field));
	gk_map_foreach (e, &texts) {
		const struct gk_str *text = e->value;
		struct gk_node *map = gk_node_need(a, object, field, GK_OBJECT), *twin = NULL;

		gk_value_set_entry(a, map, e->key, *text, &twin);
		if (memchr(text->p ? text->p : "", '\n', text->n))
			gk_node_find(map, e->key)->style = GK_STYLE_LITERAL;
	}
}

static void take_name(struct gk_arena *a, struct gk_res *r, const struct gk_res *old)
{
	struct gk_node *meta = gk_node_need(a, r->object, "metadata", GK_OBJECT), *twin = NULL;

	gk_value_set_entry(a, meta, GK_STR("name"), gk_res_name(old), &twin);
	twin = NULL;
	if (gk_res_ns(old).n)
		gk_value_set_entry(a, meta, GK_STR("namespace"), gk_res_ns(old), &twin);
	else
		(void)gk_node_remove(meta, GK_STR("namespace"));
}

/* kustomize does not look whether this succeeds: what comes behind a failure stays undone. */
static void take_identity(struct gk_arena *a, struct gk_res *r, const struct gk_res *old)
{
	bool hash = (r->flags & GK_RES_HASH) && (old->flags & GK_RES_HASH);

	gk_step_moved(old, r);
	if (!merge_pairs(a, r->object, old->object, "labels"))
		return;
	if (!merge_pairs(a, r->object, old->object, "annotations")) {
		gk_res_forget(r);
		r->origin = r->transformations = NULL;
		return;
	}
	take_name(a, r, old);
	r->oldest = old->oldest;
	r->youngest = old->youngest;
	r->prefixes = old->prefixes;
	r->suffixes = old->suffixes;
	r->transformations = old->transformations;
	r->flags = old->flags & ~(unsigned)GK_RES_HASH;
	if (hash)
		r->flags |= GK_RES_HASH;
	r->behavior = old->behavior;
}

static int fail_missing(struct gk_build *b, const struct gk_resmap *m, const struct gk_id *id,
	enum gk_behavior behavior, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.generator-target",
		"%s does not exist: there is nothing to %s", gk_id_text(b->a, id),
		behavior == GK_MERGE ? "merge with" : "replace");
	(void)gk_select_note_nearest(m, id, err);
	return gk_help(err, "correct name and namespace, or drop 'behavior'");
}

static int fail_many(
	struct gk_build *b, const struct gk_id *id, const struct gk_hit *hit, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.generator-target", "%zu objects could be meant by %s",
		hit->n, gk_id_text(b->a, id));
	for (; hit; hit = hit->next)
		(void)gk_note(err, "one is at %s:%u", hit->res->file, hit->res->object->line);
	return gk_help(err, "use the name that the object has at this point");
}

static int fail_exists(
	struct gk_build *b, const struct gk_id *id, const struct gk_res *old, struct gk_err *err)
{
	(void)gk_fail(
		err, GK_EINPUT, "render.duplicate-id", "%s exists already", gk_id_text(b->a, id));
	(void)gk_note(err, "it comes from %s:%u", old->file, old->object->line);
	return gk_help(err, "say 'behavior: merge' or 'behavior: replace'");
}

int gk_absorb(struct gk_build *b, struct gk_resmap *m, struct gk_res *r, struct gk_err *err)
{
	struct gk_id id = gk_res_id(r), now;
	const struct gk_hit *hit = gk_resmap_any(m, &id);
	enum gk_behavior behavior = r->behavior;

	if (!hit && behavior <= GK_CREATE)
		return gk_resmap_append(b->a, m, r, err);
	if (!hit)
		return fail_missing(b, m, &id, behavior, err);
	if (hit->n > 1)
		return fail_many(b, &id, hit, err);
	if (behavior <= GK_CREATE)
		return fail_exists(b, &id, hit->res, err);
	take_identity(b->a, r, hit->res);
	id = gk_res_id(r);
	now = gk_res_id(hit->res);
	if (!gk_id_equal(&id, &now))
		return gk_fail(err, GK_EINPUT, "render.generator-target",
			"%s has become %s: it cannot be generated again", gk_id_text(b->a, &id),
			gk_id_text(b->a, &now));
	if (behavior == GK_MERGE) {
		merge_data(b->a, r->object, hit->res->object, "data");
		merge_data(b->a, r->object, hit->res->object, "binaryData");
		if (hit->res->origin)
			r->origin = hit->res->origin;
	}
	gk_vars_moved(b, hit->res, r);
	gk_resmap_replace(m, hit->res, r);
	return 0;
}
