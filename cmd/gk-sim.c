/* gk-sim: a rehearsal server for what gk talks to. */
#include "base/prog.h"
#include "base/sig.h"
#include "sim/sim.h"

struct args {
	struct gk_common common;
	const char *dir, *seed, *fault, *log, *rules, *issuer;
	uint64_t port, aws_port, history;
	int64_t bookmark, crd_delay;
	bool idle, keep;
};

static const struct gk_opt options[] = {
	{"dir", 0, GK_OPT_STR, offsetof(struct args, dir), "DIR", "Server", NULL,
		"folder for kubeconfig, ca.crt and env; made when missing", NULL},
	{"port", 0, GK_OPT_U64, offsetof(struct args, port), "N", "Server", NULL,
		"port of the Kubernetes API (default: any)", NULL},
	{"aws-port", 0, GK_OPT_U64, offsetof(struct args, aws_port), "N", "Server", NULL,
		"port of the AWS endpoints (default: any)", NULL},
	{"keep", 0, GK_OPT_FLAG, offsetof(struct args, keep), NULL, "Server", NULL,
		"load the objects from DIR at the start, save them at the end", NULL},
	{"log", 0, GK_OPT_STR, offsetof(struct args, log), "FILE", "Server", NULL,
		"append a JSON line for each request", NULL},
	{"seed", 0, GK_OPT_STR, offsetof(struct args, seed), "FILE", "World", NULL,
		"AWS secrets, parameters and roles to start with", NULL},
	{"issuer", 0, GK_OPT_STR, offsetof(struct args, issuer), "URL", "World", NULL,
		"issuer of service account tokens (default: the server's address)", NULL},
	{"rules", 0, GK_OPT_STR, offsetof(struct args, rules), "FILE", "World", NULL,
		"who may do what, as JSON lines (default: all may do all)", NULL},
	{"idle", 0, GK_OPT_FLAG, offsetof(struct args, idle), NULL, "World", NULL,
		"no controllers: nothing becomes ready by itself", NULL},
	{"fault", 0, GK_OPT_STR, offsetof(struct args, fault), "FILE", "Faults", NULL,
		"rules that make requests fail, as JSON lines", NULL},
	{"history", 0, GK_OPT_U64, offsetof(struct args, history), "N", "Faults", NULL,
		"changes of a resource that watches can start from (default 4096)", NULL},
	{"bookmark-interval", 0, GK_OPT_DURATION, offsetof(struct args, bookmark), "D", "Faults",
		NULL, "time between bookmarks (default 60s)", NULL},
	{"crd-delay", 0, GK_OPT_DURATION, offsetof(struct args, crd_delay), "D", "Faults", NULL,
		"time until a new custom resource is served (default 0)", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static int check(const struct args *a, struct gk_err *err)
{
	if (!a->dir) {
		(void)gk_fail(err, GK_EUSAGE, "usage.option", "no --dir given");
		return gk_help(err, "gk-sim --dir STATE -- COMMAND...");
	}
	if (a->port > 65535 || a->aws_port > 65535)
		return gk_fail(err, GK_EUSAGE, "usage.option", "a port is at most 65535");
	return 0;
}

/* Without a command: say where it listens, and serve until a signal. */
static void announce(struct gk_run *run, const struct gk_sim *s)
{
	gk_out_printf(&run->out, "KUBECONFIG=%s\nAWS_ENDPOINT_URL=%s\n", gk_sim_kubeconfig(s),
		gk_sim_aws_url(s));
	gk_out_flush(&run->out);
}

static int serve(struct gk_run *run, struct gk_sim *s, struct gk_err *err)
{
	struct gk_strs argv = run->operands;
	int rc;

	if (argv.n == 0) {
		announce(run, s);
		return gk_sim_serve(s, NULL, &run->exit_code, err);
	}
	gk_vec_push(&run->operands, NULL);
	run->operands.n--;
	rc = gk_sim_serve(s, (char *const *)(uintptr_t)run->operands.v, &run->exit_code, err);
	return rc;
}

static int run_sim(struct gk_run *run, struct gk_err *err)
{
	const struct args *a = run->args;
	struct gk_sim_options opt = {.dir = a->dir,
		.seed = a->seed,
		.faults = a->fault,
		.log = a->log,
		.rules = a->rules,
		.issuer = a->issuer,
		.port = a->port,
		.aws_port = a->aws_port,
		.history = a->history,
		.bookmark_ms = a->bookmark,
		.crd_delay_ms = a->crd_delay,
		.idle = a->idle,
		.keep = a->keep};
	struct gk_err stop_err = GK_ERR_INIT;
	struct gk_sim *s = NULL;
	int rc;

	if (check(a, err))
		return -1;
	gk_sig_init();
	if (gk_sim_start(&opt, &s, err))
		return -1;
	rc = serve(run, s, err);
	if (gk_sim_stop(s, rc ? &stop_err : err))
		rc = -1;
	return rc;
}

static const char *const usage[] = {
	"--dir DIR [options] [-- COMMAND...]",
	NULL,
};

static const struct gk_example examples[] = {
	{"gk-sim --dir /tmp/sim -- kubectl get namespaces", "run one command against it"},
	{"gk-sim --dir /tmp/sim --port 6443", "serve until a signal comes"},
	{"gk-sim --dir /tmp/sim --seed aws/seed.json -- ./deliver.sh",
		"with AWS secrets and roles"},
	{"gk-sim --dir /tmp/sim --fault faults.jsonl --log requests.jsonl -- ./test.sh",
		"with faults, and a log to count requests in"},
	{NULL, NULL},
};

static const struct gk_prog program = {
	.name = "gk-sim",
	.purpose = "rehearse a delivery: Kubernetes and AWS in one small process",
	.usage = usage,
	.examples = examples,
	.opts = options,
	.nopts = GK_COUNT(options),
	.args_size = sizeof(struct args),
	.common = offsetof(struct args, common),
	.exits = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 10,
	.flags = GK_PROG_DRAIN,
	.run = run_sim,
};

int main(int argc, char **argv)
{
	return gk_main(&program, argc, argv);
}
