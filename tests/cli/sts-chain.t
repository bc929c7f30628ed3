#!/bin/sh
# gk-sts: the credential chain, as far as it asks nobody; usage; hygiene.
. "$top_srcdir/tests/cli/lib.sh"
AWS_EC2_METADATA_DISABLED=true AWS_REGION=eu-central-1
export AWS_EC2_METADATA_DISABLED AWS_REGION
key=AKIAIOSFODNN7EXAMPLE
secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
mkdir "$HOME/.aws"

# Nothing anywhere.
run gk-sts assume
is_rc 4 "no credentials: exit 4"
out_is "" "nothing on stdout"
err_has "no AWS credentials found [aws.no-credentials]" "it says what is missing"
err_has "note: environment variables: AWS_ACCESS_KEY_ID is not set" "and where it looked first"
err_has "note: instance metadata: AWS_EC2_METADATA_DISABLED is set" "and last"

# The environment, and its three forms.
export AWS_ACCESS_KEY_ID=$key
run gk-sts assume
is_rc 4 "a key id without its secret is an error"
err_has "the environment has an access key id but no AWS_SECRET_ACCESS_KEY" "it names the other half"
export AWS_SECRET_ACCESS_KEY=$secret
run gk-sts assume
is_rc 0 "environment"
out_is "{\"Version\":1,\"AccessKeyId\":\"$key\",\"SecretAccessKey\":\"$secret\"}
" "what credential_process must print"
run gk-sts assume -o env
out_is "export AWS_ACCESS_KEY_ID='$key'
export AWS_SECRET_ACCESS_KEY='$secret'
export AWS_REGION='eu-central-1'
unset AWS_SESSION_TOKEN
" "lines for a shell"
AWS_SESSION_TOKEN="it's" AWS_CREDENTIAL_EXPIRATION=2030-01-02T03:04:05Z run gk-sts assume -o env
out_is "export AWS_ACCESS_KEY_ID='$key'
export AWS_SECRET_ACCESS_KEY='$secret'
export AWS_SESSION_TOKEN='it'\\''s'
export AWS_CREDENTIAL_EXPIRATION='2030-01-02T03:04:05Z'
export AWS_REGION='eu-central-1'
" "a session, quoted"
AWS_SESSION_TOKEN=tok run gk-sts assume -o json
out_is "{\"kind\":\"Credentials\",\"AccessKeyId\":\"$key\",\"SecretAccessKey\":\"$secret\",\"SessionToken\":\"tok\"}
" "json"
AWS_CREDENTIAL_EXPIRATION=soon run gk-sts assume
is_rc 3 "an expiration that is no time"
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

# Files: the credentials file beats the config file.
cat >"$HOME/.aws/config" <<EOF
[default]
region = eu-west-1
aws_access_key_id = AKIACONFIG00EXAMPLE0
aws_secret_access_key = from-config
[profile proc]
credential_process = "$tmp/give creds" --with 'two words'
[profile half]
aws_access_key_id = AKIACONFIG00EXAMPLE0
[profile sso]
sso_session = corp
[profile loop-a]
role_arn = arn:aws:iam::111122223333:role/a
source_profile = loop-b
[profile loop-b]
role_arn = arn:aws:iam::111122223333:role/b
source_profile = loop-a
[profile both]
role_arn = arn:aws:iam::111122223333:role/a
source_profile = default
credential_source = Environment
[profile lost]
role_arn = arn:aws:iam::111122223333:role/a
source_profile = nowhere
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/a
source_profile = default
mfa_serial = arn:aws:iam::111122223333:mfa/me
EOF
run gk-sts assume
out_is '{"Version":1,"AccessKeyId":"AKIACONFIG00EXAMPLE0","SecretAccessKey":"from-config"}
' "config file"
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key" "$secret" \
	>"$HOME/.aws/credentials"
run gk-sts assume
out_is "{\"Version\":1,\"AccessKeyId\":\"$key\",\"SecretAccessKey\":\"$secret\"}
" "credentials file"

# A process gets its words without a shell.
cat >"$tmp/give creds" <<'EOF'
#!/bin/sh
[ "$1" = --with ] && [ "$2" = "two words" ] || { echo "wrong words" >&2; exit 7; }
echo '{"Version":1,"AccessKeyId":"AKIAPROCESS0EXAMPLE0","SecretAccessKey":"from-process","SessionToken":"t","Expiration":"2030-01-01T00:00:00Z","AccountId":"111122223333"}'
EOF
chmod +x "$tmp/give creds"
run gk-sts assume --profile proc
out_is '{"Version":1,"AccessKeyId":"AKIAPROCESS0EXAMPLE0","SecretAccessKey":"from-process","SessionToken":"t","Expiration":"2030-01-01T00:00:00Z","AccountId":"111122223333"}
' "credential_process"
AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret run gk-sts assume --profile proc
out_has from-process "--profile beats the environment"
AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_PROFILE=proc run gk-sts assume
out_has "$secret" "AWS_PROFILE does not"
printf '#!/bin/sh\necho "no luck" >&2\nexit 7\n' >"$tmp/give creds"
run gk-sts assume --profile proc
is_rc 4 "a process that fails"
err_has "failed with status 7 [aws.process]" "its status"
err_has "note: it said: no luck" "and its words"
printf '#!/bin/sh\necho "{\\"Version\\":2}"\n' >"$tmp/give creds"
run gk-sts assume --profile proc
is_rc 5 "a process that answers with another version"

