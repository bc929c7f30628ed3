/* Serving: in the foreground, or for as long as one command runs. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/sig.h"
#include "sim/glue-aws.h"
#include "sim/sim-priv.h"

static int child_pipe[2] = {-1, -1};

static void on_child_signal(int sig)
{
	int saved = errno;

	(void)sig;
	(void)!write(child_pipe[1], "", 1);
	errno = saved;
}

struct command {
	struct gk_sim *sim;
	pid_t pid;
	int status;
};

static void on_child(void *ctx)
{
	struct command *c = ctx;
	char drop[16];

	(void)!read(child_pipe[0], drop, sizeof drop);
	if (waitpid(c->pid, &c->status, WNOHANG) == c->pid)
		c->sim->loop.stop = true;
}

static void on_signal(void *ctx)
{
	struct command *c = ctx;

	if (c->pid > 0)
		(void)kill(c->pid, gk_sig_caught());
	else
		c->sim->loop.stop = true;
	gk_sim_source_del(&c->sim->loop, gk_sig_fd());
}

/* A variable of ours replaces one of the same name. */
static bool is_ours(const char *entry, const struct gk_strs *ours)
{
	for (size_t i = 0; i < ours->n; i++) {
		size_t n = (size_t)(strchr(ours->v[i], '=') - ours->v[i]) + 1;

		if (strncmp(entry, ours->v[i], n) == 0)
			return true;
	}
	return false;
}

/* Credentials of the caller must not reach the rehearsal. */
static bool is_foreign(const char *entry)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=",
		"AWS_SESSION_TOKEN=", "AWS_PROFILE=", "AWS_ROLE_ARN=",
		"AWS_WEB_IDENTITY_TOKEN_FILE=", "AWS_CONTAINER_CREDENTIALS_"};

	for (size_t i = 0; i < GK_COUNT(names); i++)
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void make_environment(struct gk_sim *s, struct gk_strs *ret)
{
	struct gk_strs ours = {0};
	struct gk_arena *a = &s->arena;

	gk_vec_push(&ours, gk_arena_printf(a, "KUBECONFIG=%s", gk_sim_kubeconfig(s)));
	gk_vec_push(&ours, gk_arena_printf(a, "AWS_ENDPOINT_URL=%s", gk_sim_aws_url(s)));
	gk_vec_push(&ours, gk_arena_printf(a, "AWS_CA_BUNDLE=%s/ca.crt", s->opt.dir));
	gk_vec_push(&ours, gk_arena_printf(a, "AWS_REGION=%s", gk_sim_glue_region(s)));
	gk_vec_push(&ours, gk_arena_printf(a, "AWS_DEFAULT_REGION=%s", gk_sim_glue_region(s)));
	gk_vec_push(&ours, "AWS_EC2_METADATA_DISABLED=true");
	gk_vec_push(&ours, gk_arena_printf(a, "AWS_CONFIG_FILE=%s/aws-config", s->opt.dir));
	gk_vec_push(
		&ours, gk_arena_printf(a, "AWS_SHARED_CREDENTIALS_FILE=%s/aws-config", s->opt.dir));
	gk_vec_push(&ours, gk_arena_printf(a, "GK_SIM_DIR=%s", s->opt.dir));
	gk_vec_push(&ours, gk_arena_printf(a, "GK_SIM_ISSUER=%s", s->issuer));
	for (char **e = environ; *e; e++)
		if (!is_ours(*e, &ours) && !is_foreign(*e))
			gk_vec_push(ret, *e);
	for (size_t i = 0; i < ours.n; i++)
		gk_vec_push(ret, ours.v[i]);
	gk_vec_push(ret, NULL);
	gk_vec_done(&ours);
}

static int watch_children(struct command *c, struct gk_err *err)
{
	struct sigaction sa = {.sa_handler = on_child_signal, .sa_flags = SA_RESTART};

	if (pipe2(child_pipe, O_CLOEXEC | O_NONBLOCK) || sigaction(SIGCHLD, &sa, NULL))
		return gk_fail_sys(err, GK_EIO, "sim.command", "cannot watch the command");
	gk_sim_source_add(&c->sim->loop, child_pipe[0], on_child, c);
	return 0;
}

/* The command's signals are as they were before ours were set. */
static int spawn(struct command *c, char *const *argv, struct gk_err *err)
{
	struct gk_strs env = {0};
	posix_spawnattr_t attr;
	sigset_t defaults;
	int rc;

	make_environment(c->sim, &env);
	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setsigdefault(&attr, &defaults);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawnp(&c->pid, argv[0], NULL, &attr, argv, (char *const *)(uintptr_t)env.v);
	(void)posix_spawnattr_destroy(&attr);
	gk_vec_done(&env);
	if (rc) {
		errno = rc;
		c->pid = 0;
		return gk_fail_sys(err, GK_EUSAGE, "sim.command", "cannot run '%s'", argv[0]);
	}
	return 0;
}

static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int gk_sim_serve(struct gk_sim *s, char *const *argv, int *ret_exit, struct gk_err *err)
{
	struct command c = {.sim = s};
	int rc;

	gk_sim_source_add(&s->loop, gk_sig_fd(), on_signal, &c);
	if (argv && (watch_children(&c, err) || spawn(&c, argv, err)))
		return -1;
	rc = gk_sim_loop_run(&s->loop, err);
	if (argv) {
		gk_sim_source_del(&s->loop, child_pipe[0]);
		(void)close(child_pipe[0]);
		(void)close(child_pipe[1]);
	}
	gk_sim_source_del(&s->loop, gk_sig_fd());
	*ret_exit = argv ? exit_code(c.status) : 0;
	return rc;
}
