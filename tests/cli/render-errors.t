#!/bin/sh
# The likely first mistakes: exit code 3, and a message that says what, where, why and what to do.
. "$top_srcdir/tests/cli/lib.sh"

mkdir "$tmp/a" && cd "$tmp" || exit 99
config_map() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n' "$1"; }
kustomization() { cat >a/kustomization.yaml; }
refused() { # SLUG NAME
	is_rc 3 "$2: exit code"
	out_empty "$2: nothing on stdout"
	err_has "[$1]" "$2: the reason"
}
config_map web >a/x.yaml

mkdir empty
run gk-render empty
refused render.no-kustomization "no kustomization"
err_is "gk-render: error: directory 'empty' has no kustomization.yaml, kustomization.yml or Kustomization [render.no-kustomization]
   help: name a directory that holds one; plain manifests go to kubectl and gk-apply as they are
" "no kustomization: the whole message"

kustomization <<EOF
resources: [x.yaml]
namePrefx: q
images: [{nam: x}]
EOF
run gk-render a
refused render.unknown-field "misspelt fields"
err_is "a/kustomization.yaml:2:1: error: a kustomization has no field 'namePrefx' [render.unknown-field]
    2 | namePrefx: q
      | ^
   help: did you mean 'namePrefix'?
a/kustomization.yaml:3:11: error: an image has no field 'nam' [render.unknown-field]
    3 | images: [{nam: x}]
      |           ^
   help: did you mean 'name'?
" "misspelt fields: both, with the nearest names"

echo 'resources: [x.yaml, gone.yaml, lost.yaml]' | kustomization
run gk-render a
refused render.missing-file "missing files"
err_has "a/kustomization.yaml:1:21: error: cannot read 'a/gone.yaml': no such file or directory" "missing files: the first"
err_has "a/kustomization.yaml:1:32: error: cannot read 'a/lost.yaml': no such file or directory" "missing files: the second"

echo 'resources: [x.yaml, y.yaml]' | kustomization
config_map web >a/y.yaml
run gk-render a
refused render.duplicate-id "duplicate id"
err_has "a/y.yaml:1:1: error: an object with the identity ConfigMap.v1.[noGrp]/web.[noNs] is there already" "duplicate id: which"
err_has "note: the first one is at a/x.yaml:1" "duplicate id: both places"

kustomization <<EOF
resources: [x.yaml]
patches:
- patch: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: wbe}
EOF
run gk-render a
refused render.patch-target-missing "patch target missing"
err_has "a/kustomization.yaml:4: error: no object matches the patch target ConfigMap.v1.[noGrp]/wbe.[noNs]" "patch target missing: the line in the kustomization"
err_has "closest is ConfigMap/web (a/x.yaml:1)" "patch target missing: the nearest"
err_has "help: correct the name, or delete the patch" "patch target missing: what to do"

kustomization <<EOF
resources: [x.yaml]
namespace: 5
commonLabels: {a: yes}
EOF
run gk-render a
refused render.field-type "values that YAML 1.1 does not read as strings"
err_has "field 'namespace' must be a string, not a number" "a number for a string"
err_has "field 'commonLabels' must be a string, not a boolean" "a boolean for a string"
err_has "help: put the value in quotes" "how to mend it"

kustomization <<EOF
resources: [x.yaml]
patches:
- target: {kind: ConfigMap}
  patch: '[{"op": "remove", "path": "/data/x"}]'
EOF
run gk-render a
refused patch.path "a JSON patch that does not apply"
err_has "the object is ConfigMap.v1.[noGrp]/web.[noNs] at a/x.yaml" "it names the object"

kustomization <<EOF
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: wbe}
  targets: [{select: {kind: ConfigMap}}]
EOF
run gk-render a
refused render.replacement-source "a replacement without source"
err_has "a/kustomization.yaml:3:3:" "its line"

kustomization <<EOF
resources: [x.yaml]
configMapGenerator: [{name: web}]
EOF
run gk-render a
refused render.duplicate-id "a generator for a name that exists"
err_has "say 'behavior: merge' or 'behavior: replace'" "what to do"

