/* A revision of a repository as what gk-render renders; no work tree has a part in it. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/bundle.h"
#include "base/io.h"
#include "base/remote.h"
#include "gk-render-fetch.h"
#include "gk-render-repo.h"

/* As git reads it: a URL, or HOST:PATH, whose colon stands before any slash. */
static bool is_url(const char *repo)
{
	const char *colon = strchr(repo, ':'), *slash = strchr(repo, '/');

	return colon && (!slash || colon < slash);
}

/* What kustomize would put into an address has operands and options of its own here. */
static int check_url(const struct gk_render_repo *r, struct gk_err *err)
{
	const char *rest = strstr(r->repo, "://");

	rest = rest ? rest + 3 : r->repo;
	if (strchr(rest, '?') || strchr(rest, '#') || strstr(rest, "//")) {
		(void)gk_fail(err, GK_EUSAGE, "usage.repo",
			"'%s' is more than the address of a repository", r->shown);
		return gk_help(err, "give a revision by --rev, and a directory as the operand");
	}
	return 0;
}

/* "..", "../.." and so on from a directory to one above it. */
static const char *way_up(struct gk_arena *a, const char *from, const char *top)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	for (const char *p = from + strlen(top); *p; p++)
		if (*p == '/')
			gk_buf_puts(&b, b.n ? "/.." : "..");
	return b.n ? gk_arena_memdup0(a, b.p, b.n) : ".";
}

int gk_render_repo_around(
	struct gk_render_repo *r, struct gk_arena *a, const char **target, struct gk_err *err)
{
	bool absolute = (*target)[0] == '/';
	const char *path, *top;
	char cwd[PATH_MAX];

	if (!getcwd(cwd, sizeof cwd))
		return gk_fail_sys(err, GK_EIO, "system.cwd", "cannot tell the current directory");
	path = gk_loader_join(a, absolute ? "" : cwd + 1, gk_str_c(*target + absolute));
	path = path ? gk_arena_printf(a, "/%s", path) : "/";
	top = gk_loader_work_tree(a, path);
	if (!top) {
		(void)gk_fail(err, GK_EINPUT, "usage.repo", "'%s' is in no Git repository", path);
		return gk_help(err, "name the one that --rev is of: --repo REPO");
	}
	r->repo = gk_loader_within(top, cwd) ? way_up(a, cwd, top) : top;
	*target = path[strlen(top)] ? path + strlen(top) + 1 : ".";
	return 0;
}

static int read_url(struct gk_render_repo *r, struct gk_remotes *remotes, struct gk_arena *a,
	struct gk_str *ret, struct gk_err *err)
{
	const char *rev = r->rev ? r->rev : "";
	const struct gk_repospec spec = {
		.raw = r->repo, .clone = r->repo, .path = "", .ref = rev, .submodules = true};

	r->shown = gk_remote_shown(a, gk_str_c(r->repo));
	if (check_url(r, err))
		return -1;
	if (remotes->require_pinned && !gk_remote_is_commit(gk_str_c(rev))) {
		(void)gk_fail(err, GK_EINPUT, "render.unpinned", "'%s' is not pinned to a commit",
			r->shown);
		return gk_help(err, "name the full commit id: --rev COMMIT");
	}
	return remotes->get(remotes, &spec, ret, err);
}

static int read_directory(struct gk_render_repo *r, const struct gk_render_remote_options *opt,
	struct gk_arena *a, struct gk_str *ret, struct gk_err *err)
{
	const struct gk_render_fetch_job job = {.from = r->repo,
		.ref = r->rev ? r->rev : "",
		.local = true,
		.submodules = opt->allow->n > 0,
		.seconds = opt->lim->git_seconds};
	const char *path;

	r->shown = r->repo;
	if (gk_render_fetch(opt, &job, a, &path, err) ||
		gk_io_read_file(path, opt->lim->git_bytes, &r->text, err))
		return -1;
	*ret = gk_buf_str(&r->text);
	return 0;
}

static int find_target(const struct gk_render_repo *r, struct gk_loader *ldr, const char *target,
	struct gk_arena *a, const char **ret, struct gk_err *err)
{
	const char *path = gk_loader_join(a, "", gk_str_c(target));
	struct gk_loaded dir;

	if (!path) {
		(void)gk_fail(
			err, GK_EINPUT, "render.path-escape", "'%s' leaves the repository", target);
		return gk_help(err, "with --repo the directory is one of the repository: give its "
				    "path from the top");
	}
	if (ldr->get(ldr, path, 0, a, &dir, err) && err->code == GK_ENOTFOUND)
		return gk_fail(err, GK_ENOTFOUND, "render.no-directory",
			"'%s' at '%s' has no directory '%s'", r->shown, r->rev ? r->rev : "HEAD",
			target);
	gk_err_reset(err); /* the build says it of all else */
	*ret = path;
	return 0;
}

int gk_render_repo_open(struct gk_render_repo *r, const struct gk_render_remote_options *opt,
	struct gk_remotes *remotes, const char *target, struct gk_arena *a, struct gk_loader **ret,
	const char **ret_path, struct gk_err *err)
{
	struct gk_str text, commit;

	if (is_url(r->repo) ? read_url(r, remotes, a, &text, err)
			    : read_directory(r, opt, a, &text, err))
		return -1;
	commit = gk_bundle_commit(text);
	r->commit = gk_arena_memdup0(a, commit.p, commit.n);
	if (gk_loader_bundle_new(text, gk_arena_printf(a, "%s/", r->shown), ret, err))
		return -1;
	return find_target(r, *ret, target, a, ret_path, err);
}

void gk_render_repo_done(struct gk_render_repo *r)
{
	gk_buf_done(&r->text);
}

void gk_render_repo_describe(
	const struct gk_render_repo *r, struct gk_arena *a, struct gk_node *source)
{
	(void)gk_node_set_str(a, source, "repo", gk_str_c(r->shown));
	(void)gk_node_set_str(a, source, "ref", gk_str_c(r->rev ? r->rev : "HEAD"));
	(void)gk_node_set_str(a, source, "commit", gk_str_c(r->commit));
}
