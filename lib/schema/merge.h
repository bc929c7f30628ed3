/*
 * Which lists a strategic merge joins by key, and the way down to them from each kind.
 * The built-in table is Kubernetes v1.21.2; kustomize's `openapi.path` replaces it whole.
 */
#ifndef GK_SCHEMA_MERGE_H
#define GK_SCHEMA_MERGE_H

#include "base/str.h"

struct gk_merge_field {
	const char *type;
	const char *field; /* "*": every field of the type (a map of objects) */
	const char *next;  /* type of the value, or of the list's elements; "" = nothing below */
	const char *keys;  /* "" = a map; "a,b" = list by these keys; "=" = list of scalars */
};

struct gk_merge_kind {
	const char *group, *version, *kind;
	const char *type;
};

/* Both arrays sorted by all columns in order.  No type is in two schemas of a chain. */
struct gk_merge_schema {
	const struct gk_merge_schema *next; /* asked for what is not in this one, or NULL */
	const struct gk_merge_field *fields;
	size_t nfields;
	const struct gk_merge_kind *kinds;
	size_t nkinds;
};

/* The table of Kubernetes v1.21.2. */
struct gk_merge_schema gk_merge_schema_builtin(void);

/* The type where the kind's tree begins, or NULL when there is nothing to merge in it. */
const char *gk_merge_root(const struct gk_merge_schema *s, struct gk_str group,
	struct gk_str version, struct gk_str kind);
/* The row for a field of a type; NULL = unknown, merge as a map or replace as a list. */
const struct gk_merge_field *gk_merge_find(
	const struct gk_merge_schema *s, const char *type, struct gk_str field);

/* Generated: merge.tbl, kinds.tbl. */
extern const struct gk_merge_field gk_merge_fields[];
extern const size_t gk_merge_fields_count;
extern const struct gk_merge_kind gk_merge_kinds[];
extern const size_t gk_merge_kinds_count;

#endif
