#include "doc/json.h"
#include "sim/kube-event.h"

void gk_sim_answer_node(struct gk_sim_kreq *k, int status, const struct gk_node *n)
{
	struct gk_sim_req *r = k->r;

	r->status = status;
	r->content_type = "application/json";
	gk_buf_reset(&r->out);
	gk_json_print(&r->out, n, GK_JSON_HTML);
	gk_buf_putc(&r->out, '\n');
}

static void put_api_version(struct gk_buf *b, const struct gk_sim_kreq *k)
{
	const char *group = k->res->group;

	gk_buf_printf(b, "\"apiVersion\":\"%s%s%s\"", group, *group ? "/" : "", k->version->name);
}

static void print_event(struct gk_buf *b, const struct gk_sim_obj *o)
{
	struct gk_arena a = GK_ARENA_INIT;

	gk_json_print(b, gk_sim_event_view(&a, o->doc.root), GK_JSON_HTML);
	gk_arena_done(&a);
}

/* Lists of built-in kinds say the kind once, at the top; custom resources repeat it. */
void gk_sim_print_object(
	struct gk_buf *b, const struct gk_sim_kreq *k, const struct gk_sim_obj *o, bool in_list)
{
	if (k->res->storage != k->res) {
		print_event(b, o);
		return;
	}
	gk_buf_putc(b, '{');
	if (!in_list || !k->res->builtin) {
		gk_buf_printf(b, "\"kind\":\"%s\",", k->res->kind);
		put_api_version(b, k);
		gk_buf_putc(b, ',');
	}
	gk_buf_putstr(b, o->text);
	gk_buf_putc(b, '}');
}

void gk_sim_print_metadata(struct gk_buf *b, const struct gk_sim_obj *o)
{
	gk_buf_puts(b, "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\","
		       "\"metadata\":");
	gk_json_print(b, gk_node_get(o->doc.root, "metadata"), GK_JSON_HTML);
	gk_buf_putc(b, '}');
}

void gk_sim_answer_object(struct gk_sim_kreq *k, int status, const struct gk_sim_obj *o)
{
	struct gk_sim_req *r = k->r;
	struct gk_sim_obj *one[1];

	r->status = status;
	r->content_type = "application/json";
	switch (k->as) {
	case GK_SIM_AS_OBJECT:
		gk_sim_print_object(&r->out, k, o, false);
		break;
	case GK_SIM_AS_METADATA:
		gk_sim_print_metadata(&r->out, o);
		break;
	case GK_SIM_AS_TABLE:
		one[0] = gk_sim_obj_ref((struct gk_sim_obj *)(uintptr_t)o);
		gk_sim_print_table(&r->out, k, one, 1, o->rv, GK_STR_NULL, true);
		gk_sim_obj_unref(one[0]);
		break;
	}
	gk_buf_putc(&r->out, '\n');
}
