#include "sim/log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

struct gk_sim_log {
	int fd;
	struct gk_buf line;
};

int gk_sim_log_open(const char *path, struct gk_sim_log **ret, struct gk_err *err)
{
	struct gk_sim_log *l;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return gk_fail_sys(err, GK_EIO, "sim.log", "cannot write the log %s", path);
	l = gk_xcalloc(1, sizeof *l);
	l->fd = fd;
	*ret = l;
	return 0;
}

void gk_sim_log_close(struct gk_sim_log *l)
{
	if (!l)
		return;
	(void)close(l->fd);
	gk_buf_done(&l->line);
	gk_free(l);
}

static void put(struct gk_buf *b, const char *name, struct gk_str value)
{
	if (!value.n)
		return;
	gk_buf_printf(b, ",\"%s\":", name);
	gk_text_json(b, value);
}

static bool secret_param(struct gk_str name)
{
	return gk_str_is(name, "X-Amz-Signature") || gk_str_is(name, "X-Amz-Security-Token") ||
	       gk_str_is(name, "X-Amz-Credential");
}

static void put_query(struct gk_buf *b, const struct gk_sim_req *r)
{
	struct gk_buf query = GK_BUF_INIT(0);

	gk_vec_foreach (struct gk_sim_pair, p, &r->params) {
		gk_buf_printf(&query, "%s%.*s=", query.n ? "&" : "", GK_SARG(p->name));
		gk_buf_putstr(&query, secret_param(p->name) ? GK_STR("...") : p->value);
	}
	put(b, "query", gk_buf_str(&query));
	gk_buf_done(&query);
}

void gk_sim_log(struct gk_sim_log *l, const struct gk_sim_req *r)
{
	struct gk_buf *b;

	if (!l)
		return;
	b = &l->line;
	gk_buf_reset(b);
	gk_buf_printf(b, "{\"seq\":%zu,\"side\":\"%s\"", r->seq, r->aws ? "aws" : "kube");
	put(b, "method", gk_str_c(r->method));
	put(b, "path", r->wire_path);
	put_query(b, r);
	gk_buf_printf(b, ",\"status\":%d", r->status);
	put(b, "verb", gk_str_c(r->verb));
	put(b, "resource", gk_str_c(r->resource));
	put(b, "user", gk_str_c(r->user));
	put(b, "agent", gk_sim_header(r, "User-Agent"));
	gk_buf_printf(b, ",\"bytes_in\":%zu,\"bytes_out\":%zu}\n", r->body.n, r->out.n);
	if (gk_io_write_all(l->fd, gk_buf_cstr(b), b->n))
		gk_buf_reset(b); /* a full disk must not stop the rehearsal */
}
