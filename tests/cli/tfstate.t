#!/bin/sh
# gk-tfstate: what it prints, what it refuses, and that it keeps secrets.
. "$top_srcdir/tests/cli/lib.sh"
state=$top_srcdir/examples/platform/terraform/terraform.tfstate

cat >"$tmp/small" <<'X'
{"version": 4, "terraform_version": "1.9.2", "serial": 9007199254740993, "lineage": "l",
 "outputs": {
  "b": {"value": {"z": 1.0, "a": [9007199254740993, "x<y"]}, "type": ["object", {"z": "number", "a": ["tuple", ["number", "string"]]}]},
  "password": {"value": "hunter2hunter2", "type": "string", "sensitive": true},
  "copy": {"value": ["hunter2hunter2"], "type": ["list", "string"]},
  "name": {"value": "it's", "type": "string"}},
 "resources": [
  {"module": "module.m[\"a\"].module.deep", "mode": "managed", "type": "t", "name": "x", "provider": "module.m.provider[\"registry.terraform.io/hashicorp/aws\"]",
   "instances": [{"index_key": 1, "attributes": {"id": "one"}}, {"index_key": 0, "status": "tainted", "attributes": {"id": "zero"}}]},
  {"mode": "managed", "type": "db", "name": "main", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].west",
   "instances": [{"attributes": {"id": "db-1", "port": 5432, "pw": "s3cr3ts3cr3t", "also": "s3cr3ts3cr3t", "tags": {"a": "b"}, "list": [{"k": "v"}]},
                  "sensitive_attributes": [[{"type": "get_attr", "value": "pw"}]]},
                 {"deposed": "abcdef01", "attributes": {}}]},
  {"mode": "data", "type": "who", "name": "am", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
   "instances": [{"index_key": "k\"${", "attributes": {}}]}],
 "check_results": [{"object_kind": "check", "config_addr": "check.up", "status": "fail", "objects": [{"object_addr": "check.up", "status": "fail", "failure_messages": ["is down"]}]}]}
X

run gk-tfstate list "$tmp/small"
is_rc 0
out_is 'data.who.am["k\"$${"]
db.main
module.m["a"].module.deep.t.x[0]
module.m["a"].module.deep.t.x[1]
' "addresses in terraform's order and quoting"
err_empty

run gk-tfstate list "$tmp/small" 'module.m'
out_is 'module.m["a"].module.deep.t.x[0]
module.m["a"].module.deep.t.x[1]
' "a module without a key covers its instances"

run gk-tfstate outputs "$tmp/small"
is_rc 0
out_has '9007199254740993' "large numbers keep their digits"
out_has '"z": 1.0' "numbers keep their text"
out_has 'x\u003cy' "text is escaped as terraform escapes it"
ok "no secret on stdout" sh -c "! grep -q hunter2 '$tmp/out'"
err_is 'gk-tfstate: note: 2 sensitive outputs are not shown [tf.masked]
   help: --show-secrets prints them
' "it says that something is masked"

run gk-tfstate outputs "$tmp/small" password -o raw --show-secrets
out_is 'hunter2hunter2' "raw has no newline"
run gk-tfstate outputs "$tmp/small" name -o env
out_is "name='it'\\''s'
" "env is quoted for a shell"
run gk-tfstate outputs "$tmp/small" b -o raw
is_rc 3
err_has '[tf.not-scalar]'

run gk-tfstate outputs "$tmp/small" -o configmap
is_rc 0
out_has '"name":"terraform-outputs"'
out_has '"config.kubernetes.io/local-config":"true"'
out_has '"b":"{\"a\":[9007199254740993,\"x<y\"],\"z\":1.0}"' "objects are JSON text"
ok "no secret in the ConfigMap" sh -c "! grep -q -e hunter2 -e password '$tmp/out'"

run gk-tfstate get "$tmp/small" db.main.port
out_is '5432
' "an attribute"
run gk-tfstate get "$tmp/small" 'db.main.list[0].k'
out_is 'v
' "a path into lists and objects"
run gk-tfstate get "$tmp/small" 'module.m["a"].module.deep.t.x[1].id'
out_is 'one
' "an instance of a module's instance"
run gk-tfstate get "$tmp/small" 'module.m["a"].module.deep.t.x.id'
is_rc 2
err_has 'names more than one instance [tf.ambiguous]'
run gk-tfstate get "$tmp/small" db.main.pw
is_rc 9
out_empty
err_is "$tmp/small: refused: db.main: this value is marked sensitive in the state [tf.sensitive]
   help: --show-secrets prints it
