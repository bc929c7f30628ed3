/* gk-tfstate: read, query and check a Terraform or OpenTofu state. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/prog.h"
#include "doc/stream.h"
#include "doc/yaml.h"
#include "tf/check.h"
#include "tf/get.h"
#include "tf/outputs.h"

struct args {
	struct gk_common common;
	const char *output, *name, *namespace;
	bool show_secrets;
	struct gk_strs require;
};

static const struct gk_opt options[] = {
	{"output", 'o', GK_OPT_CHOICE, offsetof(struct args, output), "FORMAT", "Output",
		"GK_OUTPUT", "form of the result", "json|raw|env|yaml|configmap|text"},
	{"name", 0, GK_OPT_STR, offsetof(struct args, name), "NAME", "Output", NULL,
		"name of the ConfigMap (default terraform-outputs)", NULL},
	{"namespace", 'n', GK_OPT_STR, offsetof(struct args, namespace), "NS", "Output", NULL,
		"namespace of the ConfigMap", NULL},
	{"require", 0, GK_OPT_LIST, offsetof(struct args, require), "NAME[=REGEX]", "Check", NULL,
		"output that must be there, and match (repeatable)", NULL},
	{"show-secrets", 0, GK_OPT_FLAG, offsetof(struct args, show_secrets), NULL, "Safety", NULL,
		"print sensitive values", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static int fill_fd(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err)
{
	const int *fd = ctx;

	for (;;) {
		ssize_t n = read(*fd, buf, cap);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return gk_fail_sys(err, GK_EIO, "system.read", "cannot read the state");
		*ret_n = (size_t)n;
		return 0;
	}
}

static int open_state(const char *path, int *ret, struct gk_err *err)
{
	if (!strcmp(path, "-")) {
		*ret = STDIN_FILENO;
		return 0;
	}
	if (strstr(path, "://")) {
		gk_fail(err, GK_EUSAGE, "tf.backend", "cannot read '%s': only files and - are read",
			path);
		return gk_help(err, "terraform state pull | gk-tfstate outputs -");
	}
	return gk_io_open_regular(path, ret, err);
}

/* Read the state that the first operand names; `keep` as in tf/state.h. */
static int load(struct gk_run *run, const struct gk_tf_address *keep, struct gk_tf_state *s,
	struct gk_err *err)
{
	const char *path = run->operands.n ? run->operands.v[0] : NULL;
	struct gk_tf_read how = {
		.fill = fill_fd, .lim = &run->limits, .keep = keep, .findings = &run->diags};
	int fd, rc;

	if (!path) {
		gk_fail(err, GK_EUSAGE, "usage.operand", "no state given");
		return gk_help(err, "gk-tfstate %s STATE, or - for stdin", run->verb->name);
	}
	if (open_state(path, &fd, err))
		return -1;
	how.source = path;
	how.ctx = &fd;
	rc = gk_tf_state_read(s, &how, err);
	if (fd != STDIN_FILENO)
		(void)close(fd); /* read-only */
	return rc;
}

static const char *form(const struct gk_run *run, const char *otherwise)
{
	const struct args *args = run->args;

	return args->output ? args->output : otherwise;
}

static int refuse_form(struct gk_run *run, const char *allowed, struct gk_err *err)
{
	gk_fail(err, GK_EUSAGE, "usage.option", "%s does not print the form '%s'", run->verb->name,
		form(run, ""));
	return gk_help(err, "expected one of %s", allowed);
}

static int print_json(
	struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	(void)a;
	(void)err;
	gk_json_print(&b, outputs, GK_JSON_PRETTY | GK_JSON_HTML);
	gk_out_put(&run->out, gk_buf_str(&b));
	return 0;
}

static int print_raw(
	struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	const struct gk_node *first = gk_node_at(outputs, 0), *value = gk_node_get(first, "value");

	(void)a;
	if (run->operands.n != 2) {
		gk_fail(err, GK_EUSAGE, "usage.operand", "the raw form prints one output: name it");
		return gk_help(err, "gk-tfstate outputs STATE NAME -o raw");
	}
	if (!gk_node_scalar(value).p) {
		gk_fail(err, GK_EINPUT, "tf.not-scalar",
			"output \"%s\" is %s: the raw form is for strings, numbers and booleans",
			run->operands.v[1], gk_type_name(value->type));
		return gk_help(err, "-o json prints it");
	}
	gk_tf_value_print(&b, value);
	gk_out_put(&run->out, gk_buf_str(&b));
	return 0;
}

