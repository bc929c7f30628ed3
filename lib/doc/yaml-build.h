/*
 * The tree builder under the YAML parser: nodes, keys, anchors, aliases, merge keys and
 * their budgets.  It knows nothing of libyaml.  Private to lib/doc.
 */
#ifndef GK_DOC_YAML_BUILD_H
#define GK_DOC_YAML_BUILD_H

#include "base/map.h"
#include "base/vec.h"
#include "doc/yaml.h"

/* A node as the parser saw it; the texts are borrowed for the call. */
struct gk_yaml_part {
	struct gk_pos pos;
	struct gk_str text;   /* of a scalar */
	struct gk_str tag;    /* resolved, {NULL, 0} = none */
	struct gk_str anchor; /* {NULL, 0} = none */
	enum gk_style style;
};

struct gk_yaml_anchor {
	struct gk_node *node;
	bool open;            /* its node is still being built */
	unsigned alias_depth; /* aliases below aliases in it */
};

/* One open collection. */
struct gk_yaml_frame {
	struct gk_node *node;
	struct gk_yaml_anchor *anchor; /* or NULL */
	struct gk_str key;             /* the member to come; p == NULL: a key comes next */
	enum gk_style key_style;
	struct gk_pos key_pos;
	bool to_merge;         /* the value to come belongs to `<<` */
	struct gk_node *merge; /* the value of `<<`, once it came */
	struct gk_pos merge_pos;
	unsigned alias_depth;
};

struct gk_yaml_builder {
	struct gk_arena *arena;
	const struct gk_yaml_options *opt;
	const struct gk_limits *lim;
	struct gk_err *err;
	GK_VEC(struct gk_yaml_frame) frames;
	struct gk_map anchors;                /* name to struct gk_yaml_anchor */
	uint64_t anchor_count, literal, made; /* nodes: written out, made by aliases and merges */
	struct gk_node *root;                 /* of the current document, NULL until it came */
	struct gk_buf scratch, shown;
};

void gk_yaml__build_init(struct gk_yaml_builder *b, struct gk_arena *a,
	const struct gk_yaml_options *opt, struct gk_err *err);
void gk_yaml__build_done(struct gk_yaml_builder *b);
void gk_yaml__build_reset(struct gk_yaml_builder *b); /* for the next document */

GK_NODISCARD int gk_yaml__build_scalar(struct gk_yaml_builder *b, const struct gk_yaml_part *p);
GK_NODISCARD int gk_yaml__build_alias(struct gk_yaml_builder *b, const struct gk_yaml_part *p);
GK_NODISCARD int gk_yaml__build_open(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, enum gk_type type);
GK_NODISCARD int gk_yaml__build_close(struct gk_yaml_builder *b);

/*
 * yaml-scalar.c: the typed node of a scalar.  GK_EINPUT for a text that its tag does not
 * allow and for numbers that JSON does not have.
 */
GK_NODISCARD int gk_yaml__scalar(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_node **ret);
/* The same for a mapping key: *ret_merge for `<<`, else its text, copied. */
GK_NODISCARD int gk_yaml__key(struct gk_yaml_builder *b, const struct gk_yaml_part *p,
	struct gk_str *ret_key, bool *ret_merge);
/* Check the tag of a collection. */
GK_NODISCARD int gk_yaml__collection_tag(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, enum gk_type type);

/* Start an error at a place; returns -1. */
int gk_yaml__fail(struct gk_yaml_builder *b, struct gk_pos pos, const char *slug, const char *fmt,
	...) GK_PRINTF(4, 5);
/* Foreign text for a message: escaped and cut, valid until the next call. */
const char *gk_yaml__shown(struct gk_yaml_builder *b, struct gk_str text);

#endif
