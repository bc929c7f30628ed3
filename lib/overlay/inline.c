#include "overlay/inline.h"

uint32_t gk_inline_line(const struct gk_node *text)
{
	bool block = text->style == GK_STYLE_LITERAL || text->style == GK_STYLE_FOLDED;

	return block ? text->line : text->line - 1;
}

void gk_inline_begin(struct gk_inline *in, struct gk_build *b, uint32_t line)
{
	in->line = line;
	in->warnings = b->diags->tail ? b->diags->tail : &b->diags->first;
}

int gk_inline_end(const struct gk_inline *in, int rc, struct gk_err *err)
{
	if (!in->line)
		return rc;
	for (struct gk_diag *g = *in->warnings; g; g = g->next) {
		g->pos.line += in->line;
		g->pos.col = 0;
	}
	if (rc && err->line) {
		err->line += in->line;
		err->col = 0;
	}
	return rc;
}

void gk_inline_nodes(const struct gk_inline *in, struct gk_node *root)
{
	if (!in->line || !root)
		return;
	root->line += in->line;
	root->col = 0;
	gk_node_foreach (child, root)
		gk_inline_nodes(in, child);
}
