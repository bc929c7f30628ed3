"""Configuration objects of the built-in plugins, for `generators`, `transformers`, `validators`."""
from . import generators, patches, replacements, writer
from .config import spec
from .images import image, replica
from .source import TRUE

LABELS = [spec("metadata/labels", create=TRUE), spec("spec/template/metadata/labels", "Deployment", TRUE)]
NOTES = [spec("metadata/annotations", create=TRUE)]
NAME = [spec("metadata/name")]
SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet")


def namespace(s):
    return {"metadata": {"name": "x", "namespace": s.namespace()}, "unsetOnly": s.flag(),
            "setRoleBindingSubjects": s.pick(["defaultOnly", "allServiceAccounts", "none"]),
            "fieldSpecs": [spec("metadata/name", "Namespace", TRUE)]}


def patch(s, objects, folder):
    return patches.entry(s, objects, folder)


def strategic(s, objects, folder):
    text = writer.objects(s, [patches.strategic(s, s.pick(objects))])
    if s.chance(0.5) or "\u2028" in text:
        return {"paths": [s.file(folder, "sm", text)]}
    return {"patches": writer.block(text)}


def json6902(s, objects, folder):
    o = s.pick(objects)
    group, version = patches.group_version(o)
    target = {"version": version, "kind": o["kind"], "name": o["metadata"]["name"], **({"group": group} if group else {})}
    return patches.place(s, folder, {"target": target}, patches.operations_text(s, patches.operations(s, o, plain=True)), "jsonOp")


def scale(s, objects, folder):
    names = [o["metadata"]["name"] for o in objects if o["kind"] in SCALABLE]
    if not names:
        return None
    return {"replica": replica(s, names), "fieldSpecs": [spec("spec/replicas", k, TRUE) for k in SCALABLE]}


TRANSFORMERS = {
    "LabelTransformer": lambda s, o, f: {"labels": s.pairs(), "fieldSpecs": s.some(LABELS)},
    "AnnotationsTransformer": lambda s, o, f: {"annotations": s.pairs(), "fieldSpecs": NOTES},
    "PrefixTransformer": lambda s, o, f: {"prefix": "t-", "fieldSpecs": NAME},
    "SuffixTransformer": lambda s, o, f: {"suffix": "-t", "fieldSpecs": [spec("metadata/name", "Deployment")]},
    "PrefixSuffixTransformer": lambda s, o, f: {"prefix": "t-", "suffix": "-t", "fieldSpecs": NAME},
    "NamespaceTransformer": lambda s, o, f: namespace(s),
    "ImageTagTransformer": lambda s, o, f: {"imageTag": image(s), "fieldSpecs": [spec("spec/image")]},
    "PatchTransformer": patch,
    "PatchStrategicMergeTransformer": strategic,
    "PatchJson6902Transformer": json6902,
    "ReplicaCountTransformer": scale,
    "ReplacementTransformer": lambda s, o, f: {"replacements": replacements.entries(s, o, f)},
    "HashTransformer": lambda s, o, f: {},
}


def with_head(s, kind, body):
    p = {"apiVersion": "builtin", "kind": kind, **body}
    p.setdefault("metadata", {"name": "x%d" % s.number()})
    return p


def transformer(s, objects, folder):
    kind = s.pick(sorted(TRANSFORMERS))
    body = TRANSFORMERS[kind](s, objects, folder)
    return None if body is None else with_head(s, kind, body)


def validator(s):
    """One that changes nothing but the label that a validator may set."""
    return s.pick([
        with_head(s, "LabelTransformer", {"labels": {"validated-by": "x"}, "fieldSpecs": [
            LABELS[0] if s.chance(0.05) else spec("metadata/labels", "Nothing", TRUE)]}),
        with_head(s, "PrefixTransformer", {"prefix": "t-", "fieldSpecs": [spec("metadata/name", "Nothing")]}),
        with_head(s, "PatchTransformer", {"target": {"kind": "Nothing"}, "patch": '[{"op": "remove", "path": "/x"}]'}),
    ])


def place(s, folder, field, plugin):
    """The entry: inline, a file, or a directory with a kustomization of its own."""
    s.use(field + "." + plugin["kind"], {k: v for k, v in plugin.items() if k not in ("apiVersion", "kind")})
    text = writer.kustomization(plugin)
    form = s.pick(["inline", "file", "directory"])
    if form == "inline":
        s.fields.add(field + "(inline)")
        return writer.block(text)
    if form == "file" or uses_files(plugin):
        s.fields.add(field + "(file)")
        return s.file(folder, "plugin", text)
    s.fields.add(field + "(directory)")
    name = "plugin%d" % s.number()
    s.write(folder + name + "/plugin.yaml", text)
    s.write(folder + name + "/kustomization.yaml", "resources: [plugin.yaml]\n")
    return name


def uses_files(node):
    """Does it name files of the folder that the kustomization is in?"""
    if isinstance(node, dict):
        return any(k in ("path", "paths", "files", "envs", "env") and k_is_file(v) or uses_files(v) for k, v in node.items())
    return isinstance(node, list) and any(uses_files(v) for v in node)


def k_is_file(v):
    return isinstance(v, list) or isinstance(v, str) and v.endswith((".yaml", ".txt", ".env"))


def generator(s, known, folder):
    return generators.plugin(s, folder, s.chance(0.5), known)
