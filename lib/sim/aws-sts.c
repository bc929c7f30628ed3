/*
 * The security token service: who am I, and sessions of roles for those whom the role's trust
 * policy names.  The order of the checks and the words of the refusals are AWS's.
 */
#include "base/crypto.h"
#include "base/num.h"
#include "doc/json.h"
#include "sim/aws-call.h"
#include "sim/aws-iam.h"
#include "sim/aws-jwt.h"

enum { MIN_SESSION_S = 900, MAX_SESSION_S = 43200, CHAINED_SESSION_S = 3600 };

/* What both ways to assume a role are asked for. */
struct wish {
	const struct gk_sim_aws_role *role; /* NULL: no such role */
	struct gk_str arn, session;
	int64_t duration_s;
	const struct gk_node *policy; /* NULL = none */
};

static struct gk_str param(const struct gk_sim_aws_call *c, const char *name)
{
	return gk_sim_aws_find(&c->form, name);
}

static int refuse_value(struct gk_sim_aws_call *c, const char *member, const char *constraint)
{
	return gk_sim_aws_refuse(c, "ValidationError",
		"1 validation error detected: Value at '%s' failed to satisfy constraint: %s",
		member, constraint);
}

/* [\w+=,.@-]{2,64} */
static bool is_session_name(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], l = (char)(c | 0x20);

		if (!(l >= 'a' && l <= 'z') && !(c >= '0' && c <= '9') && !strchr("_+=,.@-", c))
			return false;
	}
	return s.n >= 2 && s.n <= 64;
}

static int read_duration(struct gk_sim_aws_call *c, struct wish *w)
{
	struct gk_str s = param(c, "DurationSeconds");
	struct gk_err err = GK_ERR_INIT;

	w->duration_s = 3600;
	if (s.p && gk_num_i64(s, INT32_MIN, INT32_MAX, &w->duration_s, &err))
		return gk_sim_aws_refuse(c, "MalformedInput", "DurationSeconds is no integer");
	if (w->duration_s < MIN_SESSION_S)
		return refuse_value(c, "durationSeconds",
			"Member must have value greater than or equal to 900");
	if (w->duration_s > MAX_SESSION_S)
		return refuse_value(
			c, "durationSeconds", "Member must have value less than or equal to 43200");
	return 0;
}

static int read_policy(struct gk_sim_aws_call *c, struct wish *w)
{
	struct gk_str text = gk_str_trim(param(c, "Policy"));
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {0};
	struct gk_node *n;

	if (!text.n)
		return 0;
	/* The session outlives the call, so its policy lives with the account. */
	if (gk_json_parse_next(&c->aws->arena, &text, &pos, gk_limits_default(), &n, &err) ||
		text.n || gk_sim_iam_check(n, false, &err))
		return gk_sim_aws_refuse(c, "MalformedPolicyDocument",
			"The policy is not in the valid JSON format.");
	w->policy = n;
	return 0;
}

static int read_wish(struct gk_sim_aws_call *c, struct wish *w)
{
	w->arn = param(c, "RoleArn");
	w->session = param(c, "RoleSessionName");
	if (w->arn.n < 20 || w->arn.n > 2048)
		return refuse_value(c, "roleArn",
			w->arn.p ? "Member must have length greater than or equal to 20"
				 : "Member must not be null");
	if (!w->session.p)
		return refuse_value(c, "roleSessionName", "Member must not be null");
	if (!is_session_name(w->session))
		return refuse_value(c, "roleSessionName",
			"Member must satisfy regular expression pattern: [\\w+=,.@-]*");
	if (!gk_sim_iam_glob(GK_STR("arn:*:iam::*:role/*"), w->arn))
		return gk_sim_aws_refuse(c, "ValidationError", "%.*s is invalid", GK_SARG(w->arn));
	w->role = gk_map_find(&c->aws->roles, w->arn);
	return read_duration(c, w) || read_policy(c, w) ? -1 : 0;
}

