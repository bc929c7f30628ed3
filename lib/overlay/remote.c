/*
 * Remote bases.  Each repository is a loader of its own, so that what lies in it reaches
 * nothing else; its frames are like those of directories (kustomize reference section 2).
 */
#include "base/remote.h"
#include "overlay/build.h"
#include "overlay/meta.h"
#include "overlay/remote.h"

/* A source line that holds a user, and maybe a password, is not for a log. */
static int place(const struct gk_frame *f, struct gk_str ref, const char *shown,
	const struct gk_node *at, struct gk_err *err)
{
	(void)gk_build_at(f, at, err);
	err->excerpt = err->excerpt && gk_str_is(ref, shown);
	return -1;
}

/* The query of a repository's address says which commit; that of a file's may be a token. */
static const char *shown_of(struct gk_build *b, struct gk_str ref)
{
	struct gk_repospec spec;

	return gk_repospec_is_file_url(ref) && !gk_remote_is(b, ref, &spec)
		       ? gk_remote_shown_file(b->a, ref)
		       : gk_remote_shown(b->a, ref);
}

int gk_remote_refuse(struct gk_build *b, const struct gk_frame *f, struct gk_str ref,
	const struct gk_node *at, struct gk_err *err)
{
	const char *shown = shown_of(b, ref);

	(void)gk_fail(err, GK_EINPUT, "render.remote", "'%s' is not in this tree", shown);
	(void)place(f, ref, shown, at, err);
	if (b->opt->remotes)
		return gk_help(err, "only Git repositories, and files by https, are fetched");
	return gk_help(err, "allow it with --allow-remote HOST[/PREFIX], or copy the base into "
			    "the repository");
}

bool gk_remote_is(struct gk_build *b, struct gk_str ref, struct gk_repospec *ret)
{
	static const char *const files[] = {".yaml", ".yml", ".json"};
	struct gk_str name = gk_str_c(gk_remote_shown_file(b->a, ref));

	if (!gk_repospec_parse(b->a, ref, ret))
		return false;
	/* kustomize asks a server first whether it is a file; the name has to do here. */
	for (size_t i = 0; i < GK_COUNT(files) && gk_repospec_is_file_url(ref); i++)
		if (gk_str_ends(name, gk_str_c(files[i])))
			return false;
	return true;
}

#define NOT_PINNED "'%s' is not pinned to a commit"
#define PIN_IT "name the full commit id: ?ref=COMMIT"

static int refuse_unpinned(struct gk_build *b, const struct gk_frame *f,
	const struct gk_repospec *spec, const struct gk_node *at, struct gk_err *err)
{
	const char *shown = gk_remote_shown(b->a, gk_str_c(spec->raw));

	(void)gk_fail(err, GK_EINPUT, "render.unpinned", NOT_PINNED, shown);
	(void)place(f, gk_str_c(spec->raw), shown, at, err);
	return gk_help(err, PIN_IT);
}

static void warn_unpinned(struct gk_build *b, const struct gk_frame *f,
	const struct gk_repospec *spec, const struct gk_node *at)
{
	struct gk_diag *g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.unpinned",
		gk_node_pos(at, f->kust->file), NOT_PINNED,
		gk_remote_shown(b->a, gk_str_c(spec->raw)));

	gk_diag_help(b->diags, g, PIN_IT);
}

#define NAME_REPOSITORY                                                                            \
	"a file has no commit: name the repository that holds it, or copy it into the tree"

/* A file is fetched once a build, and warned of once. */
static int fetch_file(struct gk_build *b, const struct gk_frame *f, struct gk_str url,
	const struct gk_node *at, struct gk_remote_file *ret, struct gk_err *err)
{
	struct gk_str text;
	struct gk_diag *g;

	ret->shown = gk_remote_shown_file(b->a, url);
	if (b->opt->remotes->require_pinned) {
		(void)gk_fail(err, GK_EINPUT, "render.unpinned", NOT_PINNED, ret->shown);
		return gk_help(err, NAME_REPOSITORY);
	}
	if (b->opt->remotes->get_file(
		    b->opt->remotes, gk_arena_memdup0(b->a, url.p, url.n), &text, err))
		return -1;
	/* Objects may refer to it, and live longer than the build. */
	ret->text = (struct gk_str){gk_arena_memdup0(b->a, text.p ? text.p : "", text.n), text.n};
	g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.unpinned",
		at ? gk_node_pos(at, f->kust->file) : (struct gk_pos){.file = f->kust->file},
		NOT_PINNED, ret->shown);
	gk_diag_help(b->diags, g, NAME_REPOSITORY);
	return 0;
}

