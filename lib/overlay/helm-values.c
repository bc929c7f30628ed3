/*
 * The values that helm gets: the chart's own, or the file that takes their place, as it is;
 * with valuesInline the two are merged, or the latter are all there is.
 */
#include "doc/yaml.h"
#include "overlay/helm.h"
#include "overlay/merge.h"
#include "overlay/value.h"

int gk_helm_read(const struct gk_helm *h, const char *path, const struct gk_node *at,
	struct gk_str *ret, const char **ret_shown)
{
	const struct gk_plugin *p = h->p;
	struct gk_frame root = *p->f;
	size_t n = strlen(p->f->dir);

	root.dir = "";
	if (gk_loader_within(p->f->dir, path) && path[n])
		return gk_build_read(
			p->b, p->f, gk_str_c(path + n + (n > 0)), at, ret, ret_shown, p->err);
	if (p->b->opt->load_anywhere)
		return gk_build_read(p->b, &root, gk_str_c(path), at, ret, ret_shown, p->err);
	(void)gk_fail(p->err, GK_EINPUT, "render.outside-kustomization", "'%s' is not below '%s'",
		gk_build_shown(p->b, p->f->ldr, path), gk_build_shown(p->b, p->f->ldr, p->f->dir));
	return gk_err_at(p->err, gk_node_pos(at, p->config->file));
}

static int read_values(const struct gk_helm *h, struct gk_str *ret, const char **ret_shown)
{
	struct gk_arena *a = h->p->b->a;
	struct gk_str file = gk_node_text(h->c->values_file);
	const char *path;

	if (file.n == 0) {
		path = gk_arena_printf(a, "%s/values.yaml", h->name);
		return gk_helm_read(
			h, gk_loader_join(a, h->home, gk_str_c(path)), h->c->name, ret, ret_shown);
	}
	path = gk_helm_below_root(h, file);
	if (!path)
		return gk_helm_fail_outside(h, h->c->values_file, file);
	return gk_helm_read(h, path, h->c->values_file, ret, ret_shown);
}

/* Values keep their types, not the quotes of what they replace. */
static void plain_strings(struct gk_node *n)
{
	if (n->type == GK_STRING)
		gk_value_plain(n);
	gk_node_foreach (child, n)
		plain_strings(child);
}

/* The values of the chart and those of the kustomization; override: the latter win. */
static int merge_values(const struct gk_helm *h, struct gk_node *own, struct gk_node **ret)
{
	const struct gk_plugin *p = h->p;
	struct gk_yaml_options opt = {.profile = GK_YAML_K, .first_only = true, .lim = p->b->lim};
	bool chart_wins = gk_str_is(gk_node_text(h->c->merge), "merge");
	struct gk_node *chart = NULL, *dest;
	const char *shown = NULL;
	struct gk_str text = GK_STR_NULL;

	if (read_values(h, &text, &shown) ||
		gk_build_parse_one(p->b, shown, text, &opt, &chart, p->err))
		return -1;
	if (!chart)
		chart = gk_node_new(p->b->a, GK_OBJECT);
	dest = chart_wins ? own : chart;
	plain_strings(dest);
	if (gk_merge(p->b->a, &p->b->schema, &dest, chart_wins ? chart : own, NULL, p->err)) {
		(void)gk_err_at(p->err, gk_node_pos(h->c->inline_values, p->config->file));
		return gk_ctx(p->err, "cannot merge the values of chart '%s'", h->name);
	}
	*ret = dest ? dest : gk_node_new(p->b->a, GK_OBJECT);
	return 0;
}

static int make_values(const struct gk_helm *h, struct gk_buf *out)
{
	struct gk_arena *a = h->p->b->a;
	struct gk_str text = GK_STR_NULL;
	struct gk_node *own;
	const char *shown;

	if (!h->c->inline_values || h->c->inline_values->count == 0) {
		if (read_values(h, &text, &shown))
			return -1;
		gk_buf_putstr(out, text);
		return 0;
	}
	own = gk_node_dup(a, h->c->inline_values);
	gk_value_through_json(a, own);
	if (!gk_str_is(gk_node_text(h->c->merge), "replace") && merge_values(h, own, &own))
		return -1;
	gk_value_print(a, own);
	return gk_yaml_print(out, own, h->p->err);
}

int gk_helm_write_values(const struct gk_helm *h, const char **ret_path)
{
	struct gk_runner *runner = h->p->b->opt->runner;
	const char *name = gk_arena_printf(h->p->b->a, "%s-kustomize-values.yaml", h->name);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	if (make_values(h, &text))
		return -1;
	return runner->scratch_file(
		runner, name, gk_buf_str(&text), h->p->b->a, ret_path, h->p->err);
}
