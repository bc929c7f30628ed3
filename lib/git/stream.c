/*
 * The connections of https, below libgit2's TLS.  Its own show neither the address that they
 * lead to nor how much comes, and the references of a server are held in memory whatever their
 * number.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <git2/errors.h>
#include <git2/sys/stream.h>

#include "base/address.h"
#include "base/num.h"
#include "git/git-priv.h"

enum { CONNECT_MS = 10000, FREE_MS = 500 };

struct stream {
	git_stream base;
	struct gk_git_source *s;
	char *host, *port;
	int fd;
};

/* libgit2 hands its constructors nothing of ours. */
static struct gk_git_source *guarded;

static int fail_net(const char *what)
{
	git_error_set_str(GIT_ERROR_NET, what);
	return -1;
}

/* Otherwise to a proxy, or where a redirect leads. */
static bool leads_to_server(const struct stream *st)
{
	const struct gk_remote *r = &st->s->remote;
	struct gk_err ignored = GK_ERR_INIT;
	uint64_t port;

	return gk_str_eq(gk_str_c(st->host), r->host) &&
	       gk_num_u64(gk_str_c(st->port), 1, UINT16_MAX, &port, &ignored) == 0 &&
	       port == r->port;
}

/* libgit2 follows redirects within a host, also to another port of it. */
static int refuse_redirect(const struct stream *st)
{
	return gk_fail(st->s->err, GK_EREFUSED, "remote.redirect",
		"'%s' redirects to port %s, and redirects are not followed", st->s->remote.shown,
		st->port);
}

static bool wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = events};
	int rc;

	do
		rc = poll(&p, 1, timeout_ms);
	while (rc < 0 && errno == EINTR);
	return rc > 0;
}

/* One address; the descriptor, or -1. */
static int try_address(const struct addrinfo *to)
{
	int fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failure = 0;
	socklen_t n = sizeof failure;

	if (fd < 0)
		return -1;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0 ||
		(errno == EINPROGRESS && wait_for(fd, POLLOUT, CONNECT_MS) &&
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &n) == 0 && failure == 0))
		return fd;
	if (failure)
		errno = failure;
	n = (socklen_t)errno;
	(void)close(fd); /* nothing was written through it */
	errno = (int)n;
	return -1;
}

static int connect_one(struct stream *st, const struct addrinfo *found)
{
	/* A proxy is the operator's own, and may stand anywhere. */
	bool checked = !st->s->job->allow_private && leads_to_server(st);

	for (const struct addrinfo *i = found; i && checked; i = i->ai_next)
		if (gk_address_is_private(i->ai_addr))
			return gk_git__refuse_private(st->s, st->s->err);
	for (const struct addrinfo *i = found; i && st->fd < 0; i = i->ai_next)
		st->fd = try_address(i);
	return st->fd < 0 ? fail_net(strerror(errno)) : 0;
}

static int stream_connect(git_stream *base)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct stream *st = (struct stream *)base;
	struct addrinfo *found;
	int rc;

	if (!leads_to_server(st) && !gk_git__has_proxy())
		return refuse_redirect(st);
	rc = getaddrinfo(st->host, st->port, &hints, &found);
	if (rc)
		return fail_net(gai_strerror(rc));
	rc = connect_one(st, found);
	freeaddrinfo(found);
	return rc;
}

static int64_t cpu_ms(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void gk_git__listed(struct gk_git_source *s)
{
	s->listed = true;
	s->listed_at = cpu_ms();
}

/*
 * Objects are unpacked as they come, and libgit2 limits neither the size of one that is no
 * delta nor the sum of all: a MiB may stand for a GiB.  What can be seen of it is the time.
 */
static int check_effort(struct gk_git_source *s)
{
	uint64_t per_mib = s->job->lim->git_effort;
	int64_t most = FREE_MS + (int64_t)((s->received >> 10) * per_mib >> 10);

	if (!s->listed || cpu_ms() - s->listed_at <= most)
		return 0;
	return gk_limit_fail(s->err, "git-effort", per_mib,
		"the time that unpacking takes, in milliseconds for each MiB,");
}

static int count(struct gk_git_source *s, size_t n)
{
	const struct gk_limits *lim = s->job->lim;

	s->received += n;
	if (!s->listed && s->received > lim->git_list_bytes)
		return gk_limit_fail(s->err, "git-list-bytes", lim->git_list_bytes,
			"what the server says of its references");
	if (s->received > lim->git_list_bytes + lim->git_bytes)
		return gk_limit_fail(s->err, "git-bytes", lim->git_bytes, "the repository");
	return check_effort(s);
}

static ssize_t stream_read(git_stream *base, void *to, size_t n)
{
	struct stream *st = (struct stream *)base;
	ssize_t got;

	do
		got = recv(st->fd, to, n, 0);
	while (got < 0 && (errno == EINTR || ((errno == EAGAIN || errno == EWOULDBLOCK) &&
						     wait_for(st->fd, POLLIN, -1))));
	if (got < 0)
		return fail_net(strerror(errno));
	return count(st->s, (size_t)got) ? -1 : got;
}

static ssize_t stream_write(git_stream *base, const char *from, size_t n, int flags)
{
	struct stream *st = (struct stream *)base;
	ssize_t put;

	(void)flags;
	do
		put = send(st->fd, from, n, MSG_NOSIGNAL);
	while (put < 0 && (errno == EINTR || ((errno == EAGAIN || errno == EWOULDBLOCK) &&
						     wait_for(st->fd, POLLOUT, -1))));
	return put < 0 ? fail_net(strerror(errno)) : put;
}

static int stream_close(git_stream *base)
{
	struct stream *st = (struct stream *)base;

	if (st->fd >= 0)
		(void)close(st->fd); /* all that matters was read */
	st->fd = -1;
	return 0;
}

static void stream_free(git_stream *base)
{
	struct stream *st = (struct stream *)base;

	(void)stream_close(base);
	gk_free(st->host);
	gk_free(st->port);
	gk_free(st);
}

static int stream_new(git_stream **ret, const char *host, const char *port)
{
	struct stream *st = gk_xcalloc(1, sizeof *st);

	st->base = (git_stream){.version = GIT_STREAM_VERSION,
		.connect = stream_connect,
		.read = stream_read,
		.write = stream_write,
		.close = stream_close,
		.free = stream_free};
	st->s = guarded;
	st->host = gk_xstrdup(host);
	st->port = gk_xstrdup(port);
	st->fd = -1;
	*ret = &st->base;
	return 0;
}

void gk_git__guard(struct gk_git_source *s)
{
	git_stream_registration ours = {.version = GIT_STREAM_VERSION, .init = stream_new};
	/* libgit2's ssh reaches into the socket streams that it makes itself. */
	bool is_ours = s && s->remote.scheme == GK_REMOTE_HTTPS;

	guarded = is_ours ? s : NULL;
	(void)git_stream_register(GIT_STREAM_STANDARD, is_ours ? &ours : NULL);
}
