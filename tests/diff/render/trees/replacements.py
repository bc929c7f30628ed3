"""Replacements and variables: values that go from one object into others."""
import collections
import re

from . import writer
from .patches import group_version, selector
from .source import TRUE, Raw

ANYWHERE = ["metadata.annotations.copied", "metadata.name", "metadata.labels.app", "data.k", "metadata.annotations.[x.y/z]",
            "metadata.annotations.a\\.b"]
IN_PODS = ["spec.template.spec.containers.0.image", "spec.template.spec.containers.*.image", "spec.replicas",
           "spec.template.spec.containers.[name=main].image", "spec.template.spec.containers.[name=a].image",
           "spec.template.spec.containers.0.env.[name=A].value", "spec.template.spec.containers.0.command.0"]
INTO_TEXT = ["data.nested.a.b", "data.nested.l.0", "data.nested.new"]
MAPS = ["metadata.labels", "spec.template.metadata.labels"]


def paths_of(s, o, invent=0.02):
    """Fields that the object has."""
    paths = ["metadata.name"] * 3
    if isinstance(o["metadata"].get("labels"), dict) and o["metadata"]["labels"].get("app"):
        paths += ["metadata.labels.app", "metadata.labels"]
    if "k" in o.get("data", {}):
        paths += ["data.k", "data"]
    if "nested" in o.get("data", {}):
        paths += ["data.nested"] * 2
    spec = o.get("spec", {})
    if "replicas" in spec:
        paths.append("spec.replicas")
    for c in spec.get("template", {}).get("spec", {}).get("containers", [])[:1]:
        if "image" in c:
            paths += ["spec.template.spec.containers.0.image", "spec.template.spec.containers.[name=%s].image" % c["name"],
                      "spec.template.spec.containers.-.name", "spec.template.spec.containers"]
    return paths + (["spec.nothing"] if s.chance(invent) else [])


def source(s, o):
    src = {"kind": o["kind"], "name": o["metadata"]["name"]}
    group, version = group_version(o)
    if group and s.chance(0.2):
        src["group"] = group
    if s.chance(0.2):
        src["version"] = version
    if "namespace" in o["metadata"] and s.chance(0.7):
        src["namespace"] = o["metadata"]["namespace"]
    if s.chance(0.7):
        src["fieldPath"] = s.pick(paths_of(s, o))
    if s.chance(0.15) and not is_map(src):
        src["options"] = {"delimiter": s.pick([":", "-", "."]), "index": Raw("0")}
    return src


def is_map(source):
    return source.get("fieldPath", "").rpartition(".")[2] in ("labels", "data", "containers")


def field_paths(s, o, of_map):
    pod = "template" in o.get("spec", {})
    nested = "nested" in o.get("data", {})
    if of_map and s.chance(0.95):
        return s.some(MAPS if pod else MAPS[:1])
    return s.some(ANYWHERE + (IN_PODS if pod else []) + (INTO_TEXT * 3 if nested else []))


def target(s, objects, of_map):
    o = s.pick(objects)
    narrow = "template" in o.get("spec", {}) or "nested" in o.get("data", {})
    t = {"select": selector(s, objects) if not narrow and s.chance(0.5) else {"kind": o["kind"]}}
    if narrow and s.chance(0.8):
        t["select"]["name"] = o["metadata"]["name"]
    if s.chance(0.95):
        t["fieldPaths"] = field_paths(s, o, of_map)
    if s.chance(0.2):
        t["reject"] = [selector(s, objects)]
    if s.chance(0.95):
        t["options"] = {"create": TRUE}
        if s.chance(0.2) and not of_map:
            t["options"].update(delimiter=s.pick([":", "-"]), index=Raw(s.pick(["0", "1", "-1", "9"])))
        if s.chance(0.05):
            t["options"]["encoding"] = "base64"
    note_forms(s, t)
    return t


def note_forms(s, t):
    """What older versions do not do: patterns, a namespace that is the default one, paths into texts."""
    for selected in [t["select"]] + t.get("reject", []):
        if any(re.search(r"[^\w.-]", v) for k, v in selected.items() if k in ("kind", "name", "namespace")):
            s.fields.add("replacements(pattern)")
        if selected.get("namespace") == "default":
            s.fields.add("replacements(default)")
    if any(p in INTO_TEXT for p in t.get("fieldPaths", [])):
        s.fields.add("replacements(inside)")


def replacement(s, objects):
    src = source(s, one_of_its_name(s, objects))
    given = {"source": src}
    if s.chance(0.12):
        src, given = {}, {"sourceValue": s.text(0.4) or "v"}
    return {**given, "targets": [target(s, objects, is_map(src)) for _ in s.times(1, 2)]}


def one_of_its_name(s, objects):
    """An object that kind and name identify, if there is one."""
    count = collections.Counter((o["kind"], o["metadata"]["name"]) for o in objects)
    single = [o for o in objects if count[o["kind"], o["metadata"]["name"]] == 1]
    return s.pick(single or objects)


def entries(s, objects, folder):
    out = []
    for _ in s.times(1, 2):
        reps = [replacement(s, objects)]
        if not s.chance(0.25):
            out += reps
            continue
        if s.chance(0.3):
            reps.append(replacement(s, objects))
        s.use("replacements", reps)
        out.append({"path": s.file(folder, "rep", writer.kustomization(reps if len(reps) > 1 or s.chance(0.5) else reps[0]))})
    return out


def variable(s, o, name):
    group, version = group_version(o)
    ref = {"kind": o["kind"], "name": o["metadata"]["name"]}
    if s.chance(0.7):
        ref["apiVersion"] = o["apiVersion"]
    else:
        ref["version"] = version
        if group:
            ref["group"] = group
    if "namespace" in o["metadata"]:
        ref["namespace"] = o["metadata"]["namespace"]
    v = {"name": name, "objref": ref}
    if s.chance(0.4):
        path = s.pick(paths_of(s, o, invent=0)).replace(".0.", "[0].")
        if "[name" not in path and ".-." not in path:
            v["fieldref"] = {"fieldPath": path}
    return v
