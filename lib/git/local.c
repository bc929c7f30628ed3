/*
 * Repositories of this machine, read where they are: a work tree, its index and HEAD have no
 * part in it, and nothing is written.  The operator named the directory, so there is no list
 * of places that it must be on; submodules are fetched as those of any other repository.
 */
#include <string.h>

#include "base/io.h"
#include "base/vec.h"
#include "git/git-priv.h"

/*
 * Who owns the repository does not matter, as it does to git: git runs what a repository's
 * configuration names, and we read objects.
 */
static int open_directory(struct gk_git_source *s, unsigned flags)
{
	(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	return git_repository_open_ext(&s->repo, s->job->dir, flags, NULL);
}

/* The top of a work tree without its trailing slash, or the repository itself. */
static const char *top_of(struct gk_git_source *s)
{
	const char *dir = git_repository_workdir(s->repo);
	size_t n;

	if (!dir)
		dir = git_repository_path(s->repo);
	n = strlen(dir);
	return gk_arena_memdup0(s->a, dir, n > 1 && dir[n - 1] == '/' ? n - 1 : n);
}

static int no_repository(struct gk_git_source *s, int rc, struct gk_err *err)
{
	const char *dir = s->job->dir;

	if (rc != GIT_ENOTFOUND)
		return gk_git__fail(err, GK_EINPUT, "remote.no-repository",
			gk_arena_printf(s->a, "cannot open the repository '%s'", dir));
	(void)gk_fail(err, GK_ENOTFOUND, "remote.no-repository", "'%s' is no Git repository", dir);
	if (open_directory(s, 0) == 0)
		return gk_help(err, "name the repository around it: '%s'", top_of(s));
	return gk_help(err, "name the top of a work tree, or a bare repository");
}

/* What relative URLs of submodules are relative to: where it was cloned from, as in git. */
static const char *origin_of(struct gk_git_source *s)
{
	git_remote *origin = NULL;
	const char *url = NULL;

	if (git_remote_lookup(&origin, s->repo, "origin") == 0 && git_remote_url(origin))
		url = gk_arena_strdup(s->a, git_remote_url(origin));
	git_remote_free(origin);
	return url ? url : gk_arena_printf(s->a, "file://%s", top_of(s));
}

/* Archives of all work trees of a repository lie in one place. */
static const char *archives_of(struct gk_git_source *s)
{
	return gk_remote_cache_dir(s->a, s->job->cache,
		gk_arena_printf(s->a, "dir:%s", git_repository_commondir(s->repo)));
}

int gk_git__open_local(const struct gk_git_job *job, struct gk_arena *a, struct gk_git_source *ret,
	struct gk_err *err)
{
	int rc;

	gk_git__start(job, a, ret);
	rc = open_directory(ret, GIT_REPOSITORY_OPEN_NO_SEARCH);
	if (rc)
		return no_repository(ret, rc, err);
	ret->remote = (struct gk_remote){
		.scheme = GK_REMOTE_FILE, .url = origin_of(ret), .shown = job->dir};
	ret->dir = archives_of(ret);
	return gk_io_make_dirs(ret->dir, 0700, err);
}

/* The branch or tag whose name is nearest to what was asked for, or NULL. */
static const char *nearest(struct gk_git_source *s, const char *rev)
{
	static const char *const places[] = {"refs/heads/", "refs/tags/", "refs/remotes/"};
	struct gk_strs names = {0};
	git_strarray refs = {0};
	const char *found;

	if (git_reference_list(&refs, s->repo))
		return NULL;
	for (size_t i = 0; i < refs.count; i++)
		for (size_t k = 0; k < GK_COUNT(places); k++)
			if (strncmp(refs.strings[i], places[k], strlen(places[k])) == 0)
				gk_vec_push(&names,
					gk_arena_strdup(s->a, refs.strings[i] + strlen(places[k])));
	git_strarray_dispose(&refs);
	found = gk_str_nearest(gk_str_c(rev), names.v, names.n);
	gk_vec_done(&names);
	return found;
}

static int no_revision(struct gk_git_source *s, const char *rev, int rc, struct gk_err *err)
{
	const char *near = nearest(s, rev);

	(void)gk_fail(err, GK_ENOTFOUND, "remote.no-ref",
		rc == GIT_EAMBIGUOUS ? "'%s' has more than one object '%s'"
				     : "'%s' has no revision '%s'",
		s->remote.shown, rev);
	if (rc == GIT_EAMBIGUOUS)
		return gk_help(err, "give more digits");
	return near ? gk_help(err, "the nearest name is '%s'", near) : -1;
}

int gk_git__find_local(
	struct gk_git_source *s, const char *rev, git_oid *ret_commit, struct gk_err *err)
{
	git_object *object = NULL, *commit = NULL;
	int rc;

	if (!*rev)
		rev = "HEAD";
	rc = git_revparse_single(&object, s->repo, rev);
	if (rc)
		return no_revision(s, rev, rc, err);
	rc = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (rc == 0)
		*ret_commit = *git_object_id(commit);
	git_object_free(object);
	git_object_free(commit);
	if (rc == 0)
		return 0;
	return gk_fail(err, GK_ENOTFOUND, "remote.no-ref", "'%s' in '%s' is no commit", rev,
		s->remote.shown);
}
