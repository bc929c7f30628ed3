/* What the cluster says about an object that does not get healthy. */
#include <stdlib.h>

#include "sync/apply-priv.h"

#include "sync/refs.h"

enum { CONDITIONS = 2, PODS = 2, EVENTS = 3 };

/* Conditions that stand against health: True of a bad kind, or False of a good one. */
static bool is_bad(const struct gk_node *c)
{
	static const char *const negative[] = {"Failed", "Stalled", "ReplicaFailure",
		"NonStructuralSchema", "FailureTarget", "Suspended"};
	struct gk_str type = gk_node_text(gk_node_get(c, "type"));
	bool is_true = gk_str_is(gk_node_text(gk_node_get(c, "status")), "True");

	for (size_t i = 0; i < GK_COUNT(negative); i++)
		if (gk_str_is(type, negative[i]))
			return is_true;
	return !is_true;
}

static void note_conditions(const struct gk_node *object, struct gk_err *err)
{
	unsigned told = 0;

	gk_node_foreach (c, gk_node_path(object, "status", "conditions", NULL)) {
		if (told >= CONDITIONS || !is_bad(c))
			continue;
		told++;
		gk_note(err, "condition %.*s is %.*s: %.*s %.*s",
			GK_SARG(gk_node_text(gk_node_get(c, "type"))),
			GK_SARG(gk_node_text(gk_node_get(c, "status"))),
			GK_SARG(gk_node_text(gk_node_get(c, "reason"))),
			GK_SARG(gk_node_text(gk_node_get(c, "message"))));
	}
}

/* ---- events ---- */

static struct gk_str time_of(const struct gk_node *event)
{
	struct gk_str t = gk_node_text(gk_node_get(event, "lastTimestamp"));

	if (!t.n)
		t = gk_node_text(gk_node_get(event, "eventTime"));
	return t.n ? t : gk_node_text(gk_node_path(event, "metadata", "creationTimestamp", NULL));
}

static int newest_first(const void *a, const void *b)
{
	return gk_str_cmp(time_of(*(const struct gk_node *const *)b),
		time_of(*(const struct gk_node *const *)a));
}

static void note_sorted(struct gk_arena *a, const struct gk_node *items, struct gk_err *err)
{
	size_t n = items ? items->count : 0, i = 0;
	const struct gk_node **v = gk_arena_array(a, n + 1, sizeof *v);

	gk_node_foreach (e, items)
		v[i++] = e;
	if (n)
		qsort(v, n, sizeof *v, newest_first);
	for (i = 0; i < n && i < EVENTS; i++)
		gk_note(err, "event %.*s %.*s: %.*s", GK_SARG(time_of(v[i])),
			GK_SARG(gk_node_text(gk_node_get(v[i], "reason"))),
			GK_SARG(gk_node_text(gk_node_get(v[i], "message"))));
}

static int list(struct gk_apply_run *r, const char *kind, struct gk_str ns, const char *labels,
	const char *fields, struct gk_kube_reply *reply)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_kube_list l = {.ns = ns, .label_selector = labels, .field_selector = fields};

	if (gk_session_core(r->opt->session, "", "v1", kind, &l.res, &err))
		return -1;
	return gk_kube_list_do(r->opt->session->kube, &l, reply, &err);
}

static void note_events(
	struct gk_apply_run *r, struct gk_str ns, struct gk_str uid, struct gk_err *err)
{
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	const char *fields =
		gk_arena_printf(&r->arena, "involvedObject.uid=%.*s,type=Warning", GK_SARG(uid));

	if (!list(r, "Event", ns.n ? ns : GK_STR("default"), NULL, fields, &reply))
		note_sorted(&r->arena, gk_node_get(reply.doc.root, "items"), err);
	gk_kube_reply_done(&reply);
}

/* ---- pods ---- */

static const char *selector_of(struct gk_arena *a, const struct gk_node *object)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(8192);

	gk_node_foreach (l, gk_node_path(object, "spec", "selector", "matchLabels", NULL)) {
		if (b.n)
			gk_buf_putc(&b, ',');
		gk_buf_printf(&b, "%.*s=%.*s", GK_SARG(gk_node_key(l)), GK_SARG(gk_node_text(l)));
	}
	return b.n ? gk_arena_strdup(a, gk_buf_cstr(&b)) : NULL;
}

static void note_pods(struct gk_apply_run *r, const struct gk_node *object,
	const struct gk_ref *ref, struct gk_err *err)
{
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	const char *labels = selector_of(&r->arena, object);
	unsigned told = 0;

	if (!labels || !gk_refs_pod(object, ref) || list(r, "Pod", ref->ns, labels, NULL, &reply)) {
		gk_kube_reply_done(&reply);
		return;
	}
	gk_node_foreach (pod, gk_node_get(reply.doc.root, "items")) {
		struct gk_health h = gk_health_of(&r->arena, pod);

		if (told >= PODS || gk_health_good(h.status))
			continue;
		told++;
		gk_note(err, "Pod %.*s: %s",
			GK_SARG(gk_node_text(gk_node_path(pod, "metadata", "name", NULL))),
			h.message);
		note_events(r, ref->ns, gk_kube_uid(pod), err);
	}
	gk_kube_reply_done(&reply);
}

void gk_apply__explain(struct gk_apply_node *n, struct gk_err *err)
{
	struct gk_apply_run *r = n->run;
	const struct gk_ref *ref = gk_apply__ref(n);
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_kube_call call = gk_kube_get(n->target->res, ref->ns, ref->name);
	struct gk_err ignored = GK_ERR_INIT;

	if (!gk_kube_do(r->opt->session->kube, &call, &reply, &ignored)) {
		note_conditions(reply.doc.root, err);
		note_events(r, ref->ns, gk_kube_uid(reply.doc.root), err);
		note_pods(r, reply.doc.root, ref, err);
	}
	gk_kube_reply_done(&reply);
}