# Profiles that cannot work are errors, not passed over.
run gk-sts assume --profile nowhere
is_rc 3 "a profile that does not exist"
err_has "no profile 'nowhere' in the AWS config files [aws.no-profile]" "it names the profile"
for case in "half:no aws_secret_access_key" "sso:uses sso_session, which needs a browser" \
	"loop-a:is its own source through others" "both:either source_profile or credential_source" \
	"lost:source_profile 'nowhere' of profile 'lost' does not exist" "mfa:code of an MFA device"; do
	run gk-sts assume --profile "${case%%:*}"
	is_rc 4 "profile ${case%%:*}: exit 4"
	err_has "${case#*:}" "profile ${case%%:*}: why"
done
echo 'stray' >"$tmp/bad-config"
AWS_CONFIG_FILE=$tmp/bad-config run gk-sts assume
is_rc 3 "a config file that is none"
err_has "$tmp/bad-config:1:1: error: expected a section header" "with its place"

# Web identity: the token file.
AWS_WEB_IDENTITY_TOKEN_FILE=$tmp/none AWS_ROLE_ARN=arn:aws:iam::111122223333:role/a run gk-sts assume
is_rc 4 "no token file"
err_has "[aws.token-file]" "says so"
AWS_WEB_IDENTITY_TOKEN_FILE=$tmp/none run gk-sts assume
is_rc 4 "a token without a role"
err_has "[aws.no-role]" "says so"
# {"iss":"https://oidc.example/id/A","sub":"system:serviceaccount:shop:web","aud":["sts.amazonaws.com"],"exp":1900000000}
claims=eyJpc3MiOiJodHRwczovL29pZGMuZXhhbXBsZS9pZC9BIiwic3ViIjoic3lzdGVtOnNlcnZpY2VhY2NvdW50OnNob3A6d2ViIiwiYXVkIjpbInN0cy5hbWF6b25hd3MuY29tIl0sImV4cCI6MTkwMDAwMDAwMH0
printf 'eyJhbGciOiJub25lIn0.%s.c2ln' "$claims" >"$tmp/token"
run gk-sts whoami --token --web-identity-token-file "$tmp/token"
is_rc 0 "claims of a token"
out_is "subject   system:serviceaccount:shop:web
audience  sts.amazonaws.com
issuer    https://oidc.example/id/A
expires   2030-03-17T17:46:40Z
" "claims"

# Usage.
AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
run gk-sts token
is_rc 2 "token without a cluster"
run gk-sts tokn --cluster-name a
is_rc 2 "a misspelt verb"
err_has "did you mean 'token'?" "with the nearest"
run gk-sts assume -o text
is_rc 2 "a form that assume does not have"
run gk-sts whoami extra
is_rc 2 "an operand"
AWS_REGION=eu.evil run gk-sts token --cluster-name a
is_rc 2 "a region that would end a host name"
AWS_ENDPOINT_URL_STS=http://sts.example run gk-sts token --cluster-name a
is_rc 2 "plain http to the world"

# The token of section 2.7 comes from a fixed clock; here: its form and what it may hold.
run gk-sts token --cluster-name demo
is_rc 0 "token"
out_has '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{},' "v1beta1 when nobody asks"
KUBERNETES_EXEC_INFO='{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}' \
	run gk-sts token --cluster-name demo
out_has '"apiVersion":"client.authentication.k8s.io/v1",' "the version that kubectl asks for"
run gk-sts token --cluster-name demo -o text
ok "the bare token" grep -q '^k8s-aws-v1\.[A-Za-z0-9_-]*$' "$tmp/out"

# A terminal gets no credentials, and no stream but stdout gets any.
if has_terminal; then
	rc=0
	script -qec "gk-sts assume" /dev/null >"$tmp/out" 2>"$tmp/err" </dev/null || rc=$?
	is_rc 9 "refused on a terminal"
	ok "nothing printed" sh -c "! grep -q '$secret' '$tmp/out'"
else
	skip "no pseudo-terminal" "refused on a terminal"
fi
GK_TRACE=all run gk-sts assume -vvv
ok "no secret on stderr" sh -c "! grep -qF '$secret' '$tmp/err'"
rc=0
gk-sts assume >/dev/full 2>"$tmp/err" || rc=$?
: >"$tmp/out"
is_rc 10 "a full disk"
done_testing
