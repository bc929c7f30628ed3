/*
 * Where a Git repository may be fetched from: taking its address apart, the operator's list
 * of allowed places, and how an address is shown and filed.
 *
 *	https://[USER@]HOST[:PORT]/PATH
 *	ssh://[USER@]HOST[:PORT]/PATH	or	[USER@]HOST:PATH
 *	file:///PATH
 *
 * Pure.  Each part is checked against its character set, so that none can be taken for an
 * option or change what a server is asked for (reliability N5).
 */
#ifndef GK_BASE_REMOTE_H
#define GK_BASE_REMOTE_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"

enum gk_remote_scheme { GK_REMOTE_HTTPS, GK_REMOTE_SSH, GK_REMOTE_FILE };

struct gk_remote {
	enum gk_remote_scheme scheme;
	const char *url;   /* as it was given */
	const char *shown; /* the same without a user */
	struct gk_str user;
	struct gk_str host; /* without the brackets of an IPv6 address; empty for file */
	uint16_t port;
	struct gk_str path; /* with its leading slash */
};

/*
 * GK_EINPUT remote.address: another scheme, a character or a part ("..") that has no place
 * there, a password.  Messages never hold the user.  Texts live in a.
 */
GK_NODISCARD int gk_remote_parse(
	struct gk_arena *a, struct gk_str url, struct gk_remote *ret, struct gk_err *err);

/*
 * May it be fetched?  Each entry is "any", HOST[:PORT], HOST[:PORT]/PREFIX or, for file,
 * /PREFIX; a prefix ends where a part of the path ends.  Without a port it is that of the
 * scheme.
 */
bool gk_remote_is_allowed(const struct gk_remote *r, const struct gk_strs *allow);

/*
 * Refuse what may not be fetched: GK_EREFUSED remote.refused for what is not on the list,
 * remote.private for a file without allow_private; help names the option.
 */
GK_NODISCARD int gk_remote_check(struct gk_arena *a, const struct gk_remote *r,
	const struct gk_strs *allow, bool allow_private, struct gk_err *err);

/* HOST or HOST:PORT, as an entry of that list would have it; not for file. */
const char *gk_remote_place(struct gk_arena *a, const struct gk_remote *r);

/* The text without its query and fragment, which may hold a token; for messages. */
const char *gk_remote_shown_file(struct gk_arena *a, struct gk_str url);

/* The text without "user@" or "user:password@", for messages about what is no address. */
const char *gk_remote_shown(struct gk_arena *a, struct gk_str url);

/* A full commit id: 40 hexadecimal digits in lower case. */
bool gk_remote_is_commit(struct gk_str ref);

/*
 * The cache: dir if it is given, else gk below the values of XDG_CACHE_HOME or HOME, which
 * may be NULL; NULL when nothing says where.
 */
const char *gk_remote_cache(
	struct gk_arena *a, const char *dir, const char *xdg_cache_home, const char *home);
/* The directory of a repository in the cache, and an archive's place in that directory. */
const char *gk_remote_cache_dir(struct gk_arena *a, const char *cache, const char *url);
const char *gk_remote_cache_file(struct gk_arena *a, const char *commit, bool submodules);
/* The directory of one file by https: what it was, by the SHA-256 of its bytes. */
const char *gk_remote_cache_dir_of_file(struct gk_arena *a, const char *cache, const char *url);

#endif
