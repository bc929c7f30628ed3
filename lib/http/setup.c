/* The one place where curl is told how to make a request. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/crypto.h"
#include "base/io.h"
#include "http/http-priv.h"
#include "http/url.h"

enum {
	CONNECT_MS = 20000, /* TCP and TLS together */
	ATTEMPT_MS = 65000, /* the API server gives up after 60 s */
	KEEPALIVE_S = 30
};

/* An option that curl does not know is a bug of ours, out of memory ends the program. */
#define set(easy, option, value) gk_assert(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct gk_http_op *op = ctx;

	op->last_byte_ms = gk_time_mono_ms();
	gk_http__head_line(op, (struct gk_str){p, size * n});
	return op->broken ? 0 : size * n;
}

static bool is_success(CURL *easy, int *ret_status)
{
	long status = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	*ret_status = (int)status;
	return status >= 200 && status < 300;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct gk_http_op *op = ctx;
	struct gk_str piece = {p, size * n};

	op->received += piece.n;
	op->last_byte_ms = gk_time_mono_ms();
	op->h->quiet = false;
	if (op->q.data && is_success(op->easy, &op->r.status)) {
		op->delivered = true;
		if (!op->broken && op->q.data(op->q.ctx, &op->r, piece))
			op->broken = OP_STOPPED;
	} else {
		gk_buf_putstr(&op->r.body, piece);
		if (op->r.body.over)
			op->broken = OP_BODY_LIMIT;
	}
	return op->broken ? CURL_WRITEFUNC_ERROR : piece.n;
}

static bool is_local_v6(const unsigned char a[16])
{
	static const unsigned char loopback[16] = {[15] = 1};

	return !memcmp(a, loopback, 16) || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) ||
	       (a[0] == 0xfd && a[1] == 0 && a[2] == 0x0e && a[3] == 0xc2);
}

