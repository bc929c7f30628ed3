/* What the server fills in, and how it writes what it was given. */
#ifndef GK_SIM_DEFAULT_H
#define GK_SIM_DEFAULT_H

#include "base/vec.h"
#include "sim/typed.h"

/* A row of defaults.tbl. */
struct gk_sim_default {
	const char *type, *field, *json;
};
extern const struct gk_sim_default gk_sim_defaults[];
extern const size_t gk_sim_defaults_count;

/* What Go prints for a field that is absent and has no omitempty, or NULL. */
struct gk_node *gk_sim_zero(struct gk_arena *a, const struct gk_sim_field *f);
/* Fill in defaults in place, down the whole tree. */
void gk_sim_default_fill(struct gk_arena *a, struct gk_sim_type t, struct gk_node *object);

/* What is wrong with an object's form. */
struct gk_sim_misfit {
	const char *path;   /* "spec.template.spec.containers[0].image" */
	const char *wanted; /* NULL: the field is unknown; else the type that was expected */
	struct gk_str got;  /* text of the value */
	const char *type;   /* Go's name of the field: "DeploymentSpec.spec.replicas" */
};
struct gk_sim_form {
	GK_VEC(struct gk_sim_misfit) unknown, mistyped;
};
/*
 * Bring an object into the form in which the server keeps it, in place: undeclared fields go
 * (and are reported), so do nulls and empty values that Go's encoder leaves out; quantities
 * become canonical.
 */
void gk_sim_normalize(
	struct gk_arena *a, struct gk_sim_type t, struct gk_node *object, struct gk_sim_form *ret);
void gk_sim_form_done(struct gk_sim_form *f);

/* "1000m" -> "1", "1024Mi" -> "1Gi", "0.5" -> "500m"; false when it is no quantity. */
bool gk_sim_quantity(struct gk_buf *b, struct gk_str text);

#endif
