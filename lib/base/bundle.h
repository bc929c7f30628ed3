/*
 * The files of one Git commit in one text: what gk-fetch writes into the cache and gk-render
 * reads without libgit2.
 *
 *	gk-bundle 1
 *	commit 40-HEX
 *	file BYTES PATHBYTES		then PATH, LF, the bytes, LF
 *	link BYTES PATHBYTES		a symbolic link; its bytes are the target
 *	end ENTRIES SHA256		of all that stands before this line
 *
 * Directories are what the paths imply.  A bundle that was cut or changed is never taken for
 * a whole one.  Pure: memory in, memory out.
 */
#ifndef GK_BASE_BUNDLE_H
#define GK_BASE_BUNDLE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"

enum gk_bundle_kind { GK_BUNDLE_FILE, GK_BUNDLE_LINK, GK_BUNDLE_DIR };

/*
 * A path that a bundle may hold: relative, no empty part, no "." or "..", no ".git" in any
 * case, no NUL.
 */
bool gk_bundle_path_ok(struct gk_str path);

/* Writing: begin, add each file or link, end.  Passing the cap of out shows in out->over. */
struct gk_bundle_writer {
	struct gk_buf *out;
	size_t entries;
};
void gk_bundle_begin(struct gk_bundle_writer *w, struct gk_buf *out, const char *commit);
/* path: gk_bundle_path_ok, and not given before. */
void gk_bundle_add(struct gk_bundle_writer *w, enum gk_bundle_kind kind, struct gk_str path,
	struct gk_str bytes);
void gk_bundle_end(struct gk_bundle_writer *w);

struct gk_bundle_entry {
	enum gk_bundle_kind kind;
	struct gk_str bytes; /* into the text that was opened */
};

struct gk_bundle {
	struct gk_str commit;
	size_t entries;     /* files and links */
	struct gk_map path; /* to struct gk_bundle_entry, implied directories included */
	struct gk_arena arena;
};

/*
 * Check a text and index it; it stays the caller's and must outlive *ret.  GK_EINPUT
 * bundle.damaged for anything but a whole bundle.
 */
GK_NODISCARD int gk_bundle_open(struct gk_str text, struct gk_bundle *ret, struct gk_err *err);
void gk_bundle_done(struct gk_bundle *b);

/* The commit that a text says it is of, without a look at the rest; empty when it does not. */
struct gk_str gk_bundle_commit(struct gk_str text);

/* The entry at exactly that path ("" = the root), links not followed; NULL when none. */
const struct gk_bundle_entry *gk_bundle_find(const struct gk_bundle *b, struct gk_str path);

#endif
