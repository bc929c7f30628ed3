#!/bin/sh
# What a repository must not reach (P1 to P5), and input that is not to be swallowed.
. "$top_srcdir/tests/cli/lib.sh"

mkdir -p "$tmp/repo/base" "$tmp/repo/over" "$tmp/other" && cd "$tmp" || exit 99
object='apiVersion: v1
kind: ConfigMap
metadata: {name: a}'
echo "$object" >repo/base/a.yaml
echo "$object" >other/a.yaml
echo 'resources: [a.yaml]' >repo/base/kustomization.yaml
cp repo/base/kustomization.yaml other/
over() { printf '%s\n' "$1" >repo/over/kustomization.yaml; }
refused() { # SLUG NAME
	is_rc 3 "$2"
	err_has "[$1]" "$2: the reason"
	out_empty "$2: nothing on stdout"
}

over 'resources: [../base]'
run gk-render --root repo repo/over
is_rc 0 "a base beside the overlay, below the root"
run gk-render --root repo/over repo/over
refused render.path-escape "the same base, outside the root"

mkdir repo/.git
run gk-render "$tmp/repo/over"
is_rc 0 "the git work tree is the root"

over 'resources: [../../other]'
run gk-render repo/over
refused render.path-escape "a directory outside the work tree"
over 'resources: [/etc/passwd]'
run gk-render repo/over
refused render.path-escape "an absolute path"
over 'resources: ["../base/../../../../etc"]'
run gk-render repo/over
refused render.path-escape "dots that climb"
over 'configMapGenerator: [{name: x, files: [../base/a.yaml]}]'
run gk-render repo/over
refused render.outside-kustomization "a file outside the kustomization's directory"
run gk-render --load-restrictor LoadRestrictionsNone repo/over
is_rc 0 "which --load-restrictor allows"
over 'configMapGenerator: [{name: x, files: [../../other/a.yaml]}]'
run gk-render --load-restrictor LoadRestrictionsNone repo/over
refused render.path-escape "but never outside the root"

ln -s ../../other/a.yaml repo/over/link.yaml
over 'resources: [link.yaml]'
run gk-render repo/over
refused render.path-escape "a link to a file outside the root"
rm repo/over/link.yaml
ln -s ../base/a.yaml repo/over/link.yaml
run gk-render repo/over
refused render.outside-kustomization "a link to a file outside the kustomization's directory"
ln -s ../../other repo/over/dir
over 'resources: [dir]'
run gk-render repo/over
refused render.path-escape "a link to a directory outside the root"
ln -s loop repo/over/loop
over 'resources: [loop]'
run gk-render repo/over
is_rc 3 "a link to itself"
ln -s ../base repo/over/inside
over 'resources: [inside]'
run gk-render repo/over
is_rc 0 "a link to a directory below the root"

mkfifo repo/over/fifo
over 'resources: [fifo]'
run gk-render repo/over
refused render.not-a-file "a FIFO, without waiting for a writer"
over 'resources: [a.yaml/b.yaml]'
run gk-render repo/over
refused render.missing-file "a path through a file"
over 'resources: ["a\0b"]'
run gk-render repo/over
is_rc 3 "a NUL in a path"

over 'resources: [../over]'
run gk-render repo/over
refused render.cycle "a directory that contains itself"

over 'resources: [big.yaml]'
truncate -s 64M repo/over/big.yaml
run gk-render repo/over
refused limit.exceeded "a sparse file beyond the limit"

# Nine levels, each ten times the one below: 10^9 objects if nothing stopped it.
mkdir -p bomb/0
echo 'resources: [a.yaml]' >bomb/0/kustomization.yaml
echo "$object" >bomb/0/a.yaml
for i in 1 2 3 4 5 6 7 8 9; do
	mkdir -p "bomb/$i"
	echo 'resources: [d0, d1, d2, d3, d4, d5, d6, d7, d8, d9]' >"bomb/$i/kustomization.yaml"
	for k in 0 1 2 3 4 5 6 7 8 9; do
		mkdir -p "bomb/$i/d$k"
		printf 'namePrefix: p%s-\nresources: [../../%s]\n' "$k" $((i - 1)) >"bomb/$i/d$k/kustomization.yaml"
	done
done
run gk-render --root bomb bomb/9
refused limit.exceeded "an overlay bomb"

# A sandbox that does not know openat2 must not open more than the kernel would.
if strace -o "$tmp/trace" -e inject=openat2:error=ENOSYS true 2>/dev/null; then
	GK_WRAP="strace -qq -o $tmp/trace -e trace=openat2 -e inject=openat2:error=ENOSYS"
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	export ASAN_OPTIONS
	over 'resources: [dir]'
	run gk-render repo/over
	refused render.path-escape "without openat2, a link to a directory outside the root"
	over 'resources: [inside]'
	run gk-render repo/over
	is_rc 0 "without openat2, a link to a directory below the root"
	ok "there was no openat2 indeed" grep -q INJECTED "$tmp/trace"
else
	skip "strace is not installed, or not allowed" "without openat2"
fi
done_testing
