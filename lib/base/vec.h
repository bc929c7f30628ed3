/*
 * A typed vector: struct { T *v; size_t n, cap; }, zero = empty.
 *
 *	GK_VEC(struct patch) patches = {0};
 *	gk_vec_push(&patches, p);
 *	gk_vec_foreach (struct patch, p, &patches) ...
 *	gk_vec_done(&patches);
 */
#ifndef GK_BASE_VEC_H
#define GK_BASE_VEC_H

#include "base/mem.h"

#define GK_VEC(type)                                                                               \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, cap;                                                                     \
	}

#define gk_vec_push(vec, item)                                                                     \
	do {                                                                                       \
		if ((vec)->n == (vec)->cap) {                                                      \
			(vec)->cap = (vec)->cap ? (vec)->cap * 2 : 8;                              \
			(vec)->v = gk_xrealloc((vec)->v, (vec)->cap, sizeof *(vec)->v);            \
		}                                                                                  \
		(vec)->v[(vec)->n++] = (item);                                                     \
	} while (0)

#define gk_vec_foreach(type, item, vec)                                                            \
	for (type *item = (vec)->v; item && item < (vec)->v + (vec)->n; item++)

#define gk_vec_done(vec)                                                                           \
	do {                                                                                       \
		gk_free((vec)->v);                                                                 \
		(vec)->v = NULL;                                                                   \
		(vec)->n = (vec)->cap = 0;                                                         \
	} while (0)

/* The one vector type that many interfaces share: borrowed C strings. */
struct gk_strs {
	const char **v;
	size_t n, cap;
};

#endif
