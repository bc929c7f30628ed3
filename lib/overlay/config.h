/*
 * Transformer configuration: the built-in fieldspecs, plus those of `configurations` and
 * `crds` files.  A configuration is immutable; merging makes a new one.
 */
#ifndef GK_OVERLAY_CONFIG_H
#define GK_OVERLAY_CONFIG_H

#include "base/err.h"
#include "base/mem.h"
#include "doc/node.h"
#include "schema/fieldspec.h"

struct gk_build;
struct gk_frame;
struct gk_dec_list;

struct gk_spec_list {
	const struct gk_fieldspec **v;
	size_t n, cap;
};

struct gk_nameref_list {
	const struct gk_nameref **v;
	size_t n, cap;
};

struct gk_config {
	struct gk_spec_list lists[GK_FS_LISTS];
	struct gk_nameref_list namerefs; /* all of one target stand together */
};

/* The built-in one; lives in a. */
const struct gk_config *gk_config_builtin(struct gk_arena *a);
/*
 * Both together, in kustomize's order.  GK_EINPUT "conflicting fieldspecs" when one list
 * has a path twice and the entries disagree about creating.
 */
GK_NODISCARD int gk_config_merge(struct gk_arena *a, const struct gk_config *x,
	const struct gk_config *y, const struct gk_config **ret, struct gk_err *err);

/* Add one spec unless the list has it (same rule). */
GK_NODISCARD int gk_spec_list_add(struct gk_arena *a, struct gk_spec_list *list,
	const struct gk_fieldspec *spec, struct gk_err *err);
/* A list of decoded struct gk_kust_fieldspec, appended to a new list. */
GK_NODISCARD int gk_spec_list_decoded(struct gk_arena *a, const struct gk_dec_list *from,
	struct gk_spec_list *ret, struct gk_err *err);

/* The configuration of a kustomization: built-in, `configurations` files, `crds` files. */
GK_NODISCARD int gk_config_load(struct gk_build *b, const struct gk_frame *f,
	const struct gk_config **ret, struct gk_err *err);

#endif
