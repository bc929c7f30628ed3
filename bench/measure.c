/*
 * measure [-n RUNS] [-o FILE] COMMAND...: run a command some times and print, as one JSON
 * line on stderr, wall clock and CPU in milliseconds (minimum and median) and the largest
 * resident set in KB.  A program of its own because the resident set that the kernel
 * reports for a child includes what its parent had before exec: the parent must be small.
 *
 * The command's stdin is ours when RUNS is 1, else /dev/null; its stdout goes to FILE,
 * /dev/null by default.  Exits with the command's exit code when that is not 0.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 1000 };

struct run {
	double wall_ms, cpu_ms;
	long rss_kb;
	int code;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void redirect(int fd, const char *path, int flags)
{
	int to = open(path, flags, 0644);

	if (to < 0 || dup2(to, fd) < 0)
		_exit(126);
}

static struct run once(char **argv, const char *out, bool keep_stdin)
{
	double began = now_ms();
	struct run r = {0};
	struct rusage u;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		redirect(STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC);
		if (!keep_stdin)
			redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
		exit(126);
	r.wall_ms = now_ms() - began;
	r.cpu_ms = ms(u.ru_utime) + ms(u.ru_stime);
	r.rss_kb = u.ru_maxrss;
	r.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return r;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double wall[RUNS_MAX], cpu[RUNS_MAX];
	const char *out = "/dev/null";
	int opt, runs = 1, n = 0, code = 0;
	long rss = 0;

	while ((opt = getopt(argc, argv, "+n:o:")) != -1) {
		if (opt == 'n')
			runs = (int)strtol(optarg, NULL, 10);
		else if (opt == 'o')
			out = optarg;
		else
			return 2;
	}
	if (optind == argc || runs < 1 || runs > RUNS_MAX)
		return 2;
	while (n < runs && code == 0) {
		struct run r = once(argv + optind, out, runs == 1);

		wall[n] = r.wall_ms;
		cpu[n++] = r.cpu_ms;
		rss = r.rss_kb > rss ? r.rss_kb : rss;
		code = r.code;
	}
	qsort(wall, (size_t)n, sizeof *wall, by_value);
	qsort(cpu, (size_t)n, sizeof *cpu, by_value);
	fprintf(stderr,
		"{\"runs\":%d,\"wall_ms\":{\"min\":%.2f,\"median\":%.2f},"
		"\"cpu_ms\":{\"min\":%.2f,\"median\":%.2f},\"rss_kb\":%ld,\"exit\":%d}\n",
		n, wall[0], wall[n / 2], cpu[0], cpu[n / 2], rss, code);
	return code;
}
