/* Label and field selectors, in the syntax of the API ("a=b,c in (x,y),!d"). */
#ifndef GK_SIM_SELECTOR_H
#define GK_SIM_SELECTOR_H

#include "base/vec.h"
#include "doc/node.h"

struct gk_sim_term {
	struct gk_str key;
	GK_VEC(struct gk_str) values; /* none: exists, or does not (negative) */
	bool negative;
	bool exists;
};
struct gk_sim_selector {
	GK_VEC(struct gk_sim_term) terms; /* all must hold; none = everything */
};

/* The texts must outlive the selector.  GK_EINPUT. */
GK_NODISCARD int gk_sim_labels_parse(
	struct gk_str text, struct gk_sim_selector *ret, struct gk_err *err);
GK_NODISCARD int gk_sim_fields_parse(
	struct gk_str text, struct gk_sim_selector *ret, struct gk_err *err);
void gk_sim_selector_done(struct gk_sim_selector *s);

/* `labels`: an object of strings, or NULL. */
bool gk_sim_labels_match(const struct gk_sim_selector *s, const struct gk_node *labels);
/* Fields are paths into the object ("metadata.name"); an absent one is "". */
bool gk_sim_fields_match(const struct gk_sim_selector *s, const struct gk_node *root);
/* A LabelSelector object: {matchLabels, matchExpressions}; an empty one matches all. */
bool gk_sim_label_selector_match(const struct gk_node *selector, const struct gk_node *labels);

#endif
