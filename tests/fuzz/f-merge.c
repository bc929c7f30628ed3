/*
 * Input: an object, a line "=== ", a strategic merge patch.  With kustomize's schema what
 * comes out must be a tree that prints; without any schema lists are replaced, and then:
 *
 *	an empty patch only takes members away whose value was left out ("a:")
 *	each member of a patch without directives is found in the result
 *	such a patch, merged again, changes nothing
 */
#include "fuzz.h"
#include "overlay/merge.h"
#include "overlay/value.h"

static const struct gk_merge_schema no_schema;

/* Merge copies of both; NULL: refused, or nothing is left (*ret_rc tells). */
static struct gk_node *merged(struct gk_arena *a, const struct gk_merge_schema *schema,
	const struct gk_node *object, const struct gk_node *patch, int *ret_rc)
{
	struct gk_node *dest = gk_node_dup(a, object);
	struct gk_err err = GK_ERR_INIT;

	*ret_rc = gk_merge(a, schema, &dest, gk_node_dup(a, patch), NULL, &err);
	if (*ret_rc == 0) {
		if (dest)
			fuzz_check_tree(dest);
		return dest;
	}
	fuzz_check_err(&err);
	return NULL;
}

/* Take out what a merge drops from maps: values that were left out. */
static void drop_empty(struct gk_node *map)
{
	struct gk_node *child = gk_node_children(map), *next;

	for (; child; child = next) {
		const char *raw = gk_node_raw(child);

		next = child->next;
		if (child->type == GK_OBJECT)
			drop_empty(child);
		else if (child->type == GK_NULL && raw && !*raw)
			gk_node_unlink(map, child);
	}
}

static void merge_nothing(struct gk_arena *a, const struct gk_node *object)
{
	struct gk_node *want = gk_node_dup(a, object), *got;
	int rc;

	got = merged(a, &no_schema, object, gk_node_new(a, GK_OBJECT), &rc);
	drop_empty(want);
	gk_assert(rc == 0 && gk_node_equal(want, got));
}

static bool has_directive(const struct gk_node *n)
{
	if (gk_node_get(n, "$patch"))
		return true;
	gk_node_foreach (child, n)
		if (has_directive(child))
			return true;
	return false;
}

/* Is the member of a patch in the result?  Scalars keep the style of what they replace. */
static void check_member(const struct gk_node *patch, const struct gk_node *result)
{
	if (patch->type == GK_NULL) {
		gk_assert(!result || result->type == GK_NULL);
		return;
	}
	gk_assert(result);
	if (patch->type == GK_OBJECT)
		gk_node_foreach (child, patch)
			check_member(child, gk_node_find(result, gk_node_key(child)));
	else if (patch->type == GK_ARRAY)
		gk_assert(gk_node_equal(patch, result));
	else
		gk_assert(gk_str_eq(gk_value_text(patch), gk_value_text(result)));
}

static void merge_plainly(
	struct gk_arena *a, const struct gk_node *object, const struct gk_node *patch)
{
	int rc, again_rc;
	const struct gk_node *once = merged(a, &no_schema, object, patch, &rc), *twice;

	if (!once || has_directive(patch))
		return;
	check_member(patch, once);
	twice = merged(a, &no_schema, once, patch, &again_rc);
	gk_assert(again_rc == 0 && gk_node_equal(once, twice));
}

/* The same each time, whatever it is. */
static void merge_by_schema(
	struct gk_arena *a, const struct gk_node *object, const struct gk_node *patch)
{
	struct gk_merge_schema schema = gk_merge_schema_builtin();
	int rc, again_rc;
	const struct gk_node *once = merged(a, &schema, object, patch, &rc);
	const struct gk_node *twice = merged(a, &schema, object, patch, &again_rc);

	gk_assert(rc == again_rc && !once == !twice);
	if (!once)
		return;
	gk_assert(gk_node_equal(once, twice));
	(void)fuzz_check_print(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct fuzz_texts t;
	const struct gk_node *object, *patch;

	fuzz_split(data, size, &t);
	object = fuzz_parse(&a, t.text[0]);
	patch = t.n > 1 ? fuzz_parse(&a, t.text[1]) : NULL;
	if (gk_node_is(object, GK_OBJECT) && gk_node_is(patch, GK_OBJECT)) {
		merge_nothing(&a, object);
		merge_plainly(&a, object, patch);
		merge_by_schema(&a, object, patch);
	}
	gk_arena_done(&a);
	return 0;
}
