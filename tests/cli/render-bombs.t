#!/bin/sh
# Small inputs that would cost much (D1 to D4, D10, D11): each is refused, or rendered, within one
# second and 128 MB.
. "$top_srcdir/tests/cli/lib.sh"

measure=$top_builddir/bench/measure
[ -x "$measure" ] || skip_all "bench/measure is not built"
most_ms=1000 most_kb=131072
# A sanitizer has memory of its own, and makes the program five times as slow.
if grep -q '^GK_CFLAGS = .*-fsanitize=' "$top_builddir/Makefile"; then most_ms=5000 most_kb=4194304; fi
cd "$tmp" && mkdir a || exit 99

field() { tail -n 1 "$tmp/figures" | sed "s/.*\"$1\"[^0-9]*\([0-9]*\).*/\1/"; }

# Run gk-render under measure.  It waits for nothing, so its CPU time is what an idle machine's
# clock would show, and a busy machine fails no test; the clock only ends what would hang.
bomb() { # NAME ARGUMENT...
	name=$1
	shift
	rc=0
	timeout 60 "$measure" -o "$tmp/out" gk-render "$@" 2>"$tmp/figures" || rc=$?
	sed '$d' "$tmp/figures" >"$tmp/err"
	ms=$(field cpu_ms) kb=$(field rss_kb)
	[ "$rc" -lt 100 ] && [ "${ms:-$most_ms}" -lt $most_ms ]
	result $? "$name: within $most_ms ms (${ms:-?})"
	[ "$rc" -lt 100 ] && [ "$kb" -lt $most_kb ]
	result $? "$name: within $((most_kb / 1024)) MB (${kb:-?} KB)"
}
# refused NAME PLACE MESSAGE [ARGUMENT...]: the rendering of a
refused() {
	what=$1 place=$2 message=$3
	shift 3
	[ $# -gt 0 ] || set -- a
	bomb "$what" "$@"
	is_refused
}
is_refused() {
	is_rc 3 "$what: exit code"
	out_empty "$what: nothing on stdout"
	grep -qF -- "${place:-gk-render}: error: $message" "$tmp/err"
	result $? "$what: ${place:-gk-render}: $message"
	is "$(grep -c ': error: ' "$tmp/err")" 1 "$what: said once"
}
# over NAME PLACE MESSAGE LIMIT [ARGUMENT...]
over() {
	what=$1 place=$2 message="$3 [limit.exceeded]" limit=$4
	shift 4
	[ $# -gt 0 ] || set -- a
	bomb "$what" "$@"
	is_refused
	err_has "help: if that is intended: --limit $limit=N" "$what: the option"
}
# renders NAME COUNT LINE [ARGUMENT...]: with that many lines that match
renders() {
	what=$1 count=$2 line=$3
	shift 3
	[ $# -gt 0 ] || set -- a
	bomb "$what" "$@"
	is_rc 0 "$what: exit code"
	is "$(grep -c -- "$line" "$tmp/out")" "$count" "$what: all of it"
	err_empty "$what: nothing on stderr"
}
repeat() { awk -v n="$1" -v s="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", s }'; }
# Lines for 0 to N-1, of a format with up to three places for the number.
each() { awk -v n="$1" -v f="$2" 'BEGIN { for (i = 0; i < n; i++) printf f, i, i, i }'; }
config_map() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n' "${1:-a}"; }
kustomization() { cat >a/kustomization.yaml; }
x() { { config_map && cat; } >a/x.yaml; }

echo 'resources: [x.yaml]' | kustomization

# D1: what aliases and merge keys multiply.
{
	echo 'a0: &a0 [x,x,x,x,x,x,x,x,x,x]'
	for i in 1 2 3 4 5 6 7 8 9; do
		p=\*a$((i - 1))
		echo "a$i: &a$i [$p,$p,$p,$p,$p,$p,$p,$p,$p,$p]"
	done
} | x
over "a billion laughs" a/x.yaml:8:38 \
	"what aliases and merge keys expand to passes the limit alias-nodes = 100000" alias-nodes
{
	echo 'm: [&m0 {k: v},'
	awk 'BEGIN { for (i = 1; i < 40; i++) printf "&m%d {<<: *m%d, a%d: *m%d, b%d: *m%d},\n", i, i - 1, i, i - 1, i, i - 1 }'
	echo ']'
} | x
over "merge keys that multiply" a/x.yaml:14:31 \
	"what aliases and merge keys expand to passes the limit alias-nodes = 100000" alias-nodes
{
	echo 'm: [&m0 {k: v},'
	awk 'BEGIN { for (i = 1; i < 1500; i++) printf "&m%d {<<: *m%d, k%d: v},\n", i, i - 1, i }'
	echo ']'
} | x
refused "a chain of 1,500 merge keys" a/x.yaml:69:11 "the alias *m64 nests more than 64 aliases [yaml.alias]"

{ printf 'w: &w ['; repeat 1000 'k, '; printf ']\ndata: ['; repeat 9999 '*w, '; echo ']'; } | x
over "one list, ten thousand times" a/x.yaml:5:404 \
	"what aliases and merge keys expand to passes the limit alias-nodes = 100000" alias-nodes

# D2: depth, going in and coming out.
{ printf 'data: '; repeat 100000 '['; } | x
over "100,000 flow lists" a/x.yaml:4:262 "nesting passes the limit depth = 256" depth
{ printf 'data: '; repeat 100000 '{a: '; } | x
over "100,000 flow maps" a/x.yaml:4:1027 "nesting passes the limit depth = 256" depth
{ awk 'BEGIN { for (i = 0; i < 2000; i++) printf "%*sa:\n", i, "" }'; } | x
over "2,000 block maps" a/x.yaml:260:257 "nesting passes the limit depth = 256" depth
{ echo data:; repeat 2000 '- '; echo x; } | x
over "2,000 block lists" a/x.yaml:5:511 "nesting passes the limit depth = 256" depth
{ repeat 100000 '? '; echo x; } | x
refused "100,000 keys of keys" a/x.yaml:4:3 "a mapping key is itself a collection [yaml.key]"
{ echo data:; for _ in 1 2 3 4 5 6 7 8; do printf -- '- '; repeat 250 '['; repeat 250 ']'; echo; done; } | x
renders "lists as deep as they may be" 1 "$(repeat 250 '[[]')$(repeat 250 ']')" -o json a
{ printf '['; repeat 100000 '{"a":['; } >a/j.json
echo 'resources: [j.json]' | kustomization
over "deep JSON" a/j.json:1:769 "nesting passes the limit depth = 256" depth
x </dev/null
{ printf 'resources: [x.yaml]\npatches:\n- target: {name: a}\n  patch: |-\n    '; repeat 100000 '['; echo; } | kustomization
over "a deep JSON patch" a/kustomization.yaml:5 "nesting passes the limit depth = 256" depth
{ printf 'data: '; repeat 100000 '!x '; } | x
bomb "100,000 tags" a
is_rc 3 "100,000 tags: exit code"
{ printf 'data: '; each 250 '{a%d: '; printf '['; repeat 100000 '1, '; printf ']'; repeat 250 '}'; } | x
echo 'resources: [x.yaml]' | kustomization
refused "300 KB that indentation makes to 50 MB" "" "the output is larger than 33554432 bytes [limit.bytes]" -o yaml a
err_has "help: -o json indents nothing" "what to do"
refused "the same as a file" "" \
	"cannot write to directory 'd': v1_configmap_a.yaml is larger than 33554432 bytes [limit.bytes]" --output-dir d a
is "$(ls d)" "" "the same as a file: none is left"
renders "the same as JSON" 1 '"a249":\[1,1,' -o json a
x </dev/null
patch_of() { # the operations on stdin, each with a comma behind
	printf 'resources: [x.yaml]\npatches:\n- target: {name: a}\n  patch: |-\n    ['
	cat
	echo '{"op":"test","path":"/kind","value":"ConfigMap"}]'
}
{ printf '{"op":"add","path":"/d","value":{}},'; each 300 '{"op":"copy","from":"/d","path":"/d/x"},'; } | patch_of | kustomization
over "copies into themselves, which nest" a/kustomization.yaml:5 \
	"operation 256 (copy /d/x): nesting passes the limit depth = 256" depth
{ printf '{"op":"add","path":"/d","value":[1]},'; each 40 '{"op":"copy","from":"/d","path":"/d/-"},'; } | patch_of | kustomization
over "copies into themselves, which double" a/kustomization.yaml:5 \
	"operation 20 (copy /d/-): what the patch makes passes the limit nodes = 1000000" nodes
{ each 20000 '{"op":"add","path":"/x","value":1},'; } | patch_of | kustomization
over "20,000 operations" a/kustomization.yaml:4:3 "the JSON patch passes the limit patch-ops = 10000" patch-ops

# D3: what would be quadratic.
echo 'resources: [x.yaml]' | kustomization
{ printf 'data: {'; each 100000 'k%d: v, '; echo '}'; } | x
renders "100,000 keys" 100000 "^  k[0-9]*: v$" -o yaml a
{ echo data:; each 20000 '  k%d: &a%d v\n'; } | x
over "20,000 anchors" a/x.yaml:10005:11 "the number of anchors passes the limit anchors = 10000" anchors
{ echo data:; each 9999 '  k%d: &a%d v\n  l%d: *a0\n'; } | x
renders "9,999 anchors" 19998 "^  [kl][0-9]*: v$" -o yaml a
each 10000 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%d}\n---\n' >a/x.yaml
{ printf 'resources: [x.yaml]\npatches:\n'; each 10000 '- {target: {name: a.*%d}, patch: "[{\\"op\\":\\"test\\",\\"path\\":\\"/kind\\",\\"value\\":\\"ConfigMap\\"}]"}\n'; } | kustomization
over "10,000 patches that look at 10,000 objects each" a/kustomization.yaml:127:28 \
	"the number of objects that patches, replacements and the like look at passes the limit visits = 5000000" visits
{ printf 'resources: [x.yaml]\npatches:\n'
	each 10000 '- patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a%d}, data: {k: v}}"\n'; } | kustomization
renders "10,000 patches of one object each" 10000 '"data":{"k":"v"}}' a
{ printf 'data: {a: '; repeat 5000000 v; echo '}'; } | x
echo 'resources: [x.yaml]' | kustomization
over "a text of five million bytes" a/x.yaml:4:11 "a scalar passes the limit scalar-bytes = 4194304" scalar-bytes
{ printf 'data: {? '; repeat 2000000 v; echo ' : b}'; } | x
over "a key of two million bytes" a/x.yaml:4:10 "a key passes the limit key-bytes = 1048576" key-bytes
each 3000 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a%d}\n---\n' >a/x.yaml
{ printf 'resources: [x.yaml]\ncommonLabels: {'; each 3000 'l%d: v, '; echo '}'; } | kustomization
over "3,000 labels for 3,000 objects" a/kustomization.yaml:2:1 "the memory that this takes passes the limit render-bytes = 67108864" render-bytes
{ printf 'resources: [x.yaml]\nnamePrefix: '; repeat 100000 p; echo; } | kustomization
over "a prefix of 100,000 bytes for 3,000 objects" a/kustomization.yaml:2:1 \
	"the memory that this takes passes the limit render-bytes = 67108864" render-bytes
x </dev/null
{ printf 'resources: [x.yaml]\ncommonAnnotations: {'; awk 'BEGIN { for (i = 100000; i > 0; i--) printf "a%06d: v, ", i }'; echo '}'; } | kustomization
renders "100,000 annotations, the last first" 100000 '^    a[0-9]*: v$' -o yaml a

# D8: numbers of any length are texts to YAML, and to JSON that is read as YAML.
{ printf 'data: {a: '; repeat 100000 9; echo '}'; } | x
echo 'resources: [x.yaml]' | kustomization
renders "a number of 100,000 digits" 1 "^  a: \"\?9*\"\?$" -o yaml a
{ printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":'; repeat 100000 9; echo '}}'; } >a/x.yaml
renders "the same in JSON" 1 "^  a: \"\?9*\"\?$" -o yaml a

# D11: schemas that multiply.
{
	printf '{"k":{"Schema":{"properties":{"kind":{},"apiVersion":{},"metadata":{},"spec":{"$ref":"t0"}}}}'
	awk 'BEGIN { for (i = 0; i < 29; i++) printf ",\"t%d\":{\"Schema\":{\"properties\":{\"a\":{\"$ref\":\"t%d\"},\"b\":{\"$ref\":\"t%d\"}}}}", i, i + 1, i + 1 }'
	echo '}'
} >a/s.json
printf 'resources: [x.yaml]\ncrds: [s.json]\n' | kustomization
over "types that refer twice to the next" a/s.json:1:2 "the memory that this takes passes the limit render-bytes = 67108864" render-bytes

# D4: overlays that multiply.
rm -r a && mkdir -p a/0 && config_map >a/0/x.yaml && echo 'resources: [x.yaml]' >a/0/kustomization.yaml
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
	mkdir -p a/$i/l a/$i/r
	echo 'resources: [l, r]' >"a/$i/kustomization.yaml"
	for side in l r; do
		printf 'namePrefix: %s\nresources: [../../%s]\n' $side $((i - 1)) >a/$i/$side/kustomization.yaml
	done
done
renders "10 directories that double what they hold" 1024 '^{"apiVersion":"v1","kind":"ConfigMap"' --root a a/10
over "13 directories that double what they hold" a/5/kustomization.yaml:1:13 \
	"the number of kustomizations passes the limit kustomizations = 5000" kustomizations --root a a/13
for i in $(seq 14 80); do
	mkdir "a/$i"
	echo "resources: [../$((i - 1))]" >"a/$i/kustomization.yaml"
done
over "a stack of 80 overlays" a/17/kustomization.yaml:1:13 \
	"the depth of overlays passes the limit overlay-depth = 64" overlay-depth --root a a/80

# D10: patterns.
rm -r a && mkdir a
# selects PATTERN: for a YAML text in double quotes
selects() { printf 'resources: [x.yaml]\npatches:\n- target: {name: "%s"}\n  patch: |-\n    [{"op":"test","path":"/kind","value":"ConfigMap"}]\n' "$1" | kustomization; }
config_map "$(repeat 50000 a)b" >a/x.yaml
selects '(a+)+$'
refused "a pattern that backtracks" a/kustomization.yaml:4:3 "a regular expression needs too many steps, or the text is no UTF-8 [limit.regex]"
selects '((((a{1000}){1000}){1000}){1000})'
refused "a pattern that repeats repetitions" a/kustomization.yaml:4:3 "cannot compile the regular expression '((((a{1000}){1000}){1000}){1000})': regular expression is too large [regex.syntax]"
selects '(a)\\1'
refused "a back reference" a/kustomization.yaml:4:3 "the regular expression '(a)\\1' uses a backreference [regex.syntax]"
selects "($(repeat 2000 a))"
refused "a pattern of 2,000 bytes" a/kustomization.yaml:4:3 "a regular expression has more than 1024 bytes [limit.regex]"
done_testing
