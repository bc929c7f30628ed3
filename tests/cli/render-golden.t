#!/bin/sh
# gk-render against what kustomize v5.8.1 builds of the trees in tests/golden/render.
. "$top_srcdir/tests/cli/lib.sh"

for case in "$top_srcdir"/tests/golden/render/*/; do
	name=$(basename "$case")
	run gk-render -q --root "$case" -o yaml "$case"
	is_rc 0 "$name: renders"
	same_file "$tmp/out" "$case/expected.yaml" "$name: the bytes of kustomize"
	err_empty "$name: -q says nothing"
	cp "$tmp/out" "$tmp/first"
	GK_HASH_SEED=7 LC_ALL=C.UTF-8 run gk-render -q --root "$case" -o yaml "$case"
	same_file "$tmp/out" "$tmp/first" "$name: no trace of hash seed or locale"
done
done_testing
