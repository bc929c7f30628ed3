#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define EACH_PIECE_ALONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_PIECE_ALONE 1
#endif
#endif
#ifndef EACH_PIECE_ALONE
#define EACH_PIECE_ALONE 0
#endif

enum { CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };

static void (*oom_handler)(void);

void gk_oom_set(void (*handler)(void))
{
	oom_handler = handler;
}

void gk_oom(void)
{
	static const char text[] = "gk: error: out of memory [system.out-of-memory]\n";

	if (oom_handler)
		oom_handler();
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(10);
}

void gk_assert_failed(const char *cond, const char *file, int line)
{
	fprintf(stderr, "gk: bug: %s:%d: assertion '%s' failed\n", file, line, cond);
	abort();
}

void *gk_xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		gk_oom();
	return p;
}

void *gk_xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		gk_oom();
	return p;
}

void *gk_xrealloc(void *p, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		gk_oom();
	p = realloc(p, total ? total : 1);
	if (!p)
		gk_oom();
	return p;
}

char *gk_xmemdup0(const void *p, size_t n)
{
	char *copy = gk_xmalloc(n + 1);

	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *gk_xstrdup(const char *s)
{
	return gk_xmemdup0(s, strlen(s));
}

void gk_free(void *p)
{
	free(p);
}

void gk_freep(void *pp)
{
	void *p;

	memcpy(&p, pp, sizeof p);
	free(p);
}

/*
 * Chunks double from 4 KiB to 1 MiB, so that a small document costs one small
 * allocation and a large one few large ones.  Under AddressSanitizer each piece is
 * a chunk of its own: an overflow then runs into a red zone, not into a neighbour.
 */
struct gk_chunk {
	struct gk_chunk *next;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

static struct gk_chunk *chunk_new(struct gk_arena *a, size_t size)
{
	size_t want = a->head ? a->head->size * 2 : CHUNK_MIN;
	struct gk_chunk *c;

	if (want > CHUNK_MAX)
		want = CHUNK_MAX;
	if (EACH_PIECE_ALONE || want < size)
		want = size;
	if (want > SIZE_MAX - sizeof *c)
		gk_oom();
	c = gk_xmalloc(sizeof *c + want);
	c->size = want;
	c->used = 0;
	c->next = a->head;
	a->head = c;
	return c;
}

static size_t aligned(size_t size)
{
	const size_t unit = size >= sizeof(void *) ? _Alignof(max_align_t) / 2 : 1;

	return (size + unit - 1) & ~(unit - 1);
}

void *gk_arena_alloc(struct gk_arena *a, size_t size)
{
	struct gk_chunk *c = a->head;
	size_t unit = _Alignof(max_align_t) / 2;
	size_t at;

	if (size > SIZE_MAX / 2)
		gk_oom();
	at = c ? (c->used + unit - 1) & ~(unit - 1) : 0;
	if (!c || EACH_PIECE_ALONE || at > c->size || c->size - at < size) {
		c = chunk_new(a, size ? size : 1);
		at = 0;
	}
	c->used = at + size;
	a->used += size;
	return c->data + at;
}

/* Text needs no alignment: packing it saves a tenth of a typical document. */
static char *alloc_text(struct gk_arena *a, size_t size)
{
	struct gk_chunk *c = a->head;

	if (EACH_PIECE_ALONE || !c || c->size - c->used < size)
		return gk_arena_alloc(a, size);
	c->used += size;
	a->used += size;
	return (char *)c->data + c->used - size;
}

void *gk_arena_zalloc(struct gk_arena *a, size_t size)
{
	void *p = gk_arena_alloc(a, aligned(size));

	memset(p, 0, size);
	return p;
}

void *gk_arena_array(struct gk_arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		gk_oom();
	return gk_arena_zalloc(a, total);
}

char *gk_arena_memdup0(struct gk_arena *a, const void *p, size_t n)
{
	char *copy = alloc_text(a, n + 1);

	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *gk_arena_strdup(struct gk_arena *a, const char *s)
{
	return gk_arena_memdup0(a, s, strlen(s));
}

char *gk_arena_printf(struct gk_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	gk_assert(n >= 0);
	text = alloc_text(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

void gk_arena_done(struct gk_arena *a)
{
	struct gk_chunk *c = a->head;

	while (c) {
		struct gk_chunk *next = c->next;

		if (a->wipe)
			explicit_bzero(c->data, c->used);
		free(c);
		c = next;
	}
	a->head = NULL;
	a->used = 0;
}
