/*
 * Scalars as kustomize sees them: a text, a tag and a style.  Writing a scalar keeps the
 * style of the field, and the style decides what a text without a tag means.
 *
 * kustomize writes a label once and hangs the same node into several places of an object;
 * a later change of one place changes them all.  Nodes that are one there are a ring of
 * twins here.
 */
#ifndef GK_OVERLAY_VALUE_H
#define GK_OVERLAY_VALUE_H

#include "doc/node.h"

enum gk_tag {
	GK_TAG_NONE, /* what the text means in the field's style */
	GK_TAG_STR,
	GK_TAG_INT
};

/* The text of a scalar; {NULL, 0} for null, maps and lists. */
struct gk_str gk_value_text(const struct gk_node *n);
/* Was it last written without a tag?  Then its type follows its text. */
bool gk_value_is_untagged(const struct gk_node *n);
/* The same, but a null as it was written: "null", "~" or "". */
struct gk_str gk_value_written(const struct gk_node *n);
bool gk_value_is_scalar(const struct gk_node *n); /* null is none */
/*
 * The tag of a scalar as one of GK_SCALAR_TAGS, 0 for strings and null.  Text in quotes may
 * have a tag, which a merge gives it: it prints as a string, and only while the tag fits it.
 */
uint32_t gk_value_tag(const struct gk_node *n);
/* A timestamp that was written without quotes. */
bool gk_value_is_stamp(const struct gk_node *n);
/* Absent, or null; not a null that was written without a tag, which is a scalar. */
bool gk_value_is_null(const struct gk_node *n);

/* A plain scalar that is in no tree yet. */
struct gk_node *gk_value_new(struct gk_arena *a, struct gk_str text, enum gk_tag tag);
/* Write text into a scalar (or null) in place, keeping its style; twins follow. */
void gk_value_write(struct gk_arena *a, struct gk_node *n, struct gk_str text, enum gk_tag tag);
/* The same with the text and type of another scalar, as a merge does it. */
void gk_value_copy(struct gk_arena *a, struct gk_node *n, const struct gk_node *from);
/* Make every member of a map a string of its own, without twins: a map of Go's strings. */
void gk_value_to_strings(struct gk_arena *a, struct gk_node *map);
/* Forget that a string was quoted. */
void gk_value_plain(struct gk_node *n);
/* What a merge does to a scalar that it keeps: without a tag, a text like 5 is now "5". */
void gk_value_keep(struct gk_arena *a, struct gk_node *n);
/* Put value in the place of n, which keeps its identity: its parent, key and twins. */
void gk_value_assign(struct gk_node *n, const struct gk_node *value);
/* From now on a change of one is a change of both. */
void gk_value_twin(struct gk_arena *a, struct gk_node *one, struct gk_node *other);

/* Set the member `key` to a text: in place where it is a scalar, typed by the field's style. */
void gk_value_put(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_str text);
/* Set the member `key` to a string, as kustomize's label setter does; n: an object. */
void gk_value_set_entry(struct gk_arena *a, struct gk_node *object, struct gk_str key,
	struct gk_str text, struct gk_node **twin);

/*
 * Leave of a tree, in place, what JSON and back leave of it, as JSON patches send it: no
 * twins, integers rounded to 53 bits, strings in the style that go-yaml gives them.
 */
void gk_value_through_json(struct gk_arena *a, struct gk_node *n);
/* The same for a tree that is read as JSON text: its strings stay quoted. */
void gk_value_from_json(struct gk_arena *a, struct gk_node *n);
/*
 * What printing makes of a tree: floats have the form of Go's JSON encoder (1.0 is 1, 1e3 is
 * 1000), and what was written as nothing in a flow collection is "".
 */
void gk_value_print(struct gk_arena *a, struct gk_node *n);

/* A scalar of the tree that cannot be printed, because a replacement broke it; else NULL. */
const struct gk_node *gk_value_find_unprintable(const struct gk_node *n);

/* Does YAML 1.1 read the text as no string?  Timestamps are strings.  kyaml quotes it then. */
bool gk_value__needs_quotes(struct gk_arena *a, struct gk_str text);

#endif
