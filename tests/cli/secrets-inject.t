# gk-secrets inject and check on gk-sim: IRSA from an empty cluster on, what is sent how often,
# refusals, and where values may be seen.
. "$top_srcdir/tests/cli/lib.sh"

# What AWS holds.  Every value begins with "canary", so that one search finds any of them.
cat >"$tmp/seed.json" <<'EOF'
{"account":"111122223333","region":"eu-central-1",
 "secretsmanager":[
  {"name":"prod/db","string":"{\"user\":\"app\",\"password\":\"canary-3f9a\"}"},
  {"name":"prod/token","string":"canary-77c1"},
  {"name":"locked/x","string":"canary-0000"}],
 "ssm":[
  {"name":"/prod/a","type":"SecureString","value":"canary-55aa"},
  {"name":"/prod/b","type":"String","value":"canary-b"}],
 "iam":{
  "oidc_providers":[{"url":"https://${OIDC_ISSUER}","client_ids":["sts.amazonaws.com"]}],
  "roles":[{"arn":"arn:aws:iam::111122223333:role/reader",
   "trust":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/${OIDC_ISSUER}"},
    "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{
     "${OIDC_ISSUER}:sub":"system:serviceaccount:shop:reader",
     "${OIDC_ISSUER}:aud":"sts.amazonaws.com"}}}]},
   "permissions":[{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Resource":"*","Action":["secretsmanager:BatchGetSecretValue",
     "secretsmanager:ListSecrets","ssm:GetParameters","ssm:GetParametersByPath"]},
    {"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*"},
    {"Effect":"Deny","Action":"secretsmanager:GetSecretValue",
     "Resource":"arn:aws:secretsmanager:eu-central-1:111122223333:secret:locked/*"}]}]}]}}
EOF

# store NAME SERVICE ACCOUNT; external NAME STORE ENTRIES
store() {
	cat <<EOF
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: $1, namespace: shop}
spec:
  provider:
    aws:
      service: $2
      region: eu-central-1
      auth: {jwt: {serviceAccountRef: {name: $3}}}
EOF
}
external() {
	cat <<EOF
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: $1, namespace: shop}
spec:
  secretStoreRef: {name: $2}
  data: [$3]
EOF
}
account() { # NAME
	cat <<EOF
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: $1
  namespace: shop
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/reader"}
EOF
}
namespace='---
apiVersion: v1
kind: Namespace
metadata: {name: shop}'
stores=$(store sm SecretsManager reader; store ps ParameterStore reader)

mkfifo "$tmp/ready"
gk-sim --dir "$tmp/sim" --seed "$tmp/seed.json" --log "$tmp/log" >"$tmp/ready" 2>"$tmp/sim.err" &
sim=$!
trap 'kill "$sim" 2>/dev/null; wait "$sim" 2>/dev/null; rm -rf "$tmp"' EXIT
read -r _ <"$tmp/ready" || skip_all "gk-sim does not start"
set -a
. "$tmp/sim/env"
set +a

calls() { # VERB: how many requests of it so far
	grep -c "\"verb\":\"$1\"" "$tmp/log" || :
}

# An empty cluster: the account that the token is for is made, from its name alone.
{
	echo "$namespace"
	account reader
	echo "$stores"
	external db sm '{secretKey: password, remoteRef: {key: prod/db, property: password}},
	  {secretKey: user, remoteRef: {key: prod/db, property: user}},
	  {secretKey: token, remoteRef: {key: prod/token}}'
	external ps ps '{secretKey: a, remoteRef: {key: /prod/a}}'
	cat <<'EOF'
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, envFrom: [{secretRef: {name: db}}]}]}
EOF
} >"$tmp/in.yaml"
run gk-secrets inject --read-only -f "$tmp/in.yaml"
is_rc 3 "--read-only does not create the account"
err_has "ServiceAccount shop/reader does not exist in the cluster yet" "it names it"
out_empty "and prints nothing"
is "$(grep -c '"method":"PATCH"' "$tmp/log")" 0 "and wrote nothing"

GK_TRACE=all run gk-secrets inject -vv -f "$tmp/in.yaml"
is_rc 0 "the first run on an empty cluster"
cp "$tmp/out" "$tmp/first"
err_has "created Namespace shop" "it says what it made"
err_has "created ServiceAccount shop/reader" "both"
ok "no value on stderr" sh -c "! grep -q canary '$tmp/err'"
ok "nor as base64" sh -c "! grep -qE 'Y2FuYXJ5' '$tmp/err'"
ok "no value in the server's log" sh -c "! grep -q canary '$tmp/log'"
ok "nor in any file but the output" \
	sh -c "! grep -rlE 'canary-(3f9a|77c1|55aa)|Y2FuYXJ5' '$tmp/sim' '$HOME'"
is "$(calls AssumeRoleWithWebIdentity)" 1 "one session for both stores"
is "$(calls BatchGetSecretValue)" 1 "one batch of secrets"
is "$(calls GetSecretValue)" 0 "none read alone"
is "$(calls GetParameters)" 1 "one batch of parameters"
out_has "\"password\":\"$(printf canary-3f9a | base64)\"" "a property"
out_has "\"token\":\"$(printf canary-77c1 | base64)\"" "a whole secret"
out_has "\"a\":\"$(printf canary-55aa | base64)\"" "a parameter"
ok "stores and ExternalSecrets are gone" sh -c "! grep -q external-secrets.io '$tmp/out'"
ok "the workload is marked" grep -qE '"gitops-kit.io/secrets":"db=[0-9a-f]{16}"' "$tmp/out"
is "$(grep -c '"kind":"Secret"' "$tmp/out")" 2 "two Secrets"

