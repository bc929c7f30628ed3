/* The link of the chain that assumes a profile's role. */
#include "aws/chain-priv.h"
#include "aws/sts.h"
#include "base/num.h"

enum { CHAIN_MAX = 16 };

/* Profiles on the way, so that a loop is seen. */
struct trail {
	struct gk_str seen[CHAIN_MAX];
	size_t n;
};

static struct gk_str get(const struct gk_aws__link *l, struct gk_str profile, const char *key)
{
	return gk_aws_profile_get(&l->aws->profiles, profile, key);
}

static int profile_error(struct gk_err *err, struct gk_str profile, const char *what)
{
	return gk_fail(err, GK_EDENIED, "aws.profile", "profile '%.*s' %s", GK_SARG(profile), what);
}

static int role_of(struct gk_aws__link *l, struct gk_str profile, struct trail *trail,
	struct gk_aws_creds *ret, struct gk_err *err);

/* Whatever gives a profile credentials but a role: keys, a token, a process. */
static int plain_source(
	struct gk_aws__link *l, struct gk_str profile, struct gk_aws_creds *ret, struct gk_err *err)
{
	struct gk_aws__link source = *l;
	enum gk_aws__outcome outcome;

	source.profile = profile;
	source.creds = ret;
	outcome = gk_aws__static_keys(&source, GK_AWS_CREDENTIALS, err);
	if (outcome == GK_AWS__SKIPPED)
		outcome = gk_aws__static_keys(&source, GK_AWS_CONFIG, err);
	if (outcome == GK_AWS__SKIPPED && get(l, profile, "web_identity_token_file").p)
		outcome = gk_aws__web_identity(&source, err);
	if (outcome == GK_AWS__SKIPPED)
		outcome = gk_aws__process(&source, err);
	if (outcome == GK_AWS__SKIPPED)
		return profile_error(err, profile, "is a source_profile but has no credentials");
	return outcome == GK_AWS__USED ? 0 : -1;
}

static int by_source_profile(struct gk_aws__link *l, struct gk_str profile, struct gk_str source,
	struct trail *trail, struct gk_aws_creds *ret, struct gk_err *err)
{
	bool self = gk_str_eq(profile, source);

	if (!gk_aws_profile_has(&l->aws->profiles, source))
		return gk_fail(err, GK_EDENIED, "aws.profile",
			"source_profile '%.*s' of profile '%.*s' does not exist", GK_SARG(source),
			GK_SARG(profile));
	if (!self && get(l, source, "role_arn").p && !get(l, source, "web_identity_token_file").p)
		return role_of(l, source, trail, ret, err);
	return plain_source(l, source, ret, err);
}

static int by_credential_source(
	struct gk_aws__link *l, struct gk_str source, struct gk_aws_creds *ret, struct gk_err *err)
{
	static const struct {
		const char *name;
		enum gk_aws__outcome (*get)(struct gk_aws__link *l, struct gk_err *err);
	} sources[] = {{"Environment", gk_aws__environment}, {"Ec2InstanceMetadata", gk_aws__imds},
		{"EcsContainer", gk_aws__container}};
	struct gk_aws__link from = *l;

	from.creds = ret;
	for (size_t i = 0; i < GK_COUNT(sources); i++) {
		enum gk_aws__outcome outcome;

		if (!gk_str_is(source, sources[i].name))
			continue;
		outcome = sources[i].get(&from, err);
		if (outcome == GK_AWS__SKIPPED)
			return gk_fail(err, GK_EDENIED, "aws.profile",
				"credential_source %s gives nothing: %s", sources[i].name,
				from.why);
		return outcome == GK_AWS__USED ? 0 : -1;
	}
	return gk_fail(err, GK_EDENIED, "aws.profile",
		"credential_source '%.*s': expected Environment, Ec2InstanceMetadata or "
		"EcsContainer",
		GK_SARG(source));
}

static int source_of(struct gk_aws__link *l, struct gk_str profile, struct trail *trail,
	struct gk_aws_creds *ret, struct gk_err *err)
{
	struct gk_str from = get(l, profile, "source_profile");
	struct gk_str kind = get(l, profile, "credential_source");

	if (!from.p == !kind.p)
		return profile_error(err, profile,
			"has a role_arn and needs either source_profile or credential_source");
	return from.p ? by_source_profile(l, profile, from, trail, ret, err)
		      : by_credential_source(l, kind, ret, err);
}

static int enter(struct trail *trail, struct gk_str profile, struct gk_err *err)
{
	for (size_t i = 0; i < trail->n; i++)
		if (gk_str_eq(trail->seen[i], profile))
			return profile_error(err, profile, "is its own source through others");
	if (trail->n == CHAIN_MAX)
		return profile_error(err, profile, "is at the end of a chain that is too long");
	trail->seen[trail->n++] = profile;
	return 0;
}

static int describe(
	struct gk_aws__link *l, struct gk_str profile, struct gk_sts_role *role, struct gk_err *err)
{
	struct gk_str session = get(l, profile, "role_session_name");
	struct gk_str duration = get(l, profile, "duration_seconds");
	uint64_t seconds = 0;

	if (get(l, profile, "mfa_serial").p)
		return profile_error(err, profile,
			"needs a code of an MFA device, and nothing here asks questions");
	if (duration.p && gk_num_u64(duration, 900, 43200, &seconds, err))
		return gk_ctx(err, "duration_seconds of profile '%.*s'", GK_SARG(profile));
	role->arn = get(l, profile, "role_arn");
	role->session = session.p ? session : gk_str_c(l->session);
	role->external_id = get(l, profile, "external_id");
	role->duration_s = (unsigned)seconds;
	return 0;
}

static int role_of(struct gk_aws__link *l, struct gk_str profile, struct trail *trail,
	struct gk_aws_creds *ret, struct gk_err *err)
{
	struct gk_aws_creds source = GK_AWS_CREDS_INIT;
	struct gk_sts_role role = {0};
	int failed = enter(trail, profile, err) || describe(l, profile, &role, err) ||
		     source_of(l, profile, trail, &source, err) ||
		     gk_sts_assume(l->aws, &source, &role, ret, err);

	gk_aws_creds_done(&source);
	return failed ? -1 : 0;
}

enum gk_aws__outcome gk_aws__role_profile(struct gk_aws__link *l, struct gk_err *err)
{
	struct trail trail = {0};
	struct gk_str arn = get(l, l->profile, "role_arn");

	if (!arn.p || get(l, l->profile, "web_identity_token_file").p) {
		l->why = gk_arena_printf(
			l->a, "profile '%.*s' has no role_arn of this kind", GK_SARG(l->profile));
		return GK_AWS__SKIPPED;
	}
	if (role_of(l, l->profile, &trail, l->creds, err))
		return GK_AWS__ERROR;
	l->why = gk_arena_printf(l->a, "%.*s of profile '%.*s', over %zu profile(s)", GK_SARG(arn),
		GK_SARG(l->profile), trail.n);
	return GK_AWS__USED;
}
