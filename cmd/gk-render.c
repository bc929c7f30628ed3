/* gk-render: render a Kustomize directory, to the byte what kustomize v5.8.1 builds. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/prog.h"
#include "base/sig.h"
#include "base/vec.h"
#include "doc/stream.h"
#include "doc/yaml.h"
#include "gk-render-remote.h"
#include "gk-render-repo.h"
#include "gk-render.h"
#include "overlay/explain.h"
#include "overlay/overlay.h"

struct args {
	struct gk_common common;
	struct gk_strs filename;
	const char *output, *output_dir, *root, *repo, *rev, *restrictor, *reorder, *explain;
	bool managed_by, origin, generate_name, strict;
	bool alpha_plugins, exec, network, as_current_user, helm, helm_debug;
	struct gk_strs mount, env, helm_api_versions;
	struct gk_strs allow_remote;
	bool allow_private, offline, require_pinned;
	const char *cache_dir;
	const char *network_name, *helm_command, *helm_kube_version;
};

static const struct gk_opt options[] = {
	{"filename", 'f', GK_OPT_LIST, offsetof(struct args, filename), "FILE", "Input", NULL,
		"objects that count as listed last in resources; - for stdin (repeatable)", NULL},
	{"strict", 0, GK_OPT_FLAG, offsetof(struct args, strict), NULL, "Input", NULL,
		"what matches nothing or is typed in two ways is an error", NULL},
	{"allow-generate-name", 0, GK_OPT_FLAG, offsetof(struct args, generate_name), NULL, "Input",
		NULL, "accept objects that have generateName and no name", NULL},
	{"root", 0, GK_OPT_STR, offsetof(struct args, root), "DIR", "Input", NULL,
		"read nothing outside DIR (default: the git work tree)", NULL},
	{"repo", 0, GK_OPT_STR, offsetof(struct args, repo), "REPO", "Input", NULL,
		"render a commit of the Git repository in this directory, or at this URL", NULL},
	{"rev", 0, GK_OPT_STR, offsetof(struct args, rev), "REV", "Input", NULL,
		"render this commit: a branch, a tag, an id (default HEAD of --repo)", NULL},
	{"load-restrictor", 0, GK_OPT_CHOICE, offsetof(struct args, restrictor), "RULE", "Input",
		NULL, "may files lie outside the directory of their kustomization",
		"LoadRestrictionsRootOnly|LoadRestrictionsNone"},
	{"output", 'o', GK_OPT_CHOICE, offsetof(struct args, output), "FORMAT", "Output",
		"GK_OUTPUT", "form of the result (default json, the object stream)",
		"json|ndjson|yaml|krm|name"},
	{"output-dir", 0, GK_OPT_STR, offsetof(struct args, output_dir), "DIR", "Output", NULL,
		"write one YAML file an object into DIR instead", NULL},
	{"reorder", 0, GK_OPT_CHOICE, offsetof(struct args, reorder), "ORDER", "Output", NULL,
		"order of the objects (deprecated: sortOptions of the kustomization)",
		"none|legacy"},
	{"explain", 0, GK_OPT_STR, offsetof(struct args, explain), "OBJECT[:FIELD]", "Output", NULL,
		"who set the field, last writer first, instead of the objects", NULL},
	{"origin", 0, GK_OPT_FLAG, offsetof(struct args, origin), NULL, "Output", NULL,
		"annotate each object with the file or generator it comes from", NULL},
	{"enable-managedby-label", 0, GK_OPT_FLAG, offsetof(struct args, managed_by), NULL,
		"Output", NULL, "add the label app.kubernetes.io/managed-by", NULL},
	{"allow-remote", 0, GK_OPT_LIST, offsetof(struct args, allow_remote), "PLACE",
		"Remote bases", NULL,
		"fetch from HOST[:PORT][/PREFIX], /PREFIX for file, or any (repeatable)", NULL},
	{"allow-private", 0, GK_OPT_FLAG, offsetof(struct args, allow_private), NULL,
		"Remote bases", NULL, "addresses of private networks, and file URLs", NULL},
	{"require-pinned", 0, GK_OPT_FLAG, offsetof(struct args, require_pinned), NULL,
		"Remote bases", NULL, "a remote base without a full commit id is an error", NULL},
	{"offline", 0, GK_OPT_FLAG, offsetof(struct args, offline), NULL, "Remote bases", NULL,
		"take remote bases from the cache alone", NULL},
	{"cache-dir", 0, GK_OPT_STR, offsetof(struct args, cache_dir), "DIR", "Remote bases", NULL,
		"the cache (default: gk below XDG_CACHE_HOME or ~/.cache)", NULL},
	{"enable-alpha-plugins", 0, GK_OPT_FLAG, offsetof(struct args, alpha_plugins), NULL,
		"Programs", NULL, "let the tree name plugins and functions to run", NULL},
	{"enable-exec", 0, GK_OPT_FLAG, offsetof(struct args, exec), NULL, "Programs", NULL,
		"let functions, and helm's plugins, be programs of the tree as well", NULL},
	{"network", 0, GK_OPT_FLAG, offsetof(struct args, network), NULL, "Programs", NULL,
		"give the network to containers that ask for it", NULL},
	{"network-name", 0, GK_OPT_STR, offsetof(struct args, network_name), "NAME", "Programs",
		NULL, "accepted and without effect, as in kustomize", NULL},
	{"mount", 0, GK_OPT_LIST, offsetof(struct args, mount), "OPTIONS", "Programs", NULL,
		"mount this into containers: type=bind,src=DIR,dst=DIR (repeatable)", NULL},
	{"env", 'e', GK_OPT_LIST, offsetof(struct args, env), "NAME[=VALUE]", "Programs", NULL,
		"environment variable for functions (repeatable)", NULL},
	{"as-current-user", 0, GK_OPT_FLAG, offsetof(struct args, as_current_user), NULL,
		"Programs", NULL, "run containers with our user and group, not nobody", NULL},
	{"enable-helm", 0, GK_OPT_FLAG, offsetof(struct args, helm), NULL, "Programs", NULL,
		"render helmCharts with helm", NULL},
	{"helm-command", 0, GK_OPT_STR, offsetof(struct args, helm_command), "PROGRAM", "Programs",
		NULL, "the helm to run (default helm); see --enable-helm", NULL},
	{"helm-api-versions", 0, GK_OPT_LIST, offsetof(struct args, helm_api_versions), "VERSION",
		"Programs", NULL, "for Capabilities.APIVersions of charts (repeatable)", NULL},
	{"helm-kube-version", 0, GK_OPT_STR, offsetof(struct args, helm_kube_version), "VERSION",
		"Programs", NULL, "for Capabilities.KubeVersion of charts", NULL},
	{"helm-debug", 0, GK_OPT_FLAG, offsetof(struct args, helm_debug), NULL, "Programs", NULL,
		"run helm with --debug", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static const char tool[] = "gk-render " PACKAGE_VERSION;

/* DIR itself may be a link, since it is named by who runs this; nothing in it is followed. */
static int open_dir(const char *dir, int *ret, struct gk_err *err)
{
	if (mkdir(dir, 0777) && errno != EEXIST)
		return gk_fail_sys(err, GK_EIO, "system.write", "cannot make directory '%s'", dir);
	*ret = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret < 0)
		return gk_fail_sys(err, GK_EIO, "system.write", "cannot open directory '%s'", dir);
	return 0;
}