mkdir a/base
cat >a/base/kustomization.yaml <<EOF
namePrefix: p-
resources: [w.yaml]
configMapGenerator: [{name: one}]
replacements:
- source: {kind: Widget, name: w, fieldPath: list}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.labels], options: {create: true}}]
EOF
printf 'apiVersion: v1\nkind: Widget\nmetadata: {name: w}\nlist: [{}, {}]\n' >a/base/w.yaml
kustomization <<EOF
resources: [base]
configMapGenerator: [{name: one, behavior: replace}]
EOF
run gk-render a
refused render.generator-target "labels that are a list keep the old name from a generator"
err_has "ConfigMap.v1.[noGrp]/one.[noNs] has become ConfigMap.v1.[noGrp]/p-one.[noNs]" "its names"
rm -r a/base

printf 'resources: [x.yaml]\nhelmCharts: [{name: c}]\n' | kustomization
run gk-render a
refused render.helm "helm charts"

echo 'resources: ["https://example.com/base?ref=v1"]' | kustomization
run gk-render a
refused render.remote "a remote base"
for address in git@example.com:org/base github.com/org/base git::ssh://example.com/org/base ftp://example.com/x; do
	echo "resources: ['$address']" | kustomization
	run gk-render a
	refused render.remote "an address of scp style and other forms: $address"
	err_has "a/kustomization.yaml:1:13:" "its place"
done
echo 'components: ["github.com/org/component"]' | kustomization
run gk-render a
refused render.remote "a remote component"
echo 'configMapGenerator: [{name: c, files: ["https://example.com/a.txt"]}]' | kustomization
run gk-render a
refused render.remote "a remote file in a generator"

# A local file of such a name comes first, as in kustomize; a directory does not.
mkdir -p a/github.com/org/base
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: near}\n' >a/github.com/org/near.yaml
echo 'resources: [github.com/org/near.yaml]' | kustomization
run gk-render a
is_rc 0 "a local file whose path looks like a repository"
echo 'resources: [github.com/org/base]' | kustomization
run gk-render a
refused render.remote "a local directory whose path looks like a repository"
rm -r a/github.com

printf 'resources: [x.yaml]\ntransformers: [t.yaml]\n' | kustomization
printf 'apiVersion: example.com/v1\nkind: Program\nmetadata: {name: p}\n' >a/t.yaml
run gk-render a
refused render.plugin-refused "a transformer that is a program"

kustomization <<EOF
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, fieldPath: metadata}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]
EOF
run gk-render a
refused render.no-name "a name that a replacement took away"

kustomization <<EOF
resources: [x.yaml]
namePrefix: p-
replacements:
- sourceValue: "~"
  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]
EOF
run gk-render -o yaml a
is_rc 0 "a name that a replacement made ~"
out_has "name: null" "which kustomize takes for one"

kustomization <<EOF
configMapGenerator: [{name: x, literals: [a=b]}, {name: z, literals: [a=c]}]
replacements: [{sourceValue: same, targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]}]
EOF
run gk-render -q a
is_rc 0 "two objects that a replacement made one and their hashes tell apart"
kustomization <<EOF
configMapGenerator: [{name: x, literals: [a=b]}, {name: z, literals: [a=c]}]
replacements: [{sourceValue: same, targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]}]
validators:
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: v}
  labels: {a: b}
  fieldSpecs: [{path: metadata/labels, kind: None, create: true}]
EOF
run gk-render a
refused render.duplicate-id "unless there is a validator, even one that changes nothing"

kustomization <<EOF
configMapGenerator: [{name: x, literals: [a=b]}, {name: z, literals: [a=c]}]
replacements: [{sourceValue: same, targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]}]
transformers:
- |-
  apiVersion: builtin
  kind: PatchTransformer
  metadata: {name: t}
  target: {kind: None}
  patch: '{apiVersion: v1, kind: None, metadata: {name: x}}'
EOF
run gk-render a
refused render.duplicate-id "or a patch with a target, even one that hits nothing"

cat >a/t.yaml <<EOF
apiVersion: builtin
kind: PrefixTransformer
metadata: {name: t}
prefix: x
fieldSpecs: [{path: metadata/name}]
EOF
cat >a/x.yaml <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: gone}
EOF
kustomization <<EOF
resources: [x.yaml]
patches: [{target: {kind: ConfigMap}, patch: '[{"op": "remove", "path": "/metadata"}]'}]
transformers: [t.yaml]
EOF
run gk-render a
refused render.no-name "a prefix for an object whose metadata a patch removed"
config_map web >a/x.yaml

