/*
 * The shape of objects: which fields a type has, how lists are keyed, what is atomic.
 *
 * One notion serves validation, defaulting, strategic merge and server-side apply: a
 * place in a typed tree.  Built-in kinds take it from types.tbl; custom resources from
 * the structural schema of their definition.
 *
 *	struct gk_sim_type t = gk_sim_type_builtin("Deployment");
 *	t = gk_sim_type_field(t, GK_STR("spec"));	the struct DeploymentSpec
 *	t = gk_sim_type_field(t, GK_STR("template"));	...
 */
#ifndef GK_SIM_TYPES_H
#define GK_SIM_TYPES_H

#include "base/str.h"

struct gk_node;

enum gk_sim_shape {
	GK_SIM_ANY, /* no schema: lists are atomic, maps granular, scalars scalars */
	GK_SIM_STRING,
	GK_SIM_INT,
	GK_SIM_NUMBER,
	GK_SIM_BOOL,
	GK_SIM_BYTES,    /* base64 */
	GK_SIM_TIME,     /* RFC 3339 */
	GK_SIM_QUANTITY, /* "500m": a string or a number */
	GK_SIM_INTORSTRING,
	GK_SIM_STRUCT,
	GK_SIM_MAP,
	GK_SIM_LIST
};

enum gk_sim_presence {
	GK_SIM_FIELD_PLAIN,
	GK_SIM_FIELD_ALWAYS,
	GK_SIM_FIELD_NULLABLE,
	GK_SIM_FIELD_OMIT,
	GK_SIM_FIELD_ZERO
};

/* A row of types.tbl. */
struct gk_sim_field {
	const char *type, *field;
	enum gk_sim_shape shape;
	const char *elem;
	const char *apply, *patch;
	enum gk_sim_presence presence;
};
extern const struct gk_sim_field gk_sim_fields[];
extern const size_t gk_sim_fields_count;

/* How server-side apply treats a map or list. */
enum gk_sim_relation { GK_SIM_GRANULAR, GK_SIM_ATOMIC, GK_SIM_SET, GK_SIM_KEYED };

struct gk_sim_type {
	enum gk_sim_shape shape;
	enum gk_sim_relation relation;
	const char *elem;             /* struct: its type; map, list: of the elements */
	const char *keys;             /* keyed list of a built-in: names with commas */
	const char *patch;            /* strategic merge, as in types.tbl; "" = none */
	const struct gk_node *schema; /* of a custom resource, else NULL */
	bool known;                   /* the field is declared */
	bool open;                    /* struct that takes undeclared fields */
	bool root;                    /* a whole object: has apiVersion, kind, metadata */
};

/* The root of a built-in kind; "" gives a tree without schema. */
struct gk_sim_type gk_sim_type_builtin(const char *type);
/* The root of a custom resource; schema is openAPIV3Schema or NULL. */
struct gk_sim_type gk_sim_type_custom(const struct gk_node *schema);

/* A member of a struct or map; `known` is false for an undeclared field of a struct. */
struct gk_sim_type gk_sim_type_field(struct gk_sim_type t, struct gk_str field);
/* The elements of a list. */
struct gk_sim_type gk_sim_type_elem(struct gk_sim_type t);
/* True when the member is a declared field (not an entry of a map). */
bool gk_sim_type_declares(struct gk_sim_type t, struct gk_str field);

/* The keys of a keyed list, one after another: i = 0, 1, ...; {NULL, 0} at the end. */
struct gk_str gk_sim_type_key(struct gk_sim_type t, size_t i);

/* The rows of a struct type: *n of them. */
const struct gk_sim_field *gk_sim_fields_of(const char *type, size_t *n);

#endif
