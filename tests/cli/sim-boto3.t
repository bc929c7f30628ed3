# gk-sim judged by boto3: a service account token becomes credentials, and these read secrets.
. "$top_srcdir/tests/cli/lib.sh"

python=${GK_BOTO3_PYTHON:-python3}
export python
"$python" -c 'import boto3' 2>/dev/null || { echo "1..0 # SKIP boto3 is not installed"; exit 0; }
command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }

cat >"$tmp/seed.json" <<'J'
{"account":"111122223333","region":"eu-central-1",
 "secretsmanager":[{"name":"app/db","string":"{\"user\":\"app\"}"},{"name":"other/db","string":"x"}],
 "ssm":[{"name":"/app/host","type":"String","value":"db.example.com"}],
 "iam":{"oidc_providers":[{"url":"https://${OIDC_ISSUER}","client_ids":["sts.amazonaws.com"]}],
  "roles":[{"arn":"arn:aws:iam::111122223333:role/app",
   "trust":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
    "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/${OIDC_ISSUER}"},
    "Condition":{"StringEquals":{"${OIDC_ISSUER}:sub":"system:serviceaccount:default:app",
     "${OIDC_ISSUER}:aud":"sts.amazonaws.com"}}}]},
   "permissions":[{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:*:*:secret:app/*"},
    {"Effect":"Allow","Action":"ssm:GetParameters","Resource":"*"}]}]}]}}
J
cat >"$tmp/client.py" <<'P'
import sys
import boto3
from botocore.exceptions import ClientError


def said(call, **arguments):
    try:
        return call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]


who = said(boto3.client("sts").get_caller_identity)
if isinstance(who, str):
    sys.exit(print(who))
print(who["Arn"].rsplit("/", 1)[0])
secrets, parameters = boto3.client("secretsmanager"), boto3.client("ssm")
print(said(secrets.get_secret_value, SecretId="app/db")["SecretString"])
print(said(secrets.get_secret_value, SecretId="other/db"))
print(said(secrets.get_secret_value, SecretId="app/none"))
found = said(parameters.get_parameters, Names=["/app/host", "/app/none"])
print(found["Parameters"][0]["Value"], found["InvalidParameters"])
print(said(parameters.get_parameter, Name="/app/host"))
P
cat >"$tmp/do.sh" <<'SH'
. "$top_srcdir/tests/cli/sim.sh"
token() { # ACCOUNT AUDIENCE
	api POST /api/v1/namespaces/default/serviceaccounts "{\"metadata\":{\"name\":\"$1\"}}"
	api POST "/api/v1/namespaces/default/serviceaccounts/$1/token" "{\"spec\":{\"audiences\":[\"$2\"]}}"
	sed 's/.*"token":"\([^"]*\)".*/\1/' "$out" >"$work/token"
}
AWS_ROLE_ARN=arn:aws:iam::111122223333:role/app AWS_WEB_IDENTITY_TOKEN_FILE=$work/token
export AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
token app sts.amazonaws.com; "$python" "$T/client.py"
token app elsewhere; "$python" "$T/client.py"
token stranger sts.amazonaws.com; "$python" "$T/client.py"
SH
T=$tmp; export T
run gk-sim --dir "$tmp/state" --seed "$tmp/seed.json" -- sh "$tmp/do.sh"
is_rc 0 "boto3 ran"
out_is "arn:aws:sts::111122223333:assumed-role/app
{\"user\":\"app\"}
AccessDeniedException
AccessDeniedException
db.example.com ['/app/none']
AccessDeniedException
InvalidIdentityToken
AccessDenied
" "and finds what AWS would give"
done_testing
