"""ConfigMap and Secret generators."""
from .source import FALSE


def generator_options(s):
    o = {}
    if s.chance(0.4):
        o["labels"] = s.pairs()
    if s.chance(0.4):
        o["annotations"] = s.pairs(hostile=0.4)
    if s.chance(0.3):
        o["disableNameSuffixHash"] = s.flag()
    if s.chance(0.3):
        o["immutable"] = s.flag()
    return o or {"immutable": FALSE}


def env_file(s):
    return "# c\nE1=%s\n\n  E2 = two \nE3\r\n" % s.line(0.4)


def content(s):
    return s.pick([s.text(0.8), "plain\n", "long " * 60, "bin\udcff\udcfe" + "x" * 60])


def sources(s, folder):
    g = {}
    if s.chance(0.7):
        g["literals"] = [k + "=" + s.line(0.4) for k in s.some(["k", "l", "m"])]
        if s.chance(0.1):
            g["literals"].append(s.pick(["q='single quoted'", 'q="double"', "q=a=b", "q='", "q="]))
    if s.chance(0.4):
        f = s.file(folder, "f", content(s), ".txt")
        g["files"] = [s.pick([f, "key=" + f])]
    if s.chance(0.3):
        g["envs"] = [s.file(folder, "e", env_file(s), ".env")]
    elif s.chance(0.05):
        g["env"] = s.file(folder, "e", env_file(s), ".env")
    return g


def generator(s, folder, secret, known):
    """known: the objects so far, which a generator may merge into or replace."""
    g = {"name": "gen%d" % s.number()}
    if s.chance(0.2):
        g["namespace"] = s.namespace()
    there = [o["metadata"] for o in known if o["kind"] == ("Secret" if secret else "ConfigMap")]
    if there and s.chance(0.4):
        m = s.pick(there)
        g = {"name": m["name"], "behavior": "create" if s.chance(0.02) else s.pick(["merge", "replace"])}
        if m.get("namespace"):
            g["namespace"] = m["namespace"]
    elif s.chance(0.1):
        g["behavior"] = s.pick(["create", "unspecified"])
    g.update(sources(s, folder))
    if secret and s.chance(0.3):
        g["type"] = s.pick(["example.com/x", "kubernetes.io/tls", "Opaque"])
    if s.chance(0.3):
        g["options"] = generator_options(s)
    return g


def as_object(g, secret):
    """What later layers may refer to."""
    return {"apiVersion": "v1", "kind": "Secret" if secret else "ConfigMap",
            "metadata": {x: g[x] for x in ("name", "namespace") if x in g}}


def plugin(s, folder, secret, known):
    """The same as a configuration object for `generators`."""
    g = generator(s, folder, secret, known)
    g["metadata"] = {"name": g.pop("name")}
    if "namespace" in g:
        g["metadata"]["namespace"] = g.pop("namespace")
    return {"apiVersion": "builtin", "kind": "SecretGenerator" if secret else "ConfigMapGenerator", **g}
