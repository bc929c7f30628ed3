#!/bin/sh
# YAML read and printed as kustomize and kubectl do, where they are: GK_KUSTOMIZE, PATH, or the
# cache of the live suite.
cache=${GK_LIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gk/live}/bin
. "$top_srcdir/tests/cli/lib.sh"

# oracle NAME [PATH]: the first that is there of PATH, the one on PATH, the one of the cache
oracle() {
	for program in "${2:-}" "$(command -v "$1")" "$cache/$1"; do
		[ -n "$program" ] && [ -x "$program" ] && echo "$program" && return
	done
}

command -v python3 >/dev/null || skip_all "python3 is not installed"
kustomize=$(oracle kustomize "${GK_KUSTOMIZE:-}")
[ -n "$kustomize" ] || skip_all "kustomize is not installed"
case $("$kustomize" version 2>/dev/null) in
*v5.8.1*) ;;
*) skip_all "kustomize is not v5.8.1" ;;
esac
cat=$top_builddir/tests/diff/yaml-cat

export GK_KUSTOMIZE="$kustomize"
run "$top_srcdir/tests/diff/emit" --count 100
is_rc 0 "100 random objects print the same bytes as in kustomize"
kubectl=$(oracle kubectl)
if [ -n "$kubectl" ]; then
	run "$top_srcdir/tests/diff/yaml-read" "$kustomize" "$kubectl" "$cat" 25
	is_rc 0 "25 random documents read as in kustomize and kubectl"
else
	skip "kubectl is not installed" "random documents read as in kubectl"
fi
done_testing
