/* The Helm charts of a kustomization, and what becomes of their objects. */
#include "base/vec.h"
#include "overlay/generate.h"
#include "overlay/helm.h"
#include "overlay/marks.h"
#include "overlay/meta.h"
#include "overlay/plugin.h"
#include "overlay/step.h"

#define MADE "kustomize.config.k8s.io/helm-generated"

bool gk_helm_made(const struct gk_res *r)
{
	return gk_str_is(gk_annotation(r->object, MADE), "true");
}

/* Where helm keeps its things: nowhere, or where the tree says, but for programs. */
static int find_config(struct gk_helm *h)
{
	struct gk_runner *runner = h->p->b->opt->runner;
	const struct gk_plugins *allowed = h->p->b->opt->plugins;
	const char *scratch;

	if (runner->scratch_dir(runner, &scratch, h->p->err))
		return -1;
	if (gk_node_text(h->g->config_home).n == 0) {
		h->config = gk_arena_printf(h->p->b->a, "%s/helm", scratch);
		return 0;
	}
	h->config = gk_helm_text(h, h->g->config_home);
	if (!allowed->exec && !allowed->helm_plugins)
		h->plugins = gk_arena_printf(h->p->b->a, "%s/none", scratch);
	return 0;
}

static int set_up(struct gk_helm *h)
{
	h->name = gk_helm_text(h, h->c->name);
	return gk_helm_check(h) || gk_helm_find_home(h) || find_config(h) ? -1 : 0;
}

static int check_allowed(const struct gk_plugin *p)
{
	if (p->f->ldr->commit) {
		(void)gk_fail(p->err, GK_EINPUT, "render.helm",
			"a Helm chart needs helm, which is not started for a repository");
		return gk_res_at(p->config, p->err);
	}
	if (p->b->opt->plugins && p->b->opt->plugins->helm)
		return 0;
	(void)gk_fail(p->err, GK_EINPUT, "render.helm",
		"a Helm chart needs helm, which may not be started");
	(void)gk_res_at(p->config, p->err);
	return gk_help(p->err, "if you trust this tree: --enable-helm");
}

static int make(struct gk_helm *h, struct gk_res_list *ret)
{
	const struct gk_plugin *p = h->p;
	struct gk_str out = GK_STR_NULL;
	int rc;

	if (check_allowed(p))
		return -1;
	rc = set_up(h) || gk_helm_run(h, &out) ? -1 : 0;
	p->b->opt->runner->sweep(p->b->opt->runner);
	if (rc || gk_read_resources(p->b, gk_arena_printf(p->b->a, "output of chart %s", h->name),
			  out, ret, p->err))
		return -1;
	for (size_t i = 0; i < ret->n; i++)
		gk_annotation_set(p->b->a, ret->v[i]->object, MADE, GK_STR("true"));
	return 0;
}

int gk_helm_generate(const struct gk_plugin *p, struct gk_res_list *ret)
{
	struct gk_dec_struct globals = gk_kust_helm_globals_struct, chart = gk_kust_chart_struct;
	struct gk_kust_helm_globals g = {0};
	struct gk_kust_chart c = {0};
	struct gk_helm h = {.p = p, .c = &c, .g = &g};

	globals.open = chart.open = true;
	if (gk_decode(p->b->a, &globals, p->config->object, p->config->file, p->b->diags, &g) ||
		gk_decode(p->b->a, &chart, p->config->object, p->config->file, p->b->diags, &c))
		return -1;
	h.ns = gk_node_text(c.ns);
	return make(&h, ret);
}

/* The namespace of this kustomization, or of the nearest above it that has one. */
static struct gk_str inherited_ns(const struct gk_frame *f)
{
	struct gk_str ns = GK_STR_NULL;

	for (; f && ns.n == 0; f = f->up)
		if (f->kust)
			ns = gk_node_text(f->kust->ns);
	return ns;
}

static int absorb_all(struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc,
	const struct gk_kust_chart *c, const struct gk_res_list *made, struct gk_err *err)
{
	struct gk_step s = {.kind = GK_STEP_GENERATOR,
		.transformer = "HelmChartInflationGenerator",
		.field = "helmCharts",
		.file = f->kust->file,
		.at = c->node};

	for (size_t i = 0; i < made->n; i++) {
		gk_meta_generated(b, f, made->v[i], "HelmChartInflationGenerator");
		if (gk_absorb(b, &acc->map, made->v[i], err))
			return -1;
		gk_step_made(b, &acc->map, made->v[i], &s);
	}
	return 0;
}

static int add_chart(struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc,
	const struct gk_kust_chart *c, const struct gk_kust_helm_globals *g, struct gk_err *err)
{
	/* No object configures it: the entry stands in for one, as the place of messages. */
	const struct gk_node *at = c->node ? c->node : f->kust->node;
	struct gk_res entry = {.object = (struct gk_node *)(uintptr_t)at, .file = f->kust->file};
	struct gk_plugin p = {b, f, &acc->map, &entry, err};
	struct gk_helm h = {.p = &p, .c = c, .g = g, .ns = gk_node_text(c->ns)};
	struct gk_res_list made = {0};
	int rc;

	if (h.ns.n == 0)
		h.ns = inherited_ns(f);
	rc = make(&h, &made) || absorb_all(b, f, acc, c, &made, err) ? -1 : 0;
	gk_vec_done(&made);
	return rc;
}

static struct gk_kust_chart modern(const struct gk_kust_old_chart *old)
{
	return (struct gk_kust_chart){.node = old->node,
		.name = old->name,
		.version = old->version,
		.repo = old->repo,
		.values_file = old->values_file,
		.inline_values = old->inline_values,
		.merge = old->merge,
		.release = old->release};
}

/* Where helmGlobals are missing: the last that the old charts name. */
static void old_globals(const struct gk_kust *k, struct gk_kust_helm_globals *ret)
{
	gk_dec_foreach (struct gk_kust_old_chart, old, &k->helm_old) {
		if (gk_node_text(old->chart_home).n)
			ret->chart_home = old->chart_home;
		if (gk_node_text(old->config_home).n)
			ret->config_home = old->config_home;
	}
}

int gk_helm_charts(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	const struct gk_kust *k = f->kust;
	struct gk_kust_helm_globals old = {0};
	const struct gk_kust_helm_globals *g = k->helm_globals;

	if (!g) {
		old_globals(k, &old);
		g = &old;
	}
	gk_dec_foreach (struct gk_kust_chart, c, &k->helm_charts)
		if (add_chart(b, f, acc, c, g, err))
			return -1;
	gk_dec_foreach (struct gk_kust_old_chart, o, &k->helm_old) {
		struct gk_kust_chart c = modern(o);

		if (add_chart(b, f, acc, &c, g, err))
			return -1;
	}
	return 0;
}
