/* What may stand in a kustomization file, as tables (kustomize reference section 3). */
#include "overlay/kust.h"

#define GVK(T)                                                                                     \
	GK_DEC_EMBEDDED(T, "group", GK_DEC_STR, group),                                            \
		GK_DEC_EMBEDDED(T, "version", GK_DEC_STR, version),                                \
		GK_DEC_EMBEDDED(T, "kind", GK_DEC_STR, kind)

static const struct gk_dec_field selector_fields[] = {
	GVK(gk_selector),
	GK_DEC_EMBEDDED(gk_selector, "name", GK_DEC_STR, name),
	GK_DEC_EMBEDDED(gk_selector, "namespace", GK_DEC_STR, ns),
	GK_DEC_FIELD(gk_selector, "annotationSelector", GK_DEC_STR, annotations),
	GK_DEC_FIELD(gk_selector, "labelSelector", GK_DEC_STR, labels),
};
const struct gk_dec_struct gk_selector_struct =
	GK_DEC_STRUCT(gk_selector, "a selector", selector_fields);

static const struct gk_dec_field patch_options_fields[] = {
	GK_DEC_FIELD(gk_kust_patch_options, "allowNameChange", GK_DEC_BOOL, allow_name_change),
	GK_DEC_FIELD(gk_kust_patch_options, "allowKindChange", GK_DEC_BOOL, allow_kind_change),
};
const struct gk_dec_struct gk_kust_patch_options_struct =
	GK_DEC_STRUCT(gk_kust_patch_options, "the options of a patch", patch_options_fields);

static const struct gk_dec_field patch_fields[] = {
	GK_DEC_FIELD(gk_kust_patch, "path", GK_DEC_STR, path),
	GK_DEC_FIELD(gk_kust_patch, "patch", GK_DEC_STR, patch),
	GK_DEC_NESTED(gk_kust_patch, "target", GK_DEC_OBJ, target, gk_selector_struct),
	GK_DEC_NESTED(gk_kust_patch, "options", GK_DEC_OBJ, options, gk_kust_patch_options_struct),
};
static const struct gk_dec_struct patch_struct =
	GK_DEC_STRUCT(gk_kust_patch, "a patch", patch_fields);

static const struct gk_dec_field fieldspec_fields[] = {
	GVK(gk_kust_fieldspec),
	GK_DEC_FIELD(gk_kust_fieldspec, "path", GK_DEC_STR, path),
	GK_DEC_FIELD(gk_kust_fieldspec, "create", GK_DEC_BOOL, create),
};
const struct gk_dec_struct gk_kust_fieldspec_struct =
	GK_DEC_STRUCT(gk_kust_fieldspec, "a field specification", fieldspec_fields);

static const struct gk_dec_field label_fields[] = {
	GK_DEC_FIELD(gk_kust_label, "pairs", GK_DEC_MAP, pairs),
	GK_DEC_FIELD(gk_kust_label, "includeSelectors", GK_DEC_BOOL, include_selectors),
	GK_DEC_FIELD(gk_kust_label, "includeTemplates", GK_DEC_BOOL, include_templates),
	GK_DEC_NESTED(gk_kust_label, "fields", GK_DEC_LIST, fields, gk_kust_fieldspec_struct),
};
static const struct gk_dec_struct label_struct =
	GK_DEC_STRUCT(gk_kust_label, "an entry of 'labels'", label_fields);

