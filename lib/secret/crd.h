/*
 * Reading fields of a custom resource into structs by a table, with every fault reported: fields
 * that are not known, are missing, or are of another type.
 */
#ifndef GK_SECRET_CRD_H
#define GK_SECRET_CRD_H

#include "base/diag.h"
#include "doc/node.h"

/* What is being read, and where its faults go. */
struct gk_crd {
	struct gk_arena *a;
	struct gk_diags *diags;
	const char *source; /* file, for positions */
	const char *object; /* "ExternalSecret shop/db" */
	size_t errors;      /* reported so far by this decoder */
};

enum gk_crd_kind {
	GK_CRD_STRING,  /* struct gk_str */
	GK_CRD_BOOL,    /* bool */
	GK_CRD_CHOICE,  /* int: index into choices; absent: untouched */
	GK_CRD_NODE,    /* const struct gk_node *, an object */
	GK_CRD_LIST,    /* const struct gk_node *, an array */
	GK_CRD_STRINGS, /* const struct gk_node *, an object of strings */
	GK_CRD_ANY      /* known, and of no interest here: offset unused */
};

enum { GK_CRD_REQUIRED = 1 };

struct gk_crd_field {
	const char *name;
	enum gk_crd_kind kind;
	size_t offset;
	unsigned flags;
	const char *choices; /* "Owner|Orphan|Merge" */
};

/*
 * Read the members of `object` (NULL or null = none) into *target.  path ("spec.target") is for
 * messages.  What is at fault is reported and left at its default.
 */
void gk_crd_read(struct gk_crd *d, const struct gk_node *object, const char *path,
	const struct gk_crd_field *fields, size_t n, void *target);

/* Report a fault of the object at a place of it; slug "secrets.field" unless said otherwise. */
void gk_crd_fail(struct gk_crd *d, const struct gk_node *at, const char *path, const char *fmt, ...)
	GK_PRINTF(4, 5);

#endif
