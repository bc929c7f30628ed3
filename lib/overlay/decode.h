/*
 * Configuration documents into structs, by table: field name, type, place.  As kustomize
 * decodes: unknown fields are errors, names match whatever their case, null is absence.
 * Scalars and lists stay nodes, so that every message can point at its line.
 */
#ifndef GK_OVERLAY_DECODE_H
#define GK_OVERLAY_DECODE_H

#include "base/diag.h"
#include "doc/node.h"

enum gk_dec_type {
	GK_DEC_STR,  /* const struct gk_node *: a string, or NULL */
	GK_DEC_BOOL, /* bool */
	GK_DEC_INT,  /* int64_t */
	GK_DEC_STRS, /* const struct gk_node *: an array of strings, or NULL */
	GK_DEC_MAP,  /* const struct gk_node *: an object of strings (or null), or NULL */
	GK_DEC_ANY,  /* const struct gk_node * */
	GK_DEC_OBJ,  /* pointer to a struct of `of`, NULL when absent */
	GK_DEC_LIST  /* struct gk_dec_list of pointers to structs of `of` */
};

struct gk_dec_struct;

/*
 * What may stand for a text.  kustomize reads a kustomization with a library that takes texts
 * alone, other configuration with one that converts numbers and booleans, and the
 * descriptions of functions with a third.
 */
enum gk_dec_texts {
	GK_DEC_TEXTS_ONLY,
	/*
	 * Converted after YAML 1.1 typing: 1.10 becomes 1.1, 010 becomes 8.  Nobody means that:
	 * only what comes out as it was written is taken.  Not for fields that Go finds by
	 * embedding.
	 */
	GK_DEC_CONVERTED,
	GK_DEC_AS_WRITTEN /* any scalar */
};

struct gk_dec_field {
	const char *name;
	enum gk_dec_type type;
	size_t offset;
	const struct gk_dec_struct *of;
	bool embedded; /* in Go in an embedded struct: neither it nor what is in it is converted */
};

struct gk_dec_struct {
	const char *what; /* for messages: "image", "patch target" */
	const struct gk_dec_field *fields;
	size_t nfields;
	size_t size;
	size_t node; /* offset of a const struct gk_node * that takes the object itself */
	bool open;   /* unknown fields are none of our business, nor those of what it holds */
	bool secret; /* its lines are not shown with faults */
	enum gk_dec_texts texts; /* of the outermost struct */
};

/* Initializers of fields: member of struct T; a member that is a struct or a list of these. */
#define GK_DEC_FIELD(T, name, type, member)                                                        \
	{                                                                                          \
		name, type, offsetof(struct T, member), NULL, false                                \
	}
#define GK_DEC_EMBEDDED(T, name, type, member)                                                     \
	{                                                                                          \
		name, type, offsetof(struct T, member), NULL, true                                 \
	}
#define GK_DEC_NESTED(T, name, type, member, of)                                                   \
	{                                                                                          \
		name, type, offsetof(struct T, member), &(of), false                               \
	}

/* Initializers; struct T has a member `node`.  The second takes members of ours besides. */
#define GK_DEC_STRUCT(T, label, table)                                                             \
	{                                                                                          \
		.what = (label), .fields = (table), .nfields = GK_COUNT(table),                    \
		.size = sizeof(struct T), .node = offsetof(struct T, node)                         \
	}
#define GK_DEC_STRUCT_WITH(T, label, table, ...)                                                   \
	{                                                                                          \
		.what = (label), .fields = (table), .nfields = GK_COUNT(table),                    \
		.size = sizeof(struct T), .node = offsetof(struct T, node), __VA_ARGS__            \
	}

struct gk_dec_list {
	void **v;
	size_t n;
	const struct gk_node *node; /* the array, NULL when absent */
};

#define gk_dec_foreach(type, item, list)                                                           \
	for (size_t item##_at = 0; item##_at < (list)->n; item##_at++)                             \
		for (type *item = (type *)(list)->v[item##_at], *item##_once = item; item##_once;  \
			item##_once = NULL)

/*
 * Decode the object into *out (zeroed, of s->size).  Each fault becomes an error in diags;
 * returns how many there were.
 */
size_t gk_decode(struct gk_arena *a, const struct gk_dec_struct *s, const struct gk_node *object,
	const char *file, struct gk_diags *diags, void *out);

#endif
