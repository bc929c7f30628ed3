"""Kustomizations, and how they stand on each other: bases, overlays, diamonds, components."""
import os

from . import config, generators, images, kinds, patches, plugins, replacements, writer
from .config import spec
from .source import TRUE

ORDER = [{"order": "fifo"}, {"order": "legacy"}, {"legacySortOptions": {"orderFirst": ["Secret"], "orderLast": []}, "order": "legacy"},
         {"order": "legacy", "legacySortOptions": {"orderFirst": ["Service", "ConfigMap"], "orderLast": ["Namespace"]}}]
NAMES = ["kustomization.yaml"] * 8 + ["kustomization.yml", "Kustomization"]
METADATA = ["originAnnotations", "transformerAnnotations", "managedByLabel"]
SCALABLE = plugins.SCALABLE + ("ReplicationController",)


class Layer:
    """One kustomization directory while it is filled."""

    def __init__(self, s, folder, below, component=False, diamond=False):
        self.s = s
        self.folder = folder        # ends in "/"
        self.below = below          # objects that directories below bring
        self.objects = list(below)  # and all that there are
        self.component = component
        self.diamond = diamond      # it will be used twice
        self.busy = s.pick([0.5, 1, 1.2]) * (0.6 if component else 1)
        self.k = {}

    def put(self, chance, field, make):
        """With the given chance set the field to what make() gives, unless that is None."""
        if self.s.chance(chance * self.busy):
            value = make()
            if value is not None:
                self.k[field] = value

    # what there is

    def head(self):
        s = self.s
        if self.component:
            self.k.update(apiVersion="kustomize.config.k8s.io/v1alpha1", kind="Component")
        elif s.chance(0.3):
            self.k.update(apiVersion="kustomize.config.k8s.io/v1beta1", kind="Kustomization")
        self.put(0.05, "metadata", lambda: {"name": s.name(), "labels": s.pairs(1, 1), "annotations": s.pairs(1, 1), "namespace": "x"})

    def new_objects(self):
        """A few objects that the tree does not have yet."""
        s, docs = self.s, []
        for _ in s.times(1, 3):
            o = kinds.make(s)
            if self.diamond and o["kind"] in kinds.UNPREFIXED:
                continue
            if kinds.identity(o) in s.identities and not s.chance(0.01):
                continue
            s.identities.add(kinds.identity(o))
            docs.append(o)
        return docs

    def resource_file(self, docs):
        s, form = self.s, self.s.r.randrange(14)
        several = {"apiVersion": "v1", "kind": "List", "items": docs}
        if form == 0:
            s.fields.update(["resources(json)", "resources(List)"])
            return s.file(self.folder, "r", writer.json_text(several, s.pick([None, 2])), ".json")
        if form == 1:
            s.fields.add("resources(List)")
            return s.file(self.folder, "r", writer.objects(s, [several]))
        if form == 2 and docs[0]["kind"] == "ConfigMap":
            s.fields.add("resources(ConfigMapList)")
            return s.file(self.folder, "r", writer.objects(s, [{"apiVersion": "v1", "kind": "ConfigMapList", "items": docs[:1]}] + docs[1:]))
        if form == 3 and len(docs) == 1:
            s.fields.add("resources(json)")
            return s.file(self.folder, "r", writer.json_text(docs[0], s.pick([None, 2])), ".json")
        s.fields.add("resources(yaml)")
        return s.file(self.folder, "r", writer.objects(s, docs))

    def resources(self, lower):
        s, out = self.s, list(lower)
        if lower:
            s.fields.add("resources(directory)")
        for _ in s.times(0 if lower or self.component else 1, 3):
            docs = self.new_objects()
            if docs:
                out.append(self.resource_file(docs))
                self.objects += docs
        s.r.shuffle(out)
        bases = [x for x in out if x.startswith("..") and s.chance(0.08)]
        for field, entries in (("resources", [x for x in out if x not in bases]), ("bases", bases)):
            if entries:
                self.k[field] = entries

    def generators(self):
        s = self.s
        for field, secret in (("configMapGenerator", False), ("secretGenerator", True)):
            if not s.chance(0.25):
                continue
            self.k[field] = [generators.generator(s, self.folder, secret, self.objects) for _ in s.times(1, 2)]
            self.objects += [generators.as_object(g, secret) for g in self.k[field]
                             if g.get("behavior", "create") in ("create", "unspecified")]
        self.put(0.15, "generatorOptions", lambda: generators.generator_options(s))
        self.put(0.08, "generators", lambda: [plugins.place(s, self.folder, "generators", plugins.generator(s, self.objects, self.folder))])

    # what is done to it

    def label(self):
        s = self.s
        entry = {"pairs": s.pairs()}
        if s.chance(0.4):
            entry["includeSelectors"] = s.flag()
        if s.chance(0.4):
            entry["includeTemplates"] = s.flag()
        if s.chance(0.2):
            entry["fields"] = s.some([spec("spec/tags", "Widget", TRUE), spec("spec/selector", "Gadget", group="example.com", version="v1"),
                                      spec("data", "ConfigMap", version="v1")])
        return entry

    def simple_transformers(self):
        s = self.s
        if not self.diamond:
            self.put(0.3, "namePrefix", lambda: s.pick(["p-", "dev-", "1"]))
            self.put(0.2, "nameSuffix", lambda: s.pick(["-s", "-v2"]))
        if not self.collide() or s.chance(0.03):
            self.put(0.3, "namespace", s.namespace)
        self.put(0.2, "commonLabels", s.pairs)
        self.put(0.3, "labels", lambda: [self.label() for _ in s.times(1, 2)])
        self.put(0.25, "commonAnnotations", lambda: s.pairs(hostile=0.5))
        self.put(0.3, s.pick(["images"] * 9 + ["imageTags"]), lambda: [images.image(s) for _ in s.times(1, 2)])
        names = [o["metadata"]["name"] for o in self.objects if o["kind"] in SCALABLE]
        if names:
            self.put(0.2, "replicas", lambda: [images.replica(s, names)])

    def collide(self):
        """Would one namespace for all make two objects the same?"""
        names = [(o["kind"], "" if o["kind"] == "Namespace" else o["metadata"]["name"]) for o in self.objects]
        return len(set(names)) < len(names)

    def edits(self):
        """Patches, replacements and variables: these need objects that they can name."""
        s, objects, folder = self.s, self.objects, self.folder
        self.put(0.45, "patches", lambda: [patches.entry(s, objects, folder) for _ in s.times(1, 3)])
        self.put(0.12, "patchesStrategicMerge", lambda: patches.strategic_list(s, objects, folder))
        self.put(0.1, "patchesJson6902", lambda: patches.json_list(s, objects, folder))
        self.put(0.22, "replacements", lambda: replacements.entries(s, objects, folder))
        if not self.diamond:
            self.put(0.1, "vars", self.variables)
        self.put(0.15, "transformers", self.transformers)
        self.put(0.06, "validators", lambda: [plugins.place(s, folder, "validators", plugins.validator(s))])

    def variables(self):
        s = self.s
        names = [n for n in ("VAR", "OTHER") if n not in s.identities]
        own = s.pick(names) if names and not self.component else "C%d" % s.number()
        s.identities.add(own)
        return [replacements.variable(s, s.pick(self.objects), own)]

    def transformers(self):
        s = self.s
        made = [plugins.transformer(s, self.objects, self.folder) for _ in s.times(1, 2)]
        if self.collide():
            made = [p for p in made if p and p["kind"] != "NamespaceTransformer"]
        return [plugins.place(s, self.folder, "transformers", p) for p in made if p] or None

    def settings(self):
        s = self.s
        self.put(0.15, "configurations", lambda: [config.configuration(s, self.folder)])
        self.put(0.07, "crds", lambda: [config.crd(s, self.folder)])
        self.put(0.04, "openapi", lambda: config.openapi(s, self.folder))
        self.put(0.2, "sortOptions", lambda: s.pick(ORDER))
        self.put(0.12, "buildMetadata", lambda: s.some(METADATA, 1, 3))

    def components(self):
        """Components of this layer; a chain of them now and then, or one that is named twice."""
        s = self.s
        folder = "c%d/" % s.number()
        layer = Layer(s, folder, self.objects, component=True, diamond=self.diamond)
        if s.chance(0.2):
            inner = "c%d/" % s.number()
            Layer(s, inner, self.objects, component=True, diamond=self.diamond).fill([])
            layer.k["components"] = ["../" + inner.rstrip("/")]
            s.fields.add("components(nested)")
        layer.fill([])
        entry = "../" + folder.rstrip("/")
        if s.chance(0.15) and not {"resources", "configMapGenerator", "secretGenerator", "generators", "vars"} & set(layer.k):
            s.fields.add("components(repeated)")
            return [entry, entry]
        return [entry]

    def fill(self, lower):
        """Write the directory; gives the objects that it brings."""
        s = self.s
        self.head()
        self.resources(lower)
        self.generators()
        self.simple_transformers()
        if self.objects:
            self.edits()
        self.settings()
        if not self.component and self.objects:
            self.put(0.3, "components", self.components)
        self.finish()
        return self.objects

    def finish(self):
        s = self.s
        for field, value in self.k.items():
            s.use(field, value)
        s.fields.update("buildMetadata(%s)" % word for word in self.k.get("buildMetadata", []))
        items = list(self.k.items())
        if s.chance(0.3):
            s.r.shuffle(items)
        s.write(self.folder + s.pick(NAMES), writer.kustomization(dict(items)) if items else "resources: []\n")


