#!/bin/sh
# What gk-render says of faults in kustomizations, resources and generators: the whole of stderr.
# tests/slugs.t sees to it that no slug is missing.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/messages.sh"

fresh
file kustomization.yaml </dev/null
file Kustomization </dev/null
refused 'two kustomizations' <<'E'
gk-render: error: directory 'a' has both kustomization.yaml and Kustomization [render.two-kustomizations]
   help: remove one of them
E

fresh
file kustomization.yaml <<'E'
kind: Kustomization
E
refused 'an empty kustomization' <<'E'
a/kustomization.yaml: error: the kustomization is empty [render.empty-kustomization]
   help: list something, or drop the directory where it is listed
E

fresh
file kustomization.yaml <<'E'
apiVersion: v1
kind: Kustomise
namePrefix: a
E
refused 'apiVersion and kind' <<'E'
a/kustomization.yaml:2:1: error: 'kind' must be 'Kustomization' or 'Component' [render.kind]
    2 | kind: Kustomise
      | ^
a/kustomization.yaml:1:1: error: 'apiVersion' must be kustomize.config.k8s.io/v1beta1 [render.api-version]
    1 | apiVersion: v1
      | ^
E

fresh
file kustomization.yaml <<'E'
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Component
namePrefix: a
E
refused 'apiVersion of a component' <<'E'
a/kustomization.yaml:1:1: error: 'apiVersion' must be kustomize.config.k8s.io/v1alpha1 [render.api-version]
    1 | apiVersion: kustomize.config.k8s.io/v1beta1
      | ^
E

fresh
file kustomization.yaml <<'E'
- a
E
refused 'a kustomization that is no map' <<'E'
a/kustomization.yaml:1:1: error: a kustomization must be a map, not a list [render.field-type]
E

fresh
file kustomization.yaml <<'E'
resources: x
namePrefix: [a]
commonLabels: 5
images: {}
replicas: [{name: a, count: many}]
generatorOptions: {immutable: "yes"}
patches: [a]
E
refused 'values of wrong types' <<'E'
a/kustomization.yaml:1:1: error: field 'resources' must be a list of strings, not a string [render.field-type]
    1 | resources: x
      | ^
a/kustomization.yaml:2:1: error: field 'namePrefix' must be a string, not a list [render.field-type]
    2 | namePrefix: [a]
      | ^
a/kustomization.yaml:3:1: error: field 'commonLabels' must be a map of strings, not a number [render.field-type]
    3 | commonLabels: 5
      | ^
a/kustomization.yaml:4:1: error: field 'images' must be a list, not a map [render.field-type]
    4 | images: {}
      | ^
a/kustomization.yaml:5:22: error: field 'count' must be an integer, not a string [render.field-type]
    5 | replicas: [{name: a, count: many}]
      |                      ^
a/kustomization.yaml:6:20: error: field 'immutable' must be true or false, not a string [render.field-type]
    6 | generatorOptions: {immutable: "yes"}
      |                    ^
a/kustomization.yaml:7:11: error: field 'patches' must be a list of maps, not a string [render.field-type]
    7 | patches: [a]
      |           ^
E

fresh
file kustomization.yaml <<'E'
bases: [b]
commonLabels: {a: b}
E
file b/kustomization.yaml <<'E'
resources: [x.yaml]
E
config_map | file b/x.yaml
warned 'deprecated fields' <<'E'
a/kustomization.yaml:1:1: warning: field 'bases' is deprecated [render.deprecated]
   help: use 'resources'
a/kustomization.yaml:2:1: warning: field 'commonLabels' is deprecated [render.deprecated]
   help: use 'labels'
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
imageTags: [{name: a, newTag: b}]
patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: x}, patch: "- {op: add, path: /data/c, value: d}"}]
vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: x}}]
E
config_map >a/x.yaml
warned 'more deprecated fields' <<'E'
a/kustomization.yaml:2:1: warning: field 'imageTags' is deprecated [render.deprecated]
   help: use 'images'
a/kustomization.yaml:3:1: warning: field 'patchesJson6902' is deprecated [render.deprecated]
   help: use 'patches'
a/kustomization.yaml:4:1: warning: field 'vars' is deprecated [render.deprecated]
   help: use 'replacements'
a/kustomization.yaml:2:14: warning: no image is called 'a' [render.image-missing]
    2 | imageTags: [{name: a, newTag: b}]
      |              ^
   help: write the name as it stands in the object, registry included
a/kustomization.yaml:4:8: warning: variable 'V' is used nowhere [render.unused-variable]
E

fresh
file kustomization.yaml <<'E'
resources: [""]
E
refused 'an empty path' <<'E'
a/kustomization.yaml:1:13: error: the path is empty [render.missing-file]
    1 | resources: [""]
      |             ^
