/* Inside of the client: one call under way (request.c makes it, client.c answers it). */
#ifndef GK_KUBE_OP_H
#define GK_KUBE_OP_H

#include "kube/kube-priv.h"

enum kube_op_state { OP_ASKING, OP_CHECKING };

struct gk_kube_op {
	struct gk_kube_signer signer;
	struct gk_kube *k;
	struct gk_arena arena; /* texts of c and about */
	struct gk_kube_call c; /* our copy; its body is no longer there */
	struct gk_buf body;    /* printed */
	struct gk_kube_about about;
	enum gk_http_retry retry;
	bool is_create, is_delete;
	enum kube_op_state state;
	int64_t began_ms;
	struct gk_doc *into; /* lists: where the tree goes; NULL = reply.doc */
	struct gk_kube_reply reply;
	gk_kube_done_fn done;
	void *ctx;
	struct gk_http_op *http;
};

/* Submit q with the callbacks of client.c. */
void gk_kube__send(struct gk_kube_op *op, struct gk_http_request *q);
/* Read the object that a POST may have made. */
void gk_kube__check(struct gk_kube_op *op);

#endif
