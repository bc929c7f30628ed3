#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "git/git-priv.h"

static const char *file_path(struct gk_git_source *s, const char *commit)
{
	return gk_arena_printf(s->a, "%s/%s", s->dir,
		gk_remote_cache_file(s->a, commit, !s->job->without_submodules));
}

static int store(
	struct gk_git_source *s, const git_oid *commit, const char *path, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.max = (size_t)s->job->lim->git_bytes};
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	if (gk_git__archive(s, commit, &text, err))
		return -1;
	return gk_out_file(path, gk_buf_str(&text), 0600, err);
}

static int find(const struct gk_git_job *job, struct gk_arena *a, struct gk_git_source *s,
	git_oid *ret_commit, struct gk_err *err)
{
	if (job->dir)
		return gk_git__open_local(job, a, s, err) ||
				       gk_git__find_local(s, job->ref, ret_commit, err)
			       ? -1
			       : 0;
	return gk_git__open(job, a, gk_str_c(job->url), s, err) ||
			       gk_git__obtain(s, job->ref, ret_commit, err)
		       ? -1
		       : 0;
}

int gk_git_fetch(const struct gk_git_job *job, struct gk_arena *a, struct gk_git_result *ret,
	struct gk_err *err)
{
	struct gk_git_source s = {0};
	struct gk_git_result got = {0};
	git_oid commit;
	int rc = find(job, a, &s, &commit, err);

	if (rc == 0) {
		got.commit = gk_arena_strdup(a, git_oid_tostr_s(&commit));
		got.path = file_path(&s, got.commit);
		rc = store(&s, &commit, got.path, err);
	}
	gk_git__close(&s);
	if (rc == 0)
		*ret = got;
	return rc;
}
