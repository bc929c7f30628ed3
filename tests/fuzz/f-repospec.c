/*
 * Input: an address of a remote base.  The parts of one are texts without surprises: the path
 * stays within the repository, and the parts put together are an address with these parts.
 */
#include "fuzz.h"
#include "overlay/repospec.h"

static bool within(struct gk_str path)
{
	size_t depth = 0;

	if (path.n && path.p[0] == '/')
		return true; /* rooted in the repository: dots stop there */
	while (path.p) {
		struct gk_str part = gk_str_cut(&path, '/');

		if (gk_str_is(part, "..") && depth-- == 0)
			return false;
		if (part.n && !gk_str_is(part, ".") && !gk_str_is(part, ".."))
			depth++;
	}
	return true;
}

/* Bytes that a query need not escape. */
static bool is_simple(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x80 && strchr("%+&;=#?", s.p[i]))
			return false;
	return true;
}

/* Does a text mean something else at that place of an address? */
static bool is_special(const struct gk_repospec *spec)
{
	static const char *const heads[] = {"file:", "github.com:"};
	struct gk_str clone = gk_str_c(spec->clone), host = clone;

	for (size_t i = 0; i < GK_COUNT(heads); i++)
		if (gk_str_starts(clone, gk_str_c(heads[i])))
			return true;
	(void)gk_str_cut(&host, ':');
	if (gk_str_starts(host, GK_STR("//")))
		host = gk_str_from(host, 2);
	return gk_str_has(clone, GK_STR("_git")) || gk_str_has(clone, GK_STR("@:")) ||
	       gk_str_has(host, GK_STR("//")) || gk_str_ends(clone, GK_STR("/")) ||
	       spec->path[0] == '/' || !is_simple(gk_str_c(spec->ref));
}

/* CLONE//PATH?ref=REF */
static void put_together(struct gk_arena *a, const struct gk_repospec *spec)
{
	const char *text;
	struct gk_repospec again;

	if (is_special(spec))
		return;
	text = gk_arena_printf(a, "%s//%s?ref=%s", spec->clone, spec->path, spec->ref);
	gk_assert(gk_repospec_parse(a, gk_str_c(text), &again));
	gk_assert(strcmp(again.clone, spec->clone) == 0);
	gk_assert(strcmp(again.path, spec->path) == 0);
	gk_assert(strcmp(again.ref, spec->ref) == 0);
	gk_assert(again.submodules && !again.timeout_ns && !again.forced);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str address = {size ? (const char *)data : "", size};
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_repospec spec;

	(void)gk_repospec_is_file_url(address);
	if (gk_repospec_parse(&a, address, &spec)) {
		gk_assert(gk_str_is(address, spec.raw) && *spec.clone);
		gk_assert(within(gk_str_c(spec.path)));
		gk_assert(spec.timeout_ns >= 0);
		put_together(&a, &spec);
	}
	gk_arena_done(&a);
	return 0;
}
