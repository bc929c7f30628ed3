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

over 'resources: [../over]'
run gk-render repo/over
refused render.cycle "a directory that contains itself"

over 'resources: [big.yaml]'
truncate -s 64M repo/over/big.yaml
run gk-render repo/over
refused limit.exceeded "a sparse file beyond the limit"

# Each field that holds a path, with each way out of the root.
fields='resources: [@]
bases: [@]
components: [@]
patches: [{path: @}]
patchesStrategicMerge: [@]
patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: a}, path: @}]
crds: [@]
openapi: {path: @}
configurations: [@]
replacements: [{path: @}]
generators: [@]
transformers: [@]
validators: [@]
configMapGenerator: [{name: x, files: [@]}]
configMapGenerator: [{name: x, files: ["k=@"]}]
configMapGenerator: [{name: x, envs: [@]}]
configMapGenerator: [{name: x, env: @}]
secretGenerator: [{name: x, files: [@]}]
secretGenerator: [{name: x, envs: [@]}]'
sed 's/{name: a}/&\ndata: {k: leaked}/' other/a.yaml >other/leak && mv other/leak other/a.yaml
cp other/a.yaml other/a.env
wayout() { # PATH MESSAGE: for all fields
	bad=
	printf '%s\n' "$fields" >"$tmp/fields"
	while IFS= read -r field; do
		quoted="\"$1\""
		case $field in *'"k=@"'*) quoted=$1 ;; esac
		over "$(printf '%s' "$field" | sed "s|@|$(printf '%s' "$quoted" | sed 's/[\\&]/\\&/g')|")"
		run gk-render --root repo repo/over
		[ "$rc" -eq 3 ] && [ ! -s "$tmp/out" ] && ! grep -q leaked "$tmp/err" &&
			grep -q "^repo/over/kustomization.yaml:1:[0-9]*: error: $2" "$tmp/err" || bad="$bad $field"
	done <"$tmp/fields"
	is "$bad" "" "$1 in each field that holds a path"
}
wayout ../../other/a.yaml "path '../../other/a.yaml' leaves the render root .render.path-escape.$"
wayout x/../../../other/a.yaml "path 'x/../../../other/a.yaml' leaves the render root .render.path-escape.$"
wayout "$tmp/other/a.yaml" "path '$tmp/other/a.yaml' leaves the render root .render.path-escape.$"
wayout ../../other "path '../../other' leaves the render root .render.path-escape.$"
wayout '..\\..\\other\\a.yaml' "cannot read 'repo/over/.*': no such file or directory .render.missing-file.$"
wayout "file://$tmp/other/a.yaml" "\(cannot read 'repo/over/file:.*': no such file\|'file:.*' is not in this tree \)"
wayout 'a\0b' "the path holds a NUL byte .render.missing-file.$"
ln -sfn ../../other/a.yaml repo/over/out.yaml
wayout out.yaml "cannot read 'repo/over/out.yaml': path leaves the render root .render.path-escape.$"
ln -sfn "$tmp/other" repo/over/out
wayout out/a.yaml "cannot read 'repo/over/out/a.yaml': path leaves the render root .render.path-escape.$"
ln -sfn loop2 repo/over/loop1; ln -sfn loop1 repo/over/loop2
wayout loop1 "cannot read 'repo/over/loop1': cannot open: Too many levels of symbolic links"
wayout fifo "cannot read 'repo/over/fifo': not a regular file or directory .render.not-a-file.$"

# Links inside the root: a chain of 40 is followed, one of 41 is not.
echo "$object" >repo/over/l0
i=0
while [ $((i += 1)) -le 41 ]; do ln -sfn "l$((i - 1))" "repo/over/l$i"; done
over 'resources: [l40]'
run gk-render repo/over
is_rc 0 "a chain of 40 links"
over 'resources: [l41]'
run gk-render repo/over
refused render.cannot-open "a chain of 41 links"

