/* Making desired objects ready. */
#include "sync/desired.h"

#include "base/base64.h"

static void drop_nulls(struct gk_node *n)
{
	for (struct gk_node *c = gk_node_children(n), *next; c; c = next) {
		next = c->next;
		if (c->type == GK_NULL && n->type == GK_OBJECT)
			gk_node_unlink(n, c);
		else
			drop_nulls(c);
	}
}

static void drop_server_fields(struct gk_node *object)
{
	static const char *const gone[] = {"uid", "resourceVersion", "generation",
		"creationTimestamp", "managedFields", "selfLink", "deletionTimestamp",
		"deletionGracePeriodSeconds"};
	struct gk_node *meta = gk_node_get(object, "metadata");
	struct gk_node *notes = gk_node_get(meta, "annotations");

	for (size_t i = 0; i < GK_COUNT(gone); i++)
		(void)gk_node_remove(meta, gk_str_c(gone[i]));
	if (notes &&
		gk_node_remove(notes, GK_STR("kubectl.kubernetes.io/last-applied-configuration")) &&
		notes->count == 0)
		(void)gk_node_remove(meta, GK_STR("annotations"));
}

/* The main endpoint of kinds with a status subresource ignores it; those of Kubernetes have one. */
static void drop_status(struct gk_node *object, const struct gk_ref *ref)
{
	if (!gk_str_has(ref->group, GK_STR(".")) || gk_str_ends(ref->group, GK_STR(".k8s.io")))
		(void)gk_node_remove(object, GK_STR("status"));
}

static int encode_secret(
	struct gk_arena *a, struct gk_node *secret, const struct gk_ref *ref, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_node *plain = gk_node_get(secret, "stringData");
	struct gk_node *data;

	if (!plain)
		return 0;
	data = gk_node_need(a, secret, "data", GK_OBJECT);
	gk_node_foreach (m, plain) {
		if (m->type != GK_STRING)
			return gk_fail(err, GK_EINPUT, "desired.secret",
				"stringData.%.*s of %s is no string", GK_SARG(gk_node_key(m)),
				gk_ref_text(a, ref));
		gk_buf_reset(&b);
		gk_base64_encode(&b, m->text, GK_B64_STD);
		gk_node_set(a, data, gk_node_key(m), gk_node_string(a, gk_buf_str(&b)));
	}
	(void)gk_node_remove(secret, GK_STR("stringData"));
	return 0;
}

int gk_desired_clean(
	struct gk_arena *a, struct gk_node *object, const struct gk_ref *ref, struct gk_err *err)
{
	drop_nulls(object);
	drop_server_fields(object);
	drop_status(object, ref);
	if (gk_str_is(ref->kind, "Secret") && !ref->group.n)
		return encode_secret(a, object, ref, err);
	return 0;
}
