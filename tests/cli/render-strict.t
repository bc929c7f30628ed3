#!/bin/sh
# gk-render --strict: what finds nothing is a warning, and an error when that is asked for.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/warned.sh"

mkdir "$tmp/t" && cd "$tmp/t" || exit 99
cat >web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: web, image: "registry.example/nginx:1@sha256:00"}
E
kustomization() { { echo 'resources: [web.yaml]'; cat; } >kustomization.yaml; }
echo | kustomization
run gk-render -o yaml
cp "$tmp/out" plain

# passed_over NAME WARNING: and the output is that without the directive
passed_over() {
	run gk-render -q -o yaml
	same_file "$tmp/out" plain "$1: the output does not change"
	warned "$1" "$2"
}

kustomization <<'E'
patches:
- target: {kind: Deployment, name: wbe}
  patch: |
    kind: Deployment
    metadata: {name: x}
    spec: {replicas: 2}
E
passed_over "a patch" "kustomization.yaml:3:30: warning: no object matches this patch target [render.patch-target-missing]
    3 | - target: {kind: Deployment, name: wbe}
      |                              ^
   note: 1 object at this point; closest is Deployment/web (web.yaml:1)
   help: correct the target, or delete the patch
"
kustomization <<'E'
patches:
- target: {kind: Deployment, labelSelector: a=b}
  patch: '[{"op": "add", "path": "/spec/replicas", "value": 2}]'
E
passed_over "a JSON patch" "kustomization.yaml:3:12: warning: no object matches this patch target [render.patch-target-missing]
    3 | - target: {kind: Deployment, labelSelector: a=b}
      |            ^
   note: 1 object at this point
   help: correct the target, or delete the patch
"
kustomization <<'E'
replacements:
- source: {kind: Deployment, name: web}
  targets:
  - select: {kind: Service}
    fieldPaths: [spec.x]
E
passed_over "a replacement" "kustomization.yaml:5:14: warning: no object matches this target [render.replacement-target-missing]
    5 |   - select: {kind: Service}
      |              ^
   note: 1 object at this point
   help: correct 'select', or delete the target
"
kustomization <<'E'
images:
- name: nginx
  newTag: "2"
E
passed_over "an image" "kustomization.yaml:3:3: warning: no image is called 'nginx' [render.image-missing]
    3 | - name: nginx
      |   ^
   note: closest is 'registry.example/nginx'
   help: write the name as it stands in the object, registry included
"
# a scalar that kustomize and kubectl read in two ways
echo | kustomization
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: yes}\n' >web.yaml
run gk-render -o yaml
cp "$tmp/out" plain
passed_over "ambiguous typing" "web.yaml:4:11: warning: yes is a string to kustomize and a boolean to kubectl [yaml.ambiguous]
   help: quote it, or write true or false
"
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: "yes"}\n' >web.yaml
run gk-render --strict
is_rc 0 "nothing to object to"
err_empty "nothing to object to: nothing said"
printf 'resources: [web.yaml]\nnamePrefix: a\nnamePrefix: b\n' >kustomization.yaml
run gk-render
is_rc 3 "a key twice in a kustomization is always an error"
err_has "kustomization.yaml:3:1:" "a key twice: its place"
done_testing
