/*
 * What the API server says when it refuses: the Status object, and how it becomes an error
 * (kubernetes-api section 5).
 */
#ifndef GK_KUBE_STATUS_H
#define GK_KUBE_STATUS_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_node;

struct gk_kube_cause {
	struct gk_str reason, message, field;
};

struct gk_kube_status {
	int code; /* HTTP */
	struct gk_str reason, message;
	struct gk_str group, resource, name, uid; /* of details; resource is the plural */
	int64_t retry_after_ms;                   /* -1 = not said */
	struct gk_kube_cause *causes;
	size_t ncauses;
};

/* One field that another manager owns (server-side apply, kubernetes-api section 8). */
struct gk_kube_conflict {
	struct gk_str field;       /* ".spec.replicas", ".spec.containers[name=\"c\"].image" */
	struct gk_str manager;     /* who owns it */
	struct gk_str api_version; /* it used; empty for Apply managers */
	struct gk_str time;        /* RFC 3339; empty for Apply managers */
	struct gk_str subresource; /* "scale", "status", or empty */
};

/* Read a Status; false when the node is none.  Views into the node; causes in a. */
bool gk_kube_status_read(
	struct gk_arena *a, const struct gk_node *status, struct gk_kube_status *ret);
bool gk_kube_status_has(const struct gk_kube_status *s, const char *cause); /* its reason */
/* A cause FieldManagerConflict taken apart; false for all others. */
bool gk_kube_cause_conflict(const struct gk_kube_cause *c, struct gk_kube_conflict *ret);
/* The 409 is one of server-side apply, not of a version or a UID. */
bool gk_kube_status_is_apply_conflict(const struct gk_kube_status *s);

/*
 * What the request was about, for messages.  secret: the kind holds secrets, so only reason,
 * field paths and code are told, never texts of the server.
 */
struct gk_kube_about {
	const char *verb;   /* "apply", "get", "list" */
	const char *object; /* "apps/Deployment shop/web" */
	const char *method, *path;
	const char *audit_id; /* or NULL */
	bool secret;
};
/*
 * Fill err from a failure and return -1.  Code and slug by the table: 400/413/422
 * GK_EREJECTED kube.invalid, 401 GK_EDENIED kube.unauthorized, 403 GK_EDENIED kube.forbidden,
 * 404 GK_ENOTFOUND kube.not-found or kube.not-served, 409 GK_ECONFLICT kube.conflict,
 * kube.apply-conflict, GK_EEXIST kube.exists, 410 kube.gone, 429 GK_ETHROTTLED, 5xx GK_EREMOTE
 * (webhook: kube.webhook), 504 GK_ETIMEOUT.  Causes become notes; err->http is set.
 */
int gk_kube_status_fail(
	struct gk_err *err, const struct gk_kube_status *s, const struct gk_kube_about *about);
/* The same for an answer that is no Status (a proxy's page): quotes its first bytes. */
int gk_kube_alien_fail(struct gk_err *err, int code, struct gk_str body, const char *content_type,
	const struct gk_kube_about *about);

/* The kind's contents must not be printed: Secret, and what --sensitive added. */
bool gk_kube_kind_is_secret(struct gk_str group, struct gk_str kind);

#endif
