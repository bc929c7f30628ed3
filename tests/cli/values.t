#!/bin/sh
# Values that careless programs lose: integers above 2^53, 1.0, numbers beyond a double, and
# U+0000 in a text.  Each program hands them on as they came, or refuses them with their place.
. "$top_srcdir/tests/cli/lib.sh"
in_sim

cat >"$tmp/state" <<'X'
{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{
"big":{"value":9007199254740993,"type":"number"},"huge":{"value":1e400,"type":"number"},
"one":{"value":1.0,"type":"number"},"nul":{"value":"a\u0000b","type":"string"}},
"resources":[],"check_results":null}
X
run gk-tfstate outputs "$tmp/state"
is_rc 0 "gk-tfstate"
out_has '"value": 9007199254740993'
out_has '"value": 1e400'
out_has '"value": 1.0'
out_has '"value": "a\u0000b"'
run gk-tfstate outputs "$tmp/state" -o configmap
out_has '"big":"9007199254740993","huge":"1e400","nul":"a\u0000b","one":"1.0"'

objects() { # NUMBER TEXT
	printf '{"apiVersion":"v1","kind":"List","metadata":{},"items":[\n'
	printf '{"apiVersion":"t.example.com/v1","kind":"Num","metadata":{"name":"n","namespace":"default"},"spec":{"size":%s}},\n' "$1"
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"default"},"data":{"k":"%s"}}\n]}\n' "$2"
}
objects 9007199254740993 'a\u0000b' >"$tmp/big"
objects 1.0 x >"$tmp/one"
objects 1e400 x >"$tmp/huge"

mkdir "$tmp/o"
echo 'resources: []' >"$tmp/o/kustomization.yaml"
run gk-render "$tmp/o" -f "$tmp/big"
is_rc 0 "gk-render"
out_has '"size":9007199254740993'
out_has '"k":"a\u0000b"'
run gk-render "$tmp/o" -f "$tmp/one"
out_has '"size":1}' "1.0 is 1, as kustomize has it"
run gk-render "$tmp/o" -f "$tmp/huge"
is_rc 3 "gk-render refuses what Kubernetes cannot hold"
out_empty
err_has 'huge:2:108: error: number 1e400 is larger than what Kubernetes can hold [number.range]'
err_has 'help: quote it'
printf 'resources: [d.json]\npatches:\n- target: {kind: Num}\n  patch: |-\n    [{"op":"add","path":"/spec/x","value":1e400}]\n' >"$tmp/o/kustomization.yaml"
sed -n 2p "$tmp/one" | sed 's/,$//' >"$tmp/o/d.json"
run gk-render "$tmp/o"
is_rc 3 "in a JSON patch too"
err_has 'number 1e400 is larger than what Kubernetes can hold'

for value in big one huge; do
	run gk-secrets inject -f "$tmp/$value"
	is_rc 0 "gk-secrets: $value"
	grep -oE '"size":[^}]*|"k":"[^"]*"' "$tmp/$value" >"$tmp/before"
	grep -oE '"size":[^}]*|"k":"[^"]*"' "$tmp/out" >"$tmp/after"
	ok "hands it on" cmp "$tmp/before" "$tmp/after"
done

# To the server as it came: it is the one that decides.
cat >"$tmp/crd" <<'X'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: nums.t.example.com}
spec:
  group: t.example.com
  scope: Namespaced
  names: {plural: nums, singular: num, kind: Num, listKind: NumList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
X
apply() { run gk-apply "$@" --progress=none; }
apply -f "$tmp/crd"
is_rc 0 "the kind is there"
objects 9007199254740993 'a\u0000b' >"$tmp/set"
apply -f "$tmp/set"
is_rc 0 "gk-apply"
run gk-diff -f "$tmp/set"
is_rc 0 "gk-diff: all arrived"
objects 9007199254740992 'a\u0000b' >"$tmp/other"
run gk-diff -f "$tmp/other"
is_rc 1 "gk-diff: the next integer is another one"
out_has '+  size: 9007199254740992'
out_has '-  size: 9007199254740993'
objects 9007199254740993 a >"$tmp/cut"
run gk-diff -f "$tmp/cut"
is_rc 1 "gk-diff: a text that was cut is another one"
apply -f "$tmp/huge"
is_rc 3 "gk-apply: 1e400, of which the server would make a string"
err_has 'huge:2:108: error: number 1e400 is larger than what Kubernetes can hold [number.range]'
run gk-diff -f "$tmp/huge"
is_rc 3 "gk-diff too"
objects 18446744073709551617 a >"$tmp/wide"
run gk-diff -f "$tmp/wide"
err_has 'wide:2:108: warning: 18446744073709551617 is no 64-bit integer: the server rounds it [number.rounded]'
apply -f "$tmp/one"
is_rc 0 "gk-apply: 1.0"
err_empty "without a warning"
run gk-diff -f "$tmp/one"
is_rc 0 "gk-diff: 1.0 is what the server has"
done_testing
