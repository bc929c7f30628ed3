"""Random Kustomize trees.

One seed gives one tree, always the same.  Names, labels and images come from small pools,
so that patches, references and replacements meet what they look for; texts come from a
pool of strings that YAML readers and writers disagree about.
"""
import json
import os
import random
import re

NAMES = ["web", "api", "db", "cache", "job-1", "a"]
NAMESPACES = ["shop", "data", "default", "kube-system"]
IMAGES = ["nginx", "nginx:1.25", "registry:5000/team/app", "registry:5000/team/app:v1",
          "busybox@sha256:" + "a" * 64, "postgres:16", "nginx:1.25@sha256:" + "b" * 64]
KEYS = ["app", "tier", "team", "app.kubernetes.io/name", "a2", "a10", "B", "on"]
HOSTILE = [
    "yes", "no", "on", "y", "true", "True", "null", "~", "", " lead", "trail ", "a: b", "a #b",
    "#x", "0777", "08", "0x1F", "0b1", "0o17", "1e3", "1e400", "1_000", "1.0", "0.10", ".5",
    "+1", "-0", "12:30:45", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "=", "<<", "!x",
    "&a", "*a", "|", ">", "%d", "@x", "`b`", "- x", "? y", "-", "?", ":", "a:", "{}", "[x]",
    "'q'", '"dq"', "a\\b", "tab\there", "line\n", "two\nlines", "two\nlines\n\n", "\nfirst",
    " blank\nline", "end blank \nx", "caf\u00e9", "\u65e5\u672c", "\U0001f600", "\u2028",
    "a" * 130, "word " * 40, "x" * 79 + " y z", "$(VAR)", "$$(VAR)", "a,b", "a=b", "NaN", ".inf",
    "Null", "TRUE", "Off", "1.5", "123", "9007199254740993", "18446744073709551616",
]


class Raw(str):
    """A plain scalar, written as it stands."""


RAWS = [Raw(t) for t in ("5", "0", "-3", "1.5", "1.0", "1e3", "0x10", "0777", "true", "False",
                         "null", "~", "", "yes", "2001-01-01", "1_000", "12345678901234567890",
                         "100000.5", "1234567.5", "0.00001", "on", "No")]


