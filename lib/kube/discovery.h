/*
 * What the API server serves: group, version and kind to resource, scope and verbs
 * (kubernetes-api section 6).  Aggregated discovery v2 (two requests), else the old form.
 * Cached below XDG_CACHE_HOME and revalidated with ETags on every run.
 */
#ifndef GK_KUBE_DISCOVERY_H
#define GK_KUBE_DISCOVERY_H

#include "base/err.h"
#include "base/str.h"
#include "doc/object.h"

struct gk_kube;
struct gk_discovery;

enum gk_kube_verb {
	GK_VERB_GET = 1,
	GK_VERB_LIST = 2,
	GK_VERB_WATCH = 4,
	GK_VERB_CREATE = 8,
	GK_VERB_UPDATE = 16,
	GK_VERB_PATCH = 32,
	GK_VERB_DELETE = 64,
	GK_VERB_DELETE_COLLECTION = 128
};
enum gk_kube_sub { GK_SUB_STATUS = 1, GK_SUB_SCALE = 2 };

/* A served resource; lives as long as the discovery (a reload keeps old ones alive). */
struct gk_kube_resource {
	struct gk_str group, version, kind;
	struct gk_str plural, singular;
	struct gk_str short_names; /* comma-separated */
	bool namespaced;
	bool preferred; /* this version is the group's first */
	unsigned verbs; /* GK_VERB_... */
	unsigned subs;  /* GK_SUB_... */
};

/*
 * Fetch (or revalidate) now, blocking.  Part of the groups may be unreachable: that is no
 * failure (gk_discovery_group_unknown tells).  Errors are those of requests.
 */
GK_NODISCARD int gk_discovery_load(
	struct gk_kube *k, struct gk_discovery **ret, struct gk_err *err);
/*
 * Fetch again, e.g. after a CRD was applied; on failure the old contents stay.  The second
 * form is for callbacks: done runs in a later step, once, failed or not.  One at a time.
 */
GK_NODISCARD int gk_discovery_reload(struct gk_discovery *d, struct gk_err *err);
typedef void (*gk_discovery_done_fn)(void *ctx, const struct gk_err *err); /* GK_OK = done */
void gk_discovery_reload_start(struct gk_discovery *d, gk_discovery_done_fn done, void *ctx);
void gk_discovery_free(struct gk_discovery *d);
void gk_discovery_freep(struct gk_discovery **d);

/* Exact group, version and kind, or NULL. */
const struct gk_kube_resource *gk_discovery_find(const struct gk_discovery *d, struct gk_str group,
	struct gk_str version, struct gk_str kind);
/* The kind in its preferred served version, or NULL. */
const struct gk_kube_resource *gk_discovery_find_kind(
	const struct gk_discovery *d, struct gk_str group, struct gk_str kind);
/*
 * Like find, with the reason why not: kube.kind-version (served versions in a note),
 * kube.kind (nearest kind in help): both GK_EINPUT; kube.group-unknown (the group could not
 * be asked): GK_EREMOTE.
 */
GK_NODISCARD int gk_discovery_need(const struct gk_discovery *d, const struct gk_ref *ref,
	const struct gk_kube_resource **ret, struct gk_err *err);
/*
 * A resource as a person names it: plural, singular, kind (any case), short name, each with
 * ".group" or ".version.group".  Of several: exact names before short ones, the core group
 * first, then server order; preferred versions first.  GK_EUSAGE when nothing matches.
 */
GK_NODISCARD int gk_discovery_resolve(const struct gk_discovery *d, struct gk_str name,
	const struct gk_kube_resource **ret, struct gk_err *err);

/* The group, or this version of it, could not be asked: absence proves nothing. */
bool gk_discovery_group_unknown(
	const struct gk_discovery *d, struct gk_str group, struct gk_str version);
/*
 * A CRD of the set that is being applied will serve this kind: gk_discovery_pending is then
 * true until the kind is found by a reload.  Texts are copied.
 */
void gk_discovery_expect(struct gk_discovery *d, struct gk_str group, struct gk_str kind);
bool gk_discovery_pending(const struct gk_discovery *d, struct gk_str group, struct gk_str kind);

/* All resources in server order: i from 0, NULL at the end. */
const struct gk_kube_resource *gk_discovery_at(const struct gk_discovery *d, size_t i);

#endif