static void close_dir(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing was written through it */
}

/* No file is written that would be too large to be read again. */
static int write_files(const struct gk_run *run, struct gk_set *s, const struct gk_scopes *scopes,
	struct gk_err *err)
{
	GK_AUTO(close_dir) int fd = -1;
	const char *dir = ((const struct args *)run->args)->output_dir;
	const char *const *names;

	if (gk_overlay_file_names(&s->arena, s, scopes, &names, err) || open_dir(dir, &fd, err))
		return -1;
	for (size_t i = 0; i < s->n; i++) {
		GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(run->limits.doc_bytes);

		if (gk_yaml_print(&text, s->items[i].object, err) ||
			gk_buf_finish(&text, names[i], err) ||
			gk_out_file_at(fd, names[i], gk_buf_str(&text), 0666, err))
			return gk_ctx(err, "cannot write to directory '%s'", dir);
	}
	return 0;
}

/* Where the objects come from: the trailer's "source". */
static struct gk_node *source_of(struct gk_arena *a, const char *target,
	const struct gk_render_repo *repo, const struct gk_remotes *remotes)
{
	struct gk_node *source = gk_node_new(a, GK_OBJECT);
	struct gk_node *used = remotes ? gk_render_remotes_list(remotes, a) : NULL;

	(void)gk_node_set_str(a, source, "path", gk_str_c(target));
	if (repo->repo)
		gk_render_repo_describe(repo, a, source);
	if (used)
		(void)gk_node_set_c(a, source, "remotes", used);
	return source;
}

