/* Running credential_process: words as a shell splits them, but no shell. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/chain-priv.h"
#include "base/io.h"
#include "base/vec.h"

enum { LIMIT_MS = 60000, STDERR_MAX = 2048 };

/* One word with its quotes taken off; false at the end of the line, -1 on an open quote. */
static int next_word(const char **at, struct gk_buf *word)
{
	const char *p = *at;
	char quote = 0;
	bool any = false;

	while (*p == ' ' || *p == '\t' || *p == '\n')
		p++;
	for (; *p && (quote || (*p != ' ' && *p != '\t' && *p != '\n')); p++, any = true) {
		if (quote ? *p == quote : (*p == '"' || *p == '\''))
			quote = quote ? 0 : *p;
		else if (*p == '\\' && quote != '\'' && p[1])
			gk_buf_putc(word, *++p);
		else
			gk_buf_putc(word, *p);
	}
	*at = p;
	return quote ? -1 : any;
}

static int split(const char *command, struct gk_arena *a, struct gk_strs *words, struct gk_err *err)
{
	for (;;) {
		GK_AUTO(gk_buf_done) struct gk_buf word = {0};
		int found = next_word(&command, &word);

		if (found < 0)
			return gk_fail(err, GK_EDENIED, "aws.process",
				"credential_process has a quote that is not closed");
		if (!found)
			break;
		gk_vec_push(words, gk_arena_strdup(a, gk_buf_cstr(&word)));
	}
	if (words->n == 0)
		return gk_fail(
			err, GK_EDENIED, "aws.process", "credential_process names no program");
	gk_vec_push(words, NULL);
	return 0;
}

/* Read both pipes until they close or the time is up. */
static bool drain(int out, int errors, struct gk_buf *to, struct gk_buf *err_text)
{
	struct pollfd fds[2] = {{out, POLLIN, 0}, {errors, POLLIN, 0}};
	struct gk_buf *bufs[2] = {to, err_text};
	int64_t end = gk_time_mono_ms() + LIMIT_MS;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		int64_t left = end - gk_time_mono_ms();

		if (left <= 0 || poll(fds, 2, (int)left) == 0)
			return false;
		for (int i = 0; i < 2; i++) {
			char chunk[4096];
			ssize_t n;

			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			n = read(fds[i].fd, chunk, sizeof chunk);
			if (n > 0)
				gk_buf_put(bufs[i], chunk, (size_t)n);
			else if (n == 0 || errno != EINTR)
				fds[i].fd = -1;
			explicit_bzero(chunk, sizeof chunk);
		}
	}
	return true;
}

static int start(const struct gk_strs *words, int out[2], int errors[2], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, errors[1], 2);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	status = posix_spawnp(pid, words->v[0], &actions, &attributes,
		(char *const *)(uintptr_t)words->v, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return status;
}

static int reap(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int judge(const char *program, int status, bool in_time, const struct gk_buf *errors,
	struct gk_err *err)
{
	struct gk_str text = gk_str_trim(gk_buf_str(errors));

	if (!in_time)
		return gk_fail(err, GK_ETIMEOUT, "aws.process",
			"credential_process '%s' did not end within %d s", program,
			LIMIT_MS / 1000);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	gk_fail(err, GK_EDENIED, "aws.process", "credential_process '%s' failed with status %d",
		program, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	if (text.n)
		gk_note(err, "it said: %.*s", GK_SARG(text));
	return -1;
}

static int run(const struct gk_strs *words, struct gk_buf *to, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf said = {.max = STDERR_MAX};
	int out[2], errors[2], status;
	bool in_time;
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC))
		return gk_fail_sys(err, GK_EIO, "aws.process", "cannot make a pipe");
	if (pipe2(errors, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return gk_fail_sys(err, GK_EIO, "aws.process", "cannot make a pipe");
	}
	status = start(words, out, errors, &pid);
	close(out[1]);
	close(errors[1]);
	in_time = status == 0 && drain(out[0], errors[0], to, &said);
	close(out[0]);
	close(errors[0]);
	if (status) {
		errno = status;
		return gk_fail_sys(err, GK_EDENIED, "aws.process",
			"cannot start credential_process '%s'", words->v[0]);
	}
	if (!in_time)
		kill(-pid, SIGKILL);
	return judge(words->v[0], reap(pid), in_time, &said, err);
}

int gk_aws__run(const char *command, struct gk_buf *out, struct gk_err *err)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_strs words = {0};
	int failed = split(command, &a, &words, err) || run(&words, out, err);

	gk_vec_done(&words);
	return failed || gk_buf_finish(out, "output of credential_process", err) ? -1 : 0;
}
