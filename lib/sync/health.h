/*
 * Health of one live object: what it says of itself, read by the rows of schema/health.tbl.
 *
 * Before the rows: an object that is being deleted is Progressing; the annotation
 * argocd.argoproj.io/ignore-healthcheck: "true" gives none.  Kinds without rows: those of
 * Kubernetes' own groups have no health; custom kinds are judged by the conditions that
 * kstatus gave names to: Reconciling and Stalled, then Ready (else Available), and an
 * observedGeneration that lags is Progressing.
 * Behaviour: Argo CD's built-in rules; kubernetes-sigs/cli-utils kstatus for the rest.
 */
#ifndef GK_SYNC_HEALTH_H
#define GK_SYNC_HEALTH_H

#include "doc/node.h"
#include "schema/apply.h"

struct gk_health {
	enum gk_health_status status;
	const char *message; /* in the arena; "" = nothing to say.  Foreign text: escape it */
};

/* Judge a live object; `object` is borrowed, the message is written into a. */
struct gk_health gk_health_of(struct gk_arena *a, const struct gk_node *object);

/* Objects of the kind can have a health: their status is worth reading. */
bool gk_health_known(struct gk_str group, struct gk_str kind);

/* "Healthy", "Progressing", ...; "" for GK_HEALTH_NONE. */
const char *gk_health_name(enum gk_health_status s);
/* Nothing holds back what waits for it. */
static inline bool gk_health_good(enum gk_health_status s)
{
	return s <= GK_HEALTH_HEALTHY;
}
/* The condition of that type in status.conditions, or NULL. */
const struct gk_node *gk_health_condition(const struct gk_node *object, struct gk_str type);

#endif