def renamed(objects, prefix, namespace):
    """The objects as a layer above one with this prefix and namespace knows them."""
    out = []
    for o in objects:
        meta = dict(o["metadata"])
        if o["kind"] not in kinds.UNPREFIXED:
            meta["name"] = prefix + meta["name"]
        if namespace and o["kind"] not in kinds.CLUSTER_SCOPED:
            meta["namespace"] = namespace
        out.append({**o, "metadata": meta})
    return out


def diamond(s):
    """One base, two overlays with prefixes of their own, and the layer that holds both."""
    base = Layer(s, "b0/", [], diamond=True)
    base.fill([])
    seen = []
    for arm in ("left", "right"):
        layer = Layer(s, arm + "/", base.objects, diamond=True)
        layer.k.update(resources=["../b0"], namePrefix=arm + "-")
        layer.put(0.3, "nameSuffix", lambda: "-v2")
        layer.simple_transformers()
        layer.settings()
        layer.finish()
        seen += renamed(base.objects, arm + "-", layer.k.get("namespace", base.k.get("namespace")))
    return seen, ["../left", "../right"], "diamond"


def tower(s):
    """One or two bases side by side."""
    objects, bases = [], []
    for i in s.times(1, 2):
        objects += Layer(s, "b%d/" % i, []).fill([])
        bases.append("../b%d" % i)
    return objects, bases, "tower"


def generate(seed_source):
    """Fill the source with a tree; gives the directory to build."""
    s = seed_source
    objects, bases, shape = diamond(s) if s.chance(0.15) else tower(s)
    s.fields.add("shape(%s)" % shape)
    top = bases[0][3:] if len(bases) == 1 else None
    for i in s.times(0, 2):
        objects = Layer(s, "o%d/" % i, objects).fill(bases)
        bases = ["../o%d" % i]
        top = "o%d" % i
    if top is None:
        Layer(s, "top/", objects).fill(bases)
        top = "top"
    return os.path.normpath(top)
