/* What the files of lib/git share. */
#ifndef GK_GIT_GIT_PRIV_H
#define GK_GIT_GIT_PRIV_H

#include <git2.h>

#include "base/buf.h"
#include "git/git.h"

/* One repository of a job: the one that was asked for, or a submodule. */
struct gk_git_source {
	const struct gk_git_job *job;
	struct gk_arena *a;
	struct gk_remote remote;
	const char *dir;      /* in the cache */
	git_repository *repo; /* there, or where job->dir says */
	/* Of a connection. */
	struct gk_err *err;   /* what a callback has to say, instead of libgit2 */
	unsigned asked;       /* for credentials, so far */
	uint64_t received;    /* bytes */
	bool listed;          /* the server has said what references it has, */
	int64_t listed_at;    /* ms of our CPU until then */
	struct gk_buf secret; /* what the credential helper said */
};

/*
 * Start a failure with what libgit2 says of its last error; a callback's own error, if there
 * is one in err, stands.  The text is remote text: its printers escape it.
 */
int gk_git__fail(struct gk_err *err, enum gk_code code, const char *slug, const char *what);

/* Check the address against the job, and open its repository in the cache, made if needed. */
GK_NODISCARD int gk_git__open(const struct gk_git_job *job, struct gk_arena *a, struct gk_str url,
	struct gk_git_source *ret, struct gk_err *err);
void gk_git__close(struct gk_git_source *s);
/* Start libgit2 for a source; gk_git__close ends it. */
void gk_git__start(const struct gk_git_job *job, struct gk_arena *a, struct gk_git_source *ret);

/* local.c: the same for job->dir, and the commit that a revision there means. */
GK_NODISCARD int gk_git__open_local(const struct gk_git_job *job, struct gk_arena *a,
	struct gk_git_source *ret, struct gk_err *err);
GK_NODISCARD int gk_git__find_local(
	struct gk_git_source *s, const char *rev, git_oid *ret_commit, struct gk_err *err);

/* The commit that ref names, in *ret_commit, with all its objects in the repository. */
GK_NODISCARD int gk_git__obtain(
	struct gk_git_source *s, const char *ref, git_oid *ret_commit, struct gk_err *err);

/* Fill in the callbacks for credentials, certificates and limits. */
void gk_git__callbacks(struct gk_git_source *s, git_remote_callbacks *ret);

/* Have the authorities that the environment names, if any, trusted instead of the system's. */
GK_NODISCARD int gk_git__trust(struct gk_err *err);

/* Refuse hosts with an address in a private network, unless the job allows them. */
GK_NODISCARD int gk_git__check_host(const struct gk_git_source *s, struct gk_err *err);
int gk_git__refuse_private(const struct gk_git_source *s, struct gk_err *err);
bool gk_git__has_proxy(void);

/*
 * stream.c: from now on connections of https are ours, on behalf of s; NULL ends that.  They
 * are checked for private addresses and count what is received.
 */
void gk_git__guard(struct gk_git_source *s);
/* The references are known: what is received now is objects. */
void gk_git__listed(struct gk_git_source *s);

/* The URL that .gitmodules (text) gives for the submodule at path, in a; NULL = none. */
const char *gk_git__module_url(struct gk_arena *a, struct gk_str text, struct gk_str path);
/* A URL of .gitmodules: one that begins with "./" or "../" is relative to that of its parent. */
const char *gk_git__module_join(struct gk_arena *a, const char *parent, const char *url);

/* Append the archive of a commit, closed, to out. */
GK_NODISCARD int gk_git__archive(
	struct gk_git_source *s, const git_oid *commit, struct gk_buf *out, struct gk_err *err);

/* An exclusive lock on the repository: *ret_fd is closed to release it. */
GK_NODISCARD int gk_git__lock(const struct gk_git_source *s, int *ret_fd, struct gk_err *err);

#endif
