/* The tree of a commit as an archive, submodules in their places. */
#include "base/bundle.h"
#include "git/git-priv.h"

enum { TREE_DEPTH = 64, MODULE_DEPTH = 8 };

struct walk {
	struct gk_git_source *s;
	const struct walk *up; /* of the repository that has this one as a submodule */
	unsigned depth;        /* of repositories */
	const char *root;      /* where the repository stands in the archive: "" or "a/b/" */
	git_tree *top;
	struct gk_bundle_writer *w;
	struct gk_err *err;
};

static int fail_tree(struct walk *x, const char *path, const char *why)
{
	return gk_fail(
		x->err, GK_EINPUT, "remote.tree", "'%s' in '%s' %s", path, x->s->remote.shown, why);
}

/* Asked before the blob is unpacked: not every libgit2 has a limit of its own. */
static int check_size(struct walk *x, const git_oid *id)
{
	uint64_t most = x->s->job->lim->git_file_bytes;
	git_odb *odb = NULL;
	git_object_t type;
	size_t size = 0;
	int rc = git_repository_odb(&odb, x->s->repo);

	if (rc == 0)
		rc = git_odb_read_header(&size, &type, odb, id);
	git_odb_free(odb);
	if (rc)
		return gk_git__fail(x->err, GK_EREMOTE, "remote.tree", "cannot read a file");
	if (size > most)
		return gk_limit_fail(x->err, "git-file-bytes", most, "a file of the repository");
	return 0;
}

static int read_blob(struct walk *x, const git_oid *id, git_blob **ret)
{
	if (check_size(x, id))
		return -1;
	if (git_blob_lookup(ret, x->s->repo, id))
		return gk_git__fail(x->err, GK_EREMOTE, "remote.tree", "cannot read a file");
	return 0;
}

static struct gk_str blob_text(const git_blob *blob)
{
	return (struct gk_str){git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)};
}

static int add_blob(struct walk *x, const char *path, const git_tree_entry *e)
{
	bool link = git_tree_entry_filemode(e) == GIT_FILEMODE_LINK;
	git_blob *blob = NULL;

	if (read_blob(x, git_tree_entry_id(e), &blob))
		return -1;
	gk_bundle_add(
		x->w, link ? GK_BUNDLE_LINK : GK_BUNDLE_FILE, gk_str_c(path), blob_text(blob));
	git_blob_free(blob);
	if (x->w->out->over)
		return gk_limit_fail(x->err, "git-bytes", x->s->job->lim->git_bytes, "the archive");
	return 0;
}

/* The URL of the submodule at path (within its repository), absolute. */
static int module_url(struct walk *x, const char *path, const char **ret)
{
	const git_tree_entry *e = git_tree_entry_byname(x->top, ".gitmodules");
	git_blob *blob = NULL;
	const char *url;

	if (!e || git_tree_entry_type(e) != GIT_OBJECT_BLOB)
		return fail_tree(x, path, "is a submodule, and there is no .gitmodules");
	if (read_blob(x, git_tree_entry_id(e), &blob))
		return -1;
	url = gk_git__module_url(x->s->a, blob_text(blob), gk_str_c(path));
	git_blob_free(blob);
	if (!url)
		return fail_tree(x, path, "is a submodule without a URL in .gitmodules");
	*ret = gk_git__module_join(x->s->a, x->s->remote.url, url);
	return 0;
}

static int walk_commit(struct walk *x, const git_oid *commit);

static int add_module(struct walk *x, const char *path, const git_tree_entry *e)
{
	struct walk down = {.up = x, .depth = x->depth + 1, .w = x->w, .err = x->err};
	struct gk_git_source source = {0};
	const char *url;
	git_oid commit;
	int rc;

	if (x->s->job->without_submodules)
		return 0;
	if (down.depth > MODULE_DEPTH)
		return fail_tree(x, path, "is a submodule of too many others");
	if (module_url(x, path + strlen(x->root), &url))
		return -1;
	rc = gk_git__open(x->s->job, x->s->a, gk_str_c(url), &source, x->err);
	if (rc == 0)
		rc = gk_git__obtain(&source,
			gk_arena_strdup(x->s->a, git_oid_tostr_s(git_tree_entry_id(e))), &commit,
			x->err);
	down.s = &source;
	down.root = gk_arena_printf(x->s->a, "%s/", path);
	if (rc == 0)
		rc = walk_commit(&down, &commit);
	else
		(void)gk_ctx(x->err, "submodule '%s'", path);
	gk_git__close(&source);
	return rc;
}

static int walk_tree(struct walk *x, const git_tree *tree, const char *dir, unsigned depth);

static int add_tree(struct walk *x, const char *path, const git_tree_entry *e, unsigned depth)
{
	const char *dir = gk_arena_printf(x->s->a, "%s/", path);
	git_tree *tree = NULL;
	int rc;

	if (depth >= TREE_DEPTH)
		return fail_tree(x, path, "lies too deep");
	if (git_tree_lookup(&tree, x->s->repo, git_tree_entry_id(e)))
		return gk_git__fail(x->err, GK_EREMOTE, "remote.tree", "cannot read a directory");
	rc = walk_tree(x, tree, dir, depth + 1);
	git_tree_free(tree);
	return rc;
}

static int add_entry(struct walk *x, const git_tree_entry *e, const char *dir, unsigned depth)
{
	const char *path = gk_arena_printf(x->s->a, "%s%s", dir, git_tree_entry_name(e));

	if (!gk_bundle_path_ok(gk_str_c(path)) || strchr(git_tree_entry_name(e), '/'))
		return fail_tree(x, path, "is no name for a file");
	switch (git_tree_entry_type(e)) {
	case GIT_OBJECT_BLOB:
		return add_blob(x, path, e);
	case GIT_OBJECT_TREE:
		return add_tree(x, path, e, depth);
	case GIT_OBJECT_COMMIT:
		return add_module(x, path, e);
	default:
		return fail_tree(x, path, "is of no known kind");
	}
}

static int walk_tree(struct walk *x, const git_tree *tree, const char *dir, unsigned depth)
{
	size_t n = git_tree_entrycount(tree);

	for (size_t i = 0; i < n; i++) {
		if (x->w->entries >= x->s->job->lim->git_objects)
			return gk_limit_fail(x->err, "git-objects", x->s->job->lim->git_objects,
				"the number of files");
		if (add_entry(x, git_tree_entry_byindex(tree, i), dir, depth))
			return -1;
	}
	return 0;
}

static int walk_commit(struct walk *x, const git_oid *commit)
{
	git_commit *c = NULL;
	int rc = git_commit_lookup(&c, x->s->repo, commit);

	if (rc == 0)
		rc = git_commit_tree(&x->top, c);
	git_commit_free(c);
	if (rc)
		return gk_git__fail(x->err, GK_EREMOTE, "remote.tree", "cannot read the commit");
	rc = walk_tree(x, x->top, x->root, 0);
	git_tree_free(x->top);
	return rc;
}

int gk_git__archive(
	struct gk_git_source *s, const git_oid *commit, struct gk_buf *out, struct gk_err *err)
{
	struct gk_bundle_writer w;
	struct walk x = {.s = s, .root = "", .w = &w, .err = err};

	gk_bundle_begin(&w, out, git_oid_tostr_s(commit));
	if (walk_commit(&x, commit))
		return -1;
	gk_bundle_end(&w);
	return gk_buf_finish(out, "the archive", err);
}
