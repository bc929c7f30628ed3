/*
 * Input: name, newName, newTag, digest and tagSuffix of an entry of `images`, a line each,
 * then an image.  What an entry makes of an image follows from what it leaves of it:
 *
 *	nothing is asked: the image stays, and so taking it apart loses nothing
 *	newTag: it ends with the tag, and with the digest only if that is given, too
 *	digest: it ends with the digest;  tagSuffix alone: with the suffix
 *	newName: it begins with the name, and a second time nothing of the tag changes
 *
 * A name without special characters is compared without a regular expression; the expression
 * must agree.
 */
#include "fuzz.h"
#include "overlay/value.h"
#include "overlay/xform.h"

struct entry {
	struct gk_str name, new_name, new_tag, digest, tag_suffix;
};

static struct gk_node *text_node(struct gk_arena *a, struct gk_str text)
{
	return text.n ? gk_node_string(a, text) : NULL;
}

/* false: the entry is refused.  *ret: the image after it; *ret_hit: it was meant. */
static bool apply(struct gk_arena *a, const struct entry *e, struct gk_str image,
	struct gk_str *ret, bool *ret_hit)
{
	struct gk_limits lim = fuzz_limits();
	struct gk_build b = {.a = a, .lim = &lim};
	struct gk_kust_image k = {.name = text_node(a, e->name),
		.new_name = text_node(a, e->new_name),
		.new_tag = text_node(a, e->new_tag),
		.digest = text_node(a, e->digest),
		.tag_suffix = text_node(a, e->tag_suffix)};
	struct gk_node *field = gk_node_string(a, image);
	struct gk_image_fields fields = {&field, 1, 1};
	struct gk_image_met met = {0};
	struct gk_err err = GK_ERR_INIT;

	if (gk_x_image(&b, &fields, &k, &met, &err)) {
		fuzz_check_err(&err);
		return false;
	}
	*ret_hit = met.found;
	*ret = gk_value_text(field);
	return true;
}

/* "a:" and "a@" lose the sign that nothing follows, in kustomize as well. */
static bool has_empty_part(struct gk_str image)
{
	for (size_t i = 0; i < image.n; i++)
		if ((image.p[i] == ':' || image.p[i] == '@') &&
			(i + 1 == image.n || image.p[i + 1] == '@'))
			return true;
	return false;
}

static void check_result(const struct entry *e, struct gk_str image, struct gk_str result)
{
	if (e->new_name.n)
		gk_assert(gk_str_starts(result, e->new_name));
	else if (!e->new_tag.n && !e->digest.n && !e->tag_suffix.n)
		gk_assert(has_empty_part(image) || gk_str_eq(result, image));
	if (e->digest.n)
		gk_assert(gk_str_ends(result, e->digest));
	else if (e->new_tag.n)
		gk_assert(gk_str_ends(result, e->new_tag));
	else if (e->tag_suffix.n)
		gk_assert(gk_str_ends(result, e->tag_suffix));
}

static bool has_any(struct gk_str s, const char *chars)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(chars, s.p[i]))
			return true;
	return false;
}

/* What an entry did it does not do otherwise the second time; a suffix is put on twice. */
static void again(struct gk_arena *a, const struct entry *e, struct gk_str result)
{
	struct gk_str other;
	bool hit;

	if (e->tag_suffix.n || e->new_name.n || has_any(e->new_tag, "/:@") ||
		has_any(e->digest, "/:@"))
		return;
	if (!apply(a, e, result, &other, &hit)) /* a pattern, and no UTF-8 */
		return;
	gk_assert(!hit || has_empty_part(result) || gk_str_eq(result, other));
}

static void compare_with_pattern(struct gk_arena *a, const struct entry *e, struct gk_str image)
{
	GK_AUTO(gk_buf_done) struct gk_buf pattern = GK_BUF_INIT(0);
	struct entry other = *e;
	struct gk_str one, two;
	bool one_hit, two_hit;

	if (has_any(e->name, "\\^$|?*+()[]{}"))
		return;
	gk_buf_puts(&pattern, "(?:");
	gk_buf_putstr(&pattern, e->name);
	gk_buf_putc(&pattern, ')');
	other.name = gk_buf_str(&pattern);
	if (!apply(a, e, image, &one, &one_hit) || !apply(a, &other, image, &two, &two_hit))
		return;
	gk_assert(one_hit == two_hit && gk_str_eq(one, two));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str image, result, line[5], rest = {size ? (const char *)data : "", size};
	struct gk_arena a = GK_ARENA_INIT;
	struct entry e;
	bool hit;

	for (size_t i = 0; i < GK_COUNT(line); i++)
		line[i] = gk_str_cut(&rest, '\n');
	e = (struct entry){line[0], line[1], line[2], line[3], line[4]};
	image = rest.p ? rest : GK_STR("");
	if (apply(&a, &e, image, &result, &hit)) {
		if (hit)
			check_result(&e, image, result);
		else
			gk_assert(gk_str_eq(result, image));
		if (hit)
			again(&a, &e, result);
		compare_with_pattern(&a, &e, image);
	}
	gk_arena_done(&a);
	return 0;
}
