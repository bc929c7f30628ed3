#include "doc/yaml-type.h"

void gk_yaml__keep_spelling(struct gk_arena *a, enum gk_yaml_profile profile, struct gk_node *n,
	const struct gk_yaml_value *v, struct gk_str text)
{
	struct gk_str shown = v->type == GK_NULL ? GK_STR("null") : gk_node_scalar(n);
	bool typed = v->kind == GK_YAML_STAMP || v->kind == GK_YAML_MERGE;

	if ((typed && profile == GK_YAML_K) || !gk_str_eq(shown, text))
		gk_node_set_raw(a, n, text);
}

void gk_yaml_plain(
	struct gk_arena *a, enum gk_yaml_profile profile, struct gk_str text, struct gk_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf scratch = GK_BUF_INIT(0);
	struct gk_yaml_value v;

	gk_yaml__resolve(profile, text, &scratch, &v);
	n->type = (uint8_t)v.type;
	n->ring = NULL;
	n->count = 0;
	if (v.type == GK_STRING || v.type == GK_NUMBER)
		n->text = (struct gk_str){
			gk_arena_memdup0(a, v.text.p ? v.text.p : "", v.text.n), v.text.n};
	gk_yaml__keep_spelling(a, profile, n, &v, text);
}
