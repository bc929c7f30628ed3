# The no-drift proof against the server: objects are applied, then the input or the
# cluster is changed at random, and gk-diff must find the same objects with its
# proof as with a server-side dry run of everything.  A difference that only the
# dry run finds would be a drift that gk hides.
. "${0%/*}/lib.sh"
command -v gk-diff >/dev/null || { skip proof "gk-diff is not built"; done_testing; }

cat >generate.py <<'END'
"""generate.py SEED: base.json, and want.json: base with some random edits."""
import copy, json, random, sys

rng = random.Random(int(sys.argv[1]))

def meta(name, **more):
    return {"name": name, "namespace": "proof",
            "labels": {"app": name, "n": str(rng.randrange(3))}, **more}

def container(i):
    c = {"name": f"c{i}", "image": f"app:{rng.randrange(3)}"}
    if rng.random() < .7:
        c["args"] = [f"--a={rng.randrange(3)}" for _ in range(rng.randrange(4))]
    if rng.random() < .7:
        c["env"] = [{"name": f"E{k}", "value": str(rng.randrange(3))}
                    for k in rng.sample(range(5), 3)]
    if rng.random() < .7:
        c["ports"] = [{"containerPort": p} for p in rng.sample([80, 81, 443], 2)]
    if rng.random() < .7:
        c["resources"] = {"limits": {"cpu": rng.choice(["1", "1000m", "500m", "0.5"]),
                                     "memory": rng.choice(["1Gi", "1024Mi", "64Mi"])}}
    if rng.random() < .3:
        c["securityContext"] = {"capabilities": {"drop": ["ALL"]}}
    return c

def deployment(name):
    labels = {"app": name}
    spec = {"containers": [container(i) for i in range(rng.randrange(1, 3))]}
    if rng.random() < .5:
        spec["volumes"] = [{"name": "v", "emptyDir": {}},
                           {"name": "w", "configMap": {"name": "c0"}}]
    if rng.random() < .5:
        spec["tolerations"] = [{"key": "k", "operator": "Exists"}]
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(name),
            "spec": {"replicas": rng.randrange(3), "selector": {"matchLabels": labels},
                     "template": {"metadata": {"labels": labels}, "spec": spec}}}

def service(name):
    ports = [{"name": f"p{p}", "port": p, "targetPort": rng.choice([p, "http"])}
             for p in rng.sample([80, 81, 443], 2)]
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta(name),
            "spec": {"selector": {"app": "d0"}, "ports": ports}}

def configmap(name):
    return {"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": meta(name, annotations={"x/y": str(rng.randrange(3))}),
            "data": {f"k{k}": "v" * rng.randrange(1, 3) for k in range(3)}}

def secret(name):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta(name),
            "stringData": {"a": str(rng.randrange(3)), "b": "x"}}

def role(name):
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": meta(name),
            "rules": [{"apiGroups": [""], "resources": rng.sample(["pods", "secrets"], 1),
                       "verbs": rng.sample(["get", "list", "watch"], 2)}]}

def policy(name):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": meta(name),
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"],
                     "ingress": [{"ports": [{"port": 80}]}]}}

def scalars(node, path=()):
    """Every place below spec, data and the like that may be edited."""
    if isinstance(node, dict):
        for key, value in node.items():
            if path or key in ("spec", "data", "stringData", "rules", "metadata"):
                if key in ("name", "namespace", "selector", "matchLabels", "app"):
                    continue
                yield from scalars(value, path + (key,))
                yield path + (key,), None
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from scalars(value, path + (i,))
        yield path, list
    else:
        yield path, type(node)

def edit(item):
    places = [p for p in scalars(item) if len(p[0]) > 1]
    path, kind = rng.choice(places)
    at = item
    for step in path[:-1]:
        at = at[step]
    value = at[path[-1]]
    if kind is None and isinstance(at, dict) and path[-1] not in (
            "template", "containers", "image", "port", "ports", "containerPort",
            "apiGroups", "resources", "verbs", "podSelector", "operator", "key"):
        del at[path[-1]]
    elif kind is list and len(value) > 1:
        rng.choice([value.reverse, lambda: value.pop()])()
    elif kind is int:
        at[path[-1]] = value + 1
    elif kind is str and path[-1] in ("image", "value", "a", "b", "n", "x/y", "k0", "k1"):
        at[path[-1]] = value + "1"

base = [f(f"{f.__name__[0]}{i}") for f in
        (deployment, service, configmap, secret, role, policy) for i in range(3)]
want = copy.deepcopy(base)
for item in rng.sample(want, 6):
    for _ in range(rng.randrange(1, 3)):
        edit(item)
for name, items in (("base", base), ("want", want)):
    with open(name + ".json", "w") as out:
        json.dump({"apiVersion": "v1", "kind": "List", "items": items}, out)
END

kubectl create namespace proof >/dev/null || bail "no namespace"
wrong=0 differing=0 requests=0
for seed in $(seq 1 "${GK_PROOF_ROUNDS:-25}")
do
	python3 generate.py "$seed"
	gk-apply -q -f base.json --force-conflicts --wait=false >apply.out 2>apply.err ||
		bail "round $seed: $(cat apply.err)"
	# Somebody else is at work too.
	kubectl scale deployment d0 -n proof --replicas=$((seed % 4)) >/dev/null
	kubectl label --overwrite configmap c1 -n proof "n=other$seed" >/dev/null
	gk-diff -q -f want.json -o name --field-validation=ignore >proof.out 2>proof.err
	proof=$?
	gk-diff -q -f want.json -o name --field-validation=ignore --method=server >server.out 2>server.err
	[ $proof -eq $? ] && cmp -s proof.out server.out || {
		wrong=$((wrong + 1))
		diff server.out proof.out | sed "s/^/# round $seed: /"
		cat proof.err server.err | sed "s/^/# round $seed: /"
	}
	differing=$((differing + $(wc -l <server.out)))
	kubectl delete deployments,services,configmaps,secrets,roles,networkpolicies --all \
		-n proof >/dev/null
done
is "$wrong" 0 "the proof and the server agree in every round"
check "there was something to find" test "$differing" -ge 50
echo "# $differing differences"
done_testing
