/* The parent object of a set in the cluster. */
#include "sync/parent.h"

#include "doc/json.h"

/* The ApplySet specification: <tool>-applyset. */
#define MANAGER "gk-applyset"

/* etcd takes 1.5 MiB an object and the server 1 MiB of a ConfigMap's data. */
enum { PARENT_MAX = 1000 << 10 };

int gk_parent_read(struct gk_session *s, const struct gk_set_id *id, struct gk_inventory *inv,
	struct gk_err *err)
{
	const struct gk_kube_resource *res;
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_kube_call call;
	int rc = 0;

	if (gk_session_core(s, "", "v1", "ConfigMap", &res, err))
		return -1;
	call = gk_kube_get(res, gk_str_c(id->ns), gk_str_c(id->parent));
	if (!gk_kube_do(s->kube, &call, &reply, err))
		rc = gk_inventory_decode(inv, reply.doc.root, id, err);
	else if (reply.http == 404)
		gk_err_reset(err);
	else
		rc = gk_ctx(err, "cannot read the inventory of set '%s'", id->name);
	gk_kube_reply_done(&reply);
	return rc;
}

static int check_size(const struct gk_node *parent, const struct gk_set_id *id, struct gk_err *err)
{
	size_t bytes = 0;

	gk_node_foreach (m, gk_node_get(parent, "data"))
		bytes += m->text.n;
	if (bytes <= PARENT_MAX)
		return 0;
	gk_fail(err, GK_ELIMIT, "set.size",
		"the inventory of set '%s' has %zu bytes, at most %d fit", id->name, bytes,
		(int)PARENT_MAX);
	return gk_help(err, "split the set in two");
}

static int prepare(struct gk_session *s, struct gk_arena *a, const struct gk_set_id *id,
	const struct gk_inventory *inv, struct gk_kube_call *ret, struct gk_err *err)
{
	const struct gk_kube_resource *res;
	struct gk_node *parent = gk_inventory_encode(a, inv, id);

	if (gk_session_core(s, "", "v1", "ConfigMap", &res, err) || check_size(parent, id, err))
		return -1;
	*ret = gk_kube_apply(res, gk_str_c(id->ns), gk_str_c(id->parent), parent);
	ret->manager = MANAGER;
	ret->force = true;
	ret->metadata_only = true;
	return 0;
}

int gk_parent_write(struct gk_session *s, const struct gk_set_id *id,
	const struct gk_inventory *inv, struct gk_err *err)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_kube_call call;
	int rc = prepare(s, &scratch, id, inv, &call, err);

	if (!rc && gk_kube_do(s->kube, &call, &reply, err))
		rc = gk_ctx(err, "cannot write the inventory of set '%s'", id->name);
	gk_kube_reply_done(&reply);
	gk_arena_done(&scratch);
	return rc;
}

int gk_parent_submit(struct gk_session *s, const struct gk_set_id *id,
	const struct gk_inventory *inv, gk_kube_done_fn done, void *ctx, struct gk_err *err)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	struct gk_kube_call call;
	int rc = prepare(s, &scratch, id, inv, &call, err);

	if (!rc)
		gk_kube_submit(s->kube, &call, done, ctx);
	gk_arena_done(&scratch);
	return rc;
}
