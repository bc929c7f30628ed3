/* gk-secrets: ExternalSecrets of the object stream become Secrets. */
#include "gk-secrets.h"

#include <unistd.h>

#include "base/text.h"
#include "base/vec.h"
#include "secret/external.h"
#include "secret/mark.h"

/* Values on a screen stay in its scrollback and in recordings. */
static int guard_terminal(const struct args *args, enum gk_stream_form form, struct gk_err *err)
{
	if (args->show_secrets || form == GK_STREAM_NAME || !isatty(STDOUT_FILENO))
		return 0;
	gk_fail(err, GK_EREFUSED, "guard.terminal",
		"standard output is a terminal, and this would print secrets on it");
	return gk_help(err, "pipe the output to gk-apply or gk-diff, or give --show-secrets");
}

static struct gk_str default_ns(const struct args *args)
{
	return args->input.namespace ? gk_str_c(args->input.namespace) : GK_STR("default");
}

static int no_operands(struct gk_run *run, struct gk_err *err)
{
	if (!run->operands.n)
		return 0;
	gk_fail(err, GK_EUSAGE, "usage.operand", "unexpected operand '%s'", run->operands.v[0]);
	return gk_help(err, "files are named with -f");
}

/* The set of the input, its ExternalSecrets replaced; faults go to the run's diagnostics. */
static int resolve(struct gk_run *run, struct gk_set *set, struct sessions *s,
	struct gk_inject_report *report, struct gk_err *err)
{
	const struct args *args = run->args;
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_catalog catalog;
	const struct gk_inject how = {
		.default_ns = default_ns(args), .keep = args->keep, .provider = {fetch_wants, s}};
	bool ok;

	if (sessions_open(s, run, err))
		return -1;
	gk_catalog_init(&catalog, &a, set, how.default_ns);
	s->catalog = &catalog;
	ok = gk_secret_inject(set, &how, &run->diags, report);
	s->catalog = NULL;
	gk_catalog_done(&catalog);
	return ok ? 0 : 1;
}

static int load(struct gk_run *run, struct gk_set *set, struct gk_err *err)
{
	const struct args *args = run->args;

	set->arena.wipe = true; /* before the first object: Secrets may be among them */
	return gk_stream_load(set, &args->input, &run->limits, &run->diags, err);
}

static int inject(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_set set = GK_SET_INIT;
	struct sessions s = {0};
	enum gk_stream_form form;
	int rc;

	if (no_operands(run, err) ||
		gk_stream_form_parse(args->output ? args->output : "json", &form, err) ||
		guard_terminal(args, form, err))
		return -1;
	rc = load(run, &set, err);
	if (rc == 0)
		rc = resolve(run, &set, &s, NULL, err);
	if (rc == 0) {
		run->out.buf.secret = true;
		rc = gk_stream_write(
			&run->out, form, &set, "gk-secrets " PACKAGE_VERSION, set.meta, err);
	}
	sessions_close(&s);
	gk_set_done(&set);
	return rc < 0 ? -1 : 0; /* 1: the diagnostics say it */
}

/* "db#password" and the like: what each entry reads. */
static void put_entry(struct gk_buf *b, const struct gk_es_entry *e)
{
	gk_buf_puts(b, b->n ? ", " : "");
	if (e->secret_key.p)
		gk_buf_printf(b, "%.*s=", GK_SARG(e->secret_key));
	if (e->find)
		gk_buf_printf(b, "find %.*s%s%.*s", GK_SARG(e->search.path),
			e->search.path.n ? " " : "", GK_SARG(e->search.name));
	else
		gk_buf_printf(b, "%.*s%s%.*s", GK_SARG(e->remote.key),
			e->remote.property.n ? "#" : "", GK_SARG(e->remote.property));
}

static void print_external(struct gk_run *run, const struct gk_es *es)
{
	GK_AUTO(gk_buf_done) struct gk_buf what = {0}, line = {0}, shown = {0};
	const struct gk_es_entry *first = es->nentries ? &es->entry[0] : NULL;

	for (size_t i = 0; i < es->nentries; i++)
		put_entry(&what, &es->entry[i]);
	gk_buf_printf(&line, "%s\tSecret %.*s\t%s %.*s\t%s", es->text, GK_SARG(es->target),
		first && first->store.cluster ? "ClusterSecretStore" : "SecretStore",
		GK_SARG(first ? first->store.name : GK_STR("")), gk_buf_cstr(&what));
	gk_text_escape(&shown, gk_buf_str(&line), false);
	gk_buf_putc(&shown, '\n');
	gk_out_put(&run->out, gk_buf_str(&shown));
}

static int list(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_set set = GK_SET_INIT;
	int rc = no_operands(run, err) || load(run, &set, err) ? -1 : 0;

	for (size_t i = 0; i < set.n && rc == 0; i++) {
		struct gk_es es;

		if (gk_es_is(&set.items[i].ref) &&
			gk_es_parse(&a, &set.items[i], default_ns(args), &run->diags, &es))
			print_external(run, &es);
	}
	gk_set_done(&set);
	return rc;
}

