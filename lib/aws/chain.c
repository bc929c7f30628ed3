/* The order of the chain, and what is told of it. */
#include "aws/chain.h"

#include "aws/chain-priv.h"
#include "aws/sts.h"
#include "base/io.h"

void gk_aws_login_done(struct gk_aws_login *l)
{
	gk_aws_creds_done(&l->creds);
	gk_arena_done(&l->arena);
	l->nsteps = 0;
}

static enum gk_aws__outcome credentials_file(struct gk_aws__link *l, struct gk_err *err)
{
	return gk_aws__static_keys(l, GK_AWS_CREDENTIALS, err);
}

static enum gk_aws__outcome config_file(struct gk_aws__link *l, struct gk_err *err)
{
	return gk_aws__static_keys(l, GK_AWS_CONFIG, err);
}

static const struct link {
	const char *name;
	enum gk_aws__outcome (*get)(struct gk_aws__link *l, struct gk_err *err);
} links[] = {
	{"environment variables", gk_aws__environment},
	{"profile with a role", gk_aws__role_profile},
	{"web identity", gk_aws__web_identity},
	{"credentials file", credentials_file},
	{"credential process", gk_aws__process},
	{"config file", config_file},
	{"container", gk_aws__container},
	{"instance metadata", gk_aws__imds},
};

static void add_step(struct gk_aws_login *l, const char *name, bool used, const char *why)
{
	gk_assert(l->nsteps < GK_AWS_STEPS);
	l->step[l->nsteps++] = (struct gk_aws_step){name, used, why};
}

/* These exist in aws-cli and not here: a profile that asks for one must not be passed over. */
static int check_unsupported(const struct gk_aws *aws, struct gk_err *err)
{
	static const char *const keys[] = {"sso_session", "sso_start_url", "login_session"};

	for (size_t i = 0; i < GK_COUNT(keys); i++) {
		if (!gk_aws_setting(aws, keys[i]).p)
			continue;
		gk_fail(err, GK_EDENIED, "aws.unsupported-profile",
			"profile '%.*s' uses %s, which needs a browser", GK_SARG(aws->profile),
			keys[i]);
		return gk_help(err, "log in with aws-cli, then: eval \"$(aws configure "
				    "export-credentials --format env)\"");
	}
	return 0;
}

static int none_found(const struct gk_aws_login *l, struct gk_err *err)
{
	gk_fail(err, GK_EDENIED, "aws.no-credentials", "no AWS credentials found");
	for (size_t i = 0; i < l->nsteps; i++)
		gk_note(err, "%s: %s", l->step[i].link, l->step[i].why);
	return gk_help(err, "set AWS_PROFILE, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or run "
			    "where a service account or an instance role gives credentials");
}

static int walk(struct gk_aws__link *l, struct gk_aws_login *login, struct gk_err *err)
{
	for (size_t i = 0; i < GK_COUNT(links); i++) {
		enum gk_aws__outcome outcome;

		l->why = "";
		/* Browser logins stand between web identity and the files. */
		if (links[i].get == credentials_file && check_unsupported(l->aws, err))
			return -1;
		outcome = links[i].get(l, err);
		add_step(login, links[i].name, outcome == GK_AWS__USED, l->why);
		if (outcome == GK_AWS__ERROR)
			return gk_ctx(err, "credentials by %s", links[i].name);
		if (outcome == GK_AWS__USED)
			return 0;
	}
	return none_found(login, err);
}

/* --role-arn belongs to the web identity when one is there that has no role of its own. */
static bool role_is_webs(const struct gk_aws *aws)
{
	const struct gk_opt_aws *opt = aws->o.opt;

	return opt->web_identity_token_file ||
	       (!aws->profile_explicit && gk_aws_env(aws, "AWS_WEB_IDENTITY_TOKEN_FILE") &&
		       !gk_aws_env(aws, "AWS_ROLE_ARN"));
}

static int assume_on_top(struct gk_aws__link *l, struct gk_aws_login *login, struct gk_err *err)
{
	struct gk_aws_creds role = GK_AWS_CREDS_INIT;
	const struct gk_sts_role r = {
		.arn = gk_str_c(l->aws->o.opt->role_arn), .session = gk_str_c(l->session)};

	if (gk_sts_assume(l->aws, l->creds, &r, &role, err))
		return -1;
	gk_aws_creds_done(l->creds);
	*l->creds = role;
	add_step(login, "role", true,
		gk_arena_printf(
			l->a, "%s assumed with these credentials", l->aws->o.opt->role_arn));
	return 0;
}

/* --role-session-name, AWS_ROLE_SESSION_NAME, what the caller says, "<tool>-<time>". */
static const char *session_name(const struct gk_aws *aws, const char *wanted, struct gk_arena *a)
{
	GK_AUTO(gk_buf_done) struct gk_buf raw = {0}, legal = {0};
	const char *name = aws->o.opt ? aws->o.opt->role_session_name : NULL;

	if (!name)
		name = gk_aws_env(aws, "AWS_ROLE_SESSION_NAME");
	if (!name)
		name = wanted;
	if (name)
		gk_buf_puts(&raw, name);
	else
		gk_buf_printf(&raw, "%s-%lld", aws->o.tool ? aws->o.tool : "gk",
			(long long)(gk_time_utc_ms() / 1000));
	gk_sts_session_name(&legal, gk_buf_str(&raw));
	return gk_arena_strdup(a, gk_buf_cstr(&legal));
}

int gk_aws_login(
	struct gk_aws *aws, const char *session, struct gk_aws_login *ret, struct gk_err *err)
{
	struct gk_aws__link l = {.aws = aws,
		.a = &ret->arena,
		.profile = aws->profile,
		.session = session_name(aws, session, &ret->arena),
		.creds = &ret->creds};

	ret->nsteps = 0;
	if (walk(&l, ret, err))
		return -1;
	if (aws->o.opt && aws->o.opt->role_arn && !role_is_webs(aws))
		return assume_on_top(&l, ret, err);
	return 0;
}
