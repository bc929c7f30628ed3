/* gk-apply: bring a cluster to a desired set, in order, and wait until it is healthy. */
#include <unistd.h>

#include "base/io.h"
#include "base/prog.h"
#include "base/sig.h"
#include "doc/stream.h"
#include "sync/apply.h"

struct args {
	struct gk_common common;
	struct gk_opt_input input;
	struct gk_opt_cluster cluster;
	const char *output, *progress, *dry_run, *set, *manager, *validation;
	const char *prune_limit, *expect_cluster;
	bool prune, yes, no_input, force_conflicts, no_lock, rerun_hooks, explain_order;
	bool allow_empty, assume_complete;
	const char *wait;
	int64_t lock_timeout_ms;
	struct gk_strs prune_kind;
};

static const struct gk_opt options[] = {
	GK_OPTS_INPUT(struct args, input),
	{"assume-complete", 0, GK_OPT_FLAG, offsetof(struct args, assume_complete), NULL, "Input",
		NULL, "take input whose form cannot show its end as whole, for --prune", NULL},
	GK_OPTS_CLUSTER(struct args, cluster),
	{"field-manager", 0, GK_OPT_STR, offsetof(struct args, manager), "NAME", "Cluster", NULL,
		"field manager of the objects (default gk)", NULL},
	{"field-validation", 0, GK_OPT_CHOICE, offsetof(struct args, validation), "HOW", "Cluster",
		NULL, "unknown and duplicate fields (default strict)", "strict|warn|ignore"},
	{"force-conflicts", 0, GK_OPT_FLAG, offsetof(struct args, force_conflicts), NULL, "Cluster",
		NULL, "take fields from other managers, objects from other sets", NULL},
	{"wait", 0, GK_OPT_CHOICE, offsetof(struct args, wait), "WHETHER", "Cluster", NULL,
		"wait until the objects are healthy (default true)", "true|false"},
	{"rerun-hooks", 0, GK_OPT_FLAG, offsetof(struct args, rerun_hooks), NULL, "Cluster", NULL,
		"run hooks again that have succeeded for this input", NULL},
	{"output", 'o', GK_OPT_CHOICE, offsetof(struct args, output), "FORMAT", "Output",
		"GK_OUTPUT", "form of the report (default text)", "text|json|ndjson|name"},
	{"progress", 0, GK_OPT_CHOICE, offsetof(struct args, progress), "MODE", "Output",
		"GK_PROGRESS", "progress on stderr (default plain)", "plain|json|none"},
	{"explain-order", 0, GK_OPT_FLAG, offsetof(struct args, explain_order), NULL, "Output",
		NULL, "print the order and the reasons for it, and do nothing", NULL},
	{"dry-run", 0, GK_OPT_OPTIONAL, offsetof(struct args, dry_run), "HOW", "Safety", NULL,
		"say what would be done; the server is asked, nothing is stored", "server|none"},
	{"set", 0, GK_OPT_STR, offsetof(struct args, set), "NAME", "Safety", NULL,
		"name of the set that the objects belong to (default from the input)", NULL},
	{"prune", 0, GK_OPT_FLAG, offsetof(struct args, prune), NULL, "Safety", NULL,
		"delete objects of the set that the input no longer has", NULL},
	{"prune-limit", 0, GK_OPT_STR, offsetof(struct args, prune_limit), "N|P%|none", "Safety",
		NULL, "delete at most so many (default 10%, 3 are always allowed)", NULL},
	{"prune-kind", 0, GK_OPT_LIST, offsetof(struct args, prune_kind), "[GROUP/]KIND", "Safety",
		NULL, "protected kind that may be pruned (repeatable)", NULL},
	{"allow-empty", 0, GK_OPT_FLAG, offsetof(struct args, allow_empty), NULL, "Safety", NULL,
		"an input without objects may prune", NULL},
	{"yes", 'y', GK_OPT_FLAG, offsetof(struct args, yes), NULL, "Safety", "GK_YES",
		"deletions are intended", NULL},
	{"no-input", 0, GK_OPT_FLAG, offsetof(struct args, no_input), NULL, "Safety", "GK_NO_INPUT",
		"never ask at the terminal: without --yes, deletions are refused", NULL},
	{"expect-cluster", 0, GK_OPT_STR, offsetof(struct args, expect_cluster), "UID", "Safety",
		"GK_EXPECT_CLUSTER", "refuse another cluster (UID of namespace kube-system)", NULL},
	{"no-lock", 0, GK_OPT_FLAG, offsetof(struct args, no_lock), NULL, "Safety", NULL,
		"do not lock the set", NULL},
	{"lock-timeout", 0, GK_OPT_DURATION, offsetof(struct args, lock_timeout_ms), "D", "Safety",
		NULL, "wait so long for another run of the set (default 0)", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static const char *const usage[] = {"[-f FILE]... [option]...", NULL};

static const struct gk_example examples[] = {
	{"gk-render overlays/prod | gk-secrets inject | gk-apply --prune --yes",
		"deliver, and delete what is no longer wanted"},
	{"gk-render overlays/prod | gk-apply --dry-run", "what would be done"},
	{"gk-apply -f app.yaml --explain-order", "why it is applied in this order"},
	{"gk-render overlays/prod | gk-apply -o ndjson --progress=none", "events for a program"},
	{NULL, NULL}};

enum { DEFAULT_TIMEOUT_MS = 5 * 60 * 1000 };

static void log_line(void *ctx, const char *line)
{
	(void)ctx;
	(void)!gk_io_write_all(STDERR_FILENO, line, strlen(line));
	(void)!gk_io_write_all(STDERR_FILENO, "\n", 1);
}

/* ---- input ---- */

static int refuse_open(struct gk_err *err)
{
	gk_fail(err, GK_EREFUSED, "guard.open-input",
		"the input's form cannot show that it is whole, and --prune deletes what it lacks");
	return gk_help(err, "pipe a List (gk-render prints one), or give --assume-complete");
}

static int refuse_empty(struct gk_err *err)
{
	gk_fail(err, GK_EREFUSED, "guard.empty-set",
		"the input has no objects: --prune would delete the whole set");
	return gk_help(err, "if that is intended: --allow-empty --prune-limit=none --yes");
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
		gk_fail(err, GK_EUSAGE, "usage.input", "nothing to apply: stdin is a terminal");
		return gk_help(err, "gk-render DIR | gk-apply, or gk-apply -f FILE");
	}
	if (gk_stream_load(set, &args->input, &run->limits, &run->diags, err))
		return -1;
	if (args->prune && !set->closed && !args->assume_complete)
		return refuse_open(err);
	if (args->prune && set->n == 0 && !args->allow_empty)
		return refuse_empty(err);
	return 0;
}

/* ---- which set ---- */

/*
 * Membership: by name with --set, from the trailer of what gk rendered, or, with --prune, from
 * the name of the one file.  Files that are merely applied belong to no set, as with kubectl.
 */
static int choose_set(struct gk_run *run, struct gk_set *set, const char *ns, struct gk_set_id *id,
	bool *ret_has, struct gk_err *err)
{
	const struct args *args = run->args;
	const struct gk_strs none = {NULL, 0, 0};
	const char *name = args->set;

	if (!name)
		name = gk_set_name_choose(
			&set->arena, set->meta, args->prune ? &args->input.filename : &none);
	*ret_has = name != NULL;
	if (name)
		return gk_set_id_init(id, name, ns, err);
	if (!args->prune)
		return 0;
	gk_fail(err, GK_EUSAGE, "set.unnamed", "--prune needs the name of the set");
	return gk_help(err, "the input does not tell what it was rendered from: give --set NAME");
}

/* ---- the run ---- */

static enum gk_kube_validation validation(const char *how)
{
	if (!how || strcmp(how, "strict") == 0)
		return GK_VALIDATE_STRICT;
	return strcmp(how, "warn") == 0 ? GK_VALIDATE_WARN : GK_VALIDATE_IGNORE;
}

static struct gk_apply settings(const struct args *args, struct gk_session *s, struct gk_set *set,
	struct gk_apply_report *report)
{
	return (struct gk_apply){.session = s,
		.set = set,
		.report = report,
		.manager = args->manager ? args->manager : "gk",
		.source = gk_node_text(gk_node_get(set->meta, "path")),
		.revision = gk_node_text(gk_node_get(set->meta, "revision")),
		.validation = validation(args->validation),
		.force_conflicts = args->force_conflicts,
		.no_wait = args->wait && strcmp(args->wait, "false") == 0,
		.rerun_hooks = args->rerun_hooks,
		.prune = args->prune,
		.consent = args->yes,
		.ask = args->no_input ? NULL : gk_tty_ask,
		.dry_run = args->dry_run && strcmp(args->dry_run, "none") != 0,
		.no_lock = args->no_lock,
		.lock_timeout_ms = args->lock_timeout_ms,
		.timeout_ms =
			args->cluster.timeout_ms ? args->cluster.timeout_ms : DEFAULT_TIMEOUT_MS,
		.prune_kinds = args->prune_kind,
		.expect_cluster = args->expect_cluster};
}

static int run_session(struct gk_run *run, struct gk_session *s, struct gk_set *set,
	struct gk_apply_report *report, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_apply opt = settings(args, s, set, report);
	struct gk_set_id id;
	bool has_set;

	if (gk_prune_limit_parse(
		    args->prune_limit ? args->prune_limit : "10%", &opt.prune_limit, err) ||
		choose_set(run, set, s->cfg.namespace, &id, &has_set, err))
		return -1;
	opt.id = has_set ? &id : NULL;
	return gk_apply_run(&opt, err);
}

static int apply(struct gk_run *run, struct gk_set *set, struct gk_err *err)
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
	struct gk_out progress = GK_OUT_INIT(STDERR_FILENO, "stderr");
	struct gk_apply_report report = {
		.form = GK_REPORT_TEXT, .out = &run->out, .program = "gk-apply " PACKAGE_VERSION};
	const char *mode = args->progress ? args->progress : "plain";
	int rc = args->output ? gk_report_form_parse(args->output, &report.form, err) : 0;

	if (!args->common.quiet && strcmp(mode, "none") != 0)
		report.progress = &progress;
	report.progress_json = strcmp(mode, "json") == 0;
	if (!rc)
		rc = gk_session_open(&session, &opt, err);
	if (!rc)
		rc = run_session(run, &session, set, &report, err);
	gk_apply_report_done(&report);
	gk_session_close(&session);
	gk_buf_done(&progress.buf);
	return rc;
}

