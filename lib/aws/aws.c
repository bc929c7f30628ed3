/* Resolving options, environment and config files. */
#include "aws/aws.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/aws-priv.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/num.h"

enum { ATTEMPTS = 3 };

const char *gk_aws_env(const struct gk_aws *aws, const char *name)
{
	const char *value = aws->o.env ? aws->o.env(aws->o.env_ctx, name) : getenv(name);

	return value && *value ? value : NULL;
}

/* The first of the variables that is set, or NULL. */
static const char *env_first(const struct gk_aws *aws, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = gk_aws_env(aws, names[i]);

		if (value)
			return value;
	}
	return NULL;
}

static const char *file_path(struct gk_aws *aws, enum gk_aws_file file)
{
	bool config = file == GK_AWS_CONFIG;
	const char *path =
		gk_aws_env(aws, config ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE");
	const char *home = gk_aws_env(aws, "HOME");

	if (!path)
		path = config ? "~/.aws/config" : "~/.aws/credentials";
	if (strncmp(path, "~/", 2) == 0 && home)
		return gk_arena_printf(&aws->arena, "%s/%s", home, path + 2);
	return gk_arena_strdup(&aws->arena, path);
}

/* An absent file is an empty one. */
static int load_file(struct gk_aws *aws, enum gk_aws_file file, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
	const char *path = aws->path[file] = file_path(aws, file);

	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (gk_io_read_file(path, aws->limits->http_small, &text, err))
		return -1;
	return gk_aws_profiles_parse(&aws->profiles, file, path, gk_buf_str(&text), err);
}

static void choose_profile(struct gk_aws *aws)
{
	static const char *const names[] = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"};
	const char *name = env_first(aws, names, GK_COUNT(names));

	if (aws->o.opt && aws->o.opt->profile) {
		name = aws->o.opt->profile;
		aws->profile_explicit = true;
	}
	aws->profile_named = name != NULL;
	aws->profile = gk_str_c(name ? name : "default");
}

static int check_profile(const struct gk_aws *aws, struct gk_err *err)
{
	if (!aws->profile_named || gk_aws_profile_has(&aws->profiles, aws->profile))
		return 0;
	gk_fail(err, GK_ENOTFOUND, "aws.no-profile", "no profile '%.*s' in the AWS config files",
		GK_SARG(aws->profile));
	return gk_note(err, "looked into %s and %s", aws->path[GK_AWS_CONFIG],
		aws->path[GK_AWS_CREDENTIALS]);
}

struct gk_str gk_aws_profile(const struct gk_aws *aws)
{
	return aws->profile;
}

struct gk_str gk_aws_setting(const struct gk_aws *aws, const char *key)
{
	return gk_aws_profile_get(&aws->profiles, aws->profile, key);
}

static void choose_region(struct gk_aws *aws)
{
	static const char *const names[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
	const char *region = aws->o.opt ? aws->o.opt->region : NULL;

	if (!region)
		region = env_first(aws, names, GK_COUNT(names));
	aws->region = region ? gk_str_c(region) : gk_aws_setting(aws, "region");
}

struct gk_str gk_aws_region(const struct gk_aws *aws)
{
	return aws->region;
}

static bool is_true(struct gk_str s)
{
	return gk_str_is(s, "true") || gk_str_is(s, "True") || gk_str_is(s, "TRUE");
}

/* A switch of the environment, else of the profile. */
static bool setting_on(const struct gk_aws *aws, const char *variable, const char *key)
{
	const char *value = gk_aws_env(aws, variable);

	return is_true(value ? gk_str_c(value) : gk_aws_setting(aws, key));
}

static int choose_attempts(struct gk_aws *aws, struct gk_err *err)
{
	const char *text = gk_aws_env(aws, "AWS_MAX_ATTEMPTS");
	struct gk_str value = text ? gk_str_c(text) : gk_aws_setting(aws, "max_attempts");
	uint64_t n = ATTEMPTS;

	if (value.p && gk_num_u64(value, 1, 100, &n, err))
		return gk_ctx(err, "AWS_MAX_ATTEMPTS");
	aws->max_attempts = (unsigned)n;
	return 0;
}

static int resolve(struct gk_aws *aws, struct gk_err *err)
{
	const char *bundle = gk_aws_env(aws, "AWS_CA_BUNDLE");

	if (load_file(aws, GK_AWS_CONFIG, err) || load_file(aws, GK_AWS_CREDENTIALS, err))
		return -1;
	choose_profile(aws);
	if (check_profile(aws, err))
		return -1;
	choose_region(aws);
	if (setting_on(aws, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))
		aws->endpoint_flags |= GK_AWS_FIPS;
	if (setting_on(aws, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))
		aws->endpoint_flags |= GK_AWS_DUALSTACK;
	aws->ca_file = bundle ? bundle : gk_aws_setting(aws, "ca_bundle").p;
	aws->route = (struct gk_http_route){.ca_file = aws->ca_file, .allow_plain = true};
	return choose_attempts(aws, err);
}

int gk_aws_new(const struct gk_aws_options *opt, struct gk_aws **ret, struct gk_err *err)
{
	GK_AUTO(gk_aws_freep) struct gk_aws *aws = gk_xcalloc(1, sizeof *aws);

	aws->o = *opt;
	aws->limits = opt->limits ? opt->limits : gk_limits_default();
	aws->profiles = (struct gk_aws_profiles)GK_AWS_PROFILES_INIT;
	if (resolve(aws, err))
		return -1;
	*ret = GK_TAKE(aws);
	return 0;
}

void gk_aws_free(struct gk_aws *aws)
{
	if (!aws)
		return;
	gk_aws_profiles_done(&aws->profiles);
	gk_arena_done(&aws->arena);
	gk_free(aws);
}

void gk_aws_freep(struct gk_aws **aws)
{
	gk_aws_free(*aws);
	*aws = NULL;
}

/* The profile's services section names endpoints one by one: "[services dev]\ns3 =\n ...". */
static struct gk_str services_url(const struct gk_aws *aws, enum gk_aws_service service)
{
	struct gk_str section = gk_aws_setting(aws, "services");
	char key[64], *p = key;

	if (!section.p)
		return GK_STR_NULL;
	for (const char *id = gk_aws_service_id(service); *id; id++)
		*p++ = *id == '_' ? '_' : (char)(*id >= 'A' && *id <= 'Z' ? *id + 32 : *id);
	memcpy(p, ".endpoint_url", sizeof ".endpoint_url");
	return gk_aws_services_get(&aws->profiles, section, key);
}

static struct gk_str custom_url(const struct gk_aws *aws, enum gk_aws_service service)
{
	char variable[64] = "AWS_ENDPOINT_URL_";
	const char *url = aws->o.opt ? aws->o.opt->endpoint_url : NULL;
	struct gk_str from_file;

	if (url)
		return gk_str_c(url);
	if (setting_on(
		    aws, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
		return GK_STR_NULL;
	memcpy(variable + strlen(variable), gk_aws_service_id(service),
		strlen(gk_aws_service_id(service)) + 1);
	url = gk_aws_env(aws, variable);
	if (!url)
		url = gk_aws_env(aws, "AWS_ENDPOINT_URL");
	if (url)
		return gk_str_c(url);
	from_file = services_url(aws, service);
	return from_file.p ? from_file : gk_aws_setting(aws, "endpoint_url");
}

/* Regions that had STS's global endpoint before regional ones became the rule. */
static bool is_legacy_sts(const struct gk_aws *aws, struct gk_str region)
{
	static const char *const regions[] = {"ap-northeast-1", "ap-south-1", "ap-southeast-1",
		"ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1",
		"eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1",
		"us-west-2"};
	const char *mode = gk_aws_env(aws, "AWS_STS_REGIONAL_ENDPOINTS");
	struct gk_str setting =
		mode ? gk_str_c(mode) : gk_aws_setting(aws, "sts_regional_endpoints");

	if (!gk_str_is(setting, "legacy"))
		return false;
	for (size_t i = 0; i < GK_COUNT(regions); i++)
		if (gk_str_is(region, regions[i]))
			return true;
	return false;
}

int gk_aws_locate(const struct gk_aws *aws, struct gk_arena *a, enum gk_aws_service service,
	struct gk_str region, struct gk_aws_endpoint *ret, struct gk_err *err)
{
	if (!region.p)
		region = aws->region;
	/* STS answers everywhere: a client that was told no region uses the global endpoint. */
	if (service == GK_AWS_STS && (!region.p || is_legacy_sts(aws, region)))
		region = GK_STR("aws-global");
	return gk_aws_endpoint(
		a, service, region, aws->endpoint_flags, custom_url(aws, service), ret, err);
}

int64_t gk_aws_now_ms(const struct gk_aws *aws)
{
	return gk_time_utc_ms() + aws->clock_offset_ms;
}

void gk_aws_warn_clock(const struct gk_aws *aws, struct gk_diags *diags)
{
	struct gk_diag *d;

	if (!aws || aws->clock_offset_ms == 0)
		return;
	d = gk_diags_add(diags, GK_SEV_WARNING, "aws.clock", (struct gk_pos){0},
		"this machine's clock differs from that of AWS by %lld s",
		(long long)(-aws->clock_offset_ms / 1000));
	gk_diag_help(diags, d, "requests were signed with the time of AWS; set the clock right");
}

struct gk_str gk_aws__keep(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p ? s.p : "", s.n), s.n};
}

struct gk_err *gk_aws__err_new(struct gk_arena *a)
{
	struct gk_err *err = gk_arena_zalloc(a, sizeof *err);

	gk_err_reset(err);
	return err;
}
