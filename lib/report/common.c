/* Naming objects in reports. */
#include "report/common.h"

#include "base/text.h"

static const char *const forms[] = {"text", "json", "ndjson", "name"};

int gk_report_form_parse(const char *name, enum gk_report_form *ret, struct gk_err *err)
{
	const char *near;

	for (size_t i = 0; i < GK_COUNT(forms); i++)
		if (strcmp(name, forms[i]) == 0) {
			*ret = (enum gk_report_form)i;
			return 0;
		}
	gk_fail(err, GK_EUSAGE, "usage.output", "no output form is called '%s'", name);
	near = gk_str_nearest(gk_str_c(name), forms, GK_COUNT(forms));
	return near ? gk_help(err, "did you mean '%s'?", near)
		    : gk_help(err, "forms are text, json, ndjson and name");
}

void gk_report_put_object(struct gk_buf *b, const struct gk_ref *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(4096);

	gk_ref_api_version(&text, r);
	gk_buf_printf(&text, " %.*s ", GK_SARG(r->kind));
	if (r->ns.n)
		gk_buf_printf(&text, "%.*s/", GK_SARG(r->ns));
	gk_buf_putstr(&text, r->name);
	gk_text_escape(b, gk_buf_str(&text), false);
}

void gk_report_put_name(struct gk_buf *b, const struct gk_ref *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(4096);

	for (size_t i = 0; i < r->kind.n; i++) {
		char c = r->kind.p[i];

		gk_buf_putc(&text, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	if (r->group.n)
		gk_buf_printf(&text, ".%.*s", GK_SARG(r->group));
	gk_buf_printf(&text, "/%.*s", GK_SARG(r->name));
	gk_text_escape(b, gk_buf_str(&text), false);
}

void gk_report_set_ref(struct gk_arena *a, struct gk_node *record, const struct gk_ref *r)
{
	gk_node_set_str(a, record, "group", r->group);
	gk_node_set_str(a, record, "version", r->version);
	gk_node_set_str(a, record, "kind", r->kind);
	if (r->ns.n)
		gk_node_set_str(a, record, "namespace", r->ns);
	gk_node_set_str(a, record, "name", r->name);
}

void gk_report_set_text(
	struct gk_arena *a, struct gk_node *record, const char *key, const char *text)
{
	if (text && *text)
		gk_node_set_str(a, record, key, gk_str_c(text));
}

void gk_report_set_count(struct gk_arena *a, struct gk_node *record, const char *key, size_t n)
{
	gk_node_set_c(a, record, key, gk_node_int_new(a, (int64_t)n));
}
