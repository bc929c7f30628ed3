/* The two printed forms of a diagnostic: GNU style for people and editors, JSON for machines. */
#include <string.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/text.h"

enum { EXCERPT_BYTES = 160, EXCERPT_FILE = 4 << 20 };

static const struct {
	const char *word, *colour;
} severities[] = {
	[GK_SEV_ERROR] = {"error", "\033[1;31m"},
	[GK_SEV_REFUSED] = {"refused", "\033[1;31m"},
	[GK_SEV_WARNING] = {"warning", "\033[1;33m"},
	[GK_SEV_NOTE] = {"note", "\033[1;36m"},
};

/* Its further lines cannot be taken for messages of ours, nor for commands of a CI system. */
static void put_escaped(FILE *to, const char *text)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str rest = gk_str_c(text);

	gk_text_escape(&b, gk_str_cut(&rest, '\n'), false);
	while (rest.n) {
		gk_buf_puts(&b, "\n   | ");
		gk_text_escape(&b, gk_str_cut(&rest, '\n'), false);
	}
	fputs(gk_buf_cstr(&b), to);
}

static struct gk_str line_of(struct gk_str text, uint32_t line)
{
	struct gk_str found = GK_STR_NULL;

	for (uint32_t i = 0; i < line && text.p; i++)
		found = gk_str_cut(&text, '\n');
	if (found.n && found.p[found.n - 1] == '\r')
		found.n--;
	return found;
}

/*
 * The source line with a caret below its column, when the file can still be read.  A place in
 * a commit is written REPO//PATH; a file of that name would be the one that lies there now.
 */
static void put_excerpt(FILE *to, struct gk_pos pos)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf shown = GK_BUF_INIT(0);
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str line;
	int margin;

	if (!pos.line || strstr(pos.file, "//") ||
		gk_io_read_file(pos.file, EXCERPT_FILE, &text, &ignored))
		return;
	line = line_of(gk_buf_str(&text), pos.line);
	if (!line.n || line.n > EXCERPT_BYTES)
		return;
	gk_text_escape(&shown, line, false);
	margin = fprintf(to, "%5u | ", (unsigned)pos.line);
	fprintf(to, "%s\n", gk_buf_cstr(&shown));
	if (pos.col && pos.col <= line.n + 1)
		fprintf(to, "%*s| %*s^\n", margin - 2, "", (int)pos.col - 1, "");
}

static void put_place(FILE *to, const char *tool, struct gk_pos pos)
{
	if (!pos.file) {
		fprintf(to, "%s: ", tool);
		return;
	}
	put_escaped(to, pos.file);
	if (pos.line)
		fprintf(to, ":%u", (unsigned)pos.line);
	if (pos.line && pos.col)
		fprintf(to, ":%u", (unsigned)pos.col);
	fputs(": ", to);
}

void gk_diag_print(FILE *to, const char *tool, const struct gk_diag *g, bool colour)
{
	const char *on = colour ? severities[g->severity].colour : "",
		   *off = colour ? "\033[0m" : "";

	put_place(to, tool, g->pos);
	fprintf(to, "%s%s:%s ", on, severities[g->severity].word, off);
	put_escaped(to, g->text);
	if (g->slug)
		fprintf(to, " [%s]", g->slug);
	fputc('\n', to);
	if (g->excerpt && g->pos.file)
		put_excerpt(to, g->pos);
	for (size_t i = 0; i < g->nnotes; i++) {
		fputs("   note: ", to);
		put_escaped(to, g->notes[i]);
		fputc('\n', to);
	}
	if (g->help) {
		fputs("   help: ", to);
		put_escaped(to, g->help);
		fputc('\n', to);
	}
}

static size_t kept(const struct gk_diags *d, bool errors)
{
	size_t n = 0;

	for (const struct gk_diag *g = d->first; g; g = g->next)
		n += (g->severity == GK_SEV_ERROR || g->severity == GK_SEV_REFUSED) == errors;
	return n;
}

void gk_diags_print(FILE *to, const char *tool, const struct gk_diags *d, bool colour)
{
	size_t errors = kept(d, true), others = kept(d, false);

	for (const struct gk_diag *g = d->first; g; g = g->next)
		gk_diag_print(to, tool, g, colour);
	if (d->errors > errors)
		fprintf(to, "%s: note: %zu more errors are not shown\n", tool, d->errors - errors);
	if (d->warnings > others)
		fprintf(to, "%s: note: %zu more warnings are not shown\n", tool,
			d->warnings - others);
}

static void put_json(struct gk_buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	gk_buf_printf(b, ",\"%s\":", name);
	gk_text_json(b, gk_str_c(value));
}

static void diag_json(struct gk_buf *b, const char *tool, const struct gk_diag *g)
{
	gk_buf_printf(b, "{\"severity\":\"%s\"", severities[g->severity].word);
	put_json(b, "tool", tool);
	put_json(b, "code", g->slug);
	put_json(b, "message", g->text);
	put_json(b, "file", g->pos.file);
	if (g->pos.line)
		gk_buf_printf(b, ",\"line\":%u,\"column\":%u", (unsigned)g->pos.line,
			(unsigned)g->pos.col);
	if (g->nnotes)
		gk_buf_puts(b, ",\"notes\":[");
	for (size_t i = 0; i < g->nnotes; i++) {
		gk_buf_puts(b, i ? "," : "");
		gk_text_json(b, gk_str_c(g->notes[i]));
	}
	if (g->nnotes)
		gk_buf_putc(b, ']');
	put_json(b, "help", g->help);
	gk_buf_puts(b, "}\n");
}

void gk_diags_print_json(FILE *to, const char *tool, const struct gk_diags *d)
{
	for (const struct gk_diag *g = d->first; g; g = g->next) {
		GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

		diag_json(&b, tool, g);
		fputs(gk_buf_cstr(&b), to);
	}
}
