#!/bin/sh
# What gk-render says of faults in replacements and the other transformers: the whole of stderr.
# tests/slugs.t sees to it that no slug is missing.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/messages.sh"

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: z}
  targets: [{select: {kind: ConfigMap}}]
E
config_map >a/x.yaml
refused 'a source that is not there' <<'E'
a/kustomization.yaml:3:3: error: no object matches the source ConfigMap.[noVer].[noGrp]/z.[noNs] [render.replacement-source]
   note: 1 object at this point, none of that name
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap}
  targets: [{select: {kind: ConfigMap}}]
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: z}
data: {a: b}
E
refused 'a source that is not the only one' <<'E'
a/kustomization.yaml:3:3: error: more than one object matches the source ConfigMap.[noVer].[noGrp]/[noName].[noNs] [render.replacement-source]
   note: a/x.yaml:1 and a/x.yaml:6
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: data.q}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'a field that the source lacks' <<'E'
a/kustomization.yaml:3:3: error: the source ConfigMap.v1.[noGrp]/x.[noNs] has nothing at 'data.q' [render.replacement-source]
   note: the object is at a/x.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: data.*}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'a source with a wildcard' <<'E'
a/kustomization.yaml:3:3: error: '*' cannot name a source [render.field-path]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: "data.[a]"}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'an element of what is no list' <<'E'
a/kustomization.yaml:3:3: error: expected a list, found a map [render.wrong-kind]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: data, options: {delimiter: "."}}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'a delimiter for a map' <<'E'
a/kustomization.yaml:3:55: error: a delimiter needs a scalar to split [render.replacement-options]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: data.a, options: {delimiter: ".", index: 4}}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'an index beyond the pieces' <<'E'
a/kustomization.yaml:3:57: error: the index is outside the pieces of the source [render.replacement-options]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: data.a}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data], options: {delimiter: "."}}]
E
config_map >a/x.yaml
refused 'a delimiter for a target that is a map' <<'E'
a/kustomization.yaml:4:13: error: a delimiter needs a scalar to split [render.replacement-options]
   note: the target is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x}
  targets:
  - select: {kind: ConfigMap}
    fieldPaths:
    - data.q
E
config_map >a/x.yaml
refused 'a field that the target lacks' <<'E'
a/kustomization.yaml:5:5: error: the target has no field 'data.q' [render.replacement-target]
   note: the target is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
   help: say 'options: {create: true}' to make it
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [""]}]
E
config_map >a/x.yaml
refused 'an empty field path' <<'E'
a/kustomization.yaml:4:13: error: the path of a field is empty [render.replacement-target]
   note: the target is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
replacements:
- source: {kind: Deployment, name: web}
  targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.4.image"]}]
E
deployment >a/web.yaml
refused 'an index beyond the list' <<'E'
a/kustomization.yaml:4:13: error: cannot find 'spec.template.spec.containers.4.image': index 4 of a list of 1 [render.field-path]
   note: the target is Deployment.v1.apps/web.[noNs] at a/web.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x}
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a.b]}]
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {a: "{"}
E
refused 'a path into a text that is no YAML' <<'E'
a/kustomization.yaml:4:13: error: cannot find 'data.a.b': the path goes on inside 'a', whose text is no YAML [render.field-path]
   note: the target is ConfigMap.v1.[noGrp]/x.[noNs] at a/x.yaml:1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x}
  sourceValue: a
  targets: [{select: {kind: ConfigMap}}]
E
config_map >a/x.yaml
refused 'two sources' <<'E'
a/kustomization.yaml:3:3: error: 'source' and 'sourceValue' exclude each other [render.replacement]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x}
  targets: [{fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'no select' <<'E'
a/kustomization.yaml:4:13: error: a target needs 'select' [render.replacement]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]
E
config_map >a/x.yaml
refused 'no source' <<'E'
a/kustomization.yaml:3:3: error: a replacement needs a source and at least one target [render.replacement]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: x}
E
config_map >a/x.yaml
refused 'no targets' <<'E'
a/kustomization.yaml:3:3: error: a replacement needs a source and at least one target [render.replacement]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- path: r.yaml
E
file r.yaml </dev/null
config_map >a/x.yaml
refused 'an empty file of replacements' <<'E'
a/kustomization.yaml:3:3: error: the file is empty [render.replacement]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- path: r.yaml
E
file r.yaml <<'E'
abc
E
config_map >a/x.yaml
refused 'a file of replacements that is a word' <<'E'
a/r.yaml:1:1: error: a replacement must be a map [render.field-type]
   note: this is for 'replacements' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- path: r.yaml
E
file r.yaml <<'E'
- abc
E
config_map >a/x.yaml
refused 'a replacement that is a word' <<'E'
a/r.yaml:1:3: error: a replacement must be a map [render.field-type]
   note: this is for 'replacements' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- path: r.yaml
  source: {kind: ConfigMap, name: x}
