#!/bin/sh
# What gk-render says of faults in patches: the whole of stderr.
# tests/slugs.t sees to it that no slug is missing.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/messages.sh"

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: wbe}
E
deployment >a/web.yaml
refused 'a misspelt target' <<'E'
a/kustomization.yaml:4: error: no object matches the patch target Deployment.v1.apps/wbe.[noNs] [render.patch-target-missing]
   note: 1 object at this point; closest is Deployment/web (a/web.yaml:1)
   help: correct the name, or delete the patch
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
E
config_map >a/x.yaml
refused 'a target that is not there' <<'E'
a/kustomization.yaml:4: error: no object matches the patch target Deployment.v1.apps/web.[noNs] [render.patch-target-missing]
   note: 1 object at this point, none of that name
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namespace: a
patches: [{path: p.yaml}]
E
file x.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: b}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: c}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
file p.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
E
refused 'a target in another namespace' <<'E'
a/p.yaml:1:1: error: no object matches the patch target Deployment.v1.apps/web.[noNs] [render.patch-target-missing]
   note: 2 objects at this point; closest is Deployment/web (a/x.yaml:1)
   note: this is for 'patches' at a/kustomization.yaml:3
   help: compare apiVersion and namespace
E

fresh
file kustomization.yaml <<'E'
resources: [b, c]
patches: [{path: p.yaml}]
E
file p.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
E
file b/kustomization.yaml <<'E'
resources: [x.yaml]
namePrefix: b-
E
deployment | file b/x.yaml
file c/kustomization.yaml <<'E'
resources: [x.yaml]
namePrefix: c-
E
deployment | file c/x.yaml
refused 'a target that two objects have been' <<'E'
a/p.yaml:1:1: error: 2 objects match the patch target Deployment.v1.apps/web.[noNs] [render.patch-target-ambiguous]
   note: one is at a/b/x.yaml:1
   note: one is at a/c/x.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:2
   help: use the name that the object has at this point
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {$patch: remove}
E
deployment >a/web.yaml
refused 'an unknown directive' <<'E'
a/kustomization.yaml:7: error: '$patch' must be merge, replace or delete, not 'remove' [render.patch-directive]
   note: the object is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{$patch: keep}]}}}
E
deployment >a/web.yaml
refused 'an unknown directive of a list' <<'E'
a/kustomization.yaml:7: error: '$patch' must be merge, replace or delete, not 'keep' [render.patch-directive]
   note: the object is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: {a: b}}}}
E
deployment >a/web.yaml
refused 'a map for a list' <<'E'
a/kustomization.yaml:7: error: the patch does not fit the object at line 8: field 'containers': expected a list, found a map [render.wrong-kind]
   note: the object is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {replicas: [a]}
E
deployment >a/web.yaml
refused 'a list for a number' <<'E'
a/kustomization.yaml:7: error: the patch does not fit the object at line 5: field 'replicas': expected a scalar, found a list [render.wrong-kind]
   note: the object is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, finalizers: [{a: b}]}
E
file web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, finalizers: [c]}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
refused 'a map in a list of scalars' <<'E'
a/kustomization.yaml:6: error: the list does not merge: expected a scalar, found a map [render.wrong-kind]
   note: the object is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
E
file web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
      - a
E
refused 'a scalar in a list of maps' <<'E'
a/web.yaml:10:9: error: the list does not merge: expected a map, found a string [render.wrong-kind]
   note: the object is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:3
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{target: {kind: ConfigMap}}]
E
config_map >a/x.yaml
refused 'neither path nor patch' <<'E'
a/kustomization.yaml:2:11: error: a patch needs 'path' or 'patch' [render.patch-form]
    2 | patches: [{target: {kind: ConfigMap}}]
      |           ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, patch: "a: b"}]
E
config_map >a/x.yaml
refused 'both path and patch' <<'E'
a/kustomization.yaml:2:11: error: a patch has 'path' or 'patch', not both [render.patch-form]
    2 | patches: [{path: p.yaml, patch: "a: b"}]
      |           ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {kind: ConfigMap}}]
E
file p.yaml <<'E'
- a
---
b: c
E
config_map >a/x.yaml
refused 'operations that are none' <<'E'
a/p.yaml:1:3: error: operation 1: expected an object with 'op' and 'path' [patch.form]
   note: the object is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{patch: abc, target: {kind: ConfigMap}}]
E
config_map >a/x.yaml
refused 'a patch that is a word' <<'E'
a/kustomization.yaml:2: error: a Kubernetes object must be a map with apiVersion, kind and metadata [render.not-an-object]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{patch: "[1", target: {kind: ConfigMap}}]
E
config_map >a/x.yaml
refused 'a JSON patch that ends early' <<'E'
a/kustomization.yaml:2: error: the input ends inside an array [json.cut]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches:
- patch: |
    - {op: remove, path: /data}
E
config_map >a/x.yaml
refused 'a JSON patch without target' <<'E'
a/kustomization.yaml:3:3: error: a JSON patch must say what it patches: it has no 'target' [render.patch-target-missing]
    3 | - patch: |
      |   ^
   help: add 'target: {kind: ..., name: ...}' beside it
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {kind: ConfigMap}}]
E
file p.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {a: b}
E
config_map >a/x.yaml
refused 'two documents with a target' <<'E'
a/kustomization.yaml:2:12: error: a patch with a 'target' must be one document, not 2 [render.patch-form]
    2 | patches: [{path: p.yaml, target: {kind: ConfigMap}}]
      |            ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{target: {kind: ConfigMap}, patch: '[{"op": "replace", "path": "", "value": 5}]'}]