static const struct gk_dec_field image_fields[] = {
	GK_DEC_FIELD(gk_kust_image, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(gk_kust_image, "newName", GK_DEC_STR, new_name),
	GK_DEC_FIELD(gk_kust_image, "tagSuffix", GK_DEC_STR, tag_suffix),
	GK_DEC_FIELD(gk_kust_image, "newTag", GK_DEC_STR, new_tag),
	GK_DEC_FIELD(gk_kust_image, "digest", GK_DEC_STR, digest),
};
const struct gk_dec_struct gk_kust_image_struct =
	GK_DEC_STRUCT(gk_kust_image, "an image", image_fields);

static const struct gk_dec_field replica_fields[] = {
	GK_DEC_FIELD(gk_kust_replica, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(gk_kust_replica, "count", GK_DEC_INT, count),
};
const struct gk_dec_struct gk_kust_replica_struct =
	GK_DEC_STRUCT(gk_kust_replica, "an entry of 'replicas'", replica_fields);

static const struct gk_dec_field generator_options_fields[] = {
	GK_DEC_FIELD(gk_kust_generator_options, "labels", GK_DEC_MAP, labels),
	GK_DEC_FIELD(gk_kust_generator_options, "annotations", GK_DEC_MAP, annotations),
	GK_DEC_FIELD(gk_kust_generator_options, "disableNameSuffixHash", GK_DEC_BOOL, disable_hash),
	GK_DEC_FIELD(gk_kust_generator_options, "immutable", GK_DEC_BOOL, immutable),
};
static const struct gk_dec_struct generator_options_struct =
	GK_DEC_STRUCT(gk_kust_generator_options, "generator options", generator_options_fields);

#define GENERATOR                                                                                  \
	GK_DEC_FIELD(gk_kust_generator, "namespace", GK_DEC_STR, ns),                              \
		GK_DEC_FIELD(gk_kust_generator, "name", GK_DEC_STR, name),                         \
		GK_DEC_FIELD(gk_kust_generator, "behavior", GK_DEC_STR, behavior),                 \
		GK_DEC_FIELD(gk_kust_generator, "literals", GK_DEC_STRS, literals),                \
		GK_DEC_FIELD(gk_kust_generator, "files", GK_DEC_STRS, files),                      \
		GK_DEC_FIELD(gk_kust_generator, "envs", GK_DEC_STRS, envs),                        \
		GK_DEC_FIELD(gk_kust_generator, "env", GK_DEC_STR, env),                           \
		GK_DEC_NESTED(gk_kust_generator, "options", GK_DEC_OBJ, options,                   \
			generator_options_struct)

static const struct gk_dec_field config_map_fields[] = {GENERATOR};
static const struct gk_dec_struct config_map_struct =
	GK_DEC_STRUCT(gk_kust_generator, "a ConfigMap generator", config_map_fields);

static const struct gk_dec_field secret_fields[] = {
	GENERATOR,
	GK_DEC_FIELD(gk_kust_generator, "type", GK_DEC_STR, type),
};
const struct gk_dec_struct gk_kust_generator_struct =
	GK_DEC_STRUCT_WITH(gk_kust_generator, "a Secret generator", secret_fields, .secret = true);

static const struct gk_dec_field field_options_fields[] = {
	GK_DEC_FIELD(gk_kust_field_options, "delimiter", GK_DEC_STR, delimiter),
	GK_DEC_FIELD(gk_kust_field_options, "index", GK_DEC_INT, index),
	GK_DEC_FIELD(gk_kust_field_options, "encoding", GK_DEC_STR, encoding),
	GK_DEC_FIELD(gk_kust_field_options, "create", GK_DEC_BOOL, create),
};
static const struct gk_dec_struct field_options_struct =
	GK_DEC_STRUCT(gk_kust_field_options, "the options of a replacement", field_options_fields);

static const struct gk_dec_field source_fields[] = {
	GVK(gk_kust_source),
	GK_DEC_EMBEDDED(gk_kust_source, "name", GK_DEC_STR, name),
	GK_DEC_EMBEDDED(gk_kust_source, "namespace", GK_DEC_STR, ns),
	GK_DEC_FIELD(gk_kust_source, "fieldPath", GK_DEC_STR, field_path),
	GK_DEC_NESTED(gk_kust_source, "options", GK_DEC_OBJ, options, field_options_struct),
};
static const struct gk_dec_struct source_struct =
	GK_DEC_STRUCT(gk_kust_source, "the source of a replacement", source_fields);

static const struct gk_dec_field target_fields[] = {
	GK_DEC_NESTED(gk_kust_target, "select", GK_DEC_OBJ, select, gk_selector_struct),
	GK_DEC_NESTED(gk_kust_target, "reject", GK_DEC_LIST, reject, gk_selector_struct),
	GK_DEC_FIELD(gk_kust_target, "fieldPaths", GK_DEC_STRS, field_paths),
	GK_DEC_NESTED(gk_kust_target, "options", GK_DEC_OBJ, options, field_options_struct),
};
static const struct gk_dec_struct target_struct =
	GK_DEC_STRUCT(gk_kust_target, "the target of a replacement", target_fields);

static const struct gk_dec_field replacement_fields[] = {
	GK_DEC_FIELD(gk_kust_replacement, "path", GK_DEC_STR, path),
	GK_DEC_FIELD(gk_kust_replacement, "sourceValue", GK_DEC_STR, source_value),
	GK_DEC_NESTED(gk_kust_replacement, "source", GK_DEC_OBJ, source, source_struct),
	GK_DEC_NESTED(gk_kust_replacement, "targets", GK_DEC_LIST, targets, target_struct),
};
const struct gk_dec_struct gk_kust_replacement_file_struct = GK_DEC_STRUCT_WITH(
	gk_kust_replacement, "a replacement", replacement_fields, .texts = GK_DEC_CONVERTED);
const struct gk_dec_struct gk_kust_replacement_struct =
	GK_DEC_STRUCT(gk_kust_replacement, "a replacement", replacement_fields);

static const struct gk_dec_field objref_fields[] = {
	GK_DEC_FIELD(gk_kust_objref, "apiVersion", GK_DEC_STR, api_version),
	GVK(gk_kust_objref),
	GK_DEC_FIELD(gk_kust_objref, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(gk_kust_objref, "namespace", GK_DEC_STR, ns),
};
static const struct gk_dec_struct objref_struct =
	GK_DEC_STRUCT(gk_kust_objref, "the objref of a variable", objref_fields);

static const struct gk_dec_field fieldref_fields[] = {
	GK_DEC_FIELD(gk_kust_fieldref, "fieldPath", GK_DEC_STR, field_path),
};
static const struct gk_dec_struct fieldref_struct =
	GK_DEC_STRUCT(gk_kust_fieldref, "the fieldref of a variable", fieldref_fields);

static const struct gk_dec_field var_fields[] = {
	GK_DEC_FIELD(gk_kust_var, "name", GK_DEC_STR, name),
	GK_DEC_NESTED(gk_kust_var, "objref", GK_DEC_OBJ, objref, objref_struct),
	GK_DEC_NESTED(gk_kust_var, "fieldref", GK_DEC_OBJ, fieldref, fieldref_struct),
};
static const struct gk_dec_struct var_struct = GK_DEC_STRUCT(gk_kust_var, "a variable", var_fields);

static const struct gk_dec_field legacy_sort_fields[] = {
	GK_DEC_FIELD(gk_kust_legacy_sort, "orderFirst", GK_DEC_STRS, first),
	GK_DEC_FIELD(gk_kust_legacy_sort, "orderLast", GK_DEC_STRS, last),
};
static const struct gk_dec_struct legacy_sort_struct =
	GK_DEC_STRUCT(gk_kust_legacy_sort, "the legacy sort options", legacy_sort_fields);

static const struct gk_dec_field sort_fields[] = {
	GK_DEC_FIELD(gk_kust_sort, "order", GK_DEC_STR, order),
	GK_DEC_NESTED(gk_kust_sort, "legacySortOptions", GK_DEC_OBJ, legacy, legacy_sort_struct),
};
static const struct gk_dec_struct sort_struct =
	GK_DEC_STRUCT(gk_kust_sort, "the sort options", sort_fields);

static const struct gk_dec_field helm_globals_fields[] = {
	GK_DEC_FIELD(gk_kust_helm_globals, "chartHome", GK_DEC_STR, chart_home),
	GK_DEC_FIELD(gk_kust_helm_globals, "configHome", GK_DEC_STR, config_home),
};
const struct gk_dec_struct gk_kust_helm_globals_struct =
	GK_DEC_STRUCT(gk_kust_helm_globals, "the helm globals", helm_globals_fields);

static const struct gk_dec_field chart_fields[] = {
	GK_DEC_FIELD(gk_kust_chart, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(gk_kust_chart, "version", GK_DEC_STR, version),
	GK_DEC_FIELD(gk_kust_chart, "repo", GK_DEC_STR, repo),
	GK_DEC_FIELD(gk_kust_chart, "releaseName", GK_DEC_STR, release),
	GK_DEC_FIELD(gk_kust_chart, "namespace", GK_DEC_STR, ns),
	GK_DEC_FIELD(gk_kust_chart, "additionalValuesFiles", GK_DEC_STRS, more_values),
	GK_DEC_FIELD(gk_kust_chart, "valuesFile", GK_DEC_STR, values_file),
	GK_DEC_FIELD(gk_kust_chart, "valuesInline", GK_DEC_ANY, inline_values),
	GK_DEC_FIELD(gk_kust_chart, "valuesMerge", GK_DEC_STR, merge),
	GK_DEC_FIELD(gk_kust_chart, "includeCRDs", GK_DEC_BOOL, crds),
	GK_DEC_FIELD(gk_kust_chart, "skipHooks", GK_DEC_BOOL, skip_hooks),
	GK_DEC_FIELD(gk_kust_chart, "apiVersions", GK_DEC_STRS, api_versions),
	GK_DEC_FIELD(gk_kust_chart, "kubeVersion", GK_DEC_STR, kube_version),
	GK_DEC_FIELD(gk_kust_chart, "nameTemplate", GK_DEC_STR, name_template),
	GK_DEC_FIELD(gk_kust_chart, "skipTests", GK_DEC_BOOL, skip_tests),
	GK_DEC_FIELD(gk_kust_chart, "debug", GK_DEC_BOOL, debug),
	GK_DEC_FIELD(gk_kust_chart, "devel", GK_DEC_BOOL, devel),
};
const struct gk_dec_struct gk_kust_chart_struct =
	GK_DEC_STRUCT(gk_kust_chart, "a Helm chart", chart_fields);

static const struct gk_dec_field old_chart_fields[] = {
	GK_DEC_FIELD(gk_kust_old_chart, "chartName", GK_DEC_STR, name),
	GK_DEC_FIELD(gk_kust_old_chart, "chartVersion", GK_DEC_STR, version),
	GK_DEC_FIELD(gk_kust_old_chart, "chartRepoUrl", GK_DEC_STR, repo),
	GK_DEC_FIELD(gk_kust_old_chart, "chartHome", GK_DEC_STR, chart_home),
	GK_DEC_FIELD(gk_kust_old_chart, "chartRepoName", GK_DEC_STR, unused),
	GK_DEC_FIELD(gk_kust_old_chart, "helmBin", GK_DEC_STR, unused),
	GK_DEC_FIELD(gk_kust_old_chart, "helmHome", GK_DEC_STR, config_home),
	GK_DEC_FIELD(gk_kust_old_chart, "values", GK_DEC_STR, values_file),
	GK_DEC_FIELD(gk_kust_old_chart, "valuesLocal", GK_DEC_ANY, inline_values),
	GK_DEC_FIELD(gk_kust_old_chart, "valuesMerge", GK_DEC_STR, merge),
	GK_DEC_FIELD(gk_kust_old_chart, "releaseName", GK_DEC_STR, release),
	GK_DEC_FIELD(gk_kust_old_chart, "releaseNamespace", GK_DEC_STR, unused),
	GK_DEC_FIELD(gk_kust_old_chart, "extraArgs", GK_DEC_STRS, unused),
};
static const struct gk_dec_struct old_chart_struct =
	GK_DEC_STRUCT(gk_kust_old_chart, "a Helm chart", old_chart_fields);

/* Read and thrown away: kustomize gives it no meaning but does check it. */
struct gk_kust_meta {
	const struct gk_node *node;
	const struct gk_node *name, *ns, *labels, *annotations;
};
static const struct gk_dec_field meta_fields[] = {
	GK_DEC_FIELD(gk_kust_meta, "name", GK_DEC_STR, name),
	GK_DEC_FIELD(gk_kust_meta, "namespace", GK_DEC_STR, ns),
	GK_DEC_FIELD(gk_kust_meta, "labels", GK_DEC_MAP, labels),
	GK_DEC_FIELD(gk_kust_meta, "annotations", GK_DEC_MAP, annotations),
};
static const struct gk_dec_struct meta_struct =
	GK_DEC_STRUCT(gk_kust_meta, "metadata", meta_fields);

static const struct gk_dec_field kust_fields[] = {
	GK_DEC_FIELD(gk_kust, "kind", GK_DEC_STR, kind),
	GK_DEC_FIELD(gk_kust, "apiVersion", GK_DEC_STR, api_version),
	GK_DEC_NESTED(gk_kust, "metadata", GK_DEC_OBJ, metadata, meta_struct),
	GK_DEC_FIELD(gk_kust, "openapi", GK_DEC_MAP, openapi),
	GK_DEC_FIELD(gk_kust, "namePrefix", GK_DEC_STR, name_prefix),
	GK_DEC_FIELD(gk_kust, "nameSuffix", GK_DEC_STR, name_suffix),
	GK_DEC_FIELD(gk_kust, "namespace", GK_DEC_STR, ns),
	GK_DEC_FIELD(gk_kust, "commonLabels", GK_DEC_MAP, common_labels),
	GK_DEC_NESTED(gk_kust, "labels", GK_DEC_LIST, labels, label_struct),
	GK_DEC_FIELD(gk_kust, "commonAnnotations", GK_DEC_MAP, common_annotations),
	GK_DEC_FIELD(gk_kust, "patchesStrategicMerge", GK_DEC_STRS, patches_strategic_merge),
	GK_DEC_NESTED(gk_kust, "patchesJson6902", GK_DEC_LIST, patches_json, patch_struct),
	GK_DEC_NESTED(gk_kust, "patches", GK_DEC_LIST, patches, patch_struct),
	GK_DEC_NESTED(gk_kust, "images", GK_DEC_LIST, images, gk_kust_image_struct),
	GK_DEC_NESTED(gk_kust, "imageTags", GK_DEC_LIST, image_tags, gk_kust_image_struct),
	GK_DEC_NESTED(
		gk_kust, "replacements", GK_DEC_LIST, replacements, gk_kust_replacement_struct),
	GK_DEC_NESTED(gk_kust, "replicas", GK_DEC_LIST, replicas, gk_kust_replica_struct),
	GK_DEC_NESTED(gk_kust, "vars", GK_DEC_LIST, vars, var_struct),
	GK_DEC_NESTED(gk_kust, "sortOptions", GK_DEC_OBJ, sort, sort_struct),
	GK_DEC_FIELD(gk_kust, "resources", GK_DEC_STRS, resources),
	GK_DEC_FIELD(gk_kust, "components", GK_DEC_STRS, components),
	GK_DEC_FIELD(gk_kust, "crds", GK_DEC_STRS, crds),
	GK_DEC_FIELD(gk_kust, "bases", GK_DEC_STRS, bases),
	GK_DEC_NESTED(gk_kust, "configMapGenerator", GK_DEC_LIST, config_maps, config_map_struct),
	GK_DEC_NESTED(gk_kust, "secretGenerator", GK_DEC_LIST, secrets, gk_kust_generator_struct),
	GK_DEC_NESTED(
		gk_kust, "helmGlobals", GK_DEC_OBJ, helm_globals, gk_kust_helm_globals_struct),
	GK_DEC_NESTED(gk_kust, "helmCharts", GK_DEC_LIST, helm_charts, gk_kust_chart_struct),
	GK_DEC_NESTED(
		gk_kust, "helmChartInflationGenerator", GK_DEC_LIST, helm_old, old_chart_struct),
	GK_DEC_NESTED(gk_kust, "generatorOptions", GK_DEC_OBJ, generator_options,
		generator_options_struct),
	GK_DEC_FIELD(gk_kust, "configurations", GK_DEC_STRS, configurations),
	GK_DEC_FIELD(gk_kust, "generators", GK_DEC_STRS, generators),
	GK_DEC_FIELD(gk_kust, "transformers", GK_DEC_STRS, transformers),
	GK_DEC_FIELD(gk_kust, "validators", GK_DEC_STRS, validators),
	GK_DEC_FIELD(gk_kust, "buildMetadata", GK_DEC_STRS, build_metadata),
};
const struct gk_dec_struct gk_kust_struct = GK_DEC_STRUCT(gk_kust, "a kustomization", kust_fields);