E
file r.yaml <<'E'
- source: {}
E
config_map >a/x.yaml
refused 'a path and a replacement' <<'E'
a/kustomization.yaml:3:3: error: 'path' and an inline replacement exclude each other [render.replacement]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- path: r.yaml
E
file r.yaml <<'E'
- source: {kind: ConfigMap, nam: x}
E
config_map >a/x.yaml
refused 'a misspelt field in a file of replacements' <<'E'
a/r.yaml:1:29: error: the source of a replacement has no field 'nam' [render.unknown-field]
    1 | - source: {kind: ConfigMap, nam: x}
      |                             ^
   help: did you mean 'name'?
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml, x.yaml]
replacements:
- source: {kind: ConfigMap, name: x, fieldPath: data.a}
  targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]
E
deployment >a/web.yaml
config_map >a/x.yaml
refused 'a text for a number' <<'E'
a/web.yaml:5:3: error: field 'replicas' must not hold 'b': it had another type in its file [render.value-type]
   help: replace it by a value of that type
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml, b]
patches: [{target: {kind: Deployment}, patch: '[{"op": "add", "path": "/spec/x", "value": 5}]'}]
E
deployment >a/web.yaml
file b/kustomization.yaml <<'E'
resources: [x.yaml]
replacements: [{sourceValue: a, targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]
E
file b/x.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: two}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
refused 'a text for a number, behind it a JSON patch' <<'E'
a/b/x.yaml:5:3: error: field 'replicas' must not hold 'a' [render.value-type]
   note: the object is Deployment.v1.apps/two.[noNs] at a/b/x.yaml:1
   note: this is for 'patches' at a/kustomization.yaml:2
   help: replace it by a value of the type that it had in its file
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
replicas: [{name: wbe, count: 2}]
E
deployment >a/web.yaml
refused 'replicas for nobody' <<'E'
a/kustomization.yaml:2:12: error: no Deployment, StatefulSet, ReplicaSet or ReplicationController is called 'wbe' [render.replicas-target-missing]
    2 | replicas: [{name: wbe, count: 2}]
      |            ^
   help: use the name that the object has in its own file
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: x}}, {name: V, objref: {apiVersion: v1, kind: ConfigMap, name: x}}]
E
config_map >a/x.yaml
refused 'a variable twice' <<'E'
a/kustomization.yaml:2:1: warning: field 'vars' is deprecated [render.deprecated]
   help: use 'replacements'
a/kustomization.yaml:2:71: error: variable 'V' is declared twice [render.variable]
E

fresh
file kustomization.yaml <<'E'
resources: [p.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: z}}]
E
file p.yaml <<'E'
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, args: [$(V)]}]}
E
refused 'a variable without object' <<'E'
a/kustomization.yaml:2:1: warning: field 'vars' is deprecated [render.deprecated]
   help: use 'replacements'
a/kustomization.yaml:2:8: error: variable 'V' matches no object [render.variable]
E

fresh
file kustomization.yaml <<'E'
resources: [p.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}, fieldref: {fieldPath: spec.q}}]
E
file p.yaml <<'E'
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, args: [$(V)]}]}
E
refused 'a variable without field' <<'E'
a/kustomization.yaml:2:1: warning: field 'vars' is deprecated [render.deprecated]
   help: use 'replacements'
a/kustomization.yaml:2:8: error: variable 'V' finds no field 'spec.q' [render.variable]
E

fresh
file kustomization.yaml <<'E'
resources: [p.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}}]
E
file p.yaml <<'E'
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: a}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: b}
spec: {containers: [{name: c, args: [$(V)]}]}
E
refused 'a variable with two objects' <<'E'
a/kustomization.yaml:2:1: warning: field 'vars' is deprecated [render.deprecated]
   help: use 'replacements'
a/kustomization.yaml:2:8: error: more than one object matches variable 'V' [render.variable]
    2 | vars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}}]
      |        ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: x}}]
E
config_map >a/x.yaml
warned 'a variable that is used nowhere' <<'E'
a/kustomization.yaml:2:1: warning: field 'vars' is deprecated [render.deprecated]
   help: use 'replacements'
a/kustomization.yaml:2:8: warning: variable 'V' is used nowhere [render.unused-variable]
E

fresh
file kustomization.yaml <<'E'
resources: [p.yaml, b, c]
E
file p.yaml <<'E'
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
  - name: v
    configMap: {name: x}
E
file b/kustomization.yaml <<'E'
resources: [x.yaml]
patches:
- target: {kind: ConfigMap}
  patch: '[{"op": "replace", "path": "/metadata/name", "value": "b"}]'
E
config_map | file b/x.yaml
file c/kustomization.yaml <<'E'
resources: [x.yaml]
patches:
- target: {kind: ConfigMap}
  patch: '[{"op": "replace", "path": "/metadata/name", "value": "c"}]'