E

fresh
file kustomization.yaml <<'E'
resources: ["a\0b"]
E
refused 'a path with a NUL' <<'E'
a/kustomization.yaml:1:13: error: the path holds a NUL byte [render.missing-file]
    1 | resources: ["a\0b"]
      |             ^
E

fresh
file kustomization.yaml <<'E'
resources: [../../../../y.yaml]
E
refused 'path escape' <<'E'
a/kustomization.yaml:1:13: error: path '../../../../y.yaml' leaves the render root [render.path-escape]
    1 | resources: [../../../../y.yaml]
      |             ^
   help: give --root with a directory that holds both
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, files: [../y.txt]}]
E
file ../y.txt <<'E'
a
E
refused 'outside' <<'E'
a/kustomization.yaml:1:40: error: 'y.txt' is not in or below 'a' [render.outside-kustomization]
    1 | configMapGenerator: [{name: a, files: [../y.txt]}]
      |                                        ^
   help: move the file, or its own kustomization, into the directory; or give --load-restrictor LoadRestrictionsNone
E

fresh
ln -s ../y.txt a/kustomization.yaml
file ../y.txt <<'E'
resources: []
E
refused 'a kustomization that is a link to a place outside' <<'E'
gk-render: error: 'kustomization.yaml' in 'a' is a link to a place outside [render.outside-kustomization]
   help: put the file itself there
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, files: [d]}]
E
file d/x <<'E'
a
E
refused 'a directory for a file' <<'E'
a/kustomization.yaml:1:40: error: 'a/d' is a directory, expected a file [render.not-a-file]
    1 | configMapGenerator: [{name: a, files: [d]}]
      |                                        ^
E

fresh
file kustomization.yaml <<'E'
components: [x.yaml]
E
config_map >a/x.yaml
refused 'a file for a directory' <<'E'
a/kustomization.yaml:1:14: error: 'a/x.yaml' is a file, expected a directory [render.not-a-directory]
    1 | components: [x.yaml]
      |              ^
E

fresh
file kustomization.yaml </dev/null
config_map >a/x.yaml
refused 'file as operand' a/x.yaml <<'E'
gk-render: error: 'a/x.yaml' is a file [render.not-a-directory]
   help: name the directory that holds the kustomization
E

fresh
file kustomization.yaml <<'E'
resources: [b]
E
file b/kustomization.yaml <<'E'
resources: [..]
E
refused 'cycle' <<'E'
a/b/kustomization.yaml:1:13: error: cycle: 'a' contains 'a/b', which is being built [render.cycle]
    1 | resources: [..]
      |             ^
   help: remove the entry, or the one that leads here
E

fresh
file kustomization.yaml <<'E'
resources: [b]
E
file b/kustomization.yaml <<'E'
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: a
E
refused 'a component under resources' <<'E'
a/kustomization.yaml:1:13: error: 'a/b' is of kind Component [render.kind]
    1 | resources: [b]
      |             ^
   help: list it under 'components'
E

fresh
file kustomization.yaml <<'E'
components: [b]
E
file b/kustomization.yaml <<'E'
resources: []
namePrefix: a
E
refused 'no component' <<'E'
a/kustomization.yaml:1:14: error: 'a/b' is not of kind Component [render.kind]
    1 | components: [b]
      |              ^
   help: list it under 'resources'
E

fresh
file kustomization.yaml <<'E'
resources: [b]
E
file b/kustomization.yaml <<'E'
resources: [c]
E
file b/c/kustomization.yaml <<'E'
resources: [z.yaml]
E
refused 'a missing file two levels down' <<'E'
a/b/c/kustomization.yaml:1:13: error: cannot read 'a/b/c/z.yaml': no such file or directory [render.missing-file]
    1 | resources: [z.yaml]
      |             ^
E

fresh
refused 'no such directory' nowhere <<'E'
gk-render: error: cannot open 'nowhere': No such file or directory [render.no-directory]
E

