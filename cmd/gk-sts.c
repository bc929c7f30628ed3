/* gk-sts: AWS credentials, EKS tokens, and who we are. */
#include <stdlib.h>
#include <unistd.h>

#include "aws/chain.h"
#include "aws/ekstoken.h"
#include "aws/export.h"
#include "aws/sts.h"
#include "base/io.h"
#include "base/prog.h"
#include "base/secret.h"
#include "base/text.h"

struct args {
	struct gk_common common;
	struct gk_opt_aws aws;
	const char *cluster_name, *cluster_id, *output;
	bool explain, token, show_secrets;
};

/* What every verb works with. */
struct session {
	struct gk_run *run;
	const struct args *args;
	struct gk_http *http;
	struct gk_aws *aws;
	struct gk_aws_login login;
};

static void log_line(void *ctx, const char *line)
{
	(void)ctx;
	fprintf(stderr, "gk-sts: %s\n", line);
}

static int open_session(struct session *s, struct gk_run *run, struct gk_err *err)
{
	struct gk_http_options http = {
		.verbose = run->common->verbose, .limits = &run->limits, .log = log_line};
	struct gk_aws_options aws = {.limits = &run->limits, .tool = "gk-sts"};
	GK_AUTO(gk_buf_done) struct gk_buf agent = {0};

	*s = (struct session){.run = run, .args = run->args};
	gk_http_user_agent(&agent, run->prog->name);
	http.user_agent = gk_buf_cstr(&agent);
	if (gk_http_new(&http, &s->http, err))
		return -1;
	aws.http = s->http;
	aws.opt = &s->args->aws;
	return gk_aws_new(&aws, &s->aws, err);
}

static void close_session(struct session *s)
{
	gk_aws_login_done(&s->login);
	gk_aws_warn_clock(s->aws, &s->run->diags);
	gk_aws_free(s->aws);
	gk_http_free(s->http);
}

/* Credentials on a screen stay in its scrollback and in recordings. */
static int guard_terminal(const struct session *s, struct gk_err *err)
{
	if (s->args->show_secrets || !isatty(STDOUT_FILENO))
		return 0;
	gk_fail(err, GK_EREFUSED, "guard.terminal",
		"standard output is a terminal, and this would print credentials on it");
	return gk_help(err, "pipe or capture the output, or give --show-secrets");
}

static bool output_is(const struct session *s, const char *form)
{
	return s->args->output && strcmp(s->args->output, form) == 0;
}

static int no_such_form(
	const struct session *s, const char *verb, const char *forms, struct gk_err *err)
{
	return gk_fail(err, GK_EUSAGE, "usage.output", "%s does not print '%s': expected %s", verb,
		s->args->output, forms);
}

static int make_token(struct session *s, struct gk_buf *token, int64_t *now, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const char *cluster = s->args->cluster_name ? s->args->cluster_name : s->args->cluster_id;
	struct gk_aws_endpoint sts;
	struct gk_sigv4_key key;

	if (gk_aws_locate(s->aws, &a, GK_AWS_STS, GK_STR_NULL, &sts, err) ||
		gk_aws_login(
			s->aws, s->args->aws.role_arn ? "EKSGetTokenAuth" : NULL, &s->login, err))
		return -1;
	key = gk_aws_creds_key(&s->login.creds);
	*now = gk_aws_now_ms(s->aws);
	return gk_eks_token(token, &key, &sts, gk_str_c(cluster), *now, err);
}

static int print_token(struct session *s, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf token = {.secret = true}, text = {.secret = true};
	int64_t now;

	if (!s->args->cluster_name == !s->args->cluster_id) {
		gk_fail(err, GK_EUSAGE, "usage.cluster", "token needs the cluster that it is for");
		return gk_help(err, "give --cluster-name NAME, or --cluster-id ID on Outposts");
	}
	if (s->args->output && !output_is(s, "json") && !output_is(s, "text"))
		return no_such_form(s, "token", "json or text", err);
	if (guard_terminal(s, err) || make_token(s, &token, &now, err))
		return -1;
	if (output_is(s, "text"))
		gk_buf_printf(&text, "%s\n", gk_buf_cstr(&token));
	else
		gk_eks_exec_credential(&text, gk_buf_str(&token),
			gk_str_c(gk_aws_env(s->aws, "KUBERNETES_EXEC_INFO")), now);
	gk_out_put(&s->run->out, gk_buf_str(&text));
	return 0;
}