E
config_map | file c/x.yaml
refused 'a reference that could mean two' <<'E'
a/p.yaml:7:17: error: cannot follow 'spec/volumes/configMap/name' in Pod.v1.[noGrp]/p.[noNs]: 'x' could mean 2 objects [render.ambiguous-reference]
   note: ConfigMap.v1.[noGrp]/b.[noNs] (a/b/x.yaml:1)
   note: ConfigMap.v1.[noGrp]/c.[noNs] (a/c/x.yaml:1)
   help: give the objects different names, or the reference a namespace
E

fresh
file kustomization.yaml <<'E'
resources: [r.yaml]
namePrefix: a
E
file r.yaml <<'E'
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: r}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: q}
subjects: [{kind: ServiceAccount, name: a, namespace: 5}]
E
refused 'a namespace that is a number' <<'E'
a/r.yaml:5:44: error: the namespace of a subject must be a string [render.reference]
E

fresh
file kustomization.yaml <<'E'
resources: [r.yaml, x.yaml]
namePrefix: a
E
file r.yaml <<'E'
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: r}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: q}
subjects: [{kind: ServiceAccount}]
E
config_map >a/x.yaml
refused 'a reference without name' <<'E'
a/r.yaml:5:12: error: cannot follow 'subjects' in RoleBinding.v1.rbac.authorization.k8s.io/ar.[noNs]: the reference has no 'name' [render.reference]
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
E
file web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {internal.config.kubernetes.io/needsHashSuffix: enabled}}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
refused 'a hash for a Deployment' <<'E'
a/web.yaml:1:1: error: Deployment.v1.apps/web.[noNs] cannot have a hash in its name: only ConfigMap and Secret can [render.hash-kind]
   help: remove the annotation internal.config.kubernetes.io/needsHashSuffix
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
sortOptions: {order: random}
E
config_map >a/x.yaml
refused 'an unknown order' <<'E'
a/kustomization.yaml:2:15: error: 'sortOptions.order' must be 'legacy' or 'fifo' [render.sort-order]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
sortOptions: {order: fifo, legacySortOptions: {orderFirst: [a]}}
E
config_map >a/x.yaml
refused 'options of the other order' <<'E'
a/kustomization.yaml:2:15: error: 'legacySortOptions' goes only with the order 'legacy' [render.sort-order]
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
labels: [{pairs: {a: b}, includeSelectors: true}]
E
file web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: [a]
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
refused 'labels into a list of scalars' <<'E'
a/web.yaml:5:14: error: cannot follow 'spec/selector/matchLabels' in Deployment.v1.apps/web.[noNs]: expected a map or a list, found a string [render.wrong-kind]
   note: this is for 'labels' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
commonLabels: {a: b}
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x, labels: 5}
data: {a: b}
E
refused 'labels that are a number' <<'E'
a/kustomization.yaml:2:1: warning: field 'commonLabels' is deprecated [render.deprecated]
   help: use 'labels'
a/x.yaml:3:21: error: cannot follow 'metadata/labels' in ConfigMap.v1.[noGrp]/x.[noNs]: expected a map, found a number [render.wrong-kind]
   note: this is for 'commonLabels' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
commonAnnotations: {a: b}
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x, annotations: [5]}
data: {a: b}
E
refused 'annotations that are a list' <<'E'
a/x.yaml:3:21: error: cannot follow 'metadata/annotations' in ConfigMap.v1.[noGrp]/x.[noNs]: expected a map, found a list [render.wrong-kind]
   note: this is for 'commonAnnotations' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namePrefix: a
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: {a: b}}
E
refused 'a name that is a map' <<'E'
a/x.yaml:1:1: error: the object has no 'metadata.name' [render.no-name]
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
images: [{name: a, newTag: b}]
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
      - {name: web, image: {a: b}}
E
refused 'an image that is a map' <<'E'
a/web.yaml:9:21: error: expected the name of an image, found a map [render.wrong-kind]
   note: this is for 'images' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
images: [{name: "a(", newTag: b}]
E
deployment >a/web.yaml
refused 'an image that is no pattern' <<'E'
a/kustomization.yaml:2:10: error: the name of an image is a pattern, and 'a(' is none: cannot compile the regular expression '^a((:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$': missing closing parenthesis [regex.syntax]
    2 | images: [{name: "a(", newTag: b}]
      |          ^
E

fresh
file kustomization.yaml <<'E'
resources: [web.yaml]
replicas: [{name: web, count: 2}]
E
file web.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: [1]
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
refused 'replicas that are a list' <<'E'
a/web.yaml:5:3: error: cannot follow 'spec/replicas' in Deployment.v1.apps/web.[noNs]: expected a number, found a list [render.wrong-kind]
   note: this is for 'replicas' at a/kustomization.yaml:2
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namespace: a
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: {a: b}}
data: {a: b}
E
refused 'a namespace that is a map' <<'E'
a/x.yaml:3:21: error: cannot follow 'metadata/namespace' in ConfigMap.v1.[noGrp]/x.[noNs]: expected a string, found a map [render.wrong-kind]
   note: this is for 'namespace' at a/kustomization.yaml:2
E
done_testing
