/* Starting programs for gk-render: plugins, functions, helm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/scratch.h"
#include "base/sig.h"
#include "gk-render.h"

enum { SAID_MAX = 64 << 10, MS = 1000 };

struct runner {
	struct gk_runner base;
	const struct gk_limits *lim;
	struct gk_scratch scratch;
};

static struct gk_str in_arena(struct gk_arena *a, const struct gk_buf *b)
{
	return (struct gk_str){gk_arena_memdup0(a, b->p ? b->p : "", b->n), b->n};
}

static int run(struct gk_runner *r, const struct gk_program *p, struct gk_arena *a,
	struct gk_program_result *ret, struct gk_err *err)
{
	const struct gk_limits *lim = ((struct runner *)r)->lim;
	struct gk_child c = {.argv = p->argv,
		.env = p->env,
		.dir = p->dir,
		.input = p->input,
		.timeout_ms = (int64_t)lim->child_seconds * MS,
		.out_max = lim->child_output,
		.err_max = SAID_MAX};
	GK_AUTO(gk_child_result_done) struct gk_child_result got = {0};

	if (gk_child_run(&c, &got, err)) {
		if (err->code == GK_ETIMEOUT)
			return gk_help(err, "if it needs longer: --limit child-seconds=N");
		return -1;
	}
	*ret = (struct gk_program_result){
		.out = in_arena(a, &got.out),
		.err = in_arena(a, &got.err),
		.exit_code = got.exit_code,
		.signal = got.signal,
	};
	return 0;
}

static enum gk_probe probe(struct gk_runner *r, const char *path)
{
	struct stat st;

	(void)r;
	if (stat(path, &st))
		return GK_PROBE_NOTHING;
	if (S_ISDIR(st.st_mode))
		return GK_PROBE_DIRECTORY;
	return S_ISREG(st.st_mode) && (st.st_mode & 0111) ? GK_PROBE_PROGRAM : GK_PROBE_FILE;
}

static int scratch_dir(struct gk_runner *r, const char **ret, struct gk_err *err)
{
	return gk_scratch_dir(&((struct runner *)r)->scratch, ret, err);
}

static int scratch_file(struct gk_runner *r, const char *name, struct gk_str text,
	struct gk_arena *a, const char **ret_path, struct gk_err *err)
{
	return gk_scratch_file(&((struct runner *)r)->scratch, name, text, a, ret_path, err);
}

static void sweep(struct gk_runner *r)
{
	gk_scratch_done(&((struct runner *)r)->scratch);
}

struct gk_runner *gk_render_runner_new(const struct gk_limits *lim)
{
	struct runner *r = gk_xcalloc(1, sizeof *r);

	gk_sig_init();
	r->base = (struct gk_runner){run, probe, scratch_dir, scratch_file, sweep};
	r->lim = lim;
	return &r->base;
}

void gk_render_runner_freep(struct gk_runner **r)
{
	if (*r)
		sweep(*r);
	gk_free(*r);
	*r = NULL;
}

static const char *plugin_dir(struct gk_arena *a, const char *variable, const char *below)
{
	const char *base = getenv(variable);
	const char *dir = base && *base ? gk_arena_printf(a, "%s%s", base, below) : NULL;
	struct stat st;

	return dir && stat(dir, &st) == 0 ? dir : NULL;
}

const char *gk_render_plugin_home(struct gk_arena *a)
{
	static const char *const places[][2] = {
		{"KUSTOMIZE_PLUGIN_HOME", ""},
		{"XDG_CONFIG_HOME", "/kustomize/plugin"},
		{"HOME", "/.config/kustomize/plugin"},
		{"HOME", "/kustomize/plugin"},
	};
	const char *dir = NULL;

	for (size_t i = 0; !dir && i < GK_COUNT(places); i++)
		dir = plugin_dir(a, places[i][0], places[i][1]);
	return dir;
}

const char *gk_render_user(struct gk_arena *a)
{
	return gk_arena_printf(a, "%u:%u", (unsigned)getuid(), (unsigned)getgid());
}
