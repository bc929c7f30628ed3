#!/bin/sh
# gk-render --explain: who set a field, last writer first; --origin: where objects come from.
. "$top_srcdir/tests/cli/lib.sh"

mkdir -p "$tmp/t/base" "$tmp/t/part" "$tmp/t/prod" && cd "$tmp/t" || exit 99
cat >base/kustomization.yaml <<'E'
resources: [web.yaml, gone.yaml]
configMapGenerator:
- name: cfg
  literals: [A=1, B=two]
  files: [app.txt]
  envs: [app.env]
secretGenerator:
- name: sec
  literals: [pw=wJalrXUtnFEMI]
E
echo hello >base/app.txt
printf '# comment\nX=1\n' >base/app.env
cat >base/gone.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: gone}
E
cat >base/web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {example.com/a: old}
spec:
  replicas: 1
  paused: true
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.0
        args: [a, b]
        envFrom:
        - configMapRef: {name: cfg}
      - name: side
        image: side:0
E
cat >part/kustomization.yaml <<'E'
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
replicas:
- name: web
  count: 2
E
cat >prod/kustomization.yaml <<'E'
resources: [../base]
components: [../part]
namePrefix: prod-
namespace: shop
patches:
- path: p.yaml
- target: {kind: Deployment}
  patch: |
    - op: replace
      path: /spec/replicas
      value: 4
    - op: add
      path: /spec/template/spec/containers/1/args/-
      value: c
- patch: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: gone}
    $patch: delete
images:
- name: nginx
  newTag: "2.0"
replicas:
- name: web
  count: 5
commonAnnotations:
  example.com/a: new
configMapGenerator:
- name: cfg
  behavior: merge
  literals: [B=three]
replacements:
- source: {kind: ConfigMap, name: cfg, fieldPath: data.A}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ["spec.template.spec.containers.[name=side].image"]
    options: {delimiter: ":", index: 1}
E
cat >prod/p.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  paused: null
  template:
    spec:
      containers:
      - name: extra
        image: extra:1
      - name: web
        image: nginx:1.0
E

explain() { run gk-render prod --explain "$@"; }
explained() { # QUERY WANT NAME
	explain "$1"
	is_rc 0 "$3: exit code"
	out_is "$2" "$3"
	err_empty "$3: nothing on stderr"
}

explained apps/Deployment/web:.spec.replicas 'apps/Deployment shop/prod-web
.spec.replicas = 5
   prod/kustomization.yaml:24:3  5  replicas
   prod/kustomization.yaml:11    4  patches at prod/kustomization.yaml:7:3
   prod/p.yaml:6:3               3  patches at prod/kustomization.yaml:6:3
   part/kustomization.yaml:4:3   2  replicas
   base/web.yaml:7:3             1  resources at base/kustomization.yaml:1:13
' "every layer that sets a number"
cp "$tmp/out" "$tmp/replicas"
for form in Deployment/web apps/v1/Deployment/web shop/Deployment/prod-web Deployment/shop/web \
	deployment.apps/web "apps/Deployment shop/prod-web" apps/v1/Deployment/shop/prod-web; do
	explain "$form:.spec.replicas"
	same_file "$tmp/out" "$tmp/replicas" "the object as $form"
done
explain Deployment/web:/spec/replicas
same_file "$tmp/out" "$tmp/replicas" "the field as a JSON pointer"

image='apps/Deployment shop/prod-web
.spec.template.spec.containers[name=web].image = "nginx:2.0"
   prod/kustomization.yaml:21:3  "nginx:2.0"  images
   prod/p.yaml:14:9              "nginx:1.0"  patches at prod/kustomization.yaml:6:3
   base/web.yaml:13:9            "nginx:1.0"  resources at base/kustomization.yaml:1:13
'
explained 'Deployment/web:.spec.template.spec.containers[name=web].image' "$image" \
	"an element that a merge moved; a patch with the same value"
