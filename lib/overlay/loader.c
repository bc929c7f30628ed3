#include "overlay/loader.h"

void gk_loader_free(struct gk_loader *l)
{
	if (l)
		l->free(l);
}

void gk_loader_freep(struct gk_loader **l)
{
	gk_loader_free(*l);
	*l = NULL;
}

bool gk_loader_pop(struct gk_buf *b)
{
	if (b->n == 0)
		return false;
	while (b->n > 0 && b->p[b->n - 1] != '/')
		b->n--;
	if (b->n > 0)
		b->n--;
	b->p[b->n] = '\0';
	return true;
}

const char *gk_loader_join(struct gk_arena *a, const char *dir, struct gk_str ref)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str rest = ref;

	if (ref.n == 0 || ref.p[0] == '/' || memchr(ref.p, '\0', ref.n))
		return NULL;
	gk_buf_puts(&b, dir);
	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '/');

		if (part.n == 0 || gk_str_is(part, "."))
			continue;
		if (gk_str_is(part, "..")) {
			if (!gk_loader_pop(&b))
				return NULL;
			continue;
		}
		if (b.n > 0)
			gk_buf_putc(&b, '/');
		gk_buf_putstr(&b, part);
	}
	return gk_arena_strdup(a, gk_buf_cstr(&b));
}

bool gk_loader_within(const char *dir, const char *path)
{
	size_t n = strlen(dir);

	return n == 0 || (strncmp(dir, path, n) == 0 && (path[n] == '/' || path[n] == '\0'));
}
