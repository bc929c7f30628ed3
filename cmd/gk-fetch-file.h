/* The part of gk-fetch that brings files by https. */
#ifndef GK_CMD_GK_FETCH_FILE_H
#define GK_CMD_GK_FETCH_FILE_H

#include "base/limits.h"
#include "base/remote.h"

struct gk_fetch_file {
	const char *program; /* that the server is told of */
	const char *url;
	const char *cache;
	const struct gk_strs *allow; /* gk_remote_is_allowed */
	bool allow_private;          /* addresses of private networks */
	bool offline;                /* what it was last */
	int64_t timeout_ms;          /* of each request */
	const struct gk_limits *lim; /* doc_bytes */
};

/*
 * Bring the file into the cache; *ret_path (in a) is where its bytes lie, under the name of
 * their SHA-256.  At most three redirects are followed, by https only: within the server, and
 * to another where the list names it ("any" does not).
 *
 *	CACHE/file/HASH-OF-URL/SHA256	the bytes
 *	CACHE/file/HASH-OF-URL/last	which they were last
 *
 * GK_EINPUT remote.address; GK_EREFUSED remote.refused, remote.redirect, http.private;
 * GK_ENOTFOUND remote.no-file, remote.offline; GK_EDENIED remote.credentials; GK_EREMOTE
 * remote.answer; GK_ELIMIT; GK_EIO; and what lib/http fails with.
 */
GK_NODISCARD int gk_fetch_file(const struct gk_fetch_file *f, struct gk_arena *a,
	const char **ret_path, struct gk_err *err);

#endif
