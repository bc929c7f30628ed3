/* -f: from names to texts. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/opt.h"
#include "doc/stream.h"

enum { DIRECTORY_DEPTH_MAX = 64 };

struct loader {
	struct gk_set *set;
	const struct gk_limits *lim;
	struct gk_diags *warn;
	struct gk_err *err;
	uint64_t bytes; /* read so far */
	bool recursive;
};

static int take_text(struct loader *l, const char *name, struct gk_str text, bool regular)
{
	l->bytes += text.n;
	if (l->bytes > l->lim->input_bytes)
		return gk_limit_fail(l->err, "input-bytes", l->lim->input_bytes, "all input");
	return gk_stream_read(l->set, name, text, regular, l->lim, l->warn, l->err);
}

static int load_fd(struct loader *l, int fd, const char *name)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct stat st;
	bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	if (gk_io_read_fd(fd, name, l->lim->doc_bytes, &text, l->err))
		return -1;
	return take_text(l, name, gk_buf_str(&text), regular);
}

static int load_file(struct loader *l, const char *path)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	if (gk_io_read_file(path, l->lim->doc_bytes, &text, l->err))
		return -1;
	return take_text(l, path, gk_buf_str(&text), true);
}

/* A FIFO that was named, as in -f <(command): read to its end, as an open input. */
static int load_pipe(struct loader *l, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return gk_fail_sys(l->err, GK_EINPUT, "input.open", "cannot open %s", path);
	rc = load_fd(l, fd, path);
	(void)close(fd); /* read-only */
	return rc;
}

static bool is_manifest(const char *name)
{
	static const struct gk_str suffixes[] = {{".yaml", 5}, {".yml", 4}, {".json", 5}};

	for (size_t i = 0; i < GK_COUNT(suffixes); i++)
		if (gk_str_ends(gk_str_c(name), suffixes[i]))
			return true;
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The names in a directory in byte order, without "." and ".."; they live in the set's arena. */
static int list_names(struct loader *l, const char *path, struct gk_strs *ret)
{
	DIR *dir = opendir(path);
	const struct dirent *e;

	if (!dir)
		return gk_fail_sys(l->err, GK_EINPUT, "input.open", "cannot open %s", path);
	while ((e = readdir(dir)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			gk_vec_push(ret, gk_arena_strdup(&l->set->arena, e->d_name));
	(void)closedir(dir); /* read-only */
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_bytes);
	return 0;
}

static int load_directory(struct loader *l, const char *path, unsigned depth);

static int load_entry(
	struct loader *l, const char *path, const char *name, unsigned depth, bool *ret_taken)
{
	const char *full = gk_arena_printf(&l->set->arena, "%s/%s", path, name);
	struct stat st;

	if (stat(full, &st))
		return gk_fail_sys(l->err, GK_EINPUT, "input.open", "cannot open %s", full);
	if (S_ISDIR(st.st_mode) && l->recursive) {
		*ret_taken = true;
		return load_directory(l, full, depth + 1);
	}
	if (S_ISDIR(st.st_mode) || !is_manifest(name))
		return 0;
	*ret_taken = true;
	return load_file(l, full);
}

static int load_directory(struct loader *l, const char *path, unsigned depth)
{
	struct gk_strs names = {0};
	bool taken = false;
	int rc;

	if (depth > DIRECTORY_DEPTH_MAX)
		return gk_fail(l->err, GK_ELIMIT, "input.depth",
			"%s: more than %d directories one in the other", path, DIRECTORY_DEPTH_MAX);
	rc = list_names(l, path, &names);
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = load_entry(l, path, names.v[i], depth, &taken);
	gk_vec_done(&names);
	if (rc || taken || depth)
		return rc;
	gk_fail(l->err, GK_EINPUT, "input.empty-directory",
		"%s holds no *.yaml, *.yml or *.json file", path);
	return gk_help(l->err, "-R reads the directories below it too");
}

static int load_name(struct loader *l, const char *name)
{
	struct stat st;

	if (strcmp(name, "-") == 0)
		return load_fd(l, STDIN_FILENO, "-");
	if (stat(name, &st))
		return gk_fail_sys(l->err, errno == ENOENT ? GK_ENOTFOUND : GK_EINPUT, "input.open",
			"cannot open %s", name);
	if (S_ISDIR(st.st_mode))
		return load_directory(l, name, 0);
	return S_ISFIFO(st.st_mode) ? load_pipe(l, name) : load_file(l, name);
}

int gk_stream_load(struct gk_set *s, const struct gk_opt_input *in, const struct gk_limits *lim,
	struct gk_diags *warn, struct gk_err *err)
{
	struct loader l = {
		.set = s, .lim = lim, .warn = warn, .err = err, .recursive = in->recursive};

	if (!in->filename.n)
		return load_name(&l, "-");
	for (size_t i = 0; i < in->filename.n; i++)
		if (load_name(&l, in->filename.v[i]))
			return -1;
	return 0;
}
