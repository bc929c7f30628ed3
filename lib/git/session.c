/* libgit2 set up so that nothing but the job decides, and repositories of the cache. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "git/git-priv.h"

int gk_git__fail(struct gk_err *err, enum gk_code code, const char *slug, const char *what)
{
	const git_error *last = git_error_last();

	if (err->code != GK_OK)
		return -1;
	if (!last || !last->message)
		return gk_fail(err, code, slug, "%s", what);
	return gk_fail(err, code, slug, "%s: %s", what, last->message);
}

/* No configuration of the system or the user, objects checked against their names. */
static void set_options(const struct gk_limits *lim)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};

	for (size_t i = 0; i < GK_COUNT(levels); i++)
		(void)git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	(void)git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, (size_t)lim->git_objects);
#if HAVE_DECL_GIT_OPT_SET_PACK_MAX_OBJECT_SIZE
	(void)git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)lim->git_file_bytes);
#endif
}

/* As OpenSSL reads these; libgit2 knows the system's authorities only. */
int gk_git__trust(struct gk_err *err)
{
	const char *file = getenv("SSL_CERT_FILE"), *dir = getenv("SSL_CERT_DIR");

	file = file && *file ? file : NULL;
	dir = dir && *dir ? dir : NULL;
	if ((!file && !dir) || git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file, dir) == 0)
		return 0;
	return gk_git__fail(err, GK_EIO, "remote.authorities",
		"cannot use the certificates of SSL_CERT_FILE or SSL_CERT_DIR");
}

int gk_git__lock(const struct gk_git_source *s, int *ret_fd, struct gk_err *err)
{
	const char *path = gk_arena_printf(s->a, "%s/lock", s->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return gk_fail_sys(err, GK_EIO, "system.write", "cannot open '%s'", path);
	while (flock(fd, LOCK_EX))
		if (errno != EINTR) {
			(void)gk_fail_sys(err, GK_EIO, "system.lock", "cannot lock '%s'", path);
			(void)close(fd); /* nothing was written through it */
			return -1;
		}
	*ret_fd = fd;
	return 0;
}

/* The bare repository; two that make it at once must not meet, hence the lock. */
static int open_repository(struct gk_git_source *s, struct gk_err *err)
{
	git_repository_init_options opt;
	int fd, rc;

	(void)git_repository_init_options_init(&opt, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	opt.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
	opt.mode = 0700;
	if (gk_io_make_dirs(s->dir, 0700, err) || gk_git__lock(s, &fd, err))
		return -1;
	rc = git_repository_open_ext(
		&s->repo, s->dir, GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_BARE, NULL);
	if (rc == GIT_ENOTFOUND)
		rc = git_repository_init_ext(&s->repo, s->dir, &opt);
	(void)close(fd); /* releases the lock */
	return rc ? gk_git__fail(err, GK_EIO, "remote.cache",
			    gk_arena_printf(s->a, "cannot open the cache '%s'", s->dir))
		  : 0;
}

void gk_git__start(const struct gk_git_job *job, struct gk_arena *a, struct gk_git_source *ret)
{
	*ret = (struct gk_git_source){.job = job, .a = a, .secret = {.secret = true}};
	git_libgit2_init();
	set_options(job->lim);
}

int gk_git__open(const struct gk_git_job *job, struct gk_arena *a, struct gk_str url,
	struct gk_git_source *ret, struct gk_err *err)
{
	struct gk_remote remote;

	if (gk_remote_parse(a, url, &remote, err) ||
		gk_remote_check(a, &remote, job->allow, job->allow_private, err))
		return -1;
	gk_git__start(job, a, ret);
	ret->remote = remote;
	ret->dir = gk_remote_cache_dir(a, job->cache, remote.url);
	if (open_repository(ret, err)) {
		gk_git__close(ret);
		return -1;
	}
	return 0;
}

void gk_git__close(struct gk_git_source *s)
{
	if (!s->job)
		return;
	git_repository_free(s->repo);
	gk_buf_done(&s->secret);
	git_libgit2_shutdown();
	s->job = NULL;
}
