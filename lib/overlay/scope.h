/*
 * Which kinds are cluster-scoped: those that kustomize knows by heart, and those that the
 * paths of a tree's own OpenAPI document say it of.
 *
 *	GET /apis/example.com/v1/fleets			a Fleet is cluster-scoped
 *	GET /apis/example.com/v1/namespaces/{namespace}/ships	a Ship is not
 *
 * What is known by heart cannot be changed; other kinds are namespaced.
 */
#ifndef GK_OVERLAY_SCOPE_H
#define GK_OVERLAY_SCOPE_H

#include "base/map.h"

struct gk_arena;
struct gk_node;

struct gk_scopes {
	struct gk_map kinds; /* group/version/kind, declared cluster-scoped */
	bool declared;       /* gk_scopes_declare was called: what was asked before is stale */
};

/* Take the `paths` (or NULL) of a document, which gk_openapi_check liked. */
void gk_scopes_declare(struct gk_scopes *s, struct gk_arena *a, const struct gk_node *paths);
/* s: NULL when nothing is declared. */
bool gk_scopes_cluster(
	const struct gk_scopes *s, struct gk_str group, struct gk_str version, struct gk_str kind);
void gk_scopes_done(struct gk_scopes *s);

#endif
