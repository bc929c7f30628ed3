/*
 * Requests to the API server, typed.  A request is a value made by one of the functions
 * below (its remaining fields may then be set), and is either submitted with a callback, so
 * that hundreds run at once, or done at once:
 *
 *	struct gk_kube_call c = gk_kube_apply(res, ns, name, object);
 *	c.force = true;
 *	gk_kube_submit(k, &c, on_applied, node);
 *	...
 *	struct gk_kube_call c = gk_kube_get(res, ns, name);
 *	if (gk_kube_do(k, &c, &reply, err))
 *		return -1;
 *
 * Every request is retried by its kind (kubernetes-api section 5), signed anew at each
 * attempt, repeated once after a 401 with renewed credentials, and its answer's identity
 * (kind, namespace, name, UID where one was given) is compared with the question: an answer
 * about something else is GK_EREMOTE kube.identity.  Warning headers are collected once each.
 */
#ifndef GK_KUBE_CLIENT_H
#define GK_KUBE_CLIENT_H

#include "doc/node.h"
#include "kube/config.h"
#include "kube/cred.h"
#include "kube/discovery.h"
#include "kube/status.h"

struct gk_kube_options {
	struct gk_http *http;             /* borrowed; lanes 0 (reads) and 1 (writes) are ours */
	const struct gk_kube_config *cfg; /* borrowed */
	const struct gk_limits *limits;   /* NULL = default */
	struct gk_diags *warnings;        /* borrowed: Warning headers (kube.warning), once each */
	const char *manager;              /* field manager; NULL = "gk" */
	const char *cache_dir;            /* of discovery; NULL = XDG_CACHE_HOME rule, "" = none */
	bool stdin_used;                  /* for exec plugins */
};
/* No request is made yet. */
GK_NODISCARD int gk_kube_new(
	const struct gk_kube_options *opt, struct gk_kube **ret, struct gk_err *err);
void gk_kube_free(struct gk_kube *k); /* end all its calls and watches first */
void gk_kube_freep(struct gk_kube **k);
struct gk_http *gk_kube_http(struct gk_kube *k);
const struct gk_kube_config *gk_kube_config(const struct gk_kube *k);

enum gk_kube_propagation { GK_BACKGROUND, GK_FOREGROUND, GK_ORPHAN };
enum gk_kube_patch { GK_KUBE_PATCH_JSON, GK_KUBE_PATCH_MERGE };
enum gk_kube_validation { GK_VALIDATE_STRICT, GK_VALIDATE_WARN, GK_VALIDATE_IGNORE };

/*
 * A request.  The constructors set what identifies it; all pointers are borrowed until
 * gk_kube_submit or gk_kube_do returns, which copy what they need.
 */
struct gk_kube_call {
	/* set by the constructors */
	const char *verb;                   /* "get", "apply": for messages and RBAC */
	const char *method;                 /* HTTP */
	const struct gk_kube_resource *res; /* NULL for `path` */
	const char *path;                   /* with query, below the server's prefix */
	struct gk_str ns, name;
	const char *subresource;
	const struct gk_node *body;
	const char *content_type;
	bool text; /* the answer is text, not JSON */

	/* to be set by the caller */
	const char *manager; /* field manager, NULL = the client's */
	bool force;          /* apply: take fields from other managers */
	bool dry_run;        /* full admission, nothing stored */
	bool metadata_only;  /* the answer is a PartialObjectMetadata */
	bool no_retry;       /* one attempt (probes) */
	enum gk_kube_validation validation;
	struct gk_str uid;     /* precondition; the answer's UID must be this one */
	struct gk_str version; /* resourceVersion: precondition of update and delete */
	enum gk_kube_propagation propagation; /* delete */
	int64_t grace_s;                      /* delete: grace period, -1 = the object's own */
	const char *query; /* more parameters, encoded: "container=app&tailLines=20" */
	int64_t budget_ms; /* of all attempts, 0 = 60 s */
	uint64_t max_body; /* of the answer, 0 = the limit of its kind */
};

struct gk_kube_call gk_kube_get(
	const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name);
/*
 * Server-side apply of a whole object.  metadata.managedFields must be absent; null members
 * are left out of what is sent.  uid makes it update-only.  An answer 201 = created.
 */
struct gk_kube_call gk_kube_apply(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *object);
/*
 * POST.  After a fault that leaves the outcome open the object is read: when it is there,
 * the reply is that object with `repeated` set (ours or another's: the caller compares).
 */
struct gk_kube_call gk_kube_create(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *object);
/* PUT; the object must carry its resourceVersion. */
struct gk_kube_call gk_kube_update(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *object);
struct gk_kube_call gk_kube_patch(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, enum gk_kube_patch type, const struct gk_node *patch);
/*
 * DELETE with a UID precondition (uid must not be empty).  The reply says whether the object
 * is gone (a Status, or 404) or is still finalizing (the object, with deletionTimestamp).
 */
