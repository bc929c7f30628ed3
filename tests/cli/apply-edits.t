#!/bin/sh
# gk-apply and the fields of others: edits by hand are drift and are set back, what a controller
# or another applier wrote is a claim.
. "$top_srcdir/tests/cli/lib.sh"
command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }
in_sim

part() { sed -n "s/^ *$1: //p" "$KUBECONFIG" | head -1; }
part client-certificate-data | base64 -d >"$tmp/cert"
part client-key-data | base64 -d >"$tmp/key"
web() { # MANAGER TYPE BODY [QUERY]: somebody writes the Deployment
	curl -sSf -o /dev/null --cacert "$GK_SIM_DIR/ca.crt" --cert "$tmp/cert" --key "$tmp/key" \
		-X PATCH -H "Content-Type: application/$2" -d "$3" \
		"$(part server)/apis/apps/v1/namespaces/default/deployments/web?fieldManager=$1${4:-}"
}
edit() { web kubectl-edit merge-patch+json '{"spec":{"replicas":9}}'; }
apply() { run gk-apply -f "$tmp/web.json" --set web --progress=none "$@"; }

cat >"$tmp/web.json" <<'X'
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"app:1"}]}}}}
X
apply
is_rc 0 "a fresh set"

edit
apply --dry-run
is_rc 0 "a dry run would take an edit back"
err_has 'web.json:1:1: warning: apps/Deployment default/web: .spec.replicas was edited with "kubectl-edit" at '
out_has 'apps/v1 Deployment default/web  would be configured'
apply
is_rc 0 "an edit by hand is mended"
err_has 'web.json:1:1: warning: apps/Deployment default/web: .spec.replicas was edited with "kubectl-edit" at '
err_has '; it is set back [apply.edited]'
out_has 'apps/v1 Deployment default/web  configured'
run gk-diff -f "$tmp/web.json"
is_rc 0 "nothing differs again"
apply
is_rc 0 "a further run"
err_empty "says nothing"
out_has '1 unchanged'

edit
web scaler merge-patch+json '{"spec":{"minReadySeconds":9}}'
sed 's/"replicas":2/"minReadySeconds":3,"replicas":2/' "$tmp/web.json" >"$tmp/both.json"
run gk-apply -f "$tmp/both.json" --set web --progress=none
is_rc 6 "an edit beside a claim: nothing is taken"
err_has '.spec.minReadySeconds is owned by "scaler"'
err_has '.spec.replicas is owned by "kubectl-edit"'
apply
is_rc 0 "the edit alone is mended"

web kubectl apply-patch+yaml '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":4}}' '&force=true'
apply
is_rc 6 "what kubectl applies on the server is a claim"
err_has '.spec.replicas is owned by "kubectl"'
apply --force-conflicts
is_rc 0 "that can be taken"
done_testing