fresh
file kustomization.yaml </dev/null
refused 'no such root' --root nowhere a <<'E'
gk-render: error: cannot open 'nowhere': No such file or directory [render.no-directory]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
---
apiVersion: v1
metadata: {name: a}
E
refused 'no kind' <<'E'
a/x.yaml:2:1: error: the object has no 'kind' [render.no-kind]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {a: b}
---
kind: ConfigMap
metadata: {}
E
refused 'no name' <<'E'
a/x.yaml:6:1: error: the object has no 'metadata.name' [render.no-name]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
- a
E
refused 'a list for an object' <<'E'
a/x.yaml:1:1: error: a Kubernetes object must be a map with apiVersion, kind and metadata [render.not-an-object]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
kind: List
items: {a: b}
E
refused 'a list whose items are none' <<'E'
a/x.yaml:2:1: error: the items of a list must be a list [render.list-items]
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
kind: Job
metadata: {generateName: a-}
E
refused 'generateName' <<'E'
a/x.yaml:1:1: error: the object has no 'metadata.name' [render.no-name]
   help: give it a name, or accept generateName, which kustomize does not, with --allow-generate-name
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
a: b
  c: [
E
refused 'a resource that is no YAML' <<'E'
a/x.yaml:2:4: error: cannot read YAML: mapping values are not allowed in this context [yaml.syntax]
   help: quote text that holds a colon and a blank
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml
namePrefix: a
E
refused 'a kustomization that is no YAML' <<'E'
a/kustomization.yaml:2:11: error: cannot read YAML: did not find expected ',' or ']' [yaml.syntax]
   note: while parsing a flow sequence that begins at line 1
E

fresh
file kustomization.yaml <<'E'
namePrefix: a
namePrefix: b
E
refused 'a key twice' <<'E'
a/kustomization.yaml:2:1: error: the key 'namePrefix' appears twice in one mapping [yaml.duplicate]
   note: it is first at line 1, column 1
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml, y.yaml]
E
config_map >a/x.yaml
config_map >a/y.yaml
refused 'duplicate id' <<'E'
a/y.yaml:1:1: error: an object with the identity ConfigMap.v1.[noGrp]/x.[noNs] is there already [render.duplicate-id]
   note: the first one is at a/x.yaml:1
   help: remove one of them, or give them different names or namespaces
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
E
file x.yaml <<'E'
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
refused 'duplicate id in one file' <<'E'
a/x.yaml:6:1: error: an object with the identity ConfigMap.v1.[noGrp]/x.[noNs] is there already [render.duplicate-id]
   note: the first one is at a/x.yaml:1
   help: remove one of them, or give them different names or namespaces
E

fresh
file kustomization.yaml <<'E'
resources: [b, c]
E
file b/kustomization.yaml <<'E'
resources: [x.yaml]
E
config_map | file b/x.yaml
file c/kustomization.yaml <<'E'
resources: [x.yaml]
E
config_map | file c/x.yaml
refused 'duplicate id of bases' <<'E'
a/c/x.yaml:1:1: error: an object with the identity ConfigMap.v1.[noGrp]/x.[noNs] is there already [render.duplicate-id]
   note: the first one is at a/b/x.yaml:1
   help: remove one of them, or give them different names or namespaces
E

fresh
file kustomization.yaml <<'E'
resources: [b]
namePrefix: a-
E
file b/kustomization.yaml <<'E'
resources: [x.yaml, y.yaml]
E
config_map | file b/x.yaml
config_map | file b/y.yaml
refused 'duplicate id after prefix' <<'E'
a/b/y.yaml:1:1: error: an object with the identity ConfigMap.v1.[noGrp]/x.[noNs] is there already [render.duplicate-id]
   note: the first one is at a/b/x.yaml:1
   help: remove one of them, or give them different names or namespaces
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namespace: a
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: b}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: c}
data: {a: b}
E
refused 'namespace conflict' <<'E'
a/kustomization.yaml:2:1: error: namespace 'a' makes two objects the same: ConfigMap.v1.[noGrp]/x.a [render.namespace-conflict]
    2 | namespace: a
      | ^
   note: one is at a/x.yaml:1
   note: one is at a/x.yaml:6
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
namespace: a
E
file x.yaml <<'E'
apiVersion: v1
kind: Namespace
metadata: {name: a}
---
apiVersion: v1
kind: Namespace
metadata: {name: b}
E
refused 'two Namespaces' <<'E'
a/kustomization.yaml:2:1: error: namespace 'a' makes two objects the same: Namespace.v1.[noGrp]/a.[noNs] [render.namespace-conflict]
    2 | namespace: a
      | ^
   note: one is at a/x.yaml:1
   note: one is at a/x.yaml:5
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, literals: [a=b, c]}]
E
refused 'a literal without a value' <<'E'
a/kustomization.yaml:1:48: error: a literal must be written key=value [render.literal]
    1 | configMapGenerator: [{name: a, literals: [a=b, c]}]
      |                                                ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, literals: ["=c"]}]
E
refused 'a literal without a key' <<'E'
a/kustomization.yaml:1:43: error: a literal must be written key=value [render.literal]
    1 | configMapGenerator: [{name: a, literals: ["=c"]}]
      |                                           ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator:
- name: a
  files: ["a=b=c"]