static int print_env(
	struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	(void)a;
	(void)err;
	gk_tf_outputs_env(&b, outputs);
	gk_out_put(&run->out, gk_buf_str(&b));
	return 0;
}

static int print_yaml(
	struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};

	if (gk_yaml_print(&b, gk_tf_outputs_values(a, outputs), err))
		return -1;
	gk_out_put(&run->out, gk_buf_str(&b));
	return 0;
}

static int print_configmap(
	struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_set set = GK_SET_INIT;
	struct gk_node *map = gk_tf_outputs_configmap(
		a, outputs, args->name ? args->name : "terraform-outputs", args->namespace);
	struct gk_ref ref;
	int rc = gk_object_ref(map, "-", &ref, err);

	if (rc == 0) {
		gk_set_add(&set, map, "-", &ref);
		rc = gk_stream_write(
			&run->out, GK_STREAM_LIST, &set, "gk-tfstate " PACKAGE_VERSION, NULL, err);
	}
	gk_set_done(&set);
	return rc;
}

static const struct {
	const char *form;
	int (*print)(struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs,
		struct gk_err *err);
} printers[] = {
	{"json", print_json},
	{"raw", print_raw},
	{"env", print_env},
	{"yaml", print_yaml},
	{"configmap", print_configmap},
};

static int print_outputs(
	struct gk_run *run, struct gk_arena *a, const struct gk_node *outputs, struct gk_err *err)
{
	const char *wanted = form(run, "json");

	for (size_t i = 0; i < GK_COUNT(printers); i++)
		if (!strcmp(printers[i].form, wanted))
			return printers[i].print(run, a, outputs, err);
	return refuse_form(run, "json, raw, env, yaml, configmap", err);
}

static void say_masked(struct gk_run *run, size_t masked)
{
	struct gk_diag *d;

	if (!masked)
		return;
	d = gk_diags_add(&run->diags, GK_SEV_NOTE, "tf.masked", (struct gk_pos){0},
		"%zu sensitive output%s not shown", masked, masked == 1 ? " is" : "s are");
	gk_diag_help(&run->diags, d, "--show-secrets prints %s", masked == 1 ? "it" : "them");
}

static int outputs(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_tf_state s = GK_TF_STATE_INIT;
	struct gk_tf_select sel = {.show_secrets = args->show_secrets};
	struct gk_node *selected;
	size_t masked;
	int rc = load(run, NULL, &s, err);

	if (rc == 0) {
		sel.names = run->operands.v + 1;
		sel.n = run->operands.n - 1;
		rc = gk_tf_outputs(&s.arena, &s, &sel, &selected, &masked, err);
	}
	if (rc == 0)
		rc = print_outputs(run, &s.arena, selected, err);
	if (rc == 0)
		say_masked(run, masked);
	gk_tf_state_done(&s);
	return rc;
}

static int print_value(struct gk_run *run, const struct gk_node *value, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	const char *wanted = form(run, "raw");

	if (!strcmp(wanted, "json"))
		gk_json_print(&b, value, 0);
	else if (!strcmp(wanted, "raw"))
		gk_tf_value_print(&b, value);
	else
		return refuse_form(run, "raw, json", err);
	gk_buf_putc(&b, '\n');
	gk_out_put(&run->out, gk_buf_str(&b));
	return 0;
}

static int get(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_tf_state s = GK_TF_STATE_INIT;
	struct gk_tf_query query;
	const struct gk_node *value;
	int rc;

	if (run->operands.n != 2) {
		gk_fail(err, GK_EUSAGE, "usage.operand", "get takes a state and one address");
		return gk_help(err, "gk-tfstate get STATE aws_eks_cluster.main.endpoint");
	}
	if (gk_tf_query_parse(&s.arena, gk_str_c(run->operands.v[1]), &query, err))
		rc = -1;
	else if (load(run, query.output ? NULL : &query.address, &s, err))
		rc = -1;
	else if (gk_tf_get(&s.arena, &s, &query, args->show_secrets, &value, err))
		rc = gk_err_at(err, (struct gk_pos){s.source, 0, 0});
	else
		rc = print_value(run, value, err);
	gk_tf_state_done(&s);
	return rc;
}

