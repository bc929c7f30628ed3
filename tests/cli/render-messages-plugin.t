#!/bin/sh
# What gk-render says of faults in configurations, plugins and the command line: the whole of stderr.
# tests/slugs.t sees to it that no slug is missing.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/messages.sh"

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configurations: [c.yaml]
E
file c.yaml <<'E'
- a
E
config_map >a/x.yaml
refused 'a configuration that is a list' <<'E'
a/c.yaml:1:1: error: a transformer configuration must be a map [render.field-type]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configurations: [c.yaml]
E
file c.yaml <<'E'
namePrefx: []
namePrefix: [{pth: a}]
E
config_map >a/x.yaml
refused 'misspelt fields of a configuration' <<'E'
a/c.yaml:1:1: error: a transformer configuration has no field 'namePrefx' [render.unknown-field]
    1 | namePrefx: []
      | ^
   help: did you mean 'namePrefix'?
a/c.yaml:2:15: error: a field specification has no field 'pth' [render.unknown-field]
    2 | namePrefix: [{pth: a}]
      |               ^
   help: did you mean 'path'?
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configurations: [c.yaml]
E
file c.yaml <<'E'
commonAnnotations: [{path: metadata/annotations, create: false}]
E
config_map >a/x.yaml
refused 'a fieldspec that contradicts the built-in one' <<'E'
a/kustomization.yaml:2:18: error: conflicting fieldspecs: 'metadata/annotations' is there with 'create: true' [render.fieldspec]
    2 | configurations: [c.yaml]
      |                  ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configurations: [c.yaml]
namePrefix: a
E
file c.yaml <<'E'
namePrefix: [{path: data//a}]
E
config_map >a/x.yaml
refused 'a fieldspec with an empty part' <<'E'
a/x.yaml:1:1: error: cannot follow 'data/[]/a' in ConfigMap.v1.[noGrp]/ax.[noNs]: a field path has an empty part [render.fieldspec]
   note: this is for 'namePrefix' at a/kustomization.yaml:3
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
openapi: {path: a, version: v1}
E
config_map >a/x.yaml
refused 'openapi with path and version' <<'E'
a/kustomization.yaml:2:1: error: 'openapi' has 'path' or 'version', not both [render.openapi]
    2 | openapi: {path: a, version: v1}
      | ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
openapi: {version: v1.30.0}
E
config_map >a/x.yaml
refused 'openapi with another version' <<'E'
a/kustomization.yaml:2:11: error: the only built-in version is v1.21.2 [render.openapi]
    2 | openapi: {version: v1.30.0}
      |           ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: PrefixTransformr
metadata: {name: t}
E
config_map >a/x.yaml
refused 'a misspelt transformer' <<'E'
a/t.yaml:1:1: error: there is no built-in transformer 'PrefixTransformr' [render.plugin]
   help: did you mean 'PrefixTransformer'?
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: PrefixTransformer
metadata: {name: t}
prefx: a
E
config_map >a/x.yaml
refused 'a transformer without its field' <<'E'
a/t.yaml:1:1: error: 'fieldSpecs' is missing [render.plugin]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: PrefixTransformer
metadata: {name: t}
prefix: [a]
E
config_map >a/x.yaml
refused 'a field of a transformer' <<'E'
a/t.yaml:4:1: error: field 'prefix' must be a string, not a list [render.field-type]
    4 | prefix: [a]
      | ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata: {name: p}
E
config_map >a/x.yaml
refused 'a program' <<'E'
a/t.yaml:1:1: error: 'Program' needs a program, and none may be started [render.plugin-refused]
   help: if you trust this tree: --enable-alpha-plugins
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      container: {image: a}
E
config_map >a/x.yaml
refused 'a function' <<'E'
a/t.yaml:1:1: error: 'Program' needs a program, and none may be started [render.plugin-refused]
   help: if you trust this tree: --enable-alpha-plugins
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      exec: {path: a}
E
config_map >a/x.yaml
refused 'a function that is a program' --enable-alpha-plugins a <<'E'
a/t.yaml:1:1: error: function 'a' is a program, which may not be started [render.plugin-refused]
   help: if you trust this tree: --enable-alpha-plugins --enable-exec
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      container: {image: a, network: true}
E
config_map >a/x.yaml
refused 'a function that wants the network' --enable-alpha-plugins a <<'E'
a/t.yaml:1:1: error: the function's container wants the network [render.plugin-refused]
   help: if you trust this tree: --network
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata: {name: p}
E
config_map >a/x.yaml
refused 'no plugins' --enable-alpha-plugins a <<'E'
a/t.yaml:1:1: error: no directory of plugins was found [render.plugin]
   help: set KUSTOMIZE_PLUGIN_HOME
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
validators: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: PrefixTransformer
metadata: {name: t}
prefix: a
fieldSpecs: [{path: metadata/name}]
E
config_map >a/x.yaml
refused 'a validator that changes' <<'E'
a/x.yaml:1:1: error: a validator changed an object [render.validator]
   note: the validator is PrefixTransformer at a/t.yaml:1
   help: list it under 'transformers'
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
validators: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: PatchTransformer
metadata: {name: t}
patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, $patch: delete}"
E
config_map >a/x.yaml
refused 'a validator that deletes' <<'E'
a/t.yaml:1:1: error: a validator left 0 of 1 objects [render.validator]
    1 | apiVersion: builtin
      | ^
   help: list it under 'transformers'
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: t}
value: a
E
config_map >a/x.yaml
refused 'ValueAddTransformer without target' <<'E'
a/t.yaml:1:1: error: ValueAddTransformer needs at least one target [render.plugin]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: t}
value: a
targets: [{selector: {kind: ConfigMap}}]
E
config_map >a/x.yaml
refused 'ValueAddTransformer without field' <<'E'
a/t.yaml:5:11: error: a target needs a 'fieldPath' [render.plugin]
    5 | targets: [{selector: {kind: ConfigMap}}]
      |           ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: t}
