/* Compiler attributes and the few macros that every file uses. */
#ifndef GK_BASE_BASE_H
#define GK_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define GK_NODISCARD __attribute__((warn_unused_result))
#define GK_NORETURN __attribute__((noreturn))
#define GK_PURE __attribute__((pure))

/* Run fn(&variable) when the variable goes out of scope. */
#define GK_AUTO(fn) __attribute__((cleanup(fn)))

/* Move a pointer out of a GK_AUTO variable: yields it and leaves NULL. */
#define GK_TAKE(p)                                                                                 \
	__extension__({                                                                            \
		__typeof__(p) gk_take_ = (p);                                                      \
		(p) = NULL;                                                                        \
		gk_take_;                                                                          \
	})

#define GK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A broken invariant of ours (never of input): says where and aborts, in every build. */
#define gk_assert(cond) ((cond) ? (void)0 : gk_assert_failed(#cond, __FILE__, __LINE__))
GK_NORETURN void gk_assert_failed(const char *cond, const char *file, int line);

#endif
