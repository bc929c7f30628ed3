/* Events have two faces, core/v1 and events.k8s.io/v1, of one stored object (the core one). */
#ifndef GK_SIM_KUBE_EVENT_H
#define GK_SIM_KUBE_EVENT_H

#include "sim/kube.h"

/* The stored object as an events.k8s.io/v1 Event: a new tree. */
struct gk_node *gk_sim_event_view(struct gk_arena *a, const struct gk_node *core);
/* And back: rename the members of an events.k8s.io/v1 Event in place. */
void gk_sim_event_to_core(struct gk_arena *a, struct gk_node *event);
/* Record an event about an object, as a controller does. */
void gk_sim_event_record(struct gk_sim *sim, const struct gk_node *about, const char *component,
	const char *type, const char *reason, const char *fmt, ...) GK_PRINTF(6, 7);

#endif
