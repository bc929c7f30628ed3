/* Generated ConfigMaps and Secrets, and how generated objects join the others. */
#ifndef GK_OVERLAY_GENERATE_H
#define GK_OVERLAY_GENERATE_H

#include "overlay/build.h"

GK_NODISCARD int gk_generate_one(struct gk_build *b, const struct gk_frame *f,
	const struct gk_kust_generator *x, const struct gk_kust_generator_options *global,
	bool secret, struct gk_res **ret, struct gk_err *err);

/* A value of a ConfigMap: UTF-8 under data, else base64 under binaryData. */
void gk_generate_put(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_str bytes);

/*
 * Add a generated object: new, or by its behaviour merged with or put in the place of the
 * one object that has or had its identity.
 */
GK_NODISCARD int gk_absorb(
	struct gk_build *b, struct gk_resmap *m, struct gk_res *r, struct gk_err *err);

#endif