static int print_credentials(struct session *s, struct gk_err *err)
{
	static const struct {
		const char *name;
		enum gk_aws_form form;
	} forms[] = {{"process", GK_AWS_FORM_PROCESS}, {"env", GK_AWS_FORM_ENV},
		{"json", GK_AWS_FORM_JSON}};
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
	size_t i = 0;

	while (s->args->output && i < GK_COUNT(forms) && !output_is(s, forms[i].name))
		i++;
	if (i == GK_COUNT(forms))
		return no_such_form(s, "assume", "process, env or json", err);
	if (guard_terminal(s, err) || gk_aws_login(s->aws, NULL, &s->login, err))
		return -1;
	gk_aws_export(&text, &s->login.creds, gk_aws_region(s->aws), forms[i].form);
	gk_out_put(&s->run->out, gk_buf_str(&text));
	return 0;
}

static void put_member(
	struct gk_out *out, const char *before, const char *name, struct gk_str value)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_buf_printf(&b, "%s\"%s\":", before, name);
	gk_text_json(&b, value);
	gk_out_put(out, gk_buf_str(&b));
}

static void put_line(struct gk_out *out, const char *name, struct gk_str value)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_buf_printf(&b, "%-10s", name);
	gk_text_escape(&b, value, false);
	gk_buf_putc(&b, '\n');
	gk_out_put(out, gk_buf_str(&b));
}

static const char *source(const struct session *s)
{
	for (size_t i = s->login.nsteps; i > 0; i--)
		if (s->login.step[i - 1].used)
			return s->login.step[i - 1].link;
	return "";
}

/* Which place gave the credentials, and why the ones before it did not. */
static void put_steps(struct session *s)
{
	struct gk_out *out = &s->run->out;

	for (size_t i = 0; i < s->login.nsteps; i++) {
		const struct gk_aws_step *step = &s->login.step[i];
		GK_AUTO(gk_buf_done) struct gk_buf b = {0};

		gk_buf_printf(&b, "%zu. %-22s %s", i + 1, step->link,
			step->used ? "used: " : "not used: ");
		gk_text_escape(&b, gk_str_c(step->why), false);
		gk_buf_putc(&b, '\n');
		gk_out_put(out, gk_buf_str(&b));
	}
}

static void put_steps_json(struct session *s)
{
	struct gk_out *out = &s->run->out;

	gk_out_puts(out, ",\"chain\":[");
	for (size_t i = 0; i < s->login.nsteps; i++) {
		const struct gk_aws_step *step = &s->login.step[i];

		put_member(out, i ? ",{" : "{", "link", gk_str_c(step->link));
		gk_out_printf(out, ",\"used\":%s", step->used ? "true" : "false");
		put_member(out, ",", "why", gk_str_c(step->why));
		gk_out_puts(out, "}");
	}
	gk_out_puts(out, "]");
}

static void put_identity(struct session *s, const struct gk_sts_identity *id)
{
	struct gk_out *out = &s->run->out;
	char stamp[32] = "";

	if (s->login.creds.expires_ms)
		gk_time_rfc3339(s->login.creds.expires_ms, false, stamp);
	if (output_is(s, "json")) {
		put_member(out, "{", "account", id->account);
		put_member(out, ",", "arn", id->arn);
		put_member(out, ",", "userId", id->user_id);
		put_member(out, ",", "source", gk_str_c(source(s)));
		if (*stamp)
			put_member(out, ",", "expiration", gk_str_c(stamp));
		if (s->args->explain)
			put_steps_json(s);
		gk_out_puts(out, "}\n");
		return;
	}
	put_line(out, "account", id->account);
	put_line(out, "arn", id->arn);
	put_line(out, "user id", id->user_id);
	put_line(out, "source", gk_str_c(source(s)));
	if (*stamp)
		put_line(out, "expires", gk_str_c(stamp));
	if (s->args->explain)
		put_steps(s);
}

/* The web identity token's own words, to hold against a trust policy; asks nobody. */
static int print_claims(struct session *s, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	const char *path = s->args->aws.web_identity_token_file;
	struct gk_secret token = GK_SECRET_INIT;
	struct gk_sts_claims claims;
	char stamp[32] = "";
	int failed;

	if (!path)
		path = gk_aws_env(s->aws, "AWS_WEB_IDENTITY_TOKEN_FILE");
	if (!path)
		return gk_fail(err, GK_EUSAGE, "usage.token",
			"--token needs --web-identity-token-file or AWS_WEB_IDENTITY_TOKEN_FILE");
	failed = gk_aws_token_file(path, &token, err) ||
		 gk_sts_claims(&a, gk_secret_str(&token), &claims, err);
	gk_secret_done(&token);
	if (failed)
		return -1;
	if (claims.expires_s > 0)
		gk_time_rfc3339(claims.expires_s * 1000, false, stamp);
	put_line(&s->run->out, "subject", claims.subject);
	put_line(&s->run->out, "audience", claims.audience);
	put_line(&s->run->out, "issuer", claims.issuer);
	put_line(&s->run->out, "expires", gk_str_c(stamp));
	return 0;
}