static int print(
	struct gk_run *run, struct gk_set *s, const struct gk_scopes *scopes, struct gk_err *err)
{
	const struct args *args = run->args;
	enum gk_stream_form form = GK_STREAM_LIST;

	if (args->output_dir)
		return write_files(run, s, scopes, err);
	if (args->output && gk_stream_form_parse(args->output, &form, err))
		return -1;
	return gk_stream_write(&run->out, form, s, tool, s->meta, err);
}

static int load_extra(struct gk_run *run, struct gk_set *extra, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_opt_input in = {.filename = args->filename};

	if (args->filename.n == 0)
		return 0;
	return gk_stream_load(extra, &in, &run->limits, &run->diags, err);
}

static enum gk_reorder reorder_of(struct gk_run *run)
{
	const struct args *args = run->args;
	struct gk_diag *g;

	if (!args->reorder)
		return GK_REORDER_UNSAID;
	g = gk_diags_add(&run->diags, GK_SEV_WARNING, "usage.deprecated", (struct gk_pos){0},
		"option --reorder is deprecated");
	gk_diag_help(&run->diags, g, "use 'sortOptions' in the kustomization");
	return strcmp(args->reorder, "none") == 0 ? GK_REORDER_NONE : GK_REORDER_LEGACY;
}

/* What may be started; false: nothing. */
static bool plugins_of(const struct args *args, struct gk_arena *a, struct gk_plugins *ret)
{
	*ret = (struct gk_plugins){
		.external = args->alpha_plugins,
		.exec = args->exec,
		.network = args->network,
		.mounts = args->mount,
		.env = args->env,
		.user = args->as_current_user ? gk_render_user(a) : "nobody",
		.home = args->alpha_plugins ? gk_render_plugin_home(a) : NULL,
		.helm = args->helm || args->alpha_plugins,
		.helm_command = args->helm_command ? args->helm_command : "helm",
		.helm_api_versions = args->helm_api_versions,
		.helm_kube_version = args->helm_kube_version,
		.helm_debug = args->helm_debug,
		.helm_plugins = getenv("HELM_PLUGINS") != NULL,
	};
	return ret->external || ret->helm;
}

static struct gk_render_remote_options remotes_of(const struct gk_run *run)
{
	const struct args *args = run->args;

	return (struct gk_render_remote_options){
		.allow = &args->allow_remote,
		.allow_private = args->allow_private,
		.offline = args->offline,
		.require_pinned = args->require_pinned,
		.cache_dir = args->cache_dir,
		.lim = &run->limits,
	};
}

/* What a build gets and what it leaves beside the objects. */
struct sides {
	struct gk_set extra;
	struct gk_explain *explain;
	struct gk_scopes scopes;
};

static void sides_done(struct sides *s)
{
	gk_set_done(&s->extra);
	gk_explain_freep(&s->explain);
	gk_scopes_done(&s->scopes);
}

static int build(struct gk_run *run, const char *target, struct sides *sides, struct gk_set *s,
	struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_overlay_options opt = {
		.lim = &run->limits,
		.load_anywhere =
			args->restrictor && strcmp(args->restrictor, "LoadRestrictionsNone") == 0,
		.managed_by = args->managed_by,
		.reorder = reorder_of(run),
		.origin = args->origin,
		.strict = args->strict,
		.generate_name = args->generate_name,
		.extra = &sides->extra,
		.explain = sides->explain,
		.scopes = &sides->scopes,
	};
	const struct gk_render_remote_options fetch = remotes_of(run);
	GK_AUTO(gk_render_remotes_freep)
	struct gk_remotes *remotes = gk_render_remotes_new(&fetch);
	GK_AUTO(gk_render_repo_done)
	struct gk_render_repo repo = {.repo = args->repo, .rev = args->rev};
	GK_AUTO(gk_loader_freep) struct gk_loader *loader = NULL;
	GK_AUTO(gk_render_runner_freep) struct gk_runner *runner = NULL;
	struct gk_plugins plugins;
	const char *path;

	if (plugins_of(args, &s->arena, &plugins)) {
		runner = gk_render_runner_new(&run->limits);
		opt.plugins = &plugins;
		opt.runner = runner;
	}
	if (args->allow_remote.n)
		opt.remotes = remotes;
	if (repo.rev && !repo.repo && gk_render_repo_around(&repo, &s->arena, &target, err))
		return -1;
	if ((repo.repo ? gk_render_repo_open(
				 &repo, &fetch, remotes, target, &s->arena, &loader, &path, err)
		       : gk_loader_dir_new(args->root, target, &s->arena, &loader, &path, err)) ||
		gk_overlay_build(loader, path, &opt, &run->diags, s, err))
		return -1;
	s->meta = source_of(&s->arena, target, &repo, remotes);
	return 0;
}