value: a
targets: [{fieldPath: data/a, filePathPosition: -1}]
E
config_map >a/x.yaml
refused 'ValueAddTransformer with a negative place' <<'E'
a/t.yaml:5:11: error: 'filePathPosition' must not be negative [render.plugin]
    5 | targets: [{fieldPath: data/a, filePathPosition: -1}]
      |           ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: t}
value: a
targetFilePath: f.yaml
E
file f.yaml <<'E'
- a
E
config_map >a/x.yaml
refused 'a file of targets that is a list' <<'E'
a/f.yaml:1:1: error: a file of targets must be a map [render.plugin]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: NamespaceTransformer
metadata: {name: t, namespace: a}
setRoleBindingSubjects: some
E
config_map >a/x.yaml
refused 'a mode of NamespaceTransformer' <<'E'
a/t.yaml:1:1: error: 'setRoleBindingSubjects' must be defaultOnly, allServiceAccounts or none [render.plugin]
E

fresh
file kustomization.yaml <<'E'
generators: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: t}
literals: [a]
E
config_map >a/x.yaml
refused 'a literal in a generator of its own' <<'E'
a/t.yaml:4:12: error: a literal must be written key=value [render.literal]
    4 | literals: [a]
      |            ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
config_map >a/x.yaml
misused 'what --explain wants' --explain ConfigMap a <<'E'
gk-render: error: an object is written Kind/name, group/Kind/name or group/version/Kind/namespace/name [usage.explain]
   help: for example apps/Deployment/web:.spec.replicas
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
config_map >a/x.yaml
misused 'a format of --explain' --explain ConfigMap/x -o yaml a <<'E'
gk-render: error: --explain prints a text, or JSON with -o json [usage.explain]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
config_map >a/x.yaml
misused 'two directories' a b <<'E'
gk-render: error: expected one directory, not 2 [usage.operand]
   help: join several with an overlay that lists them in resources
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml, y.yaml]
E
file y.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: z}
data: {a: b}
E
config_map >a/x.yaml
refused 'a limit' --limit objects=1 a <<'E'
gk-render: error: the number of objects passes the limit objects = 1 [limit.exceeded]
   help: if that is intended: --limit objects=N
E

fresh
file kustomization.yaml <<'E'
resources: [f]
E
mkfifo a/f
refused 'a FIFO' <<'E'
a/kustomization.yaml:1:13: error: cannot read 'a/f': not a regular file or directory [render.not-a-file]
    1 | resources: [f]
      |             ^
E