E
config_map >a/x.yaml
refused 'a number for the whole object' <<'E'
a/kustomization.yaml:2:39: error: the patch leaves no object: it replaces the whole by a number [render.patch-form]
    2 | patches: [{target: {kind: ConfigMap}, patch: '[{"op": "replace", "path": "", "value": 5}]'}]
      |                                       ^
   note: the object is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches:
- target: {kind: ConfigMap}
  patch: |-
    - {op: add, path: /data/c, value: d}
    - {op: remove, path: /data/x}
E
config_map >a/x.yaml
refused 'the second operation' <<'E'
a/kustomization.yaml:6: error: operation 2 (remove /data/x): the path does not exist [patch.path]
   note: the object is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {kind: ConfigMap}}]
E
file p.yaml <<'E'
- {op: add, path: /data/c/d, value: d}
E
config_map >a/x.yaml
refused 'an operation in a file' <<'E'
a/p.yaml:1:3: error: operation 1 (add /data/c/d): the path does not exist [patch.path]
   note: the object is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {kind: ConfigMap}}]
E
file p.yaml <<'E'
- {op: put, path: /data/c, value: d}
E
config_map >a/x.yaml
refused 'an unknown operation' <<'E'
a/p.yaml:1:3: error: operation 1 (put /data/c): 'op' names no operation [patch.form]
   note: the object is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:2
   help: the operations are add, remove, replace, move, copy and test
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {kind: ConfigMap}}]
E
file p.yaml <<'E'
- {op: test, path: /data/a, value: d}
E
config_map >a/x.yaml
refused 'a test that fails' <<'E'
a/p.yaml:1:3: error: operation 1 (test /data/a): the value is not the one that the test expects [patch.test]
   note: the object is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patchesJson6902: [{target: {kind: ConfigMap}, path: p.yaml}]
E
config_map >a/x.yaml
refused 'patchesJson6902 without a name' <<'E'
a/kustomization.yaml:2:1: warning: field 'patchesJson6902' is deprecated [render.deprecated]
   help: use 'patches'
a/kustomization.yaml:2:19: error: an entry of 'patchesJson6902' needs 'target.name' and either 'path' or 'patch' [render.patch-form]
    2 | patchesJson6902: [{target: {kind: ConfigMap}, path: p.yaml}]
      |                   ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: x}, patch: "[]"}]
E
config_map >a/x.yaml
refused 'patchesJson6902 without operations' <<'E'
a/kustomization.yaml:2:1: warning: field 'patchesJson6902' is deprecated [render.deprecated]
   help: use 'patches'
a/kustomization.yaml:2:19: error: the patch has no operations [render.patch-form]
    2 | patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: x}, patch: "[]"}]
      |                   ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patchesStrategicMerge: [p.yaml]
E
file p.yaml <<'E'
# nothing
E
config_map >a/x.yaml
refused 'patchesStrategicMerge without objects' <<'E'
a/kustomization.yaml:2:1: warning: field 'patchesStrategicMerge' is deprecated [render.deprecated]
   help: use 'patches'
a/kustomization.yaml:2:1: error: the patches are empty [render.patch-form]
    2 | patchesStrategicMerge: [p.yaml]
      | ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patchesStrategicMerge: [p.yaml]
E
config_map >a/x.yaml
refused 'patchesStrategicMerge without the file' <<'E'
a/kustomization.yaml:2:1: warning: field 'patchesStrategicMerge' is deprecated [render.deprecated]
   help: use 'patches'
a/kustomization.yaml:2:25: error: cannot read 'a/p.yaml': no such file or directory [render.missing-file]
    2 | patchesStrategicMerge: [p.yaml]
      |                         ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {labelSelector: "a in b"}}]
E
config_map >a/p.yaml
config_map >a/x.yaml
refused 'a label selector' <<'E'
a/kustomization.yaml:2:12: error: 'a in b' is no label selector: expected '(' after 'in' or 'notin' [render.selector]
    2 | patches: [{path: p.yaml, target: {labelSelector: "a in b"}}]
      |            ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: p.yaml, target: {name: "a("}}]
E
config_map >a/p.yaml
config_map >a/x.yaml
refused 'a pattern' <<'E'
a/kustomization.yaml:2:12: error: cannot compile the regular expression 'a(': missing closing parenthesis [regex.syntax]
    2 | patches: [{path: p.yaml, target: {name: "a("}}]
      |            ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{path: q.yaml}]
E
config_map >a/x.yaml
refused 'a missing patch' <<'E'
a/kustomization.yaml:2:12: error: cannot read 'a/q.yaml': no such file or directory [render.missing-file]
    2 | patches: [{path: q.yaml}]
      |            ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{patch: "metadata: {name: x}"}]
E
config_map >a/x.yaml
refused 'a patch without kind' <<'E'
a/kustomization.yaml:2: error: the object has no 'kind' [render.no-kind]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{target: {kind: ConfigMap}, patch: '[{"op": "remove", "path": "/metadata/name"}]'}]
E
config_map >a/x.yaml
refused 'a patch that takes the name away' <<'E'
a/x.yaml:1:1: error: the object has lost its 'metadata.name' on the way [render.no-name]
   help: look for the patch or replacement that takes it away
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
patches: [{target: {kind: ConfigMap}, patch: '[{"op": "remove", "path": "/kind"}]'}]
E
config_map >a/x.yaml
refused 'a patch that takes the kind away' <<'E'
a/x.yaml:1:1: error: the object has lost its 'kind' on the way [render.no-kind]
   help: look for the patch or replacement that takes it away
E
done_testing
