/*
 * Opening beneath a directory: openat2 and the walk that stands in for it find the same
 * file, or fail for the same reason, on a tree of links that lead everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/beneath.h"

static char base[] = "/tmp/gk-beneath.XXXXXX";
static int base_fd, root;

static void make_file(const char *path)
{
	int fd = openat(base_fd, path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void make_dir(const char *path)
{
	assert_int_equal(mkdirat(base_fd, path, 0700), 0);
}

static void make_link(const char *target, const char *path)
{
	assert_int_equal(symlinkat(target, base_fd, path), 0);
}

/* The tree; "root" is the boundary, "outside" is beyond it. */
static const struct {
	const char *path, *link;
} links[] = {
	{"root/up", ".."},
	{"root/etc", "/etc"},
	{"root/self", "self"},
	{"root/one", "two"},
	{"root/two", "one"},
	{"root/dangling", "nothing"},
	{"root/to-file", "a/b/file"},
	{"root/to-dir", "a/b"},
	{"root/slash", "a/b/"},
	{"root/twice", "to-dir/../b/./file"},
	{"root/out", "../outside/file"},
	{"root/out-and-in", "../root/file"},
	{"root/a/climb", "../../outside"},
	{"root/a/b/back", "../../file"},
	{"root/a/b/top", "../.."},
	{"root/file-as-dir", "file/.."},
	{"root/proc", "/proc/self/cwd"},
	{"root/chain0", "file"},
};

static const char *const paths[] = {"", ".", "file", "a", "a/b/file", "a//b/./file", "none",
	"a/none/file", "file/x", "..", "a/../../outside/file", "a/../file", "a/b/../../file",
	"/etc/passwd", "up", "up/outside/file", "etc", "etc/passwd", "self", "one", "dangling",
	"to-file", "to-dir/file", "to-dir/back", "to-dir/top/file", "to-dir/top/a/b/top/file",
	"slash/file", "twice", "out", "out-and-in", "a/climb/file", "a/climb", "a/b/back", "proc",
	"proc/x", "fifo", "chain39", "chain40", "chain41", "to-file/x", "a/..", "a/b/top/..",
	"file-as-dir", "a/./", "closed", "closed/file"};

static int setup(void **state)
{
	char name[64], target[64];

	(void)state;
	assert_non_null(mkdtemp(base));
	base_fd = open(base, O_RDONLY | O_DIRECTORY);
	make_dir("root");
	make_dir("outside");
	make_dir("root/a");
	make_dir("root/a/b");
	make_file("root/file");
	make_file("root/a/b/file");
	make_file("outside/file");
	assert_int_equal(mkfifoat(base_fd, "root/fifo", 0600), 0);
	for (size_t i = 0; i < GK_COUNT(links); i++)
		make_link(links[i].link, links[i].path);
	for (int i = 1; i <= 41; i++) {
		(void)snprintf(name, sizeof name, "root/chain%d", i);
		(void)snprintf(target, sizeof target, "chain%d", i - 1);
		make_link(target, name);
	}
	make_dir("root/closed");
	assert_int_equal(fchmodat(base_fd, "root/closed", 0, 0), 0);
	root = openat(base_fd, "root", O_RDONLY | O_DIRECTORY);
	return root < 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	assert_int_equal(fchmodat(base_fd, "root/closed", 0700, 0), 0);
	(void)close(root);
	(void)close(base_fd);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", base);
	return system(command);
}

struct found {
	int code; /* errno, 0 = found */
	ino_t ino;
};

static struct found what(int fd)
{
	struct found f = {fd < 0 ? errno : 0, 0};
	struct stat st;

	if (fd < 0)
		return f;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(close(fd), 0);
	f.ino = st.st_ino;
	return f;
}

/* Where there is no openat2 (valgrind knows none) both are the walk. */
static void the_walk_does_what_the_kernel_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < GK_COUNT(paths); i++) {
		struct found kernel = what(gk_beneath_open(root, paths[i], NULL));
		struct found walk = what(gk_beneath_walk(root, paths[i]));

		if (kernel.code != walk.code || kernel.ino != walk.ino)
			fail_msg("%s: %s, but the walk: %s", paths[i], strerror(kernel.code),
				strerror(walk.code));
	}
}

static void is(const char *path, int code)
{
	assert_int_equal(what(gk_beneath_walk(root, path)).code, code);
	assert_int_equal(what(gk_beneath_open(root, path, NULL)).code, code);
}

static void nothing_outside_is_reached(void **state)
{
	(void)state;
	is("twice", 0);
	is("to-dir/top/a/b/top/file", 0);
	is("fifo", 0);    /* at once, though nobody writes */
	is("chain39", 0); /* chain0 is the fortieth */
	is("chain40", ELOOP);
	is("self", ELOOP);
	is("out", EXDEV);
	is("out-and-in", EXDEV);
	is("a/climb/file", EXDEV);
	is("up/outside/file", EXDEV);
	is("etc/passwd", EXDEV);
	is("/etc/passwd", EXDEV);
	is("..", EXDEV);
	is("dangling", ENOENT);
	is("file/x", ENOTDIR);
}

static void long_paths_are_refused(void **state)
{
	char path[6000];

	(void)state;
	memset(path, 'x', sizeof path);
	path[300] = '\0';
	is(path, ENAMETOOLONG);
	path[300] = 'x';
	for (size_t i = 0; i + 1 < sizeof path; i += 2)
		memcpy(path + i, "./", 2);
	path[sizeof path - 1] = '\0';
	is(path, ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_walk_does_what_the_kernel_does),
		cmocka_unit_test(nothing_outside_is_reached),
		cmocka_unit_test(long_paths_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
