#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/num.h"
#include "base/vec.h"
#include "fake-server.h"

enum { CONNS = 64 };

struct conn {
	int fd;
	SSL *ssl; /* NULL = plain */
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
	SSL_CTX *tls;
	char *ca;
};

static void drop(struct conn *c, bool reset)
{
	const struct linger now = {1, 0};

	if (reset)
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	SSL_free(c->ssl);
	c->ssl = NULL;
	(void)close(c->fd);
	c->fd = -1;
	gk_buf_done(&c->in);
}

/* Bytes of a whole request at the start of the buffer, or 0. */
static size_t request_len(const struct fake *f, const struct gk_buf *b)
{
	const char *end = strstr(gk_buf_cstr(b), "\r\n\r\n"), *len;
	size_t head, body = 0;

	if (!end)
		return 0;
	head = (size_t)(end - b->p) + 4;
	len = strstr(gk_buf_cstr(b), "Content-Length: ");
	if (len && len < end && !(f->script[0].flags & FAKE_EAGER))
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

static void send_all(struct conn *c, const char *p, size_t n)
{
	while (n) {
		ssize_t k = c->ssl ? SSL_write(c->ssl, p, (int)n) : send(c->fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		p += k;
		n -= (size_t)k;
	}
}

/* What follows the mark goes out as one chunk with an end. */
static void send_reply(struct conn *c, const char *bytes)
{
	const char *mark = strchr(bytes, FAKE_CHUNK_MARK[0]);
	char size[32];

	if (!mark) {
		send_all(c, bytes, strlen(bytes));
		return;
	}
	send_all(c, bytes, (size_t)(mark - bytes));
	if (mark[1]) {
		(void)snprintf(size, sizeof size, "%zx\r\n", strlen(mark + 1));
		send_all(c, size, strlen(size));
		send_all(c, mark + 1, strlen(mark + 1));
		send_all(c, "\r\n", 2);
	}
	send_all(c, "0\r\n\r\n", 5);
}

static void answer(struct fake *f, struct conn *c, size_t len)
{
	static const struct fake_reply unexpected = {.bytes = FAKE_JSON("599 Unexpected", "{}")};
	char *request = gk_xmemdup0(c->in.p, len);
	const struct fake_reply *found = pick(f, request);
	/* With the answer the test may end, and its script with it: a copy. */
	struct fake_reply r = found ? *found : unexpected;

	gk_vec_push(&f->requests, request);
	memmove(c->in.p, c->in.p + len, c->in.n - len);
	c->in.n -= len;
	c->in.p[c->in.n] = '\0';
	if (r.bytes)
		send_reply(c, r.bytes);
	if (r.flags & (FAKE_CLOSE | FAKE_RESET))
		drop(c, r.flags & FAKE_RESET);
}

static void receive(struct fake *f, struct conn *c)
{
	char chunk[65536];
	ssize_t n;
	size_t len;

	do {
		n = c->ssl ? SSL_read(c->ssl, chunk, sizeof chunk)
			   : recv(c->fd, chunk, sizeof chunk, 0);
		if (n <= 0) {
			drop(c, false);
			return;
		}
		gk_buf_put(&c->in, chunk, (size_t)n);
	} while (c->ssl && SSL_pending(c->ssl));
	while (c->fd >= 0 && (len = request_len(f, &c->in)))
		answer(f, c, len);
}

static void adopt(struct fake *f, struct conn *c, int fd)
{
	c->fd = fd;
	if (!f->tls)
		return;
	c->ssl = SSL_new(f->tls);
	gk_assert(c->ssl && SSL_set_fd(c->ssl, fd));
	if (SSL_accept(c->ssl) <= 0)
		drop(c, false);
}

static void welcome(struct fake *f)
{
	int fd = accept(f->listener, NULL, NULL);

	f->connections++;
	for (size_t i = 0; i < CONNS; i++)
		if (f->conns[i].fd < 0) {
			adopt(f, &f->conns[i], fd);
			return;
		}
	(void)close(fd);
}

static void *serve(void *ctx)
{
	struct fake *f = ctx;
	sigset_t pipe_only;

	/* A client that is gone shows as a failed write here, not as a signal. */
	(void)sigemptyset(&pipe_only);
	(void)sigaddset(&pipe_only, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe_only, NULL);
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

static void keep_pem(struct fake *f, X509 *x)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *p;
	long n;

	gk_assert(PEM_write_bio_X509(b, x));
	n = BIO_get_mem_data(b, &p);
	f->ca = gk_xmemdup0(p, (size_t)n);
	BIO_free(b);
}

/* Signed by itself, so that it is its own CA. */
static void make_certificate(struct fake *f, enum fake_cert kind)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	const char *names = kind == FAKE_CERT_OTHER ? "DNS:wrong.test" : "IP:127.0.0.1";
	X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	long from = kind == FAKE_CERT_EXPIRED ? -7200 : kind == FAKE_CERT_EARLY ? 3600 : -3600;

	gk_assert(key && X509_set_version(x, 2) && san);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), from);
	X509_gmtime_adj(X509_getm_notAfter(x), from + (kind == FAKE_CERT_EXPIRED ? 3600 : 86400));
	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"fake-server", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	X509_add_ext(x, san, -1);
	gk_assert(X509_sign(x, key, EVP_sha256()));
	f->tls = SSL_CTX_new(TLS_server_method());
	gk_assert(SSL_CTX_use_certificate(f->tls, x) && SSL_CTX_use_PrivateKey(f->tls, key));
	keep_pem(f, x);
	X509_EXTENSION_free(san);
	X509_free(x);
	EVP_PKEY_free(key);
}

static struct fake *start(struct fake *f, const struct fake_reply *script)
{
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

struct fake *fake_start(const struct fake_reply *script)
{
	return start(gk_xcalloc(1, sizeof(struct fake)), script);
}

struct fake *fake_start_tls(const struct fake_reply *script, enum fake_cert cert)
{
	struct fake *f = gk_xcalloc(1, sizeof *f);

	make_certificate(f, cert);
	return start(f, script);
}

const char *fake_ca(const struct fake *f)
{
	return f->ca;
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
	SSL_CTX_free(f->tls);
	gk_free(f->ca);
	gk_free(f);
}
