#!/bin/sh
# Hostile documents: each ends with a refusal that says where, or is rendered, within 1 s of
# CPU and 128 MB.
. "$top_srcdir/tests/cli/lib.sh"

measure=$top_builddir/bench/measure
[ -x "$measure" ] || skip_all "bench/measure is not built"
sanitized=$(ldd "$top_builddir/gk-render" 2>/dev/null | grep -c -e libasan -e libubsan)
mkdir "$tmp/b" && cd "$tmp/b" || exit 99

# render: gk-render on the current directory; its figures are in cpu (ms) and rss (KB)
render() {
	rc=0
	timeout 60 "$measure" -n 1 -o "$tmp/out" "$top_builddir/gk-render" -o yaml . \
		2>"$tmp/all" || rc=$?
	grep -v '^{"runs":' "$tmp/all" >"$tmp/err"
	cpu=$(sed -n 's/.*"cpu_ms":{"min":\([0-9]*\).*/\1/p' "$tmp/all")
	rss=$(sed -n 's/.*"rss_kb":\([0-9]*\).*/\1/p' "$tmp/all")
}
within() { [ "${cpu:-9999}" -lt 1000 ] && [ "${rss:-999999}" -lt 131072 ]; }
cheap() { # NAME
	if [ "$sanitized" -gt 0 ]; then
		skip "sanitizers have costs of their own" "$1: within 1 s and 128 MB"
		return
	fi
	within || render # a busy machine makes it dearer, never cheaper
	within || render
	within
	_rc=$?
	[ "$_rc" -eq 0 ] || echo "# ${cpu:-?} ms, ${rss:-?} KB"
	result "$_rc" "$1: within 1 s and 128 MB"
}
# refused PLACE SLUG NAME: exit code 3, nothing on stdout, an error of that kind at that place
refused() {
	render
	is_rc 3 "$3: exit code"
	out_empty "$3: nothing on stdout"
	grep -q "^$1.*: error: .*\\[$2\\]\$" "$tmp/err"
	result $? "$3: where and what ($2)"
	cheap "$3"
}
rendered() { # NAME
	render
	is_rc 0 "$1: rendered"
	cheap "$1"
}
resource() { # the only resource is what stands on stdin
	echo 'resources: [x.yaml]' >kustomization.yaml
	cat >x.yaml
}
map_begin() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'; }
map() { { map_begin; cat; } | resource; }
repeat() { awk -v n="$1" -v s="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'; }
each() { awk -v n="$1" -v f="$2" 'BEGIN { for (i = 0; i < n; i++) { s = f; gsub(/@/, i, s); printf "%s", s } }'; }

# D1: aliases
{
	echo 'l0: &l0 [a, a, a, a, a, a, a, a, a, a]'
	for i in 1 2 3 4 5 6 7 8 9; do
		printf 'l%s: &l%s [' $i $i
		repeat 9 "*l$((i - 1)), "
		printf '*l%s]\n' $((i - 1))
	done
} | map
refused x.yaml limit.exceeded "a billion laughs"
{
	echo 'wide: &w ['
	each 1000 '  k@,
'
	echo '  end]'
	printf 'data: ['
	repeat 9999 '*w, '
	echo '*w]'
} | map
refused x.yaml limit.exceeded "one list, ten thousand times"
printf 'data: &d {a: *d}\n' | map
refused 'x.yaml:4:' yaml.alias "an alias to what contains it"
{
	echo 'm0: &m0 {a: 1}'
	each 1500 'm@x: &x@ {k@: 1}
'
	awk 'BEGIN { for (i = 1; i <= 1500; i++) printf "m%d: &m%d {<<: *m%d, k%d: 1}\n", i, i, i - 1, i }'
} | map
refused x.yaml yaml.alias "fifteen hundred chained merges"

# D2: nesting
{ printf 'data: '; repeat 100000 '['; echo; } | map
refused x.yaml limit.exceeded "a hundred thousand brackets"
{ printf '{"apiVersion":"v1","kind":"ConfigMap","data":'; repeat 100000 '{"a":'; } | resource
refused x.yaml limit.exceeded "deep JSON"
{ echo 'data:'; awk 'BEGIN { for (i = 1; i < 3000; i++) { printf "%*sa:\n", i, "" } }'; } | map
refused x.yaml limit.exceeded "deep block maps"
{ echo 'data:'; repeat 20000 '- '; echo; } | map
refused x.yaml limit.exceeded "lists in lists on one line"
{ printf 'data: '; repeat 100000 '!x '; echo; } | map
refused x.yaml yaml.syntax "a hundred thousand tags"

# D3: what is quadratic in a careless program
{ echo 'data:'; each 100000 '  k@: v
'; } | map
rendered "a hundred thousand keys"
{ echo 'data:'; each 20000 '  k@: &a@ v
'; } | map
refused x.yaml limit.exceeded "twenty thousand anchors"
each 3000 'apiVersion: v1
kind: ConfigMap
metadata: {name: c@}
---
' | resource
{
	echo 'resources: [x.yaml]'
	echo 'patches:'
	each 3000 '- {target: {name: c.*}, patch: "{data: {k: v}, kind: ConfigMap, metadata: {name: c}}"}
'
} >kustomization.yaml
refused kustomization.yaml limit.exceeded "thousands of patches on thousands of objects"
{ map_begin; printf 'data: {a: "'; repeat 5000000 x; echo '"}'; } | resource
refused x.yaml limit.exceeded "a scalar of five million bytes"
{ map_begin; printf 'data: {? "'; repeat 2000000 x; echo '" : b}'; } | resource
refused x.yaml limit.exceeded "a key of two million bytes"

# D4: overlays that double what they hold
mkdir d0
{ map_begin; } >d0/a.yaml
echo 'resources: [a.yaml]' >d0/kustomization.yaml
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	mkdir -p "d$i/l" "d$i/r"
	echo 'resources: [l, r]' >"d$i/kustomization.yaml"
	for side in l r; do
		printf 'namePrefix: %s\nresources: [../../d%s]\n' $side $((i - 1)) >"d$i/$side/kustomization.yaml"
	done
done
echo 'resources: [d20]' >kustomization.yaml
refused '' limit.exceeded "twenty directories that double"

# D5: keys twice
printf 'data: {a: b, a: c}\n' | map
refused 'x.yaml:4:14' yaml.duplicate "a key twice"
printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"b"}}\n' | resource
refused 'x.yaml:1:' yaml.duplicate "a key twice in JSON"
printf 'namePrefix: a\nnamePrefix: b\n' >kustomization.yaml
refused 'kustomization.yaml:2:1' yaml.duplicate "a key twice in the kustomization"

# D6, D7: texts that parsers read differently
{ map_begin; printf 'data: {a: "\300\257"}\n'; } | resource
refused 'x.yaml:4:' '[a-z.-]*' "an overlong form"
{ map_begin; printf 'data: {a: "\355\240\200"}\n'; } | resource
refused 'x.yaml:4:' '[a-z.-]*' "a surrogate"
{ map_begin; printf 'data: {a: "\377"}\n'; } | resource
refused 'x.yaml:4:' '[a-z.-]*' "no UTF-8"
printf '\377\376a\0:\0 \0b\0' | resource
refused 'x.yaml' '[a-z.-]*' "UTF-16"
{ map_begin; printf 'data: {a: b\0c}\n'; } | resource
refused 'x.yaml:4:' '[a-z.-]*' "a raw NUL"
{ map_begin; printf 'data: {a: "b\\0c"}\n'; } | resource
rendered "an escaped NUL, as kustomize does"
out_has 'a: "b\0c"' "the escape stays one"
{ map_begin; printf 'data: {a: b\033c}\n'; } | resource
refused 'x.yaml:4:' '[a-z.-]*' "a control character"
{ map_begin; printf 'data:\n\ta: b\n'; } | resource
refused 'x.yaml:5:' '[a-z.-]*' "a tab for indentation"
printf '%%YAML 3.0\n---\na: b\n' | resource
refused 'x.yaml:1:' '[a-z.-]*' "a version that is none"

# D8: numbers
{ map_begin; printf 'x: '; repeat 100000 9; echo; } | resource
rendered "a number of a hundred thousand digits, which YAML takes for a text"
{ printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"x":'; repeat 100000 9; echo '}'; } | resource
rendered "the same in JSON, which kustomize reads as YAML"
{ map_begin; echo 'x: 1e99999999'; } | resource
rendered "a number with a huge exponent, which YAML takes for a text"
out_has 'x: 1e99999999' "it stays as it is"
{ map_begin; echo 'x: .nan'; } | resource
refused x.yaml '[a-z.-]*' "not a number"

# D10: patterns
{
	printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "'
	repeat 3000 a
	echo '!"}]}'
} | resource
printf 'resources: [x.yaml]\nimages: [{name: "(a+)+", newTag: b}]\n' >kustomization.yaml
refused kustomization.yaml limit.regex "a pattern that backtracks"
{
	printf 'resources: [x.yaml]\nimages: [{name: "'
	repeat 2000 'a?'
	echo '", newTag: b}]'
} >kustomization.yaml
refused kustomization.yaml '[a-z.-]*' "a long pattern"
printf 'resources: [x.yaml]\nimages: [{name: "((a{1,100}){1,100}){1,100}", newTag: b}]\n' >kustomization.yaml
refused kustomization.yaml '[a-z.-]*' "a pattern of a million states"
printf 'resources: [x.yaml]\npatches: [{target: {name: "(a)\\\\1"}, patch: "[]"}]\n' >kustomization.yaml
refused kustomization.yaml '[a-z.-]*' "a pattern that refers back"

# D11: foreign schemas
{ map_begin; } >x.yaml
printf 'resources: [x.yaml]\nopenapi: {path: s.json}\n' >kustomization.yaml
echo '{"definitions":{"a":{"properties":{"x":{"additionalProperties":"string"}}}}}' >s.json
refused s.json render.openapi "a schema of wrong types"
echo '{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}}' >s.json
rendered "a schema that refers to itself"
echo '{"definitions":[1,2]}' >s.json
refused s.json render.openapi "definitions that are a list"
printf 'resources: [x.yaml]\ncrds: [s.json]\n' >kustomization.yaml
echo '{"a":{"Schema":{"$ref":"x","properties":[1]}}}' >s.json
refused s.json render.openapi "a definition of wrong types"

done_testing