E
refused 'a file with two keys' <<'E'
a/kustomization.yaml:3:11: error: a file must be written path or key=path, with one '=' at most [render.file-source]
    3 |   files: ["a=b=c"]
      |           ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator:
- name: a
  files: ["=c"]
E
refused 'a file without a key' <<'E'
a/kustomization.yaml:3:11: error: a file must be written path or key=path, with one '=' at most [render.file-source]
    3 |   files: ["=c"]
      |           ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator:
- name: a
  files: ["c="]
E
refused 'a file without a path' <<'E'
a/kustomization.yaml:3:11: error: a file must be written path or key=path, with one '=' at most [render.file-source]
    3 |   files: ["c="]
      |           ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, envs: [e]}]
E
printf 'a=\377\n' >a/e
refused 'env encoding' <<'E'
a/kustomization.yaml:1:39: error: 'a/e' is no UTF-8 text, which an env file must be [render.env-encoding]
    1 | configMapGenerator: [{name: a, envs: [e]}]
      |                                       ^
   help: list it under 'files'
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, literals: [a=b, a=c]}]
E
refused 'a key of a generator twice' <<'E'
a/kustomization.yaml:1:48: error: the key 'a' comes twice [render.duplicate-key]
    1 | configMapGenerator: [{name: a, literals: [a=b, a=c]}]
      |                                                ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, literals: [a=b], envs: [e.env]}]
E
file e.env <<'E'
a=1
E
refused 'a key twice, once in an env file' <<'E'
a/kustomization.yaml:1:43: error: the key 'a' comes twice [render.duplicate-key]
    1 | configMapGenerator: [{name: a, literals: [a=b], envs: [e.env]}]
      |                                           ^
E

fresh
file kustomization.yaml <<'E'
secretGenerator: [{literals: [a=b]}]
E
refused 'generator name' <<'E'
a/kustomization.yaml:1:19: error: a generator needs a 'name' [render.generator-name]
    1 | secretGenerator: [{literals: [a=b]}]
      |                   ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, behavior: merge}]
E
refused 'merge with nothing' <<'E'
a/kustomization.yaml:1:22: error: ConfigMap.v1.[noGrp]/a.[noNs] does not exist: there is nothing to merge with [render.generator-target]
    1 | configMapGenerator: [{name: a, behavior: merge}]
      |                      ^
   note: 0 objects at this point, none of that name
   help: correct name and namespace, or drop 'behavior'
E

fresh
file kustomization.yaml <<'E'
secretGenerator: [{name: a, behavior: replace}]
E
refused 'replace nothing' <<'E'
a/kustomization.yaml:1:19: error: Secret.v1.[noGrp]/a.[noNs] does not exist: there is nothing to replace [render.generator-target]
    1 | secretGenerator: [{name: a, behavior: replace}]
      |                   ^
   note: 0 objects at this point, none of that name
   help: correct name and namespace, or drop 'behavior'
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configMapGenerator: [{name: x, behavior: merge}]
E
file x.yaml <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: b}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: c}
data: {a: b}
E
refused 'objects in other namespaces' <<'E'
a/kustomization.yaml:2:22: error: ConfigMap.v1.[noGrp]/x.[noNs] does not exist: there is nothing to merge with [render.generator-target]
    2 | configMapGenerator: [{name: x, behavior: merge}]
      |                      ^
   note: 2 objects at this point; closest is ConfigMap/x (a/x.yaml:1)
   help: correct name and namespace, or drop 'behavior'
E

fresh
file kustomization.yaml <<'E'
resources: [x.yaml]
configMapGenerator: [{name: x}]
E
config_map >a/x.yaml
refused 'exists' <<'E'
a/kustomization.yaml:2:22: error: ConfigMap.v1.[noGrp]/x.[noNs] exists already [render.duplicate-id]
    2 | configMapGenerator: [{name: x}]
      |                      ^
   note: it comes from a/x.yaml:1
   help: say 'behavior: merge' or 'behavior: replace'
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, files: [q.txt]}]
E
refused 'a missing file of a generator' <<'E'
a/kustomization.yaml:1:40: error: cannot read 'a/q.txt': no such file or directory [render.missing-file]
    1 | configMapGenerator: [{name: a, files: [q.txt]}]
      |                                        ^
E

fresh
file kustomization.yaml <<'E'
configMapGenerator: [{name: a, options: {labels: {a: 5}}}]
E
refused 'a label that is a number' <<'E'
a/kustomization.yaml:1:51: error: field 'labels' must be a string, not a number [render.field-type]
    1 | configMapGenerator: [{name: a, options: {labels: {a: 5}}}]
      |                                                   ^
   help: put the value in quotes
E
done_testing
