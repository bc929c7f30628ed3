/* Rendering differences. */
#include "report/diff.h"

#include "base/text.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "report/udiff.h"

static const char *const op_names[] = {"none", "add", "change", "remove"};

/* ---- text ---- */

/* "live/apps/Deployment/prod/web" */
static const char *label(struct gk_arena *a, const char *side, const struct gk_ref *r)
{
	return gk_arena_printf(a, "%s/%.*s%s%.*s/%.*s%s%.*s", side, GK_SARG(r->group),
		r->group.n ? "/" : "", GK_SARG(r->kind), GK_SARG(r->ns), r->ns.n ? "/" : "",
		GK_SARG(r->name));
}

static void put_value(struct gk_buf *b, const struct gk_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf json = GK_BUF_INIT(1 << 20);
	struct gk_str text;

	if (!n) {
		gk_buf_puts(b, "(absent)");
		return;
	}
	gk_json_print(&json, n, 0);
	text = gk_buf_str(&json);
	if (text.n > 80)
		text.n = 77;
	gk_text_escape(b, text, false);
	if (json.n > 80)
		gk_buf_puts(b, "...");
}

/* "# .spec.replicas: 7, set by kubectl (Update) 2026-05-02T10:11:12Z" */
static void put_blame(struct gk_buf *b, const struct gk_diff_field *f)
{
	gk_buf_puts(b, "# ");
	gk_text_escape(b, gk_str_c(f->path), false);
	gk_buf_puts(b, ": ");
	put_value(b, f->live);
	if (f->manager.n) {
		gk_buf_puts(b, ", set by ");
		gk_text_escape(b, f->manager, false);
		gk_buf_printf(b, " (%.*s%s%.*s)%s%.*s", GK_SARG(f->operation),
			f->subresource.n ? ", " : "", GK_SARG(f->subresource), f->time.n ? " " : "",
			GK_SARG(f->time));
	}
	gk_buf_putc(b, '\n');
}

static int yaml_of(struct gk_buf *b, const struct gk_node *n, struct gk_err *err)
{
	return n ? gk_yaml_print(b, n, err) : 0;
}

static int put_text(struct gk_diff_report *r, const struct gk_diff_item *it, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf live = GK_BUF_INIT(64 << 20);
	GK_AUTO(gk_buf_done) struct gk_buf wanted = GK_BUF_INIT(64 << 20);
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(256 << 20);
	struct gk_udiff opt = {.old_label = label(&r->arena, "live", &it->ref),
		.new_label = label(&r->arena, "git", &it->ref),
		.context = 3,
		.colour = r->colour};

	if (yaml_of(&live, it->live, err) || yaml_of(&wanted, it->wanted, err))
		return gk_ctx(err, "%s", gk_ref_text(&r->arena, &it->ref));
	for (size_t i = 0; i < it->nfields; i++)
		if (r->blame || it->field[i].manager.n)
			put_blame(&out, &it->field[i]);
	if (it->note) {
		gk_buf_puts(&out, "# ");
		gk_text_escape(&out, gk_str_c(it->note), false);
		gk_buf_putc(&out, '\n');
	}
	(void)gk_udiff(&out, gk_buf_str(&live), gk_buf_str(&wanted), &opt);
	gk_out_put(r->out, gk_buf_str(&out));
	return 0;
}

/* ---- records ---- */

static struct gk_node *field_record(struct gk_arena *a, const struct gk_diff_field *f)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);

	gk_report_set_text(a, n, "path", f->pointer);
	gk_report_set_text(a, n, "op", f->op);
	if (f->live)
		gk_node_set_c(a, n, "live", gk_node_dup(a, f->live));
	if (f->desired)
		gk_node_set_c(a, n, "desired", gk_node_dup(a, f->desired));
	if (f->manager.n) {
		gk_node_set_str(a, n, "manager", f->manager);
		gk_node_set_str(a, n, "managerOperation", f->operation);
		gk_node_set_str(a, n, "managerTime", f->time);
	}
	return n;
}

static struct gk_node *item_record(struct gk_arena *a, const struct gk_diff_item *it)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT), *fields, *source;

	gk_report_set_text(a, n, "op", op_names[it->op]);
	gk_report_set_ref(a, gk_node_need(a, n, "ref", GK_OBJECT), &it->ref);
	gk_node_set_c(a, n, "drift", gk_node_bool(a, it->drift));
	if (it->unmanaged)
		gk_node_set_c(a, n, "unmanaged", gk_node_bool(a, true));
	gk_report_set_text(a, n, "note", it->note);
	if (it->pos.file && it->pos.line) {
		source = gk_node_need(a, n, "source", GK_OBJECT);
		gk_report_set_text(a, source, "file", it->pos.file);
		gk_report_set_count(a, source, "line", it->pos.line);
	}
	fields = gk_node_need(a, n, "fields", GK_ARRAY);
	for (size_t i = 0; i < it->nfields; i++)
		gk_node_append(fields, field_record(a, &it->field[i]));
	return n;
}

