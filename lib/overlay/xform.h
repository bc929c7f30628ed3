/*
 * The built-in transformers, each a pass over the resources.  A kustomization file and a
 * configuration object of apiVersion `builtin` both end here.
 */
#ifndef GK_OVERLAY_XFORM_H
#define GK_OVERLAY_XFORM_H

#include "overlay/build.h"

enum gk_subjects { GK_SUBJECTS_DEFAULT_ONLY, GK_SUBJECTS_ALL_ACCOUNTS, GK_SUBJECTS_NONE };

struct gk_x_namespace {
	struct gk_str ns;
	const struct gk_spec_list *specs;
	bool unset_only;
	enum gk_subjects subjects;
};
GK_NODISCARD int gk_x_namespace(struct gk_build *b, struct gk_resmap *m,
	const struct gk_x_namespace *x, struct gk_err *err);
/* One resource only, without history: what ValueAddTransformer does. */
GK_NODISCARD int gk_x_namespace_one(
	struct gk_build *b, struct gk_res *r, const struct gk_x_namespace *x, struct gk_err *err);

/* text before (prefix) or behind the names. */
GK_NODISCARD int gk_x_affix(struct gk_build *b, struct gk_resmap *m, struct gk_str text,
	bool prefix, const struct gk_spec_list *specs, struct gk_err *err);

/* Labels or annotations: pairs is an object of strings. */
GK_NODISCARD int gk_x_pairs(struct gk_build *b, struct gk_resmap *m, const struct gk_node *pairs,
	const struct gk_spec_list *specs, struct gk_err *err);

GK_NODISCARD int gk_x_replicas(struct gk_build *b, struct gk_resmap *m,
	const struct gk_kust_replica *x, const struct gk_spec_list *specs, struct gk_err *err);

/*
 * The fields that name images, in the order in which each image of a kustomization is tried
 * on them: found once for all, because writing one changes no other.  A null is the
 * text with which it was written.
 */
struct gk_image_fields {
	struct gk_node **v;
	size_t n, cap;
};
GK_NODISCARD int gk_x_image_fields(struct gk_build *b, struct gk_resmap *m,
	const struct gk_spec_list *specs, struct gk_image_fields *ret, struct gk_err *err);
void gk_x_image_fields_done(struct gk_image_fields *fields);
/* What an image met: something of its name; something that ended with its suffix already. */
struct gk_image_met {
	bool found, suffix_twice;
};
GK_NODISCARD int gk_x_image(struct gk_build *b, const struct gk_image_fields *fields,
	const struct gk_kust_image *x, struct gk_image_met *ret, struct gk_err *err);

/* An entry of `patches`; inline patch texts are placed at their node. */
GK_NODISCARD int gk_x_patch(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, struct gk_err *err);
/* An entry of `patchesStrategicMerge`: inline text, else a path. */
GK_NODISCARD int gk_x_patch_sm(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_node *entries, struct gk_err *err);
GK_NODISCARD int gk_x_patch_json(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, struct gk_err *err);

/*
 * ValueAddTransformer.  value "": the name of the kustomization's directory.  Targets are
 * decoded by gk_x_value_target_struct; `file` (or NULL) names a file with more of them.
 */
struct gk_x_value {
	struct gk_str value;
	const struct gk_node *file;
	const struct gk_dec_list *targets;
};
extern const struct gk_dec_struct gk_x_value_target_struct;
GK_NODISCARD int gk_x_value(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_x_value *x, struct gk_err *err);

/* All of `replacements`: decoded struct gk_kust_replacement. */
GK_NODISCARD int gk_x_replacements(struct gk_build *b, const struct gk_frame *f,
	struct gk_resmap *m, const struct gk_dec_list *x, struct gk_err *err);

#endif
