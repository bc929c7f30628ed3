/* Keys of lists and the values that elements have at them.  Private to the strategic merge. */
#ifndef GK_OVERLAY_MERGE_TUPLE_H
#define GK_OVERLAY_MERGE_TUPLE_H

#include "doc/node.h"

enum { GK_MERGE_KEYS = 4 };

struct gk_merge_keys {
	struct gk_str v[GK_MERGE_KEYS];
	size_t n;
	bool scalars; /* the elements themselves are the keys */
};

/* The values of one element: "" where it lacks the key. */
struct gk_merge_tuple {
	struct gk_str v[GK_MERGE_KEYS];
	size_t n;
};

struct gk_merge_tuples {
	struct gk_merge_tuple *v;
	size_t n, cap;
};

/* The keys that struct gk_merge_field writes as one text. */
struct gk_merge_keys gk_merge__keys(const char *text);
struct gk_merge_tuple gk_merge__tuple(const struct gk_merge_keys *k, const struct gk_node *element);
/* Bytes that are equal exactly when the tuples are. */
struct gk_str gk_merge__tuple_bytes(struct gk_arena *a, const struct gk_merge_tuple *t);

/* Tuples that agree in one place and differ only by "" become one; cost: n^2. */
void gk_merge__complete(struct gk_merge_tuples *t);
/* The keys that are set in one of n tuples; all when there is none.  used: which they are. */
struct gk_merge_keys gk_merge__valid_keys(const struct gk_merge_keys *k,
	const struct gk_merge_tuple *t, size_t n, bool used[GK_MERGE_KEYS]);
/* The values at the used keys. */
struct gk_merge_tuple gk_merge__valid_values(
	const struct gk_merge_tuple *t, const bool used[GK_MERGE_KEYS]);

#endif