int gk_remote_read(struct gk_build *b, const struct gk_frame *f, struct gk_str url,
	const struct gk_node *at, struct gk_str *ret_text, const char **ret_path,
	struct gk_err *err)
{
	struct gk_remote_file *file = gk_map_find(&b->remote_files, url);

	if (!b->opt->remotes)
		return gk_remote_refuse(b, f, url, at, err);
	if (!file) {
		file = gk_arena_zalloc(b->a, sizeof *file);
		if (fetch_file(b, f, url, at, file, err))
			return place(f, url, gk_remote_shown_file(b->a, url), at, err);
		*gk_map_at(&b->remote_files, url) = file;
	}
	b->input += file->text.n;
	if (b->input > b->lim->input_bytes)
		return gk_limit_fail(err, "input-bytes", b->lim->input_bytes, "all input");
	*ret_text = file->text;
	*ret_path = file->shown;
	return 0;
}

/* One loader an archive: directories of it are compared by loader and path. */
static int loader_of(struct gk_build *b, const struct gk_repospec *spec, struct gk_loader **ret,
	struct gk_err *err)
{
	struct gk_remote_root *root;
	struct gk_str text;

	if (b->opt->remotes->get(b->opt->remotes, spec, &text, err))
		return -1;
	for (root = b->remote_roots; root; root = root->next)
		if (root->text == text.p) {
			*ret = root->loader;
			return 0;
		}
	root = gk_arena_zalloc(b->a, sizeof *root);
	if (gk_loader_bundle_new(text,
		    gk_arena_printf(b->a, "%s/", gk_remote_shown(b->a, gk_str_c(spec->clone))),
		    &root->loader, err))
		return -1;
	root->text = text.p;
	root->next = b->remote_roots;
	b->remote_roots = root;
	*ret = root->loader;
	return 0;
}

void gk_remote_done(struct gk_build *b)
{
	gk_map_done(&b->remote_files);
	for (struct gk_remote_root *root = b->remote_roots; root; root = root->next)
		gk_loader_free(root->loader);
	b->remote_roots = NULL;
}

/* The directory that the address names; a path that climbs out is no address. */
static int find_directory(struct gk_build *b, const struct gk_repospec *spec, struct gk_loader *ldr,
	struct gk_loaded *ret, struct gk_err *err)
{
	const char *path = *spec->path ? gk_loader_join(b->a, "", gk_str_c(spec->path)) : "";

	if (!path)
		return gk_fail(err, GK_EINPUT, "render.path-escape", "'%s' leaves the repository",
			spec->path);
	if (ldr->get(ldr, path, b->lim->doc_bytes, b->a, ret, err))
		return gk_ctx(err, "cannot read '%s'", gk_build_shown(b, ldr, path));
	if (!ret->is_dir)
		return gk_fail(err, GK_EINPUT, "render.not-a-directory",
			"'%s' is a file, expected a directory", gk_build_shown(b, ldr, path));
	return 0;
}

int gk_remote_open(struct gk_build *b, const struct gk_frame *f, const struct gk_repospec *spec,
	const struct gk_node *at, struct gk_frame *ret, struct gk_err *err)
{
	struct gk_str raw = gk_str_c(spec->raw);
	bool pinned = gk_remote_is_commit(gk_str_c(spec->ref));
	struct gk_loaded dir;

	if (!b->opt->remotes)
		return gk_remote_refuse(b, f, raw, at, err);
	if (!pinned && b->opt->remotes->require_pinned)
		return refuse_unpinned(b, f, spec, at, err);
	if (loader_of(b, spec, &ret->ldr, err) || find_directory(b, spec, ret->ldr, &dir, err))
		return place(f, raw, gk_remote_shown(b->a, raw), at, err);
	if (!pinned)
		warn_unpinned(b, f, spec, at);
	ret->dir = dir.path;
	ret->remote = spec;
	ret->origin = gk_meta_join(b, "", gk_str_c(spec->path));
	return 0;
}
