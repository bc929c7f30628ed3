#!/bin/sh
# Random trees against kustomize v5.8.1, where it is installed (GK_KUSTOMIZE or PATH).
# GK_RENDER_TREES sets how many; tests/diff/render/run does more and other seeds.
. "$top_srcdir/tests/cli/lib.sh"

GK_KUSTOMIZE=${GK_KUSTOMIZE:-$(command -v kustomize || :)}
[ -n "$GK_KUSTOMIZE" ] || skip_all "no kustomize"
command -v python3 >/dev/null || skip_all "no python3"
case $("$GK_KUSTOMIZE" version) in *v5.8.1*) ;; *) skip_all "$GK_KUSTOMIZE is not v5.8.1" ;; esac
export GK_KUSTOMIZE
run python3 "$top_srcdir/tests/diff/render/run" --count "${GK_RENDER_TREES:-200}"
is_rc 0 "${GK_RENDER_TREES:-200} random trees render as kustomize renders them"
done_testing
