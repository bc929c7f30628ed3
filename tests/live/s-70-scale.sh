# 250 objects in three waves, from nothing to healthy: time, CPU and memory.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-apply gk-diff

# 200 ConfigMaps and 50 Deployments that use them; the namespace before them.
python3 - >set.json <<'END'
import json
def marked(kind, version, name, wave, **rest):
    return {"apiVersion": version, "kind": kind,
            "metadata": {"name": name, "namespace": "scale", "annotations":
                         {"argocd.argoproj.io/sync-wave": str(wave)}}, **rest}
def deployment(i):
    pod = {"containers": [{"name": "c", "image": "app:1", "envFrom": [
        {"configMapRef": {"name": f"config-{4 * i + k}"}} for k in range(4)]}]}
    label = {"app": f"app-{i}"}
    return {"replicas": 1, "selector": {"matchLabels": label},
            "template": {"metadata": {"labels": label}, "spec": pod}}
items = [{"apiVersion": "v1", "kind": "Namespace",
          "metadata": {"name": "scale"}}]
items += [marked("ConfigMap", "v1", f"config-{i}", 0,
                 data={"index": str(i), "text": "x" * 200})
          for i in range(200)]
items += [marked("Deployment", "apps/v1", f"app-{i}", 1 + i % 2,
                 spec=deployment(i)) for i in range(50)]
print(json.dumps({"apiVersion": "v1", "kind": "List", "metadata": {},
                  "items": items}))
END

# measure NAME COMMAND...: NAME.time has wall and CPU seconds and MB at the peak.
measure()
{
	python3 - "$@" <<'END'
import resource, subprocess, sys, time
name, command = sys.argv[1], sys.argv[2:]
begin = time.monotonic()
with open(name + ".out", "w") as out, open(name + ".err", "w") as err:
    code = subprocess.run(command, stdout=out, stderr=err).returncode
wall = time.monotonic() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(name + ".time", "w") as times:
    print(f"{wall:.2f} {used.ru_utime + used.ru_stime:.2f}"
          f" {used.ru_maxrss / 1024:.0f}", file=times)
sys.exit(code)
END
}

told()
{
	read -r wall cpu mb <"$1.time"
	echo "# $1: $wall s, $cpu s of CPU, $mb MB"
}

# within NAME WALL CPU MB
within()
{
	told "$1"
	check "$1 takes at most $2 s" awk "BEGIN { exit !($wall <= $2) }"
	check "$1 takes at most $3 s of CPU" awk "BEGIN { exit !($cpu <= $3) }"
	check "$1 takes at most $4 MB" awk "BEGIN { exit !($mb <= $4) }"
}

measure gk-apply gk-apply -f set.json --prune --yes
ok $? "250 objects are applied" gk-apply.err ||
	bail "nothing to go on with"
check "all are healthy" kubectl wait --timeout=0 \
	--for=condition=Available deployments --all -n scale
is "$(kubectl get configmaps -n scale -o name | grep -c config-)" 200 \
	"all are there"
within gk-apply 5 1 32
check "nothing was made before what it mounts" audit mounts set.json
is "$(cat out)" 200 "each ConfigMap before its Deployment"
check "a wave was healthy before the next began" \
	audit settled deployments.apps/scale/app-0 deployments.apps/scale/app-1

measure gk-diff gk-diff -f set.json
ok $? "gk-diff finds no difference" gk-diff.err gk-diff.out
told gk-diff
measure unchanged gk-apply -f set.json --prune --yes
ok $? "a second run succeeds" unchanged.err
told unchanged

# Two LISTs at once on one connection: curl 7.88 left the rest of one lying until a timer
# rang 20 s later, in about every fourth run.
slow=0
for _ in 1 2 3 4 5 6 7 8 9 10 11 12
do
	measure again gk-apply -f set.json --yes
	read -r wall cpu mb <again.time
	awk "BEGIN { exit !($wall > 5) }" && slow=$((slow + 1))
done
check "no run stands still" test "$slow" -eq 0

done_testing
