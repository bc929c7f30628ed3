# The example platform on the live plane: sourced by scenarios after lib.sh.
#
# deliver runs the pipeline stage by stage and keeps what went through each pipe
# (PROGRAM.out, and the last as stream.json) and what each program said
# (PROGRAM.err).  The file that users run, run.sh of the platform, is tried by
# s-20.

PLATFORM=${LIVE%/tests/live}/examples/platform
STATE=$PLATFORM/terraform/terraform.tfstate

# need PROGRAM...: skips the scenario when gk has not got them.
need()
{
	for program
	do
		command -v "$program" >/dev/null && continue
		skip "${0##*/}" "$program is not built"
		done_testing
	done
}

# stage PROGRAM IN ARGS...: reads IN, writes PROGRAM.out and PROGRAM.err.
stage()
{
	program=$1 in=$2
	shift 2
	"$program" "$@" <"$in" >"$program.out" 2>"$program.err" && return 0
	sed "s/^/# /" "$program.err"
	return 1
}

# desired: what the platform is to be, as stream.json.
desired()
{
	stage gk-tfstate /dev/null outputs "$STATE" -o configmap &&
		stage gk-render gk-tfstate.out "$PLATFORM/overlays/prod" -f - &&
		stage gk-secrets gk-render.out inject &&
		cp gk-secrets.out stream.json
}

# deliver [ARGS...]: to the cluster; ARGS go to gk-apply.
deliver()
{
	desired && stage gk-apply stream.json --prune --yes "$@"
}

seed_platform()
{
	"$LIVE/aws" seed "${KUBECONFIG%/*}" "${1:-$PLATFORM/aws/seed.json}"
}

# workloads: "KIND NAMESPACE/NAME REVISION", one a line.  A revision is what
# changes when Pods are restarted and at no other time.
workloads()
{
	kubectl get deployments,statefulsets,cronjobs -A -o json |
		python3 -c '
import hashlib, json, sys
for item in json.load(sys.stdin)["items"]:
    spec, meta = item["spec"], item["metadata"]
    template = spec.get("template") or spec["jobTemplate"]["spec"]["template"]
    text = json.dumps(template, sort_keys=True).encode()
    print(item["kind"], meta["namespace"] + "/" + meta["name"],
          hashlib.sha256(text).hexdigest()[:12])'
}

# versions STREAM: "KIND NAMESPACE/NAME UID HASH" of each object of the stream but
# hooks, which every delivery makes anew.
versions()
{
	"$LIVE/snapshot" --versions "$1"
}
