/* Patches: which objects they mean, and how they are applied (kustomize reference 8 and 9). */
#include "base/vec.h"
#include "doc/patch.h"
#include "overlay/merge.h"
#include "overlay/patch-source.h"
#include "overlay/quirk.h"
#include "overlay/select.h"
#include "overlay/spec.h"
#include "overlay/strict.h"
#include "overlay/value.h"
#include "overlay/xform.h"

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

/* Merge a patch, or the copy of it that is used up, into the object of r. */
static int merge_into(struct gk_build *b, struct gk_res *r, const struct gk_res *patch,
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

/*
 * With a target kustomize copies labels and annotations of the patch through maps of
 * strings: a null becomes the text "null", and empty maps vanish.
 */
static void flatten_pairs(struct gk_build *b, struct gk_node *meta, const char *key)
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

/* The copy of a patch that goes to one of several targets. */
static struct gk_node *targeted(
	struct gk_build *b, const struct gk_node *patch, const struct gk_res *r)
{
	struct gk_node *copy = gk_node_dup(b->a, patch);
	struct gk_node *meta = gk_node_get(copy, "metadata");
	const struct gk_node *version = gk_node_get(r->object, "apiVersion");

	flatten_pairs(b, meta, "labels");
	flatten_pairs(b, meta, "annotations");
	if (gk_value_text(gk_node_get(meta, "namespace")).n == 0)
		(void)gk_node_remove(meta, GK_STR("namespace"));
	if (version)
		(void)gk_node_set_c(b->a, copy, "apiVersion", gk_node_dup(b->a, version));
	return copy;
}

static int fail_missing(struct gk_build *b, const struct gk_resmap *m, const struct gk_id *id,
	const struct gk_hit *hit, struct gk_err *err)
{
	if (hit) {
		(void)gk_fail(err, GK_EINPUT, "render.patch-target-ambiguous",
			"%zu objects match the patch target %s", hit->n, gk_id_text(b->a, id));
		for (; hit; hit = hit->next)
			(void)gk_note(
				err, "one is at %s:%u", hit->res->file, hit->res->object->line);
		return gk_help(err, "use the name that the object has at this point");
	}
	(void)gk_fail(err, GK_EINPUT, "render.patch-target-missing",
		"no object matches the patch target %s", gk_id_text(b->a, id));
	return gk_select_note_nearest(m, id, err);
}

/* The one object whose identity, present or past, is the patch's. */
static struct gk_res *find_target(
	struct gk_build *b, struct gk_resmap *m, const struct gk_res *patch, struct gk_err *err)
{
	struct gk_id id = gk_res_id(patch);
	const struct gk_hit *hit = gk_resmap_any(m, &id);

	if (hit && hit->n == 1)
		return hit->res;
	(void)fail_missing(b, m, &id, hit, err);
	if (patch->alias.n)
		(void)gk_help(err, "objects with generateName are patched through a 'target'");
	(void)gk_res_at(patch, err);
	return NULL;
}

/* Changed identities make the indexes stale. */
static void settle(struct gk_resmap *m, const struct gk_res *r, unsigned flags)
{
	m->emptied |= !r->object;
	if (!r->object || flags)
		gk_resmap_touch(m);
}

static int by_identity(struct gk_build *b, struct gk_resmap *m, const struct gk_res_list *patches,
	unsigned flags, struct gk_err *err)
{
	for (size_t i = 0; i < patches->n; i++) {
		struct gk_res *r = find_target(b, m, patches->v[i], err);

		/* kustomize notes the option in the patch's annotations, which makes them strings.
		 */
		if (flags)
			flatten_pairs(
				b, gk_node_get(patches->v[i]->object, "metadata"), "annotations");
		if (!r || merge_into(b, r, patches->v[i], patches->v[i]->object, flags, err))
			return -1;
		settle(m, r, flags);
	}
	return 0;
}

/* kustomize makes its list anew behind such a patch, and meets all that have become the same. */
static int by_target(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_res *patch, const struct gk_selector *target, unsigned flags,
	struct gk_err *err)
{
	struct gk_res_list hits = {0};
	int rc = gk_select_all(b, m, target, &hits, err);

	if (rc == 0 && hits.n == 0)
		gk_strict_patch(b, f, m, target);

	for (size_t i = 0; rc == 0 && i < hits.n; i++) {
		struct gk_res *r = hits.v[i];

		rc = merge_into(b, r, patch, targeted(b, patch->object, r), flags, err);
		if (rc == 0)
			settle(m, r, flags);
	}
	gk_vec_done(&hits);
	return rc ? rc : gk_resmap_check(b->a, m, err);
}

/* The operations of a JSON patch, and for what. */
struct ops {
	const struct gk_node *list;
	const char *file;
	const struct gk_selector *target;
	bool remember; /* the identities of the objects from before */
};

static int fail_unprintable(const struct gk_res *r, const struct gk_node *bad, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.value-type", "field '%.*s' must not hold '%.*s'",
		GK_SARG(gk_node_key(bad)), GK_SARG(bad->text));
	(void)gk_help(err, "replace it by a value of the type that it had in its file");
	return gk_err_at(err, gk_res_pos(r, bad));
}

