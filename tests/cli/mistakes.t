#!/bin/sh
# The likely first mistakes: each with its exit code, what, where, why and what to do; and
# nothing is written to the cluster in any of them.
. "$top_srcdir/tests/cli/lib.sh"
platform=$top_srcdir/examples/platform
in_sim --seed "$platform/aws/seed.json"

printf '%s' '{"apiVersion":"v1","kind":"List","metadata":{},"items":[
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"},"data":{"k":"v"}}
]}' >"$tmp/one"

for program in "gk-apply --yes" gk-diff "gk-secrets inject"; do
	rc=0; $program </dev/null >"$tmp/out" 2>"$tmp/err" || rc=$?
	is_rc 3 "$program: empty stdin"
	out_empty
	err_has 'no input' "$program: it says so"
	err_has 'help: ' "$program: and what to do"
done

mkdir "$tmp/empty" "$tmp/typo"
run gk-render "$tmp/empty"
is_rc 3 "no kustomization in the directory"
out_empty
err_has "$tmp/empty" "where"
err_has 'kustomization.yaml' "what is missing"

printf 'resurces:\n- a.yaml\n' >"$tmp/typo/kustomization.yaml"
run gk-render "$tmp/typo"
is_rc 3 "a misspelt field"
err_has "$tmp/typo/kustomization.yaml:1:1: error:" "where"
err_has "'resurces'" "what"
err_has "'resources'" "what was meant"

run gk-tfstate outputs "$tmp/one"
is_rc 3 "a state that is none"
err_has 'help: '

run env -u KUBECONFIG HOME="$tmp" gk-apply -f "$tmp/one" --yes
is_rc 4 "no kubeconfig"
err_has "$tmp/.kube/config" "where it was looked for"
err_has 'help: '

sed 's|server: https://127.0.0.1:[0-9]*|server: https://127.0.0.1:1|' "$KUBECONFIG" >"$tmp/unreachable"
run gk-apply --kubeconfig "$tmp/unreachable" -f "$tmp/one" --yes --timeout 2s --request-timeout 1s
is_rc 5 "an unreachable server"
err_has '127.0.0.1:1' "which"

sed 's|certificate-authority-data: .*||' "$KUBECONFIG" >"$tmp/untrusted"
run gk-apply --kubeconfig "$tmp/untrusted" -f "$tmp/one" --yes
is_rc 5 "an untrusted server"
err_has 'certificate'
err_has 'help: '

sed '/client-certificate-data/d; s|client-key-data: .*|token: expired.token.x|' "$KUBECONFIG" >"$tmp/expired"
run gk-apply --kubeconfig "$tmp/expired" -f "$tmp/one" --yes
is_rc 4 "an expired token"
err_has '401'

gk-tfstate outputs -q "$platform/terraform/terraform.tfstate" -o configmap >"$tmp/outputs"
gk-render "$platform/overlays/dev" -f "$tmp/outputs" >"$tmp/dev"
rc=0; gk-secrets inject <"$tmp/dev" >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 4 "a role that may not be assumed"
out_empty
err_has 'AssumeRoleWithWebIdentity'
err_has 'system:serviceaccount:' "for whom"
err_has 'arn:aws:iam::111122223333:role/' "which role"
err_has 'help: '

gk-render "$platform/overlays/prod" -f "$tmp/outputs" | sed 's/"property":"password"/"property":"passwrod"/; s/,"gk":{.*}$/}/' >"$tmp/nokey"
rc=0; gk-secrets inject <"$tmp/nokey" >"$tmp/out" 2>"$tmp/err" || rc=$?
is_rc 3 "a missing key of a secret"
out_empty
err_has 'passwrod'
! grep -q example-db-password "$tmp/err"
result $? "no value in the message"

run gk-apply --prnue -f "$tmp/one"
is_rc 2 "an unknown option"
err_is "gk-apply: error: unknown option '--prnue' [usage.unknown-option]
   help: did you mean '--prune'?
"

if [ -e /dev/full ]; then
	for program in "gk-render $platform/overlays/prod -f $tmp/outputs" "gk-secrets inject -f $tmp/one" "gk-tfstate list $platform/terraform/terraform.tfstate"; do
		rc=0; $program >/dev/full 2>"$tmp/err" || rc=$?
		: >"$tmp/out"
		is_rc 10 "${program%% *}: a full disk"
		err_has 'cannot write standard output'
	done
fi

# All that was asked of the API server was asked for reading, but what gk-secrets needs for
# a token of its own.
writes=$(grep -c '"method":"\(POST\|PUT\|PATCH\|DELETE\)","path":"/api[^"]*/\(configmaps\|secrets\|deployments\)' "$GK_TEST_LOG")
is "$writes" 0 "nothing was written to the cluster"

sed 's/"a"/"b"/' "$tmp/one" >"$tmp/other"
run gk-apply -f "$tmp/one" -f "$tmp/other" --set mistakes
is_rc 0
run gk-apply -f "$tmp/one" --set mistakes --prune
is_rc 9 "deleting without consent"
err_has 'refused:'
err_has '--yes'
run gk-diff -f "$tmp/other" --set mistakes
is_rc 0 "the other object is still there"
done_testing
