#!/bin/sh
# Documents that parsers read differently, or that hold what nobody means (D5 to D8, D11): each
# is refused with its place, or rendered as it stands.  What costs much is in render-bombs.t.
. "$top_srcdir/tests/cli/lib.sh"
mkdir "$tmp/a" && cd "$tmp" || exit 99

echo 'resources: [x.yaml]' >a/kustomization.yaml
# refused NAME MESSAGE: MESSAGE is all of stderr
refused() {
	run gk-render -o yaml a
	is_rc 3 "$1: exit code"
	out_empty "$1: nothing on stdout"
	err_is "$2
" "$1: the message"
}
renders() { # NAME BYTES
	run gk-render -o yaml a
	is_rc 0 "$1: exit code"
	out_is "$2" "$1: as it stands"
	err_empty "$1: nothing on stderr"
}
map='apiVersion: v1
kind: ConfigMap
metadata: {name: a}'
# data FORMAT: a ConfigMap whose fourth line is that
data() { printf '%s\n' "$map"; printf "$1\n"; }
# a ConfigMap as it is printed, with this data
shown() { printf 'apiVersion: v1\ndata:\n%s\nkind: ConfigMap\nmetadata:\n  name: a\n.' "$1"; }
shows() { shown=$(shown "$2"); renders "$1" "${shown%.}"; }

# D1: aliases that end nowhere.
data 'data: &d {a: *d}' >a/x.yaml
refused "an alias in its own anchor" \
	"a/x.yaml:4:14: error: the alias *d stands inside the value of its own anchor [yaml.alias]"
data 'data: &d {a: {b: [{c: *d}]}}' >a/x.yaml
refused "an alias of an ancestor" \
	"a/x.yaml:4:23: error: the alias *d stands inside the value of its own anchor [yaml.alias]"
data 'data: &d {<<: *d}' >a/x.yaml
refused "a merge key of its own map" \
	"a/x.yaml:4:15: error: the alias *d stands inside the value of its own anchor [yaml.alias]"
data 'data: *d' >a/x.yaml
refused "an alias of nothing" \
	"a/x.yaml:4:7: error: the alias *d has no anchor before it in this document [yaml.alias]"
printf '%s\nx: &x 1\n---\nx: *x\n' "$map" >a/x.yaml
refused "an alias of another document" \
	"a/x.yaml:6:4: error: the alias *x has no anchor before it in this document [yaml.alias]"

# D5: keys twice.
data 'data: {a: b, a: c}' >a/x.yaml
refused "a key twice" \
	"a/x.yaml:4:14: error: the key 'a' appears twice in one mapping [yaml.duplicate]
   note: it is first at line 4, column 8"
echo '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"b"}}' >a/x.yaml
refused "a key twice in JSON" \
	"a/x.yaml:1:62: error: the key 'name' appears twice in one mapping [yaml.duplicate]
   note: it is first at line 1, column 51"
data 'data: {"a\\x62": 1, ab: 2}' >a/x.yaml
refused "a key twice, once escaped" \
	"a/x.yaml:4:20: error: the key 'ab' appears twice in one mapping [yaml.duplicate]
   note: it is first at line 4, column 8"
data 'data: {1: b, "1": c}' >a/x.yaml
refused "a key twice after typing" \
	"a/x.yaml:4:8: error: the key '1' is a number, not a string [yaml.key]
   help: quote the key"
data 'data: {true: b, "true": c}' >a/x.yaml
refused "a key twice after typing: a boolean" \
	"a/x.yaml:4:8: error: the key 'true' is a boolean, not a string [yaml.key]
   help: quote the key"
data 'data: {<<: {a: b}, <<: {c: d}}' >a/x.yaml
refused "a merge key twice" \
	"a/x.yaml:4:20: error: a mapping has two merge keys; give one a list of mappings [yaml.merge]"
