/* The lock of a set. */
#include "sync/lease.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/io.h"
#include "base/num.h"

enum {
	DURATION_S = 15, /* client-go's defaults, but renewed less often: */
	RENEW_MS = 5000, /* nobody waits for a standby here */
	DEADLINE_MS = 10000,
	RETRY_MS = 1000
};

/* ---- who we are ---- */

static struct gk_str boot_id(struct gk_buf *b)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_io_read_file("/proc/sys/kernel/random/boot_id", 64, b, &err) || b->n < 8)
		return GK_STR("none");
	return (struct gk_str){b->p, 8};
}

static const char *identity(struct gk_arena *a)
{
	GK_AUTO(gk_buf_done) struct gk_buf boot = GK_BUF_INIT(256);
	char host[256] = "unknown";

	(void)gethostname(host, sizeof host - 1); /* cut at the end of the zeroed rest */
	return gk_arena_printf(a, "%s/%ld/%.*s", host, (long)getpid(), GK_SARG(boot_id(&boot)));
}

/* The holder was a process of this machine since this boot, and it is gone. */
static bool is_dead(struct gk_str holder, const char *us)
{
	struct gk_str ours = gk_str_c(us), host = gk_str_cut(&ours, '/');
	struct gk_str pid = gk_str_from(holder, host.n + 1), rest = pid;
	struct gk_err err = GK_ERR_INIT;
	int64_t number;

	if (!gk_str_starts(holder, (struct gk_str){us, host.n + 1}))
		return false;
	pid = gk_str_cut(&rest, '/');
	(void)gk_str_cut(&ours, '/');
	if (!gk_str_eq(rest, ours) || gk_num_i64(pid, 1, INT32_MAX, &number, &err))
		return false;
	return kill((pid_t)number, 0) < 0 && errno == ESRCH;
}

/* ---- the object ---- */

/* MicroTime wants six digits behind the second. */
static const char *micro_time(struct gk_arena *a)
{
	char text[32];

	gk_time_rfc3339(gk_time_utc_ms(), true, text);
	return gk_arena_printf(a, "%.*s000Z", (int)strlen(text) - 1, text);
}

static struct gk_str held_by(const struct gk_node *lease)
{
	return gk_node_text(gk_node_path(lease, "spec", "holderIdentity", NULL));
}

static void claim(struct gk_lease *l, struct gk_node *lease)
{
	struct gk_arena *a = &l->arena;
	struct gk_node *spec = gk_node_need(a, lease, "spec", GK_OBJECT);
	const char *now = micro_time(a);
	int64_t transitions = 0;

	(void)gk_node_int(gk_node_get(spec, "leaseTransitions"), &transitions);
	if (!gk_str_is(held_by(lease), l->holder)) {
		gk_node_set_str(a, spec, "acquireTime", gk_str_c(now));
		gk_node_set_c(a, spec, "leaseTransitions", gk_node_int_new(a, transitions + 1));
	}
	gk_node_set_str(a, spec, "holderIdentity", gk_str_c(l->holder));
	gk_node_set_c(a, spec, "leaseDurationSeconds", gk_node_int_new(a, DURATION_S));
	gk_node_set_str(a, spec, "renewTime", gk_str_c(now));
}

static struct gk_node *fresh(struct gk_lease *l)
{
	struct gk_arena *a = &l->arena;
	struct gk_node *lease = gk_node_new(a, GK_OBJECT), *meta;

	gk_node_set_str(a, lease, "apiVersion", GK_STR("coordination.k8s.io/v1"));
	gk_node_set_str(a, lease, "kind", GK_STR("Lease"));
	meta = gk_node_need(a, lease, "metadata", GK_OBJECT);
	gk_node_set_str(a, meta, "name", gk_str_c(l->set->parent));
	gk_node_set_str(a, meta, "namespace", gk_str_c(l->set->ns));
	return lease;
}

static void remember(struct gk_lease *l, const struct gk_node *lease)
{
	l->object = gk_node_dup(&l->arena, lease);
	l->renewed_ms = gk_time_mono_ms();
	l->held = true;
}

/* ---- taking it ---- */

enum outcome { TAKEN, BUSY, AGAIN, FAILED };

/* Write our claim; a conflict means that somebody was faster: look again. */
static enum outcome write_claim(struct gk_lease *l, struct gk_node *lease, struct gk_err *err)
{
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	bool exists = gk_kube_version(lease).n > 0;
	struct gk_str ns = gk_str_c(l->set->ns), name = gk_str_c(l->set->parent);
	struct gk_kube_call call;
	enum outcome out = TAKEN;

	claim(l, lease);
	call = exists ? gk_kube_update(l->res, ns, name, lease)
		      : gk_kube_create(l->res, ns, name, lease);
	if (!gk_kube_do(l->session->kube, &call, &reply, err) &&
		gk_str_is(held_by(reply.doc.root), l->holder)) {
		remember(l, reply.doc.root);
	} else if (!reply.failed || reply.http == 409) {
		gk_err_reset(err);
		out = AGAIN;
	} else {
		out = FAILED;
	}
	gk_kube_reply_done(&reply);
	return out;
}

/* Somebody else's lease as we first saw it. */
struct seen {
	struct gk_str version;
	int64_t since_ms;
};

static bool is_free(const struct gk_lease *l, const struct gk_node *lease, struct seen *seen)
{
	struct gk_str holder = held_by(lease);
	int64_t duration_s = DURATION_S, now = gk_time_mono_ms();

	if (!holder.n || gk_str_is(holder, l->holder) || is_dead(holder, l->holder))
		return true;
	if (!gk_str_eq(gk_kube_version(lease), seen->version)) {
		seen->version = gk_kube_version(lease);
		seen->since_ms = now;
	}
	(void)gk_node_int(gk_node_path(lease, "spec", "leaseDurationSeconds", NULL), &duration_s);
	return now - seen->since_ms > duration_s * 1000;
}