/* The object as JSON patches see it: kustomize's annotations are there, twins are not. */
static int apply_ops(
	struct gk_build *b, struct gk_res *r, const struct ops *ops, struct gk_err *err)
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
	if (gk_patch_apply(b->a, &object, ops->list, flags, b->lim, err))
		return err->line ? gk_err_at(err, (struct gk_pos){ops->file, err->line, err->col})
				 : -1;
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

static int apply_ops_to(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct ops *ops, struct gk_err *err)
{
	struct gk_res_list hits = {0};
	int rc = gk_select_all(b, m, ops->target, &hits, err);
	bool changed = false;

	if (rc == 0 && hits.n == 0)
		gk_strict_patch(b, f, m, ops->target);
	for (size_t i = 0; rc == 0 && i < hits.n; i++) {
		struct gk_res *r = hits.v[i];
		struct gk_id id = gk_res_id(r), now;

		if (ops->remember)
			gk_res_remember(b->a, r);
		rc = apply_ops(b, r, ops, err);
		if (rc == 0)
			rewrite_annotations(b, r);
		now = gk_res_id(r);
		m->emptied |= r->object->count == 0;
		changed |= !gk_id_equal(&id, &now);
		if (rc)
			(void)note_object(b, r, &id, err);
	}
	if (changed)
		gk_resmap_touch(m);
	gk_vec_done(&hits);
	return rc;
}

static int apply_objects(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, const struct gk_res_list *patches, struct gk_err *err)
{
	unsigned flags = 0;

	if (x->options && x->options->allow_name_change)
		flags |= GK_RES_NAME_CHANGE;
	if (x->options && x->options->allow_kind_change)
		flags |= GK_RES_KIND_CHANGE;
	if (!x->target)
		return by_identity(b, m, patches, flags, err);
	if (patches->n > 1)
		return gk_fail(err, GK_EINPUT, "render.patch-form",
			"a patch with a 'target' must be one document, not %zu", patches->n);
	return patches->n ? by_target(b, f, m, patches->v[0], x->target, flags, err) : 0;
}

static int apply_list(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, const struct gk_patch_source *s, struct gk_err *err)
{
	struct gk_node *list;

	if (gk_patch_source_ops(b, s, &list, err))
		return -1;
	if (!x->target) {
		(void)gk_fail(err, GK_EINPUT, "render.patch-target-missing",
			"a JSON patch must say what it patches: it has no 'target'");
		return gk_help(err, "add 'target: {kind: ..., name: ...}' beside it");
	}
	return apply_ops_to(b, f, m, &(struct ops){list, s->file, x->target, true}, err);
}