" "a marked attribute is refused"
run gk-tfstate get "$tmp/small" db.main
is_rc 9 "what holds a marked attribute is refused"
run gk-tfstate get "$tmp/small" db.main.also
is_rc 9 "a copy of a marked attribute is refused"
run gk-tfstate get "$tmp/small" db.main.tags -o json
out_is '{"a":"b"}
'
run gk-tfstate get "$tmp/small" db.main.prot
is_rc 3
err_has 'did you mean "port"?'

run gk-tfstate check "$tmp/small" --require name='it.s' --require nmae --require 'b=x'
is_rc 1
err_has 'output "nmae" is missing [tf.output-missing]'
err_has 'did you mean "name"?'
err_has "output \"b\" does not match 'x' [tf.output-mismatch]"
err_has 'check.up: the recorded check is "fail" [tf.check-failed]'
err_has 'note: is down'
err_has 'module.m["a"].module.deep.t.x[0] is tainted'
err_has 'db.main has a deposed object abcdef01'
out_has '3 errors, 2 warnings'

run gk-tfstate check "$state" --require vpc_id
is_rc 0 "the example's state is sound"
err_empty

# What is not a state.
refused() { # TEXT SLUG NAME
	printf '%s' "$1" >"$tmp/bad"
	run gk-tfstate outputs "$tmp/bad"
	is_rc 3 "$3"
	err_has "[$2]"
	out_empty
}
refused '' tf.empty "an empty file"
refused '{"version": 4, "outputs": {' json.cut "a cut file"
refused '{"version": 4}{}' json.trailing "two documents"
refused '{"version": 3, "backend": {"type": "s3"}}' tf.backend-file "a backend configuration"
refused '{"version": 3, "modules": []}' tf.version "an old state"
refused '{"version": 5}' tf.version "a newer state"
refused '{"version": "4"}' tf.not-a-state "a version in quotes"
refused '{"version": 4.0}' tf.not-a-state "a version with a fraction"
refused '{"format_version": "1.0"}' tf.not-a-state "a plan"
refused '[]' tf.not-a-state "an array"
refused '{"serial":1,"lineage":"x","meta":{},"encrypted_data":"AA==","encryption_version":"v0"}' tf.encrypted "an encrypted state"
refused '{"version":4,"serial":-1}' tf.corrupt "a negative serial"
refused '{"version":4,"outputs":{"a":{"value":1}}}' tf.corrupt "an output without type"
refused '{"version":4,"serial":1,"serial":2}' tf.corrupt "a field twice"
refused '{"version":4,"resources":[{"mode":"ephemeral","type":"a","name":"b","instances":[]}]}' tf.corrupt "an unknown mode"
refused '{"version":4,"resources":[{"mode":"managed","type":"a","name":"b","instances":[{},{}]}]}' tf.duplicate "an instance twice"
refused '{"version":4,"resources":[{"mode":"managed","type":"a","name":"b","instances":[{"status":"odd"}]}]}' tf.corrupt "an unknown status"

run gk-tfstate outputs "$tmp/none"
is_rc 3 "a missing file"
run gk-tfstate outputs
is_rc 2 "no operand"
run gk-tfstate outputs s3://bucket/key
is_rc 2 "a URL"
run gk-tfstate outptus
is_rc 2
err_is "gk-tfstate: error: unknown verb 'outptus' [usage.verb]
   help: did you mean 'outputs'?
" "a misspelt verb"
run gk-tfstate outputs --outputt=json "$state"
is_rc 2
err_has "did you mean '--output'?"
if [ -e /dev/full ]; then
	rc=0; gk-tfstate outputs "$state" >/dev/full 2>"$tmp/err" || rc=$?
	: >"$tmp/out"
	is_rc 10 "a full disk"
	err_has 'cannot write standard output: No space left on device [system.write]'
fi
done_testing
