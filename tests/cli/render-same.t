#!/bin/sh
# The same input gives the same bytes: whatever the locale, the time zone, the environment, the
# directory, the order and the dates of its files; and kubectl takes the result.
. "$top_srcdir/tests/cli/lib.sh"

golden=$top_srcdir/tests/golden/render
cp -r "$top_srcdir/examples/platform" "$tmp/one" && cp -r "$golden" "$tmp/one/golden" || exit 99
chmod -R u+w "$tmp/one"
run gk-tfstate outputs "$tmp/one/terraform/terraform.tfstate" -o configmap
is_rc 0 "Terraform's outputs"
cp "$tmp/out" "$tmp/outputs.json"

# copied TO: the tree with its files made in the falling order of their names, each with
# another date; directories stand in another order then, at least on some file systems.
copied() {
	mkdir -p "$1"
	(cd "$tmp/one" && find . -type f | LC_ALL=C sort -r) >"$tmp/files"
	year=1990
	while IFS= read -r file; do
		mkdir -p "$1/$(dirname "$file")"
		cp "$tmp/one/$file" "$1/$file"
		year=$((year % 40 + 1991))
		touch -t "${year}01020304" "$1/$file"
	done <"$tmp/files"
}
copied "$tmp/other/place"
shm=$(mktemp -d /dev/shm/gk-test.XXXXXX 2>/dev/null) || shm=
if [ -n "$shm" ]; then
	trap 'rm -rf "$tmp" "$shm"' EXIT
	copied "$shm/tree"
fi

# renderings TREE: of all its trees, in all forms, one behind the other
renderings() {
	cd "$1" || return 99
	for form in json ndjson yaml krm name; do
		for overlay in dev staging prod; do
			$wrap gk-render -q -o $form "overlays/$overlay" -f "$tmp/outputs.json" || return 1
		done
	done
	for tree in golden/*/; do
		$wrap gk-render -q --root "$tree" "$tree" || return 1
	done
	rm -rf files
	$wrap gk-render -q overlays/prod -f "$tmp/outputs.json" --output-dir files || return 1
	(cd files && LC_ALL=C && export LC_ALL && for file in *; do echo "$file" && cat "$file"; done)
}
wrap=
(renderings "$tmp/one") >"$tmp/first" 2>"$tmp/err"; rc=$?
is_rc 0 "all trees are rendered"
lines=$(wc -l <"$tmp/first")
[ "$lines" -gt 1000 ]; result $? "and are some ($lines lines)"

same() { # NAME TREE
	(renderings "$2") >"$tmp/second" 2>"$tmp/err"; rc=$?
	is_rc 0 "$1: rendered"
	same_file "$tmp/second" "$tmp/first" "$1: the same bytes"
}
same "once more" "$tmp/one"
same "in another place, from files of other dates in another order" "$tmp/other/place"
if [ -n "$shm" ]; then
	same "on another file system" "$shm/tree"
else
	skip "no /dev/shm" "on another file system: rendered"
	skip "no /dev/shm" "on another file system: the same bytes"
fi
for locale in $(locale -a 2>/dev/null | grep -v -x -e C -e POSIX | head -n 5) tr_TR.UTF-8; do
	wrap="env LC_ALL=$locale LANG=$locale LANGUAGE=tr"
	same "locale $locale" "$tmp/one"
done
for zone in Pacific/Kiritimati America/St_Johns ':/nowhere' 'XYZ-25:59'; do
	wrap="env TZ=$zone"
	same "time zone $zone" "$tmp/one"
done
for seed in 0 1 18446744073709551615; do
	wrap="env GK_HASH_SEED=$seed"
	same "hash seed $seed" "$tmp/one"
done
wrap="env -i PATH=$PATH"
same "no environment" "$tmp/one"
wrap="env HOME=/nowhere USER=x LINES=3 COLUMNS=20 TERM=xterm KUSTOMIZE_PLUGIN_HOME=/x CLICOLOR_FORCE=1
	GITHUB_ACTIONS=true CI=1 MALLOC_PERTURB_=165 POSIXLY_CORRECT=1"
same "another environment" "$tmp/one"
wrap=
(umask 077; renderings "$tmp/one") >"$tmp/second" 2>"$tmp/err"
same_file "$tmp/second" "$tmp/first" "under another umask: the same bytes"

# kubectl asks the server which kinds there are.  The definition in the set is of a kind that
# is served under another name, because kubectl cannot foretell a change of what is there.
crd() { # GROUP VERSION KIND PLURAL
	cat <<Y
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: $4.$1}
spec:
  group: $1
  names: {kind: $3, plural: $4}
  scope: Namespaced
  versions:
  - name: $2
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
Y
}
if command -v kubectl >/dev/null; then
	{
		crd external-secrets.io v1 ExternalSecret externalsecrets
		crd external-secrets.io v1 SecretStore secretstores
		crd platform.example.com v1 FeatureFlag flags
	} >"$tmp/crds.yaml"
	cat >"$tmp/accept" <<'SH'
kubectl apply --validate=false -f "$1/crds.yaml" >/dev/null || exit 1
for form in json ndjson yaml; do
	gk-render -q --root "$1/one" -o $form "$1/one/overlays/prod" -f "$1/outputs.json" >"$1/set" || exit 1
	kubectl apply --dry-run=client --validate=false -f - <"$1/set" >"$1/accepted" || exit 1
	grep -c '(dry run)$' "$1/accepted"
done
SH
	run gk-render -q --root "$tmp/one" -o name "$tmp/one/overlays/prod" -f "$tmp/outputs.json"
	count=$(wc -l <"$tmp/out")
	run gk-sim --dir "$tmp/sim" -- sh "$tmp/accept" "$tmp"
	is_rc 0 "kubectl accepts the stream"
	[ "$count" -gt 40 ]; result $? "which has $count objects"
	out_is "$count
$count
$count
" "every object of it, in the forms json, ndjson and yaml"
else
	skip "kubectl is not installed" "kubectl accepts the stream"
	skip "kubectl is not installed" "which has some objects"
	skip "kubectl is not installed" "every object of it, in the forms json, ndjson and yaml"
fi
done_testing
