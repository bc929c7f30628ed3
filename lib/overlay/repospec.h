/*
 * The addresses of remote bases: kustomize's grammar of Git URLs.
 *
 *	[git::] SCHEME://[USER@]HOST/REPOSITORY[PATH][?ref=REV&timeout=D&submodules=BOOL]
 *	[git::] USER@HOST:REPOSITORY...			(ssh)
 *	[git::] github.com/ORG/REPO...			(https; with ':' or a user, ssh)
 *
 * SCHEME is ssh, https, http or file, in any case.  Where the repository ends and the path
 * within it begins: behind one part after "_git/", else at "//", else behind ".git", else
 * behind two parts (file: nowhere, all of it is the repository).
 *
 * Pure.  Source: reference section 2; compared with kustomize v5.8.1 by random texts.
 */
#ifndef GK_OVERLAY_REPOSPEC_H
#define GK_OVERLAY_REPOSPEC_H

#include "base/mem.h"
#include "base/str.h"

struct gk_repospec {
	const char *raw;    /* as it stands in the kustomization */
	const char *clone;  /* where to fetch from: "https://host/repo", "git@host:repo" */
	const char *path;   /* within the repository, not cleaned; "" = its root */
	const char *ref;    /* branch, tag or commit; "" = what HEAD names */
	int64_t timeout_ns; /* 0 = not given, where kustomize allows 27 s */
	bool submodules;
	bool forced; /* it began with git::, which means nothing */
};

/*
 * Take an address apart; the texts live in a.  false when it is not one of a repository:
 * then it names a local file or directory, or a remote file.
 */
bool gk_repospec_parse(struct gk_arena *a, struct gk_str address, struct gk_repospec *ret);

/* An address that kustomize fetches by GET: http:// or https://. */
bool gk_repospec_is_file_url(struct gk_str address);

#endif
