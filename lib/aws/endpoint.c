/* AWS partitions, regions and endpoint hosts. */
#include "aws/endpoint.h"

static const struct gk_aws_partition partitions[] = {
	{"aws", "us eu ap sa ca me af il mx", "amazonaws.com", "api.aws"},
	{"aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"aws-us-gov", "us-gov", "amazonaws.com", "api.aws"},
	{"aws-eusc", "eusc-de", "amazonaws.eu", "api.amazonwebservices.eu"},
	{"aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov"},
	{"aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud"},
	{"aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{"aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

/* Host name, signing name and configuration name of each service. */
static const struct service {
	const char *host, *signing_name, *id;
} services[GK_AWS_SERVICES] = {
	[GK_AWS_STS] = {"sts", "sts", "STS"},
	[GK_AWS_SECRETSMANAGER] = {"secretsmanager", "secretsmanager", "SECRETS_MANAGER"},
	[GK_AWS_SSM] = {"ssm", "ssm", "SSM"},
	[GK_AWS_S3] = {"s3", "s3", "S3"},
	[GK_AWS_EKS] = {"eks", "eks", "EKS"},
};

const char *gk_aws_service_id(enum gk_aws_service service)
{
	return services[service].id;
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "-word-12", what follows the first words of a region's name. */
static bool is_region_tail(struct gk_str s)
{
	size_t i = 1, word, number;

	if (s.n == 0 || s.p[0] != '-')
		return false;
	for (word = 0; i < s.n && (is_alnum(s.p[i]) || s.p[i] == '_'); word++)
		i++;
	if (word == 0 || i == s.n || s.p[i++] != '-')
		return false;
	for (number = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; number++)
		i++;
	return number > 0 && i == s.n;
}

static bool partition_has(const struct gk_aws_partition *p, struct gk_str region)
{
	struct gk_str rest = gk_str_c(p->prefixes);

	while (rest.p) {
		struct gk_str prefix = gk_str_cut(&rest, ' ');

		if (gk_str_starts(region, prefix) && is_region_tail(gk_str_from(region, prefix.n)))
			return true;
	}
	return false;
}

const struct gk_aws_partition *gk_aws_partition(struct gk_str region)
{
	for (size_t i = 0; i < GK_COUNT(partitions); i++)
		if (partition_has(&partitions[i], region))
			return &partitions[i];
	return &partitions[0];
}

const struct gk_aws_partition *gk_aws_partition_find(struct gk_str id)
{
	for (size_t i = 0; i < GK_COUNT(partitions); i++)
		if (gk_str_is(id, partitions[i].id))
			return &partitions[i];
	return NULL;
}

/* A region becomes part of a host name, so it must not be able to end one. */
static int check_region(struct gk_str region, struct gk_err *err)
{
	bool ok = region.n <= 63;

	if (region.n == 0) {
		gk_fail(err, GK_EUSAGE, "aws.region-missing", "no AWS region is known");
		return gk_help(err, "give --region, or set AWS_REGION or the profile's region");
	}
	for (size_t i = 0; i < region.n; i++)
		ok = ok && (is_alnum(region.p[i]) || (region.p[i] == '-' && i > 0));
	if (!ok)
		return gk_fail(err, GK_EUSAGE, "aws.region-name",
			"'%.*s' is no region name: expected letters, digits and hyphens",
			GK_SARG(region));
	return 0;
}

/* The plain hosts of these services in us-gov are FIPS endpoints already. */
static const char *fips_mark(
	enum gk_aws_service service, const struct gk_aws_partition *p, unsigned flags)
{
	bool plain = strcmp(p->id, "aws-us-gov") == 0 && !(flags & GK_AWS_DUALSTACK) &&
		     service != GK_AWS_SECRETSMANAGER && service != GK_AWS_S3;

	return flags & GK_AWS_FIPS && !plain ? "-fips" : "";
}

/* Secrets Manager answers on both stacks under its plain name in the larger partitions. */
static const char *host_suffix(
	enum gk_aws_service service, const struct gk_aws_partition *p, unsigned flags)
{
	bool one_name = service == GK_AWS_SECRETSMANAGER &&
			(strcmp(p->id, "aws") == 0 || strcmp(p->id, "aws-us-gov") == 0 ||
				(strcmp(p->id, "aws-cn") == 0 && !(flags & GK_AWS_FIPS)));

	return flags & GK_AWS_DUALSTACK && !one_name ? p->dualstack_suffix : p->dns_suffix;
}

/* S3 and EKS order the words of their hosts in ways of their own. */
static const char *regional_host(struct gk_arena *a, enum gk_aws_service service,
	struct gk_str region, unsigned flags, const struct gk_aws_partition *p)
{
	const char *name = services[service].host;
	const char *fips = fips_mark(service, p, flags);
	bool dual = flags & GK_AWS_DUALSTACK;
	const char *suffix = host_suffix(service, p, flags);

	if (service == GK_AWS_S3)
		return gk_arena_printf(a, "s3%s%s.%.*s.%s", fips, dual ? ".dualstack" : "",
			GK_SARG(region), p->dns_suffix);
	if (service == GK_AWS_EKS && *fips && !dual && strcmp(p->id, "aws") == 0)
		return gk_arena_printf(a, "fips.eks.%.*s.%s", GK_SARG(region), suffix);
	return gk_arena_printf(a, "%s%s.%.*s.%s", name, fips, GK_SARG(region), suffix);
}

static int by_rule(struct gk_arena *a, enum gk_aws_service service, struct gk_str region,
	unsigned flags, struct gk_aws_endpoint *ret, struct gk_err *err)
{
	bool global_sts = service == GK_AWS_STS && gk_str_is(region, "aws-global");
	const struct gk_aws_partition *p = gk_aws_partition(region);
	const char *host =
		global_sts ? "sts.amazonaws.com" : regional_host(a, service, region, flags, p);

	if (service == GK_AWS_S3 && flags & GK_AWS_FIPS && strcmp(p->id, "aws-cn") == 0)
		return gk_fail(err, GK_EUSAGE, "aws.no-fips",
			"the partition aws-cn has no FIPS endpoints for S3");
	ret->host = gk_str_c(host);
	ret->url = gk_str_c(gk_arena_printf(a, "https://%s", host));
	ret->path = GK_STR("");
	ret->region = global_sts ? GK_STR("us-east-1") : region;
	return 0;
}

/* 127.x.x.x, 169.254.x.x: digits and dots only, so that no name can pass for an address. */
static bool is_local_ipv4(struct gk_str host)
{
	if (!gk_str_starts(host, GK_STR("127.")) && !gk_str_starts(host, GK_STR("169.254.")))
		return false;
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
			return false;
	return true;
}

bool gk_aws_host_is_local(struct gk_str host)
{
	return gk_str_is(host, "localhost") || gk_str_is(host, "::1") ||
	       gk_str_is(host, "fd00:ec2::23") || gk_str_is(host, "fd00:ec2::254") ||
	       is_local_ipv4(host);
}

/* "[::1]:80" -> "::1"; "host:80" -> "host" */
static struct gk_str bare_host(struct gk_str authority)
{
	struct gk_str rest = authority;

	if (authority.n && authority.p[0] == '[') {
		rest = gk_str_from(authority, 1);
		return gk_str_cut(&rest, ']');
	}
	return gk_str_cut(&rest, ':');
}

static int bad_url(struct gk_str url, const char *why, struct gk_err *err)
{
	gk_fail(err, GK_EUSAGE, "aws.endpoint-url", "endpoint URL '%.*s' %s", GK_SARG(url), why);
	return gk_help(err, "expected https://HOST[:PORT][/PATH]; plain http only to a loopback or "
			    "link-local address");
}

static int by_url(struct gk_arena *a, struct gk_str url, struct gk_str region,
	struct gk_aws_endpoint *ret, struct gk_err *err)
{
	bool https = gk_str_starts(url, GK_STR("https://"));
	bool http = gk_str_starts(url, GK_STR("http://"));
	struct gk_str rest = gk_str_from(url, https ? 8 : 7);
	struct gk_str path = rest, host, authority = gk_str_cut(&rest, '/');
	struct gk_str port = https ? GK_STR(":443") : GK_STR(":80");

	if (!https && !http)
		return bad_url(url, "is neither http nor https", err);
	path = gk_str_from(path, authority.n);
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	host = bare_host(authority);
	if (host.n == 0 || memchr(authority.p, '@', authority.n))
		return bad_url(url, "names no host, or a user", err);
	if (path.n && (memchr(path.p, '?', path.n) || memchr(path.p, '#', path.n)))
		return bad_url(url, "has a query", err);
	if (http && !gk_aws_host_is_local(host))
		return bad_url(url, "is not encrypted", err);
	ret->host = authority;
	if (gk_str_ends(authority, port))
		ret->host.n -= port.n;
	ret->url = gk_str_c(
		gk_arena_printf(a, "%s%.*s", https ? "https://" : "http://", GK_SARG(authority)));
	ret->path = path;
	ret->region = gk_str_is(region, "aws-global") ? GK_STR("us-east-1") : region;
	return 0;
}

int gk_aws_endpoint(struct gk_arena *a, enum gk_aws_service service, struct gk_str region,
	unsigned flags, struct gk_str custom, struct gk_aws_endpoint *ret, struct gk_err *err)
{
	struct gk_aws_endpoint e = {0};

	if (check_region(region, err))
		return -1;
	if (custom.p && flags)
		return gk_fail(err, GK_EUSAGE, "aws.endpoint-flags",
			"a custom endpoint cannot be combined with FIPS or dual-stack endpoints");
	if (custom.p ? by_url(a, custom, region, &e, err)
		     : by_rule(a, service, region, flags, &e, err))
		return -1;
	e.signing_name = gk_str_c(services[service].signing_name);
	*ret = e;
	return 0;
}
