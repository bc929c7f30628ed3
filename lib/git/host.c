/*
 * Names that lead into a network of our own, looked up before anything is connected: for ssh,
 * where libgit2 opens the socket itself, and for proxies, which look names up themselves.
 * Without a proxy https has its addresses checked where they are used (stream.c).
 */
#include <netdb.h>
#include <stdlib.h>

#include "base/address.h"
#include "git/git-priv.h"

bool gk_git__has_proxy(void)
{
	const char *lower = getenv("https_proxy"), *upper = getenv("HTTPS_PROXY");

	return (lower && *lower) || (upper && *upper);
}

int gk_git__refuse_private(const struct gk_git_source *s, struct gk_err *err)
{
	(void)gk_fail(err, GK_EREFUSED, "remote.private",
		"'%.*s' has an address in a private network", GK_SARG(s->remote.host));
	return gk_help(err, "allow that with --allow-private");
}

/* A proxy may know names that we do not. */
int gk_git__check_host(const struct gk_git_source *s, struct gk_err *err)
{
	const struct gk_remote *r = &s->remote;
	bool https = r->scheme == GK_REMOTE_HTTPS, private;
	int failure;

	if (s->job->allow_private || r->scheme == GK_REMOTE_FILE || (https && !gk_git__has_proxy()))
		return 0;
	private = gk_address_of_host_is_private(
		gk_arena_memdup0(s->a, r->host.p, r->host.n), &failure);
	if (failure && !https)
		return gk_fail(err, GK_ENET, "remote.network", "cannot look up '%.*s': %s",
			GK_SARG(r->host), gai_strerror(failure));
	return private ? gk_git__refuse_private(s, err) : 0;
}
