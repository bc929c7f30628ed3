#include <stdlib.h>

#include "schema/merge.h"

struct kind_key {
	struct gk_str group, version, kind;
};

struct field_key {
	struct gk_str type, field;
};

static int compare_kind(const void *key, const void *row)
{
	const struct kind_key *k = key;
	const struct gk_merge_kind *r = row;
	int c = gk_str_cmp(k->group, gk_str_c(r->group));

	if (c == 0)
		c = gk_str_cmp(k->version, gk_str_c(r->version));
	return c ? c : gk_str_cmp(k->kind, gk_str_c(r->kind));
}

static int compare_field(const void *key, const void *row)
{
	const struct field_key *k = key;
	const struct gk_merge_field *r = row;
	int c = gk_str_cmp(k->type, gk_str_c(r->type));

	return c ? c : gk_str_cmp(k->field, gk_str_c(r->field));
}

const char *gk_merge_root(const struct gk_merge_schema *s, struct gk_str group,
	struct gk_str version, struct gk_str kind)
{
	struct kind_key key = {group, version, kind};
	const struct gk_merge_kind *row = NULL;

	for (; s && !row; s = s->next)
		if (s->nkinds)
			row = bsearch(&key, s->kinds, s->nkinds, sizeof *s->kinds, compare_kind);
	return row ? row->type : NULL;
}

const struct gk_merge_field *gk_merge_find(
	const struct gk_merge_schema *s, const char *type, struct gk_str field)
{
	const struct field_key keys[] = {{gk_str_c(type), field}, {gk_str_c(type), GK_STR("*")}};
	const struct gk_merge_field *row = NULL;

	if (!type || !*type)
		return NULL;
	for (; s && !row; s = s->next)
		for (size_t i = 0; i < 2 && !row && s->nfields; i++)
			row = bsearch(
				&keys[i], s->fields, s->nfields, sizeof *s->fields, compare_field);
	return row;
}

struct gk_merge_schema gk_merge_schema_builtin(void)
{
	return (struct gk_merge_schema){
		.fields = gk_merge_fields,
		.nfields = gk_merge_fields_count,
		.kinds = gk_merge_kinds,
		.nkinds = gk_merge_kinds_count,
	};
}