/* Plain http goes to this machine or this link only, whatever a name resolves to. */
static curl_socket_t open_local(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	bool local = false;

	(void)ctx;
	(void)purpose;
	if (to->family == AF_INET) {
		const struct sockaddr_in *in = (const void *)&to->addr;
		uint32_t ip = ntohl(in->sin_addr.s_addr);

		local = ip >> 24 == 127 || ip >> 16 == 0xa9fe;
	} else if (to->family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)&to->addr;

		local = is_local_v6(in6->sin6_addr.s6_addr);
	}
	if (!local)
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static curl_socket_t open_public(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct gk_http_op *op = ctx;

	(void)purpose;
	if (gk_address_is_private(&to->addr)) {
		op->broken = OP_PRIVATE;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void add_line(struct gk_http_op *op, struct gk_str line)
{
	char *copy = gk_xmemdup0(line.p, line.n);
	struct curl_slist *list = curl_slist_append(op->lines_out, copy);

	gk_wipe(copy, line.n);
	gk_free(copy);
	if (!list)
		gk_oom();
	op->lines_out = list;
}

static bool has_header(struct gk_str lines, const char *name)
{
	struct gk_http_response fake = {.head = {.n = lines.n}};
	struct gk_str value;
	size_t at = 0;

	/* A view on the caller's bytes; nothing writes to it. */
	fake.head.p = (char *)(uintptr_t)lines.p;
	return gk_http_header_next(&fake, name, &at, &value);
}

static void set_headers(struct gk_http_op *op, const struct gk_buf *signature)
{
	struct gk_str parts[] = {gk_buf_str(&op->headers), gk_buf_str(signature)};
	bool typed = false;

	for (size_t i = 0; i < GK_COUNT(parts); i++) {
		struct gk_str rest = parts[i];

		typed = typed || has_header(parts[i], "Content-Type");
		while (rest.n)
			add_line(op, gk_str_cut(&rest, '\n'));
	}
	add_line(op, GK_STR("Expect:"));
	if (!typed)
		add_line(op, GK_STR("Content-Type:"));
	set(op->easy, CURLOPT_HTTPHEADER, op->lines_out);
}

static void set_method(struct gk_http_op *op)
{
	const struct gk_buf *body = &op->q.body;

	if (body->n || !strcmp(op->q.method, "POST") || !strcmp(op->q.method, "PUT")) {
		set(op->easy, CURLOPT_POSTFIELDS, gk_buf_cstr(body));
		set(op->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->n);
	}
	if (!strcmp(op->q.method, "HEAD"))
		set(op->easy, CURLOPT_NOBODY, 1L);
	else
		set(op->easy, CURLOPT_CUSTOMREQUEST, op->q.method);
}

static void set_blob(CURL *easy, CURLoption option, struct gk_str pem)
{
	struct curl_blob blob = {
		.data = (void *)(uintptr_t)pem.p, .len = pem.n, .flags = CURL_BLOB_NOCOPY};

	if (pem.n)
		gk_assert(curl_easy_setopt(easy, option, &blob) == CURLE_OK);
}

/*
 * Never curl's own default bundle: OpenSSL needs 25 ms to parse it, and 1 ms to open the
 * directory that holds the same certificates by hash.
 */
static void set_trust(CURL *easy, const struct gk_http_route *route)
{
	const char *file = route->ca_file ? route->ca_file : getenv("SSL_CERT_FILE");
	const char *dir = getenv("SSL_CERT_DIR");

	set(easy, CURLOPT_CAINFO, NULL);
	set(easy, CURLOPT_CAPATH, NULL);
	if (route->ca_pem.n)
		set_blob(easy, CURLOPT_CAINFO_BLOB, route->ca_pem);
	else if (file && *file)
		set(easy, CURLOPT_CAINFO, file);
	else
		set(easy, CURLOPT_CAPATH, dir && *dir ? dir : "/etc/ssl/certs");
}

static void set_tls(CURL *easy, const struct gk_http_route *route)
{
	set(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	set(easy, CURLOPT_SSL_VERIFYPEER, route->insecure ? 0L : 1L);
	set(easy, CURLOPT_SSL_VERIFYHOST, route->insecure ? 0L : 2L);
	set_trust(easy, route);
	if (!route->cert_pem.n)
		return;
	set_blob(easy, CURLOPT_SSLCERT_BLOB, route->cert_pem);
	set_blob(easy, CURLOPT_SSLKEY_BLOB, route->key_pem);
	set(easy, CURLOPT_SSLCERTTYPE, "PEM");
	set(easy, CURLOPT_SSLKEYTYPE, "PEM");
}

/* The environment's rules as Go reads them: no proxy for loopback, no ALL_PROXY. */
static const char *proxy_of_environment(const struct gk_url *u)
{
	bool https = gk_str_is(u->scheme, "https");
	const char *p = getenv(https ? "HTTPS_PROXY" : "HTTP_PROXY");

	if (gk_url_is_local(u))
		return "";
	if (!p || !*p)
		p = getenv(https ? "https_proxy" : "http_proxy");
	return p ? p : "";
}

/* The socket callback would see the proxy's address, or no address at all. */
static int check_public(struct gk_http_op *op, const struct gk_url *u, struct gk_err *err)
{
	GK_AUTO(gk_freep) char *host = gk_xmemdup0(u->host.p, u->host.n);
	int failure;

	if (!gk_address_of_host_is_private(host, &failure))
		return 0;
	op->broken = OP_PRIVATE;
	return gk_http__fault_fail(op, CURLE_COULDNT_CONNECT, err);
}

static int set_proxy(struct gk_http_op *op, const struct gk_url *u, struct gk_err *err)
{
	const struct gk_http_route *route = op->q.route;
	const char *proxy = route->proxy ? route->proxy : proxy_of_environment(u);
	CURL *easy = op->easy;

	if (route->public_only && *proxy && check_public(op, u, err))
		return -1;
	if (route->public_only && !*proxy) {
		set(easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
		set(easy, CURLOPT_OPENSOCKETDATA, op);
	}
	set(easy, CURLOPT_PROXY, proxy);
	if (route->proxy)
		set(easy, CURLOPT_NOPROXY, "");
	/* Go lets a socks5 proxy resolve the name. */
	if (!strncmp(proxy, "socks5://", 9))
		set(easy, CURLOPT_PROXYTYPE, (long)CURLPROXY_SOCKS5_HOSTNAME);
	set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	return 0;
}

/*
 * curl takes the name to verify from the URL only: put the wanted name there, connect to
 * the real host, and keep the real one in the Host header.
 */
static void set_url(struct gk_http_op *op, const struct gk_url *u)
{
	const char *name = op->q.route->server_name;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (!name) {
		set(op->easy, CURLOPT_URL, op->q.url);
		return;
	}
	gk_buf_printf(&b, "%s:%u:", name, gk_url_port(u));
	gk_url_put_host(&b, u);
	gk_buf_printf(&b, ":%u", gk_url_port(u));
	op->connect_to = curl_slist_append(NULL, gk_buf_cstr(&b));
	if (!op->connect_to)
		gk_oom();
	set(op->easy, CURLOPT_CONNECT_TO, op->connect_to);
	gk_buf_reset(&b);
	gk_buf_puts(&b, "Host: ");
	gk_url_put_host(&b, u);
	if (u->port)
		gk_buf_printf(&b, ":%u", u->port);
	add_line(op, gk_buf_str(&b));
	gk_buf_reset(&b);
	gk_buf_printf(
		&b, "%.*s://%s:%u%.*s", GK_SARG(u->scheme), name, gk_url_port(u), GK_SARG(u->path));
	if (u->query.p)
		gk_buf_printf(&b, "?%.*s", GK_SARG(u->query));
	set(op->easy, CURLOPT_URL, gk_buf_cstr(&b));
}

static void set_limits(struct gk_http_op *op, bool plain)
{
	int64_t attempt = op->q.timeout_ms ? op->q.timeout_ms : op->q.data ? 0 : ATTEMPT_MS;
	int64_t left = op->deadline_ms - op->attempt_ms;
	CURL *easy = op->easy;

	if (!op->q.data && attempt > left)
		attempt = left > 1 ? left : 1;
	set(easy, CURLOPT_TIMEOUT_MS, (long)attempt);
	set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	set(easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
	set(easy, CURLOPT_FOLLOWLOCATION, 0L);
	/* A path that was signed must not lose its dot segments on the way. */
	set(easy, CURLOPT_PATH_AS_IS, 1L);
	set(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/*
	 * Without this curl itself keeps SIGPIPE off while it works, which OpenSSL's writes need;
	 * it uses no signal for anything else when names are resolved in a thread.
	 */
	set(easy, CURLOPT_NOSIGNAL, op->h->threads ? 0L : 1L);
	set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	set(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	set(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S / 2);
	set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	set(easy, CURLOPT_HTTP_VERSION,
		(long)(op->q.route->http1 || op->q.alone ? CURL_HTTP_VERSION_1_1
							 : CURL_HTTP_VERSION_2TLS));
	set(easy, CURLOPT_PIPEWAIT, op->q.alone ? 0L : 1L);
	if (op->q.gzip)
		set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	if (plain)
		set(easy, CURLOPT_OPENSOCKETFUNCTION, open_local);
}

static void set_callbacks(struct gk_http_op *op)
{
	CURL *easy = op->easy;

	set(easy, CURLOPT_HEADERFUNCTION, on_header);
	set(easy, CURLOPT_HEADERDATA, op);
	set(easy, CURLOPT_WRITEFUNCTION, on_body);
	set(easy, CURLOPT_WRITEDATA, op);
	set(easy, CURLOPT_ERRORBUFFER, op->why);
	set(easy, CURLOPT_PRIVATE, op);
	set(easy, CURLOPT_USERAGENT, op->h->user_agent);
}

int gk_http__setup(struct gk_http_op *op, struct gk_buf *signature, struct gk_err *err)
{
	const struct gk_http_route *route = op->q.route;
	struct gk_url u;
	bool plain;

	if (gk_url_parse(gk_str_c(op->q.url), &u, err))
		return -1;
	plain = gk_str_is(u.scheme, "http");
	if (!plain && !gk_str_is(u.scheme, "https"))
		return gk_fail(err, GK_EINPUT, "http.scheme", "expected an https URL, not '%.*s'",
			GK_SARG(u.scheme));
	if (plain && !(route->allow_plain && gk_url_is_local(&u))) {
		gk_fail(err, GK_EINPUT, "http.plain", "plain http to '%.*s' is not allowed",
			GK_SARG(u.host));
		return gk_help(err, "use https; http is for loopback addresses only");
	}
	set_callbacks(op);
	set_limits(op, plain);
	set_tls(op->easy, route);
	if (set_proxy(op, &u, err))
		return -1;
	set_url(op, &u);
	set_method(op);
	set_headers(op, signature);
	return 0;
}
