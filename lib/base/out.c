#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/out.h"

enum { OUT_FLUSH = 1 << 16 };

void gk_out_flush(struct gk_out *o)
{
	if (o->buf.n && !o->failed && gk_io_write_all(o->fd, o->buf.p, o->buf.n))
		o->failed = errno;
	gk_buf_reset(&o->buf);
}

void gk_out_put(struct gk_out *o, struct gk_str s)
{
	if (s.n >= OUT_FLUSH) { /* no second copy of what is large */
		gk_out_flush(o);
		if (!o->failed && gk_io_write_all(o->fd, s.p, s.n))
			o->failed = errno;
		return;
	}
	gk_buf_putstr(&o->buf, s);
	if (o->buf.n >= OUT_FLUSH)
		gk_out_flush(o);
}

void gk_out_puts(struct gk_out *o, const char *s)
{
	gk_out_put(o, gk_str_c(s));
}

void gk_out_printf(struct gk_out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(&o->buf, fmt, ap);
	va_end(ap);
	if (o->buf.n >= OUT_FLUSH)
		gk_out_flush(o);
}

int gk_out_close(struct gk_out *o, struct gk_err *err)
{
	gk_out_flush(o);
	gk_buf_done(&o->buf);
	if (o->fd >= 0 && close(o->fd) && !o->failed)
		o->failed = errno;
	o->fd = -1;
	if (!o->failed)
		return 0;
	errno = o->failed;
	return gk_fail_sys(err, GK_EIO, "system.write", "cannot write %s", o->name);
}

static int write_synced(int fd, const char *path, struct gk_str bytes, struct gk_err *err)
{
	int bad = gk_io_write_all(fd, bytes.p, bytes.n) || fsync(fd);

	bad |= close(fd);
	return bad ? gk_fail_sys(err, GK_EIO, "system.write", "cannot write %s", path) : 0;
}

int gk_out_file_at(
	int dir, const char *path, struct gk_str bytes, unsigned mode, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf temp = GK_BUF_INIT(8192);
	int fd;

	gk_buf_printf(&temp, "%s.%ld.tmp", path, (long)getpid());
	if (gk_buf_finish(&temp, "a file name", err))
		return -1;
	fd = openat(dir, temp.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return gk_fail_sys(err, GK_EIO, "system.write", "cannot create %s", temp.p);
	if (write_synced(fd, path, bytes, err) == 0) {
		if (renameat(dir, temp.p, dir, path) == 0)
			return 0;
		gk_fail_sys(err, GK_EIO, "system.write", "cannot rename %s", temp.p);
	}
	(void)unlinkat(dir, temp.p, 0);
	return -1;
}

int gk_out_file(const char *path, struct gk_str bytes, unsigned mode, struct gk_err *err)
{
	return gk_out_file_at(AT_FDCWD, path, bytes, mode, err);
}
