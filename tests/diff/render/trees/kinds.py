"""Objects of all the kinds that kustomize knows something about."""
from .pods import IMAGES, WORKLOADS, metadata, pod_spec, template, workload
from .source import NAMES, NAMESPACES, Raw

RBAC = "rbac.authorization.k8s.io"
NESTED = ['{"a": {"b": "x"}, "l": [1, 2]}', '{\n  "a": {\n    "b": "x"\n  }\n}', "a:\n  b: x\nl:\n- 1\n",
          "b: 1\na:\n  b: two\n"]


def made(api_version, kind, meta, **fields):
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **{k: v for k, v in fields.items() if v is not None}}


def data(s):
    out = {s.pick(["k", "a.txt", "conf", "x"]): s.value(0.5) if s.chance(0.2) else s.text(0.5)
           for _ in s.times(1, 3)}
    if s.chance(0.2):
        out["nested"] = s.pick(NESTED)
    return out


def marked(s, meta):
    """Sometimes an object that wants a hash, as a generated one does."""
    if s.chance(0.04) and isinstance(meta.get("annotations", {}), dict):
        meta.setdefault("annotations", {})["internal.config.kubernetes.io/needsHashSuffix"] = "enabled"
    return meta


def config_map(s):
    binary = {"b": "AAEC"} if s.chance(0.1) else None
    return made("v1", "ConfigMap", marked(s, metadata(s)), data=data(s), binaryData=binary)


def secret(s):
    field = s.pick(["stringData", "stringData", "data"])
    return made("v1", "Secret", marked(s, metadata(s)), type="Opaque",
                **{field: data(s) if field == "stringData" else {"k": "YWJj"}})


def service(s):
    ports = [{"port": Raw(p), "targetPort": s.pick([Raw("8080"), "http"])} for p in s.some(["80", "443"])]
    for p in ports:
        if s.chance(0.2):
            p["protocol"] = s.pick(["TCP", "UDP"])
    return made("v1", "Service", metadata(s), spec={"ports": ports, **({"selector": s.pairs(1, 2)} if s.chance(0.7) else {})})


def service_account(s):
    return made("v1", "ServiceAccount", metadata(s),
                imagePullSecrets=[{"name": s.name()}] if s.chance(0.4) else None,
                secrets=[{"name": s.name()}] if s.chance(0.3) else None)


