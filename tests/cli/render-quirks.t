#!/bin/sh
# Quirks of kustomize that bite: kept, so that the bytes are the same, and warned of.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/warned.sh"

mkdir "$tmp/t" && cd "$tmp/t" || exit 99
cat >web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  minReadySeconds: 9007199254740993
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
kustomization() { { echo 'resources: [web.yaml]'; cat; } >kustomization.yaml; }

# quirk NAME WANTED WARNING: what is rendered has the line WANTED, as kustomize's has
quirk() {
	run gk-render -q -o yaml
	out_has "$2" "$1: as kustomize does"
	if [ -n "${GK_KUSTOMIZE:-}" ]; then
		"$GK_KUSTOMIZE" build . >"$tmp/theirs" 2>"$tmp/theirs.err"
		same_file "$tmp/out" "$tmp/theirs" "$1: the bytes of kustomize"
	fi
	warned "$1" "$3"
}

kustomization <<'E'
images:
- name: nginx
  tagSuffix: -x
E
quirk "tagSuffix" "image: nginx:1-x-x" "kustomization.yaml:4:3: warning: the suffix is appended to images that end with it already [render.tag-suffix-twice]
    4 |   tagSuffix: -x
      |   ^
   note: kustomize appends a tagSuffix twice to the images of Pods
   help: write the whole tag with newTag
"

kustomization <<'E'
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      $retainKeys: [template]
E
quirk "an unknown directive" '$retainKeys:' "kustomization.yaml:8: warning: kustomize does not know the directive \$retainKeys: it becomes a field of the object [render.copied-directive]
   help: remove it; \$patch is the directive that kustomize knows
"
cat >patch.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      $setElementOrder/containers: [{name: web}]
E
kustomization <<'E'
patches: [{path: patch.yaml}]
E
quirk "in a file" '$setElementOrder/containers:' "patch.yaml:7:7: warning: kustomize does not know the directive \$setElementOrder/containers: it becomes a field of the object [render.copied-directive]
   help: remove it; \$patch is the directive that kustomize knows
"
kustomization <<'E'
patchesStrategicMerge:
- |
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec:
    template: {$deleteFromPrimitiveList/x: [a]}
E
quirk "in an old field" '$deleteFromPrimitiveList/x:' "kustomization.yaml:2:1: warning: field 'patchesStrategicMerge' is deprecated [render.deprecated]
   help: use 'patches'
kustomization.yaml:8: warning: kustomize does not know the directive \$deleteFromPrimitiveList/x: it becomes a field of the object [render.copied-directive]
   help: remove it; \$patch is the directive that kustomize knows
"

kustomization <<'E'
patches:
- target: {kind: Deployment}
  patch: |
    - {op: add, path: /spec/replicas, value: 9007199254740995}
E
quirk "rounding" "minReadySeconds: 9007199254740992" "kustomization.yaml:5: warning: a JSON patch rounds 9007199254740995 to 9007199254740996 [render.rounded-integer]
   help: use a strategic merge patch, or write the number as a string
web.yaml:5:3: warning: a JSON patch rounds 9007199254740993 to 9007199254740992 [render.rounded-integer]
   help: use a strategic merge patch, or write the number as a string
"
sed -i 's/9007199254740993/9007199254740992/' web.yaml
kustomization <<'E'
patches:
- target: {kind: Deployment}
  patch: |
    - {op: add, path: /spec/replicas, value: 2}
E
run gk-render --strict
is_rc 0 "an integer that floating point holds is none to warn of"
err_empty "nothing said"

cat >rbac.yaml <<'E'
apiVersion: v1
kind: ServiceAccount
metadata: {name: joe}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: joe}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: User, name: joe}
- {kind: User, name: ann}
- {kind: ServiceAccount, name: joe}
E
cat >kustomization.yaml <<'E'
resources: [rbac.yaml]
namePrefix: p-
E
quirk "a subject" "  name: p-joe" "rbac.yaml:10:3: warning: the subject of kind User is renamed from 'joe' to 'p-joe' [render.renamed-subject]
   note: a ServiceAccount of that name is, and kustomize takes any subject for a reference to it
   help: give the ServiceAccount another name
"
done_testing
