/*
 * Fetching commits of Git repositories into the cache: the only user of libgit2.
 *
 * Nothing is checked out: files are read from tree objects, so that no hook, filter or
 * attribute of a repository has a say, and what they become is one archive (base/bundle.h).
 * The operator's list says which places may be reached; submodules are held to it, too.
 *
 *	CACHE/git/HASH-OF-URL/objects, refs, ...	a bare repository
 *	CACHE/git/HASH-OF-URL/COMMIT.bundle		an archive
 *
 * A repository of this machine may also be read where it is, by its directory: nothing is
 * written to it, and only archives are in the cache.
 */
#ifndef GK_GIT_GIT_H
#define GK_GIT_GIT_H

#include "base/limits.h"
#include "base/remote.h"

struct gk_git_job {
	const char *url;
	const char *dir; /* instead of url: a work tree's top, or a bare repository */
	/* Branch, tag, full name of a reference or commit; with dir any revision; "" = HEAD. */
	const char *ref;
	const char *cache;
	const struct gk_strs *allow; /* gk_remote_is_allowed; dir needs none */
	bool allow_private;          /* addresses of private networks, and file */
	bool offline;                /* only what the cache has */
	bool without_submodules;
	const struct gk_limits *lim;
};

struct gk_git_result {
	const char *commit;
	const char *path; /* of the archive */
};

/*
 * Bring the commit that the reference names now into the cache.  Texts of *ret live in a.
 * Connections have no time limit of their own: the caller bounds the process.
 *
 * GK_EINPUT remote.address, remote.submodule, remote.tree; GK_EREFUSED remote.refused (not
 * on the list), remote.private; GK_ENOTFOUND remote.no-ref, remote.offline,
 * remote.no-repository; GK_EDENIED
 * remote.credentials; GK_ENET remote.network; GK_ELIMIT; GK_EIO.
 */
GK_NODISCARD int gk_git_fetch(const struct gk_git_job *job, struct gk_arena *a,
	struct gk_git_result *ret, struct gk_err *err);

#endif
