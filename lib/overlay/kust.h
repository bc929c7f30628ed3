/* The kustomization file: its fields as structs, and how it is found and read. */
#ifndef GK_OVERLAY_KUST_H
#define GK_OVERLAY_KUST_H

#include "overlay/decode.h"

struct gk_build;
struct gk_frame;

/* Members are nodes of the document unless they say otherwise; NULL = absent. */
struct gk_selector {
	const struct gk_node *node;
	const struct gk_node *group, *version, *kind, *name, *ns, *annotations, *labels;
};

struct gk_kust_patch {
	const struct gk_node *node;
	const struct gk_node *path, *patch;
	struct gk_selector *target;
	struct gk_kust_patch_options *options;
};

struct gk_kust_patch_options {
	const struct gk_node *node;
	bool allow_name_change, allow_kind_change;
};

struct gk_kust_fieldspec {
	const struct gk_node *node;
	const struct gk_node *group, *version, *kind, *path;
	bool create;
};

struct gk_kust_label {
	const struct gk_node *node;
	const struct gk_node *pairs;
	bool include_selectors, include_templates;
	struct gk_dec_list fields; /* gk_kust_fieldspec */
};

struct gk_kust_image {
	const struct gk_node *node;
	const struct gk_node *name, *new_name, *tag_suffix, *new_tag, *digest;
};

struct gk_kust_replica {
	const struct gk_node *node;
	const struct gk_node *name;
	int64_t count;
};

struct gk_kust_generator_options {
	const struct gk_node *node;
	const struct gk_node *labels, *annotations;
	bool disable_hash, immutable;
};

struct gk_kust_generator {
	const struct gk_node *node;
	const struct gk_node *ns, *name, *behavior, *env, *type;
	const struct gk_node *literals, *files, *envs;
	struct gk_kust_generator_options *options;
};

struct gk_kust_field_options {
	const struct gk_node *node;
	const struct gk_node *delimiter, *encoding;
	int64_t index;
	bool create;
};

struct gk_kust_source {
	const struct gk_node *node;
	const struct gk_node *group, *version, *kind, *name, *ns, *field_path;
	struct gk_kust_field_options *options;
};

struct gk_kust_target {
	const struct gk_node *node;
	struct gk_selector *select;
	struct gk_dec_list reject; /* gk_selector */
	const struct gk_node *field_paths;
	struct gk_kust_field_options *options;
};

struct gk_kust_replacement {
	const struct gk_node *node;
	const struct gk_node *path, *source_value;
	struct gk_kust_source *source;
	struct gk_dec_list targets; /* gk_kust_target */
};

struct gk_kust_objref {
	const struct gk_node *node;
	const struct gk_node *api_version, *group, *version, *kind, *name, *ns;
};

struct gk_kust_fieldref {
	const struct gk_node *node;
	const struct gk_node *field_path;
};

struct gk_kust_var {
	const struct gk_node *node;
	const struct gk_node *name;
	struct gk_kust_objref *objref;
	struct gk_kust_fieldref *fieldref;
};

struct gk_kust_sort {
	const struct gk_node *node;
	const struct gk_node *order;
	struct gk_kust_legacy_sort *legacy;
};

struct gk_kust_legacy_sort {
	const struct gk_node *node;
	const struct gk_node *first, *last;
};

struct gk_kust_helm_globals {
	const struct gk_node *node;
	const struct gk_node *chart_home, *config_home;
};

struct gk_kust_chart {
	const struct gk_node *node;
	const struct gk_node *name, *version, *repo, *release, *ns, *values_file;
	const struct gk_node *more_values, *inline_values, *merge, *api_versions;
	const struct gk_node *kube_version, *name_template;
	bool crds, skip_hooks, skip_tests, debug, devel;
};

/* An entry of helmChartInflationGenerator, the form before helmCharts. */
struct gk_kust_old_chart {
	const struct gk_node *node;
	const struct gk_node *name, *version, *repo, *chart_home, *config_home, *values_file;
	const struct gk_node *inline_values, *merge, *release, *unused;
};

struct gk_kust {
	const struct gk_node *node;
	const char *file; /* as the user would write it, for messages */
	const char *name; /* kustomization.yaml, ... */
	const struct gk_node *kind, *api_version;
	const struct gk_node *name_prefix, *name_suffix, *ns;
	const struct gk_node *openapi;
	const struct gk_node *resources, *bases, *components, *crds, *configurations;
	const struct gk_node *generators, *transformers, *validators;
	const struct gk_node *common_labels, *common_annotations, *build_metadata;
	const struct gk_node *patches_strategic_merge;
	struct gk_kust_helm_globals *helm_globals;
	struct gk_dec_list helm_charts; /* gk_kust_chart */
	struct gk_dec_list helm_old;    /* gk_kust_old_chart */
	struct gk_dec_list labels, patches, patches_json, images, image_tags, replicas;
	struct gk_dec_list replacements, vars, config_maps, secrets;
	struct gk_kust_generator_options *generator_options;
	struct gk_kust_sort *sort;
	struct gk_kust_meta *metadata;
};

extern const struct gk_dec_struct gk_kust_struct, gk_selector_struct, gk_kust_replacement_struct,
	gk_kust_replacement_file_struct, gk_kust_fieldspec_struct, gk_kust_image_struct,
	gk_kust_replica_struct, gk_kust_generator_struct, gk_kust_patch_options_struct,
	gk_kust_helm_globals_struct, gk_kust_chart_struct;

/*
 * Find and read the kustomization file of the frame's directory.  Faults of its content go to the
 * build's diagnostics.  Returns NULL on failure; err is empty when the diagnostics say all.
 */
struct gk_kust *gk_kust_load(struct gk_build *b, const struct gk_frame *f, struct gk_err *err);

#endif
