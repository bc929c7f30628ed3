/* Inside of the client: what calls, lists and watches share. */
#ifndef GK_KUBE_PRIV_H
#define GK_KUBE_PRIV_H

#include "base/diag.h"
#include "base/map.h"
#include "kube/client.h"

enum { LANE_READ = 0, LANE_WRITE = 1 };

struct gk_kube {
	struct gk_kube_options opt;
	struct gk_cred *cred;
	struct gk_arena arena;  /* texts of warnings */
	struct gk_map warnings; /* seen */
	/*
	 * The server has answered something.  Until then faults are not outlasted for a minute:
	 * a wrong address should be told at once.
	 */
	bool contacted;
	bool far; /* not on this machine: compression pays */
};

/* Signing of one request's attempts; embedded in what is its callbacks' ctx. */
struct gk_kube_signer {
	struct gk_kube *k;
	unsigned generation; /* of the credential that the last attempt used */
	bool renewed;        /* after a 401; not twice */
};
int gk_kube__sign(struct gk_kube_signer *s, struct gk_buf *headers, struct gk_err *err);
/* A 401: true when the request is worth another attempt at once. */
bool gk_kube__renew(struct gk_kube_signer *s);

/* server + path (with its query) */
void gk_kube__url(const struct gk_kube *k, struct gk_buf *b, const char *path);
/* Budget of a request: shorter until the server was heard for the first time. */
int64_t gk_kube__budget(const struct gk_kube *k, int64_t wanted_ms);
/* Take the Warning headers of an answer; and know that the server is there. */
void gk_kube__heard(struct gk_kube *k, const struct gk_http_response *r);
/* Add to a failure which credential was refused, or where the address came from. */
void gk_kube__explain(const struct gk_kube *k, struct gk_err *err);

/* "Deployment shop/web" and the like of a call. */
void gk_kube__object_name(
	struct gk_buf *b, const struct gk_kube_resource *res, struct gk_str ns, struct gk_str name);

/* lists: submit a GET of a path whose answer's tree is added to *into. */
struct gk_kube_op *gk_kube__submit_into(struct gk_kube *k, const struct gk_kube_call *c,
	struct gk_doc *into, gk_kube_done_fn done, void *ctx);

#endif