run gk-secrets inject -f "$tmp/in.yaml"
same_file "$tmp/out" "$tmp/first" "the same bytes in the second run"
err_empty "which says nothing"
run gk-secrets inject -q -o name -f "$tmp/in.yaml"
out_is "namespace/shop
serviceaccount/reader
secret/db
secret/ps
deployment.apps/web
" "names"

# A reader of a pipe sees a whole stream or none.
run gk-secrets inject -f "$tmp/first"
is_rc 0 "a stream without ExternalSecrets passes"
same_file "$tmp/out" "$tmp/first" "unchanged"

# check: what the cluster has against what the store has.
run gk-secrets check -f "$tmp/in.yaml"
is_rc 1 "nothing delivered yet"
out_has "absent	Secret shop/db	3 keys	ExternalSecret shop/db" "absent"
run gk-apply --yes -f "$tmp/first"
is_rc 0 "gk-apply completes what was begun, without a conflict"
run gk-secrets check -f "$tmp/in.yaml"
is_rc 0 "all is fresh now"
out_has "fresh	Secret shop/db" "fresh"
sed 's/property: user}/property: password}/' "$tmp/in.yaml" >"$tmp/other.yaml"
run gk-secrets check -f "$tmp/other.yaml"
is_rc 1 "what would hold something else"
out_has "stale	Secret shop/db" "is stale"
out_has "fresh	Secret shop/ps" "and the other one is not"

# Faults, each with object and field, all in one run; nothing is printed.
{
	account reader
	echo "$stores"
	external a sm '{secretKey: k, remoteRef: {key: prod/nowhere}},
	  {secretKey: l, remoteRef: {key: prod/db, property: passwrd}}'
	external b ps '{secretKey: k, remoteRef: {key: /prod/none}}'
} >"$tmp/missing.yaml"
run gk-secrets inject -f "$tmp/missing.yaml"
is_rc 3 "missing secrets and properties"
out_empty "print nothing"
err_has "ExternalSecret shop/a: spec.data[0]: there is no secret 'prod/nowhere' in Secrets Manager of eu-central-1 [secrets.missing]" "the secret"
err_has "ExternalSecret shop/a: spec.data[1]: secret 'prod/db' has no property 'passwrd' [secrets.no-property]" "the property"
err_has "note: keys there: user, password" "and which are there"
err_has "ExternalSecret shop/b: spec.data[0]: there is no secret '/prod/none' in the Parameter Store" "the parameter"
ok "no value in messages" sh -c "! grep -q canary '$tmp/err'"

{
	account reader
	echo "$stores"
	external a sm '{secretKey: k, remoteRef: {key: locked/x}}, {secretKey: l, remoteRef: {key: prod/db}}'
} >"$tmp/locked.yaml"
run gk-secrets inject -f "$tmp/locked.yaml"
is_rc 4 "a secret that the role may not read"
err_has "ExternalSecret shop/a: spec.data[0]: " "is told by its field"
err_has AccessDenied "in the words of AWS"
err_has "help: the identity needs secretsmanager:GetSecretValue" "and what to do"
out_empty "and prints nothing"

# A role whose trust policy names another account.
{
	account other
	store sm SecretsManager other
	external a sm '{secretKey: k, remoteRef: {key: prod/db}}'
} >"$tmp/denied.yaml"
run gk-secrets inject -f "$tmp/denied.yaml"
is_rc 4 "a role that may not be assumed"
out_empty "prints nothing"
err_has "cannot assume arn:aws:iam::111122223333:role/reader: AssumeRoleWithWebIdentity: AccessDenied" "it names the role"
err_has "subject is system:serviceaccount:shop:other, audience sts.amazonaws.com, issuer https://" "and who asked"
err_has "help: the role's trust policy must allow" "and what to do"
ok "no token in messages" sh -c "! grep -q eyJ '$tmp/err'"

{
	printf '%s\n' '---' 'apiVersion: v1' 'kind: ServiceAccount' 'metadata: {name: bare, namespace: shop}'
	store sm SecretsManager bare
	external a sm '{secretKey: k, remoteRef: {key: prod/db}}'
} >"$tmp/bare.yaml"
run gk-secrets inject -f "$tmp/bare.yaml"
is_rc 3 "an account without a role"
err_has "ServiceAccount shop/bare has no annotation eks.amazonaws.com/role-arn [secrets.no-role]" "is told"
{
	store sm SecretsManager nobody
	external a sm '{secretKey: k, remoteRef: {key: prod/db}}'
} >"$tmp/nobody.yaml"
run gk-secrets inject -f "$tmp/nobody.yaml"
is_rc 3 "an account that is nowhere"
err_has "ServiceAccount shop/nobody is neither in the input nor in the cluster" "is told"

# No cluster, and an AWS that does not answer.
KUBECONFIG=$tmp/none run gk-secrets inject -f "$tmp/in.yaml"
is_rc 4 "no kubeconfig"
out_empty "prints nothing"
AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1 run gk-secrets inject -f "$tmp/in.yaml"
is_rc 5 "AWS cannot be reached"
out_empty "prints nothing"

# A token is taken from the environment by gk-sts, and verified here.
run gk-sts assume
is_rc 4 "gk-sim gives nobody credentials for nothing"
done_testing