explained 'Deployment/web:.spec.template.spec.containers[1].image' "$image" "an element by its place"
explained 'Deployment/web:/spec/template/spec/containers/1/image' "$image" "a pointer into a list"
explained 'Deployment/web:.spec.template.spec.containers[name=web].args[2]' 'apps/Deployment shop/prod-web
.spec.template.spec.containers[name=web].args[2] = "c"
   prod/kustomization.yaml:14  "c"  patches at prod/kustomization.yaml:7:3
' "an element that a JSON patch added"
explained 'Deployment/web:.spec.template.spec.containers[name=web].args[1]' 'apps/Deployment shop/prod-web
.spec.template.spec.containers[name=web].args[1] = "b"
   base/web.yaml:14:19  "b"  resources at base/kustomization.yaml:1:13
' "an element beside it keeps its writer"
explained 'Deployment/web:.metadata.annotations["example.com/a"]' 'apps/Deployment shop/prod-web
.metadata.annotations["example.com/a"] = "new"
   prod/kustomization.yaml:27:3  "new"  commonAnnotations at prod/kustomization.yaml:26:1
   base/web.yaml:5:17            "old"  resources at base/kustomization.yaml:1:13
' "the pair of an annotation"
explained 'Deployment/web:.spec.template.spec.containers[name=side].image' 'apps/Deployment shop/prod-web
.spec.template.spec.containers[name=side].image = "side:1"
   prod/kustomization.yaml:33:3  "side:1"  replacements, from ConfigMap/cfg:.data.A
   base/web.yaml:18:9            "side:0"  resources at base/kustomization.yaml:1:13
' "a replacement and its source"
explained Deployment/web:.spec.paused 'apps/Deployment shop/prod-web
.spec.paused is removed
   prod/p.yaml:7:3    (removed)  patches at prod/kustomization.yaml:6:3
   base/web.yaml:8:3  true       resources at base/kustomization.yaml:1:13
' "a field that is gone"
explained ConfigMap/cfg:.data 'ConfigMap shop/prod-cfg-h296gct7th
.data.X = "1"
   base/app.env:2:1  "1"  configMapGenerator at base/kustomization.yaml:3:3
.data.A = "1"
   base/kustomization.yaml:4:14  "1"  configMapGenerator at base/kustomization.yaml:3:3
.data.B = "three"
   prod/kustomization.yaml:31:14  "three"  configMapGenerator at prod/kustomization.yaml:29:3
   base/kustomization.yaml:4:19   "two"    configMapGenerator at base/kustomization.yaml:3:3
.data["app.txt"] = "hello\n"
   base/app.txt  "hello\n"  configMapGenerator at base/kustomization.yaml:3:3
' "literals, files, env files and a merge of a generator"
explain ConfigMap/cfg:.metadata.name
out_has 'HashTransformer' "the hash of a name"
out_has 'prod/kustomization.yaml:3:1  "prod-cfg"' "the prefix of a name"
explain 'Deployment/web:.spec.template.spec.containers[name=web].envFrom[0].configMapRef.name'
out_has 'NameReferenceTransformer, from the name of ConfigMap/prod-cfg' "a name that follows another"

explain Secret/sec
is_rc 0 "a Secret"
out_has '.data.pw = ***' "its data is masked"
ok "and nowhere shown" sh -c '! grep -q -e d0phbHJYVXRuRkVNSQ -e wJalrXUtnFEMI "$1"' - "$tmp/out"
explain Secret/sec -o json
ok "nor in JSON" sh -c '! grep -q -e d0phbHJYVXRuRkVNSQ -e wJalrXUtnFEMI "$1"' - "$tmp/out"