/* --explain has forms of its own: a text, or JSON when that is asked for. */
static int start_explaining(const struct args *args, struct gk_explain **ret, struct gk_err *err)
{
	if (!args->explain)
		return 0;
	if (args->output_dir || (args->output && strcmp(args->output, "json") != 0))
		return gk_fail(err, GK_EUSAGE, "usage.explain",
			"--explain prints a text, or JSON with -o json");
	return gk_explain_new(gk_str_c(args->explain), ret, err);
}

static void print_explanation(struct gk_run *run, const struct gk_explain *x)
{
	const struct args *args = run->args;
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	if (args->output)
		gk_explain_print_json(&text, x);
	else
		gk_explain_print(&text, x);
	gk_out_put(&run->out, gk_buf_str(&text));
}

static int check_repo(const struct args *args, struct gk_err *err)
{
	if ((args->repo || args->rev) && args->root)
		return gk_fail(err, GK_EUSAGE, "usage.repo",
			"--root does not go with --repo or --rev, whose repository is the root");
	return 0;
}

static int render(struct gk_run *run, struct gk_err *err)
{
	const char *target = run->operands.n ? run->operands.v[0] : ".";
	GK_AUTO(gk_set_done) struct gk_set set = GK_SET_INIT;
	GK_AUTO(sides_done) struct sides sides = {.extra = GK_SET_INIT};

	if (run->operands.n > 1) {
		(void)gk_fail(err, GK_EUSAGE, "usage.operand", "expected one directory, not %zu",
			run->operands.n);
		return gk_help(err, "join several with an overlay that lists them in resources");
	}
	if (check_repo(run->args, err) || start_explaining(run->args, &sides.explain, err) ||
		load_extra(run, &sides.extra, err))
		return -1;
	if (build(run, target, &sides, &set, err) && !gk_sig_caught())
		return err->code ? -1 : 0; /* without a code the diagnostics have said all */
	if (gk_sig_caught())
		gk_sig_reraise(gk_sig_caught());
	if (sides.explain) {
		print_explanation(run, sides.explain);
		return 0;
	}
	return print(run, &set, &sides.scopes, err);
}

static const char *const usage[] = {"[OPTIONS] [DIR]", NULL};
static const char *const libraries[] = {"libyaml", "pcre2", NULL};
static const struct gk_example examples[] = {
	{"gk-render overlays/prod | gk-diff", "what would change in the cluster"},
	{"gk-render -o yaml overlays/prod", "as kustomize build prints it"},
	{"gk-tfstate outputs prod.tfstate -o configmap | gk-render overlays/prod -f -",
		"Terraform outputs as the source of replacements"},
	{"gk-render --repo . --rev v1.2 overlays/prod",
		"as it was at that tag, whatever lies here"},
	{"gk-render overlays/prod --output-dir manifests", "one file an object"},
	{NULL, NULL},
};

static const struct gk_prog program = {
	.name = "gk-render",
	.purpose = "render a Kustomize directory, with the bytes of kustomize v5.8.1",
	.usage = usage,
	.examples = examples,
	.opts = options,
	.nopts = GK_COUNT(options),
	.args_size = sizeof(struct args),
	.common = offsetof(struct args, common),
	.exits = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 9 | 1u << 10,
	.run = render,
	.libraries = libraries,
};

int main(int argc, char **argv)
{
	return gk_main(&program, argc, argv);
}
