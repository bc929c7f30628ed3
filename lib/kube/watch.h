/*
 * A watch that does not lose anything: one (resource, namespace), from a resourceVersion or
 * from a LIST, kept alive through cuts, silence, server restarts and expired versions
 * (kubernetes-api section 12).
 */
#ifndef GK_KUBE_WATCH_H
#define GK_KUBE_WATCH_H

#include "kube/client.h"

enum gk_watch_type {
	GK_WATCH_OBJECT,  /* added or changed: `object` is its state now */
	GK_WATCH_DELETED, /* `object` is its last state; after a relist only its identity */
	GK_WATCH_SYNCED,  /* after a (re)list: all that exists was reported before this */
	GK_WATCH_FAILED   /* it ended for good: err says why (denied, not served, deadline) */
};

struct gk_watch_event {
	enum gk_watch_type type;
	const struct gk_node *object; /* valid during the callback */
	struct gk_str version;        /* its resourceVersion */
	const struct gk_err *err;
};
typedef void (*gk_watch_fn)(void *ctx, const struct gk_watch_event *ev);

struct gk_kube_watch_options {
	const struct gk_kube_resource *res;
	struct gk_str ns;           /* empty = all namespaces, or cluster scope */
	const char *label_selector; /* or NULL */
	const char *field_selector; /* "metadata.name=web", or NULL */
	struct gk_str version;      /* start after this one (of a write); empty = LIST first */
	bool metadata_only;
	int64_t silence_ms; /* no byte for so long: reconnect; 0 = 150 s */
};

struct gk_kube_watch;
/*
 * Starts in a later step.  Events come in the server's order; one older than what was
 * reported of that object is dropped; a relist reports only what changed, and what vanished
 * as deleted.  Unreachable servers are tried again for 60 s since the last good byte, then
 * GK_WATCH_FAILED: the last event; the watch is still to be
 * stopped.
 */
struct gk_kube_watch *gk_kube_watch_start(
	struct gk_kube *k, const struct gk_kube_watch_options *opt, gk_watch_fn fn, void *ctx);
/* No event comes after this; allowed inside the callback. */
void gk_kube_watch_stop(struct gk_kube_watch *w);
/*
 * The caller knows an object that the watch has not reported (it wrote it): if a relist does
 * not find it, it is reported as deleted.
 */
void gk_kube_watch_know(
	struct gk_kube_watch *w, struct gk_str ns, struct gk_str name, struct gk_str version);

#endif
