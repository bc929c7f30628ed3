#include "base/vec.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "overlay/patch-source.h"
#include "overlay/quirk.h"

uint32_t gk_patch_source_line(const struct gk_node *inline_text)
{
	bool block =
		inline_text->style == GK_STYLE_LITERAL || inline_text->style == GK_STYLE_FOLDED;

	return block ? inline_text->line : inline_text->line - 1;
}

int gk_patch_source_read(struct gk_build *b, const struct gk_frame *f,
	const struct gk_node *inline_text, const struct gk_node *path, struct gk_patch_source *ret,
	struct gk_err *err)
{
	if (!path) {
		*ret = (struct gk_patch_source){
			inline_text->text, f->kust->file, gk_patch_source_line(inline_text)};
		return 0;
	}
	ret->line = 0;
	return gk_build_read(b, f, path->text, path, &ret->text, &ret->file, err);
}

bool gk_patch_source_is_list(const struct gk_patch_source *s)
{
	for (struct gk_str rest = s->text; rest.p;) {
		struct gk_str line = gk_str_trim(gk_str_cut(&rest, '\n'));

		if (line.n == 0 || line.p[0] == '#' || gk_str_is(line, "---"))
			continue;
		return line.p[0] == '[' || gk_str_starts(line, GK_STR("- "));
	}
	return false;
}

/* What is line 1 to the parser stands further down. */

static void shift_nodes(const struct gk_patch_source *s, struct gk_node *n)
{
	if (!s->line || !n)
		return;
	n->line += s->line;
	n->col = 0;
	gk_node_foreach (child, n)
		shift_nodes(s, child);
}

/* Where the next warning will stand. */
static struct gk_diag **next_warning(struct gk_build *b)
{
	return b->diags->tail ? b->diags->tail : &b->diags->first;
}

static void shift_warnings(const struct gk_patch_source *s, struct gk_diag *warnings)
{
	for (struct gk_diag *g = warnings; s->line && g; g = g->next) {
		g->pos.line += s->line;
		g->pos.col = 0;
	}
}

static int shift_error(const struct gk_patch_source *s, struct gk_err *err)
{
	if (s->line && err->line) {
		err->line += s->line;
		err->col = 0;
	}
	return -1;
}

int gk_patch_source_objects(struct gk_build *b, const struct gk_patch_source *s,
	struct gk_res_list *ret, struct gk_err *err)
{
	struct gk_diag **warnings = next_warning(b);
	size_t first = ret->n;
	int rc = gk_read_resources(b, s->file, s->text, ret, err);

	shift_warnings(s, *warnings);
	if (rc)
		return shift_error(s, err);
	for (size_t i = first; i < ret->n; i++) {
		shift_nodes(s, ret->v[i]->object);
		gk_quirk_directives(b, ret->v[i]);
	}
	return 0;
}

static int parse_ops(struct gk_build *b, const struct gk_patch_source *s, struct gk_node **ret,
	struct gk_err *err)
{
	struct gk_yaml_options opt = {
		.profile = GK_YAML_A, .first_only = true, .warn = NULL, .lim = b->lim};
	struct gk_pos pos = {s->file, 1, 1};
	struct gk_str text = s->text;

	if (text.n == 0 || text.p[0] != '[')
		return gk_build_parse_one(b, s->file, text, &opt, ret, err);
	if (gk_json_parse_next(b->a, &text, &pos, b->lim, ret, err))
		return -1;
	return gk_number_check(*ret, s->file, err);
}

int gk_patch_source_ops(struct gk_build *b, const struct gk_patch_source *s, struct gk_node **ret,
	struct gk_err *err)
{
	if (parse_ops(b, s, ret, err))
		return shift_error(s, err);
	shift_nodes(s, *ret);
	gk_quirk_rounding(b, s->file, *ret);
	if (gk_node_is(*ret, GK_ARRAY))
		return 0;
	return gk_fail(err, GK_EINPUT, "render.patch-form",
		"a patch is either objects or a list of JSON patch operations");
}
