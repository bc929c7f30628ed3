"""`configurations`, `crds` and `openapi`: what users tell kustomize about kinds."""
import json

from . import writer
from .source import FALSE, TRUE


def spec(path, kind=None, create=None, group=None, version=None):
    out = {"path": path}
    for key, value in (("kind", kind), ("group", group), ("version", version), ("create", create)):
        if value:
            out[key] = value
    return out


# What each section may hold; all of them name fields of the kinds that trees have.
SECTIONS = {
    "namePrefix": [spec("spec/n", "Widget"), spec("spec/ref/kind", "Gadget", FALSE)],
    "nameSuffix": [spec("spec/n", "Gadget"), spec("metadata/labels/app", "Widget")],
    "namespace": [spec("spec/ns", "Gadget", TRUE), spec("spec/ref/namespace", "Widget", TRUE, "example.com", "v1")],
    "commonLabels": [spec("spec/selector", "Widget", TRUE), spec("spec/extra/labels", "Gadget", TRUE)],
    "labels": [spec("spec/tags", "Widget", TRUE), spec("spec/selector", "Gadget")],
    "templateLabels": [spec("spec/template/labels", "Widget", TRUE), spec("spec/tags", "Gadget", TRUE)],
    "commonAnnotations": [spec("spec/notes", "Widget", TRUE), spec("spec/notes", "Gadget")],
    "varReference": [spec("spec/list", "Widget"), spec("spec/n", "Gadget"), spec("data", "ConfigMap"),
                     spec("data/k", "ConfigMap")],
    "images": [spec("spec/image", "Widget"), spec("spec/items[]/v", "Gadget")],
    "replicas": [spec("spec/size", "Widget", TRUE), spec("spec/n", "Gadget", TRUE)],
}


def name_reference(s):
    target = s.pick([{"kind": "ConfigMap", "version": "v1"}, {"kind": "Widget", "group": "example.com"},
                     {"kind": "Service"}, {"kind": "Deployment", "group": "apps", "version": "v1"}])
    fields = [spec("spec/ref/name", s.pick(["Widget", "Gadget"])), spec("metadata/annotations/app", "Service"),
              spec("spec/items/name", "Widget"), spec("spec/ref", "Gadget")]
    return {**target, "fieldSpecs": s.some(fields, 1, 1 if s.chance(0.7) else 2)}


def configuration(s, folder):
    """The name of a new file for `configurations`."""
    c = {name: s.some(fields, 1, 2) for name, fields in SECTIONS.items() if s.chance(0.25)}
    if s.chance(0.4):
        c["nameReference"] = [name_reference(s)]
    s.use("configurations", c)
    return s.file(folder, "conf", writer.kustomization(c) if c else "{}\n")


# crds: OpenAPI definitions with extension keys

EXTENSIONS = [
    {"x-kubernetes-annotation": ""},
    {"x-kubernetes-label-selector": ""},
    {"x-kubernetes-identity": ""},
    {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap"},
    {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap",
     "x-kubernetes-object-ref-name-key": "name"},
]
FIELDS = {"ref": EXTENSIONS[3:], "selector": EXTENSIONS[:2], "n": EXTENSIONS[2:3], "notes": EXTENSIONS[:1]}


def crd(s, folder):
    """The name of a new file for `crds`."""
    kind = s.pick(["Widget", "Gadget"])
    name = s.pick(["github.com/example/pkg.", "example.com.v1.", ""]) + kind
    properties = {}
    for field in s.some(sorted(FIELDS), 1, 3):
        extension = s.pick(FIELDS[field])
        properties[field] = {"type": "object", **extension}
        s.use("crds", extension)
    top = {"kind": {"type": "string"}, "apiVersion": {"type": "string"}, "metadata": {"type": "object"},
           "spec": {"$ref": name + "Spec"}}
    if s.chance(0.1):
        del top["metadata"]
    definitions = {name: {"Schema": {"description": "a kind", "properties": top}, "Dependencies": []},
                   name + "Spec": {"Schema": {"properties": properties}}}
    if s.chance(0.3):
        return s.file(folder, "crd", writer.kustomization(definitions))
    return s.file(folder, "crd", json.dumps(definitions, indent=s.pick([None, 2])), ".json")


# openapi

def merging(key):
    return {"type": "array", "items": {"type": "object", "properties": {key: {"type": "string"}}},
            "x-kubernetes-patch-merge-key": key, "x-kubernetes-patch-strategy": "merge"}


def definition(kind, group, version, properties):
    return {"type": "object", "properties": {
        "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
        "spec": {"type": "object", "properties": properties}},
        "x-kubernetes-group-version-kind": [{"group": group, "kind": kind, "version": version}]}


def document(s, folder):
    """The name of a new OpenAPI document."""
    definitions = {"com.example.v1.Widget": definition("Widget", "example.com", "v1", {"items": merging("name")})}
    if s.chance(0.5):
        pod = {"type": "object", "properties": {"spec": {"$ref": "#/definitions/Pod"}}}
        definitions["io.k8s.api.apps.v1.Deployment"] = definition("Deployment", "apps", "v1", {"template": pod})
        definitions["Pod"] = {"type": "object", "properties": {"containers": merging("name")}}
    return s.file(folder, "openapi", json.dumps({"definitions": definitions}, indent=2), ".json")


def openapi(s, folder):
    return {"path": document(s, folder)} if s.chance(0.6) else {"version": "v1.21.2"}
