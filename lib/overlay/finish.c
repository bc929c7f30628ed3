#include "overlay/finish.h"
#include "overlay/meta.h"
#include "overlay/value.h"
#include "overlay/xform.h"

#define ORIGIN "config.kubernetes.io/origin"
#define TRANSFORMATIONS "alpha.config.kubernetes.io/transformations"

/* What kustomize removes from every object, whoever wrote it. */
static const char *const own_annotations[] = {
	"internal.config.kubernetes.io/previousKinds",
	"internal.config.kubernetes.io/previousNames",
	"internal.config.kubernetes.io/prefixes",
	"internal.config.kubernetes.io/suffixes",
	"internal.config.kubernetes.io/previousNamespaces",
	"internal.config.kubernetes.io/allowNameChange",
	"internal.config.kubernetes.io/allowKindChange",
	"internal.config.kubernetes.io/refBy",
	"internal.config.kubernetes.io/generatorBehavior",
	"internal.config.kubernetes.io/needsHashSuffix",
	"internal.config.kubernetes.io/path",
	"internal.config.kubernetes.io/index",
	"internal.config.kubernetes.io/seqindent",
	"internal.config.kubernetes.io/id",
	"internal.config.kubernetes.io/annotations-migration-resource-id",
	"config.kubernetes.io/path",
	"config.kubernetes.io/index",
	"config.k8s.io/id",
	"kustomize.config.k8s.io/helm-generated",
	ORIGIN,
	TRANSFORMATIONS,
};

/* A patch or a replacement may have taken what makes it an object. */
static int check_named(const struct gk_res *r, struct gk_err *err)
{
	struct gk_str kind = gk_res_kind(r);
	const struct gk_node *name = gk_node_path(r->object, "metadata", "name", NULL);

	/* A replacement by ~ leaves a null: kustomize looks at its text. */
	if (gk_res_check_nul(r, err))
		return -1;
	if (kind.n &&
		(gk_str_ends(kind, GK_STR("List")) || gk_res_name(r).n || gk_value_written(name).n))
		return 0;
	(void)gk_fail(err, GK_EINPUT, kind.n ? "render.no-name" : "render.no-kind",
		"the object has lost its '%s' on the way", kind.n ? "metadata.name" : "kind");
	(void)gk_help(err, "look for the patch or replacement that takes it away");
	return gk_res_at(r, err);
}

int gk_finish_drop_local(struct gk_resmap *m, struct gk_err *err)
{
	gk_resmap_foreach (r, m) {
		const struct gk_node *mark = gk_node_path(r->object, "metadata", "annotations",
			"config.kubernetes.io/local-config", NULL);

		if (check_named(r, err))
			return -1;
		if (mark && !gk_str_is(gk_value_text(mark), "false"))
			r->object = NULL;
	}
	m->emptied = true;
	gk_resmap_drop_empty(m);
	return 0;
}

static void put_metadata(struct gk_build *b, struct gk_res *r)
{
	const struct {
		const char *key, *text, *word;
	} add[] = {
		{ORIGIN, r->origin, "originAnnotations"},
		{TRANSFORMATIONS, r->transformations, "transformerAnnotations"},
	};

	for (size_t i = 0; i < GK_COUNT(add); i++) {
		struct gk_node *meta;

		if (!add[i].text || !gk_meta_wants(b, add[i].word))
			continue;
		meta = gk_node_need(b->a, r->object, "metadata", GK_OBJECT);
		meta = gk_node_need(b->a, meta, "annotations", GK_OBJECT);
		(void)gk_node_set_str(b->a, meta, add[i].key, gk_str_c(add[i].text));
	}
}

static void clean(struct gk_build *b, struct gk_res *r)
{
	struct gk_node *meta = gk_node_get(r->object, "metadata");
	struct gk_node *annotations = gk_node_get(meta, "annotations");

	if (gk_node_is(annotations, GK_OBJECT))
		for (size_t i = 0; i < GK_COUNT(own_annotations) && annotations->count; i++)
			(void)gk_node_remove(annotations, gk_str_c(own_annotations[i]));
	if (annotations && (annotations->type != GK_OBJECT || annotations->count == 0)) {
		(void)gk_node_remove(meta, GK_STR("annotations"));
		annotations = NULL;
	}
	if (annotations)
		gk_value_to_strings(b->a, annotations);
	put_metadata(b, r);
	gk_value_print(b->a, r->object);
}

static int add_managed_by(struct gk_build *b, struct gk_resmap *m, struct gk_err *err)
{
	static const struct gk_fieldspec labels = {.group = "",
		.version = "",
		.kind = "",
		.create = true,
		.path = "metadata\0labels\0"};
	const struct gk_fieldspec *specs[] = {&labels};
	struct gk_spec_list list = {specs, 1, 1};
	struct gk_node *pairs = gk_node_new(b->a, GK_OBJECT);

	(void)gk_node_set_str(
		b->a, pairs, "app.kubernetes.io/managed-by", GK_STR("kustomize-v5.8.1"));
	return gk_x_pairs(b, m, pairs, &list, err);
}

static int check(const struct gk_res *r, struct gk_err *err)
{
	const struct gk_node *bad = gk_value_find_unprintable(r->object);

	if (!bad)
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.value-type",
		"field '%.*s' must not hold '%.*s': it had another type in its file",
		GK_SARG(gk_node_key(bad)), GK_SARG(bad->text));
	(void)gk_help(err, "replace it by a value of that type");
	return gk_err_at(err, gk_res_pos(r, bad));
}

int gk_finish(struct gk_build *b, struct gk_resmap *m, struct gk_err *err)
{
	if ((b->opt->managed_by || gk_meta_wants(b, "managedByLabel")) && add_managed_by(b, m, err))
		return -1;
	gk_resmap_foreach (r, m) {
		clean(b, r);
		if (check(r, err))
			return -1;
	}
	return 0;
}

int gk_finish_set(const struct gk_resmap *m, struct gk_set *ret, struct gk_err *err)
{
	(void)err;
	gk_resmap_foreach (r, m) {
		struct gk_id id = gk_res_id(r);
		struct gk_ref ref = {id.group, id.version, id.kind, id.ns, id.name};

		gk_set_add(ret, r->object, r->file, &ref);
	}
	return 0;
}
