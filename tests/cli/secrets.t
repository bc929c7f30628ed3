# gk-secrets without any server: list, usage, what is refused before anybody is asked.
. "$top_srcdir/tests/cli/lib.sh"
AWS_EC2_METADATA_DISABLED=true; export AWS_EC2_METADATA_DISABLED

cat >"$tmp/in.yaml" <<'EOF'
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: aws}
spec: {provider: {aws: {service: SecretsManager, region: eu-central-1}}}
---
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata: {name: db, namespace: shop}
spec:
  secretStoreRef: {name: aws, kind: ClusterSecretStore}
  target: {name: db-credentials}
  data: [{secretKey: password, remoteRef: {key: prod/db, property: pw}}]
  dataFrom: [{extract: {key: prod/all}}, {find: {path: prod/, name: {regexp: ^x}}}]
EOF
run gk-secrets list -f "$tmp/in.yaml"
is_rc 0 "list"
out_is "ExternalSecret shop/db	Secret db-credentials	ClusterSecretStore aws	prod/all, find prod/ ^x, password=prod/db#pw
" "what is read, from where"
err_empty "nobody is asked"

run gk-secrets inject -f "$tmp/in.yaml"
is_rc 4 "no credentials"
out_empty "nothing is written"
err_has "ClusterSecretStore aws: no AWS credentials found" "the store is named"
err_has "help: give the store auth.jwt.serviceAccountRef" "and what to do"

# Faults of the documents come all at once, with their places, before anybody is asked.
cat >"$tmp/bad.yaml" <<'EOF'
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: a, namespace: shop}
spec:
  secretStoreRef: {name: aws, kind: ClusterSecretStor}
  dat: []
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: b, namespace: shop}
spec:
  secretStoreRef: {name: none}
  data: [{secretKey: k, remoteRef: {key: x}}]
EOF
run gk-secrets inject -f "$tmp/bad.yaml"
is_rc 3 "bad documents"
out_empty "nothing is written"
err_has "bad.yaml:5:31: error: ExternalSecret shop/a: spec.secretStoreRef.kind: expected one of SecretStore|ClusterSecretStore" "a wrong kind"
err_has "spec.dat: no such field; did you mean 'data'?" "a misspelt field"
err_has "there is no SecretStore 'none' in the input [secrets.no-store]" "a store that is not there"

# Passing through.
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' >"$tmp/cm.yaml"
run gk-secrets inject -f "$tmp/cm.yaml" -o ndjson
out_is '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}
' "other objects pass as they are"
run gk-secrets inject </dev/null
is_rc 3 "empty stdin"
err_has "no input" "says so"
printf '{"apiVersion":"v1","kind":"List","items":[\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}' >"$tmp/cut"
run gk-secrets inject <"$tmp/cut"
is_rc 3 "a stream that was cut"
out_empty "nothing is written"

# Usage.
run gk-secrets
is_rc 2 "no verb"
run gk-secrets injcet
is_rc 2 "a misspelt verb"
err_has "did you mean 'inject'?" "with the nearest"
run gk-secrets inject "$tmp/in.yaml"
is_rc 2 "an operand"
err_has "files are named with -f" "and how it is meant"
run gk-secrets inject -o toml -f "$tmp/cm.yaml"
is_rc 2 "a form that is not there"
if has_terminal; then
	rc=0
	script -qec "gk-secrets inject -f '$tmp/cm.yaml'" /dev/null >"$tmp/out" 2>"$tmp/err" </dev/null || rc=$?
	is_rc 9 "refused on a terminal"
	ok "nothing printed" sh -c "! grep -q ConfigMap '$tmp/out'"
else
	skip "no pseudo-terminal" "refused on a terminal"
fi
rc=0
gk-secrets inject -f "$tmp/cm.yaml" >/dev/full 2>"$tmp/err" || rc=$?
: >"$tmp/out"
is_rc 10 "a full disk"
done_testing
