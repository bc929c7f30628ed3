"""Pod specs and what holds them."""
from .source import Raw

IMAGES = ["nginx", "nginx:1.25", "registry:5000/team/app", "registry:5000/team/app:v1",
          "busybox@sha256:" + "a" * 64, "postgres:16", "nginx:1.25@sha256:" + "b" * 64]
WORKLOADS = ["Deployment", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]


def metadata(s, name=None, namespaced=True):
    m = {"name": name or s.name()}
    if namespaced and s.chance(0.25):
        m["namespace"] = s.namespace()
    if s.chance(0.4):
        m["labels"] = {k: s.value(0.2) for k in s.pairs()}
    if s.chance(0.3):
        m["annotations"] = {k: s.value(0.4) for k in s.pairs()}
    elif s.chance(0.05):
        m["annotations"] = s.pick([{}, Raw("null"), Raw("")])
    if s.chance(0.05):
        m["finalizers"] = s.some(["a/f", "b/f", "c/f"], 1, 3)
    if s.chance(0.03):
        m["ownerReferences"] = [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": u}
                                for u in s.some(["u1", "u2"])]
    if s.chance(0.02):
        m.setdefault("annotations", {})
        if isinstance(m["annotations"], dict):
            m["annotations"]["config.kubernetes.io/local-config"] = s.pick(["true", "false"])
    if s.chance(0.03):
        m["creationTimestamp"] = Raw("null")
    return m


def variable(s):
    e = {"name": s.pick(["A", "B", "C", "D"])}
    kind = s.r.randrange(5)
    if kind == 0:
        e["value"] = s.value(0.4)
    elif kind == 1:
        e["valueFrom"] = {"configMapKeyRef": {"name": s.name(), "key": "k"}}
    elif kind == 2:
        e["valueFrom"] = {"secretKeyRef": {"name": s.name(), "key": "k"}}
    else:
        e["value"] = s.pick(["$(VAR)", "$(OTHER)", "x$(VAR)y", "$$(VAR)", "v"])
    return e


def port(s):
    p = {"containerPort": Raw(s.pick(["80", "8080", "443"]))}
    if s.chance(0.4):
        p["protocol"] = s.pick(["TCP", "UDP"])
    if s.chance(0.4):
        p["name"] = s.pick(["http", "metrics", "dns"])
    return p


def container(s, name):
    c = {"name": name}
    if s.chance(0.9):
        c["image"] = s.pick(IMAGES)
    if s.chance(0.5):
        c["env"] = [variable(s) for _ in s.times(1, 3)]
    if s.chance(0.3):
        c["envFrom"] = [s.pick([{"configMapRef": {"name": s.name()}}, {"secretRef": {"name": s.name()}}])]
    if s.chance(0.4):
        c["ports"] = [port(s) for _ in s.times(1, 3)]
    if s.chance(0.3):
        c["args"] = [s.text() for _ in s.times(1, 3)]
    if s.chance(0.1):
        c["command"] = ["sh", "-c", s.pick(["echo $(VAR)", "sleep 1; exit 0", "a\nb\n"])]
    if s.chance(0.2):
        c["volumeMounts"] = [{"name": "v%d" % i, "mountPath": "/m%d" % s.r.randrange(3)} for i in s.times(1, 2)]
    if s.chance(0.05):
        c["volumeDevices"] = [{"name": "d", "devicePath": "/dev/%s" % d} for d in s.some(["a", "b"])]
    if s.chance(0.1):
        c["resources"] = {"limits": {"cpu": s.pick([Raw("1"), "100m", Raw("0.5")]), "memory": "1Gi"}}
    return c


def volume(s, i):
    name = "v%d" % i
    return s.pick([
        {"name": name, "configMap": {"name": s.name()}},
        {"name": name, "secret": {"secretName": s.name()}},
        {"name": name, "persistentVolumeClaim": {"claimName": s.name()}},
        {"name": name, "emptyDir": {}},
        {"name": name, "image": {"reference": s.pick(IMAGES)}},
        {"name": name, "nfs": {"server": s.pick(["$(VAR)", "nfs.example.com"]), "path": "/"}},
        {"name": name, "projected": {"sources": [{"configMap": {"name": s.name()}}, {"secret": {"name": s.name()}}]}},
    ])


def affinity(s):
    selector = {"labelSelector": {"matchLabels": s.pairs(1, 1)}, "topologyKey": "host"}
    kind = s.pick(["podAffinity", "podAntiAffinity"])
    if s.chance(0.5):
        return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [selector]}}
    return {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": Raw("1"), "podAffinityTerm": selector}]}}


def spread(s):
    return {"maxSkew": Raw("1"), "topologyKey": s.pick(["zone", "host"]),
            "whenUnsatisfiable": s.pick(["DoNotSchedule", "ScheduleAnyway"]),
            "labelSelector": {"matchLabels": s.pairs(1, 1)}}


def pod_spec(s):
    spec = {"containers": [container(s, n) for n in s.some(["main", "side", "log"])]}
    optional = [
        (0.2, "initContainers", lambda: [container(s, "init")]),
        (0.03, "ephemeralContainers", lambda: [container(s, "debug")]),
        (0.4, "volumes", lambda: [volume(s, i) for i in s.times(1, 2)]),
        (0.3, "serviceAccountName", s.name),
        (0.2, "imagePullSecrets", lambda: [{"name": n} for n in s.some(["web", "api", "db"])]),
        (0.1, "tolerations", lambda: [{"key": "k", "operator": "Exists"}]),
        (0.1, "priorityClassName", s.name),
        (0.1, "topologySpreadConstraints", lambda: [spread(s) for _ in s.times(1, 2)]),
        (0.1, "affinity", lambda: affinity(s)),
        (0.05, "hostAliases", lambda: [{"ip": ip, "hostnames": ["h"]} for ip in s.some(["10.0.0.1", "10.0.0.2"])]),
        (0.05, "nodeSelector", lambda: s.pairs(1, 2)),
    ]
    for p, key, make in optional:
        if s.chance(p):
            spec[key] = make()
    return spec


def template(s):
    t = {"spec": pod_spec(s)}
    if s.chance(0.7):
        t["metadata"] = {"labels": s.pairs()}
        if s.chance(0.3):
            t["metadata"]["annotations"] = s.pairs(hostile=0.4)
    return t


def claim_template(s):
    t = {"metadata": {"name": "data"}, "spec": {"storageClassName": s.name()}}
    if s.chance(0.3):
        t["metadata"]["labels"] = s.pairs(1, 2)
    return t


def workload(s, kind):
    spec = {"template": template(s)}
    if s.chance(0.6):
        spec["selector"] = {"matchLabels": s.pairs(1, 2)}
    if kind != "DaemonSet" and s.chance(0.5):
        spec["replicas"] = s.pick([Raw("1"), Raw("3"), Raw("0"), "2"])
    if kind == "StatefulSet":
        spec["serviceName"] = s.name()
        if s.chance(0.5):
            spec["volumeClaimTemplates"] = [claim_template(s) for _ in s.times(1, 2)]
    o = {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata(s), "spec": spec}
    if s.chance(0.05):
        o["status"] = {"conditions": [{"type": t, "status": "True"} for t in s.some(["Available", "Progressing"])]}
    return o
