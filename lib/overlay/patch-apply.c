#include "doc/patch.h"
#include "overlay/merge.h"
#include "overlay/patch-apply.h"
#include "overlay/quirk.h"
#include "overlay/spec.h"
#include "overlay/value.h"

/* Stand for the annotations in which kustomize keeps an object's history and origin. */
static const char history[] = "internal.config.kubernetes.io/previousNames";
static const char origin[] = "config.kubernetes.io/origin";

enum { NODES_PER_VISIT = 16 };

static void mark(struct gk_build *b, struct gk_res *r, const char *key)
{
	struct gk_node *meta = gk_node_need(b->a, r->object, "metadata", GK_OBJECT);

	if (meta->type == GK_OBJECT)
		meta = gk_node_need(b->a, meta, "annotations", GK_OBJECT);
	if (meta->type == GK_OBJECT)
		(void)gk_node_set_str(b->a, meta, key, GK_STR("x"));
}

/* Take the marker out again; false when it was lost. */
static bool unmark(struct gk_res *r, const char *key)
{
	struct gk_node *annotations = gk_node_path(r->object, "metadata", "annotations", NULL);

	return gk_node_is(annotations, GK_OBJECT) && gk_node_remove(annotations, gk_str_c(key));
}

/* What the annotations would show before a patch... */
static void mark_all(struct gk_build *b, struct gk_res *r)
{
	if (gk_res_is_marked(r))
		mark(b, r, history);
	if (r->origin)
		mark(b, r, origin);
}

/* ...and what is left of it after one.  JSON patches put the history back. */
static void unmark_all(struct gk_res *r, bool keep_history)
{
	if (gk_res_is_marked(r) && !unmark(r, history) && !keep_history)
		gk_res_forget(r);
	if (r->origin && !unmark(r, origin))
		r->origin = r->transformations = NULL;
}

/* Could the patch remove annotations that it does not name? */
static bool touches_marks(const struct gk_node *patch)
{
	const struct gk_node *meta = gk_node_get(patch, "metadata");
	const struct gk_node *annotations = gk_node_get(meta, "annotations");

	return gk_node_is(meta, GK_NULL) || gk_node_get(meta, "$patch") ||
	       gk_node_is(annotations, GK_NULL) || gk_node_get(annotations, "$patch");
}

/* A patch walks the whole object: what that costs in looks at small ones. */
static size_t nodes_of(const struct gk_node *n)
{
	size_t count = 1;

	gk_node_foreach (child, n)
		count += nodes_of(child);
	return count;
}

static int visit(struct gk_build *b, const struct gk_res *r, struct gk_err *err)
{
	return gk_build_visit(b, 1 + nodes_of(r->object) / NODES_PER_VISIT, err);
}

static void restore(struct gk_build *b, struct gk_res *r, const struct gk_id *was, unsigned flags)
{
	struct gk_node *meta;

	if (!(flags & GK_RES_KIND_CHANGE))
		gk_value_put(b->a, r->object, GK_STR("kind"), was->kind);
	meta = gk_node_need(b->a, r->object, "metadata", GK_OBJECT);
	if (!(flags & GK_RES_NAME_CHANGE) && gk_str_eq(was->name, r->alias))
		(void)gk_node_remove(meta, GK_STR("name"));
	else if (!(flags & GK_RES_NAME_CHANGE))
		gk_value_put(b->a, meta, GK_STR("name"), was->name);
	if (was->ns.n)
		gk_value_put(b->a, meta, GK_STR("namespace"), was->ns);
	else
		(void)gk_node_remove(meta, GK_STR("namespace"));
}

static int note_object(
	struct gk_build *b, const struct gk_res *r, const struct gk_id *id, struct gk_err *err)
{
	return gk_note(
		err, "the object is %s at %s:%u", gk_id_text(b->a, id), r->file, r->object->line);
}

static bool has_node(const struct gk_node *tree, const struct gk_node *n)
{
	if (tree == n)
		return true;
	gk_node_foreach (child, tree)
		if (has_node(child, n))
			return true;
	return false;
}

int gk_patch_merge(struct gk_build *b, struct gk_res *r, const struct gk_res *patch,
	struct gk_node *copy, unsigned flags, struct gk_err *err)
{
	struct gk_id was = gk_res_id(r);
	struct gk_quirk_merge quirk = {b, r, patch, &was};
	struct gk_merge_report report = {gk_quirk_lost, &quirk, NULL};
	bool marked = touches_marks(copy);

