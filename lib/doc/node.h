/*
 * The document tree: one node type for JSON and YAML.
 *
 * Numbers keep the literal text they were read with, so 9007199254740993, 1.0 and
 * 1e400 leave as they came.  Strings carry their length: U+0000 inside one is data and is
 * never cut (identity and names refuse it, object.h).  Objects keep member order and have
 * unique keys.  Every node knows the line and column it was read at (0 = made by a program).
 *
 * Nodes, keys and texts live in an arena, usually the document's; nothing is freed
 * one by one and removing a node only unlinks it.  A node has at most one parent: to
 * put it in two places, duplicate it.  NULL is a legal argument of every reader and
 * reads as "absent".
 *
 * Why not cJSON nodes: its parser, printer, comparison and allocator are all barred
 * (they lose numbers, cut strings, ignore case), and what remains, the struct, has no
 * room for positions, lengths or styles.  See HACKING.
 */
#ifndef GK_DOC_NODE_H
#define GK_DOC_NODE_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum gk_type { GK_NULL, GK_FALSE, GK_TRUE, GK_NUMBER, GK_STRING, GK_ARRAY, GK_OBJECT };

/* How YAML was written.  Kustomize's merge keeps the style of the field it writes. */
enum gk_style {
	GK_STYLE_ANY,
	GK_STYLE_PLAIN,
	GK_STYLE_SINGLE,
	GK_STYLE_DOUBLE,
	GK_STYLE_LITERAL,
	GK_STYLE_FOLDED,
	GK_STYLE_FLOW /* of a collection: in braces or brackets (profile K alone) */
};

enum {
	GK_SCALAR_RAW = 1,      /* raw is set */
	GK_SCALAR_UNTAGGED = 2, /* a new text gives a new type: lib/overlay/value.h */
	GK_SCALAR_MISTYPED = 4, /* its text is not of the type that it must have */
	GK_SCALAR_RING = 8,     /* it has twins: raw is in the ring, too */
	/* A string by its quotes or its text, by its tag something else: lib/overlay/value.h */
	GK_SCALAR_BOOL = 16,
	GK_SCALAR_INTEGER = 32,
	GK_SCALAR_FLOAT = 64,
	GK_SCALAR_STAMP = 128,
	GK_SCALAR_TAGS = GK_SCALAR_BOOL | GK_SCALAR_INTEGER | GK_SCALAR_FLOAT | GK_SCALAR_STAMP
};

/* A scalar's place in the ring of its twins. */
struct gk_ring {
	struct gk_node *next;
	const char *raw;
};

struct gk_node {
	struct gk_node *next; /* sibling */
	union {
		struct {
			struct gk_node *first, *last;
		}; /* arrays, objects */
		struct gk_str
			text; /* numbers: the literal; strings: the value (NUL-terminated too) */
	};
	const char *key; /* member name in an object (NUL-terminated), else NULL */
	union {
		struct gk_index *index; /* objects of more than 16 members: hash of their keys */
		const char *raw;        /* scalars with GK_SCALAR_RAW: gk_node_raw */
		struct gk_ring *ring;   /* scalars with GK_SCALAR_RING: lib/overlay/value.h */
	};
	uint32_t keylen;
	uint32_t count; /* children; of a scalar: GK_SCALAR_ flags */
	uint32_t line;
	uint16_t col; /* 65535 = that or more */
	uint8_t type;
	enum gk_style style : 4;
	enum gk_style key_style : 4; /* of its name in an object */
};

/* A tree with the memory that it lives in. */
struct gk_doc {
	struct gk_arena arena;
	struct gk_node *root;
	const char *source; /* file name, "-" or URL for messages; lives in the arena */
};
#define GK_DOC_INIT                                                                                \
	{                                                                                          \
		0                                                                                  \
	}
void gk_doc_done(struct gk_doc *d);

/* Reading; all O(1) but gk_node_find on small objects (<= 16 members: a scan) and gk_node_at. */
struct gk_node *gk_node_find(const struct gk_node *object, struct gk_str key);
static inline struct gk_node *gk_node_get(const struct gk_node *object, const char *key)
{
	return gk_node_find(object, gk_str_c(key)); /* inline: the length of a literal is known */
}
/* Follow member names: gk_node_path(n, "metadata", "name", NULL). */
struct gk_node *gk_node_path(const struct gk_node *n, ...) __attribute__((sentinel));
struct gk_node *gk_node_at(const struct gk_node *array, size_t i); /* O(i) */
struct gk_str gk_node_text(const struct gk_node *n);   /* of a string; {NULL, 0} for all else */
struct gk_str gk_node_scalar(const struct gk_node *n); /* string, number, true, false: as text */
/*
 * How a plain YAML scalar was written, when its text is not that: 0x10 (16), True, ~, 1.50,
 * 2001-1-2.  NULL when the text says it all.
 */
