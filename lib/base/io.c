#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"

enum { READ_STEP = 65536 };

int gk_io_read_fd(int fd, const char *name, uint64_t max, struct gk_buf *out, struct gk_err *err)
{
	uint64_t total = 0;

	for (;;) {
		char *room = gk_buf_room(out, READ_STEP);
		ssize_t n;

		if (!room)
			return gk_buf_finish(out, name, err);
		n = read(fd, room, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return gk_fail_sys(err, GK_EIO, "system.read", "cannot read %s", name);
		if (n == 0)
			return 0;
		total += (uint64_t)n;
		if (total > max)
			return gk_limit_fail(err, "doc-bytes", max, name);
		gk_buf_grown(out, (size_t)n);
	}
}

/* O_NONBLOCK keeps a FIFO from holding us for ever; fstat then tells what was opened. */
int gk_io_open_regular(const char *path, int *ret_fd, struct gk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return gk_fail_sys(err, errno == ENOENT ? GK_ENOTFOUND : GK_EINPUT, "input.open",
			"cannot open %s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*ret_fd = fd;
		return 0;
	}
	(void)close(fd); /* read-only */
	return gk_fail(err, GK_EINPUT, "input.not-regular", "%s is not a regular file", path);
}

int gk_io_read_file(const char *path, uint64_t max, struct gk_buf *out, struct gk_err *err)
{
	int fd, rc;

	if (gk_io_open_regular(path, &fd, err))
		return -1;
	rc = gk_io_read_fd(fd, path, max, out, err);
	(void)close(fd); /* read-only */
	return rc;
}

int gk_io_write_all(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t k = write(fd, from, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		from += k;
		n -= (size_t)k;
	}
	return 0;
}

static int64_t clock_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t gk_time_mono_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t gk_time_utc_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

/* Days since 1970-01-01 of a proleptic Gregorian date, counting years from March. */
static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void gk_time_rfc3339(int64_t utc_ms, bool with_ms, char buf[32])
{
	time_t s = (time_t)(utc_ms / 1000);
	int64_t ms = utc_ms % 1000;
	struct tm tm;
	size_t n;

	if (ms < 0) {
		ms += 1000;
		s--;
	}
	gmtime_r(&s, &tm);
	n = strftime(buf, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	if (with_ms)
		n += (size_t)snprintf(buf + n, 32 - n, ".%03d", (int)ms);
	snprintf(buf + n, 32 - n, "Z");
}

/* Fixed fields "2026-01-02T03:04:05": the value of n digits at `at`, or -1. */
static int64_t field(struct gk_str s, size_t at, size_t n)
{
	struct gk_err ignored = GK_ERR_INIT;
	uint64_t v;

	if (at + n > s.n || gk_num_u64((struct gk_str){s.p + at, n}, 0, 9999, &v, &ignored))
		return -1;
	return (int64_t)v;
}

/* "Z", "+01:00" or "-0130" as minutes; false for anything else. */
static bool zone(struct gk_str s, int64_t *minutes)
{
	int64_t h, m;

	*minutes = 0;
	if (gk_str_is(s, "Z") || gk_str_is(s, "z"))
		return true;
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		return false;
	h = field(s, 1, 2);
	m = field(s, 4, 2);
	*minutes = (s.p[0] == '-' ? -1 : 1) * (h * 60 + m);
	return h >= 0 && h < 24 && m >= 0 && m < 60;
}

int gk_time_parse_rfc3339(struct gk_str s, int64_t *ret_utc_ms, struct gk_err *err)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	int64_t y = field(s, 0, 4), mo = field(s, 5, 2), d = field(s, 8, 2), h = field(s, 11, 2),
		mi = field(s, 14, 2), sec = field(s, 17, 2), ms = 0, minutes;
	struct gk_str rest = gk_str_from(s, sizeof shape - 1);
	bool ok = s.n > sizeof shape - 1;

	for (size_t i = 0; ok && i < sizeof shape - 1; i++)
		ok = shape[i] == 'd' || s.p[i] == shape[i] || (shape[i] == 'T' && s.p[i] == 't');
	if (ok && rest.n && rest.p[0] == '.') {
		int64_t unit = 100;

		for (rest = gk_str_from(rest, 1); rest.n && rest.p[0] >= '0' && rest.p[0] <= '9';
			rest = gk_str_from(rest, 1), unit /= 10)
			ms += (rest.p[0] - '0') * unit;
	}
	if (!ok || y < 0 || mo < 1 || mo > 12 || d < 1 || d > 31 || h < 0 || h > 23 || mi < 0 ||
		mi > 59 || sec < 0 || sec > 60 || !zone(rest, &minutes))
		return gk_fail(err, GK_EINPUT, "time.form", "expected an RFC 3339 time, not '%.*s'",
			s.n > 64 ? 64 : (int)s.n, s.p ? s.p : "");
	*ret_utc_ms =
		(((days_from_civil(y, mo, d) * 24 + h) * 60 + mi - minutes) * 60 + sec) * 1000 + ms;
	return 0;
}

int gk_io_make_dirs(const char *dir, unsigned mode, struct gk_err *err)
{
	GK_AUTO(gk_freep) char *path = gk_xstrdup(dir);

	for (char *p = path + 1;; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(path, mode) && errno != EEXIST)
			return gk_fail_sys(
				err, GK_EIO, "system.write", "cannot make directory '%s'", path);
		*p = c;
		if (!c)
			return 0;
	}
}
