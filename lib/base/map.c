/*
 * Open addressing over a dense entry array:
 *
 *	slot:   [ . 2 . . 1 . 3 . ]      index + 1 into entry, probed linearly
 *	entry:  [ a | b | c ]            in order of insertion
 *
 * Deleting marks the entry (key.p = NULL) and keeps its slot, so probes still pass over
 * it; both are dropped when the table is rebuilt.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "base/map.h"
#include "base/mem.h"

enum { SLOTS_MIN = 16 };

/*
 * The seed makes collisions unpredictable to whoever writes the input.  Output never
 * depends on it; GK_HASH_SEED lets a test prove that.
 */
static uint64_t seed(void)
{
	static uint64_t value;
	const char *fixed;

	if (value)
		return value;
	fixed = getenv("GK_HASH_SEED");
	if (fixed)
		for (; *fixed; fixed++)
			value = value * 31 + (unsigned char)*fixed;
	else if (getrandom(&value, sizeof value, GRND_NONBLOCK) != (ssize_t)sizeof value)
		value = (uint64_t)(uintptr_t)&value;
	value |= 1;
	return value;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Multiply and fold, eight bytes at a step. */
uint64_t gk_hash(struct gk_str key)
{
	const uint64_t k = 0x9e3779b97f4a7c15u;
	uint64_t h = seed() ^ key.n, word;
	size_t i;

	for (i = 0; i + 8 <= key.n; i += 8) {
		memcpy(&word, key.p + i, 8);
		h = mix(h ^ word, k);
	}
	word = 0;
	if (i < key.n)
		memcpy(&word, key.p + i, key.n - i);
	return mix(h ^ word, k ^ seed());
}

static size_t probe(const struct gk_map *m, struct gk_str key, uint64_t hash)
{
	size_t mask = m->cap - 1, at = (size_t)hash & mask;

	while (m->slot[at]) {
		const struct gk_map_entry *e = &m->entry[m->slot[at] - 1];

		if (e->hash == hash && e->key.p && gk_str_eq(e->key, key))
			break;
		at = (at + 1) & mask;
	}
	return at;
}

static struct gk_map_entry *lookup(const struct gk_map *m, struct gk_str key)
{
	size_t at;

	if (!m->n)
		return NULL;
	at = probe(m, key, gk_hash(key));
	return m->slot[at] ? &m->entry[m->slot[at] - 1] : NULL;
}

void *gk_map_find(const struct gk_map *m, struct gk_str key)
{
	struct gk_map_entry *e = lookup(m, key);

	return e ? e->value : NULL;
}

bool gk_map_has(const struct gk_map *m, struct gk_str key)
{
	return lookup(m, key) != NULL;
}

static void rebuild(struct gk_map *m)
{
	size_t cap = SLOTS_MIN, live = 0;

	while (cap < m->n * 4)
		cap *= 2;
	for (size_t i = 0; i < m->used; i++)
		if (m->entry[i].key.p)
			m->entry[live++] = m->entry[i];
	m->used = live;
	m->entry = gk_xrealloc(m->entry, cap / 2, sizeof *m->entry);
	gk_free(m->slot);
	m->slot = gk_xcalloc(cap, sizeof *m->slot);
	m->cap = cap;
	for (size_t i = 0; i < live; i++) {
		size_t at = (size_t)m->entry[i].hash & (cap - 1);

		while (m->slot[at])
			at = (at + 1) & (cap - 1);
		m->slot[at] = (uint32_t)i + 1;
	}
}

void **gk_map_at(struct gk_map *m, struct gk_str key)
{
	uint64_t hash = gk_hash(key);
	struct gk_map_entry *e;
	size_t at;

	if (m->used + 1 > m->cap / 2)
		rebuild(m);
	at = probe(m, key, hash);
	if (m->slot[at])
		return &m->entry[m->slot[at] - 1].value;
	e = &m->entry[m->used++];
	m->n++;
	m->slot[at] = (uint32_t)m->used;
	*e = (struct gk_map_entry){.key = {key.p ? key.p : "", key.n}, .hash = hash};
	return &e->value;
}

void *gk_map_put(struct gk_map *m, struct gk_str key, void *value)
{
	void **at = gk_map_at(m, key);
	void *old = *at;

	*at = value;
	return old;
}

void *gk_map_del(struct gk_map *m, struct gk_str key)
{
	struct gk_map_entry *e = lookup(m, key);

	if (!e)
		return NULL;
	e->key = GK_STR_NULL;
	m->n--;
	return e->value;
}

void gk_map_done(struct gk_map *m)
{
	gk_free(m->entry);
	gk_free(m->slot);
	*m = (struct gk_map)GK_MAP_INIT;
}
