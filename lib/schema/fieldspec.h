/*
 * Fieldspecs: which field of which kinds a transformer writes, and which fields hold the
 * name of another object.  The built-in lists are those of kustomize v5.8.1.
 */
#ifndef GK_SCHEMA_FIELDSPEC_H
#define GK_SCHEMA_FIELDSPEC_H

#include "base/str.h"

enum gk_fieldspec_list {
	GK_FS_NAME_PREFIX,
	GK_FS_NAME_SUFFIX,
	GK_FS_NAMESPACE,
	GK_FS_COMMON_LABELS,
	GK_FS_LABELS, /* empty unless a configuration file fills it */
	GK_FS_TEMPLATE_LABELS,
	GK_FS_COMMON_ANNOTATIONS,
	GK_FS_IMAGES,
	GK_FS_REPLICAS,
	GK_FS_VAR_REFERENCE,
	GK_FS_LISTS
};

/* group, version, kind: "" matches any.  path: parts, each ended by NUL, the last by two. */
struct gk_fieldspec {
	enum gk_fieldspec_list list;
	const char *group, *version, *kind;
	bool create; /* make the field when it is missing */
	const char *path;
};

/* The field at path of a referrer holds the name of an object of the target kind. */
struct gk_nameref {
	const char *group, *version, *kind; /* the target; "" matches any */
	const char *in_group, *in_version, *in_kind;
	const char *path;
};

/* Generated: fieldspecs.tbl (grouped by list), namerefs.tbl (grouped by target). */
extern const struct gk_fieldspec gk_fieldspecs[];
extern const size_t gk_fieldspecs_count;
extern const struct gk_nameref gk_namerefs[];
extern const size_t gk_namerefs_count;

#endif