def ingress(s):
    meta = metadata(s)
    if s.chance(0.2) and isinstance(meta.get("annotations", {}), dict):
        meta.setdefault("annotations", {})[s.pick([
            "ingress.kubernetes.io/auth-secret", "nginx.ingress.kubernetes.io/auth-secret",
            "nginx.ingress.kubernetes.io/auth-tls-secret",
            "nginx.ingress.kubernetes.io/fastcgi-params-configmap"])] = s.name()
    old = s.chance(0.2)
    backend = {"serviceName": s.name(), "servicePort": Raw("80")} if old else \
        {"service": {"name": s.name(), "port": {"number": Raw("80")}}}
    spec = {"tls": [{"secretName": s.name(), "hosts": ["$(VAR).example.com"]}],
            "rules": [{"host": "x.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}]}
    if s.chance(0.2):
        spec["backend" if old else "defaultBackend"] = backend
    if s.chance(0.2):
        spec["ingressClassName"] = s.name()
    return made("extensions/v1beta1" if old else "networking.k8s.io/v1", "Ingress", meta, spec=spec)


def rules(s):
    return [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"],
             "resourceNames": [s.name() for _ in s.times(1, 2)]}]


def role(s):
    return made(RBAC + "/v1", "Role", metadata(s), rules=rules(s))


def cluster_role(s):
    return made(RBAC + "/v1", "ClusterRole", metadata(s, namespaced=False), rules=rules(s))


def subjects(s):
    out = []
    for _ in s.times(1, 2):
        subject = {"kind": s.pick(["ServiceAccount", "ServiceAccount", "User"]), "name": s.pick(NAMES + ["default"])}
        if s.chance(0.4):
            subject["namespace"] = s.namespace()
        out.append(subject)
    return out


def role_binding(s):
    return made(RBAC + "/v1", "RoleBinding", metadata(s), subjects=subjects(s),
                roleRef={"apiGroup": RBAC, "kind": s.pick(["Role", "ClusterRole"]), "name": s.name()})


def cluster_role_binding(s):
    return made(RBAC + "/v1", "ClusterRoleBinding", metadata(s, namespaced=False), subjects=subjects(s),
                roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": s.name()})


def claim(s):
    return made("v1", "PersistentVolumeClaim", metadata(s), spec={"storageClassName": s.name(), "volumeName": s.name()})


def volume(s):
    source = s.pick([{"nfs": {"server": "$(VAR)", "path": "/x"}}, {"azureFile": {"secretName": s.name(), "shareName": "x"}},
                     {"hostPath": {"path": "/d"}}])
    return made("v1", "PersistentVolume", metadata(s, namespaced=False),
                spec={"capacity": {"storage": "1Gi"}, "storageClassName": s.name(), **source})


def storage_class(s):
    parameters = {s.pick(["secretName", "adminSecretName", "userSecretName", "type"]): s.name()}
    return made("storage.k8s.io/v1", "StorageClass", metadata(s, namespaced=False), provisioner="p",
                parameters=parameters if s.chance(0.5) else None)


def autoscaler(s):
    version = s.pick(["v1", "v2", "v2", "v2beta2"])
    target = {"apiVersion": "apps/v1", "kind": s.pick(["Deployment", "StatefulSet"]), "name": s.name()}
    spec = {"scaleTargetRef": target, "minReplicas": Raw("1"), "maxReplicas": Raw("3")}
    if version != "v1":
        spec["metrics"] = [{"type": "Resource", "resource": {"name": n}} for n in s.some(["cpu", "memory"])]
    return made("autoscaling/" + version, "HorizontalPodAutoscaler", metadata(s), spec=spec)


def disruption_budget(s):
    return made(s.pick(["policy/v1", "policy/v1beta1"]), "PodDisruptionBudget", metadata(s),
                spec={"minAvailable": Raw("1"), **({"selector": {"matchLabels": s.pairs(1, 1)}} if s.chance(0.6) else {})})


def network_policy(s):
    peer = {"podSelector": {"matchLabels": s.pairs(1, 1)}}
    return made("networking.k8s.io/v1", "NetworkPolicy", metadata(s),
                spec={"podSelector": {"matchLabels": s.pairs(1, 1)} if s.chance(0.6) else {},
                      "ingress": [{"from": [peer]}], **({"egress": [{"to": [peer]}]} if s.chance(0.3) else {})})


def namespace(s):
    return made("v1", "Namespace", metadata(s, s.pick(NAMESPACES), namespaced=False))


def custom(s):
    return made("example.com/v1", s.pick(["Widget", "Widget", "Gadget"]), metadata(s), spec={
        "ref": {"name": s.name(), "kind": "ConfigMap"}, "selector": s.pairs(1, 1), "image": s.pick(IMAGES),
        "list": [s.pick(["$(VAR)", s.value(0.4)]) for _ in range(2)], "n": s.value(0.5),
        "items": [{"name": n, "v": s.value(0.4)} for n in s.some(["x", "y"])],
        "containers": [{"name": "c", "image": s.pick(IMAGES)}]})


def definition(s):
    kind, plural = s.pick([("Widget", "widgets"), ("Gadget", "gadgets")])
    spec = {"group": "example.com", "names": {"kind": kind, "plural": plural}, "scope": "Namespaced"}
    if s.chance(0.4):
        spec["conversion"] = {"strategy": "Webhook", "webhook": {"clientConfig": {
            "service": {"name": s.name(), "namespace": s.namespace()}}}}
    return made("apiextensions.k8s.io/v1", "CustomResourceDefinition",
                metadata(s, plural + ".example.com", namespaced=False), spec=spec)


def webhooks(s):
    service_ref = {"name": s.name()}
    if s.chance(0.7):
        service_ref["namespace"] = s.namespace()
    return made("admissionregistration.k8s.io/" + s.pick(["v1", "v1", "v1beta1"]),
                s.pick(["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"]), metadata(s, namespaced=False),
                webhooks=[{"name": n + ".example.com", "clientConfig": {"service": dict(service_ref)}}
                          for n in s.some(["w", "v"])])


def api_service(s):
    return made("apiregistration.k8s.io/v1", "APIService", metadata(s, "v1.example.com", namespaced=False),
                spec={"group": "example.com", "version": "v1", "service": {"name": s.name(), "namespace": s.namespace()}})


def admission_policy(s):
    if s.chance(0.5):
        return made("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", metadata(s, namespaced=False), spec={})
    return made("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", metadata(s, namespaced=False),
                spec={"policyName": s.name()})


def job(s):
    return made("batch/v1", "Job", metadata(s), spec={"template": template(s)})


def cron_job(s):
    job_template = {"spec": {"template": template(s)}}
    if s.chance(0.3):
        job_template["metadata"] = {"labels": s.pairs(1, 2)}
    return made(s.pick(["batch/v1", "batch/v1", "batch/v1beta1"]), "CronJob", metadata(s),
                spec={"schedule": "* * * * *", "jobTemplate": job_template})


def replication_controller(s):
    return made("v1", "ReplicationController", metadata(s),
                spec={"replicas": Raw("1"), "template": template(s), **({"selector": s.pairs(1, 2)} if s.chance(0.6) else {})})


def small(s):
    """Kinds of which only the scope or the place in the output matters."""
    name, kind, namespaced, rest = s.pick([
        ("v1", "ResourceQuota", True, {"spec": {"hard": {"pods": Raw("4")}}}),
        ("v1", "LimitRange", True, {"spec": {"limits": []}}),
        ("v1", "Endpoints", True, {"subsets": []}),
        ("v1", "PodTemplate", True, {"template": template(s)}),
        ("v1", "Node", False, {"spec": {"podCIDRs": ["10.0.0.0/24", "fd00::/64"],
                                        "configSource": {"configMap": {"name": s.name(), "namespace": "shop"}}}}),
        ("scheduling.k8s.io/v1", "PriorityClass", False, {"value": Raw("1000")}),
        ("networking.k8s.io/v1", "IngressClass", False, {"spec": {"controller": "x"}}),
        ("node.k8s.io/v1", "RuntimeClass", False, {"handler": "h"}),
        ("storage.k8s.io/v1", "CSINode", False, {"spec": {"drivers": [{"name": "d1"}, {"name": "d2"}]}}),
        ("policy/v1beta1", "PodSecurityPolicy", False, {"spec": {}}),
        ("coordination.k8s.io/v1", "Lease", True, {"spec": {"holderIdentity": s.text()}}),
        ("serving.knative.dev/v1", "Service", True, {"spec": {"template": {"spec": pod_spec(s)}}}),
    ])
    return made(name, kind, metadata(s, namespaced=namespaced), **rest)


OTHERS = [service, config_map, config_map, secret, service_account, ingress, role, cluster_role, role_binding,
          cluster_role_binding, claim, volume, storage_class, autoscaler, disruption_budget, network_policy, namespace,
          custom, custom, definition, webhooks, api_service, admission_policy, job, cron_job, replication_controller, small, small,
          lambda s: made("v1", "Pod", metadata(s), spec=pod_spec(s))]

# Kinds that keep their names under a prefix.
CLUSTER_SCOPED = (
    "Namespace", "Node", "PersistentVolume", "CustomResourceDefinition", "APIService", "IngressClass", "RuntimeClass",
    "PodSecurityPolicy", "ClusterRole", "ClusterRoleBinding", "PriorityClass", "CSINode", "StorageClass",
    "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
UNPREFIXED = ("Namespace", "CustomResourceDefinition", "APIService")


def make(s):
    return workload(s, s.pick(WORKLOADS)) if s.chance(0.35) else s.pick(OTHERS)(s)


def identity(o):
    group = o["apiVersion"].rpartition("/")[0]
    return group, o["kind"], o["metadata"]["name"], o["metadata"].get("namespace", "default")