explain Deployment/web:.spec.paused -o json
out_is '{
  "apiVersion": "gk/v1",
  "kind": "Explanation",
  "object": {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "namespace": "shop",
    "name": "prod-web"
  },
  "fields": [
    {
      "field": ".spec.paused",
      "path": "/spec/paused",
      "removed": true,
      "writers": [
        {
          "removed": true,
          "file": "prod/p.yaml",
          "line": 7,
          "column": 3,
          "transformer": "PatchTransformer",
          "field": "patches",
          "configuredIn": {
            "file": "prod/kustomization.yaml",
            "line": 6,
            "column": 3
          }
        },
        {
          "value": true,
          "file": "base/web.yaml",
          "line": 8,
          "column": 3,
          "field": "resources",
          "configuredIn": {
            "file": "base/kustomization.yaml",
            "line": 1,
            "column": 13
          }
        }
      ]
    }
  ]
}
' "as JSON"

# mistakes
explain Deployment/web:.spec.replcas
is_rc 3 "a misspelt field: exit code"
out_empty "a misspelt field: nothing on stdout"
err_is "gk-render: error: apps/Deployment shop/prod-web has no field 'replcas' there [render.explain-field]
   note: closest is 'replicas'
   help: without a field all of them are listed
" "a misspelt field: the nearest"
explain Deployment/wbe
is_rc 3 "a misspelt object: exit code"
err_is "gk-render: error: no object Deployment/wbe is rendered [render.explain-object]
   note: 3 objects; closest is Deployment/web
   help: list them with -o name
" "a misspelt object: the nearest"
explain ConfigMap/gone
is_rc 3 "a deleted object: exit code"
err_is "gk-render: error: no object ConfigMap/gone is rendered [render.explain-object]
   note: it is deleted by 'patches' at prod/kustomization.yaml:15
" "a deleted object: who deleted it"
explain 'Deployment/web:.spec.template.spec.containers[name=nope].image'
is_rc 3 "an element that is not there"
err_has "has no element [name=nope] there" "an element that is not there: which"
explain 'Deployment/web:.spec.template.spec.containers[7]'
is_rc 3 "an index beyond the list"
err_has "the list has 3 elements" "an index beyond the list: how many there are"
for bad in Deployment Deployment/web:.a..b Deployment/web:.a[ 'Deployment/web:.a["x]' a/b/c/d/e/F/g; do
	explain "$bad"
	is_rc 2 "not a query: $bad"
done
explain Deployment/web -o yaml
is_rc 2 "not with -o yaml"

# the name with colons; the render itself is the same with and without
mkdir c && cd c || exit 99
echo 'resources: [r.yaml, s.yaml]' >kustomization.yaml
printf 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "system:x"}\nrules: []\n' >r.yaml
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\n' >s.yaml
run gk-render --explain ClusterRole/system:x:.rules
out_is 'rbac.authorization.k8s.io/ClusterRole system:x
.rules = []
   r.yaml:4:1  []  resources at kustomization.yaml:1:13
' "a name with a colon, an empty list"
run gk-render --explain Service/a
is_rc 3 "two objects of one name"
err_has "more than one object is called that: Service b/a and Service a" "two objects: which"
run gk-render --explain Service/b/a:.kind
is_rc 0 "two objects: the namespace decides"
cd ..

# --origin
run gk-render -q prod --origin -o yaml
is_rc 0 "--origin renders"
cp "$tmp/out" "$tmp/origin"
out_has 'path: ../base/web.yaml' "--origin: the file of an object"
echo 'buildMetadata: [originAnnotations]' >>prod/kustomization.yaml
run gk-render -q prod -o yaml
same_file "$tmp/out" "$tmp/origin" "--origin is buildMetadata: [originAnnotations]"
run gk-render -q prod --origin -o yaml
same_file "$tmp/out" "$tmp/origin" "--origin with both"
kustomize=${GK_KUSTOMIZE:-$(command -v kustomize || :)}
if [ -n "$kustomize" ]; then
	"$kustomize" build prod >"$tmp/want" 2>/dev/null
	same_file "$tmp/origin" "$tmp/want" "--origin: the bytes of kustomize"
else
	skip "no kustomize" "--origin: the bytes of kustomize"
fi
done_testing
