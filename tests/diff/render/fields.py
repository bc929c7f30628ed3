"""What a run must have seen in trees that the oracle rendered: the fields of kustomization.yaml."""

SELECTOR = "group version kind name namespace labelSelector annotationSelector"
OBJECT = "group version kind name namespace"
IMAGE = "name newName newTag digest tagSuffix"
OPTIONS = "labels annotations disableNameSuffixHash immutable"
SOURCES = "behavior literals files envs env options " + " ".join("options." + o for o in OPTIONS.split())
SPEC = "path kind create"

# prefix: fields below it
TABLE = {
    "": "apiVersion kind metadata resources bases components namePrefix nameSuffix namespace labels commonLabels "
        "commonAnnotations patches patchesStrategicMerge patchesJson6902 images imageTags replicas replacements vars "
        "configMapGenerator secretGenerator generatorOptions crds configurations openapi generators transformers "
        "validators sortOptions buildMetadata",
    "labels": "pairs includeSelectors includeTemplates fields fields.path fields.kind fields.group fields.version fields.create",
    "patches": "path patch target options options.allowNameChange options.allowKindChange",
    "patches.target": SELECTOR,
    "patchesJson6902": "path patch target",
    "patchesJson6902.target": OBJECT,
    "images": IMAGE,
    "imageTags": IMAGE,
    "replicas": "name count",
    "replacements": "path source sourceValue targets",
    "replacements.source": OBJECT + " fieldPath options options.delimiter options.index",
    "replacements.targets": "select reject fieldPaths options",
    "replacements.targets.select": SELECTOR,
    "replacements.targets.reject": SELECTOR,
    "replacements.targets.options": "delimiter index encoding create",
    "vars": "name objref fieldref fieldref.fieldPath",
    "vars.objref": OBJECT + " apiVersion",
    "configMapGenerator": "name namespace " + SOURCES,
    "secretGenerator": "name namespace type " + SOURCES,
    "generatorOptions": OPTIONS,
    "crds": "x-kubernetes-annotation x-kubernetes-label-selector x-kubernetes-identity x-kubernetes-object-ref-api-version "
            "x-kubernetes-object-ref-kind x-kubernetes-object-ref-name-key",
    "configurations": "namePrefix nameSuffix namespace commonLabels labels templateLabels commonAnnotations nameReference "
                      "varReference images replicas",
    "configurations.nameReference": OBJECT.replace(" name namespace", "") + " fieldSpecs fieldSpecs.path fieldSpecs.kind",
    "openapi": "path version",
    "sortOptions": "order legacySortOptions legacySortOptions.orderFirst legacySortOptions.orderLast",
    "generators": "ConfigMapGenerator SecretGenerator",
    "generators.ConfigMapGenerator": SOURCES,
    "generators.SecretGenerator": "type " + SOURCES,
    "transformers": "AnnotationsTransformer HashTransformer ImageTagTransformer LabelTransformer NamespaceTransformer "
                    "PatchJson6902Transformer PatchStrategicMergeTransformer PatchTransformer PrefixSuffixTransformer "
                    "PrefixTransformer ReplacementTransformer ReplicaCountTransformer SuffixTransformer",
    "transformers.AnnotationsTransformer": "annotations fieldSpecs",
    "transformers.ImageTagTransformer": "imageTag fieldSpecs",
    "transformers.LabelTransformer": "labels fieldSpecs",
    "transformers.NamespaceTransformer": "metadata.namespace fieldSpecs unsetOnly setRoleBindingSubjects",
    "transformers.PatchJson6902Transformer": "target path jsonOp",
    "transformers.PatchStrategicMergeTransformer": "paths patches",
    "transformers.PatchTransformer": "path patch target options",
    "transformers.PrefixSuffixTransformer": "prefix suffix fieldSpecs",
    "transformers.PrefixTransformer": "prefix fieldSpecs",
    "transformers.ReplacementTransformer": "replacements",
    "transformers.ReplicaCountTransformer": "replica fieldSpecs",
    "transformers.SuffixTransformer": "suffix fieldSpecs",
    "validators": "LabelTransformer PatchTransformer PrefixTransformer",
}
# Forms of one field.
FORMS = ["resources(yaml)", "resources(json)", "resources(List)", "resources(ConfigMapList)", "resources(directory)",
         "components(nested)", "components(repeated)", "shape(diamond)", "shape(tower)",
         "buildMetadata(originAnnotations)", "buildMetadata(transformerAnnotations)", "buildMetadata(managedByLabel)",
         "patches(strategic)", "patches(json)", "patches(empty)", "patches(documents)",
         "patchesStrategicMerge(inline)", "patchesStrategicMerge(path)"]
FORMS += ["%s(%s)" % (f, form) for f in ("generators", "transformers", "validators") for form in ("inline", "file", "directory")]

REQUIRED = [(prefix + "." + f).lstrip(".") for prefix, below in TABLE.items() for f in below.split()] + FORMS
