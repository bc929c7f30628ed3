/* Look-ups in apply.tbl. */
#include "schema/apply.h"

enum { RANK_UNLISTED = 50 };

static const struct gk_apply_kind *find(struct gk_str group, struct gk_str kind)
{
	for (size_t i = 0; i < gk_apply_kinds_count; i++) {
		const struct gk_apply_kind *k = &gk_apply_kinds[i];

		if (gk_str_is(kind, k->kind) && gk_str_is(group, k->group))
			return k;
	}
	return NULL;
}

int gk_apply_rank(struct gk_str group, struct gk_str kind)
{
	const struct gk_apply_kind *k = find(group, kind);

	return k ? k->rank : RANK_UNLISTED;
}

bool gk_apply_is(struct gk_str group, struct gk_str kind, enum gk_apply_flag flag)
{
	const struct gk_apply_kind *k = find(group, kind);

	return k && ((unsigned)k->flags & (unsigned)flag);
}

bool gk_hand_is(struct gk_str manager)
{
	for (size_t i = 0; i < gk_hands_count; i++)
		if (gk_str_is(manager, gk_hands[i].manager))
			return true;
	return false;
}
