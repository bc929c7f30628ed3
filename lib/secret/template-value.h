/* Inside lib/secret: the values that templates compute with. */
#ifndef GK_SECRET_TEMPLATE_VALUE_H
#define GK_SECRET_TEMPLATE_VALUE_H

#include "base/buf.h"
#include "doc/node.h"

enum gk_tv_kind {
	GK_TV_NIL,
	GK_TV_NONE, /* a field that is not there, where that is allowed */
	GK_TV_BOOL,
	GK_TV_INT,
	GK_TV_FLOAT, /* of JSON: kept as the literal */
	GK_TV_STRING,
	GK_TV_LIST,
	GK_TV_MAP
};

struct gk_tv {
	enum gk_tv_kind kind;
	int64_t number;             /* BOOL, INT */
	struct gk_str text;         /* STRING, FLOAT */
	const struct gk_node *node; /* LIST, MAP */
	bool strings; /* MAP of strings only, as the root is: absent keys read as "" */
};

struct gk_tv gk_tv_string(struct gk_str s);
struct gk_tv gk_tv_int(int64_t v);
struct gk_tv gk_tv_bool(bool v);
/* Integers made by templates are marked in the tree, so that they stay integers. */
struct gk_tv gk_tv_of(const struct gk_node *n);
struct gk_node *gk_tv_node(struct gk_arena *a, const struct gk_tv *v);

/* Whether `if` takes it: not nil, false, 0 or empty. */
bool gk_tv_true(const struct gk_tv *v);
const char *gk_tv_kind_name(const struct gk_tv *v);
/* Append as Go's %v prints it, keys of maps in order; nil as "<nil>". */
void gk_tv_print(struct gk_buf *b, const struct gk_tv *v);
/* Members in the order of their keys, in the arena. */
const struct gk_node **gk_tv_sorted(struct gk_arena *a, const struct gk_node *map, size_t *ret_n);

#endif
