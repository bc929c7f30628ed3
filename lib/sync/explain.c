/* --explain-order: the graph as text. */
#include "base/buf.h"
#include "base/text.h"
#include "sync/graph.h"

const char *gk_graph_label(struct gk_graph *g, uint32_t node)
{
	const struct gk_gnode *n = &g->node[node];

	if (!n->gate)
		return gk_ref_text(&g->arena, &g->set->items[n->item].ref);
	if (n->phase == GK_PHASE_SYNC)
		return gk_arena_printf(&g->arena, "the end of wave %lld", (long long)n->wave);
	return gk_arena_printf(
		&g->arena, "the end of %s wave %lld", gk_phase_name(n->phase), (long long)n->wave);
}

static void put_label(struct gk_graph *g, struct gk_buf *out, uint32_t node)
{
	gk_text_escape(out, gk_str_c(gk_graph_label(g, node)), false);
}

static void explain_group(struct gk_buf *out, const struct gk_gnode *n)
{
	gk_buf_printf(out, "%s wave %lld\n", gk_phase_name(n->phase), (long long)n->wave);
}

static void explain_node(struct gk_graph *g, struct gk_buf *out, uint32_t node)
{
	const struct gk_gnode *n = &g->node[node];

	gk_buf_puts(out, "  ");
	put_label(g, out, node);
	if (n->marks.hook)
		gk_buf_puts(out, "  (hook)");
	gk_buf_putc(out, '\n');
	if (n->pulled_by != GK_NO_NODE) {
		gk_buf_printf(out, "    moved ahead from %s wave %lld: needed by ",
			gk_phase_name(n->own_phase), (long long)n->own_wave);
		put_label(g, out, n->pulled_by);
		gk_buf_putc(out, '\n');
	}
	for (uint32_t d = 0; d < n->ndeps; d++) {
		if (n->deps[d].kind == GK_EDGE_GATE)
			continue;
		gk_buf_puts(out, "    after ");
		put_label(g, out, n->deps[d].to);
		gk_buf_printf(
			out, "%s: %s\n", n->deps[d].healthy ? " is healthy" : "", n->deps[d].why);
	}
}

void gk_graph_explain(struct gk_graph *g, struct gk_buf *out)
{
	const struct gk_gnode *last = NULL;

	for (size_t i = 0; i < g->norder + g->nfail; i++) {
		uint32_t node = i < g->norder ? g->order[i] : g->fail[i - g->norder];
		const struct gk_gnode *n = &g->node[node];

		if (n->gate)
			continue;
		if (!last || last->phase != n->phase || last->wave != n->wave)
			explain_group(out, n);
		last = n;
		explain_node(g, out, node);
	}
}