enum state { FRESH, STALE, ABSENT };

/* Hold the version of the live Secret against the one that the store would give now. */
static int compare(
	struct sessions *s, const struct gk_injected *made, enum state *ret, struct gk_err *err)
{
	struct gk_kube_call call = gk_kube_get(&res_secret, made->ns, made->name);
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	int failed;

	call.metadata_only = true;
	failed = gk_kube_do(s->kube, &call, &reply, err);
	if (failed && err->code == GK_ENOTFOUND) {
		gk_err_reset(err);
		failed = 0;
		*ret = ABSENT;
	} else if (!failed) {
		*ret = gk_str_eq(gk_object_annotation(reply.doc.root, GK_SECRET_VERSION),
			       made->version)
			       ? FRESH
			       : STALE;
	}
	gk_kube_reply_done(&reply);
	return failed ? -1 : 0;
}

static int compare_all(struct gk_run *run, struct sessions *s,
	const struct gk_inject_report *report, struct gk_err *err)
{
	static const char *const names[] = {
		[FRESH] = "fresh", [STALE] = "stale", [ABSENT] = "absent"};
	size_t fresh = 0;

	if (report->n && sessions_kube(s, err))
		return -1;
	gk_vec_foreach (struct gk_injected, made, report) {
		enum state state = ABSENT;

		if (compare(s, made, &state, err))
			return -1;
		fresh += state == FRESH;
		gk_out_printf(&run->out, "%s\tSecret %.*s/%.*s\t%zu keys\t%s\n", names[state],
			GK_SARG(made->ns), GK_SARG(made->name), made->keys, made->external);
	}
	if (fresh < report->n)
		run->exit_code = 1;
	return 0;
}

static int check(struct gk_run *run, struct gk_err *err)
{
	struct gk_set set = GK_SET_INIT;
	struct gk_inject_report report = {0};
	struct sessions s = {0};
	int rc = no_operands(run, err) || load(run, &set, err) ? -1 : 0;

	if (rc == 0)
		rc = resolve(run, &set, &s, &report, err);
	if (rc == 0)
		rc = compare_all(run, &s, &report, err);
	gk_vec_done(&report);
	sessions_close(&s);
	gk_set_done(&set);
	return rc < 0 ? -1 : 0;
}

static const struct gk_verb verbs[] = {
	{"inject", "put a Secret in the place of each ExternalSecret of the stream", inject},
	{"list", "print what each ExternalSecret reads; asks nobody", list},
	{"check", "say which Secrets of the cluster are older than their stores", check},
	{NULL, NULL, NULL},
};

static const struct gk_opt opts[] = {
	GK_OPTS_INPUT(struct args, input),
	GK_OPTS_CLUSTER(struct args, cluster),
	GK_OPTS_AWS(struct args, aws),
	{"output", 'o', GK_OPT_CHOICE, offsetof(struct args, output), "FORMAT", "Output",
		"GK_OUTPUT", "inject: form of the stream", "json|ndjson|yaml|krm|name"},
	{"keep", 0, GK_OPT_FLAG, offsetof(struct args, keep), NULL, "Output", NULL,
		"leave stores and ExternalSecrets in the stream", NULL},
	{"read-only", 0, GK_OPT_FLAG, offsetof(struct args, read_only), NULL, "Safety", NULL,
		"do not create a ServiceAccount or Namespace that a token needs", NULL},
	{"show-secrets", 0, GK_OPT_FLAG, offsetof(struct args, show_secrets), NULL, "Safety", NULL,
		"print secrets even on a terminal", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static const struct gk_example examples[] = {
	{"gk-render overlays/prod | gk-secrets inject | gk-apply --prune --yes",
		"deliver with secrets before workloads"},
	{"gk-render overlays/prod | gk-secrets inject --read-only | gk-diff", "what would change"},
	{"gk-render overlays/prod | gk-secrets list", "which secrets are read"},
	{"gk-render overlays/prod | gk-secrets check", "what was rotated since the last delivery"},
	{NULL, NULL},
};

static const char *const usage[] = {"inject [-f FILE]... [OPTION]...",
	"list [-f FILE]... [OPTION]...", "check [-f FILE]... [OPTION]...", NULL};

int main(int argc, char **argv)
{
	const char *const libraries[] = {gk_http_library(), NULL};
	const struct gk_prog program = {.name = "gk-secrets",
		.purpose = "resolve ExternalSecrets through AWS, before anything is applied",
		.usage = usage,
		.examples = examples,
		.verbs = verbs,
		.opts = opts,
		.nopts = GK_COUNT(opts),
		.args_size = sizeof(struct args),
		.common = offsetof(struct args, common),
		.exits = 0x7f | 1u << 9 | 1u << 10,
		.flags = GK_PROG_SECRET | GK_PROG_DRAIN,
		.libraries = libraries};

	return gk_main(&program, argc, argv);
}
