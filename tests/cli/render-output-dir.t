#!/bin/sh
# gk-render --output-dir: the names of kustomize's -o DIR, and nothing outside DIR.
. "$top_srcdir/tests/cli/lib.sh"

mkdir "$tmp/t" && cd "$tmp/t" || exit 99
echo 'resources: [a.yaml]' >kustomization.yaml
object() { printf -- '---\napiVersion: %s\nkind: %s\nmetadata: {name: "%s"%s}\n' "$1" "$2" "$3" "${4:-}"; }
names() { (cd "$1" && ls | LC_ALL=C sort); }
kustomize=${GK_KUSTOMIZE:-$(command -v kustomize || :)}
as_kustomize() { # NAME: the same files, the same bytes
	rm -rf want got
	run gk-render --output-dir got
	is_rc 0 "$1: exit code"
	out_empty "$1: nothing on stdout"
	[ -n "$kustomize" ] || { skip "no kustomize" "$1: as kustomize"; return; }
	mkdir want && "$kustomize" build -o want . || exit 99
	run diff -r want got
	is_rc 0 "$1: the names and the bytes of kustomize"
}

{ object v1 ConfigMap A:b; object v1 ConfigMap c ', namespace: default'; object v1 Namespace foo
  object rbac.authorization.k8s.io/v1 ClusterRole 'system:x y'; printf -- '---\nkind: NoVersion\nmetadata: {name: x}\n'
} >a.yaml
as_kustomize "one namespace"
is "$(names got)" "noversion_x.yaml
rbac.authorization.k8s.io_v1_clusterrole_system:x y.yaml
v1_configmap_a:b.yaml
v1_configmap_c.yaml
v1_namespace_foo.yaml" "one namespace: no namespace in the names"
{ object v1 ConfigMap a; object v1 ConfigMap c ', namespace: Other'; object v1 Namespace foo; } >a.yaml
as_kustomize "two namespaces"
is "$(names got)" "default_v1_configmap_a.yaml
other_v1_configmap_c.yaml
v1_namespace_foo.yaml" "two namespaces: objects of the cluster have none"

# a kind that the tree declares to be of the cluster
path='{"paths":{"/apis/a/v1/fleets":{"get":{"x-kubernetes-group-version-kind":{"group":"a","version":"v1","kind":"Fleet"}}}}}'
printf '%s\n' "$path" >schema.json
{ object a/v1 Fleet f; object a/v1 Ship s; object v1 ConfigMap a ', namespace: other'; } >a.yaml
printf 'resources: [a.yaml]\nopenapi: {path: schema.json}\n' >kustomization.yaml
as_kustomize "a declared scope"
is "$(names got)" "a_v1_fleet_f.yaml
default_a_v1_ship_s.yaml
other_v1_configmap_a.yaml" "a declared scope: it has no namespace in its name"
echo 'resources: [a.yaml]' >kustomization.yaml
rm schema.json

# names that would leave the directory, or that no file can have
long=$(printf '%0300d' 0)
{ object v1 ConfigMap ../../x; object v1 ConfigMap "$long"; object v1 ConfigMap "a\\tb\\u00e9"
  object v1 ConfigMap 'c\\\\d'; } >a.yaml
rm -rf got want
run gk-render --output-dir got
is_rc 0 "hostile names"
is "$(names got | cut -c1-20)" "v1_configmap_..-..-x
v1_configmap_0000000
v1_configmap_a-b--.y
v1_configmap_c--d.ya" "hostile names: all in the directory"
is "$(ls)" "a.yaml
got
kustomization.yaml" "hostile names: nothing beside it"
[ ! -e ../x ]; result $? "hostile names: nothing above it"
printf -- '---\napiVersion: v1\nkind: ../K\nmetadata: {name: x}\n' >a.yaml
printf -- '---\napiVersion: ../../v1\nkind: K\nmetadata: {name: x, namespace: ../n}\n' >>a.yaml
rm -rf got
run gk-render --output-dir got
is "$(names got)" "_.-n_.._..-v1_k_x.yaml
default_v1_..-k_x.yaml" "hostile groups, kinds and namespaces"

# a link in the directory is replaced, never followed
object v1 ConfigMap a >a.yaml
echo precious >outside
rm -rf got && mkdir got && ln -s ../outside got/v1_configmap_a.yaml
echo kept >got/other.txt
run gk-render --output-dir got
is_rc 0 "a link in the directory"
is "$(cat outside)" precious "a link in the directory: its target is untouched"
[ ! -L got/v1_configmap_a.yaml ]; result $? "a link in the directory: replaced by the file"
is "$(names got)" "other.txt
v1_configmap_a.yaml" "no temporary file is left, other files stay"
rm -rf got && mkdir got got/v1_configmap_a.yaml
run gk-render --output-dir got
is_rc 10 "a directory in the place of a file"
is "$(names got)" "v1_configmap_a.yaml" "a directory in the place of a file: no temporary file is left"

{ object v1 ConfigMap a; object v1 ConfigMap A; } >a.yaml
rm -rf got
run gk-render --output-dir got
is_rc 3 "two objects, one file"
err_is "gk-render: error: two objects would be written to one file, 'v1_configmap_a.yaml' [render.file-name]
   note: they are at a.yaml:6 and a.yaml:2
   help: write them to standard output with -o yaml
" "two objects, one file: which"
[ ! -e got ]; result $? "two objects, one file: nothing is written"
run gk-render --output-dir a.yaml
is_rc 3 "checked before the directory is made"
object v1 ConfigMap a >a.yaml
run gk-render --output-dir a.yaml
is_rc 10 "a file in the place of the directory"
done_testing
