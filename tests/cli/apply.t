#!/bin/sh
# gk-apply on gk-sim: order, what is written and what is not, conflicts, hooks, pruning, and
# every form of the report.
. "$top_srcdir/tests/cli/lib.sh"
in_sim

set_file() { # PORT...: a List on stdout; the ConfigMaps that it names besides the rest
	printf '{"apiVersion":"v1","kind":"List","metadata":{},"items":[\n'
	printf '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}},\n'
	for name; do
		printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"shop"},"data":{"k":"v"}},\n' "$name"
	done
	cat <<-'X'
		{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"shop"},"stringData":{"password":"canary-1"}},
		{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","annotations":{"argocd.argoproj.io/sync-wave":"1"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"app:1","envFrom":[{"secretRef":{"name":"db"}}]}]}}}}
		]}
	X
}
set_file a b >"$tmp/ab.json"
set_file a >"$tmp/a.json"
writes() { grep -cE '"method":"(PATCH|POST|PUT|DELETE)"' "$GK_TEST_LOG"; }
requests() { wc -l <"$GK_TEST_LOG"; }

# ---- fresh
run gk-apply -f "$tmp/ab.json" --set shop
is_rc 0 "a fresh set"
out_is 'v1 Namespace shop  created
v1 Secret shop/db  created
v1 ConfigMap shop/a  created
v1 ConfigMap shop/b  created
apps/v1 Deployment shop/web  created
Apply complete! Resources: 5 added, 0 changed, 0 destroyed. 0 unchanged, 5 healthy.
' "text: one line an object in the order of the sync"
err_has 'wave 1    apps/Deployment shop/web' "progress goes to stderr"
! grep -q canary-1 "$tmp/out" "$tmp/err"
result $? "no secret value is told"
applied() { # the resources that were applied, in order; members of one wave in any
	sed -n 's/.*"verb":"apply","resource":"\([a-z.]*\)".*/\1/p' "$GK_TEST_LOG" | tr '\n' ' '
}
applied >"$tmp/applied"
grep -qE '^configmaps namespaces (configmaps |secrets ){3}(configmaps )?deployments.apps configmaps $' "$tmp/applied"
result $? "the inventory first, then the waves, the inventory again at the end"

# ---- again
before=$(writes) all=$(requests)
run gk-apply -f "$tmp/ab.json" --set shop -q
is_rc 0 "again"
out_has '0 added, 0 changed, 0 destroyed. 5 unchanged, 5 healthy.'
err_empty "-q says nothing"
is "$(($(writes) - before))" 2 "nothing is written but the lock, taken and given back"
is "$(($(requests) - all))" 13 "so many requests for a set of four kinds"

# ---- other managers
gk-apply -q -f "$tmp/ab.json" --field-manager=other --force-conflicts --wait=false >/dev/null 2>&1
sed 's/"replicas":2/"replicas":5/' "$tmp/ab.json" >"$tmp/five.json"
run gk-apply -f "$tmp/five.json" --set shop --progress=none
is_rc 6 "a field of another manager"
err_has 'error: 1 field of apps/Deployment shop/web belongs to another manager [apply.conflict]'
err_has '.spec.replicas is owned by "other"'
err_has 'help: '
out_has 'apps/v1 Deployment shop/web  failed'
out_has 'Apply incomplete! Resources: 0 added, 0 changed, 0 destroyed. 4 unchanged, 4 healthy, 1 failed, 0 skipped.'
run gk-apply -f "$tmp/five.json" --set shop --progress=none --dry-run
is_rc 6 "a dry run tells it too"
run gk-apply -f "$tmp/five.json" --set shop --progress=none --dry-run --force-conflicts
is_rc 0 "a dry run with force"
out_has 'apps/v1 Deployment shop/web  would be configured'
out_has 'Plan: 0 to add, 1 to change, 0 to destroy. 4 unchanged, 0 drifted.'
run gk-apply -f "$tmp/five.json" --set shop --progress=none --force-conflicts
is_rc 0 "taking it"
out_has 'apps/v1 Deployment shop/web  configured'

# ---- pruning
run gk-apply -f "$tmp/a.json" --set shop --prune --progress=none
is_rc 9 "deleting needs consent"
out_empty "nothing was done"
err_is 'gk-apply: refused: would delete 1 object [guard.consent]
   note: ConfigMap shop/b
   help: review with gk-diff --prune; if intended: --yes
