#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/buf.h"

enum {
	READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	STEP_FLAGS = O_PATH | O_DIRECTORY | O_CLOEXEC,
	LINKS_MAX = 40, /* as the kernel */
};

static int open_resolved(int root, const char *path, uint64_t resolve)
{
	struct open_how how = {.flags = READ_FLAGS, .resolve = RESOLVE_BENEATH | resolve};

	return (int)syscall(SYS_openat2, root, *path ? path : ".", &how, sizeof how);
}

int gk_beneath_open(int root, const char *path, bool *ret_straight)
{
	int fd = open_resolved(root, path, RESOLVE_NO_SYMLINKS);

	if (ret_straight)
		*ret_straight = fd >= 0;
	if (fd < 0 && errno == ELOOP)
		fd = open_resolved(root, path, RESOLVE_NO_MAGICLINKS);
	/* EPERM: a system call filter that is older than openat2; EAGAIN: a rename met ours. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN))
		return gk_beneath_walk(root, path);
	return fd;
}

/*
 * A walk: `fd` is the directory called `done`, no component of which is a link; `rest` is
 * still to be walked.  Going up means to walk the shortened `done` again from the root and
 * never to open "..", because a directory may have been moved out meanwhile.
 */
struct walk {
	int root, fd;
	unsigned links;
	struct gk_buf done, text;
	struct gk_str rest; /* in text */
};

static int fail(int code)
{
	errno = code;
	return -1;
}

static void enter(struct walk *w, int fd)
{
	if (w->fd >= 0)
		(void)close(w->fd); /* only a place */
	w->fd = fd;
}

static int restart(struct walk *w)
{
	gk_buf_reset(&w->done);
	enter(w, openat(w->root, ".", STEP_FLAGS));
	return w->fd < 0 ? -1 : 0;
}

/* What is to be walked gets `first` in front. */
static int put_first(struct walk *w, struct gk_str first)
{
	struct gk_buf b = GK_BUF_INIT(PATH_MAX);

	gk_buf_putstr(&b, first);
	if (w->rest.p) {
		gk_buf_putc(&b, '/');
		gk_buf_putstr(&b, w->rest);
	}
	gk_buf_done(&w->text);
	w->text = b;
	w->rest = gk_buf_str(&w->text);
	return b.over ? fail(ENAMETOOLONG) : 0;
}

static int go_up(struct walk *w)
{
	struct gk_str parent = gk_buf_str(&w->done);

	if (parent.n == 0)
		return fail(EXDEV);
	while (parent.n && parent.p[parent.n - 1] != '/')
		parent.n--;
	return put_first(w, parent) || restart(w) ? -1 : 0;
}

/* `name` of the current directory may be a link; if it is none, errno is what it was. */
static int follow(struct walk *w, const char *name)
{
	char target[PATH_MAX];
	int why = errno;
	ssize_t n = readlinkat(w->fd, name, target, sizeof target);

	if (n < 0)
		return fail(why);
	if (n > 0 && target[0] == '/')
		return fail(EXDEV);
	if (++w->links > LINKS_MAX)
		return fail(ELOOP);
	return put_first(w, (struct gk_str){target, (size_t)n});
}

static int go_down(struct walk *w, const char *name)
{
	int fd = openat(w->fd, name, STEP_FLAGS | O_NOFOLLOW);

	if (fd < 0) /* of a link, kernels say the one or the other */
		return errno == ELOOP || errno == ENOTDIR ? follow(w, name) : -1;
	enter(w, fd);
	if (w->done.n)
		gk_buf_putc(&w->done, '/');
	gk_buf_puts(&w->done, name);
	return w->done.over ? fail(ENAMETOOLONG) : 0;
}

static int arrive(struct walk *w, const char *name, int *ret)
{
	*ret = openat(w->fd, name, READ_FLAGS | O_NOFOLLOW);
	return *ret < 0 && errno == ELOOP ? follow(w, name) : *ret < 0 ? -1 : 0;
}

/* One component of the rest; *ret is set when it was the last. */
static int step(struct walk *w, int *ret)
{
	struct gk_str part = gk_str_cut(&w->rest, '/');
	bool last = !w->rest.p;
	char name[NAME_MAX + 1];

	if (part.n > NAME_MAX)
		return fail(ENAMETOOLONG);
	if (gk_str_is(part, ".."))
		return go_up(w);
	if (part.n == 0 || gk_str_is(part, "."))
		return last ? arrive(w, ".", ret) : 0;
	memcpy(name, part.p, part.n);
	name[part.n] = '\0';
	return last ? arrive(w, name, ret) : go_down(w, name);
}

int gk_beneath_walk(int root, const char *path)
{
	struct walk w = {.root = root,
		.fd = -1,
		.done = GK_BUF_INIT(PATH_MAX),
		.text = GK_BUF_INIT(PATH_MAX),
		.rest = gk_str_c(path)};
	int ret = -1, rc;

	if (path[0] == '/')
		return fail(EXDEV);
	if (strlen(path) >= PATH_MAX)
		return fail(ENAMETOOLONG);
	rc = restart(&w);
	while (rc == 0 && ret < 0)
		rc = step(&w, &ret);
	rc = errno;
	enter(&w, -1);
	gk_buf_done(&w.done);
	gk_buf_done(&w.text);
	errno = rc;
	return ret;
}
