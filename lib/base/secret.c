/* Secret bytes in locked memory. */
#include "base/secret.h"

#include "base/crypto.h"

void gk_secret_set(struct gk_secret *s, struct gk_str bytes)
{
	char *copy = NULL;

	if (bytes.p) {
		copy = gk_locked_alloc(bytes.n + 1);
		memcpy(copy, bytes.p, bytes.n);
		copy[bytes.n] = '\0';
	}
	gk_secret_done(s);
	s->p = copy;
	s->n = copy ? bytes.n : 0;
}

struct gk_str gk_secret_str(const struct gk_secret *s)
{
	return (struct gk_str){s->p, s->n};
}

bool gk_secret_is_set(const struct gk_secret *s)
{
	return s->p != NULL;
}

void gk_secret_done(struct gk_secret *s)
{
	if (s->p)
		gk_locked_free(s->p, s->n + 1);
	s->p = NULL;
	s->n = 0;
}
