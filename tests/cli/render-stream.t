#!/bin/sh
# Forms of output, objects from stdin, files for objects, a full disk.
. "$top_srcdir/tests/cli/lib.sh"

mkdir "$tmp/a" && cd "$tmp" || exit 99
cat >a/kustomization.yaml <<EOF
namePrefix: p-
resources: [x.yaml]
replacements:
- source: {kind: ConfigMap, name: tf, fieldPath: data.vpc}
  targets: [{select: {kind: Service}, fieldPaths: [metadata.annotations.vpc], options: {create: true}}]
EOF
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {m: 1.0, big: 9007199254740993}\n' >a/x.yaml
cat >tf.json <<EOF
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "tf", "annotations": {"config.kubernetes.io/local-config": "true"}}, "data": {"vpc": "vpc-1"}}
EOF

run gk-render a -f tf.json
is_rc 0 "the object stream"
out_has '{"apiVersion":"v1","kind":"List","metadata":{},"items":[' "it opens as a List"
out_has '"name":"p-s"' "with the object"
out_has '"vpc":"vpc-1"' "and what the file brought"
out_has '"big":9007199254740993' "and every digit"
out_has '"m":1,' "floats as kustomize's JSON has them"
out_has '"count":1' "without the local object"
out_has '"source":{"path":"a"}' "and where it comes from"

rc=0
gk-render a -f - <tf.json >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 0 "objects from stdin"
out_has '"vpc":"vpc-1"' "are resources"
rc=0
gk-render a -f - </dev/null >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 3 "an empty stdin is an error"
run gk-render a
is_rc 3 "without them the replacement has no source"

run gk-render a -f tf.json -o yaml
out_is 'apiVersion: v1
kind: Service
metadata:
  annotations:
    vpc: vpc-1
  name: p-s
spec:
  big: 9007199254740993
  m: 1
' "YAML as kustomize prints it"
run gk-render a -f tf.json -o name
out_is 'service/p-s
' "names"
GK_OUTPUT=name run gk-render a -f tf.json
out_is 'service/p-s
' "the form from the environment"
unset GK_OUTPUT

run gk-render a -f tf.json --output-dir files
is_rc 0 "one file an object"
out_empty "nothing on stdout then"
is "$(ls files)" v1_service_p-s.yaml "the name of the file"

if [ -w /dev/full ]; then
	rc=0
	gk-render a -f tf.json >/dev/full 2>"$tmp/err" || rc=$?
	is_rc 10 "a full disk"
fi
run gk-render --version
is_rc 0 "--version"
out_has "gk-render " "its name"

mkdir order
cat >order/kustomization.yaml <<EOF
resources: [x.yaml]
EOF
cat >order/x.yaml <<EOF
{apiVersion: v1, kind: Service, metadata: {name: b}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: a}}
EOF
run gk-render order -o name
out_is 'namespace/a
service/b
' "kinds in legacy order"
run gk-render order -o name --reorder none
out_is 'service/b
namespace/a
' "--reorder none keeps the order of the files"
err_is "gk-render: warning: option --reorder is deprecated [usage.deprecated]
   help: use 'sortOptions' in the kustomization
" "with a warning"
run gk-render order -o name --reorder legacy -q
out_is 'namespace/a
service/b
' "--reorder legacy is the default order"
printf 'sortOptions: {order: fifo}\n' >>order/kustomization.yaml
run gk-render order -o name --reorder legacy
out_is 'service/b
namespace/a
' "sortOptions decide"
err_has "order/kustomization.yaml:2:1: warning: 'sortOptions' decides the order: --reorder is ignored [render.sort-order]" \
	"and that is said"
run gk-render order --reorder random
is_rc 2 "another word is wrong usage"
done_testing
