#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/sig.h"
#include "base/vec.h"

extern char **environ;

enum { OUT, ERR, STREAMS, STEP = 16384, EXIT_POLL_MS = 20 };

struct running {
	const struct gk_child *c;
	struct gk_child_result *r;
	pid_t pid;
	int fd[STREAMS]; /* read ends, -1 = at its end */
	int pidfd;       /* readable when the child has ended; -1 where the kernel has none */
	bool over;       /* too much output */
};

static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* Ours without what is replaced, then the additions without what comes again. */
static char **environment(const char *const *add)
{
	struct gk_strs all = {0};
	static const char *const none[] = {NULL};

	add = add ? add : none;
	for (char **e = environ; *e; e++) {
		const char *const *a = add;

		while (*a && !same_name(*a, *e))
			a++;
		if (!*a)
			gk_vec_push(&all, *e);
	}
	for (; *add; add++) {
		const char *const *later = add + 1;

		while (*later && !same_name(*add, *later))
			later++;
		if (!*later)
			gk_vec_push(&all, *add);
	}
	gk_vec_push(&all, NULL);
	return (char **)(uintptr_t)all.v;
}

static int open_pipe(int *ret_read, int *ret_write)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC))
		return -1;
	(void)fcntl(p[0], F_SETFL, O_NONBLOCK);
	*ret_read = p[0];
	*ret_write = p[1];
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/*
 * A file in memory, read from its beginning: neither the child nor we can wait for the other,
 * however little of it is read.
 */
static int open_input(struct gk_str text, int *ret)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return errno;
	if (gk_io_write_all(fd, text.p, text.n) || lseek(fd, 0, SEEK_SET) < 0) {
		int sys = errno;

		(void)close(fd);
		return sys;
	}
	*ret = fd;
	return 0;
}

static void set_signals(posix_spawnattr_t *attr)
{
	static const int ours[] = {SIGPIPE, SIGINT, SIGTERM, SIGHUP};
	sigset_t set;

	(void)sigemptyset(&set);
	(void)posix_spawnattr_setsigmask(attr, &set);
	for (size_t i = 0; i < GK_COUNT(ours); i++)
		(void)sigaddset(&set, ours[i]);
	(void)posix_spawnattr_setsigdefault(attr, &set);
}

static int spawn(struct running *p, int in, int out, int errfd)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	char **env = environment(p->c->env);
	int rc;

	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (!p->c->interactive) {
		(void)posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
		(void)posix_spawn_file_actions_adddup2(&files, errfd, STDERR_FILENO);
		flags |= POSIX_SPAWN_SETPGROUP;
	}
	(void)posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	if (p->c->dir)
		(void)posix_spawn_file_actions_addchdir_np(&files, p->c->dir);
	set_signals(&attr);
	(void)posix_spawnattr_setflags(&attr, flags);
	rc = posix_spawnp(
		&p->pid, p->c->argv[0], &files, &attr, (char *const *)(uintptr_t)p->c->argv, env);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	gk_free(env);
	return rc;
}

/* All that is there now; closes at the end of the stream. */
static void drain(struct running *p, int which)
{
	struct gk_buf *b = which == OUT ? &p->r->out : &p->r->err;
	size_t max = which == OUT ? p->c->out_max : p->c->err_max;
	char piece[STEP];
	ssize_t n;

	while (p->fd[which] >= 0) {
		n = read(p->fd[which], piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			close_fd(&p->fd[which]);
			return;
		}
		if ((size_t)n > max - b->n) {
			p->over = p->over || which == OUT;
			n = (ssize_t)(max - b->n);
		}
		gk_buf_put(b, piece, (size_t)n);
	}
}

/* Not yet reaped: its number stays its own, and that of its group. */
static bool has_ended(const struct running *p)
{
	siginfo_t info = {0};
	int rc;

	do
		rc = waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT);
	while (rc && errno == EINTR);
	return rc || info.si_pid;
}

