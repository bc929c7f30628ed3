/*
 * The loader over the archive of a commit (base/bundle.h).  Links are followed here, part by
 * part as a kernel would, and none leads out of the archive.
 */
#include "base/bundle.h"
#include "base/limits.h"
#include "overlay/loader.h"

enum { LINK_HOPS = 40, LINK_BYTES = 4096 };

struct bundle_loader {
	struct gk_loader base;
	struct gk_bundle bundle;
	char *shown;
};

static int fail_escape(struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "render.path-escape", "path leaves the repository");
}

static int fail_missing(struct gk_err *err)
{
	return gk_fail(err, GK_ENOTFOUND, "render.missing-file", "no such file or directory");
}

/* One step down from *at, which ends in a directory: the entry there, or NULL. */
static const struct gk_bundle_entry *step(
	const struct bundle_loader *l, struct gk_buf *at, struct gk_str part)
{
	if (at->n)
		gk_buf_putc(at, '/');
	gk_buf_putstr(at, part);
	return gk_bundle_find(&l->bundle, gk_buf_str(at));
}

/* Follow path; *at becomes its canonical form, *ret what is there. */
static int resolve(const struct bundle_loader *l, const char *path, struct gk_arena *a,
	struct gk_buf *at, const struct gk_bundle_entry **ret, struct gk_err *err)
{
	const struct gk_bundle_entry *e = gk_bundle_find(&l->bundle, GK_STR(""));
	struct gk_str rest = gk_str_c(path);
	unsigned hops = 0;

	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '/');

		if (part.n == 0 || gk_str_is(part, "."))
			continue;
		if (e->kind != GK_BUNDLE_DIR)
			return fail_missing(err);
		if (gk_str_is(part, "..")) {
			if (!gk_loader_pop(at))
				return fail_escape(err);
			continue;
		}
		e = step(l, at, part);
		if (!e)
			return fail_missing(err);
		if (e->kind != GK_BUNDLE_LINK)
			continue;
		if (e->bytes.n == 0 || e->bytes.p[0] == '/')
			return fail_escape(err);
		if (++hops > LINK_HOPS || e->bytes.n > LINK_BYTES)
			return gk_fail(err, GK_EINPUT, "render.cannot-open",
				"too many symbolic links, or too long ones");
		(void)gk_loader_pop(at);
		rest = gk_str_c(gk_arena_printf(a, "%.*s/%.*s", GK_SARG(e->bytes), GK_SARG(rest)));
		e = gk_bundle_find(&l->bundle, gk_buf_str(at));
	}
	*ret = e;
	return 0;
}

static int get(struct gk_loader *loader, const char *path, uint64_t max, struct gk_arena *a,
	struct gk_loaded *ret, struct gk_err *err)
{
	const struct bundle_loader *l = (const struct bundle_loader *)loader;
	GK_AUTO(gk_buf_done) struct gk_buf at = GK_BUF_INIT(0);
	const struct gk_bundle_entry *e;

	if (resolve(l, path, a, &at, &e, err))
		return -1;
	if (e->bytes.n > max)
		return gk_limit_fail(err, "doc-bytes", max, gk_buf_cstr(&at));
	ret->is_dir = e->kind == GK_BUNDLE_DIR;
	ret->path = gk_arena_strdup(a, gk_buf_cstr(&at));
	ret->text = GK_STR_NULL;
	if (!ret->is_dir)
		ret->text =
			(struct gk_str){gk_arena_memdup0(a, e->bytes.p, e->bytes.n), e->bytes.n};
	return 0;
}

static void bundle_free(struct gk_loader *loader)
{
	struct bundle_loader *l = (struct bundle_loader *)loader;

	gk_bundle_done(&l->bundle);
	gk_free(l->shown);
	gk_free(l);
}

int gk_loader_bundle_new(
	struct gk_str text, const char *shown, struct gk_loader **ret, struct gk_err *err)
{
	struct bundle_loader *l;
	struct gk_bundle bundle;

	if (gk_bundle_open(text, &bundle, err))
		return -1;
	l = gk_xcalloc(1, sizeof *l);
	l->bundle = bundle;
	l->shown = gk_xstrdup(shown);
	l->base = (struct gk_loader){
		.get = get, .free = bundle_free, .root = l->shown, .real = "", .commit = true};
	*ret = &l->base;
	return 0;
}