const char *gk_node_raw(const struct gk_node *n);
void gk_node_set_raw(struct gk_arena *a, struct gk_node *scalar, struct gk_str raw);
static inline struct gk_str gk_node_key(const struct gk_node *n)
{
	return n && n->key ? (struct gk_str){n->key, n->keylen} : GK_STR_NULL;
}
static inline bool gk_node_is(const struct gk_node *n, enum gk_type type)
{
	return n && n->type == type;
}
bool gk_node_true(const struct gk_node *n); /* the boolean true */
/* A number that is an integer within int64, else false. */
bool gk_node_int(const struct gk_node *n, int64_t *ret);
struct gk_pos gk_node_pos(const struct gk_node *n, const char *file);
const char *gk_type_name(enum gk_type type); /* "object", "string", ... */

#define gk_node_foreach(child, parent)                                                             \
	for (struct gk_node *child = gk_node_children(parent); child; child = child->next)
struct gk_node *gk_node_children(const struct gk_node *n); /* NULL for scalars */

/* Making.  `_ref` keeps the pointer, which must live as long as the arena; others copy. */
struct gk_node *gk_node_new(struct gk_arena *a, enum gk_type type); /* null, bool, [] or {} */
struct gk_node *gk_node_string(struct gk_arena *a, struct gk_str text);
struct gk_node *gk_node_string_c(struct gk_arena *a, const char *text);
struct gk_node *gk_node_string_ref(struct gk_arena *a, struct gk_str text);
struct gk_node *gk_node_number(struct gk_arena *a, struct gk_str literal); /* a JSON number */
struct gk_node *gk_node_int_new(struct gk_arena *a, int64_t value);
struct gk_node *gk_node_bool(struct gk_arena *a, bool value);

/* Changing.  The child must not have a parent; keys are copied into the arena. */
void gk_node_append(struct gk_node *array, struct gk_node *child);
/*
 * Add a member whose key text is kept, not copied (it must live as long as the arena).
 * Returns NULL, or the member of that name that is there already (nothing is added then).
 */
struct gk_node *gk_node_add(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_node *child);
/* Add or replace (in place) the member; returns the child. */
struct gk_node *gk_node_set(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_node *child);
struct gk_node *gk_node_set_c(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_node *child);
struct gk_node *gk_node_set_str(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str text);
/* The member, made as an empty object or array when absent or null. */
struct gk_node *gk_node_need(
	struct gk_arena *a, struct gk_node *object, const char *key, enum gk_type type);
bool gk_node_remove(struct gk_node *object, struct gk_str key); /* true when it was there */
void gk_node_unlink(struct gk_node *parent, struct gk_node *child);
void gk_node_insert(
	struct gk_node *array, size_t at, struct gk_node *child); /* at >= count: append */
/* Put `with` where `old` stands (same key and place); old loses its parent. */
void gk_node_replace(struct gk_node *parent, struct gk_node *old, struct gk_node *with);
/* Make n a copy of `value` in place (key, siblings and parent stay); children are moved, not
 * copied. */
void gk_node_assign(struct gk_node *n, const struct gk_node *value);

struct gk_node *gk_node_dup(struct gk_arena *a, const struct gk_node *n); /* deep, without key */

/*
 * Equality: member order does not matter; numbers compare by value as exact decimals
 * (1.0 = 1, 9007199254740993 != 9007199254740992); null is not absence.
 */
bool gk_node_equal(const struct gk_node *a, const struct gk_node *b);
/* -1, 0, 1 for two JSON number literals, exact at any length. */
int gk_number_cmp(struct gk_str a, struct gk_str b);

/*
 * Every number of the tree must fit in a double, or GK_EINPUT number.range at its place in
 * `source`: Kubernetes holds nothing larger, and its server-side apply, which reads YAML, would
 * silently keep 1e400 as a string.
 */
GK_NODISCARD int gk_number_check(
	const struct gk_node *tree, const char *source, struct gk_err *err);

/* Sort members by key at every level; cmp NULL = by bytes. */
void gk_node_sort(struct gk_node *n, int (*cmp)(struct gk_str a, struct gk_str b));

#endif
