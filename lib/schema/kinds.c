#include <stdlib.h>

#include "schema/kinds.h"

struct key {
	struct gk_str group, version, kind;
};

static int compare(const void *key, const void *row)
{
	const struct key *k = key;
	const struct gk_kind *r = row;
	int c = gk_str_cmp(k->group, gk_str_c(r->group));

	if (c == 0)
		c = gk_str_cmp(k->version, gk_str_c(r->version));
	return c ? c : gk_str_cmp(k->kind, gk_str_c(r->kind));
}

bool gk_kind_cluster_scoped(struct gk_str group, struct gk_str version, struct gk_str kind)
{
	struct key key = {group, version, kind};

	return bsearch(&key, gk_cluster_scoped_kinds, gk_cluster_scoped_kinds_count,
		       sizeof gk_cluster_scoped_kinds[0], compare) != NULL;
}

int gk_kind_rank(struct gk_str kind)
{
	for (size_t i = 0; i < gk_kind_ranks_count; i++)
		if (gk_str_is(kind, gk_kind_ranks[i].kind))
			return gk_kind_ranks[i].rank;
	return 0;
}
