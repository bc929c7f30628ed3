/* From a reference to a commit whose objects are in the cache's repository. */
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "git/git-priv.h"

/* References of ours: whole commits, and what references of the other side named last. */
#define WHOLE "refs/gk/commit/"
#define SEEN "refs/gk/seen/"

static const char *seen_name(struct gk_git_source *s, const char *ref)
{
	unsigned char sum[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_sha256(gk_str_c(ref), sum);
	gk_hex(sum, sizeof sum, hex);
	return gk_arena_printf(s->a, SEEN "%s", hex);
}

static const char *whole_name(struct gk_git_source *s, const git_oid *commit)
{
	return gk_arena_printf(s->a, WHOLE "%s", git_oid_tostr_s(commit));
}

static bool is_whole(struct gk_git_source *s, const git_oid *commit)
{
	git_oid found;

	return git_reference_name_to_id(&found, s->repo, whole_name(s, commit)) == 0;
}

static int record(struct gk_git_source *s, const char *name, const git_oid *id, struct gk_err *err)
{
	git_reference *made = NULL;

	if (git_reference_create(&made, s->repo, name, id, 1, NULL))
		return gk_git__fail(err, GK_EIO, "remote.cache", "cannot write to the cache");
	git_reference_free(made);
	return 0;
}

static int from_cache(struct gk_git_source *s, const char *ref, git_oid *ret, struct gk_err *err)
{
	if (gk_remote_is_commit(gk_str_c(ref))) {
		if (git_oid_fromstr(ret, ref) == 0 && is_whole(s, ret))
			return 0;
	} else if (git_reference_name_to_id(ret, s->repo, seen_name(s, ref)) == 0) {
		return 0;
	}
	(void)gk_fail(err, GK_ENOTFOUND, "remote.offline", "'%s' at '%s' is not in the cache",
		s->remote.shown, *ref ? ref : "HEAD");
	return gk_help(err, "fetch it once without --offline");
}

static const git_remote_head *find_head(
	const git_remote_head *const *heads, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(heads[i]->name, name) == 0)
			return heads[i];
	return NULL;
}

/* As git fetch reads a name (gitrevisions(7)): a tag comes before a branch. */
static const git_remote_head *find_ref(
	const git_remote_head *const *heads, size_t n, const char *ref)
{
	static const char *const places[] = {"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s",
		"refs/remotes/%s", "refs/remotes/%s/HEAD"};
	const git_remote_head *head = NULL;

	for (size_t i = 0; i < GK_COUNT(places) && !head; i++) {
		GK_AUTO(gk_buf_done) struct gk_buf name = GK_BUF_INIT(0);
		const char *mark = strstr(places[i], "%s");

		gk_buf_put(&name, places[i], (size_t)(mark - places[i]));
		gk_buf_puts(&name, ref);
		gk_buf_puts(&name, mark + 2);
		head = find_head(heads, n, gk_buf_cstr(&name));
	}
	return head;
}

static const git_remote_head *find_commit(
	const git_remote_head *const *heads, size_t n, const git_oid *commit)
{
	for (size_t i = 0; i < n; i++)
		if (git_oid_equal(&heads[i]->oid, commit) && !strstr(heads[i]->name, "^{}"))
			return heads[i];
	return NULL;
}

static int open_connection(struct gk_git_source *s, git_remote *remote, struct gk_err *err)
{
	git_remote_connect_options opt;

	(void)git_remote_connect_options_init(&opt, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	gk_git__callbacks(s, &opt.callbacks);
	opt.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
	opt.proxy_opts.type = GIT_PROXY_AUTO;
	if (git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &opt) == 0)
		return 0;
	return gk_git__fail(err, GK_ENET, "remote.network",
		gk_arena_printf(s->a, "cannot reach '%s'", s->remote.shown));
}

static int download(struct gk_git_source *s, git_remote *remote, const char *const *specs, size_t n,
	struct gk_err *err)
{
	git_fetch_options opt;
	const char *list[2];
	git_strarray refspecs = {.count = n};

	for (size_t i = 0; i < n; i++)
		list[i] = gk_arena_printf(
			s->a, "+%s:refs/gk/tip%s", specs[i], strchr(specs[i], '*') ? "/*" : "");
	refspecs.strings = (char **)(uintptr_t)list;
	(void)git_fetch_options_init(&opt, GIT_FETCH_OPTIONS_VERSION);
	gk_git__callbacks(s, &opt.callbacks);
	opt.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	opt.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
	opt.proxy_opts.type = GIT_PROXY_AUTO;
	opt.update_fetchhead = 0;
	if (git_remote_download(remote, &refspecs, &opt) == 0)
		return 0;
	return gk_git__fail(err, GK_ENET, "remote.network",
		gk_arena_printf(s->a, "cannot fetch from '%s'", s->remote.shown));
}