static struct gk_node *totals_record(struct gk_arena *a, const struct gk_diff_totals *t)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);

	gk_report_set_count(a, n, "add", t->add);
	gk_report_set_count(a, n, "change", t->change);
	gk_report_set_count(a, n, "destroy", t->destroy);
	gk_report_set_count(a, n, "unchanged", t->unchanged);
	gk_report_set_count(a, n, "drifted", t->drifted);
	return n;
}

static void put_line(struct gk_diff_report *r, const struct gk_node *record)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(64 << 20);

	gk_json_print(&b, record, 0);
	gk_buf_putc(&b, '\n');
	gk_out_put(r->out, gk_buf_str(&b));
}

/* ---- items ---- */

static void count(struct gk_diff_totals *t, const struct gk_diff_item *it)
{
	size_t *const place[] = {&t->unchanged, &t->add, &t->change, &t->destroy};

	(*place[it->op])++;
	t->drifted += it->drift;
}

int gk_diff_report_item(struct gk_diff_report *r, const struct gk_diff_item *it, struct gk_err *err)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf name = GK_BUF_INIT(4096);
	struct gk_node *record;

	count(&r->totals, it);
	if (it->op == GK_DIFF_NONE)
		return 0;
	switch (r->form) {
	case GK_REPORT_TEXT:
		return put_text(r, it, err);
	case GK_REPORT_NAME:
		gk_report_put_name(&name, &it->ref);
		gk_buf_putc(&name, '\n');
		gk_out_put(r->out, gk_buf_str(&name));
		return 0;
	case GK_REPORT_JSON:
		if (!r->items)
			r->items = gk_node_new(&r->arena, GK_ARRAY);
		gk_node_append(r->items, item_record(&r->arena, it));
		return 0;
	case GK_REPORT_NDJSON:
		record = item_record(&scratch, it);
		gk_node_set_str(&scratch, record, "type", GK_STR("diff"));
		put_line(r, record);
		gk_arena_done(&scratch);
		return 0;
	}
	return 0;
}

/* ---- the end ---- */

static void end_text(struct gk_diff_report *r)
{
	const struct gk_diff_totals *t = &r->totals;

	if (gk_diff_report_differs(r))
		gk_out_printf(r->out,
			"Plan: %zu to add, %zu to change, %zu to destroy. %zu unchanged, %zu drifted.\n",
			t->add, t->change, t->destroy, t->unchanged, t->drifted);
}

static void end_json(struct gk_diff_report *r)
{
	struct gk_arena *a = &r->arena;
	struct gk_node *doc = gk_node_new(a, GK_OBJECT);
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(256 << 20);

	gk_report_set_text(a, doc, "apiVersion", "gk/v1");
	gk_report_set_text(a, doc, "kind", "Diff");
	gk_report_set_text(a, doc, "tool", r->program);
	gk_node_set_c(a, doc, "items", r->items ? r->items : gk_node_new(a, GK_ARRAY));
	gk_node_set_c(a, doc, "summary", totals_record(a, &r->totals));
	gk_json_print(&b, doc, GK_JSON_PRETTY);
	gk_out_put(r->out, gk_buf_str(&b));
}

static void end_ndjson(struct gk_diff_report *r, int exit_code)
{
	struct gk_arena *a = &r->arena;
	struct gk_node *end = gk_node_new(a, GK_OBJECT);

	gk_report_set_text(a, end, "type", "end");
	gk_report_set_count(a, end, "exitCode", (size_t)exit_code);
	gk_node_set_c(a, end, "ok", gk_node_bool(a, exit_code <= 1));
	gk_node_set_c(a, end, "summary", totals_record(a, &r->totals));
	put_line(r, end);
}

void gk_diff_report_end(struct gk_diff_report *r, int exit_code)
{
	switch (r->form) {
	case GK_REPORT_TEXT:
		end_text(r);
		break;
	case GK_REPORT_JSON:
		end_json(r);
		break;
	case GK_REPORT_NDJSON:
		end_ndjson(r, exit_code);
		break;
	case GK_REPORT_NAME:
		break;
	}
}

void gk_diff_report_done(struct gk_diff_report *r)
{
	gk_arena_done(&r->arena);
}

void gk_diff_report_none(const struct gk_diff_report *r, struct gk_buf *b)
{
	gk_buf_printf(b, "No changes. %zu object%s match%s.\n", r->totals.unchanged,
		r->totals.unchanged == 1 ? "" : "s", r->totals.unchanged == 1 ? "es" : "");
}

bool gk_diff_report_differs(const struct gk_diff_report *r)
{
	return r->totals.add || r->totals.change || r->totals.destroy;
}