printf 'apiVersion: v1\nkind: Widget\nmetadata: {name: w}\nspec: {n: 1}\n' >a/w.yaml
for value in 1.5 1.0 12345678901234567890123; do
	kustomization <<EOF
resources: [w.yaml]
replacements: [{sourceValue: "$value", targets: [{select: {kind: Widget}, fieldPaths: [spec.n]}]}]
EOF
	run gk-render a
	refused render.value-type "$value for an integer"
done

# A merge leaves quotes where they are, and what it writes there keeps its own type.
printf 'apiVersion: v1\nkind: Widget\nmetadata: {name: w}\nspec: {n: "x"}\n' >a/w.yaml
for value in true 1.5 3 2001-01-02T10:00:00Z; do
	kustomization <<EOF
resources: [w.yaml]
patches: [{patch: '{apiVersion: v1, kind: Widget, metadata: {name: w}, spec: {n: $value}}'}]
replacements: [{sourceValue: text, targets: [{select: {kind: Widget}, fieldPaths: [spec.n]}]}]
EOF
	run gk-render a
	refused render.value-type "a text for $value in quotes"
done

printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, args: ["<<"]}]}\n' >a/p.yaml
kustomization <<EOF
resources: [p.yaml]
patches: [{target: {kind: Pod}, patch: '[{"op": "add", "path": "/x", "value": 1}]'}]
vars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}}]
EOF
run gk-render a
refused render.wrong-kind "a list of texts with << behind a JSON patch, as kustomize refuses it"
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, args: [<<]}]}\n' >a/p.yaml
kustomization <<EOF
resources: [p.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}}]
EOF
run gk-render a
refused render.wrong-kind "a list of texts with << as it stands"

mkdir a/base
for value in "" "~"; do
	printf 'resources: [w.yaml]\nreplacements: [{sourceValue: "%s", targets: [{select: {kind: Widget}, fieldPaths: [metadata.labels]}]}]\n' "$value" >a/base/kustomization.yaml
	printf 'apiVersion: v1\nkind: Widget\nmetadata: {name: w, labels: {a: b}}\n' >a/base/w.yaml
	printf 'resources: [base]\ncommonLabels: {c: d}\n' | kustomization
	run gk-render -q a
	refused render.wrong-kind "labels where the text '$value' stands instead of a map"
done

# Two objects of a kind that a later base declares to be of the cluster are one.
mkdir -p a/one a/declares a/two
printf 'apiVersion: a/v1\nkind: Fleet\nmetadata: {name: f, namespace: one}\n' >a/one/f.yaml
sed 's/one/two/' a/one/f.yaml >a/two/f.yaml
for base in one two; do echo 'resources: [f.yaml]' >a/$base/kustomization.yaml; done
printf 'resources: []\nopenapi: {path: s.json}\n' >a/declares/kustomization.yaml
echo '{"paths":{"/fleets":{"get":{"x-kubernetes-group-version-kind":{"group":"a","version":"v1","kind":"Fleet"}}}}}' >a/declares/s.json
echo 'resources: [one, two]' | kustomization
run gk-render a
is_rc 0 "objects in two namespaces"
echo 'resources: [one, declares, two]' | kustomization
run gk-render a
refused render.duplicate-id "objects in two namespaces that are none"
err_is "a/two/f.yaml:1:1: error: an object with the identity Fleet.v1.a/f.two is there already [render.duplicate-id]
   note: the first one is at a/one/f.yaml:1
   help: remove one of them, or give them different names or namespaces
" "objects in two namespaces that are none: the whole message"

printf 'namespace: a\nnamespace: b\n' | kustomization
run gk-render a
is_rc 3 "a key twice"

printf '' | kustomization
run gk-render a
refused render.empty-kustomization "an empty kustomization"

run gk-render nowhere
is_rc 3 "a directory that is not there"
run gk-render a b
is_rc 2 "two directories"
run gk-render --no-such-option
is_rc 2 "an unknown option"
done_testing
