/* Patches: which objects they mean (kustomize reference 8 and 9). */
#include "base/vec.h"
#include "overlay/patch-apply.h"
#include "overlay/patch-source.h"
#include "overlay/select.h"
#include "overlay/strict.h"
#include "overlay/xform.h"

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
			gk_patch_flatten(
				b, gk_node_get(patches->v[i]->object, "metadata"), "annotations");
		if (!r || gk_patch_merge(b, r, patches->v[i], patches->v[i]->object, flags, err))
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

		rc = gk_patch_merge(
			b, r, patch, gk_patch_targeted(b, patch->object, r), flags, err);
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
		rc = gk_patch_operate(b, r, ops->list, ops->file, err);
		now = gk_res_id(r);
		m->emptied |= r->object->count == 0;
		changed |= !gk_id_equal(&id, &now);
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

		rc = r ? gk_patch_merge(b, r, patches.v[i],
				 gk_patch_targeted(b, patches.v[i]->object, r), 0, err)
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
