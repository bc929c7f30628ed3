/*
 * helm, as kustomize v5.8.1 runs it:
 *
 *	helm version --short			3 or 4
 *	helm pull --untar ...			when the chart is not below the chart home
 *	helm template RELEASE CHART ... -f VALUES
 *
 * A word of the tree that follows an option is that option's value whatever it begins with;
 * the others are checked (helm-check.c).
 */
#include "base/vec.h"
#include "overlay/helm.h"

int gk_helm_command(const struct gk_helm *h, struct gk_strs *args, struct gk_str *ret_out)
{
	struct gk_arena *a = h->p->b->a;
	const char *env[] = {
		gk_arena_printf(a, "HELM_CONFIG_HOME=%s", h->config),
		gk_arena_printf(a, "HELM_CACHE_HOME=%s/.cache", h->config),
		gk_arena_printf(a, "HELM_DATA_HOME=%s/.data", h->config),
		h->plugins ? gk_arena_printf(a, "HELM_PLUGINS=%s", h->plugins) : NULL,
		NULL,
	};
	struct gk_program program = {.env = env};
	struct gk_str out = GK_STR_NULL;

	gk_vec_push(args, NULL);
	program.argv = args->v;
	if (gk_exchange_run(h->p, &program, &out)) {
		if (h->p->err->code == GK_ENOTFOUND)
			(void)gk_help(
				h->p->err, "install helm, or name it: --helm-command PROGRAM");
		return gk_ctx(h->p->err, "cannot render chart '%s'", h->name);
	}
	*ret_out = out;
	return 0;
}

void gk_helm_begin(const struct gk_helm *h, struct gk_strs *args, const char *command)
{
	gk_vec_push(args, h->p->b->opt->plugins->helm_command);
	gk_vec_push(args, command);
}

static void put(struct gk_strs *args, const char *option, const char *value)
{
	gk_vec_push(args, option);
	gk_vec_push(args, value);
}

static void put_if(const struct gk_helm *h, struct gk_strs *args, const char *option,
	const struct gk_node *value)
{
	if (gk_node_text(value).n)
		put(args, option, gk_helm_text(h, value));
}

/*
 * helm reads the value of -f as a line of CSV, and would see several files in the name of
 * one: of "x,/etc/passwd", a file of the tree, the second is not of the tree.
 */
static const char *one_file(const struct gk_helm *h, const char *path)
{
	GK_AUTO(gk_buf_done) struct gk_buf quoted = GK_BUF_INIT(0);

	if (!strpbrk(path, ",\"\r\n"))
		return path;
	gk_buf_putc(&quoted, '"');
	for (; *path; path++) {
		if (*path == '"')
			gk_buf_putc(&quoted, '"');
		gk_buf_putc(&quoted, *path);
	}
	gk_buf_putc(&quoted, '"');
	return gk_arena_memdup0(h->p->b->a, quoted.p, quoted.n);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The first text of the form 3.1 or 3.1.2: what stands before its first dot. */
static struct gk_str major_of(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t end = i;

		while (end < s.n && is_digit(s.p[end]))
			end++;
		if (end > i && end + 1 < s.n && s.p[end] == '.' && is_digit(s.p[end + 1]))
			return (struct gk_str){s.p + i, end - i};
		if (end > i)
			i = end - 1;
	}
	return GK_STR_NULL;
}

static int check_version(const struct gk_helm *h)
{
	struct gk_str out = GK_STR_NULL, major;
	struct gk_strs args = {0};
	int rc;

	gk_helm_begin(h, &args, "version");
	gk_vec_push(&args, "--short");
	rc = gk_helm_command(h, &args, &out);
	gk_vec_done(&args);
	if (rc)
		return -1;
	major = major_of(out);
	if (gk_str_is(major, "3") || gk_str_is(major, "4"))
		return 0;
	(void)gk_helm_fail(h, NULL,
		gk_arena_printf(h->p->b->a, "helm must be of version 3 or 4, not '%.*s'",
			GK_SARG(gk_str_trim(out))));
	return gk_help(h->p->err, "name such a helm: --helm-command PROGRAM");
}

/* Read first, to know that each lies where it may. */
static int put_more_values(const struct gk_helm *h, struct gk_strs *args)
{
	gk_node_foreach (entry, h->c->more_values) {
		const char *shown, *path = gk_helm_below_root(h, gk_node_text(entry));
		struct gk_str text;

		if (!path)
			return gk_helm_fail_outside(h, entry, gk_node_text(entry));
		if (gk_helm_read(h, path, entry, &text, &shown))
			return -1;
		put(args, "-f", one_file(h, gk_helm_absolute(h, path)));
	}
	return 0;
}

static void put_capabilities(const struct gk_helm *h, struct gk_strs *args)
{
	const struct gk_plugins *o = h->p->b->opt->plugins;
	const struct gk_node *own = h->c->api_versions;

	gk_node_foreach (entry, own)
		put(args, "--api-versions", gk_helm_text(h, entry));
	for (size_t i = 0; (!own || own->count == 0) && i < o->helm_api_versions.n; i++)
		put(args, "--api-versions", o->helm_api_versions.v[i]);
	if (gk_node_text(h->c->kube_version).n)
		put_if(h, args, "--kube-version", h->c->kube_version);
	else if (o->helm_kube_version && *o->helm_kube_version)
		put(args, "--kube-version", o->helm_kube_version);
}

static void put_switches(const struct gk_helm *h, struct gk_strs *args)
{
	const struct {
		bool on;
		const char *option;
	} all[] = {
		{h->c->crds, "--include-crds"},
		{h->c->skip_tests, "--skip-tests"},
		{h->c->skip_hooks, "--no-hooks"},
		{h->c->debug || h->p->b->opt->plugins->helm_debug, "--debug"},
		{h->c->devel, "--devel"},
	};

	for (size_t i = 0; i < GK_COUNT(all); i++)
		if (all[i].on)
			gk_vec_push(args, all[i].option);
}

static int template_args(const struct gk_helm *h, const char *values, struct gk_strs *args)
{
	struct gk_arena *a = h->p->b->a;

	gk_helm_begin(h, args, "template");
	gk_vec_push(args,
		gk_node_text(h->c->release).n ? gk_helm_text(h, h->c->release) : "--generate-name");
	gk_vec_push(args, gk_helm_absolute(h, gk_loader_join(a, h->home, gk_str_c(h->name))));
	if (h->ns.n)
		put(args, "--namespace", gk_arena_memdup0(a, h->ns.p, h->ns.n));
	put_if(h, args, "--name-template", h->c->name_template);
	put(args, "-f", one_file(h, values));
	if (put_more_values(h, args))
		return -1;
	put_capabilities(h, args);
	put_switches(h, args);
	return 0;
}

int gk_helm_run(const struct gk_helm *h, struct gk_str *ret)
{
	struct gk_strs args = {0};
	const char *values = NULL;
	int rc;

	if (check_version(h) || gk_helm_need_chart(h) || gk_helm_write_values(h, &values))
		return -1;
	rc = template_args(h, values, &args) || gk_helm_command(h, &args, ret) ? -1 : 0;
	gk_vec_done(&args);
	return rc;
}
