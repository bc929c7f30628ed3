#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "base/vec.h"
#include "fake-server.h"

enum { CONNS = 64 };

struct conn {
	int fd;
	struct gk_buf in;
};

struct fake {
	const struct fake_reply *script;
	bool used[64];
	int listener, stop[2];
	unsigned port;
	size_t connections;
	struct conn conns[CONNS];
	GK_VEC(char *) requests;
	pthread_t thread;
};

static void drop(struct conn *c, bool reset)
{
	const struct linger now = {1, 0};

	if (reset)
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	(void)close(c->fd);
	c->fd = -1;
	gk_buf_done(&c->in);
}

/* Bytes of a whole request at the start of the buffer, or 0. */
static size_t request_len(const struct gk_buf *b)
{
	const char *end = strstr(gk_buf_cstr(b), "\r\n\r\n"), *len;
	size_t head, body = 0;

	if (!end)
		return 0;
	head = (size_t)(end - b->p) + 4;
	len = strstr(gk_buf_cstr(b), "Content-Length: ");
	if (len && len < end)
		for (len += 16; *len >= '0' && *len <= '9'; len++)
			body = body * 10 + (size_t)(*len - '0');
	return b->n >= head + body ? head + body : 0;
}

static const struct fake_reply *pick(struct fake *f, const char *request)
{
	for (size_t i = 0; f->script[i].match || f->script[i].bytes || f->script[i].flags; i++) {
		const struct fake_reply *r = &f->script[i];

		if (f->used[i] || (r->match && strncmp(request, r->match, strlen(r->match))))
			continue;
		f->used[i] = !(r->flags & FAKE_EVER);
		return r;
	}
	return NULL;
}

static void send_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		p += k;
		n -= (size_t)k;
	}
}

/* What follows the mark goes out as one chunk with an end. */
static void send_reply(int fd, const char *bytes)
{
	const char *mark = strchr(bytes, FAKE_CHUNK_MARK[0]);
	char size[32];

	if (!mark) {
		send_all(fd, bytes, strlen(bytes));
		return;
	}
	send_all(fd, bytes, (size_t)(mark - bytes));
	if (mark[1]) {
		(void)snprintf(size, sizeof size, "%zx\r\n", strlen(mark + 1));
		send_all(fd, size, strlen(size));
		send_all(fd, mark + 1, strlen(mark + 1));
		send_all(fd, "\r\n", 2);
	}
	send_all(fd, "0\r\n\r\n", 5);
}

static void answer(struct fake *f, struct conn *c, size_t len)
{
	char *request = gk_xmemdup0(c->in.p, len);
	const struct fake_reply *r = pick(f, request);

	gk_vec_push(&f->requests, request);
	memmove(c->in.p, c->in.p + len, c->in.n - len);
	c->in.n -= len;
	c->in.p[c->in.n] = '\0';
	if (!r) {
		send_reply(c->fd, FAKE_JSON("599 Unexpected", "{}"));
		return;
	}
	if (r->bytes)
		send_reply(c->fd, r->bytes);
	if (r->flags & (FAKE_CLOSE | FAKE_RESET))
		drop(c, r->flags & FAKE_RESET);
}

static void receive(struct fake *f, struct conn *c)
{
	char chunk[65536];
	ssize_t n = recv(c->fd, chunk, sizeof chunk, 0);
	size_t len;

	if (n <= 0) {
		drop(c, false);
		return;
	}
	gk_buf_put(&c->in, chunk, (size_t)n);
	while (c->fd >= 0 && (len = request_len(&c->in)))
		answer(f, c, len);
}

static void welcome(struct fake *f)
{
	int fd = accept(f->listener, NULL, NULL);

	f->connections++;
	for (size_t i = 0; i < CONNS; i++)
		if (f->conns[i].fd < 0) {
			f->conns[i].fd = fd;
			return;
		}
	(void)close(fd);
}

static void *serve(void *ctx)
{
	struct fake *f = ctx;

	for (;;) {
		struct pollfd p[CONNS + 2];

		p[0] = (struct pollfd){f->stop[0], POLLIN, 0};
		p[1] = (struct pollfd){f->listener, POLLIN, 0};
		for (size_t i = 0; i < CONNS; i++)
			p[i + 2] = (struct pollfd){f->conns[i].fd, POLLIN, 0};
		if (poll(p, CONNS + 2, -1) < 0)
			continue;
		if (p[0].revents)
			return NULL;
		if (p[1].revents)
			welcome(f);
		for (size_t i = 0; i < CONNS; i++)
			if (p[i + 2].revents && f->conns[i].fd == p[i + 2].fd)
				receive(f, &f->conns[i]);
	}
}

struct fake *fake_start(const struct fake_reply *script)
{
	struct fake *f = gk_xcalloc(1, sizeof *f);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;

	f->script = script;
	for (size_t i = 0; i < CONNS; i++)
		f->conns[i].fd = -1;
	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	gk_assert(f->listener >= 0 && !bind(f->listener, (struct sockaddr *)&a, sizeof a));
	gk_assert(!listen(f->listener, CONNS) && !pipe(f->stop));
	gk_assert(!getsockname(f->listener, (struct sockaddr *)&a, &len));
	f->port = ntohs(a.sin_port);
	gk_assert(!pthread_create(&f->thread, NULL, serve, f));
	return f;
}

void fake_stop(struct fake *f)
{
	if (f->listener < 0)
		return;
	gk_assert(write(f->stop[1], "x", 1) == 1 && !pthread_join(f->thread, NULL));
	for (size_t i = 0; i < CONNS; i++)
		if (f->conns[i].fd >= 0)
			drop(&f->conns[i], false);
	(void)close(f->listener);
	(void)close(f->stop[0]);
	(void)close(f->stop[1]);
	f->listener = -1;
}

unsigned fake_port(const struct fake *f)
{
	return f->port;
}

size_t fake_requests(struct fake *f)
{
	fake_stop(f);
	return f->requests.n;
}

const char *fake_request(struct fake *f, size_t i)
{
	fake_stop(f);
	return i < f->requests.n ? f->requests.v[i] : "";
}

size_t fake_connections(struct fake *f)
{
	fake_stop(f);
	return f->connections;
}

void fake_free(struct fake *f)
{
	fake_stop(f);
	gk_vec_foreach (char *, r, &f->requests)
		gk_free(*r);
	gk_vec_done(&f->requests);
	gk_free(f);
}
