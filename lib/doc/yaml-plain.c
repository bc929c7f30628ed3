#include "doc/yaml-type.h"

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
	if (!gk_str_eq(v.type == GK_NULL ? GK_STR("null") : gk_node_scalar(n), text))
		gk_node_set_raw(a, n, text);
}