static int check_max_session(struct gk_sim_aws_call *c, const struct wish *w)
{
	if (w->duration_s <= w->role->max_session_s)
		return 0;
	return gk_sim_aws_refuse(c, "ValidationError",
		"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
}

static struct gk_sim_aws_key *new_session(struct gk_sim_aws_call *c, const struct wish *w)
{
	struct gk_arena *a = &c->aws->arena;
	struct gk_sim_aws_key *key = gk_arena_zalloc(a, sizeof *key);
	const struct gk_sim_aws_role *role = w->role;

	key->id = gk_str_c(gk_sim_aws_random_id(a, "ASIA", 16));
	key->secret = gk_str_c(gk_sim_aws_random_word(a, 40));
	key->token = gk_str_c(gk_sim_aws_random_word(a, 340));
	key->expires_ms = c->req->now_ms + w->duration_s * 1000;
	key->who = (struct gk_sim_aws_principal){.kind = GK_SIM_AWS_ASSUMED_ROLE,
		.role = role,
		.account = role->account,
		.permissions = role->permissions,
		.session_policy = w->policy,
		.user_id = gk_str_c(
			gk_arena_printf(a, "%.*s:%.*s", GK_SARG(role->id), GK_SARG(w->session))),
		.arn = gk_str_c(gk_arena_printf(a, "arn:aws:sts::%.*s:assumed-role/%.*s/%.*s",
			GK_SARG(role->account), GK_SARG(role->name), GK_SARG(w->session)))};
	gk_map_put(&c->aws->keys, key->id, key);
	return key;
}

static void put_session(struct gk_sim_aws_call *c, const struct gk_sim_aws_key *key)
{
	struct gk_node *credentials = gk_node_new(c->a, GK_OBJECT),
		       *user = gk_node_new(c->a, GK_OBJECT);

	gk_sim_aws_put_text(c, credentials, "AccessKeyId", key->id);
	gk_sim_aws_put_text(c, credentials, "SecretAccessKey", key->secret);
	gk_sim_aws_put_text(c, credentials, "SessionToken", key->token);
	gk_sim_aws_put_time(c, credentials, "Expiration", key->expires_ms);
	gk_node_set_c(c->a, c->out, "Credentials", credentials);
	gk_sim_aws_put_text(c, user, "AssumedRoleId", key->who.user_id);
	gk_sim_aws_put_text(c, user, "Arn", key->who.arn);
	gk_node_set_c(c->a, c->out, "AssumedRoleUser", user);
	gk_sim_aws_put_int(c, c->out, "PackedPolicySize", 0);
}

/* ---- AssumeRoleWithWebIdentity */

static const struct gk_sim_aws_provider *find_provider(
	const struct gk_sim_aws *aws, const struct gk_sim_jwt *t)
{
	struct gk_str url = t->issuer;

	url = gk_str_from(url, gk_str_starts(url, GK_STR("https://")) ? 8 : 0);
	gk_vec_foreach (struct gk_sim_aws_provider, p, &aws->providers)
		if (gk_str_eq(p->url, url))
			return p;
	return NULL;
}

static bool takes_audience(
	const struct gk_sim_aws_provider *p, const struct gk_sim_jwt *t, struct gk_str *ret)
{
	for (size_t i = 0; (*ret = gk_sim_jwt_audience(t, i)).p; i++)
		gk_node_foreach (id, p->client_ids)
			if (gk_str_eq(gk_node_text(id), *ret))
				return true;
	return false;
}

static const struct gk_node *keys_of(const struct gk_sim_aws *aws, struct gk_str issuer)
{
	gk_vec_foreach (struct gk_sim_aws_issuer, i, &aws->issuers)
		if (gk_str_eq(i->url, issuer))
			return i->jwks;
	return NULL;
}

static int check_times(struct gk_sim_aws_call *c, const struct gk_sim_jwt *t)
{
	int64_t now_s = c->req->now_ms / 1000;

	if (now_s >= t->expires_s)
		return gk_sim_aws_refuse(c, "ExpiredTokenException",
			"Token expired: current date/time %lld must be before the expiration "
			"date/time %lld",
			(long long)now_s, (long long)t->expires_s);
	if (now_s + 300 < t->not_before_s)
		return gk_sim_aws_refuse(c, "InvalidIdentityToken",
			"Token is not valid yet: current date/time %lld must be after the "
			"not-before date/time %lld",
			(long long)now_s, (long long)t->not_before_s);
	return 0;
}

static int check_token(struct gk_sim_aws_call *c, const struct gk_sim_jwt *t,
	const struct gk_sim_aws_provider **ret_provider, struct gk_str *ret_audience)
{
	const struct gk_sim_aws_provider *p = find_provider(c->aws, t);
	const struct gk_node *jwks = keys_of(c->aws, t->issuer);

	if (!p)
		return gk_sim_aws_refuse(c, "InvalidIdentityToken",
			"No OpenIDConnect provider found in your account for %.*s",
			GK_SARG(t->issuer));
	if (!takes_audience(p, t, ret_audience))
		return gk_sim_aws_refuse(c, "InvalidIdentityToken", "Incorrect token audience");
	if (!jwks)
		return gk_sim_aws_refuse(c, "IDPCommunicationError",
			"Couldn't retrieve verification key from your identity provider, please "
			"reference AssumeRoleWithWebIdentity documentation for requirements");
	if (!gk_sim_jwt_verify(t, jwks))
		return gk_sim_aws_refuse(c, "InvalidIdentityToken",
			"The ID Token provided is not a valid JWT. (You may see this error if you "
			"sent an Access Token)");
	*ret_provider = p;
	return check_times(c, t);
}

static void add_claim(struct gk_sim_aws_call *c, struct gk_sim_aws_pairs *context,
	const struct gk_sim_aws_provider *p, const char *claim, struct gk_str value)
{
	const char *key = gk_arena_printf(c->a, "%.*s:%s", GK_SARG(p->url), claim);
	struct gk_sim_aws_pair pair = {gk_str_c(key), value};

	gk_vec_push(context, pair);
}

static const char *provider_arn(struct gk_sim_aws_call *c, const struct gk_sim_aws_provider *p)
{
	return gk_arena_printf(c->a, "arn:aws:iam::%.*s:oidc-provider/%.*s",
		GK_SARG(c->aws->account), GK_SARG(p->url));
}

/* Does the role's trust policy let in this subject of this provider? */
static bool role_trusts(struct gk_sim_aws_call *c, const struct gk_sim_aws_role *role,
	const struct gk_sim_aws_provider *p, const struct gk_sim_jwt *t)
{
	struct gk_sim_aws_pairs context = {0};
	struct gk_str arn = gk_str_c(provider_arn(c, p)), audience;
	struct gk_sim_iam_query q = {.action = GK_STR("sts:AssumeRoleWithWebIdentity"),
		.principal_type = "Federated",
		.principals = &arn,
		.nprincipals = 1,
		.context = &context};
	bool yes;

	add_claim(c, &context, p, "sub", t->subject);
	for (size_t i = 0; (audience = gk_sim_jwt_audience(t, i)).p; i++)
		add_claim(c, &context, p, "aud", audience);
	yes = gk_sim_iam_decide(role->trust, &q) == GK_SIM_IAM_ALLOW;
	gk_vec_done(&context);
	return yes;
}

static int assume_with_web_identity(struct gk_sim_aws_call *c)
{
	struct gk_str token = param(c, "WebIdentityToken"), audience;
	const struct gk_sim_aws_provider *p = NULL;
	struct wish w = {0};
	struct gk_sim_jwt t;

	if (read_wish(c, &w))
		return -1;
	if (token.n < 4 || token.n > 20000)
		return refuse_value(
			c, "webIdentityToken", "Member must have length between 4 and 20000");
	if (!gk_sim_jwt_read(c->a, token, &t))
		return gk_sim_aws_refuse(c, "InvalidIdentityToken",
			"The ID Token provided is not a valid JWT. (You may see this error if you "
			"sent an Access Token)");
	if (check_token(c, &t, &p, &audience))
		return -1;
	if (!w.role || !role_trusts(c, w.role, p, &t))
		return gk_sim_aws_refuse_with(c, 403, "AccessDenied",
			"Not authorized to perform sts:AssumeRoleWithWebIdentity");
	if (check_max_session(c, &w))
		return -1;
	put_session(c, new_session(c, &w));
	gk_sim_aws_put_text(c, c->out, "SubjectFromWebIdentityToken", t.subject);
	gk_sim_aws_put_text(c, c->out, "Audience", audience);
	gk_sim_aws_put_text(c, c->out, "Provider", gk_str_c(provider_arn(c, p)));
	return 0;
}

/* ---- AssumeRole */

static enum gk_sim_iam_verdict trust_of(struct gk_sim_aws_call *c,
	const struct gk_sim_aws_role *role, const struct gk_str *names, size_t n)
{
	struct gk_sim_aws_pair pairs[] = {{GK_STR("aws:PrincipalArn"), c->who->arn},
		{GK_STR("aws:PrincipalAccount"), c->who->account},
		{GK_STR("sts:RoleSessionName"), param(c, "RoleSessionName")},
		{GK_STR("sts:ExternalId"), param(c, "ExternalId")}};
	struct gk_sim_aws_pairs context = {pairs, GK_COUNT(pairs) - 1, GK_COUNT(pairs)};
	struct gk_sim_iam_query q = {.action = GK_STR("sts:AssumeRole"),
		.principal_type = "AWS",
		.principals = names,
		.nprincipals = n,
		.context = &context};

	if (c->who->role)
		pairs[0].value = c->who->role->arn;
	context.n += param(c, "ExternalId").p != NULL;
	return gk_sim_iam_decide(role->trust, &q);
}

/*
 * A trust policy that names the caller is enough within one account; one that names the
 * account leaves it to the caller's own policies.
 */
static bool may_assume(struct gk_sim_aws_call *c, const struct gk_sim_aws_role *role)
{
	const struct gk_sim_aws_principal *who = c->who;
	const char *root = gk_arena_printf(c->a, "arn:aws:iam::%.*s:root", GK_SARG(who->account));
	const struct gk_str self[] = {who->arn, who->role ? who->role->arn : who->arn};
	const struct gk_str account[] = {gk_str_c(root), who->account};
	bool own = gk_sim_aws_may(c, "sts:AssumeRole", role->arn, NULL);
	bool same_account = gk_str_eq(role->account, who->account);
	enum gk_sim_iam_verdict by_self = trust_of(c, role, self, GK_COUNT(self)),
				by_account = trust_of(c, role, account, GK_COUNT(account));

	if (by_self == GK_SIM_IAM_DENY || by_account == GK_SIM_IAM_DENY)
		return false;
	if (by_self == GK_SIM_IAM_ALLOW)
		return same_account || own;
	return by_account == GK_SIM_IAM_ALLOW && own;
}

static int assume_role(struct gk_sim_aws_call *c)
{
	struct wish w = {0};

	if (read_wish(c, &w))
		return -1;
	if (c->who->kind == GK_SIM_AWS_ROOT)
		return gk_sim_aws_refuse_with(
			c, 403, "AccessDenied", "Roles may not be assumed by root accounts.");
	if (!w.role || !may_assume(c, w.role))
		return gk_sim_aws_refuse_with(c, 403, "AccessDenied",
			"User: %.*s is not authorized to perform: sts:AssumeRole on resource: "
			"%.*s",
			GK_SARG(c->who->arn), GK_SARG(w.arn));
	if (c->who->kind == GK_SIM_AWS_ASSUMED_ROLE && w.duration_s > CHAINED_SESSION_S)
		return gk_sim_aws_refuse(c, "ValidationError",
			"The requested DurationSeconds exceeds the 1 hour session limit for roles "
			"assumed by role chaining");
	if (check_max_session(c, &w))
		return -1;
	put_session(c, new_session(c, &w));
	return 0;
}

static int get_caller_identity(struct gk_sim_aws_call *c)
{
	gk_sim_aws_put_text(c, c->out, "Arn", c->who->arn);
	gk_sim_aws_put_text(c, c->out, "UserId", c->who->user_id);
	gk_sim_aws_put_text(c, c->out, "Account", c->who->account);
	return 0;
}

static const struct gk_sim_aws_op ops[] = {
	{"AssumeRole", assume_role, false},
	{"AssumeRoleWithWebIdentity", assume_with_web_identity, true},
	{"GetCallerIdentity", get_caller_identity, false},
};

const struct gk_sim_aws_service gk_sim_sts = {.name = "sts",
	.xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
	.protocol = GK_SIM_AWS_FORM,
	.ops = ops,
	.nops = GK_COUNT(ops),
	.window_ms = 15 * 60 * 1000};
