/*
 * The loader over directories.  Every look-up is one open beneath the root descriptor, so
 * that neither "..", nor an absolute path, nor a link, nor a race between check and
 * open can reach outside; the descriptor that was checked is the one that is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "overlay/loader.h"

struct dir_loader {
	struct gk_loader base;
	int fd;      /* the root */
	char *real;  /* its absolute path, links resolved */
	char *shown; /* base.root */
};

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* only read from */
}

static int fail_open(struct gk_err *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return gk_fail(
			err, GK_ENOTFOUND, "render.missing-file", "no such file or directory");
	if (errno == EXDEV) {
		(void)gk_fail(err, GK_EINPUT, "render.path-escape", "path leaves the render root");
		return gk_help(err, "give --root with a directory that holds both");
	}
	return gk_fail_sys(err, GK_EINPUT, "render.cannot-open", "cannot open");
}

/* Where the descriptor really is, relative to the root; its text when the kernel cannot say. */
static const char *canonical(struct dir_loader *d, int fd, const char *path, struct gk_arena *a)
{
	char link[64], target[4097];
	size_t root = strlen(d->real);
	ssize_t n;

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof target - 1);
	if (n < 0)
		return gk_arena_strdup(a, path);
	target[n] = '\0';
	if (!gk_loader_within(d->real, target))
		return gk_arena_strdup(a, path);
	return gk_arena_strdup(a, target[root] == '/' ? target + root + 1 : target + root);
}

static int get(struct gk_loader *l, const char *path, uint64_t max, struct gk_arena *a,
	struct gk_loaded *ret, struct gk_err *err)
{
	struct dir_loader *d = (struct dir_loader *)l;
	bool straight;
	GK_AUTO(close_fd) int fd = gk_beneath_open(d->fd, path, &straight);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct stat st;

	if (fd < 0)
		return fail_open(err);
	if (fstat(fd, &st) < 0)
		return gk_fail_sys(err, GK_EIO, "render.cannot-open", "cannot examine");
	ret->is_dir = S_ISDIR(st.st_mode);
	if (!ret->is_dir && !S_ISREG(st.st_mode))
		return gk_fail(
			err, GK_EINPUT, "render.not-a-file", "not a regular file or directory");
	ret->path = straight ? gk_arena_strdup(a, path) : canonical(d, fd, path, a);
	ret->text = GK_STR_NULL;
	if (ret->is_dir)
		return 0;
	if (gk_io_read_fd(fd, path, max, &text, err))
		return -1;
	ret->text = (struct gk_str){gk_arena_memdup0(a, text.p ? text.p : "", text.n), text.n};
	return 0;
}

static void dir_free(struct gk_loader *l)
{
	struct dir_loader *d = (struct dir_loader *)l;

	close_fd(&d->fd);
	gk_free(d->real);
	gk_free(d->shown);
	gk_free(d);
}

static char *real_path(const char *path)
{
	char real[PATH_MAX];

	return realpath(path, real) ? gk_xstrdup(real) : NULL;
}

static bool has_git(const char *dir)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct stat st;

	gk_buf_printf(&b, "%s/.git", dir);
	return lstat(gk_buf_cstr(&b), &st) == 0;
}

/* The nearest ancestor of an absolute path that holds .git, cut out of it in place. */
static bool work_tree(char *path)
{
	for (;;) {
		char *slash = strrchr(path, '/');

		if (has_git(path))
			return true;
		if (!slash || slash == path)
			return false;
		*slash = '\0';
	}
}

const char *gk_loader_work_tree(struct gk_arena *a, const char *path)
{
	char *top = gk_arena_memdup0(a, path, strlen(path));

	return work_tree(top) ? top : NULL;
}

/* A target written relative to where the operator stands makes that the root. */
static char *current_root(const char *target, const char *real)
{
	GK_AUTO(gk_freep) char *cwd = real_path(".");

	if (target[0] == '/' || !cwd || strcmp(cwd, "/") == 0 || !gk_loader_within(cwd, real))
		return NULL;
	return GK_TAKE(cwd);
}

static char *find_root(const char *target, const char *real)
{
	GK_AUTO(gk_freep) char *tree = gk_xstrdup(real);
	char *root;

	if (work_tree(tree))
		return GK_TAKE(tree);
	root = current_root(target, real);
	return root ? root : gk_xstrdup(real);
}

/* How the user would write the root: the target without what lies below the root. */
static char *shown_root(const char *target, const char *below)
{
	size_t n = strlen(target), tail = strlen(below);

	while (n > 1 && target[n - 1] == '/')
		n--;
	if (tail == 0)
		return n == 1 && target[0] == '.' ? gk_xstrdup("") : gk_xmemdup0(target, n);
	if (n >= tail && strncmp(target + n - tail, below, tail) == 0 &&
		(n == tail || target[n - tail - 1] == '/'))
		return n > tail + 1    ? gk_xmemdup0(target, n - tail - 1)
		       : n == tail + 1 ? gk_xstrdup("/")
				       : gk_xstrdup("");
	return NULL;
}

int gk_loader_dir_new(const char *root, const char *target, struct gk_arena *a,
	struct gk_loader **ret, const char **ret_path, struct gk_err *err)
{
	GK_AUTO(gk_freep) char *real = real_path(target);
	GK_AUTO(gk_freep) char *top = NULL;
	struct dir_loader *d;
	const char *below;

	if (!real)
		return gk_fail_sys(
			err, GK_EINPUT, "render.no-directory", "cannot open '%s'", target);
	top = root ? real_path(root) : find_root(target, real);
	if (!top)
		return gk_fail_sys(err, GK_EINPUT, "render.no-directory", "cannot open '%s'", root);
	if (strcmp(top, "/") == 0)
		top[0] = '\0';
	if (!gk_loader_within(top, real))
		return gk_fail(err, GK_EINPUT, "render.path-escape",
			"'%s' is not below the root '%s'", target, root);
	below = real[strlen(top)] == '/' ? real + strlen(top) + 1 : "";
	d = gk_xcalloc(1, sizeof *d);
	d->base.get = get;
	d->base.free = dir_free;
	d->fd = open(*top ? top : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d->shown = shown_root(target, below);
	if (!d->shown)
		d->shown = gk_xstrdup(top);
	d->base.root = d->shown;
	d->real = GK_TAKE(top);
	d->base.real = d->real;
	if (d->fd < 0) {
		(void)gk_fail_sys(
			err, GK_EINPUT, "render.no-directory", "cannot open '%s'", d->real);
		dir_free(&d->base);
		return -1;
	}
	*ret_path = gk_arena_strdup(a, below);
	*ret = &d->base;
	return 0;
}