static enum outcome try_once(
	struct gk_lease *l, struct seen *seen, struct gk_str *ret_holder, struct gk_err *err)
{
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_kube_call call =
		gk_kube_get(l->res, gk_str_c(l->set->ns), gk_str_c(l->set->parent));
	struct gk_node *lease = NULL;
	enum outcome out = FAILED;

	if (!gk_kube_do(l->session->kube, &call, &reply, err)) {
		lease = gk_node_dup(&l->arena, reply.doc.root);
	} else if (reply.http == 404) {
		gk_err_reset(err);
		lease = fresh(l);
	}
	gk_kube_reply_done(&reply);
	if (!lease)
		return FAILED;
	if (!is_free(l, lease, seen)) {
		*ret_holder = held_by(lease);
		return BUSY;
	}
	out = write_claim(l, lease, err);
	return out;
}

static void on_pause(void *ctx)
{
	*(bool *)ctx = true;
}

static int pause_ms(struct gk_session *s, int64_t ms, struct gk_err *err)
{
	bool over = false;

	gk_http_timer(s->http, ms, on_pause, &over);
	while (!over)
		if (gk_http_step(s->http, -1, err))
			return -1;
	return 0;
}

static int busy(const struct gk_set_id *set, struct gk_str holder, struct gk_err *err)
{
	gk_fail(err, GK_ECONFLICT, "lock.held", "set '%s' is locked by %.*s", set->name,
		GK_SARG(holder));
	gk_note(err, "Lease %s/%s", set->ns, set->parent);
	return gk_help(err,
		"wait for that run with --lock-timeout=5m; a lock whose holder died is free after %d s",
		(int)DURATION_S);
}

int gk_lease_acquire(struct gk_lease *l, struct gk_session *s, const struct gk_set_id *set,
	int64_t timeout_ms, struct gk_err *err)
{
	int64_t deadline = gk_time_mono_ms() + timeout_ms;
	struct seen seen = {.version = GK_STR_NULL};
	struct gk_str holder = GK_STR_NULL;

	l->session = s;
	l->set = set;
	l->holder = identity(&l->arena);
	if (gk_session_core(s, "coordination.k8s.io", "v1", "Lease", &l->res, err))
		return gk_help(err, "--no-lock goes on without a lock");
	for (;;) {
		switch (try_once(l, &seen, &holder, err)) {
		case TAKEN:
			return 0;
		case FAILED:
			return gk_ctx(err, "cannot lock set '%s'", set->name);
		case AGAIN:
			continue;
		case BUSY:
			break;
		}
		if (gk_time_mono_ms() >= deadline)
			return busy(set, holder, err);
		if (pause_ms(s, RETRY_MS, err))
			return -1;
	}
}

/* ---- keeping it ---- */

static void on_timer(void *ctx);

static void on_renewed(void *ctx, struct gk_kube_reply *reply)
{
	struct gk_lease *l = ctx;

	l->op = NULL;
	if (!reply->failed)
		remember(l, reply->doc.root);
	else if (reply->http == 409 || gk_time_mono_ms() - l->renewed_ms > DEADLINE_MS)
		l->lost = true;
	if (!l->lost)
		l->timer = gk_http_timer(
			l->session->http, reply->failed ? RETRY_MS : RENEW_MS, on_timer, l);
}

static void on_timer(void *ctx)
{
	struct gk_lease *l = ctx;
	struct gk_kube_call call;

	l->timer = NULL;
	/* A machine that slept through the lease has lost it, whatever the server says. */
	if (gk_time_mono_ms() - l->renewed_ms > DURATION_S * 1000) {
		l->lost = true;
		return;
	}
	claim(l, l->object);
	call = gk_kube_update(l->res, gk_str_c(l->set->ns), gk_str_c(l->set->parent), l->object);
	call.budget_ms = DEADLINE_MS;
	l->op = gk_kube_submit(l->session->kube, &call, on_renewed, l);
}

void gk_lease_keep(struct gk_lease *l)
{
	if (l->held)
		l->timer = gk_http_timer(l->session->http, RENEW_MS, on_timer, l);
}

static void release(struct gk_lease *l)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_node *spec = gk_node_need(&l->arena, l->object, "spec", GK_OBJECT);
	struct gk_kube_call call;

	gk_node_set_str(&l->arena, spec, "holderIdentity", GK_STR(""));
	gk_node_set_c(&l->arena, spec, "leaseDurationSeconds", gk_node_int_new(&l->arena, 1));
	call = gk_kube_update(l->res, gk_str_c(l->set->ns), gk_str_c(l->set->parent), l->object);
	call.budget_ms = DEADLINE_MS;
	(void)!gk_kube_do(l->session->kube, &call, &reply, &err); /* it runs out by itself */
	gk_kube_reply_done(&reply);
}

void gk_lease_done(struct gk_lease *l)
{
	struct gk_err err = GK_ERR_INIT;

	if (l->timer)
		gk_http_timer_cancel(l->session->http, l->timer);
	l->timer = NULL;
	while (l->op)
		if (gk_http_step(l->session->http, -1, &err))
			break;
	if (l->timer)
		gk_http_timer_cancel(l->session->http, l->timer);
	if (l->held && !l->lost)
		release(l);
	gk_arena_done(&l->arena);
	*l = (struct gk_lease)GK_LEASE_INIT;
}
