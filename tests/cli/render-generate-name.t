#!/bin/sh
# gk-render --allow-generate-name: objects that the API server names.
. "$top_srcdir/tests/cli/lib.sh"

mkdir "$tmp/t" && cd "$tmp/t" || exit 99
job() { printf -- '---\napiVersion: batch/v1\nkind: Job\nmetadata: {generateName: job-%s}\n' "${1:-}"; }
{ job; job ', labels: {a: b}'; } >j.yaml
cat >kustomization.yaml <<'E'
resources: [j.yaml]
namePrefix: p-
nameSuffix: -s
namespace: ns
patches:
- target: {kind: Job, labelSelector: a=b}
  patch: |
    kind: Job
    metadata: {name: any}
    spec: {parallelism: 2}
- target: {kind: Job}
  patch: '[{"op": "add", "path": "/spec/backoffLimit", "value": 1}]'
E
sed -i 's/^- target: {kind: Job}/- target: {kind: Job, name: job-~2}/' kustomization.yaml
run gk-render
is_rc 3 "without the option: exit code"
out_empty "without the option: nothing on stdout"
err_is "j.yaml:2:1: error: the object has no 'metadata.name' [render.no-name]
   help: give it a name, or accept generateName, which kustomize does not, with --allow-generate-name
" "without the option: which option"

run gk-render --allow-generate-name -o yaml
is_rc 0 "two of one generateName"
out_is 'apiVersion: batch/v1
kind: Job
metadata:
  generateName: p-job-s-
  namespace: ns
---
apiVersion: batch/v1
kind: Job
metadata:
  generateName: p-job-s-
  labels:
    a: b
  namespace: ns
spec:
  backoffLimit: 1
  parallelism: 2
' "patches by label and by number, prefix and suffix"
err_empty "nothing on stderr"
run gk-render --allow-generate-name -o name
out_is "job.batch/p-job-s-~1
job.batch/p-job-s-~2
" "their names with -o name"
run gk-render --allow-generate-name --output-dir out
is_rc 0 "--output-dir"
is "$(ls out)" "batch_v1_job_p-job-s-~1.yaml
batch_v1_job_p-job-s-~2.yaml" "--output-dir: a file each"
run gk-render --allow-generate-name --explain 'Job/job-~2:.spec.parallelism'
out_is 'batch/Job ns/p-job-s-~2
.spec.parallelism = 2
   kustomization.yaml:10  2  patches at kustomization.yaml:6:3
' "--explain"

cat >kustomization.yaml <<'E'
resources: [j.yaml]
patches:
- patch: |
    apiVersion: batch/v1
    kind: Job
    metadata: {generateName: job-}
E
run gk-render --allow-generate-name
is_rc 3 "a patch without a target"
err_has "help: objects with generateName are patched through a 'target'" "a patch without a target: what to do"
printf 'kind: Job\nmetadata: {generateName: ""}\n' >j.yaml
echo 'resources: [j.yaml]' >kustomization.yaml
run gk-render --allow-generate-name
is_rc 3 "an empty generateName"
done_testing
