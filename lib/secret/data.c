/* Keys, values and sources. */
#include "secret/data.h"

#include <stdlib.h>

static struct gk_str keep(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p ? s.p : "", s.n), s.n};
}

void gk_data_set(struct gk_data *d, struct gk_str key, struct gk_str value, struct gk_str source)
{
	struct gk_datum *datum = gk_map_find(&d->map, key);

	if (!datum) {
		datum = gk_arena_zalloc(d->a, sizeof *datum);
		gk_map_put(&d->map, keep(d->a, key), datum);
	}
	datum->value = keep(d->a, value);
	datum->source = source.p ? keep(d->a, source) : GK_STR_NULL;
}

const struct gk_datum *gk_data_find(const struct gk_data *d, struct gk_str key)
{
	return gk_map_find(&d->map, key);
}

bool gk_data_has(const struct gk_data *d, struct gk_str key)
{
	return gk_map_find(&d->map, key) != NULL;
}

static int by_bytes(const void *a, const void *b)
{
	return gk_str_cmp(*(const struct gk_str *)a, *(const struct gk_str *)b);
}

struct gk_str *gk_data_keys(const struct gk_data *d, size_t *ret_n)
{
	struct gk_str *keys = gk_arena_array(d->a, d->map.n + 1, sizeof *keys);
	size_t n = 0;

	gk_map_foreach (e, &d->map)
		keys[n++] = e->key;
	if (n)
		qsort(keys, n, sizeof *keys, by_bytes);
	*ret_n = n;
	return keys;
}

void gk_data_done(struct gk_data *d)
{
	gk_map_done(&d->map);
}