# P4: what is no file.
mkdir repo/over/folder
over 'configMapGenerator: [{name: x, files: [folder]}]'
run gk-render repo/over
refused render.not-a-file "a directory in place of a file"
over "resources: [$(echo "$tmp/repo/over" | sed 's|/[^/]*|../|g')dev/zero]"
run gk-render --root / --load-restrictor LoadRestrictionsNone "$tmp/repo/over"
refused render.not-a-file "a device"
over "resources: [$(echo "$tmp/repo/over" | sed 's|/[^/]*|../|g')proc/self/root/etc/hostname]"
run gk-render --root / --load-restrictor LoadRestrictionsNone "$tmp/repo/over"
is_rc 3 "a link of /proc that leads elsewhere"
out_empty "a link of /proc: nothing on stdout"
if python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' repo/over/socket 2>/dev/null; then
	over 'resources: [socket]'
	run gk-render repo/over
	refused render.cannot-open "a socket"
else
	skip "no python3" "a socket"
fi

# P5: a file may be as sparse as it likes.
over 'resources: [big.yaml]'
if truncate -s 1T repo/over/big.yaml 2>/dev/null; then
	run gk-render repo/over
	refused limit.exceeded "a sparse file of 1 TiB"
else
	skip "the file system has no such files" "a sparse file of 1 TiB"
fi

# P6: names are bytes, and are escaped when printed.
odd=$(printf 'a\tb\033[31m\303\251')
echo "$object" >"repo/over/$odd.yaml"
over 'resources: ["a\tb\e[31mé.yaml"]'
run gk-render repo/over
is_rc 0 "a name with control characters"
over 'resources: ["gone\n\e[31m.yaml"]'
run gk-render repo/over
refused render.missing-file "such a name that is not there"
is "$(sed -n 2p "$tmp/err")" "   | \x1b[31m.yaml': no such file or directory [render.missing-file]" \
	"and is printed without its control characters, and not as a line of its own"
echo "$object" >repo/over/-x.yaml
over 'resources: [-x.yaml]'
run gk-render repo/over
is_rc 0 "a name that begins with a dash"
over "resources: [$(awk 'BEGIN { for (i = 0; i < 2500; i++) printf "a/" }')x.yaml]"
run gk-render repo/over
refused render.cannot-open "a path of 5,000 bytes"
sed 's/name: a/name: upper/' repo/over/-x.yaml >repo/over/Q.yaml
cp repo/over/-x.yaml repo/over/q.yaml
over 'resources: [q.yaml, Q.yaml]'
run gk-render -o name repo/over
out_is "configmap/a
configmap/upper
" "names that differ in case"

# P2: a link that changes all the time is seen as the one or as the other, never in between.
over 'resources: [turn/a.yaml]'
cp -r repo/base repo/over/good
ln -s good repo/over/turn1; ln -s "$tmp/other" repo/over/turn2
cp -P repo/over/turn1 repo/over/turn
(while [ ! -e stop ]; do
	cp -P repo/over/turn1 repo/over/next && mv -fT repo/over/next repo/over/turn
	cp -P repo/over/turn2 repo/over/next && mv -fT repo/over/next repo/over/turn
done) 2>/dev/null &
turner=$!
good=0 refusals=0 bad=0 i=0
while [ $((i += 1)) -le 150 ]; do
	run gk-render repo/over
	if grep -q leaked "$tmp/out" "$tmp/err"; then bad=$((bad + 1))
	elif [ "$rc" -eq 0 ]; then good=$((good + 1))
	elif grep -q 'render.path-escape' "$tmp/err"; then refusals=$((refusals + 1))
	else bad=$((bad + 1)) && sed 's/^/# /' "$tmp/err"; fi
done
: >stop
wait "$turner"
is "$bad" 0 "a link that turns: $good times inside, $refusals times refused"

# What may not be read; root may read all, so the test is another user then.
chmod 000 repo/over/q.yaml
over 'resources: [q.yaml]'
if [ "$(id -u)" -ne 0 ]; then
	run gk-render repo/over
	refused render.cannot-open "a file without permission"
elif setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
	chmod 755 "$tmp"
	cp "$top_builddir/gk-render" "$tmp/gk-render"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$tmp/gk-render" repo/over
	refused render.cannot-open "a file without permission"
else
	skip "root reads all" "a file without permission"
fi

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