struct gk_kube_call gk_kube_delete(const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, struct gk_str uid);
/* The log of a container, as text; parameters by `query`. */
struct gk_kube_call gk_kube_logs(struct gk_str ns, struct gk_str pod);
/* GET of any path below the server: "/version", "/readyz", "/apis/example.com/v1". */
struct gk_kube_call gk_kube_raw(const char *path);
/* POST of TokenRequest or a review; body by gk_kube_token_body and gk_kube_review_body. */
struct gk_kube_call gk_kube_token(
	struct gk_str ns, struct gk_str service_account, const struct gk_node *body);
struct gk_kube_call gk_kube_review(const struct gk_node *body);

struct gk_node *gk_kube_token_body(
	struct gk_arena *a, const char *const *audiences, size_t naudiences, int64_t expiration_s);
/* status.token and status.expirationTimestamp of the answer; GK_EREMOTE when absent. */
GK_NODISCARD int gk_kube_token_read(const struct gk_node *reply, struct gk_str *ret_token,
	int64_t *ret_expires_utc_ms, struct gk_err *err);
/* SelfSubjectAccessReview: may we `verb` (RBAC) the resource in ns (empty: all namespaces)? */
struct gk_node *gk_kube_review_body(struct gk_arena *a, const char *verb,
	const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name);
GK_NODISCARD int gk_kube_review_read(
	const struct gk_node *reply, bool *ret_allowed, struct gk_err *err);

/* The end of a call; the engine's, until the callback returns. */
struct gk_kube_reply {
	bool failed;       /* err says why; else doc or text holds the answer */
	int http;          /* status; 0 when no answer came */
	bool created;      /* 201 */
	bool gone;         /* delete: the object no longer exists */
	bool repeated;     /* more than one attempt was made: "exists" may be our own doing */
	struct gk_doc doc; /* JSON answers, failures too; a taker leaves GK_DOC_INIT */
	struct gk_buf text;
	struct gk_kube_status status; /* of a failure: views into doc */
	const char *audit_id;         /* or NULL */
	struct gk_err err;
};
typedef void (*gk_kube_done_fn)(void *ctx, struct gk_kube_reply *reply);

struct gk_kube_op;
/* Never calls back from inside; the result is valid until done has run. */
struct gk_kube_op *gk_kube_submit(
	struct gk_kube *k, const struct gk_kube_call *c, gk_kube_done_fn done, void *ctx);
void gk_kube_cancel(struct gk_kube_op *op); /* ends with GK_ECANCELLED in the next step */
/* Blocking: fails when the reply does; *ret is filled and the caller's in both cases. */
GK_NODISCARD int gk_kube_do(struct gk_kube *k, const struct gk_kube_call *c,
	struct gk_kube_reply *ret, struct gk_err *err);
void gk_kube_reply_done(struct gk_kube_reply *r);
#define GK_KUBE_REPLY_INIT                                                                         \
	{                                                                                          \
		.err = GK_ERR_INIT                                                                 \
	}

/*
 * LIST a whole collection, consistent or failed: one snapshot (resourceVersion unset, pages
 * of one continue chain; a chain that expired starts over, after three times without pages).
 */
struct gk_kube_list {
	const struct gk_kube_resource *res;
	struct gk_str ns;           /* empty = all namespaces, or cluster scope */
	const char *label_selector; /* or NULL */
	const char *field_selector;
	bool metadata_only;
	bool cached;    /* resourceVersion=0: any state the server has at hand; for hints only */
	unsigned limit; /* page size; 0 = 500 */
};
/*
 * reply->doc.root is the list object of the last page with the `items` of all pages; each
 * item has apiVersion and kind.  Errors name resource and namespace.
 */
struct gk_kube_listing;
struct gk_kube_listing *gk_kube_list_submit(
	struct gk_kube *k, const struct gk_kube_list *l, gk_kube_done_fn done, void *ctx);
void gk_kube_list_cancel(struct gk_kube_listing *l); /* as gk_kube_cancel */
GK_NODISCARD int gk_kube_list_do(struct gk_kube *k, const struct gk_kube_list *l,
	struct gk_kube_reply *ret, struct gk_err *err);
/* metadata.resourceVersion of an object or a list. */
struct gk_str gk_kube_version(const struct gk_node *n);
struct gk_str gk_kube_uid(const struct gk_node *n);
/* Parts of one UTF-8 path: "/apis/apps/v1/namespaces/shop/deployments/web/scale". */
void gk_kube_path(struct gk_buf *b, const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const char *subresource);

#endif
