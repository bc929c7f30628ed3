#!/bin/sh
# gk-diff on gk-sim: what differs, who made it, masks, forms, exit codes, and how few requests
# it takes.
. "$top_srcdir/tests/cli/lib.sh"
in_sim

cat >"$tmp/set.yaml" <<'X'
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
data: {k: v, list: "1,2"}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: canary-1, user: app}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "app:1", resources: {limits: {cpu: 500m}}}]}
X
edit() { # SED-EXPRESSION: another manager's edit of the live objects
	sed "$1" "$tmp/set.yaml" >"$tmp/edit.yaml"
	gk-apply -q -f "$tmp/edit.yaml" --field-manager=editor --force-conflicts --wait=false >/dev/null 2>&1
}
dry_runs() { grep -c 'dryRun=All' "$GK_TEST_LOG"; }

run gk-diff -f "$tmp/set.yaml"
is_rc 1 "nothing is there yet"
out_has '--- live/Namespace/shop' "cluster-scoped and core: kind and name"
out_has '+++ git/apps/Deployment/shop/web'
out_has "+  password: '***'" "a new Secret is masked"
out_has 'Plan: 4 to add, 0 to change, 0 to destroy. 0 unchanged, 0 drifted.'
run gk-diff -f "$tmp/set.yaml" -o name
out_is 'namespace/shop
configmap/a
secret/db
deployment.apps/web
' "-o name: as kubectl names them"

gk-apply -q -f "$tmp/set.yaml" --set shop >/dev/null || echo "# cannot apply"
: >"$GK_TEST_LOG"
run gk-diff -f "$tmp/set.yaml"
is_rc 0 "nothing differs"
out_empty
err_is 'No changes. 4 objects match.
' "and it says so on stderr"
is "$(wc -l <"$GK_TEST_LOG" | tr -d ' ')" 6 "four kinds: discovery and four reads"
is "$(dry_runs)" 0 "no dry run: it was proved"
run gk-diff -f "$tmp/set.yaml" -q
is_rc 0
err_empty "-q says nothing"
run gk-diff -f "$tmp/set.yaml" --method=server
is_rc 0 "a dry run of all comes to the same"
is "$(dry_runs)" 4 "with one for each"

# ---- fields that are no longer wanted, quantities in another form
sed '/list:/s/, list: "1,2"//; s/500m/"0.5"/' "$tmp/set.yaml" >"$tmp/less.yaml"
run gk-diff -f "$tmp/less.yaml"
is_rc 1 "a field that was taken out of the input"
out_has '-  list: 1,2'
out_has '1 to change, 0 to destroy. 3 unchanged' "0.5 and 500m are one quantity to the server"
run gk-diff -f "$tmp/less.yaml" --method=local
out_has '1 to change, 0 to destroy. 3 unchanged' "and to the local method"

# ---- a drift, with its author
edit 's/replicas: 2/replicas: 5/; s/k: v/k: hacked/; s/canary-1/canary-2/'
run gk-diff -f "$tmp/set.yaml"
is_rc 1 "three objects were edited"
grep -q '^# .spec.replicas: 5, set by editor (Apply) 20' "$tmp/out"
result $? "the field, its value, who set it, how and when"
out_has '@@ -9,7 +9,7 @@ spec' "the hunk names the YAML path"
out_has '-  replicas: 5'
out_has '+  replicas: 2'
out_has '-  k: hacked'
out_has "-  password: '*** (before)'" "a Secret that differs shows only that"
out_has "+  password: '*** (after)'"
out_has "   user: '***'"
out_has 'Plan: 0 to add, 3 to change, 0 to destroy. 1 unchanged, 3 drifted.'
! grep -qE 'canary|Y2FuYXJ5' "$tmp/out" "$tmp/err"
result $? "no value of a Secret in text"
run gk-diff -f "$tmp/set.yaml" -o json
is_rc 1 "json"
out_has '"manager": "editor"'
out_has '"path": "/spec/replicas"'
out_has '"live": "*** (before)"'
! grep -qE 'canary|Y2FuYXJ5' "$tmp/out"
result $? "no value of a Secret in JSON"
run gk-diff -f "$tmp/set.yaml" -o ndjson
is "$(sed -n '$s/,"summary.*//p' "$tmp/out")" '{"type":"end","exitCode":1,"ok":true' "ndjson ends with end"
before=$(dry_runs)
run gk-diff -f "$tmp/set.yaml" --method=local
is_rc 1 "the local method"
out_has '+  replicas: 2' "finds the same"
out_has '3 to change, 0 to destroy. 1 unchanged, 3 drifted.'
is "$(dry_runs)" "$before" "without a dry run"
run gk-diff -f "$tmp/set.yaml" --diff-exit-code 0
is_rc 0 "the exit code is the caller's"

gk-apply -q -f "$tmp/set.yaml" --set shop --force-conflicts >/dev/null
# ---- what would be pruned
cat >"$tmp/fewer.yaml" <<'X'
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
data: {k: v, list: "1,2"}
X
run gk-diff -f "$tmp/fewer.yaml" --prune --set shop
is_rc 1 "with --prune"
out_has '--- live/Secret/shop/db'
out_has '--- live/apps/Deployment/shop/web'
out_has '2 to destroy. 2 unchanged'
run gk-diff -f "$tmp/fewer.yaml"
is_rc 0 "without --prune what is more is no difference"

# ---- mistakes
run gk-diff -f "$tmp/none.yaml"
is_rc 3 "a file that is not there"
err_has "$tmp/none.yaml"
run gk-diff -f "$tmp/set.yaml" --method=magic
is_rc 2 "a method that is none"
sed 's/replicas: 2/replicsa: 2/' "$tmp/set.yaml" >"$tmp/typo.yaml"
run gk-diff -f "$tmp/typo.yaml"
is_rc 7 "a field that the server does not know"
err_has 'replicsa'
err_has "$tmp/typo.yaml:15:1: error:" "with the place of the object"
done_testing