data 'data: {[a]: b}' >a/x.yaml
refused "a list for a key" \
	"a/x.yaml:4:8: error: a mapping key is itself a collection [yaml.key]
   help: keys are strings; quote text that begins with { or ["
printf 'resources: [x.yaml]\nnamePrefix: a\nnamePrefix: b\n' >a/kustomization.yaml
refused "a field of the kustomization twice" \
	"a/kustomization.yaml:3:1: error: the key 'namePrefix' appears twice in one mapping [yaml.duplicate]
   note: it is first at line 2, column 1"
cat >a/kustomization.yaml <<'Y'
resources: [x.yaml]
patches:
- target: {name: a}
  patch: '[{"op": "remove", "op": "add", "path": "/kind"}]'
Y
echo "$map" >a/x.yaml
refused "a field of a JSON patch twice" \
	"a/kustomization.yaml:4: error: member 'op' appears twice in one object [json.duplicate]
   note: its first value is at line 1, column 9"
echo 'resources: [x.yaml]' >a/kustomization.yaml

# D6: where a document begins and ends.
data 'data:\n  a: |\n    x\n    ---\n    ...\n    z' >a/x.yaml
shows "marks inside a text" '  a: |
    x
    ---
    ...
    z'
data '...\nkind: Secret' >a/x.yaml
refused "text behind the end of a document" \
	"a/x.yaml:5:1: error: text follows the end of the document [yaml.document]
   help: begin a further document with a line ---"
printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}{"apiVersion":"v1"}\n' >a/x.yaml
refused "JSON behind JSON" \
	"a/x.yaml:1:63: error: text follows the end of the document [yaml.document]
   help: begin a further document with a line ---"
{ printf '\357\273\277'; data 'data: {a: b}'; } >a/x.yaml
shows "a byte order mark at the start" '  a: b'
{ data 'data: {a: b}'; printf -- '---\n\357\273\277'; echo "$map"; } >a/x.yaml
refused "a byte order mark elsewhere" \
	"a/x.yaml:7:1: error: text follows the end of the document [yaml.document]
   help: begin a further document with a line ---"
data 'data: {a: b}' | sed 's/$/\r/' >a/x.yaml
shows "CR LF" '  a: b'
data 'data: {a: b}' | tr '\n' '\r' >a/x.yaml
shows "CR alone" '  a: b'
data 'data:\n  a: b\302\205  c: d\342\200\250  e: f' >a/x.yaml
shows "the other ends of lines that YAML 1.1 knows" '  a: b
  c: d
  e: f'
data 'data:\n\ta: b' >a/x.yaml
refused "a tab for indentation" \
	"a/x.yaml:5:1: error: cannot read YAML: found character that cannot start any token [yaml.syntax]
   note: while scanning for the next token that begins at line 5
   help: indent with blanks, not tabs; quote text that begins with @, \` or %"
{ printf '%%YAML 1.2\n---\n'; echo "$map"; } >a/x.yaml
refused "a directive" \
	"a/x.yaml:1:1: error: directives (lines that begin with %) are not supported [yaml.directive]"
{ printf '%%TAG ! tag:example.com,2000:\n---\n'; echo "$map"; } >a/x.yaml
refused "a directive for tags" \
	"a/x.yaml:1:1: error: directives (lines that begin with %) are not supported [yaml.directive]"
data 'data: {a: !!int x}' >a/x.yaml
refused "a tag that the value does not have" \
	"a/x.yaml:4:11: error: the tag is !!int, but the text is a string [yaml.tag]"

# D7: bytes that are no text.
data 'data: {a: "\377"}' >a/x.yaml
refused "a byte that UTF-8 does not have" \
	"a/x.yaml:4:12: error: cannot read YAML: invalid leading UTF-8 octet [yaml.encoding]"
data 'data: {a: "\300\200"}' >a/x.yaml
refused "an overlong form" \
	"a/x.yaml:4:12: error: cannot read YAML: invalid length of a UTF-8 sequence [yaml.encoding]"
data 'data: {a: "\355\240\200"}' >a/x.yaml
refused "a surrogate" \
	"a/x.yaml:4:12: error: cannot read YAML: invalid Unicode character [yaml.encoding]"
data 'data: {a: "\\uD800"}' >a/x.yaml
refused "a surrogate, escaped" \
	"a/x.yaml:4:14: error: cannot read YAML: found invalid Unicode character escape code [yaml.syntax]
   note: while parsing a quoted scalar that begins at line 4"
control="control characters are not allowed [yaml.encoding]
   help: write it as an escape in double quotes, or store the value as base64"
for byte in 000 001 033 177 '302\201'; do
	data "data: {a: \"x\\${byte}y\"}" >a/x.yaml
	refused "the control character $byte" \
		"a/x.yaml:4:13: error: cannot read YAML: $control"
done
# Data, which servers keep; names with a NUL: render-messages.t.
data 'data: {a: "x\\0y", b: "x\\x1by"}' >a/x.yaml
shows "control characters, escaped" '  a: "x\0y"
  b: "x\ey"'
for code in UTF-16 UTF-32; do
	echo "$map" | iconv -t "$code" >a/x.yaml
	refused "$code" \
		"a/x.yaml:1:1: error: the text is UTF-16; only UTF-8 is read [yaml.encoding]"
done
echo "$map" | iconv -t UTF-16LE >a/x.yaml
refused "UTF-16 without a mark" "a/x.yaml:1:2: error: cannot read YAML: $control"
echo "$map" | iconv -t UTF-32BE >a/x.yaml
refused "UTF-32 without a mark" "a/x.yaml:1:1: error: cannot read YAML: $control"

# D8: numbers.
for n in .nan -.inf; do
	data "data: {a: $n}" >a/x.yaml
	refused "$n" \
		"a/x.yaml:4:11: error: '$n' is a number that JSON does not have; quote it if it is text [yaml.nonfinite]"
done
data 'data: {a: 1e400, b: 1e99999999, c: 9007199254740993, d: -0, e: 0x10, f: 017, g: 1_000, h: 1e-400}' >a/x.yaml
shows "numbers at the edges" '  a: 1e400
  b: 1e99999999
  c: 9007199254740993
  d: 0
  e: 16
  f: 15
  g: 1000
  h: 0'
data 'data: {a: "1e4", b: "017", c: "0x10"}' >a/x.yaml
shows "texts that look like numbers" '  a: "1e4"
  b: "017"
  c: "0x10"'

# D11: schemas of the tree.
echo "$map" >a/x.yaml
echo '{}' >a/s.json
# schema FIELDS MESSAGE: the one type of a/s.json
schema() {
	printf 'resources: [x.yaml]\nopenapi: {path: s.json}\n' >a/kustomization.yaml
	printf '{"definitions":{"t":{%s}}}\n' "$1" >a/s.json
	refused "openapi with $1" "a/s.json:1:$2: error: $3 [render.openapi]"
	printf 'resources: [x.yaml]\ncrds: [s.json]\n' >a/kustomization.yaml
	printf '{"definition":{"Schema":{%s}}}\n' "$1" >a/s.json
	run gk-render a
	is_rc 3 "crds with $1: exit code"
	out_empty "crds with $1: nothing on stdout"
	err_has ": error: $3 [render.openapi]" "crds with $1: the message"
}
schema '"properties":7' 22 "'properties' of a schema cannot be of type number"
schema '"properties":{"a":[]}' 36 "'a' of a schema cannot be of type array"
schema '"properties":{"a":{"additionalProperties":"string"}}' 41 \
	"'additionalProperties' of a schema cannot be of type string"
schema '"items":[{"type":7}]' 32 "'type' of a schema cannot be of type number"
schema '"items":["a"]' 31 "an element of 'items' of a schema cannot be of type string"
schema '"required":[7]' 34 "an element of 'required' of a schema cannot be of type number"
printf 'resources: [x.yaml]\nopenapi: {path: s.json}\n' >a/kustomization.yaml
# document TEXT COLUMN MESSAGE: the whole of a/s.json
document() {
	echo "$1" >a/s.json
	refused "openapi: $1" "a/s.json:1:$2: error: $3 [render.openapi]"
}
maps="an OpenAPI document is a map, and so are its 'definitions'"
document '[]' 1 "$maps"
document 7 1 "$maps"
document '{"definitions":[]}' 2 "$maps"
document '{"paths":7}' 2 "'paths' of a schema cannot be of type number"
document '{"paths":{"/a":[]}}' 11 "'/a' of a schema cannot be of type array"
document '{"paths":{"/a":{"get":"b"}}}' 17 "'get' of a schema cannot be of type string"
document '{"paths":{"/a":{"get":{"tags":[7]}}}}' 32 \
	"an element of 'tags' of a schema cannot be of type number"
type='"x-kubernetes-group-version-kind"'
document "{\"paths\":{\"/a\":{\"get\":{$type:{\"kind\":\"A\",\"version\":1}}}}}" 70 \
	"the kind that a path gives needs a text 'version'"
document "{\"paths\":{\"/a\":{\"get\":{$type:{\"version\":\"v1\"}}}}}" 24 \
	"the kind that a path gives needs a text 'kind'"
for empty in '{}' null '{"definitions":null,"paths":null}' '{"paths":{"/a":null,"b":7}}'; do
	echo "$empty" >a/s.json
	renders "openapi: $empty" 'apiVersion: v1
kind: ConfigMap
metadata:
  name: a
'
done
printf 'resources: [x.yaml]\ncrds: [s.json]\n' >a/kustomization.yaml
echo '[]' >a/s.json
refused "crds: []" \
	"a/s.json:1:1: error: a file of crds maps names of types to maps with a 'Schema' [render.crds]"
echo '{"t":7}' >a/s.json
refused "crds: a type that is a number" \
	"a/s.json:1:2: error: a file of crds maps names of types to maps with a 'Schema' [render.crds]"
properties='"kind":{},"apiVersion":{},"metadata":{}'
echo "{\"t\":{\"Schema\":{\"properties\":{$properties,\"spec\":{\"\$ref\":\"t\"}}}}}" >a/s.json
refused "crds: a type in itself" "a/s.json:1:2: error: a type contains itself [render.crds]"
printf 'resources: [x.yaml]\nopenapi: {path: s.json}\npatches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}"}]\n' >a/kustomization.yaml
cat >a/s.json <<'J'
{"definitions": {
  "a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"},
  "t": {"properties": {"data": {"$ref": "#/definitions/a"}},
    "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMap"}]}}}
J
echo "$map" >a/x.yaml
shows "openapi: references in a circle" '  a: b'
done_testing
