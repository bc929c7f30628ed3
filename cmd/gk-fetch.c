/* gk-fetch: bring a commit of a repository, or a file, into the cache and print where it is. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/deadline.h"
#include "base/prog.h"
#include "git/git.h"
#include "gk-fetch-file.h"

enum { MS = 1000 };

struct args {
	struct gk_common common;
	struct gk_strs allow;
	const char *cache_dir;
	bool allow_private, offline, without_submodules, local, file;
	int64_t timeout_ms;
};

static const struct gk_opt options[] = {
	{"allow-remote", 0, GK_OPT_LIST, offsetof(struct args, allow), "PLACE", "Safety", NULL,
		"HOST[:PORT][/PREFIX], /PREFIX for file, or any (repeatable)", NULL},
	{"allow-private", 0, GK_OPT_FLAG, offsetof(struct args, allow_private), NULL, "Safety",
		NULL, "addresses of private networks, and file URLs", NULL},
	{"offline", 0, GK_OPT_FLAG, offsetof(struct args, offline), NULL, "Input", NULL,
		"use what the cache has, connect to nothing", NULL},
	{"local", 0, GK_OPT_FLAG, offsetof(struct args, local), NULL, "Input", NULL,
		"DIR is a repository of this machine, read where it is; REF any revision", NULL},
	{"file", 0, GK_OPT_FLAG, offsetof(struct args, file), NULL, "Input", NULL,
		"URL is a file by https, not a repository", NULL},
	{"without-submodules", 0, GK_OPT_FLAG, offsetof(struct args, without_submodules), NULL,
		"Input", NULL, "leave submodules out", NULL},
	{"cache-dir", 0, GK_OPT_STR, offsetof(struct args, cache_dir), "DIR", "Input", NULL,
		"the cache (default: gk below XDG_CACHE_HOME or ~/.cache)", NULL},
	{"timeout", 0, GK_OPT_DURATION, offsetof(struct args, timeout_ms), "D", "Input", NULL,
		"limit of the whole run (default 120s)", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static int check_operands(const struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	size_t most = args->file ? 1 : 2;

	if (args->file && args->local)
		return gk_fail(
			err, GK_EUSAGE, "usage.file", "--file and --local exclude one another");
	if (run->operands.n >= 1 && run->operands.n <= most)
		return 0;
	return gk_fail(err, GK_EUSAGE, "usage.operand", "expected %s%s, not %zu operands",
		args->local ? "DIR" : "URL", args->file ? "" : " [REF]", run->operands.n);
}

static int fetch_file(struct gk_run *run, const char *cache, uint64_t seconds, struct gk_arena *a,
	const char **ret_path, struct gk_err *err)
{
	const struct args *args = run->args;
	const struct gk_fetch_file f = {
		.program = run->prog->name,
		.url = run->operands.v[0],
		.cache = cache,
		.allow = &args->allow,
		.allow_private = args->allow_private,
		.offline = args->offline,
		.timeout_ms = (int64_t)seconds * MS,
		.lim = &run->limits,
	};

	return gk_fetch_file(&f, a, ret_path, err);
}

static int fetch_commit(struct gk_run *run, const char *cache, struct gk_arena *a,
	const char **ret_path, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_git_job job = {
		.ref = run->operands.n > 1 ? run->operands.v[1] : "",
		.cache = cache,
		.allow = &args->allow,
		.allow_private = args->allow_private,
		.offline = args->offline,
		.without_submodules = args->without_submodules,
		.lim = &run->limits,
	};
	struct gk_git_result got;

	*(args->local ? &job.dir : &job.url) = run->operands.v[0];
	if (gk_git_fetch(&job, a, &got, err))
		return -1;
	*ret_path = got.path;
	return 0;
}

static int fetch(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	uint64_t seconds = args->timeout_ms > 0 ? (uint64_t)(args->timeout_ms + MS - 1) / MS
						: run->limits.git_seconds;
	const char *cache, *path;

	if (check_operands(run, err))
		return -1;
	cache = gk_remote_cache(&a, args->cache_dir, getenv("XDG_CACHE_HOME"), getenv("HOME"));
	if (!cache)
		return gk_fail(err, GK_EUSAGE, "usage.cache",
			"neither --cache-dir nor XDG_CACHE_HOME nor HOME says where the cache is");
	(void)umask(077); /* what libgit2 writes is for us alone, too */
	gk_deadline_start(run->prog->name, seconds);
	if (args->file ? fetch_file(run, cache, seconds, &a, &path, err)
		       : fetch_commit(run, cache, &a, &path, err))
		return -1;
	gk_out_printf(&run->out, "%s\n", path);
	return 0;
}

static const char *const usage[] = {
	"[OPTIONS] URL [REF]", "[OPTIONS] --local DIR [REF]", "[OPTIONS] --file URL", NULL};
static const char *const libraries[] = {"libgit2", "libcurl", NULL};
static const struct gk_example examples[] = {
	{"gk-fetch --allow-remote github.com/org https://github.com/org/repo v1.2",
		"the commit that the tag names"},
	{"gk-fetch --allow-remote any --offline https://github.com/org/repo v1.2",
		"the same from the cache"},
	{NULL, NULL},
};

static const struct gk_prog program = {
	.name = "gk-fetch",
	.purpose = "bring a commit of a Git repository, or a file, into the cache",
	.usage = usage,
	.examples = examples,
	.opts = options,
	.nopts = GK_COUNT(options),
	.args_size = sizeof(struct args),
	.common = offsetof(struct args, common),
	.exits = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 9 | 1u << 10,
	.flags = GK_PROG_NET,
	.run = fetch,
	.libraries = libraries,
};

int main(int argc, char **argv)
{
	return gk_main(&program, argc, argv);
}
