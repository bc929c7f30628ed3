#include "sim/sim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/io.h"
#include "base/out.h"
#include "sim/glue-aws.h"
#include "sim/keep.h"
#include "sim/kube.h"
#include "sim/kube-control.h"
#include "sim/sim-priv.h"
#include "sim/stream.h"

static const char *path_in(struct gk_sim *s, const char *name)
{
	return gk_arena_printf(&s->arena, "%s/%s", s->opt.dir, name);
}

static void put_base64(struct gk_buf *b, const char *text)
{
	gk_base64_encode(b, gk_str_c(text), GK_B64_STD);
}

/* Two users of the same rights: by certificate (the context in use) and by token. */
static int write_kubeconfig(struct gk_sim *s, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	b.secret = true;
	gk_buf_puts(&b, "apiVersion: v1\nkind: Config\nclusters:\n- name: gk-sim\n  cluster:\n");
	gk_buf_printf(&b, "    server: %s\n    certificate-authority-data: ", gk_sim_kube_url(s));
	put_base64(&b, s->pki.ca_cert);
	gk_buf_puts(&b, "\nusers:\n- name: admin\n  user:\n    client-certificate-data: ");
	put_base64(&b, s->pki.client_cert);
	gk_buf_puts(&b, "\n    client-key-data: ");
	put_base64(&b, s->pki.client_key);
	gk_buf_printf(&b, "\n- name: admin-token\n  user:\n    token: %s\n", s->admin_token);
	gk_buf_puts(&b, "contexts:\n- name: gk-sim\n  context: {cluster: gk-sim, user: admin}\n"
			"- name: gk-sim-token\n  context: {cluster: gk-sim, user: admin-token}\n"
			"current-context: gk-sim\n");
	return gk_out_file(gk_sim_kubeconfig(s), gk_buf_str(&b), 0600, err);
}

static int write_files(struct gk_sim *s, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b, "KUBECONFIG=%s\nAWS_ENDPOINT_URL=%s\nAWS_CA_BUNDLE=%s\nAWS_REGION=%s\n",
		gk_sim_kubeconfig(s), gk_sim_aws_url(s), path_in(s, "ca.crt"),
		gk_sim_glue_region(s));
	if (gk_out_file(path_in(s, "ca.crt"), gk_str_c(s->pki.ca_cert), 0644, err) ||
		gk_out_file(path_in(s, "env"), gk_buf_str(&b), 0644, err) ||
		gk_out_file(path_in(s, "aws-config"), GK_STR(""), 0644, err))
		return -1;
	return write_kubeconfig(s, err);
}

static int make_dir(struct gk_sim *s, struct gk_err *err)
{
	if (mkdir(s->opt.dir, 0700) && errno != EEXIST)
		return gk_fail_sys(err, GK_EIO, "sim.dir", "cannot make the folder %s", s->opt.dir);
	return 0;
}

/* What a change of an object sets off. */
static void on_changed(void *ctx, struct gk_sim_res *res, const struct gk_sim_change *change)
{
	struct gk_sim *s = ctx;

	gk_sim_watch_changed(s, res, change);
	gk_sim_control_changed(s, res, change);
}

/* Requests first, then what follows from them, until neither has anything to do. */
static int64_t on_idle(void *ctx)
{
	struct gk_sim *s = ctx;
	int64_t kube, aws;

	kube = gk_sim_server_run(s->kube_server);
	aws = gk_sim_server_run(s->aws_server);
	gk_sim_control_run(s);
	if (s->woken) {
		s->woken = false;
		return 0;
	}
	return kube < 0 || (aws >= 0 && aws < kube) ? aws : kube;
}

enum { SWEEP_MS = 2000 };

static void on_sweep(void *ctx)
{
	struct gk_sim *s = ctx;

	gk_sim_streams_sweep(s->streams);
	(void)gk_sim_timer_add(&s->loop, SWEEP_MS, on_sweep, s);
}

