#include "sim/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/mem.h"
#include "sim/fault.h"
#include "sim/log.h"
#include "sim/percent.h"
#include "sim/sim-priv.h"
#include "sim/stream.h"
#include "sim/tls.h"

enum {
	MAX_BODY = 3 << 20,    /* what kube-apiserver takes */
	MAX_CONNECTIONS = 2000 /* below the usual limit of descriptors, with room for files */
};

struct gk_sim_server {
	struct gk_sim_server_options opt;
	struct MHD_Daemon *daemon;
	int listener;
	uint16_t port;
	uint64_t refuse_timer;
};

void gk_sim_conn_suspend(struct gk_sim_stream *s)
{
	MHD_suspend_connection(s->req->conn);
}

void gk_sim_conn_resume(struct gk_sim_stream *s)
{
	MHD_resume_connection(s->req->conn);
}

static int conn_fd(const struct gk_sim_req *r)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->conn, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

void gk_sim_conn_reset(const struct gk_sim_req *r)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(conn_fd(r), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

bool gk_sim_conn_gone(const struct gk_sim_req *r)
{
	struct pollfd p = {.fd = conn_fd(r), .events = POLLRDHUP};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

struct gk_str gk_sim_header(const struct gk_sim_req *r, const char *name)
{
	return gk_str_c(MHD_lookup_connection_value(r->conn, MHD_HEADER_KIND, name));
}

static enum MHD_Result add_header(
	void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct gk_sim_pair p = {gk_str_c(name), gk_str_c(value ? value : "")};
	struct gk_sim_pairs *pairs = cls;

	(void)kind;
	gk_vec_push(pairs, p);
	return MHD_YES;
}

void gk_sim_headers(const struct gk_sim_req *r, struct gk_sim_pairs *ret)
{
	MHD_get_connection_values(r->conn, MHD_HEADER_KIND, add_header, ret);
}

/* Made from the request line, before libmicrohttpd decodes it: signatures need it as sent. */
static void *begin_request(void *cls, const char *uri, struct MHD_Connection *conn)
{
	struct gk_sim_server *s = cls;
	struct gk_sim_req *r = gk_xcalloc(1, sizeof *r);
	struct gk_str query = gk_str_c(gk_arena_strdup(&r->arena, uri));
	struct gk_str path;

	r->sim = s->opt.sim;
	r->aws = s->opt.aws;
	r->conn = conn;
	r->body.max = MAX_BODY;
	r->seq = ++r->sim->requests;
	r->wire = query;
	r->wire_path = gk_str_cut(&query, '?');
	r->wire_query = query.p ? query : GK_STR("");
	path = r->wire_path;
	while (path.p) {
		struct gk_str part =
			gk_sim_percent_decode(&r->arena, gk_str_cut(&path, '/'), false);

		if (part.n)
			gk_vec_push(&r->segments, part.p);
	}
	gk_sim_query_parse(&r->arena, r->wire_query, &r->params);
	return r;
}

static void end_request(void *cls, struct MHD_Connection *conn, void **con_cls,
	enum MHD_RequestTerminationCode code)
{
	struct gk_sim_req *r = *con_cls;

	(void)cls;
	(void)conn;
	(void)code;
	if (!r)
		return;
	gk_sim_stream_free(r->stream);
	gk_buf_done(&r->body);
	gk_buf_done(&r->out);
	gk_vec_done(&r->segments);
	gk_vec_done(&r->params);
	gk_vec_done(&r->answer_headers);
	gk_arena_done(&r->arena);
	gk_free(r);
	*con_cls = NULL;
}

static void read_peer(struct gk_sim_req *r)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->conn, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (info)
		r->peer_cert = gk_sim_tls_peer(&r->arena, info->tls_session);
}

static ssize_t read_stream(void *cls, uint64_t pos, char *buf, size_t max)
{
	int64_t n = gk_sim_stream_next(cls, pos, buf, max);

	if (n == -1)
		return MHD_CONTENT_READER_END_OF_STREAM;
	return n < 0 ? MHD_CONTENT_READER_END_WITH_ERROR : (ssize_t)n;
}

static bool paced(const struct gk_sim_fault *f)
{
	return f && (f->cut_at >= 0 || f->stall_ms > 0 || f->drip_rate > 0 || f->corrupt_at >= 0);
}

static ssize_t read_nothing(void *cls, uint64_t pos, char *buf, size_t max)
{
	(void)cls;
	(void)pos;
	(void)buf;
	(void)max;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *make_response(struct gk_sim_req *r)
{
	uint64_t size = MHD_SIZE_UNKNOWN;

	if (r->has_length && strcmp(r->method, "HEAD") == 0) /* HEAD: nothing is read from it */
		return MHD_create_response_from_callback(r->length, 1, read_nothing, NULL, NULL);
	if (!r->stream && !paced(r->fault))
		return MHD_create_response_from_buffer(
			r->out.n, (void *)r->out.p, MHD_RESPMEM_PERSISTENT);
	if (!r->stream) {
		size = r->out.n;
		gk_sim_stream_put(gk_sim_stream_open(r, NULL, NULL), gk_buf_str(&r->out));
		gk_sim_stream_end(r->stream, true);
	}
	return MHD_create_response_from_callback(size, 32768, read_stream, r->stream, NULL);
}

static void add_extra_headers(struct MHD_Response *response, const struct gk_sim_fault *f)
{
	struct gk_buf value = GK_BUF_INIT(0), name = GK_BUF_INIT(0);

	gk_buf_fill(&value, 'x', (size_t)f->headers_size);
	for (int64_t i = 0; i < f->headers_count; i++) {
		gk_buf_reset(&name);
		gk_buf_printf(&name, "X-Extra-%lld", (long long)i);
		(void)MHD_add_response_header(response, gk_buf_cstr(&name), gk_buf_cstr(&value));
	}
	gk_buf_done(&value);
	gk_buf_done(&name);
}

static enum MHD_Result answer(struct gk_sim_req *r)
{
	const struct gk_sim_fault *f = r->fault;
	struct MHD_Response *response = make_response(r);
	enum MHD_Result ret;

	if (r->content_type)
		(void)MHD_add_response_header(
			response, MHD_HTTP_HEADER_CONTENT_TYPE, r->content_type);
	gk_vec_foreach (struct gk_sim_pair, p, &r->answer_headers)
		(void)MHD_add_response_header(response, p->name.p, p->value.p);
	if (f && f->headers_count > 0)
		add_extra_headers(response, f);
	if (f && f->close)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	gk_sim_log(r->sim->log, r);
	ret = MHD_queue_response(r->conn, (unsigned)r->status, response);
	MHD_destroy_response(response);
	return ret;
}

/* What a rule puts in the place of the real answer; false when the request is handled. */
static bool answer_by_fault(struct gk_sim_req *r, const struct gk_sim_fault *f)
{
	if (f->redirect.p) {
		r->status = f->status > 0 ? (int)f->status : 302;
		gk_sim_answer_header(r, "Location", f->redirect.p);
		return true;
	}
	if (f->status <= 0)
		return false;
	r->status = (int)f->status;
	r->content_type = "application/json";
	gk_vec_foreach (struct gk_sim_pair, p, &f->headers)
		gk_sim_answer_header(r, p->name.p, p->value.p);
	gk_buf_putstr(&r->out, f->body);
	return true;
}

static enum MHD_Result broken(struct gk_sim_req *r)
{
	gk_sim_conn_reset(r);
	r->status = 0;
	gk_sim_log(r->sim->log, r);
	return MHD_NO;
}

static enum MHD_Result dispatch(struct gk_sim_server *s, struct gk_sim_req *r)
{
	const struct gk_sim_fault *f = gk_sim_fault_match(&r->sim->faults, r);

	r->handled = true;
	r->fault = f;
	if (f && f->refuse_ms > 0)
		gk_sim_server_refuse(s, f->refuse_ms);
	if (f && (f->reset == GK_SIM_FAULT_BEFORE || f->refuse_ms > 0))
		return broken(r);
	if (!f || !answer_by_fault(r, f))
		s->opt.handle(r);
	if (f && f->reset == GK_SIM_FAULT_AFTER)
		return broken(r);
	return answer(r);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **con_cls)
{
	struct gk_sim_req *r = *con_cls;

	(void)conn;
	(void)url;
	(void)version;
	if (!r->begun) {
		r->begun = true;
		r->method = gk_arena_strdup(&r->arena, method);
		return MHD_YES;
	}
	if (*size) {
		gk_buf_put(&r->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (r->handled)
		return MHD_YES;
	read_peer(r);
	return dispatch(cls, r);
}

static int listen_on(uint16_t port, uint16_t *ret_port, struct gk_err *err)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return gk_fail_sys(err, GK_EIO, "sim.listen", "cannot make a socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, SOMAXCONN) ||
		getsockname(fd, (struct sockaddr *)&at, &len)) {
		(void)gk_fail_sys(
			err, GK_EIO, "sim.listen", "cannot listen on 127.0.0.1:%u", (unsigned)port);
		(void)close(fd);
		return -1;
	}
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static void on_accept(void *ctx)
{
	struct gk_sim_server *s = ctx;

	for (;;) {
		struct sockaddr_in from = {0};
		socklen_t len = sizeof from;
		int fd = accept4(
			s->listener, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			return;
		if (MHD_add_connection(s->daemon, fd, (struct sockaddr *)&from, len) != MHD_YES)
			return; /* libmicrohttpd has closed it */
	}
}

static void on_readable(void *ctx)
{
	(void)ctx; /* the idle function runs the daemon after each wait */
}

static void watch_listener(struct gk_sim_server *s)
{
	gk_sim_source_add(&s->opt.sim->loop, s->listener, on_accept, s);
}

static int start_daemon(struct gk_sim_server *s, struct gk_err *err)
{
	const struct gk_sim_server_options *o = &s->opt;
	unsigned flags =
		MHD_USE_TLS | MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem options[] = {
		{MHD_OPTION_HTTPS_MEM_KEY, 0, gk_arena_strdup(&o->sim->arena, o->key_pem)},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, gk_arena_strdup(&o->sim->arena, o->cert_pem)},
		{MHD_OPTION_CONNECTION_LIMIT, MAX_CONNECTIONS, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, 64 << 10, NULL}, {MHD_OPTION_END, 0, NULL},
		{MHD_OPTION_END, 0, NULL}};
	const union MHD_DaemonInfo *info;

	if (o->client_ca_pem)
		options[GK_COUNT(options) - 2] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST,
			0, gk_arena_strdup(&o->sim->arena, o->client_ca_pem)};
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_ARRAY, options,
		MHD_OPTION_URI_LOG_CALLBACK, begin_request, s, MHD_OPTION_NOTIFY_COMPLETED,
		end_request, s, MHD_OPTION_END);
	if (!s->daemon)
		return gk_fail(err, GK_EIO, "sim.listen", "cannot start the HTTP server");
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	gk_sim_source_add(&o->sim->loop, info->epoll_fd, on_readable, s);
	return 0;
}

int gk_sim_server_start(
	const struct gk_sim_server_options *opt, struct gk_sim_server **ret, struct gk_err *err)
{
	struct gk_sim_server *s = gk_xcalloc(1, sizeof *s);

	s->opt = *opt;
	*ret = s;
	s->listener = listen_on(opt->port, &s->port, err);
	if (s->listener < 0)
		return -1;
	watch_listener(s);
	return start_daemon(s, err);
}

void gk_sim_server_stop(struct gk_sim_server *s)
{
	if (!s)
		return;
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	if (s->listener >= 0)
		(void)close(s->listener);
	gk_free(s);
}

uint16_t gk_sim_server_port(const struct gk_sim_server *s)
{
	return s->port;
}

int64_t gk_sim_server_run(struct gk_sim_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	(void)MHD_run(s->daemon);
	return MHD_get_timeout(s->daemon, &ms) == MHD_YES ? (int64_t)ms : -1;
}

static void on_refuse_over(void *ctx)
{
	struct gk_sim_server *s = ctx;
	struct gk_err err = GK_ERR_INIT;
	int fd = listen_on(s->port, &s->port, &err);

	s->refuse_timer = 0;
	if (fd < 0)
		return;
	s->listener = fd;
	watch_listener(s);
}

void gk_sim_server_refuse(struct gk_sim_server *s, int64_t ms)
{
	struct gk_sim_loop *loop = &s->opt.sim->loop;

	if (s->listener < 0)
		return;
	gk_sim_source_del(loop, s->listener);
	(void)close(s->listener);
	s->listener = -1;
	s->refuse_timer = gk_sim_timer_add(loop, ms, on_refuse_over, s);
}
