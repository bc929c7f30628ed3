# gk-sim, the AWS half, by plain HTTP: curl signs, and a token of the cluster leads to a role.
. "$top_srcdir/tests/cli/lib.sh"

command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }
curl --help all 2>/dev/null | grep -q -- --aws-sigv4 ||
	{ echo "1..0 # SKIP this curl cannot sign for AWS"; exit 0; }

cat >"$tmp/seed.json" <<'JSON'
{"account": "111122223333", "region": "eu-central-1",
 "secretsmanager": [{"name": "app/db", "string": "canary-secret"}],
 "ssm": [{"name": "/app/a", "type": "SecureString", "value": "canary-parameter"}],
 "s3": [{"bucket": "state", "key": "prod", "body": "canary-object"}],
 "iam": {
  "oidc_providers": [{"url": "https://${OIDC_ISSUER}", "client_ids": ["sts.amazonaws.com"]}],
  "roles": [{"arn": "arn:aws:iam::111122223333:role/app",
   "trust": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
     "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/${OIDC_ISSUER}"},
     "Condition": {"StringEquals": {"${OIDC_ISSUER}:aud": "sts.amazonaws.com",
       "${OIDC_ISSUER}:sub": "system:serviceaccount:default:app"}}}]},
   "permissions": [{"Statement": [{"Effect": "Allow",
     "Action": "secretsmanager:GetSecretValue",
     "Resource": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:app/*"}]}]}]}}
JSON

cat >"$tmp/all.sh" <<'SH'
set -u
. "$top_srcdir/tests/cli/sim.sh"
user=AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY token=

aws() { # SERVICE CURL-ARGUMENT...: signed with $user and $token
	service=$1; shift; last="$service $*"
	status=$(curl -s -o "$out" -w '%{http_code}' --cacert "$AWS_CA_BUNDLE" \
		--aws-sigv4 "aws:amz:$AWS_REGION:$service" --user "$user" \
		${token:+-H "x-amz-security-token: $token"} "$@") || :
}
json() { # SERVICE TARGET BODY
	aws "$1" -H "X-Amz-Target: $2" -H 'Content-Type: application/x-amz-json-1.1' -d "$3" \
		"$AWS_ENDPOINT_URL/"
	last="$2 $3"
}
form() { # CURL-ARGUMENT...: not signed
	last="form"
	status=$(curl -s -o "$out" -w '%{http_code}' --cacert "$AWS_CA_BUNDLE" "$@" \
		"$AWS_ENDPOINT_URL/") || :
}
element() { sed -n "s:.*<$1>\([^<]*\)</$1>.*:\1:p" "$out"; }

same "$AWS_REGION" eu-central-1 "the command runs in the region of the seed"
json secretsmanager secretsmanager.GetSecretValue '{"SecretId":"app/db"}'; code 200
has '"SecretString":"canary-secret"'
json ssm AmazonSSM.GetParameter '{"Name":"/app/a","WithDecryption":true}'; code 200
has '"Value":"canary-parameter"'
json ssm AmazonSSM.GetParameter '{"Name":"/app/a"}'; code 200; lacks canary
aws sts -d 'Action=GetCallerIdentity&Version=2011-06-15' "$AWS_ENDPOINT_URL/"; code 200
has '<Arn>arn:aws:iam::111122223333:root</Arn>'
user=AKIAIOSFODNN7EXAMPLE:wrong
json ssm AmazonSSM.GetParameter '{"Name":"/app/a"}'; code 400; has InvalidSignatureException
form -d 'Action=GetCallerIdentity&Version=2011-06-15'; code 403; has MissingAuthenticationToken
form; code 403; has '<Code>AccessDenied</Code>'

api POST /api/v1/namespaces/default/serviceaccounts \
	'{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"app"}}'; code 201
request='{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["AUDIENCE"]}}'
jwt() { # ACCOUNT AUDIENCE
	api POST "/api/v1/namespaces/default/serviceaccounts/$1/token" \
		"$(echo "$request" | sed "s/AUDIENCE/$2/")"
	sed 's/.*"token":"\([^"]*\)".*/\1/' "$out" >"$work/jwt"
}
assume() {
	form -d Action=AssumeRoleWithWebIdentity -d Version=2011-06-15 -d RoleSessionName=test \
		-d RoleArn=arn:aws:iam::111122223333:role/app \
		--data-urlencode "WebIdentityToken@$work/jwt"
}
jwt app wrong; assume; code 400; has '<Message>Incorrect token audience</Message>'
jwt default sts.amazonaws.com; assume; code 403
has 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
jwt app sts.amazonaws.com
sed 's/....$/AAAA/' "$work/jwt" >"$work/bent" && cp "$work/jwt" "$work/good" && cp "$work/bent" "$work/jwt"
assume; code 400; has InvalidIdentityToken
cp "$work/good" "$work/jwt"; assume; code 200
has '<SubjectFromWebIdentityToken>system:serviceaccount:default:app</SubjectFromWebIdentityToken>'
user=$(element AccessKeyId):$(element SecretAccessKey) token=$(element SessionToken)
json secretsmanager secretsmanager.GetSecretValue '{"SecretId":"app/db"}'; code 200; has canary-secret
json ssm AmazonSSM.GetParameter '{"Name":"/app/a"}'; code 400
has 'User: arn:aws:sts::111122223333:assumed-role/app/test is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:eu-central-1:111122223333:parameter/app/a because no identity-based policy allows the ssm:GetParameter action'
printf '%s\n' canary "$token" "${user#*:}" >"$GK_SIM_DIR/../held"
echo "$n" >"$GK_SIM_DIR/../count"
SH

run gk-sim --dir "$tmp/state" --seed "$tmp/seed.json" --log "$tmp/log" -- sh "$tmp/all.sh"
cat "$tmp/out"
test_count=$(cat "$tmp/count")
is_rc 0 "the command succeeds"
ok "the log tells who called what" \
	grep -q 'assumed-role/app/test.*GetSecretValue\|GetSecretValue.*assumed-role/app/test' "$tmp/log"
ok "there are three secrets to look for" [ "$(grep -c . "$tmp/held")" -eq 3 ]
ok "no value, token or key is in the log or the state" \
	sh -c '! grep -rF -f "$1" "$2" "$3"' sh "$tmp/held" "$tmp/log" "$tmp/state"
done_testing
