# gk-sts: a token of the cluster becomes credentials that AWS takes, from others'
# clients, too.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-sts

role=arn:aws:iam::111122223333:role/app
kubectl create serviceaccount app >/dev/null &&
	kubectl create token app --audience sts.amazonaws.com >token ||
	bail "no token"
export AWS_ROLE_ARN=$role AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token

exits 0 "the token's claims are told" gk-sts whoami --token
has out system:serviceaccount:default:app "with their subject"
exits 0 "who it is in AWS is told" gk-sts whoami -o json
has out '"arn:aws:sts::111122223333:assumed-role/app/' \
	"it is the role, in the account of the role"
exits 0 "where the credentials come from is told" gk-sts whoami --explain

# botocore runs it and takes what it says.
cat >config <<END
[default]
credential_process = $(command -v gk-sts) assume -o process
END
cat >ask.py <<'END'
import boto3
session = boto3.Session()
credentials = session.get_credentials()
assert credentials.method == "custom-process", credentials.method
print(session.client("sts").get_caller_identity()["Arn"].rpartition("/")[0])
END
# Without the variables botocore would ask for itself: gk-sts gets them as options.
sed -i "s|\$| --role-arn $role --web-identity-token-file $PWD/token|;1s/\].*/]/" config
AWS_CONFIG_FILE=$PWD/config env -u AWS_ROLE_ARN -u AWS_WEB_IDENTITY_TOKEN_FILE \
	moto-python ask.py >asked 2>err
ok $? "botocore takes gk-sts as its credential_process" err
is "$(cat asked)" arn:aws:sts::111122223333:assumed-role/app \
	"and is the role"

# For programs of a shell.
gk-sts assume -o env >env 2>err
ok $? "credentials can be had as environment" err
(
	unset AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
	eval "$(cat env)"
	moto-python -c 'import boto3
print(boto3.client("sts").get_caller_identity()["Arn"].rpartition("/")[0])'
) >asked 2>err
is "$(cat asked)" arn:aws:sts::111122223333:assumed-role/app \
	"botocore takes them from there"

# A token for kubectl: the form that client-go asks for.
exits 0 "a token for EKS is made" gk-sts token --cluster-name prod
python3 - >answer 2>err <<'END'
import base64, json, urllib.parse
answer = json.load(open("out"))
assert answer["kind"] == "ExecCredential", answer
token = answer["status"]["token"]
assert token.startswith("k8s-aws-v1."), token
part = token[len("k8s-aws-v1."):]
url = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
assert query["Action"] == "GetCallerIdentity", url
assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"], url
END
ok $? "it is a signed request with the cluster's name" err

# What is wrong is said, with the exit code that says so.
exits 4 "a missing token is a matter of credentials" \
	env AWS_WEB_IDENTITY_TOKEN_FILE="$PWD/none" gk-sts assume -o json
has err "$PWD/none" "and its file is named"
exits 5 "an AWS that is not there is the remote's matter" \
	env AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1 \
	gk-sts assume -o json

done_testing