static int start_servers(struct gk_sim *s, struct gk_err *err)
{
	struct gk_sim_server_options kube = {.port = (uint16_t)s->opt.port,
		.cert_pem = s->pki.server_cert,
		.key_pem = s->pki.server_key,
		.client_ca_pem = s->pki.ca_cert,
		.handle = gk_sim_kube_handle,
		.sim = s};
	struct gk_sim_server_options aws = {.port = (uint16_t)s->opt.aws_port,
		.aws = true,
		.cert_pem = s->pki.server_cert,
		.key_pem = s->pki.server_key,
		.handle = gk_sim_glue_handle,
		.sim = s};

	if (gk_sim_server_start(&kube, &s->kube_server, err) ||
		gk_sim_server_start(&aws, &s->aws_server, err))
		return -1;
	s->kube_url = gk_arena_printf(
		&s->arena, "https://127.0.0.1:%u", (unsigned)gk_sim_server_port(s->kube_server));
	s->aws_url = gk_arena_printf(
		&s->arena, "https://127.0.0.1:%u", (unsigned)gk_sim_server_port(s->aws_server));
	s->issuer = s->opt.issuer ? s->opt.issuer : s->kube_url;
	return 0;
}

static int read_inputs(struct gk_sim *s, struct gk_err *err)
{
	const struct gk_sim_options *o = &s->opt;

	if ((o->faults && gk_sim_faults_load(&s->faults, o->faults, err)) ||
		(o->rules && gk_sim_rules_load(&s->rules, o->rules, err)) ||
		(o->log && gk_sim_log_open(o->log, &s->log, err)))
		return -1;
	return 0;
}

static void make_token(struct gk_sim *s)
{
	unsigned char random[24];
	char *hex = gk_arena_alloc(&s->arena, 2 * sizeof random + 1);

	gk_random(random, sizeof random);
	gk_hex(random, sizeof random, hex);
	s->admin_token = hex;
}

static int start(struct gk_sim *s, struct gk_err *err)
{
	if (make_dir(s, err) || read_inputs(s, err) || gk_sim_pki_make(&s->pki, err))
		return -1;
	make_token(s);
	s->kubeconfig = path_in(s, "kubeconfig");
	gk_sim_store_init(&s->store, (size_t)s->opt.history);
	s->store.changed = on_changed;
	s->store.ctx = s;
	s->loop.idle = on_idle;
	s->loop.idle_ctx = s;
	if (start_servers(s, err) || gk_sim_glue_start(s, err))
		return -1;
	(void)gk_sim_timer_add(&s->loop, SWEEP_MS, on_sweep, s);
	gk_sim_control_init(s);
	gk_sim_kube_init(s);
	if (s->opt.keep && gk_sim_keep_load(s, path_in(s, "objects.json"), err))
		return -1;
	return write_files(s, err);
}

static void release(struct gk_sim *s)
{
	gk_sim_streams_end(s->streams);
	for (int i = 0; i < 4 && s->streams; i++) {
		(void)gk_sim_server_run(s->kube_server);
		(void)gk_sim_server_run(s->aws_server);
	}
	s->store.changed = NULL;
	gk_sim_server_stop(s->kube_server);
	gk_sim_server_stop(s->aws_server);
	gk_sim_glue_stop(s);
	gk_sim_control_done(s);
	gk_sim_store_done(&s->store);
	gk_sim_log_close(s->log);
	gk_sim_faults_done(&s->faults);
	gk_arena_done(&s->rules.arena);
	gk_sim_rsa_free(s->rsa);
	gk_sim_pki_done(&s->pki);
	gk_sim_loop_done(&s->loop);
	gk_arena_done(&s->arena);
	gk_free(s);
}

int gk_sim_start(const struct gk_sim_options *opt, struct gk_sim **ret, struct gk_err *err)
{
	struct gk_sim *s = gk_xcalloc(1, sizeof *s);

	s->opt = *opt;
	s->arena.wipe = true;
	if (start(s, err)) {
		release(s);
		return -1;
	}
	*ret = s;
	return 0;
}

int gk_sim_stop(struct gk_sim *s, struct gk_err *err)
{
	int rc = 0;

	if (!s)
		return 0;
	if (s->opt.keep)
		rc = gk_sim_keep_save(s, path_in(s, "objects.json"), err);
	release(s);
	return rc;
}

const char *gk_sim_kube_url(const struct gk_sim *s)
{
	return s->kube_url;
}

const char *gk_sim_aws_url(const struct gk_sim *s)
{
	return s->aws_url;
}

const char *gk_sim_kubeconfig(const struct gk_sim *s)
{
	return s->kubeconfig;
}