static bool has_object(struct gk_git_source *s, const git_oid *id)
{
	git_odb *odb = NULL;
	bool found = git_repository_odb(&odb, s->repo) == 0 && git_odb_refresh(odb) == 0 &&
		     git_odb_exists(odb, id);

	git_odb_free(odb);
	return found;
}

/*
 * A commit that no reference names: by itself if libgit2 can (1.5 leaves such a wish out) and
 * the server does, else with all branches and tags.
 */
static int download_commit(
	struct gk_git_source *s, git_remote *remote, const char *commit, struct gk_err *err)
{
	static const char *const all[] = {"refs/heads/*", "refs/tags/*"};
	git_oid id;

	if (download(s, remote, &commit, 1, err) == 0 && git_oid_fromstr(&id, commit) == 0 &&
		has_object(s, &id))
		return 0;
	if (err->code == GK_ELIMIT || err->code == GK_EDENIED)
		return -1;
	gk_err_reset(err);
	return download(s, remote, all, GK_COUNT(all), err);
}

/* The commit behind a tag, or the object itself. */
static int peel(struct gk_git_source *s, const git_oid *id, const char *ref, git_oid *ret,
	struct gk_err *err)
{
	git_object *object = NULL, *commit = NULL;
	int rc = git_object_lookup(&object, s->repo, id, GIT_OBJECT_ANY);

	if (rc == 0)
		rc = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (rc == 0)
		*ret = *git_object_id(commit);
	git_object_free(object);
	git_object_free(commit);
	if (rc == 0)
		return 0;
	return gk_fail(err, GK_ENOTFOUND, "remote.no-ref", "'%s' has no commit '%s'",
		s->remote.shown, *ref ? ref : "HEAD");
}

static int no_ref(struct gk_git_source *s, const char *ref, struct gk_err *err)
{
	return gk_fail(err, GK_ENOTFOUND, "remote.no-ref", "'%s' has no branch, tag or commit '%s'",
		s->remote.shown, *ref ? ref : "HEAD");
}

/* With a connection: find what ref names, and fetch what the cache has not. */
static int look_up(struct gk_git_source *s, git_remote *remote, const char *ref, git_oid *ret,
	struct gk_err *err)
{
	const git_remote_head **listed, *head;
	bool exact = gk_remote_is_commit(gk_str_c(ref));
	git_oid id;
	size_t n;

	if (git_remote_ls(&listed, &n, remote))
		return gk_git__fail(err, GK_ENET, "remote.network", "cannot list the references");
	gk_git__listed(s);
	if (exact && git_oid_fromstr(&id, ref))
		return no_ref(s, ref, err);
	head = exact ? find_commit(listed, n, &id) : find_ref(listed, n, *ref ? ref : "HEAD");
	if (!head && !exact)
		return no_ref(s, ref, err);
	if (head) {
		const char *name = head->name;

		id = head->oid;
		if (!has_object(s, &id) && download(s, remote, &name, 1, err))
			return -1;
	} else if (download_commit(s, remote, ref, err)) {
		return -1;
	}
	if (peel(s, &id, ref, ret, err))
		return -1;
	return record(s, whole_name(s, ret), ret, err);
}

int gk_git__obtain(
	struct gk_git_source *s, const char *ref, git_oid *ret_commit, struct gk_err *err)
{
	git_remote *remote = NULL;
	int fd, rc;

	if (gk_remote_is_commit(gk_str_c(ref)) && git_oid_fromstr(ret_commit, ref) == 0 &&
		is_whole(s, ret_commit))
		return 0;
	if (s->job->offline)
		return from_cache(s, ref, ret_commit, err);
	if (gk_git__trust(err) || gk_git__check_host(s, err) || gk_git__lock(s, &fd, err))
		return -1;
	s->err = err;
	gk_git__guard(s);
	rc = git_remote_create_anonymous(&remote, s->repo, s->remote.url)
		     ? gk_git__fail(err, GK_EINPUT, "remote.address", "cannot use the address")
		     : open_connection(s, remote, err);
	if (rc == 0)
		rc = look_up(s, remote, ref, ret_commit, err);
	if (rc == 0)
		rc = record(s, seen_name(s, ref), ret_commit, err);
	git_remote_free(remote);
	gk_git__guard(NULL);
	(void)close(fd); /* releases the lock */
	return rc;
}
