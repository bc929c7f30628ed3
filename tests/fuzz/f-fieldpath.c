/*
 * Input: a path, a line end, a YAML document.  The path is followed as the source and as the
 * target of a replacement, and as a fieldspec (with slashes): reading changes nothing, what
 * is made is a tree, and what was made is found.
 */
#include "base/vec.h"
#include "fuzz.h"
#include "overlay/fieldpath.h"
#include "overlay/spec.h"

static void done(int rc, const struct gk_err *err)
{
	if (rc)
		fuzz_check_err(err);
}

static bool has_blank_part(const struct gk_fieldpath *path)
{
	for (size_t i = 0; i < path->n; i++)
		if (gk_str_trim(path->v[i]).n != path->v[i].n || path->v[i].n == 0)
			return true;
	return false;
}

static void read_source(
	struct gk_arena *a, const struct gk_node *doc, const struct gk_fieldpath *path)
{
	struct gk_node *copy = gk_node_dup(a, doc), *made, *found;
	struct gk_err err = GK_ERR_INIT;
	int rc = gk_fieldpath_get(copy, path->v, path->n, &found, &err);

	done(rc, &err);
	gk_assert(gk_node_equal(copy, doc));
	rc = gk_fieldpath_need(a, copy, path->v, path->n, &made, &err);
	done(rc, &err);
	fuzz_check_tree(copy);
	if (rc || !made || has_blank_part(path))
		return;
	gk_assert(gk_fieldpath_get(copy, path->v, path->n, &found, &err) == 0 && found == made);
}

/* Is the path one of names and indexes, which says where a field is and nothing else? */
static bool is_plain(struct gk_str path)
{
	return !memchr(path.p, '[', path.n) && !memchr(path.p, '*', path.n);
}

static void match(struct gk_arena *a, const struct gk_node *doc, const struct gk_fieldpath *path,
	enum gk_create create, bool plain)
{
	struct gk_node *copy = gk_node_dup(a, doc), *before;
	struct gk_matches once = {0}, twice = {0};
	struct gk_err err = GK_ERR_INIT;
	int rc = gk_fieldpath_match(a, copy, path->v, path->n, create, &once, &err);

	done(rc, &err);
	fuzz_check_tree(copy);
	if (create == GK_CREATE_NOTHING)
		gk_assert(gk_node_equal(copy, doc));
	before = gk_node_dup(a, copy);
	if (rc == 0) {
		rc = gk_fieldpath_match(a, copy, path->v, path->n, create, &twice, &err);
		gk_assert(rc == 0 && twice.n >= once.n);
		gk_assert(!plain || (twice.n == once.n && gk_node_equal(before, copy)));
	}
	gk_vec_done(&once);
	gk_vec_done(&twice);
}

static int count(void *ctx, struct gk_node *field, struct gk_err *err)
{
	size_t *n = ctx;

	(void)err;
	gk_assert(field);
	++*n;
	return 0;
}

static void walk(struct gk_arena *a, const struct gk_node *doc, const char *path, bool create,
	enum gk_want want)
{
	struct gk_node *copy = gk_node_dup(a, doc), *before;
	struct gk_res *r = gk_res_new(a, NULL, copy, "f");
	size_t once = 0, twice = 0;
	struct gk_setter setter = {count, &once, want};
	struct gk_err err = GK_ERR_INIT;
	int rc = gk_spec_walk(a, r, path, create, &setter, &err);

	done(rc, &err);
	fuzz_check_tree(copy);
	if (!create || want == GK_WANT_ANY)
		gk_assert(strstr(gk_spec_text(a, path), "[]") || gk_node_equal(copy, doc));
	before = gk_node_dup(a, copy);
	setter.ctx = &twice;
	if (rc == 0)
		gk_assert(gk_spec_walk(a, r, path, create, &setter, &err) == 0 && once == twice);
	gk_assert(gk_node_equal(copy, before));
}

static void try_fieldspec(struct gk_arena *a, struct gk_str text, const struct gk_node *doc)
{
	const char *path = gk_spec_parts(a, text), *shown = gk_spec_text(a, path);

	gk_assert(strcmp(gk_spec_text(a, gk_spec_parts(a, gk_str_c(shown))), shown) == 0);
	if (!gk_node_is(doc, GK_OBJECT))
		return;
	walk(a, doc, path, false, GK_WANT_ANY);
	walk(a, doc, path, true, GK_WANT_ANY);
	walk(a, doc, path, true, GK_WANT_SCALAR);
	walk(a, doc, path, true, GK_WANT_MAP);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str text, path = fuzz_head(data, size, '\n', &text);
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_fieldpath parts = {0};
	const struct gk_node *doc = fuzz_parse(&a, text);

	gk_fieldpath_split(&a, path, &parts);
	if (doc) {
		read_source(&a, doc, &parts);
		for (int create = GK_CREATE_NOTHING; create <= GK_CREATE_LIST; create++)
			match(&a, doc, &parts, (enum gk_create)create, is_plain(path));
	}
	try_fieldspec(&a, path, doc);
	gk_vec_done(&parts);
	gk_arena_done(&a);
	return 0;
}