'
run gk-apply -f "$tmp/a.json" --set shop --prune --progress=none --yes --prune-limit=0
is_rc 9 "the limit holds with consent too"
err_has 'would delete 1 of 5 objects, the limit is 0 [guard.prune-limit]'
if has_terminal; then
	printf 'n\n' >"$tmp/answer"
	rc=0; GK_NO_INPUT=0 script -qec "gk-apply -f '$tmp/a.json' --set shop --prune --progress=none" /dev/null \
		<"$tmp/answer" >"$tmp/out" 2>&1 || rc=$?
	is_rc 9 "a person at a terminal is asked"
	out_has 'To be deleted, 1 of 5 objects:'
	out_has '  ConfigMap shop/b'
	out_has 'deleting was not agreed to; nothing was done [guard.answer]'
else
	skip "no pseudo-terminal" "a person at a terminal is asked"
fi
run gk-apply -f "$tmp/a.json" --set shop --prune --progress=none --yes --force-conflicts
is_rc 0 "pruned"
out_has 'v1 ConfigMap shop/b  pruned'
out_has '1 destroyed'
run gk-apply -f "$tmp/a.json" --set shop --prune --progress=none --yes -o name
is_rc 0 "once"
out_empty "-o name: nothing changed"

# ---- guards
printf '{"apiVersion":"v1","kind":"List","items":[]}' >"$tmp/empty.json"
run gk-apply -f "$tmp/empty.json" --set shop --prune --yes
is_rc 9 "an empty set does not prune"
err_has 'guard.empty-set'
printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"z","namespace":"shop"}}\n' >"$tmp/z.json"
rc=0; cat "$tmp/z.json" | gk-apply --set shop --prune --yes >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 9 "an open stream does not prune"
err_has 'guard.open-input'
run gk-apply -f "$tmp/z.json" --set shop --prune --yes
is_rc 9 "a set that has nothing in common with what it held"
err_has 'guard.other-set'
rc=0; printf '{"apiVersion":"v1","kind":"List","items":[]}' | gk-apply --prune --yes >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 9 "an empty List on a pipe"
run gk-apply -f "$tmp/a.json" --set shop --prune --yes --expect-cluster 00000000-0000-0000-0000-000000000000
is_rc 9 "another cluster"
err_has 'guard.cluster'
run gk-apply -f "$tmp/a.json" --set other --progress=none
is_rc 6 "objects of another set"
err_has 'Secret shop/db is part of another set'
run gk-apply -f "$tmp/a.json" --set 'Bad Name'
is_rc 2 "a name that is none"
rc=0; gk-apply --prune --yes <"$tmp/a.json" >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 2 "pruning a set without a name"
err_has 'give --set NAME'

# ---- what cannot be applied is told before anything is written
cat >"$tmp/bad.yaml" <<'X'
apiVersion: v1
kind: ConfigMap
metadata: {name: good, namespace: shop}
---
apiVersion: example.com/v1
kind: Nothing
metadata: {name: x, namespace: shop}
---
apiVersion: apps/v2
kind: Deployment
metadata: {name: late, namespace: shop}
X
before=$(writes)
run gk-apply -f "$tmp/bad.yaml" --progress=none
is_rc 3 "kinds that are not served"
err_has "$tmp/bad.yaml:5:1: error:" "the first, with its place"
err_has "$tmp/bad.yaml:9:1: error:" "the second too"
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nowhere}\n' >"$tmp/nowhere.yaml"
run gk-apply -f "$tmp/nowhere.yaml" --progress=none
is_rc 3 "a namespace that does not exist"
err_has "namespace 'nowhere' does not exist and is not in the input [sync.namespace]"
is "$(writes)" "$before" "nothing was written"

# ---- forms
set_file a n1 >"$tmp/n1.json"
run gk-apply -f "$tmp/n1.json" --set shop -o ndjson --progress=none --force-conflicts
is_rc 0 "ndjson"
is "$(sed -n '1s/.*"type":"\([a-z]*\)".*/\1/p' "$tmp/out")" start "begins with start"
is "$(sed -n '$s/.*\("type".*\)/\1/p' "$tmp/out")" '"type":"end","exitCode":0,"ok":true}' "ends with end"
grep -q '"type":"apply".*"name":"n1".*"status":"Successful".*"result":"created"' "$tmp/out"
result $? "an object's event"
set_file a n1 n2 >"$tmp/n2.json"
run gk-apply -f "$tmp/n2.json" --set shop -o json --progress=none --force-conflicts
is_rc 0 "json"
out_has '"kind": "ApplyResult"'
out_has '"result": "created"'
run gk-apply -f "$tmp/n2.json" -o jsn
is_rc 2 "a form that is none"

# ---- hooks
cat >"$tmp/hook.yaml" <<'X'
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  namespace: shop
  annotations: {argocd.argoproj.io/hook: PreSync}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: "m:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: after, namespace: shop}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: smoke
  namespace: shop
  annotations: {argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: "s:1"}]}
