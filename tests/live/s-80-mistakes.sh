# The likely first mistakes with a cluster: each has its exit code and says what
# to do, and nothing is written.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-diff gk-apply

cat >cm.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: default}
data: {k: v}
END
kubectl create serviceaccount nobody >/dev/null
kubectl create token nobody >good || bail "no token"
echo not-a-token >bad
# with_token FILE: a kubeconfig that shows the token in FILE.
with_token()
{
	kubectl config view --raw --flatten -o json | python3 -c '
import json, sys
config = json.load(sys.stdin)
config["users"][0]["user"] = {"tokenFile": sys.argv[1]}
print(json.dumps(config))' "$PWD/$1" >"kubeconfig-$1"
}
with_token good
with_token bad
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout other.key -subj /CN=other -out other.crt 2>err ||
	bail "no certificate"
address=${PLANE_SERVER#https://}

for program in 'gk-diff' 'gk-apply --prune --yes'
do
	name=${program%% *}
	exits 4 "$name without a kubeconfig" \
		env -u KUBECONFIG HOME="$PWD" $program -f cm.yaml
	has err 'help: .*(kubeconfig|KUBECONFIG)' "says how to name one"
	exits 5 "$name with a server that is not there" \
		$program -s https://127.0.0.1:9 -f cm.yaml
	has err '127\.0\.0\.1:9' "names its address"
	exits 5 "$name with a server that is not trusted" \
		$program --certificate-authority other.crt -f cm.yaml
	has err "$address.*\[http.untrusted\]" "names it, and that this is a matter of trust"
	exits 4 "$name with a token that is none" \
		$program --kubeconfig kubeconfig-bad -f cm.yaml
	has err 'Unauthorized' "says so"
	exits 4 "$name without the rights" \
		$program --kubeconfig kubeconfig-good -f cm.yaml
	has err 'system:serviceaccount:default:nobody' "says who lacks them"
	exits 3 "$name with empty stdin" $program -f /dev/null
	exits 2 "$name with an unknown option" $program --no-such-option -f cm.yaml
	has err "no-such-option" "names it"
	exits 3 "$name with a file that is not there" $program -f none.yaml
	has err none.yaml "names it"
done
exits 10 "gk-diff with a full disk for its output" \
	sh -c "gk-diff -f cm.yaml >/dev/full"
exits 10 "gk-apply with a full disk for its output" \
	sh -c "gk-apply --dry-run -f cm.yaml >/dev/full"

sed s/data:/dat:/ cm.yaml >typo.yaml
gk-apply --yes -f typo.yaml >out 2>err
[ $? -ge 3 ]
ok $? "gk-apply with a misspelt field fails" out err
has err dat "and names it"

is "$(audit writes gk- | grep -v -c /leases)" 0 "nothing was written"
done_testing
