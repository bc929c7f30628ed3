#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/prog.h"
#include "base/sig.h"
#include "base/trace.h"

/* A file opened by us must never become descriptor 0, 1 or 2 and so receive output. */
static void open_std_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		(void)close(fd);
}

static void no_core(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static bool wants_colour(const char *when)
{
	const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE"),
		   *term = getenv("TERM");

	if (when && strcmp(when, "auto"))
		return !strcmp(when, "always");
	if (no && *no)
		return false;
	if (force && *force && strcmp(force, "0"))
		return true;
	return term && strcmp(term, "dumb") && isatty(STDERR_FILENO);
}

static int pick_verb(struct gk_run *run, struct gk_err *err)
{
	const struct gk_verb *verbs = run->prog->verbs;
	const char *known[32], *near, *word;
	size_t n = 0;

	if (!run->operands.n) {
		gk_fail(err, GK_EUSAGE, "usage.verb", "no verb given");
		return gk_help(err, "try '%s --help'", run->prog->name);
	}
	word = run->operands.v[0];
	for (; verbs[n].name; n++) {
		known[n] = verbs[n].name;
		if (strcmp(verbs[n].name, word))
			continue;
		run->verb = &verbs[n];
		memmove(run->operands.v, run->operands.v + 1,
			--run->operands.n * sizeof *run->operands.v);
		return 0;
	}
	near = gk_str_nearest(gk_str_c(word), known, n);
	gk_fail(err, GK_EUSAGE, "usage.verb", "unknown verb '%s'", word);
	return near ? gk_help(err, "did you mean '%s'?", near)
		    : gk_help(err, "try '%s --help'", run->prog->name);
}

static void version(struct gk_run *run)
{
	gk_out_printf(&run->out, "%s %s\n", run->prog->name, PACKAGE_VERSION);
	for (const char *const *l = run->prog->libraries; l && *l; l++)
		gk_out_printf(&run->out, "  %s\n", *l);
}

/* --help, --version and --completion; false when none was asked for. */
static bool answered(struct gk_run *run)
{
	const struct gk_common *c = run->common;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (c->version) {
		version(run);
		return true;
	}
	if (c->help && !strcmp(c->help, "json"))
		gk_prog_help_json(run->prog, &b);
	else if (c->help)
		gk_prog_help(run->prog, &b);
	else if (c->completion)
		gk_prog_completion(run->prog, c->completion, &b);
	else
		return false;
	gk_out_put(&run->out, gk_buf_str(&b));
	return true;
}

static int apply_limits(struct gk_run *run, struct gk_err *err)
{
	const struct gk_strs *list = &run->common->limit;

	for (size_t i = 0; i < list->n; i++)
		if (gk_limits_set(&run->limits, gk_str_c(list->v[i]), err))
			return -1;
	return 0;
}

static int work(struct gk_run *run, int argc, char **argv, struct gk_err *err)
{
	const struct gk_prog *p = run->prog;

	if (gk_opt_parse(p->opts, p->nopts, argc, argv, run->args, &run->operands, err)) {
		if (!err->help)
			gk_help(err, "try '%s --help'", p->name);
		return -1;
	}
	run->colour = wants_colour(run->common->color);
	if (answered(run))
		return 0;
	if (apply_limits(run, err) || (p->verbs && pick_verb(run, err)))
		return -1;
	return run->verb ? run->verb->run(run, err) : p->run(run, err);
}

static void print_diags(const struct gk_run *run)
{
	if (run->common->log_format && !strcmp(run->common->log_format, "json"))
		gk_diags_print_json(stderr, run->prog->name, &run->diags);
	else
		gk_diags_print(stderr, run->prog->name, &run->diags, run->colour);
}

/* Warnings are said even by a run that fails; -q keeps only what decided its code. */
static void quieten(struct gk_diags *d)
{
	struct gk_diag **at = &d->first;

	while (*at) {
		if ((*at)->severity == GK_SEV_WARNING || (*at)->severity == GK_SEV_NOTE)
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
	d->warnings = 0;
}

/* What SIGPIPE would have done to a program that does not ignore it. */
static void die_of_closed_pipe(const struct gk_prog *prog, const struct gk_err *closing)
{
	if (closing->sys == EPIPE && (prog->flags & GK_PROG_NET) && !(prog->flags & GK_PROG_DRAIN))
		gk_sig_reraise(SIGPIPE);
}

static int finish(struct gk_run *run, int rc, struct gk_err *err)
{
	struct gk_err closing = GK_ERR_INIT;

	if (rc)
		gk_diags_err(&run->diags, err);
	if (gk_out_close(&run->out, &closing)) {
		die_of_closed_pipe(run->prog, &closing);
		gk_diags_err(&run->diags, &closing);
	}
	if (run->common->quiet)
		quieten(&run->diags);
	print_diags(run);
	if (closing.code)
		return gk_code_exit(closing.code);
	if (run->exit_code)
		return run->exit_code;
	return run->diags.errors ? gk_code_exit(run->diags.worst) : 0;
}

int gk_main(const struct gk_prog *prog, int argc, char **argv)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_run run = {
		.prog = prog,
		.limits = *gk_limits_default(),
		.out = GK_OUT_INIT(STDOUT_FILENO, "standard output"),
	};
	int rc, code;

	open_std_fds();
	if (prog->flags & GK_PROG_SECRET)
		no_core();
	if (prog->flags & (GK_PROG_DRAIN | GK_PROG_NET))
		(void)signal(SIGPIPE, SIG_IGN);
	gk_trace_init();
	run.args = gk_xcalloc(1, prog->args_size);
	run.common = (const struct gk_common *)(const void *)((char *)run.args + prog->common);
	rc = work(&run, argc, argv, &err);
	code = finish(&run, rc, &err);
	gk_opt_done(prog->opts, prog->nopts, run.args);
	gk_vec_done(&run.operands);
	gk_diags_done(&run.diags);
	gk_free(run.args);
	gk_trace_done();
	return code;
}
