#include "doc/json.h"
#include "tf/outputs.h"

static const char mask[] = "***";

int gk_tf_output_missing(const struct gk_tf_state *s, struct gk_str name, struct gk_err *err)
{
	const char **names = gk_xcalloc(s->outputs->count, sizeof *names), *near;
	size_t n = 0;

	gk_node_foreach (output, s->outputs)
		names[n++] = output->key;
	near = gk_str_nearest(name, names, n);
	gk_free(names);
	gk_fail(err, GK_ENOTFOUND, "tf.output-missing", "output \"%.*s\" is missing",
		GK_SARG(name));
	gk_err_at(err, (struct gk_pos){s->source, 0, 0});
	gk_note(err, "state serial %llu, written by Terraform %.*s; %u outputs",
		(unsigned long long)s->serial, GK_SARG(s->terraform_version), s->outputs->count);
	return near ? gk_help(err, "did you mean \"%s\"?", near) : -1;
}

static struct gk_node *described(struct gk_arena *a, const struct gk_tf_state *s,
	const struct gk_node *output, const struct gk_tf_select *sel, size_t *masked)
{
	const struct gk_node *value = gk_node_get(output, "value");
	bool sensitive = gk_tf_output_sensitive(output);
	bool hide = !sel->show_secrets && (sensitive || gk_tf_is_secret(s, value));
	struct gk_node *d = gk_node_new(a, GK_OBJECT);

	*masked += hide;
	gk_node_set_c(a, d, "sensitive", gk_node_bool(a, sensitive));
	gk_node_set_c(a, d, "type", gk_node_dup(a, gk_node_get(output, "type")));
	gk_node_set_c(a, d, "value", hide ? gk_node_string_c(a, mask) : gk_node_dup(a, value));
	return d;
}

int gk_tf_outputs(struct gk_arena *a, const struct gk_tf_state *s, const struct gk_tf_select *sel,
	struct gk_node **ret, size_t *ret_masked, struct gk_err *err)
{
	struct gk_node *all = gk_node_new(a, GK_OBJECT);

	*ret_masked = 0;
	for (size_t i = 0; i < sel->n; i++) {
		const struct gk_node *output = gk_node_get(s->outputs, sel->names[i]);

		if (!output)
			return gk_tf_output_missing(s, gk_str_c(sel->names[i]), err);
		gk_node_set_c(a, all, sel->names[i], described(a, s, output, sel, ret_masked));
	}
	if (!sel->n)
		gk_node_foreach (output, s->outputs)
			gk_node_set(a, all, gk_node_key(output),
				described(a, s, output, sel, ret_masked));
	gk_node_sort(all, NULL); /* objects of Terraform have no order of their own */
	*ret = all;
	return 0;
}

void gk_tf_value_print(struct gk_buf *b, const struct gk_node *value)
{
	struct gk_str scalar = gk_node_scalar(value);

	if (scalar.p)
		gk_buf_putstr(b, scalar);
	else
		gk_json_print(b, value, 0);
}

static void shell_name(struct gk_buf *b, struct gk_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool word =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		gk_buf_putc(b, word ? c : '_');
	}
}

static void shell_quoted(struct gk_buf *b, struct gk_str text)
{
	gk_buf_putc(b, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			gk_buf_puts(b, "'\\''");
		else
			gk_buf_putc(b, text.p[i]);
	}
	gk_buf_putc(b, '\'');
}

void gk_tf_outputs_env(struct gk_buf *b, const struct gk_node *outputs)
{
	gk_node_foreach (output, outputs) {
		GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

		gk_tf_value_print(&text, gk_node_get(output, "value"));
		shell_name(b, gk_node_key(output));
		gk_buf_putc(b, '=');
		shell_quoted(b, gk_buf_str(&text));
		gk_buf_putc(b, '\n');
	}
}

struct gk_node *gk_tf_outputs_values(struct gk_arena *a, const struct gk_node *outputs)
{
	struct gk_node *values = gk_node_new(a, GK_OBJECT);

	gk_node_foreach (output, outputs)
		gk_node_set(a, values, gk_node_key(output),
			gk_node_dup(a, gk_node_get(output, "value")));
	return values;
}

static bool masked(const struct gk_node *output)
{
	return gk_node_true(gk_node_get(output, "sensitive")) ||
	       gk_str_is(gk_node_text(gk_node_get(output, "value")), mask);
}

static void put_data(struct gk_arena *a, struct gk_node *data, const struct gk_node *output)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	gk_tf_value_print(&text, gk_node_get(output, "value"));
	gk_node_set(a, data, gk_node_key(output), gk_node_string(a, gk_buf_str(&text)));
}

struct gk_node *gk_tf_outputs_configmap(
	struct gk_arena *a, const struct gk_node *outputs, const char *name, const char *ns)
{
	struct gk_node *map = gk_node_new(a, GK_OBJECT), *metadata, *data;

	gk_node_set_str(a, map, "apiVersion", GK_STR("v1"));
	gk_node_set_str(a, map, "kind", GK_STR("ConfigMap"));
	metadata = gk_node_set_c(a, map, "metadata", gk_node_new(a, GK_OBJECT));
	gk_node_set_str(a, metadata, "name", gk_str_c(name));
	if (ns)
		gk_node_set_str(a, metadata, "namespace", gk_str_c(ns));
	gk_node_set_str(a, gk_node_need(a, metadata, "annotations", GK_OBJECT),
		"config.kubernetes.io/local-config", GK_STR("true"));
	data = gk_node_set_c(a, map, "data", gk_node_new(a, GK_OBJECT));
	gk_node_foreach (output, outputs)
		if (!masked(output))
			put_data(a, data, output);
	return map;
}
