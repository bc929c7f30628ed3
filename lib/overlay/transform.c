/* The transformers of one kustomization file, in kustomize's fixed order. */
#include "overlay/meta.h"
#include "overlay/plugin.h"
#include "overlay/step.h"
#include "overlay/quirk.h"
#include "overlay/strict.h"
#include "overlay/xform.h"

struct pass {
	struct gk_build *b;
	const struct gk_frame *f;
	struct gk_accum *acc;
	struct gk_err *err;
};

/* A fault that has its place elsewhere: say which field of the kustomization led there. */
static int blame(const struct pass *p, const struct gk_step *s)
{
	struct gk_pos pos = gk_err_pos(p->err);

	if (s->at && pos.file && strcmp(pos.file, p->f->kust->file) != 0)
		(void)gk_note(p->err, "this is for '%s' at %s:%u", s->field, p->f->kust->file,
			s->at->line);
	return gk_build_at(p->f, s->at, p->err);
}

/* After each transformer: its marks, and emptied objects go. */
static int ran(const struct pass *p, int rc, struct gk_step s)
{
	if (rc)
		return blame(p, &s);
	gk_meta_transformed(p->b, p->f, &p->acc->map, s.transformer);
	s.frame = p->f;
	gk_step_ran(p->b, &p->acc->map, &s);
	gk_resmap_drop_empty(&p->acc->map);
	return 0;
}

static int patches_sm(const struct pass *p)
{
	const struct gk_node *entries = p->f->kust->patches_strategic_merge;

	if (!entries || entries->count == 0)
		return 0;
	return ran(p, gk_x_patch_sm(p->b, p->f, &p->acc->map, entries, p->err),
		(struct gk_step){.transformer = "PatchStrategicMergeTransformer",
			.field = "patchesStrategicMerge",
			.at = entries,
			.patches = entries});
}

static int patches(const struct pass *p)
{
	gk_dec_foreach (struct gk_kust_patch, x, &p->f->kust->patches)
		if (ran(p, gk_x_patch(p->b, p->f, &p->acc->map, x, p->err),
			    (struct gk_step){.transformer = "PatchTransformer",
				    .field = "patches",
				    .at = x->node,
				    .patch = x}))
			return -1;
	return 0;
}

static int ns(const struct pass *p)
{
	struct gk_x_namespace x = {
		.ns = gk_node_text(p->f->kust->ns),
		.specs = &p->acc->config->lists[GK_FS_NAMESPACE],
	};

	if (x.ns.n == 0)
		return 0;
	return ran(p, gk_x_namespace(p->b, &p->acc->map, &x, p->err),
		(struct gk_step){.transformer = "NamespaceTransformer",
			.field = "namespace",
			.at = p->f->kust->ns});
}

static int affix(const struct pass *p, const struct gk_node *text, bool prefix)
{
	const struct gk_spec_list *specs =
		&p->acc->config->lists[prefix ? GK_FS_NAME_PREFIX : GK_FS_NAME_SUFFIX];

	if (gk_node_text(text).n == 0)
		return 0;
	return ran(p, gk_x_affix(p->b, &p->acc->map, text->text, prefix, specs, p->err),
		(struct gk_step){.transformer = prefix ? "PrefixTransformer" : "SuffixTransformer",
			.field = prefix ? "namePrefix" : "nameSuffix",
			.at = text});
}

static int name_prefix(const struct pass *p)
{
	return affix(p, p->f->kust->name_prefix, true);
}

static int name_suffix(const struct pass *p)
{
	return affix(p, p->f->kust->name_suffix, false);
}

static int add_all(const struct pass *p, struct gk_spec_list *into, enum gk_fieldspec_list list)
{
	const struct gk_spec_list *from = &p->acc->config->lists[list];

	for (size_t i = 0; i < from->n; i++)
		if (gk_spec_list_add(p->b->a, into, from->v[i], p->err))
			return -1;
	return 0;
}

/* Which fields an entry of `labels` writes: its own, configured, then selectors or templates. */
static int label_specs(
	const struct pass *p, const struct gk_kust_label *x, struct gk_spec_list *ret)
{
	static const struct gk_fieldspec meta = {.group = "",
		.version = "",
		.kind = "",
		.create = true,
		.path = "metadata\0labels\0"};

	if (gk_spec_list_decoded(p->b->a, &x->fields, ret, p->err) || add_all(p, ret, GK_FS_LABELS))
		return -1;
	if (x->include_selectors)
		return add_all(p, ret, GK_FS_COMMON_LABELS);
	if (x->include_templates && add_all(p, ret, GK_FS_TEMPLATE_LABELS))
		return -1;
	return gk_spec_list_add(p->b->a, ret, &meta, p->err);
}

