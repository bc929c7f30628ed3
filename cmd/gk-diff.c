/* gk-diff: compare a desired set with a live cluster. */
#include <unistd.h>

#include "base/io.h"
#include "base/prog.h"
#include "doc/stream.h"
#include "sync/compare.h"
#include "sync/parent.h"

struct args {
	struct gk_common common;
	struct gk_opt_input input;
	struct gk_opt_cluster cluster;
	const char *output, *method, *set, *manager, *differ_code, *validation;
	bool blame, prune;
	struct gk_strs prune_kind;
};

static const struct gk_opt options[] = {
	GK_OPTS_INPUT(struct args, input),
	GK_OPTS_CLUSTER(struct args, cluster),
	{"output", 'o', GK_OPT_CHOICE, offsetof(struct args, output), "FORMAT", "Output",
		"GK_OUTPUT", "form of the report (default text)", "text|json|ndjson|name"},
	{"blame", 0, GK_OPT_FLAG, offsetof(struct args, blame), NULL, "Output", NULL,
		"say of every field what it is and who set it", NULL},
	{"diff-exit-code", 0, GK_OPT_CHOICE, offsetof(struct args, differ_code), "N", "Output",
		NULL, "exit code when something differs (default 1)", "0|1|2"},
	{"method", 0, GK_OPT_CHOICE, offsetof(struct args, method), "METHOD", "Cluster", NULL,
		"auto: dry run where it is not proved that nothing differs; local: reads only;"
		" server: dry run of all",
		"auto|local|server"},
	{"field-manager", 0, GK_OPT_STR, offsetof(struct args, manager), "NAME", "Cluster", NULL,
		"field manager that gk-apply uses (default gk)", NULL},
	{"field-validation", 0, GK_OPT_CHOICE, offsetof(struct args, validation), "HOW", "Cluster",
		NULL, "unknown and duplicate fields in a dry run (default strict)",
		"strict|warn|ignore"},
	{"prune", 0, GK_OPT_FLAG, offsetof(struct args, prune), NULL, "Safety", NULL,
		"show too what gk-apply --prune would delete", NULL},
	{"prune-kind", 0, GK_OPT_LIST, offsetof(struct args, prune_kind), "[GROUP/]KIND", "Safety",
		NULL, "protected kind that may be pruned (repeatable)", NULL},
	{"set", 0, GK_OPT_STR, offsetof(struct args, set), "NAME", "Safety", NULL,
		"name of the set, for --prune (default from the input)", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static const char *const usage[] = {"[-f FILE]... [option]...", NULL};

static const struct gk_example examples[] = {
	{"gk-render overlays/prod | gk-diff", "what would change; exit 1 if anything"},
	{"gk-render overlays/prod | gk-diff --method=local", "with read-only rights"},
	{"gk-render overlays/prod | gk-diff --prune -o name", "names only, deletions too"},
	{NULL, NULL}};

static void log_line(void *ctx, const char *line)
{
	(void)ctx;
	(void)!gk_io_write_all(STDERR_FILENO, line, strlen(line));
	(void)!gk_io_write_all(STDERR_FILENO, "\n", 1);
}

static int load(struct gk_run *run, struct gk_set *set, struct gk_err *err)
{
	const struct args *args = run->args;

	if (run->operands.n) {
		gk_fail(err, GK_EUSAGE, "usage.operand", "unexpected operand '%s'",
			run->operands.v[0]);
		return gk_help(err, "name files with -f");
	}
	if (!args->input.filename.n && isatty(STDIN_FILENO)) {
		gk_fail(err, GK_EUSAGE, "usage.input", "nothing to compare: stdin is a terminal");
		return gk_help(err, "gk-render DIR | gk-diff, or gk-diff -f FILE");
	}
	return gk_stream_load(set, &args->input, &run->limits, &run->diags, err);
}

static enum gk_compare_method method(const struct args *args)
{
	if (!args->method || strcmp(args->method, "auto") == 0)
		return GK_COMPARE_AUTO;
	return strcmp(args->method, "local") == 0 ? GK_COMPARE_LOCAL : GK_COMPARE_SERVER;
}

static enum gk_kube_validation validation(const char *how)
{
	if (!how || strcmp(how, "strict") == 0)
		return GK_VALIDATE_STRICT;
	return strcmp(how, "warn") == 0 ? GK_VALIDATE_WARN : GK_VALIDATE_IGNORE;
}

/* With --prune: which set, and what it holds. */
static int read_set(struct gk_run *run, struct gk_targets *t, struct gk_set_id *id,
	struct gk_inventory *inv, struct gk_err *err)
{
	const struct args *args = run->args;
	const char *name =
		args->set ? args->set
			  : gk_set_name_choose(&t->arena, t->set->meta, &args->input.filename);

	if (!name) {
		gk_fail(err, GK_EUSAGE, "set.unnamed", "--prune needs the name of the set");
		return gk_help(err, "give the one that gk-apply uses: --set NAME");
	}
	if (gk_set_id_init(id, name, t->session->cfg.namespace, err))
		return -1;
	return gk_parent_read(t->session, id, inv, err);
}

static void finish(struct gk_run *run, struct gk_diff_report *report)
{
	const struct args *args = run->args;
	bool differs = gk_diff_report_differs(report);
	GK_AUTO(gk_buf_done) struct gk_buf none = GK_BUF_INIT(4096);

	run->exit_code = !differs ? 0 : args->differ_code ? args->differ_code[0] - '0' : 1;
	gk_diff_report_end(report, run->exit_code);
	if (differs || args->common.quiet || report->form != GK_REPORT_TEXT)
		return;
	gk_diff_report_none(report, &none);
	(void)!gk_io_write_all(STDERR_FILENO, gk_buf_cstr(&none), none.n);
}

static int compare(
	struct gk_run *run, struct gk_targets *t, struct gk_diff_report *report, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_inventory inv = GK_INVENTORY_INIT;
	struct gk_set_id id;
	struct gk_compare c = {.targets = t,
		.method = method(args),
		.validation = validation(args->validation),
		.prune_kinds = args->prune_kind};
	int rc = 0;

	if (args->prune) {
		rc = read_set(run, t, &id, &inv, err);
		c.set = &id;
		c.inv = &inv;
	}
	if (!rc)
		rc = gk_targets_read(t, err);
	if (!rc)
		rc = gk_compare_run(&c, report, err);
	if (!rc)
		finish(run, report);
	gk_inventory_done(&inv);
	return rc;
}

static int run_session(struct gk_run *run, struct gk_set *set, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_session session = GK_SESSION_INIT;
	struct gk_session_options opt = {.cluster = &args->cluster,
		.namespace = args->input.namespace,
		.program = run->prog->name,
		.manager = args->manager ? args->manager : "gk",
		.limits = &run->limits,
		.diags = &run->diags,
		.verbose = args->common.verbose,
		.log = log_line,
		.stdin_used = !args->input.filename.n};
	struct gk_targets t = {.manager = opt.manager,
		.keep_live = true,
		.ignore_part_of = true,
		.no_proof = method(args) == GK_COMPARE_SERVER};
	struct gk_diff_report report = {.form = GK_REPORT_TEXT,
		.blame = args->blame,
		.out = &run->out,
		.program = "gk-diff " PACKAGE_VERSION};
	int rc = args->output ? gk_report_form_parse(args->output, &report.form, err) : 0;

	report.colour = args->common.color ? strcmp(args->common.color, "always") == 0
					   : isatty(STDOUT_FILENO) != 0 && run->colour;
	if (!rc)
		rc = gk_session_open(&session, &opt, err);
	if (!rc)
		rc = gk_targets_resolve(&t, &session, set, err);
	if (!rc)
		rc = compare(run, &t, &report, err);
	gk_diff_report_done(&report);
	gk_targets_done(&t);
	gk_session_close(&session);
	return rc;
}

static int run_diff(struct gk_run *run, struct gk_err *err)
{
	struct gk_set set = GK_SET_INIT;
	int rc = load(run, &set, err);

	if (!rc)
		rc = run_session(run, &set, err);
	gk_set_done(&set);
	return rc;
}

static const char *libraries[] = {NULL, NULL};

static const struct gk_prog program = {.name = "gk-diff",
	.purpose = "compare objects with a live cluster",
	.usage = usage,
	.examples = examples,
	.opts = options,
	.nopts = GK_COUNT(options),
	.args_size = sizeof(struct args),
	.common = offsetof(struct args, common),
	.exits = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10,
	.flags = GK_PROG_SECRET | GK_PROG_NET,
	.run = run_diff,
	.libraries = libraries};

int main(int argc, char **argv)
{
	libraries[0] = gk_http_library();
	return gk_main(&program, argc, argv);
}
