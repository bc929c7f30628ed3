/* Input: a JSON document, a NUL, a JSON patch that is tried as merge patch, too. */
#include "doc/json.h"
#include "doc/patch.h"
#include "fuzz.h"

static void apply(const struct gk_node *doc, const struct gk_node *ops, unsigned flags,
	const struct gk_limits *lim)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *copy = gk_node_dup(&a, doc), *root = copy;

	if (gk_patch_apply(&a, &root, ops, flags, lim, &err)) {
		gk_assert(root == copy);
		gk_assert(gk_node_equal(root, doc));
	}
	gk_arena_done(&a);
}

/* A merge patch that was applied changes nothing when it is applied again. */
static void merge(const struct gk_node *doc, const struct gk_node *patch)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *once = gk_merge_patch(&a, gk_node_dup(&a, doc), patch);
	struct gk_node *twice = gk_merge_patch(&a, gk_node_dup(&a, once), patch);

	gk_assert(gk_node_equal(once, twice));
	gk_arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str ops_text, text = fuzz_head(data, size, '\0', &ops_text);
	struct gk_limits lim = fuzz_limits();
	struct gk_doc doc = GK_DOC_INIT, ops = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;

	if (gk_json_parse(&doc, "f", text, &lim, &err) == 0 &&
		gk_json_parse(&ops, "f", ops_text, &lim, &err) == 0) {
		apply(doc.root, ops.root, 0, &lim);
		apply(doc.root, ops.root, GK_PATCH_NEGATIVE | GK_PATCH_REPLACE_CREATES, &lim);
		merge(doc.root, ops.root);
	}
	gk_doc_done(&doc);
	gk_doc_done(&ops);
	return 0;
}
