#!/bin/sh
# Every node of every golden tree, replaced by every other kind of value (D9): it is rendered
# or refused with a place, never a crash; and kustomize, where it is installed, decides alike.
# GK_RENDER_MUTANTS sets how many of the mutants are compared.
. "$top_srcdir/tests/cli/lib.sh"

mutants=$top_builddir/tests/diff/mutants
trees=$top_srcdir/tests/golden/render
run timeout 120 "$mutants" "$trees"
is_rc 0 "every mutant is rendered, or refused with a place"
out_has "mutants of" "and there are some"

# NAME of the mutant, what gk-render says, what kustomize says: differences that are meant.
#   panic                  kustomize crashes: gk-render refuses, or needs not look
#   openapi                kustomize does not look at a group that it does not meet
#   apiVersion             that is no text: kustomize finds out in some transformers only
#   map[interface {}]      a key that is null, made by a ValueAddTransformer
#   merge by scalars       a schema that says so of maps
meant() {
	case $2:$3 in
	rendered:*panic:*) ;;
	rendered:*"'APIVersion' mismatch"*) ;;
	rendered:*"unsupported type: map[interface {}]interface {}"*) ;;
	rendered:*"wrong node kind: expected "*"Node but got ScalarNode: node contents:"*) ;;
	render.openapi:rendered) ;;
	rendered:*"wrong node kind: expected ScalarNode but got MappingNode"*)
		case $1 in *schema.json:*) ;; *) return 1 ;; esac ;;
	*) return 1 ;;
	esac
}

name="kustomize decides alike"
GK_KUSTOMIZE=${GK_KUSTOMIZE:-$(command -v kustomize || :)}
if [ -z "$GK_KUSTOMIZE" ]; then
	skip "no kustomize" "$name"
elif case $("$GK_KUSTOMIZE" version) in *v5.8.1*) false ;; esac then
	skip "$GK_KUSTOMIZE is not v5.8.1" "$name"
else
	count=${GK_RENDER_MUTANTS:-40}
	mkdir "$tmp/some"
	run "$mutants" "$trees" "$tmp/some" "$count"
	is_rc 0 "$count of them written"
	cp "$tmp/out" "$tmp/list"
	compared=0 unlike=0
	while IFS="$(printf '\t')" read -r n mutant ours; do
		compared=$((compared + 1))
		theirs=rendered
		"$GK_KUSTOMIZE" build --enable-alpha-plugins "$tmp/some/$n" >/dev/null 2>"$tmp/said" ||
			theirs="refused $(cat "$tmp/said")"
		case $ours:$theirs in
		rendered:rendered) continue ;;
		rendered:*) ;;
		*:refused*) continue ;;
		esac
		meant "$mutant" "$ours" "$theirs" && continue
		unlike=$((unlike + 1))
		printf '# %s: %s here, %.200s\n' "$mutant" "$ours" "$(echo "$theirs" | tr '\n' ' ')"
	done <"$tmp/list"
	[ "$compared" -ge "$count" ] && [ "$unlike" -eq 0 ]
	result $? "$name on $compared"
fi
done_testing