static int print_identity(struct session *s, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_sts_identity id;

	if (s->args->output && !output_is(s, "json") && !output_is(s, "text"))
		return no_such_form(s, "whoami", "text or json", err);
	if (s->args->token)
		return print_claims(s, err);
	if (gk_aws_login(s->aws, NULL, &s->login, err) ||
		gk_sts_identity(s->aws, &s->login.creds, &a, &id, err)) {
		if (s->args->explain && !output_is(s, "json"))
			put_steps(s);
		return -1;
	}
	put_identity(s, &id);
	return 0;
}

static int with_session(
	struct gk_run *run, int (*work)(struct session *s, struct gk_err *err), struct gk_err *err)
{
	struct session s;
	int failed;

	if (run->operands.n)
		return gk_fail(err, GK_EUSAGE, "usage.operand", "unexpected operand '%s'",
			run->operands.v[0]);
	failed = open_session(&s, run, err) || work(&s, err);
	close_session(&s);
	return failed ? -1 : 0;
}

static int run_token(struct gk_run *run, struct gk_err *err)
{
	return with_session(run, print_token, err);
}

static int run_assume(struct gk_run *run, struct gk_err *err)
{
	return with_session(run, print_credentials, err);
}

static int run_whoami(struct gk_run *run, struct gk_err *err)
{
	return with_session(run, print_identity, err);
}

static const struct gk_verb verbs[] = {
	{"token", "print a token for an EKS cluster, as a kubectl credential plugin", run_token},
	{"assume", "print the credentials that the chain gives, for other programs", run_assume},
	{"whoami", "print who these credentials are, and where they came from", run_whoami},
	{NULL, NULL, NULL},
};

static const struct gk_opt opts[] = {
	{"cluster-name", 0, GK_OPT_STR, offsetof(struct args, cluster_name), "NAME", "AWS", NULL,
		"EKS cluster that the token is for", NULL},
	{"cluster-id", 0, GK_OPT_STR, offsetof(struct args, cluster_id), "ID", "AWS", NULL,
		"the same for a cluster on Outposts", NULL},
	GK_OPTS_AWS(struct args, aws),
	{"output", 'o', GK_OPT_CHOICE, offsetof(struct args, output), "FORMAT", "Output",
		"GK_OUTPUT", "form of the answer; which ones depends on the verb",
		"process|env|json|text"},
	{"explain", 0, GK_OPT_FLAG, offsetof(struct args, explain), NULL, "Output", NULL,
		"whoami: say which place gave the credentials and why others did not", NULL},
	{"token", 0, GK_OPT_FLAG, offsetof(struct args, token), NULL, "Output", NULL,
		"whoami: print the claims of the web identity token instead", NULL},
	{"show-secrets", 0, GK_OPT_FLAG, offsetof(struct args, show_secrets), NULL, "Safety", NULL,
		"print credentials even on a terminal", NULL},
	GK_OPTS_COMMON(struct args, common),
};

static const struct gk_example examples[] = {
	{"gk-sts token --cluster-name prod --region eu-central-1", "a token for kubectl"},
	{"eval \"$(gk-sts assume -o env)\"", "credentials for the programs of this shell"},
	{"gk-sts assume --role-arn arn:aws:iam::111122223333:role/app",
		"the answer that credential_process wants"},
	{"gk-sts whoami --explain", "which credentials are used, and why"},
	{NULL, NULL},
};

static const char *const usage[] = {"token --cluster-name NAME [OPTION]...", "assume [OPTION]...",
	"whoami [--explain | --token] [OPTION]...", NULL};

int main(int argc, char **argv)
{
	const char *const libraries[] = {gk_http_library(), NULL};
	const struct gk_prog program = {.name = "gk-sts",
		.purpose = "AWS credentials by the chain of aws-cli, and tokens for EKS",
		.usage = usage,
		.examples = examples,
		.verbs = verbs,
		.opts = opts,
		.nopts = GK_COUNT(opts),
		.args_size = sizeof(struct args),
		.common = offsetof(struct args, common),
		.exits = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 9 | 1u << 10,
		.flags = GK_PROG_SECRET | GK_PROG_NET,
		.libraries = libraries};

	return gk_main(&program, argc, argv);
}
