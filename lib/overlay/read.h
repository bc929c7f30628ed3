/* Resource files and inline patches: text to resources. */
#ifndef GK_OVERLAY_READ_H
#define GK_OVERLAY_READ_H

#include "overlay/build.h"

struct gk_res_list {
	struct gk_res **v;
	size_t n, cap;
};

/*
 * All objects of a text, as kustomize reads resources and strategic merge patches:
 * documents in order, lists opened, each with kind and name.  Caller: gk_vec_done(ret).
 */
GK_NODISCARD int gk_read_resources(struct gk_build *b, const char *file, struct gk_str text,
	struct gk_res_list *ret, struct gk_err *err);
/* The same for a tree that was read already. */
GK_NODISCARD int gk_read_resource(struct gk_build *b, struct gk_node *root, const char *file,
	struct gk_res_list *ret, struct gk_err *err);

#endif