fresh
file kustomization.yaml <<'E'
resources: [f]
E
ln -s f a/f
refused 'a link to itself' <<'E'
a/kustomization.yaml:1:13: error: cannot read 'a/f': cannot open: Too many levels of symbolic links [render.cannot-open]
    1 | resources: [f]
      |             ^
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./f.sh}
E
config_map >a/x.yaml
file f.sh <<'E'
#!/bin/sh
echo it is broken >&2
exit 7
E
chmod +x a/f.sh
refused 'a program that fails' --enable-alpha-plugins --enable-exec a <<'E'
a/t.yaml:1:1: error: './f.sh' failed with exit code 7 [render.plugin-failed]
   note: it said: it is broken
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./f.sh}
E
config_map >a/x.yaml
file f.sh <<'E'
#!/bin/sh
kill -9 $$
E
chmod +x a/f.sh
refused 'a program that is killed' --enable-alpha-plugins --enable-exec a <<'E'
a/t.yaml:1:1: error: './f.sh' was killed by signal 9 [render.plugin-failed]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./f.sh}
E
config_map >a/x.yaml
file f.sh <<'E'
#!/bin/sh
echo no list
E
chmod +x a/f.sh
refused 'a program that prints no object' --enable-alpha-plugins --enable-exec a <<'E'
output of p:1:1: error: a Kubernetes object must be a map with apiVersion, kind and metadata [render.not-an-object]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./f.sh}
E
config_map >a/x.yaml
file f.sh <<'E'
#!/bin/sh
echo hello >&2
cat
E
chmod +x a/f.sh
warned 'a program that talks' --enable-alpha-plugins --enable-exec a <<'E'
a/t.yaml:1:1: note: './f.sh' said: hello [render.plugin-said]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namePrefix: a
E
config_map >a/x.yaml
refused 'a limit in namePrefix' --limit visits=0 a <<'E'
a/kustomization.yaml:2:1: error: the number of objects that patches, replacements and the like look at passes the limit visits = 0 [limit.exceeded]
    2 | namePrefix: a
      | ^
   help: if that is intended: --limit visits=N
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
labels: [{pairs: {a: b}}]
E
config_map >a/x.yaml
refused 'a limit in labels' --limit visits=0 a <<'E'
a/kustomization.yaml:2:10: error: the number of objects that patches, replacements and the like look at passes the limit visits = 0 [limit.exceeded]
    2 | labels: [{pairs: {a: b}}]
      |          ^
   help: if that is intended: --limit visits=N
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
commonAnnotations: {a: b}
E
config_map >a/x.yaml
refused 'a limit in annotations' --limit visits=0 a <<'E'
a/kustomization.yaml:2:1: error: the number of objects that patches, replacements and the like look at passes the limit visits = 0 [limit.exceeded]
    2 | commonAnnotations: {a: b}
      | ^
   help: if that is intended: --limit visits=N
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers: [t.yaml]
E
file t.yaml <<'E'
apiVersion: builtin
kind: SecretGenerator
metadata: {name: t}
E
config_map >a/x.yaml
refused 'a generator among transformers' <<'E'
a/t.yaml:1:1: error: there is no built-in transformer 'SecretGenerator' [render.plugin]
   help: list it under 'generators'
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: LabelTransformr
  metadata: {name: t}
E
config_map >a/x.yaml
refused 'a misspelt transformer, inline' <<'E'
a/kustomization.yaml:4: error: there is no built-in transformer 'LabelTransformr' [render.plugin]
   help: did you mean 'LabelTransformer'?
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: t}
  labels: [a]
E
config_map >a/x.yaml
refused 'a field of a transformer, inline' <<'E'
a/kustomization.yaml:7: error: field 'labels' must be a map of strings, not a list [render.field-type]
    7 |   labels: [a]
E

fresh
file kustomization.yaml <<'E'
secretGenerator: [{name: a, literals: [password]}]
E
refused 'the line of a secret is not shown' <<'E'
a/kustomization.yaml:1:40: error: a literal must be written key=value [render.literal]
E

fresh
file kustomization.yaml <<'E'
resources: [b, c]
E
file b/kustomization.yaml <<'E'
resources: [x.yaml]
E
file b/x.yaml <<'E'
{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: hidden}}
E
file c/kustomization.yaml <<'E'
resources: [x.yaml]
E
file c/x.yaml <<'E'
{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: hidden}}
E
refused 'nor that of a Secret' <<'E'
a/c/x.yaml:1:1: error: an object with the identity Secret.v1.[noGrp]/a.[noNs] is there already [render.duplicate-id]
   note: the first one is at a/b/x.yaml:1
   help: remove one of them, or give them different names or namespaces
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
generators: [t.yaml]
E
file t.yaml <<'E'
apiVersion: example.com/v1
kind: Program
metadata:
  name: p
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./f.sh}
E
config_map >a/x.yaml
file f.sh <<'E'
#!/bin/sh
cat <<'O'
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: c, annotations: {kustomize.config.k8s.io/needs-hash: maybe}}
O
E
chmod +x a/f.sh
refused 'a generator whose annotation is none' --enable-alpha-plugins --enable-exec a <<'E'
output of p:4:3: error: annotation kustomize.config.k8s.io/needs-hash must be "true" or "false" [render.plugin-output]
E

