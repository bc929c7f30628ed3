/*
 * What libgit2 asks us: for credentials, whether a certificate will do, and whether to go on.
 * Credentials come from git's credential helper (https) and the SSH agent (ssh) only.
 */
#include <stdlib.h>

#include "base/child.h"
#include "git/git-priv.h"

enum { HELPER_TIMEOUT_MS = 60000, HELPER_OUTPUT = 64 << 10 };

static int denied(struct gk_git_source *s, const char *help)
{
	static const char *const again[] = {[GK_REMOTE_HTTPS] = ", and refused ours",
		[GK_REMOTE_SSH] = ", and accepts no key of the SSH agent",
		[GK_REMOTE_FILE] = ""};

	(void)gk_fail(s->err, GK_EDENIED, "remote.credentials", "'%s' wants credentials%s",
		s->remote.shown, s->asked > 1 ? again[s->remote.scheme] : "");
	return gk_help(s->err, "%s", help);
}

/* One value of the helper's answer to *to; false when it has none. */
static bool find_value(struct gk_str answer, const char *name, struct gk_buf *to)
{
	while (answer.n) {
		struct gk_str value = gk_str_cut(&answer, '\n'), key = gk_str_cut(&value, '=');

		if (!value.p || !gk_str_is(key, name))
			continue;
		gk_buf_putstr(to, value);
		return true;
	}
	return false;
}

/* It runs in "/", so that no repository's own configuration names the helper. */
static int ask_helper(struct gk_git_source *s, struct gk_str question)
{
	static const char *const argv[] = {"git", "credential", "fill", NULL};
	static const char *const env[] = {"GIT_TERMINAL_PROMPT=0", NULL};
	struct gk_child c = {.argv = argv,
		.env = env,
		.dir = "/",
		.input = question,
		.timeout_ms = HELPER_TIMEOUT_MS,
		.out_max = HELPER_OUTPUT,
		.err_max = HELPER_OUTPUT};
	GK_AUTO(gk_child_result_done) struct gk_child_result got = {0};
	struct gk_err ignored = GK_ERR_INIT;

	if (gk_child_run(&c, &got, &ignored) || got.exit_code || got.signal)
		return -1;
	gk_buf_reset(&s->secret);
	gk_buf_putstr(&s->secret, gk_buf_str(&got.out));
	return 0;
}

static int from_helper(struct gk_git_source *s, git_credential **ret)
{
	static const char help[] = "give them to git's credential helper (gitcredentials(7))";
	const struct gk_remote *r = &s->remote;
	GK_AUTO(gk_buf_done) struct gk_buf question = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf user = {.secret = true}, password = {.secret = true};

	gk_buf_printf(&question, "protocol=https\nhost=%.*s", GK_SARG(r->host));
	if (r->port != 443)
		gk_buf_printf(&question, ":%u", (unsigned)r->port);
	gk_buf_printf(&question, "\npath=%.*s\n", GK_SARG(gk_str_from(r->path, 1)));
	if (r->user.n)
		gk_buf_printf(&question, "username=%.*s\n", GK_SARG(r->user));
	gk_buf_putc(&question, '\n');
	if (s->asked > 1 || ask_helper(s, gk_buf_str(&question)))
		return denied(s, help);
	if (!find_value(gk_buf_str(&s->secret), "username", &user) ||
		!find_value(gk_buf_str(&s->secret), "password", &password))
		return denied(s, help);
	return git_credential_userpass_plaintext_new(
		ret, gk_buf_cstr(&user), gk_buf_cstr(&password));
}

static int from_agent(struct gk_git_source *s, git_credential **ret)
{
	const struct gk_remote *r = &s->remote;
	const char *agent = getenv("SSH_AUTH_SOCK");

	if (!agent || !*agent)
		return denied(s, "start an SSH agent, and add a key that it accepts");
	if (s->asked > 1)
		return denied(s, "add a key that it accepts to the SSH agent");
	return git_credential_ssh_key_from_agent(
		ret, r->user.n ? gk_arena_memdup0(s->a, r->user.p, r->user.n) : "git");
}

static int credentials(
	git_credential **ret, const char *url, const char *user, unsigned allowed, void *ctx)
{
	struct gk_git_source *s = ctx;
	const struct gk_remote *r = &s->remote;

	(void)url;
	(void)user;
	if (allowed & GIT_CREDENTIAL_USERNAME)
		return git_credential_username_new(
			ret, r->user.n ? gk_arena_memdup0(s->a, r->user.p, r->user.n) : "git");
	s->asked++;
	if (r->scheme == GK_REMOTE_HTTPS && (allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT))
		return from_helper(s, ret);
	if (r->scheme == GK_REMOTE_SSH && (allowed & GIT_CREDENTIAL_SSH_KEY))
		return from_agent(s, ret);
	return denied(s, r->scheme == GK_REMOTE_SSH ? "gk-fetch knows keys only"
						    : "gk-fetch knows user and password only");
}

/* `valid` is what the certificate store, or known_hosts, says. */
static int certificate(git_cert *cert, int valid, const char *host, void *ctx)
{
	struct gk_git_source *s = ctx;
	bool ssh = s->remote.scheme == GK_REMOTE_SSH;

	(void)cert;
	(void)host;
	if (valid)
		return 0;
	(void)gk_fail(s->err, GK_ENET, "remote.certificate", "the %s of '%.*s' cannot be verified",
		ssh ? "host key" : "certificate", GK_SARG(s->remote.host));
	return gk_help(s->err, "%s",
		ssh ? "add it to ~/.ssh/known_hosts" : "add its authority to the system's");
}

static int progress(const git_indexer_progress *p, void *ctx)
{
	struct gk_git_source *s = ctx;
	const struct gk_limits *lim = s->job->lim;

	if (p->received_bytes > lim->git_bytes)
		return gk_limit_fail(s->err, "git-bytes", lim->git_bytes, "the repository");
	if (p->total_objects > lim->git_objects)
		return gk_limit_fail(
			s->err, "git-objects", lim->git_objects, "the number of objects");
	return 0;
}

void gk_git__callbacks(struct gk_git_source *s, git_remote_callbacks *ret)
{
	ret->credentials = credentials;
	ret->certificate_check = certificate;
	ret->transfer_progress = progress;
	ret->payload = s;
}
