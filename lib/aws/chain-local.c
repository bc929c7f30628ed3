/* Links of the chain that this machine holds: environment, files, a process, a token file. */
#include <poll.h>

#include "aws/chain-priv.h"
#include "aws/sts.h"
#include "base/io.h"
#include "doc/json.h"

enum { TOKEN_MAX = 20000, TOKEN_TRIES = 4, TOKEN_PAUSE_MS = 300 };

static enum gk_aws__outcome skip(struct gk_aws__link *l, const char *why)
{
	l->why = why;
	return GK_AWS__SKIPPED;
}

static enum gk_aws__outcome used(struct gk_aws__link *l, const char *why)
{
	l->why = why;
	return GK_AWS__USED;
}

static int partial(struct gk_err *err, const char *where, const char *missing)
{
	return gk_fail(err, GK_EDENIED, "aws.partial-credentials",
		"%s has an access key id but no %s", where, missing);
}

enum gk_aws__outcome gk_aws__environment(struct gk_aws__link *l, struct gk_err *err)
{
	const char *id = gk_aws_env(l->aws, "AWS_ACCESS_KEY_ID");
	const char *secret = gk_aws_env(l->aws, "AWS_SECRET_ACCESS_KEY");
	const char *token = gk_aws_env(l->aws, "AWS_SECURITY_TOKEN");
	const char *expires = gk_aws_env(l->aws, "AWS_CREDENTIAL_EXPIRATION");

	if (l->aws->profile_explicit)
		return skip(l, "--profile is given, so the environment's keys do not count");
	if (!id)
		return skip(l, "AWS_ACCESS_KEY_ID is not set");
	if (!secret)
		return partial(err, "the environment", "AWS_SECRET_ACCESS_KEY");
	if (!token)
		token = gk_aws_env(l->aws, "AWS_SESSION_TOKEN");
	gk_aws_creds_set(l->creds, gk_str_c(id), gk_str_c(secret), gk_str_c(token));
	if (gk_aws_creds_expire(l->creds, gk_str_c(expires), gk_aws_now_ms(l->aws), err))
		return gk_ctx(err, "AWS_CREDENTIAL_EXPIRATION");
	return used(l, token ? "AWS_ACCESS_KEY_ID with a session token" : "AWS_ACCESS_KEY_ID");
}

/* The value, only when that file gave it. */
static struct gk_str value_in(const struct gk_aws__link *l, enum gk_aws_file file, const char *key)
{
	const struct gk_aws_section *s = gk_map_find(&l->aws->profiles.profile, l->profile);
	const struct gk_aws_value *v = s ? gk_map_find(&s->values, gk_str_c(key)) : NULL;

	return v && v->file == file && v->text.n ? v->text : GK_STR_NULL;
}

enum gk_aws__outcome gk_aws__static_keys(
	struct gk_aws__link *l, enum gk_aws_file file, struct gk_err *err)
{
	const char *path = l->aws->path[file];
	struct gk_str id = value_in(l, file, "aws_access_key_id");
	struct gk_str secret = value_in(l, file, "aws_secret_access_key");
	const char *where =
		gk_arena_printf(l->a, "profile '%.*s' of %s", GK_SARG(l->profile), path);

	if (!gk_aws_profile_has(&l->aws->profiles, l->profile))
		return skip(l, gk_arena_printf(
				       l->a, "no profile '%.*s' in %s", GK_SARG(l->profile), path));
	if (!id.p)
		return skip(l, gk_arena_printf(l->a, "%s has no aws_access_key_id", where));
	if (!secret.p)
		return partial(err, where, "aws_secret_access_key");
	gk_aws_creds_set(l->creds, id, secret, value_in(l, file, "aws_session_token"));
	return used(l, where);
}

/* A JWT has three parts; anything else is empty or half-written. */
static bool looks_whole(struct gk_str token)
{
	struct gk_str rest = token;
	int dots = 0;

	while (rest.p) {
		gk_str_cut(&rest, '.');
		dots += rest.p != NULL;
	}
	return token.n >= 4 && dots == 2 && token.p[token.n - 1] != '.';
}

int gk_aws_token_file(const char *path, struct gk_secret *ret, struct gk_err *err)
{
	for (int try = 0; try < TOKEN_TRIES; try++) {
		GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};

		if (try > 0)
			(void)poll(NULL, 0, TOKEN_PAUSE_MS);
		if (gk_io_read_file(path, TOKEN_MAX, &text, err)) {
			err->code = GK_EDENIED;
			err->slug = "aws.token-file";
			return gk_ctx(err, "web identity token");
		}
		if (!looks_whole(gk_str_trim(gk_buf_str(&text))))
			continue;
		gk_secret_set(ret, gk_str_trim(gk_buf_str(&text)));
		return 0;
	}
	return gk_fail(err, GK_EDENIED, "aws.token-file",
		"web identity token: %s holds no complete token", path);
}

/* Where the token is, and the role that it is for. */
struct web {
	const char *file, *role, *from;
	const char *session;
};

