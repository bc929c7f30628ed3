/*
 * Memory.  Running out of it ends the program (exit 10): no size that comes from
 * input reaches an allocator without passing a limit first (base/limits.h), so
 * these functions never return NULL.
 */
#ifndef GK_BASE_MEM_H
#define GK_BASE_MEM_H

#include "base/base.h"

/* Report "out of memory" and end; an embedder may install a handler that does not return. */
GK_NORETURN void gk_oom(void);
void gk_oom_set(void (*handler)(void));

void *gk_xmalloc(size_t size);
void *gk_xcalloc(size_t count, size_t size); /* zeroed; overflow of count*size is fatal */
void *gk_xrealloc(void *p, size_t count, size_t size);
char *gk_xstrdup(const char *s);
char *gk_xmemdup0(const void *p, size_t n); /* adds a NUL */
void gk_free(void *p);                      /* NULL is a no-op */
void gk_freep(void *pp);                    /* for GK_AUTO: frees *(void **)pp */

/*
 * An arena owns many small pieces that die together.  Pieces are aligned for any
 * object.  A wiping arena overwrites its pieces when it is released (secrets).
 */
struct gk_arena {
	struct gk_chunk *head;
	bool wipe;
	size_t used; /* bytes handed out so far, for limits and statistics */
};
#define GK_ARENA_INIT                                                                              \
	{                                                                                          \
		0                                                                                  \
	}

void *gk_arena_alloc(struct gk_arena *a, size_t size);               /* not zeroed */
void *gk_arena_zalloc(struct gk_arena *a, size_t size);              /* zeroed */
void *gk_arena_array(struct gk_arena *a, size_t count, size_t size); /* zeroed, overflow-checked */
char *gk_arena_memdup0(struct gk_arena *a, const void *p, size_t n); /* adds a NUL */
char *gk_arena_strdup(struct gk_arena *a, const char *s);
char *gk_arena_printf(struct gk_arena *a, const char *fmt, ...) GK_PRINTF(2, 3);
void gk_arena_done(struct gk_arena *a); /* releases everything; the arena may be used again */

#endif
