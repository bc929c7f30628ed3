/*
 * Which resources a patch or a replacement means: anchored patterns for kind, name and
 * namespace, and the selector language of Kubernetes for labels and annotations.
 */
#ifndef GK_OVERLAY_SELECT_H
#define GK_OVERLAY_SELECT_H

#include "base/regex.h"
#include "overlay/kust.h"
#include "overlay/resmap.h"

/* A whole-string pattern; without text it matches all. */
struct gk_pattern {
	struct gk_str text;
	struct gk_regex *regex; /* NULL: compare text */
};

enum gk_label_op {
	GK_LABEL_IN,
	GK_LABEL_NOT_IN,
	GK_LABEL_EXISTS,
	GK_LABEL_MISSING,
	GK_LABEL_GREATER,
	GK_LABEL_LESS
};

struct gk_label_rule {
	struct gk_label_rule *next;
	enum gk_label_op op;
	struct gk_str key;
	struct gk_str *values;
	size_t nvalues;
	int64_t bound; /* of GREATER and LESS */
};

/* A selector that is read when an object gets to it: faults of others kustomize does not see. */
struct gk_labels {
	struct gk_str text;
	struct gk_label_rule *rules;
	bool read;
};

struct gk_select {
	struct gk_pattern group, version, kind, name, ns;
	struct gk_labels labels, annotations;
	bool any_id; /* no pattern at all */
};

/* Compile the patterns; the texts are borrowed.  Caller: gk_select_done. */
GK_NODISCARD int gk_select_init(
	const struct gk_selector *s, struct gk_select *ret, struct gk_err *err);
void gk_select_done(struct gk_select *s);

GK_NODISCARD int gk_pattern_match(
	const struct gk_pattern *p, struct gk_str text, bool *ret, struct gk_err *err);

/* group, version and kind of the identity. */
GK_NODISCARD int gk_select_kind(
	const struct gk_select *s, const struct gk_id *id, bool *ret, struct gk_err *err);
bool gk_select_labels(const struct gk_label_rule *rules, const struct gk_node *pairs);
/* Read the selector unless that is done; rules live in a.  Then: do the pairs satisfy it? */
GK_NODISCARD int gk_labels_read(struct gk_arena *a, struct gk_labels *l, struct gk_err *err);
GK_NODISCARD int gk_labels_match(struct gk_arena *a, struct gk_labels *l,
	const struct gk_node *pairs, bool *ret, struct gk_err *err);

/*
 * As a patch target: name and namespace (effective) of the original or the current
 * identity, kind and labels as they are now.
 */
GK_NODISCARD int gk_select_target(struct gk_arena *a, struct gk_select *s, const struct gk_res *r,
	bool *ret, struct gk_err *err);

/* All of them, in order.  Caller: gk_vec_done(ret). */
struct gk_build;
struct gk_res_list;
GK_NODISCARD int gk_select_all(struct gk_build *b, struct gk_resmap *m, const struct gk_selector *s,
	struct gk_res_list *ret, struct gk_err *err);
/* Add to an error that id was not found: how many there are, and which is the nearest. */
int gk_select_note_nearest(const struct gk_resmap *m, const struct gk_id *id, struct gk_err *err);

/* "a=b,c in (d,e),!f": rules in a. */
GK_NODISCARD int gk_label_parse(
	struct gk_arena *a, struct gk_str text, struct gk_label_rule **ret, struct gk_err *err);

#endif