	if (visit(b, r, err))
		return -1;
	if (flags & (GK_RES_NAME_CHANGE | GK_RES_KIND_CHANGE))
		gk_res_remember(b->a, r);
	if (marked)
		mark_all(b, r);
	b->schema_use = GK_SCHEMA_MERGED;
	if (gk_merge(b->a, &b->schema, &r->object, copy, &report, err)) {
		(void)gk_err_at(err, has_node(copy, report.bad)
					     ? gk_node_pos(report.bad, patch->file)
					     : gk_res_pos(r, report.bad));
		return note_object(b, r, &was, err);
	}
	if (!r->object || r->object->count == 0) {
		r->object = NULL;
		return 0;
	}
	if (marked)
		unmark_all(r, false);
	restore(b, r, &was, flags);
	r->patched = true;
	return 0;
}

void gk_patch_flatten(struct gk_build *b, struct gk_node *meta, const char *key)
{
	struct gk_node *pairs = gk_node_get(meta, key), *flat;

	if (!pairs)
		return;
	flat = gk_node_new(b->a, GK_OBJECT);
	if (pairs->type == GK_OBJECT)
		gk_node_foreach (pair, pairs) {
			struct gk_node *twin = NULL;

			gk_value_set_entry(
				b->a, flat, gk_node_key(pair), gk_value_written(pair), &twin);
		}
	if (flat->count)
		(void)gk_node_set_c(b->a, meta, key, flat);
	else
		(void)gk_node_remove(meta, gk_str_c(key));
}

struct gk_node *gk_patch_targeted(
	struct gk_build *b, const struct gk_node *patch, const struct gk_res *r)
{
	struct gk_node *copy = gk_node_dup(b->a, patch);
	struct gk_node *meta = gk_node_get(copy, "metadata");
	const struct gk_node *version = gk_node_get(r->object, "apiVersion");

	gk_patch_flatten(b, meta, "labels");
	gk_patch_flatten(b, meta, "annotations");
	if (gk_value_text(gk_node_get(meta, "namespace")).n == 0)
		(void)gk_node_remove(meta, GK_STR("namespace"));
	if (version)
		(void)gk_node_set_c(b->a, copy, "apiVersion", gk_node_dup(b->a, version));
	return copy;
}

static int fail_unprintable(const struct gk_res *r, const struct gk_node *bad, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.value-type", "field '%.*s' must not hold '%.*s'",
		GK_SARG(gk_node_key(bad)), GK_SARG(bad->text));
	(void)gk_help(err, "replace it by a value of the type that it had in its file");
	return gk_err_at(err, gk_res_pos(r, bad));
}

/* The object as JSON patches see it: kustomize's annotations are there, twins are not. */
static int apply_ops(struct gk_build *b, struct gk_res *r, const struct gk_node *ops,
	const char *file, struct gk_err *err)
{
	const struct gk_node *bad = gk_value_find_unprintable(r->object);
	struct gk_node *object = r->object;
	const unsigned flags = GK_PATCH_NEGATIVE | GK_PATCH_REPLACE_CREATES | GK_PATCH_IN_PLACE;

	if (visit(b, r, err))
		return -1;
	if (bad)
		return fail_unprintable(r, bad, err);
	gk_quirk_rounding_of(b, r);
	gk_value_through_json(b->a, object);
	mark_all(b, r);
	if (gk_patch_apply(b->a, &object, ops, flags, b->lim, err))
		return err->line ? gk_err_at(err, (struct gk_pos){file, err->line, err->col}) : -1;
	if (object->type != GK_OBJECT)
		return gk_fail(err, GK_EINPUT, "render.patch-form",
			"the patch leaves no object: it replaces the whole by %s",
			gk_spec_kind_word(object));
	gk_value_through_json(b->a, object);
	r->object = object;
	r->patched = true;
	unmark_all(r, true);
	return 0;
}

/* kustomize writes the annotations anew behind a JSON patch: strings, and no empty map. */
static void rewrite_annotations(struct gk_build *b, struct gk_res *r)
{
	struct gk_node *meta = gk_node_get(r->object, "metadata");
	struct gk_node *annotations = gk_node_get(meta, "annotations");

	if (gk_node_is(annotations, GK_OBJECT) && annotations->count)
		gk_value_to_strings(b->a, annotations);
	else if (annotations)
		gk_node_unlink(meta, annotations);
}

int gk_patch_operate(struct gk_build *b, struct gk_res *r, const struct gk_node *ops,
	const char *file, struct gk_err *err)
{
	struct gk_id id = gk_res_id(r);

	if (apply_ops(b, r, ops, file, err))
		return note_object(b, r, &id, err);
	rewrite_annotations(b, r);
	return 0;
}
