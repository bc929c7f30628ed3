/* Starting gk-fetch for gk-render, which has neither libgit2 nor a network of its own. */
#include <stdio.h>
#include <stdlib.h>

#include "base/child.h"
#include "base/sig.h"
#include "doc/json.h"
#include "gk-render-fetch.h"

enum { SAID_MAX = 64 << 10, PATH_BYTES = 8192, MS = 1000, GRACE_MS = 5000 };

static const char *program_path(struct gk_arena *a)
{
	const char *dir = getenv("GK_LIBEXEC");

	return gk_arena_printf(a, "%s/gk-fetch", dir && *dir ? dir : GK_LIBEXEC);
}

static void put_limits(
	const struct gk_limits *lim, uint64_t seconds, struct gk_arena *a, struct gk_strs *argv)
{
	const struct {
		const char *name;
		uint64_t value;
	} limits[] = {{"git-bytes", lim->git_bytes}, {"git-objects", lim->git_objects},
		{"git-file-bytes", lim->git_file_bytes}, {"git-list-bytes", lim->git_list_bytes},
		{"git-effort", lim->git_effort}, {"doc-bytes", lim->doc_bytes}};

	gk_vec_push(argv, gk_arena_printf(a, "--timeout=%llus", (unsigned long long)seconds));
	for (size_t i = 0; i < GK_COUNT(limits); i++)
		gk_vec_push(argv, gk_arena_printf(a, "--limit=%s=%llu", limits[i].name,
					  (unsigned long long)limits[i].value));
}

static void fill_argv(const struct gk_render_remote_options *opt,
	const struct gk_render_fetch_job *job, struct gk_arena *a, struct gk_strs *argv)
{
	gk_vec_push(argv, program_path(a));
	gk_vec_push(argv, "--log-format=json");
	for (size_t i = 0; i < opt->allow->n; i++)
		gk_vec_push(argv, gk_arena_printf(a, "--allow-remote=%s", opt->allow->v[i]));
	if (opt->allow_private)
		gk_vec_push(argv, "--allow-private");
	if (opt->offline)
		gk_vec_push(argv, "--offline");
	if (job->local)
		gk_vec_push(argv, "--local");
	if (job->file)
		gk_vec_push(argv, "--file");
	else if (!job->submodules)
		gk_vec_push(argv, "--without-submodules");
	if (opt->cache_dir)
		gk_vec_push(argv, gk_arena_printf(a, "--cache-dir=%s", opt->cache_dir));
	put_limits(opt->lim, job->seconds, a, argv);
	gk_vec_push(argv, "--");
	gk_vec_push(argv, job->from);
	if (job->ref && *job->ref)
		gk_vec_push(argv, job->ref);
	gk_vec_push(argv, NULL);
}

/* The code that has this exit code; what gk-fetch cannot end with is its own fault. */
static enum gk_code code_of(int exit_code)
{
	static const enum gk_code codes[] = {GK_EINPUT, GK_EDENIED, GK_ENET, GK_EREFUSED, GK_EIO};

	for (size_t i = 0; i < GK_COUNT(codes); i++)
		if (gk_code_exit(codes[i]) == exit_code)
			return codes[i];
	return GK_EIO;
}

/* What gk-fetch said: the error of its JSON lines, else the text itself. */
static int report(const struct gk_child_result *got, const struct gk_limits *lim,
	struct gk_arena *a, struct gk_err *err)
{
	enum gk_code code = got->signal ? GK_EIO : code_of(got->exit_code);
	struct gk_str lines = gk_buf_str(&got->err);

	while (lines.p && lines.n) {
		struct gk_str line = gk_str_cut(&lines, '\n');
		struct gk_pos pos = {.file = "gk-fetch", .line = 1, .col = 1};
		struct gk_err ignored = GK_ERR_INIT;
		const struct gk_node *help;
		struct gk_node *said;

		if (!gk_str_starts(line, GK_STR("{")) ||
			gk_json_parse_next(a, &line, &pos, lim, &said, &ignored))
			continue;
		(void)gk_fail(err, code, "render.fetch", "%.*s",
			GK_SARG(gk_node_text(gk_node_get(said, "message"))));
		help = gk_node_get(said, "help");
		return help ? gk_help(err, "%.*s", GK_SARG(gk_node_text(help))) : -1;
	}
	return gk_fail(err, code, "render.fetch", "gk-fetch failed: %.*s",
		GK_SARG(gk_str_trim(gk_buf_str(&got->err))));
}

static int no_program(const struct gk_render_fetch_job *job, struct gk_arena *a, struct gk_err *err)
{
	(void)gk_fail(
		err, GK_EIO, "render.no-fetch", "there is no gk-fetch in '%s'", program_path(a));
	return gk_help(err, "build gk with libgit2%s",
		job->local ? "" : ", or fetch elsewhere and use --offline");
}

int gk_render_fetch(const struct gk_render_remote_options *opt,
	const struct gk_render_fetch_job *job, struct gk_arena *a, const char **ret_path,
	struct gk_err *err)
{
	GK_AUTO(gk_child_result_done) struct gk_child_result got = {0};
	struct gk_strs argv = {0};
	struct gk_child c = {.timeout_ms = (int64_t)job->seconds * MS + GRACE_MS,
		.out_max = PATH_BYTES,
		.err_max = SAID_MAX};
	struct gk_str path;
	int rc;

	fill_argv(opt, job, a, &argv);
	c.argv = argv.v;
	gk_sig_init();
	rc = gk_child_run(&c, &got, err);
	gk_vec_done(&argv);
	if (rc && err->code == GK_ENOTFOUND)
		return no_program(job, a, err);
	if (rc)
		return -1;
	if (got.exit_code || got.signal)
		return report(&got, opt->lim, a, err);
	path = gk_str_trim(gk_buf_str(&got.out));
	*ret_path = gk_arena_memdup0(a, path.p ? path.p : "", path.n);
	return 0;
}
