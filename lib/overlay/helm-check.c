/* What a tree may ask of helm. */
#include "overlay/helm.h"

const char *gk_helm_text(const struct gk_helm *h, const struct gk_node *n)
{
	struct gk_str s = gk_node_text(n);

	return gk_arena_memdup0(h->p->b->a, s.p ? s.p : "", s.n);
}

const char *gk_helm_absolute(const struct gk_helm *h, const char *path)
{
	return gk_arena_printf(h->p->b->a, "%s%s%s", h->p->f->ldr->real, *path ? "/" : "", path);
}

int gk_helm_fail(const struct gk_helm *h, const struct gk_node *at, const char *text)
{
	(void)gk_fail(h->p->err, GK_EINPUT, "render.chart", "%s", text);
	return gk_err_at(
		h->p->err, gk_node_pos(at ? at : h->p->config->object, h->p->config->file));
}

int gk_helm_fail_outside(const struct gk_helm *h, const struct gk_node *at, struct gk_str path)
{
	(void)gk_fail(h->p->err, GK_EINPUT, "render.path-escape",
		"path '%.*s' leaves the render root", GK_SARG(path));
	(void)gk_err_at(h->p->err, gk_node_pos(at ? at : h->p->config->object, h->p->config->file));
	return gk_help(h->p->err, "give --root with a directory that holds both");
}

const char *gk_helm_below_root(const struct gk_helm *h, struct gk_str path)
{
	struct gk_str root = gk_str_c(h->p->f->ldr->real), rest;

	if (!gk_str_starts(path, GK_STR("/")))
		return gk_loader_join(h->p->b->a, h->p->f->dir, path);
	if (gk_str_is(root, "/"))
		root.n = 0;
	if (!gk_str_starts(path, root))
		return NULL;
	rest = gk_str_from(path, root.n);
	if (rest.n == 0)
		return "";
	return rest.p[0] == '/' ? gk_loader_join(h->p->b->a, "", gk_str_from(rest, 1)) : NULL;
}

/* charts, or charts/NAME-VERSION for one that is pulled. */
int gk_helm_find_home(struct gk_helm *h)
{
	const struct gk_node *at = h->g->chart_home;
	struct gk_str home = gk_node_text(at);
	const char *dir;

	if (!*h->p->f->ldr->real)
		return gk_helm_fail(h, NULL, "helm cannot read a chart that is in no directory");
	if (home.n == 0)
		home = GK_STR("charts");
	dir = gk_helm_below_root(h, home);
	if (dir && gk_node_text(h->c->version).n && gk_node_text(h->c->repo).n) {
		at = h->c->version;
		home = gk_str_c(gk_arena_printf(
			h->p->b->a, "%s-%s", h->name, gk_helm_text(h, h->c->version)));
		dir = gk_loader_join(h->p->b->a, dir, home);
	}
	if (!dir)
		return gk_helm_fail_outside(h, at, home);
	h->home = dir;
	return 0;
}

static int check_name(const struct gk_helm *h)
{
	struct gk_str name = gk_node_text(h->c->name);

	if (name.n == 0)
		return gk_helm_fail(h, h->c->name, "a chart needs a 'name'");
	if (memchr(name.p, '/', name.n) || gk_str_is(name, ".."))
		return gk_helm_fail(h, h->c->name, "a chart's 'name' must be that of a directory");
	return 0;
}

/* Words that stand alone: nothing before them says that they are values. */
static int check_no_option(const struct gk_helm *h, const struct gk_node *word)
{
	if (!gk_str_starts(gk_node_text(word), GK_STR("-")))
		return 0;
	(void)gk_helm_fail(h, word, "helm would take a word that begins with '-' for an option");
	return gk_help(h->p->err, "give 'name' and 'releaseName' that begin otherwise");
}

/* What a program is given ends at a NUL, and what is checked would not be what it gets. */
static int check_no_nul(const struct gk_helm *h, const struct gk_node *word)
{
	struct gk_str text = gk_node_text(word);

	if (text.n && memchr(text.p, '\0', text.n))
		return gk_helm_fail(h, word, "a word for helm cannot hold a NUL");
	return 0;
}

static int check_nuls(const struct gk_helm *h)
{
	const struct gk_kust_chart *c = h->c;
	const struct gk_node *word[] = {c->name, c->version, c->repo, c->release, c->ns,
		c->values_file, c->kube_version, c->name_template, h->g->chart_home,
		h->g->config_home};

	for (size_t i = 0; i < GK_COUNT(word); i++)
		if (check_no_nul(h, word[i]))
			return -1;
	gk_node_foreach (entry, c->api_versions)
		if (check_no_nul(h, entry))
			return -1;
	gk_node_foreach (entry, c->more_values)
		if (check_no_nul(h, entry))
			return -1;
	return 0;
}

static int check_values(const struct gk_helm *h)
{
	struct gk_str merge = gk_node_text(h->c->merge);

	if (merge.n && !gk_str_is(merge, "merge") && !gk_str_is(merge, "override") &&
		!gk_str_is(merge, "replace"))
		return gk_helm_fail(
			h, h->c->merge, "'valuesMerge' must be merge, override or replace");
	if (h->c->inline_values && h->c->inline_values->type != GK_OBJECT)
		return gk_helm_fail(h, h->c->inline_values, "'valuesInline' must be a map");
	return 0;
}

int gk_helm_check(const struct gk_helm *h)
{
	return check_name(h) || check_no_option(h, h->c->name) ||
			       check_no_option(h, h->c->release) || check_nuls(h) || check_values(h)
		       ? -1
		       : 0;
}
