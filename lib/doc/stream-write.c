#include "doc/stream-set.h"
#include "doc/yaml.h"

enum { YAML_MAX = 32 << 20 };

static const char *const form_names[] = {
	[GK_STREAM_LIST] = "json",
	[GK_STREAM_NDJSON] = "ndjson",
	[GK_STREAM_YAML] = "yaml",
	[GK_STREAM_KRM] = "krm",
	[GK_STREAM_NAME] = "name",
};

int gk_stream_form_parse(const char *name, enum gk_stream_form *ret, struct gk_err *err)
{
	const char *near;

	for (size_t i = 0; i < GK_COUNT(form_names); i++)
		if (strcmp(name, form_names[i]) == 0) {
			*ret = (enum gk_stream_form)i;
			return 0;
		}
	gk_fail(err, GK_EUSAGE, "usage.output", "no output form is called '%s'", name);
	near = gk_str_nearest(gk_str_c(name), form_names, GK_COUNT(form_names));
	return near ? gk_help(err, "did you mean '%s'?", near)
		    : gk_help(err, "the forms are json, ndjson, yaml, krm and name");
}

/* The objects one a line, commas between them where there are any; the digest may be NULL. */
static void put_lines(struct gk_out *out, const struct gk_set *s, const char *separator,
	unsigned flags, struct gk_stream_digest *d)
{
	GK_AUTO(gk_buf_done) struct gk_buf line = GK_BUF_INIT(0);

	for (size_t i = 0; i < s->n; i++) {
		gk_buf_reset(&line);
		gk_json_print(&line, s->items[i].object, flags);
		if (d)
			gk_stream__digest_line(d, gk_buf_str(&line));
		gk_buf_puts(&line, i + 1 < s->n ? separator : "\n");
		gk_out_put(out, gk_buf_str(&line));
	}
}

/* The closing line: members of the List after its items. */
static void put_trailer(struct gk_out *out, size_t count, struct gk_stream_digest *d,
	const char *tool, const struct gk_node *source)
{
	GK_AUTO(gk_buf_done) struct gk_buf line = GK_BUF_INIT(0);
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *gk = gk_node_new(&a, GK_OBJECT);
	char hex[2 * GK_SHA256_LEN + 1];

	gk_stream__digest_end(d, hex);
	(void)gk_node_set_str(&a, gk, "format", GK_STR(GK_STREAM_FORMAT));
	(void)gk_node_set_str(&a, gk, "tool", gk_str_c(tool));
	(void)gk_node_set_c(&a, gk, "count", gk_node_int_new(&a, (int64_t)count));
	(void)gk_node_set_str(&a, gk, "sha256", gk_str_c(hex));
	if (source)
		(void)gk_node_set_c(&a, gk, "source", gk_node_dup(&a, source));
	gk_json_print(&line, gk, GK_STREAM_JSON);
	gk_out_puts(out, "],\"gk\":");
	gk_out_put(out, gk_buf_str(&line));
	gk_out_puts(out, "}\n");
	gk_arena_done(&a);
}

static void put_list(
	struct gk_out *out, const struct gk_set *s, const char *tool, const struct gk_node *source)
{
	struct gk_stream_digest d;

	gk_stream__digest_init(&d);
	gk_out_puts(out, "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{},\"items\":[\n");
	put_lines(out, s, ",\n", GK_STREAM_JSON, &d);
	put_trailer(out, s->n, &d, tool, source);
}

/* The members of the ResourceList that was read, but for items, which follow at the end. */
static void put_resource_list(struct gk_out *out, const struct gk_set *s)
{
	GK_AUTO(gk_buf_done) struct gk_buf head = GK_BUF_INIT(0);

	gk_out_puts(out, "{\"apiVersion\":\"config.kubernetes.io/v1\",\"kind\":\"ResourceList\"");
	gk_node_foreach (member, s->krm) {
		struct gk_str key = gk_node_key(member);

		if (!gk_str_is(key, "functionConfig") && !gk_str_is(key, "results"))
			continue;
		gk_buf_reset(&head);
		gk_buf_printf(&head, ",\"%.*s\":", GK_SARG(key));
		gk_json_print(&head, member, GK_STREAM_JSON);
		gk_out_put(out, gk_buf_str(&head));
	}
	gk_out_puts(out, ",\"items\":[\n");
	put_lines(out, s, ",\n", GK_STREAM_JSON, NULL);
	gk_out_puts(out, "]}\n");
}

/*
 * What deep nesting makes of a small input by indentation alone: as large as the objects are
 * in memory, which no other text comes near.
 */
static size_t yaml_max(const struct gk_set *s)
{
	return s->arena.used > YAML_MAX ? s->arena.used : YAML_MAX;
}

/* All or nothing: what YAML cannot carry is found before the first byte is written. */
static int put_yaml(struct gk_out *out, const struct gk_set *s, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(yaml_max(s));

	for (size_t i = 0; i < s->n && !text.over; i++) {
		const struct gk_item *item = &s->items[i];

		if (i)
			gk_buf_puts(&text, "---\n");
		if (gk_yaml_print(&text, item->object, err)) {
			gk_ctx(err, "cannot print %.*s '%.*s'", GK_SARG(item->ref.kind),
				GK_SARG(item->ref.name));
			return gk_err_at(err, gk_node_pos(item->object, item->source));
		}
	}
	if (gk_buf_finish(&text, "the output", err))
		return gk_help(err, "-o json indents nothing");
	gk_out_put(out, gk_buf_str(&text));
	return 0;
}

/* deployment.apps/web, as kubectl -o name has it. */
static void put_names(struct gk_out *out, const struct gk_set *s)
{
	GK_AUTO(gk_buf_done) struct gk_buf line = GK_BUF_INIT(0);

	for (size_t i = 0; i < s->n; i++) {
		const struct gk_ref *r = &s->items[i].ref;

		gk_buf_reset(&line);
		gk_buf_putstr(&line, r->kind);
		for (size_t k = 0; k < line.n; k++)
			if (line.p[k] >= 'A' && line.p[k] <= 'Z')
				line.p[k] = (char)(line.p[k] | 0x20);
		if (r->group.n)
			gk_buf_printf(&line, ".%.*s", GK_SARG(r->group));
		gk_buf_printf(&line, "/%.*s\n", GK_SARG(r->name));
		gk_out_put(out, gk_buf_str(&line));
	}
}

int gk_stream_write(struct gk_out *out, enum gk_stream_form form, const struct gk_set *s,
	const char *tool, const struct gk_node *source, struct gk_err *err)
{
	if (form == GK_STREAM_LIST && s->resource_list)
		form = GK_STREAM_KRM;
	switch (form) {
	case GK_STREAM_LIST:
		put_list(out, s, tool, source);
		return 0;
	case GK_STREAM_NDJSON:
		put_lines(out, s, "\n", GK_STREAM_JSON, NULL);
		return 0;
	case GK_STREAM_YAML:
		return put_yaml(out, s, err);
	case GK_STREAM_KRM:
		put_resource_list(out, s);
		return 0;
	case GK_STREAM_NAME:
		put_names(out, s);
		return 0;
	}
	return 0;
}
