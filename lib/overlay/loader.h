/*
 * Where the renderer's files come from.  A loader is one tree of files; every path in it is
 * relative to its root, without a leading slash, "" for the root itself.  Nothing outside
 * the root can be reached, whatever a path or a symbolic link says.
 */
#ifndef GK_OVERLAY_LOADER_H
#define GK_OVERLAY_LOADER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_loaded {
	bool is_dir;
	const char *path;   /* after following links: the canonical place in the tree */
	struct gk_str text; /* of a file */
};

struct gk_loader {
	/*
	 * Read the file, or find the directory, at path (clean: no "..", ".", "//").  Results
	 * live in a.  GK_ENOTFOUND: nothing there; GK_EINPUT: leaves the root, or neither a
	 * regular file nor a directory; GK_ELIMIT: more than max bytes.
	 */
	int (*get)(struct gk_loader *l, const char *path, uint64_t max, struct gk_arena *a,
		struct gk_loaded *ret, struct gk_err *err);
	void (*free)(struct gk_loader *l);
	const char *root; /* for messages: how the user would write the root, "" = current */
	const char *real; /* the root as an absolute path without links; "" when it has none */
	/* Of a repository: no program is started for it, and no option widens what it reads. */
	bool commit;
};

/* Borrowed names and texts, for tests; a later entry of the same path wins. */
struct gk_mem_file {
	const char *path;
	const char *text;
};
struct gk_loader *gk_loader_mem_new(const struct gk_mem_file *files, size_t n);

/*
 * Files of a directory tree.  target: the directory to be rendered; root: an ancestor of it,
 * or NULL for the git work tree around it, else the current directory when target is
 * written relative to it, else target itself.  *ret_path (in a): target within the tree.
 */
GK_NODISCARD int gk_loader_dir_new(const char *root, const char *target, struct gk_arena *a,
	struct gk_loader **ret, const char **ret_path, struct gk_err *err);

/* The top of the git work tree around an absolute path, which need not exist; NULL for none. */
const char *gk_loader_work_tree(struct gk_arena *a, const char *path);

/*
 * Files of a commit (base/bundle.h).  text is the caller's and outlives the loader; shown is
 * what stands before a path in messages.  GK_EINPUT bundle.damaged.
 */
GK_NODISCARD int gk_loader_bundle_new(
	struct gk_str text, const char *shown, struct gk_loader **ret, struct gk_err *err);

void gk_loader_free(struct gk_loader *l);
void gk_loader_freep(struct gk_loader **l);

/*
 * dir joined with ref, cleaned by text alone ("a/./b//../c" is "a/c"); NULL when it leaves
 * the root or ref is absolute.
 */
const char *gk_loader_join(struct gk_arena *a, const char *dir, struct gk_str ref);
/* Drop the last part of a clean path; false when there is none. */
bool gk_loader_pop(struct gk_buf *path);
/* True when path is dir or lies below it. */
bool gk_loader_within(const char *dir, const char *path);

#endif
