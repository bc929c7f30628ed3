/*
 * Secret bytes (keys, tokens, values): in locked memory, wiped before they are released.
 * Never printed, traced, put into an argument list, an environment or an error.
 */
#ifndef GK_BASE_SECRET_H
#define GK_BASE_SECRET_H

#include "base/str.h"

struct gk_secret {
	char *p; /* NUL-terminated; NULL = none */
	size_t n;
};
#define GK_SECRET_INIT                                                                             \
	{                                                                                          \
		0                                                                                  \
	}

/* Keep a copy of the bytes; what was kept before is wiped.  {NULL, 0} leaves none. */
void gk_secret_set(struct gk_secret *s, struct gk_str bytes);
struct gk_str gk_secret_str(const struct gk_secret *s); /* borrowed until the next set or done */
bool gk_secret_is_set(const struct gk_secret *s);
void gk_secret_done(struct gk_secret *s); /* wipes and releases; may be used again */

#endif
