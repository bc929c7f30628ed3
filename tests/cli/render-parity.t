#!/bin/sh
# Random merges, hashes, images and selectors against kustomize v5.8.1, where it is installed
# (GK_KUSTOMIZE or PATH).  GK_RENDER_CASES sets how many of each; tests/diff/merge ... do more.
. "$top_srcdir/tests/cli/lib.sh"

GK_KUSTOMIZE=${GK_KUSTOMIZE:-$(command -v kustomize || :)}
[ -n "$GK_KUSTOMIZE" ] || skip_all "no kustomize"
command -v python3 >/dev/null || skip_all "no python3"
case $("$GK_KUSTOMIZE" version) in *v5.8.1*) ;; *) skip_all "$GK_KUSTOMIZE is not v5.8.1" ;; esac
export GK_KUSTOMIZE
for what in merge hash images selectors; do
	run python3 "$top_srcdir/tests/diff/$what" --count "${GK_RENDER_CASES:-120}"
	is_rc 0 "$what: ${GK_RENDER_CASES:-120} random cases render as kustomize renders them"
done
done_testing