X
run gk-apply -f "$tmp/hook.yaml" --set hook --progress=none
is_rc 0 "hooks run"
out_is 'batch/v1 Job shop/migrate  created
v1 ConfigMap shop/after  created
batch/v1 Job shop/smoke  created
Apply complete! Resources: 3 added, 0 changed, 0 destroyed. 0 unchanged, 3 healthy.
' "around what they belong to"
run gk-apply -f "$tmp/hook.yaml" --set hook --progress=none
out_has '3 unchanged' "hooks that have succeeded for this input do not run again"
run gk-apply -f "$tmp/hook.yaml" --set hook --progress=none --rerun-hooks
out_has 'batch/v1 Job shop/migrate  created' "unless that is wanted"
sed 's/image: "m:1"/image: "m:2"/' "$tmp/hook.yaml" >"$tmp/hook2.yaml"
run gk-apply -f "$tmp/hook2.yaml" --set hook --progress=none
out_has 'batch/v1 Job shop/migrate  created' "a hook that changed runs, in the place of the old one"
out_has 'batch/v1 Job shop/smoke  unchanged'
sed 's/m:1/m:3/; s/  template:/  backoffLimit: 0\n  template:\n    metadata: {annotations: {gitops-kit.io\/sim: fail}}/' "$tmp/hook.yaml" >"$tmp/hook3.yaml"
run gk-apply -f "$tmp/hook3.yaml" --set hook --progress=none
is_rc 7 "a hook that fails"
err_has 'error: batch/Job shop/migrate failed: ' "it says so"
out_has 'v1 ConfigMap shop/after  skipped' "what comes after it is not started"

# ---- health
sed 's/"name":"web"/"name":"slow"/; s/"labels":{"app":"web"}}/"labels":{"app":"web"},"annotations":{"gitops-kit.io\/sim":"never-ready"}}/' "$tmp/a.json" >"$tmp/slow.json"
run gk-apply -f "$tmp/slow.json" --set slow --force-conflicts --progress=none --timeout 500ms
is_rc 8 "what does not get healthy in time"
err_has 'error: apps/Deployment shop/slow is not healthy after '
err_has 'note: Pod slow-' "its pods are told"
out_has 'apps/v1 Deployment shop/slow  created, not healthy'
run gk-apply -f "$tmp/slow.json" --set slow --force-conflicts --progress=none --wait=false
is_rc 0 "--wait=false does not wait"
out_has 'not waited.'

# ---- the set's own namespace is in the set
cat >"$tmp/home.yaml" <<'X'
apiVersion: v1
kind: Namespace
metadata: {name: home}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
X
run gk-apply -f "$tmp/home.yaml" -n home --set home --progress=none
is_rc 0 "the namespace that holds lock and inventory is made first"
out_is 'v1 Namespace home  created
v1 ConfigMap home/c  created
Apply complete! Resources: 2 added, 0 changed, 0 destroyed. 0 unchanged, 2 healthy.
' "and told as created; -n is the namespace of objects that name none"
run gk-apply -f "$tmp/home.yaml" -n home --set home --progress=none
out_has '0 added, 0 changed, 0 destroyed. 2 unchanged' "its inventory is found again"
run gk-apply -f "$tmp/home.yaml" -n home --progress=none
out_has '2 unchanged' "without a set, the objects stay in the one that they are in"
sed 1,4d "$tmp/home.yaml" >"$tmp/kept.yaml"
run gk-apply -f "$tmp/kept.yaml" -n home --set home --prune --yes --progress=none
is_rc 0 "a protected kind"
out_has 'v1 Namespace home  kept'
run gk-apply -f "$tmp/kept.yaml" -n nowhere --set home --progress=none
is_rc 3 "a set in a namespace that nobody makes"

# ---- custom resources: the kind and its first object in one set
cat >"$tmp/crd.yaml" <<'X'
apiVersion: example.com/v1
kind: Widget
metadata: {name: w, namespace: shop}
spec: {size: 1}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
X
run gk-apply -f "$tmp/crd.yaml" --set crd --progress=none
is_rc 0 "a kind and its first object"
out_is 'apiextensions.k8s.io/v1 CustomResourceDefinition widgets.example.com  created
example.com/v1 Widget shop/w  created
Apply complete! Resources: 2 added, 0 changed, 0 destroyed. 0 unchanged, 2 healthy.
'
run gk-apply -f "$tmp/crd.yaml" --explain-order
is_rc 0 "--explain-order needs no cluster"
out_is 'Sync wave 0
  apiextensions.k8s.io/CustomResourceDefinition widgets.example.com
  example.com/Widget shop/w
    after apiextensions.k8s.io/CustomResourceDefinition widgets.example.com is healthy: defines its kind
'
done_testing