static bool wanted(const struct gk_tf_address *patterns, size_t n, const struct gk_tf_address *a)
{
	for (size_t i = 0; i < n; i++)
		if (gk_tf_address_covers(&patterns[i], a))
			return true;
	return n == 0;
}

/* One line an address; an instance with only deposed objects left has one too. */
static void list_instances(struct gk_run *run, const struct gk_tf_state *s,
	const struct gk_tf_address *patterns, size_t n)
{
	const struct gk_tf_address *last = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct gk_tf_address *a = &s->instances[i].address;
		GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

		if ((last && gk_tf_address_cmp(last, a) == 0) || !wanted(patterns, n, a))
			continue;
		gk_tf_address_print(&b, a);
		gk_out_printf(&run->out, "%s\n", gk_buf_cstr(&b));
		last = a;
	}
}

static int list(struct gk_run *run, struct gk_err *err)
{
	struct gk_tf_state s = GK_TF_STATE_INIT;
	struct gk_tf_address *patterns;
	int rc = load(run, NULL, &s, err);

	if (rc == 0) {
		size_t n = run->operands.n - 1;

		patterns = gk_arena_array(&s.arena, n, sizeof *patterns);
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = gk_tf_address_parse(
				&s.arena, gk_str_c(run->operands.v[i + 1]), &patterns[i], err);
		if (rc == 0)
			list_instances(run, &s, patterns, n);
	}
	gk_tf_state_done(&s);
	return rc;
}

static int check(struct gk_run *run, struct gk_err *err)
{
	const struct args *args = run->args;
	struct gk_tf_state s = GK_TF_STATE_INIT;
	int rc = load(run, NULL, &s, err);

	if (rc == 0)
		rc = gk_tf_check(&s, args->require.v, args->require.n, &run->diags, err);
	if (rc == 0) {
		gk_out_printf(&run->out,
			"%s: serial %llu, Terraform %.*s, %u outputs, %zu objects: %zu errors, %zu warnings\n",
			s.source, (unsigned long long)s.serial, GK_SARG(s.terraform_version),
			s.outputs->count, s.n, run->diags.errors, run->diags.warnings);
		run->exit_code = run->diags.errors ? 1 : 0;
	}
	gk_tf_state_done(&s);
	return rc;
}

static const struct gk_verb verbs[] = {
	{"outputs", "print the outputs, or those that are named", outputs},
	{"get", "print one output or attribute", get},
	{"list", "print the addresses of all objects", list},
	{"check", "look for faults; 1 when there are some", check},
	{0},
};

static const char *const usage[] = {
	"outputs [OPTION...] STATE [NAME...]",
	"get [OPTION...] STATE ADDRESS",
	"list [OPTION...] STATE [ADDRESS...]",
	"check [OPTION...] STATE",
	NULL,
};

static const struct gk_example examples[] = {
	{"gk-tfstate outputs prod.tfstate -o configmap | gk-render overlays/prod -f -",
		"hand the outputs to the renderer"},
	{"gk-tfstate get prod.tfstate aws_eks_cluster.main.endpoint", "one attribute"},
	{"gk-tfstate check prod.tfstate --require vpc_id --require 'cluster_name=prod-.*'",
		"what a delivery needs is there"},
	{"terraform state pull | gk-tfstate list -", "any backend that terraform reads"},
	{0},
};

static const struct gk_prog program = {
	.name = "gk-tfstate",
	.purpose = "read, query and check Terraform and OpenTofu state",
	.usage = usage,
	.examples = examples,
	.verbs = verbs,
	.opts = options,
	.nopts = GK_COUNT(options),
	.args_size = sizeof(struct args),
	.common = offsetof(struct args, common),
	.exits = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 9 | 1u << 10,
	.flags = GK_PROG_SECRET,
};

int main(int argc, char **argv)
{
	return gk_main(&program, argc, argv);
}
