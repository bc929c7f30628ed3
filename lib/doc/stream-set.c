#include "doc/stream-set.h"

void gk_set_done(struct gk_set *s)
{
	gk_arena_done(&s->arena);
	gk_free(s->items);
	gk_map_done(&s->seen);
	*s = (struct gk_set)GK_SET_INIT;
}

void gk_set_add(
	struct gk_set *s, struct gk_node *object, const char *source, const struct gk_ref *ref)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->items = gk_xrealloc(s->items, s->cap, sizeof *s->items);
	}
	s->items[s->n++] = (struct gk_item){object, source, *ref};
}

static int duplicate(struct gk_set *s, const struct gk_item *item, const struct gk_item *first,
	struct gk_err *err)
{
	gk_fail(err, GK_EINPUT, "stream.duplicate", "%s appears twice",
		gk_ref_text(&s->arena, &item->ref));
	gk_note(err, "it is first at %s:%u:%u", first->source, first->object->line,
		first->object->col);
	return gk_err_at(err, gk_node_pos(item->object, item->source));
}

int gk_set__index(struct gk_set *s, struct gk_err *err)
{
	for (; s->indexed < s->n; s->indexed++) {
		const struct gk_item *item = &s->items[s->indexed];
		void **at = gk_map_at(&s->seen, gk_ref_key(&s->arena, &item->ref));

		/* The map keeps positions + 1, because items move when the set grows. */
		if (*at)
			return duplicate(s, item, &s->items[(uintptr_t)*at - 1], err);
		*at = (void *)(uintptr_t)(s->indexed + 1);
	}
	return 0;
}
