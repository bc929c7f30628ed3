#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/scratch.h"

enum { TREE_FDS = 16 };

int gk_scratch_dir(struct gk_scratch *s, const char **ret, struct gk_err *err)
{
	const char *tmp = getenv("TMPDIR");
	GK_AUTO(gk_buf_done) struct gk_buf name = GK_BUF_INIT(0);

	if (!s->dir) {
		gk_buf_printf(&name, "%s/gk-XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp");
		if (!mkdtemp(name.p))
			return gk_fail_sys(err, GK_EIO, "system.write",
				"cannot make a directory like '%s'", name.p);
		s->dir = gk_xstrdup(name.p);
	}
	*ret = s->dir;
	return 0;
}

static int store(const char *path, struct gk_str text)
{
	int fd, rc;

	if (unlink(path) && errno != ENOENT)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	rc = gk_io_write_all(fd, text.p, text.n);
	return close(fd) || rc ? -1 : 0;
}

int gk_scratch_file(struct gk_scratch *s, const char *name, struct gk_str text, struct gk_arena *a,
	const char **ret_path, struct gk_err *err)
{
	const char *dir, *path;

	gk_assert(!strchr(name, '/'));
	if (gk_scratch_dir(s, &dir, err))
		return -1;
	path = gk_arena_printf(a, "%s/%s", dir, name);
	if (store(path, text))
		return gk_fail_sys(err, GK_EIO, "system.write", "cannot write '%s'", path);
	*ret_path = path;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	(void)remove(path); /* what cannot be removed must not keep the rest */
	return 0;
}

void gk_scratch_done(struct gk_scratch *s)
{
	if (s->dir)
		(void)nftw(s->dir, remove_one, TREE_FDS, FTW_DEPTH | FTW_PHYS);
	gk_free(s->dir);
	s->dir = NULL;
}
