# gk-sim judged by kubectl: get, apply client- and server-side, diff, edit, wait, delete.
# GK_KUBECTL names the kubectl; the default is the one of PATH, and versions beside it.
. "$top_srcdir/tests/cli/lib.sh"

command -v kubectl >/dev/null || { echo "1..0 # SKIP kubectl is not installed"; exit 0; }
if [ -n "${GK_KUBECTL:-}" ]; then
	set -- "$GK_KUBECTL"
else
	set -- kubectl
	for beside in "$(dirname "$(readlink -f "$(command -v kubectl)")")"/kubectl.1.[0-9]*; do
		[ -x "$beside" ] && set -- "$@" "$beside"
	done
fi

cat >"$tmp/objects.yaml" <<'Y'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "web:1", ports: [{containerPort: 80}]}
      - {name: log, image: "log:1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
Y
sed 's/web:1/web:2/' "$tmp/objects.yaml" >"$tmp/changed.yaml"

cat >"$tmp/drive.sh" <<'SH'
# Each line: what kubectl says, and its exit code.
say() { echo "+ $*"; rc=0; "$K" "$@" >"$T/said" 2>&1 || rc=$?; grep -v "^WARNING: version" "$T/said"; echo "= $rc"; }
say apply -f "$T/objects.yaml"
say rollout status deployment/web --timeout=10s
say apply -f "$T/objects.yaml"
say diff -f "$T/objects.yaml"
rc=0; "$K" diff -f "$T/changed.yaml" >"$T/said" 2>&1 || rc=$?; grep '^[-+] ' "$T/said"; echo "= $rc"
say apply -f "$T/changed.yaml"
say wait --for=condition=Available deployment/web --timeout=10s
say get deployment web --no-headers -o custom-columns=N:.metadata.name,I:.spec.template.spec.containers[*].image
KUBE_EDITOR='sed -i s/blue/green/' say edit configmap settings
say get configmap settings -o 'jsonpath={.data.colour}'; echo
say apply --server-side --field-manager=other -f "$T/objects.yaml"
say apply --server-side --field-manager=other --force-conflicts -f "$T/objects.yaml"
say patch deployment web --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"log","image":"log:2"}]}}}}'
say scale deployment web --replicas=3
say rollout status deployment/web --timeout=10s
say create configmap made --from-literal=a=b
say delete configmap made
say delete -f "$T/objects.yaml" --wait --timeout=10s
say get deployments,configmaps settings
SH

want=$top_srcdir/tests/cli/sim-kubectl.out
for kubectl; do
	T=$tmp; K=$kubectl; export T K
	run gk-sim --dir "$tmp/state" -- sh "$tmp/drive.sh"
	# Words that came and went between versions.
	sed -e "s|$tmp|T|g" -e '/^Waiting for deployment/d' -e 's/ deleted from .*/ deleted/' "$tmp/out" >"$tmp/got"
	[ -z "${GK_KEEP:-}" ] || cp "$tmp/got" "$GK_KEEP"
	is_rc 0 "$(basename "$kubectl") ran"
	same_file "$tmp/got" "$want" "$(basename "$kubectl") finds what it finds in a cluster"
done
done_testing
