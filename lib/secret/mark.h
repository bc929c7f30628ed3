/* Marks that show a rotation: on the Secret, and on the workloads that use it. */
#ifndef GK_SECRET_MARK_H
#define GK_SECRET_MARK_H

#include "base/map.h"
#include "doc/stream.h"
#include "secret/data.h"

/* Annotations. */
#define GK_SECRET_SOURCES GK_PREFIX "/secret-sources" /* JSON: data key -> source id */
#define GK_SECRET_VERSION GK_PREFIX "/secret-version" /* 16 hex digits */
#define GK_SECRET_USED GK_PREFIX "/secrets"           /* pod templates: "db=0123456789abcdef,..." */

/* {"key":"source"} in the order of keys, in the data's arena. */
struct gk_str gk_secret_sources_text(const struct gk_data *data);
/* The first 16 hex digits of a hash of a text that holds no value. */
struct gk_str gk_secret_version(struct gk_arena *a, struct gk_str text);

/* Has pods: a Secret that it may use must stand before it. */
bool gk_secret_is_workload(const struct gk_item *item);

/*
 * Annotate the pod template of a Deployment, StatefulSet, DaemonSet, CronJob or Rollout that mounts
 * or reads Secrets of `versions` ("ns/name" -> C string): exactly those restart when a version
 * changes.  Jobs are left alone (theirs cannot change, and a finished one must not run again),
 * as are pull secrets (read anew at each pull).  Returns whether it uses one.
 */
bool gk_secret_mark_consumer(struct gk_arena *a, struct gk_item *item, struct gk_str default_ns,
	const struct gk_map *versions);

#endif