static int explain(struct gk_run *run, struct gk_set *set, struct gk_err *err)
{
	struct gk_graph graph = GK_GRAPH_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(64 << 20);
	int rc = gk_graph_build(&graph, set, err);

	if (!rc) {
		gk_graph_explain(&graph, &text);
		gk_out_put(&run->out, gk_buf_str(&text));
	}
	gk_graph_done(&graph);
	return rc;
}

static int run_apply(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_set set = GK_SET_INIT;
	int rc;

	gk_sig_init();
	rc = load(run, &set, err);
	if (!rc)
		rc = args->explain_order ? explain(run, &set, err) : apply(run, &set, err);
	gk_set_done(&set);
	return rc;
}

static const char *libraries[] = {NULL, NULL};

static const struct gk_prog program = {.name = "gk-apply",
	.purpose = "apply objects in order, wait until they are healthy, prune",
	.usage = usage,
	.examples = examples,
	.opts = options,
	.nopts = GK_COUNT(options),
	.args_size = sizeof(struct args),
	.common = offsetof(struct args, common),
	.exits = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9 |
		 1 << 10,
	.flags = GK_PROG_SECRET | GK_PROG_DRAIN,
	.run = run_apply,
	.libraries = libraries};

int main(int argc, char **argv)
{
	int code;

	libraries[0] = gk_http_library();
	code = gk_main(&program, argc, argv);
	if (gk_sig_caught())
		gk_sig_reraise(gk_sig_caught());
	return code;
}