static int labels(const struct pass *p)
{
	const struct gk_kust *k = p->f->kust;

	gk_dec_foreach (struct gk_kust_label, x, &k->labels) {
		struct gk_spec_list specs = {0};

		if (label_specs(p, x, &specs))
			return gk_build_at(p->f, x->node, p->err);
		if (ran(p, gk_x_pairs(p->b, &p->acc->map, x->pairs, &specs, p->err),
			    (struct gk_step){.transformer = "LabelTransformer",
				    .field = "labels",
				    .at = x->node,
				    .pairs = x->pairs}))
			return -1;
	}
	if (k->labels.n == 0 && (!k->common_labels || k->common_labels->count == 0))
		return 0;
	return ran(p,
		gk_x_pairs(p->b, &p->acc->map, k->common_labels,
			&p->acc->config->lists[GK_FS_COMMON_LABELS], p->err),
		(struct gk_step){.transformer = "LabelTransformer",
			.field = "commonLabels",
			.at = k->common_labels,
			.pairs = k->common_labels});
}

static int annotations(const struct pass *p)
{
	const struct gk_node *pairs = p->f->kust->common_annotations;

	if (!pairs || pairs->count == 0)
		return 0;
	return ran(p,
		gk_x_pairs(p->b, &p->acc->map, pairs,
			&p->acc->config->lists[GK_FS_COMMON_ANNOTATIONS], p->err),
		(struct gk_step){.transformer = "AnnotationsTransformer",
			.field = "commonAnnotations",
			.at = pairs,
			.pairs = pairs});
}

static int patches_json(const struct pass *p)
{
	gk_dec_foreach (struct gk_kust_patch, x, &p->f->kust->patches_json)
		if (ran(p, gk_x_patch_json(p->b, p->f, &p->acc->map, x, p->err),
			    (struct gk_step){.transformer = "PatchJson6902Transformer",
				    .field = "patchesJson6902",
				    .at = x->node,
				    .patch = x}))
			return -1;
	return 0;
}

static int replicas(const struct pass *p)
{
	gk_dec_foreach (struct gk_kust_replica, x, &p->f->kust->replicas)
		if (ran(p,
			    gk_x_replicas(p->b, &p->acc->map, x,
				    &p->acc->config->lists[GK_FS_REPLICAS], p->err),
			    (struct gk_step){.transformer = "ReplicaCountTransformer",
				    .field = "replicas",
				    .at = x->node}))
			return -1;
	return 0;
}

static int image_list(const struct pass *p, const struct gk_dec_list *list, const char *field)
{
	GK_AUTO(gk_x_image_fields_done) struct gk_image_fields fields = {0};

	if (list->n && gk_x_image_fields(p->b, &p->acc->map, &p->acc->config->lists[GK_FS_IMAGES],
			       &fields, p->err))
		return blame(p, &(struct gk_step){.field = field, .at = list->node});
	gk_dec_foreach (struct gk_kust_image, x, list) {
		struct gk_image_met met;

		if (ran(p, gk_x_image(p->b, &fields, x, &met, p->err),
			    (struct gk_step){.transformer = "ImageTagTransformer",
				    .field = field,
				    .at = x->node}))
			return -1;
		if (!met.found)
			gk_strict_image(p->b, p->f, &fields, x);
		if (met.suffix_twice)
			gk_quirk_suffix(p->b, p->f, x);
	}
	return 0;
}

static int images(const struct pass *p)
{
	if (image_list(p, &p->f->kust->images, "images"))
		return -1;
	return image_list(p, &p->f->kust->image_tags, "imageTags");
}

static int replacements(const struct pass *p)
{
	const struct gk_dec_list *list = &p->f->kust->replacements;

	if (list->n == 0)
		return 0;
	return ran(p, gk_x_replacements(p->b, p->f, &p->acc->map, list, p->err),
		(struct gk_step){.transformer = "ReplacementTransformer",
			.field = "replacements",
			.at = list->node});
}

static int configured(const struct pass *p)
{
	return gk_plugin_transform(p->b, p->f, p->acc, p->err);
}

int gk_transform(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	static int (*const order[])(const struct pass *p) = {patches_sm, patches, ns, name_prefix,
		name_suffix, labels, annotations, patches_json, replicas, images, replacements,
		configured};
	struct pass p = {b, f, acc, err};

	for (size_t i = 0; i < GK_COUNT(order); i++)
		if (order[i](&p))
			return -1;
	return 0;
}
