#include "overlay/marks.h"
#include "overlay/value.h"

#define MARK(name) "internal.config.kubernetes.io/" name
#define ORIGIN "config.kubernetes.io/origin"
#define TRANSFORMATIONS "alpha.config.kubernetes.io/transformations"

struct gk_str gk_annotation(const struct gk_node *object, const char *key)
{
	return gk_value_text(gk_node_path(object, "metadata", "annotations", key, NULL));
}

static struct gk_node *need_annotations(struct gk_arena *a, struct gk_node *object)
{
	struct gk_node *meta = gk_node_need(a, object, "metadata", GK_OBJECT);

	return gk_node_need(a, meta, "annotations", GK_OBJECT);
}

void gk_annotation_set(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str value)
{
	struct gk_node *map = need_annotations(a, object), *old = gk_node_get(map, key);
	struct gk_node *text = gk_node_string(a, value);

	text->style = gk_node_is(old, GK_STRING) ? old->style : GK_STYLE_SINGLE;
	(void)gk_node_set_c(a, map, key, text);
}

void gk_annotation_remove(struct gk_node *object, const char *key)
{
	struct gk_node *meta = gk_node_get(object, "metadata");
	struct gk_node *map = gk_node_get(meta, "annotations");

	if (!gk_node_is(map, GK_OBJECT))
		return;
	(void)gk_node_remove(map, gk_str_c(key));
	if (map->count == 0)
		(void)gk_node_remove(meta, GK_STR("annotations"));
}

/* Shown. */

static void show(struct gk_arena *a, struct gk_node *map, const char *key, struct gk_str text)
{
	if (text.n)
		(void)gk_node_set_str(a, map, key, text);
}

static void comma(struct gk_buf *b, struct gk_str text)
{
	if (b->n)
		gk_buf_putc(b, ',');
	gk_buf_putstr(b, text);
}

static void show_history(struct gk_arena *a, struct gk_node *map, const struct gk_res *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf names = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf namespaces = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf kinds = GK_BUF_INIT(0);

	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		comma(&names, p->name);
		comma(&namespaces, p->ns);
		comma(&kinds, p->kind);
	}
	show(a, map, MARK("previousNames"), gk_buf_str(&names));
	show(a, map, MARK("previousNamespaces"), gk_buf_str(&namespaces));
	show(a, map, MARK("previousKinds"), gk_buf_str(&kinds));
}

/* The innermost first. */
static void put_affixes(struct gk_buf *b, const struct gk_affix *x)
{
	if (!x)
		return;
	put_affixes(b, x->inner);
	comma(b, x->text);
}

static void show_affixes(
	struct gk_arena *a, struct gk_node *map, const char *key, const struct gk_affix *x)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	put_affixes(&b, x);
	show(a, map, key, gk_buf_str(&b));
}

static struct gk_str behavior_word(enum gk_behavior behavior)
{
	static const char *const words[] = {
		[GK_UNSPECIFIED] = "unspecified",
		[GK_CREATE] = "create",
		[GK_REPLACE] = "replace",
		[GK_MERGE] = "merge",
	};

	return gk_str_c(words[behavior]);
}

struct gk_node *gk_marks_shown(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_node *copy = gk_node_dup(a, r->object), *map;

	map = need_annotations(a, copy);
	gk_value_to_strings(a, map);
	show_history(a, map, r);
	show_affixes(a, map, MARK("prefixes"), r->prefixes);
	show_affixes(a, map, MARK("suffixes"), r->suffixes);
	if (r->flags & GK_RES_HASH)
		show(a, map, MARK("needsHashSuffix"), GK_STR("enabled"));
	if (r->flags & GK_RES_GENERATED)
		show(a, map, MARK("generatorBehavior"), behavior_word(r->behavior));
	if (r->origin)
		show(a, map, ORIGIN, gk_str_c(r->origin));
	if (r->transformations)
		show(a, map, TRANSFORMATIONS, gk_str_c(r->transformations));
	if (map->count == 0)
		(void)gk_node_remove(gk_node_get(copy, "metadata"), GK_STR("annotations"));
	return copy;
}

/* Taken. */

static struct gk_str take(struct gk_arena *a, struct gk_res *r, const char *key)
{
	struct gk_str text = gk_annotation(r->object, key);

	if (text.p)
		text = (struct gk_str){gk_arena_memdup0(a, text.p, text.n), text.n};
	gk_annotation_remove(r->object, key);
	return text;
}

/* Lists of unequal length are nobody's but a program's: the shortest counts. */
static void take_history(struct gk_arena *a, struct gk_res *r)
{
	struct gk_str names = take(a, r, MARK("previousNames"));
	struct gk_str namespaces = take(a, r, MARK("previousNamespaces"));
	struct gk_str kinds = take(a, r, MARK("previousKinds"));

	while (names.p && namespaces.p && kinds.p) {
		struct gk_prev *p = gk_arena_zalloc(a, sizeof *p);

		p->name = gk_str_cut(&names, ',');
		p->ns = gk_str_cut(&namespaces, ',');
		p->kind = gk_str_cut(&kinds, ',');
		if (r->youngest)
			r->youngest->next = p;
		else
			r->oldest = p;
		r->youngest = p;
	}
}

static enum gk_behavior behavior_of(struct gk_str word)
{
	for (enum gk_behavior b = GK_UNSPECIFIED; b <= GK_MERGE; b++)
		if (gk_str_eq(word, behavior_word(b)))
			return b;
	return GK_UNSPECIFIED;
}

static const char *text_of(struct gk_str s)
{
	return s.n ? s.p : NULL;
}

void gk_marks_take(struct gk_arena *a, struct gk_res *r)
{
	struct gk_str prefixes = take(a, r, MARK("prefixes"));
	struct gk_str suffixes = take(a, r, MARK("suffixes"));
	struct gk_str behavior = take(a, r, MARK("generatorBehavior"));

	gk_res_forget(r);
	take_history(a, r);
	while (prefixes.n)
		gk_res_prefix(a, r, gk_str_cut(&prefixes, ','));
	while (suffixes.n)
		gk_res_suffix(a, r, gk_str_cut(&suffixes, ','));
	if (gk_str_is(take(a, r, MARK("needsHashSuffix")), "enabled"))
		r->flags |= GK_RES_HASH;
	if (behavior.n)
		r->flags |= GK_RES_GENERATED;
	r->behavior = behavior_of(behavior);
	r->origin = text_of(take(a, r, ORIGIN));
	r->transformations = text_of(take(a, r, TRANSFORMATIONS));
}
