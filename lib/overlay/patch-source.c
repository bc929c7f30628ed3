#include "base/vec.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "overlay/inline.h"
#include "overlay/patch-source.h"
#include "overlay/quirk.h"

int gk_patch_source_read(struct gk_build *b, const struct gk_frame *f,
	const struct gk_node *inline_text, const struct gk_node *path, struct gk_patch_source *ret,
	struct gk_err *err)
{
	if (!path) {
		*ret = (struct gk_patch_source){
			inline_text->text, f->kust->file, gk_inline_line(inline_text)};
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

int gk_patch_source_objects(struct gk_build *b, const struct gk_patch_source *s,
	struct gk_res_list *ret, struct gk_err *err)
{
	struct gk_inline in;
	size_t first = ret->n;

	gk_inline_begin(&in, b, s->line);
	if (gk_inline_end(&in, gk_read_resources(b, s->file, s->text, ret, err), err))
		return -1;
	for (size_t i = first; i < ret->n; i++) {
		gk_inline_nodes(&in, ret->v[i]->object);
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
	struct gk_inline in;

	gk_inline_begin(&in, b, s->line);
	if (gk_inline_end(&in, parse_ops(b, s, ret, err), err))
		return -1;
	gk_inline_nodes(&in, *ret);
	gk_quirk_rounding(b, s->file, *ret);
	if (gk_node_is(*ret, GK_ARRAY))
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.patch-form",
		"a patch is either objects or a list of JSON patch operations");
	return *ret ? gk_err_at(err, gk_node_pos(*ret, s->file)) : -1;
}
