#include "base/map.h"
#include "overlay/loader.h"

struct mem_loader {
	struct gk_loader base;
	struct gk_map files, dirs; /* path to text; directories */
	struct gk_arena arena;
};

static int get(struct gk_loader *l, const char *path, uint64_t max, struct gk_arena *a,
	struct gk_loaded *ret, struct gk_err *err)
{
	struct mem_loader *m = (struct mem_loader *)l;
	struct gk_str key = gk_str_c(path);
	const char *text = gk_map_find(&m->files, key);

	if (!text && *path && !gk_map_has(&m->dirs, key))
		return gk_fail(
			err, GK_ENOTFOUND, "render.missing-file", "no such file or directory");
	ret->is_dir = !text;
	ret->path = gk_arena_strdup(a, path);
	ret->text = gk_str_c(text);
	if (ret->text.n > max)
		return gk_fail(err, GK_ELIMIT, "limit", "the file is larger than %llu bytes",
			(unsigned long long)max);
	return 0;
}

static void mem_free(struct gk_loader *l)
{
	struct mem_loader *m = (struct mem_loader *)l;

	gk_map_done(&m->files);
	gk_map_done(&m->dirs);
	gk_arena_done(&m->arena);
	gk_free(m);
}

static void add_dirs(struct mem_loader *m, const char *path)
{
	for (const char *p = path; *p; p++) {
		size_t n = (size_t)(p - path);

		if (*p == '/')
			(void)gk_map_put(&m->dirs,
				(struct gk_str){gk_arena_memdup0(&m->arena, path, n), n}, m);
	}
}

struct gk_loader *gk_loader_mem_new(const struct gk_mem_file *files, size_t n)
{
	struct mem_loader *m = gk_xcalloc(1, sizeof *m);

	m->base.get = get;
	m->base.free = mem_free;
	m->base.root = m->base.real = "";
	for (size_t i = 0; i < n; i++) {
		char *text = gk_arena_strdup(&m->arena, files[i].text);

		(void)gk_map_put(&m->files, gk_str_c(files[i].path), text);
		add_dirs(m, files[i].path);
	}
	return &m->base;
}
