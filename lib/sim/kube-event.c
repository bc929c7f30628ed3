#include "sim/kube-event.h"

#include <stdarg.h>

#include "base/io.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

/* Members that differ in name only. */
static const struct {
	const char *core, *modern;
} renamed[] = {{"involvedObject", "regarding"}, {"message", "note"},
	{"reportingComponent", "reportingController"}, {"source", "deprecatedSource"},
	{"firstTimestamp", "deprecatedFirstTimestamp"},
	{"lastTimestamp", "deprecatedLastTimestamp"}, {"count", "deprecatedCount"}};

static struct gk_node *rename_members(
	struct gk_arena *a, const struct gk_node *from, bool to_modern)
{
	struct gk_node *out = gk_node_new(a, GK_OBJECT);

	gk_node_foreach (member, from) {
		struct gk_str key = gk_node_key(member);

		for (size_t i = 0; i < GK_COUNT(renamed); i++) {
			const char *old = to_modern ? renamed[i].core : renamed[i].modern;

			if (gk_str_is(key, old)) {
				key = gk_str_c(to_modern ? renamed[i].modern : renamed[i].core);
				break;
			}
		}
		gk_node_set(a, out, key, gk_node_dup(a, member));
	}
	return out;
}

struct gk_node *gk_sim_event_view(struct gk_arena *a, const struct gk_node *core)
{
	struct gk_node *out = rename_members(a, core, true);

	gk_node_set_str(a, out, "apiVersion", GK_STR("events.k8s.io/v1"));
	return out;
}

void gk_sim_event_to_core(struct gk_arena *a, struct gk_node *event)
{
	struct gk_node *out = rename_members(a, event, false);

	gk_node_set_str(a, out, "apiVersion", GK_STR("v1"));
	gk_node_assign(event, out);
}

static void set_involved(struct gk_arena *a, struct gk_node *event, const struct gk_node *about)
{
	static const char *const meta[] = {"namespace", "name", "uid", "resourceVersion"};
	struct gk_node *ref = gk_node_need(a, event, "involvedObject", GK_OBJECT);

	gk_node_set_str(a, ref, "kind", gk_node_text(gk_node_get(about, "kind")));
	gk_node_set_str(a, ref, "apiVersion", gk_node_text(gk_node_get(about, "apiVersion")));
	for (size_t i = 0; i < GK_COUNT(meta); i++)
		if (gk_sim_meta(about, meta[i]).n)
			gk_node_set_str(a, ref, meta[i], gk_sim_meta(about, meta[i]));
}

void gk_sim_event_record(struct gk_sim *sim, const struct gk_node *about, const char *component,
	const char *type, const char *reason, const char *fmt, ...)
{
	struct gk_sim_res *res = gk_sim_res_find(&sim->store, GK_STR(""), GK_STR("events"));
	struct gk_str ns = gk_sim_obj_ns(about), name = gk_sim_obj_name(about);
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_arena *a = &doc.arena;
	struct gk_buf text = GK_BUF_INIT(1024);
	const char *now = gk_sim_now(a);
	struct gk_node *e;
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(&text, fmt, ap);
	va_end(ap);
	e = doc.root = gk_sim_new_object(a, "v1", "Event", ns.n ? ns : GK_STR("default"),
		gk_str_c(gk_arena_printf(a, "%.*s.%016llx", GK_SARG(name),
			(unsigned long long)gk_time_utc_ms() * 1000 + sim->store.rv % 1000)));
	set_involved(a, e, about);
	gk_node_set_str(a, e, "reason", gk_str_c(reason));
	gk_node_set_str(a, e, "message", gk_buf_str(&text));
	gk_node_set_str(
		a, gk_node_need(a, e, "source", GK_OBJECT), "component", gk_str_c(component));
	gk_node_set_str(a, e, "firstTimestamp", gk_str_c(now));
	gk_node_set_str(a, e, "lastTimestamp", gk_str_c(now));
	gk_node_set_c(a, e, "count", gk_node_int_new(a, 1));
	gk_node_set_str(a, e, "type", gk_str_c(type));
	gk_node_set_c(a, e, "eventTime", gk_node_new(a, GK_NULL));
	gk_node_set_str(a, e, "reportingComponent", gk_str_c(component));
	gk_node_set_str(a, e, "reportingInstance", GK_STR(""));
	gk_buf_done(&text);
	(void)gk_sim_store_put(&sim->store, res, &doc);
}
