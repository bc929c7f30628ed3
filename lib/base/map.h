/*
 * Map from bytes to a pointer: insertion order is iteration order, so nothing that
 * is printed depends on hashing.  Keys are borrowed (usually from an arena that
 * lives longer); values are the caller's.  O(1) find, put and del.
 */
#ifndef GK_BASE_MAP_H
#define GK_BASE_MAP_H

#include "base/str.h"

struct gk_map_entry {
	struct gk_str key; /* key.p == NULL: deleted */
	void *value;
	uint64_t hash;
};

struct gk_map {
	struct gk_map_entry *entry; /* dense, in order of insertion */
	uint32_t *slot;             /* index + 1 into entry, 0 = free */
	size_t n, used, cap;        /* live entries, entries in use, slots (power of two) */
};
#define GK_MAP_INIT                                                                                \
	{                                                                                          \
		0                                                                                  \
	}

void *gk_map_find(const struct gk_map *m, struct gk_str key); /* NULL when absent */
bool gk_map_has(const struct gk_map *m, struct gk_str key);   /* for NULL values */
/* Set; returns the value that the key had before, or NULL. */
void *gk_map_put(struct gk_map *m, struct gk_str key, void *value);
/* The slot of the key's value, made NULL when new: find-or-insert in one step. */
void **gk_map_at(struct gk_map *m, struct gk_str key);
void *gk_map_del(struct gk_map *m, struct gk_str key); /* the removed value, or NULL */
void gk_map_done(struct gk_map *m);

/* Hash of bytes under this process's seed (GK_HASH_SEED overrides, for tests). */
uint64_t gk_hash(struct gk_str key);

#define gk_map_foreach(e, m)                                                                       \
	for (struct gk_map_entry *e = (m)->entry; e && e < (m)->entry + (m)->used; e++)            \
		if (e->key.p)

#endif