static void find_web(const struct gk_aws__link *l, struct web *w)
{
	const struct gk_opt_aws *opt = l->aws->o.opt;
	bool env = !l->aws->profile_explicit;

	if (opt && opt->web_identity_token_file) {
		w->file = opt->web_identity_token_file;
		w->from = "--web-identity-token-file";
	} else if (env && gk_aws_env(l->aws, "AWS_WEB_IDENTITY_TOKEN_FILE")) {
		w->file = gk_aws_env(l->aws, "AWS_WEB_IDENTITY_TOKEN_FILE");
		w->from = "AWS_WEB_IDENTITY_TOKEN_FILE";
	} else {
		w->file =
			gk_aws_profile_get(&l->aws->profiles, l->profile, "web_identity_token_file")
				.p;
		w->role = gk_aws_profile_get(&l->aws->profiles, l->profile, "role_arn").p;
		w->from = "web_identity_token_file of the profile";
		return;
	}
	w->role = env ? gk_aws_env(l->aws, "AWS_ROLE_ARN") : NULL;
	if (opt && opt->role_arn && (opt->web_identity_token_file || !w->role))
		w->role = opt->role_arn;
}

/* An expired token is read again once: the kubelet may have replaced it just now. */
static int exchange(struct gk_aws__link *l, const struct web *w, const struct gk_sts_role *role,
	struct gk_err *err)
{
	struct gk_secret token = GK_SECRET_INIT, newer = GK_SECRET_INIT;
	int failed = gk_aws_token_file(w->file, &token, err) ||
		     gk_sts_assume_web(l->aws, gk_secret_str(&token), role, l->creds, err);

	if (failed && err->http && err->code == GK_EDENIED) {
		struct gk_err again = GK_ERR_INIT;

		if (gk_aws_token_file(w->file, &newer, &again) == 0 &&
			!gk_str_eq(gk_secret_str(&newer), gk_secret_str(&token))) {
			gk_err_reset(err);
			failed = gk_sts_assume_web(
				l->aws, gk_secret_str(&newer), role, l->creds, err);
		}
	}
	gk_secret_done(&token);
	gk_secret_done(&newer);
	return failed ? -1 : 0;
}

enum gk_aws__outcome gk_aws__web_identity(struct gk_aws__link *l, struct gk_err *err)
{
	struct web w = {0};
	struct gk_sts_role role = {.session = gk_str_c(l->session)};

	find_web(l, &w);
	if (!w.file)
		return skip(l, "AWS_WEB_IDENTITY_TOKEN_FILE is not set, and the profile names no "
			       "web_identity_token_file");
	if (!w.role) {
		gk_fail(err, GK_EDENIED, "aws.no-role", "%s is given, but no role to assume",
			w.from);
		return gk_help(err, "set AWS_ROLE_ARN or give --role-arn");
	}
	role.arn = gk_str_c(w.role);
	if (exchange(l, &w, &role, err))
		return gk_note(err, "the token came from %s (%s)", w.file, w.from);
	return used(l, gk_arena_printf(l->a, "%s by the token in %s (%s)", w.role, w.file, w.from));
}

int gk_aws__creds_parse(struct gk_aws *aws, struct gk_str json, const struct gk_aws__names *names,
	const char *from, struct gk_aws_creds *ret, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	struct gk_str id, secret, account;

	if (gk_json_parse(&doc, from, json, aws->limits, err))
		return gk_fail(err, GK_EREMOTE, "aws.credential-answer",
			"%s answered with something that is no JSON", from);
	id = gk_node_text(gk_node_get(doc.root, names->id));
	secret = gk_node_text(gk_node_get(doc.root, names->secret));
	account = gk_node_text(gk_node_get(doc.root, names->account));
	if (!id.n || !secret.n)
		return gk_fail(err, GK_EREMOTE, "aws.credential-answer",
			"the answer of %s has no %s and %s", from, names->id, names->secret);
	gk_aws_creds_set(ret, id, secret, gk_node_text(gk_node_get(doc.root, names->token)));
	gk_aws_creds_name(ret, account, GK_STR_NULL);
	if (gk_aws_creds_expire(ret, gk_node_text(gk_node_get(doc.root, names->expiration)),
		    gk_aws_now_ms(aws), err))
		return gk_ctx(err, "%s", from);
	return 0;
}

static int check_version(struct gk_str json, struct gk_err *err)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	int64_t version = 0;

	if (gk_json_parse(&doc, "credential_process", json, gk_limits_default(), err) ||
		!gk_node_int(gk_node_get(doc.root, "Version"), &version) || version != 1)
		return gk_fail(err, GK_EREMOTE, "aws.credential-answer",
			"the answer of credential_process is no JSON object of Version 1");
	return 0;
}

enum gk_aws__outcome gk_aws__process(struct gk_aws__link *l, struct gk_err *err)
{
	static const struct gk_aws__names names = {
		"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"};
	GK_AUTO(gk_buf_done) struct gk_buf out = {.secret = true, .max = 65536};
	struct gk_str command =
		gk_aws_profile_get(&l->aws->profiles, l->profile, "credential_process");

	if (!command.p)
		return skip(l, gk_arena_printf(l->a, "profile '%.*s' has no credential_process",
				       GK_SARG(l->profile)));
	if (gk_aws__run(command.p, &out, err) || check_version(gk_buf_str(&out), err) ||
		gk_aws__creds_parse(
			l->aws, gk_buf_str(&out), &names, "credential_process", l->creds, err))
		return GK_AWS__ERROR;
	return used(l,
		gk_arena_printf(l->a, "credential_process of profile '%.*s'", GK_SARG(l->profile)));
}
