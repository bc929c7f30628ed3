"""Strategic merge patches, JSON patches, and the selectors that say whom they concern."""
from . import writer
from .pods import IMAGES
from .source import NAMESPACES, NULL, TRUE, Raw

MERGE_KEYS = ("name", "containerPort", "mountPath", "devicePath", "topologyKey", "whenUnsatisfiable", "ip", "uid", "port", "type")


def group_version(o):
    group, _, version = o["apiVersion"].rpartition("/")
    return group, version


def selector(s, objects, exact=False):
    """A target; exact: without patterns, as the source of a replacement."""
    o = s.pick(objects)
    group, version = group_version(o)
    t = {}
    if s.chance(0.8):
        t["kind"] = o["kind"] if exact or s.chance(0.7) else s.pick([
            "Deployment|StatefulSet", ".*Set", "Deploy.*", "[A-Z].*Map"])
    if s.chance(0.5):
        t["name"] = o["metadata"]["name"] if exact or s.chance(0.5) else s.pick([".*", "w.*", "(web|api)", "[a-d].*", "\\w+"])
    if s.chance(0.15):
        t["namespace"] = s.pick(NAMESPACES + [".*"])
    if group and s.chance(0.2):
        t["group"] = group
    if s.chance(0.2):
        t["version"] = version
    if s.chance(0.12):
        t["labelSelector"] = s.pick(["app", "!app", "app=blue", "app in (blue, v1)", "tier!=x", "app notin (web),team", "a2 > 1"])
    if s.chance(0.08):
        t["annotationSelector"] = s.pick(["app", "app=blue", "!team", "tier notin (v1)"])
    return t


# strategic merge

def part_of(s, node):
    """Part of an object, changed: the body of a strategic merge patch."""
    if isinstance(node, dict):
        return part_of_map(s, node)
    if isinstance(node, list):
        return part_of_list(s, node)
    return s.value(0.4)


def part_of_map(s, node):
    out = {}
    for k, v in node.items():
        if not s.chance(0.45):
            continue
        if s.chance(0.08):
            out[k] = NULL
        elif s.chance(0.02) and isinstance(v, dict):
            out[k] = {"$patch": s.pick(["delete", "replace", "merge"]), **(part_of(s, v) if s.chance(0.3) else {})}
        else:
            out[k] = part_of(s, v)
    if s.chance(0.15):
        out[s.pick(["extra", "x"])] = s.pick([s.value(), {"a": NULL, "b": s.value()}, [], {}])
    return out


def part_of_list(s, node):
    out = []
    for v in node:
        if not s.chance(0.6):
            continue
        if not isinstance(v, dict):
            out.append(v)
            continue
        element = {k: x for k, x in part_of_map(s, v).items() if k not in MERGE_KEYS}
        element.update({k: v[k] for k in MERGE_KEYS if k in v and s.chance(0.95)})
        if s.chance(0.06):
            element["$patch"] = s.pick(["delete", "replace"])
        out.append(element or {"name": "n"})
    if s.chance(0.1):
        out.append({"name": "added"} if node and isinstance(node[0], dict) else "added")
    if s.chance(0.03):
        out.insert(0, {"$patch": s.pick(["replace", "delete", "merge"])})
    return out


def named(o):
    meta = {"name": o["metadata"]["name"]}
    if o["metadata"].get("namespace"):
        meta["namespace"] = o["metadata"]["namespace"]
    return meta


def strategic(s, o):
    meta = named(o)
    for part in ("labels", "annotations"):
        if s.chance(0.2):
            meta[part] = {k: s.pick([NULL, s.value()]) for k in s.pairs(1, 2)}
    p = {"apiVersion": o["apiVersion"], "kind": o["kind"], "metadata": meta}
    if s.chance(0.04):
        p["$patch"] = s.pick(["delete", "delete", "merge", "replace"])
        return p
    p.update(part_of_map(s, {k: v for k, v in o.items() if k not in ("apiVersion", "kind", "metadata")}))
    return p


# JSON patches

def operation(s, o):
    choices = [
        {"op": "add", "path": "/metadata/labels", "value": s.pairs()},
        {"op": "add", "path": "/metadata/annotations/added", "value": s.text()},
        {"op": "replace", "path": "/metadata/name", "value": s.name()},
        {"op": "add", "path": "/data", "value": {"k": s.text(0.6), "big": Raw("9007199254740993")}},
        {"op": "copy", "from": "/metadata/name", "path": "/metadata/annotations/copied"},
        {"op": "test", "path": "/kind", "value": o["kind"]},
        {"op": "add", "path": "/x~1y", "value": [Raw("1.5"), s.text(), NULL]},
        {"op": "replace", "path": "/metadata/created", "value": s.value()},
        {"op": "add", "path": "/moved", "value": {"deep": {"er": s.value()}}},
    ]
    if "template" in o.get("spec", {}):
        choices += pod_operations(s)
    return s.pick(choices)


