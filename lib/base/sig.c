#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sig.h"

static int pipe_fd[2] = {-1, -1};
static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	int saved = errno;

	if (caught) {
		(void)signal(sig, SIG_DFL);
		(void)raise(sig);
		return;
	}
	caught = sig;
	(void)!write(pipe_fd[1], "", 1);
	errno = saved;
}

void gk_sig_init(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (pipe_fd[0] >= 0 || pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK))
		return;
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < GK_COUNT(signals); i++)
		(void)sigaction(signals[i], &act, NULL);
}

int gk_sig_fd(void)
{
	return pipe_fd[0];
}

int gk_sig_caught(void)
{
	return caught;
}

void gk_sig_reraise(int sig)
{
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
	_exit(128 + sig);
}
