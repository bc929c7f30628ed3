#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/err.h"

static char last_words[128];
static int exit_code;

static void on_alarm(int sig)
{
	(void)sig;
	(void)!write(STDERR_FILENO, last_words, strlen(last_words));
	_exit(exit_code);
}

void gk_deadline_start(const char *program, uint64_t seconds)
{
	struct sigaction act = {.sa_handler = on_alarm};
	struct itimerval time = {.it_value.tv_sec = (time_t)seconds};

	(void)snprintf(last_words, sizeof last_words,
		"%s: error: not done within %llu s [system.deadline]\n", program,
		(unsigned long long)seconds);
	exit_code = gk_code_exit(GK_ETIMEOUT);
	sigemptyset(&act.sa_mask);
	(void)sigaction(SIGALRM, &act, NULL);
	(void)setitimer(ITIMER_REAL, &time, NULL);
}