def pod_operations(s):
    containers = "/spec/template/spec/containers"
    return [
        {"op": "add", "path": "/spec/replicas", "value": Raw("4")},
        {"op": "replace", "path": containers + "/0/image", "value": s.pick(IMAGES)},
        {"op": "add", "path": containers + "/-", "value": {"name": "late", "image": "nginx"}},
        {"op": "add", "path": containers + "/-1", "value": {"name": "last"}},
        {"op": "add", "path": containers + "/0/env", "value": [{"name": "E", "value": s.text()}]},
        {"op": "remove", "path": containers + "/0"},
        {"op": "move", "from": "/spec/template/spec", "path": "/spec/template/spec"},
        {"op": "move", "from": containers + "/0/name", "path": "/spec/first"},
        {"op": "copy", "from": containers + "/0", "path": containers + "/-"},
    ]


def operations(s, o, plain=False):
    """plain: none that needs the annotations which `patches` leaves on the object."""
    ops = [operation(s, o) for _ in s.times(1, 3)]
    if s.chance(0.1):
        labels = {"path": "/metadata/labels", "value": s.pairs()}
        ops += [{"op": "add", **labels}, {"op": s.pick(["remove", "test"]), **labels}]
    if not plain:
        return ops
    return [op for op in ops if "/annotations/" not in op["path"]] or [{"op": "test", "path": "/kind", "value": o["kind"]}]


def operations_text(s, ops):
    return writer.json_text(ops, s.pick([None, 2])) if s.chance(0.3) else writer.kustomization(ops)


# entries of the kustomization

def options(s):
    return {o: TRUE for o in s.some(["allowNameChange", "allowKindChange"])}


def place(s, folder, e, text, inline="patch"):
    """Put the text into the entry, or into a file that the entry names."""
    if s.chance(0.5) or "\u0085" in text or "\u2028" in text:
        e["path"] = s.file(folder, "patch", text)
    else:
        e[inline] = writer.block(text)
    return e


def strategic_entry(s, objects, folder):
    o = s.pick(objects)
    docs = [strategic(s, o)]
    e = {}
    if s.chance(0.4):
        e["target"] = selector(s, [o])
    elif s.chance(0.15):
        docs.append(strategic(s, s.pick(objects)))
        s.fields.add("patches(documents)")
    s.fields.add("patches(strategic)")
    if s.chance(0.15):
        e["options"] = options(s)
        if s.chance(0.5):
            docs[0]["metadata"]["name"] = docs[0]["metadata"]["name"] if "target" not in e else s.name()
    return place(s, folder, e, writer.objects(s, docs))


def json_entry(s, objects, folder):
    o = s.pick(objects)
    s.fields.add("patches(json)")
    target = selector(s, [o]) if s.chance(0.2) else {"kind": o["kind"], "name": o["metadata"]["name"]}
    return place(s, folder, {"target": target}, operations_text(s, operations(s, o)))


def entry(s, objects, folder):
    if s.chance(0.03):
        s.fields.add("patches(empty)")
        return {"path": s.file(folder, "empty", s.pick(["# nothing\n", "\n", ""]))}
    return strategic_entry(s, objects, folder) if s.chance(0.65) else json_entry(s, objects, folder)


def strategic_list(s, objects, folder):
    """patchesStrategicMerge: texts and paths."""
    out = []
    for _ in s.times(1, 2):
        text = writer.objects(s, [strategic(s, s.pick(objects))])
        inline = s.chance(0.4) and "\u0085" not in text and "\u2028" not in text
        s.fields.add("patchesStrategicMerge(%s)" % ("inline" if inline else "path"))
        out.append(writer.block(text) if inline else s.file(folder, "sm", text))
    return out


def json_list(s, objects, folder):
    """patchesJson6902."""
    out = []
    for _ in s.times(1, 2):
        o = s.pick(objects)
        group, version = group_version(o)
        target = {"version": version, "kind": o["kind"], "name": o["metadata"]["name"]}
        if group:
            target["group"] = group
        if o["metadata"].get("namespace") and s.chance(0.8):
            target["namespace"] = o["metadata"]["namespace"]
        out.append(place(s, folder, {"target": target}, operations_text(s, operations(s, o, plain=s.chance(0.95)))))
    return out
