/* as=Table: what `kubectl get` shows. */
#include "base/text.h"
#include "doc/json.h"
#include "sim/kube.h"
#include "sim/table.h"

static void put_column(struct gk_buf *b, struct gk_str name, struct gk_str type, bool wide)
{
	gk_buf_puts(b, ",{\"name\":");
	gk_text_json(b, name);
	gk_buf_printf(b, ",\"type\":\"%.*s\",\"format\":\"\",\"description\":\"\",\"priority\":%d}",
		GK_SARG(type), wide ? 1 : 0);
}

static bool own_column(const struct gk_sim_kreq *k, const struct gk_sim_column *c)
{
	return k->res->builtin && strcmp(c->kind, k->res->kind) == 0;
}

static void put_builtin_columns(struct gk_buf *b, const struct gk_sim_kreq *k)
{
	struct gk_buf name = GK_BUF_INIT(0);
	bool any = false;

	for (size_t i = 0; i < gk_sim_columns_count; i++) {
		const struct gk_sim_column *c = &gk_sim_columns[i];

		if (!own_column(k, c))
			continue;
		gk_buf_reset(&name);
		for (const char *p = c->name; *p; p++)
			gk_buf_putc(&name, *p == '_' ? ' ' : *p);
		put_column(b, gk_buf_str(&name),
			strcmp(c->type, "integer") ? GK_STR("string") : GK_STR("integer"), c->wide);
		any = true;
	}
	if (!any)
		put_column(b, GK_STR("Age"), GK_STR("string"), false);
	gk_buf_done(&name);
}

static bool is_wide(const struct gk_node *column)
{
	int64_t priority = 0;

	(void)gk_node_int(gk_node_get(column, "priority"), &priority);
	return priority > 0;
}

static void put_columns(struct gk_buf *b, const struct gk_sim_kreq *k)
{
	gk_buf_puts(b, ",\"columnDefinitions\":[{\"name\":\"Name\",\"type\":\"string\","
		       "\"format\":\"name\",\"description\":\"\",\"priority\":0}");
	if (k->version->columns)
		gk_node_foreach (c, k->version->columns)
			put_column(b, gk_node_text(gk_node_get(c, "name")),
				gk_node_text(gk_node_get(c, "type")), is_wide(c));
	else
		put_builtin_columns(b, k);
	gk_buf_putc(b, ']');
}

static const struct gk_sim_column age_column = {"", "Age", "date", false, "=age"};

static void put_custom_cell(
	struct gk_buf *b, const struct gk_node *column, const struct gk_node *root)
{
	struct gk_str type = gk_node_text(gk_node_get(column, "type"));
	const struct gk_node *n =
		gk_sim_json_path(root, gk_node_text(gk_node_get(column, "jsonPath")));

	if (!n)
		gk_buf_puts(b, "null");
	else if (gk_str_is(type, "date")) {
		gk_buf_putc(b, '"');
		gk_sim_put_age(b, gk_node_text(n));
		gk_buf_putc(b, '"');
	} else if (gk_str_is(type, "string"))
		gk_text_json(b, gk_node_scalar(n));
	else
		gk_json_print(b, n, 0);
}

static void put_cells(struct gk_buf *b, const struct gk_sim_kreq *k, const struct gk_node *root)
{
	bool any = false;

	gk_text_json(b, gk_sim_obj_name(root));
	if (k->version->columns) {
		gk_node_foreach (c, k->version->columns) {
			gk_buf_putc(b, ',');
			put_custom_cell(b, c, root);
		}
		return;
	}
	for (size_t i = 0; i < gk_sim_columns_count; i++)
		if (own_column(k, &gk_sim_columns[i])) {
			gk_buf_putc(b, ',');
			gk_sim_cell(b, &gk_sim_columns[i], root);
			any = true;
		}
	if (!any) {
		gk_buf_putc(b, ',');
		gk_sim_cell(b, &age_column, root);
	}
}

static void put_row(struct gk_buf *b, const struct gk_sim_kreq *k, const struct gk_sim_obj *o)
{
	struct gk_str include = gk_sim_param(k->r, "includeObject");

	gk_buf_puts(b, "{\"cells\":[");
	put_cells(b, k, o->doc.root);
	gk_buf_puts(b, "],\"object\":");
	if (gk_str_is(include, "Object"))
		gk_sim_print_object(b, k, o, false);
	else if (gk_str_is(include, "None"))
		gk_buf_puts(b, "null");
	else
		gk_sim_print_metadata(b, o);
	gk_buf_putc(b, '}');
}

void gk_sim_print_table(struct gk_buf *b, const struct gk_sim_kreq *k,
	struct gk_sim_obj *const *objs, size_t n, uint64_t rv, struct gk_str token, bool columns)
{
	gk_buf_printf(b,
		"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{"
		"\"resourceVersion\":\"%llu\"",
		(unsigned long long)rv);
	if (token.n)
		gk_buf_printf(b, ",\"continue\":\"%.*s\"", GK_SARG(token));
	gk_buf_putc(b, '}');
	if (columns)
		put_columns(b, k);
	else
		gk_buf_puts(b, ",\"columnDefinitions\":null");
	gk_buf_puts(b, ",\"rows\":[");
	for (size_t i = 0; i < n; i++) {
		gk_buf_puts(b, i ? "," : "");
		put_row(b, k, objs[i]);
	}
	gk_buf_puts(b, "]}");
}
