#include <errno.h>
#include <stdarg.h>

#include "base/diag.h"

enum { MAX_ERRORS = 20, MAX_OTHERS = 200 };

static char *formatted(struct gk_arena *a, const char *fmt, va_list ap) GK_PRINTF(2, 0);
static char *formatted(struct gk_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	gk_assert(n >= 0);
	text = gk_arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

static bool is_error(enum gk_severity sev)
{
	return sev == GK_SEV_ERROR || sev == GK_SEV_REFUSED;
}

/* A record beyond the limit is counted, filled and forgotten. */
static void link_diag(struct gk_diags *d, struct gk_diag *g)
{
	size_t max = d->max ? d->max : is_error(g->severity) ? MAX_ERRORS : MAX_OTHERS;
	size_t *count = is_error(g->severity) ? &d->errors : &d->warnings;

	if ((*count)++ >= max)
		return;
	if (!d->tail)
		d->tail = &d->first;
	*d->tail = g;
	d->tail = &g->next;
}

/* ux section 5: of several causes the first of 9, 3, 4, 6, 7, 8, 5 decides. */
static int rank(enum gk_code code)
{
	static const int order[] = {2, 9, 3, 4, 6, 7, 8, 5, 10};

	for (int i = 0; i < (int)GK_COUNT(order); i++)
		if (order[i] == gk_code_exit(code))
			return i;
	return (int)GK_COUNT(order);
}

static struct gk_diag *add(struct gk_diags *d, enum gk_severity sev, enum gk_code code,
	const char *slug, struct gk_pos pos, char *text)
{
	struct gk_diag *g = gk_arena_zalloc(&d->arena, sizeof *g);

	g->severity = sev;
	g->code = code;
	g->slug = slug;
	g->pos = pos;
	if (pos.file)
		g->pos.file = gk_arena_strdup(&d->arena, pos.file);
	g->text = text;
	link_diag(d, g);
	if (is_error(sev) && rank(code) < rank(d->worst))
		d->worst = code;
	return g;
}

struct gk_diag *gk_diags_add(struct gk_diags *d, enum gk_severity sev, const char *slug,
	struct gk_pos pos, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = formatted(&d->arena, fmt, ap);
	va_end(ap);
	return add(d, sev, sev == GK_SEV_REFUSED ? GK_EREFUSED : GK_EINPUT, slug, pos, text);
}

void gk_diags_promote(struct gk_diags *d, const char *slug)
{
	for (struct gk_diag *g = d->first; g; g = g->next) {
		if (g->severity != GK_SEV_WARNING || strcmp(g->slug, slug) != 0)
			continue;
		g->severity = GK_SEV_ERROR;
		d->warnings--;
		d->errors++;
		if (rank(g->code) < rank(d->worst))
			d->worst = g->code;
	}
}

void gk_diag_note(struct gk_diags *d, struct gk_diag *g, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (g->nnotes < GK_COUNT(g->notes))
		g->notes[g->nnotes++] = formatted(&d->arena, fmt, ap);
	va_end(ap);
}

void gk_diag_help(struct gk_diags *d, struct gk_diag *g, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g->help = formatted(&d->arena, fmt, ap);
	va_end(ap);
}

void gk_diags_err(struct gk_diags *d, const struct gk_err *err)
{
	char message[GK_ERR_TEXT];
	struct gk_diag *g;

	gk_err_message(err, message, sizeof message);
	g = add(d, err->code == GK_EREFUSED ? GK_SEV_REFUSED : GK_SEV_ERROR, err->code, err->slug,
		gk_err_pos(err), gk_arena_strdup(&d->arena, message));
	g->excerpt = err->excerpt;
	for (unsigned i = 0; i < err->notes; i++)
		gk_diag_note(d, g, "%s", gk_err_note(err, i));
	if (err->help)
		g->help = gk_arena_strdup(&d->arena, gk_err_help(err));
}

void gk_diags_done(struct gk_diags *d)
{
	gk_arena_done(&d->arena);
	*d = (struct gk_diags)GK_DIAGS_INIT;
}