class Tree:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.files = {}
        self.seen = set()
        self.count = 0

    # small choices

    def chance(self, p):
        return self.r.random() < p

    def pick(self, seq):
        return self.r.choice(seq)

    def name(self):
        return self.pick(NAMES)

    def text(self, hostile=0.3):
        return self.pick(HOSTILE) if self.chance(hostile) else self.pick(["v1", "blue", "x-y", "web"])

    def value(self, hostile=0.3):
        return self.pick(RAWS) if self.chance(hostile / 2) else self.text(hostile)

    def pairs(self, low=1, high=3, hostile=0.15):
        return {self.pick(KEYS): self.text(hostile) for _ in range(self.r.randint(low, high))}

    # objects

    def meta(self, name=None, ns=True):
        m = {"name": name or self.name()}
        if ns and self.chance(0.25):
            m["namespace"] = self.pick(NAMESPACES)
        if self.chance(0.4):
            m["labels"] = {k: self.value(0.2) for k in self.pairs()}
        if self.chance(0.3):
            m["annotations"] = {k: self.value(0.4) for k in self.pairs()}
        elif self.chance(0.05):
            m["annotations"] = self.pick([{}, Raw("null"), Raw("")])
        if self.chance(0.05):
            m["finalizers"] = self.r.sample(["a/f", "b/f", "c/f"], self.r.randint(1, 3))
        return m

    def env(self):
        e = {"name": self.pick(["A", "B", "C", "D"])}
        k = self.r.randrange(4)
        if k == 0:
            e["value"] = self.value(0.4)
        elif k == 1:
            e["valueFrom"] = {"configMapKeyRef": {"name": self.name(), "key": "k"}}
        elif k == 2:
            e["valueFrom"] = {"secretKeyRef": {"name": self.name(), "key": "k"}}
        else:
            e["value"] = self.pick(["$(VAR)", "$(OTHER)", "x$(VAR)y", "$$(VAR)"])
        return e

    def container(self, name):
        c = {"name": name}
        if self.chance(0.9):
            c["image"] = self.pick(IMAGES)
        if self.chance(0.5):
            c["env"] = [self.env() for _ in range(self.r.randint(1, 3))]
        if self.chance(0.3):
            c["envFrom"] = [self.pick([{"configMapRef": {"name": self.name()}},
                                       {"secretRef": {"name": self.name()}}])]
        if self.chance(0.4):
            c["ports"] = [self.port() for _ in range(self.r.randint(1, 3))]
        if self.chance(0.3):
            c["args"] = [self.text() for _ in range(self.r.randint(1, 3))]
        if self.chance(0.2):
            c["volumeMounts"] = [{"name": "v%d" % i, "mountPath": "/m%d" % self.r.randrange(3)}
                                 for i in range(self.r.randint(1, 2))]
        if self.chance(0.1):
            c["resources"] = {"limits": {"cpu": self.pick([Raw("1"), "100m", Raw("0.5")]), "memory": "1Gi"}}
        return c

    def port(self):
        p = {"containerPort": Raw(self.pick(["80", "8080", "443"]))}
        if self.chance(0.4):
            p["protocol"] = self.pick(["TCP", "UDP"])
        if self.chance(0.4):
            p["name"] = self.pick(["http", "metrics", "dns"])
        return p

    def volume(self, i):
        return self.pick([
            {"name": "v%d" % i, "configMap": {"name": self.name()}},
            {"name": "v%d" % i, "secret": {"secretName": self.name()}},
            {"name": "v%d" % i, "persistentVolumeClaim": {"claimName": self.name()}},
            {"name": "v%d" % i, "emptyDir": {}},
            {"name": "v%d" % i, "projected": {"sources": [{"configMap": {"name": self.name()}},
                                                          {"secret": {"name": self.name()}}]}},
        ])

    def pod_spec(self):
        s = {"containers": [self.container(n) for n in self.r.sample(["main", "side", "log"], self.r.randint(1, 2))]}
        if self.chance(0.2):
            s["initContainers"] = [self.container("init")]
        if self.chance(0.4):
            s["volumes"] = [self.volume(i) for i in range(self.r.randint(1, 2))]
        if self.chance(0.3):
            s["serviceAccountName"] = self.name()
        if self.chance(0.2):
            s["imagePullSecrets"] = [{"name": self.name()}]
        if self.chance(0.1):
            s["tolerations"] = [{"key": "k", "operator": "Exists"}]
        if self.chance(0.1):
            s["priorityClassName"] = self.name()
        if self.chance(0.1):
            s["topologySpreadConstraints"] = [{"maxSkew": Raw("1"), "topologyKey": "zone",
                                               "whenUnsatisfiable": "DoNotSchedule",
                                               "labelSelector": {"matchLabels": self.pairs(1, 1)}}]
        if self.chance(0.1):
            s["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"labelSelector": {"matchLabels": self.pairs(1, 1)}, "topologyKey": "host"}]}}
        return s

    def template(self):
        t = {"spec": self.pod_spec()}
        if self.chance(0.7):
            t["metadata"] = {"labels": self.pairs()}
            if self.chance(0.3):
                t["metadata"]["annotations"] = self.pairs(hostile=0.4)
        return t

    def workload(self, kind):
        spec = {"template": self.template()}
        if self.chance(0.6):
            spec["selector"] = {"matchLabels": self.pairs(1, 2)}
        if kind != "DaemonSet" and self.chance(0.5):
            spec["replicas"] = self.pick([Raw("1"), Raw("3"), Raw("0"), "2"])
        if kind == "StatefulSet":
            spec["serviceName"] = self.name()
            if self.chance(0.5):
                spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {"storageClassName": self.name()}}]
        return {"apiVersion": "apps/v1", "kind": kind, "metadata": self.meta(), "spec": spec}

    def data(self):
        return {self.pick(["k", "a.txt", "conf", "x"]): self.value(0.5) if self.chance(0.2) else self.text(0.5)
                for _ in range(self.r.randint(1, 3))}

    def rules(self):
        return [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"],
                 "resourceNames": [self.name() for _ in range(self.r.randint(1, 2))]}]

    def subjects(self):
        out = []
        for _ in range(self.r.randint(1, 2)):
            s = {"kind": self.pick(["ServiceAccount", "ServiceAccount", "User"]), "name": self.pick(NAMES + ["default"])}
            if self.chance(0.4):
                s["namespace"] = self.pick(NAMESPACES)
            out.append(s)
        return out

    def other(self):
        m = self.meta
        makers = [
            lambda: {"apiVersion": "v1", "kind": "Service", "metadata": m(),
                     "spec": {"ports": [{"port": Raw("80"), "targetPort": self.pick([Raw("8080"), "http"])}],
                              **({"selector": self.pairs(1, 2)} if self.chance(0.7) else {})}},
            lambda: {"apiVersion": "v1", "kind": "ConfigMap", "metadata": m(), "data": self.data()},
            lambda: {"apiVersion": "v1", "kind": "Secret", "metadata": m(), "type": "Opaque", "stringData": self.data()},
            lambda: {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": m(),
                     **({"imagePullSecrets": [{"name": self.name()}]} if self.chance(0.4) else {}),
                     **({"secrets": [{"name": self.name()}]} if self.chance(0.3) else {})},
            lambda: {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": m(),
                     "spec": {"tls": [{"secretName": self.name(), "hosts": ["$(VAR).example.com"]}],
                              "rules": [{"host": "x.example.com", "http": {"paths": [
                                  {"path": "/", "backend": {"service": {"name": self.name(), "port": {"number": Raw("80")}}}}]}}]}},
            lambda: {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": m(), "rules": self.rules()},
            lambda: {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": m(ns=False), "rules": self.rules()},
            lambda: {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": m(),
                     "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": self.pick(["Role", "ClusterRole"]), "name": self.name()},
                     "subjects": self.subjects()},
            lambda: {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": m(ns=False),
                     "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": self.name()},
                     "subjects": self.subjects()},
            lambda: {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": m(),
                     "spec": {"storageClassName": self.name(), "volumeName": self.name()}},
            lambda: {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": m(),
                     "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": self.name()},
                              "minReplicas": Raw("1")}},
            lambda: {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": m(),
                     "spec": {"minAvailable": Raw("1"), **({"selector": {"matchLabels": self.pairs(1, 1)}} if self.chance(0.6) else {})}},
            lambda: {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": m(),
                     "spec": {"podSelector": {"matchLabels": self.pairs(1, 1)} if self.chance(0.6) else {},
                              "ingress": [{"from": [{"podSelector": {"matchLabels": self.pairs(1, 1)}}]}]}},
            lambda: {"apiVersion": "v1", "kind": "Namespace", "metadata": m(self.pick(NAMESPACES), ns=False)},
            lambda: {"apiVersion": "example.com/v1", "kind": self.pick(["Widget", "Gadget"]), "metadata": m(),
                     "spec": {"ref": {"name": self.name(), "kind": "ConfigMap"}, "selector": self.pairs(1, 1),
                              "list": [self.value(0.4) for _ in range(2)], "n": self.value(0.5),
                              "containers": [{"name": "c", "image": self.pick(IMAGES)}]}},
            lambda: {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                     "metadata": {"name": "widgets.example.com"},
                     "spec": {"group": "example.com", "names": {"kind": "Widget"}, "scope": "Namespaced"}},
            lambda: {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": m(ns=False), "provisioner": "p"},
            lambda: {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": m(ns=False), "value": Raw("1000")},
            lambda: {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": m(ns=False),
                     "webhooks": [{"name": "w.example.com", "clientConfig": {"service": {"name": self.name(), "namespace": self.pick(NAMESPACES)}}}]},
            lambda: {"apiVersion": "batch/v1", "kind": "Job", "metadata": m(), "spec": {"template": self.template()}},
            lambda: {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": m(),
                     "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": self.template()}}}},
            lambda: {"apiVersion": "v1", "kind": "Pod", "metadata": m(), "spec": self.pod_spec()},
        ]
        return self.pick(makers)()

    def object(self):
        if self.chance(0.4):
            return self.workload(self.pick(["Deployment", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]))
        return self.other()

    # text

    def scalar(self, s, indent, key=False):
        if isinstance(s, Raw):
            return str(s)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9./-]*", s) and s.lower() not in (
                "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan") and self.chance(0.8):
            return s
        if re.fullmatch(r"[ -~]+", s) and s.strip() == s and self.chance(0.5):
            return "'" + s.replace("'", "''") + "'"
        if "\n" in s and not key and self.chance(0.6) and re.fullmatch(r"([!-~][ -~]*[!-~]|[!-~]|\n)+", s) and s[0] != "\n":
            body = s.rstrip("\n")
            tail = len(s) - len(body)
            chomp = "-" if tail == 0 else "" if tail == 1 else "+"
            lines = body.split("\n") + [""] * max(0, tail - 1)
            return "|" + chomp + "\n" + "\n".join((" " * indent + l) if l else "" for l in lines)
        return json.dumps(s, ensure_ascii=self.chance(0.1) and all(ord(c) < 0x10000 for c in s))

    def emit(self, node, indent=0):
        """The lines of a block node."""
        pad = " " * indent
        out = []
        if isinstance(node, dict):
            items = list(node.items())
            self.r.shuffle(items)
            for k, v in items:
                key = self.scalar(k, 0, key=True)
                out += self.member(pad + key + ":", v, indent)
        else:
            for v in node:
                out += self.member(pad + "-", v, indent, in_list=True)
        return out

    def member(self, head, v, indent, in_list=False):
        if isinstance(v, (dict, list)):
            if not v:
                return [head + (" {}" if isinstance(v, dict) else " []")]
            if self.chance(0.04):
                return [head + " " + self.flow(v)]
            step = 2
            if isinstance(v, list) and not in_list and self.chance(0.5):
                step = 0
            body = self.emit(v, indent + (2 if in_list else step))
            if in_list:
                return [head + " " + body[0].lstrip(" ")] + body[1:]
            return [head] + body
        text = self.scalar(v, indent + 2)
        line = head + (" " + text if text else "")
        if self.chance(0.02) and "\n" not in line:
            line += " # comment"
        return line.split("\n")

    def flow(self, v):
        if isinstance(v, dict):
            return "{" + ", ".join(json.dumps(k) + ": " + self.flow(x) for k, x in v.items()) + "}"
        if isinstance(v, list):
            return "[" + ", ".join(self.flow(x) for x in v) + "]"
        if isinstance(v, Raw):
            return str(v) or "null"
        return json.dumps(v, ensure_ascii=False)

    def yaml(self, docs):
        parts = ["\n".join(self.emit(d)) + "\n" for d in docs]
        return ("# head\n" if self.chance(0.1) else "") + "---\n".join(parts)

    # kustomizations

    def write(self, path, text):
        self.files[path] = text

    def kust_yaml(self, k):
        """kustomization.yaml is read by YAML 1.1: strings are quoted where they must be."""
        return "\n".join(self.kemit(k, 0)) + "\n"

    def kemit(self, node, indent):
        pad = " " * indent
        out = []
        if isinstance(node, dict):
            for k, v in node.items():
                if isinstance(v, (dict, list)) and v:
                    out.append(pad + k_text(k) + ":")
                    out += self.kemit(v, indent + 2)
                elif isinstance(v, str) and "\n" in v and not isinstance(v, Raw) and k == "patch":
                    out.append(pad + "patch: |-")
                    out += [(pad + "  " + l) if l else "" for l in v.rstrip("\n").split("\n")]
                else:
                    out.append(pad + k_text(k) + ": " + k_scalar(v))
        else:
            for v in node:
                if isinstance(v, (dict, list)) and v:
                    body = self.kemit(v, indent + 2)
                    out.append(pad + "- " + body[0].lstrip(" "))
                    out += body[1:]
                else:
                    out.append(pad + "- " + k_scalar(v))
        return out

    def selector(self, objects):
        o = self.pick(objects) if objects else self.other()
        kinds = [o["kind"]]
        t = {}
        if self.chance(0.8):
            t["kind"] = self.pick(kinds + ["Deployment|StatefulSet", ".*Set", "Deploy.*"] if self.chance(0.3) else kinds)
        if self.chance(0.5):
            t["name"] = self.pick([o["metadata"]["name"], ".*", "w.*", "(web|api)", "[a-d].*"])
        if self.chance(0.15):
            t["namespace"] = self.pick(NAMESPACES + [".*"])
        if self.chance(0.1):
            t["group"] = self.pick(["apps", "batch", ""])
        if self.chance(0.1):
            t["version"] = "v1"
        if self.chance(0.1):
            t["labelSelector"] = self.pick(["app", "!app", "app=blue", "app in (blue, v1)", "tier!=x", "app notin (web),team"])
        if self.chance(0.05):
            t["annotationSelector"] = self.pick(["app", "app=blue"])
        return t

    def sub(self, node, depth=0):
        """Part of an object, changed: the body of a strategic merge patch."""
        if isinstance(node, dict):
            out = {}
            for k, v in node.items():
                if not self.chance(0.45):
                    continue
                if k in ("apiVersion", "kind"):
                    continue
                if self.chance(0.08):
                    out[k] = Raw("null")
                elif self.chance(0.02) and isinstance(v, dict):
                    out[k] = {"$patch": self.pick(["delete", "replace", "merge"])}
                else:
                    out[k] = self.sub(v, depth + 1)
            if self.chance(0.15):
                out[self.pick(["extra", "x"])] = self.pick([self.value(), {"a": Raw("null"), "b": self.value()}, []])
            return out
        if isinstance(node, list):
            out = []
            for v in node:
                if self.chance(0.6):
                    if isinstance(v, dict):
                        e = self.sub(v, depth + 1)
                        for key in ("name", "containerPort", "mountPath", "topologyKey", "whenUnsatisfiable"):
                            if key in v and self.chance(0.95):
                                e[key] = v[key]
                        if self.chance(0.06):
                            e["$patch"] = self.pick(["delete", "replace"])
                        out.append(e or {"name": "n"})
                    else:
                        out.append(v)
            if self.chance(0.1):
                out.append({"name": "added"} if node and isinstance(node[0], dict) else "added")
            if self.chance(0.03):
                out.insert(0, {"$patch": self.pick(["replace", "delete", "merge"])})
            return out
        return self.value(0.4)

    def sm_patch(self, o, final_ns=None):
        meta = {"name": o["metadata"]["name"]}
        if o["metadata"].get("namespace"):
            meta["namespace"] = o["metadata"]["namespace"]
        for part in ("labels", "annotations"):
            if self.chance(0.2):
                meta[part] = {k: self.pick([Raw("null"), self.value()]) for k in self.pairs(1, 2)}
        p = {"apiVersion": o["apiVersion"], "kind": o["kind"], "metadata": meta}
        if self.chance(0.04):
            p["$patch"] = "delete"
            return p
        rest = {k: v for k, v in o.items() if k not in ("apiVersion", "kind", "metadata")}
        p.update(self.sub(rest))
        return p

    def json_patch(self, o):
        ops = []
        pod = "template" in o.get("spec", {})
        for _ in range(self.r.randint(1, 3)):
            choices = [
                {"op": "add", "path": "/metadata/labels", "value": self.pairs()},
                {"op": "add", "path": "/metadata/annotations/added", "value": self.text()},
                {"op": "replace", "path": "/metadata/name", "value": self.name()},
                {"op": "add", "path": "/data", "value": {"k": self.text(0.6), "big": Raw("9007199254740993")}},
                {"op": "copy", "from": "/metadata/name", "path": "/metadata/annotations/copied"},
                {"op": "test", "path": "/kind", "value": o["kind"]},
                {"op": "add", "path": "/x~1y", "value": [Raw("1.5"), self.text(), Raw("null")]},
            ]
            if pod or self.chance(0.03):
                choices += [
                    {"op": "add", "path": "/spec/replicas", "value": Raw("4")},
                    {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": self.pick(IMAGES)},
                    {"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "late", "image": "nginx"}},
                    {"op": "remove", "path": "/spec/template/spec/containers/0"},
                    {"op": "move", "from": "/spec/template/spec", "path": "/spec/template/spec"},
                ]
            ops.append(self.pick(choices))
        return ops

    def patches(self, objects, k, d):
        out = []
        for i in range(self.r.randint(1, 3)):
            o = self.pick(objects)
            e = {}
            if self.chance(0.65):
                docs = [self.sm_patch(o)]
                targeted = self.chance(0.4)
                if not targeted and self.chance(0.15):
                    docs.append(self.sm_patch(self.pick(objects)))
                text = self.yaml(docs)
                if targeted:
                    e["target"] = self.selector([o])
                if self.chance(0.15):
                    e["options"] = {self.pick(["allowNameChange", "allowKindChange"]): Raw("true")}
            else:
                text = json.dumps(unraw(self.json_patch(o))) if self.chance(0.3) else self.kust_yaml_list(self.json_patch(o))
                e["target"] = self.selector([o]) if self.chance(0.2) else {"kind": o["kind"], "name": o["metadata"]["name"]}
            if self.chance(0.5) or "\u0085" in text or "\u2028" in text:
                f = "patch%d.yaml" % self.number()
                self.write(d + f, text)
                e["path"] = f
            else:
                e["patch"] = text
            out.append(e)
        k["patches"] = out

    def kust_yaml_list(self, ops):
        return "\n".join(self.kemit(ops, 0)) + "\n"

    def number(self):
        self.count += 1
        return self.count

    def generator(self, d, secret, known):
        g = {"name": "gen%d" % self.number()}
        if self.chance(0.2):
            g["namespace"] = self.pick(NAMESPACES)
        there = [o["metadata"] for o in known if o["kind"] == ("Secret" if secret else "ConfigMap")]
        if there and self.chance(0.5):
            m = self.pick(there)
            g = {"name": m["name"], "behavior": self.pick(["merge", "replace", "merge", "create"] if self.chance(0.1) else ["merge", "replace"])}
            if m.get("namespace"):
                g["namespace"] = m["namespace"]
        if self.chance(0.7):
            g["literals"] = [k + "=" + self.text(0.4).replace("\n", " ") for k in self.r.sample(["k", "l", "m"], self.r.randint(1, 2))]
        if self.chance(0.4):
            f = "f%d.txt" % self.number()
            self.write(d + f, self.pick([self.text(0.8), "plain\n", "long " * 60, "bin\udcff\udcfe" + "x" * 60]))
            g["files"] = [self.pick([f, "key=" + f])]
        if self.chance(0.3):
            f = "e%d.env" % self.number()
            self.write(d + f, "# c\nE1=%s\n\n  E2 = two \nE3\r\n" % self.text(0.4).replace("\n", " "))
            g["envs"] = [f]
        if secret and self.chance(0.3):
            g["type"] = "example.com/x"
        if self.chance(0.2):
            g["options"] = self.generator_options()
        return g

    def generator_options(self):
        o = {}
        if self.chance(0.4):
            o["labels"] = self.pairs()
        if self.chance(0.4):
            o["annotations"] = self.pairs(hostile=0.4)
        if self.chance(0.3):
            o["disableNameSuffixHash"] = Raw("true")
        if self.chance(0.3):
            o["immutable"] = Raw("true")
        return o or {"immutable": Raw("false")}

    def image(self):
        i = {"name": self.pick(["nginx", "registry:5000/team/app", "busybox", "postgres", "ngin.", "(nginx|postgres)"])}
        for f, vals in (("newName", ["mirror/nginx", "r.example.com:443/x"]), ("newTag", ["v2", "1.26", "0.10"]),
                        ("digest", ["sha256:" + "c" * 64]), ("tagSuffix", ["-fips"])):
            if self.chance(0.35):
                i[f] = self.pick(vals)
        return i

    def paths_of(self, o):
        paths = ["metadata.name"] * 3
        if o["metadata"].get("labels", {}).get("app"):
            paths += ["metadata.labels.app", "metadata.labels"]
        if "k" in o.get("data", {}):
            paths.append("data.k")
        spec = o.get("spec", {})
        if "replicas" in spec:
            paths.append("spec.replicas")
        for c in spec.get("template", {}).get("spec", {}).get("containers", [])[:1]:
            if "image" in c:
                paths += ["spec.template.spec.containers.0.image", "spec.template.spec.containers.[name=%s].image" % c["name"]]
        return paths + (["spec.nothing"] if self.chance(0.03) else [])

    def replacement(self, objects):
        src = self.pick(objects)
        s = {"kind": src["kind"], "name": src["metadata"]["name"]}
        if self.chance(0.7):
            s["fieldPath"] = self.pick(self.paths_of(src))
        if self.chance(0.15):
            s["options"] = {"delimiter": self.pick([":", "-", "."]), "index": Raw("0")}
        o = self.pick(objects)
        anywhere = ["metadata.annotations.copied", "metadata.name", "metadata.labels.app", "data.k", "metadata.annotations.[x.y/z]"]
        pods = ["spec.template.spec.containers.0.image", "spec.template.spec.containers.*.image", "spec.replicas",
                "spec.template.spec.containers.[name=main].image", "spec.template.spec.containers.[name=a].image",
                "spec.template.metadata.labels", "spec.template.spec.containers.0.env.[name=A].value"]
        pod = "template" in o.get("spec", {})
        t = {"select": self.selector(objects) if not pod and self.chance(0.5) else {"kind": o["kind"]},
             "fieldPaths": self.r.sample(anywhere + (pods if pod else []), self.r.randint(1, 2))}
        if self.chance(0.2):
            t["reject"] = [self.selector(objects)]
        if self.chance(0.9):
            t["options"] = {"create": Raw("true")}
            if self.chance(0.2):
                t["options"].update(delimiter=self.pick([":", "-"]), index=Raw(self.pick(["0", "1", "-1", "9"])))
        rep = {"source": s, "targets": [t]}
        if self.chance(0.1):
            rep = {"sourceValue": self.text(0.4) or "v", "targets": [t]}
        return rep

    def configuration(self, d):
        f = "conf%d.yaml" % self.number()
        c = {}
        if self.chance(0.5):
            c["nameReference"] = [{"kind": "ConfigMap", "version": "v1", "fieldSpecs": [{"kind": self.pick(["Widget", "Gadget"]), "path": "spec/ref/name"}]}]
        if self.chance(0.4):
            c["commonLabels"] = [{"path": "spec/selector", "kind": "Widget", "create": Raw("true")}]
        if self.chance(0.3):
            c["images"] = [{"path": "spec/img", "kind": "Widget"}]
        if self.chance(0.3):
            c["namespace"] = [{"path": "spec/ns", "kind": "Gadget", "create": Raw("true")}]
        if self.chance(0.3):
            c["replicas"] = [{"path": "spec/size", "kind": "Widget", "create": Raw("true")}]
        if self.chance(0.3):
            c["namePrefix"] = [{"path": "spec/n", "kind": "Widget"}]
        if self.chance(0.3):
            c["varReference"] = [{"path": "spec/list", "kind": "Widget"}]
        self.write(d + f, self.kust_yaml(c) if c else "{}\n")
        return f

    def plugin(self, d):
        spec = [{"path": "metadata/labels", "create": Raw("true")}]
        return self.pick([
            {"kind": "LabelTransformer", "labels": self.pairs(), "fieldSpecs": spec},
            {"kind": "AnnotationsTransformer", "annotations": self.pairs(), "fieldSpecs": [{"path": "metadata/annotations", "create": Raw("true")}]},
            {"kind": "PrefixTransformer", "prefix": "t-", "fieldSpecs": [{"path": "metadata/name"}]},
            {"kind": "SuffixTransformer", "suffix": "-t", "fieldSpecs": [{"path": "metadata/name", "kind": "Deployment"}]},
            {"kind": "NamespaceTransformer", "metadata": {"name": "x", "namespace": self.pick(NAMESPACES)},
             "unsetOnly": Raw(self.pick(["true", "false"])),
             "setRoleBindingSubjects": self.pick(["defaultOnly", "allServiceAccounts", "none"]),
             "fieldSpecs": [{"path": "metadata/name", "kind": "Namespace", "create": Raw("true")}]},
            {"kind": "ImageTagTransformer", "imageTag": self.image(), "fieldSpecs": [{"path": "spec/img"}]},
            {"kind": "PatchTransformer", "target": {"kind": "Deployment"}, "patch": '[{"op":"add","path":"/spec/paused","value":true}]'},
        ])

    def kustomization(self, d, objects, lower, component=False):
        """Fill directory d; objects: what is there before; returns what is there then."""
        r = self.r
        k = {}
        if component:
            k["apiVersion"] = "kustomize.config.k8s.io/v1alpha1"
            k["kind"] = "Component"
        elif self.chance(0.3):
            k["apiVersion"] = "kustomize.config.k8s.io/v1beta1"
            k["kind"] = "Kustomization"
        mine = list(objects)
        resources = list(lower)
        for _ in range(r.randint(0 if lower or component else 1, 3)):
            docs = []
            for _ in range(r.randint(1, 3)):
                o = self.object()
                ident = (o["apiVersion"], o["kind"], o["metadata"]["name"], o["metadata"].get("namespace", "default"))
                if ident in self.seen and not self.chance(0.02):
                    continue
                self.seen.add(ident)
                docs.append(o)
            if not docs:
                continue
            f = "r%d.yaml" % self.number()
            kind = r.randrange(12)
            if kind == 0:
                text = json.dumps(unraw({"apiVersion": "v1", "kind": "List", "items": docs}), indent=self.pick([None, 2]))
            elif kind == 1:
                text = self.yaml([{"apiVersion": "v1", "kind": "List", "items": docs}])
            else:
                text = self.yaml(docs)
            self.write(d + f, text)
            resources.append(f)
            mine += docs
        if resources:
            r.shuffle(resources)
            k["resources" if self.chance(0.95) or any("/" not in x for x in resources) else "bases"] = resources
        for field, secret in (("configMapGenerator", False), ("secretGenerator", True)):
            if self.chance(0.25):
                k[field] = [self.generator(d, secret, mine) for _ in range(r.randint(1, 2))]
                mine += [{"apiVersion": "v1", "kind": "Secret" if secret else "ConfigMap",
                          "metadata": {x: g[x] for x in ("name", "namespace") if x in g}} for g in k[field] if "behavior" not in g]
        if self.chance(0.15):
            k["generatorOptions"] = self.generator_options()
        if self.chance(0.3):
            k["namePrefix"] = self.pick(["p-", "dev-", "1"])
        if self.chance(0.2):
            k["nameSuffix"] = self.pick(["-s", "-v2"])
        if self.chance(0.25):
            k["namespace"] = self.pick(NAMESPACES)
        if self.chance(0.25):
            k["commonLabels"] = self.pairs()
        if self.chance(0.3):
            k["labels"] = []
            for _ in range(r.randint(1, 2)):
                l = {"pairs": self.pairs()}
                if self.chance(0.4):
                    l["includeSelectors"] = Raw("true")
                if self.chance(0.4):
                    l["includeTemplates"] = Raw("true")
                if self.chance(0.1):
                    l["fields"] = [{"path": "spec/tags", "kind": "Widget", "create": Raw("true")}]
                k["labels"].append(l)
        if self.chance(0.25):
            k["commonAnnotations"] = self.pairs(hostile=0.5)
        if self.chance(0.3):
            k["images"] = [self.image() for _ in range(r.randint(1, 2))]
        if self.chance(0.15):
            names = [o["metadata"]["name"] for o in mine if o["kind"] in ("Deployment", "StatefulSet", "ReplicaSet")]
            if names:
                k["replicas"] = [{"name": self.pick(names), "count": Raw(self.pick(["0", "2", "7"]))}]
        if mine and self.chance(0.45):
            self.patches(mine, k, d)
        if mine and self.chance(0.12):
            f = "psm%d.yaml" % self.number()
            self.write(d + f, self.yaml([self.sm_patch(self.pick(mine))]))
            k["patchesStrategicMerge"] = [f]
        if mine and self.chance(0.1):
            o = self.pick(mine)
            k["patchesJson6902"] = [{"target": {"version": "v1", "kind": o["kind"], "name": o["metadata"]["name"]},
                                     "patch": self.kust_yaml_list(self.json_patch(o))}]
        if mine and self.chance(0.2):
            k["replacements"] = [self.replacement(mine) for _ in range(r.randint(1, 2))]
        if mine and self.chance(0.1):
            o = self.pick(mine)
            group, _, version = o["apiVersion"].rpartition("/")
            k["vars"] = [{"name": self.pick(["VAR", "OTHER"]) if not component else "C%d" % self.number(),
                          "objref": {"apiVersion": o["apiVersion"], "kind": o["kind"], "name": o["metadata"]["name"]}}]
            if self.chance(0.3):
                k["vars"][0]["fieldref"] = {"fieldPath": self.pick(self.paths_of(o))}
        if self.chance(0.12):
            k["configurations"] = [self.configuration(d)]
        if self.chance(0.12):
            p = self.plugin(d)
            p = {"apiVersion": "builtin", **p}
            p.setdefault("metadata", {"name": "x"})
            text = self.kust_yaml(p)
            if self.chance(0.5):
                f = "tr%d.yaml" % self.number()
                self.write(d + f, text)
                k["transformers"] = [f]
            else:
                k["transformers"] = [text]
        if self.chance(0.15):
            k["sortOptions"] = self.pick([{"order": "fifo"}, {"order": "legacy"},
                                          {"order": "legacy", "legacySortOptions": {"orderFirst": ["Service", "ConfigMap"], "orderLast": ["Namespace"]}}])
        if self.chance(0.12):
            k["buildMetadata"] = r.sample(["originAnnotations", "transformerAnnotations", "managedByLabel"], r.randint(1, 3))
        if component is False and self.chance(0.3) and mine:
            c = "c%d" % self.number()
            self.kustomization(self.root(d) + c + "/", mine, [], component=True)
            k["components"] = ["../" + c]
        if self.chance(0.3):
            items = list(k.items())
            r.shuffle(items)
            k = dict(items)
        self.write(d + self.pick(["kustomization.yaml"] * 8 + ["kustomization.yml", "Kustomization"]),
                   self.kust_yaml(k) if k else "resources: []\n")
        return mine

    def root(self, d):
        return os.path.dirname(d.rstrip("/")) + "/" if "/" in d.rstrip("/") else ""

    def build(self):
        bases = []
        objects = []
        for i in range(self.r.randint(1, 2)):
            objects += self.kustomization("b%d/" % i, [], [])
            bases.append("../b%d" % i)
        top = "b0/"
        for i in range(self.r.randint(0, 2)):
            objects = self.kustomization("o%d/" % i, objects, bases)
            bases = ["../o%d" % i]
            top = "o%d/" % i
        return top


def k_text(k):
    return k if re.fullmatch(r"\$?[A-Za-z][A-Za-z0-9.$]*", k) and k not in ("on", "y", "n", "no", "yes", "off") else json.dumps(k)


def k_scalar(v):
    if isinstance(v, Raw):
        return str(v)
    if isinstance(v, (dict, list)):
        return "{}" if isinstance(v, dict) else "[]"
    return json.dumps(v, ensure_ascii=False)


def unraw(v):
    if isinstance(v, dict):
        return {k: unraw(x) for k, x in v.items()}
    if isinstance(v, list):
        return [unraw(x) for x in v]
    if isinstance(v, Raw):
        try:
            return json.loads(str(v))
        except ValueError:
            return {"~": None, "": None, "False": False}.get(str(v), str(v))
    return v


def generate(seed):
    """The files of the tree, by path, and the directory to build."""
    t = Tree(seed)
    top = t.build()
    return t.files, top.rstrip("/")