/* It, if it still runs, and what it left behind in its group. */
static int kill_all(const struct running *p)
{
	int status = 0;

	(void)kill(p->c->interactive ? p->pid : -p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int fail_stopped(const struct running *p, struct gk_err *err)
{
	if (p->over)
		return gk_limit_fail(
			err, "child-output", p->c->out_max, "the output of the program");
	if (gk_sig_caught())
		return gk_fail(err, GK_ECANCELLED, "child.cancelled",
			"'%s' was stopped, for signal %d came", p->c->argv[0], gk_sig_caught());
	return gk_fail(err, GK_ETIMEOUT, "child.timeout", "'%s' did not end within %lld s",
		p->c->argv[0], (long long)p->c->timeout_ms / 1000);
}

/* Until the child has ended (0), or passed a limit (-1, killed). */
static int follow(struct running *p, int *ret_status, struct gk_err *err)
{
	int64_t end = p->c->timeout_ms ? gk_time_mono_ms() + p->c->timeout_ms : INT64_MAX;

	for (;;) {
		struct pollfd fds[] = {{p->fd[OUT], POLLIN, 0}, {p->fd[ERR], POLLIN, 0},
			{p->pidfd, POLLIN, 0}, {gk_sig_fd(), POLLIN, 0}};
		int64_t left = end - gk_time_mono_ms();
		int wait = p->pidfd < 0 ? EXIT_POLL_MS : left < 60000 ? (int)left : 60000;

		if (left > 0)
			(void)poll(fds, GK_COUNT(fds), wait < 0 ? 0 : wait);
		drain(p, OUT);
		drain(p, ERR);
		if (has_ended(p)) {
			*ret_status = kill_all(p);
			drain(p, OUT);
			drain(p, ERR);
			return p->over ? fail_stopped(p, err) : 0;
		}
		if (left <= 0 || p->over || gk_sig_caught()) {
			(void)kill_all(p);
			return fail_stopped(p, err);
		}
	}
}

static int spawn_fail(const struct gk_child *c, int sys, struct gk_err *err)
{
	errno = sys;
	if (sys == ENOENT)
		return gk_fail(
			err, GK_ENOTFOUND, "child.not-found", "program '%s' not found", c->argv[0]);
	return gk_fail_sys(err, GK_EIO, "child.start", "cannot start '%s'", c->argv[0]);
}

static int start(struct running *p, struct gk_err *err)
{
	int in = -1, out = -1, errfd = -1, rc = 0;

	if (!p->c->interactive)
		rc = open_input(p->c->input, &in);
	if (rc)
		return spawn_fail(p->c, rc, err);
	if (open_pipe(&p->fd[OUT], &out) || (!p->c->interactive && open_pipe(&p->fd[ERR], &errfd)))
		rc = errno;
	if (!rc)
		rc = spawn(p, in, out, errfd);
	close_fd(&in);
	close_fd(&out);
	close_fd(&errfd);
	return rc ? spawn_fail(p->c, rc, err) : 0;
}

int gk_child_run(const struct gk_child *c, struct gk_child_result *ret, struct gk_err *err)
{
	struct running p = {.c = c, .r = ret, .fd = {-1, -1}, .pidfd = -1};
	int status = 0, rc;

	*ret = (struct gk_child_result){.out.secret = true};
	rc = start(&p, err);
	if (!rc) {
		p.pidfd = (int)syscall(SYS_pidfd_open, p.pid, 0);
		rc = follow(&p, &status, err);
	}
	close_fd(&p.fd[OUT]);
	close_fd(&p.fd[ERR]);
	close_fd(&p.pidfd);
	if (rc)
		return -1;
	ret->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	ret->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	return 0;
}

void gk_child_result_done(struct gk_child_result *r)
{
	gk_buf_done(&r->out);
	gk_buf_done(&r->err);
}