static int apply_source(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, const struct gk_patch_source *s, struct gk_err *err)
{
	struct gk_res_list patches = {0};
	int rc;

	if (gk_patch_source_is_list(s))
		return apply_list(b, f, m, x, s, err);
	rc = gk_patch_source_objects(b, s, &patches, err);
	if (rc == 0)
		rc = apply_objects(b, f, m, x, &patches, err);
	gk_vec_done(&patches);
	return rc;
}

static struct gk_str trimmed(const struct gk_node *text)
{
	return gk_str_trim(gk_node_text(text));
}

int gk_x_patch(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, struct gk_err *err)
{
	bool has_text = trimmed(x->patch).n, has_path = gk_node_text(x->path).n;
	struct gk_patch_source s;

	if (has_text == has_path) {
		(void)gk_fail(err, GK_EINPUT, "render.patch-form",
			has_text ? "a patch has 'path' or 'patch', not both"
				 : "a patch needs 'path' or 'patch'");
		return gk_build_at(f, x->node ? x->node : f->kust->patches.node, err);
	}
	if (gk_patch_source_read(b, f, x->patch, has_path ? x->path : NULL, &s, err))
		return -1;
	if (apply_source(b, f, m, x, &s, err))
		return gk_build_at(f, has_path ? x->path : x->patch, err);
	return 0;
}

int gk_x_patch_json(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_kust_patch *x, struct gk_err *err)
{
	bool has_text = gk_node_text(x->patch).n, has_path = gk_node_text(x->path).n;
	struct gk_node *list;
	struct gk_patch_source s;

	if (!x->target || gk_node_text(x->target->name).n == 0 || has_text == has_path) {
		(void)gk_fail(err, GK_EINPUT, "render.patch-form",
			"an entry of 'patchesJson6902' needs 'target.name' and either 'path' or "
			"'patch'");
		return gk_build_at(f, x->node, err);
	}
	if (gk_patch_source_read(b, f, x->patch, has_path ? x->path : NULL, &s, err))
		return -1;
	if (gk_patch_source_ops(b, &s, &list, err) ||
		apply_ops_to(b, f, m, &(struct ops){list, s.file, x->target, false}, err))
		return gk_build_at(f, has_path ? x->path : x->patch, err);
	if (list->count)
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.patch-form", "the patch has no operations");
	return gk_build_at(f, x->node, err);
}

/* Each entry is tried as the text of a patch first, then as the path of one. */
static int read_entry(struct gk_build *b, const struct gk_frame *f, const struct gk_node *entry,
	struct gk_res_list *patches, struct gk_err *err)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str text = entry->text; /* of a null: empty */
	struct gk_patch_source s;

	if (text.n && memchr(text.p, ':', text.n) &&
		gk_patch_source_read(b, f, entry, NULL, &s, err) == 0 &&
		gk_patch_source_objects(b, &s, patches, &ignored) == 0)
		return 0;
	if (text.n && memchr(text.p, '\n', text.n)) {
		*err = ignored;
		return gk_build_at(f, entry, err);
	}
	if (gk_patch_source_read(b, f, NULL, entry, &s, err))
		return -1;
	return gk_patch_source_objects(b, &s, patches, err);
}

int gk_x_patch_sm(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_node *entries, struct gk_err *err)
{
	struct gk_res_list patches = {0};
	int rc = 0;

	gk_node_foreach (entry, entries)
		if (rc == 0)
			rc = read_entry(b, f, entry, &patches, err);
	for (size_t i = 0; rc == 0 && i < patches.n; i++) {
		struct gk_res *r = find_target(b, m, patches.v[i], err);

		rc = r ? merge_into(
				 b, r, patches.v[i], targeted(b, patches.v[i]->object, r), 0, err)
		       : -1;
		m->emptied |= rc == 0 && !r->object;
		gk_resmap_drop_empty(m);
		if (rc == 0)
			rc = gk_resmap_check(b->a, m, err);
	}
	if (rc == 0 && patches.n == 0)
		rc = gk_fail(err, GK_EINPUT, "render.patch-form", "the patches are empty");
	gk_vec_done(&patches);
	return rc ? gk_build_at(f, entries, err) : 0;
}
