/* What the server sets in every object by itself. */
#ifndef GK_SIM_KUBE_META_H
#define GK_SIM_KUBE_META_H

#include "doc/node.h"

/* The time of now as the API writes it, in the arena. */
const char *gk_sim_now(struct gk_arena *a);
/* A random UUID, version 4. */
const char *gk_sim_uuid(struct gk_arena *a);
/* n random letters and digits that form no words, for generated names. */
const char *gk_sim_suffix(struct gk_arena *a, size_t n);
/* An object with kind, apiVersion, name, uid and creationTimestamp. */
struct gk_node *gk_sim_new_object(struct gk_arena *a, const char *api_version, const char *kind,
	struct gk_str ns, struct gk_str name);
/* metadata.FIELD, made when absent. */
struct gk_node *gk_sim_meta_need(struct gk_arena *a, struct gk_node *root);

#endif