fresh
file kustomization.yaml <<'E'
secretGenerator: [{name: a, literal: [password=hidden]}]
E
refused 'nor a field of a generator of Secrets' <<'E'
a/kustomization.yaml:1:29: error: a Secret generator has no field 'literal' [render.unknown-field]
   help: did you mean 'literals'?
E

fresh
file kustomization.yaml <<'E'
helmCharts: [{name: c}]
E
refused 'a chart' <<'E'
a/kustomization.yaml:1:14: error: a Helm chart needs helm, which may not be started [render.helm]
   help: if you trust this tree: --enable-helm
E

fresh
file kustomization.yaml <<'E'
helmCharts: [{name: ../c}]
E
refused 'a chart that is a path' --enable-helm a <<'E'
a/kustomization.yaml:1:15: error: a chart's 'name' must be that of a directory [render.chart]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configurations: [c.yaml]
namePrefix: a
E
file c.yaml <<'E'
namePrefix: [{path: data/0}]
E
config_map >a/x.yaml
refused 'a part that means an element' <<'E'
a/x.yaml:4:1: error: cannot follow 'data/0' in ConfigMap.v1.[noGrp]/ax.[noNs]: '0' means an element of a list, found a map [render.wrong-kind]
   note: this is for 'namePrefix' at a/kustomization.yaml:3
   help: lists are entered without a part of the path
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configurations: [c.yaml]
E
file c.yaml <<'E'
namePrefix: [{path: 1.10}, {path: 010}, {path: yes}, {path: 1e3, kind: 5}]
E
config_map >a/x.yaml
refused 'texts that are none' <<'E'
a/c.yaml:1:15: error: field 'path' must be a string, not a number [render.field-type]
    1 | namePrefix: [{path: 1.10}, {path: 010}, {path: yes}, {path: 1e3, kind: 5}]
      |               ^
   help: put the value in quotes
a/c.yaml:1:29: error: field 'path' must be a string, not a number [render.field-type]
    1 | namePrefix: [{path: 1.10}, {path: 010}, {path: yes}, {path: 1e3, kind: 5}]
      |                             ^
   help: put the value in quotes
a/c.yaml:1:42: error: field 'path' must be a string, not a boolean [render.field-type]
    1 | namePrefix: [{path: 1.10}, {path: 010}, {path: yes}, {path: 1e3, kind: 5}]
      |                                          ^
   help: put the value in quotes
a/c.yaml:1:55: error: field 'path' must be a string, not a number [render.field-type]
    1 | namePrefix: [{path: 1.10}, {path: 010}, {path: yes}, {path: 1e3, kind: 5}]
      |                                                       ^
   help: put the value in quotes
a/c.yaml:1:66: error: field 'kind' must be a string, not a number [render.field-type]
    1 | namePrefix: [{path: 1.10}, {path: 010}, {path: yes}, {path: 1e3, kind: 5}]
      |                                                                  ^
   help: put the value in quotes
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: "a\0b"}
E
refused 'a NUL in a name' <<'E'
a/x.yaml:3:12: error: 'name' of the object holds a NUL character [render.nul]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
apiVersion: v1
kind: "A\0b"
metadata: {name: a}
E
refused 'a NUL in a kind' <<'E'
a/x.yaml:2:1: error: 'kind' of the object holds a NUL character [render.nul]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namePrefix: "a\0b"
namespace: "\0"
E
config_map >a/x.yaml
refused 'a NUL in a prefix' <<'E'
a/kustomization.yaml:3:1: error: 'namespace' must be free of NUL characters [render.nul]
    3 | namespace: "\0"
      | ^
a/kustomization.yaml:2:1: error: 'namePrefix' must be free of NUL characters [render.nul]
    2 | namePrefix: "a\0b"
      | ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator:
- name: "a\0b"
E
config_map >a/x.yaml
refused 'a NUL in the name of a generator' <<'E'
a/kustomization.yaml:2: error: 'name' of the object holds a NUL character [render.nul]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
replacements:
- sourceValue: "a\0b"
  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]
E
config_map >a/x.yaml
refused 'a NUL that a replacement brings' <<'E'
a/x.yaml:3:12: error: 'name' of the object holds a NUL character [render.nul]
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a}]
replacements:
- sourceValue: "a\0b"
  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]
E
config_map >a/x.yaml
refused 'a NUL in a name with a hash' <<'E'
a/kustomization.yaml:1: error: 'name' of the object holds a NUL character [render.nul]
E
done_testing
