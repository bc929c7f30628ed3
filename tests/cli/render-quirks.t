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

# Lists that lose elements because one lacks a key: of the patch...
cat >web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
      - {name: log, image: "log:1"}
E
deployment='apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}'
# containers LINES: a patch of these
containers() {
	kustomization <<E
patches:
- patch: |
    $deployment
    spec:
      template:
        spec:
          containers:
$1
E
}
containers '          - image: nginx:2'
quirk "a list that a patch wipes" "containers: []" "kustomization.yaml:11: warning: the merge loses 3 elements of 'containers', because one of the patch has no 'name' [render.lost-elements]
   note: lost: 'web', 'log', one without 'name'
   note: the object is Deployment.v1.apps/web.[noNs] at web.yaml:1
   help: give each element of 'containers' its 'name', by which kustomize merges them
"
containers '          - {name: log, image: "log:2"}
          - {image: "nginx:2"}
          - {name: new, image: "new:1"}'
quirk "in part" "image: log:2" "kustomization.yaml:12: warning: the merge loses 2 elements of 'containers', because one of the patch has no 'name' [render.lost-elements]
   note: lost: 'web', one without 'name'
   note: the object is Deployment.v1.apps/web.[noNs] at web.yaml:1
   help: give each element of 'containers' its 'name', by which kustomize merges them
"
containers '          - nginx'
quirk "no element at all" "containers: []" "kustomization.yaml:11: warning: the merge loses 3 elements of 'containers', because one of the patch has no 'name' [render.lost-elements]
   note: lost: 'web', 'log', one without 'name'
   note: the object is Deployment.v1.apps/web.[noNs] at web.yaml:1
   help: give each element of 'containers' its 'name', by which kustomize merges them
"
# ...or of the object, also when the patch does not speak of the list.
cat >web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]
        env: [{name: A}, {name: B}, {name: C}, {value: x}, {name: D}, {name: E}, {name: F}]
E
cat >patch.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2}
E
kustomization <<'E'
patches: [{path: patch.yaml}]
E
quirk "a list that no patch names" "- value: x" "web.yaml:10:48: warning: the merge loses 6 elements of 'env', because one of the object has no 'name' [render.lost-elements]
   note: lost: 'A', 'B', 'C', 'D', 'E' and 1 more
   note: the patch is at patch.yaml:1
   help: give each element of 'env' its 'name', by which kustomize merges them
"
sed -i '/env:/d' web.yaml
containers '          - {name: web, ports: [{containerPort: 80, protocol: TCP, name: http}]}'
quirk "an element of the patch" "- containerPort: 80" "web.yaml:9:17: warning: the merge loses 1 element of 'ports', because one of the object has no 'protocol' [render.lost-elements]
   note: lost: '80/TCP'
   note: the patch is at kustomization.yaml:4
   help: give each element of 'ports' its 'protocol', by which kustomize merges them
"
# Behind another patch the lines of elements may be those of that one's file.
kustomization <<E
patches:
- path: patch.yaml
- patch: |
    $deployment
    spec: {template: {spec: {containers: [{name: web, ports: [{containerPort: 80, protocol: TCP}]}]}}}
E
quirk "behind another patch" "- containerPort: 80" "web.yaml:1:1: warning: the merge loses 1 element of 'ports', because one of the object has no 'protocol' [render.lost-elements]
   note: lost: '80/TCP'
   note: the patch is at kustomization.yaml:5
   help: give each element of 'ports' its 'protocol', by which kustomize merges them
"
# No warning where nothing is lost: a key that no element has; deleted, doubled, replaced ones.
sed -i 's/, protocol: UDP//' web.yaml
cat >>web.yaml <<'E'
      - {name: log, image: "log:1"}
      - {name: twice, image: "a:1"}
      - {name: twice, image: "a:1"}
E
containers '          - {name: web, ports: [{containerPort: 80, name: http}]}
          - {name: log, $patch: delete}
          - {name: new, env: [{$patch: replace}, {name: A}]}'
run gk-render --strict -o yaml
is_rc 0 "nothing lost: exit code"
err_empty "nothing lost: no warning"
containers '          - {$patch: replace}
          - {name: new, ports: [{containerPort: 1, protocol: TCP}, {containerPort: 2}]}'
run gk-render --strict -o yaml
is_rc 0 "a list that the patch brings along: exit code"
err_empty "a list that the patch brings along: no warning"

# Words that are read and have no effect.
kustomization <<'E'
configMapGenerator:
- name: made
  behavior: add
  literals: [a=b]
E
quirk "another behavior" "name: made-4h2mbtbbt6" "kustomization.yaml:4:3: warning: kustomize takes the behavior 'add' for none [render.no-effect]
   help: write create, merge or replace
"
kustomization <<'E'
replacements:
- source: {kind: Deployment, fieldPath: metadata.name, options: {encoding: base64}}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.note]
    options:
      create: true
      encoding: base64
E
quirk "an encoding" "note: web" "kustomization.yaml:3:66: warning: kustomize reads 'encoding' and does nothing with it [render.no-effect]
   help: remove it, and encode the value where it comes from
kustomization.yaml:9:7: warning: kustomize reads 'encoding' and does nothing with it [render.no-effect]
   help: remove it, and encode the value where it comes from
"

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

# No quirk, but a loss: kustomize keeps comments in a text that a replacement edits.
# text YAML: data.t of a ConfigMap, of which a replacement writes the field n
text() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\ndata:\n  t: |\n' >text.yaml
	printf "$1" | sed 's/^/    /' >>text.yaml
}
cat >kustomization.yaml <<'E'
resources: [text.yaml]
replacements:
- sourceValue: "5"
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.t.n]}]
E
lost="text.yaml:5:3: warning: the comments of this YAML text are lost [render.lost-comments]
   note: a replacement edits the text; kustomize would keep them
"
text '# one\nn: 1\n'
warned "a comment before a key of a text" "$lost"
text 'n: 1\nl:\n- s: |\n    # no comment\n  t: x # one\n'
warned "a comment behind a value of a text" "$lost"
text 'n: 1\nl: |\n  #!/bin/sh\nu: a#b\nq: "x \\" # y"\nr: '"'x # y'"'\n'
run gk-render -o yaml
is_rc 0 "a text without comments: rendered"
err_empty "a text without comments: no warning"
done_testing
